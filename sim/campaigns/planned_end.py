"""A group that has served its purpose is closed in time, with notice and thanks."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class PlannedEnd:
    """Planned end: some days ahead members are told that the group will be closed, then it is."""

    day: Annotated[float, number("day on which every group is closed", 0, 4_000, "A32: 15 days")]
    notice_days: Annotated[float, number("days ahead on which members are told", 0, 90, "B20.s1: assumed")]
    talk: Annotated[float, number("replies the notice draws, relative to a usual post", 0, 5, "assumed")]
    minutes: Annotated[float, number("minutes of work for the notice and for the closing, median", 0.1, 600, "assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """The notice, then the end; both wait for somebody to see to it."""
        day = ctx.settings.day
        yield ctx.until_day(day - ctx.settings.notice_days)
        if not ctx.groups:
            return
        person = yield from self._somebody(ctx)
        starts = {group: ctx.start_campaign(group) for group in ctx.groups}
        for group, start in starts.items():
            ctx.post(group, Stimulus(talk=ctx.settings.talk), staff=person, cause=start)
        yield ctx.until_day(day)
        yield from self._somebody(ctx)
        for group, start in starts.items():
            ctx.close(group, cause=start)
            ctx.end_campaign(group, cause=start)

    def _somebody(self, ctx: Any) -> Generator[Any, Any, Any]:
        """One of the staff, once the work is done; without staff it is tried again every day."""
        while (person := (yield from ctx.staff.work("campaign", ctx.settings.minutes))) is None:
            yield ctx.wait(days=1)
        return person
