"""A member posts what the rules forbid out of a need, not to sell: a helper program, a vote for a child."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.rules.upset import TRY_AGAIN, by_lot
from sim.scenario import number, settings


@settings
class Plea:
    """Plea: one of those who write posts a helper program, and again, unless somebody has told her why not or helps in private."""

    day: Annotated[float, number("day on which it happens", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    talkers: Annotated[int, number("those who write most, one of whom it is", 1, 200, "B11: a guest, assumed")]
    times: Annotated[int, number("how often it is posted", 1, 100, "B11: assumed")]
    every_hours: Annotated[float, number("hours between", 0.1, 240, "assumed")]
    need: Annotated[float, number("anger at being blamed or taken for an advertiser", 0, 3, "B11: it is no advert; assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The plea in one group, by lot."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
        while not (found := [group for group in by_lot(ctx, ctx.groups, 0) if ctx.top_talkers(group, 1)]):
            yield ctx.wait(days=TRY_AGAIN)
        group, now = found[0], ctx.settings
        person = by_lot(ctx, ctx.top_talkers(group, now.talkers), 1)[0]
        incident = ctx.open_incident(group)
        case = Case(incident, group, (person,), ctx.opening_of(incident), now.need, ctx.day)
        ctx.plead(person, group, cause=ctx.opening_of(incident))
        ctx.process(run_procedure(ctx, now.handling, case))
        for turn in range(1, now.times):
            yield ctx.wait(hours=ctx.settings.every_hours)
            told = max(case.told, case.helped)
            if ctx.is_member(person, group) and ctx.is_running(group) and ctx.uniform(2, turn) >= told:
                ctx.plead(person, group, cause=ctx.opening_of(incident))
