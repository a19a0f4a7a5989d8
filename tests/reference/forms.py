"""Forms that several rules share."""

from __future__ import annotations

import math

from sim.events.kinds import HOUR
from tests.reference.draws import draw


def clip(x: float, low: float, high: float) -> float:
    """x, held between two bounds."""
    return low if x < low else high if x > high else x


def normal(key: int, purpose: str, ordinal: int) -> float:
    """A standard normal number out of two draws."""
    one, two = (draw(key, purpose, 2 * ordinal + part) for part in (0, 1))
    return math.sqrt(-2.0 * math.log(one)) * math.cos(2.0 * math.pi * two)


def half_life(delay: float, hours: float) -> float:
    """What is left of 1 after `delay` (us), if half of it goes every so many hours."""
    return 0.5 ** (delay / HOUR / hours)


def delay_minutes(u: float, median: float, spread: float) -> float:
    """A log-logistic delay; `spread` is the standard deviation of its logarithm."""
    return median * math.exp(spread * (math.sqrt(3.0) / math.pi) * math.log(u / (1.0 - u)))
