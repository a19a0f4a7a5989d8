"""People slip in to advertise, all within a few hours."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.scenario import number, settings

#: Grievance of whoever is met with contempt while a wave is handled (assumed).
OFFENCE = 0.5


@settings
class AdWave:
    """Wave of adverts: spammers slip into every group within hours; each advert that stands invites the next one."""

    day: Annotated[float, number("day on which they begin to come", 0, 4_000, "assumed")]
    intruders: Annotated[int, number("spammers per group", 1, 500, "B04a: assumed")]
    hours: Annotated[float, number("hours within which they come in", 0.1, 720, "B04a: assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """A wave in every group."""
        yield ctx.until_day(ctx.settings.day)
        for group in filter(ctx.is_running, ctx.groups):
            ctx.process(self._wave(ctx, group))

    def _wave(self, ctx: Any, group: int) -> Generator[Any, Any, Any]:
        now = ctx.settings
        incident = ctx.open_incident(group)
        opening = ctx.opening_of(incident)
        intruders = ctx.slipped_in(group)[: now.intruders]
        for person in intruders:
            ctx.process(self._slip_in(ctx, person, group, opening))
        yield from run_procedure(ctx, now.handling, Case(incident, group, tuple(intruders), opening, OFFENCE, ctx.day))

    def _slip_in(self, ctx: Any, person: int, group: int, cause: int) -> Generator[Any, Any, Any]:
        yield ctx.wait(hours=ctx.settings.hours * ctx.uniform(0, person))
        if ctx.has_room(group) and ctx.is_running(group):
            ctx.slip_in(person, group, ctx.type_code("spammer"), cause=cause)
