"""Topics and calendar: what raises or lowers spontaneous talk from outside, the same in every arm of a comparison."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import within
from sim.events.kinds import DAY
from sim.kernel.rows import heat_of
from sim.vocabulary.tables import Row, Whole

#: The first day of a run is a Monday.
SATURDAY: Final = 5
WEEK_DAYS: Final = 7


@within
def heat_at(parameters: Row, world: Row, where: Whole, time: Whole) -> float:
    """Heat of the topics of a group: those that came up so far, fading."""
    low, high = 0, np.int64(world.heats)
    first = (where % world.heat_groups) * world.heats
    while low < high:
        middle = (low + high) >> 1
        if heat_of(world, first + middle).time <= time:
            low = middle + 1
        else:
            high = middle
    if low == 0:
        return 0.0
    topic = heat_of(world, first + low - 1)
    return topic.heat * math.exp(-((time - topic.time) / DAY) / parameters.heat_days)


@within
def of_weekday(parameters: Row, time: Whole) -> float:
    """Factor of the day of the week, mean 1 over a week."""
    share = parameters.weekend_talk
    mean = (SATURDAY + (WEEK_DAYS - SATURDAY) * share) / WEEK_DAYS
    return (share if (time // DAY) % WEEK_DAYS >= SATURDAY else 1.0) / mean


@within
def of_hour(parameters: Row, trait: Row, time: Whole) -> float:
    """Factor of the hour: a person keeps to an hour of their own (von Mises), drawn from the day that all share; mean 1 over looks."""
    since = (time - trait.own_hour - trait.shift) / DAY
    return math.exp(parameters.hour_focus * math.cos(2.0 * math.pi * since)) / trait.hour_mean


@within
def factor_of_talk(
    parameters: Row, world: Row, trait: Row, person: Row, member: Row, channel: Row, where: Whole, time: Whole
) -> float:
    """Topics of the group, day of the week, hour of the person."""
    factor = 1.0
    if parameters.heat_gain > 0.0:
        factor += parameters.heat_gain * heat_at(parameters, world, where, time)
    if parameters.weekend_talk != 1.0:
        factor *= of_weekday(parameters, time)
    if parameters.hour_focus > 0.0:
        factor *= of_hour(parameters, trait, time)
    return factor
