"""Evaluations -> how the figures depend on the parameters, smoothed: a quadratic surface for each, with its error.

The figures are scaled: in half-ranges from the middle of their targets. The error of the surfaces, luck included, is a covariance of the
figures: what happens by chance in one population moves several of them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

#: Parts into which the evaluations are cut, to judge a surface by those it has not seen.
FOLDS: Final = 5
#: Penalties on the coefficients of a surface that are tried; the one that foretells unseen evaluations best is taken.
PENALTIES: Final = (0.03, 0.3, 3.0, 30.0, 300.0)


@dataclass(frozen=True)
class Surrogate:
    """Coefficients [terms, figures] of the surfaces, the covariance [figures, figures] of their errors, and R^2 on unseen ones."""

    coefficients: np.ndarray
    covariance: np.ndarray
    foretold: np.ndarray

    def predict(self, unit: np.ndarray) -> np.ndarray:
        """Scaled figures [n, figures] at points of the unit cube [n, parameters]."""
        found: np.ndarray = terms(unit) @ self.coefficients
        return found

    def log_likelihood(self, unit: np.ndarray, seen: np.ndarray, tolerance: float) -> np.ndarray:
        """Of the scaled figures `seen` [figures] at points of the unit cube: normal, with the errors of the surfaces and, on top, a
        tolerance of each figure."""
        left = self.predict(unit) - seen
        total = self.covariance + tolerance**2 * np.eye(len(seen))
        solved = np.linalg.solve(np.linalg.cholesky(total), left.T)
        found: np.ndarray = -0.5 * (solved**2).sum(axis=0)
        return found


def terms(unit: np.ndarray) -> np.ndarray:
    """1, the parameters, their squares and products, from -1 to 1: [n, 1 + d + d (d + 1) / 2]."""
    centred = 2 * np.asarray(unit, float) - 1
    number, dimensions = centred.shape
    found = np.empty((number, 1 + dimensions + dimensions * (dimensions + 1) // 2))
    found[:, 0] = 1
    found[:, 1 : 1 + dimensions] = centred
    at = 1 + dimensions
    for place in range(dimensions):  # one block of memory in the place of four: a sampler asks thousands of times
        np.multiply(centred[:, place : place + 1], centred[:, place:], out=found[:, at : at + dimensions - place])
        at += dimensions - place
    return found


def fit_surrogate(unit: np.ndarray, scaled: np.ndarray, *, latest: int | None = None) -> Surrogate:
    """Surfaces through evaluations at `unit` [n, parameters] with scaled figures [n, figures]; missing figures are left out.

    The errors are those of evaluations that a surface has not seen, among the last `latest` rows (all by default), since there the
    posterior lies. Raises ValueError where a figure is known in too few evaluations.
    """
    design, known = terms(unit), np.isfinite(scaled)
    latest = len(unit) if latest is None else latest
    if (few := known.sum(axis=0)).min() < 2 * FOLDS:
        raise ValueError(f"figure {few.argmin()}: known in {few.min()} evaluations; {2 * FOLDS} are needed")
    part = np.arange(len(unit)) % FOLDS
    coefficients, left = np.zeros((design.shape[1], scaled.shape[1])), np.full(scaled.shape, np.nan)
    for pattern in np.unique(known.T, axis=0):  # figures that are known in the same evaluations share their matrices
        figures = np.flatnonzero((pattern == known.T).all(axis=1))
        unseen = _unseen(design[pattern], scaled[pattern][:, figures], part[pattern])
        best = (unseen**2).sum(axis=1).argmin(axis=0)
        left[np.ix_(pattern, figures)] = unseen[best, :, np.arange(len(figures))].T
        fits = _ridge(design[pattern], scaled[pattern][:, figures])
        coefficients[:, figures] = fits[best, :, np.arange(len(figures))].T
    tail, seen = left[-latest:], np.where(known, scaled, np.nan)[-latest:]
    whole = np.isfinite(tail).all(axis=1)
    foretold = 1 - np.nanmean(tail**2, axis=0) / np.nanvar(seen, axis=0)
    number = scaled.shape[1]
    return Surrogate(coefficients, np.cov(tail[whole].T).reshape(number, number), foretold)


def _ridge(design: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Least squares with each of the penalties on all coefficients but the first: [penalties, terms, figures]."""
    square, product = design.T @ design, design.T @ values
    punished = np.eye(design.shape[1])
    punished[0, 0] = 0
    return np.stack([np.linalg.solve(square + penalty * punished, product) for penalty in PENALTIES])


def _unseen(design: np.ndarray, values: np.ndarray, part: np.ndarray) -> np.ndarray:
    """What is left of each value after a surface through the other parts, with each penalty: [penalties, n, figures]."""
    left = np.empty((len(PENALTIES), *values.shape))
    for fold in range(FOLDS):
        mine = part == fold
        left[:, mine] = values[mine] - design[mine] @ _ridge(design[~mine], values[~mine])
    return left
