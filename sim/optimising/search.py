"""Space and question -> optimum: Optuna proposes, `run_study` simulates, few go on to more replications, the winner is tried afresh.

Every stage is a study in a folder of its own. Nothing of the sampler is kept: a search that goes on proposes the same plans again and
finds their replications there. The sampler sees plans in generations of a fixed size, so that nothing depends on workers.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.allowed import ConfigError, quoted
from sim.comparable import check_comparable
from sim.comparing.more import fresh_seed
from sim.config import expand
from sim.named_arms import write_arms
from sim.optimising.space import Space, check_plans
from sim.studies.answer import answer
from sim.studies.ledger import StudyError, write_whole
from sim.studies.optimum import (
    FEWEST_PLANS,
    HALVINGS,
    SEARCHED,
    Optimum,
    Trial,
    excess,
    merit,
    outcomes_of,
    promising,
    replications_of,
)
from sim.studies.panel import estimate_panel
from sim.studies.question import Question
from sim.studies.runner import run_study
from sim.studies.study import save_table
from sim.studies.wages import pay

if TYPE_CHECKING:
    import pandas as pd

    from sim.config import Composed

    Progress = Callable[[int, int], None]

#: Plans that are proposed before any of them is simulated.
GENERATION: Final = 8
TRIALS, MOST_TRIALS = 64, 512
#: Plans tried on fresh worlds, one after the other, until one keeps the limits there.
MOST_RETESTS: Final = 3
YARDSTICK: Final = "yardstick"
#: Where a search with a budget in minutes says after which generation it stopped, so that it can be repeated.
STOPPED, MOST_BYTES = "stopped.json", 1_000
MISSING: Final = "optimise: Optuna is needed; install it with: uv sync --extra optimise, or pip install groupalive[optimise]"


@dataclasses.dataclass
class _Search:
    """What all stages share. plans: overrides by name, in the order in which they were proposed."""

    space: Space
    question: Question
    folder: Path
    workers: int | None
    resume: bool
    progress: Callable[[], AbstractContextManager[Progress | None]]
    shared: Composed
    plans: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    values: dict[str, dict[str, float]] = dataclasses.field(default_factory=dict)
    rounds: dict[str, tuple[int, int]] = dataclasses.field(default_factory=dict)

    def simulate(self, stage: str, names: Sequence[str], replications: int, seed: int) -> pd.DataFrame:
        """Replications of some plans, wages as asked, in the order of `names`."""
        arms = expand([*self.space.shared, write_arms({name: self.plans[name] for name in names})])
        folder = self.folder / stage
        with self.progress() as shown:
            lived = run_study(
                arms,
                replications=replications,
                seed=seed,
                folder=folder,
                workers=self.workers,
                resume=self.resume and (folder / "study.json").exists(),
                parameter_mode=self.shared.parameter_mode,
                progress=shown,
            )
        return pay(lived.replications, self.question.wages)

    def keep(self, table: pd.DataFrame, names: Sequence[str], stage: int) -> None:
        """Note what plans had in a stage."""
        for place, name in enumerate(names):
            rows = table[table.arm == place]
            self.values[name] = {
                one: float(rows[one].mean()) if one in rows else float("nan") for one in outcomes_of(self.question)
            }
            self.rounds[name] = (stage, len(rows))

    def keeps(self, name: str) -> bool:
        """Whether a plan kept all limits when it was last simulated."""
        return merit(self.question, self.values[name])[0] == 0

    def ranked(self, names: Sequence[str]) -> list[str]:
        """Those that keep the limits first, of these who came furthest, then the best; of equals the one that was proposed first."""
        return sorted(names, key=self._place)

    def _place(self, name: str) -> tuple[bool, int, tuple[float, float]]:
        return not self.keeps(name), -self.rounds[name][0], merit(self.question, self.values[name])

    def judged(self, table: pd.DataFrame) -> pd.DataFrame:
        """A panel of the outcomes asked for, held against the yardstick."""
        return estimate_panel(
            table,
            outcomes_of(self.question),
            baseline=YARDSTICK,
            days=self.shared.scenario.days,
            members=self.shared.scenario.population.planned,
            effects=self.question.effects,
        )


def find_optimum(
    space: Space,
    question: Question,
    *,
    folder: Path,
    trials: int = TRIALS,
    minutes: float | None = None,
    workers: int | None = None,
    resume: bool = False,
    progress: Callable[[], AbstractContextManager[Progress | None]] = contextlib.nullcontext,
) -> Optimum:
    """Search, halve, try again on fresh worlds, save the table of plans. Raises ConfigError or StudyError.

    trials: plans that are proposed, the same one again counted too. minutes: no new generation is begun after so many.
    """
    base = expand([*space.shared, *space.yardstick])[0].composed
    search = _Search(space, question, folder, workers, resume, progress, base, {YARDSTICK: space.yardstick})
    asked, refused = _explore(search, trials, minutes)
    names = search.ranked(list(search.values))
    if not names:
        raise StudyError(f"trials={asked}: no plan could be simulated; {refused[0] if refused else 'more trials are needed'}")
    seed, last = base.seed, YARDSTICK
    for stage, (share, part) in enumerate(HALVINGS, start=1):
        seed = fresh_seed(seed)
        some, table = _halve(
            search, names, share, replications_of(base.replications, part), seed, f"halving_{asked}_{stage}", stage
        )
        names = search.ranked([name for name in search.values if name != YARDSTICK])
    panel = search.judged(table)
    found = answer(panel, table, question, base.scenario.days)
    tried: list[Trial] = []
    for place in [place for place in found.order if some[place] in found.within][:MOST_RETESTS]:
        seed = fresh_seed(seed)
        tried.append(_try(search, some[place], f"retest_{asked}_{len(tried) + 1}", seed))
        last = some[place]
        if tried[-1].keeps_all:
            break
    plans = _tabulate(search)
    save_table(folder, "plans", plans)
    care = check_comparable(
        [arm.composed.plain for arm in expand([*space.shared, write_arms({one: search.plans[one] for one in some})])]
    )
    return Optimum(
        plans, panel, found, tuple(tried), (*space.shared, *search.plans[last]), YARDSTICK, asked, len(refused), tuple(care)
    )  # fmt: skip


def _explore(search: _Search, trials: int, minutes: float | None) -> tuple[int, list[ConfigError]]:
    """Propose and simulate generation after generation. Returns how many plans were asked for, and why some were refused."""
    try:
        import optuna
    except ImportError as error:
        raise ConfigError(MISSING) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    started, stopped = time.monotonic(), _read_stopped(search.folder) if minutes is not None and search.resume else None
    question, replications = search.question, replications_of(search.shared.replications, SEARCHED)
    direction = optuna.study.StudyDirection.MAXIMIZE if question.sense == "max" else optuna.study.StudyDirection.MINIMIZE
    sampler = optuna.samplers.TPESampler(seed=search.shared.seed % 2**32)  # it takes seeds of 32 bits
    study = optuna.create_study(direction=direction, sampler=sampler)
    known: dict[tuple[str, ...], str] = {}
    refused: dict[str, ConfigError] = {}
    asked = generation = 0
    while asked < trials and generation != stopped:
        if stopped is None and minutes is not None and generation and time.monotonic() - started > 60 * minutes:
            break
        batch = [study.ask() for _ in range(min(GENERATION, trials - asked))]
        proposed = [search.space.propose(trial) for trial in batch]
        fresh: dict[str, tuple[str, ...]] = {}
        for number, words in enumerate(proposed, start=asked + 1):
            if words not in known:
                known[words] = f"plan {number}"
                fresh[known[words]] = words
        wrong = check_plans(search.space, fresh)
        refused |= wrong
        names = [name for name in fresh if name not in wrong]
        search.plans |= {name: fresh[name] for name in names}
        if names:
            search.keep(search.simulate(f"search_{generation:03d}", names, replications, search.shared.seed), names, 0)
        for trial, words in zip(batch, proposed, strict=True):
            _tell(study, trial, question, search.values.get(known[words]))
        asked, generation = asked + len(batch), generation + 1
    if minutes is not None:
        write_whole(search.folder / STOPPED, json.dumps({"generations": generation}).encode())
    return asked, list(refused.values())


def _halve(
    search: _Search, ranked: Sequence[str], share: int, replications: int, seed: int, folder: str, stage: int
) -> tuple[list[str], pd.DataFrame]:
    """More replications for the promising, on worlds of their own, the yardstick beside them. Returns who was there, and their rows.

    Few replications let plans through that do not keep the limits; so more of the ranking are called, as long as they kept the limits so
    far, until FEWEST_PLANS keep them here.
    """
    import pandas as pd

    size, there = len(promising(ranked, share)), [YARDSTICK]
    parts: list[pd.DataFrame] = []
    waiting = [name for place, name in enumerate(ranked) if place < size or search.keeps(name)]
    while waiting and (not parts or sum(map(search.keeps, there[1:])) < FEWEST_PLANS):
        some, waiting = waiting[:size], waiting[size:]
        some = some if parts else [YARDSTICK, *some]
        table = search.simulate(f"{folder}_{len(parts) + 1}", some, replications, seed)
        search.keep(table, some, stage)
        first = len(there) if parts else 0
        parts.append(table.assign(arm=table.arm + first))
        there += some if first else some[1:]
    return there, pd.concat(parts, ignore_index=True)


def _tell(study: Any, trial: Any, question: Question, values: Mapping[str, float] | None) -> None:
    import optuna

    beyond = {} if values is None else {str(limit): excess(limit, values[limit.outcome]) for limit in question.limits}
    if values is None or values[question.chosen] != values[question.chosen] or float("inf") in beyond.values():
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
        return
    for name, value in beyond.items():
        trial.set_constraint(name, value)
    study.tell(trial, values[question.chosen])


def _try(search: _Search, name: str, stage: str, seed: int) -> Trial:
    """A plan, and the yardstick beside it, on worlds that had no part in choosing it."""
    names = list(dict.fromkeys([YARDSTICK, name]))
    table = search.simulate(stage, names, search.shared.replications, seed)
    panel = search.judged(table)
    stood = answer(panel, table, search.question, search.shared.scenario.days).kept
    kept = tuple((one.limit, one.value, one.kept, one.surely) for one in stood if one.arm == len(names) - 1)
    save_table(search.folder, stage, panel)
    return Trial(name, seed, panel, kept)


def _tabulate(search: _Search) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name in search.ranked(list(search.values)):
        set_to = {word.partition("=")[0]: word.partition("=")[2] for word in search.plans[name]}
        values = search.values[name]
        stage, replications = search.rounds[name]
        rows.append(
            {"plan": name, "round": stage, "replications": replications, **{key: set_to.get(key, "") for key in search.space.keys},
             **values, "excess": merit(search.question, values)[0], "words": " ".join(search.plans[name])}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _read_stopped(folder: Path) -> int | None:
    path = folder / STOPPED
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_bytes()[:MOST_BYTES])["generations"]
        if type(found) is int and found >= 1:
            return found
    except (ValueError, KeyError, TypeError):
        pass
    raise StudyError(f"folder={folder}: {STOPPED} is damaged; delete it to let the search go on")


def split_trials(words: Sequence[str]) -> tuple[int, list[str]]:
    """`trials=N`, or TRIALS, and the other words. Raises ConfigError."""
    given = [text.partition("=")[2].strip() for text in words if text.partition("=")[0].strip() == "trials"]
    rest = [text for text in words if text.partition("=")[0].strip() != "trials"]
    if len(given) > 1:
        raise ConfigError("trials: given twice; each key may be given once")
    if given and not (given[0].isdecimal() and given[0].isascii() and len(given[0]) <= 3 and 1 <= int(given[0]) <= MOST_TRIALS):
        raise ConfigError(f"trials={quoted(given[0])}: a whole number of plans, 1 to {MOST_TRIALS}")
    return int(given[0]) if given else TRIALS, rest
