"""Members are pressed to buy: too often, or before what they came for is over; whoever has had enough says so."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS, WEEK_DAYS
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.rules.upset import by_lot, say_so
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus

#: Replies that a sales talk draws, relative to the usual post of an operator (assumed).
TALK = 0.1
#: Share of the usual pace that is left however much has been set right; keeps the gap between two talks finite.
TOLD_LEFT = 0.01
#: Turns the standard deviation of a logarithm into the scale of a logistic law.
LOGISTIC = math.sqrt(3) / math.pi


@settings
class Pressure:
    """Pressure: sales talk above what members bear in a week hurts, each time; those who bear least speak first."""

    day: Annotated[float, number("day on which the sales talk begins", 0, 4_000, "B06b, B08: assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    days: Annotated[float, number("days for which it goes on", 0, 365, "B06b: 6 days before the close")]
    per_week: Annotated[float, number("sales talks a week", 0.1, 100, "B08: 7, assumed")]
    promotion: Annotated[float, number("weight of advertising of each", 0, 2, "assumed")]
    borne: Annotated[float, number("sales talks a week that a member bears, median", 0, 100, "B17, E30: assumed")]
    spread: Annotated[float, number("spread of its logarithm among members", 0, 3, "assumed")]
    sentiment: Annotated[float, number("tone of the word in public, -1 to 0", -1, 0, "assumed")]
    grievance: Annotated[float, number("anger per talk above that, at full severity", 0, 3, "assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The sales talk in every group; nobody is pressed where nobody is there to press."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
        for group in filter(ctx.is_running, ctx.groups):
            ctx.process(self._press(ctx, group))

    def _press(self, ctx: Any, group: int) -> Generator[Any, Any, Any]:
        began, times = ctx.day, list[float]()
        case: Case | None = None
        while ctx.day < began + ctx.settings.days and ctx.is_running(group):
            who = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes)
            if who is not None and ctx.is_running(group):
                now = ctx.settings
                row = ctx.post(group, Stimulus(promotion=now.promotion, talk=TALK), staff=who, cause=case.cause if case else -1)
                times = [*(time for time in times if time > ctx.day - WEEK_DAYS), ctx.day]
                fed_up = [person for person in by_lot(ctx, ctx.members(group), 0) if self._bears(ctx, person) < len(times)]
                if fed_up and case is None:
                    case = self._begin(ctx, group, fed_up, row)
                for person in fed_up:
                    assert case is not None  # it has begun with the first who is fed up
                    hurt = now.severity * now.grievance * (1 - case.told)
                    if hurt > 0:
                        ctx.hurt(person, group, case.incident, hurt, cause=row)
                if case is not None and not case.spoke:
                    case.cause = say_so(ctx, case, case.people[0], now.sentiment)
            told = case.told if case else 0.0
            yield ctx.wait(
                days=WEEK_DAYS / ctx.settings.per_week / max(1 - told, TOLD_LEFT)
            )  # who is told that it will stop is pressed less

    def _bears(self, ctx: Any, person: int) -> float:
        lot = ctx.uniform(1, person)
        return float(ctx.settings.borne * math.exp(ctx.settings.spread * math.log(lot / (1 - lot)) * LOGISTIC))

    def _begin(self, ctx: Any, group: int, fed_up: list[int], row: int) -> Case:
        now = ctx.settings
        incident = ctx.open_incident(group, now.severity, cause=row)
        least = min(fed_up, key=lambda person: self._bears(ctx, person))
        case = Case(incident, group, (least,), ctx.opening_of(incident), now.severity * now.grievance, ctx.day)
        ctx.process(run_procedure(ctx, now.handling, case))
        return case
