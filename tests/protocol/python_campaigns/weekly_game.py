"""A game in the same slot every week with a small prize for nearly everybody."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class WeeklyGame:
    """Weekly game: the same slot every week, prizes that are small but many; playing together makes people feel at home."""

    day: Annotated[float, number("first day", 0, 4_000, "assumed")]
    days: Annotated[float, number("days for which it is kept up", 0, 4_000, "C10: assumed")]
    weekday: Annotated[int, number("0 Monday to 6 Sunday", 0, 6, "C10, C46: Thursday")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "C10: assumed")]
    open_hours: Annotated[float, number("hours for which one can play", 0.1, 72, "assumed")]
    ask: Annotated[float, number("share of interested readers who play", 0, 1, "assumed")]
    bond: Annotated[float, number("warmth that playing adds", 0, 1, "C10: assumed")]
    pull: Annotated[float, number("how many look at once, 1 = as for a red packet", 0, 2, "assumed")]
    talk: Annotated[float, number("replies it draws, relative to a usual post", 0, 5, "assumed")]
    prize: Annotated[float, number("yuan per player", 0.01, 1_000, "C10: low, assumed")]
    prizes: Annotated[int, number("prizes, per group", 1, 500, "C10: many, assumed")]
    minutes: Annotated[float, number("minutes of work for one game, median", 0.1, 600, "assumed")]

    def run(self, ctx: Any) -> Generator:
        """One game a week in every group."""
        yield ctx.until_day(ctx.settings.day)
        while ctx.day < ctx.settings.day + ctx.settings.days:
            yield ctx.until_day(int(ctx.day) + (ctx.settings.weekday - int(ctx.day)) % 7 + ctx.settings.hour / 24)
            for group in filter(ctx.is_running, ctx.groups):
                ctx.process(self._game(ctx, group))
            yield ctx.until_day(int(ctx.day) + 1)

    def _game(self, ctx: Any, group: int) -> Generator:
        person = yield from ctx.staff.work("campaign", ctx.settings.minutes)
        if person is None or not ctx.is_running(group):
            return
        now = ctx.settings
        game = Stimulus(ask=now.ask, bond=now.bond, pull=now.pull, talk=now.talk, deadline_hours=now.open_hours)
        start = ctx.start_campaign(group)
        ctx.post(group, game, reward=now.prize, takers=now.prizes, staff=person, cause=start)
        yield ctx.wait(hours=now.open_hours)
        ctx.end_campaign(group, cause=start)
