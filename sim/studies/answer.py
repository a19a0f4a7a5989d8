"""Panel and question -> the answer: which arm to choose within the limits, how surely, and what cannot be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.projections.outcomes import OUTCOMES
from sim.studies.choice import Contest, estimate_regret, find_possible_best, select_best
from sim.studies.intervals import world_means
from sim.studies.paired import FEWEST_REPLICATIONS
from sim.studies.question import Limit, Question


@dataclass(frozen=True)
class Kept:
    """How one arm stands to one limit: `surely` and `surely_not` where the whole 95 % interval of its mean says so."""

    arm: int
    limit: Limit
    value: float
    kept: bool
    surely: bool
    surely_not: bool


@dataclass(frozen=True)
class Answer:
    """Which arm to choose.

    best: row of the panel, None where no arm keeps all limits. within: labels of the arms that keep them. rivals: labels of the
    others that may be the best. doubtful: limits that the chosen arm keeps on average but not surely. unreachable: for each limit
    that no arm keeps, the row that comes nearest (None: no arm has a value). regret: expected loss of choosing it, in the unit of the
    outcome, NaN where not known. contest: whether the choice is decided (KN), in the order of `within`. order: arms as they are to
    be shown, those that keep the limits first.
    """

    best: pd.Series | None
    within: tuple[str, ...]
    rivals: tuple[str, ...]
    doubtful: tuple[Limit, ...]
    unreachable: tuple[tuple[Limit, pd.Series | None], ...]
    regret: float
    contest: Contest | None
    order: tuple[int, ...]
    kept: tuple[Kept, ...]


def answer(panel: pd.DataFrame, replications: pd.DataFrame, question: Question, days: float) -> Answer:
    """The answer to a question that chooses. An arm keeps a limit if its mean does; one without a value keeps none."""
    rows = panel[panel.outcome == question.chosen].set_index("arm", drop=False)
    kept = find_kept(panel, question)
    within = [int(arm) for arm in rows.index if all(one.kept for one in kept if one.arm == arm) and pd.notna(rows["mean"][arm])]
    side = 1.0 if question.sense == "max" else -1.0
    merit = (side * rows["mean"]).fillna(-np.inf)
    order = tuple(sorted(rows.index, key=lambda arm: (arm not in within, -round(merit[arm], 9), arm)))
    unreachable = find_unreachable(panel, kept)
    if not within:
        return Answer(None, (), (), (), unreachable, np.nan, None, order, kept)
    best = order[0]
    values, worlds = _values(replications, question.chosen, within)
    means, place = side * world_means(values, worlds), within.index(best)
    low, high = OUTCOMES[question.chosen].bounds(days)
    bounds = (min(side * low, side * high), max(side * low, side * high))
    finite = bounds if np.isfinite(bounds).all() else None
    possible = find_possible_best(means, finite) if len(values) >= FEWEST_REPLICATIONS else np.ones(len(within), bool)
    rivals = tuple(
        str(rows.label[arm]) for arm in order if arm in within and arm != best and possible[within.index(arm)]
    )  # fmt: skip
    regret = estimate_regret(side * values, worlds, bounds)[place] if len(within) > 1 else np.nan
    contest = select_best(means, float(rows.effect[best])) if len(within) > 1 else None
    doubtful = tuple(one.limit for one in kept if one.arm == best and not one.surely)
    labels = tuple(str(rows.label[arm]) for arm in within)
    return Answer(rows.loc[best], labels, rivals, doubtful, unreachable, float(regret), contest, order, kept)


def find_kept(panel: pd.DataFrame, question: Question) -> tuple[Kept, ...]:
    """How each arm of a panel stands to each limit."""
    arms = panel.arm[panel.outcome == question.chosen]
    return tuple(_hold(panel, limit, int(arm)) for limit in question.limits for arm in arms)


def find_unreachable(panel: pd.DataFrame, kept: Sequence[Kept]) -> tuple[tuple[Limit, pd.Series | None], ...]:
    """Limits that no arm keeps, each with the row that comes nearest; None: no arm has a value."""
    limits = dict.fromkeys(one.limit for one in kept)
    return tuple((limit, _nearest(panel, limit)) for limit in limits if not any(one.kept for one in kept if one.limit == limit))


def _hold(panel: pd.DataFrame, limit: Limit, arm: int) -> Kept:
    found = panel[(panel.outcome == limit.outcome) & (panel.arm == arm)]
    if found.empty:  # no arm has a value
        return Kept(arm, limit, np.nan, False, False, True)
    row = found.iloc[0]
    value = float(row["mean"])
    ends = (float(row.mean_low), float(row.mean_high))
    if np.isnan(ends).any():  # all worlds agree on an outcome without bounds, or there is but one
        ends = (value, value)
    far, near = (ends[1], ends[0]) if limit.is_upper else ends
    return Kept(arm, limit, value, limit.keeps(value), limit.keeps(far), not limit.keeps(near))


def _nearest(panel: pd.DataFrame, limit: Limit) -> pd.Series | None:
    rows = panel[(panel.outcome == limit.outcome) & panel["mean"].notna()]
    return rows.sort_values("mean", ascending=limit.is_upper, kind="stable").iloc[0] if len(rows) else None


def _values(replications: pd.DataFrame, outcome: str, arms: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Values (R, A) of the arms in the replications in which all of them have one, and the world of each."""
    wide = replications.pivot(index=["replication", "world"], columns="arm", values=outcome)[arms].dropna()
    return wide.to_numpy(float), wide.index.get_level_values("world").to_numpy()
