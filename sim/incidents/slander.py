"""A false claim by one who means harm, said again and again until it is steered away or taken down."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.rules.upset import TRY_AGAIN, by_lot
from sim.scenario import number, settings


@settings
class Slander:
    """Slander: one of those who write least claims something false, some times over; who reads it believes it or not."""

    day: Annotated[float, number("day on which it happens", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    sentiment: Annotated[float, number("tone of the claim, -1 to 0", -1, 0, "mechanisms: -1")]
    repeats: Annotated[int, number("how often it is said", 1, 100, "mechanisms: 3, assumed")]
    every_hours: Annotated[float, number("hours between", 0.1, 240, "assumed")]
    silencing: Annotated[float, number("anger of who believed it and sees its author removed unheard", 0, 3, "B15: assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The claim in one group, by lot, as often as its author is there to make it."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
        while not (found := [group for group in by_lot(ctx, ctx.groups, 0) if len(ctx.members(group)) > 1]):
            yield ctx.wait(days=TRY_AGAIN)
        group, now = found[0], ctx.settings
        members = ctx.members(group)
        busy = set(ctx.top_talkers(group, len(members) // 2))
        author = by_lot(ctx, [person for person in members if person not in busy] or members, 1)[0]
        incident = ctx.open_incident(group)
        case = Case(incident, group, (author,), ctx.opening_of(incident), now.silencing, ctx.day, silencing=now.silencing)
        case.cause = ctx.complain(author, group, incident, now.sentiment, cause=ctx.opening_of(incident))
        ctx.process(run_procedure(ctx, now.handling, case))
        for _ in range(now.repeats - 1):
            yield ctx.wait(hours=ctx.settings.every_hours)
            if ctx.is_member(author, group) and ctx.is_running(group):
                ctx.complain(author, group, incident, ctx.settings.sentiment, cause=ctx.opening_of(incident))
