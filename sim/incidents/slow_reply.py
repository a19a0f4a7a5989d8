"""Somebody waits for an answer that matters to them while the one who should give it is away."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any, Literal

from sim.scenario import number, settings

#: What a public scolding does to acquaintances of the scolded member, relative to what it does to her: an input.
SPILL = 0.5
#: Those who write least: this share of a group is called low-effort here.
LOW_EFFORT = 0.5


@settings
class SlowReply:
    """Slow reply: a question that matters stays unanswered while one of the staff is away; waiting breeds anger."""

    day: Annotated[float, number("day of the question", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "B06a: assumed")]
    handling: Literal["right", "wrong", "none"]
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    absent_hours: Annotated[float, number("hours for which one of the staff is away", 0, 720, "B06a: assumed")]
    patience_hours: Annotated[float, number("hours until waiting hurts", 0, 720, "B06a: assumed")]
    grievance: Annotated[float, number("anger at full severity", 0, 3, "assumed")]
    justice: Annotated[float, number("how workable the plan is, right handling", 0, 1, "B06a.s5: assumed")]
    delay_hours: Annotated[float, number("hours before staff turn to it, wrong handling", 0, 720, "B06a: assumed")]
    scolding: Annotated[float, number("anger added by a public scolding, wrong handling", 0, 3, "B06a: assumed; an input")]

    def run(self, ctx: Any) -> Generator:
        """The question, the wait, the handling."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / 24)
        while (learner := self._learner(ctx)) is None:
            yield ctx.wait(days=1)
        group, person = learner
        if ctx.staff.people:
            ctx.process(ctx.staff.send_away(ctx.settings.absent_hours))
        incident = ctx.open_incident(group, ctx.settings.severity)
        asked = ctx.ask(person, group, incident, cause=ctx.opening_of(incident))
        yield ctx.wait(hours=ctx.settings.patience_hours)
        if ctx.is_answered(ctx.message_of(asked)):
            ctx.settle(incident, group, cause=asked)
            return
        if ctx.is_member(person):
            ctx.hurt(person, group, incident, ctx.settings.severity * ctx.settings.grievance, cause=asked)
        if ctx.settings.handling == "right":
            yield from self._help(ctx, person, group, incident, asked)
        elif ctx.settings.handling == "wrong":
            yield from self._scold(ctx, person, group, incident, asked)

    def _learner(self, ctx: Any) -> tuple[int, int] | None:
        """(group, one of those who write least), by lot; None while there is nobody."""
        for group in sorted(filter(ctx.is_running, ctx.groups), key=lambda group: ctx.uniform(0, group)):
            members = ctx.members(group)
            busy = set(ctx.top_talkers(group, int(len(members) * (1 - LOW_EFFORT))))
            quiet = [person for person in members if person not in busy]
            if quiet:
                return group, min(quiet, key=lambda person: ctx.uniform(1, person))
        return None

    def _help(self, ctx: Any, person: int, group: int, incident: int, cause: int) -> Generator:
        now, staff = ctx.settings, ctx.staff_settings
        who = yield from ctx.staff.work("soothe", staff.soothe_minutes)  # B06a.s1 ask in private what happened
        if who is None:
            return
        if ctx.is_member(person):
            ctx.soothe(person, group, who, share=0.5 * staff.warmth, cause=cause)
        yield from ctx.staff.work("settle", 0.3 * staff.settle_minutes)  # B06a.s2 hear the deputy, too
        yield from ctx.staff.work("settle", 0.3 * staff.settle_minutes)  # B06a.s3 agree among the team
        who = yield from ctx.staff.work("settle", 0.4 * staff.settle_minutes)  # B06a.s4 call: solve it first
        if ctx.is_member(person):
            ctx.soothe(person, group, who, share=0.5 * staff.warmth, cause=cause)
        ctx.announce_plan(group, incident, now.justice, who, cause=cause)  # B06a.s5 own up, tell how it will be from now on
        ctx.settle(incident, group, cause=cause)

    def _scold(self, ctx: Any, person: int, group: int, incident: int, cause: int) -> Generator:
        yield ctx.wait(hours=ctx.settings.delay_hours)
        who = yield from ctx.staff.work("settle", ctx.staff_settings.settle_minutes)
        if who is None:
            return
        scolded = ctx.announce_plan(group, incident, 0.0, who, cause=cause)  # one side only, for everybody to read
        if ctx.is_member(person):
            ctx.hurt(person, group, incident, ctx.settings.scolding, cause=scolded)
        for other in ctx.members(group):
            if ctx.are_acquainted(person, other):
                ctx.hurt(other, group, incident, SPILL * ctx.settings.scolding, cause=scolded)
        ctx.settle(incident, group, cause=scolded)
