"""Deep discounts that hold for hours, several times a day, for a few days."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.operators.routine import daily_hours
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class FlashDeals:
    """Flash deals: deep discounts for a few hours, several times a day, until the deals run out."""

    day: Annotated[float, number("first day", 0, 4_000, "assumed")]
    days: Annotated[float, number("days for which there are deals", 0, 4_000, "A20: about 3")]
    per_day: Annotated[int, number("deals/day", 1, 48, "C22: assumed")]
    discount: Annotated[float, number("share of price", 0, 0.95, "C22: a sincere price, assumed")]
    discount_hours: Annotated[float, number("hours for which a deal holds", 0.1, 168, "C22: assumed")]
    promotion: Annotated[float, number("weight of advertising", 0, 2, "assumed")]
    recall: Annotated[float, number("brand brought to mind by one deal", 0, 2, "assumed")]
    talk: Annotated[float, number("replies it draws, relative to a usual post", 0, 5, "assumed")]
    pull: Annotated[float, number("how many look at once, 1 = as for a red packet", 0, 2, "assumed")]
    minutes: Annotated[float, number("minutes of work for one deal, median", 0.1, 600, "assumed")]

    def run(self, ctx: Any) -> Generator:
        """Deals over the hours of the shift, the same in every group."""
        yield ctx.until_day(ctx.settings.day)
        starts = {group: ctx.start_campaign(group) for group in ctx.groups}
        while any(map(ctx.is_running, starts)) and ctx.day < ctx.settings.day + ctx.settings.days:
            day, staff = int(ctx.day), ctx.staff_settings
            for hour in daily_hours(ctx.settings.per_day, staff.shift_start, staff.shift_end):
                if day + hour / 24 > ctx.day:
                    yield ctx.until_day(day + hour / 24)
                    ctx.process(self._deal(ctx, starts))
            yield ctx.until_day(day + 1)
        for group, start in starts.items():
            ctx.end_campaign(group, cause=start)

    def _deal(self, ctx: Any, starts: dict[int, int]) -> Generator:
        person = yield from ctx.staff.work("campaign", ctx.settings.minutes)
        if person is None:
            return
        now = ctx.settings
        deal = Stimulus(
            promotion=now.promotion, recall=now.recall, talk=now.talk, certainty=0.5, pull=now.pull,
            discount=now.discount, discount_hours=now.discount_hours,
        )  # fmt: skip
        for group in filter(ctx.is_running, starts):
            ctx.post(group, deal, staff=person, cause=starts[group])
