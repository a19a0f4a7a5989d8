"""The loop: takes what is due next, draws what the member does, writes the events down, until an operator's turn."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from sim import streams
from sim.compiled import compiled, merged, prefetch, within
from sim.events.kinds import (
    ADVERT_POSTED,
    COMPLAINT_POSTED,
    DAY,
    ENTRY_DECLINED,
    GROUP_CHECKED,
    GROUP_MUTED,
    HOUR,
    MEMBER_ANSWERED,
    MEMBER_CARED_FOR,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MEMBER_SOOTHED,
    MESSAGE_POSTED,
    MINUTE,
    NONE,
    ORDER_PLACED,
    PLAN_ANNOUNCED,
    QUESTION_ASKED,
    REFERRAL,
    STIMULUS_ANSWERED,
    STIMULUS_POSTED,
)
from sim.kernel.apply import ILL_TEMPER, NO, YES, apply, clip, warmth_at
from sim.kernel.places import (
    P_ANSWER_REPLIES,
    P_BREACH_CAP,
    P_BREACH_DAYS,
    P_BREACH_GAIN,
    P_CHECK_FLOOR,
    P_CONSENT_FLOOR,
    P_CONTENT_SATIATION,
    P_DELAY_SPREAD,
    P_FAST_MINUTES,
    P_FAST_SHARE,
    P_HERD_EFFECT,
    P_HERD_HOURS,
    P_IMPULSE,
    P_LOAFING,
    P_LOSS_DAYS,
    P_LOSS_EFFECT,
    P_MORNING_SHARE,
    P_MUTED_CHECKS,
    P_NOVELTY_DAYS,
    P_NOVELTY_EXPONENT,
    P_NOVELTY_WEIGHT,
    P_OPERATOR_REPLIES,
    P_POST_FLOOR,
    P_POST_SCALE,
    P_PULL_SHARE,
    P_QUESTION_SHARE,
    P_RECALL_DAYS,
    P_RECALL_EFFECT,
    P_REFERRAL_RATE,
    P_REPLIES_MEAN,
    P_RULES_EFFECT,
    P_SATIATION_DAYS,
    P_SLOW_MINUTES,
    P_TURN_MINUTES,
    P_TURN_SHARE,
    P_UNCERTAIN_GAIN,
    P_VALUE_REFERENCE,
    P_VENT_CHANCE,
    P_WARMTH_EFFECT,
)
from sim.kernel.queue import (
    ARRIVAL_DUE,
    CHECK_DUE,
    DUE_MESSAGE,
    DUE_ORDINAL,
    DUE_PERSON,
    DUE_TIME,
    DUE_WHAT,
    NEED_DUE,
    PULL_DUE,
    REPLY_DUE,
    drop_first,
    least,
    push,
    replace_first,
)
from sim.streams import key, uniform
from sim.world.layout import (
    ABSENT,
    ATTENTIVE,
    G_BREACH,
    G_BREACH_AT,
    G_CAPACITY,
    G_CLOSED,
    G_FOUNDED_AT,
    G_HERD,
    G_HERD_AT,
    G_LEAST_TAG,
    G_MEMBERS,
    G_NEXT_REFERRAL,
    G_RULES,
    GONE,
    M_ANGER,
    M_ASKED,
    M_ASKED_BEFORE,
    M_AT,
    M_CHECKED_AT,
    M_COUPON,
    M_COUPON_UNTIL,
    M_DAYS_SEEN,
    M_HABIT,
    M_INCIDENT,
    M_LEAVE_CLOCK,
    M_LOSS,
    M_MODE,
    M_MOOD,
    M_MUTE_CLOCK,
    M_OFFER,
    M_ORDERS,
    M_PROMPT,
    M_RECALL,
    M_REFERENCE_PRICE,
    M_SATIATION,
    M_SCREENED_OUT,
    M_VALUE,
    M_WARMTH,
    M_WIDTH,
    MSG_ASK_BEFORE,
    MSG_AUTHOR,
    MSG_DEADLINE,
    MSG_GROUP,
    MSG_KIND,
    MSG_REMOVED,
    MSG_REWARD,
    MSG_ROW,
    MSG_STIMULUS,
    MSG_TAKERS,
    MSG_TIME,
    MUTED,
    NEVER,
    SHOP_MESSAGES,
    SHOP_PRICE,
    SHOP_UNIT_COST,
    ST_ASK,
    ST_CERTAINTY,
    ST_PULL,
    ST_TALK,
    T_ADVERT_RATE,
    T_CHECK_RATE,
    T_GROUP,
    T_LEAVE_THRESHOLD,
    T_MUTE_THRESHOLD,
    T_PRICE_WEIGHT,
    T_SHIFT,
    T_SOCIABILITY,
    T_SOURCE,
    T_TAG,
    T_TYPE,
    T_VENT_THRESHOLD,
    T_WIDTH,
    W_HOURS,
    W_HOURS_BEFORE,
    W_NEEDS,
    W_ODDS,
    W_PEAK_HOURS,
    W_PEAKS,
    W_PRICE,
    W_WEIGHT_AT,
    first_of_roster,
    group_row,
    member_row,
    message_row,
    natural,
    on_roster,
    stimulus_row,
    trait_row,
)

# Columns of Loop.schedule: where a person stands in the streams of habitual checks and of occasions to buy
TAU, NEED, CHECKS, NEEDS, SCHEDULE_WIDTH = range(5)
# Columns of Loop.inbox: what an operator may want to react to, noticed when staff look
NOTE_ROW, NOTE_TIME, NOTE_KIND, NOTE_GROUP, NOTE_ACTOR, NOTE_MESSAGE, NOTE_WIDTH = range(7)
# Places in Loop.counts
QUEUED, LOGGED, FIRST, WAITING = range(4)
# Why the loop stopped
DONE, LOG_FULL, QUEUE_FULL, MESSAGES_FULL, INBOX_FULL = range(5)

#: Rows that one step may add at most, a screenful of stimuli and a burst of replies included.
STEP_ROWS: Final = 64
STEP_DUE: Final = 128
REPLIES_HIGH: Final = 60.0
TURN_HIGH: Final = 8.0
PROPOSALS: Final = 8
DRAWS: Final = 64
MORNING: Final = 7
LOGISTIC: Final = math.sqrt(3.0) / math.pi
AUDIENCE: Final = 100.0
#: Numbers that come from memory together.
LINE: Final = 8


class Loop(NamedTuple):
    """What the live run needs beside world and state; none of it is needed for replay."""

    keys: np.ndarray  # u8 [persons + 1], root of every person's draws; last: root of the programme
    schedule: np.ndarray  # f8 [persons, SCHEDULE_WIDTH]
    queue: np.ndarray  # i8 [., DUE_WIDTH]
    inbox: np.ndarray  # i8 [., NOTE_WIDTH]
    log: np.ndarray  # EVENT_DTYPE [.], rows not yet handed to the writer
    counts: np.ndarray  # i8 [4]


@within
def clock_to_tau(world, time):
    """Operational time (days of unit-rate checks) at a clock time."""
    day = time // DAY
    within = time - day * DAY
    hour = within // HOUR
    return day + world[W_HOURS_BEFORE + hour] + world[W_HOURS + hour] * ((within - hour * HOUR) / DAY)


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
    within = (left - world[W_HOURS_BEFORE + hour]) / world[W_HOURS + hour]
    return day * DAY + hour * HOUR + min(int(within * DAY), HOUR - 1)


@compiled
def add_due(loop, time, person, what, ordinal, message):
    """Puts something into the queue."""
    loop.counts[QUEUED] = push(loop.queue, loop.counts[QUEUED], time, person, what, ordinal, message)


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
    diary[TAU] -= math.log(uniform(root_of(loop, person), streams.CHECK, int(diary[CHECKS]))) / world[trait + T_CHECK_RATE]
    time = tau_to_clock(world, diary[TAU]) + int(world[trait + T_SHIFT])
    return max(time, now + 1)


@within
def schedule_check(world, loop, person, now):
    """Begins the stream of a person's habitual checks; from then on each check is put in the place of the one before."""
    time = next_check(world, loop, person, now)
    add_due(loop, time, person, CHECK_DUE, int(loop.schedule[natural(person), CHECKS]), NONE)


@within
def next_need(world, loop, person, now):
    """Time of the next occasion to buy, around the peak hours of the market."""
    diary = loop.schedule[natural(person)]
    diary[NEEDS] += 1
    diary[NEED] -= math.log(uniform(root_of(loop, person), streams.NEED, int(diary[NEEDS]))) / world[W_NEEDS]
    day = int(math.floor(diary[NEED]))
    peaks = world[W_PEAKS]
    within = (diary[NEED] - day) * peaks
    peak = int(within)
    hours = world[W_PEAK_HOURS + peak] + 2.0 * (within - peak) - 1.0
    time = day * DAY + int(hours * HOUR)
    return max(time, now + 1)


@within
def schedule_need(world, loop, person, now):
    """Begins the stream of a person's occasions to buy."""
    if world[W_NEEDS] > 0.0:
        time = next_need(world, loop, person, now)
        add_due(loop, time, person, NEED_DUE, int(loop.schedule[natural(person), NEEDS]), NONE)


@within
def drop_due(loop):
    """Takes what was due first from the queue."""
    loop.counts[QUEUED] = drop_first(loop.queue, loop.counts[QUEUED])


@within
def renew_due(loop, time, person, what, ordinal):
    """Puts the next of a stream in the place of the one that was due first."""
    replace_first(loop.queue, loop.counts[QUEUED], time, person, what, ordinal, NONE)


@within
def message_key(world, loop, state, number):
    """The key of what a message sets off: by author and time, so that other people's messages do not shift it."""
    message = message_row(state, number)
    if state[message + MSG_AUTHOR] >= 0:
        return key(loop.keys[int(state[message + MSG_AUTHOR])], streams.MESSAGE, int(state[message + MSG_TIME]))
    return key(
        key(loop.keys[loop.keys.shape[0] - 1], streams.MESSAGE, int(state[message + MSG_GROUP])),
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
    root = message_key(world, loop, state, number)
    share = mean / (1.0 + mean)
    count = int(min(math.log(uniform(root, streams.REPLIES, 0)) / math.log(share), REPLIES_HIGH))
    for child in range(count):
        median = (
            world[P_FAST_MINUTES] if uniform(root, streams.REPLY_MODE, child) < world[P_FAST_SHARE] else world[P_SLOW_MINUTES]
        )
        delay = log_delay(uniform(root, streams.REPLY_DELAY, child), median, world[P_DELAY_SPREAD])
        due = int(state[message + MSG_TIME]) + int(min(delay, 14400.0) * MINUTE) + 1
        within = due % DAY
        if within < MORNING * HOUR and uniform(root, streams.MORNING, 2 * child) < world[P_MORNING_SHARE]:
            due += MORNING * HOUR - within + int(2.0 * HOUR * uniform(root, streams.MORNING, 2 * child + 1))
        add_due(loop, due, NONE, REPLY_DUE, int(state[message + MSG_ROW]) * 64 + child, number)


@within
def schedule_turn(world, state, loop, number):
    """Whoever begins to talk often says it in several messages: a geometric number of additions, soon one after the other."""
    message = message_row(state, number)
    root = message_key(world, loop, state, number)
    share = world[P_TURN_SHARE]
    if share <= 0.0:
        return
    count = int(min(math.log(uniform(root, streams.TURN, 0)) / math.log(share), TURN_HIGH))
    due = int(state[message + MSG_TIME])
    for part in range(count):
        delay = log_delay(uniform(root, streams.TURN, part + 1), world[P_TURN_MINUTES], 1.0)
        due += int(min(delay, 30.0) * MINUTE) + 1
        add_due(loop, due, int(state[message + MSG_AUTHOR]), REPLY_DUE, int(state[message + MSG_ROW]) * 64 + part, number)


@within
def pull_members(world, state, loop, number):
    """A red packet or the like makes some members look at once; what is expected pulls less."""
    message = message_row(state, number)
    stimulus = stimulus_row(state, int(state[message + MSG_STIMULUS]))
    root = message_key(world, loop, state, number)
    uncertain = 1.0 + (world[P_UNCERTAIN_GAIN] - 1.0) * (1.0 - state[stimulus + ST_CERTAINTY])
    for place in range(
        first_of_roster(world, int(state[message + MSG_GROUP])),
        first_of_roster(world, int(state[message + MSG_GROUP] + 1)),
    ):
        person = on_roster(world, place)
        member = member_row(state, person)
        if state[member + M_MODE] == ATTENTIVE:
            fresh = 0.3 + 0.7 * (1.0 - state[member + M_HABIT])
            if uniform(root, streams.PULL, 2 * person) < world[P_PULL_SHARE] * state[stimulus + ST_PULL] * uncertain * fresh:
                delay = log_delay(uniform(root, streams.PULL, 2 * person + 1), 10.0, 1.0)
                add_due(
                    loop,
                    int(state[message + MSG_TIME]) + int(min(delay, 1440.0) * MINUTE) + 1,
                    person,
                    PULL_DUE,
                    int(state[message + MSG_ROW]),
                    number,
                )


@within
def react(world, state, loop, row, time, kind, group, actor, target, number):
    """What an event sets off later; live only."""
    if kind == MESSAGE_POSTED or kind == QUESTION_ASKED or kind == COMPLAINT_POSTED:
        if kind != MESSAGE_POSTED or target == NONE:
            schedule_turn(world, state, loop, number)
        elif state[message_row(state, target) + MSG_AUTHOR] == actor:
            return
        schedule_replies(world, state, loop, number, world[P_REPLIES_MEAN])
    elif kind == STIMULUS_POSTED:
        stimulus = stimulus_row(state, target)
        schedule_replies(
            world, state, loop, number, min(world[P_REPLIES_MEAN] * world[P_OPERATOR_REPLIES] * state[stimulus + ST_TALK], 0.95)
        )
        if state[stimulus + ST_PULL] > 0.0:
            pull_members(world, state, loop, number)
    elif kind == MEMBER_ANSWERED:
        schedule_replies(world, state, loop, number, world[P_REPLIES_MEAN] * world[P_ANSWER_REPLIES])
    elif kind == PLAN_ANNOUNCED:
        schedule_replies(world, state, loop, number, world[P_REPLIES_MEAN] * world[P_OPERATOR_REPLIES])
    elif kind == MEMBER_JOINED:
        loop.schedule[actor, TAU] = clock_to_tau(world, max(time - int(world[trait_row(actor) + T_SHIFT]), 0))
        add_due(loop, time + MINUTE, actor, PULL_DUE, row, NONE)
        schedule_check(world, loop, actor, time)
        if loop.schedule[actor, NEEDS] == 0:
            loop.schedule[actor, NEED] = time / DAY
            schedule_need(world, loop, actor, time)
    elif kind == MEMBER_CARED_FOR or kind == MEMBER_SOOTHED:
        delay = log_delay(uniform(loop.keys[target], streams.PULL, time), 30.0, 1.0)
        add_due(loop, time + int(min(delay, 1440.0) * MINUTE) + 1, target, PULL_DUE, row, NONE)


@within
def emit(world, state, loop, time, cause, kind, group, actor, target, x, y):
    """Writes an event down, folds it into the state, schedules what follows; gives its sequence number."""
    at = loop.counts[LOGGED]
    event = loop.log[natural(at)]
    event["time"] = time
    event["cause"] = cause
    event["x"] = x
    event["y"] = y
    event["kind"] = kind
    event["group"] = group
    event["actor"] = actor
    event["target"] = target
    loop.counts[LOGGED] = at + 1
    row = loop.counts[FIRST] + at
    number = apply(world, state, row, time, cause, kind, group, actor, target, x, y)
    if (
        kind == MEMBER_JOINED
        or kind == ENTRY_DECLINED
        or (QUESTION_ASKED <= kind <= ADVERT_POSTED)
        or kind == MESSAGE_POSTED
        or kind == ORDER_PLACED
    ):
        waiting = loop.counts[WAITING]
        note = loop.inbox[waiting]
        note[NOTE_ROW], note[NOTE_TIME], note[NOTE_KIND] = row, time, kind
        note[NOTE_GROUP], note[NOTE_ACTOR], note[NOTE_MESSAGE] = group, actor, number
        loop.counts[WAITING] = waiting + 1
    react(world, state, loop, row, time, kind, group, actor, target, number)
    return row


@within
def interest(world, state, member):
    """How much of a person's habit is left at the value the group has for them: phi, without a floor."""
    return clip(state[member + M_VALUE] / world[P_VALUE_REFERENCE], 0.0, 1.0)


@within
def wants_to_buy(world, state, time, person):
    """Odds of choosing this brand on an occasion to buy, against others and nothing (logit)."""
    trait = trait_row(person)
    member = member_row(state, person)
    price = state[SHOP_PRICE]
    if state[member + M_COUPON] > 0.0 and time < state[member + M_COUPON_UNTIL]:
        price *= 1.0 - state[member + M_COUPON]
    days = (time - state[member + M_AT]) / DAY
    logit = -world[P_LOSS_EFFECT] * state[member + M_LOSS] * math.exp(-days / world[P_LOSS_DAYS])
    group = group_row(state, int(world[trait + T_GROUP]))
    if (state[member + M_MODE] == ATTENTIVE or state[member + M_MODE] == MUTED) and not state[group + G_CLOSED]:
        logit += world[P_RECALL_EFFECT] * state[member + M_RECALL] * math.exp(-days / world[P_RECALL_DAYS])
        logit += world[P_WARMTH_EFFECT] * warmth_at(world, state, member, trait, time)
        seen = state[group + G_HERD] * math.exp(-((time - state[group + G_HERD_AT]) / HOUR) / world[P_HERD_HOURS])
        logit += world[P_HERD_EFFECT] * math.log(1.0 + seen)
    reference = state[member + M_REFERENCE_PRICE] if state[member + M_ORDERS] > 0 else world[W_PRICE]
    if price > 0.0 and reference > 0.0:
        logit -= world[trait + T_PRICE_WEIGHT] * math.log(price / reference)
    odds = world[W_ODDS] * math.exp(clip(logit, -20.0, 20.0))
    return odds / (1.0 + odds)


@merged
def place_order(world, state, loop, time, person, cause):
    """Writes an order down at the price the person pays."""
    member = member_row(state, person)
    paid = state[SHOP_PRICE]
    if state[member + M_COUPON] > 0.0 and time < state[member + M_COUPON_UNTIL]:
        paid *= 1.0 - state[member + M_COUPON]
    emit(
        world,
        state,
        loop,
        time,
        cause,
        ORDER_PLACED,
        int(world[trait_row(person) + T_GROUP]),
        person,
        int(state[member + M_PROMPT]),
        paid,
        paid - state[SHOP_UNIT_COST],
    )


@merged
def take_part_in_asks(world, state, loop, time, person, visit, cause):
    """Answers what the operator has asked for since the last check."""
    member = member_row(state, person)
    number = int(state[member + M_ASKED])
    earlier = int(state[member + M_ASKED_BEFORE])
    steps = 0
    while number > earlier and number != NONE and steps < 16:
        message = message_row(state, number)
        stimulus = stimulus_row(state, int(state[message + MSG_STIMULUS]))
        if state[message + MSG_REMOVED] == 0 and time <= state[message + MSG_DEADLINE] and state[message + MSG_TAKERS] != 0.0:
            if uniform(visit, streams.TAKE, steps) < state[stimulus + ST_ASK] * max(
                interest(world, state, member), world[P_CHECK_FLOOR]
            ):
                emit(
                    world,
                    state,
                    loop,
                    time,
                    cause,
                    STIMULUS_ANSWERED,
                    int(state[message + MSG_GROUP]),
                    person,
                    number,
                    state[message + MSG_REWARD],
                    0.0,
                )
        number = int(state[message + MSG_ASK_BEFORE])
        steps += 1


@within
def drive_to_post(world, state, person):
    """Expected spontaneous posts at one check."""
    trait = trait_row(person)
    member = member_row(state, person)
    group = group_row(state, int(world[trait + T_GROUP]))
    novelty = math.exp(
        -world[P_NOVELTY_EXPONENT] * math.log(1.0 + max(state[member + M_DAYS_SEEN] - 1, 0) / world[P_NOVELTY_DAYS])
    )
    crowd = math.exp(world[P_LOAFING] * math.log(AUDIENCE / max(state[group + G_MEMBERS], 1)))
    urge = world[P_POST_FLOOR] + state[member + M_WARMTH] + world[P_NOVELTY_WEIGHT] * novelty
    return world[P_POST_SCALE] * world[trait + T_SOCIABILITY] * urge * (1.0 + max(state[member + M_MOOD], 0.0)) * crowd


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
    if state[member + M_ASKED] > state[member + M_ASKED_BEFORE]:
        take_part_in_asks(world, state, loop, time, person, visit, check)
    if (
        state[member + M_OFFER] != NONE
        and uniform(visit, streams.IMPULSE, 0) < world[P_IMPULSE] * world[trait + T_PRICE_WEIGHT]
    ):
        if uniform(visit, streams.IMPULSE, 1) < wants_to_buy(world, state, time, person):
            place_order(world, state, loop, time, person, check)
    if not speaks:
        return check
    if state[member + M_ANGER] >= world[trait + T_VENT_THRESHOLD] and uniform(visit, streams.VENT, 0) < world[P_VENT_CHANCE]:
        emit(
            world,
            state,
            loop,
            time,
            check,
            COMPLAINT_POSTED,
            group,
            person,
            int(state[member + M_INCIDENT]),
            -min(state[member + M_ANGER], 1.0),
            0.0,
        )
        return check
    place = group_row(state, group)
    if world[trait + T_ADVERT_RATE] > 0.0:
        breach = state[place + G_BREACH] * math.exp(-((time - state[place + G_BREACH_AT]) / DAY) / world[P_BREACH_DAYS])
        logit = world[P_BREACH_GAIN] * min(breach, world[P_BREACH_CAP]) - (
            world[P_RULES_EFFECT] if state[place + G_RULES] else 0.0
        )
        if uniform(visit, streams.ADVERT, 0) < 1.0 - math.exp(-world[trait + T_ADVERT_RATE] * math.exp(logit)):
            emit(world, state, loop, time, check, ADVERT_POSTED, group, person, NONE, 0.0, 0.0)
    if uniform(visit, streams.POST, 0) < 1.0 - math.exp(-drive_to_post(world, state, person)):
        if uniform(visit, streams.QUESTION, 0) < world[P_QUESTION_SHARE]:
            emit(world, state, loop, time, check, QUESTION_ASKED, group, person, NONE, 0.0, 0.0)
        else:
            mood = state[member + M_MOOD] if state[member + M_MOOD] < ILL_TEMPER else 0.0
            emit(world, state, loop, time, check, MESSAGE_POSTED, group, person, NONE, mood, 0.0)
    return check


@merged
def refer(world, state, loop, time, person, days, visit, cause):
    """Word of mouth: a contented member brings somebody along, if there is room."""
    member = member_row(state, person)
    group = int(world[trait_row(person) + T_GROUP])
    place = group_row(state, group)
    if state[place + G_MEMBERS] >= state[place + G_CAPACITY]:
        return
    chance = 1.0 - math.exp(-world[P_REFERRAL_RATE] * interest(world, state, member) * state[member + M_WARMTH] * days)
    if uniform(visit, streams.REFERRAL, 0) >= chance:
        return
    start = first_of_roster(world, group)
    stop = first_of_roster(world, group + 1)
    seen = 0
    for slot in range(start, stop):
        newcomer = on_roster(world, slot)
        if world[trait_row(newcomer) + T_SOURCE] == REFERRAL:
            if seen == state[place + G_NEXT_REFERRAL]:
                if state[member_row(state, newcomer) + M_MODE] == ABSENT:
                    emit(
                        world,
                        state,
                        loop,
                        time,
                        cause,
                        MEMBER_JOINED,
                        group,
                        newcomer,
                        person,
                        world[trait_row(newcomer) + T_TYPE],
                        float(REFERRAL),
                    )
                return
            seen += 1


@merged
def check_due(world, state, loop, time, person, ordinal):
    """A habitual check is due: whether it happens depends on what the group is worth to the person."""
    trait = trait_row(person)
    member = member_row(state, person)
    if state[member + M_MODE] == GONE or state[group_row(state, int(world[trait + T_GROUP])) + G_CLOSED]:
        drop_due(loop)
        return
    after = next_check(world, loop, person, time)
    renew_due(loop, after, person, CHECK_DUE, int(loop.schedule[natural(person), CHECKS]))
    chance = max(interest(world, state, member), world[P_CHECK_FLOOR])
    if state[member + M_MODE] == MUTED:
        chance *= world[P_MUTED_CHECKS]
    if uniform(root_of(loop, person), streams.ACCEPT, ordinal) >= chance:
        return
    visit = key(root_of(loop, person), streams.VISIT, ordinal)
    days = (time - state[member + M_CHECKED_AT]) / DAY
    check = visit_group(world, state, loop, time, person, NONE, visit, YES)
    if check != NONE:
        refer(world, state, loop, time, person, days, visit, check)


@merged
def pull_due(world, state, loop, time, person, ordinal, number):
    """Somebody was pulled to the group: by a packet, by a private word, by having just joined."""
    member = member_row(state, person)
    trait = trait_row(person)
    if (
        state[member + M_MODE] == ABSENT
        or state[member + M_MODE] == GONE
        or state[group_row(state, int(world[trait + T_GROUP])) + G_CLOSED]
    ):
        return
    if number != NONE:
        visit = key(
            key(root_of(loop, person), streams.PULL, int(state[message_row(state, number) + MSG_TIME])), streams.VISIT, 0
        )
        cause = int(state[message_row(state, number) + MSG_ROW])
    else:
        visit = key(key(root_of(loop, person), streams.PULL, time), streams.VISIT, 1)
        cause = ordinal
    visit_group(world, state, loop, time, person, cause, visit, YES)


@merged
def reply_due(world, state, loop, time, speaker, number, child):
    """Something follows a message: its author goes on, or members are proposed by sociability and consent or not.

    Consent falls with value, warmth and, towards operators, patience.
    """
    message = message_row(state, number)
    group = int(state[message + MSG_GROUP])
    if (
        state[message + MSG_REMOVED]
        or state[group_row(state, group) + G_CLOSED]
        or state[group_row(state, group) + G_MEMBERS] <= 0
    ):
        return
    if speaker != NONE:
        if state[member_row(state, speaker) + M_MODE] == ATTENTIVE or state[member_row(state, speaker) + M_MODE] == MUTED:
            emit(world, state, loop, time, int(state[message + MSG_ROW]), MESSAGE_POSTED, group, speaker, number, 0.0, 0.0)
        return
    root = message_key(world, loop, state, number)
    start = first_of_roster(world, group)
    stop = first_of_roster(world, group + 1)
    weights = int(world[W_WEIGHT_AT])
    total = world[weights + stop - 1]
    tries = 0
    for draw in range(DRAWS):
        goal = uniform(root, streams.PROPOSE, child * DRAWS + draw) * total
        low = start
        high = stop - 1
        while low < high:
            middle = (low + high) >> 1
            if world[weights + middle] < goal:
                low = middle + 1
            else:
                high = middle
        person = on_roster(world, low)
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
        if uniform(root, streams.CONSENT, child * DRAWS + draw) < consent:
            visit = key(key(root, streams.SPEAK, child), streams.VISIT, 0)
            if visit_group(world, state, loop, time, person, int(state[message + MSG_ROW]), visit, NO) != NONE:
                mood = state[member + M_MOOD] if state[member + M_MOOD] < ILL_TEMPER else 0.0
                emit(world, state, loop, time, int(state[message + MSG_ROW]), MESSAGE_POSTED, group, person, number, mood, 0.0)
            return
        tries += 1
        if tries >= PROPOSALS:
            return


@merged
def need_due(world, state, loop, time, person, ordinal):
    """An occasion to buy: this brand, another one, or nothing."""
    after = next_need(world, loop, person, time)
    renew_due(loop, after, person, NEED_DUE, int(loop.schedule[natural(person), NEEDS]))
    if uniform(root_of(loop, person), streams.CHOICE, ordinal) < wants_to_buy(world, state, time, person):
        place_order(world, state, loop, time, person, NONE)


@merged
def arrival_due(world, state, loop, time, person):
    """Somebody stands at the door."""
    trait = trait_row(person)
    member = member_row(state, person)
    place = group_row(state, int(world[trait + T_GROUP]))
    if loop.schedule[person, NEEDS] == 0:
        loop.schedule[person, NEED] = time / DAY
        schedule_need(world, loop, person, time)
    if (
        state[member + M_MODE] != ABSENT
        or state[member + M_SCREENED_OUT]
        or state[place + G_CLOSED]
        or state[place + G_FOUNDED_AT] == NEVER
    ):
        return
    if state[place + G_MEMBERS] >= state[place + G_CAPACITY]:
        emit(world, state, loop, time, NONE, ENTRY_DECLINED, int(world[trait + T_GROUP]), person, NONE, 2.0, 0.0)
    elif world[trait + T_TAG] < state[place + G_LEAST_TAG]:
        emit(world, state, loop, time, NONE, ENTRY_DECLINED, int(world[trait + T_GROUP]), person, NONE, 1.0, 0.0)
    else:
        emit(
            world,
            state,
            loop,
            time,
            NONE,
            MEMBER_JOINED,
            int(world[trait + T_GROUP]),
            person,
            NONE,
            world[trait + T_TYPE],
            world[trait + T_SOURCE],
        )


@within
def lack(state, loop, dues):
    """What has no room for one more step, DONE if there is room for it; dues: how much it may put into the queue."""
    if loop.counts[LOGGED] + STEP_ROWS > loop.log.shape[0]:
        return LOG_FULL
    if loop.counts[WAITING] + STEP_ROWS > loop.inbox.shape[0]:
        return INBOX_FULL
    if loop.counts[QUEUED] + dues > loop.queue.shape[0]:
        return QUEUE_FULL
    if message_row(state, int(state[SHOP_MESSAGES] + STEP_ROWS)) > state.shape[0]:
        return MESSAGES_FULL
    return DONE


@merged
def foresee(world, state, loop):
    """Fetches what is known of the person who is most likely due next, while the present one is lived through.

    With a hundred thousand members every row is far away in memory; waiting for it took a fifth of the time.
    """
    if loop.counts[QUEUED] > 1:
        person = loop.queue[least(loop.queue, loop.counts[QUEUED], 1), DUE_PERSON]
        if person >= 0:
            for column in range(0, M_WIDTH, LINE):
                prefetch(state, member_row(state, person) + column)
            for column in range(0, T_WIDTH, LINE):
                prefetch(world, trait_row(person) + column)
            prefetch(loop.schedule, person * SCHEDULE_WIDTH)
            prefetch(loop.keys, person)


@compiled
def act(world, state, loop, time, cause, kind, group, actor, target, x, y):
    """An operator's event, as `emit`; where room is lacking nothing happens and what lacks is given, negative."""
    lacking = lack(state, loop, STEP_DUE + loop.schedule.shape[0])
    return emit(world, state, loop, time, cause, kind, group, actor, target, x, y) if lacking == DONE else -lacking


@compiled
def advance(world, state, loop, until):
    """Lives through everything that is due up to and including `until`; says why it stopped."""
    while loop.counts[QUEUED] > 0:
        due = loop.queue[0]
        if due[DUE_TIME] > until:
            return DONE
        lacking = lack(state, loop, STEP_DUE)
        if lacking != DONE:
            return lacking
        time, person, what, ordinal, number = due[DUE_TIME], due[DUE_PERSON], due[DUE_WHAT], due[DUE_ORDINAL], due[DUE_MESSAGE]
        foresee(world, state, loop)
        if what == CHECK_DUE:
            check_due(world, state, loop, time, person, ordinal)
        elif what == NEED_DUE:
            need_due(world, state, loop, time, person, ordinal)
        else:
            drop_due(loop)
            if what == REPLY_DUE:
                reply_due(world, state, loop, time, person, number, ordinal % 64)
            elif what == PULL_DUE:
                pull_due(world, state, loop, time, person, ordinal, number)
            elif what == ARRIVAL_DUE:
                arrival_due(world, state, loop, time, person)
    return DONE
