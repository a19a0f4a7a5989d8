"""Limited people of one role: shifts, absence, task times and a queue by urgency. How late an answer is comes from here."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

import simpy

from sim.events.kinds import DAY, HOUR, HOUR_MINUTES, MINUTE, WEEK_DAYS
from sim.operators.crew import BLOCK, Posting

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
#: Before all tasks: somebody is away.
FIRST = -1
#: What is let go once it has waited too long, and how long that is, us.
SMALL_TALK, STALE = ("reply", "welcome"), 12 * HOUR
#: Share of a day's hours that small talk may take, so that questions do not wait behind it.
SMALL_TALK_SHARE = 0.6


class Desk:
    """As many places as there are people now; whoever is busy when their number falls finishes first.

    Turns are given in the order of urgency, then of time, one whenever a turn is asked for or over. In the place of SimPy's
    resource, whose requests and releases took a sixth of a run with much work of staff.
    """

    def __init__(self, env: Any, places: Callable[[], int]) -> None:
        self._env, self._places = env, places
        self._waiting: list[tuple[int, int, int, simpy.Event]] = []
        self._count = count()
        self._taken = 0

    def __len__(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def request(self, urgency: int) -> simpy.Event:
        """An event that happens when it is one's turn."""
        turn: simpy.Event = self._env.event()
        heappush(self._waiting, (urgency, int(self._env.now), next(self._count), turn))
        self._give()
        return turn

    def leave(self, turn: simpy.Event) -> None:
        """A turn is over, or is not wanted any more."""
        if turn.triggered:
            self._taken -= 1
        else:
            self._waiting = [entry for entry in self._waiting if entry[-1] is not turn]
            heapify(self._waiting)
        if self._waiting:
            freed = self._env.event()
            freed.callbacks.append(self._give)
            freed.succeed()

    def _give(self, _: Any = None) -> None:
        if self._waiting and self._taken < self._places():
            self._taken += 1
            heappop(self._waiting)[-1].succeed()


class Team:
    """The people of one role. Where each looks after groups or members of their own, each has a desk of their own.

    first: number of the first of them; others are numbered on from there.
    """

    def __init__(self, context: Any, name: str, first: int, postings: Callable[[], dict[str, Posting]]) -> None:
        self.name, self.first = name, first
        self._context, self.env, self._postings = context, context.env, postings
        self._last = postings()[name]
        self.has_roll = False
        self._shared = Desk(self.env, lambda: self.people)
        self._own: dict[int, Desk] = {}
        self._busy: set[int] = set()
        self._away: set[int] = set()
        self._numbers: dict[int, int] = {}  # place -> number, of those who came in the place of another
        self._left: dict[int, Any] = {}
        self._day = -1
        self._hours: dict[int, float] = {}  # worked today by each place, the task under way included
        self._until: dict[int, int] = {}  # us: when the latest task at each place ends
        self._freed = self.env.event()
        self._reckoned: tuple[Posting | None, tuple[int, int, int, int, int]] = (None, (0, 0, 0, 0, 0))

    @property
    def now(self) -> Posting:
        """The role as it stands now; nobody is of a role that the plan has no more."""
        if (found := self._postings().get(self.name)) is None:
            return replace(self._last, people=0)
        self._last = found
        return found

    @property
    def people(self) -> int:
        """How many people there are now."""
        return self.now.people

    @property
    def hours_there(self) -> float:
        """Hours there are in a day of those who are not away."""
        return max(self.people - len(self._away), 1) * self.now.budget_hours

    @property
    def hours_used(self) -> float:
        """Hours worked today."""
        return sum(self._hours.values()) if self._day == int(self.env.now) // DAY else 0.0

    @property
    def waiting(self) -> int:
        """How many tasks wait for somebody."""
        return len(self._shared) + sum(map(len, self._own.values()))

    @property
    def burden(self) -> float:
        """Tasks that wait or are under way, per person."""
        return (self.waiting + len(self._busy)) / max(self.people, 1)

    def number_of(self, place: int) -> int:
        """The number of whoever has a place now."""
        return self._numbers.get(place, self.first + place)

    def place_of(self, number: int) -> int | None:
        """The place that a person has or had; None if of another team."""
        for place, own in self._numbers.items():
            if own == number:
                return place
        return number - self.first if 0 <= number - self.first < BLOCK else None

    def responsible(self, group: int | None, member: int | None, size: int) -> list[int] | None:
        """Places whose people look after a group or a member of it; None: all of them do."""
        now = self.now
        of_groups, of_members = now.span_groups, now.span_members
        if of_groups and group is not None:
            first = last = group // of_groups
        elif of_members and member is not None:
            first = last = member // of_members
        elif of_members and group is not None:
            first, last = group * size // of_members, max(((group + 1) * size - 1) // of_members, 0)
        else:
            return None
        return list(range(first, min(last + 1, now.people)))

    def is_there(self) -> bool:
        """Whether any of them is at work at this moment."""
        now = int(self.env.now)
        return self.duty_begins(now) == now and bool(self.present())

    def duty_begins(self, time: int) -> int:
        """The earliest moment from `time` on at which the shift is on and the store leaves them time, us."""
        start, end, busy, free, days = self._hours_of(self.now)
        while True:
            day, within = divmod(time, DAY)
            if day % WEEK_DAYS < days and within < end:
                within = max(within, start)
                if not busy <= within < free:
                    return day * DAY + within
                if free < end:
                    return day * DAY + free
            time = (day + 1) * DAY
            if busy <= start and free >= end:  # never: tomorrow is as good as any day
                return time + start

    def _hours_of(self, now: Posting) -> tuple[int, int, int, int, int]:
        """(begin and end of the shift, begin and end of the hours the store keeps, us; days a week), reckoned when they have moved."""
        if now is not self._reckoned[0]:
            busy = (-1, -1) if now.busy is None else (round(now.busy[0] * HOUR), round(now.busy[1] * HOUR))
            shift = round(now.shift_start * HOUR), round(now.shift_end * HOUR)
            self._reckoned = now, (*shift, *busy, now.days_per_week)
        return self._reckoned[1]

    def come_on_duty(self) -> Generator[Any, Any, Any]:
        """Waits until the shift is on."""
        ahead = self.duty_begins(int(self.env.now)) - int(self.env.now)
        if ahead:
            yield self.env.timeout(ahead)

    def work(self, task: str, duration: float, asked: int, places: list[int] | None) -> Generator[Any, Any, Any]:
        """One task from queueing to done, minutes; gives the number of the person, None if nobody gets round to it."""
        if places is None:
            desk = self._shared
        else:
            place = min(places, key=lambda one: (len(self._own.get(one, ())), one))
            if place not in self._own:
                self._own[place] = Desk(self.env, lambda: 1)
            desk, places = self._own[place], [place]
        turn = desk.request(URGENCY[task])
        yield turn
        place = yield from self._get_done(task, duration, asked, places)
        desk.leave(turn)
        return None if place is None else self.number_of(place)

    def send_away(self, hours: float) -> Generator[Any, Any, Any]:
        """Somebody is away unplanned: takes one place at the desk for that long."""
        if not self.people:
            return
        turn = self._shared.request(FIRST)
        yield turn
        place = self._take()
        self._context.record_absence(self.number_of(place), hours)
        self._away.add(place)
        yield self.env.timeout(round(hours * HOUR))
        self._away.remove(place)
        self._set_free(place)
        self._shared.leave(turn)

    def leave(self, place: int) -> Generator[Any, Any, Any]:
        """Somebody goes for good, once the task under way is done; the place is empty until somebody is hired."""
        self._away.add(place)
        self._left[place] = self.env.event()
        hired = self._left[place]
        turn = self._shared.request(FIRST)
        yield turn | hired
        yield hired
        self._shared.leave(turn)

    def hire(self, number: int) -> bool:
        """Fills the first empty place with a new person; whether there was one."""
        if not self._left:
            return False
        place = min(self._left)
        self._numbers[place] = number
        self._away.discard(place)
        self._left.pop(place).succeed()
        self._tell_free()
        return True

    def present(self) -> list[int]:
        """Places of who is at work, in order of their number."""
        return [place for place in range(self.people) if place not in self._away]

    def keep_roll(self) -> Generator[Any, Any, Any]:
        """Lets people stay away unplanned, shift by shift."""
        while True:
            yield from self.come_on_duty()
            now = self.now
            day = int(self.env.now) // DAY
            for place in range(self.people):
                if self._context.uniform(day, 1 + self.first + place) < now.absence:
                    self.env.process(self.send_away(now.shift_end - now.shift_start))
            yield self.env.timeout(DAY - int(self.env.now) % DAY)

    def _get_done(self, task: str, duration: float, asked: int, places: list[int] | None) -> Generator[Any, Any, Any]:
        """Somebody is free: the task itself, once the shift is on and the day has hours left for it."""
        small, hours = task in SMALL_TALK, duration / HOUR_MINUTES
        share = SMALL_TALK_SHARE if small else 1.0
        yield from self.come_on_duty()
        while True:
            if small and self.env.now - asked > STALE:
                return None
            able = self._with_hours(places, hours, share)
            place = next((one for one in able if one not in self._busy), None)
            if place is not None:
                break
            if small and not able:
                return None
            yield self.env.timeout(DAY - int(self.env.now) % DAY) | self._freed
            yield from self.come_on_duty()
        self._busy.add(place)
        time = max(round(duration * MINUTE), 1)
        self._until[place] = int(self.env.now) + time
        self._hours[place] = self._hours.get(place, 0.0) + min(hours, (DAY - int(self.env.now) % DAY) / HOUR)
        yield self.env.timeout(time)
        self._set_free(place)
        self._context.record_work(self.number_of(place), task, hours)
        return place

    def _take(self) -> int:
        """The first of the people who is free, busy from now on."""
        place = next(number for number in count() if number not in self._busy and number not in self._away)
        self._busy.add(place)
        return place

    def _set_free(self, place: int) -> None:
        self._busy.discard(place)
        self._tell_free()

    def _tell_free(self) -> None:
        freed, self._freed = self._freed, self.env.event()
        if freed.callbacks:
            freed.succeed()

    def _with_hours(self, places: list[int] | None, hours: float, share: float) -> list[int]:
        """Who of those at work has room for a task in what is left of the day, their own and that of all; the first always fits."""
        self._turn_the_day()
        now, everybody, own = self.now, sum(self._hours.values()), self._hours
        if everybody != 0.0 and everybody + hours > share * max(now.people - len(self._away), 1) * now.budget_hours:
            return []
        return [
            place
            for place in self.present()
            if (places is None or place in places)
            and (place not in own or own[place] == 0.0 or own[place] + hours <= now.budget_hours)
        ]

    def _turn_the_day(self) -> None:
        """On a new day only that part of a task counts which is done on it."""
        day = int(self.env.now) // DAY
        if day != self._day:
            self._day = day
            late = {place: min(until - day * DAY, DAY) / HOUR for place, until in self._until.items()}
            self._hours = {place: hours for place, hours in late.items() if hours > 0.0}
