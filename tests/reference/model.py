"""The member model once more, in plain Python: a heap of what is due, keyed draws in whole numbers, one event at a time.

A `ReferenceProgramme` takes the place of `sim.engine.programme.Programme`: operators, strategies and incidents run
unchanged on top of it, and both write full logs that can be compared row by row.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np

from sim.engine.context import Context
from sim.engine.door import Door
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.kinds import DAY, EVENT_DTYPE, HOUR, MINUTE, NONE, SLIPPED_IN
from sim.events.log import LogWriter
from sim.scenario import Scenario
from sim.vocabulary.tables import Stimulus
from tests.reference.draws import child_key, draw
from tests.reference.rules import (
    ABSENT,
    ADVERT,
    ANSWER,
    ATTENTIVE,
    BY_STAFF,
    CLOSING,
    COMPLAINT,
    FEED,
    GROUP,
    MUTED,
    PLAN,
    PRIVATE,
    QUESTION,
    STIMULUS,
    TALK,
    UNANSWERED,
    Group,
    Incident,
    Member,
    Message,
    Rules,
)
from tests.reference.world import build_world, hours_of_the_day

#: What stands wherever nobody may look.
WRONG = -987_654_321
NO_ONE = int(NONE)

#: How members' messages are called in the log.
KIND = {
    TALK: kinds.MESSAGE_POSTED,
    QUESTION: kinds.QUESTION_ASKED,
    COMPLAINT: kinds.COMPLAINT_POSTED,
    ADVERT: kinds.ADVERT_POSTED,
    STIMULUS: kinds.STIMULUS_POSTED,
    ANSWER: kinds.MEMBER_ANSWERED,
    PLAN: kinds.PLAN_ANNOUNCED,
    CLOSING: kinds.CLOSING_ANNOUNCED,
}
NAME = {int(code): name for name, code in KIND.items()}
NOTICED = {
    int(code)
    for code in (
        kinds.MEMBER_JOINED,
        kinds.ENTRY_DECLINED,
        kinds.MESSAGE_POSTED,
        kinds.QUESTION_ASKED,
        kinds.COMPLAINT_POSTED,
        kinds.ADVERT_POSTED,
        kinds.ORDER_PLACED,
        kinds.COUPON_GRANTED,
        kinds.COUPON_REDEEMED,
        kinds.COUPON_GIVEN,
        kinds.COUPON_LAPSED,
        kinds.REQUEST_MET,
    )
}
DRAWS, PROPOSALS, TURNS = 64, 8, 16


def delay_minutes(u: float, median: float, spread: float) -> float:
    """A log-logistic delay; `spread` is the standard deviation of its logarithm."""
    return median * math.exp(spread * (math.sqrt(3.0) / math.pi) * math.log(u / (1.0 - u)))


class Diary:
    """How far a person's streams of habitual checks and of occasions to buy have come."""

    def __init__(self) -> None:
        self.tau = self.need = 0.0
        self.checks = self.needs = 0
        self.looks = False


class ReferenceContext(Context):
    """The view of a plug-in, read from objects."""

    def _member(self, person: int) -> Member:
        return self._programme.rules.persons[person]

    @property
    def groups(self) -> list[int]:
        return [group.number for group in self._programme.rules.groups if group.kind is GROUP and self.is_running(group.number)]

    def members(self, group: int) -> list[int]:
        place = self._programme.rules.groups[group]
        return [] if place.closed else sorted(person.number for person in place.persons if person.present)

    def is_member(self, person: int, group: int | None = None) -> bool:
        inside = [one.group for one in self._member(person).memberships if one.present and not one.group.closed]
        return any(one.kind is GROUP if group is None else one.number == group for one in inside)

    def post_moment(self, feed, stimulus, *, least_tag=0.0, staff=0, cause=NO_ONE) -> int:
        if self._programme.rules.groups[feed].least_tag != least_tag:
            self._act(kinds.ENTRY_RULE_SET, feed, staff, x=least_tag, cause=cause)
        return self.post(feed, stimulus, staff=staff, cause=cause)

    def _new_channel(self, act: str) -> int:
        return len(self._programme.rules.groups)

    def _first_of(self, kind: int) -> int:
        wanted = PRIVATE if kind == 1 else FEED
        open_now = [one.number for one in self._programme.rules.groups if one.kind is wanted and self.is_running(one.number)]
        return open_now[0] if open_now else self._open(kind, len(self._programme.rules.persons))

    @property
    def door(self) -> ReferenceDoor:
        return ReferenceDoor(self._programme, self)

    def _next_referred(self, group: int) -> int:
        place = self._programme.rules.groups[group]
        left = place.reservoir[place.referred :]
        return left[0].number if left and left[0].mode is ABSENT else NO_ONE

    def is_group(self, channel: int) -> bool:
        return self._programme.rules.groups[channel].kind is GROUP

    def is_closing(self, group: int) -> bool:
        return self._programme.rules.groups[group].closing_at is not None

    def least_tag(self, group: int) -> float:
        return self._programme.rules.groups[group].least_tag

    def took_part_since(self, group: int, day: float) -> list[int]:
        there = [one for one in self._programme.rules.groups[group].persons if one.present]
        return sorted(one.number for one in there if one.rewarded_at >= round(day * DAY) and one.rewarded_at != one.joined_at)

    def _may(self, kind, group=NO_ONE, actor=NO_ONE, target=NO_ONE) -> bool:
        groups = self._programme.rules.groups
        return not (0 <= group < len(groups) and groups[group].closed)

    def asks_for_it(self, person: int, yuan: float, offer, known: int, lot: float) -> bool:
        member = self._member(person)
        reasons = member.price_weight * yuan / self.price + offer.per_anger * member.anger + offer.per_loss * member.loss
        return math.log(lot / (1.0 - lot)) < reasons + offer.per_tie * known - offer.hurdle

    def is_friend(self, person: int) -> bool:
        lines = [one.number for one in self._programme.rules.groups if one.kind not in (GROUP, FEED)]
        return any(self.is_member(person, line) for line in lines)

    def orders_of(self, person: int) -> int:
        return self._member(person).orders

    def slipped_in(self, group: int) -> list[int]:
        persons = self._programme.rules.persons
        return [one.number for one in persons if one.group.number == group and one.source == SLIPPED_IN and one.mode is ABSENT]

    def is_running(self, group: int) -> bool:
        place = self._programme.rules.groups[group]
        return place.founded_at is not None and not place.closed

    def has_room(self, group: int) -> bool:
        place = self._programme.rules.groups[group]
        return place.members < place.capacity

    def message_of(self, row: int) -> int:
        found = [message.number for message in self._programme.rules.messages if message.row == row]
        return found[0] if found else NO_ONE

    def places_left(self, post: int) -> int:
        message = self.message_of(post)
        left = math.inf if message == NO_ONE else self._programme.rules.messages[message].takers
        return NO_ONE if left == math.inf else int(left)

    def grant(self, person: int, group: int, coupon: Stimulus, cause: int = NO_ONE) -> int:
        place = self._programme.rules.free_place(self._member(person))
        if place is None:
            return NO_ONE
        number = self._programme.stimulus_number(coupon, self._key)
        return self._act(kinds.COUPON_GRANTED, group, person, number, place, coupon.coupon_hours, cause)

    def is_settled(self, incident: int) -> bool:
        return incident == NO_ONE or self._programme.rules.incidents[incident].closed_at is not None

    def are_acquainted(self, one: int, other: int) -> bool:
        return self._member(other) in self._member(one).acquaintances

    def is_open(self, message: int) -> bool:
        message = self._programme.rules.messages[message]
        return not message.removed and message.answered != BY_STAFF

    def is_answered(self, message: int) -> bool:
        return self._programme.rules.messages[message].answered != UNANSWERED

    def incident_of(self, message: int) -> int:
        incident = self._programme.rules.messages[message].incident
        return NO_ONE if incident is None else incident.number

    def has_rules(self, group: int) -> bool:
        return self._programme.rules.groups[group].rules

    def listing_of(self, group: int) -> float:
        return self._programme.rules.groups[group].listing

    def open_incidents(self) -> list[tuple[int, int]]:
        incidents = self._programme.rules.incidents
        return [(number, one.group.number) for number, one in sorted(incidents.items()) if one.closed_at is None]

    def is_known(self, person: int) -> bool:
        return self._programme.talk_of(person) > 0 or self.orders_of(person) > 0

    def aggrieved(self, incident: int, group: int) -> list[int]:
        persons = map(self._member, self.members(group))
        return [one.number for one in persons if one.incident is not None and one.incident.number == incident]

    def settle(self, incident: int, group: int, cause: int = NO_ONE) -> int:
        if self.is_settled(incident):
            return NO_ONE
        case = self._programme.rules.incidents[incident]
        responded = self.env.now if case.responded_at is None else case.responded_at
        took = (self.env.now - case.opened_at) / HOUR
        return self._act(kinds.INCIDENT_SETTLED, group, NO_ONE, incident, (responded - case.opened_at) / HOUR, took, cause)

    @property
    def margin(self) -> float:
        return self._programme.rules.margin - self._programme.rules.benefits

    @property
    def coupon_days_left(self) -> float:
        until = [one[0] for person in self._programme.rules.persons for one in person.wallet.values()]
        return (min(until) - self.env.now) / DAY if until else 0.0

    @property
    def price(self) -> float:
        return self._programme.rules.price


class ReferenceDoor(Door):
    """The door, read from objects."""

    def has_come(self, person: int) -> bool:
        return self._programme.rules.persons[person].mode is not ABSENT


class ReferenceProgramme(Programme):
    """A programme whose world was built and whose members live in plain Python. Operators are those of the simulator."""

    build_world = staticmethod(build_world)

    def __init__(self, scenario: Scenario, seed: int, replication: int, number: int, writer: LogWriter) -> None:
        super().__init__(scenario, seed, replication, number, writer)
        self.rules = Rules(self.world, scenario)
        for part in self.tables:  # nobody may read the tables of the compiled model here, except for their sizes
            for name in part.dtype.names if part is not self.tables.head else ():
                part[name] = 0 if part[name].dtype.kind == "u" else WRONG
        self.rows: list[tuple] = []
        self._keys = [int(word) for word in self.world.keys]
        self._diaries = [Diary() for _ in self.rules.persons]
        self._due: list[tuple] = []
        self._serial = 0
        self._rate, self._before = hours_of_the_day()
        for time, person in self.rules.arrivals():
            self._later(time, person.number, 0, self._arrive, person)

    def context(self, kind: str, name: str) -> Context:
        plain = super().context(kind, name)
        return ReferenceContext(self, plain._key, plain._root)

    # The clock
    def _later(self, time: int, person: int, ordinal: int, act: Callable, *details: Any) -> None:
        self._serial += 1
        heapq.heappush(self._due, (time, person, ordinal, self._serial, act, details))

    def _advance(self, until: float) -> None:
        if until == math.inf:
            return
        while self._due and self._due[0][0] <= until:
            time, _, _, _, act, details = heapq.heappop(self._due)
            act(time, *details)

    def persons_of(self, group: int) -> np.ndarray:
        return np.unique([person.number for person in self.rules.groups[group].persons]).astype(np.int64)

    def _flush(self) -> None:
        rows = np.array(self.rows, dtype=EVENT_DTYPE)
        if len(rows):
            self._writer.append(rows, self.number)

    def _tau(self, time: int) -> float:
        day, within = divmod(time, DAY)
        hour, rest = divmod(within, HOUR)
        return day + self._before[hour] + self._rate[hour] * (rest / DAY)

    def _clock(self, tau: float) -> int:
        day = math.floor(tau)
        hour = max(hour for hour in range(24) if self._before[hour] <= tau - day or hour == 0)
        within = (tau - day - self._before[hour]) / self._rate[hour]
        return day * DAY + hour * HOUR + min(int(within * DAY), HOUR - 1)

    def _plan_check(self, member: Member, now: int) -> None:
        diary = self._diaries[member.number]
        diary.checks += 1
        diary.tau -= math.log(draw(self._keys[member.number], "check", diary.checks)) / member.check_rate
        time = max(self._clock(diary.tau) + int(member.shift), now + 1)
        self._later(time, member.number, diary.checks, self._habit, member, diary.checks)

    def _plan_need(self, member: Member, now: int) -> None:
        market, diary = self.scenario.market, self._diaries[member.number]
        rate = market.needs_per_month / 30.0
        if rate <= 0.0:
            return
        diary.needs += 1
        diary.need -= math.log(draw(self._keys[member.number], "need", diary.needs)) / rate
        day = math.floor(diary.need)
        place = (diary.need - day) * len(market.peak_hours)
        hours = sorted(market.peak_hours)[int(place)] + 2.0 * (place - int(place)) - 1.0
        time = max(day * DAY + int(hours * HOUR), now + 1)
        self._later(time, member.number, diary.needs, self._occasion, member, diary.needs)

    # What is written down
    def emit(self, kind, group=NO_ONE, actor=NO_ONE, target=NO_ONE, x=0.0, y=0.0, cause=NO_ONE) -> int:
        return self._write_down(int(self.env.now), cause, kind, group, actor, target, x, y)

    def _write_down(self, time, cause, kind, group, actor=NO_ONE, target=NO_ONE, x=0.0, y=0.0) -> int:
        kind, group, actor, target = int(kind), int(group), int(actor), int(target)
        row = len(self.rows)
        self.rows.append((time, int(cause), float(x), float(y), kind, group, actor, target))
        message = self._happen(row, time, kind, group, actor, target, float(x), float(y))
        listed = kind == kinds.STIMULUS_ANSWERED and self.rules.messages[target].stimulus.roll > 0.0
        if kind in NOTICED or listed:
            counts = self._loop.counts
            if counts["waiting"][0] == len(self._loop.inbox):
                self.read_inbox()
            number = NO_ONE if message is None else message.number
            paid = x if kind in (kinds.ORDER_PLACED, kinds.COUPON_REDEEMED, kinds.REQUEST_MET) else 0.0
            about = target if kind == kinds.STIMULUS_ANSWERED else number
            self._loop.inbox[counts["waiting"][0]] = row, time, kind, group, actor, about, paid
            counts["waiting"] += 1
        self._set_off(row, time, kind, group, actor, target, float(x), float(y), message)
        return row

    def _happen(
        self, row: int, time: int, kind: int, group: int, actor: int, target: int, x: float, y: float
    ) -> Message | None:
        """What the event does at once; gives the message it put on the screen."""
        r = self.rules
        place = r.groups[group] if 0 <= group < len(r.groups) else None
        if kind == kinds.GROUP_CHECKED:
            r.check(r.member(actor, place), time)
        elif kind == kinds.MESSAGE_POSTED:
            return r.write(r.member(actor, place), row, time, TALK, x, r.messages[target] if target >= 0 else None)
        elif kind in (kinds.QUESTION_ASKED, kinds.COMPLAINT_POSTED, kinds.ADVERT_POSTED):
            return r.write(r.member(actor, place), row, time, NAME[kind], x, None, r.incidents.get(target))
        elif kind == kinds.STIMULUS_POSTED:
            return r.post(row, time, place, r.stimuli[target], x, y)
        elif kind == kinds.MEMBER_ANSWERED:
            return r.answer(row, time, r.messages[target], x)
        elif kind == kinds.PLAN_ANNOUNCED:
            return r.announce(row, time, place, r.incidents[target], x)
        elif kind == kinds.STIMULUS_ANSWERED:
            r.take_part(r.member(actor, place), time, r.messages[target], x)
        elif kind == kinds.ORDER_PLACED:
            r.buy(r.member(actor, place), time, x, y)
        elif kind == kinds.MESSAGE_REMOVED:
            r.remove_message(time, r.messages[target], x)
        elif kind == kinds.MEMBER_JOINED:
            r.join(r.persons[actor], time, y, place)
        elif kind == kinds.MEMBER_LEFT:
            r.leave(r.member(actor, place), noticed=x == 0.0, time=time)
        elif kind == kinds.MEMBER_REMOVED:
            r.leave(r.member(target, place), noticed=False, time=time)
        elif kind == kinds.GROUP_MUTED:
            r.mute(r.member(actor, place))
        elif kind == kinds.GROUP_UNMUTED:
            r.unmute(r.member(actor, place))
        elif kind == kinds.ENTRY_DECLINED:
            r.member(actor, place).screened_out = True
        elif kind == kinds.MEMBER_WELCOMED:
            r.welcome(r.member(target, place), time, x, y)
        elif kind == kinds.MEMBER_CARED_FOR:
            r.care_for(r.member(target, place), time, x, y)
        elif kind == kinds.MEMBER_PRESSED:
            r.press(r.member(target, place), time, x)
        elif kind == kinds.MEMBER_ASKED:
            r.ask_favour(r.member(target, place), time, x)
        elif kind == kinds.REQUEST_MET:
            r.oblige(r.member(actor, place), time, x)
        elif kind == kinds.MEMBER_SOOTHED:
            r.soothe(r.member(target, place), time, x)
        elif kind == kinds.GRIEVANCE_FELT:
            r.hurt(r.member(actor, place), time, r.incidents[target], x)
        elif kind == kinds.INCIDENT_OPENED:
            r.incidents[target] = Incident(target, time, x, place)
        elif kind == kinds.INCIDENT_SETTLED:
            r.incidents[target].closed_at = time
        elif kind == kinds.STIMULUS_DEFINED:
            nothing = Stimulus(*[0.0] * len(Stimulus._fields))
            r.stimuli[actor] = r.stimuli.get(actor, nothing)._replace(**{Stimulus._fields[target]: x})
        elif kind == kinds.PRICE_SET:
            r.price = x
        elif kind == kinds.TASK_DONE:
            r.hours, r.wages = r.hours + x, r.wages + y
        elif kind == kinds.COST_PAID:
            r.benefits += x
        elif kind == kinds.OUTSIDE_HAPPENED:
            r.odds, r.talk = x, y
        elif kind == kinds.REFUND_PAID:
            r.refunds += x
        elif kind == kinds.ENTRY_RULE_SET:
            place.least_tag = x
        elif kind == kinds.LISTING_SET:
            place.listing = x
        elif kind == kinds.STAKE_PAID:
            r.revenue, r.margin = r.revenue + x, r.margin + x
        elif kind == kinds.RULES_POSTED:
            place.rules = True
        elif kind == kinds.GROUP_FOUNDED:
            r.found(group, time, GROUP, x, target)
        elif kind == kinds.CHANNEL_OPENED:
            r.found(group, time, PRIVATE if x == 1.0 else FEED, float(target), target)
        elif kind == kinds.CLOSING_ANNOUNCED:
            return r.announce_closing(row, time, place, x)
        elif kind == kinds.GROUP_CLOSED:
            place.closed = True
        elif kind == kinds.COUPON_GRANTED:
            r.grant(r.persons[actor], row, time, r.stimuli[target], int(x), y)
        elif kind == kinds.COUPON_REDEEMED:
            r.redeem(r.persons[actor], target, x, y)
        elif kind == kinds.COUPON_GIVEN:
            r.give(r.persons[actor], r.persons[target], row, int(x), int(y))
        elif kind == kinds.COUPON_LAPSED:
            r.persons[actor].wallet.pop(target, None)
        return None

    # What follows later
    def _set_off(
        self, row: int, time: int, kind: int, group: int, actor: int, target: int, x: float, y: float, message: Message | None
    ) -> None:
        p = self.rules.p
        talk = group >= 0 and self.rules.groups[group].kind is GROUP
        if message is not None and not talk and kind != kinds.STIMULUS_POSTED:
            return
        if kind in (kinds.MESSAGE_POSTED, kinds.QUESTION_ASKED, kinds.COMPLAINT_POSTED):
            opens = kind != kinds.MESSAGE_POSTED or target == NO_ONE
            if opens:
                self._take_a_turn(message)
            elif self.rules.messages[target].author is message.author:
                return
            self._seek_replies(message, p.replies_mean)
        elif kind == kinds.STIMULUS_POSTED:
            if talk:
                self._seek_replies(message, min(p.replies_mean * p.operator_replies * message.stimulus.talk, 0.95))
            if message.stimulus.pull > 0.0:
                self._pull(message)
        elif kind == kinds.MEMBER_ANSWERED:
            self._seek_replies(message, p.replies_mean * p.answer_replies)
        elif kind == kinds.PLAN_ANNOUNCED:
            self._seek_replies(message, p.replies_mean * p.operator_replies)
        elif kind == kinds.MEMBER_JOINED:
            member, diary = self.rules.persons[actor], self._diaries[actor]
            self._later(time + MINUTE, actor, row, self._look, member, self.rules.groups[group], row, None)
            if not diary.looks:
                diary.looks = True
                diary.tau = self._tau(max(time - int(member.shift), 0))
                self._plan_check(member, time)
            self._begin_needs(member, time)
        elif kind == kinds.MEMBER_ASKED:
            delay = self._word(child_key(self._keys[target], "request", int(x)), time)
            self._later(time + delay, target, row, self._requested, self.rules.persons[target], row, group, int(x))
        elif kind == kinds.ENTRY_REQUESTED:
            self._begin_needs(self.rules.persons[actor], time)
        elif kind in (kinds.MEMBER_CARED_FOR, kinds.MEMBER_SOOTHED, kinds.MEMBER_PRESSED):
            self._later(
                time + self._word(self._keys[target], time), target, row, self._look, self.rules.persons[target],
                self.rules.groups[group], row, None,
            )  # fmt: skip
        elif kind == kinds.MEMBER_INVITED:
            delay = self._word(child_key(self._keys[target], "invite", group), time)
            self._later(
                time + delay, target, row, self._invited, self.rules.persons[target], self.rules.groups[group], row, int(x)
            )
        elif kind == kinds.COUPON_GRANTED:
            member = self.rules.persons[actor]
            until = member.wallet[int(x)][0]
            self._later(until, actor, row, self._lapse, member, row, group)
            if self.rules.stimuli[target].coupon_passes:
                lot = draw(child_key(self._keys[actor], "pass_on", 0), "pass_on", time)
                due = time + 1 + int(lot * ((until - time) / HOUR) * HOUR)
                self._later(due, actor, row, self._pass_on, member, row, group)
        elif kind == kinds.COUPON_GIVEN:
            other = self.rules.persons[target]
            self._begin_needs(other, time)
            self._later(other.wallet[int(y)][0], target, row, self._lapse, other, row, group)

    @staticmethod
    def _word(key: int, time: int) -> int:
        """After how long a private word is read."""
        return int(min(delay_minutes(draw(key, "pull", time), 30.0, 1.0), 1440.0) * MINUTE) + 1

    def _begin_needs(self, member: Member, time: int) -> None:
        diary = self._diaries[member.number]
        if not diary.needs:
            diary.need = time / DAY
            self._plan_need(member, time)

    def _root_of(self, message: Message) -> int:
        """The key of what a message sets off."""
        if message.author is not None:
            return child_key(self._keys[message.author.number], "message", message.time)
        group = child_key(self._keys[-1], "message", message.group.number)
        return child_key(group, int(KIND[message.kind]), message.time)

    def _seek_replies(self, message: Message, mean: float) -> None:
        if mean <= 0.0:
            return
        p, root = self.rules.p, self._root_of(message)
        count = int(min(math.log(draw(root, "replies", 0)) / math.log(mean / (1.0 + mean)), 60.0))
        for child in range(count):
            fast = draw(root, "reply_mode", child) < p.fast_share
            delay = delay_minutes(draw(root, "reply_delay", child), p.fast_minutes if fast else p.slow_minutes, p.delay_spread)
            due = message.time + int(min(delay, 10 * 1440.0) * MINUTE) + 1
            ahead = 7 * HOUR - due % DAY
            if ahead > 0 and draw(root, "morning", 2 * child) < p.morning_share:
                due += ahead + int(2.0 * HOUR * draw(root, "morning", 2 * child + 1))
            self._later(due, NO_ONE, message.row * 64 + child, self._reply, message, child)

    def _take_a_turn(self, message: Message) -> None:
        """Who begins to talk adds a few more messages, soon one after the other."""
        p, root = self.rules.p, self._root_of(message)
        if p.turn_share <= 0.0:
            return
        due = message.time
        for part in range(int(min(math.log(draw(root, "turn", 0)) / math.log(p.turn_share), 8.0))):
            due += int(min(delay_minutes(draw(root, "turn", part + 1), p.turn_minutes, 1.0), 30.0) * MINUTE) + 1
            self._later(due, message.author.number, message.row * 64 + part, self._go_on, message)

    def _pull(self, message: Message) -> None:
        p, root = self.rules.p, self._root_of(message)
        surprise = 1.0 + (p.uncertain_gain - 1.0) * (1.0 - message.stimulus.certainty)
        for member in message.group.persons:
            if message.stimulus.session and self.rules.is_busy(member, message.time):
                continue
            chance = p.pull_share * message.stimulus.pull * surprise * (0.3 + 0.7 * (1.0 - member.habit))
            if member.mode is ATTENTIVE and draw(root, "pull", 2 * member.number) < chance:
                delay = delay_minutes(draw(root, "pull", 2 * member.number + 1), 10.0, 1.0)
                time = message.time + int(min(delay, 1440.0) * MINUTE) + 1
                self._later(time, member.number, message.row, self._look, member.home, message.group, message.row, message)

    # What is due
    def _arrive(self, time: int, member: Member) -> None:
        group = member.group
        self._begin_needs(member, time)
        if member.mode is not ABSENT or member.screened_out or group.closed or group.founded_at is None:
            return
        if group.closing_at is not None:
            self._write_down(time, NO_ONE, kinds.ENTRY_DECLINED, group.number, member.number, NO_ONE, 3.0)
        elif group.members >= group.capacity:
            self._write_down(time, NO_ONE, kinds.ENTRY_DECLINED, group.number, member.number, NO_ONE, 2.0)
        elif member.tag < group.least_tag:
            self._write_down(time, NO_ONE, kinds.ENTRY_DECLINED, group.number, member.number, NO_ONE, 1.0)
        else:
            self._write_down(time, NO_ONE, kinds.MEMBER_JOINED, group.number, member.number, NO_ONE, member.type, member.source)

    def _requested(self, time: int, person: Member, row: int, group: int, request: int) -> None:
        """A member answers what staff ask for."""
        rules = self.rules
        member = rules.member(person.number, rules.groups[group])
        if not member.present or rules.groups[group].closed:
            return
        chance = rules.interest(member) * min(rules.p.invite_floor + rules.warmth_at(member, time), 1.0)
        yes = draw(child_key(self._keys[person.number], "request", request), "request", time) < chance
        kind = kinds.REQUEST_MET if yes else kinds.REQUEST_DECLINED
        self._write_down(time, row, kind, group, person.number, NO_ONE, request)

    def _lapse(self, time: int, member: Member, row: int, group: int) -> None:
        for place in [place for place, (_, came, _) in member.wallet.items() if came == row]:
            self._write_down(time, row, kinds.COUPON_LAPSED, group, member.number, place)

    def _pass_on(self, time: int, member: Member, row: int, group: int) -> None:
        """A coupon is given to an acquaintance who comes to mind."""
        held = [place for place, (_, came, _) in member.wallet.items() if came == row]
        if not held or not member.acquaintances:
            return
        key = self._keys[member.number]
        unused = 1.0 - self.rules.chance_to_buy(member, time)
        if draw(child_key(key, "pass_on", 1), "pass_on", time) >= self.rules.p.coupon_passed * unused:
            return
        lot = draw(child_key(key, "pass_on", 2), "pass_on", time)
        other = member.acquaintances[int(lot * len(member.acquaintances))]
        if (there := self.rules.free_place(other)) is not None:
            self._write_down(time, row, kinds.COUPON_GIVEN, group, member.number, other.number, held[0], there)

    def _occasion(self, time: int, member: Member, ordinal: int) -> None:
        self._plan_need(member, time)
        if draw(self._keys[member.number], "choice", ordinal) < self.rules.chance_to_buy(member, time):
            self._order(time, member, NO_ONE)

    def _order(self, time: int, member: Member, cause: int) -> None:
        paid = self.rules.price_for(member, time)
        prompt = NO_ONE if member.prompt is None else member.prompt.number
        place, size = self.rules.coupon_for(member, time), 1.0
        if place is not None:
            _, size, off = self.rules.unit_with(member.wallet[place][2])
            paid = size * self.rules.price - off
        margin = paid - size * self.rules.unit_cost
        row = self._write_down(time, cause, kinds.ORDER_PLACED, member.group.number, member.number, prompt, paid, margin)
        if place is not None:
            self._write_down(time, row, kinds.COUPON_REDEEMED, member.group.number, member.number, place, off, size)

    def _habit(self, time: int, member: Member, ordinal: int) -> None:
        p = self.rules.p
        open_ones = [one for one in member.memberships if one.present and not one.group.closed]
        if not open_ones:
            self._diaries[member.number].looks = False
            return
        self._plan_check(member, time)
        chances = [
            max(self.rules.interest(one), p.check_floor) * (p.muted_checks if one.mode is MUTED else 1.0) for one in open_ones
        ]
        key = self._keys[member.number]
        if draw(key, "accept", ordinal) < max(chances) * self.rules.drift_factor(member, time):
            member = open_ones[-1]
            if len(open_ones) > 1:
                lot = draw(key, "choose", ordinal) * sum(chances)
                member = next((one for one, upto in zip(open_ones, accumulate(chances)) if lot <= upto), open_ones[-1])
            visit, days = child_key(key, "visit", ordinal), (time - member.checked_at) / DAY
            check = self._visit(time, member, NO_ONE, visit, speaks=True)
            if check is not None and member.group.kind is GROUP:
                self._refer(time, member, days, visit, check)

    def _look(self, time: int, person: Member, group: Group, cause: int, message: Message | None) -> None:
        member = self.rules.member(person.number, group)
        if not member.present or group.closed:
            return
        key = self._keys[person.number]
        root = key if member is person else child_key(key, "channel", group.number)
        pulled = child_key(root, "pull", time if message is None else message.time)
        self._visit(time, member, cause, child_key(pulled, "visit", 1 if message is None else 0), speaks=True)

    def _visit(self, time: int, member: Member, cause: int, visit: int, speaks: bool) -> int | None:
        """One look at the group and what comes of it; None if the member leaves."""
        rules, group, number = self.rules, member.group.number, member.number
        unread = member.read_to < len(member.group.messages)
        check = self._write_down(time, cause, kinds.GROUP_CHECKED, group, number)
        if member.leave_clock >= member.leave_threshold:
            self._write_down(time, check, kinds.MEMBER_LEFT, group, number, NO_ONE, 0.0, rules.why(member, time))
            return None
        if member.mode is ATTENTIVE and member.mute_clock >= member.mute_threshold:
            self._write_down(time, check, kinds.GROUP_MUTED, group, number, NO_ONE, rules.why(member, time))
        self._answer_asks(time, member, visit, check)
        tempted = member.offer is not None and draw(visit, "impulse", 0) < rules.p.impulse * member.price_weight
        if tempted and draw(visit, "impulse", 1) < rules.chance_to_buy(member, time):
            self._order(time, member, check)
        if member.group.kind is not GROUP:
            if member.group.kind is FEED and unread:
                self._tell_of_it(time, member, visit)
            return check
        if not speaks:
            return check
        if member.anger >= member.vent_threshold and draw(visit, "vent", 0) < rules.p.vent_chance:
            incident = NO_ONE if member.incident is None else member.incident.number
            self._write_down(time, check, kinds.COMPLAINT_POSTED, group, number, incident, -min(member.anger, 1.0))
            return check
        if member.advert_rate > 0.0 and draw(visit, "advert", 0) < 1.0 - math.exp(-rules.expected_adverts(member, time)):
            self._write_down(time, check, kinds.ADVERT_POSTED, group, number)
        own_hour = self._clock(draw(self._keys[number], "hour_of_day", 0)) + member.shift
        if draw(visit, "post", 0) < 1.0 - math.exp(-rules.expected_posts(member, time, own_hour)):
            if draw(visit, "question", 0) < rules.question_share(member.group):
                self._write_down(time, check, kinds.QUESTION_ASKED, group, number)
            else:
                self._write_down(time, check, kinds.MESSAGE_POSTED, group, number, NO_ONE, rules.tone_of(member))
        return check

    def _tell_of_it(self, time: int, reader: Member, visit: int) -> None:
        """What was just read in a feed may come back into the reader's group."""
        message, here = reader.group.messages[-1], self.rules.strongest(reader.home)
        if here is None or message.removed or message.author is reader.home or reader.tag < message.audience:
            return
        if draw(visit, "carry", 0) < self.rules.p.carry_share * self.rules.interest(here):
            self._write_down(time, message.row, kinds.MESSAGE_POSTED, here.group.number, here.number)

    def _invited(self, time: int, person: Member, group: Group, row: int, leaving: int) -> None:
        """An invitation has been read; it is accepted by what the person has in the channel to be left or likes best."""
        rules, key = self.rules, self._keys[person.number]
        if rules.inside(person, group) or group.closed or group.closing_at is not None or group.founded_at is None:
            return
        if group.members >= group.capacity:
            self._write_down(time, row, kinds.INVITATION_DECLINED, group.number, person.number, NO_ONE, 2.0)
            return
        if leaving >= 0:
            here = [one for one in person.memberships if one.group.number == leaving]
            old = here[-1] if here else None
        else:
            old = rules.strongest(person)
        goes = leaving >= 0 and old is not None and old.present
        old = old or rules.last_left(person) or person
        chance = rules.interest(old) * min(rules.p.invite_floor + rules.warmth_at(old, time), 1.0)
        if draw(child_key(key, "channel", group.number), "invite", time) >= chance:
            self._write_down(time, row, kinds.INVITATION_DECLINED, group.number, person.number, NO_ONE, 1.0)
            return
        if goes:
            row = self._write_down(time, row, kinds.MEMBER_LEFT, leaving, person.number, group.number, 1.0)
        source = 4.0 if goes else 5.0
        self._write_down(time, row, kinds.MEMBER_JOINED, group.number, person.number, NO_ONE, person.type, source)

    def _answer_asks(self, time: int, member: Member, visit: int, check: int) -> None:
        fresh = member.group.asks[member.asked_before : member.asked]
        for turn, message in enumerate(fresh[: -TURNS - 1 : -1]):
            open_now = not message.removed and time <= message.deadline and message.takers > 0
            chance = message.stimulus.ask * max(self.rules.interest(member), self.rules.p.check_floor)
            busy = message.stimulus.session and self.rules.is_busy(member, message.time)
            if open_now and draw(visit, "take", turn) < chance and not busy:
                row = self._write_down(
                    time, check, kinds.STIMULUS_ANSWERED, member.group.number, member.number, message.number, message.reward
                )
                self._take_coupon(time, member, message, row)

    def _take_coupon(self, time: int, member: Member, message: Message, row: int) -> None:
        stimulus = message.stimulus
        hours = stimulus.coupon_hours - ((time - message.time) / HOUR if stimulus.coupon_dated else 0.0)
        place = self.rules.free_place(member)
        if stimulus.coupon_hours > 0.0 and hours > 0.0 and place is not None:
            what = next(number for number, one in self.rules.stimuli.items() if one is stimulus)
            self._write_down(time, row, kinds.COUPON_GRANTED, message.group.number, member.number, what, place, hours)

    def _refer(self, time: int, member: Member, days: float, visit: int, check: int) -> None:
        group = member.group
        if group.members >= group.capacity or group.closing_at is not None:
            return
        rate = self.rules.p.referral_rate * self.rules.interest(member) * member.warmth
        if draw(visit, "referral", 0) < 1.0 - math.exp(-rate * days) and group.referred < len(group.reservoir):
            newcomer = group.reservoir[group.referred]
            if newcomer.mode is ABSENT:
                self._write_down(
                    time, check, kinds.MEMBER_JOINED, group.number, newcomer.number, member.number, newcomer.type, 2.0
                )

    def _go_on(self, time: int, message: Message) -> None:
        """The author of a message adds something."""
        inside = self.rules.inside(message.author, message.group)
        if not message.removed and not message.group.closed and inside is not None:
            self._write_down(
                time, message.row, kinds.MESSAGE_POSTED, message.group.number, message.author.number, message.number
            )

    def _in_session(self, group: Group, time: int) -> list[tuple[Member, float]]:
        """Who has written one of the last 16 messages and is there, newest first, and how much readier that makes them."""
        p, found = self.rules.p, {}
        for message in reversed(group.messages[-16:]):
            if p.session_gain > 0.0 and message.author is not None and message.author.number not in found:
                since = (time - message.time) / MINUTE / p.session_minutes
                found[message.author.number] = message.author, message.author.sociability * p.session_gain * math.exp(-since)
        inside = [(self.rules.inside(one, group), weight) for one, weight in found.values()]
        return [(seat, weight) for seat, weight in inside if seat is not None]

    def _reply(self, time: int, message: Message, child: int) -> None:
        group: Group = message.group
        if message.removed or group.closed or group.members <= 0:
            return
        root, asked = self._root_of(message), 0
        there = self._in_session(group, time)
        extra = sum(weight for _, weight in there)
        for turn in range(child * DRAWS, child * DRAWS + DRAWS):
            lot = draw(root, "propose", turn) * (group.cumulative[-1] + extra)
            if lot < extra:
                upto = accumulate(weight for _, weight in there)
                member = next(one for (one, _), sum_ in zip(there, upto) if sum_ >= lot)
            else:
                lot -= extra
                member = group.persons[min(bisect_left(group.cumulative, lot), len(group.persons) - 1)]
            if member.home is message.author or not member.present:
                continue
            ready = self.rules.consent(member, time, to_operator=message.author is None)
            if message.stimulus is not None:
                ready *= self.rules.liking(member, message.stimulus.topic)
            if draw(root, "consent", turn) < ready:
                visit = child_key(child_key(root, "speak", child), "visit", 0)
                if self._visit(time, member, message.row, visit, speaks=False) is not None:
                    mood = self.rules.tone_of(member)
                    self._write_down(time, message.row, kinds.MESSAGE_POSTED, group.number, member.number, message.number, mood)
                return
            asked += 1
            if asked == PROPOSALS:
                return
