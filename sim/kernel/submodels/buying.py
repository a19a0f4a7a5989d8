"""Buying: occasions around the peak hours, the odds of this brand (logit), recall, coupons, the memory of prices."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import DAY, HOUR
from sim.kernel.forms import clip
from sim.kernel.submodels.bond import bond_at, care_for_price
from sim.kernel.submodels.honour import wish_at
from sim.kernel.submodels.needs import waits_for_coupon, weight_of_deals
from sim.kernel.submodels.warmth import warmth_at
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole

#: Recall saturates here (assumed).
RECALL_HIGH: Final = 2.0
#: Logits are held within this; odds beyond are certainties.
LOGIT_HIGH: Final = 20.0
#: Occasions lie within this many hours before and after a peak (assumed).
PEAK_HOURS: Final = 1.0


@within
def fade_recall(parameters: Row, person: Row, days: float) -> None:
    """The brand is forgotten within hours."""
    person.recall *= math.exp(-days / parameters.recall_days)


@within
def recall_brand(person: Row, strength: float, number: Whole) -> None:
    """A message brings the brand to mind."""
    person.recall += strength * (1.0 - person.recall / RECALL_HIGH)
    person.prompt = number


@within
def hold_coupon(person: Row, message: Row, stimulus: Row, time: Whole) -> bool:
    """An offer is read; gives whether it still holds. The largest discount and the latest deadline are kept."""
    until = message.time + stimulus.discount_hours * HOUR
    if time >= until:
        return False
    if time >= person.coupon_until:
        person.coupon = 0.0
    if stimulus.discount >= person.coupon:
        person.pretext = stimulus.pretext
    person.coupon = max(person.coupon, stimulus.discount)
    person.coupon_until = max(person.coupon_until, until)
    return True


@within
def next_need(world: Row, trait: Row, diary: Row, now: Whole) -> Whole:
    """Time of the next occasion to buy, around the peak hours of the market, us."""
    diary.needs += 1
    diary.need -= math.log(uniform(trait.key, streams.NEED, diary.needs)) / world.needs
    day = int(math.floor(diary.need))
    place = (diary.need - day) * world.peaks
    peak = int(place)
    hours = world.peak_hours[peak] + 2.0 * PEAK_HOURS * (place - peak) - PEAK_HOURS
    return max(day * DAY + int(hours * HOUR), now + 1)


@within
def price_for(ledger: Row, person: Row, time: Whole) -> float:
    """What a person pays for the usual order, yuan."""
    price = ledger.price
    if person.coupon > 0.0 and time < person.coupon_until:
        price *= 1.0 - person.coupon
    return price


@within
def orders_shown(parameters: Row, channel: Row, time: Whole) -> float:
    """Orders lately shown in a channel."""
    return channel.herd * math.exp(-((time - channel.herd_at) / HOUR) / parameters.herd_hours)


@within
def show_orders(parameters: Row, channel: Row, time: Whole, orders: float) -> None:
    """The operator shows how many have ordered."""
    channel.herd = orders_shown(parameters, channel, time) + orders
    channel.herd_at = time


@within
def chance_to_buy(
    parameters: Row,
    world: Row,
    odds: float,
    trait: Row,
    person: Row,
    member: Row,
    channel: Row,
    price: float,
    present: bool,
    time: Whole,
) -> float:
    """Chance of choosing this brand, of such odds at no exposure, at this price; what the channel does counts if present."""
    days = (time - person.at) / DAY
    logit = -parameters.loss_effect * person.loss * math.exp(-days / parameters.loss_days)
    if person.claim > 0.0:
        logit += parameters.claim_effect * person.claim
    bond = bond_at(parameters, person, time)
    if bond > 0.0:
        logit += parameters.bond_buying * bond
    if person.esteem != 0.0:
        logit += parameters.esteem_odds * person.esteem
    if person.wish > 0.0:
        logit += parameters.wish_buying * wish_at(parameters, person, time)
    if present:
        logit += parameters.recall_effect * person.recall * math.exp(-days / parameters.recall_days)
        logit += parameters.warmth_effect * warmth_at(parameters, member, time)
        logit += parameters.herd_effect * math.log(1.0 + orders_shown(parameters, channel, time))
    reference = person.reference_price if person.orders > 0 else world.price
    if price > 0.0 and reference > 0.0:
        against = math.log(price / reference)
        if parameters.market_weight > 0.0:
            against += parameters.market_weight * math.log(reference / world.price)
        weight = weight_of_deals(parameters, person)
        if bond > 0.0:
            weight *= care_for_price(parameters, bond)
        logit -= trait.price_weight * weight * against
    logit -= waits_for_coupon(parameters, person, time)
    odds *= math.exp(clip(logit, -LOGIT_HIGH, LOGIT_HIGH))
    return odds / (1.0 + odds)


@within
def is_tempted(parameters: Row, trait: Row, visit: np.uint64) -> bool:
    """Whether an offer just read sets off an occasion to buy."""
    return uniform(visit, streams.IMPULSE, 0) < parameters.impulse * trait.price_weight


@within
def excused(person: Row, time: Whole) -> float:
    """How far a low price is put down to the reason given for it: pretext (1 - taste for discounts), as often as one hears it the less."""
    return person.pretext * (1.0 - person.deal) if person.coupon > 0.0 and time < person.coupon_until else 0.0


@within
def buy(parameters: Row, ledger: Row, person: Row, paid: float, margin: float, spared: float) -> None:
    """An order: money, memory of the price (nearer to the usual one by the share `spared`), the coupon is used."""
    ledger.revenue += paid
    ledger.margin += margin
    paid += spared * (ledger.price - paid)
    if person.orders > 0:
        person.reference_price += parameters.reference_rate * (paid - person.reference_price)
    else:
        person.reference_price = paid
    person.orders += 1
    person.coupon = 0.0
