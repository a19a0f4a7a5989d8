"""Synthetic truths -> whether the posterior says what it should: the rank of each truth among draws of its own posterior.

If truths come from the prior and the posterior is right, ranks are uniform. Sources: Cook, Gelman & Rubin 2006; Talts et al. 2018;
with the posterior of the data as the prior: Sailynoja et al. 2025.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sim.fitting.priors import PRIORS
from sim.fitting.sampler import normals, root_key, sample
from sim.fitting.surrogate import FOLDS, Surrogate
from sim.fitting.targets import FITTED, TOLERANCE

#: Points and moves of the posterior of a truth, and how many of the points a rank counts.
POINTS, MOVES, RANKED = 320, (15, 45), 40
#: Bins of the test of uniform ranks.
BINS = 8
#: First part of the draws of a calibration.
PART: Final = 100_000


@dataclass(frozen=True)
class Trial:
    """Truths [n, parameters] of the unit cube with their scaled figures [n, figures]; one surrogate for each fold, which has not
    seen the truths of that fold (row modulo FOLDS); and what was known before (None: the flat prior), with what was seen then."""

    truths: np.ndarray
    seen: np.ndarray
    surrogates: tuple[Surrogate, ...]
    before: Surrogate | None = None

    @property
    def digest(self) -> str:
        """Over truths and figures."""
        return hashlib.blake2b(self.truths.tobytes() + self.seen.tobytes(), digest_size=16).hexdigest()


def calibrate_point(trial: Trial, *, seed: int, replication: int, world: int | None = None) -> dict[str, Any]:
    """One truth: for each parameter its rank (0 to RANKED) among draws of the posterior of what it would look like."""
    truth, surrogate = trial.truths[replication], trial.surrogates[replication % FOLDS]
    root = root_key(seed, PART + replication)
    noise = TOLERANCE * normals(root, 0, (1, len(FITTED)))[0]
    seen = trial.seen[replication] + noise

    def likelihood(unit: np.ndarray) -> np.ndarray:
        found = surrogate.log_likelihood(unit, seen, TOLERANCE)
        return found if trial.before is None else found + trial.before.log_likelihood(unit, np.zeros(len(FITTED)), TOLERANCE)

    points = sample(likelihood, len(PRIORS), points=POINTS, root=root_key(seed, PART + replication) ^ 1, moves=MOVES)
    ranks = (points[:: POINTS // RANKED] < truth).sum(axis=0)
    digest = hashlib.blake2b(points.tobytes(), digest_size=16).hexdigest()
    return {prior.name: int(rank) for prior, rank in zip(PRIORS, ranks, strict=True)} | {"digest": digest, "lifetimes": []}


def tabulate_ranks(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a parameter: chi2 (of BINS bins), p of it, ks_p (Kolmogorov and Smirnov), mean rank (0 to 1), truths."""
    from scipy.stats import chisquare, kstest  # late: slow to import

    table = []
    for prior in PRIORS:
        rank = rows[prior.name].to_numpy()
        place = (rank + 0.5) / (RANKED + 1)
        edges = np.linspace(-0.5, RANKED + 0.5, BINS + 1)
        counts = np.histogram(rank, edges)[0]
        expected = len(rank) * np.histogram(np.arange(RANKED + 1), edges)[0] / (RANKED + 1)
        test = chisquare(counts, expected)
        table.append(
            {"parameter": prior.name, "truths": len(rank), "mean_rank": float(place.mean()), "chi2": float(test.statistic),
             "p": float(test.pvalue), "ks_p": float(kstest(place, "uniform").pvalue), "counts": " ".join(map(str, counts))}
        )  # fmt: skip
    return pd.DataFrame(table)
