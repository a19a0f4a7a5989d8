"""One named column a day, always at the same hour."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class Columns:
    """Columns: one named column a day at a fixed hour, so that members know when to look."""

    day: Annotated[float, number("first day", 0, 4_000, "assumed")]
    days: Annotated[float, number("days for which it is kept up", 0, 4_000, "C44: assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "C44: assumed")]
    content: Annotated[float, number("weight of content", 0, 2, "C44: assumed")]
    quality: Annotated[float, number("how well the content is made", 0, 1, "assumed")]
    recall: Annotated[float, number("brand brought to mind by one column", 0, 2, "assumed")]
    talk: Annotated[float, number("replies it draws, relative to a usual post", 0, 5, "assumed")]
    minutes: Annotated[float, number("minutes of work for one column, median", 0.1, 600, "C44: content work")]

    def run(self, ctx: Any) -> Generator:
        """A column every day; what staff do not get round to comes late."""
        yield ctx.until_day(ctx.settings.day)
        starts = {group: ctx.start_campaign(group) for group in ctx.groups}
        while any(map(ctx.is_running, starts)) and ctx.day < ctx.settings.day + ctx.settings.days:
            yield ctx.until_hour(ctx.settings.hour)
            person = yield from ctx.staff.work("campaign", ctx.settings.minutes)
            if person is None:
                continue  # nobody there at present
            now = ctx.settings
            column = Stimulus(content=now.content, quality=now.quality, recall=now.recall, talk=now.talk)
            for group in filter(ctx.is_running, starts):
                ctx.post(group, column, staff=person, cause=starts[group])
        for group, start in starts.items():
            ctx.end_campaign(group, cause=start)
