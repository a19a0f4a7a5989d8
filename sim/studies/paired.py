"""Replications table -> paired differences with two bars, and the league table of the arms.

Every arm lives through the same replications, so arms are compared replication by replication. Two replications share
a draw of the assumed parameters, a *world*. One-way random-effects analysis of variance on the differences then tells
luck (within worlds) from what we do not know (between worlds).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from sim.studies.ledger import StudyError
from sim.studies.pareto import estimate_front_share, on_front

#: Days alive out of the judged ones that make a difference worth acting on (methods 2).
SMALLEST_EFFECT = 3.0
#: Fewer replications give no verdict: outcomes are often all-or-nothing, and their spread is then not seen at all.
FEWEST_REPLICATIONS = 10
#: Adjusted p from which on a difference is put down to chance.
CHANCE = 0.05
LUCK_LEVEL, UNKNOWN_LEVEL = 0.95, 0.90
_DRAWS = 4_000
_MEANS = (
    "dead", "net_income", "revenue", "cost", "staff_hours", "messages_per_day", "posters_per_day", "muted_share",
    "first_response_minutes",
)  # fmt: skip


@dataclass(frozen=True)
class Bars:
    """A mean difference and its two bars, in units of the outcome; see `estimate_bars`."""

    mean: float
    luck: tuple[float, float]
    unknown: tuple[float, float]
    p: float


def estimate_bars(differences: np.ndarray, worlds: np.ndarray) -> Bars:
    """The mean of paired differences (R,) of replications in worlds (R,), and how sure it is.

    luck: 95 % t interval of the mean over the worlds that were drawn, from the variance within worlds alone.
    unknown: central 90 % prediction interval of the true difference in one more plausible world. Its half-width is the
    quantile of |z| sqrt(between (1 + sum n_w^2 / R^2) + within / R), z normal, where both variance components are drawn
    from their generalised pivotal quantities SS / chi2 and `between` is clipped at 0 (Lin & Liao 2008). Plugging in the
    two estimates instead covers only 81 % where the worlds differ half as much as luck does, against 86 %. Never
    narrower than luck; NaN with one world. p: two-sided, that the mean over plausible worlds is 0, a t test on the
    means of the worlds (with one world, on the replications); for n equal values 2^(1 - n), what n equal signs can show.
    """
    _, index, counts = np.unique(worlds, return_inverse=True, return_counts=True)
    total, groups = len(differences), len(counts)
    mean = float(differences.mean())
    means = np.bincount(index, differences) / counts
    within_df, within_ss = total - groups, float(((differences - means[index]) ** 2).sum())
    luck = unknown = np.nan
    if within_df > 0:
        luck = stats.t.ppf((1 + LUCK_LEVEL) / 2, within_df) * np.sqrt(within_ss / within_df / total)
    if within_df > 0 and groups > 1:
        between_ss = float((counts * (means - mean) ** 2).sum())
        size = (total - (counts**2).sum() / total) / (groups - 1)  # replications per world
        rng = np.random.default_rng(0)
        within = within_ss / rng.chisquare(within_df, _DRAWS)
        between = np.maximum(0, (between_ss / rng.chisquare(groups - 1, _DRAWS) - within) / size)
        spread = np.sqrt(between * (1 + (counts**2).sum() / total**2) + within / total)
        unknown = max(luck, np.quantile(np.abs(rng.standard_normal(_DRAWS)) * spread, UNKNOWN_LEVEL))
    p = _t_test(means if groups > 1 else differences)
    return Bars(mean, (mean - luck, mean + luck), (mean - unknown, mean + unknown), p)


def _t_test(values: np.ndarray) -> float:
    if len(values) < 2:
        return np.nan
    if np.ptp(values) == 0:
        return 2.0 ** (1 - len(values)) if values[0] else 1.0
    with np.errstate(divide="ignore"):  # values so close that their spread is lost
        t = abs(values.mean()) * np.sqrt(len(values)) / values.std(ddof=1)
    return float(2 * stats.t.sf(t, len(values) - 1))


def estimate_paired(
    replications: pd.DataFrame,
    outcome: str = "alive_days",
    *,
    baseline: int | str = 0,
    smallest_effect: float = SMALLEST_EFFECT,
) -> pd.DataFrame:
    """One row per arm: its difference of one outcome against the baseline arm (number or label), paired.

    difference, luck_low, luck_high, unknown_low, unknown_high: see `estimate_bars`. better: worlds whose mean difference
    is above 0, of `worlds`; a world with a difference of exactly 0 counts one half. p_holm: p adjusted for the number of
    arms compared (Holm 1979). correlation, variance_reduction: of the pair within worlds, and (var a + var b) / var
    (a - b), the factor by which independent seeds would need more replications.

    verdict, with d = smallest_effect: `better` where luck_low > 0, difference >= d and p_holm < 0.05; `worse` where
    luck_high < 0, difference <= -d and p_holm < 0.05; `same` where -d < luck_low and luck_high < d; else `unclear`, and
    always with fewer than FEWEST_REPLICATIONS; `baseline` for the baseline itself. So a mean over plausible worlds that
    could be chance, or the luck of having compared many arms, is never called better. Raises StudyError where replications
    are not paired.
    """
    arms, worlds, values = _matrix(replications, outcome)
    base = _position(arms, baseline)
    rows = []
    for position, (arm, label) in enumerate(arms.itertuples(index=False)):
        row = {"arm": arm, "label": label, "replications": len(worlds), "worlds": len(np.unique(worlds))}
        if position == base:
            nothing = {"difference": 0.0, "luck_low": 0.0, "luck_high": 0.0}
            rows.append(row | nothing)
            continue
        difference = values[:, position] - values[:, base]
        bars = estimate_bars(difference, worlds)
        by_world = pd.Series(difference).groupby(worlds).mean()
        rows.append(
            row
            | {
                "difference": bars.mean,
                "luck_low": bars.luck[0],
                "luck_high": bars.luck[1],
                "unknown_low": bars.unknown[0],
                "unknown_high": bars.unknown[1],
                "better": float((by_world > 0).sum() + (by_world == 0).sum() / 2),
                "p": bars.p,
                **_gain_of_pairing(values[:, position], values[:, base], worlds),
            }
        )
    columns = (
        "arm", "label", "replications", "worlds", "difference", "luck_low", "luck_high", "unknown_low", "unknown_high",
        "better", "p", "p_holm", "correlation", "variance_reduction", "verdict",
    )  # fmt: skip
    table = pd.DataFrame(rows).reindex(columns=columns)
    table["p_holm"] = _holm(table.p.to_numpy(float))
    table["verdict"] = [_verdict(row, smallest_effect) for row in table.itertuples()]
    table.loc[base, "verdict"] = "baseline"
    return table


def estimate_league(
    replications: pd.DataFrame,
    *,
    baseline: int | str = 0,
    smallest_effect: float = SMALLEST_EFFECT,
    days: float = np.inf,
) -> pd.DataFrame:
    """The league table: one row per arm, in the order of the arms; `rank` 1 lives longest.

    alive_days is the mean days alive out of the judged ones, [alive_days_low, alive_days_high] its 95 % t interval over
    worlds (one world: over replications), cut to 0..days. difference to verdict: `estimate_paired` on alive_days.
    against_best: the verdict against the arm of rank 1 (`best` for itself), so that nobody is crowned by chance.
    on_front: no other arm is as good or better in survival, net income and staff hours; front_share: in which share of
    worlds drawn anew that is so. Columns that the replications do not have are NaN.
    """
    arms, worlds, alive = _matrix(replications, "alive_days")
    low, high = _mean_interval(alive, worlds)
    present = replications.reindex(columns=["arm", *_MEANS]).groupby("arm", as_index=False).mean(numeric_only=True)
    paired = estimate_paired(replications, baseline=baseline, smallest_effect=smallest_effect)
    league = arms.assign(
        replications=len(worlds),
        worlds=len(np.unique(worlds)),
        alive_days=alive.mean(axis=0),
        alive_days_low=np.clip(low, 0, days),
        alive_days_high=np.clip(high, 0, days),
    )
    league = league.merge(present, on="arm").merge(paired.drop(columns=["label", "replications", "worlds"]), on="arm")
    league["rank"] = league.alive_days.rank(ascending=False, method="min").astype(int)
    best = int(league.alive_days.argmax())
    verdicts = estimate_paired(replications, baseline=int(league.arm[best]), smallest_effect=smallest_effect).verdict
    league["against_best"] = verdicts.replace("baseline", "best")
    league["on_front"] = on_front(league)
    league["front_share"] = estimate_front_share(replications)
    return league


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


def _verdict(row: Any, smallest_effect: float) -> str:
    sure, much = row.p_holm < CHANCE, abs(row.difference) >= smallest_effect
    if row.replications < FEWEST_REPLICATIONS:
        return "unclear"
    if -smallest_effect < row.luck_low and row.luck_high < smallest_effect:
        return "same"
    if sure and much and row.luck_low > 0:
        return "better"
    return "worse" if sure and much and row.luck_high < 0 else "unclear"


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


def _mean_interval(values: np.ndarray, worlds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % t interval of the mean of each column of values (R, arms)."""
    clusters = pd.DataFrame(values).groupby(worlds).mean().to_numpy() if len(np.unique(worlds)) > 1 else values
    count, mean = len(clusters), values.mean(axis=0)
    if count < 2:
        return np.full_like(mean, np.nan), np.full_like(mean, np.nan)
    half = stats.t.ppf((1 + LUCK_LEVEL) / 2, count - 1) * clusters.std(axis=0, ddof=1) / np.sqrt(count)
    return mean - half, mean + half
