"""A dish goes to whoever types the highest number within a quarter of an hour."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus

#: Room for bids: more than any group has members.
BIDS_AT_MOST = 100_000


@settings
class Auction:
    """Auction: a quarter of an hour in which one typed number is a bid; the shop bears the difference to the list price."""

    day: Annotated[float, number("first day", 0, 4_000, "assumed")]
    days: Annotated[float, number("days for which it is kept up", 0, 4_000, "C01: on demand, assumed")]
    every_days: Annotated[float, number("days between auctions", 1, 365, "C01: on demand, assumed")]
    hour: Annotated[float, number("hour of the day", 0, 23.9, "assumed")]
    list_price: Annotated[float, number("yuan, what the dish costs otherwise", 0.1, 100_000, "C01, F19: 65")]
    start_bid: Annotated[float, number("yuan of the first bid", 0, 100_000, "C01, F19: 1")]
    open_hours: Annotated[float, number("hours for which one can bid", 0.01, 72, "C01, F19: 15 minutes")]
    ask: Annotated[float, number("share of interested readers who bid", 0, 1, "C01, F19: 46 %, an input")]
    pull: Annotated[float, number("how many look at once, 1 = as for a red packet", 0, 2, "assumed")]
    recall: Annotated[float, number("brand brought to mind", 0, 2, "assumed")]
    talk: Annotated[float, number("replies it draws, relative to a usual post", 0, 5, "C01: assumed")]
    minutes: Annotated[float, number("minutes of work for one auction, median", 0.1, 600, "C01: assumed")]

    def run(self, ctx: Any) -> Generator[Any, Any, Any]:
        """An auction in every group, again and again."""
        yield ctx.until_day(ctx.settings.day)
        turn = 0
        while ctx.day < ctx.settings.day + ctx.settings.days:
            yield ctx.until_hour(ctx.settings.hour)
            for group in filter(ctx.is_running, ctx.groups):
                ctx.process(self._auction(ctx, turn, group))
            turn += 1
            yield ctx.wait(days=ctx.settings.every_days - 0.5)

    def _auction(self, ctx: Any, turn: int, group: int) -> Generator[Any, Any, Any]:
        person = yield from ctx.staff.work("campaign", ctx.settings.minutes)
        if person is None or not ctx.is_running(group):
            return
        now = ctx.settings
        call = Stimulus(ask=now.ask, pull=now.pull, recall=now.recall, talk=now.talk, deadline_hours=now.open_hours)
        start = ctx.start_campaign(group)
        post = ctx.post(group, call, takers=BIDS_AT_MOST, staff=person, cause=start)
        yield ctx.wait(hours=now.open_hours)
        bidders = BIDS_AT_MOST - ctx.places_left(post)
        if bidders > 0:  # what the dish is worth to each is drawn; bidding stops at the second highest
            worth = sorted(ctx.uniform(turn, 1 + place) * now.list_price for place in range(bidders))
            winning = max(worth[-2] if bidders > 1 else 0.0, now.start_bid)
            ctx.pay(max(now.list_price - winning, 0.0), group, cause=post)
        ctx.end_campaign(group, cause=start)
