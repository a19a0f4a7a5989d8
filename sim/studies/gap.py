"""Outcomes of two runs in the same replications -> how far apart they are, with intervals for luck."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.projections.outcomes import OUTCOMES
from sim.studies.intervals import estimate_mean_interval


class Gap(NamedTuple):
    """One outcome: its mean on either side, the mean difference, second less first, and the 95 % interval of that; NaN: none."""

    name: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    replications: int


def estimate_gaps(
    first: Sequence[Mapping[str, float | str]], second: Sequence[Mapping[str, float | str]], days: float
) -> list[Gap]:
    """Paired differences of the outcomes that the page of a run shows; a pair without a value on either side is left out.

    The parameters are held, so each replication is a world of its own (`estimate_mean_interval`). The intervals are one by one, not
    all at once.
    """
    found = []
    for outcome in OUTCOMES.values():
        if not (outcome.panel or outcome.name == "alive_days"):
            continue
        values = np.array([[float(a[outcome.name]), float(b[outcome.name])] for a, b in zip(first, second, strict=True)])
        values = values[np.isfinite(values).all(axis=1)]
        if not len(values):
            found.append(Gap(outcome.name, math.nan, math.nan, math.nan, math.nan, math.nan, 0))
            continue
        low, high = outcome.bounds(days)
        within = (low - high, high - low) if math.isfinite(high - low) else None
        differences = values[:, 1:] - values[:, :1]
        ends = estimate_mean_interval(differences, bounds=within)
        first_mean, second_mean = values.mean(axis=0).tolist()
        gap = float(differences.mean())
        found.append(Gap(outcome.name, first_mean, second_mean, gap, float(ends[0][0]), float(ends[1][0]), len(values)))
    return found
