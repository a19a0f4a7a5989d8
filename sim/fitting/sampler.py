"""A likelihood on the unit cube -> points of the posterior under a flat prior, by tempered sequential Monte Carlo.

Source: Del Moral, Doucet & Jasra 2006 (samplers), Neal 2001 (tempering). Every draw is keyed, so the points are the same on any machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from sim.streams import FIT, key_int, keys, run_key, uniforms

#: Share of the points that a step of the temperature leaves effective.
EFFECTIVE: Final = 0.5
#: Metropolis moves of every point after each step of the temperature, and after the last one.
MOVES, LAST_MOVES = 20, 60
#: Share of moves that is accepted where random walks in many dimensions are best (Roberts, Gelman & Gilks 1997), and how fast the
#: length of a move is adapted to it.
ACCEPTED, ADAPT = 0.25, 0.7
#: Added to the covariance of the points, so that moves do not degenerate.
RIDGE: Final = 1e-6

Likelihood = Callable[[np.ndarray], np.ndarray]


def root_key(seed: int, part: int) -> int:
    """Root of the draws of one part of a fit."""
    return key_int(int(run_key(seed, 0)), FIT, part)


def normals(root: int, ordinal: int, shape: tuple[int, int]) -> np.ndarray:
    """Standard normal numbers, keyed."""
    from scipy.special import ndtri  # late: slow to import

    found: np.ndarray = ndtri(flat(root, ordinal, shape))
    return found


def flat(root: int, ordinal: int, shape: tuple[int, int]) -> np.ndarray:
    """Uniform numbers in (0, 1), keyed."""
    own = keys(np.uint64(root), FIT, np.array([ordinal]))[0]
    return uniforms(own, FIT, np.arange(shape[0] * shape[1])).reshape(shape)


def sample(
    likelihood: Likelihood, dimensions: int, *, points: int, root: int, moves: tuple[int, int] = (MOVES, LAST_MOVES)
) -> np.ndarray:
    """Points [points, dimensions] of the posterior; likelihood([n, dimensions]) -> its logarithm [n]. Equal weights.

    The points begin as draws of the prior. The temperature rises so far that `EFFECTIVE` of them stay effective; they are drawn anew by
    their weights, and each walks at random. It walks where each share is the probability of a standard normal number, which has no walls:
    reflected at those of the cube, a walk along correlated directions would not be reversible.
    """
    from scipy.special import ndtr  # late: slow to import

    ordinals = _counting()
    here = normals(root, next(ordinals), (points, dimensions))
    value = likelihood(ndtr(here))
    heat, length = 0.0, 2.38 / np.sqrt(dimensions)
    while heat < 1:
        step = _next_step(value, 1 - heat)
        heat += step
        chosen = _resampled(step * value, float(flat(root, next(ordinals), (1, 1))[0, 0]))
        here, value = here[chosen], value[chosen]
        for _ in range(moves[1] if heat >= 1 else moves[0]):
            spread = np.linalg.cholesky(np.cov(here.T).reshape(dimensions, dimensions) + RIDGE * np.eye(dimensions))
            there = here + length * normals(root, next(ordinals), here.shape) @ spread.T
            new = likelihood(ndtr(there))
            gain = heat * (new - value) - ((there**2).sum(axis=1) - (here**2).sum(axis=1)) / 2
            taken = np.log(flat(root, next(ordinals), (1, points))[0]) < gain
            here, value = np.where(taken[:, None], there, here), np.where(taken, new, value)
            length *= np.exp(ADAPT * (taken.mean() - ACCEPTED))
    found: np.ndarray = ndtr(here)
    return found


def _counting() -> Iterator[int]:
    ordinal = 0
    while True:
        yield ordinal
        ordinal += 1


def _next_step(value: np.ndarray, most: float) -> float:
    """The largest step of the temperature, at most `most`, that leaves EFFECTIVE of the points effective."""

    def effective(step: float) -> float:
        weight = np.exp(step * (value - value.max()))
        return float(weight.sum() ** 2 / (weight @ weight) / len(weight))

    if effective(most) >= EFFECTIVE:
        return most
    low, high = 0.0, most
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if effective(middle) >= EFFECTIVE else (low, middle)
    return max(low, most * 1e-6)


def _resampled(log_weight: np.ndarray, offset: float) -> np.ndarray:
    """Places drawn with probability proportional to the weights, systematically (Kitagawa 1996)."""
    weight = np.exp(log_weight - log_weight.max())
    total = np.cumsum(weight / weight.sum())
    places: np.ndarray = np.searchsorted(total, (np.arange(len(weight)) + offset) / len(weight))
    found: np.ndarray = np.minimum(places, len(weight) - 1)
    return found
