"""Needs and deals: a stock of need that orders use up, and the taste for discounts that is learnt from them.

An offer can bring an order forward, or sell it for less; it cannot make people need more.
"""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import within
from sim.events.kinds import DAY
from sim.vocabulary.tables import Row, Whole

#: An order below this share of the usual price is one at a discount (mechanisms, law 2: a tenth and more).
DISCOUNTED: Final = 0.9
#: A coupon is waited for by those who have read one within so many days (mechanisms, law 2).
WAIT_DAYS: Final = 14.0


@within
def need_at(parameters: Row, world: Row, trait: Row, person: Row, time: Whole) -> float:
    """Orders that a person needs by now; grows at a rate of the person's own up to need_cap."""
    grown = trait.appetite * parameters.need_share * world.needs * ((time - person.need_at) / DAY)
    return min(person.need + grown, parameters.need_cap)


@within
def factor_of_buying(parameters: Row, world: Row, trait: Row, person: Row, time: Whole) -> float:
    """Who needs nothing buys less."""
    if parameters.need_gain <= 0.0:
        return 1.0
    return 1.0 - parameters.need_gain * math.exp(-max(need_at(parameters, world, trait, person, time), 0.0))


@within
def use_need(parameters: Row, world: Row, trait: Row, person: Row, time: Whole) -> None:
    """An order takes one; what is bought ahead is needed later."""
    person.need = need_at(parameters, world, trait, person, time) - 1.0
    person.need_at = time


@within
def weight_of_deals(parameters: Row, person: Row) -> float:
    """Factor of the weight of prices and rewards."""
    return 1.0 + parameters.deal_effect * person.deal


@within
def waits_for_coupon(parameters: Row, person: Row, time: Whole) -> float:
    """Logit lost by whoever has learnt to wait for the next coupon and has none in hand."""
    if person.deal <= 0.0 or (person.coupon > 0.0 and time < person.coupon_until):
        return 0.0
    return (
        parameters.deal_wait * person.deal
        if time < person.coupon_until + WAIT_DAYS * DAY and person.coupon_until > 0.0
        else 0.0
    )


@within
def learn_deal(parameters: Row, person: Row, discounted: bool) -> None:
    """An order teaches what is usual."""
    person.deal += parameters.deal_gain * ((1.0 if discounted else 0.0) - person.deal)


@within
def forget_deal(parameters: Row, person: Row) -> None:
    """A reply of another member is a reason of another kind to be here."""
    person.deal *= 1.0 - parameters.deal_talk
