"""The folder of a run or a study -> its figures: the one place that knows which there are, and it reads stored tables alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.events.store import MANIFEST, read_manifest
from sim.report.claim_figures import draw_claims
from sim.report.factor_figures import split_keys
from sim.report.figures import (
    draw_factors,
    draw_front,
    draw_groups,
    draw_heat,
    draw_league,
    draw_patterns,
    draw_phase,
    draw_side_by_side,
    draw_survival,
    draw_sweep,
    draw_vitals,
)
from sim.report.optimum_figures import draw_plan_front, draw_search
from sim.report.origin import subject_of
from sim.report.screening import draw_screening
from sim.report.sensitivity import draw_unknowns
from sim.report.study_page import word_page
from sim.report.tables import read_csv
from sim.studies.asked import Asked, read_asked
from sim.studies.ledger import StudyError
from sim.studies.optimum import read_optimum
from sim.studies.patterns import count_hits
from sim.studies.study import read_table
from sim.studies.told import Told, read_told

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.report.language import Translator

    Figures = dict[str, Callable[[], Figure]]

#: Values of a key that an axis has ticks for.
MOST_TICKS = 15


def find_figures(folder: Path, t: Translator) -> Figures:
    """What can be drawn, by name; nothing is drawn before it is called. Raises LogError or StudyError, one line."""
    if (folder / MANIFEST).is_file():
        return _of_run(folder, t)
    asked = read_asked(folder)
    if asked.command == "phase":
        return {"phase": partial(draw_phase, read_table(folder, "phase"), t, subject=t.name("scenario", asked.scenario[0]))}
    if asked.command == "patterns":
        table = read_table(folder, "patterns")
        return {"patterns": partial(draw_patterns, table, count_hits(table), t)}
    if asked.command == "claims":
        return {"claims": partial(draw_claims, read_table(folder, "claims"), t)}
    if asked.command == "morris":
        return {"morris": partial(draw_screening, read_table(folder, "morris"), t, subject=subject_of(asked, t))}
    if asked.command == "optimise":
        found = read_optimum(folder, asked)
        draw = draw_search if found.front is None else draw_plan_front
        return {
            "search" if found.front is None else "front": partial(draw, found, asked.words, t, subject=subject_of(asked, t))
        }
    told = read_told(folder, asked)
    return _of_sweep(told, asked, t) if asked.command == "sweep" else _of_comparison(folder, told, asked, t)


def draw_all(folder: Path, t: Translator) -> Mapping[str, Figure]:
    """All of them. Raises StudyError too where a table is not what a study writes."""
    try:
        return {name: draw() for name, draw in find_figures(folder, t).items()}
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise StudyError(f"folder={folder}: a table is not as a study or a run writes it; write it again ({error})") from error


def _of_run(folder: Path, t: Translator) -> Figures:
    config = read_manifest(folder).get("config", {})
    tables = {name: read_csv(folder, name) for name in ("vitals", "marks")}
    subject = t("list.separator").join(
        [t.name("scenario", str(config["name"])), t.name("strategy", str(config["strategy"][0]))]
    )
    return {"vitals": partial(draw_vitals, tables["vitals"], tables["marks"], t, days=float(config["days"]), subject=subject)}


def _of_comparison(folder: Path, told: Told, asked: Asked, t: Translator) -> Figures:
    about: dict[str, Any] = {"days": asked.days, "subject": subject_of(asked, t)}
    first = told.panel[told.panel.outcome == told.panel.outcome.iloc[0]]
    drawn: Figures = {"league": partial(draw_league, first, t, **about)}
    grouped = told.league[told.league.dead.notna()]
    if len(grouped):
        drawn |= {"front": partial(draw_front, grouped, t, **about), "groups": partial(draw_groups, grouped, t, **about)}
        drawn["survival"] = partial(draw_survival, told.survival, t, subject=about["subject"])
    if (folder / "unknowns.parquet").is_file():
        drawn["unknowns"] = partial(draw_unknowns, read_table(folder, "unknowns"), t, subject=about["subject"])
    if told.daily is not None and told.marks is not None:
        takeaway = word_page(told, asked, t).said[0]
        drawn["side_by_side"] = partial(draw_side_by_side, told.daily, told.marks, t, takeaway=takeaway, **about)
    return drawn


def _of_sweep(told: Told, asked: Asked, t: Translator) -> Figures:
    """Lines over the swept key with the most values, one for each value of the next; where there are two, a grid too. Where the
    points are no grid, all of them against each key.

    Of what was asked first, of days alive, and of net income unless the first is what the group adds.
    """
    about: dict[str, Any] = {"days": asked.days, "subject": subject_of(asked, t)}
    first = told.panel.outcome.iloc[0]
    keys = [key for key in told.arms.columns if key not in ("arm", "label")]
    outcomes = dict.fromkeys((first, "alive_days", *(["net_income"] if first != "adds" else [])))
    if _is_scattered(told.arms, keys):
        return {f"factors_{one}": partial(draw_factors, told.replications, keys, one, t, **about) for one in outcomes}
    x, hue = [*sorted(keys, key=lambda key: -told.arms[key].nunique()), None][:2]
    drawn: Figures = {}
    for outcome in outcomes:
        drawn[f"sweep_{outcome}"] = partial(draw_sweep, told.replications, x, outcome, hue, t, **about)
        if hue:
            drawn[f"heat_{outcome}"] = partial(draw_heat, told.replications, x, hue, outcome, t, **about)
    return drawn


def _is_scattered(arms: pd.DataFrame, keys: list[str]) -> bool:
    """Whether points are no grid that lines can be drawn through: of numbers, and fewer than all combinations, or very many values."""
    numbers, _ = split_keys(arms, keys)
    full = math.prod(arms[key].nunique() for key in keys) == len(arms)
    return bool(numbers) and (not full or max(arms[key].nunique() for key in numbers) > MOST_TICKS)
