"""Two who answer do not say the same: whoever asked is left in doubt, and so are those who read along."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS, NONE, WEEK_DAYS
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.rules.upset import by_lot, say_so
from sim.scenario import number, settings


@settings
class Contradiction:
    """Contradiction: the same question gets two answers; it is asked again until one person answers or all have been told."""

    day: Annotated[float, number("day of the first question", 0, 4_000, "assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    roles: Annotated[int, number("roles that answer, where the staff have none by name", 1, 3, "B05: 2")]
    agree: Annotated[float, number("share of answers of two roles that agree", 0, 1, "mechanisms: 0.8, assumed")]
    per_week: Annotated[float, number("questions of this kind a week", 0, 50, "mechanisms: 2, assumed")]
    days: Annotated[float, number("days for which it is asked", 0, 365, "B05: four weeks")]
    public: Annotated[float, number("share of those in doubt who say so in the group", 0, 1, "mechanisms: 0.7, assumed")]
    sentiment: Annotated[float, number("tone of that word, -1 to 0", -1, 0, "assumed")]
    grievance: Annotated[float, number("anger of who asked, at full severity", 0, 3, "assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The question in every group; nothing happens where one role answers."""
        yield ctx.until_day(ctx.settings.day + ctx.settings.hour / DAY_HOURS)
        for group in filter(ctx.is_running, ctx.groups):
            ctx.process(self._keep_asking(ctx, group))

    def _keep_asking(self, ctx: Any, group: int) -> Generator[Any, Any, Any]:
        began, turn, case = ctx.day, 0, None
        while ctx.day <= began + ctx.settings.days and ctx.is_running(group):
            now = ctx.settings
            people = by_lot(ctx, ctx.members(group), 2 * turn)
            if people and (ctx.staff.answering_roles or now.roles) > 1 and ctx.staff.people:
                if turn == 0 or ctx.uniform(-1 - group, turn) < 1 - now.agree:
                    case = yield from self._contradict(ctx, group, people[0], turn, case)
            if not now.per_week:
                return
            turn += 1
            yield ctx.wait(days=WEEK_DAYS / now.per_week)

    def _contradict(self, ctx: Any, group: int, person: int, turn: int, case: Case | None) -> Generator[Any, Any, Any]:
        """One question and its two answers; gives the case, in which what has been told eases what comes later."""
        now = ctx.settings
        first = case is None
        if case is None:
            incident = ctx.open_incident(group, now.severity)
            case = Case(incident, group, (person,), ctx.opening_of(incident), now.severity * now.grievance, ctx.day)
        asked = ctx.ask(person, group, case.incident, cause=ctx.opening_of(case.incident))
        question = next((note for note in reversed(ctx.notes()) if note.row == asked), None)
        for _ in range(2):
            who = yield from ctx.staff.work("answer", ctx.staff_settings.answer_minutes)
            if who is not None and question is not None and asked != NONE:
                ctx.answer(question, who)
        hurt = case.grievance * (1 - case.told)
        if ctx.is_member(person) and hurt > 0:
            ctx.hurt(person, group, case.incident, hurt, cause=asked)
            if ctx.uniform(2 * turn + 1, person) < now.public * (1 - case.told):
                say_so(ctx, case, person, now.sentiment)
        if first:
            ctx.process(run_procedure(ctx, now.handling, case))
        return case
