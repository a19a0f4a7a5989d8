"""Runs a gathering: members are asked, those who say yes meet staff some days later."""

from __future__ import annotations

from sim.events.kinds import HOUR_MINUTES, REQUEST_MET
from sim.rules.audience import select
from sim.rules.mechanic import NO_CAUSE, Part
from sim.rules.people import Gathering
from sim.rules.protocols import Moves, Process
from sim.rules.schedule import run_clock
from sim.rules.sight import Sight

#: MEMBER_ASKED.x for a gathering, and for bringing somebody; MEMBER_CARED_FOR.y for a gathering and for going out with the owner.
TO_COME, TO_RECOMMEND, GATHERING, OUTING = 1.0, 2.0, 3.0, 4.0


def run_gathering(ctx: Moves, part: Part, sight: Sight) -> Process:
    """One gathering in every running group whenever the clock is due."""

    def turn(number: int, moment: float) -> None:
        if part.is_running():
            for group in part.groups():
                ctx.process(_gather(ctx, part, sight, group))

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _gather(ctx: Moves, part: Part, sight: Sight, group: int) -> Process:
    now: Gathering = part.read()
    place = len(ctx.notes())
    person = yield from ctx.staff.work("care", ctx.staff_settings.care_minutes, group=group)
    if person is None:
        return
    rows = {ctx.ask_for(one, group, TO_COME, person, part.cause(group)): one
            for one in select(now.select, ctx, sight, group, now.size)}  # fmt: skip
    if now.friends:
        for one in rows.values():
            ctx.ask_for(one, group, TO_RECOMMEND, person, part.cause(group))
    yield ctx.wait(days=now.lead_days)
    said = [note for note in ctx.notes(place) if note.kind == REQUEST_MET and note.group == group]
    coming = {note.actor for note in said if note.amount == TO_COME}
    guests = [(row, one) for row, one in rows.items() if one in coming and ctx.is_member(one, group)]
    if not guests:
        return
    bringing = {note.actor: note.row for note in said if note.amount == TO_RECOMMEND}
    for one in [one for _, one in guests if one in bringing]:
        friend = ctx.prospects(group)[:1]
        entered = ctx.bring_along(one, group, cause=bringing[one])
        if entered != NO_CAUSE:
            guests.append((entered, friend[0]))
    person = yield from ctx.staff.work("care", HOUR_MINUTES * now.hours, group=group)
    for row, one in guests:
        if person is not None and ctx.is_member(one, group):
            ctx.care_for(one, group, person, now.cost, cause=row, how=OUTING if now.owner else GATHERING)
