"""The usual order becomes dearer; those who remember the old price feel cheated."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Annotated, Any

from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.scenario import number, settings


@settings
class PriceRise:
    """Price rise: old customers find out one after another; a letter and an open refund, or denial."""

    day: Annotated[float, number("day on which it happens", 0, 4_000, "assumed")]
    factor: Annotated[float, number("new price to old", 1, 10, "B02: 3.75 over two years, assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    upset_share: Annotated[float, number("share of those who have bought", 0, 1, "B02: assumed")]
    grievance: Annotated[float, number("anger per log(factor) at full severity", 0, 3, "assumed")]
    notice_days: Annotated[float, number("days within which they find out", 0, 90, "B02: assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The new price, then what comes of it in every group."""
        yield ctx.until_day(ctx.settings.day)
        old = ctx.price
        raised = ctx.set_price(old * ctx.settings.factor)
        for group in filter(ctx.is_running, ctx.groups):
            incident = ctx.open_incident(group, ctx.settings.severity, cause=raised)
            amount = ctx.settings.severity * ctx.settings.grievance * math.log(ctx.settings.factor)
            case = Case(incident, group, (), ctx.opening_of(incident), amount, ctx.day, price=old)
            ctx.process(self._find_out(ctx, case))
            ctx.process(run_procedure(ctx, ctx.settings.handling, case))

    def _find_out(self, ctx: Any, case: Case) -> Generator[Any, Any, Any]:
        """Those who have bought find out one after another; what has been told by then eases it."""
        now = ctx.settings
        buyers = [person for person in ctx.members(case.group) if ctx.orders_of(person) > 0]
        upset = [person for person in buyers if ctx.uniform(0, person) < now.upset_share]
        for after, person in sorted((ctx.uniform(1, person) * now.notice_days, person) for person in upset):
            yield ctx.until_day(now.day + after)
            if ctx.is_member(person) and case.grievance > 0:
                hurt = case.grievance * (1 - case.told)
                ctx.hurt(person, case.group, case.incident, hurt, cause=ctx.opening_of(case.incident))
                case.spoke.append(person)
