"""Joining: at the door, by word of mouth; a newcomer sees nothing of what was written before."""

from __future__ import annotations

import math

import numpy as np

from sim import streams
from sim.compiled import within
from sim.kernel.forms import normal
from sim.kernel.submodels.bond import tells_others
from sim.kernel.submodels.discretion import openness, refuses
from sim.kernel.submodels.roles import spreads
from sim.kernel.submodels.value import interest, move_value
from sim.kernel.submodels.warmth import warmth_at
from sim.streams import uniform
from sim.vocabulary.tables import ATTENTIVE, NEVER, Row, Whole

#: What an entry declined gives as the reason (ENTRY_DECLINED.x); 0: let in.
LET_IN, SCREENED_OUT, FULL, CLOSING, UNWANTED = 0.0, 1.0, 2.0, 3.0, 4.0
#: How people come: places in SOURCES.
REFERRED, MOVED, INVITED = 2, 4, 5


@within
def verdict_at_door(trait: Row, channel: Row) -> float:
    """Some people never enter; a group that is to close declines, then a full one, then a tag below the entry rule."""
    if refuses(trait, channel):
        return UNWANTED
    if channel.closing_at != NEVER:
        return CLOSING
    if channel.members >= channel.capacity:
        return FULL
    return SCREENED_OUT if trait.tag < channel.least_tag else LET_IN


@within
def refers(parameters: Row, trait: Row, person: Row, member: Row, days: float, visit: np.uint64) -> bool:
    """Whether a contented member brings somebody along; days since the last check."""
    rate = parameters.referral_rate * interest(parameters, member) * member.warmth * days
    if person.bond > 0.0 or person.role > 0:
        rate *= tells_others(parameters, person) * spreads(parameters, person)
    chance = 1.0 - math.exp(-rate * openness(trait))
    return uniform(visit, streams.REFERRAL, 0) < chance


@within
def accepts(parameters: Row, member: Row, time: Whole, root: np.uint64) -> bool:
    """Whether a person accepts an invitation, from what the channel they know (or knew) the operator from is worth to them."""
    chance = interest(parameters, member) * min(parameters.invite_floor + warmth_at(parameters, member, time), 1.0)
    return uniform(root, streams.INVITE, time) < chance


@within
def enter(parameters: Row, member: Row, channel: Row, time: Whole, root: np.uint64) -> None:
    """A person becomes a member."""
    member.at = time
    member.joined_at = time
    member.checked_at = time
    member.rewarded_at = time
    member.last_day = -1
    member.value = parameters.value_start
    if parameters.value_spread > 0.0:
        move_value(member, parameters.value_spread * normal(root, streams.IMPRESSION, 0))
    member.warmth = max(parameters.warmth_start, member.warmth_base)
    member.mode = ATTENTIVE
    member.read_to = channel.ordinal
    member.asked = channel.ask
    member.asked_before = channel.ask
    channel.members += 1


@within
def carry_over(parameters: Row, member: Row, left: Row) -> None:
    """Whoever moves brings part of the warmth for the old channel along, and what it was worth to them."""
    member.came_from = left.channel
    member.value = max(left.value, member.value)
    member.warmth = max(member.warmth, parameters.move_warmth * left.warmth)
