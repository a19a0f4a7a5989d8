"""Intervals -> verdicts; many arms -> which may be the best, what choosing one costs, and when enough is known to choose."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.studies.intervals import draw_t, estimate_mean_interval, level_of, world_means

LEVEL = 0.95


def judge(low: np.ndarray, high: np.ndarray, effect: float) -> np.ndarray:
    """The verdict on differences (K,) from their 95 % intervals [low, high], and from nothing else.

    `same` where the interval lies in (-effect, effect): two one-sided tests (Schuirmann 1987), each at 2.5 % since at 5 % they
    err too often on skewed outcomes (0042). `better` where low > effect, `worse` where high < -effect; `better_open`, `worse_open`
    where the interval excludes 0 but not the effect; else `open`. An interval that is not known (NaN) leaves everything open.
    """
    same = (low > -effect) & (high < effect)
    cases = {"same": same, "better": low > effect, "worse": high < -effect, "better_open": low > 0, "worse_open": high < 0}
    return np.select(list(cases.values()), list(cases), "open")


def find_possible_best(
    means: np.ndarray, bounds: tuple[float, float] | None = None, level: float = LEVEL, draws: int = 4_000
) -> np.ndarray:
    """Booleans (A,): the arms that may be the best (more is better); the best one is among them with probability `level`.

    means (W, A). Multiple comparisons with the best (Hsu 1984): an arm is out where the arm seen to be best is surely above it,
    at the one-sided level at which no arm would be put out wrongly if it were the best, against all others at once. The ends are those
    of `estimate_mean_interval`, so that an arm is not put out by deaths that were merely not seen. All where W < 2.
    """
    worlds, arms = means.shape
    if worlds < 2 or arms < 2:
        return np.ones(arms, bool)
    first, second = np.triu_indices(arms, 1)
    t = draw_t(means, np.stack((first, second), axis=1), draws)
    single = np.empty(arms)
    for arm in range(arms):  # by how much the others seem above it
        above = np.maximum(t[:, second == arm].max(axis=1, initial=-np.inf), -t[:, first == arm].min(axis=1, initial=np.inf))
        single[arm] = max(2 * level - 1, level_of(float(np.quantile(above, level)), worlds))
    best = int(means.mean(axis=0).argmax())
    within = None if bounds is None else (bounds[0] - bounds[1], bounds[1] - bounds[0])
    low, _ = estimate_mean_interval(means[:, [best]] - means, single, within)
    out = low > 0
    out[best] = False
    return ~out


class Contest(NamedTuple):
    """Where a choice among many stands: who is still in, and how many worlds were looked at when it was decided (or all)."""

    left: np.ndarray
    worlds: int
    decided: bool


def select_best(means: np.ndarray, effect: float, *, first: int = 10, wrong: float = 0.05) -> Contest:
    """Choice of the best of A arms from the worlds simulated so far, `means` (W, A), in their order; more is better.

    The fully sequential procedure KN (Kim & Nelson 2001) with c = 1, which allows common random numbers: after `first` worlds
    arms drop out one by one. With an arm that is better than all others by `effect` or more, it is the one left with probability
    1 - wrong, if worlds are independent and normal. left: booleans (A,). Simulate more worlds for those left while not decided.
    """
    worlds, arms = means.shape
    left = np.ones(arms, bool)
    if arms < 2 or worlds < max(first, 2):
        return Contest(left, worlds, arms < 2)
    freedom = first - 1
    eta = ((2 * wrong / (arms - 1)) ** (-2 / freedom) - 1) / 2
    start = means[:first]
    variance = np.array([((start - start[:, [arm]]).var(axis=0, ddof=1)) for arm in range(arms)])
    reach = 2 * eta * freedom * variance / effect**2  # h^2 S^2 / effect^2
    sums = np.cumsum(means, axis=0)
    for count in range(first, worlds + 1):
        slack = np.maximum(0, effect / 2 * (reach - count))
        ahead = sums[count - 1][:, None] - sums[count - 1]  # of the column's arm
        left &= ~((slack < ahead.T) & left[None, :] & ~np.eye(arms, dtype=bool)).any(axis=1)
        if not slack[np.ix_(left, left)].any():  # nobody can catch up; exact ties are as good as each other
            left = np.arange(arms) == np.where(left, sums[count - 1], -np.inf).argmax()
        if left.sum() == 1:
            return Contest(left, count, True)
    return Contest(left, worlds, False)


def estimate_regret(
    values: np.ndarray, worlds: np.ndarray, bounds: tuple[float, float] = (-np.inf, np.inf), draws: int = 4_000
) -> np.ndarray:
    """Expected regret (A,) of choosing each arm for all plausible worlds, from `values` (R, A) in worlds (R,); more is better.

    Regret is the mean over plausible worlds of the best arm's true value in that world less the arm's own. The best of values with
    luck in them would be too high; so worlds are drawn from the normal distribution with the means of the arms and the
    covariance between worlds, which is the covariance of the means of the worlds less what luck puts into it (its negative
    directions left out), and cut to `bounds`. NaN where luck cannot be told from what differs between worlds.
    """
    means = world_means(values, worlds)
    _, index, counts = np.unique(worlds, return_inverse=True, return_counts=True)
    if not len(values) > len(counts) > 1:
        return np.full(values.shape[1], np.nan)
    inside = values - means[index]
    luck = inside.T @ inside / (len(values) - len(counts)) * (1 / counts).mean()
    size, vectors = np.linalg.eigh(np.cov(means, rowvar=False) - luck)
    root = (vectors * np.sqrt(np.maximum(size, 0))).T
    true = np.random.default_rng(0).standard_normal((draws, values.shape[1])) @ root
    true = np.clip(means.mean(axis=0) + true - true.mean(axis=0), *bounds)
    found: np.ndarray = (true.max(axis=1, keepdims=True) - true).mean(axis=0)
    return found


class Information(NamedTuple):
    """What knowing one parameter would add to the choice, its standard error, and where the choice flips."""

    value: float
    error: float
    flips: tuple[float, ...]


def estimate_information(gains: np.ndarray, parameter: np.ndarray, degree: int = 2) -> Information:
    """Expected value of partial perfect information of one parameter (W,) on the choice among arms, in the unit of `gains`.

    gains (W, A): outcome of each arm in each world, more is better. The expected outcome given the parameter is a polynomial fitted
    across worlds (Strong, Oakley & Brennan 2014); the value is the mean of the best arm given the parameter less the best of
    the means, reckoned by leaving out each tenth of the worlds in turn, so that a parameter without meaning is worth about 0. flips:
    values of the parameter at which the arm with the best fit changes. Raises ValueError with fewer than 5 worlds a coefficient.
    """
    worlds = len(parameter)
    if worlds < 5 * (degree + 1):
        raise ValueError(f"worlds={worlds}: at least {5 * (degree + 1)} for a polynomial of degree {degree}")
    scaled = (parameter - parameter.mean()) / (parameter.std() or 1.0)
    design = np.vander(scaled, degree + 1)
    fold, gain = np.arange(worlds) % 10, np.empty(worlds)
    for part in range(10):
        inside = fold != part
        chosen = (design[~inside] @ np.linalg.lstsq(design[inside], gains[inside], rcond=None)[0]).argmax(axis=1)
        best = gains[inside].mean(axis=0).argmax()
        rows = np.flatnonzero(~inside)
        gain[rows] = gains[rows, chosen] - gains[rows, best]
    line = np.linspace(parameter.min(), parameter.max(), 401)
    ahead = (np.vander((line - parameter.mean()) / (parameter.std() or 1.0), degree + 1)
             @ np.linalg.lstsq(design, gains, rcond=None)[0]).argmax(axis=1)  # fmt: skip
    turns = np.flatnonzero(np.diff(ahead))
    return Information(
        float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(worlds)), tuple((line[turns] + line[turns + 1]) / 2)
    )
