"""Forms that several sub-models share: bounds, halving, fading, delays."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import within
from sim.events.kinds import DAY, HOUR
from sim.streams import uniform
from sim.vocabulary.tables import Whole

#: Numpy integers for the same reason as the event codes: plain ones would compile each callee once per value.
YES, NO = np.int64(1), np.int64(0)
#: A logistic variate of standard deviation 1 is the logit of a uniform one times this.
LOGISTIC: Final = math.sqrt(3.0) / math.pi
DAY_MINUTES: Final = 1440.0


@within
def clip(x: float, low: float, high: float) -> float:
    """x, held between low and high."""
    return min(max(x, low), high)


@within
def halved(delay: Whole, half: float) -> float:
    """2 ** -(delay / half) for microseconds and hours."""
    return math.exp(-math.log(2.0) * (delay / HOUR) / half)


@within
def fading(since: Whole, days: float) -> float:
    """exp(-since / days) for microseconds and days."""
    return math.exp(-(since / DAY) / days)


@within
def normal(parent: np.uint64, purpose: Whole, ordinal: Whole) -> float:
    """A standard normal variate of the draws (purpose, 2 ordinal) and (purpose, 2 ordinal + 1): Box & Muller 1958."""
    radius = math.sqrt(-2.0 * math.log(uniform(parent, purpose, 2 * ordinal)))
    return radius * math.cos(2.0 * math.pi * uniform(parent, purpose, 2 * ordinal + 1))


@within
def log_delay(u: float, median: float, spread: float) -> float:
    """A log-logistic delay with the given median; spread is the standard deviation of its logarithm."""
    return median * math.exp(spread * LOGISTIC * math.log(u / (1.0 - u)))
