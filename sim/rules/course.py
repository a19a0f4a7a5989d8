"""Runs a course: each session begins on time, the list is closed when it ends, then homework, a sale, a word to who was absent."""

from __future__ import annotations

from collections import Counter

from sim.rules.clock import Clock
from sim.rules.lessons import Course
from sim.rules.mechanic import Part
from sim.rules.protocols import Acts, Process
from sim.rules.schedule import run_clock
from sim.rules.sight import Sight
from sim.rules.standing import ROLES

#: Where the count of sessions stands among those of the members.
SESSIONS = -1


def run_course(ctx: Acts, part: Part, sight: Sight) -> Process:
    """A session in every running group whenever the clock is due."""

    taken: Counter[int] = Counter()

    def read() -> Clock:
        now: Course = part.read()
        return Clock(day=now.day, days=now.days, hour=now.session.hour, weekday=now.weekday, every_days=now.every_days,
                     per_week=now.per_week)  # fmt: skip

    def turn(number: int, moment: float) -> None:
        now: Course = part.read()
        if part.is_running() and ctx.staff.people and moment < now.day + now.days:
            for group in part.groups():
                ctx.process(_session(ctx, part, sight, group, moment, taken))

    if part.read().keep_alumni:
        ctx.process(_keep_alumni(ctx, part, taken))
    yield from run_clock(ctx, read, turn, part.lanes)


def _keep_alumni(ctx: Acts, part: Part, taken: Counter[int]) -> Process:
    """The day after the last session: whoever has stayed and attended half of them is one of those who have finished."""
    now: Course = part.read()
    yield ctx.until_day(now.day + now.days)
    held = taken[SESSIONS]
    for group in part.groups():
        for person in ctx.members(group):
            if held and taken[person] >= held / 2 and ctx.role_of(person) == 0:
                ctx.take_role(person, group, ROLES["stayer"], 0.0, part.cause(group))


def _session(ctx: Acts, part: Part, sight: Sight, group: int, moment: float, taken: Counter[int]) -> Process:
    now: Course = part.read()
    asked = ctx.members(group)
    post = ctx.post(group, now.lesson(), cause=part.cause(group))
    part.posted(False)
    ctx.process(_teach(ctx, now))
    yield ctx.wait(minutes=now.session.minutes)
    came = ctx.took_part(post)
    absent = sight.roll.session(asked, came)
    taken.update(came)
    taken[SESSIONS] += group == part.groups()[0] if part.groups() else 0
    if not ctx.is_running(group):
        return
    if now.convert_day is not None and moment - now.day >= now.convert_day:
        ctx.post(group, now.sale(), cause=post)
        part.posted(True)
    if now.compulsory:
        for person in absent:
            ctx.process(_reproach(ctx, person, group, post))
    if now.homework:
        yield from _homework(ctx, now, sight, group, post)


def _teach(ctx: Acts, now: Course) -> Process:
    yield from ctx.staff.work("post", now.session.minutes)


def _homework(ctx: Acts, now: Course, sight: Sight, group: int, cause: int) -> Process:
    asked = ctx.members(group)
    post = ctx.post(group, now.task(), cause=cause)
    yield ctx.wait(hours=now.homework_hours)
    sight.roll.homework(asked, ctx.took_part(post))


def _reproach(ctx: Acts, person: int, group: int, cause: int) -> Process:
    staff = yield from ctx.staff.work("care", ctx.staff_settings.answer_minutes, group=group, member=person)
    if staff is not None and ctx.is_member(person, group):
        ctx.press(person, group, 0.0, staff, cause)
