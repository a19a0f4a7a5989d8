"""Noisy worlds -> in which share of plausible worlds an arm is ahead; many arms -> a gain that the choice has not inflated.

The difference seen in one world is its own difference and luck. Counting worlds by what was seen counts luck too; pooling the
worlds tells the two apart. Deaths are pooled as counts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import special, stats

from sim.studies.intervals import estimate_components

LEVEL = 0.95
_CELLS, _SIZES = 200, 30


class Shares(NamedTuple):
    """A share of plausible worlds and its 95 % interval."""

    share: float
    low: float
    high: float


class Pooled(NamedTuple):
    """Worlds as they were seen, and shares of plausible worlds; see `estimate_shares`."""

    ahead: int
    tied: int
    behind: int
    above_zero: Shares
    below_zero: Shares
    above: Shares
    within: Shares
    below: Shares


def estimate_shares(
    differences: np.ndarray, worlds: np.ndarray, effect: float, bounds: tuple[float, float] | None = None, draws: int = 4_000
) -> Pooled:
    """In which share of plausible worlds the true paired difference is > 0, < 0, > effect, within +-effect, < -effect.

    differences (R,) of replications in worlds (R,). ahead, tied, behind: worlds whose mean difference is seen to be > 0, = 0,
    < 0; a tie is a tie. The shares are partially pooled: the worlds' true differences are taken to be spread by sqrt(between)
    around the mean, both drawn from their generalised pivotal quantities (Weerahandi 1993). Their shape is normal
    (normal-normal model); where an outcome with `bounds` has worlds that agree exactly, as at a floor or ceiling, the shape is that of
    the means of the worlds themselves, shrunk to the spread `between` (constrained Bayes, Louis 1984; Ghosh 1992) and weighted by a
    Dirichlet draw in which half a world at either bound stands for what was not seen (Jeffreys). share: mean over the draws;
    interval: their central 95 %. NaN where luck cannot be told from what differs between worlds, and where all worlds agree at a
    floor or ceiling: which arm is ahead in a world in which nobody was seen to die is not known.
    """
    parts = estimate_components(differences, worlds)
    _, index, counts = np.unique(worlds, return_inverse=True, return_counts=True)
    means = np.bincount(index, differences) / counts
    seen = int((means > 0).sum()), int((means == 0).sum()), int((means < 0).sum())
    total, groups = len(differences), len(counts)
    if not total > groups > 1 or (bounds is not None and np.ptp(means) == 0):
        return Pooled(*seen, *[Shares(np.nan, np.nan, np.nan)] * 5)
    rng = np.random.default_rng(0)
    within = parts.within_ss / rng.chisquare(total - groups, draws)
    whole = parts.between_ss / rng.chisquare(groups - 1, draws)
    between = np.sqrt(np.maximum(0, (whole - within) / parts.size))
    middle = parts.mean + rng.standard_normal(draws) * np.sqrt(whole / total)
    tied = bounds is not None and len(np.unique(np.round(means, 9))) < groups
    over: Callable[[float], np.ndarray]
    if bounds is not None and tied:
        over = _empirical_tail(means, middle, between, bounds, rng)
    else:
        between = np.maximum(between, 1e-9 * max(1.0, float(np.abs(differences).max())))

        def normal_tail(limit: float) -> np.ndarray:
            found: np.ndarray = special.ndtr((middle - limit) / between)
            return found

        over = normal_tail

    above_zero, above, not_below = over(0.0), over(effect), over(-effect)
    below_zero = 1 - above_zero if not tied else 1 - over(-1e-9)
    drawn = (above_zero, below_zero, above, not_below - above, 1 - not_below)
    return Pooled(*seen, *(_summary(share) for share in drawn))


def _empirical_tail(
    means: np.ndarray, middle: np.ndarray, between: np.ndarray, bounds: tuple[float, float], rng: np.random.Generator
) -> Callable[[float], np.ndarray]:
    """Share of worlds above a limit, for each draw, in the shape of the means of the worlds and one unseen at the bounds."""
    shape = (means - means.mean()) / means.std()
    true = np.clip(middle[:, None] + between[:, None] * shape, *bounds)
    weights = rng.gamma(np.r_[np.ones(len(means)), 0.5, 0.5], size=(len(middle), len(means) + 2))
    weights /= weights.sum(axis=1, keepdims=True)
    low, high = bounds

    def over(limit: float) -> np.ndarray:
        unseen = weights[:, -2] * (low > limit) + weights[:, -1] * (high > limit)
        found: np.ndarray = (weights[:, :-2] * (true > limit)).sum(axis=1) + unseen
        return found

    return over


def _summary(drawn: np.ndarray) -> Shares:
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    mean = float(drawn.mean())
    return Shares(mean, min(float(low), mean), max(float(high), mean))


class Deaths(NamedTuple):
    """Death under plausible worlds: the mean probability, and the share of worlds in which it exceeds a limit."""

    mean: Shares
    exceeds: Shares


def estimate_deaths(deaths: np.ndarray, trials: np.ndarray, limit: float = 0.5) -> Deaths:
    """Beta-binomial pooling of deaths (W,) out of trials (W,) in each world.

    The probability of death of a world is Beta(m s, (1 - m) s); m has Jeffreys' prior, 1 / (1 + s) the uniform one on (0, 1)
    (Gelman et al. 2013, 5.3 with a proper prior). Summed over a grid. mean: of m; exceeds: share of worlds whose probability is above
    `limit`; intervals: central 95 % of the posterior.
    """
    m, size, exceeds = _death_grid(limit)
    a, b = m * size, (1 - m) * size
    kinds, times = np.unique(np.stack((deaths, trials)), axis=1, return_counts=True)
    likelihood = np.zeros(exceeds.shape)
    for (died, tried), count in zip(kinds.T, times, strict=True):
        likelihood += count * (special.betaln(died + a, tried - died + b) - special.betaln(a, b))
    weight = np.exp(likelihood - likelihood.max())
    weight /= weight.sum()
    return Deaths(_weighted(np.broadcast_to(m, weight.shape), weight), _weighted(exceeds, weight))


@cache
def _death_grid(limit: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means (n, 1), sizes (1, k), equal parts of their priors, and the share of worlds above the limit (n, k)."""
    m = np.clip(stats.beta.ppf((np.arange(_CELLS) + 0.5) / _CELLS, 0.5, 0.5)[:, None], 1e-9, 1 - 1e-9)
    alike = ((np.arange(_SIZES) + 0.5) / _SIZES)[None]
    size = 1 / alike - 1
    return m, size, special.betaincc(m * size, (1 - m) * size, limit)


def _weighted(values: np.ndarray, weight: np.ndarray) -> Shares:
    order = np.argsort(values, axis=None)
    values, weight = values.ravel()[order], weight.ravel()[order]
    ends = np.searchsorted(np.cumsum(weight), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    low, high = values[np.minimum(ends, len(values) - 1)]
    return Shares(float(values @ weight), float(low), float(high))


def shrink_gains(gains: np.ndarray) -> np.ndarray:
    """Gains (K,) of K candidates over one yardstick, each moved towards their mean by what chance explains of their spread.

    gains: matrix (W, K), the paired gain of each candidate in each world. The candidates' mean gains are drawn together by
    B = max(0, 1 - (K - 3) s^2 / sum (x - mean)^2), s^2 the mean squared error of a candidate about the mean of all, from the
    worlds (the estimator of Lindley in Efron & Morris 1975). The best of many equal arms then shows about the gain they share,
    not the luck that made it first. With three candidates or fewer nothing is moved.
    """
    worlds, count = gains.shape
    means = gains.mean(axis=0)
    if count < 4 or worlds < 2:
        found: np.ndarray = means
        return found
    aside = gains - gains.mean(axis=1, keepdims=True)
    error = float(aside.var(axis=0, ddof=1).sum() / worlds / (count - 1))
    spread = float(((means - means.mean()) ** 2).sum())
    keep = max(0.0, 1 - (count - 3) * error / spread) if spread > 0 else 0.0
    shrunk: np.ndarray = means.mean() + keep * (means - means.mean())
    return shrunk
