"""Replications table -> paired differences with their intervals and verdicts, and the league table of the arms.

Every arm runs in the same replications, so arms are compared replication by replication. Two replications share
a draw of the assumed parameters, a *world*. What is claimed is the mean over plausible worlds, so the worlds are what is counted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from sim.projections.outcomes import OUTCOMES, league_outcomes
from sim.studies.choice import LEVEL, find_possible_best, judge
from sim.studies.intervals import estimate_bars, estimate_mean_interval, simultaneous_level, world_means
from sim.studies.ledger import StudyError
from sim.studies.pareto import estimate_front_share, on_front
from sim.studies.pooling import estimate_shares, shrink_gains

#: Days alive out of the judged ones that make a difference worth acting on (methods 2).
SMALLEST_EFFECT = OUTCOMES["alive_days"].matters
#: Fewer replications give no verdict: outcomes are often all-or-nothing, and their spread is then not seen at all.
FEWEST_REPLICATIONS = 10
#: Columns of `estimate_paired` that hold a share of plausible worlds, each with `_low` and `_high`.
SHARES = {"above_zero": "ahead", "below_zero": "behind", "above": "better", "within": "same", "below": "worse"}
_COLUMNS = (
    "arm", "label", "replications", "worlds", "difference", "low", "high", "luck_low", "luck_high", "unknown_low",
    "unknown_high", "ahead", "tied", "behind", *(f"{name}_share{end}" for name in SHARES.values() for end in ("", "_low", "_high")),
    "gain_shrunk", "p", "p_holm", "correlation", "variance_reduction", "verdict",
)  # fmt: skip


def estimate_paired(
    replications: pd.DataFrame,
    outcome: str = "alive_days",
    *,
    baseline: int | str = 0,
    smallest_effect: float = SMALLEST_EFFECT,
    bounds: tuple[float, float] | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    """One row per arm: its difference of one outcome against the baseline arm (number or label), paired.

    bounds: the least and the most that the outcome can be, where there are such. level: of the main interval, more than 95 % where
    the study was looked at while it grew (`sim.studies.stopping`). With d = smallest_effect, and where less of the outcome is
    better the words ahead, behind, better and worse the other way round:

    - difference, low, high: the mean over plausible worlds and its 95 % interval (`estimate_mean_interval`), at once for all arms
      of the table (`simultaneous_level`). With one world: the mean at the parameters as they were held.
    - luck_low, luck_high, unknown_low, unknown_high: what luck alone leaves, and one more plausible world (`estimate_bars`).
    - ahead, tied, behind: worlds seen with a difference above, of exactly, below 0. ahead_share, behind_share: estimated share of
      plausible worlds with a true difference > 0, < 0; better_share, same_share, worse_share: > d, within d, < -d; each with _low and
      _high, 95 % (`estimate_shares`).
    - gain_shrunk: the difference less what luck gives the best of many (`shrink_gains`).
    - p, p_holm: of a t test on the means of the worlds that the mean is 0, and adjusted for the number of arms (Holm 1979); for n
      equal values 2^(1 - n), what n equal signs can show. The verdict does not rest on them.
    - correlation, variance_reduction: of the pair within worlds, and (var a + var b) / var (a - b), the factor by which
      independent seeds would need more replications.
    - verdict: see `judge`; `open` with fewer than FEWEST_REPLICATIONS; `baseline` for the baseline itself.

    Raises StudyError where replications are not paired.
    """
    arms, worlds, values = _matrix(replications, outcome)
    side = side_of(outcome)
    values = side * values
    base = _position(arms, baseline)
    others = np.flatnonzero(np.arange(len(arms)) != base)
    within = None if bounds is None else (bounds[0] - bounds[1], bounds[1] - bounds[0])
    differences = values[:, others] - values[:, [base]]
    means, gains = world_means(values, worlds), world_means(differences, worlds)
    pairs = np.stack((others, np.full(len(others), base)), axis=1)
    low, high = estimate_mean_interval(gains, simultaneous_level(means, pairs, level), within)
    verdicts = judge(low, high, smallest_effect)
    shrunk = shrink_gains(gains)
    shared = {"replications": len(worlds), "worlds": len(np.unique(worlds))}
    rows = [shared | {"difference": 0.0, "low": 0.0, "high": 0.0, "luck_low": 0.0, "luck_high": 0.0, "verdict": "baseline"}]
    for place, arm in enumerate(others):
        own = differences[:, place]
        bars = estimate_bars(own, worlds, within or (-np.inf, np.inf))
        pooled = estimate_shares(own, worlds, smallest_effect, within)
        row = shared | {
            "difference": side * gains[:, place].mean(), **_ends("", low[place], high[place], side),
            **_ends("luck_", *bars.luck, side), **_ends("unknown_", *bars.unknown, side),
            "ahead": pooled.ahead, "tied": pooled.tied, "behind": pooled.behind, "gain_shrunk": side * shrunk[place],
            "p": _t_test(gains[:, place]), **_gain_of_pairing(values[:, arm], values[:, base], worlds),
            "verdict": verdicts[place] if len(worlds) >= FEWEST_REPLICATIONS else "open",
        }  # fmt: skip
        for name, column in SHARES.items():
            share = getattr(pooled, name)
            row |= {f"{column}_share": share.share, f"{column}_share_low": share.low, f"{column}_share_high": share.high}
        rows.append(row)
    table = pd.DataFrame(rows, index=[base, *others]).sort_index()
    table = table.assign(arm=arms.arm, label=arms.label).reindex(columns=_COLUMNS)
    table["p_holm"] = _holm(table.p.to_numpy(float))
    return table


def side_of(outcome: str) -> float:
    """1 where more of an outcome is better, -1 where less of it is."""
    return -1.0 if outcome in OUTCOMES and OUTCOMES[outcome].direction == "lower" else 1.0


def _ends(name: str, low: float, high: float, side: float) -> dict[str, float]:
    """An interval of what counts as a gain, in the unit of the outcome."""
    first, last = sorted((side * low, side * high)) if low <= high else (low, high)
    return {f"{name}low": first, f"{name}high": last}


def _t_test(values: np.ndarray) -> float:
    if len(values) < 2:
        return np.nan
    if np.ptp(values) == 0:
        return 2.0 ** (1 - len(values)) if values[0] else 1.0
    with np.errstate(divide="ignore"):  # values so close that their spread is lost
        t = abs(values.mean()) * np.sqrt(len(values)) / values.std(ddof=1)
    return float(2 * stats.t.sf(t, len(values) - 1))


def estimate_league(
    replications: pd.DataFrame,
    *,
    baseline: int | str = 0,
    smallest_effect: float = SMALLEST_EFFECT,
    days: float = np.inf,
) -> pd.DataFrame:
    """The league table: one row per arm, in the order of the arms; `rank` 1 stays alive longest.

    alive_days is the mean days alive out of the judged ones over worlds, [alive_days_low, alive_days_high] its 95 % interval
    (`estimate_mean_interval`). difference to verdict: `estimate_paired` on alive_days, which lie in 0..days. possible_best: arms
    among which the longest alive one is with 95 % (`find_possible_best`). against_best: the verdict against the arm of rank 1 (`best`
    for itself), at the level at which all pairs of arms hold at once, since that arm was picked by looking. on_front: no
    other arm is as good or better in survival, net income and staff hours; front_share: in which share of worlds drawn anew that is
    so. Between them, the outcomes that the league shows (`sim.projections.outcomes`), each as its `aggregate` over the replications.
    Columns that the replications do not have are NaN.
    """
    arms, worlds, alive = _matrix(replications, "alive_days")
    bounds = OUTCOMES["alive_days"].bounds(days) if np.isfinite(days) else None
    means = world_means(alive, worlds)
    low, high = estimate_mean_interval(means, LEVEL, bounds)
    aggregates = {outcome.name: outcome.aggregate for outcome in league_outcomes()}
    present = replications.reindex(columns=["arm", *aggregates]).groupby("arm", as_index=False).agg(aggregates)
    paired = estimate_paired(replications, baseline=baseline, smallest_effect=smallest_effect, bounds=bounds)
    league = arms.assign(
        replications=len(worlds),
        worlds=len(np.unique(worlds)),
        alive_days=means.mean(axis=0),
        alive_days_low=low,
        alive_days_high=high,
    )
    league = league.merge(present, on="arm").merge(paired.drop(columns=["label", "replications", "worlds"]), on="arm")
    league["rank"] = league.alive_days.round(9).rank(ascending=False, method="min").astype(int)
    league["possible_best"] = find_possible_best(means, bounds)
    league["against_best"] = _against_best(means, bounds, smallest_effect, enough=len(worlds) >= FEWEST_REPLICATIONS)
    league["on_front"] = on_front(league)
    league["front_share"] = estimate_front_share(replications)
    return league


def _against_best(means: np.ndarray, bounds: tuple[float, float] | None, effect: float, *, enough: bool) -> np.ndarray:
    """Verdicts (A,) on each arm against the one with the largest mean of `means` (W, A), with all pairs kept at once."""
    best = int(np.round(means.mean(axis=0), 9).argmax())
    pairs = np.stack(np.triu_indices(means.shape[1], 1), axis=1)
    within = None if bounds is None else (bounds[0] - bounds[1], bounds[1] - bounds[0])
    ends = estimate_mean_interval(means - means[:, [best]], simultaneous_level(means, pairs, LEVEL), within)
    verdicts = judge(*ends, effect) if enough else np.full(means.shape[1], "open")
    return np.where(np.arange(means.shape[1]) == best, "best", verdicts)


def _matrix(replications: pd.DataFrame, outcome: str) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Arms (arm, label), world of each replication (R,), and one outcome (R, arms)."""
    if outcome not in replications:
        raise StudyError(f"outcome={outcome}: not a column of the replications")
    arms = replications[["arm", "label"]].drop_duplicates(ignore_index=True)
    wide = replications.pivot(index=["replication", "world"], columns="arm", values=outcome)[arms.arm.tolist()]
    if wide.isna().any(axis=None):
        raise StudyError(f"outcome={outcome}: every arm needs a value in every replication, or pairs are broken")
    return arms, wide.index.get_level_values("world").to_numpy(), wide.to_numpy(float)


def _position(arms: pd.DataFrame, baseline: int | str) -> int:
    found = np.flatnonzero(arms["label" if isinstance(baseline, str) else "arm"] == baseline)
    if len(found) != 1:
        raise StudyError(f"baseline={baseline}: one of {', '.join(arms.label)}")
    return int(found[0])


def _gain_of_pairing(one: np.ndarray, other: np.ndarray, worlds: np.ndarray) -> dict[str, float]:
    a, b = (values - pd.Series(values).groupby(worlds).transform("mean").to_numpy() for values in (one, other))
    apart, together = (a**2).sum() + (b**2).sum(), ((a - b) ** 2).sum()
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return {
        "correlation": float((a * b).sum() / scale) if scale > 0 else np.nan,
        "variance_reduction": float(apart / together) if together > 0 else (np.inf if apart > 0 else np.nan),
    }


def _holm(p: np.ndarray) -> np.ndarray:
    adjusted, known = np.full(len(p), np.nan), np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(steps)) if len(order) else steps
    return adjusted
