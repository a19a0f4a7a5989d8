"""The loop: takes what is due next and dispatches it, until an operator's turn."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.compiled import compiled, merged, prefetch, within
from sim.events.kinds import MEMBER_JOINED, NONE
from sim.kernel.live import CHILDREN_HIGH, Loop, counts_of, diary_of, drop_due, emit
from sim.kernel.queue import (
    ARRIVAL_DUE,
    CHECK_DUE,
    INVITE_DUE,
    LAPSE_DUE,
    NEED_DUE,
    OFFER_DUE,
    PASS_ON_DUE,
    PULL_DUE,
    REPLY_DUE,
    REQUEST_DUE,
    SPREE_DUE,
    due_of,
    least,
)
from sim.kernel.rows import member_of, person_of, seat_in, state_of, traits_of, world_of
from sim.kernel.steps import (
    arrival_due,
    invite_due,
    lapse_due,
    look_due,
    need_due,
    offer_due,
    pass_on_due,
    pull_due,
    reply_due,
    request_due,
    spree_due,
)
from sim.vocabulary.tables import ABSENT, MESSAGE, Row, Whole

# Why the loop stopped
DONE, LOG_FULL, QUEUE_FULL, MESSAGES_FULL, INBOX_FULL, SEATS_FULL = range(6)

#: Rows that one step may add at most, a screenful of stimuli and a burst of replies included.
STEP_ROWS: Final = 64
STEP_DUE: Final = 128
_MESSAGE_WORDS: Final = MESSAGE.dtype.itemsize // 8


@within
def lack(state: Row, words: Whole, loop: Loop, dues: Whole, joins: bool) -> Whole:
    """What has no room for one more step, DONE if there is room for it; words: size of the state's buffer.

    dues: how much the step may put into the queue; joins: whether it may begin a further membership.
    """
    counts = counts_of(loop)
    if counts.logged + STEP_ROWS > loop.log.shape[0]:
        return LOG_FULL
    if counts.waiting + STEP_ROWS > loop.inbox.shape[0]:
        return INBOX_FULL
    if counts.queued + dues > loop.queue.shape[0]:
        return QUEUE_FULL
    if state.messages_at // 8 + (state.messages + STEP_ROWS) * _MESSAGE_WORDS > words:
        return MESSAGES_FULL
    if state.seats >= state.seats_high and joins:
        return SEATS_FULL
    return DONE


@within
def needs_seat(state: Row, who: Whole, where: Whole) -> bool:
    """Whether an entry begins a further membership."""
    seat = seat_in(state, who, where)
    return seat == NONE or member_of(state, seat).mode != ABSENT


@merged
def foresee(world: Row, state: Row, loop: Loop) -> None:
    """Fetches what is known of the person who is most likely due next, while the present one is busy.

    With a hundred thousand members every row is far away in memory; waiting for it took a fifth of the time.
    """
    queued = counts_of(loop).queued
    if queued > 1:
        who = due_of(loop.queue, least(loop.queue, queued, 1)).person
        if who >= 0:
            prefetch(member_of(state, who))
            prefetch(traits_of(world, who))
            prefetch(person_of(state, who))
            prefetch(diary_of(loop, who))


@compiled
def act(
    world_buffer: np.ndarray,
    state_buffer: np.ndarray,
    loop: Loop,
    time: Whole,
    cause: Whole,
    kind: Whole,
    group: Whole,
    actor: Whole,
    target: Whole,
    x: float,
    y: float,
) -> Whole:
    """An operator's event, as `emit`; where room is lacking nothing happens and what lacks is given, negative."""
    world, state = world_of(world_buffer), state_of(state_buffer)
    joins = kind == MEMBER_JOINED and needs_seat(state, actor, group)
    lacking = lack(state, state_buffer.shape[0], loop, STEP_DUE + loop.diaries.shape[0], joins)
    return emit(world, state, loop, time, cause, kind, group, actor, target, x, y) if lacking == DONE else -lacking


@compiled
def advance(world_buffer: np.ndarray, state_buffer: np.ndarray, loop: Loop, until: Whole) -> Whole:
    """Takes everything that is due up to and including `until`; says why it stopped."""
    world, state = world_of(world_buffer), state_of(state_buffer)
    counts = counts_of(loop)
    while counts.queued > 0:
        due = due_of(loop.queue, 0)
        if due.time > until:
            return DONE
        lacking = lack(state, state_buffer.shape[0], loop, STEP_DUE, due.what == INVITE_DUE)
        if lacking != DONE:
            return lacking
        time, what, where, ordinal = due.time, due.what, due.where, due.ordinal
        who, number = np.int64(due.person), np.int64(due.message)
        foresee(world, state, loop)
        if what == CHECK_DUE:
            look_due(world, state, loop, time, who, ordinal)
        elif what == NEED_DUE:
            need_due(world, state, loop, time, who, ordinal)
        else:
            drop_due(loop)
            if what == REPLY_DUE:
                reply_due(world, state, loop, time, who, number, ordinal % CHILDREN_HIGH)
            elif what == PULL_DUE:
                pull_due(world, state, loop, time, who, ordinal, number, np.int64(where))
            elif what == INVITE_DUE:
                invite_due(world, state, loop, time, who, ordinal, number, np.int64(where))
            elif what == ARRIVAL_DUE:
                arrival_due(world, state, loop, time, who)
            elif what == LAPSE_DUE:
                lapse_due(world, state, loop, time, who, ordinal, np.int64(where))
            elif what == PASS_ON_DUE:
                pass_on_due(world, state, loop, time, who, ordinal, np.int64(where))
            elif what == REQUEST_DUE:
                request_due(world, state, loop, time, who, ordinal, number, np.int64(where))
            elif what == SPREE_DUE:
                spree_due(world, state, loop, time, who, ordinal, np.int64(where))
            elif what == OFFER_DUE:
                offer_due(world, state, loop, time, who, ordinal, number, np.int64(where))
    return DONE
