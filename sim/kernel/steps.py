"""What a person does when something is due: the sub-models decide, the events are written down."""

from __future__ import annotations

import numpy as np

from sim import streams
from sim.compiled import merged, within
from sim.events.kinds import (
    ADVERT_POSTED,
    COMPLAINT_POSTED,
    DAY,
    ENTRY_DECLINED,
    GROUP_CHECKED,
    GROUP_MUTED,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MESSAGE_POSTED,
    NONE,
    ORDER_PLACED,
    QUESTION_ASKED,
    STIMULUS_ANSWERED,
)
from sim.kernel.forms import NO, YES
from sim.kernel.live import diary_of, drop_due, emit, message_key, renew_due, schedule_needs
from sim.kernel.queue import CHECK_DUE, NEED_DUE
from sim.kernel.rows import (
    channel_of,
    first_of_roster,
    ledger_of,
    member_of,
    message_of,
    parameters_of,
    person_of,
    roster_of,
    stimulus_of,
    traits_of,
)
from sim.kernel.submodels.anger import vents
from sim.kernel.submodels.attention import chance_of_check, next_look
from sim.kernel.submodels.buying import chance_to_buy, is_tempted, next_need, price_for
from sim.kernel.submodels.joining import LET_IN, REFERRED, refers, verdict_at_door
from sim.kernel.submodels.leaving import leaves, mutes
from sim.kernel.submodels.mood import tone_of
from sim.kernel.submodels.norms import advertises
from sim.kernel.submodels.posting import asks, posts
from sim.kernel.submodels.replies import DRAWS, PROPOSALS, consent
from sim.kernel.submodels.rewards import ASKS_HIGH, is_open, takes_part
from sim.streams import key, uniform
from sim.vocabulary.tables import ABSENT, ATTENTIVE, GONE, MUTED, NEVER


@within
def wants_to_buy(world, state, time, seat):
    """Chance that a person buys on an occasion."""
    member = member_of(state, seat)
    present = member.mode == ATTENTIVE or member.mode == MUTED
    return chance_to_buy(
        parameters_of(world), world, ledger_of(state), traits_of(world, member.person), person_of(state, member.person),
        member, channel_of(state, member.channel), present, time,
    )  # fmt: skip


@within
def place_order(world, state, loop, time, seat, cause):
    """Writes an order down at the price the person pays."""
    member, ledger = member_of(state, seat), ledger_of(state)
    person = person_of(state, member.person)
    paid = price_for(ledger, person, time)
    where, who, prompt = np.int64(member.channel), np.int64(member.person), np.int64(person.prompt)
    emit(world, state, loop, time, cause, ORDER_PLACED, where, who, prompt, paid, paid - ledger.unit_cost)


@within
def answer_calls(world, state, loop, time, seat, visit, cause):
    """Takes part in what the operator has asked for since the last check, newest first."""
    parameters, member = parameters_of(world), member_of(state, seat)
    where, who = np.int64(member.channel), np.int64(member.person)
    number, earlier = np.int64(member.asked), member.asked_before
    turn = 0
    while number > earlier and number != NONE and turn < ASKS_HIGH:
        message = message_of(state, number)
        if is_open(message, time) and takes_part(parameters, member, stimulus_of(state, message.stimulus), visit, turn):
            emit(world, state, loop, time, cause, STIMULUS_ANSWERED, where, who, number, message.reward, 0.0)
        number = np.int64(message.ask_before)
        turn += 1


@within
def visit_channel(world, state, loop, time, seat, cause, visit, speaks):
    """One check and what comes of it; gives the sequence number of the check, NONE if the person left."""
    parameters, member = parameters_of(world), member_of(state, seat)
    where, who = np.int64(member.channel), np.int64(member.person)
    trait, person, channel = traits_of(world, who), person_of(state, who), channel_of(state, where)
    check = emit(world, state, loop, time, cause, GROUP_CHECKED, where, who, NONE, 0.0, 0.0)
    if leaves(trait, member):
        emit(world, state, loop, time, check, MEMBER_LEFT, where, who, NONE, 0.0, 0.0)
        return NONE
    if mutes(trait, member):
        emit(world, state, loop, time, check, GROUP_MUTED, where, who, NONE, 0.0, 0.0)
    if member.asked > member.asked_before:
        answer_calls(world, state, loop, time, seat, visit, check)
    if member.offer != NONE and is_tempted(parameters, trait, visit):
        if uniform(visit, streams.IMPULSE, 1) < wants_to_buy(world, state, time, seat):
            place_order(world, state, loop, time, seat, check)
    if not speaks:
        return check
    if vents(parameters, trait, person, visit):
        anger, incident = -min(person.anger, 1.0), np.int64(person.incident)
        emit(world, state, loop, time, check, COMPLAINT_POSTED, where, who, incident, anger, 0.0)
        return check
    if trait.advert_rate > 0.0 and advertises(parameters, trait, channel, time, visit):
        emit(world, state, loop, time, check, ADVERT_POSTED, where, who, NONE, 0.0, 0.0)
    if posts(parameters, trait, person, member, channel, visit):
        if asks(parameters, visit):
            emit(world, state, loop, time, check, QUESTION_ASKED, where, who, NONE, 0.0, 0.0)
        else:
            emit(world, state, loop, time, check, MESSAGE_POSTED, where, who, NONE, tone_of(person), 0.0)
    return check


@merged
def bring_along(world, state, loop, time, seat, days, visit, cause):
    """Word of mouth: the next person of the reservoir is brought along, if there is room."""
    member = member_of(state, seat)
    where, who = np.int64(member.channel), np.int64(member.person)
    channel = channel_of(state, where)
    if channel.members >= channel.capacity or not refers(parameters_of(world), member, days, visit):
        return
    seen = 0
    for place in range(first_of_roster(world, where), first_of_roster(world, where + 1)):
        newcomer = roster_of(world, place).person
        trait = traits_of(world, newcomer)
        if trait.source == REFERRED:
            if seen == channel.next_referral:
                if member_of(state, newcomer).mode == ABSENT:
                    emit(
                        world, state, loop, time, cause, MEMBER_JOINED, where, newcomer, who, float(trait.type), float(REFERRED)
                    )  # fmt: skip
                return
            seen += 1


@merged
def look_due(world, state, loop, time, who, ordinal):
    """A habitual look is due: whether it becomes a check depends on what the channel is worth to the person."""
    member, trait = member_of(state, who), traits_of(world, who)
    if member.mode == GONE or channel_of(state, member.channel).closed:
        drop_due(loop)
        return
    diary = diary_of(loop, who)
    after = next_look(world, trait, diary, time)
    renew_due(loop, after, who, CHECK_DUE, diary.checks)
    if uniform(trait.key, streams.ACCEPT, ordinal) >= chance_of_check(parameters_of(world), member):
        return
    visit = key(trait.key, streams.VISIT, ordinal)
    days = (time - member.checked_at) / DAY
    check = visit_channel(world, state, loop, time, who, NONE, visit, YES)
    if check != NONE:
        bring_along(world, state, loop, time, who, days, visit, check)


@merged
def pull_due(world, state, loop, time, who, ordinal, number):
    """Somebody was pulled to the channel: by a packet, by a private word, by having just joined."""
    member, trait = member_of(state, who), traits_of(world, who)
    if member.mode == ABSENT or member.mode == GONE or channel_of(state, member.channel).closed:
        return
    if number != NONE:
        visit = key(key(trait.key, streams.PULL, message_of(state, number).time), streams.VISIT, 0)
        cause = message_of(state, number).row
    else:
        visit = key(key(trait.key, streams.PULL, time), streams.VISIT, 1)
        cause = ordinal
    visit_channel(world, state, loop, time, who, cause, visit, YES)


@within
def propose(world, state, root, where, draw):
    """The person on the roster of a channel whom a draw picks, in proportion to sociability."""
    start, stop = first_of_roster(world, where), first_of_roster(world, where + 1)
    goal = uniform(root, streams.PROPOSE, draw) * roster_of(world, stop - 1).cumulative
    low, high = start, stop - 1
    while low < high:
        middle = (low + high) >> 1
        if roster_of(world, middle).cumulative < goal:
            low = middle + 1
        else:
            high = middle
    return roster_of(world, low).person


@merged
def reply_due(world, state, loop, time, speaker, number, child):
    """Something follows a message: its author goes on, or members are proposed one after the other until one consents."""
    message = message_of(state, number)
    where, row, author = np.int64(message.channel), message.row, np.int64(message.author)
    channel = channel_of(state, where)
    if message.removed or channel.closed or channel.members <= 0:
        return
    if speaker != NONE:
        if member_of(state, speaker).mode == ATTENTIVE or member_of(state, speaker).mode == MUTED:
            emit(world, state, loop, time, row, MESSAGE_POSTED, where, speaker, number, 0.0, 0.0)
        return
    parameters = parameters_of(world)
    root = message_key(world, state, message)
    tries = 0
    for draw in range(child * DRAWS, child * DRAWS + DRAWS):
        who = propose(world, state, root, where, draw)
        member = member_of(state, who)
        if who == author or (member.mode != ATTENTIVE and member.mode != MUTED):
            continue
        if uniform(root, streams.CONSENT, draw) < consent(parameters, traits_of(world, who), member, author, time):
            visit = key(key(root, streams.SPEAK, child), streams.VISIT, 0)
            if visit_channel(world, state, loop, time, who, row, visit, NO) != NONE:
                tone = tone_of(person_of(state, who))
                emit(world, state, loop, time, row, MESSAGE_POSTED, where, who, number, tone, 0.0)
            return
        tries += 1
        if tries >= PROPOSALS:
            return


@merged
def need_due(world, state, loop, time, who, ordinal):
    """An occasion to buy: this brand, another one, or nothing."""
    trait, diary = traits_of(world, who), diary_of(loop, who)
    after = next_need(world, trait, diary, time)
    renew_due(loop, after, who, NEED_DUE, diary.needs)
    if uniform(trait.key, streams.CHOICE, ordinal) < wants_to_buy(world, state, time, who):
        place_order(world, state, loop, time, who, NONE)


@merged
def arrival_due(world, state, loop, time, who):
    """Somebody stands at the door."""
    trait, member = traits_of(world, who), member_of(state, who)
    where = np.int64(trait.group)
    channel = channel_of(state, where)
    schedule_needs(world, loop, who, time)
    if member.mode != ABSENT or member.screened_out or channel.closed or channel.founded_at == NEVER:
        return
    verdict = verdict_at_door(trait, channel)
    if verdict == LET_IN:
        emit(
            world, state, loop, time, NONE, MEMBER_JOINED, where, who, NONE, float(trait.type), float(trait.source)
        )  # fmt: skip
    else:
        emit(world, state, loop, time, NONE, ENTRY_DECLINED, where, who, NONE, verdict, 0.0)
