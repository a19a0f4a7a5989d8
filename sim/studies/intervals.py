"""Means of worlds -> intervals: for the mean over plausible worlds, for luck alone, for one more world, and for many at once.

A world is one draw of the assumed parameters; where those are held fixed, each replication is a world of its own. Everything
here takes the outcome of each world as an array and knows neither arms' names nor tables.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import stats

LUCK_LEVEL, UNKNOWN_LEVEL = 0.95, 0.90
#: Worlds that must differ from the commonest value before a spread near a floor or ceiling is believed (0040).
FEWEST_EVENTS = 5
_FEWEST_DRAWS, _MOST_DRAWS, _MAX_T_DRAWS = 2_000, 10_000, 4_000
_BEYOND = 40  # draws that must lie beyond the end of an interval
_CHUNK, _MOST_NUMBERS = 4_000_000, 400_000_000  # numbers held at a time, and drawn in all
_Z_LIMIT = 1e-4  # a share of bootstrap draws below the estimate is held between this and 1 minus this


def world_means(values: np.ndarray, worlds: np.ndarray) -> np.ndarray:
    """Means (W, ...) of the replications (R, ...) in each world (R,); with one world, the replications as they are."""
    _, index, counts = np.unique(worlds, return_inverse=True, return_counts=True)
    if len(counts) == 1:
        return np.asarray(values, float)
    sums = np.zeros((len(counts), *values.shape[1:]))
    np.add.at(sums, index, values)
    return sums / counts.reshape(-1, *[1] * (values.ndim - 1))


def estimate_mean_interval(
    means: np.ndarray, level: float | np.ndarray = 0.95, bounds: tuple[float, float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Two-sided interval (K,), (K,) for the mean over plausible worlds of each column of `means` (W, K); level () or (K,).

    Each end is the further one of two: Student's t on the means of the worlds, and the bias-corrected and accelerated bootstrap
    over worlds (BCa, Efron 1987) with the expanded percentiles of Hesterberg (2015). Where the outcome cannot leave `bounds` and
    fewer than FEWEST_EVENTS worlds differ from the commonest value (ties beyond pairs of equal worlds are the mark of a floor or
    ceiling), what was not seen matters more than what was: the ends are then those of `_exact_interval`, which carry the
    Clopper-Pearson bound on rare events into the unit of the outcome. Cut to `bounds`. NaN with fewer than two worlds, and
    where all worlds agree on an outcome without bounds.
    """
    worlds, columns = means.shape
    level = np.broadcast_to(np.asarray(level, float), (columns,))
    if worlds < 2:
        return np.full(columns, np.nan), np.full(columns, np.nan)
    spread = np.ptp(means, axis=0) > 1e-9 * np.maximum(1, np.abs(means).max(axis=0))
    low, high = np.full(columns, np.nan), np.full(columns, np.nan)
    rare = _few_events(means) if bounds is not None else np.zeros(columns, bool)
    if (fine := spread & ~rare).any():
        ends = zip(_t_interval(means[:, fine], level[fine]), _bca_interval(means[:, fine], level[fine]), strict=True)
        (t_low, b_low), (t_high, b_high) = ends
        low[fine], high[fine] = np.fmin(t_low, b_low), np.fmax(t_high, b_high)
    if bounds is not None:
        if rare.any():
            low[rare], high[rare] = _exact_interval(means[:, rare], level[rare], bounds)
        low, high = np.clip(low, *bounds), np.clip(high, *bounds)
    return low, high


def _few_events(means: np.ndarray) -> np.ndarray:
    """Booleans (K,): some worlds agree, and fewer than FEWEST_EVENTS differ from the value that is commonest."""
    ordered = np.sort(np.round(means, 9), axis=0)
    run = np.ones(ordered.shape[1], int)
    commonest = run.copy()
    for before, here in itertools.pairwise(ordered):
        run = np.where(before == here, run + 1, 1)
        commonest = np.maximum(commonest, run)
    return (commonest > 1) & (len(means) - commonest < FEWEST_EVENTS)


def _t_interval(means: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    half = stats.t.ppf((1 + level) / 2, len(means) - 1) * means.std(axis=0, ddof=1) / np.sqrt(len(means))
    return means.mean(axis=0) - half, means.mean(axis=0) + half


def _bca_interval(means: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    worlds, columns = means.shape
    draws = _draws_for(level)
    weights = np.random.default_rng(0).multinomial(worlds, np.full(worlds, 1 / worlds), size=draws) / worlds
    centred = means - means.mean(axis=0)
    acceleration = (centred**3).sum(axis=0) / (6 * (centred**2).sum(axis=0) ** 1.5)
    low, high = np.empty(columns), np.empty(columns)
    for part in _parts(columns, draws):
        again = np.sort(weights @ centred[:, part], axis=0)
        below = ((again < 0).mean(axis=0) + (again <= 0).mean(axis=0)) / 2
        bias = stats.norm.ppf(np.clip(below, _Z_LIMIT, 1 - _Z_LIMIT))
        for ends, tail in ((low, (1 - level[part]) / 2), (high, (1 + level[part]) / 2)):
            wide = np.sqrt(worlds / (worlds - 1)) * stats.t.ppf(tail, worlds - 1) + bias
            share = 1 - acceleration[part] * wide
            # beyond this the formula turns over; the end is then the furthest draw
            reach = np.where(share > 0, bias + wide / np.where(share > 0, share, 1), np.sign(wide) * np.inf)
            place = np.clip(np.floor(stats.norm.cdf(reach) * draws).astype(int), 0, draws - 1)
            ends[part] = np.take_along_axis(again, place[None], 0)[0]
    return means.mean(axis=0) + low, means.mean(axis=0) + high


def _exact_interval(means: np.ndarray, level: np.ndarray, bounds: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles of the mean of the worlds and one unseen world at the bound, under weights uniform on the simplex.

    The bound of Gaffke (2005) for the mean of a bounded variable from a small sample, see Learned-Miller & Thomas (2019). For
    outcomes that are all or nothing it is the interval of Clopper & Pearson (1934); where all worlds agree, 1 - (alpha/2)^(1/W)
    of the way to the bound.
    """
    worlds, columns = means.shape
    tail = (1 - level) / 2
    draws = _draws_for(level)
    weights = np.random.default_rng(0).standard_exponential((draws, worlds + 1))
    weights /= weights.sum(axis=1, keepdims=True)
    ends = []
    for bound, share in zip(bounds, (tail, 1 - tail), strict=True):
        end = np.empty(columns)
        for part in _parts(columns, draws):
            again = np.sort(weights[:, :-1] @ means[:, part] + weights[:, -1:] * bound, axis=0)
            place = np.clip(np.floor(share[part] * draws).astype(int), 0, draws - 1)
            end[part] = np.take_along_axis(again, place[None], 0)[0]
        furthest = means.min(axis=0) if bound == bounds[0] else means.max(axis=0)
        alone = (np.ptp(means, axis=0) == 0) | (
            tail < _BEYOND / 2 / draws
        )  # so far out that draws cannot tell: on the safe side
        ends.append(np.where(alone, furthest + (bound - furthest) * (1 - tail ** (1 / worlds)), end))
    return ends[0], ends[1]


def _draws_for(level: np.ndarray) -> int:
    return int(np.clip(2 * _BEYOND / np.maximum(1 - level.max(), 1e-9), _FEWEST_DRAWS, _MOST_DRAWS))


def _parts(columns: int, draws: int) -> Iterator[slice]:
    step = max(1, _CHUNK // draws)
    yield from (slice(start, start + step) for start in range(0, columns, step))


# Luck and one more world -----------------------------------------------------------------------------------------------


class Components(NamedTuple):
    """One-way random effects: mean, luck variance of a replication, variance between worlds, and what they rest on."""

    mean: float
    luck: float
    between: float
    within_ss: float
    between_ss: float
    counts: np.ndarray
    size: float


def estimate_components(differences: np.ndarray, worlds: np.ndarray) -> Components:
    """Variance components of values (R,) in worlds (R,) by analysis of variance; between = max(0, (MSB - MSW) / n).

    n is the number of replications a world, (R - sum n_w^2 / R) / (W - 1) where it differs. NaN where it cannot be told.
    """
    _, index, counts = np.unique(worlds, return_inverse=True, return_counts=True)
    total, groups = len(differences), len(counts)
    mean = float(differences.mean())
    means = np.bincount(index, differences) / counts
    within_ss = float(((differences - means[index]) ** 2).sum())
    between_ss = float((counts * (means - mean) ** 2).sum())
    size = (total - (counts**2).sum() / total) / max(groups - 1, 1)
    luck = within_ss / (total - groups) if total > groups else np.nan
    between = max(0.0, (between_ss / (groups - 1) - luck) / size) if groups > 1 and total > groups else np.nan
    return Components(mean, luck, between, within_ss, between_ss, counts, size)


class Bars(NamedTuple):
    """What luck alone leaves, and where one more world may lie, in units of the outcome; see `estimate_bars`."""

    mean: float
    luck: tuple[float, float]
    unknown: tuple[float, float]


def estimate_bars(
    differences: np.ndarray, worlds: np.ndarray, bounds: tuple[float, float] = (-np.inf, np.inf), draws: int = 4_000
) -> Bars:
    """Two bars beside the mean of paired differences (R,) of replications in worlds (R,), cut to what can be.

    luck: 95 % t interval of the mean over the worlds that were drawn, from the variance within worlds alone. It does not cover
    the mean over plausible worlds; `estimate_mean_interval` does. unknown: central 90 % prediction interval of the true difference
    in one more plausible world. Its half-width is the quantile of |z| sqrt(between (1 + sum n_w^2 / R^2) + within / R), z normal,
    where both variance components are drawn from their generalised pivotal quantities SS / chi2 and `between` is clipped at 0
    (Lin & Liao 2008). Never narrower than luck and, where fewer than FEWEST_EVENTS worlds differ, than the interval of the
    mean (`estimate_mean_interval`), since the spread of worlds was then not seen; NaN with one world.
    """
    parts = estimate_components(differences, worlds)
    mean, counts = parts.mean, parts.counts
    total, groups = int(counts.sum()), len(counts)
    luck = unknown = np.nan
    if total > groups:
        luck = stats.t.ppf((1 + LUCK_LEVEL) / 2, total - groups) * np.sqrt(parts.luck / total)
    if total > groups > 1:
        rng = np.random.default_rng(0)
        within = parts.within_ss / rng.chisquare(total - groups, draws)
        between = np.maximum(0, (parts.between_ss / rng.chisquare(groups - 1, draws) - within) / parts.size)
        spread = np.sqrt(between * (1 + (counts**2).sum() / total**2) + within / total)
        unknown = max(luck, np.quantile(np.abs(rng.standard_normal(draws)) * spread, UNKNOWN_LEVEL))
    luck_low, luck_high, low, high = np.clip([mean - luck, mean + luck, mean - unknown, mean + unknown], *bounds)
    means = world_means(differences, worlds)[:, None]
    if groups > 1 and np.isfinite(bounds).all() and _few_events(means)[0]:
        rare_low, rare_high = estimate_mean_interval(means, LUCK_LEVEL, bounds)
        low, high = np.fmin(low, rare_low[0]), np.fmax(high, rare_high[0])
    return Bars(mean, (float(luck_low), float(luck_high)), (float(low), float(high)))


# Many claims at once ---------------------------------------------------------------------------------------------------


def draw_t(means: np.ndarray, pairs: np.ndarray, draws: int = _MAX_T_DRAWS, seed: int = 0) -> np.ndarray:
    """Student's t (draws, C) of each of `pairs` (C, 2) of columns of `means` (W, A), first less second, if no pair differed.

    A parametric bootstrap: worlds are drawn from the normal distribution with the correlations of the arms, and both the means
    and the spreads of each draw are its own, so that one pair alone is exactly t with W - 1 degrees of freedom. Correlations
    are shrunk towards 0 by what W worlds leave uncertain (Schaefer & Strimmer 2005), which errs on the safe side. Drawing worlds
    anew instead gives intervals without end at five worlds (0041). With very many pairs the draws are fewer, at least 1,000.
    """
    worlds, arms = means.shape
    draws = int(np.clip(_MOST_NUMBERS // (worlds * max(len(pairs), arms)), min(draws, 1_000), draws))
    deviation = means.std(axis=0, ddof=1)
    deviation = np.maximum(deviation, 1e-6 * (deviation.max() or 1.0))  # an arm without spread counts as a claim of its own
    values, vectors = np.linalg.eigh(_shrunk_correlation(means))
    root = (vectors * np.sqrt(np.maximum(values, 0))).T * deviation
    root = root[:, pairs[:, 0]] - root[:, pairs[:, 1]]
    rng = np.random.default_rng(seed)
    step = max(1, _CHUNK // (worlds * max(len(pairs), arms)))
    parts = []
    for start in range(0, draws, step):
        count = min(step, draws - start)
        inside = rng.standard_normal((count * (worlds - 1), arms)) @ root
        inside *= inside
        error = np.sqrt(inside.reshape(count, worlds - 1, -1).sum(axis=1) / (worlds - 1))
        parts.append(np.divide(rng.standard_normal((count, arms)) @ root, error, out=np.zeros_like(error), where=error > 0))
    return np.concatenate(parts)


def _shrunk_correlation(means: np.ndarray) -> np.ndarray:
    worlds, arms = means.shape
    deviation = means.std(axis=0, ddof=1)
    scaled = np.divide(means - means.mean(axis=0), deviation, out=np.zeros_like(means), where=deviation > 0)
    correlation = scaled.T @ scaled / (worlds - 1)
    if worlds < 3:
        return np.eye(arms)
    products = scaled.T @ scaled / worlds
    variance = ((scaled**2).T @ scaled**2 - worlds * products**2) * worlds / (worlds - 1) ** 3
    aside = ~np.eye(arms, dtype=bool)
    known = float((correlation[aside] ** 2).sum())
    shrink = min(1.0, float(variance[aside].sum()) / known) if known > 0 else 1.0
    return np.where(aside, (1 - shrink) * correlation, 1.0)


def simultaneous_level(means: np.ndarray, pairs: np.ndarray, level: float = 0.95, draws: int = _MAX_T_DRAWS) -> float:
    """The level of each single interval at which all of them hold at once with probability `level`.

    means (W, A), the outcome of every arm in every world; pairs (C, 2), the arms that are held against each other. With one
    pair it is `level` itself. From the quantile c of the largest |t| of all pairs: 1 - 2 P(t > c), W - 1 degrees of freedom.
    """
    if len(means) < 2 or len(pairs) < 2:
        return level
    largest = np.abs(draw_t(means, pairs, draws)).max(axis=1)
    return max(level, level_of(float(np.quantile(largest, level)), len(means)))


def level_of(t: float, worlds: int) -> float:
    """The level of the two-sided t interval of so many worlds that reaches t standard errors far."""
    return 1 - 2 * float(stats.t.sf(t, worlds - 1))
