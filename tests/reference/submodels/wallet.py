"""The wallet: coupons by place, each with its end, the event by which it came, and what it is worth."""

from __future__ import annotations

import math

from sim.events.kinds import HOUR
from sim.vocabulary.tables import Stimulus
from tests.reference.draws import child_key, draw
from tests.reference.tables import Member


class Wallet:
    """The wallet."""

    def free_place(self, member: Member) -> int | None:
        """The first place of a wallet that is empty."""
        return next((place for place in range(4) if place not in member.wallet), None)

    def grant(self, member: Member, row: int, time: int, stimulus: Stimulus, place: int, hours: float) -> None:
        """A coupon is taken."""
        member.wallet[place] = (time + int(hours * HOUR), row, stimulus)

    def redeem(self, member: Member, place: int, off: float, size: float) -> None:
        """A coupon is used; the price of one usual order is remembered."""
        member.wallet.pop(place, None)
        paid = size * self.price - off
        member.reference_price += (self.p.reference_rate if member.orders > 1 else 1.0) * (paid / size - paid)

    def give(self, member: Member, other: Member, row: int, place: int, there: int) -> None:
        """A coupon changes hands."""
        if place in member.wallet:
            until, _, stimulus = member.wallet.pop(place)
            other.wallet[there] = (until, row, stimulus)
        self.learn_helping(other)

    def unit_with(self, stimulus: Stimulus) -> tuple[float, float, float]:
        """Price of a usual order with a coupon, size of the order it asks for, yuan taken off."""
        size = max(stimulus.coupon_over / self.price, 1.0) if self.price > 0.0 else 1.0
        order = size * self.price
        off = min(stimulus.coupon_yuan + stimulus.coupon_share * order, order)
        return self.price - off / size, size, off

    def coupon_for(self, member: Member, time: int) -> int | None:
        """The coupon a person would use now, where it beats the price as offered."""
        key = child_key(self.keys[member.number], "basket", 0)
        lot = draw(key, "basket", time)
        spread = self.p.threshold_spread * (math.sqrt(3.0) / math.pi) * math.log(lot / (1.0 - lot))
        reach = max(self.p.threshold_pull * math.exp(spread), 1.0)
        inside = member.present and not member.group.closed
        found, best = None, self.price
        for place, (until, _, stimulus) in sorted(member.wallet.items()):
            unit, size, _ = self.unit_with(stimulus)
            if until > time and size <= reach and (inside or not stimulus.coupon_inside) and unit < best:
                found, best = place, unit
        return found if found is not None and best < self.price_for(member, time) else None
