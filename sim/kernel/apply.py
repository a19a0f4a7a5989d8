"""(state, event) -> state: dispatches an event to the sub-models that it changes. Live runs and replay share it.

Reading never changes the state; decays are applied at the owner's own events only, so that a fold over the log gives
the live state bit for bit.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from sim.compiled import compiled, rows_of, within
from sim.events.kinds import (
    ADVERT_POSTED,
    BOND_GROWN,
    BRAND_SHOWN,
    CHANNEL_OPENED,
    CLOSING_ANNOUNCED,
    COMPLAINT_POSTED,
    COST_PAID,
    COUPON_GIVEN,
    COUPON_GRANTED,
    COUPON_LAPSED,
    COUPON_REDEEMED,
    DAY,
    ENTRY_DECLINED,
    ENTRY_RULE_SET,
    GRIEVANCE_FELT,
    GROUP_CHECKED,
    GROUP_CLOSED,
    GROUP_FOLDED,
    GROUP_FOUNDED,
    GROUP_MUTED,
    GROUP_UNMUTED,
    HONOUR_GIVEN,
    HOUR,
    INCIDENT_OPENED,
    INCIDENT_SETTLED,
    LISTING_SET,
    MEMBER_ANSWERED,
    MEMBER_ASKED,
    MEMBER_CARED_FOR,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MEMBER_PRESSED,
    MEMBER_REMOVED,
    MEMBER_SOOTHED,
    MEMBER_WELCOMED,
    MESSAGE_POSTED,
    MESSAGE_REMOVED,
    NONE,
    OFFER_PASSED,
    ORDER_PLACED,
    OUTSIDE_HAPPENED,
    PLAN_ANNOUNCED,
    POSING_SEEN,
    PRICE_SET,
    QUESTION_ASKED,
    REFUND_PAID,
    REQUEST_MET,
    ROLE_TAKEN,
    RULES_POSTED,
    STAKE_PAID,
    STIMULUS_ANSWERED,
    STIMULUS_DEFINED,
    STIMULUS_POSTED,
    TASK_DONE,
    TIER_SET,
    TROUBLE_TOLD,
)
from sim.kernel.decay import decay_member, decay_person
from sim.kernel.forms import NO, YES
from sim.kernel.rows import (
    channel_of,
    incident_of,
    ledger_of,
    member_of,
    message_of,
    parameters_of,
    person_of,
    seat_in,
    state_of,
    stimulus_of,
    traits_of,
    wallet_of,
    world_of,
)
from sim.kernel.submodels.anger import enrage, soothe, vented
from sim.kernel.submodels.bond import grow_bond
from sim.kernel.submodels.buying import buy, excused, recall_brand, show_orders
from sim.kernel.submodels.contact import count_favour, is_favour, oblige, press
from sim.kernel.submodels.debut import close_debut, make_debut
from sim.kernel.submodels.esteem import bring_esteem
from sim.kernel.submodels.expectation import coach
from sim.kernel.submodels.habits import learn_asking, learn_claiming, learn_helping
from sim.kernel.submodels.honour import honoured
from sim.kernel.submodels.incidents import open_incident, respond
from sim.kernel.submodels.joining import MOVED, carry_over, enter
from sim.kernel.submodels.leaving import leave, mute, unmute
from sim.kernel.submodels.mood import ILL_TEMPER, move_mood, write_off
from sim.kernel.submodels.needs import DISCOUNTED, forget_deal, learn_deal, use_need
from sim.kernel.submodels.norms import breach_norm, mend_norm
from sim.kernel.submodels.posing import find_out
from sim.kernel.submodels.reading import check_channel
from sim.kernel.submodels.rewards import take_part
from sim.kernel.submodels.roles import take_role
from sim.kernel.submodels.roster import last_left, root_of, take_seat
from sim.kernel.submodels.screen import add_message, tell_acquaintances
from sim.kernel.submodels.sellers import hear_seller
from sim.kernel.submodels.sidetalk import hear_of_it
from sim.kernel.submodels.voices import raise_voice
from sim.kernel.submodels.wallet import hand_over, learn_size, put_in, take_out
from sim.kernel.submodels.warmth import (
    COACHING,
    NEXT,
    PRAISE,
    SERVICES,
    care_gain,
    reply_warms,
    staff_answer_warms,
    warm,
    welcome_warms,
)
from sim.streams import mix
from sim.vocabulary.tables import GROUP, NEVER, STIMULUS, Row, Whole

_HALF_WORD: Final = np.uint64(32)
_ATTRIBUTES: Final = len(STIMULUS.fields)
_attribute = rows_of(np.dtype([("value", "<f8")]))


@within
def decay_at(world: Row, state: Row, who: Whole, seat: Whole, time: Whole) -> None:
    """Applies the decays of a person and, where there is one, of a membership."""
    parameters = parameters_of(world)
    decay_person(parameters, person_of(state, who), time)
    if seat != NONE:
        decay_member(parameters, member_of(state, seat), time)


@within
def end_debut(world: Row, state: Row, who: Whole, seat: Whole, answered: Whole) -> None:
    """What has become of the first message of a member."""
    trait, member = traits_of(world, who), member_of(state, seat)
    root = root_of(trait, who, seat, np.int64(member.channel))
    close_debut(parameters_of(world), trait, member, root, answered)


@within
def write(
    world: Row, state: Row, row: Whole, time: Whole, kind: Whole, channel: Whole, who: Whole, target: Whole, sentiment: float
) -> Whole:
    """A member's message of any kind; gives its number."""
    seat = seat_in(state, who, channel)
    decay_at(world, state, who, seat, time)
    parameters, person = parameters_of(world), person_of(state, who)
    number = add_message(state, row, time, kind, who, channel, sentiment)
    message = message_of(state, number)
    if seat != NONE:
        member_of(state, seat).posts += 1
        if kind != ADVERT_POSTED:
            make_debut(member_of(state, seat))
    write_off(person)
    if seat != NONE and kind != ADVERT_POSTED:
        raise_voice(parameters, member_of(state, seat), channel_of(state, channel), time)
    if kind == ADVERT_POSTED:
        breach_norm(parameters, channel_of(state, channel), time)
        return number
    adds = False
    if kind == MESSAGE_POSTED:
        if target != NONE:
            parent = message_of(state, target)
            adds = parent.author == who
            if sentiment < ILL_TEMPER:
                message.incident = parent.incident
            elif not adds and parent.author >= 0:
                author = np.int64(parent.author)
                answered = seat_in(state, author, np.int64(parent.channel))
                decay_at(world, state, author, answered, time)
                if answered != NONE:
                    reply_warms(parameters, member_of(state, answered), parent, target)
                    end_debut(world, state, author, answered, YES)
                    forget_deal(parameters, person_of(state, author))
                    if parent.kind == QUESTION_ASKED:
                        learn_helping(parameters, person_of(state, author))
    else:
        message.incident = target
    if not adds and seat != NONE:
        member_of(state, seat).waiting = number
    if kind == COMPLAINT_POSTED:
        vented(parameters, person)
    tell_acquaintances(world, state, who, channel)
    return number


@within
def post_stimulus(
    world: Row, state: Row, row: Whole, time: Whole, where: Whole, stimulus_number: Whole, reward: float, takers: float
) -> Whole:
    """An operator's message; gives its number."""
    parameters, channel, stimulus = parameters_of(world), channel_of(state, where), stimulus_of(state, stimulus_number)
    number = add_message(state, row, time, STIMULUS_POSTED, NONE, where, 0.0)
    message = message_of(state, number)
    message.stimulus = stimulus_number
    if stimulus.herd > 0.0:
        show_orders(parameters, channel, time, reward)
    else:
        message.reward = reward
    message.takers = int(takers) if takers > 0.0 else -1
    message.deadline = time + stimulus.deadline_hours * HOUR
    if stimulus.ask > 0.0:
        message.ask_before = channel.ask
        channel.ask = number
    return number


@within
def staff_answers(
    world: Row, state: Row, row: Whole, time: Whole, channel: Whole, target: Whole, friendliness: float, harshness: float
) -> Whole:
    """Staff answer a message, or quarrel with its author in front of everybody; gives the number of the answer."""
    number = add_message(state, row, time, MEMBER_ANSWERED, NONE, channel, 0.0 - harshness)
    message = message_of(state, target)
    if harshness > 0.0:
        message_of(state, number).incident = message.incident
    if message.author >= 0:
        who = np.int64(message.author)
        seat = seat_in(state, who, np.int64(message.channel))
        decay_at(world, state, who, seat, time)
        if seat != NONE:
            staff_answer_warms(
                parameters_of(world), person_of(state, who), member_of(state, seat), message, target, time, friendliness
            )
            end_debut(world, state, who, seat, YES)
        learn_asking(parameters_of(world), person_of(state, who))
        if harshness > 0.0:
            hurt = parameters_of(world).harsh_anger * harshness
            enrage(parameters_of(world), person_of(state, who), time, hurt, np.int64(message.incident), YES)
    respond(state, np.int64(message.incident), time)
    return number


@within
def announce_plan(state: Row, row: Whole, time: Whole, channel: Whole, incident: Whole, justice: float) -> Whole:
    """Staff tell everybody a plan; gives the number of the message."""
    number = add_message(state, row, time, PLAN_ANNOUNCED, NONE, channel, 0.0)
    message = message_of(state, number)
    message.incident = incident
    message.reward = justice
    respond(state, incident, time)
    return number


@within
def remove_message(world: Row, state: Row, time: Whole, number: Whole, spared: float) -> None:
    """A message is taken away in public view: the norm is mended, the author is not pleased, less so where it is done gently."""
    parameters, message = parameters_of(world), message_of(state, number)
    if message.removed:
        return
    message.removed = 1
    if message.kind == ADVERT_POSTED:
        mend_norm(parameters, channel_of(state, message.channel), message, time)
    if message.author >= 0:
        who = np.int64(message.author)
        decay_at(world, state, who, seat_in(state, who, np.int64(message.channel)), time)
        enrage(parameters, person_of(state, who), time, parameters.removal_anger * (1.0 - spared), NONE, YES)


@within
def privately(
    world: Row, state: Row, time: Whole, kind: Whole, channel: Whole, by: Whole, who: Whole, x: float, y: float
) -> None:
    """Staff turn to one person: welcome, care, a soothing word, pressure, a request."""
    seat = seat_in(state, who, channel)
    decay_at(world, state, who, seat, time)
    parameters, person = parameters_of(world), person_of(state, who)
    if kind == MEMBER_WELCOMED:
        if seat != NONE:
            welcome_warms(parameters, member_of(state, seat), time, x, y)
            if x == NEXT:
                member_of(state, seat).told = 1
        if x >= SERVICES:
            recall_brand(person, parameters.told_recall, NONE)
    elif kind == MEMBER_CARED_FOR:
        if seat != NONE:
            warm(member_of(state, seat), care_gain(parameters, y))
        if y == PRAISE:
            move_mood(parameters, person, 1.0)
        elif y == COACHING:
            coach(parameters, person)
        if x > 0.0:
            learn_claiming(parameters, person)
        ledger_of(state).benefits += x
    elif kind == MEMBER_PRESSED:
        press(parameters, person, member_of(state, max(seat, 0)), seat != NONE, time, x)
        if x > 0.0:
            hear_seller(parameters, person, by)
    elif kind == MEMBER_ASKED:
        if is_favour(x):
            count_favour(parameters, person, member_of(state, max(seat, 0)), seat != NONE)
    else:
        respond(state, np.int64(person.incident), time)
        soothe(person, x)


@within
def move_coupon(
    world: Row, state: Row, row: Whole, time: Whole, kind: Whole, who: Whole, target: Whole, x: float, y: float
) -> None:
    """A coupon comes, is used, changes hands or lapses."""
    person, wallet = person_of(state, who), wallet_of(state, who)
    if kind == COUPON_GRANTED:
        put_in(person, wallet, np.int64(x), target, time + np.int64(y * HOUR), row)
    elif kind == COUPON_REDEEMED:
        take_out(person, wallet, target)
        learn_size(parameters_of(world), person, ledger_of(state), x, y)
    elif kind == COUPON_GIVEN:
        hand_over(state, person, person_of(state, target), who, np.int64(x), target, np.int64(y), row)
        learn_helping(parameters_of(world), person_of(state, target))
    else:
        take_out(person, wallet, target)


@within
def stand_out(
    world: Row, state: Row, time: Whole, kind: Whole, group: Whole, actor: Whole, target: Whole, x: float, y: float
) -> None:
    """Somebody takes a role, is honoured, becomes attached, shows or offers something, or sees who it is that writes."""
    parameters = parameters_of(world)
    if kind == BRAND_SHOWN:
        message_of(state, target).reward = x
        return
    if kind == TIER_SET and parameters.tier_bond <= 0.0:
        return
    who = actor if kind == ROLE_TAKEN or kind == POSING_SEEN else target
    decay_at(world, state, who, seat_in(state, who, group), time)
    person = person_of(state, who)
    if kind == ROLE_TAKEN:
        take_role(person, x, y)
    elif kind == OFFER_PASSED:
        recall_brand(person, x, NONE)
    elif kind == HONOUR_GIVEN:
        honoured(parameters, traits_of(world, who), person, y)
    elif kind == BOND_GROWN:
        grow_bond(person, x)
    elif kind == TIER_SET:
        grow_bond(person, parameters.tier_bond)
    else:
        find_out(parameters, person, time)


@within
def announce_closing(state: Row, row: Whole, time: Whole, where: Whole, days: float) -> Whole:
    """Staff tell the members that the group will be closed; gives the number of the message."""
    channel_of(state, where).closing_at = time + days * DAY
    return add_message(state, row, time, CLOSING_ANNOUNCED, NONE, where, 0.0)


@within
def join(world: Row, state: Row, time: Whole, who: Whole, where: Whole, source: float) -> None:
    """A person becomes a member of a channel: in their first membership, or in a new one."""
    parameters, channel, person = parameters_of(world), channel_of(state, where), person_of(state, who)
    seat = take_seat(parameters, world, state, who, where)
    if seat == NONE:
        return
    decay_person(parameters, person, time)
    member = member_of(state, seat)
    enter(parameters, member, channel, time, root_of(traits_of(world, who), who, seat, where))
    if channel.kind == GROUP:
        bring_esteem(parameters, person, member)
    if source == MOVED:
        left = last_left(state, who)
        if left != NONE:
            carry_over(parameters, member, member_of(state, left))


@within
def open_channel(state: Row, time: Whole, where: Whole, kind: Whole, planned: float, capacity: Whole) -> None:
    """A channel opens: one of those planned, or a new one."""
    channel = channel_of(state, where)
    if where >= state.channels:
        state.channels = where + 1
        channel.ask = NONE
        channel.roster = state.rosters
        channel.capacity = int(planned)
        channel.closing_at = NEVER
    if capacity != NONE:
        channel.capacity = capacity
    channel.kind = kind
    channel.founded_at = time
    channel.planned = planned


@within
def chain(
    state: Row, time: Whole, cause: Whole, kind: Whole, group: Whole, actor: Whole, target: Whole, x: float, y: float
) -> None:
    """Hashes the event into the state, so that no event can be dropped, added or altered without a trace."""
    link = mix(state.chain + np.uint64(time)) ^ np.uint64(cause + 1)
    link = mix(link + (np.uint64(actor + 1) << _HALF_WORD)) ^ np.uint64(target + 1)
    link = mix(link + (np.uint64(kind) << _HALF_WORD)) ^ np.uint64(group + 1)
    if x != 0.0 or y != 0.0:
        link = mix(mix(link ^ np.float64(x).view(np.uint64)) ^ np.float64(y).view(np.uint64))
    state.chain = mix(link)


@within
def apply(
    world: Row,
    state: Row,
    row: Whole,
    time: Whole,
    cause: Whole,
    kind: Whole,
    group: Whole,
    actor: Whole,
    target: Whole,
    x: float,
    y: float,
) -> Whole:
    """Folds one event into the state; gives the number of the message it put on the screen, or NONE."""
    state.events += 1
    chain(state, time, cause, kind, group, actor, target, x, y)
    if kind == GROUP_CHECKED:
        seat = seat_in(state, actor, group)
        if seat != NONE:
            check_channel(world, state, seat, time)
    elif kind == MESSAGE_POSTED or kind == QUESTION_ASKED or kind == COMPLAINT_POSTED or kind == ADVERT_POSTED:
        return write(world, state, row, time, kind, group, actor, target, x)
    elif kind == STIMULUS_POSTED:
        return post_stimulus(world, state, row, time, group, target, x, y)
    elif kind == MEMBER_ANSWERED:
        return staff_answers(world, state, row, time, group, target, x, y)
    elif kind == PLAN_ANNOUNCED:
        return announce_plan(state, row, time, group, target, x)
    elif kind == CLOSING_ANNOUNCED:
        return announce_closing(state, row, time, group, x)
    elif kind == STIMULUS_ANSWERED:
        seat = seat_in(state, actor, group)
        decay_at(world, state, actor, seat, time)
        message = message_of(state, target)
        if seat != NONE:
            take_part(
                parameters_of(world), ledger_of(state), traits_of(world, actor), person_of(state, actor),
                member_of(state, seat), message, stimulus_of(state, message.stimulus), time, x,
            )  # fmt: skip
    elif kind == ORDER_PLACED:
        decay_at(world, state, actor, seat_in(state, actor, group), time)
        parameters, person, trait = parameters_of(world), person_of(state, actor), traits_of(world, actor)
        learn_deal(parameters, person, x < DISCOUNTED * ledger_of(state).price)
        use_need(parameters, world, trait, person, time)
        buy(parameters, ledger_of(state), person, x, y, excused(person, time))
    elif kind == MESSAGE_REMOVED:
        remove_message(world, state, time, target, x)
    elif kind == MEMBER_JOINED:
        join(world, state, time, actor, group, y)
    elif kind == MEMBER_LEFT or kind == MEMBER_REMOVED:
        seat = seat_in(state, actor if kind == MEMBER_LEFT else target, group)
        if seat != NONE:
            leave(world, state, seat, time, YES if kind == MEMBER_LEFT and x == 0.0 else NO)
    elif kind == GROUP_MUTED or kind == GROUP_UNMUTED:
        seat = seat_in(state, actor, group)
        if seat != NONE and kind == GROUP_MUTED:
            mute(member_of(state, seat), channel_of(state, group))
        elif seat != NONE:
            unmute(member_of(state, seat), channel_of(state, group))
    elif kind == ENTRY_DECLINED:
        seat = seat_in(state, actor, group)
        if seat != NONE:
            member_of(state, seat).screened_out = 1
    elif (
        kind == MEMBER_WELCOMED
        or kind == MEMBER_CARED_FOR
        or kind == MEMBER_SOOTHED
        or kind == MEMBER_PRESSED
        or kind == MEMBER_ASKED
    ):
        privately(world, state, time, kind, group, actor, target, x, y)
    elif kind == REQUEST_MET:
        seat = seat_in(state, actor, group)
        decay_at(world, state, actor, seat, time)
        if seat != NONE and is_favour(x):
            oblige(parameters_of(world), member_of(state, seat))
    elif kind == GRIEVANCE_FELT:
        decay_at(world, state, actor, seat_in(state, actor, group), time)
        enrage(parameters_of(world), person_of(state, actor), time, x, target, YES)
        incident_of(state, target).aggrieved += 1
    elif kind == INCIDENT_OPENED:
        open_incident(state, time, group, target, x)
    elif kind == INCIDENT_SETTLED:
        incident_of(state, target).closed_at = time
    elif kind == STIMULUS_DEFINED:
        _attribute(state, state.stimuli_at, actor * _ATTRIBUTES + target).value = x
    elif kind == ENTRY_RULE_SET:
        channel_of(state, group).least_tag = x
    elif kind == PRICE_SET:
        ledger_of(state).price = x
    elif kind == TASK_DONE:
        ledger_of(state).hours += x
        ledger_of(state).wages += y
    elif kind == COST_PAID:
        ledger_of(state).benefits += x
    elif kind == OUTSIDE_HAPPENED:
        ledger_of(state).odds = x
        ledger_of(state).talk = y
    elif kind == REFUND_PAID:
        if parameters_of(world).claim_habit > 0.0:
            decay_at(world, state, actor, seat_in(state, actor, group), time)
            learn_claiming(parameters_of(world), person_of(state, actor))
        ledger_of(state).refunds += x
    elif kind == LISTING_SET:
        channel_of(state, group).listing = x
    elif kind == STAKE_PAID:
        ledger_of(state).revenue += x
        ledger_of(state).margin += x
    elif kind == RULES_POSTED:
        channel_of(state, group).rules = 1
    elif kind == GROUP_FOUNDED:
        open_channel(state, time, group, GROUP, x, target)
    elif kind == CHANNEL_OPENED:
        open_channel(state, time, group, np.int64(x), np.float64(target), target)
        channel_of(state, group).reach = y
    elif kind == GROUP_CLOSED:
        channel_of(state, group).closed = 1
    elif kind == GROUP_FOLDED:
        seat = seat_in(state, actor, group)
        if seat != NONE:
            member_of(state, seat).folded = int(x)
    elif kind == TROUBLE_TOLD:
        decay_at(world, state, target, seat_in(state, target, group), time)
        incident = np.int64(person_of(state, actor).incident)
        hear_of_it(parameters_of(world), traits_of(world, target), person_of(state, target), time, x, incident)
    elif COUPON_GRANTED <= kind <= COUPON_LAPSED:
        move_coupon(world, state, row, time, kind, actor, target, x, y)
    elif ROLE_TAKEN <= kind <= POSING_SEEN or kind == TIER_SET:
        stand_out(world, state, time, kind, group, actor, target, x, y)
    return NONE


@compiled
def fold(world_buffer: np.ndarray, state_buffer: np.ndarray, events: Any, first: Whole) -> None:
    """Applies a stretch of the log to the state; row `i` of it has sequence number first + i."""
    world, state = world_of(world_buffer), state_of(state_buffer)
    for i in range(events.shape[0]):
        event = events[i]
        # Whole numbers of the size of the live run's, so that what it has compiled serves here as well.
        kind, group = np.int64(event["kind"]), np.int64(event["group"])
        actor, target = np.int64(event["actor"]), np.int64(event["target"])
        apply(world, state, first + i, event["time"], event["cause"], kind, group, actor, target, event["x"], event["y"])
