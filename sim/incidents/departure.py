"""A person of the staff leaves; members who are attached to that person are hurt, and ask what they have paid for."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.rules.upset import find_out, say_so
from sim.scenario import number, settings


@settings
class Departure:
    """Departure: somebody whom members are attached to goes; fans find out, the most attached one says so in public."""

    day: Annotated[float, number("day on which it happens", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    person: Annotated[int, number("number of who leaves, 0 the first of the staff; -1 no one of them", -1, 2_399, "B10")]
    vacant_days: Annotated[float, number("days until somebody is hired in any case; 0 never", 0, 365, "assumed")]
    bond: Annotated[float, number("attachment from outside the group, mean of members", 0, 1, "A11: 0.6, assumed")]
    spread: Annotated[float, number("how much members differ in it", 0, 1, "assumed")]
    fans: Annotated[float, number("attachment above which the loss hurts", 0, 1, "mechanisms: 0.6, assumed")]
    find_days: Annotated[float, number("days within which fans find out", 0, 90, "assumed")]
    sentiment: Annotated[float, number("tone of the word in public, -1 to 0", -1, 0, "assumed")]
    grievance: Annotated[float, number("anger per unit of lost attachment at full severity", 0, 3, "mechanisms: 1, assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The departure, then what comes of it in every group; nobody of the staff leaves who is not there."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
        now = ctx.settings
        if not ctx.staff.people or (now.person >= 0 and not ctx.staff.is_here(now.person)):
            return
        left = ctx.part_with(now.person) if now.person >= 0 else -1
        for group in filter(ctx.is_running, ctx.groups):
            bonds = {person: self._bond(ctx, person) for person in ctx.members(group)}
            fans = {person: bond for person, bond in bonds.items() if bond > now.fans}
            if fans:
                ctx.process(self._miss(ctx, group, fans, left))
        if now.person >= 0 and now.vacant_days:
            yield ctx.wait(days=now.vacant_days)
            ctx.hire(cause=left)

    def _miss(self, ctx: Any, group: int, fans: dict[int, float], left: int) -> Generator[Any, Any, Any]:
        now = ctx.settings
        first = max(fans, key=lambda person: (fans[person], -person))
        incident = ctx.open_incident(group, now.severity, cause=left)
        amounts = {person: now.severity * now.grievance * bond for person, bond in fans.items()}
        case = Case(incident, group, (first,), ctx.opening_of(incident), amounts[first], ctx.day, concerned=tuple(fans))
        if amounts[first] > 0:
            ctx.hurt(first, group, incident, amounts[first], cause=ctx.opening_of(incident))
        case.cause = say_so(ctx, case, first, now.sentiment)
        ctx.process(run_procedure(ctx, now.handling, case))
        after = {person: ctx.uniform(1, person) * now.find_days for person in fans if person != first}
        yield from find_out(ctx, case, ctx.day, after, amounts)

    def _bond(self, ctx: Any, person: int) -> float:
        """Attachment from outside the group and from what was done for the member inside it."""
        now = ctx.settings
        outside = min(max(now.bond + now.spread * (2 * ctx.uniform(0, person) - 1), 0.0), 1.0)
        return float(1 - (1 - outside) * (1 - ctx.bond_to(person, now.person)))
