"""People slip in to advertise, all within a few hours."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any, Literal

from sim.events.kinds import ADVERT_POSTED
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class AdWave:
    """Wave of adverts: spammers slip into every group within hours; each advert that stands invites the next one."""

    day: Annotated[float, number("day on which they begin to come", 0, 4_000, "assumed")]
    intruders: Annotated[int, number("spammers per group", 1, 500, "B04a: assumed")]
    hours: Annotated[float, number("hours within which they come in", 0.1, 720, "B04a: assumed")]
    handling: Literal["right", "wrong", "none"]
    watch_days: Annotated[float, number("days for which staff keep an eye on it", 0.1, 365, "assumed")]

    def run(self, ctx: Any) -> Generator:
        """A wave in every group."""
        yield ctx.until_day(ctx.settings.day)
        for group in filter(ctx.is_running, ctx.groups):
            ctx.process(self._wave(ctx, group))

    def _wave(self, ctx: Any, group: int) -> Generator:
        now = ctx.settings
        incident = ctx.open_incident(group)
        opening, place = ctx.opening_of(incident), len(ctx.notes())
        intruders = ctx.slipped_in(group)[: now.intruders]
        for person in intruders:
            ctx.process(self._slip_in(ctx, person, group, opening))
        if not ctx.staff.people or now.handling == "none":
            return
        if now.handling == "right":
            yield from self._remove(ctx, group, incident, place, set(intruders))
        else:
            yield from self._plead(ctx, group, incident)

    def _slip_in(self, ctx: Any, person: int, group: int, cause: int) -> Generator:
        yield ctx.wait(hours=ctx.settings.hours * ctx.uniform(0, person))
        if ctx.has_room(group) and ctx.is_running(group):
            ctx.slip_in(person, group, ctx.type_code("spammer"), cause=cause)

    def _remove(self, ctx: Any, group: int, incident: int, place: int, intruders: set[int]) -> Generator:
        cause, restated = ctx.opening_of(incident), False
        began = ctx.day
        while ctx.day < began + ctx.settings.watch_days:
            if ctx.day > began + ctx.settings.hours / 24 and not any(map(ctx.is_member, intruders)):
                break
            yield ctx.wait(minutes=ctx.staff_settings.look_minutes)
            yield from ctx.staff.come_on_duty()
            notes = ctx.notes(place)
            place += len(notes)
            for note in notes:
                if note.group != group or note.kind != ADVERT_POSTED or note.actor not in intruders:
                    continue
                who = yield from ctx.staff.work("moderate", ctx.staff_settings.moderate_minutes)
                if ctx.is_member(note.actor):
                    ctx.remove_member(note.actor, group, who, cause=note.row)  # B04a.s1 out at once
                if ctx.is_open(note.message):
                    ctx.remove_message(note, who)
                if not restated:
                    restated = True
                    ctx.post_rules(group, who)  # B04a.s2, B11.s1 what the rule is
                    ctx.post(group, Stimulus(content=0.2, talk=0.3), staff=who, cause=cause)  # B11.s2 and why
        ctx.settle(incident, group, cause=cause)

    def _plead(self, ctx: Any, group: int, incident: int) -> Generator:
        yield ctx.wait(days=1)
        who = yield from ctx.staff.work("settle", ctx.staff_settings.settle_minutes)
        plea = ctx.post(group, Stimulus(talk=0.3), staff=who, cause=ctx.opening_of(incident))  # tolerated: nobody has to go
        ctx.settle(incident, group, cause=plea)
