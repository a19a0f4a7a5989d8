"""A frozen part of the member model, in the mould of our kernel: checks, reading, posts, turns, replies, muting, leaving.

Its numbers are constants of this file, so that its speed can be compared from year to year whatever the model becomes.
posting_submodel.c has the same content in C; both write the same log, bit for bit. What is shared with the kernel is shared
for a reason: the draws (sim.streams), the queue (sim.kernel.queue), the row of the log, the flat rows of f8.
"""

from __future__ import annotations

import ctypes
import math
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import numpy as np
import simpy
from scipy.special import ndtri

from sim import streams
from sim.compiled import compiled, merged, within  # their cache notices a change of this file, of the streams and of the queue
from sim.engine.programme import MemberClock
from sim.events.kinds import (
    DAY,
    EVENT_DTYPE,
    GROUP_CHECKED,
    GROUP_MUTED,
    HOUR,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MESSAGE_POSTED,
    MINUTE,
    NONE,
    STIMULUS_POSTED,
    TASK_DONE,
)
from sim.events.log import LogWriter
from sim.kernel.queue import (
    ARRIVAL_DUE,
    CHECK_DUE,
    PULL_DUE,
    REPLY_DUE,
    drop_first,
    due_of,
    push,
    replace_first,
)
from sim.streams import key, uniform
from sim.vocabulary.tables import DUE, RECENT

SOURCE: Final = Path(__file__).with_suffix(".c")
FLAGS: Final = ("-std=c11", "-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")

#: The frozen numbers; they stand at the head of the world in this order, as the parameters of the kernel do.
PARAMETERS: Final = {
    "value_reference": 0.5,
    "check_floor": 0.03,
    "muted_checks": 0.5,
    "read_cap": 40.0,
    "fresh_days": 1.5,
    "value_start": 0.5,
    "value_days": 7.0,
    "read_scale": 3.0,
    "open_cost": 0.13,
    "read_cost": 0.15,
    "overload_cost": 0.15,
    "promotion_cost": 0.04,
    "operator_cost": 0.035,
    "content_satiation": 25.0,
    "satiation_days": 7.0,
    "warmth_start": 0.2,
    "warmth_days": 21.0,
    "reply_warmth": 0.035,
    "ignored_hours": 12.0,
    "ignored_warmth": 0.94,
    "post_scale": 0.04,
    "post_floor": 0.08,
    "novelty_weight": 2.0,
    "novelty_days": 0.7,
    "novelty_exponent": 1.0,
    "loafing": 0.3,
    "replies_mean": 0.66,
    "operator_replies": 0.5,
    "turn_share": 0.45,
    "turn_minutes": 0.7,
    "fast_share": 0.7,
    "fast_minutes": 2.0,
    "slow_minutes": 60.0,
    "delay_spread": 1.2,
    "morning_share": 0.5,
    "consent_floor": 0.15,
    "leave_rate": 0.0015,
    "mute_rate": 0.0045,
    "muted_leave": 0.5,
    "tenure_days": 7.0,
    "tenure_gain": 2.0,
    "hazard_value": 2.0,
    "hazard_warmth": 1.5,
    "operator_load": 5.0,
    "mood_minutes": 45.0,
    "mood_gain": 0.3,
    "tone_spread": 0.3,
}
# fmt: off
(
    P_VALUE_REFERENCE, P_CHECK_FLOOR, P_MUTED_CHECKS, P_READ_CAP, P_FRESH_DAYS, P_VALUE_START, P_VALUE_DAYS, P_READ_SCALE,
    P_OPEN_COST, P_READ_COST, P_OVERLOAD_COST, P_PROMOTION_COST, P_OPERATOR_COST, P_CONTENT_SATIATION, P_SATIATION_DAYS,
    P_WARMTH_START, P_WARMTH_DAYS, P_REPLY_WARMTH, P_IGNORED_HOURS, P_IGNORED_WARMTH, P_POST_SCALE, P_POST_FLOOR,
    P_NOVELTY_WEIGHT, P_NOVELTY_DAYS, P_NOVELTY_EXPONENT, P_LOAFING, P_REPLIES_MEAN, P_OPERATOR_REPLIES, P_TURN_SHARE,
    P_TURN_MINUTES, P_FAST_SHARE, P_FAST_MINUTES, P_SLOW_MINUTES, P_DELAY_SPREAD, P_MORNING_SHARE, P_CONSENT_FLOOR,
    P_LEAVE_RATE, P_MUTE_RATE, P_MUTED_LEAVE, P_TENURE_DAYS, P_TENURE_GAIN, P_HAZARD_VALUE, P_HAZARD_WARMTH,
    P_OPERATOR_LOAD, P_MOOD_MINUTES, P_MOOD_GAIN, P_TONE_SPREAD, P_WIDTH,
) = range(48)
# fmt: on

#: What a draw is for.
TRAIT, ARRIVAL, TASK_TIME = 1, 3, 6
CHECK, ACCEPT, VISIT, POST, PULL = 101, 102, 103, 104, 110
MESSAGE, REPLIES, REPLY_DELAY, REPLY_MODE, MORNING_TIME, PROPOSE, CONSENT, SPEAK, TURN, TONE = (
    201, 202, 203, 204, 205, 206, 207, 211, 212, 213,
)  # fmt: skip

# The head of the world
W_HOURS, W_HOURS_BEFORE, W_PERSONS, W_ROSTER_AT, W_WEIGHT_AT, W_TRAITS = 64, 88, 113, 114, 115, 116
# A person's traits
(
    T_ARRIVAL, T_SHIFT, T_SOCIABILITY, T_CHECK_RATE, T_MATCH_TALK, T_MATCH_CONTENT, T_MATCH_PROMOTION, T_SUSCEPTIBILITY,
    T_LEAVE_THRESHOLD, T_MUTE_THRESHOLD, T_WARMTH_BASE, T_GROUP, T_WIDTH,
) = range(13)  # fmt: skip
# How a person stands to the group
ABSENT, ATTENTIVE, MUTED, GONE = range(4)
# A member
(
    M_AT, M_JOINED_AT, M_CHECKED_AT, M_LAST_DAY, M_VALUE, M_WARMTH, M_MOOD, M_SATIATION, M_LEAVE_CLOCK, M_MUTE_CLOCK, M_MODE,
    M_READ_TO, M_WAITING, M_DAYS_SEEN, M_CHECKS, M_POSTS, M_WIDTH,
) = range(17)  # fmt: skip
# A group
G_ORDINAL, G_MEMBERS, G_MUTED, G_WIDTH = range(4)
# A message
(
    MSG_TIME, MSG_ROW, MSG_SENTIMENT, MSG_AUTHOR, MSG_GROUP, MSG_KIND, MSG_STIMULUS, MSG_ANSWERED, MSG_WIDTH,
) = range(9)  # fmt: skip
# A stimulus
ST_CONTENT, ST_PROMOTION, ST_TALK, ST_WIDTH = range(4)
# The first row of the state
S_GROUPS_AT, S_STIMULI_AT, S_MEMBERS_AT, S_RECENT_AT, S_MESSAGES_AT, S_EVENTS, S_MESSAGES, S_WIDTH = range(8)
# Columns of Loop.schedule, places in Loop.counts, why the loop stopped
TAU, CHECKS, SCHEDULE_WIDTH = range(3)
QUEUED, LOGGED, FIRST, DECIDED = range(4)
DONE, LOG_FULL, QUEUE_FULL, MESSAGES_FULL = range(4)

STEP_ROWS: Final = 64
STEP_DUE: Final = 128
REPLIES_HIGH: Final = 60.0
TURN_HIGH: Final = 8.0
PROPOSALS: Final = 8
DRAWS: Final = 64
MORNING: Final = 7
LOGISTIC: Final = math.sqrt(3.0) / math.pi
AUDIENCE: Final = 100.0
VALUE_LOW, VALUE_HIGH = -0.3, 1.0
WARMTH_REFERENCE, VALUE_REFERENCE = 0.1, 0.4
OVERLOAD_HIGH: Final = 2.0
YES, NO = np.int64(1), np.int64(0)

#: What the operator posts: a column with content among promotions.
STIMULI: Final = ((0.1, 1.0, 0.2), (1.0, 0.0, 0.8))
POST_HOURS: Final = (10.5, 12.0, 16.5, 20.0)
POST_MINUTES: Final = 20.0
LOG_ROOM, QUEUE_ROOM, MESSAGES_ROOM = 1 << 13, 1 << 12, 2048
_DAY_SHAPE = (
    0.46, 0.3, 0.23, 0.19, 0.17, 0.19, 0.34, 0.7, 0.95, 1, 1, 1.05,
    1.3, 1.2, 1, 0.95, 1, 1.1, 1.3, 1.5, 1.75, 1.9, 1.6, 0.95,
)  # fmt: skip


@within
def natural(number):
    """A number that counts or finds something; knowing it is not negative, compiled code need not look from the end of an array."""
    return int(number) & (2**40 - 1)


class Loop(NamedTuple):
    """What the live run needs beside world and state."""

    keys: np.ndarray  # u8 [persons + 1], root of every person's draws; last: root of the programme
    schedule: np.ndarray  # f8 [persons, SCHEDULE_WIDTH]
    queue: np.ndarray  # DUE [.]
    log: np.ndarray  # EVENT_DTYPE [.], rows not yet handed over
    counts: np.ndarray  # i8 [4]


@within
def trait_row(person):
    """Where a person's traits begin in the world."""
    return W_TRAITS + natural(person) * T_WIDTH


@within
def member_row(state, person):
    """Where a member's row begins in the state."""
    return natural(state[S_MEMBERS_AT]) + natural(person) * M_WIDTH


@within
def group_row(state, group):
    """Where a group's row begins in the state."""
    return natural(state[S_GROUPS_AT]) + natural(group) * G_WIDTH


@within
def message_row(state, number):
    """Where a message's row begins in the state."""
    return natural(state[S_MESSAGES_AT]) + natural(number) * MSG_WIDTH


@within
def stimulus_row(state, number):
    """Where a stimulus' row begins in the state."""
    return natural(state[S_STIMULI_AT]) + natural(number) * ST_WIDTH


@within
def recent_place(state, group, ordinal):
    """Where the number of the message with this ordinal in its group stands in the state."""
    return natural(state[S_RECENT_AT]) + natural(group) * RECENT + natural(ordinal) % RECENT


@within
def clip(x, low, high):
    """x, held between low and high."""
    return min(max(x, low), high)


@within
def warmth_at(world, state, member, trait, time):
    """Warmth at `time`, without touching the state."""
    days = (time - state[member + M_AT]) / DAY
    return world[trait + T_WARMTH_BASE] + (state[member + M_WARMTH] - world[trait + T_WARMTH_BASE]) * math.exp(
        -days / world[P_WARMTH_DAYS]
    )


@within
def settle(world, state, member, trait, time):
    """Applies every decay of one member up to `time`."""
    days = (time - state[member + M_AT]) / DAY
    if days <= 0.0:
        return
    state[member + M_MOOD] *= math.exp(-days * 1440.0 / world[P_MOOD_MINUTES])
    state[member + M_SATIATION] *= math.exp(-days / world[P_SATIATION_DAYS])
    state[member + M_WARMTH] = warmth_at(world, state, member, trait, time)
    state[member + M_AT] = time


@within
def add_message(state, row, time, kind, author, group_number, sentiment):
    """Puts a message at the head of its group; gives its number."""
    number = int(state[S_MESSAGES])
    state[S_MESSAGES] += 1
    group = group_row(state, group_number)
    state[group + G_ORDINAL] += 1
    message = message_row(state, number)
    state[message + MSG_TIME] = time
    state[message + MSG_ROW] = row
    state[message + MSG_SENTIMENT] = sentiment
    state[message + MSG_AUTHOR] = author
    state[message + MSG_GROUP] = group_number
    state[message + MSG_KIND] = kind
    state[message + MSG_STIMULUS] = NONE
    state[message + MSG_ANSWERED] = 0
    state[recent_place(state, group_number, state[group + G_ORDINAL])] = number
    return number


@within
def answer_author(world, state, time, number):
    """What being answered does to the author of message `number`."""
    message = message_row(state, number)
    if state[message + MSG_AUTHOR] < 0:
        return
    member = member_row(state, state[message + MSG_AUTHOR])
    settle(world, state, member, trait_row(state[message + MSG_AUTHOR]), time)
    state[member + M_WARMTH] += world[P_REPLY_WARMTH] * (1.0 - state[member + M_WARMTH])
    state[message + MSG_ANSWERED] = 1
    if state[member + M_WAITING] == number:
        state[member + M_WAITING] = NONE


@within
def read_group(world, state, person, time):
    """One check: reads what is new and fresh, at most a screenful, and learns from it."""
    trait = trait_row(person)
    member = member_row(state, person)
    group = group_row(state, world[trait + T_GROUP])
    settle(world, state, member, trait, time)
    days = (time - state[member + M_CHECKED_AT]) / DAY
    cap = int(world[P_READ_CAP])
    fresh = world[P_FRESH_DAYS] * DAY
    reads = talk = operator = 0
    content = promotion = sentiment = 0.0
    newest = int(state[group + G_ORDINAL])
    for ordinal in range(newest, max(int(state[member + M_READ_TO]), newest - RECENT), -1):
        number = int(state[recent_place(state, world[trait + T_GROUP], ordinal)])
        message = message_row(state, number)
        if reads >= cap or time - state[message + MSG_TIME] > fresh:
            break
        if state[message + MSG_AUTHOR] != person:
            reads += 1
            sentiment += state[message + MSG_SENTIMENT]
            if state[message + MSG_STIMULUS] != NONE:
                stimulus = stimulus_row(state, state[message + MSG_STIMULUS])
                operator += 1
                content += state[stimulus + ST_CONTENT]
                promotion += state[stimulus + ST_PROMOTION]
            else:
                talk += 1
    unread = state[group + G_ORDINAL] - state[member + M_READ_TO]
    satiated = 1.0 / (1.0 + state[member + M_SATIATION] / world[P_CONTENT_SATIATION])
    benefit = (
        world[trait + T_MATCH_TALK] * talk
        + world[trait + T_MATCH_CONTENT] * satiated * content
        + world[trait + T_MATCH_PROMOTION] * promotion
    )
    worth = (
        1.0
        - math.exp(-benefit / world[P_READ_SCALE])
        - world[P_OPEN_COST]
        - world[P_READ_COST] * reads / cap
        - world[P_OVERLOAD_COST] * min(max(unread - cap, 0.0) / cap, OVERLOAD_HIGH)
        - world[P_PROMOTION_COST] * promotion
        - world[P_OPERATOR_COST] * operator
    )
    state[member + M_VALUE] += (1.0 - math.exp(-min(days, 1.0) / world[P_VALUE_DAYS])) * (worth - state[member + M_VALUE])
    state[member + M_VALUE] = clip(state[member + M_VALUE], VALUE_LOW, VALUE_HIGH)
    state[member + M_SATIATION] += operator
    if reads > 0:
        moved = world[P_MOOD_GAIN] * world[trait + T_SUSCEPTIBILITY] * sentiment / reads
        state[member + M_MOOD] = clip(state[member + M_MOOD] + moved, -1.0, 1.0)
    if state[member + M_WAITING] != NONE:
        own = message_row(state, state[member + M_WAITING])
        if time - state[own + MSG_TIME] > world[P_IGNORED_HOURS] * HOUR:
            state[member + M_WARMTH] *= world[P_IGNORED_WARMTH]
            state[member + M_WAITING] = NONE
    day = time // DAY
    if day != state[member + M_LAST_DAY]:
        state[member + M_LAST_DAY] = day
        state[member + M_DAYS_SEEN] += 1
    young = 1.0 + world[P_TENURE_GAIN] * math.exp(-((time - state[member + M_JOINED_AT]) / DAY) / world[P_TENURE_DAYS])
    mind = math.exp(
        -world[P_HAZARD_VALUE] * (state[member + M_VALUE] - VALUE_REFERENCE)
        - world[P_HAZARD_WARMTH] * (state[member + M_WARMTH] - WARMTH_REFERENCE)
    )
    load = (reads + (world[P_OPERATOR_LOAD] - 1.0) * operator) / cap
    state[member + M_LEAVE_CLOCK] += (
        world[P_LEAVE_RATE] * young * mind * (world[P_MUTED_LEAVE] if state[member + M_MODE] == MUTED else 1.0) * days
    )
    if state[member + M_MODE] == ATTENTIVE:
        state[member + M_MUTE_CLOCK] += world[P_MUTE_RATE] * young * mind * max(load, 0.5) * days
    state[member + M_READ_TO] = state[group + G_ORDINAL]
    state[member + M_CHECKED_AT] = time
    state[member + M_CHECKS] += 1


@within
def enter(world, state, person, time):
    """A person becomes a member: sees nothing of what was written before."""
    trait = trait_row(person)
    member = member_row(state, person)
    group = group_row(state, world[trait + T_GROUP])
    state[member + M_AT] = time
    state[member + M_JOINED_AT] = time
    state[member + M_CHECKED_AT] = time
    state[member + M_LAST_DAY] = -1
    state[member + M_VALUE] = world[P_VALUE_START]
    state[member + M_WARMTH] = max(world[P_WARMTH_START], world[trait + T_WARMTH_BASE])
    state[member + M_MODE] = ATTENTIVE
    state[member + M_READ_TO] = state[group + G_ORDINAL]
    state[group + G_MEMBERS] += 1


@within
def write(world, state, row, time, kind, group, person, target, sentiment):
    """A member's message; gives its number."""
    member = member_row(state, person)
    settle(world, state, member, trait_row(person), time)
    number = add_message(state, row, time, kind, person, group, sentiment)
    state[member + M_POSTS] += 1
    state[member + M_MOOD] *= 0.5
    adds = False
    if target != NONE:
        adds = state[message_row(state, target) + MSG_AUTHOR] == person
        if not adds:
            answer_author(world, state, time, target)
    if not adds:
        state[member + M_WAITING] = number
    return number


@within
def apply(world, state, row, time, kind, group, actor, target, x):
    """Folds one event into the state; gives the number of the message it put on the screen, or NONE."""
    state[S_EVENTS] += 1
    if kind == GROUP_CHECKED:
        read_group(world, state, actor, time)
        return NONE
    if kind == MESSAGE_POSTED:
        return write(world, state, row, time, kind, group, actor, target, x)
    if kind == STIMULUS_POSTED:
        number = add_message(state, row, time, kind, NONE, group, 0.0)
        state[message_row(state, number) + MSG_STIMULUS] = target
        return number
    if kind == MEMBER_JOINED:
        enter(world, state, actor, time)
    elif kind == MEMBER_LEFT:
        if state[member_row(state, actor) + M_MODE] == MUTED:
            state[group_row(state, group) + G_MUTED] -= 1
        state[group_row(state, group) + G_MEMBERS] -= 1
        state[member_row(state, actor) + M_MODE] = GONE
    elif kind == GROUP_MUTED:
        state[member_row(state, actor) + M_MODE] = MUTED
        state[group_row(state, group) + G_MUTED] += 1
    return NONE


@within
def clock_to_tau(world, time):
    """Operational time (days of unit-rate checks) at a clock time."""
    day = time // DAY
    passed = time - day * DAY
    hour = passed // HOUR
    return day + world[W_HOURS_BEFORE + hour] + world[W_HOURS + hour] * ((passed - hour * HOUR) / DAY)


@within
def tau_to_clock(world, tau):
    """Clock time, us, at which operational time is reached."""
    day = int(math.floor(tau))
    left = tau - day
    hour = natural(24.0 * left)
    while world[W_HOURS_BEFORE + natural(hour)] > left:
        hour -= 1
    while hour < 23 and world[W_HOURS_BEFORE + natural(hour) + 1] <= left:
        hour += 1
    hour = natural(hour)
    passed = (left - world[W_HOURS_BEFORE + hour]) / world[W_HOURS + hour]
    return day * DAY + hour * HOUR + min(int(passed * DAY), HOUR - 1)


@compiled
def add_due(loop, time, person, what, ordinal, message):
    """Puts something into the queue."""
    loop.counts[QUEUED] = push(loop.queue, loop.counts[QUEUED], time, person, what, ordinal, message, NONE)


@within
def root_of(loop, person):
    """The root of a person's draws."""
    return loop.keys[natural(person)]


@within
def next_check(world, loop, person, now):
    """Time of the next habitual check: a unit-rate stream in operational time that nothing in the group can change."""
    trait = trait_row(person)
    diary = loop.schedule[natural(person)]
    diary[CHECKS] += 1
    diary[TAU] -= math.log(uniform(root_of(loop, person), CHECK, int(diary[CHECKS]))) / world[trait + T_CHECK_RATE]
    time = tau_to_clock(world, diary[TAU]) + int(world[trait + T_SHIFT])
    return max(time, now + 1)


@within
def message_key(loop, state, number):
    """The key of what a message sets off: by author and time, so that other people's messages do not shift it."""
    message = message_row(state, number)
    if state[message + MSG_AUTHOR] >= 0:
        return key(loop.keys[int(state[message + MSG_AUTHOR])], MESSAGE, int(state[message + MSG_TIME]))
    return key(
        key(loop.keys[loop.keys.shape[0] - 1], MESSAGE, int(state[message + MSG_GROUP])),
        int(state[message + MSG_KIND]),
        int(state[message + MSG_TIME]),
    )


@within
def log_delay(u, median, spread):
    """A log-logistic delay with the given median; spread is the standard deviation of its logarithm."""
    return median * math.exp(spread * LOGISTIC * math.log(u / (1.0 - u)))


@within
def schedule_replies(world, state, loop, number, mean):
    """A message seeks a geometric number of replies, each due after a keyed delay."""
    if mean <= 0.0:
        return
    message = message_row(state, number)
    root = message_key(loop, state, number)
    share = mean / (1.0 + mean)
    count = int(min(math.log(uniform(root, REPLIES, 0)) / math.log(share), REPLIES_HIGH))
    for child in range(count):
        median = world[P_FAST_MINUTES] if uniform(root, REPLY_MODE, child) < world[P_FAST_SHARE] else world[P_SLOW_MINUTES]
        delay = log_delay(uniform(root, REPLY_DELAY, child), median, world[P_DELAY_SPREAD])
        due = int(state[message + MSG_TIME]) + int(min(delay, 14400.0) * MINUTE) + 1
        within = due % DAY
        if within < MORNING * HOUR and uniform(root, MORNING_TIME, 2 * child) < world[P_MORNING_SHARE]:
            due += MORNING * HOUR - within + int(2.0 * HOUR * uniform(root, MORNING_TIME, 2 * child + 1))
        add_due(loop, due, NONE, REPLY_DUE, int(state[message + MSG_ROW]) * 64 + child, number)


@within
def schedule_turn(world, state, loop, number):
    """Whoever begins to talk often says it in several messages: a geometric number of additions, soon one after the other."""
    message = message_row(state, number)
    root = message_key(loop, state, number)
    count = int(min(math.log(uniform(root, TURN, 0)) / math.log(world[P_TURN_SHARE]), TURN_HIGH))
    due = int(state[message + MSG_TIME])
    for part in range(count):
        delay = log_delay(uniform(root, TURN, part + 1), world[P_TURN_MINUTES], 1.0)
        due += int(min(delay, 30.0) * MINUTE) + 1
        add_due(loop, due, int(state[message + MSG_AUTHOR]), REPLY_DUE, int(state[message + MSG_ROW]) * 64 + part, number)


@within
def react(world, state, loop, row, time, kind, actor, target, number):
    """What an event sets off later."""
    if kind == MESSAGE_POSTED:
        if target == NONE:
            schedule_turn(world, state, loop, number)
        elif state[message_row(state, target) + MSG_AUTHOR] == actor:
            return
        schedule_replies(world, state, loop, number, world[P_REPLIES_MEAN])
    elif kind == STIMULUS_POSTED:
        talk = state[stimulus_row(state, target) + ST_TALK]
        schedule_replies(world, state, loop, number, min(world[P_REPLIES_MEAN] * world[P_OPERATOR_REPLIES] * talk, 0.95))
    elif kind == MEMBER_JOINED:
        loop.schedule[actor, TAU] = clock_to_tau(world, max(time - int(world[trait_row(actor) + T_SHIFT]), 0))
        add_due(loop, time + MINUTE, actor, PULL_DUE, row, NONE)
        first = next_check(world, loop, actor, time)
        add_due(loop, first, actor, CHECK_DUE, int(loop.schedule[actor, CHECKS]), NONE)


@within
def emit(world, state, loop, time, cause, kind, group, actor, target, x, y):
    """Writes an event down, folds it into the state, schedules what follows; gives its sequence number."""
    place = loop.counts[LOGGED]
    event = loop.log[place]
    event["time"] = time
    event["cause"] = cause
    event["x"] = x
    event["y"] = y
    event["kind"] = kind
    event["group"] = group
    event["actor"] = actor
    event["target"] = target
    loop.counts[LOGGED] = place + 1
    row = loop.counts[FIRST] + place
    number = apply(world, state, row, time, kind, group, actor, target, x)
    react(world, state, loop, row, time, kind, actor, target, number)
    return row


@within
def interest(world, state, member):
    """How much of a person's habit is left at the value the group has for them, without a floor."""
    return clip(state[member + M_VALUE] / world[P_VALUE_REFERENCE], 0.0, 1.0)


@within
def drive_to_post(world, state, person):
    """Expected spontaneous posts at one check."""
    trait = trait_row(person)
    member = member_row(state, person)
    group = group_row(state, world[trait + T_GROUP])
    novelty = math.exp(
        -world[P_NOVELTY_EXPONENT] * math.log(1.0 + max(state[member + M_DAYS_SEEN] - 1.0, 0.0) / world[P_NOVELTY_DAYS])
    )
    crowd = math.exp(world[P_LOAFING] * math.log(AUDIENCE / max(state[group + G_MEMBERS], 1.0)))
    urge = world[P_POST_FLOOR] + state[member + M_WARMTH] + world[P_NOVELTY_WEIGHT] * novelty
    return world[P_POST_SCALE] * world[trait + T_SOCIABILITY] * urge * (1.0 + max(state[member + M_MOOD], 0.0)) * crowd


@within
def tone(world, state, member, visit):
    """The sentiment of what a member writes: half their mood, half chance."""
    return clip(0.5 * state[member + M_MOOD] + world[P_TONE_SPREAD] * (2.0 * uniform(visit, TONE, 0) - 1.0), -1.0, 1.0)


@within
def visit_group(world, state, loop, time, person, cause, visit, speaks):
    """One check and what comes of it; gives the sequence number of the check, NONE if the person left."""
    trait = trait_row(person)
    member = member_row(state, person)
    group = int(world[trait + T_GROUP])
    check = emit(world, state, loop, time, cause, GROUP_CHECKED, group, person, NONE, 0.0, 0.0)
    if state[member + M_LEAVE_CLOCK] >= world[trait + T_LEAVE_THRESHOLD]:
        emit(world, state, loop, time, check, MEMBER_LEFT, group, person, NONE, 0.0, 0.0)
        return NONE
    if state[member + M_MODE] == ATTENTIVE and state[member + M_MUTE_CLOCK] >= world[trait + T_MUTE_THRESHOLD]:
        emit(world, state, loop, time, check, GROUP_MUTED, group, person, NONE, 0.0, 0.0)
    if speaks and uniform(visit, POST, 0) < 1.0 - math.exp(-drive_to_post(world, state, person)):
        emit(world, state, loop, time, check, MESSAGE_POSTED, group, person, NONE, tone(world, state, member, visit), 0.0)
    return check


@merged
def check_due(world, state, loop, time, person, ordinal):
    """A habitual check is due: whether it happens depends on what the group is worth to the person."""
    member = member_row(state, person)
    if state[member + M_MODE] == GONE:
        loop.counts[QUEUED] = drop_first(loop.queue, loop.counts[QUEUED])
        return
    after = next_check(world, loop, person, time)
    replace_first(
        loop.queue, loop.counts[QUEUED], after, person, CHECK_DUE, int(loop.schedule[natural(person), CHECKS]), NONE, NONE
    )
    chance = max(interest(world, state, member), world[P_CHECK_FLOOR])
    if state[member + M_MODE] == MUTED:
        chance *= world[P_MUTED_CHECKS]
    if uniform(root_of(loop, person), ACCEPT, ordinal) >= chance:
        return
    visit_group(world, state, loop, time, person, NONE, key(root_of(loop, person), VISIT, ordinal), YES)


@merged
def pull_due(world, state, loop, time, person, cause):
    """Somebody who has just joined looks around."""
    mode = state[member_row(state, person) + M_MODE]
    if mode == ATTENTIVE or mode == MUTED:
        visit_group(world, state, loop, time, person, cause, key(key(root_of(loop, person), PULL, time), VISIT, 1), YES)


@merged
def reply_due(world, state, loop, time, speaker, number, child):
    """Something follows a message: its author goes on, or members are proposed by sociability and consent or not."""
    message = message_row(state, number)
    group = int(state[message + MSG_GROUP])
    if state[group_row(state, group) + G_MEMBERS] <= 0:
        return
    if speaker != NONE:
        if state[member_row(state, speaker) + M_MODE] == ATTENTIVE or state[member_row(state, speaker) + M_MODE] == MUTED:
            emit(world, state, loop, time, int(state[message + MSG_ROW]), MESSAGE_POSTED, group, speaker, number, 0.0, 0.0)
        return
    root = message_key(loop, state, number)
    weights = int(world[W_WEIGHT_AT])
    last = int(world[W_PERSONS]) - 1
    total = world[weights + last]
    tries = 0
    for draw in range(DRAWS):
        goal = uniform(root, PROPOSE, child * DRAWS + draw) * total
        low = 0
        high = last
        while low < high:
            middle = (low + high) >> 1
            if world[weights + middle] < goal:
                low = middle + 1
            else:
                high = middle
        person = int(world[int(world[W_ROSTER_AT]) + low])
        member = member_row(state, person)
        if person == state[message + MSG_AUTHOR] or (state[member + M_MODE] != ATTENTIVE and state[member + M_MODE] != MUTED):
            continue
        trait = trait_row(person)
        consent = interest(world, state, member) * (world[P_CONSENT_FLOOR] + warmth_at(world, state, member, trait, time))
        if state[member + M_MODE] == MUTED:
            consent *= world[P_MUTED_CHECKS]
        if state[message + MSG_AUTHOR] == NONE:
            fade = math.exp(-((time - state[member + M_AT]) / DAY) / world[P_SATIATION_DAYS])
            consent /= 1.0 + state[member + M_SATIATION] * fade / world[P_CONTENT_SATIATION]
        if uniform(root, CONSENT, child * DRAWS + draw) < consent:
            visit = key(key(root, SPEAK, child), VISIT, 0)
            cause = int(state[message + MSG_ROW])
            if visit_group(world, state, loop, time, person, cause, visit, NO) != NONE:
                said = tone(world, state, member, visit)
                emit(world, state, loop, time, cause, MESSAGE_POSTED, group, person, number, said, 0.0)
            return
        tries += 1
        if tries >= PROPOSALS:
            return


@within
def lack(state, loop):
    """What has no room for one more step, DONE if there is room for it."""
    if loop.counts[LOGGED] + STEP_ROWS > loop.log.shape[0]:
        return LOG_FULL
    if loop.counts[QUEUED] + STEP_DUE > loop.queue.shape[0]:
        return QUEUE_FULL
    if message_row(state, state[S_MESSAGES] + STEP_ROWS) > state.shape[0]:
        return MESSAGES_FULL
    return DONE


@compiled
def act(world, state, loop, time, cause, kind, group, actor, target, x, y):
    """An operator's event, as `emit`; where room is lacking nothing happens and what lacks is given, negative."""
    lacking = lack(state, loop)
    return emit(world, state, loop, time, cause, kind, group, actor, target, x, y) if lacking == DONE else -lacking


@compiled
def advance(world, state, loop, until):
    """Runs everything that is due up to and including `until`; says why it stopped."""
    while loop.counts[QUEUED] > 0:
        due = due_of(loop.queue, 0)
        if due.time > until:
            return DONE
        lacking = lack(state, loop)
        if lacking != DONE:
            return lacking
        time, person, what, ordinal, number = due.time, np.int64(due.person), due.what, due.ordinal, np.int64(due.message)
        if what == CHECK_DUE:
            check_due(world, state, loop, time, person, ordinal)
        else:
            loop.counts[QUEUED] = drop_first(loop.queue, loop.counts[QUEUED])
            if what == REPLY_DUE:
                reply_due(world, state, loop, time, person, number, ordinal % 64)
            elif what == PULL_DUE:
                pull_due(world, state, loop, time, person, ordinal)
            elif what == ARRIVAL_DUE:
                emit(
                    world,
                    state,
                    loop,
                    time,
                    NONE,
                    MEMBER_JOINED,
                    int(world[trait_row(person) + T_GROUP]),
                    person,
                    NONE,
                    0.0,
                    0.0,
                )
    return DONE


@compiled
def live(world, state, loop, decisions, until):
    """The same beside an operator whose decisions are known: rows of EVENT_DTYPE, in order."""
    while True:
        place = loop.counts[DECIDED]
        known = place < decisions.shape[0]
        reason = advance(world, state, loop, np.int64(decisions[place]["time"]) if known else until)
        if reason != DONE or not known:
            return reason
        lacking = lack(state, loop)
        if lacking != DONE:
            return lacking
        row = decisions[place]
        loop.counts[DECIDED] = place + 1
        emit(
            world,
            state,
            loop,
            np.int64(row["time"]),
            NONE,
            np.int64(row["kind"]),
            np.int64(row["group"]),
            np.int64(row["actor"]),
            np.int64(row["target"]),
            row["x"],
            row["y"],
        )


class World(NamedTuple):
    """What a run starts from and never changes."""

    array: np.ndarray  # f8 [.]
    keys: np.ndarray  # u8 [persons + 1]


def build_world(size: int, seed: int) -> World:
    """The people of one group."""
    root = streams.run_key(seed, 0)
    keys = streams.keys(root, TRAIT, np.arange(size))

    def normal(ordinal: int) -> np.ndarray:
        return ndtri(streams.uniforms(keys, TRAIT, ordinal))

    def exponential(ordinal: int) -> np.ndarray:
        return -np.log(streams.uniforms(keys, TRAIT, ordinal))

    hours = np.array(_DAY_SHAPE) / np.mean(_DAY_SHAPE)
    before = np.concatenate([[0.0], np.cumsum(hours) / 24.0])
    tau = -np.log(streams.uniforms(keys, ARRIVAL, 0)) * 3.0
    traits = np.zeros((size, T_WIDTH))
    traits[:, T_ARRIVAL] = np.floor((np.floor(tau) + np.interp(tau % 1.0, before, np.arange(25) / 24.0)) * DAY) + 1
    traits[:, T_SHIFT] = np.round(np.clip(0.7 * normal(1), -3, 3) * HOUR)
    traits[:, T_SOCIABILITY] = np.minimum(np.exp(1.5 * normal(2) - 1.125), 40.0)
    traits[:, T_CHECK_RATE] = 4.5 * np.exp(0.4 * normal(3))
    traits[:, T_MATCH_TALK] = np.clip(0.25 * np.exp(0.35 * normal(4)), 0, 1)
    traits[:, T_MATCH_CONTENT] = np.clip(0.6 * np.exp(0.35 * normal(5)), 0, 1)
    traits[:, T_MATCH_PROMOTION] = np.clip(0.08 * np.exp(0.35 * normal(6)), 0, 1)
    traits[:, T_SUSCEPTIBILITY] = np.exp(0.5 * normal(7) - 0.125)
    traits[:, T_LEAVE_THRESHOLD] = exponential(8)
    traits[:, T_MUTE_THRESHOLD] = exponential(9)
    traits[:, T_WARMTH_BASE] = 0.04 + 0.5 * streams.uniforms(keys, TRAIT, 10)
    head = np.zeros(W_TRAITS)
    head[: len(PARAMETERS)] = list(PARAMETERS.values())
    head[W_HOURS : W_HOURS + 24], head[W_HOURS_BEFORE : W_HOURS_BEFORE + 25] = hours, before
    head[W_PERSONS], head[W_ROSTER_AT] = size, W_TRAITS + traits.size
    head[W_WEIGHT_AT] = head[W_ROSTER_AT] + size
    parts = [head, traits.ravel(), np.arange(float(size)), np.cumsum(traits[:, T_SOCIABILITY])]
    return World(np.concatenate(parts), np.append(keys, root))


#: Takes rows of the log, which are written over afterwards.
HandOver = Callable[[np.ndarray], None]


class Kernel(Protocol):
    """What a run needs of a kernel: ours or the one in C."""

    def advance(self, until: float) -> None:
        """Lives up to and including `until`."""

    def emit(self, time: int, kind: int, actor: int, target: int, x: float, y: float) -> None:
        """Writes an operator's event down."""

    def live(self, decisions: np.ndarray, until: int) -> None:
        """Lives beside an operator whose decisions are known."""

    def flush(self) -> None:
        """Hands the rows in the log over."""


class OurKernel:
    """The kernel above, with the arrays and the making of room of sim.engine.programme."""

    def __init__(self, world: World, hand_over: HandOver) -> None:
        self._hand_over = hand_over
        self._world = world.array
        persons = len(world.keys) - 1
        begins = S_WIDTH + np.cumsum([0, G_WIDTH, len(STIMULI) * ST_WIDTH, persons * M_WIDTH, RECENT])
        self._state = np.zeros(begins[4] + MESSAGES_ROOM * MSG_WIDTH)
        self._state[[S_GROUPS_AT, S_STIMULI_AT, S_MEMBERS_AT, S_RECENT_AT, S_MESSAGES_AT]] = begins
        self._state[begins[1] : begins[2]] = np.array(STIMULI).ravel()
        self._state[begins[2] + M_WAITING : begins[3] : M_WIDTH] = NONE
        self._loop = Loop(
            world.keys,
            np.zeros((persons, SCHEDULE_WIDTH)),
            np.zeros(QUEUE_ROOM + 2 * persons, dtype=DUE.dtype),
            np.zeros(LOG_ROOM, dtype=EVENT_DTYPE),
            np.zeros(4, dtype=np.int64),
        )
        for person in range(persons):
            add_due(self._loop, int(world.array[W_TRAITS + person * T_WIDTH + T_ARRIVAL]), person, ARRIVAL_DUE, 0, NONE)

    def advance(self, until: float) -> None:
        """Lives up to and including `until`."""
        while (lacking := advance(self._world, self._state, self._loop, int(until))) != DONE:
            self._make_room(lacking)

    def emit(self, time: int, kind: int, actor: int, target: int, x: float, y: float) -> None:
        """Writes an operator's event down."""
        event = time, int(NONE), kind, 0, actor, target, x, y
        while (row := act(self._world, self._state, self._loop, *event)) < 0:
            self._make_room(-row)

    def live(self, decisions: np.ndarray, until: int) -> None:
        """Lives beside an operator whose decisions are known."""
        while (lacking := live(self._world, self._state, self._loop, decisions, until)) != DONE:
            self._make_room(lacking)

    def flush(self) -> None:
        """Hands the rows in the log over."""
        counts = self._loop.counts
        if rows := int(counts[LOGGED]):
            self._hand_over(self._loop.log[:rows])
            counts[FIRST] += rows
            counts[LOGGED] = 0

    def _make_room(self, lacking: int) -> None:
        if lacking == LOG_FULL:
            self.flush()
        elif lacking == QUEUE_FULL:
            self._loop = self._loop._replace(queue=np.concatenate([self._loop.queue, np.zeros_like(self._loop.queue)]))
        else:
            self._state = np.concatenate([self._state, np.zeros(len(self._state))])


class CKernel:
    """The kernel of posting_submodel.c; it makes room for messages and dues itself and stops only when the log is full."""

    def __init__(self, library: ctypes.CDLL, world: World, hand_over: HandOver) -> None:
        self._hand_over = hand_over
        self._library, self._world = library, world
        self._log = np.zeros(LOG_ROOM, dtype=EVENT_DTYPE)
        self._counts = np.zeros(2, dtype=np.int64)  # rows in the log, rows handed over before
        self._stimuli = np.array(STIMULI)
        self._self = library.posting_new(
            world.array.ctypes.data,
            world.keys.ctypes.data,
            len(world.keys) - 1,
            self._stimuli.ctypes.data,
            self._log.ctypes.data,
            len(self._log),
            self._counts.ctypes.data,
        )
        if not self._self:
            raise MemoryError("posting_new")

    def __del__(self) -> None:
        self._library.posting_free(self._self)

    def advance(self, until: float) -> None:
        """Lives up to and including `until`."""
        while self._library.posting_advance(self._self, int(until)):
            self.flush()

    def emit(self, time: int, kind: int, actor: int, target: int, x: float, y: float) -> None:
        """Writes an operator's event down."""
        if self._counts[0] + STEP_ROWS > LOG_ROOM:
            self.flush()
        self._library.posting_emit(self._self, time, kind, actor, target, x, y)

    def live(self, decisions: np.ndarray, until: int) -> None:
        """Lives beside an operator whose decisions are known."""
        while self._library.posting_live(self._self, decisions.ctypes.data, len(decisions), until):
            self.flush()

    def flush(self) -> None:
        """Hands the rows in the log over."""
        if rows := int(self._counts[0]):
            self._hand_over(self._log[:rows])
            self._counts[1] += rows
            self._counts[0] = 0


def find_compiler() -> str | None:
    """The C compiler, if there is one."""
    return shutil.which("cc")


def build_library(folder: Path) -> ctypes.CDLL:
    """Compiles posting_submodel.c into a folder and loads it."""
    target = folder / "posting_submodel.so"
    done = subprocess.run(
        [find_compiler() or "cc", *FLAGS, "-o", str(target), str(SOURCE), "-lm"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"cc {SOURCE.name}: {done.stderr[-2000:]}")
    library = ctypes.CDLL(str(target))
    address, whole, real, number = ctypes.c_void_p, ctypes.c_int64, ctypes.c_double, ctypes.c_int
    for name, gives, *takes in (
        ("new", address, address, address, whole, address, address, whole, address),
        ("free", None, address),
        ("advance", number, address, whole),
        ("emit", None, address, whole, whole, whole, whole, real, real),
        ("live", number, address, address, whole, whole),
    ):
        function = getattr(library, f"posting_{name}")
        function.restype, function.argtypes = gives, takes
    return library


def load_library() -> ctypes.CDLL:
    """The same in a folder that is gone as soon as the library is loaded."""
    with tempfile.TemporaryDirectory() as folder:
        return build_library(Path(folder))


def operate(env: MemberClock, kernel: Kernel, desk: simpy.PriorityResource, root: int) -> Generator:
    """One person posts at fixed hours, promotions and a column a day; each takes its time."""
    day = 0
    while True:
        for turn, hour in enumerate(POST_HOURS):
            yield env.timeout(max(round((day + hour / 24.0) * DAY) - env.now, 0))
            u = streams.uniform_int(root, TASK_TIME, day * len(POST_HOURS) + turn)
            minutes = POST_MINUTES * math.exp(0.5 * LOGISTIC * math.log(u / (1.0 - u)))
            with desk.request(priority=5) as wish:
                yield wish
                yield env.timeout(max(round(minutes * MINUTE), 1))
            now, stimulus = int(env.now), int(turn == 1)
            kernel.emit(now, int(TASK_DONE), 0, 5, minutes / 60.0, minutes)
            kernel.emit(now, int(STIMULUS_POSTED), 0, stimulus, 0.0, 0.0)
        day += 1


def run_whole(make: Callable[[World, HandOver], Kernel], world: World, days: float) -> np.ndarray:
    """SimPy and a kernel from the first arrival to the horizon, with the log of any run; gives its rows."""
    writer = LogWriter(None)
    kernel = make(world, partial(writer.append, shard=0))
    env = MemberClock(kernel.advance)
    env.process(operate(env, kernel, simpy.PriorityResource(env, capacity=1), int(world.keys[-1])))
    env.run(until=round(days * DAY))
    kernel.flush()
    return writer.seal({}).events


def run_alone(kernel: Kernel, decisions: np.ndarray, days: float) -> None:
    """A kernel beside decisions that are known beforehand, without SimPy."""
    kernel.live(decisions, round(days * DAY))
    kernel.flush()


def decisions_in(log: np.ndarray) -> np.ndarray:
    """The rows an operator wrote."""
    return log[(log["kind"] == STIMULUS_POSTED) | (log["kind"] == TASK_DONE)].copy()


def differ(world: World, library: ctypes.CDLL, days: float) -> str:
    """How the logs of both kernels differ, in both ways of running; '' if they are equal bit for bit."""
    logs: dict[str, np.ndarray] = {}
    makers = {"ours": OurKernel, "c": partial(CKernel, library)}
    for name, make in makers.items():
        logs[name] = run_whole(make, world, days)
    for name, make in makers.items():
        rows: list[np.ndarray] = []
        run_alone(make(world, lambda chunk, rows=rows: rows.append(chunk.copy())), decisions_in(logs["ours"]), days)
        logs[f"{name} alone"] = np.concatenate(rows)
    ours = logs.pop("ours")
    for name, log in logs.items():
        if ours.tobytes() != log.tobytes():
            both = min(len(ours), len(log))
            wrong = np.flatnonzero(ours[:both] != log[:both])
            return f"{name} and ours differ from row {wrong[0] if len(wrong) else both} on ({len(log)} and {len(ours)} rows)"
    return ""
