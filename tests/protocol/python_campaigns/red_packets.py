"""Money for whoever is quick: at fixed times, or so that nobody can tell when."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus

#: How far the hour of a wholly irregular packet may lie from the usual one.
HOURS_AROUND = 3.0


@settings
class RedPackets:
    """Red packets: a few yuan each for the first takers, every so many days; irregular ones are not taken for granted."""

    day: Annotated[float, number("first day", 0, 4_000, "assumed")]
    days: Annotated[float, number("days for which it is kept up", 0, 4_000, "C04: assumed")]
    every_days: Annotated[float, number("days between packets", 1, 365, "C04: assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    amount: Annotated[float, number("yuan per taker, mean", 0.01, 1_000, "C04: assumed")]
    takers: Annotated[int, number("takers at most, per group", 1, 500, "C04: assumed")]
    irregular: Annotated[float, number("0 same hour and amount every time, 1 neither can be told", 0, 1, "C04")]
    pull: Annotated[float, number("how many look at once, 1 = as for a red packet", 0, 2, "C04: by definition")]
    ask: Annotated[float, number("share of interested readers who open it", 0, 1, "assumed")]
    open_hours: Annotated[float, number("hours after which it goes back", 0.1, 72, "WeChat: 24")]
    minutes: Annotated[float, number("minutes of work for one packet, median", 0.1, 600, "assumed")]

    def run(self, ctx: Any) -> Generator:
        """A packet in every group, again and again."""
        yield ctx.until_day(ctx.settings.day)
        turn = 0
        while ctx.day < ctx.settings.day + ctx.settings.days:
            around = HOURS_AROUND * ctx.settings.irregular * (2 * ctx.uniform(turn, 0) - 1)
            yield ctx.until_hour((ctx.settings.hour + around) % 24)
            for group in filter(ctx.is_running, ctx.groups):
                ctx.process(self._packet(ctx, turn, group))
            turn += 1
            yield ctx.wait(days=ctx.settings.every_days - 0.5)

    def _packet(self, ctx: Any, turn: int, group: int) -> Generator:
        person = yield from ctx.staff.work("campaign", ctx.settings.minutes)
        if person is None or not ctx.is_running(group):
            return
        now = ctx.settings
        packet = Stimulus(ask=now.ask, certainty=1 - now.irregular, pull=now.pull, talk=1, deadline_hours=now.open_hours)
        amount = now.amount * (1 + now.irregular * (2 * ctx.uniform(turn, 1) - 1))
        start = ctx.start_campaign(group)
        ctx.post(group, packet, reward=amount, takers=now.takers, staff=person, cause=start)
        yield ctx.wait(hours=now.open_hours)
        ctx.end_campaign(group, cause=start)
