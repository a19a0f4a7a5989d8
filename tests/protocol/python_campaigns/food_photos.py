"""Photos of food shortly before people decide where to eat."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class FoodPhotos:
    """Food photos: a photo two or three hours before meals; it works on those who never write, too."""

    day: Annotated[float, number("first day", 0, 4_000, "assumed")]
    days: Annotated[float, number("days for which it is kept up", 0, 4_000, "C36: assumed")]
    hour: Annotated[float, number("hour of the day, two to three before a meal", 0, 23.9, "C36: 15-16")]
    late_hours: Annotated[float, number("hours after which a photo is not posted any more", 0.1, 24, "C36: assumed")]
    recall: Annotated[float, number("brand brought to mind by one photo", 0, 2, "C36: assumed")]
    content: Annotated[float, number("weight of content", 0, 2, "C36: assumed")]
    talk: Annotated[float, number("replies it draws, relative to a usual post", 0, 5, "C36: none needed")]
    minutes: Annotated[float, number("minutes of work for one photo, median", 0.1, 600, "assumed")]

    def run(self, ctx: Any) -> Generator:
        """A photo every day; one that comes too late for the meal is dropped."""
        yield ctx.until_day(ctx.settings.day)
        starts = {group: ctx.start_campaign(group) for group in ctx.groups}
        while any(map(ctx.is_running, starts)) and ctx.day < ctx.settings.day + ctx.settings.days:
            yield ctx.until_hour(ctx.settings.hour)
            due = ctx.day
            person = yield from ctx.staff.work("campaign", ctx.settings.minutes)
            if person is None:
                continue  # nobody there at present
            now = ctx.settings
            photo = Stimulus(content=now.content, recall=now.recall, talk=now.talk)
            if (ctx.day - due) * 24 <= now.late_hours:
                for group in filter(ctx.is_running, starts):
                    ctx.post(group, photo, staff=person, cause=starts[group])
        for group, start in starts.items():
            ctx.end_campaign(group, cause=start)
