"""(state, event) -> state: the one place where anything changes. Live runs and replay share it.

Reading never changes the state; decays are applied at the owner's own events only, so that a fold over the log gives
the live state bit for bit. Equations and symbols: docs/model.md.
"""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import compiled, within
from sim.events.kinds import (
    ADVERT_POSTED,
    COMPLAINT_POSTED,
    COST_PAID,
    DAY,
    ENTRY_DECLINED,
    ENTRY_RULE_SET,
    GRIEVANCE_FELT,
    GROUP_CHECKED,
    GROUP_CLOSED,
    GROUP_FOUNDED,
    GROUP_MUTED,
    GROUP_UNMUTED,
    HOUR,
    INCIDENT_OPENED,
    INCIDENT_SETTLED,
    MEMBER_ANSWERED,
    MEMBER_CARED_FOR,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MEMBER_REMOVED,
    MEMBER_SOOTHED,
    MEMBER_WELCOMED,
    MESSAGE_POSTED,
    MESSAGE_REMOVED,
    NONE,
    ORDER_PLACED,
    PLAN_ANNOUNCED,
    PRICE_SET,
    QUESTION_ASKED,
    REFERRAL,
    REFUND_PAID,
    RULES_POSTED,
    STIMULUS_ANSWERED,
    STIMULUS_DEFINED,
    STIMULUS_POSTED,
    TASK_DONE,
)
from sim.kernel.places import (
    P_ADVERT_COST,
    P_ANGER_CAUGHT,
    P_ANGER_DAYS,
    P_ANGER_GROWTH,
    P_ANGER_PEAK,
    P_ANGER_SPREAD,
    P_ANSWER_HOURS,
    P_ANSWER_VALUE,
    P_ANSWER_WARMTH,
    P_BREACH_DAYS,
    P_CARE_WARMTH,
    P_CONTAGION,
    P_CONTAGION_DAYS,
    P_CONTENT_SATIATION,
    P_FRESH_DAYS,
    P_HABIT_RATE,
    P_HAZARD_LOSS,
    P_HAZARD_VALUE,
    P_HAZARD_WARMTH,
    P_HERD_HOURS,
    P_IGNORED_HOURS,
    P_IGNORED_VALUE,
    P_IGNORED_WARMTH,
    P_LEAVE_RATE,
    P_LOSS_AVERSION,
    P_LOSS_DAYS,
    P_MOOD_GAIN,
    P_MOOD_MINUTES,
    P_MUTE_RATE,
    P_MUTED_LEAVE,
    P_OPEN_COST,
    P_OPERATOR_COST,
    P_OPERATOR_LOAD,
    P_OVERLOAD_COST,
    P_PROMOTION_COST,
    P_QUESTION_ANGER,
    P_READ_CAP,
    P_READ_COST,
    P_READ_SCALE,
    P_RECALL_DAYS,
    P_REFERENCE_RATE,
    P_REMOVAL_ANGER,
    P_REPAIR,
    P_REPAIR_HOURS,
    P_REPLY_WARMTH,
    P_REWARD_GAIN,
    P_REWARD_SCALE,
    P_SATIATION_DAYS,
    P_STAFF_HOURS,
    P_STAFF_WARMTH,
    P_TENURE_DAYS,
    P_TENURE_GAIN,
    P_TIED_WORTH,
    P_TRUST_LOSS,
    P_VALUE_DAYS,
    P_VALUE_START,
    P_VENT_LEFT,
    P_WARMTH_DAYS,
    P_WARMTH_START,
    P_WELCOME_HOURS,
    P_WELCOME_WARMTH,
)
from sim.streams import mix
from sim.world.layout import (
    ATTENTIVE,
    G_ASK,
    G_BREACH,
    G_BREACH_AT,
    G_CLOSED,
    G_FOUNDED_AT,
    G_HERD,
    G_HERD_AT,
    G_LEAST_TAG,
    G_MEMBERS,
    G_MUTED,
    G_NEXT_REFERRAL,
    G_ORDINAL,
    G_PLANNED,
    G_RULES,
    GONE,
    INC_AGGRIEVED,
    INC_GROUP,
    INC_OPENED_AT,
    INC_RESPONDED_AT,
    INC_SETTLED_AT,
    INC_SEVERITY,
    M_ANGER,
    M_ANGRY_AT,
    M_ASKED,
    M_ASKED_BEFORE,
    M_AT,
    M_CHECKED_AT,
    M_CHECKS,
    M_COUPON,
    M_COUPON_UNTIL,
    M_DAYS_SEEN,
    M_HABIT,
    M_INCIDENT,
    M_JOINED_AT,
    M_LAST_DAY,
    M_LEAVE_CLOCK,
    M_LEFT_NEAR,
    M_LOSS,
    M_MODE,
    M_MOOD,
    M_MUTE_CLOCK,
    M_OFFER,
    M_ORDERS,
    M_POSTS,
    M_PROMPT,
    M_READ_TO,
    M_RECALL,
    M_REFERENCE_PRICE,
    M_REWARD,
    M_REWARDED_AT,
    M_SATIATION,
    M_SCREENED_OUT,
    M_SOOTHED,
    M_TIED_UNREAD,
    M_VALUE,
    M_WAITING,
    M_WARMTH,
    MSG_ANSWERED,
    MSG_ASK_BEFORE,
    MSG_AUTHOR,
    MSG_DEADLINE,
    MSG_GROUP,
    MSG_INCIDENT,
    MSG_KIND,
    MSG_REMOVED,
    MSG_REWARD,
    MSG_ROW,
    MSG_SENTIMENT,
    MSG_STIMULUS,
    MSG_TAKERS,
    MSG_TIME,
    MUTED,
    RECENT,
    SHOP_BENEFITS,
    SHOP_CHAIN_HIGH,
    SHOP_CHAIN_LOW,
    SHOP_EVENTS,
    SHOP_HOURS,
    SHOP_INCIDENTS,
    SHOP_MARGIN,
    SHOP_MESSAGES,
    SHOP_PRICE,
    SHOP_REFUNDS,
    SHOP_REVENUE,
    SHOP_WAGES,
    ST_ASK,
    ST_BOND,
    ST_CERTAINTY,
    ST_CONTENT,
    ST_DEADLINE_HOURS,
    ST_DISCOUNT,
    ST_DISCOUNT_HOURS,
    ST_HERD,
    ST_PROMOTION,
    ST_QUALITY,
    ST_RECALL,
    T_GROUP,
    T_MATCH_CONTENT,
    T_MATCH_PROMOTION,
    T_MATCH_TALK,
    T_REWARD_WEIGHT,
    T_SUSCEPTIBILITY,
    T_WARMTH_BASE,
    first_tie,
    group_row,
    incident_row,
    member_row,
    message_row,
    recent_place,
    stimulus_row,
    trait_row,
)

_HALF_WORD, _LOW_WORD = np.uint64(32), np.uint64(0xFFFFFFFF)
VALUE_LOW, VALUE_HIGH = -0.3, 1.0
WARMTH_REFERENCE, VALUE_REFERENCE = 0.1, 0.4
ANGER_HIGH, RECALL_HIGH, OVERLOAD_HIGH = 3.0, 2.0, 2.0
#: Numpy integers for the same reason as the event codes: plain ones would compile each callee once per value.
YES, NO = np.int64(1), np.int64(0)
#: Below this sentiment a message is unkind: it answers nobody, and what it is about spreads.
ILL_TEMPER = -0.1


@within
def clip(x, low, high):
    """x, held between low and high."""
    return min(max(x, low), high)


@within
def halved(delay, half):
    """2 ** -(delay / half) for microseconds and hours."""
    return math.exp(-math.log(2.0) * (delay / HOUR) / half)


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
    state[member + M_RECALL] *= math.exp(-days / world[P_RECALL_DAYS])
    state[member + M_WARMTH] = warmth_at(world, state, member, trait, time)
    if state[member + M_LEFT_NEAR] > 0.0:
        state[member + M_LEFT_NEAR] *= math.exp(-days / world[P_CONTAGION_DAYS])
    if state[member + M_LOSS] > 0.0:
        state[member + M_LOSS] *= math.exp(-days / world[P_LOSS_DAYS])
    if state[member + M_ANGER] > 0.0:
        calm = days
        if state[member + M_SOOTHED] == 0:
            since = min((state[member + M_AT] - state[member + M_ANGRY_AT]) / DAY, world[P_ANGER_PEAK])
            until = min((time - state[member + M_ANGRY_AT]) / DAY, world[P_ANGER_PEAK])
            state[member + M_ANGER] *= math.exp(0.5 * world[P_ANGER_GROWTH] * (until * until - since * since))
            calm = days - (until - since)
        state[member + M_ANGER] = min(state[member + M_ANGER] * math.exp(-calm / world[P_ANGER_DAYS]), ANGER_HIGH)
    state[member + M_AT] = time


@within
def enrage(world, state, member, time, amount, incident, own):
    """Adds anger; what is felt costs trust as well. Only a hurt of one's own grows while nobody reacts."""
    if state[member + M_ANGER] < 0.01:
        state[member + M_ANGRY_AT] = time
        state[member + M_SOOTHED] = 1
    if own:
        state[member + M_ANGRY_AT] = time
        state[member + M_SOOTHED] = 0
    state[member + M_ANGER] = min(state[member + M_ANGER] + amount, ANGER_HIGH)
    state[member + M_LOSS] = clip(state[member + M_LOSS] + world[P_TRUST_LOSS] * amount, 0.0, 1.0)
    if incident != NONE:
        state[member + M_INCIDENT] = incident


@within
def add_message(world, state, row, time, kind, author, group_number, sentiment):
    """Puts a message at the head of its group; gives its number."""
    number = int(state[SHOP_MESSAGES])
    state[SHOP_MESSAGES] += 1
    group = group_row(state, group_number)
    state[group + G_ORDINAL] += 1
    state[recent_place(state, group_number, int(state[group + G_ORDINAL]))] = number
    message = message_row(state, number)
    state[message + MSG_TIME] = time
    state[message + MSG_ROW] = row
    state[message + MSG_DEADLINE] = time
    state[message + MSG_SENTIMENT] = sentiment
    state[message + MSG_REWARD] = 0.0
    state[message + MSG_TAKERS] = -1.0
    state[message + MSG_AUTHOR] = author
    state[message + MSG_GROUP] = group_number
    state[message + MSG_ASK_BEFORE] = NONE
    state[message + MSG_KIND] = kind
    state[message + MSG_STIMULUS] = NONE
    state[message + MSG_INCIDENT] = NONE
    state[message + MSG_REMOVED] = 0
    state[message + MSG_ANSWERED] = 0
    return number


@within
def answer_author(world, state, time, number, by_staff, friendliness):
    """What being answered does to the author of message `number`."""
    message = message_row(state, number)
    if state[message + MSG_AUTHOR] < 0:
        return
    member = member_row(state, int(state[message + MSG_AUTHOR]))
    settle(world, state, member, trait_row(int(state[message + MSG_AUTHOR])), time)
    delay = time - state[message + MSG_TIME]
    first = state[message + MSG_ANSWERED] == 0
    if by_staff:
        if state[message + MSG_ANSWERED] < 2:
            gain = world[P_STAFF_WARMTH] * friendliness * halved(delay, world[P_STAFF_HOURS])
            if state[message + MSG_KIND] == QUESTION_ASKED:
                fresh = halved(delay, world[P_ANSWER_HOURS])
                gain += world[P_ANSWER_WARMTH] * fresh
                state[member + M_VALUE] = clip(state[member + M_VALUE] + world[P_ANSWER_VALUE] * fresh, VALUE_LOW, VALUE_HIGH)
            state[member + M_WARMTH] += min(gain, 1.0) * (1.0 - state[member + M_WARMTH])
            if state[message + MSG_KIND] == COMPLAINT_POSTED:
                state[member + M_SOOTHED] = 1
        state[message + MSG_ANSWERED] = 2
    else:
        state[member + M_WARMTH] += world[P_REPLY_WARMTH] * (1.0 - state[member + M_WARMTH])
        if first:
            state[message + MSG_ANSWERED] = 1
    if state[member + M_WAITING] == number:
        state[member + M_WAITING] = NONE


@within
def read_group(world, state, person, time):
    """One check: reads what is new and fresh, at most a screenful, and learns from it."""
    trait = trait_row(person)
    member = member_row(state, person)
    group = group_row(state, int(world[trait + T_GROUP]))
    settle(world, state, member, trait, time)
    days = (time - state[member + M_CHECKED_AT]) / DAY
    cap = int(world[P_READ_CAP])
    fresh = world[P_FRESH_DAYS] * DAY
    reads = talk = adverts = operator = 0
    content = promotion = sentiment = anger = 0.0
    complaint = plan = NONE
    state[member + M_OFFER] = NONE
    newest = int(state[group + G_ORDINAL])
    for ordinal in range(newest, max(int(state[member + M_READ_TO]), newest - RECENT), -1):
        number = int(state[recent_place(state, int(world[trait + T_GROUP]), ordinal)])
        message = message_row(state, number)
        if reads >= cap or time - state[message + MSG_TIME] > fresh:
            break
        if state[message + MSG_REMOVED] == 0 and state[message + MSG_AUTHOR] != person:
            reads += 1
            sentiment += state[message + MSG_SENTIMENT]
            if state[message + MSG_STIMULUS] != NONE:
                stimulus = stimulus_row(state, int(state[message + MSG_STIMULUS]))
                operator += 1
                content += state[stimulus + ST_CONTENT] * state[stimulus + ST_QUALITY]
                promotion += state[stimulus + ST_PROMOTION]
                if state[stimulus + ST_RECALL] > 0.0:
                    state[member + M_RECALL] += state[stimulus + ST_RECALL] * (1.0 - state[member + M_RECALL] / RECALL_HIGH)
                    state[member + M_PROMPT] = number
                if state[stimulus + ST_DISCOUNT] > 0.0:
                    until = state[message + MSG_TIME] + state[stimulus + ST_DISCOUNT_HOURS] * HOUR
                    if time < until:
                        if time >= state[member + M_COUPON_UNTIL]:
                            state[member + M_COUPON] = 0.0
                        state[member + M_COUPON] = max(state[member + M_COUPON], state[stimulus + ST_DISCOUNT])
                        state[member + M_COUPON_UNTIL] = max(state[member + M_COUPON_UNTIL], until)
                        if state[member + M_OFFER] == NONE:
                            state[member + M_OFFER] = number
            elif state[message + MSG_KIND] == ADVERT_POSTED:
                adverts += 1
            elif state[message + MSG_KIND] == PLAN_ANNOUNCED:
                plan = number if plan == NONE else plan
            else:
                talk += 1
            if (
                state[message + MSG_SENTIMENT] < 0.0
                and state[message + MSG_INCIDENT] != NONE
                and state[incident_row(state, int(state[message + MSG_INCIDENT])) + INC_SETTLED_AT] < 0
            ):
                anger -= state[message + MSG_SENTIMENT]
                complaint = int(state[message + MSG_INCIDENT])
    unread = newest - state[member + M_READ_TO]
    tied = min(state[member + M_TIED_UNREAD], float(talk))
    satiated = 1.0 / (1.0 + state[member + M_SATIATION] / world[P_CONTENT_SATIATION])
    benefit = (
        world[trait + T_MATCH_TALK] * talk
        + world[P_TIED_WORTH] * tied
        + world[trait + T_MATCH_CONTENT] * satiated * content
        + world[trait + T_MATCH_PROMOTION] * promotion
    )
    worth = (
        1.0
        - math.exp(-benefit / world[P_READ_SCALE])
        - world[P_OPEN_COST]
        - world[P_READ_COST] * reads / cap
        - world[P_OVERLOAD_COST] * min(max(unread - cap, 0) / cap, OVERLOAD_HIGH)
        - world[P_PROMOTION_COST] * promotion
        - world[P_ADVERT_COST] * adverts
        - world[P_OPERATOR_COST] * operator
    )
    state[member + M_VALUE] += (1.0 - math.exp(-min(days, 1.0) / world[P_VALUE_DAYS])) * (worth - state[member + M_VALUE])
    state[member + M_VALUE] = clip(state[member + M_VALUE], VALUE_LOW, VALUE_HIGH)
    state[member + M_SATIATION] += operator
    if reads > 0:
        moved = world[P_MOOD_GAIN] * world[trait + T_SUSCEPTIBILITY] * sentiment / reads
        state[member + M_MOOD] = clip(state[member + M_MOOD] + moved, -1.0, 1.0)
    if anger > 0.0:
        room = max(1.0 - state[member + M_ANGER] / world[P_ANGER_CAUGHT], 0.0)
        caught = world[P_ANGER_SPREAD] * world[trait + T_SUSCEPTIBILITY] * min(anger, 1.0) * room
        enrage(world, state, member, time, caught, complaint, NO)
    if plan != NONE:
        heal(world, state, member, plan)
    if state[member + M_WAITING] != NONE:
        own = message_row(state, int(state[member + M_WAITING]))
        if time - state[own + MSG_TIME] > world[P_IGNORED_HOURS] * HOUR:
            state[member + M_WARMTH] *= world[P_IGNORED_WARMTH]
            if state[own + MSG_KIND] == QUESTION_ASKED:
                state[member + M_VALUE] = clip(state[member + M_VALUE] - world[P_IGNORED_VALUE], VALUE_LOW, VALUE_HIGH)
                enrage(world, state, member, time, world[P_QUESTION_ANGER], int(state[own + MSG_INCIDENT]), YES)
            state[member + M_WAITING] = NONE
    day = time // DAY
    if day != state[member + M_LAST_DAY]:
        if state[member + M_REWARD] * state[member + M_HABIT] > 0.05 and time - state[member + M_REWARDED_AT] > DAY:
            missed = state[member + M_REWARD] * state[member + M_HABIT] / world[P_REWARD_SCALE]
            state[member + M_VALUE] = clip(
                state[member + M_VALUE]
                - world[P_REWARD_GAIN] * world[trait + T_REWARD_WEIGHT] * world[P_LOSS_AVERSION] * missed,
                VALUE_LOW,
                VALUE_HIGH,
            )
            state[member + M_REWARD] *= 1.0 - world[P_HABIT_RATE]
        state[member + M_LAST_DAY] = day
        state[member + M_DAYS_SEEN] += 1
    young = 1.0 + world[P_TENURE_GAIN] * math.exp(-((time - state[member + M_JOINED_AT]) / DAY) / world[P_TENURE_DAYS])
    mind = math.exp(
        -world[P_HAZARD_VALUE] * (state[member + M_VALUE] - VALUE_REFERENCE)
        - world[P_HAZARD_WARMTH] * (state[member + M_WARMTH] - WARMTH_REFERENCE)
        + world[P_HAZARD_LOSS] * (state[member + M_LOSS] + state[member + M_ANGER])
    )
    load = (reads + (world[P_OPERATOR_LOAD] - 1.0) * (operator + adverts)) / cap
    near = 1.0 + world[P_CONTAGION] * state[member + M_LEFT_NEAR]
    state[member + M_LEAVE_CLOCK] += (
        world[P_LEAVE_RATE] * young * mind * near * (world[P_MUTED_LEAVE] if state[member + M_MODE] == MUTED else 1.0) * days
    )
    if state[member + M_MODE] == ATTENTIVE:
        state[member + M_MUTE_CLOCK] += world[P_MUTE_RATE] * young * mind * max(load, 0.5) * days
    state[member + M_ASKED_BEFORE] = state[member + M_ASKED]
    state[member + M_ASKED] = state[group + G_ASK]
    state[member + M_TIED_UNREAD] = 0.0
    state[member + M_READ_TO] = state[group + G_ORDINAL]
    state[member + M_CHECKED_AT] = time
    state[member + M_CHECKS] += 1


@within
def heal(world, state, member, number):
    """Reading a workable plan: trust comes back, never above the level before; sooner is better (repair)."""
    message = message_row(state, number)
    incident = incident_row(state, int(state[message + MSG_INCIDENT]))
    if state[member + M_INCIDENT] != state[message + MSG_INCIDENT] and state[member + M_INCIDENT] != NONE:
        return
    share = (
        world[P_REPAIR]
        * state[message + MSG_REWARD]
        * halved(state[message + MSG_TIME] - state[incident + INC_OPENED_AT], world[P_REPAIR_HOURS])
    )
    state[member + M_LOSS] *= 1.0 - share
    state[member + M_ANGER] *= 1.0 - state[message + MSG_REWARD]
    if state[message + MSG_REWARD] > 0.0:
        state[member + M_SOOTHED] = 1


@within
def enter(world, state, person, time):
    """A person becomes a member: sees nothing of what was written before."""
    trait = trait_row(person)
    member = member_row(state, person)
    group = group_row(state, int(world[trait + T_GROUP]))
    state[member + M_AT] = time
    state[member + M_JOINED_AT] = time
    state[member + M_CHECKED_AT] = time
    state[member + M_REWARDED_AT] = time
    state[member + M_LAST_DAY] = -1
    state[member + M_VALUE] = world[P_VALUE_START]
    state[member + M_WARMTH] = max(world[P_WARMTH_START], world[trait + T_WARMTH_BASE])
    state[member + M_MODE] = ATTENTIVE
    state[member + M_READ_TO] = state[group + G_ORDINAL]
    state[member + M_ASKED] = state[group + G_ASK]
    state[member + M_ASKED_BEFORE] = state[group + G_ASK]
    state[group + G_MEMBERS] += 1


@within
def is_near(world, state, place, group):
    """Whether the acquaintance at a place of the list of ties is a member of this group now."""
    mode = state[member_row(state, int(world[place])) + M_MODE]
    return (mode == ATTENTIVE or mode == MUTED) and world[trait_row(int(world[place])) + T_GROUP] == group


@within
def leave(world, state, person, infectious):
    """A member goes; those who know them notice."""
    member = member_row(state, person)
    group_number = world[trait_row(person) + T_GROUP]
    group = group_row(state, group_number)
    if state[member + M_MODE] == MUTED:
        state[group + G_MUTED] -= 1
    state[group + G_MEMBERS] -= 1
    state[member + M_MODE] = GONE
    if infectious:
        for place in range(first_tie(world, person), first_tie(world, person + 1)):
            near = member_row(state, int(world[place]))
            if is_near(world, state, place, group_number):
                state[near + M_LEFT_NEAR] += 1.0


@within
def write(world, state, row, time, kind, group, person, target, sentiment):
    """A member's message of any kind; gives its number."""
    member = member_row(state, person)
    settle(world, state, member, trait_row(person), time)
    number = add_message(world, state, row, time, kind, person, group, sentiment)
    message = message_row(state, number)
    state[member + M_POSTS] += 1
    state[member + M_MOOD] *= 0.5
    if kind == ADVERT_POSTED:
        place = group_row(state, group)
        state[place + G_BREACH] = (
            state[place + G_BREACH] * math.exp(-((time - state[place + G_BREACH_AT]) / DAY) / world[P_BREACH_DAYS]) + 1.0
        )
        state[place + G_BREACH_AT] = time
        return number
    adds = False
    if kind == MESSAGE_POSTED:
        if target != NONE:
            parent = message_row(state, target)
            adds = state[parent + MSG_AUTHOR] == person
            if sentiment < ILL_TEMPER:
                state[message + MSG_INCIDENT] = state[parent + MSG_INCIDENT]
            elif not adds:
                answer_author(world, state, time, target, NO, 1.0)
    else:
        state[message + MSG_INCIDENT] = target
    if not adds:
        state[member + M_WAITING] = number
    if kind == COMPLAINT_POSTED:
        state[member + M_ANGER] *= world[P_VENT_LEFT]
    for place in range(first_tie(world, person), first_tie(world, person + 1)):
        near = member_row(state, int(world[place]))
        if is_near(world, state, place, group):
            state[near + M_TIED_UNREAD] += 1.0
    return number


@within
def take_part(world, state, time, person, number, amount):
    """A member takes part in a stimulus; a reward acts through surprise (Baucells & Sarin 2010)."""
    trait = trait_row(person)
    member = member_row(state, person)
    settle(world, state, member, trait, time)
    message = message_row(state, number)
    stimulus = stimulus_row(state, int(state[message + MSG_STIMULUS]))
    if state[message + MSG_TAKERS] > 0.0:
        state[message + MSG_TAKERS] -= 1.0
    state[member + M_WARMTH] += state[stimulus + ST_BOND] * (1.0 - state[member + M_WARMTH])
    state[SHOP_BENEFITS] += amount
    if state[message + MSG_REWARD] > 0.0:
        surprise = (amount - state[member + M_REWARD] * state[member + M_HABIT]) / world[P_REWARD_SCALE]
        if surprise < 0.0:
            surprise *= world[P_LOSS_AVERSION]
        state[member + M_VALUE] = clip(
            state[member + M_VALUE] + world[P_REWARD_GAIN] * world[trait + T_REWARD_WEIGHT] * surprise, VALUE_LOW, VALUE_HIGH
        )
        state[member + M_MOOD] = clip(state[member + M_MOOD] + world[P_MOOD_GAIN] * min(surprise, 1.0), -1.0, 1.0)
        state[member + M_REWARD] += world[P_HABIT_RATE] * (amount - state[member + M_REWARD])
        state[member + M_HABIT] += world[P_HABIT_RATE] * (state[stimulus + ST_CERTAINTY] - state[member + M_HABIT])
        state[member + M_REWARDED_AT] = time


@within
def post_stimulus(world, state, row, time, group, stimulus_number, reward, takers):
    """An operator's message; gives its number."""
    stimulus = stimulus_row(state, stimulus_number)
    number = add_message(world, state, row, time, STIMULUS_POSTED, NONE, group, 0.0)
    message = message_row(state, number)
    state[message + MSG_STIMULUS] = stimulus_number
    place = group_row(state, group)
    if state[stimulus + ST_HERD] > 0.0:
        state[place + G_HERD] = (
            state[place + G_HERD] * math.exp(-((time - state[place + G_HERD_AT]) / HOUR) / world[P_HERD_HOURS]) + reward
        )
        state[place + G_HERD_AT] = time
    else:
        state[message + MSG_REWARD] = reward
    state[message + MSG_TAKERS] = takers if takers > 0.0 else -1.0
    state[message + MSG_DEADLINE] = time + state[stimulus + ST_DEADLINE_HOURS] * HOUR
    if state[stimulus + ST_ASK] > 0.0:
        state[message + MSG_ASK_BEFORE] = state[place + G_ASK]
        state[place + G_ASK] = number
    return number


@within
def remove_message(world, state, time, number):
    """A message is taken away in public view: the norm is mended, the author is not pleased."""
    message = message_row(state, number)
    if state[message + MSG_REMOVED]:
        return
    state[message + MSG_REMOVED] = 1
    if state[message + MSG_KIND] == ADVERT_POSTED:
        place = group_row(state, int(state[message + MSG_GROUP]))
        left = state[place + G_BREACH] * math.exp(-((time - state[place + G_BREACH_AT]) / DAY) / world[P_BREACH_DAYS])
        state[place + G_BREACH] = max(left - math.exp(-((time - state[message + MSG_TIME]) / DAY) / world[P_BREACH_DAYS]), 0.0)
        state[place + G_BREACH_AT] = time
    if state[message + MSG_AUTHOR] >= 0:
        author = member_row(state, int(state[message + MSG_AUTHOR]))
        settle(world, state, author, trait_row(int(state[message + MSG_AUTHOR])), time)
        enrage(world, state, author, time, world[P_REMOVAL_ANGER], NONE, YES)


@within
def buy(world, state, time, person, paid, margin):
    """An order: money, memory of the price, the coupon is used."""
    member = member_row(state, person)
    settle(world, state, member, trait_row(person), time)
    state[SHOP_REVENUE] += paid
    state[SHOP_MARGIN] += margin
    if state[member + M_ORDERS] > 0:
        state[member + M_REFERENCE_PRICE] += world[P_REFERENCE_RATE] * (paid - state[member + M_REFERENCE_PRICE])
    else:
        state[member + M_REFERENCE_PRICE] = paid
    state[member + M_ORDERS] += 1
    state[member + M_COUPON] = 0.0


@within
def open_incident(state, time, group, number, severity):
    """A new incident; numbers are given in order."""
    incident = incident_row(state, number)
    state[incident + INC_OPENED_AT] = time
    state[incident + INC_RESPONDED_AT] = -1
    state[incident + INC_SETTLED_AT] = -1
    state[incident + INC_SEVERITY] = severity
    state[incident + INC_GROUP] = group
    state[incident + INC_AGGRIEVED] = 0
    state[SHOP_INCIDENTS] = max(state[SHOP_INCIDENTS], number + 1.0)


@within
def chain(state, time, cause, kind, group, actor, target, x, y):
    """Hashes the event into the state, so that no event can be dropped, added or altered without a trace."""
    link = (np.uint64(state[SHOP_CHAIN_HIGH]) << _HALF_WORD) | np.uint64(state[SHOP_CHAIN_LOW])
    link = mix(link + np.uint64(time)) ^ np.uint64(cause + 1)
    link = mix(link + (np.uint64(actor + 1) << _HALF_WORD)) ^ np.uint64(target + 1)
    link = mix(link + (np.uint64(kind) << _HALF_WORD)) ^ np.uint64(group + 1)
    if x != 0.0 or y != 0.0:
        link = mix(mix(link ^ np.float64(x).view(np.uint64)) ^ np.float64(y).view(np.uint64))
    link = mix(link)
    state[SHOP_CHAIN_HIGH] = np.float64(link >> _HALF_WORD)
    state[SHOP_CHAIN_LOW] = np.float64(link & _LOW_WORD)


@within
def apply(world, state, row, time, cause, kind, group, actor, target, x, y):
    """Folds one event into the state; gives the number of the message it put on the screen, or NONE."""
    state[SHOP_EVENTS] += 1
    chain(state, time, cause, kind, group, actor, target, x, y)
    if kind == GROUP_CHECKED:
        read_group(world, state, actor, time)
        return NONE
    if kind == MESSAGE_POSTED or kind == QUESTION_ASKED or kind == COMPLAINT_POSTED or kind == ADVERT_POSTED:
        return write(world, state, row, time, kind, group, actor, target, x)
    if kind == STIMULUS_POSTED:
        return post_stimulus(world, state, row, time, group, target, x, y)
    if kind == STIMULUS_ANSWERED:
        take_part(world, state, time, actor, target, x)
    elif kind == ORDER_PLACED:
        buy(world, state, time, actor, x, y)
    elif kind == MEMBER_ANSWERED:
        number = add_message(world, state, row, time, kind, NONE, group, 0.0)
        answer_author(world, state, time, target, YES, x)
        incident = int(state[message_row(state, target) + MSG_INCIDENT])
        if incident != NONE and state[incident_row(state, incident) + INC_RESPONDED_AT] < 0:
            state[incident_row(state, incident) + INC_RESPONDED_AT] = time
        return number
    elif kind == MESSAGE_REMOVED:
        remove_message(world, state, time, target)
    elif kind == MEMBER_JOINED:
        enter(world, state, actor, time)
        if y == REFERRAL:
            state[group_row(state, group) + G_NEXT_REFERRAL] += 1
    elif kind == MEMBER_LEFT:
        leave(world, state, actor, YES)
    elif kind == MEMBER_REMOVED:
        leave(world, state, target, NO)
    elif kind == GROUP_MUTED:
        state[member_row(state, actor) + M_MODE] = MUTED
        state[group_row(state, group) + G_MUTED] += 1
    elif kind == GROUP_UNMUTED:
        state[member_row(state, actor) + M_MODE] = ATTENTIVE
        state[member_row(state, actor) + M_MUTE_CLOCK] = 0.0
        state[group_row(state, group) + G_MUTED] -= 1
    elif kind == ENTRY_DECLINED:
        state[member_row(state, actor) + M_SCREENED_OUT] = 1
    elif kind == MEMBER_WELCOMED or kind == MEMBER_CARED_FOR or kind == MEMBER_SOOTHED:
        member = member_row(state, target)
        settle(world, state, member, trait_row(target), time)
        if kind == MEMBER_WELCOMED:
            state[member + M_WARMTH] += (
                world[P_WELCOME_WARMTH]
                * halved(time - state[member + M_JOINED_AT], world[P_WELCOME_HOURS])
                * (1.0 - state[member + M_WARMTH])
            )
        elif kind == MEMBER_CARED_FOR:
            state[member + M_WARMTH] += world[P_CARE_WARMTH] * (1.0 - state[member + M_WARMTH])
            state[SHOP_BENEFITS] += x
        else:
            if (
                state[member + M_INCIDENT] != NONE
                and state[incident_row(state, int(state[member + M_INCIDENT])) + INC_RESPONDED_AT] < 0
            ):
                state[incident_row(state, int(state[member + M_INCIDENT])) + INC_RESPONDED_AT] = time
            state[member + M_ANGER] *= 1.0 - x
            state[member + M_SOOTHED] = 1
    elif kind == PLAN_ANNOUNCED:
        number = add_message(world, state, row, time, kind, NONE, group, 0.0)
        state[message_row(state, number) + MSG_INCIDENT] = target
        state[message_row(state, number) + MSG_REWARD] = x
        if state[incident_row(state, target) + INC_RESPONDED_AT] < 0:
            state[incident_row(state, target) + INC_RESPONDED_AT] = time
        return number
    elif kind == GRIEVANCE_FELT:
        settle(world, state, member_row(state, actor), trait_row(actor), time)
        enrage(world, state, member_row(state, actor), time, x, target, YES)
        state[incident_row(state, target) + INC_AGGRIEVED] += 1
    elif kind == INCIDENT_OPENED:
        open_incident(state, time, group, target, x)
    elif kind == INCIDENT_SETTLED:
        state[incident_row(state, target) + INC_SETTLED_AT] = time
    elif kind == STIMULUS_DEFINED:
        state[stimulus_row(state, actor) + target] = x
    elif kind == ENTRY_RULE_SET:
        state[group_row(state, group) + G_LEAST_TAG] = x
    elif kind == PRICE_SET:
        state[SHOP_PRICE] = x
    elif kind == TASK_DONE:
        state[SHOP_HOURS] += x
        state[SHOP_WAGES] += y
    elif kind == COST_PAID:
        state[SHOP_BENEFITS] += x
    elif kind == REFUND_PAID:
        state[SHOP_REFUNDS] += x
    elif kind == RULES_POSTED:
        state[group_row(state, group) + G_RULES] = 1
    elif kind == GROUP_FOUNDED:
        state[group_row(state, group) + G_FOUNDED_AT] = time
        state[group_row(state, group) + G_PLANNED] = x
    elif kind == GROUP_CLOSED:
        state[group_row(state, group) + G_CLOSED] = 1
    return NONE


@compiled
def fold(world, state, events, first):
    """Applies a stretch of the log to the state; row `i` of it has sequence number first + i."""
    for i in range(events.shape[0]):
        event = events[i]
        # Whole numbers of the size of the live run's, so that what it has compiled serves here as well.
        kind, group = np.int64(event["kind"]), np.int64(event["group"])
        actor, target = np.int64(event["actor"]), np.int64(event["target"])
        apply(world, state, first + i, event["time"], event["cause"], kind, group, actor, target, event["x"], event["y"])
