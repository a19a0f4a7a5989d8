"""Limited people: shifts, absence, task times and a queue by urgency. How late an answer is comes from here."""

from __future__ import annotations

import math
from collections.abc import Generator
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

import simpy

from sim.events.kinds import DAY, HOUR, MINUTE

#: Urgency of each task, lowest number first (B03, B06a: soothe before anything else).
URGENCY = {
    "soothe": 0,
    "settle": 1,
    "moderate": 2,
    "answer": 3,
    "campaign": 4,
    "post": 5,
    "care": 6,
    "welcome": 7,
    "reply": 8,
    "screen": 9,
    "review": 10,
}
#: What is let go once it has waited too long, and how long that is, us.
SMALL_TALK, STALE = ("reply", "welcome"), 12 * HOUR
#: Share of a day's hours that small talk may take, so that questions do not wait behind it.
SMALL_TALK_SHARE = 0.6
#: Spread of task times, standard deviation of the logarithm.
TASK_SPREAD = 0.5


class TaskQueue:
    """What waits for somebody, the most urgent first, then what has waited longest.

    In the place of SimPy's sorted list, which is sorted again at every request: with ten thousand waiting, as where few
    people run hundreds of groups, that took three quarters of a run.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[Any, int, Any]] = []
        self._count = count()

    def append(self, request: Any) -> None:
        """One more."""
        heappush(self._heap, (request.key, next(self._count), request))

    def pop(self, place: int) -> Any:
        """Takes the first away; SimPy's resource asks for no other."""
        return heappop(self._heap)[-1]

    def remove(self, request: Any) -> None:
        """Takes one away that is not wanted any more."""
        self._heap = [entry for entry in self._heap if entry[-1] is not request]
        heapify(self._heap)

    def __getitem__(self, place: int) -> Any:
        return self._heap[place][-1]

    def __len__(self) -> int:
        return len(self._heap)


class Desk(simpy.PriorityResource):
    """As many places as there are people now; whoever is busy when their number falls finishes first."""

    PutQueue = TaskQueue

    def __init__(self, context: Any) -> None:
        self._context = context
        super().__init__(context.env, capacity=max(self.capacity, 1))

    @property
    def capacity(self) -> int:
        """How many people there are."""
        return self._context.staff_settings.people


class StaffRoom:
    """The staff of a programme as one SimPy PriorityResource."""

    def __init__(self, context: Any) -> None:
        self._context, self.env = context, context.env
        self.desk = Desk(context)
        self._busy: set[int] = set()
        self._away: set[int] = set()
        self._moment: tuple[str, int, int] = ("", -1, 0)
        self._day = -1
        self._hours: dict[int, float] = {}  # worked today by each person, the task under way included
        self._until: dict[int, int] = {}  # us: when each person's latest task ends
        self._freed = self.env.event()

    @property
    def people(self) -> int:
        """How many people there are now."""
        return self.desk.capacity

    @property
    def load(self) -> float:
        """Share of the hours there are today that are used."""
        there = max(self.people - len(self._away), 1) * self._context.staff_settings.budget_hours
        return sum(self._hours.values()) / there if self._day == int(self.env.now) // DAY else 0.0

    @property
    def waiting(self) -> int:
        """How many tasks wait for somebody."""
        return len(self.desk.queue)

    def open(self) -> None:
        """Begins to keep the roll of shifts."""
        if self.people:
            self.env.process(self._keep_roll())

    def duty_begins(self, time: int) -> int:
        """The earliest moment from `time` on at which the shift is on, us."""
        staff = self._context.staff_settings
        start, end = round(staff.shift_start * HOUR), round(staff.shift_end * HOUR)
        day, within = divmod(time, DAY)
        if day % 7 < staff.days_per_week and within < end:
            return time if within >= start else day * DAY + start
        day += 1
        while day % 7 >= staff.days_per_week:
            day += 1
        return day * DAY + start

    def come_on_duty(self) -> Generator:
        """Waits until the shift is on."""
        ahead = self.duty_begins(int(self.env.now)) - int(self.env.now)
        if ahead:
            yield self.env.timeout(ahead)

    def work(self, task: str, minutes: float) -> Generator:
        """One task from queueing to done; gives the number of the person who did it, None if nobody gets round to it.

        minutes: median time the task takes. Nothing is begun off shift, nor by anybody who has no hours left for all of it, unless
        it is the first task of the day; small talk that has waited for half a day is not taken up any more.
        """
        if not self.people:
            return None
        asked = int(self.env.now)
        u = self._context.uniform(asked, 1000 * (1 + URGENCY[task]) + self._place_in_moment(task, asked))
        duration = minutes * math.exp(TASK_SPREAD * math.sqrt(3.0) / math.pi * math.log(u / (1.0 - u)))
        turn = self.desk.request(priority=URGENCY[task])
        yield turn
        person = yield from self._get_done(task, duration, asked)
        self.desk.release(turn)
        return person

    def send_away(self, hours: float) -> Generator:
        """Somebody is away unplanned: takes one place at the desk for that long."""
        if not self.people:
            return
        with self.desk.request(priority=-1) as turn:
            yield turn
            person = self._take()
            self._context.record_absence(person, hours)
            self._away.add(person)
            yield self.env.timeout(round(hours * HOUR))
            self._away.remove(person)
            self._set_free(person)

    def _get_done(self, task: str, duration: float, asked: int) -> Generator:
        """Somebody is free: the task itself, once the shift is on and the day has hours left for it."""
        small, hours = task in SMALL_TALK, duration / 60.0
        share = SMALL_TALK_SHARE if small else 1.0
        yield from self.come_on_duty()
        while True:
            if small and self.env.now - asked > STALE:
                return None
            person = next(
                (one for one in self._present() if one not in self._busy and self._has_hours(one, hours, share)), None
            )
            if person is not None:
                break
            if small and not any(self._has_hours(one, hours, share) for one in self._present()):
                return None
            yield self.env.timeout(DAY - int(self.env.now) % DAY) | self._freed
            yield from self.come_on_duty()
        self._busy.add(person)
        time = max(round(duration * MINUTE), 1)
        self._until[person] = int(self.env.now) + time
        self._hours[person] = self._hours.get(person, 0.0) + min(hours, (DAY - int(self.env.now) % DAY) / HOUR)
        yield self.env.timeout(time)
        self._set_free(person)
        self._context.record_work(person, task, hours)
        return person

    def _place_in_moment(self, task: str, asked: int) -> int:
        """Tasks of one kind that come up at the same moment are told apart by their order; other tasks do not shift it."""
        last, moment, place = self._moment
        place = place + 1 if (last, moment) == (task, asked) else 0
        self._moment = (task, asked, place)
        return place

    def _take(self) -> int:
        """The first of the people who is free, busy from now on."""
        person = next(number for number in count() if number not in self._busy)
        self._busy.add(person)
        return person

    def _set_free(self, person: int) -> None:
        self._busy.remove(person)
        freed, self._freed = self._freed, self.env.event()
        if freed.callbacks:
            freed.succeed()

    def _present(self) -> list[int]:
        """Who is at work, in order of their number."""
        return [person for person in range(self.people) if person not in self._away]

    def _has_hours(self, person: int, hours: float, share: float) -> bool:
        """Whether a task fits into what is left of the day, the person's own and that of all together; the first always does."""
        self._turn_the_day()
        budget = self._context.staff_settings.budget_hours
        own, everybody = self._hours.get(person, 0.0), sum(self._hours.values())
        fits = own == 0.0 or own + hours <= budget
        return fits and (everybody == 0.0 or everybody + hours <= share * max(self.people - len(self._away), 1) * budget)

    def _turn_the_day(self) -> None:
        """On a new day only that part of a task counts which is done on it."""
        day = int(self.env.now) // DAY
        if day != self._day:
            self._day = day
            late = {person: min(until - day * DAY, DAY) / HOUR for person, until in self._until.items()}
            self._hours = {person: hours for person, hours in late.items() if hours > 0.0}

    def _keep_roll(self) -> Generator:
        while True:
            yield from self.come_on_duty()
            staff = self._context.staff_settings
            day = int(self.env.now) // DAY
            for person in range(self.people):
                if self._context.uniform(day, 1 + person) < staff.absence:
                    self.env.process(self.send_away(staff.shift_end - staff.shift_start))
            yield self.env.timeout(DAY - int(self.env.now) % DAY)
