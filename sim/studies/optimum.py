"""Plans of a search -> which are promising and who goes on; its folder -> what was found, and what fresh worlds said of it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sim.studies.answer import Kept, find_kept, find_unreachable
from sim.studies.ledger import StudyError
from sim.studies.pareto import estimate_front_share, on_front
from sim.studies.question import Limit, Question
from sim.studies.study import read_table

if TYPE_CHECKING:
    from sim.studies.asked import Asked

#: Of the replications that were asked for, each plan of the search gets one in so many; then those that go on get more.
SEARCHED: Final = 8
#: (one plan in so many goes on, one replication in so many): successive halving; with two objectives a whole front goes on.
HALVINGS: Final = ((4, 4), (8, 2), (16, 1))
FRONT_HALVINGS: Final = ((4, 4), (6, 2), (8, 1))
#: So many go on at least; replications at least, so that there are two worlds.
FEWEST_PLANS, FEWEST_ON_FRONT, FEWEST_REPLICATIONS = 3, 6, 4
#: Plans of a front that are tried on fresh worlds.
MOST_ON_FRONT: Final = 8
#: The plan as it is, by which the others are measured.
YARDSTICK: Final = "yardstick"
#: Folders of stages, as a search names them: a table that says otherwise was not written by one.
_STAGE: Final = re.compile(r"(search|halving|retest)(_\d{1,9}){1,3}")
SEARCH, HALVING, RETEST = "search", "halving", "retest"


@dataclass(frozen=True)
class Trial:
    """Plans on fresh worlds: the seed, the rows of a panel (yardstick and plans), and how each plan stands to each limit."""

    seed: int
    panel: pd.DataFrame
    kept: tuple[Kept, ...]

    @property
    def name(self) -> str:
        """The plan, or the last of several."""
        return str(self.panel.label[self.panel.arm == self.panel.arm.max()].iloc[0])

    def of(self, name: str) -> tuple[Kept, ...]:
        """How a plan stands to each limit."""
        arm = int(self.panel.arm[self.panel.label == name].iloc[0])
        return tuple(one for one in self.kept if one.arm == arm)

    @property
    def keeps_all(self) -> bool:
        """Whether the plan keeps all limits by its mean."""
        return all(one.kept for one in self.of(self.name))


@dataclass(frozen=True)
class Optimum:
    """What a search found.

    plans: one row a plan, the best first (plan, round, replications, the levers, the outcomes, excess, words). last: rows of the
    panel of the last round, by which was chosen. rounds: one row a stage. unreachable: limits that no plan of the last round keeps, with
    the row that comes nearest. trials: what was tried on fresh worlds, the last of it is what is recommended if it keeps all limits.
    front: with two objectives, one row a plan of the front on fresh worlds (see `make_front`); else None. overrides: of the plans
    that were tried, where the search has just been made.
    """

    plans: pd.DataFrame
    last: pd.DataFrame
    rounds: pd.DataFrame
    unreachable: tuple[tuple[Limit, pd.Series | None], ...]
    trials: tuple[Trial, ...]
    asked: int
    refused: int
    care: tuple[str, ...]
    front: pd.DataFrame | None = None
    overrides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def found(self) -> Trial | None:
        """The trial of the plan that is recommended, or of those that stand on the front; None where none keeps the limits."""
        if self.front is not None:
            return self.trials[-1] if self.front.on_front.any() else None
        return self.trials[-1] if self.trials and self.trials[-1].keeps_all else None

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of the plans that are recommended: one, or those of the front."""
        if self.front is not None:
            return tuple(self.front.plan[self.front.on_front])
        return (self.found.name,) if self.found else ()


def replications_of(whole: int, share: int) -> int:
    """One in `share` of the replications, even, FEWEST_REPLICATIONS at least and `whole` at most."""
    return min(whole, max(FEWEST_REPLICATIONS, 2 * math.ceil(whole / share / 2)))


def excess(limit: Limit, value: float) -> float:
    """By how much a value is beyond a limit, as a share of the limit; 0 or less where it is kept, infinite where there is no value."""
    if not math.isfinite(value):
        return math.inf
    beyond = (value - limit.value) if limit.is_upper else (limit.value - value)
    beyond /= abs(limit.value) or 1.0
    return beyond if limit.keeps(value) else max(beyond, math.ulp(1.0))


def merit(question: Question, values: Mapping[str, float]) -> tuple[float, float]:
    """What plans are sorted by, less is better: the sum of all that is beyond the limits, then the outcome that is chosen by."""
    beyond = sum(max(0.0, excess(limit, values[limit.outcome])) for limit in question.limits)
    value = values[question.chosen]
    if not all(math.isfinite(values[outcome]) for outcome in question.objectives):
        return math.inf, math.inf
    return beyond, -value if question.sense == "max" else value


def rank(question: Question, plans: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Names of plans, the best first: by `merit`, or with two objectives those within the limits by their front, the first of
    which no plan beats in both, and within it those first that stand apart from others (NSGA-II: Deb et al. 2002)."""
    beyond = sorted(plans, key=lambda name: merit(question, plans[name]))
    if question.second is None:
        return beyond
    within = [name for name in beyond if merit(question, plans[name])[0] == 0]
    left, ranked = pd.DataFrame([{**plans[name]} for name in within], index=within), []
    while len(left):
        front = left[on_front(left, question.objectives)]
        ranked += spread_out(front[list(question.objectives)])
        left = left.drop(index=front.index)
    return [*ranked, *beyond[len(within) :]]


def spread_out(front: pd.DataFrame) -> list[str]:
    """Names (index) of the plans of a front, those with most room around them first: the ends, then by the crowding distance."""
    room = pd.Series(0.0, index=front.index)
    for name in front:
        line = front[name].sort_values(kind="stable")
        width = float(line.iloc[-1] - line.iloc[0]) or 1.0
        gaps = np.full(len(line), np.inf)
        gaps[1:-1] = (line.to_numpy()[2:] - line.to_numpy()[:-2]) / width
        room += pd.Series(gaps, index=line.index).reindex(front.index)
    return [str(name) for name in room.sort_values(ascending=False, kind="stable").index]


def promising(ranked: Sequence[str], share: int, fewest: int = FEWEST_PLANS) -> list[str]:
    """The first of the plans, one in `share`, `fewest` at least."""
    return list(ranked[: max(fewest, math.ceil(len(ranked) / share))])


def outcomes_of(question: Question) -> tuple[str, ...]:
    """The outcomes that a search looks at, those that decide first."""
    return tuple(dict.fromkeys([*question.objectives, *(limit.outcome for limit in question.limits)]))


def find_front(panel: pd.DataFrame, question: Question) -> list[str]:
    """Names of the plans of a round that keep all limits and that none of these beats in both objectives, those apart first.

    Of plans with the same values the first stands for all, which is the plan as it is where that is one of them.
    """
    wide = panel.pivot(index="arm", columns="outcome", values="mean").reindex(columns=[*question.objectives])
    wide.index = pd.Index(panel.drop_duplicates("arm").set_index("arm").label.reindex(wide.index))
    broken = {panel.label[panel.arm == one.arm].iloc[0] for one in find_kept(panel, question) if not one.kept}
    within = wide.drop(index=[*broken]).dropna().round(9).drop_duplicates()
    return spread_out(within[on_front(within, question.objectives)]) if len(within) else []


def make_front(
    seen: pd.DataFrame, trial: Trial, fresh: pd.DataFrame, question: Question, words: Mapping[str, str]
) -> pd.DataFrame:
    """One row a plan that was on the front, on fresh worlds, in the order of the first objective.

    seen: panel of the round by which the front was found; fresh: replications of the trial. number: from 1 along the first objective;
    first, second: the objectives on fresh worlds, with the ends of their 95 % intervals; seen_*: in the last round. keeps: whether
    all limits are kept there by the mean; on_front: whether it is then on the front there too, among all that were tried;
    front_share: of worlds drawn anew in which it is.
    """
    labels = fresh.drop_duplicates("arm").set_index("arm").label
    keeps = pd.Series({arm: all(one.kept for one in trial.kept if one.arm == arm) for arm in labels.index})
    rows = pd.DataFrame({"plan": labels, "keeps": keeps})
    for name, outcome in zip(("first", "second"), question.objectives, strict=True):
        own, before = (panel[panel.outcome == outcome] for panel in (trial.panel, seen))
        ends = own.set_index("arm")
        rows[name], rows[f"{name}_low"], rows[f"{name}_high"] = ends["mean"], ends.mean_low, ends.mean_high
        rows[f"seen_{name}"] = labels.map(before.set_index("label")["mean"])
    senses = dict(zip(("first", "second"), question.objectives.values(), strict=True))
    within = rows[rows.keeps & rows["first"].notna() & rows["second"].notna()]
    rows["on_front"] = pd.Series(on_front(within, senses), within.index, bool).reindex(rows.index, fill_value=False)
    alone = fresh[fresh.arm.isin(within.index)]
    share = estimate_front_share(alone, question.objectives) if len(within) else np.empty(0)
    rows["front_share"] = pd.Series(share, within.index, float).reindex(rows.index, fill_value=0.0)
    rows["words"] = labels.map(words)
    rows = rows.sort_values(["first", "plan"], ascending=[not senses["first"], True], kind="stable")
    rows.insert(0, "number", range(1, len(rows) + 1))
    return rows.reset_index(drop=True)


def read_optimum(folder: Path, asked: Asked) -> Optimum:
    """What a finished search found, from its tables alone. Raises StudyError."""
    if asked.search is None:
        raise StudyError(f"folder={folder}: asked.json says nothing of a search; ask the study again (--resume)")
    plans, last, rounds = (read_table(folder, name) for name in ("plans", "panel", "rounds"))
    for name in rounds.folder:
        if not _STAGE.fullmatch(str(name)):
            raise StudyError(f"folder={folder}: rounds: {str(name)[:60]!r} is no stage of a search; ask it again (--resume)")
    question = asked.words
    trials = []
    for row in rounds[rounds.kind == RETEST].itertuples():
        panel = read_table(folder / str(row.folder), "panel")
        trials.append(Trial(int(row.seed), panel, find_kept(panel, question)))
    front = read_table(folder, "front") if question.second and trials else None
    unreachable = find_unreachable(last, find_kept(last, question))
    return Optimum(
        plans, last, rounds, unreachable, tuple(trials), asked.search.asked, asked.search.refused, asked.care, front
    )  # fmt: skip
