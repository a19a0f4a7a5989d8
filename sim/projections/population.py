"""Turns the talk of many groups, simulated or real, into how long groups talk, what tells it early, and how unequal they are.

P1 to P3. A group is silent from its last message on, if 28 days without one were seen after it; so each group is looked at for
118 days from its founding, whatever came later. That is weaker than death (`sim.projections.lifecycle`), which asks for several
posters a week: published lifetimes of groups count any message, and a log of a chat holds nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from sim.projections.conversation import DAY, HOUR, NAN, WEEK, Talk
from sim.projections.patterns import INF, Pattern
from sim.projections.rows import distinct

#: Days in which a group may fall silent, and days of silence that have to be seen.
JUDGED, CONFIRMED = 90, 28
#: Groups that a statement on a population needs, and of either end that one on early signs needs.
FEWEST_GROUPS, FEWEST_OF_END = 20, 8
#: Parts in which groups are left out in turn, so that no group is foretold by itself.
FOLDS: Final = 5
#: Weight of no difference between the two ends, relative to the spread of the signs: keeps a near-constant sign from deciding.
RIDGE: Final = 1e-3
#: What is known of a group after a week: messages, posters, days with messages, turns between speakers.
SIGNS: Final = ("week_messages", "week_posters", "week_days", "week_turns")
#: Messages in each hour of the day.
HOURS: Final = tuple(f"hour_{hour}" for hour in range(24))

POPULATION_PATTERNS: Final = (
    Pattern("P1", "silent_90", "groups that fall silent within 90 days, share", 0.47, 0.67, "emergent",
            "Kraut & Fiore 2014: 0.57; tolerance assumed"),
    Pattern("P1", "weibull_shape", "shape of a Weibull law of days until silence", 0.5, 0.8, "emergent", "Kraut & Fiore 2014"),
    Pattern("P2", "week_one_auc", "chance that week 1 ranks a group that lasts above one that does not (AUC)", 0.75, 1.0, "emergent",
            "Qiu et al. 2016; Kairam et al. 2012"),
    Pattern("P3", "messages_mean", "messages per group and day over 90 days, mean", 60, 180, "emergent",
            "Caetano et al. 2018: 119 in lively consumer groups; tolerance assumed"),
    Pattern("P3", "mean_to_median", "the same mean over the median", 3, INF, "emergent", "derived from Caetano et al. 2018"),
)  # fmt: skip


def describe_life(talk: Talk) -> dict[str, float]:
    """One group as a row of `measure_population`: seen (days, at most 118), life (days from the founding to its last message in
    them, 0 without any), messages (of the first 90 days), the `SIGNS` and the `HOURS`."""
    ago = talk.seconds - talk.start
    ago, sender = ago[kept := ago < (JUDGED + CONFIRMED) * DAY], talk.sender[kept]
    first = ago < WEEK
    early = sender[first]
    return {
        "seen": float(min((talk.end - talk.start) / DAY, JUDGED + CONFIRMED)),
        "life": float(ago[-1] / DAY) if len(ago) else 0.0,
        "messages": float((ago < JUDGED * DAY).sum()),
        "week_messages": float(len(early)),
        "week_posters": float(len(distinct(early))),
        "week_days": float(len(distinct(ago[first] // DAY))),
        "week_turns": float((early[1:] != early[:-1]).sum()),
        **dict(
            zip(
                HOURS,
                np.bincount((talk.seconds[kept] % DAY // HOUR).astype(int), minlength=24).astype(float).tolist(),
                strict=True,
            )
        ),
    }


def measure_population(groups: Iterable[dict[str, float]]) -> dict[str, float]:
    """Every one of `POPULATION_PATTERNS` by its name over rows of `describe_life`; groups seen for less than 118 days do not count.

    NaN below `FEWEST_GROUPS` groups.
    """
    rows = [row for row in groups if row["seen"] >= JUDGED + CONFIRMED]
    if len(rows) < FEWEST_GROUPS:
        return {pattern.name: NAN for pattern in POPULATION_PATTERNS}
    life, messages = (np.array([row[name] for row in rows]) for name in ("life", "messages"))
    median = float(np.median(messages))
    return {
        "silent_90": float((life < JUDGED).mean()),
        "weibull_shape": estimate_shape(life),
        "week_one_auc": estimate_foretold(rows),
        "messages_mean": float(messages.mean() / JUDGED),
        "mean_to_median": float(messages.mean() / median) if median else INF,
    }


def measure_daily_cycle(groups: Iterable[dict[str, float]]) -> dict[str, float]:
    """peak_hour and peak_to_trough (P9) over all messages of rows of `describe_life`: the emptiest hour of one small group is empty."""
    hours = np.sum([[row[name] for name in HOURS] for row in groups], axis=0)
    return {"peak_hour": float(hours.argmax()), "peak_to_trough": float(hours.max() / hours.min()) if hours.min() else INF}


def estimate_shape(life: np.ndarray, horizon: float = JUDGED) -> float:
    """Shape of a Weibull law of lifetimes (days): below 1, the longer a group has lived the longer it goes on.

    Maximum likelihood. A lifetime is known to its day only, [d, d + 1), so that a group of one message tells what it can; what
    lives to `horizon` is censored there. NaN below `FEWEST_OF_END` ends.
    """
    from scipy.optimize import minimize  # late: slow to import

    day = np.floor(life[life < horizon])
    if len(day) < FEWEST_OF_END:
        return NAN
    lasting = len(life) - len(day)

    def cost(logs: np.ndarray) -> float:
        scale, shape = np.exp(logs)
        before, after = (day / scale) ** shape, ((day + 1) / scale) ** shape
        ended = -before + np.log(np.maximum(-np.expm1(before - after), np.finfo(float).tiny))
        return float(lasting * (horizon / scale) ** shape - ended.sum())

    found = minimize(cost, np.array([np.log(horizon), 0.0]), method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6})
    return float(np.exp(found.x[1]))


def estimate_foretold(rows: Sequence[dict[str, float]]) -> float:
    """How well week 1 tells which groups still talk after 90 days, of those that outlive it: area under the ROC curve.

    Fisher's discriminant on the logarithms of the `SIGNS`; each fifth of the groups is ranked by what the others taught. NaN where
    fewer than `FEWEST_OF_END` groups end either way.
    """
    from scipy.stats import rankdata  # late: slow to import

    rows = [row for row in rows if row["life"] >= WEEK / DAY]
    lasts = np.array([row["life"] >= JUDGED for row in rows])
    if min(lasts.sum(), (~lasts).sum()) < FEWEST_OF_END:
        return NAN
    signs = np.log1p([[row[name] for name in SIGNS] for row in rows])
    fold = np.arange(len(rows)) % FOLDS
    ranked = np.zeros(len(rows))
    for part in range(FOLDS):
        known, asked = fold != part, fold == part
        good, bad = signs[known & lasts], signs[known & ~lasts]
        if min(len(good), len(bad)) < 2:
            return NAN
        spread = (np.cov(good.T) + np.cov(bad.T)) / 2
        spread += RIDGE * max(np.trace(spread), RIDGE) * np.eye(len(SIGNS))
        ranked[asked] = (signs[asked] - (good.mean(axis=0) + bad.mean(axis=0)) / 2) @ np.linalg.solve(
            spread, good.mean(axis=0) - bad.mean(axis=0)
        )
    ahead = rankdata(ranked)[lasts].sum() - lasts.sum() * (lasts.sum() + 1) / 2
    return float(ahead / (lasts.sum() * (~lasts).sum()))
