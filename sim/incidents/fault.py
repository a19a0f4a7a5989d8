"""Goods or a service are not what was shown: buyers find out one after another, and one of them says so in the group."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.rules.upset import TRY_AGAIN, buyers_of, by_lot, find_out, heard_of, say_so
from sim.scenario import number, settings

#: Draws that each turn has for itself, and from where on those of side talk begin.
LANES_OF_A_TURN, SIDE_TALK_LANE = 1_000, 1_000_000


@settings
class Fault:
    """Fault: what was bought is not what was shown; buyers tell each other, one says so in public, and it may come again."""

    day: Annotated[float, number("day on which it happens", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    of_days: Annotated[float, number("days of orders that are affected", 0.1, 365, "B03: assumed")]
    share: Annotated[float, number("share of these buyers whose order is faulty", 0, 1, "B03, B13: assumed")]
    buyers: Annotated[int, number("of these, how many at most; 0 all", 0, 5_000, "B13, B14: one")]
    find_days: Annotated[float, number("days within which they find out by themselves", 0, 90, "B03: assumed")]
    side_talk: Annotated[float, number("1/day, told by an acquaintance who knows", 0, 5, "B03, D14: assumed")]
    sentiment: Annotated[float, number("tone of the word in public, -1 to 0", -1, 0, "assumed")]
    grievance: Annotated[float, number("anger at full severity", 0, 3, "assumed")]
    again_days: Annotated[float, number("days until it may come again; 0 never", 0, 365, "B13: assumed")]
    recurrence: Annotated[
        float, number("chance that it comes again then; what is mended lowers it", 0, 1, "B13.s5, E68: assumed")
    ]
    item: Annotated[
        int,
        number("the goods that are faulty, by their turn in the offers (`breadth`); 0 whatever was bought", 0, 20, "A03, B03"),
    ] = 0

    mended = ("recurrence",)

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The fault, and again for as long as its cause is there."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
        turn = 0
        while True:
            if turn == 0 or ctx.uniform(-1, turn) < ctx.settings.recurrence:
                for group in filter(ctx.is_running, ctx.groups):
                    ctx.process(self._occur(ctx, group, turn))
            if not ctx.settings.again_days:
                return
            turn += 1
            yield ctx.wait(days=ctx.settings.again_days)

    def _occur(self, ctx: Any, group: int, turn: int) -> Generator[Any, Any, Any]:
        lane = LANES_OF_A_TURN * turn
        while not (bought := buyers_of(ctx, group, ctx.settings.of_days, ctx.settings.item)):
            yield ctx.wait(days=TRY_AGAIN)
            if not ctx.is_running(group):
                return
        now = ctx.settings
        faulty = [person for person in bought if ctx.uniform(lane, person) < now.share] or by_lot(ctx, bought, lane)[:1]
        faulty = by_lot(ctx, faulty, lane + 1)[: now.buyers or None]
        incident = ctx.open_incident(group, now.severity)
        hurt = now.severity * now.grievance
        case = Case(incident, group, (faulty[0],), ctx.opening_of(incident), hurt, ctx.day)
        case.buyers = frozenset(bought) if now.item else None
        if hurt > 0:
            ctx.hurt(faulty[0], group, incident, hurt, cause=case.cause)
        case.cause = say_so(ctx, case, faulty[0], now.sentiment)
        ctx.process(run_procedure(ctx, now.handling, case))
        alone = {person: ctx.uniform(lane + 2, person) * now.find_days for person in faulty}
        after = heard_of(ctx, alone, now.side_talk, SIDE_TALK_LANE + lane)
        del after[faulty[0]]
        yield from find_out(ctx, case, ctx.day, after, dict.fromkeys(after, hurt))
