"""Posts in a feed of one's own for some of the members: staff keep a list, whoever is on it is asked to follow, others see nothing."""

from __future__ import annotations

from sim.rules.audience import select
from sim.rules.mechanic import Part
from sim.rules.mechanics import Broadcast
from sim.rules.protocols import Handles, Process
from sim.rules.schedule import run_clock
from sim.rules.sight import Sight

#: More members than any group has.
EVERYBODY = 10**9


def run_moments(ctx: Handles, part: Part, sight: Sight) -> Process:
    """Brings the list up to date and posts, whenever the clock is due; a refusal is for good."""
    feeds: list[int] = []
    listed: set[int] = set()

    def turn(number: int, moment: float) -> Process | None:
        return _post(ctx, part, sight, feeds, listed) if part.is_running() and part.groups() else None

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _post(ctx: Handles, part: Part, sight: Sight, feeds: list[int], listed: set[int]) -> Process:
    now: Broadcast = part.read()
    cause = part.cause(part.groups()[0])
    if not feeds:
        feeds.append(ctx.open_feed(cause=cause))
    for group in part.groups():
        for person in select(now.select, ctx, sight, group, EVERYBODY):
            if person in listed:
                continue
            listed.add(person)
            staff = yield from ctx.staff.work("screen", now.tag_minutes, group=group, member=person)
            if staff is not None:
                ctx.invite(person, feeds[0], staff=staff, cause=cause)
    minutes = ctx.staff_settings.post_minutes if now.minutes is None else now.minutes
    staff = yield from ctx.staff.work(part.task, minutes, by=now.poster)
    if staff is not None and ctx.members(feeds[0]):
        ctx.post(feeds[0], now.stimulus(), staff=staff, cause=cause)
        part.posted(now.promotion > 0)
