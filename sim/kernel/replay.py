"""Log + world -> the state it led to, bit for bit the live one."""

from __future__ import annotations

import hashlib

import numpy as np

from sim.events.kinds import MESSAGES
from sim.events.references import check_references
from sim.kernel.apply import fold
from sim.world.layout import MSG_WIDTH, SHOP_MESSAGES, SHOP_MESSAGES_AT
from sim.world.membership import check_members
from sim.world.sizes import find_sizes


def replay(events: np.ndarray, world: np.ndarray, start: np.ndarray, until: int | None = None) -> np.ndarray:
    """Folds the rows of one programme (EVENT_DTYPE, in order) over its first state; up to time `until` (us) if given.

    world: array of `sim.world.build.World`; start: first state; gives a new state, f8 [.]. Raises LogError for a row that
    refers to what is not there or puts a person in a group that is not the person's own, ValueError for arrays that are no
    world and no first state.
    """
    check_references(events, find_sizes(world, start))  # compiled code follows every number unchecked
    check_members(world, events)
    if until is not None:
        events = events[events["time"] <= until]
    messages = int(np.isin(events["kind"], MESSAGES).sum())
    state = np.zeros(max(int(start[SHOP_MESSAGES_AT]) + (messages + 1) * MSG_WIDTH, len(start)))
    state[: len(start)] = start
    with np.errstate(over="ignore"):
        fold(world, state, events, 0)
    return state


def state_digest(state: np.ndarray) -> str:
    """blake2b-128 of the part of a state that is in use."""
    used = int(state[SHOP_MESSAGES_AT] + state[SHOP_MESSAGES] * MSG_WIDTH)
    return hashlib.blake2b(np.ascontiguousarray(state[:used], dtype="<f8").tobytes(), digest_size=16).hexdigest()
