"""Somebody waits for an answer that matters to them while the one who should give it is away."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.scenario import number, settings

#: Those who write least: this share of a group is called low-effort here.
LOW_EFFORT = 0.5


@settings
class SlowReply:
    """Slow reply: a question that matters stays unanswered while one of the staff is away; waiting breeds anger."""

    day: Annotated[float, number("day of the question", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "B06a: assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    absent_hours: Annotated[float, number("hours for which one of the staff is away", 0, 720, "B06a: assumed")]
    patience_hours: Annotated[float, number("hours until waiting hurts", 0, 720, "B06a: assumed")]
    grievance: Annotated[float, number("anger at full severity", 0, 3, "assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The question, the wait, the handling."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
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
        question = next(note for note in reversed(ctx.notes()) if note.row == asked)
        now = ctx.settings
        case = Case(incident, group, (person,), asked, now.severity * now.grievance, ctx.day, question=question)
        yield from run_procedure(ctx, now.handling, case)

    def _learner(self, ctx: Any) -> tuple[int, int] | None:
        """(group, one of those who write least), by lot; None while there is nobody."""
        for group in sorted(filter(ctx.is_running, ctx.groups), key=lambda group: ctx.uniform(0, group)):
            members = ctx.members(group)
            busy = set(ctx.top_talkers(group, int(len(members) * (1 - LOW_EFFORT))))
            quiet = [person for person in members if person not in busy]
            if quiet:
                return group, min(quiet, key=lambda person: ctx.uniform(1, person))
        return None
