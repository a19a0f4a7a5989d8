"""Runs scenes: accounts of staff that pass for members write one after the other."""

from __future__ import annotations

from sim.rules.mechanic import Part
from sim.rules.protocols import Acts, Process
from sim.rules.schedule import run_clock
from sim.rules.sight import Sight
from sim.rules.standing import Staging
from sim.vocabulary.tables import Stimulus

#: Minutes between two words of applause (assumed).
APPLAUSE_MINUTES = 10.0


def run_staging(ctx: Acts, part: Part, sight: Sight) -> Process:
    """A scene in every running group whenever the clock is due."""

    def turn(number: int, moment: float) -> None:
        if part.is_running():
            for group in part.groups():
                ctx.process(_play(ctx, part, group))

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _play(ctx: Acts, part: Part, group: int) -> Process:
    for _ in range(part.read().accounts):
        now: Staging = part.read()
        minutes = ctx.staff_settings.post_minutes if now.minutes is None else now.minutes
        staff = yield from ctx.staff.work("post", minutes, group=group)
        if staff is None or not ctx.is_running(group):
            return
        ctx.post(group, now.line(), reward=now.orders, staff=staff, cause=part.cause(group))
        yield ctx.wait(minutes=now.gap_minutes)


def applaud(ctx: Acts, group: int, cause: int) -> Process:
    """An account of staff that passes for a member applauds."""
    staff = yield from ctx.staff.work("post", ctx.staff_settings.answer_minutes, group=group)
    if staff is not None and ctx.is_running(group):
        ctx.post(group, Stimulus(guise=1.0, talk=1.0), staff=staff, cause=cause)
