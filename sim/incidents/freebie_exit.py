"""Somebody who came for the gift asks what there is to stay for; what they do then depends on whether they are told."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.rules.upset import TRY_AGAIN, by_lot
from sim.scenario import number, settings


@settings
class FreebieExit:
    """Freebie exit: a newcomer who has bought nothing asks aloud why not to take the gift and go."""

    day: Annotated[float, number("day of the question", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    askers: Annotated[int, number("how many ask, one after the other", 1, 100, "B12: assumed")]
    every_hours: Annotated[float, number("hours between", 0.1, 240, "assumed")]
    grievance: Annotated[float, number("anger at being blamed for it", 0, 3, "assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The question, and those of others who think the same; the answer to the first is read by all."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
        while not (found := [group for group in by_lot(ctx, ctx.groups, 0) if self._came_for_it(ctx, group)]):
            yield ctx.wait(days=TRY_AGAIN)
        group, now = found[0], ctx.settings
        people = by_lot(ctx, self._came_for_it(ctx, group), 1)[: now.askers]
        incident = ctx.open_incident(group)
        asked = ctx.ask(people[0], group, incident, cause=ctx.opening_of(incident))
        question = next((note for note in reversed(ctx.notes()) if note.row == asked), None)
        case = Case(incident, group, (people[0],), asked, now.grievance, ctx.day, question=question)
        ctx.process(run_procedure(ctx, now.handling, case))
        for turn, person in enumerate(people[1:]):
            yield ctx.wait(hours=ctx.settings.every_hours)
            if ctx.is_member(person, group) and ctx.uniform(2, turn) >= case.told:
                ctx.ask(person, group, incident, cause=ctx.opening_of(incident))

    def _came_for_it(self, ctx: Any, group: int) -> list[int]:
        """Members who have not bought anything yet."""
        return [person for person in ctx.members(group) if ctx.orders_of(person) == 0]
