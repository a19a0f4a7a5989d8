"""Drift: a slow walk of a person's interest, week by week, which scales looking and writing; what happens cannot change it.

An Ornstein-Uhlenbeck process seen once a week: x' = rho x + sd sqrt(1 - rho^2) z, rho = exp(-7 days / drift_days), of
stationary standard deviation drift_spread. Its weeks begin at a time of each person's own.
"""

from __future__ import annotations

import math

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import WEEK, WEEK_DAYS
from sim.kernel.forms import normal
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole


@within
def week_of(trait: Row, time: Whole) -> Whole:
    """The number of a person's week."""
    return int((time + uniform(trait.key, streams.DRIFT, 0) * WEEK) // WEEK)


@within
def walk(parameters: Row, trait: Row, level: float, begun: Whole, until: Whole) -> float:
    """The level in week `until`, from that in week `begun` - 1 (0: not begun)."""
    rho = math.exp(-WEEK_DAYS / parameters.drift_days)
    for week in range(begun, until + 1):
        step = parameters.drift_spread * normal(trait.key, streams.DRIFT, week + 1)
        level = step if week == 0 else rho * level + math.sqrt(1.0 - rho * rho) * step
    return level


@within
def advance_drift(parameters: Row, trait: Row, person: Row, time: Whole) -> None:
    """Brings the state up to the present week; at a check."""
    if parameters.drift_spread > 0.0:
        week = week_of(trait, time)
        person.drift = walk(parameters, trait, person.drift, np.int64(person.drifted), week)
        person.drifted = week + 1


@within
def factor_of_looks(parameters: Row, trait: Row, person: Row, time: Whole) -> float:
    """Mean 1 over people, without touching the state."""
    if parameters.drift_spread <= 0.0:
        return 1.0
    level = walk(parameters, trait, person.drift, np.int64(person.drifted), week_of(trait, time))
    return math.exp(level - 0.5 * parameters.drift_spread * parameters.drift_spread)


@within
def factor_of_talk(
    parameters: Row, world: Row, trait: Row, person: Row, member: Row, channel: Row, where: Whole, time: Whole
) -> float:
    """The same of writing."""
    return factor_of_looks(parameters, trait, person, time)
