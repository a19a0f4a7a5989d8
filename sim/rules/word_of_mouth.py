"""Runs word of mouth: members are asked to recommend the group; who does so brings somebody along."""

from __future__ import annotations

from sim.events.kinds import REQUEST_MET
from sim.rules.audience import select
from sim.rules.growth import PAID, Invite
from sim.rules.luring import run_call
from sim.rules.mechanic import Part
from sim.rules.protocols import Handles, Moves, Process
from sim.rules.schedule import run_clock
from sim.rules.sight import Sight

#: MEMBER_ASKED.x for a recommendation.
TO_RECOMMEND = 2.0


def run_invite(ctx: Handles, part: Part, sight: Sight) -> Process:
    """A round in every running group whenever the clock is due."""
    asked: set[int] = set()

    def turn(number: int, moment: float) -> None:
        if part.is_running():
            for group in part.groups():
                paid = part.read().mode in PAID
                ctx.process(run_call(ctx, part, sight, group, number, asked) if paid else _ask(ctx, part, sight, group))

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _ask(ctx: Moves, part: Part, sight: Sight, group: int) -> Process:
    now: Invite = part.read()
    place, asked = len(ctx.notes()), {}
    for person in select(now.select, ctx, sight, group, now.count):
        staff = yield from ctx.staff.work("care", ctx.staff_settings.care_minutes)
        if staff is not None and ctx.is_member(person, group):
            asked[person] = ctx.ask_for(person, group, TO_RECOMMEND, staff, part.cause(group))
    yield ctx.wait(days=now.lead_days)
    for note in ctx.notes(place):
        if note.kind == REQUEST_MET and note.group == group and note.amount == TO_RECOMMEND and note.actor in asked:
            ctx.bring_along(note.actor, group, cause=note.row)
            del asked[note.actor]
