"""Log + world -> the state it led to, bit for bit the live one."""

from __future__ import annotations

import hashlib

import numpy as np

from sim.events.kinds import MESSAGES
from sim.events.membership import check_members
from sim.events.references import check_references
from sim.kernel.apply import fold
from sim.vocabulary.tables import MESSAGE, STATE
from sim.world.sizes import find_sizes


def replay(events: np.ndarray, world: np.ndarray, start: np.ndarray, until: int | None = None) -> np.ndarray:
    """Folds the rows of one programme (EVENT_DTYPE, in order) over its first state; up to time `until` (us) if given.

    world: array of `sim.world.build.World`; start: first state; gives a new state, i8 [.]. Raises LogError for a row that
    refers to what is not there or tells of a person in a channel where the person is not, ValueError for arrays that are no
    world and no first state.
    """
    check_references(events, find_sizes(world, start))  # compiled code follows every number unchecked
    check_members(events)
    if until is not None:
        events = events[events["time"] <= until]
    messages = int(np.isin(events["kind"], MESSAGES).sum())
    state = np.zeros(max(_words(start, messages + 1), len(start)), dtype=np.int64)
    state[: len(start)] = start
    with np.errstate(over="ignore"):
        fold(world, state, events, 0)
    return state


def state_digest(state: np.ndarray) -> str:
    """blake2b-128 of the part of a state that is in use."""
    used = _words(state, int(STATE.rows(state, 0, 1)["messages"][0]))
    return hashlib.blake2b(np.ascontiguousarray(state[:used], dtype="<i8").tobytes(), digest_size=16).hexdigest()


def _words(state: np.ndarray, messages: int) -> int:
    """Words of a state with so many messages."""
    return (int(STATE.rows(state, 0, 1)["messages_at"][0]) + messages * MESSAGE.dtype.itemsize) // 8
