"""Newcomers and the terms of entry -> who is checked, who is let in, who pays, who becomes a friend first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from sim.rules.protocols import Doorway, Handles, Process
from sim.rules.spec import Entry

#: Reasons of an entry that comes to nothing (ENTRY_DECLINED.x).
SCREENED_OUT, FULL, CLOSING, UNWANTED = 1.0, 2.0, 3.0, 4.0


def receive_newcomers(ctx: Handles, door: Doorway, gate: Callable[[int], Entry]) -> Process:
    """Lets everybody who comes to the door stand at it in their turn; gate: the terms of entry of a group as they stand now."""
    invited: Counter[int] = Counter()
    begun = ctx.day
    for day, person, group in door.newcomers():
        if day < begun:  # stood there under another plan
            continue
        yield ctx.until_day(day)
        if ctx.is_running(group) and not door.has_come(person):
            ctx.process(_come(ctx, door, gate, person, group, invited))


def _come(ctx: Handles, door: Doorway, gate: Callable[[int], Entry], person: int, group: int, invited: Counter[int]) -> Process:
    now, source = gate(group), door.source(person)
    row = door.request(person, group)
    if not door.wants_in(person, now):
        door.decline(person, group, UNWANTED, row)
        return
    if now.consent and (yield from ctx.staff.work("welcome", ctx.staff_settings.welcome_minutes, group=group)) is None:
        return
    if now.mode == "appointed":  # so many invitations a day: who comes later waits for the next day
        while invited[int(ctx.day)] >= now.invitations_per_day:
            yield ctx.until_day(int(ctx.day) + 1)
        invited[int(ctx.day)] += 1
    if now.mode in ("screened", "appointed"):
        if not (yield from _check(ctx, door, now, person)):
            door.decline(person, group, SCREENED_OUT, row)
            return
    elif ctx.tag_of(person) < now.least_tag:
        door.decline(person, group, SCREENED_OUT, row)
        return
    if not ctx.is_running(group) or door.has_come(person):
        return
    if ctx.is_closing(group) or not ctx.has_room(group):
        door.decline(person, group, CLOSING if ctx.is_closing(group) else FULL, row)
        return
    _let_in(ctx, door, now, source, person, group, row)


def _check(ctx: Handles, door: Doorway, now: Entry, person: int) -> Process:
    """Somebody looks at the newcomer. An agent looks for staff, and lets everybody in of whom no proof is asked."""
    source = door.source(person)
    if now.owner_of_recruit == "agent" and source is not None and source.cost > 0 and now.proof == "none":
        return True
    staff = yield from ctx.staff.work("screen", now.check_minutes)
    return staff is not None and door.passes(person, now.least_tag, now)


def _let_in(ctx: Handles, door: Doorway, now: Entry, source: Any, person: int, group: int, row: int) -> None:
    if (now.friend_first or (source is not None and source.friend_first)) and not ctx.is_friend(person):
        door.admit(person, ctx.private_line(row), row)
    entered = door.admit(person, group, row)
    if now.stake > 0:
        door.take_stake(person, group, now.stake, entered)
    for cost in (now.gift.cost, source.cost if source is not None else 0.0):
        if cost > 0:
            ctx.pay(cost, group, cause=entered)
