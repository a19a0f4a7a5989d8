"""Every order is added to a list that all can see."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import DAY_HOURS
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class OrderRelay:
    """Order relay: the list of the latest orders is posted whenever there are new ones; many like to buy what others buy."""

    day: Annotated[float, number("first day", 0, 4_000, "assumed")]
    days: Annotated[float, number("days for which it is kept up", 0, 4_000, "C02: assumed")]
    every_hours: Annotated[float, number("hours between two looks at the orders", 0.1, 168, "C02: assumed")]
    recall: Annotated[float, number("brand brought to mind by one list", 0, 2, "C02: assumed")]
    promotion: Annotated[float, number("weight of advertising", 0, 2, "C02: assumed")]
    talk: Annotated[float, number("replies it draws, relative to a usual post", 0, 5, "assumed")]
    minutes: Annotated[float, number("minutes of work for one list, median", 0.1, 600, "C02: a bot, assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """One relay in every group."""
        yield ctx.until_day(ctx.settings.day)
        for group in filter(ctx.is_running, ctx.groups):
            ctx.process(self._relay(ctx, group))

    def _relay(self, ctx: Any, group: int) -> Generator[Any, Any, Any]:
        start, last = ctx.start_campaign(group), ctx.day
        while ctx.is_running(group) and ctx.day < ctx.settings.day + ctx.settings.days:
            yield ctx.wait(hours=ctx.settings.every_hours)
            if not ctx.orders_seen(group, (ctx.day - last) * DAY_HOURS):
                continue
            person = yield from ctx.staff.work("campaign", ctx.settings.minutes)
            if person is None:
                continue  # nobody there at present
            now, orders = ctx.settings, ctx.orders_seen(group, (ctx.day - last) * DAY_HOURS)
            last = ctx.day
            relay = Stimulus(herd=1, recall=now.recall, promotion=now.promotion, talk=now.talk)
            ctx.post(group, relay, reward=orders, staff=person, cause=start)
        ctx.end_campaign(group, cause=start)
