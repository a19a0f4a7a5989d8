"""Muting and leaving: two hazards integrated at checks, with the values after reading; a member acts at the threshold."""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import within
from sim.events.kinds import NONE
from sim.kernel.forms import fading
from sim.kernel.rows import channel_of, is_present, member_of, tie_of, traits_of
from sim.kernel.submodels.contagion import pull_of_leavers
from sim.kernel.submodels.doubts import unrest
from sim.kernel.submodels.roster import near_of
from sim.vocabulary.tables import ATTENTIVE, GONE, MUTED, Row, Whole

#: Value and warmth at which the hazards have their rates (they only shift leave_rate and mute_rate).
VALUE_PIVOT: Final = 0.4
WARMTH_PIVOT: Final = 0.1
#: Load that is felt even where little is read, share of a screen (assumed).
LOAD_LOW: Final = 0.5


@within
def weigh_leaving(
    parameters: Row,
    person: Row,
    member: Row,
    channel: Row,
    time: Whole,
    days: float,
    reads: Whole,
    of_operators: Whole,
    cap: Whole,
) -> None:
    """Adds to both clocks what the days since the last check were like; of_operators: their messages and adverts read."""
    fresh = fading(time - member.joined_at, parameters.tenure_days)
    young = 1.0 + parameters.tenure_gain * unrest(parameters, member, channel) * fresh
    mind = math.exp(
        -parameters.hazard_value * (member.value - VALUE_PIVOT)
        - parameters.hazard_warmth * (member.warmth - WARMTH_PIVOT)
        + parameters.hazard_loss * (person.loss + person.anger)
    )
    if person.bond > 0.0 or person.honour > 0.0:
        mind *= math.exp(-parameters.bond_stay * person.bond - parameters.honour_stay * person.honour)
    load = (reads + (parameters.operator_load - 1.0) * of_operators) / cap
    near = pull_of_leavers(parameters, member)
    member.leave_clock += (
        parameters.leave_rate * young * mind * near * (parameters.muted_leave if member.mode == MUTED else 1.0) * days
    )
    if member.mode == ATTENTIVE:
        haste = young + parameters.mute_haste * fresh
        member.mute_clock += parameters.mute_rate * haste * mind * max(load, LOAD_LOW) * days


@within
def leaves(member: Row) -> bool:
    """Whether a member leaves now."""
    return member.leave_clock >= member.leave_threshold


@within
def mutes(member: Row) -> bool:
    """Whether a member mutes the channel now."""
    return member.mode == ATTENTIVE and member.mute_clock >= member.mute_threshold


@within
def mute(member: Row, channel: Row) -> None:
    """Notifications are turned off."""
    if member.mode == ATTENTIVE:
        member.mode = MUTED
        channel.muted += 1


@within
def unmute(member: Row, channel: Row) -> None:
    """Notifications are turned on again."""
    if member.mode == MUTED:
        member.mode = ATTENTIVE
        member.mute_clock = 0.0
        channel.muted -= 1


@within
def leave(world: Row, state: Row, seat: Whole, time: Whole, noticed: Whole) -> None:
    """A member goes; those who know them notice, unless staff removed them or they moved."""
    member = member_of(state, seat)
    if not is_present(member):
        return
    channel = channel_of(state, member.channel)
    if member.mode == MUTED:
        channel.muted -= 1
    channel.members -= 1
    member.mode = GONE
    member.left_at = time
    if noticed:
        trait = traits_of(world, member.person)
        for place in range(trait.first_tie, trait.first_tie + trait.ties):
            near = near_of(state, tie_of(world, place).person, member.channel)
            if near != NONE:
                member_of(state, near).left_near += 1.0
