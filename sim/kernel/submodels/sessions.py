"""Sessions: whoever has just written is there and ready to write again; talk runs back and forth between a few."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import within
from sim.events.kinds import MINUTE, NONE
from sim.kernel.rows import is_present, member_of, message_of, newest_of, seat_in, traits_of
from sim.vocabulary.tables import Row, Whole

#: So many of the newest messages are looked at for who is in session.
SPEAKERS: Final = 16


@within
def extra_weight(parameters: Row, world: Row, message: Row, time: Whole) -> float:
    """What having written a message adds to a person's weight among those who may reply."""
    since = (time - message.time) / MINUTE
    return (
        traits_of(world, message.author).sociability * parameters.session_gain * math.exp(-since / parameters.session_minutes)
    )


@within
def speaks_again(state: Row, where: Whole, newest: Whole, ordinal: Whole) -> bool:
    """Whether the author of a message of a channel has written a newer one."""
    author, later = message_of(state, newest_of(state, where, ordinal).message).author, newest
    while later > ordinal and message_of(state, newest_of(state, where, later).message).author != author:
        later -= 1
    return bool(later > ordinal)


@within
def in_session(
    parameters: Row, world: Row, state: Row, where: Whole, newest: Whole, time: Whole, goal: float
) -> tuple[Whole, float]:
    """(membership picked, weight of all in session): walks from the newest message back until `goal` is reached; NONE if it is not.

    Each author counts once, by their newest message. A goal below 0 only sums up.
    """
    total, picked = 0.0, NONE
    for ordinal in range(newest, max(newest - SPEAKERS, 0), -1):
        message = message_of(state, newest_of(state, where, ordinal).message)
        if message.author < 0 or speaks_again(state, where, newest, ordinal):
            continue
        seat = seat_in(state, np.int64(message.author), where)
        if seat == NONE or not is_present(member_of(state, seat)):
            continue
        total += extra_weight(parameters, world, message, time)
        if total >= goal >= 0.0:
            picked = seat
            return picked, total
    return picked, total
