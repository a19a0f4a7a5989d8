"""When a mechanic is due: hour, weekday, every so many days, so many times a day or a week -> moments on SimPy's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from sim.events.kinds import DAY_HOURS, WEEK_DAYS
from sim.operators.routine import PAUSE_LOW, daily_hours
from sim.rules.clock import Clock
from sim.rules.protocols import Acts, Process

#: How far the hour of a wholly irregular moment may lie from the usual one, hours.
HOURS_AROUND = 3.0
#: So many parts of a plan there is room for; what the steps of a procedure set up has lanes from LANES_OF_STEPS on.
LANES_OF_A_KIND, LANES_OF_STEPS = 1_000, 5_000
#: Which draw decides who wins, where a mechanic has no lanes of its own.
DRAW_LANE = 3


@dataclass(frozen=True)
class Lanes:
    """Which keyed draws a mechanic takes, so that mechanics of one plan have luck of their own."""

    spread: int
    hour: int
    size: int
    draw: int = DRAW_LANE

    @classmethod
    def begin_at(cls, first: int) -> Lanes:
        """Those of whatever has number `first` in the plan."""
        return cls(*(first + LANES_OF_A_KIND * kind for kind in range(len(fields(cls)))))


def run_clock(
    ctx: Acts,
    read: Callable[[], Clock],
    turn: Callable[[int, float], Process | None],
    lanes: Lanes,
    opened: Callable[[], None] = lambda: None,
) -> Process:
    """Calls `turn(number, moment in days)` whenever the clock is due, from its first to its last day.

    The clock is read anew for each turn, so that rules and planned changes move it. A process that `turn` gives is waited
    for; `opened` is called on the first day. With `per_day` (or more than seven a week) the turns of a day are spread over
    the shift; a broken number is a chance for one more.
    """
    yield ctx.until_day(read().day)
    opened()
    number = 0
    while ctx.day < (now := read()).day + now.days:
        if (wanted := now.daily) is not None:
            for moment in _spread(ctx, wanted, lanes):
                ctx.process(_later(ctx, moment, turn, number))
                number += 1
            yield ctx.until_day(int(ctx.day) + 1)
            continue
        if now.weekly:
            yield ctx.until_day(int(ctx.day) + ((now.weekday or 0) - int(ctx.day)) % WEEK_DAYS + (now.hour or 0.0) / DAY_HOURS)
        elif now.hour is not None:
            around = HOURS_AROUND * now.irregular * (2 * ctx.uniform(number, lanes.hour) - 1) if now.irregular else 0.0
            yield ctx.until_hour((now.hour + around) % DAY_HOURS)
        waited = turn(number, ctx.day)
        if waited is not None:
            yield from waited
        number += 1
        now = read()
        if now.weekly:
            yield ctx.until_day(int(ctx.day) + 1)
        elif now.hour is None:
            yield ctx.wait(days=max(now.interval, PAUSE_LOW))
        elif now.spaced:
            yield ctx.wait(days=now.interval - 0.5)  # before the hour is shown again, however irregular


def _spread(ctx: Acts, wanted: float, lanes: Lanes) -> Iterator[float]:
    """The moments of today, days since the founding."""
    day = int(ctx.day)
    count = int(wanted) + (ctx.uniform(day, lanes.spread) < wanted - int(wanted))
    staff = ctx.staff_settings
    for hour in daily_hours(count, staff.shift_start, staff.shift_end):
        if day + hour / DAY_HOURS >= ctx.day:
            yield day + hour / DAY_HOURS


def _later(ctx: Acts, moment: float, turn: Callable[[int, float], Process | None], number: int) -> Process:
    yield ctx.until_day(moment)
    waited: Any = turn(number, moment)
    if waited is not None:
        yield from waited
