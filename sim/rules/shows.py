"""What shows and collects, as settings: lists of orders, streams with an announcement, points for small acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from sim.events.kinds import DAY_HOURS, HOUR_MINUTES
from sim.rules.clock import Clock
from sim.rules.post import ASK, CONTENT, PROMOTION, PULL, RECALL, TALK, Mechanic
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus

#: What the announcement of a stream advertises and brings to mind, relative to the stream itself (C23: assumed).
ANNOUNCED = 0.3


@settings
class Proof(Mechanic):
    """A list of the latest orders, posted where there are some; many like to buy what others buy."""

    hours: Annotated[float, number("hours of orders on the list", 0.1, 168, "C02: 4, assumed")] = 4.0
    least_orders: Annotated[int, number("orders without which nothing is posted", 1, 1_000, "C02: assumed")] = 1
    promotion: Annotated[float, PROMOTION] = 0.3
    recall: Annotated[float, RECALL] = 0.4
    talk: Annotated[float, TALK] = 0.3
    source: Literal["orders", "members"] = "orders"
    """what is listed: the orders of the shop, or those that members show themselves when they are asked to (C24)"""
    thanks: Annotated[float, number("yuan of the coupon for whoever shows an order", 0, 1_000, "C24: 3")] = 3.0
    ask: Annotated[float, ASK] = 0.5
    open_hours: Annotated[float, number("hours in which orders can be shown", 0.1, 72, "C24: assumed")] = 6.0
    coupon_days: Annotated[float, number("days for which that coupon holds", 0.5, 365, "assumed")] = 30.0

    #: Setting -> the other one, and its values, without which it does nothing.
    needs: ClassVar[Mapping[str, tuple[str, tuple[Any, ...]]]] = dict.fromkeys(
        ("thanks", "ask", "open_hours", "coupon_days"), ("source", ("members",))
    )

    def call(self) -> Stimulus:
        """A call to show one's order."""
        return Stimulus(ask=self.ask, roll=1.0, talk=self.talk, promotion=self.promotion, deadline_hours=self.open_hours)

    def coupon(self) -> Stimulus:
        """What showing it is worth."""
        return Stimulus(coupon_hours=DAY_HOURS * self.coupon_days, coupon_yuan=self.thanks)

    def stimulus(self) -> Stimulus:
        """A list of orders."""
        return Stimulus(herd=1.0, promotion=self.promotion, recall=self.recall, talk=self.talk)


@settings
class Stream(Clock):
    """A live broadcast that is announced some days ahead; its price holds for those who were there."""

    running: bool = True
    """whether it runs before any rule starts it"""
    announce_days: Annotated[float, number("days from the announcement to the stream", 0, 30, "C23: 3")] = 3.0
    minutes: Annotated[float, number("minutes for which it lasts, and for which it is work", 5, 600, "C23: 90")] = 90.0
    content: Annotated[float, CONTENT] = 0.5
    promotion: Annotated[float, PROMOTION] = 1.0
    recall: Annotated[float, RECALL] = 1.0
    talk: Annotated[float, TALK] = 1.0
    pull: Annotated[float, PULL] = 1.0
    discount: Annotated[float, number("share of price, as a coupon for one order", 0, 0.95, "C23: assumed")] = 0.2
    coupon_hours: Annotated[float, number("hours for which the coupon holds", 0.5, 720, "C23: assumed")] = 24.0
    draws: Annotated[int, number("draws while it lasts, each among those who are there then", 0, 12, "C08: 4")] = 0
    winners: Annotated[int, number("winners of each draw, per group", 1, 500, "C08: assumed")] = 3
    prize: Annotated[float, number("yuan of the coupon that is won", 0.01, 10_000, "C08, C09: 10, assumed")] = 10.0
    after_draw: bool = False
    """whether there is one more draw afterwards, for whoever looks in within the hours below (C09)"""
    after_hours: Annotated[float, number("hours after the stream for that draw", 0.5, 72, "C09: assumed")] = 12.0
    trailer: bool = False
    """whether the date of the next stream is told afterwards (C09)"""

    #: Setting -> the other one, and its values, without which it does nothing.
    needs: ClassVar[Mapping[str, tuple[str, tuple[Any, ...]]]] = {"after_hours": ("after_draw", (True,))}

    def drawn(self, hours: float) -> Stimulus:
        """The call of a draw, open for so many hours."""
        return Stimulus(ask=1.0, certainty=0.0, pull=self.pull, talk=self.talk, roll=1.0, deadline_hours=hours)

    def won(self) -> Stimulus:
        """The coupon that is won."""
        return Stimulus(coupon_hours=self.coupon_hours, coupon_yuan=self.prize)

    def announcement(self) -> Stimulus:
        """A word that there will be a stream."""
        return Stimulus(promotion=ANNOUNCED * self.promotion, recall=ANNOUNCED * self.recall, talk=self.talk)

    def show(self) -> Stimulus:
        """The stream itself."""
        return Stimulus(
            content=self.content, promotion=self.promotion, recall=self.recall, talk=self.talk, pull=self.pull, ask=1.0, session=1.0,
            live=1.0, roll=1.0, deadline_hours=self.minutes / HOUR_MINUTES, coupon_hours=self.coupon_hours if self.discount > 0 else 0.0,
            coupon_share=self.discount,
        )  # fmt: skip


@settings
class Points(Clock):
    """Signing in and the like is worth points; so many of them are a coupon."""

    running: bool = True
    """whether it runs before any rule starts it"""
    ask: Annotated[float, ASK] = 0.6
    talk: Annotated[float, TALK] = 0.1
    open_hours: Annotated[float, number("hours for which one can sign in", 0.1, 72, "C12: a day, assumed")] = 14.0
    points: Annotated[int, number("points each time", 1, 1_000, "C11, C12: 1")] = 1
    threshold: Annotated[int, number("points for a coupon", 1, 10_000, "C11: 60")] = 60
    prize: Annotated[float, number("yuan of that coupon", 0.01, 10_000, "C11: 15, assumed")] = 15.0
    coupon_days: Annotated[float, number("days for which it holds", 0.5, 365, "assumed")] = 30.0
    expire_days: Annotated[float, number("days after which points are gone", 1, 3_650, "C11: 90")] = 90.0

    def call(self) -> Stimulus:
        """A call to sign in."""
        return Stimulus(ask=self.ask, talk=self.talk, roll=1.0, deadline_hours=self.open_hours)

    def coupon(self) -> Stimulus:
        """What points are exchanged for."""
        return Stimulus(coupon_hours=DAY_HOURS * self.coupon_days, coupon_yuan=self.prize)
