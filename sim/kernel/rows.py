"""Where the rows of world and state lie: the one place that knows. `world` and `state` are the first records of the buffers."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.compiled import rows_of, within
from sim.events.kinds import NONE
from sim.parameters import PARAMETERS
from sim.vocabulary import tables
from sim.vocabulary.tables import ATTENTIVE, MUTED, RECENT, Row, Whole

_HEAD: Final = tables.WORLD.dtype.itemsize
_world, _parameters, _traits = rows_of(tables.WORLD.dtype), rows_of(PARAMETERS.dtype), rows_of(tables.TRAITS.dtype)
_tie, _heat, _roster = rows_of(tables.TIE.dtype), rows_of(tables.HEAT.dtype), rows_of(tables.ROSTER.dtype)
_state, _ledger, _channel = rows_of(tables.STATE.dtype), rows_of(tables.LEDGER.dtype), rows_of(tables.CHANNEL.dtype)
_stimulus, _incident = rows_of(tables.STIMULUS.dtype), rows_of(tables.INCIDENT.dtype)
_wallet = rows_of(tables.WALLET.dtype)
_person, _member = rows_of(tables.PERSON.dtype), rows_of(tables.MEMBERSHIP.dtype)
_newest, _message = rows_of(tables.NEWEST.dtype), rows_of(tables.MESSAGE.dtype)


@within
def world_of(buffer: np.ndarray) -> Row:
    """The head of a world, i8 [.]."""
    return _world(buffer, 0, 0)


@within
def state_of(buffer: np.ndarray) -> Row:
    """The head of a state, i8 [.]."""
    return _state(buffer, 0, 0)


@within
def parameters_of(world: Row) -> Row:
    """The behaviour parameters."""
    return _parameters(world, _HEAD, 0)


@within
def traits_of(world: Row, who: Whole) -> Row:
    """What never changes about person number `who`."""
    return _traits(world, world.traits_at, who)


@within
def tie_of(world: Row, place: Whole) -> Row:
    """An acquaintance."""
    return _tie(world, world.ties_at, place)


@within
def heat_of(world: Row, place: Whole) -> Row:
    """A topic that comes up in a group by itself."""
    return _heat(world, world.heats_at, place)


@within
def ledger_of(state: Row) -> Row:
    """Prices, money and hours."""
    return _ledger(state, state.ledger_at, 0)


@within
def channel_of(state: Row, number: Whole) -> Row:
    """A channel."""
    return _channel(state, state.channels_at, number)


@within
def stimulus_of(state: Row, number: Whole) -> Row:
    """A stimulus."""
    return _stimulus(state, state.stimuli_at, number)


@within
def incident_of(state: Row, number: Whole) -> Row:
    """An incident."""
    return _incident(state, state.incidents_at, number)


@within
def person_of(state: Row, who: Whole) -> Row:
    """What moves about person number `who`, in whatever channel."""
    return _person(state, state.persons_at, who)


@within
def wallet_of(state: Row, who: Whole) -> Row:
    """The coupons of person number `who`."""
    return _wallet(state, state.wallets_at, who)


@within
def member_of(state: Row, seat: Whole) -> Row:
    """Membership number `seat`."""
    return _member(state, state.members_at, seat)


@within
def roster_of(state: Row, place: Whole) -> Row:
    """A place of ROSTER."""
    return _roster(state, state.rosters_at, place)


@within
def seat_in(state: Row, who: Whole, where: Whole) -> Whole:
    """The latest membership of a person in a channel, or NONE."""
    seat, found = np.int64(who), NONE
    while seat != NONE:
        member = member_of(state, seat)
        if member.channel == where:
            found = seat
        seat = np.int64(member.next)
    return found


@within
def is_present(member: Row) -> bool:
    """Whether a membership lasts."""
    return member.mode == ATTENTIVE or member.mode == MUTED


@within
def newest_of(state: Row, channel: Whole, ordinal: Whole) -> Row:
    """The place of the message with this ordinal in the ring of its channel."""
    return _newest(state, state.newest_at, channel * RECENT + ordinal % RECENT)


@within
def message_of(state: Row, number: Whole) -> Row:
    """A message."""
    return _message(state, state.messages_at, number)
