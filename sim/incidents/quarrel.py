"""A careless word between two members who write a lot."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS, MESSAGE_POSTED
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.rules.upset import TRY_AGAIN
from sim.scenario import number, settings


@settings
class Quarrel:
    """Quarrel: one regular writes something unkind to another; unless somebody steps in, the other hits back in public."""

    day: Annotated[float, number("day on which it happens", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    talkers: Annotated[int, number("those who write most, among whom it happens", 2, 200, "B01: assumed")]
    sentiment: Annotated[float, number("-1 to 0", -1, 0, "B01: a joke, assumed")]
    """tone of the word"""
    grievance: Annotated[float, number("anger of the other at full severity", 0, 3, "assumed")]
    forgiving: Annotated[float, number("share of it spared between acquaintances", 0, 1, "B01: assumed")]
    retort_hours: Annotated[float, number("hours until the other hits back", 0, 720, "B01: hours")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The word, the handling, the retort if nothing has been done by then."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
        while (found := self._two_of_them(ctx)) is None:
            yield ctx.wait(days=TRY_AGAIN)
        group, teaser, teased, message = found
        now = ctx.settings
        incident = ctx.open_incident(group, now.severity)
        word = ctx.provoke(teaser, group, now.sentiment, message, cause=ctx.opening_of(incident))
        spared = now.forgiving if ctx.are_acquainted(teaser, teased) else 0.0
        hurt = now.severity * now.grievance
        ctx.hurt(teased, group, incident, hurt * (1 - spared), cause=word)
        ctx.process(run_procedure(ctx, now.handling, Case(incident, group, (teased, teaser), word, hurt, ctx.day)))
        yield ctx.wait(hours=now.retort_hours)
        if not ctx.is_settled(incident) and ctx.is_member(teased, group):
            retort = ctx.complain(teased, group, incident, now.sentiment, cause=word)
            if ctx.is_member(teaser):
                ctx.hurt(teaser, group, incident, hurt * (1 - spared), cause=retort)

    def _two_of_them(self, ctx: Any) -> tuple[int, int, int, int] | None:
        """(group, who says it, to whom, about which message), by lot; None while there are not two who write."""
        for group in sorted(filter(ctx.is_running, ctx.groups), key=lambda group: ctx.uniform(0, group)):
            both = sorted(ctx.top_talkers(group, ctx.settings.talkers), key=lambda person: ctx.uniform(1, person))[:2]
            said = [note.message for note in ctx.notes() if note.kind == MESSAGE_POSTED and note.actor in both[1:]]
            if said:
                return group, *both, said[-1]
        return None
