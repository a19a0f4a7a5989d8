"""Posting: what a member says unprompted at a check, and the turns in which it is said."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import MINUTE
from sim.kernel.forms import log_delay
from sim.kernel.submodels.value import interest
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole

#: Members at which crowding neither helps nor hinders (it only shifts post_scale).
AUDIENCE: Final = 100.0
#: Additions to what somebody began to say, at most (assumed).
TURN_HIGH: Final = 8.0
#: Spread of the delays between them, and the longest one, minutes (assumed).
TURN_SPREAD, TURN_MINUTES_HIGH = 1.0, 30.0


@within
def drive_to_post(parameters: Row, trait: Row, person: Row, member: Row, channel: Row) -> float:
    """Expected spontaneous posts at one check, but for what other sub-models and the world outside make of it."""
    novelty = math.exp(-parameters.novelty_exponent * math.log(1.0 + max(member.days_seen - 1, 0) / parameters.novelty_days))
    crowd = math.exp(parameters.loafing * math.log(AUDIENCE / max(channel.members, 1)))
    urge = parameters.post_floor + member.warmth + parameters.novelty_weight * novelty
    return parameters.post_scale * trait.sociability * urge * (1.0 + max(person.mood, 0.0)) * crowd


@within
def posts(parameters: Row, trait: Row, person: Row, member: Row, channel: Row, talk: float, visit: np.uint64) -> bool:
    """Whether a member says something unprompted; talk: the product of all factors of it."""
    return uniform(visit, streams.POST, 0) < 1.0 - math.exp(-talk * drive_to_post(parameters, trait, person, member, channel))


@within
def carries(parameters: Row, member: Row, visit: np.uint64) -> bool:
    """Whether somebody tells their group of what they have just read in a feed; member: their membership of the group."""
    return uniform(visit, streams.CARRY, 0) < parameters.carry_share * interest(parameters, member)


@within
def asks(parameters: Row, person: Row, channel: Row, visit: np.uint64) -> bool:
    """Whether what is said is a question to the operator; part of these can be looked up, and asking becomes a habit."""
    share = parameters.question_share * (1.0 - parameters.listing_effect * channel.listing) * (1.0 + person.asking)
    return uniform(visit, streams.QUESTION, 0) < share


@within
def turn_length(parameters: Row, root: np.uint64) -> Whole:
    """Whoever begins to talk often says it in several messages: how many more, geometric."""
    share = parameters.turn_share
    if share <= 0.0:
        return 0
    return int(min(math.log(uniform(root, streams.TURN, 0)) / math.log(share), TURN_HIGH))


@within
def turn_delay(parameters: Row, root: np.uint64, part: Whole) -> Whole:
    """After how long the next part is said, us."""
    delay = log_delay(uniform(root, streams.TURN, part + 1), parameters.turn_minutes, TURN_SPREAD)
    return int(min(delay, TURN_MINUTES_HIGH) * MINUTE) + 1
