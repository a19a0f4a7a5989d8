"""Joining: at the door, by word of mouth; a newcomer sees nothing of what was written before."""

from __future__ import annotations

import math
from typing import Final

from sim import streams
from sim.compiled import within
from sim.kernel.submodels.value import interest
from sim.streams import uniform
from sim.vocabulary.tables import ATTENTIVE

#: What an entry declined gives as the reason (ENTRY_DECLINED.x); 0: let in.
LET_IN, SCREENED_OUT, FULL = 0.0, 1.0, 2.0
#: Source of persons whom a member brings along: place in SOURCES.
REFERRED: Final = 2


@within
def verdict_at_door(trait, channel):
    """A full group declines, then a tag below the entry rule."""
    if channel.members >= channel.capacity:
        return FULL
    return SCREENED_OUT if trait.tag < channel.least_tag else LET_IN


@within
def refers(parameters, member, days, visit):
    """Whether a contented member brings somebody along; days since the last check."""
    chance = 1.0 - math.exp(-parameters.referral_rate * interest(parameters, member) * member.warmth * days)
    return uniform(visit, streams.REFERRAL, 0) < chance


@within
def enter(parameters, trait, member, channel, time):
    """A person becomes a member."""
    member.at = time
    member.joined_at = time
    member.checked_at = time
    member.rewarded_at = time
    member.last_day = -1
    member.value = parameters.value_start
    member.warmth = max(parameters.warmth_start, trait.warmth_base)
    member.mode = ATTENTIVE
    member.read_to = channel.ordinal
    member.asked = channel.ask
    member.asked_before = channel.ask
    channel.members += 1
