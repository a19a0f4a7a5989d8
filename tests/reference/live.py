"""What is due, what is written down, and what an event sets off later."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import Any

from sim.events import kinds
from sim.events.kinds import DAY, HOUR, MINUTE
from tests.reference.draws import child_key, draw
from tests.reference.forms import delay_minutes
from tests.reference.tables import (
    ATTENTIVE,
    GROUP,
    KIND,
    NO_ONE,
    Member,
    Message,
)

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


class Diary:
    """How far a person's streams of habitual checks and of occasions to buy have come."""

    def __init__(self) -> None:
        self.tau = self.need = 0.0
        self.checks = self.needs = 0
        self.looks = False


class Live:
    """What is due, what is written down, and what an event sets off later."""

    def _later(self, time: int, person: int, ordinal: int, act: Callable, *details: Any) -> None:
        self._serial += 1
        heapq.heappush(self._due, (time, person, ordinal, self._serial, act, details))

    def _advance(self, until: float) -> None:
        if until == math.inf:
            return
        while self._due and self._due[0][0] <= until:
            time, _, _, _, act, details = heapq.heappop(self._due)
            act(time, *details)

    def _plan_check(self, member: Member, now: int) -> None:
        diary = self._diaries[member.number]
        diary.checks += 1
        diary.tau -= math.log(draw(self._keys[member.number], "check", diary.checks)) / member.check_rate
        time = max(self.rules.clock(diary.tau) + int(member.shift), now + 1)
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
            if kind == kinds.MESSAGE_POSTED and target != NO_ONE:
                answered = self.rules.messages[target].author
                paid = float(answered is not None and answered.number != actor)
            about = target if kind in (kinds.STIMULUS_ANSWERED, kinds.ORDER_PLACED) else number
            self._loop.inbox[counts["waiting"][0]] = row, time, kind, group, actor, about, paid
            counts["waiting"] += 1
        self._set_off(row, time, kind, group, actor, target, float(x), float(y), message)
        return row

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
            author = self.rules.inside(message.author, message.group)
            self._seek_replies(message, self.rules.replies_sought(author, not opens))
        elif kind == kinds.STIMULUS_POSTED:
            if talk:
                of_staff = 1.0 if message.stimulus.guise else p.operator_replies
                self._seek_replies(message, min(p.replies_mean * of_staff * message.stimulus.talk, 0.95))
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
                diary.tau = self.rules.tau(max(time - int(member.shift), 0))
                self._plan_check(member, time)
            self._begin_needs(member, time)
        elif kind == kinds.MEMBER_ASKED:
            delay = self._word(child_key(self._keys[target], "request", int(x)), time)
            self._later(time + delay, target, row, self._requested, self.rules.persons[target], row, group, int(x))
        elif kind == kinds.OFFER_PASSED:
            delay = self._word(child_key(self._keys[target], "offer", actor), time)
            self._later(
                time + delay, target, row, self._offered, self.rules.persons[target], row, self.rules.persons[actor], group
            )
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
        if draw(root, "spree", 0) < p.spree_share:
            due = message.time + 1 + int(min(delay_minutes(draw(root, "spree", 1), p.spree_minutes, 1.0), 180.0) * MINUTE)
            self._later(due, message.author.number, message.row, self._begin_again, message)
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
            if member.told and message.stimulus.session and message.time - member.joined_at <= p.told_days * DAY:
                chance = 1.0 - (1.0 - min(chance, 1.0)) * (1.0 - p.told_comes)
            if member.mode is ATTENTIVE and draw(root, "pull", 2 * member.number) < chance:
                delay = delay_minutes(draw(root, "pull", 2 * member.number + 1), 10.0, 1.0)
                time = message.time + int(min(delay, 1440.0) * MINUTE) + 1
                self._later(time, member.number, message.row, self._look, member.home, message.group, message.row, message)
