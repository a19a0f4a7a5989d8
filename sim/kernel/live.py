"""What the live run needs beside world and state, and how an event is written down and what it sets off."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim import streams
from sim.compiled import compiled, merged, rows_of, within
from sim.events.kinds import (
    ADVERT_POSTED,
    COMPLAINT_POSTED,
    COUPON_GIVEN,
    COUPON_GRANTED,
    COUPON_LAPSED,
    COUPON_REDEEMED,
    DAY,
    ENTRY_DECLINED,
    ENTRY_REQUESTED,
    EVENT_DTYPE,
    HOUR,
    MEMBER_ANSWERED,
    MEMBER_ASKED,
    MEMBER_CARED_FOR,
    MEMBER_INVITED,
    MEMBER_JOINED,
    MEMBER_PRESSED,
    MEMBER_SOOTHED,
    MESSAGE_POSTED,
    MINUTE,
    NONE,
    OFFER_PASSED,
    ORDER_PLACED,
    PLAN_ANNOUNCED,
    QUESTION_ASKED,
    REQUEST_MET,
    STIMULUS_ANSWERED,
    STIMULUS_POSTED,
)
from sim.kernel.apply import apply
from sim.kernel.queue import (
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
    drop_first,
    push,
    replace_first,
)
from sim.kernel.rows import (
    channel_of,
    member_of,
    message_of,
    parameters_of,
    roster_of,
    stimulus_of,
    traits_of,
    wallet_of,
)
from sim.kernel.submodels.attention import clock_to_tau, is_busy, next_look
from sim.kernel.submodels.buying import next_need
from sim.kernel.submodels.posting import turn_delay, turn_length
from sim.kernel.submodels.replies import OPERATOR_HIGH, replies_sought, replies_to, reply_time
from sim.kernel.submodels.rewards import is_pulled, pull_delay, word_delay
from sim.kernel.submodels.sprees import begins_again, spree_delay
from sim.kernel.submodels.wallet import moment_to_pass_on
from sim.streams import key
from sim.vocabulary.tables import ATTENTIVE, COUNTS, DIARY, GROUP, NOTE, Row, Whole

#: Children of one message that the order of what is due can tell apart.
CHILDREN_HIGH = 64


class Loop(NamedTuple):
    """Buffers of the live run; none of them is needed for replay."""

    diaries: np.ndarray  # DIARY [persons]
    queue: np.ndarray  # DUE [.]
    inbox: np.ndarray  # NOTE [.]
    log: np.ndarray  # EVENT_DTYPE [.], rows not yet handed to the writer
    counts: np.ndarray  # COUNTS [1]


_diary, _note, _row, _counts = (rows_of(dtype) for dtype in (DIARY.dtype, NOTE.dtype, EVENT_DTYPE, COUNTS.dtype))


@within
def counts_of(loop: Loop) -> Row:
    """How full the buffers are."""
    return _counts(loop.counts, 0, 0)


@within
def diary_of(loop: Loop, who: Whole) -> Row:
    """Where a person stands in the streams."""
    return _diary(loop.diaries, 0, who)


@compiled
def add_due(loop: Loop, time: Whole, person: Whole, what: Whole, ordinal: Whole, message: Whole, where: Whole) -> None:
    """Puts something into the queue."""
    counts = counts_of(loop)
    counts.queued = push(loop.queue, counts.queued, time, person, what, ordinal, message, where)


@within
def drop_due(loop: Loop) -> None:
    """Takes what was due first from the queue."""
    counts = counts_of(loop)
    counts.queued = drop_first(loop.queue, counts.queued)


@within
def renew_due(loop: Loop, time: Whole, person: Whole, what: Whole, ordinal: Whole) -> None:
    """Puts the next of a stream in the place of the one that was due first."""
    replace_first(loop.queue, counts_of(loop).queued, time, person, what, ordinal, NONE, NONE)


@within
def message_key(world: Row, state: Row, message: Row) -> np.uint64:
    """The key of what a message sets off: by author and time, so that other people's messages do not shift it."""
    if message.author >= 0:
        return key(traits_of(world, message.author).key, streams.MESSAGE, message.time)
    return key(key(world.key, streams.MESSAGE, np.int64(message.channel)), np.int64(message.kind), message.time)


@within
def schedule_needs(world: Row, loop: Loop, who: Whole, now: Whole) -> None:
    """Begins the stream of a person's occasions to buy, once."""
    diary = diary_of(loop, who)
    if diary.needs == 0:
        diary.need = now / DAY
        if world.needs > 0.0:
            time = next_need(world, traits_of(world, who), diary, now)
            add_due(loop, time, who, NEED_DUE, diary.needs, NONE, NONE)


@within
def schedule_looks(world: Row, loop: Loop, who: Whole, now: Whole) -> None:
    """Begins the stream of a person's habitual looks, if none goes on; then each is put in the place of the one before."""
    trait, diary = traits_of(world, who), diary_of(loop, who)
    if diary.looks:
        return
    diary.looks = 1
    diary.tau = clock_to_tau(world, max(now - trait.shift, 0))
    time = next_look(world, trait, diary, now)
    add_due(loop, time, who, CHECK_DUE, diary.checks, NONE, NONE)


@within
def schedule_replies(world: Row, state: Row, loop: Loop, number: Whole, mean: float) -> None:
    """A message seeks replies, each due after a keyed delay."""
    if mean <= 0.0:
        return
    parameters, message = parameters_of(world), message_of(state, number)
    root = message_key(world, state, message)
    for child in range(replies_sought(root, mean)):
        due = reply_time(parameters, root, message.time, child)
        add_due(loop, due, NONE, REPLY_DUE, message.row * CHILDREN_HIGH + child, number, NONE)


@within
def schedule_turn(world: Row, state: Row, loop: Loop, number: Whole) -> None:
    """Whoever begins to talk adds the rest soon one after the other."""
    parameters, message = parameters_of(world), message_of(state, number)
    root = message_key(world, state, message)
    due = message.time
    for part in range(turn_length(parameters, root)):
        due += turn_delay(parameters, root, part)
        add_due(loop, due, np.int64(message.author), REPLY_DUE, message.row * CHILDREN_HIGH + part, number, NONE)
    if begins_again(parameters, root):
        due = message.time + spree_delay(parameters, root)
        add_due(loop, due, np.int64(message.author), SPREE_DUE, message.row, NONE, np.int64(message.channel))


@within
def pull_members(world: Row, state: Row, loop: Loop, number: Whole) -> None:
    """A red packet or the like makes some members look at once."""
    parameters, message = parameters_of(world), message_of(state, number)
    stimulus = stimulus_of(state, message.stimulus)
    root = message_key(world, state, message)
    where = np.int64(message.channel)
    channel = channel_of(state, where)
    for place in range(channel.roster, channel.roster + channel.enlisted):
        member = member_of(state, roster_of(state, place).seat)
        who = np.int64(member.person)
        if stimulus.session > 0.0 and is_busy(parameters, traits_of(world, who), message.time):
            continue
        if member.mode == ATTENTIVE and is_pulled(parameters, member, stimulus, root, who, message.time):
            add_due(loop, message.time + pull_delay(root, who), who, PULL_DUE, message.row, number, where)


@merged
def set_off(
    world: Row,
    state: Row,
    loop: Loop,
    row: Whole,
    time: Whole,
    kind: Whole,
    group: Whole,
    actor: Whole,
    target: Whole,
    x: float,
    y: float,
    number: Whole,
) -> None:
    """What an event sets off later. Members talk in groups only."""
    parameters = parameters_of(world)
    if kind == MESSAGE_POSTED or kind == QUESTION_ASKED or kind == COMPLAINT_POSTED:
        if channel_of(state, group).kind != GROUP:
            return
        answered = target if kind == MESSAGE_POSTED else NONE  # the target of a complaint is an incident
        if answered == NONE:
            schedule_turn(world, state, loop, number)
        elif message_of(state, answered).author == actor:
            return
        schedule_replies(world, state, loop, number, replies_to(parameters, state, actor, group, answered))
    elif kind == STIMULUS_POSTED:
        stimulus = stimulus_of(state, target)
        drawn = parameters.replies_mean * stimulus.talk
        if stimulus.guise == 0.0:
            drawn = parameters.replies_mean * parameters.operator_replies * stimulus.talk
        mean = min(drawn, OPERATOR_HIGH)
        if channel_of(state, group).kind == GROUP:
            schedule_replies(world, state, loop, number, mean)
        if stimulus.pull > 0.0:
            pull_members(world, state, loop, number)
    elif (kind == MEMBER_ANSWERED or kind == PLAN_ANNOUNCED) and channel_of(state, group).kind != GROUP:
        return
    elif kind == MEMBER_ANSWERED:
        schedule_replies(world, state, loop, number, parameters.replies_mean * parameters.answer_replies)
    elif kind == PLAN_ANNOUNCED:
        schedule_replies(world, state, loop, number, parameters.replies_mean * parameters.operator_replies)
    elif kind == MEMBER_JOINED:
        add_due(loop, time + MINUTE, actor, PULL_DUE, row, NONE, group)
        schedule_looks(world, loop, actor, time)
        schedule_needs(world, loop, actor, time)
    elif kind == ENTRY_REQUESTED:
        schedule_needs(world, loop, actor, time)
    elif kind == MEMBER_CARED_FOR or kind == MEMBER_SOOTHED or kind == MEMBER_PRESSED:
        add_due(loop, time + word_delay(traits_of(world, target).key, time), target, PULL_DUE, row, NONE, group)
    elif kind == MEMBER_INVITED:
        delay = word_delay(key(traits_of(world, target).key, streams.INVITE, group), time)
        add_due(loop, time + delay, target, INVITE_DUE, row, np.int64(x), group)
    elif kind == MEMBER_ASKED:
        delay = word_delay(key(traits_of(world, target).key, streams.REQUEST, np.int64(x)), time)
        add_due(loop, time + delay, target, REQUEST_DUE, row, np.int64(x), group)
    elif kind == OFFER_PASSED:
        delay = word_delay(key(traits_of(world, target).key, streams.OFFER, actor), time)
        add_due(loop, time + delay, target, OFFER_DUE, row, actor, group)
    elif kind == COUPON_GRANTED:
        until = wallet_of(state, actor).until[int(x)]
        add_due(loop, until, actor, LAPSE_DUE, row, NONE, group)
        if stimulus_of(state, target).coupon_passes > 0.0:
            due = moment_to_pass_on(traits_of(world, actor), time, (until - time) / HOUR)
            add_due(loop, due, actor, PASS_ON_DUE, row, NONE, group)
    elif kind == COUPON_GIVEN:
        schedule_needs(world, loop, target, time)
        add_due(loop, wallet_of(state, target).until[int(y)], target, LAPSE_DUE, row, NONE, group)


@within
def emit(
    world: Row,
    state: Row,
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
    """Writes an event down, folds it into the state, schedules what follows; gives its sequence number."""
    counts = counts_of(loop)
    event = _row(loop.log, 0, counts.logged)
    event.time = time
    event.cause = cause
    event.x = x
    event.y = y
    event.kind = kind
    event.group = group
    event.actor = actor
    event.target = target
    row = counts.first + counts.logged
    counts.logged += 1
    number = apply(world, state, row, time, cause, kind, group, actor, target, x, y)
    if (
        kind == MEMBER_JOINED
        or kind == ENTRY_DECLINED
        or (QUESTION_ASKED <= kind <= ADVERT_POSTED)
        or kind == MESSAGE_POSTED
        or kind == ORDER_PLACED
        or (COUPON_GRANTED <= kind <= COUPON_LAPSED)
        or kind == REQUEST_MET
        or (kind == STIMULUS_ANSWERED and stimulus_of(state, message_of(state, target).stimulus).roll > 0.0)
    ):
        note = _note(loop.inbox, 0, counts.waiting)
        note.row = row
        note.time = time
        note.kind = kind
        note.group = group
        note.actor = actor
        note.message = target if kind == STIMULUS_ANSWERED or kind == ORDER_PLACED else number
        note.amount = x if kind == ORDER_PLACED or kind == COUPON_REDEEMED or kind == REQUEST_MET else 0.0
        if kind == MESSAGE_POSTED and target != NONE:
            author = message_of(state, target).author
            note.amount = 1.0 if author >= 0 and author != actor else 0.0
        counts.waiting += 1
    set_off(world, state, loop, row, time, kind, group, actor, target, x, y, number)
    return row
