"""Removes who has not done what is demanded: became no friend of staff, missed sessions, handed no homework in (A08, B08, E55)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sim.events.kinds import DAY, MEMBER_JOINED
from sim.rules.protocols import Acts, Process
from sim.rules.sight import Sight


def keep_kicking(ctx: Acts, sight: Sight, limit: Callable[[str], float | None]) -> Process:
    """Once a day staff go through the members; limit: name of a demand -> how much of it is too much, None: no such demand."""
    came: dict[tuple[int, int], int] = {}
    waiting: set[int] = set()
    place = 0
    while True:
        yield ctx.until_day(int(ctx.day) + 1)
        demands = {name: limit(name) for name in ("not_friend", "absent", "no_homework")}
        if all(much is None for much in demands.values()):
            continue
        yield from ctx.staff.come_on_duty()
        notes = ctx.notes(place)
        place += len(notes)
        new = {(note.actor, note.group): note.time for note in notes if note.kind == MEMBER_JOINED and note.group in ctx.groups}
        came |= new
        if demands["not_friend"] is not None:
            for person, group in new:
                if ctx.is_member(person, group) and not ctx.is_friend(person):
                    ctx.befriend(person, ctx.private_line())  # the text at entry asks for it, nobody writes it anew
        for group in ctx.groups:
            for person in ctx.members(group):
                days = ctx.day - came.get((person, group), 0) / DAY
                if person not in waiting and _is_due(ctx, sight, demands, person, days):
                    waiting.add(person)
                    ctx.process(_remove(ctx, person, group, waiting))


def _is_due(ctx: Acts, sight: Sight, demands: Mapping[str, float | None], person: int, days: float) -> bool:
    friend, absent, homework = demands["not_friend"], demands["absent"], demands["no_homework"]
    return (
        (friend is not None and days >= friend and not ctx.is_friend(person))
        or (absent is not None and sight.roll.absences[person] >= absent)
        or (homework is not None and sight.roll.missing[person] >= homework)
    )


def _remove(ctx: Acts, person: int, group: int, waiting: set[int]) -> Process:
    staff = yield from ctx.staff.work("moderate", ctx.staff_settings.moderate_minutes, group=group, member=person)
    waiting.discard(person)
    if staff is not None and ctx.is_member(person, group):
        ctx.remove_member(person, group, staff)
