"""Rhythms of an operator: how often something is done -> SimPy processes that find the staff for it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from sim.events.kinds import DAY_HOURS
from sim.vocabulary.tables import Stimulus

#: Time between two turns at least, days.
PAUSE_LOW = 0.01


def daily_hours(count: int, start: float, end: float) -> list[float]:
    """`count` times of day, evenly spread between two hours."""
    return [start + (place + 0.5) / count * (end - start) for place in range(count)]


def post_daily(
    ctx: Any, per_day: Callable[[Any], float], stimulus: Callable[[Any], Stimulus], lane: int
) -> Generator[Any, Any, Any]:
    """Posts so many times a day in every group, at fixed hours of the shift; a broken number is a chance for one more.

    per_day, stimulus: read from the settings at use, so that a lever can move them; lane: tells rhythms of one plug-in apart.
    """
    while True:
        day = int(ctx.day)
        wanted = per_day(ctx.settings)
        count = int(wanted) + (ctx.uniform(day, lane) < wanted - int(wanted))
        staff = ctx.staff_settings
        for hour in daily_hours(count, staff.shift_start, staff.shift_end):
            for group in ctx.groups:
                ctx.process(_post_at(ctx, day, hour, group, stimulus))
        yield ctx.until_day(day + 1)


def every(
    ctx: Any, days: Callable[[Any], float], act: Callable[[int], Generator[Any, Any, Any]], first: float = 0.0
) -> Generator[Any, Any, Any]:
    """Lets `act(turn)` run every so many days from day `first` on; the interval is read at use."""
    turn = 0
    yield ctx.until_day(first)
    while True:
        ctx.process(act(turn))
        turn += 1
        yield ctx.wait(days=max(days(ctx.settings), PAUSE_LOW))


def _post_at(ctx: Any, day: int, hour: float, group: int, stimulus: Callable[[Any], Stimulus]) -> Generator[Any, Any, Any]:
    yield ctx.until_day(day + hour / DAY_HOURS)
    if not ctx.is_running(group):
        return
    person = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes, group=group)
    if person is not None:
        ctx.post(group, stimulus(ctx.settings), staff=person)


def care_for_talkers(ctx: Any, count: Callable[[Any], int], gift: Callable[[Any], float]) -> Generator[Any, Any, Any]:
    """One round of private care for those who write most, in every group."""
    for group in ctx.groups:
        for member in ctx.top_talkers(group, count(ctx.settings)):
            ctx.process(_care(ctx, member, group, gift))
    yield ctx.wait()


def _care(ctx: Any, member: int, group: int, gift: Callable[[Any], float]) -> Generator[Any, Any, Any]:
    person = yield from ctx.staff.work("care", ctx.staff_settings.care_minutes, group=group, member=member)
    if person is not None and ctx.is_member(member):
        ctx.care_for(member, group, person, gift(ctx.settings))
