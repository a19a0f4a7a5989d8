"""Staff without SimPy: what they are asked to do -> who does what when, reckoned from one moment to the next.

Written from docs/model.md ("Operators"), for people of one role who never stay away: a queue by urgency, a shift and the hours in
which the store keeps them, hours of the day, ability. Who stays away when is reckoned by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from zlib import crc32

from tests.reference.draws import child_key, draw

MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
ORDER = ("soothe", "settle", "moderate", "answer", "campaign", "post", "care", "welcome", "reply", "screen", "review")
SMALL = ("reply", "welcome")
#: What people have of the staff where their role does not say.
USUAL = ("people", "shift_start", "shift_end", "days_per_week", "budget_hours", "look_minutes", "absence")


def lane(root: int, purpose: str, name: str, who: int) -> int:
    """The root of the draws of one plug-in about one thing."""
    return child_key(child_key(root, purpose, crc32(name.encode())), "strategy", who)


def on_duty(staff: Any, time: int) -> bool:
    """Whether the shift is on and the store leaves them time."""
    kept = staff.busy_from is not None and staff.busy_from * HOUR <= time % DAY < staff.busy_to * HOUR
    return (
        time // DAY % 7 < staff.days_per_week and staff.shift_start * HOUR <= time % DAY < staff.shift_end * HOUR and not kept
    )


def duty_begins(staff: Any, time: int) -> int:
    """The first moment from `time` on at which it is so: at once, when the shift begins, or when the store lets them go."""
    hours = [staff.shift_start] + ([] if staff.busy_to is None else [staff.busy_to])
    begins = [(time // DAY + more) * DAY + round(hour * HOUR) for more in range(8) for hour in hours]
    return min(one for one in (time, *begins) if one >= time and on_duty(staff, one))


def people_of(staff: Any) -> SimpleNamespace:
    """The people of staff without roles, or of the one role there is: what the role leaves out is as the staff are."""
    own = {"busy_from": None, "busy_to": None, "ability": 1.0}
    for _, role in staff.roles:
        own = {name: getattr(role, name) for name in ("people", "busy_from", "busy_to", "ability", "shift_start", "shift_end")}
        own["budget_hours"] = role.hours
    usual = {name: getattr(staff, name) for name in USUAL}
    return SimpleNamespace(**usual | {name: value for name, value in own.items() if value is not None or name not in usual})


def absences(staff: Any, root: int, days: int) -> list[tuple[int, int]]:
    """(day, how many) of the shifts that people miss: each person draws on each day of work.

    Who it is, is the first who is free; a task that waits for the shift is done before.
    """
    found = []
    for day in range(days):
        if duty_begins(staff, day * DAY) // DAY == day:
            lots = [draw(lane(root, "task_time", "staff", 1 + person), "strategy", day) for person in range(staff.people)]
            found.append((day, sum(lot < staff.absence for lot in lots)))
    return [one for one in found if one[1]]


@dataclass(eq=False)
class Task:
    """Something somebody is asked to do; `minutes` is the median of how long such a task takes."""

    asked: int
    kind: str
    minutes: float
    place: int  # among tasks of its kind that come up at the same moment one after the other

    def hours(self, root: int, ability: float) -> float:
        """How long it takes; what is not right at once is done again."""
        u = draw(lane(root, "task_time", "staff", 1000 * (1 + ORDER.index(self.kind)) + self.place), "strategy", self.asked)
        return self.minutes * math.exp(0.5 * math.sqrt(3) / math.pi * math.log(u / (1 - u))) / 60 / ability


def tasks_of(asked: list[tuple[int, str, float]]) -> list[Task]:
    """What was asked for, in order, told apart where it came up at the same moment."""
    tasks: list[Task] = []
    for time, kind, minutes in asked:
        same = bool(tasks) and (tasks[-1].asked, tasks[-1].kind) == (time, kind)
        tasks.append(Task(time, kind, minutes, tasks[-1].place + 1 if same else 0))
    return tasks


class Shop:
    """The people and what waits for them."""

    def __init__(self, staff: Any, root: int) -> None:
        self.staff, self.root = staff, root
        self.waiting: list[Task] = []  # for a turn
        self.hoping: list[Task] = []  # have their turn, and wait for somebody to be free or for midnight
        self.asleep: list[tuple[int, Task]] = []  # (since, what): have their turn, and wait for the shift
        self.doing: dict[int, tuple[int, Task]] = {}  # person -> (until, what)
        self.work: list[tuple[int, int, int]] = []  # (person, from, until), of everything that was begun
        self.done: list[tuple[int, int, str, float]] = []

    def hours_today(self, person: int | None, now: int) -> float:
        """Hours that one of them or all have given to this day, the tasks under way included."""
        midnight = now // DAY * DAY
        mine = [(begun, until) for one, begun, until in self.work if person is None or one == person]
        return sum(max(min(until, midnight + DAY) - max(begun, midnight), 0) for begun, until in mine) / HOUR

    def may(self, person: int, task: Task, now: int) -> bool:
        """Whether a task fits into the person's day and into the day of all of them; the first task of a day always does."""
        budget, share = self.staff.budget_hours, 0.6 if task.kind in SMALL else 1.0
        own, everybody, needed = (
            self.hours_today(person, now),
            self.hours_today(None, now),
            task.hours(self.root, self.staff.ability),
        )
        fits = own == 0 or own + needed <= budget
        return fits and (everybody == 0 or everybody + needed <= share * self.staff.people * budget)

    def attempt(self, task: Task, now: int) -> None:
        """A task that has its turn is begun, waits on, or is let go, whereupon its turn is over."""
        if not on_duty(self.staff, now):
            self.asleep.append((now, task))
            return
        stale = task.kind in SMALL and now - task.asked > 12 * HOUR
        fit = [person for person in range(self.staff.people) if self.may(person, task, now)]
        free = [person for person in fit if person not in self.doing]
        if not stale and free:
            until = now + max(round(task.hours(self.root, self.staff.ability) * HOUR), 1)
            self.doing[free[0]] = until, task
            self.work.append((free[0], now, until))
        elif not stale and (fit or task.kind not in SMALL):
            self.hoping.append(task)

    def turns(self, granted: int = 0) -> list[Task]:
        """Those whose turn it is: the most urgent of who waits, then who has waited longest, as many as there are turns left."""
        left = self.staff.people - len(self.doing) - len(self.hoping) - len(self.asleep) - granted
        self.waiting.sort(key=lambda task: (ORDER.index(task.kind), task.asked))
        first, self.waiting = self.waiting[: max(left, 0)], self.waiting[max(left, 0) :]
        return first

    def take_in(self, tasks: list[Task]) -> list[Task]:
        """One task after the other is asked for; gives those that have their turn by that."""
        granted: list[Task] = []
        for task in tasks:
            self.waiting.append(task)
            granted += self.turns(len(granted))
        return granted

    def attempt_all(self, tasks: list[Task], now: int) -> None:
        """One after the other."""
        for task in tasks:
            self.attempt(task, now)

    def settle(self, now: int) -> None:
        """Turns that are over go to the next."""
        while granted := self.turns():
            self.attempt_all(granted, now)

    def finish(self, person: int, now: int, at_once: list[Task]) -> None:
        """A task is done: those who hope for somebody free try again, then the next has its turn.

        at_once: what is asked for by whoever had waited for just this; it is weighed against what waits before anybody tries.
        """
        task = self.doing.pop(person)[1]
        self.done.append((now, person, task.kind, task.hours(self.root, self.staff.ability)))
        granted = self.take_in(at_once)
        hoping, self.hoping = self.hoping, []
        self.attempt_all(granted + hoping, now)
        self.settle(now)

    def midnight(self, now: int) -> None:
        """A new day has hours of its own."""
        hoping, self.hoping = self.hoping, []
        self.attempt_all(hoping, now)

    def morning(self, now: int, slept_before: float) -> None:
        """The shift begins for whoever has slept since before some moment."""
        awake = [task for since, task in self.asleep if since < slept_before]
        self.asleep = [(since, task) for since, task in self.asleep if since >= slept_before]
        self.attempt_all(awake, now)


def work_off(staff: Any, root: int, tasks: list[Task], end: int, looks: dict[int, int]) -> list[tuple[int, int, str, float]]:
    """(time, person, kind, hours) of every task that is done before the end, in order.

    looks: when staff look at the groups and when they would have; both sleep until the shift begins, and wake in order.
    """
    shop, tasks = Shop(staff, root), list(tasks)
    now = 0
    while True:
        ends = min((until for until, _ in shop.doing.values()), default=math.inf)
        shift = math.inf if on_duty(staff, now) else duty_begins(staff, now)
        now = int(min((now // DAY + 1) * DAY, shift, ends, tasks[0].asked if tasks else end))
        if now >= end:
            return shop.done
        asked = [task for task in tasks if task.asked == now]
        tasks = tasks[len(asked) :]
        if now % DAY == 0:
            shop.midnight(now)
        if now == shift:
            shop.morning(now, looks.get(now, math.inf))
        for person in [one for one, (until, _) in sorted(shop.doing.items()) if until == now]:
            shop.finish(person, now, asked)
            asked = []
        granted = shop.take_in(asked)
        if now == shift:
            shop.morning(now, math.inf)
        shop.attempt_all(granted, now)
        shop.settle(now)


def looks_of(staff: Any, pauses: int, end: int) -> dict[int, int]:
    """When staff look at the groups, and when they would have if a shift had been on; pauses: the root of these draws."""
    now, found = 0, {}
    while True:
        due = now + round(-math.log(draw(pauses, "strategy", len(found) + 1)) * staff.look_minutes * MINUTE)
        now = duty_begins(staff, due)
        if now >= end:
            return found
        found[now] = due
