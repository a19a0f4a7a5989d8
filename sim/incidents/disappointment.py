"""What members get is less than what they were led to expect; who finds the gap too wide says so when it shows."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.rules.upset import by_lot, say_so
from sim.scenario import number, settings


@settings
class Disappointment:
    """Disappointment: expected less received hurts those for whom the gap is wide, each time that it shows."""

    day: Annotated[float, number("day on which it first shows", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    tried: Annotated[int, number("members whom it concerns; 0 all", 0, 5_000, "B04b: one, B07: all")]
    claim: Annotated[float, number("what is expected, mean of members", 0, 1, "B04b: 0.8, B07: skill 0.5; assumed")]
    spread: Annotated[float, number("how much members differ in it", 0, 1, "D18: 0.3, assumed")]
    result: Annotated[float, number("what they get", 0, 1, "B04b: 0.3, B07: level 0.4; assumed")]
    tolerance: Annotated[float, number("gap that is borne", 0, 1, "mechanisms: 0.3, assumed")]
    every_days: Annotated[float, number("days until it shows again", 0.1, 365, "mechanisms: 7, assumed")]
    times: Annotated[int, number("how often it shows", 1, 100, "mechanisms: day 7, 14, 28")]
    result_days: Annotated[float, number("days of coaching until the result is there", 1, 365, "F30: 30")]
    sentiment: Annotated[float, number("tone of the word in public, -1 to 0", -1, 0, "assumed")]
    grievance: Annotated[float, number("anger per unit of the gap at full severity", 0, 10, "mechanisms: 0.5, assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """In every group, as often as it shows."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
        for group in filter(ctx.is_running, ctx.groups):
            ctx.process(self._show(ctx, group))

    def _show(self, ctx: Any, group: int) -> Generator[Any, Any, Any]:
        case: Case | None = None
        for turn in range(ctx.settings.times):
            gaps = self._gaps(ctx, group, case)
            if case is None and gaps:
                case = self._begin(ctx, group, gaps)
            for person, gap in gaps.items():
                assert case is not None  # it has begun with the first gap
                hurt = ctx.settings.severity * ctx.settings.grievance * gap * (1 - case.told)
                if hurt > 0:
                    ctx.hurt(person, group, case.incident, hurt, cause=ctx.opening_of(case.incident))
            if case is not None and turn == 0:
                case.cause = say_so(ctx, case, case.people[0], ctx.settings.sentiment)
                ctx.process(run_procedure(ctx, ctx.settings.handling, case))
            yield ctx.wait(days=ctx.settings.every_days)

    def _gaps(self, ctx: Any, group: int, case: Case | None) -> dict[int, float]:
        """Members for whom the gap is wider than is borne, and by how much; the widest first."""
        now = ctx.settings
        people = by_lot(ctx, ctx.members(group), 0)[: now.tried or None] if case is None else case.concerned
        gaps = {}
        for person in people:
            expected = now.claim + now.spread * (2 * ctx.uniform(1, person) - 1)
            coached = case.coached.get(person, (0.0, 0.0)) if case else (0.0, 0.0)
            gained = coached[0] * min((ctx.day - coached[1]) / now.result_days, 1.0)
            if (gap := expected - now.result - gained) > now.tolerance and ctx.is_member(person):
                gaps[person] = gap
        return dict(sorted(gaps.items(), key=lambda pair: -pair[1]))

    def _begin(self, ctx: Any, group: int, gaps: dict[int, float]) -> Case:
        now = ctx.settings
        incident = ctx.open_incident(group, now.severity)
        worst = next(iter(gaps))
        hurt = now.severity * now.grievance * gaps[worst]
        return Case(incident, group, (worst,), ctx.opening_of(incident), hurt, ctx.day, concerned=tuple(gaps))
