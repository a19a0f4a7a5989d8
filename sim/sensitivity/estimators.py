"""Values of arms in many worlds and one unknown at a time -> how much hangs on it. Nothing is simulated for it: the worlds are there.

An unknown is put on the scale of its ranks, from -1 to 1, and what depends on it is smoothed by a polynomial of degree DEGREE in
them (regression estimates of value of information: Strong, Oakley & Brennan 2014). What chance alone would give is taken
off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import stats

#: Degree of the smoothing polynomial: it bends twice, and 100 worlds can bear it.
DEGREE: Final = 3
#: Resamples of the worlds for an interval.
RESAMPLES: Final = 200
#: Places between the ends of an unknown at which a difference is looked at.
GRID: Final = 201
#: Share of an unknown's ranks on each side beyond which nothing is said of it.
TAIL: Final = 0.05
#: A change of sides is told where so many resamples have one.
SEEN: Final = 0.8


@dataclass(frozen=True)
class Flip:
    """Where a difference changes its sign along an unknown: value, and the central 90 % over resampled worlds."""

    value: float
    low: float
    high: float


def rank_scale(x: np.ndarray) -> np.ndarray:
    """Ranks of each column [W, P] from -1 to 1, ties in the middle."""
    ranks = np.apply_along_axis(stats.rankdata, 0, x)
    scaled: np.ndarray = (2 * ranks - 1) / len(x) - 1
    return scaled


def smoother(u: np.ndarray) -> np.ndarray:
    """An orthonormal basis [W, DEGREE + 1] of polynomials in one scaled unknown [W]; the first column is constant."""
    basis, _ = np.linalg.qr(np.polynomial.legendre.legvander(u, DEGREE))
    return basis


def find_shares(u: np.ndarray, gains: np.ndarray, luck: float) -> tuple[np.ndarray, np.ndarray]:
    """(share, p) [P] of each unknown alone in the variance of a difference over worlds.

    u: [W, P] on the scale of ranks; gains: [W] world means; luck: variance of a world mean by luck alone, which no unknown can
    carry. Shares are adjusted for the terms fitted and lie from 0 to 1; p: of the F test that nothing depends on it.
    """
    worlds, total = len(gains), float(np.var(gains, ddof=1))
    between = max(total - luck, 0.0)
    shares, chances = np.zeros(u.shape[1]), np.ones(u.shape[1])
    if total <= 0 or between <= 0:
        return shares, chances
    centred = gains - gains.mean()
    free = worlds - DEGREE - 1
    for place in range(u.shape[1]):
        terms = smoother(u[:, place])[:, 1:].T @ centred
        explained = float(terms @ terms / (centred @ centred))
        adjusted = 1 - (1 - explained) * (worlds - 1) / free
        shares[place] = min(max(adjusted * total / between, 0.0), 1.0)
        ratio = (explained / DEGREE) / max((1 - explained) / free, 1e-300)
        chances[place] = float(stats.f.sf(ratio, DEGREE, free))
    return shares, chances


def find_worth(u: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Expected value of knowing each unknown alone exactly, before choosing an arm [P], in the unit of the values (more is better).

    values: [W, arms]. EVPPI = E[max over arms of E[value | unknown]] - max over arms of E[value]. What a difference from the arm that is
    best on average shows of an unknown is shrunk by the share in it that DEGREE terms would find where there is nothing.
    """
    worlds = len(values)
    gaps = values - values[:, [int(values.mean(axis=0).argmax())]]
    means = gaps.mean(axis=0)
    found = np.zeros(u.shape[1])
    for place in range(u.shape[1]):
        basis = smoother(u[:, place])[:, 1:]
        shown = basis @ (basis.T @ (gaps - means))
        left = (gaps - means - shown).var(axis=0) * worlds / (worlds - DEGREE - 1)
        spread, chance = shown.var(axis=0), left * DEGREE / worlds
        kept = np.sqrt(np.divide(np.maximum(spread - chance, 0), spread, out=np.zeros_like(spread), where=spread > 0))
        found[place] = (means + kept * shown).max(axis=1).mean() - means.max()
    return found


def find_regret(values: np.ndarray, luck: np.ndarray) -> float:
    """Expected loss of choosing now against choosing in each world by its truth (EVPI), in the unit of the values.

    values: [W, arms] world means; luck: [arms] variance by luck alone of a world mean of the difference from the arm that is best on
    average. Differences are shrunk towards their mean by the share of luck in them first, since luck looks like a reason to
    choose otherwise.
    """
    gaps = values - values[:, [int(values.mean(axis=0).argmax())]]
    total = gaps.var(axis=0, ddof=1)
    kept = np.sqrt(np.divide(np.maximum(total - luck, 0), total, out=np.zeros_like(total), where=total > 0))
    shrunk = gaps.mean(axis=0) + kept * (gaps - gaps.mean(axis=0))
    return float(shrunk.max(axis=1).mean() - gaps.mean(axis=0).max())


def find_flip(x: np.ndarray, gains: np.ndarray, seed: int = 0) -> Flip | None:
    """Where the smoothed difference [W] changes its sign along an unknown [W]; None where it does not, or not surely (SEEN)."""
    rng = np.random.default_rng(seed)
    found = _crossing(x, gains)
    if found is None:
        return None
    drawn = [_crossing(x[rows], gains[rows]) for rows in rng.integers(len(x), size=(RESAMPLES, len(x)))]
    seen = np.array([one for one in drawn if one is not None])
    if len(seen) < SEEN * RESAMPLES:
        return None
    low, high = np.quantile(seen, (0.05, 0.95))
    return Flip(found, float(low), float(high))


def _crossing(x: np.ndarray, gains: np.ndarray) -> float | None:
    """The change of sign that is nearest to the middle of the worlds, between the tails; smoothed over the values themselves, since
    ranks bend what is straight in them."""
    first, last = np.quantile(x, (TAIL, 1 - TAIL))
    if first == last:
        return None
    line = np.polynomial.Polynomial.fit(x, gains, DEGREE)
    grid = np.linspace(first, last, GRID)
    signs = np.signbit(line(grid))
    places = np.flatnonzero(signs[1:] != signs[:-1])
    if not len(places):
        return None
    between = (grid[places] + grid[places + 1]) / 2
    return float(between[np.abs(between - np.median(x)).argmin()])


def smoothed_ends(u: np.ndarray, gains: np.ndarray) -> tuple[float, float]:
    """The smoothed difference at the lower and the upper tail of an unknown on the scale of ranks [W]."""
    terms = np.polynomial.legendre.legfit(u, gains, DEGREE)
    low, high = np.polynomial.legendre.legval(np.array([-1 + 2 * TAIL, 1 - 2 * TAIL]), terms)
    return float(low), float(high)
