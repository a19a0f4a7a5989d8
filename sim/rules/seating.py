"""Runs seats: a benefit that only the best have, told before all; the more others get a copy of it, the less it honours."""

from __future__ import annotations

from sim.rules.audience import select
from sim.rules.honouring import NAMED
from sim.rules.mechanic import Part
from sim.rules.protocols import Acts, Process
from sim.rules.schedule import run_clock
from sim.rules.sight import Sight
from sim.rules.standing import Seats

#: Ordinal of the draw that says whether a member gets a copy, the same at each turn; no other draw but that of tags is negative.
COPIED = -2


def run_seats(ctx: Acts, part: Part, sight: Sight) -> Process:
    """The benefit is handed out in every running group whenever the clock is due."""

    def turn(number: int, moment: float) -> None:
        if part.is_running():
            for group in part.groups():
                ctx.process(_hand_out(ctx, part, sight, group))

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _hand_out(ctx: Acts, part: Part, sight: Sight, group: int) -> Process:
    staff = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes, group=group)
    if staff is None or not ctx.is_running(group):
        return
    now: Seats = part.read()
    members = ctx.members(group)
    seated = select("tier", ctx, sight, group, len(members))[: now.seats or None]
    held = set(seated)
    copies = [who for who in members if who not in held and ctx.uniform(COPIED, who) < now.copied]
    if not seated and not copies:
        return
    share = (len(seated) + len(copies)) / len(members)
    post = ctx.post(group, now.telling(1.0 - share), staff=staff, cause=part.cause(group))
    part.posted(False)
    for who in (*seated, *copies):
        ctx.grant(who, group, now.coupon(), cause=post)
    for who in seated:
        ctx.honour(who, group, NAMED, share, staff, post)
