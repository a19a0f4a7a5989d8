"""Who is in a channel: rosters that grow, memberships that are created, further ones on top of a person's first."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import NONE
from sim.kernel.rows import channel_of, is_present, member_of, roster_of, seat_in, tie_of, traits_of
from sim.streams import key, uniform
from sim.vocabulary.tables import ABSENT, NEVER, Row, Whole

#: Source of persons whom nobody proposes for a reply: place of `slipped_in` in SOURCES.
SLIPPED_IN: Final = 3
#: Places that a roster gets when it first grows.
ROOM_LOW: Final = 8
#: Ordinals of the draws of thresholds among the traits of a person.
LEAVE_DRAW, MUTE_DRAW = 7, 8


@within
def enlist(state: Row, where: Whole, seat: Whole, weight: float) -> None:
    """Puts a membership at the end of the roster of a channel; a full roster moves to a place twice as large."""
    channel = channel_of(state, where)
    if channel.enlisted == channel.room:
        room = max(2 * channel.room, ROOM_LOW)
        for place in range(channel.enlisted):
            old, new = roster_of(state, channel.roster + place), roster_of(state, state.rosters + place)
            new.cumulative = old.cumulative
            new.seat = old.seat
        channel.roster = state.rosters
        channel.room = room
        state.rosters += room
    last = channel.roster + channel.enlisted
    before = roster_of(state, last - 1).cumulative if channel.enlisted > 0 else 0.0
    roster_of(state, last).cumulative = before + weight
    roster_of(state, last).seat = seat
    channel.enlisted += 1


@within
def base_of(parameters: Row, world: Row, state: Row, who: Whole, where: Whole) -> float:
    """Warmth in the long run of somebody who enters a channel, from the acquaintances who are there now."""
    trait = traits_of(world, who)
    near = 0
    for place in range(trait.first_tie, trait.first_tie + trait.ties):
        if near_of(state, tie_of(world, place).person, where) != NONE:
            near += 1
    return parameters.warmth_floor + parameters.warmth_ties * (1.0 - math.exp(-near / parameters.warmth_degree))


@within
def root_of(trait: Row, who: Whole, seat: Whole, where: Whole) -> np.uint64:
    """The root of what a person draws in a channel: of their own in their first membership, by channel in further ones."""
    return trait.key if seat == who else key(trait.key, streams.CHANNEL, where)


@within
def take_seat(parameters: Row, world: Row, state: Row, who: Whole, where: Whole) -> Whole:
    """The membership that a person begins in a channel: their first one, if it waits for that, else a new one. NONE: is inside."""
    seat = seat_in(state, who, where)
    if seat != NONE:
        mode = member_of(state, seat).mode
        if mode == ABSENT:
            return seat
        if is_present(member_of(state, seat)):
            return NONE
    last, times = np.int64(who), 0
    while member_of(state, last).next != NONE:
        times += member_of(state, last).channel == where
        last = np.int64(member_of(state, last).next)
    times += member_of(state, last).channel == where
    seat = state.seats
    state.seats += 1
    member_of(state, last).next = seat
    trait, member = traits_of(world, who), member_of(state, seat)
    root = key(key(trait.key, streams.CHANNEL, where), streams.TRAIT, times)
    member.person = who
    member.channel = where
    member.next = NONE
    member.came_from = NONE
    member.waiting = NONE
    member.offer = NONE
    member.left_at = NEVER
    member.leave_threshold = -math.log(uniform(root, streams.TRAIT, LEAVE_DRAW))
    member.mute_threshold = -math.log(uniform(root, streams.TRAIT, MUTE_DRAW))
    member.warmth_base = base_of(parameters, world, state, who, where)
    enlist(state, where, seat, 0.0 if trait.source == SLIPPED_IN else trait.sociability)
    return seat


@within
def last_left(state: Row, who: Whole) -> Whole:
    """The membership that a person ended last, or NONE."""
    seat, found = np.int64(who), NONE
    while seat != NONE:
        member = member_of(state, seat)
        if member.left_at != NEVER and (found == NONE or member.left_at >= member_of(state, found).left_at):
            found = seat
        seat = np.int64(member.next)
    return found


@within
def near_of(state: Row, who: Whole, where: Whole) -> Whole:
    """The membership of an acquaintance who is present in a channel, or NONE."""
    seat = np.int64(who)
    while seat != NONE:
        member = member_of(state, seat)
        if member.channel == where and is_present(member):
            return seat
        seat = np.int64(member.next)
    return NONE
