"""Strangers who talk to each other misunderstand each other now and then: unkind words that arise by themselves."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import MESSAGE_POSTED, MINUTE, QUESTION_ASKED
from sim.rules.procedure import Case, run_procedure
from sim.rules.steps import Handling
from sim.scenario import number, settings

#: Which draw of a message decides whether it is taken amiss; operators take 0 to 2.
FRICTION_DRAW = 7


@settings
class Friction:
    """Friction: of the exchanges between strangers some end in an unkind word; the more they talk, the less they are strangers."""

    day: Annotated[float, number("day from which on; the first exchange of strangers after it goes wrong", 0, 4_000, "assumed")]
    handling: Handling
    """how it is handled: right, wrong, none, or a procedure by name"""
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    friction: Annotated[float, number("chance that an exchange of strangers goes wrong", 0, 1, "B09, D41: 0 to 0.01, assumed")]
    within_minutes: Annotated[float, number("minutes in which what follows a message is an exchange", 0.1, 240, "assumed")]
    familiar: Annotated[float, number("exchanges by which two become familiar", 0.5, 100, "mechanisms: 5, assumed")]
    ruled: Annotated[float, number("share of the friction that is left where rules stand", 0, 1, "B09.s7, E08: assumed")]
    sentiment: Annotated[float, number("tone of the word, -1 to 0", -1, 0, "assumed")]
    grievance: Annotated[float, number("anger of the other at full severity", 0, 3, "mechanisms: 0.3, assumed")]
    at_once: Annotated[int, number("incidents at most, per group", 1, 8, "B09: assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """Follows the talk of all groups, from one hour to the next."""
        yield ctx.until_day(ctx.settings.day)
        place = len(ctx.notes())
        cases: dict[int, list[Case]] = {}
        before: dict[int, Any] = {}
        spoken: Counter[tuple[int, int]] = Counter()
        while True:
            yield ctx.wait(hours=1)
            notes = ctx.notes(place)
            place += len(notes)
            for note in notes:
                if note.kind in (MESSAGE_POSTED, QUESTION_ASKED):
                    last, before[note.group] = before.get(note.group), note
                    if last is not None and self._goes_wrong(ctx, last, note, spoken, cases):
                        self._hurt(ctx, last, note, cases.setdefault(note.group, []))

    def _goes_wrong(self, ctx: Any, last: Any, note: Any, spoken: Counter[Any], cases: dict[int, list[Case]]) -> bool:
        """Whether what was said just now was unkind to whoever had spoken before."""
        now, pair = ctx.settings, (min(last.actor, note.actor), max(last.actor, note.actor))
        if last.actor == note.actor or note.time - last.time > now.within_minutes * MINUTE or ctx.are_acquainted(*pair):
            return False
        strange = math.exp(-spoken[pair] / now.familiar)
        spoken[pair] += 1
        if note.group not in cases:
            return True
        calm = now.ruled if ctx.has_rules(note.group) else 1.0
        return bool(ctx.uniform_of(note, FRICTION_DRAW) < now.friction * strange * calm)

    def _hurt(self, ctx: Any, last: Any, note: Any, cases: list[Case]) -> None:
        now, group = ctx.settings, note.group
        if not (ctx.is_member(last.actor, group) and ctx.is_member(note.actor, group)):
            return
        hurt = now.severity * now.grievance
        open_cases = [case for case in cases if not ctx.is_settled(case.incident)]
        begins = not open_cases and len(cases) < now.at_once
        if begins:
            incident = ctx.open_incident(group, now.severity, cause=note.row)
            cases.append(Case(incident, group, (last.actor, note.actor), ctx.opening_of(incident), hurt, ctx.day))
        case = cases[-1]
        word = ctx.provoke(note.actor, group, now.sentiment, last.message, cause=ctx.opening_of(case.incident))
        if hurt > 0:
            ctx.hurt(last.actor, group, case.incident, hurt * (1 - case.told), cause=word)
        case.cause = word
        case.spoke += [last.actor]
        if begins:
            ctx.process(run_procedure(ctx, now.handling, case))
