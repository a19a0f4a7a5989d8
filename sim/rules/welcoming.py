"""Runs a welcome: whoever comes into a group is greeted a while later, if somebody gets round to it."""

from __future__ import annotations

from typing import Any

from sim.events.kinds import DAY, DAY_MINUTES, MEMBER_JOINED
from sim.rules.mechanic import Part
from sim.rules.people import Welcome
from sim.rules.protocols import Acts, Process
from sim.rules.sight import Sight

#: What a text tells newcomers (MEMBER_WELCOMED.x).
TOLD = {"plain": 0.0, "next_event": 1.0, "programme": 1.0, "services": 2.0, "mall": 3.0}
#: Minutes between two looks at who has come, at least and at most.
LOOK, WAIT_HIGH = 1.0, 30.0


def run_welcome(ctx: Acts, part: Part, sight: Sight) -> Process:
    """Looks at who has come, from the first to the last day of the clock."""
    yield ctx.until_day(part.read().day)
    place = len(ctx.notes())
    while ctx.day < (now := part.read()).day + now.days:
        notes = ctx.notes(place)
        place += len(notes)
        for note in notes:
            if note.kind == MEMBER_JOINED and part.is_running() and note.group in part.groups():
                ctx.process(_welcome(ctx, part, note))
        yield ctx.wait(minutes=max(min(now.delay_minutes, WAIT_HIGH), LOOK))


def _welcome(ctx: Acts, part: Part, note: Any) -> Process:
    yield ctx.until_day(note.time / DAY + part.read().delay_minutes / DAY_MINUTES)
    person = yield from ctx.staff.work("welcome", ctx.staff_settings.welcome_minutes, group=note.group, member=note.actor)
    now: Welcome = part.read()
    if person is not None and ctx.is_member(note.actor, note.group):
        ctx.welcome(note, person, TOLD[now.text], now.ritual)
