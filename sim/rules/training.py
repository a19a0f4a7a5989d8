"""Runs training: candidates are asked to a lesson, taught when they come, and take a role when they have come to all of them."""

from __future__ import annotations

from sim.events.kinds import HOUR_MINUTES, REQUEST_MET
from sim.rules.audience import select
from sim.rules.mechanic import Part
from sim.rules.protocols import Acts, Process
from sim.rules.schedule import run_clock
from sim.rules.sight import Sight
from sim.rules.standing import ROLES, Training

#: MEMBER_ASKED.x for a lesson.
TO_LEARN = 4.0


def run_training(ctx: Acts, part: Part, sight: Sight) -> Process:
    """A round in every running group whenever the clock is due."""
    learning: set[int] = set()

    def turn(number: int, moment: float) -> None:
        now: Training = part.read()
        if not part.is_running():
            return
        for group in part.groups():
            able = [one for one in select(now.select, ctx, sight, group, len(ctx.members(group))) if _may_learn(ctx, now, one)]
            for person in [one for one in able if one not in learning][: now.count]:
                learning.add(person)
                ctx.process(_train(ctx, part, group, person, learning))

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _may_learn(ctx: Acts, now: Training, person: int) -> bool:
    return ctx.role_of(person) != ROLES[now.role]


def _train(ctx: Acts, part: Part, group: int, person: int, learning: set[int]) -> Process:
    now: Training = part.read()
    cause = part.cause(group)
    for _ in range(now.lessons):
        staff = yield from ctx.staff.work("care", ctx.staff_settings.care_minutes, group=group, member=person)
        if staff is None or not ctx.is_member(person, group):
            learning.discard(person)
            return
        place = len(ctx.notes())
        ctx.ask_for(person, group, TO_LEARN, staff, cause)
        yield ctx.wait(days=now.gap_days)
        came = [one for one in ctx.notes(place) if one.kind == REQUEST_MET and one.actor == person and one.amount == TO_LEARN]
        taught = yield from ctx.staff.work("care", HOUR_MINUTES * now.hours, group=group, member=person) if came else _nothing()
        if taught is None:
            learning.discard(person)
            return
        cause = came[-1].row
    learning.discard(person)
    if ctx.is_member(person, group):
        ctx.take_role(person, group, ROLES[now.role], 0.0 if now.role == "koc" else now.commission, cause)


def _nothing() -> Process:
    return None
    yield
