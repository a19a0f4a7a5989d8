"""Attention: habitual looks come as a unit-rate stream in operational time that nothing in a channel can change; whether a look
becomes a check depends on what the channel is worth to the person."""

from __future__ import annotations

import math

from sim import streams
from sim.compiled import within
from sim.events.kinds import DAY, DAY_HOURS, HOUR, WEEK
from sim.kernel.submodels.value import interest
from sim.streams import uniform
from sim.vocabulary.tables import MUTED, Row, Whole


@within
def clock_to_tau(world: Row, time: Whole) -> float:
    """Operational time (days of unit-rate checks) at a clock time."""
    day = time // DAY
    clock = time - day * DAY
    hour = clock // HOUR
    return day + world.hours_before[hour] + world.hours[hour] * ((clock - hour * HOUR) / DAY)


@within
def tau_to_clock(world: Row, tau: float) -> Whole:
    """Clock time, us, at which operational time is reached."""
    day = int(math.floor(tau))
    left = tau - day
    hour = int(DAY_HOURS * left)
    while world.hours_before[hour] > left:
        hour -= 1
    while hour < DAY_HOURS - 1 and world.hours_before[hour + 1] <= left:
        hour += 1
    clock = (left - world.hours_before[hour]) / world.hours[hour]
    return day * DAY + hour * HOUR + min(int(clock * DAY), HOUR - 1)


@within
def next_look(world: Row, trait: Row, diary: Row, now: Whole) -> Whole:
    """Time of the next habitual look, us."""
    diary.checks += 1
    diary.tau -= math.log(uniform(trait.key, streams.CHECK, diary.checks)) / trait.check_rate
    return max(tau_to_clock(world, diary.tau) + trait.shift, now + 1)


@within
def chance_of_check(parameters: Row, member: Row) -> float:
    """Chance that a look becomes a check."""
    chance = max(interest(parameters, member), parameters.check_floor)
    return chance * parameters.muted_checks if member.mode == MUTED else chance


@within
def is_busy(parameters: Row, trait: Row, time: Whole) -> bool:
    """Whether a person has something else to do every week at this hour."""
    hour = (time % WEEK) // HOUR
    return uniform(trait.key, streams.BUSY, hour) < parameters.busy_share
