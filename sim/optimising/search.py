"""Space and question -> optimum: Optuna proposes, `run_study` simulates, few go on to more replications, the best are tried afresh.

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
from sim.comparing.arms import about
from sim.comparing.more import fresh_seed
from sim.config import expand
from sim.named_arms import write_arms
from sim.optimising.space import Space, check_plans
from sim.studies.answer import answer, find_kept
from sim.studies.asked import Search as Searched
from sim.studies.asked import write_asked
from sim.studies.ledger import StudyError, write_whole
from sim.studies.optimum import (
    FEWEST_ON_FRONT,
    FEWEST_PLANS,
    FRONT_HALVINGS,
    HALVING,
    HALVINGS,
    MOST_ON_FRONT,
    RETEST,
    SEARCH,
    SEARCHED,
    YARDSTICK,
    Optimum,
    Trial,
    excess,
    find_front,
    make_front,
    merit,
    outcomes_of,
    promising,
    rank,
    read_optimum,
    replications_of,
)
from sim.studies.panel import estimate_panel
from sim.studies.question import MOST_OBJECTIVES, Question, split_words
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
#: Where a search with a budget in minutes says after which generation it stopped, so that it can be repeated.
STOPPED, MOST_BYTES = "stopped.json", 1_000
MISSING: Final = "optimise: Optuna is needed; install it with: uv sync --extra optimise, or pip install groupalive[optimise]"


@dataclasses.dataclass(frozen=True)
class Stage:
    """What is being simulated. kind: SEARCH, HALVING or RETEST; number: last plan proposed, number of the round or of the trial; of: the
    most there may be; plans: simulated in it, the plan as it is among them where it stands beside."""

    kind: str
    number: int
    of: int
    plans: int


@dataclasses.dataclass
class _Search:
    """What all stages share. plans: overrides by name, in the order in which they were proposed. told: a row for each stage so far."""

    space: Space
    question: Question
    folder: Path
    workers: int | None
    resume: bool
    progress: Callable[[Stage], AbstractContextManager[Progress | None]]
    shared: Composed
    plans: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    values: dict[str, dict[str, float]] = dataclasses.field(default_factory=dict)
    rounds: dict[str, tuple[int, int]] = dataclasses.field(default_factory=dict)
    told: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    @property
    def halvings(self) -> tuple[tuple[int, int], ...]:
        """The rounds: see `HALVINGS`."""
        return FRONT_HALVINGS if self.question.second else HALVINGS

    @property
    def fewest(self) -> int:
        """How many plans go on at least."""
        return FEWEST_ON_FRONT if self.question.second else FEWEST_PLANS

    def simulate(self, name: str, stage: Stage, names: Sequence[str], replications: int, seed: int) -> pd.DataFrame:
        """Replications of some plans, wages as asked, in the order of `names`; name: of the folder of the stage."""
        arms = expand([*self.space.shared, write_arms({name: self.plans[name] for name in names})])
        folder = self.folder / name
        with self.progress(stage) as shown:
            simulated = run_study(
                arms,
                replications=replications,
                seed=seed,
                folder=folder,
                workers=self.workers,
                resume=self.resume and (folder / "study.json").exists(),
                parameter_mode=self.shared.parameter_mode,
                progress=shown,
            )
        row = {"kind": stage.kind, "number": stage.number, "plans": len(names), "replications": replications}
        self.told.append({**row, "seed": seed, "folder": name})
        return pay(simulated.replications, self.question.wages)

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
        groups: dict[tuple[bool, int], dict[str, dict[str, float]]] = {}
        for name in names:
            groups.setdefault((not self.keeps(name), -self.rounds[name][0]), {})[name] = self.values[name]
        return [name for key in sorted(groups) for name in rank(self.question, groups[key])]

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
    asking: Sequence[str],
    *,
    folder: Path,
    trials: int = TRIALS,
    minutes: float | None = None,
    workers: int | None = None,
    resume: bool = False,
    progress: Callable[[Stage], AbstractContextManager[Progress | None]] = lambda _: contextlib.nullcontext(),
) -> Optimum:
    """Search, halve, try again on fresh worlds, save the tables, from which alone the answer is read. Raises ConfigError or StudyError.

    asking: the words of the question, kept beside the tables. trials: plans that are proposed, the same one again counted too.
    minutes: no new generation is begun after so many.
    """
    question, _ = split_words(asking, MOST_OBJECTIVES)
    base = expand([*space.shared, *space.yardstick])[0].composed
    search = _Search(space, question, folder, workers, resume, progress, base, {YARDSTICK: space.yardstick})
    asked, refused = _explore(search, trials, minutes)
    names = search.ranked(list(search.values))
    if not names:
        raise StudyError(f"trials={asked}: no plan could be simulated; {refused[0] if refused else 'more trials are needed'}")
    seed = base.seed
    for stage, (share, part) in enumerate(search.halvings, start=1):
        seed = fresh_seed(seed)
        replications = replications_of(base.replications, part)
        some, table = _halve(search, names, share, replications, seed, f"{HALVING}_{asked}_{stage}", stage)
        names = search.ranked([name for name in search.values if name != YARDSTICK])
    panel = search.judged(table)
    if question.second:
        front = find_front(panel, question)[:MOST_ON_FRONT]
        tried = front
        if front:
            trial, fresh = _try(search, front, f"{RETEST}_{asked}_1", Stage(RETEST, 1, 1, len(front)), fresh_seed(seed))
            words = {name: " ".join(own) for name, own in search.plans.items()}
            save_table(folder, "front", make_front(panel, trial, fresh, question, words))
    else:
        tried = _try_in_turn(search, panel, table, some, f"{RETEST}_{asked}", seed)
    composed = [arm.composed for arm in expand([*space.shared, write_arms({one: search.plans[one] for one in some})])]
    save_table(folder, "plans", _tabulate(search))
    save_table(folder, "panel", panel)
    save_table(folder, "rounds", _rounds(search))
    care = check_comparable([one.plain for one in composed])
    told = about(
        "optimise", composed, question=tuple(asking), care=tuple(care), search=Searched(asked=asked, refused=len(refused))
    )
    write_asked(folder, told)
    overrides = {name: (*space.shared, *search.plans[name]) for name in dict.fromkeys([YARDSTICK, *tried])}
    return dataclasses.replace(read_optimum(folder, told), overrides=overrides)


def _try_in_turn(
    search: _Search, panel: pd.DataFrame, table: pd.DataFrame, names: Sequence[str], stage: str, seed: int
) -> list[str]:
    """The best of the last round on fresh worlds, and the next where it breaks a limit there. Returns who was tried."""
    found = answer(panel, table, search.question, search.shared.scenario.days)
    tried: list[str] = []
    for place in [place for place in found.order if names[place] in found.within][:MOST_RETESTS]:
        seed = fresh_seed(seed)
        tried.append(names[place])
        number = len(tried)
        if _try(search, [names[place]], f"{stage}_{number}", Stage(RETEST, number, MOST_RETESTS, 1), seed)[0].keeps_all:
            break
    return tried


def _explore(search: _Search, trials: int, minutes: float | None) -> tuple[int, list[ConfigError]]:
    """Propose and simulate generation after generation. Returns how many plans were asked for, and why some were refused."""
    try:
        import optuna
    except ImportError as error:
        raise ConfigError(MISSING) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    started, stopped = time.monotonic(), _read_stopped(search.folder) if minutes is not None and search.resume else None
    question, replications = search.question, replications_of(search.shared.replications, SEARCHED)
    most, least = optuna.study.StudyDirection.MAXIMIZE, optuna.study.StudyDirection.MINIMIZE
    directions = [most if more else least for more in question.objectives.values()]
    sampler = optuna.samplers.TPESampler(seed=search.shared.seed % 2**32)  # it takes seeds of 32 bits
    study = optuna.create_study(directions=directions, sampler=sampler)
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
            stage = Stage(SEARCH, asked + len(batch), trials, len(names))
            simulated = search.simulate(f"{SEARCH}_{generation:03d}", stage, names, replications, search.shared.seed)
            search.keep(simulated, names, 0)
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
    far, until enough keep them here.
    """
    import pandas as pd

    size, there = len(promising(ranked, share, search.fewest)), [YARDSTICK]
    parts: list[pd.DataFrame] = []
    waiting = [name for place, name in enumerate(ranked) if place < size or search.keeps(name)]
    while waiting and (not parts or sum(map(search.keeps, there[1:])) < search.fewest):
        some, waiting = waiting[:size], waiting[size:]
        some = some if parts else [YARDSTICK, *some]
        shown = Stage(HALVING, stage, len(search.halvings), len(some))
        table = search.simulate(f"{folder}_{len(parts) + 1}", shown, some, replications, seed)
        search.keep(table, some, stage)
        first = len(there) if parts else 0
        parts.append(table.assign(arm=table.arm + first))
        there += some if first else some[1:]
    return there, pd.concat(parts, ignore_index=True)


def _tell(study: Any, trial: Any, question: Question, values: Mapping[str, float] | None) -> None:
    import optuna

    beyond = {} if values is None else {str(limit): excess(limit, values[limit.outcome]) for limit in question.limits}
    aims = [float("nan")] if values is None else [values[outcome] for outcome in question.objectives]
    if any(value != value for value in aims) or float("inf") in beyond.values():
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
        return
    for name, value in beyond.items():
        trial.set_constraint(name, value)
    study.tell(trial, aims)


def _try(search: _Search, names: Sequence[str], folder: str, stage: Stage, seed: int) -> tuple[Trial, pd.DataFrame]:
    """Plans, and the yardstick beside them, on worlds that had no part in choosing them; their panel is kept. With the replications."""
    table = search.simulate(folder, stage, list(dict.fromkeys([YARDSTICK, *names])), search.shared.replications, seed)
    panel = search.judged(table)
    save_table(search.folder / folder, "panel", panel)
    return Trial(seed, panel, find_kept(panel, search.question)), table


def _rounds(search: _Search) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(search.told)


def _tabulate(search: _Search) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name in search.ranked(list(search.values)):
        set_to = {word.partition("=")[0]: word.partition("=")[2] for word in search.plans[name]}
        values = search.values[name]
        stage, replications = search.rounds[name]
        rows.append(
            {"plan": name, "proposed": _number(name), "round": stage, "replications": replications,
             **{key: set_to.get(key, "") for key in search.space.keys},
             **values, "excess": merit(search.question, values)[0], "words": " ".join(search.plans[name])}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _number(name: str) -> int:
    return 0 if name == YARDSTICK else int(name.rpartition(" ")[2])


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
