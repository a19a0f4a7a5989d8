"""Settings -> how simulated groups look beside real ones: P1 to P16 and the texture of talk, in one table for all subjects.

Subjects are three scenarios, a mixed population of 216 groups, experiments on causes, and the real chats of a folder. The same
estimators serve them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from sim.projections.patterns import PATTERNS, Pattern, place_in_range
from sim.projections.population import CONFIRMED, JUDGED, POPULATION_PATTERNS, measure_daily_cycle, measure_population
from sim.projections.texture import FIGURES
from sim.projections.trials import TRIALS
from sim.studies.chats import measure_chat, read_chats
from sim.studies.mixed import group_words
from sim.studies.runner import Stages
from sim.studies.study import save_table
from sim.studies.trials import TRIAL_REPLICATIONS, TRIAL_STAGES, measure_trials, run_trials

#: Scenarios that are looked at unless one is named, as long as the exponents of ageing ask for, days.
SCENARIOS = ("restaurant", "image_class", "merged_cohorts")
DAYS = 182
REPLICATIONS = 12
#: Populations of other luck (36 groups each) that the mixed one is made of.
POPULATIONS = 6
#: Names of the two subjects that are no scenario and no chat.
MIXED, EXPERIMENTS = "mixed", "experiments"
#: Patterns that one log only guesses at and an experiment measures stand in its column alone.
_TRIED: Final = {pattern.name for pattern in TRIALS}
#: Everything that is measured, in the order it is shown.
MEASURES: Final[tuple[Pattern, ...]] = (
    *sorted(
        (*POPULATION_PATTERNS, *(one for one in PATTERNS if one.name not in _TRIED), *TRIALS), key=lambda one: int(one.key[1:])
    ),
    *(
        Pattern(f"T{place}", one.name, one.what, one.low, one.high, "texture", "measured chats")
        for place, one in enumerate(FIGURES, 1)
    ),
)


def measure_patterns(
    overrides: list[str],
    *,
    folder: Path,
    logs: Path | None = None,
    workers: int | None = None,
    resume: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """One row a subject and measure: subject, kind (simulated | experiments | real), pattern, name, what, value, low, high, place
    (in | near | out, "" where there is no value), role, source. Written to the folder as patterns.parquet and .csv.

    A value is the median over replications; P12 is taken over all of them, and of the mixed population P1 to P3 over all its
    groups. Parameters are the values as they are. Raises StudyError, ConfigError.
    """
    chats = [] if logs is None else read_chats(logs)  # first: what is wrong with them is known at once
    from sim.config import Arm, compose, compose_all, replaced
    from sim.run import pattern_point

    named = [text for text in overrides if text.partition("=")[0] == "scenario"]
    scenarios = [text.partition("=")[2] for text in named] or list(SCENARIOS)
    longer = replaced([f"days={DAYS}", "confirm_days=0"], overrides)
    single = [Arm(name, {}, compose(replaced(longer, [f"scenario={name}"]))) for name in scenarios]
    judged = replaced([f"days={JUDGED}", f"confirm_days={CONFIRMED}"], overrides)  # whatever the horizon of a scenario
    mixed = [
        Arm(f"group {number}", {}, composed)
        for number, composed in enumerate(compose_all(replaced(judged, words) for words in group_words()))
    ]
    stages = Stages(folder, workers, resume, progress, REPLICATIONS + POPULATIONS + TRIAL_STAGES * TRIAL_REPLICATIONS)
    alone = stages.run(".", single, pattern_point, REPLICATIONS).replications
    crowd = stages.run(MIXED, mixed, pattern_point, POPULATIONS)
    trials = measure_trials(*run_trials(overrides, stages))
    values: list[tuple[str, str, Mapping[str, float]]] = [
        (name, "simulated", _medians(alone[alone["label"] == name])) for name in scenarios
    ]
    lives = crowd.lifetimes.to_dict("records")
    values.append((MIXED, "simulated", _medians(crowd.replications) | measure_population(lives) | measure_daily_cycle(lives)))
    values.append((EXPERIMENTS, "experiments", trials))
    values += [(chat.name, "real", measure_chat(chat)) for chat in chats]
    table = tabulate_patterns(values)
    save_table(folder, "patterns", table)
    return table


def tabulate_patterns(values: Iterable[tuple[str, str, Mapping[str, float]]]) -> pd.DataFrame:
    """The table of `measure_patterns` from (subject, kind, value by name); what a subject does not tell has no value."""
    rows = []
    for subject, kind, own in values:
        for one in MEASURES:
            value = float(own.get(one.name, np.nan))
            rows.append(
                {"subject": subject, "kind": kind, "pattern": one.key, "name": one.name, "what": one.what, "value": value,
                 "low": one.low, "high": one.high, "place": place_in_range(value, one.low, one.high), "role": one.role,
                 "source": one.source}
            )  # fmt: skip
    return pd.DataFrame(rows)


def count_hits(table: pd.DataFrame) -> pd.DataFrame:
    """One row a subject: patterns and figures of texture that are in range, and how many it tells (patterns, patterns_told,
    texture, texture_told). A pattern of several rows is in range where all that are told are."""
    told = table[table["place"] != ""].assign(
        texture=lambda rows: rows["role"] == "texture", hit=lambda rows: rows["place"] == "in"
    )
    each = told.groupby(["subject", "texture", "pattern"], sort=False)["hit"].all()
    counts = each.groupby(["subject", "texture"], sort=False).agg(["sum", "size"]).unstack("texture", fill_value=0)
    counts = counts.reindex(columns=pd.MultiIndex.from_product([["sum", "size"], [False, True]]), fill_value=0)
    counts.columns = ["patterns", "texture", "patterns_told", "texture_told"]
    return counts.reindex(list(dict.fromkeys(table["subject"])), fill_value=0).reset_index(names="subject")


def _medians(rows: pd.DataFrame) -> dict[str, float]:
    names = {one.name for one in MEASURES} & set(rows.columns)
    values = {name: float(rows[name].astype(float).median()) for name in names - _TRIED}
    below = float(rows["contagion_below"].sum())
    return values | {"contagion": float(rows["contagion_above"].sum()) / below if below else float("nan")}
