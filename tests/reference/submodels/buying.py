"""Buying: the choice of this brand, and what an order leaves behind."""

from __future__ import annotations

import math

from sim.events.kinds import DAY, HOUR
from tests.reference.forms import clip
from tests.reference.tables import Group, Member, Message


class Buying:
    """Buying."""

    def herd_now(self, group: Group, time: int) -> float:
        """Orders lately seen, as they still count."""
        return group.herd * math.exp(-(time - group.herd_at) / HOUR / self.p.herd_hours)

    def price_for(self, member: Member, time: int) -> float:
        """What the person would pay now."""
        return self.price * (1.0 - member.coupon) if member.coupon > 0.0 and time < member.coupon_until else self.price

    def chance_to_buy(self, member: Member, time: int) -> float:
        """Logit choice of this brand on an occasion to buy."""
        p, price = self.p, self.price_for(member, time)
        if (place := self.coupon_for(member, time)) is not None:
            price = max(self.unit_with(member.wallet[place][2])[0], 0.01)
        days = (time - member.felt_at) / DAY
        logit = -p.loss_effect * member.loss * math.exp(-days / p.loss_days) + p.claim_effect * member.claim
        logit += p.bond_buying * self.bond_now(member, time) + p.esteem_odds * member.esteem
        logit += p.wish_buying * member.wish * math.exp(-days / p.honour_days)
        if member.present and not member.group.closed:
            logit += p.recall_effect * member.recall * math.exp(-days / p.recall_days)
            logit += p.warmth_effect * self.warmth_at(member, time)
            logit += p.herd_effect * math.log(1.0 + self.herd_now(member.group, time))
        reference = member.reference_price if member.orders > 0 else self.market.usual_price
        if price > 0.0 and reference > 0.0:
            ratio = math.log(price / reference) + p.market_weight * math.log(reference / self.market.usual_price)
            unmoved = 1.0 - p.bond_price * self.bond_now(member, time)
            logit -= member.price_weight * (1.0 + p.deal_effect * member.deal) * unmoved * ratio
        holds = member.coupon > 0.0 and time < member.coupon_until
        if not holds and member.coupon_until > 0.0 and time < member.coupon_until + 14 * DAY:
            logit -= p.deal_wait * member.deal
        odds = self.market.base_odds * self.odds * math.exp(clip(logit, -20.0, 20.0))
        return odds / (1.0 + odds) * self.factor_of_buying(member, time)

    def buy(self, member: Member, time: int, paid: float, margin: float) -> None:
        """Somebody orders; what was paid is remembered, a coupon is used up."""
        self.pass_time(member, time)
        member.deal += self.p.deal_gain * ((paid < 0.9 * self.price) - member.deal)
        member.need, member.need_at = self.need_now(member, time) - 1.0, time
        self.revenue += paid
        self.margin += margin
        if member.coupon > 0.0 and time < member.coupon_until:
            paid += member.pretext * (1.0 - member.deal) * (self.price - paid)
        if member.orders == 0:
            member.reference_price = paid
        else:
            member.reference_price += self.p.reference_rate * (paid - member.reference_price)
        member.orders += 1
        member.coupon = 0.0

    def note_brand(self, member: Member, message: Message, time: int) -> None:
        """A post brings the brand to mind, or a price that holds for a time, of goods that one has a use for."""
        stimulus = message.stimulus
        if stimulus.recall > 0.0:
            member.recall += stimulus.recall * (1.0 - member.recall / 2.0)
            member.prompt = message
        until = message.time + stimulus.discount_hours * HOUR
        if stimulus.discount > 0.0 and time < until and self.has_use(member, stimulus):
            if member.coupon_until <= time:
                member.coupon = 0.0  # the old one has run out
            if stimulus.discount >= member.coupon:
                member.pretext = stimulus.pretext
            member.coupon = max(member.coupon, stimulus.discount)
            member.coupon_until = max(member.coupon_until, until)
            member.offer = member.offer or message
