"""Contact: private words of staff that demand something. A few a week are borne, more of them cost value and anger."""

from __future__ import annotations

import math

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import NONE
from sim.kernel.forms import YES
from sim.kernel.submodels.anger import enrage
from sim.kernel.submodels.buying import recall_brand
from sim.kernel.submodels.honour import obeys
from sim.kernel.submodels.value import interest, move_value
from sim.kernel.submodels.warmth import warm, warmth_at
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole

#: What staff ask for (MEMBER_ASKED.x).
FAVOUR, GATHERING, RECOMMENDING, SHOWING, LEARNING = 0.0, 1.0, 2.0, 3.0, 4.0


@within
def is_favour(request: float) -> bool:
    """Whether a request is one that obliges: a favour, or to show what one has."""
    return request == FAVOUR or request == SHOWING


@within
def fade_contact(parameters: Row, person: Row, days: float) -> None:
    """Words and favours are forgotten."""
    if person.contact > 0.0:
        person.contact *= math.exp(-days / parameters.contact_days)
    if person.favours > 0.0:
        person.favours *= math.exp(-days / parameters.favour_days)


@within
def press(parameters: Row, person: Row, member: Row, has_seat: bool, time: Whole, recall: float) -> None:
    """Staff press a member; what is more than the member bears costs."""
    recall_brand(person, recall, NONE)
    person.contact += 1.0
    beyond = min(max(person.contact - parameters.contact_tolerance, 0.0), 1.0)
    if beyond > 0.0:
        if has_seat:
            move_value(member, -(parameters.contact_cost * beyond))
        enrage(parameters, person, time, parameters.contact_anger * beyond, NONE, YES)


@within
def grants(parameters: Row, person: Row, member: Row, time: Whole, root: np.uint64) -> bool:
    """Whether a member does what staff ask for, as an invitation is accepted; whoever is honoured more readily."""
    chance = interest(parameters, member) * min(parameters.invite_floor + warmth_at(parameters, member, time), 1.0)
    chance *= obeys(parameters, person, time)
    return uniform(root, streams.REQUEST, time) < chance


@within
def count_favour(parameters: Row, person: Row, member: Row, has_seat: bool) -> None:
    """A favour is asked for; one too many is a burden."""
    if person.favours > parameters.favour_tolerance and has_seat:
        member.warmth *= 1.0 - parameters.favour_burden
    person.favours += 1.0


@within
def oblige(parameters: Row, member: Row) -> None:
    """Whoever does somebody a favour likes them better for it."""
    warm(member, parameters.favour_warmth)
