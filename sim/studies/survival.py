"""Lifetimes of groups -> survival curves, restricted mean lifetimes, and whether the ranking outlives its definition.

One estimator serves all: Aalen-Johansen with weights, which is Kaplan-Meier where no group is closed on purpose. Groups
of one replication share staff and members, and replications of one world share the assumed parameters, so intervals come
from drawing whole worlds anew. Libraries at hand resample neither clusters nor weights, and break ties at random.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from sim.projections.lifecycle import estimate_revival
from sim.studies.intervals import estimate_mean_interval
from sim.studies.ledger import StudyError
from sim.studies.paired import SMALLEST_EFFECT

LEVEL = 0.95
_CHUNK = 2_000_000  # numbers held at a time while clusters are drawn anew


class Steps(NamedTuple):
    """Step functions (draws, n) that change at `time` (n,), days, ascending: shares alive, dead and closed."""

    time: np.ndarray
    alive: np.ndarray
    dead: np.ndarray
    closed: np.ndarray


def estimate_incidence(time: np.ndarray, ended: np.ndarray, weight: np.ndarray) -> Steps:
    """Aalen-Johansen estimate of the share alive, dead and closed (Aalen & Johansen 1978).

    time (n,): days to the end or to the last look; ended (n,): `dead`, `closed`, or anything else for censored; weight
    (draws, n): 0 or more. At one time ends come before censorings; among themselves their order does not matter.
    """
    order = np.lexsort(((ended != "dead") & (ended != "closed"), time))
    weight, ended = weight[:, order], ended[order]
    at_risk = np.maximum(np.cumsum(weight[:, ::-1], axis=1)[:, ::-1], np.finfo(float).tiny)
    hazard = weight / at_risk
    alive = np.cumprod(np.where((ended == "dead") | (ended == "closed"), 1 - hazard, 1), axis=1)
    before = np.hstack((np.ones((len(weight), 1)), alive[:, :-1]))
    dead, closed = (np.cumsum(np.where(ended == kind, before * hazard, 0), axis=1) for kind in ("dead", "closed"))
    return Steps(time[order], alive, dead, closed)


def estimate_survival(
    lifetimes: pd.DataFrame, *, days: float | None = None, definition: str | None = None, draws: int = 400, seed: int = 0
) -> pd.DataFrame:
    """One row per arm and day 0..days: arm, label, day, alive, low, high, at_risk, dead, dead_low, dead_high, closed.

    alive: share of planned members whose group is neither dead nor closed; the area below is the mean of days alive.
    dead, closed: cumulative incidence of death and of planned closing, which compete; alive + dead + closed = 1, and a
    stillborn group is dead on day 0. at_risk: groups under observation; where none is left and some were alive at the last
    look, the shares are not known and NaN. Intervals: 95 %, percentiles over `draws` draws of
    whole worlds (one world: replications); where all n clusters agree, the exact bound 0.025^(1/n) for their share. days:
    by default the longest lifetime seen. definition: of death, by default the first in the table.
    """
    lifetimes, days = _chosen(lifetimes, days, definition)
    grid = np.arange(int(np.ceil(days)) + 1)
    tables = []
    for (arm, label), lives in _arms(lifetimes):
        point, again = _resampled(lives, draws, seed)
        place = np.searchsorted(point.time, grid, side="right")
        curves = {"alive": _at(point.alive, place, 1.0)[0], "dead": _at(point.dead, place, 0.0)[0]}
        low, high = _interval([_at(steps.alive, place, 1.0) for steps in again], curves["alive"], _clusters(lives)[1])
        dead_low, dead_high = _interval([_at(steps.dead, place, 0.0) for steps in again], curves["dead"], _clusters(lives)[1])
        tables.append(
            pd.DataFrame(
                {
                    "arm": arm,
                    "label": label,
                    "day": grid,
                    "alive": curves["alive"],
                    "low": low,
                    "high": high,
                    "at_risk": (lives.time.to_numpy()[:, None] >= grid).sum(axis=0),
                    "dead": curves["dead"],
                    "dead_low": dead_low,
                    "dead_high": dead_high,
                    "closed": _at(point.closed, place, 0.0)[0],
                }
            )
        )
        unseen = (tables[-1].at_risk == 0) & (tables[-1].alive > 0)
        tables[-1].loc[unseen, ["alive", "low", "high", "dead", "dead_low", "dead_high", "closed"]] = np.nan
    return pd.concat(tables, ignore_index=True)


def estimate_lifespans(
    lifetimes: pd.DataFrame,
    *,
    horizons: Sequence[float] = (90, 365),
    days: float | None = None,
    definition: str | None = None,
) -> pd.DataFrame:
    """One row per arm and horizon: arm, label, horizon, rmst, rmst_low, rmst_high, dead, dead_low, dead_high, closed.

    rmst: restricted mean lifetime, "mean days alive out of the first `horizon`", weighted by planned members (Royston &
    Parmar 2013); dead, closed: incidence by the horizon. NaN for a horizon beyond `days`, or at which no
    group is followed any more though some were alive at the last look. Intervals: 95 %, those of
    `estimate_mean_interval` on the pseudo-values of the worlds, W all - (W - 1) all but one (Andersen, Klein & Rosthoj 2003); with
    nothing censored these are the means of the worlds. So rare deaths widen them by what was not seen.
    """
    lifetimes, days = _chosen(lifetimes, days, definition)
    rows = []
    for (arm, label), lives in _arms(lifetimes):
        index, count = _clusters(lives)
        all_but_one = np.vstack((np.ones(count), 1 - np.eye(count)))
        steps = _incidence(lives, all_but_one[:, index])
        for horizon in horizons:
            row = {"arm": arm, "label": label, "horizon": horizon}
            if horizon <= min(days, lives.time.max()) or (horizon <= days and steps.alive[0, -1] <= 0):
                place = np.searchsorted(steps.time, [horizon], side="right")
                for name, values, most in (
                    ("rmst", _area(steps, horizon), horizon),
                    ("dead", _at(steps.dead, place, 0.0)[:, 0], 1.0),
                ):
                    whole, without = values[0], values[1:]
                    pseudo = count * whole - (count - 1) * without if count > 1 else without
                    row[name] = whole
                    row[f"{name}_low"], row[f"{name}_high"] = (
                        float(end[0]) for end in estimate_mean_interval(pseudo[:, None], LEVEL, (0.0, most))
                    )
                row["closed"] = _at(steps.closed, place, 0.0)[0, 0]
            rows.append(row)
    columns = ("arm", "label", "horizon", "rmst", "rmst_low", "rmst_high", "dead", "dead_low", "dead_high", "closed")
    return pd.DataFrame(rows).reindex(columns=columns)


def re_rank(
    lifetimes: pd.DataFrame,
    *,
    windows: Sequence[int] = (14, 28),
    ks: Sequence[int] = (2, 3, 5),
    smallest_effect: float = SMALLEST_EFFECT,
) -> pd.DataFrame:
    """The ranking under other definitions of death: one row per definition and arm, the definition that counts first, then the one
    in which whoever answers a prompt of the operator lives, where it is known.

    definition, window (days), k (posters), arm, label, alive_days (weighted by planned members), rank; revived: share of
    the silences as long as the window that end with talk again (NaN where the lifetimes do not say). Per definition: tau,
    Kendall's, against the ranking that counts; flips: pairs of arms that are `smallest_effect` days or more apart under
    both definitions, in opposite order; holds: no such pair. Raises StudyError where a definition is missing.
    """
    known = lifetimes.definition.drop_duplicates().tolist()
    wanted = {f"{window}d_k{k}": (window, k) for window in windows for k in ks}
    if missing := [name for name in wanted if name not in known]:
        raise StudyError(f"definition={missing[0]}: not in the lifetimes; there are {', '.join(known)}")
    tables, reference = [], None
    prompted = [name for name in known if name == f"{known[0]}_prompts"]
    for name in dict.fromkeys([*known[:1], *prompted, *wanted]):
        lives = lifetimes[lifetimes.definition == name]
        arms = lives.groupby(["arm", "label"], sort=False)
        mean = arms.apply(lambda group: np.average(group.time, weights=group.planned), include_groups=False)
        window, k = wanted.get(name, (np.nan, np.nan))
        table = mean.rename("alive_days").reset_index().assign(definition=name, window=window, k=k)
        table["rank"] = table.alive_days.rank(ascending=False, method="min").astype(int)
        watched = {"spells", "watched"} <= set(lives)
        table["revived"] = [estimate_revival(group)["share"] if watched else np.nan for _, group in arms]
        days = table.alive_days.to_numpy()
        reference = days if reference is None else reference
        flips = _flips(reference, days, smallest_effect)
        tau = stats.kendalltau(reference, days).statistic if len(days) > 1 else np.nan
        tables.append(table.assign(tau=tau, flips=flips, holds=flips == 0))
    columns = ["definition", "window", "k", "arm", "label", "alive_days", "rank", "revived", "tau", "flips", "holds"]
    return pd.concat(tables, ignore_index=True)[columns]


def _flips(one: np.ndarray, other: np.ndarray, smallest_effect: float) -> int:
    first, second = one[:, None] - one, other[:, None] - other
    return int(((first >= smallest_effect) & (second <= -smallest_effect)).sum())


def _chosen(lifetimes: pd.DataFrame, days: float | None, definition: str | None) -> tuple[pd.DataFrame, float]:
    if lifetimes.empty:
        raise StudyError("lifetimes: none in this study, so no survival curve")
    definition = definition or lifetimes.definition.iloc[0]
    chosen = lifetimes[lifetimes.definition == definition]
    if chosen.empty:
        known = ", ".join(lifetimes.definition.drop_duplicates())
        raise StudyError(f"definition={definition}: one of {known}")
    return chosen, float(chosen.time.max()) if days is None else float(days)


def _arms(lifetimes: pd.DataFrame) -> Iterator[tuple[tuple[int, str], pd.DataFrame]]:
    return iter(lifetimes.groupby(["arm", "label"], sort=False))


def _clusters(lives: pd.DataFrame) -> tuple[np.ndarray, int]:
    """Number of the cluster of each row, and how many there are: worlds, or replications where there is one world."""
    by = "world" if lives.world.nunique() > 1 else "replication"
    _, index = np.unique(lives[by].to_numpy(), return_inverse=True)
    return index, int(index.max()) + 1


def _incidence(lives: pd.DataFrame, weights: np.ndarray) -> Steps:
    time, ended, planned = lives.time.to_numpy(float), lives.ended.to_numpy(str), lives.planned.to_numpy(float)
    return estimate_incidence(time, ended, weights * planned)


def _resampled(lives: pd.DataFrame, draws: int, seed: int) -> tuple[Steps, list[Steps]]:
    """The estimate, and the same with whole clusters drawn anew, a chunk of draws at a time."""
    index, count = _clusters(lives)
    weights = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)
    chunk = max(1, _CHUNK // len(index))
    parts = [weights[start : start + chunk][:, index] for start in range(0, draws, chunk)]
    return _incidence(lives, np.ones((1, len(index)))), [_incidence(lives, part) for part in parts]


def _at(curve: np.ndarray, place: np.ndarray, start: float) -> np.ndarray:
    """Values (draws, len(place)) of a step function after `place` of its changes."""
    return np.where(place > 0, curve[:, place - 1], start)


def _area(steps: Steps, horizon: float) -> np.ndarray:
    """Area (draws,) below the share alive from 0 to the horizon, days."""
    edges = np.minimum(np.concatenate(([0.0], steps.time, [horizon])), horizon)
    found: np.ndarray = np.diff(edges)[0] + steps.alive @ np.diff(edges)[1:]
    return found


def _percentiles(parts: list[np.ndarray]) -> np.ndarray:
    found: np.ndarray = np.quantile(np.concatenate(parts), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return found


def _interval(parts: list[np.ndarray], estimate: np.ndarray, clusters: int) -> tuple[np.ndarray, np.ndarray]:
    low, high = _percentiles(parts)
    bound = ((1 - LEVEL) / 2) ** (1 / clusters)
    return np.where(estimate >= 1, bound, low), np.where(estimate <= 0, 1 - bound, high)
