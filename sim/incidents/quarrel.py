"""A careless word between two members who write a lot."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any, Literal

from sim.events.kinds import MESSAGE_POSTED
from sim.scenario import number, settings


@settings
class Quarrel:
    """Quarrel: one regular writes something unkind to another; unless somebody steps in, the other hits back in public."""

    day: Annotated[float, number("day", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Literal["right", "wrong", "none"]
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    talkers: Annotated[int, number("those who write most, among whom it happens", 2, 200, "B01: assumed")]
    sentiment: Annotated[float, number("-1 to 0", -1, 0, "B01: a joke, assumed")]
    grievance: Annotated[float, number("anger of the other at full severity", 0, 3, "assumed")]
    forgiving: Annotated[float, number("share of it spared between acquaintances", 0, 1, "B01: assumed")]
    retort_hours: Annotated[float, number("hours until the other hits back", 0, 720, "B01: hours")]
    arbitration: Annotated[float, number("anger of both at a public verdict, wrong handling", 0, 3, "B01: assumed; an input")]
    aftermath_days: Annotated[float, number("days until the dispute over the verdict ends", 0, 90, "B10: a few days")]

    def run(self, ctx: Any) -> Generator:
        """The word, the handling, the retort if nothing has been done by then."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / 24)
        while (found := self._two_of_them(ctx)) is None:
            yield ctx.wait(days=0.25)
        group, teaser, teased, message = found
        now = ctx.settings
        incident = ctx.open_incident(group, now.severity)
        word = ctx.provoke(teaser, group, now.sentiment, message, cause=ctx.opening_of(incident))
        spared = now.forgiving if ctx.are_acquainted(teaser, teased) else 0.0
        hurt = now.severity * now.grievance * (1 - spared)
        ctx.hurt(teased, group, incident, hurt, cause=word)
        if now.handling == "right":
            ctx.process(self._mediate(ctx, group, incident, (teased, teaser), word))
        elif now.handling == "wrong":
            ctx.process(self._arbitrate(ctx, group, incident, (teased, teaser), word))
        yield ctx.wait(hours=now.retort_hours)
        if not ctx.is_settled(incident) and ctx.is_member(teased):
            retort = ctx.complain(teased, group, incident, now.sentiment, cause=word)
            if ctx.is_member(teaser):
                ctx.hurt(teaser, group, incident, hurt, cause=retort)

    def _two_of_them(self, ctx: Any) -> tuple[int, int, int, int] | None:
        """(group, who says it, to whom, about which message), by lot; None while there are not two who write."""
        for group in sorted(filter(ctx.is_running, ctx.groups), key=lambda group: ctx.uniform(0, group)):
            both = sorted(ctx.top_talkers(group, ctx.settings.talkers), key=lambda person: ctx.uniform(1, person))[:2]
            said = [note.message for note in ctx.notes() if note.kind == MESSAGE_POSTED and note.actor in both[1:]]
            if said:
                return group, *both, said[-1]
        return None

    def _mediate(self, ctx: Any, group: int, incident: int, both: tuple[int, int], cause: int) -> Generator:
        staff = ctx.staff_settings
        yield ctx.wait(minutes=staff.look_minutes if ctx.staff.people else 0)
        who = yield from ctx.staff.work("settle", 0.3 * staff.settle_minutes)  # B01.s2 what happened, and how bad is it
        if who is None:
            return
        for person in both:  # B01.s3 each in private, B01.s4 esteem first, then the other's side of it
            who = yield from ctx.staff.work("soothe", staff.soothe_minutes)
            if ctx.is_member(person):
                ctx.soothe(person, group, who, share=0.8 * staff.warmth, cause=cause)
        yield from ctx.staff.work("settle", 0.7 * staff.settle_minutes)  # B01.s5 a way that both can accept
        ctx.settle(incident, group, cause=cause)

    def _arbitrate(self, ctx: Any, group: int, incident: int, both: tuple[int, int], cause: int) -> Generator:
        yield ctx.wait(minutes=ctx.staff_settings.look_minutes if ctx.staff.people else 0)
        who = yield from ctx.staff.work("settle", ctx.staff_settings.settle_minutes)
        if who is None:
            return
        verdict = ctx.announce_plan(group, incident, 0.0, who, cause=cause)
        for person in filter(ctx.is_member, both):
            ctx.hurt(person, group, incident, ctx.settings.arbitration, cause=verdict)
            ctx.complain(person, group, incident, ctx.settings.sentiment, cause=verdict)  # neither accepts it
        yield ctx.wait(days=ctx.settings.aftermath_days)
        ctx.settle(incident, group, cause=verdict)
