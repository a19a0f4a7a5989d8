"""What members do at a check, a reply or an occasion to buy, in plain Python with Python's random numbers.

Shared by both peers, so that they run the same content as the compiled kernel; what an event changes comes from the
reference model. A host (SimPy or Mesa) keeps the clock: it gives `later` and `welcome`.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sim.events import kinds
from sim.events.kinds import DAY, HOUR, MINUTE
from sim.operators.office import TASK_SPREAD
from sim.operators.routine import daily_hours
from sim.vocabulary.tables import Stimulus
from sim.world.build import World, build_world, day_shape
from tests.reference.rules import Rules
from tests.reference.tables import ABSENT, ADVERT, ATTENTIVE, COMPLAINT, GONE, MUTED, QUESTION, TALK, Member, Message

NOBODY = -1
CHECKED, LEFT, HUSHED, JOINED, DECLINED = (
    int(kind) for kind in (kinds.GROUP_CHECKED, kinds.MEMBER_LEFT, kinds.GROUP_MUTED, kinds.MEMBER_JOINED, kinds.ENTRY_DECLINED)
)
POSTED, ASKED, VENTED, ADVERTISED, ORDERED = (
    int(kind)
    for kind in (kinds.MESSAGE_POSTED, kinds.QUESTION_ASKED, kinds.COMPLAINT_POSTED, kinds.ADVERT_POSTED, kinds.ORDER_PLACED)
)
FOUNDED, ENDED, STIMULUS, WORKED, DEFINED = (
    int(kind) for kind in (kinds.GROUP_FOUNDED, kinds.RUN_ENDED, kinds.STIMULUS_POSTED, kinds.TASK_DONE, kinds.STIMULUS_DEFINED)
)
LOGISTIC = math.sqrt(3.0) / math.pi


class Life(Rules):
    """The members of one programme and what they do; `log` holds one tuple an event."""

    def __init__(self, world: World, scenario: Any, seed: int, later: Callable, welcome: Callable) -> None:
        super().__init__(world, scenario)
        self.scenario, self.later, self.welcome = scenario, later, welcome
        self.random = Random(seed).random
        self.log: list[tuple] = []
        self.noted = 0
        shape, before = day_shape()
        self.rate, self.before = shape.tolist(), before.tolist()
        for group in self.groups:
            group.founded_at, group.planned = 0, scenario.population.size
            self.log.append((0, NOBODY, float(group.planned), 0.0, FOUNDED, group.number, NOBODY, NOBODY))

    def delay(self, median: float, spread: float, high: float) -> int:
        """A log-logistic delay of so many minutes, us."""
        u = self.random() or 0.5
        return int(min(median * math.exp(spread * LOGISTIC * math.log(u / (1.0 - u))), high) * MINUTE) + 1

    def next_check(self, member: Member, tau: float) -> tuple[float, int]:
        """The next habitual check after operational time `tau`: (operational time, clock time)."""
        tau -= math.log(1.0 - self.random()) / member.check_rate
        day = int(tau)
        hour = min(bisect_right(self.before, tau - day) - 1, 23)
        within = (tau - day - self.before[hour]) / self.rate[hour]
        return tau, day * DAY + hour * HOUR + min(int(within * DAY), HOUR - 1) + int(member.shift)

    def tau(self, time: int) -> float:
        """Operational time at a clock time."""
        hour = time % DAY // HOUR
        return time // DAY + self.before[hour] + self.rate[hour] * (time % HOUR / DAY)

    def next_need(self, need: float) -> tuple[float, int]:
        """The next occasion to buy: (days of needs, clock time)."""
        market = self.market
        need -= math.log(1.0 - self.random()) * 30.0 / market.needs_per_month
        place = need % 1.0 * len(market.peak_hours)
        return need, int(int(need) * DAY + (market.peak_hours[int(place)] + 2.0 * (place % 1.0) - 1.0) * HOUR)

    def enter(self, member: Member, time: int, inviter: int = NOBODY, cause: int = NOBODY) -> bool:
        """Somebody stands at the door; whether they come in."""
        group = member.group
        if group.members >= group.capacity:
            self.log.append((time, cause, 2.0, 0.0, DECLINED, group.number, member.number, NOBODY))
            member.screened_out = True
            return False
        self.log.append((time, cause, member.type, member.source, JOINED, group.number, member.number, inviter))
        self.join(member, time, member.source)
        return True

    def check_habitually(self, member: Member, time: int) -> None:
        """A habitual check is due: it happens the more readily the more the group is worth."""
        chance = max(self.interest(member), self.p.check_floor)
        if member.mode is MUTED:
            chance *= self.p.muted_checks
        if self.random() >= chance:
            return
        days = (time - member.checked_at) / DAY
        check = self.visit(member, time, NOBODY, True)
        group = member.group
        if check is None or group.members >= group.capacity:
            return
        rate = self.p.referral_rate * self.interest(member) * member.warmth
        if self.random() < 1.0 - math.exp(-rate * days) and group.referred < len(group.reservoir):
            newcomer = group.reservoir[group.referred]
            if newcomer.mode is ABSENT and self.enter(newcomer, time, member.number, check):
                self.welcome(newcomer)

    def visit(self, member: Member, time: int, cause: int, speaks: bool) -> int | None:
        """One look at the group and what comes of it; None if the member leaves."""
        log, rnd, group, number = self.log, self.random, member.group.number, member.number
        check = len(log)
        log.append((time, cause, 0.0, 0.0, CHECKED, group, number, NOBODY))
        self.check(member, time)
        if member.leave_clock >= member.leave_threshold:
            log.append((time, check, 0.0, 0.0, LEFT, group, number, NOBODY))
            self.leave(member, True)
            return None
        if member.mode is ATTENTIVE and member.mute_clock >= member.mute_threshold:
            log.append((time, check, 0.0, 0.0, HUSHED, group, number, NOBODY))
            self.mute(member)
        if (
            member.offer is not None
            and rnd() < self.p.impulse * member.price_weight
            and rnd() < self.chance_to_buy(member, time)
        ):
            self.order(member, time, check)
        if not speaks:
            return check
        if member.anger >= member.vent_threshold and rnd() < self.p.vent_chance:
            self.say(member, time, check, VENTED, COMPLAINT, -min(member.anger, 1.0), None)
            return check
        if member.advert_rate > 0.0 and rnd() < 1.0 - math.exp(-self.expected_adverts(member, time)):
            self.say(member, time, check, ADVERTISED, ADVERT, 0.0, None)
        if rnd() < 1.0 - math.exp(-self.expected_posts(member, time)):
            if rnd() < self.p.question_share:
                self.say(member, time, check, ASKED, QUESTION, 0.0, None)
            else:
                self.say(member, time, check, POSTED, TALK, self.tone_of(member), None)
        return check

    def order(self, member: Member, time: int, cause: int) -> None:
        """Somebody orders."""
        paid = self.price_for(member, time)
        prompt = NOBODY if member.prompt is None else member.prompt.number
        self.log.append((time, cause, paid, paid - self.unit_cost, ORDERED, member.group.number, member.number, prompt))
        self.buy(member, time, paid, paid - self.unit_cost)

    def consider_buying(self, member: Member, time: int) -> None:
        """An occasion to buy."""
        if self.random() < self.chance_to_buy(member, time):
            self.order(member, time, NOBODY)

    def say(self, member: Member, time: int, cause: int, code: int, kind: str, mood: float, to: Message | None) -> None:
        """A member writes; others, or the same member, will go on."""
        row = len(self.log)
        self.log.append((time, cause, mood, 0.0, code, member.group.number, member.number, NOBODY if to is None else to.number))
        incident = member.incident if kind is COMPLAINT else None
        message = self.write(member, row, time, kind, mood, to, incident)
        if kind is ADVERT or (to is not None and to.author is member):
            return
        if to is None and self.p.turn_share > 0.0:
            due = time
            for _ in range(int(min(math.log(1.0 - self.random()) / math.log(self.p.turn_share), 8.0))):
                due += self.delay(self.p.turn_minutes, 1.0, 30.0)
                self.later(due, self.go_on, message)
        self.seek_replies(message, time, self.p.replies_mean)

    def seek_replies(self, message: Message, time: int, mean: float) -> None:
        """A message asks for a geometric number of replies."""
        if mean <= 0.0:
            return
        p = self.p
        for _ in range(int(min(math.log(1.0 - self.random()) / math.log(mean / (1.0 + mean)), 60.0))):
            fast = self.random() < p.fast_share
            due = time + self.delay(p.fast_minutes if fast else p.slow_minutes, p.delay_spread, 14400.0)
            ahead = 7 * HOUR - due % DAY
            if ahead > 0 and self.random() < p.morning_share:
                due += ahead + int(2 * HOUR * self.random())
            self.later(due, self.reply, message)

    def go_on(self, time: int, message: Message) -> None:
        """The author adds something."""
        if not message.removed and message.author.present:
            self.say(message.author, time, message.row, POSTED, TALK, 0.0, message)

    def reply(self, time: int, message: Message) -> None:
        """Members are proposed by sociability until one consents."""
        group, rnd, asked = message.group, self.random, 0
        if message.removed or group.members <= 0:
            return
        for _ in range(64):
            lot = rnd() * group.cumulative[-1]
            member = group.persons[min(bisect_left(group.cumulative, lot), len(group.persons) - 1)]
            if member is message.author or not member.present:
                continue
            if rnd() < self.consent(member, time, message.author is None):
                if self.visit(member, time, message.row, False) is not None:
                    self.say(member, time, message.row, POSTED, TALK, self.tone_of(member), message)
                return
            asked += 1
            if asked == 8:
                return

    # The operator of the strategy no_plan: promotions at fixed hours, one person, one thing after the other
    def duty_begins(self, time: int) -> int:
        """The earliest moment from `time` on at which somebody works."""
        staff = self.scenario.staff
        day, within = divmod(time, DAY)
        if within >= staff.shift_end * HOUR:
            day, within = day + 1, 0
        while day % 7 >= staff.days_per_week:
            day, within = day + 1, 0
        return day * DAY + max(within, round(staff.shift_start * HOUR))

    def advertise(self) -> Iterator[int]:
        """Posts promotions for ever; yields the times to wait for."""
        settings, staff = self.scenario.strategy[1], self.scenario.staff
        stimulus = Stimulus(promotion=1, recall=settings.recall, talk=0.2)
        day, free = 0, 0
        while True:
            wanted = settings.promotions_per_day
            count = int(wanted) + (self.random() < wanted - int(wanted))
            for hour in daily_hours(count, staff.shift_start, staff.shift_end):
                for group in self.groups:
                    start = self.duty_begins(max(round((day + hour / 24.0) * DAY), free))
                    if staff.absence > 0.0 and self.random() < staff.absence:
                        start = self.duty_begins((start // DAY + 1) * DAY)
                    free = start + max(self.delay(staff.post_minutes, TASK_SPREAD, 600.0), 1)
                    yield free
                    hours = (free - start) / HOUR
                    self.log.append((free, NOBODY, hours, hours * staff.wage, WORKED, NOBODY, 0, 5))
                    row = len(self.log)
                    self.log.append((free, NOBODY, 0.0, 0.0, STIMULUS, group.number, 0, 0))
                    message = self.post(row, free, group, stimulus, 0.0, 0.0)
                    mean = min(self.p.replies_mean * self.p.operator_replies * stimulus.talk, 0.95)
                    self.seek_replies(message, free, mean)
            day += 1

    def look(self) -> Iterator[int]:
        """Staff look at what is new from time to time while on duty; under no plan they let everything go."""
        time = 0
        while True:
            time = self.duty_begins(int(time - math.log(1.0 - self.random()) * self.scenario.staff.look_minutes * MINUTE))
            yield time
            self.noted = len(self.log)


def gone(member: Member) -> bool:
    """Whether somebody has left for good."""
    return member.mode is GONE


def build(scenario: Any, seed: int, programme: int) -> World:
    """The world that all contestants share."""
    return build_world(scenario, seed, 0, programme)
