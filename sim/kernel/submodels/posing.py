"""Posing: what an account of staff writes that passes for a member is read, and answered, as a member's.

Each such message lets its reader see through it at the rate `seen_through`. Whoever does is angry (`posing_anger`), which costs trust
as all anger does, and from then on reads all of them as what they are: messages of staff.
"""

from __future__ import annotations

import math

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import NONE
from sim.kernel.forms import YES
from sim.kernel.submodels.anger import enrage
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole


@within
def is_taken_in(person: Row, stimulus: Row) -> bool:
    """Whether a reader takes a message of staff for a member's."""
    return stimulus.guise > 0.0 and person.wise == 0


@within
def sees_through(parameters: Row, member: Row, visit: np.uint64) -> bool:
    """Whether a reader sees through one of the messages read at this check."""
    return member.posed > 0 and uniform(visit, streams.SEE_THROUGH, 0) < 1.0 - math.exp(-parameters.seen_through * member.posed)


@within
def find_out(parameters: Row, person: Row, time: Whole) -> None:
    """Somebody knows now."""
    person.wise = 1
    enrage(parameters, person, time, parameters.posing_anger, NONE, YES)
