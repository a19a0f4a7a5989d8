"""What a person does when something is due: the sub-models decide, the events are written down."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import streams
from sim.compiled import merged, within
from sim.events.kinds import (
    ADVERT_POSTED,
    BRAND_SHOWN,
    COMPLAINT_POSTED,
    COST_PAID,
    COUPON_GIVEN,
    COUPON_GRANTED,
    COUPON_LAPSED,
    COUPON_REDEEMED,
    DAY,
    ENTRY_DECLINED,
    GROUP_CHECKED,
    GROUP_FOLDED,
    GROUP_MUTED,
    INVITATION_DECLINED,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MESSAGE_POSTED,
    NONE,
    OFFER_PASSED,
    ORDER_PLACED,
    POSING_SEEN,
    QUESTION_ASKED,
    REQUEST_DECLINED,
    REQUEST_MET,
    STIMULUS_ANSWERED,
    TROUBLE_TOLD,
)
from sim.kernel.factors import factor_of_buying, factor_of_looks, factor_of_talk
from sim.kernel.forms import NO, YES
from sim.kernel.live import Loop, diary_of, drop_due, emit, message_key, renew_due, schedule_needs
from sim.kernel.queue import CHECK_DUE, NEED_DUE
from sim.kernel.rows import (
    channel_of,
    is_present,
    ledger_of,
    member_of,
    message_of,
    newest_of,
    parameters_of,
    person_of,
    roster_of,
    seat_in,
    stimulus_of,
    tie_of,
    traits_of,
    wallet_of,
)
from sim.kernel.submodels.anger import vents
from sim.kernel.submodels.attention import chance_of_check, is_busy, next_look
from sim.kernel.submodels.buying import chance_to_buy, is_tempted, next_need, price_for
from sim.kernel.submodels.chatlist import in_sight, is_folded, other_chats
from sim.kernel.submodels.contact import SHOWING, grants
from sim.kernel.submodels.discretion import feed_of, openness, refuses
from sim.kernel.submodels.goods import asks_how, is_puzzled
from sim.kernel.submodels.habits import readiness_to_help
from sim.kernel.submodels.joining import (
    FULL,
    INVITED,
    LET_IN,
    MOVED,
    REFERRED,
    SCREENED_OUT,
    UNWANTED,
    accepts,
    refers,
    verdict_at_door,
)
from sim.kernel.submodels.leaving import leaves, mutes
from sim.kernel.submodels.mood import tone_of
from sim.kernel.submodels.norms import advertises
from sim.kernel.submodels.posing import is_taken_in, sees_through
from sim.kernel.submodels.posting import asks, carries, posts
from sim.kernel.submodels.reasons import reason_of
from sim.kernel.submodels.replies import DRAWS, PROPOSALS, consent
from sim.kernel.submodels.rewards import ASKS_HIGH, is_open, takes_part
from sim.kernel.submodels.roles import contact_of, offers, shows_brand
from sim.kernel.submodels.roster import last_left, root_of
from sim.kernel.submodels.sessions import in_session
from sim.kernel.submodels.sidetalk import listener_of, tells, told_of
from sim.kernel.submodels.topics import liking_of
from sim.kernel.submodels.wallet import (
    PRICE_LOW,
    best_coupon,
    free_place,
    hours_left,
    passes_on,
    place_of,
    price_with,
    receiver_of,
    size_for,
    taken_off,
)
from sim.streams import key, uniform
from sim.vocabulary.tables import ABSENT, FEED, GROUP, NEVER, Row, Whole


@within
def coupon_for(world: Row, state: Row, time: Whole, seat: Whole) -> Whole:
    """The place of the coupon that a person would use for an order now, NONE where the price as offered is as good."""
    member, ledger = member_of(state, seat), ledger_of(state)
    who = np.int64(member.person)
    person = person_of(state, who)
    if person.coupons == 0:
        return NONE
    price, present = price_for(ledger, person, time), is_present(member) and not channel_of(state, member.channel).closed
    found = best_coupon(parameters_of(world), state, traits_of(world, who), who, ledger.price, present, time)
    if found == NONE or price_with(stimulus_of(state, wallet_of(state, who).stimulus[found]), ledger.price) >= price:
        return NONE
    return found


@within
def wants_to_buy(world: Row, state: Row, time: Whole, seat: Whole) -> float:
    """Chance that a person buys on an occasion."""
    member, ledger = member_of(state, seat), ledger_of(state)
    channel, who = channel_of(state, member.channel), np.int64(member.person)
    person = person_of(state, who)
    price, place = price_for(ledger, person, time), coupon_for(world, state, time, seat)
    if place != NONE:
        price = max(price_with(stimulus_of(state, wallet_of(state, who).stimulus[place]), ledger.price), PRICE_LOW)
    parameters, trait = parameters_of(world), traits_of(world, who)
    chance = chance_to_buy(
        parameters, world, world.odds * ledger.odds, trait, person, member, channel, price,
        is_present(member) and not channel.closed, time,
    )  # fmt: skip
    return chance * factor_of_buying(parameters, world, trait, person, time)


@within
def place_order(world: Row, state: Row, loop: Loop, time: Whole, seat: Whole, cause: Whole) -> tuple[Whole, float]:
    """Writes an order down at the price the person pays, and the coupon that was used for it; gives its row and what was paid."""
    member, ledger = member_of(state, seat), ledger_of(state)
    person = person_of(state, member.person)
    where, who, prompt = np.int64(member.channel), np.int64(member.person), np.int64(person.prompt)
    place = coupon_for(world, state, time, seat)
    if place == NONE:
        paid = price_for(ledger, person, time)
        row = emit(world, state, loop, time, cause, ORDER_PLACED, where, who, prompt, paid, paid - ledger.unit_cost)
        return row, paid
    stimulus = stimulus_of(state, wallet_of(state, who).stimulus[place])
    size, off = size_for(stimulus, ledger.price), taken_off(stimulus, ledger.price)
    paid = size * ledger.price - off
    row = emit(world, state, loop, time, cause, ORDER_PLACED, where, who, prompt, paid, paid - size * ledger.unit_cost)
    emit(world, state, loop, time, row, COUPON_REDEEMED, where, who, place, off, size)
    return row, paid


@merged
def take_coupon(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, number: Whole, cause: Whole) -> None:
    """Whoever takes part gets the coupon of the post, as long as there is a place for it in the wallet."""
    message, place = message_of(state, number), free_place(wallet_of(state, who))
    hours = hours_left(stimulus_of(state, message.stimulus), message.time, time)
    if place != NONE and hours > 0.0:
        where, what = np.int64(message.channel), np.int64(message.stimulus)
        emit(world, state, loop, time, cause, COUPON_GRANTED, where, who, what, float(place), hours)


@within
def show(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, where: Whole, said: Whole) -> None:
    """What a person has just said, in event `said`, shows the brand."""
    recall, number = parameters_of(world).shown_recall, np.int64(state.messages) - 1
    emit(world, state, loop, time, said, BRAND_SHOWN, where, who, number, recall, 0.0)


@merged
def request_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, row: Whole, request: Any, where: Whole) -> None:
    """A member has read what staff ask for, and does it or not."""
    seat = seat_in(state, who, where)
    if seat == NONE or not is_present(member_of(state, seat)) or channel_of(state, where).closed:
        return
    root, person = key(traits_of(world, who).key, streams.REQUEST, request), person_of(state, who)
    yes = grants(parameters_of(world), person, member_of(state, seat), time, root)
    kind = REQUEST_MET if yes else REQUEST_DECLINED
    answer = emit(world, state, loop, time, row, kind, where, who, NONE, float(request), 0.0)
    if yes and request == SHOWING and channel_of(state, where).kind == GROUP:
        said = emit(world, state, loop, time, answer, MESSAGE_POSTED, where, who, NONE, tone_of(person), 0.0)
        show(world, state, loop, time, who, where, said)


@merged
def lapse_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, row: Whole, where: Whole) -> None:
    """A coupon ends, unless it has been used or passed on."""
    place = place_of(wallet_of(state, who), row)
    if place != NONE:
        emit(world, state, loop, time, row, COUPON_LAPSED, where, who, place, 0.0, 0.0)


@merged
def pass_on_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, row: Whole, where: Whole) -> None:
    """Somebody thinks of an acquaintance for whom a coupon might be; the likelier, the less it is wanted oneself."""
    place, trait = place_of(wallet_of(state, who), row), traits_of(world, who)
    if place == NONE or trait.ties == 0:
        return
    if not passes_on(parameters_of(world), trait, person_of(state, who), wants_to_buy(world, state, time, who), time):
        return
    other = np.int64(tie_of(world, trait.first_tie + receiver_of(trait, time)).person)
    there = free_place(wallet_of(state, other))
    if there != NONE:
        emit(world, state, loop, time, row, COUPON_GIVEN, where, who, other, float(place), float(there))


@merged
def answer_calls(world: Row, state: Row, loop: Loop, time: Whole, seat: Whole, visit: np.uint64, cause: Whole) -> None:
    """Takes part in what the operator has asked for since the last check, newest first."""
    parameters, member = parameters_of(world), member_of(state, seat)
    where, who = np.int64(member.channel), np.int64(member.person)
    number, earlier = np.int64(member.asked), member.asked_before
    turn = 0
    while number > earlier and number != NONE and turn < ASKS_HIGH:
        message = message_of(state, number)
        stimulus = stimulus_of(state, message.stimulus)
        if (
            is_open(message, time)
            and takes_part(
                parameters,
                world,
                traits_of(world, who),
                person_of(state, who),
                member,
                np.int64(message.stimulus),
                stimulus,
                visit,
                time,
                turn,
            )
            and not (stimulus.session > 0.0 and is_busy(parameters, traits_of(world, who), message.time))
        ):
            if is_puzzled(stimulus, visit, turn):
                if asks_how(traits_of(world, who), visit, turn):
                    emit(world, state, loop, time, cause, QUESTION_ASKED, where, who, NONE, 0.0, 0.0)
            else:
                row = emit(world, state, loop, time, cause, STIMULUS_ANSWERED, where, who, number, message.reward, 0.0)
                if stimulus.coupon_hours > 0.0:
                    take_coupon(world, state, loop, time, who, number, row)
        number = np.int64(message.ask_before)
        turn += 1


@within
def strongest_group(state: Row, who: Whole) -> Whole:
    """The membership in an open group that is worth most to a person, NONE if there is none."""
    seat, found = np.int64(who), NONE
    while seat != NONE:
        member = member_of(state, seat)
        channel = channel_of(state, member.channel)
        if is_present(member) and channel.kind == GROUP and not channel.closed:
            if found == NONE or member.value > member_of(state, found).value:
                found = seat
        seat = np.int64(member.next)
    return found


@merged
def tell_of_it(
    world: Row, state: Row, loop: Loop, time: Whole, who: Whole, where: Whole, visit: np.uint64, check: Whole
) -> None:
    """What was just read in a feed may come back into the reader's group, with the foreign post as its cause."""
    seat = strongest_group(state, who)
    message = message_of(state, newest_of(state, where, channel_of(state, where).ordinal).message)
    if seat == NONE or message.removed or message.author == who or traits_of(world, who).tag < message.audience:
        return
    member = member_of(state, seat)
    if carries(parameters_of(world), member, visit):
        emit(world, state, loop, time, message.row, MESSAGE_POSTED, np.int64(member.channel), who, NONE, 0.0, 0.0)


@within
def visit_channel(
    world: Row, state: Row, loop: Loop, time: Whole, seat: Whole, cause: Whole, visit: np.uint64, speaks: Whole
) -> Whole:
    """One check and what comes of it; gives the sequence number of the check, NONE if the person left."""
    parameters, member = parameters_of(world), member_of(state, seat)
    where, who = np.int64(member.channel), np.int64(member.person)
    trait, person, channel = traits_of(world, who), person_of(state, who), channel_of(state, where)
    read_to = np.int64(member.read_to)
    check = emit(world, state, loop, time, cause, GROUP_CHECKED, where, who, NONE, 0.0, 0.0)
    if leaves(member):
        emit(
            world, state, loop, time, check, MEMBER_LEFT, where, who, NONE, 0.0,
            reason_of(parameters, person, member, channel, time),
        )  # fmt: skip
        return NONE
    if mutes(member):
        why = reason_of(parameters, person, member, channel, time)
        emit(world, state, loop, time, check, GROUP_MUTED, where, who, NONE, why, 0.0)
    if member.posed > 0 and sees_through(parameters, member, visit):
        emit(world, state, loop, time, check, POSING_SEEN, where, who, NONE, 0.0, 0.0)
    if member.asked > member.asked_before:
        answer_calls(world, state, loop, time, seat, visit, check)
    if member.offer != NONE and is_tempted(parameters, trait, visit):
        if uniform(visit, streams.IMPULSE, 1) < wants_to_buy(world, state, time, seat):
            place_order(world, state, loop, time, seat, check)
    if channel.kind != GROUP:
        if channel.kind == FEED and read_to < channel.ordinal:
            tell_of_it(world, state, loop, time, who, where, visit, check)
        return check
    if not speaks:
        return check
    if vents(parameters, trait, person, visit):
        anger, incident = -min(person.anger, 1.0), np.int64(person.incident)
        emit(world, state, loop, time, check, COMPLAINT_POSTED, where, who, incident, anger, 0.0)
        return check
    if trait.advert_rate > 0.0 and advertises(parameters, trait, channel, time, visit):
        emit(world, state, loop, time, check, ADVERT_POSTED, where, who, NONE, 0.0, 0.0)
    talk = ledger_of(state).talk * factor_of_talk(parameters, world, trait, person, member, channel, where, time)
    if posts(parameters, trait, person, member, channel, talk, visit):
        if asks(parameters, person, channel, visit):
            emit(world, state, loop, time, check, QUESTION_ASKED, where, who, NONE, 0.0, 0.0)
        else:
            said = emit(world, state, loop, time, check, MESSAGE_POSTED, where, who, NONE, tone_of(person), 0.0)
            if shows_brand(parameters, person, visit):
                show(world, state, loop, time, who, where, said)
    return check


@merged
def bring_along(
    world: Row, state: Row, loop: Loop, time: Whole, seat: Whole, days: float, visit: np.uint64, cause: Whole
) -> None:
    """Word of mouth: the first person of the reservoir who has not come yet is brought along, if there is room."""
    member = member_of(state, seat)
    where, who = np.int64(member.channel), np.int64(member.person)
    channel = channel_of(state, where)
    if (
        channel.members >= channel.capacity
        or channel.closing_at != NEVER
        or not refers(parameters_of(world), traits_of(world, who), person_of(state, who), member, days, visit)
    ):
        return
    for place in range(channel.roster, channel.roster + channel.enlisted):
        newcomer = roster_of(state, place).seat
        if newcomer >= state.persons:  # only who has not come yet stands on it from the start
            return
        trait, other = traits_of(world, newcomer), member_of(state, newcomer)
        if trait.source == REFERRED and other.mode == ABSENT and not other.screened_out:
            if refuses(trait, channel):
                emit(world, state, loop, time, cause, ENTRY_DECLINED, where, newcomer, NONE, UNWANTED, 0.0)
                return
            emit(
                world, state, loop, time, cause, MEMBER_JOINED, where, newcomer, who, float(trait.type), float(REFERRED)
            )  # fmt: skip
            return


@merged
def pass_offer(world: Row, state: Row, loop: Loop, time: Whole, seat: Whole, visit: np.uint64, cause: Whole) -> None:
    """A member with a role offers something to somebody they know."""
    where, who = np.int64(member_of(state, seat).channel), np.int64(member_of(state, seat).person)
    parameters = parameters_of(world)
    other = contact_of(parameters, world, state, traits_of(world, who), person_of(state, who), who, visit)
    if other != NONE:
        emit(world, state, loop, time, cause, OFFER_PASSED, where, who, other, parameters.role_recall, 0.0)


@merged
def offer_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, row: Whole, seller: Whole, where: Whole) -> None:
    """What somebody one knows has offered is considered, as an offer that was read is; the seller is paid for an order."""
    trait, seat = traits_of(world, who), strongest_group(state, who)
    if seat == NONE:
        seat = who
    visit = key(key(trait.key, streams.OFFER, time), streams.VISIT, 0)
    if not is_tempted(parameters_of(world), trait, visit):
        return
    if uniform(visit, streams.IMPULSE, 1) < wants_to_buy(world, state, time, seat):
        order, paid = place_order(world, state, loop, time, seat, row)
        share = person_of(state, seller).commission
        emit(world, state, loop, time, order, COST_PAID, where, NONE, NONE, share * paid, 0.0)


@within
def opened(state: Row, parameters: Row, who: Whole, goal: float) -> Whole:
    """The channel that a look opens, among those of a person in proportion to their chances; goal: share of the sum of these."""
    seat, last = np.int64(who), NONE
    while seat != NONE:
        member = member_of(state, seat)
        if is_present(member) and not channel_of(state, member.channel).closed:
            goal -= chance_of_check(parameters, member) * in_sight(parameters, member)
            last = seat
            if goal <= 0.0:
                return last
        seat = np.int64(member.next)
    return last


@within
def sort_list(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, best: float) -> float:
    """A person's chat list folds away what is worth little beside the best of it, and shows again what is worth more; gives the sum of
    the chances of what is open."""
    parameters, total = parameters_of(world), 0.0
    seat = np.int64(who)
    while seat != NONE:
        member = member_of(state, seat)
        where = np.int64(member.channel)
        if is_present(member) and not channel_of(state, where).closed:
            chance = chance_of_check(parameters, member)
            folded = is_folded(parameters, chance, best)
            if folded != (member.folded > 0):
                emit(world, state, loop, time, NONE, GROUP_FOLDED, where, who, NONE, 1.0 if folded else 0.0, 0.0)
            total += chance * in_sight(parameters, member)
        seat = np.int64(member.next)
    return total


@merged
def look_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, ordinal: Whole) -> None:
    """A habitual look is due: the channel that is worth most decides whether it becomes a check, all compete for which is opened."""
    parameters, trait, diary = parameters_of(world), traits_of(world, who), diary_of(loop, who)
    best, total = 0.0, 0.0
    seat, last = np.int64(who), NONE
    while seat != NONE:
        member = member_of(state, seat)
        if is_present(member) and not channel_of(state, member.channel).closed:
            chance = chance_of_check(parameters, member)
            best, total, last = max(best, chance), total + chance, seat
        seat = np.int64(member.next)
    if last == NONE:
        diary.looks = 0
        drop_due(loop)
        return
    after = next_look(world, trait, diary, time)
    renew_due(loop, after, who, CHECK_DUE, diary.checks)
    others, dearest = other_chats(parameters, trait)
    best = max(best, dearest)
    if parameters.fold_below > 0.0:
        total = sort_list(world, state, loop, time, who, best)
    if uniform(trait.key, streams.ACCEPT, ordinal) >= best * factor_of_looks(parameters, trait, person_of(state, who), time):
        return
    if total + others > best:
        goal = uniform(trait.key, streams.CHOOSE, ordinal) * (total + others)
        if goal > total:  # a chat of others
            return
        last = opened(state, parameters, who, goal)
    visit = key(trait.key, streams.VISIT, ordinal)
    days = (time - member_of(state, last).checked_at) / DAY
    check = visit_channel(world, state, loop, time, last, NONE, visit, YES)
    if check != NONE and channel_of(state, member_of(state, last).channel).kind == GROUP:
        bring_along(world, state, loop, time, last, days, visit, check)
        if offers(parameters, person_of(state, who), member_of(state, last), days, visit):
            pass_offer(world, state, loop, time, last, visit, check)
        if tells(parameters, trait, person_of(state, who), days, visit):
            where, anger = np.int64(member_of(state, last).channel), told_of(person_of(state, who))
            other = np.int64(tie_of(world, trait.first_tie + listener_of(trait, visit)).person)
            emit(world, state, loop, time, check, TROUBLE_TOLD, where, who, other, anger, 0.0)


@merged
def pull_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, ordinal: Whole, number: Whole, where: Whole) -> None:
    """Somebody was pulled to the channel: by a packet, by a private word, by having just joined."""
    seat = seat_in(state, who, where)
    if seat == NONE or not is_present(member_of(state, seat)) or channel_of(state, where).closed:
        return
    root = root_of(traits_of(world, who), who, seat, where)
    if number != NONE:
        visit = key(key(root, streams.PULL, message_of(state, number).time), streams.VISIT, 0)
        cause = message_of(state, number).row
    else:
        visit = key(key(root, streams.PULL, time), streams.VISIT, 1)
        cause = ordinal
    visit_channel(world, state, loop, time, seat, cause, visit, YES)


@within
def propose(
    parameters: Row,
    world: Row,
    state: Row,
    root: np.uint64,
    channel: Row,
    where: Whole,
    draw: Whole,
    time: Whole,
    session: float,
) -> Whole:
    """The membership of a channel that a draw picks, in proportion to sociability, those in session first.

    session: weight that sessions add to the channel now.
    """
    low, high = channel.roster, channel.roster + channel.enlisted - 1
    goal = uniform(root, streams.PROPOSE, draw) * (roster_of(state, high).cumulative + session)
    if session > 0.0:
        if goal < session:
            seat, _ = in_session(parameters, world, state, where, np.int64(channel.ordinal), time, goal)
            if seat != NONE:
                return seat
        goal = max(goal - session, 0.0)
    while low < high:
        middle = (low + high) >> 1
        if roster_of(state, middle).cumulative < goal:
            low = middle + 1
        else:
            high = middle
    return roster_of(state, low).seat


@merged
def reply_due(world: Row, state: Row, loop: Loop, time: Whole, speaker: Any, number: Whole, child: Whole) -> None:
    """Something follows a message: its author goes on, or members are proposed one after the other until one consents."""
    message = message_of(state, number)
    where, row, author = np.int64(message.channel), message.row, np.int64(message.author)
    channel = channel_of(state, where)
    if message.removed or channel.closed or channel.members <= 0:
        return
    if speaker != NONE:
        seat = seat_in(state, speaker, where)
        if seat != NONE and is_present(member_of(state, seat)):
            emit(world, state, loop, time, row, MESSAGE_POSTED, where, speaker, number, 0.0, 0.0)
        return
    parameters = parameters_of(world)
    root = message_key(world, state, message)
    session = 0.0
    if parameters.session_gain > 0.0:
        _, session = in_session(parameters, world, state, where, np.int64(channel.ordinal), time, -1.0)
    tries = 0
    for draw in range(child * DRAWS, child * DRAWS + DRAWS):
        seat = propose(parameters, world, state, root, channel, where, draw, time, session)
        member = member_of(state, seat)
        who = np.int64(member.person)
        if who == author or not is_present(member):
            continue
        speaks_as = author
        if message.stimulus != NONE and is_taken_in(person_of(state, who), stimulus_of(state, message.stimulus)):
            speaks_as = who
        ready = consent(parameters, member, speaks_as, time)
        ready *= readiness_to_help(parameters, person_of(state, who), message, time) * openness(traits_of(world, who))
        if message.stimulus != NONE:
            ready *= liking_of(parameters, world, traits_of(world, who), stimulus_of(state, message.stimulus).topic)
        if uniform(root, streams.CONSENT, draw) < ready:
            visit = key(key(root, streams.SPEAK, child), streams.VISIT, 0)
            if visit_channel(world, state, loop, time, seat, row, visit, NO) != NONE:
                tone = tone_of(person_of(state, who))
                emit(world, state, loop, time, row, MESSAGE_POSTED, where, who, number, tone, 0.0)
            return
        tries += 1
        if tries >= PROPOSALS:
            return


@merged
def spree_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, row: Whole, where: Whole) -> None:
    """Somebody who has just begun to talk begins again with something else; `row`: where they began."""
    seat = seat_in(state, who, where)
    if seat != NONE and is_present(member_of(state, seat)) and not channel_of(state, where).closed:
        emit(world, state, loop, time, row, MESSAGE_POSTED, where, who, NONE, tone_of(person_of(state, who)), 0.0)


@merged
def need_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, ordinal: Whole) -> None:
    """An occasion to buy: this brand, another one, or nothing."""
    trait, diary = traits_of(world, who), diary_of(loop, who)
    after = next_need(world, trait, diary, time)
    renew_due(loop, after, who, NEED_DUE, diary.needs)
    if uniform(trait.key, streams.CHOICE, ordinal) < wants_to_buy(world, state, time, who):
        place_order(world, state, loop, time, who, NONE)


@merged
def invite_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole, row: Whole, left: Row, where: Whole) -> None:
    """An invitation has been read: it is accepted or not, from what the channel to be left, or the strongest one, is worth."""
    trait, channel = traits_of(world, who), channel_of(state, where)
    seat = seat_in(state, who, where)
    inside = seat != NONE and is_present(member_of(state, seat))
    if inside or channel.closed or channel.closing_at != NEVER or channel.founded_at == NEVER:
        return
    if channel.members >= channel.capacity:
        emit(world, state, loop, time, row, INVITATION_DECLINED, where, who, NONE, FULL, 0.0)
        return
    if refuses(trait, channel):
        emit(world, state, loop, time, row, INVITATION_DECLINED, where, who, NONE, SCREENED_OUT, 0.0)
        return
    old = seat_in(state, who, left) if left != NONE else strongest_group(state, who)
    leaves_it = left != NONE and old != NONE and is_present(member_of(state, old))
    if old == NONE:
        old = last_left(state, who)
    if old == NONE:
        old = who
    if not accepts(parameters_of(world), member_of(state, old), time, key(trait.key, streams.CHANNEL, where)):
        emit(world, state, loop, time, row, INVITATION_DECLINED, where, who, NONE, SCREENED_OUT, 0.0)
        return
    cause, source = row, INVITED
    if leaves_it:
        cause, source = emit(world, state, loop, time, row, MEMBER_LEFT, left, who, where, 1.0, 0.0), MOVED
    emit(world, state, loop, time, cause, MEMBER_JOINED, where, who, NONE, float(trait.type), float(source))


@merged
def arrival_due(world: Row, state: Row, loop: Loop, time: Whole, who: Whole) -> None:
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
        declined = emit(world, state, loop, time, NONE, ENTRY_DECLINED, where, who, NONE, verdict, 0.0)
        feed = feed_of(world, state) if verdict == UNWANTED else NONE
        if feed != NONE:
            emit(
                world, state, loop, time, declined, MEMBER_JOINED, feed, who, NONE, float(trait.type), float(trait.source)
            )  # fmt: skip
