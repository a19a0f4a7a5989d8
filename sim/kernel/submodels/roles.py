"""Roles: a member who has taken one spreads, helps, shows the brand, and sells to own contacts for a commission.

A role multiplies word of mouth by `role_spread` and lets a share `role_show` of own messages show the brand (`shown_recall`; of somebody
who stayed to the end a result is promised besides, `shown_claim`). Leaders and makers offer something to somebody they know, `role_sell`
times a day at full value and the usual commission: an acquaintance, and of makers one of `role_contacts` who are in no group. Whoever
hears of it buys, or does not, as after reading an offer; it brings the brand to mind by `role_recall`. Readiness to answer questions is
multiplied by 1 + `role_help`.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import NONE
from sim.kernel.rows import is_present, member_of, tie_of
from sim.kernel.submodels.bond import shows_by_bond
from sim.kernel.submodels.value import interest
from sim.streams import key, uniform
from sim.vocabulary.tables import Row, Whole

#: What a role is called in the log (ROLE_TAKEN.x).
KOC, LEADER, MAKER, STAYER = 1, 2, 3, 4
#: Commission at which somebody offers `role_sell` times a day (A42, C71: 0.2), and how much more a higher one does at most (assumed).
COMMISSION, EAGER = 0.2, 2.0
#: How often a contact is looked for among all who are in no group (assumed).
CONTACT_DRAWS: Final = 8


@within
def take_role(person: Row, role: float, commission: float) -> None:
    """A member takes a role."""
    person.role = int(role)
    person.commission = commission


@within
def spreads(parameters: Row, person: Row) -> float:
    """Factor of word of mouth."""
    return parameters.role_spread if person.role > 0 else 1.0


@within
def shows_brand(parameters: Row, person: Row, visit: np.uint64) -> bool:
    """Whether what a member has just said shows the brand."""
    chance = shows_by_bond(parameters, person)
    if person.role > 0:
        chance = 1.0 - (1.0 - chance) * (1.0 - parameters.role_show)
    return chance > 0.0 and uniform(visit, streams.SHOW, 0) < chance


@within
def offers(parameters: Row, person: Row, member: Row, days: float, visit: np.uint64) -> bool:
    """Whether a member offers something to somebody now; days since the last check."""
    if person.commission <= 0.0 or (person.role != LEADER and person.role != MAKER):
        return False
    eager = min(person.commission / COMMISSION, EAGER)
    return uniform(visit, streams.OFFER, 0) < 1.0 - math.exp(
        -parameters.role_sell * interest(parameters, member) * eager * days
    )


@within
def contact_of(parameters: Row, world: Row, state: Row, trait: Row, person: Row, who: Whole, visit: np.uint64) -> Whole:
    """Whom a member thinks of: an acquaintance, or a contact of their own who is in no group; NONE where nobody is found."""
    outside = int(parameters.role_contacts) if person.role == MAKER else 0
    place = int(uniform(visit, streams.OFFER, 1) * (trait.ties + outside))
    if place < trait.ties:
        return np.int64(tie_of(world, trait.first_tie + place).person)
    if outside == 0:
        return NONE
    root = key(trait.key, streams.OFFER, place - trait.ties)
    for draw in range(CONTACT_DRAWS):
        other = np.int64(uniform(root, streams.OFFER, draw) * world.persons)
        if other != who and not is_inside(state, other):
            return other
    return NONE


@within
def is_inside(state: Row, who: Whole) -> bool:
    """Whether a person is in any channel."""
    seat = np.int64(who)
    while seat != NONE:
        member = member_of(state, seat)
        if is_present(member):
            return True
        seat = np.int64(member.next)
    return False
