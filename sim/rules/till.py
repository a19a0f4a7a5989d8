"""What the till and the list of coupons show: notes of orders and coupons -> counts of the shop and of each customer."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

from sim.events.kinds import COUPON_GRANTED, COUPON_LAPSED, COUPON_REDEEMED, DAY, ORDER_PLACED
from sim.rules.protocols import Seen, Sees

#: An order below this share of the usual price was made at a discount.
FULL = 0.999
#: Longer than any run, days.
EVER = 1e6


class Till:
    """Running counts; days are counted back from now. A customer is a person in the group or not."""

    def __init__(self, sees: Sees) -> None:
        self.sees = sees
        self._ends: dict[int, list[int]] = defaultdict(list)
        self._orders: list[int] = []
        self._dear: list[int] = []
        self._orders_of: dict[int, list[int]] = defaultdict(list)
        self._dear_of: dict[int, list[int]] = defaultdict(list)
        self._used_by: dict[int, list[int]] = defaultdict(list)
        self._last = (-1, -1)
        self._margins: list[tuple[float, float]] = []

    def take(self, note: Seen) -> None:
        """One more note."""
        if note.kind in (COUPON_GRANTED, COUPON_REDEEMED, COUPON_LAPSED):
            self._ends[note.kind].append(note.time)
        if note.kind == ORDER_PLACED:
            self._last = (note.actor, note.time)
            self._orders.append(note.time)
            self._orders_of[note.actor].append(note.time)
            if note.amount >= FULL * self.sees.price:
                self._dear.append(note.time)
                self._dear_of[note.actor].append(note.time)
        if note.kind == COUPON_REDEEMED:
            self._used_by[note.actor].append(note.time)
            dear = self._dear_of[note.actor]  # a large order with a coupon was none at the full price
            if self._last == (note.actor, note.time) and dear and dear[-1] == note.time:
                dear.pop()
                self._dear.pop()

    def look(self) -> None:
        """Writes the margin down once a look."""
        self._margins.append((self.sees.day, self.sees.margin))

    def margin(self, days: float) -> float:
        """Margin of the orders less benefits within the last days, yuan, as far back as somebody looked."""
        before = [margin for day, margin in self._margins if day <= self.sees.day - days] or [0.0]
        return self.sees.margin - before[-1]

    def redemption(self, days: float) -> float:
        """Share of the coupons that ended within the last days which were used; 0 where none ended."""
        used, lapsed = (self._since(self._ends[int(kind)], days) for kind in (COUPON_REDEEMED, COUPON_LAPSED))
        return used / max(used + lapsed, 1)

    def discount_share(self, days: float) -> float:
        """Share of the orders of the last days at a discount; 0 where there were none."""
        orders = self._since(self._orders, days)
        return (orders - self._since(self._dear, days)) / max(orders, 1)

    def full_price_orders(self, person: int, days: float) -> float:
        """Orders of one customer at the full price within the last days."""
        return float(self._since(self._dear_of.get(person, []), days))

    def discount_share_of(self, person: int) -> float:
        """Share of one customer's orders at a discount; 0 where there were none."""
        orders = len(self._orders_of.get(person, []))
        return (orders - len(self._dear_of.get(person, []))) / max(orders, 1)

    def redeemed_by(self, person: int, days: float = EVER) -> int:
        """Coupons that one customer has used within the last days."""
        return self._since(self._used_by.get(person, []), days)

    def _since(self, times: list[int], days: float) -> int:
        return len(times) - bisect_right(times, round((self.sees.day - days) * DAY))
