"""Sidetalk: who is angry tells acquaintances in private, whatever group these are in, and staff see nothing of it.

Each acquaintance is told `tell_rate` times a day at full anger. Who is told becomes angry as by reading, up to anger_caught, but by
`told_anger` times the anger told of and their own susceptibility; they may tell others, buy less, or complain in a group of their own.
"""

from __future__ import annotations

import math

import numpy as np

from sim import streams
from sim.compiled import within
from sim.kernel.forms import NO
from sim.kernel.submodels.anger import enrage
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole


@within
def told_of(person: Row) -> float:
    """The anger that a person tells of."""
    return min(person.anger, 1.0)


@within
def tells(parameters: Row, trait: Row, person: Row, days: float, visit: np.uint64) -> bool:
    """Whether a person tells somebody now; days since the last check."""
    if parameters.tell_rate <= 0.0 or person.anger <= 0.0:
        return False
    rate = parameters.tell_rate * trait.ties * told_of(person)
    return uniform(visit, streams.TELL, 0) < 1.0 - math.exp(-rate * days)


@within
def listener_of(trait: Row, visit: np.uint64) -> Whole:
    """The place of the acquaintance who is told."""
    return int(uniform(visit, streams.TELL, 1) * trait.ties)


@within
def hear_of_it(parameters: Row, trait: Row, person: Row, time: Whole, told: float, incident: Whole) -> None:
    """A friend has told of their anger."""
    room = max(1.0 - person.anger / parameters.anger_caught, 0.0)
    enrage(parameters, person, time, parameters.told_anger * trait.susceptibility * told * room, incident, NO)
