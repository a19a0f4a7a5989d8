"""The wallet: coupons that are taken, passed on to acquaintances, used for an order that is large enough, or lapse."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import HOUR, NONE
from sim.kernel.forms import LOGISTIC
from sim.kernel.rows import stimulus_of, wallet_of
from sim.kernel.submodels.habits import helpfulness
from sim.streams import key, uniform
from sim.vocabulary.tables import SLOTS, Row, Whole

#: A price below this is none, yuan; what costs nothing is weighed as if it cost so much.
PRICE_LOW: Final = 0.01


@within
def free_place(wallet: Row) -> Whole:
    """The first empty place, or NONE."""
    for place in range(SLOTS):
        if wallet.until[place] == 0:
            return np.int64(place)
    return NONE


@within
def place_of(wallet: Row, row: Whole) -> Whole:
    """The place of the coupon that came by this event, NONE if it is gone."""
    for place in range(SLOTS):
        if wallet.until[place] != 0 and wallet.row[place] == row:
            return np.int64(place)
    return NONE


@within
def hours_left(stimulus: Row, posted: Whole, time: Whole) -> float:
    """For how long the coupon of a post holds that is taken now, hours."""
    if stimulus.coupon_dated > 0.0:
        return stimulus.coupon_hours - (time - posted) / HOUR
    return stimulus.coupon_hours


@within
def put_in(person: Row, wallet: Row, place: Whole, stimulus: Whole, until: Whole, row: Whole) -> None:
    """A coupon comes into a wallet; what lies at its place makes room."""
    if wallet.until[place] == 0:
        person.coupons += 1
    wallet.until[place] = until
    wallet.row[place] = row
    wallet.stimulus[place] = stimulus


@within
def take_out(person: Row, wallet: Row, place: Whole) -> None:
    """A place of a wallet becomes empty."""
    if wallet.until[place] != 0:
        person.coupons -= 1
    wallet.until[place] = 0
    wallet.row[place] = 0
    wallet.stimulus[place] = 0


@within
def hand_over(state: Row, giver: Row, receiver: Row, who: Whole, place: Whole, other: Whole, there: Whole, row: Whole) -> None:
    """A coupon changes hands as it is."""
    wallet, theirs = wallet_of(state, who), wallet_of(state, other)
    until, stimulus = wallet.until[place], wallet.stimulus[place]
    if until != 0:
        take_out(giver, wallet, place)
        put_in(receiver, theirs, there, stimulus, until, row)


@within
def reach_of(parameters: Row, trait: Row, time: Whole) -> float:
    """How large an order a person is ready to make on an occasion for the sake of a coupon, usual orders."""
    u = uniform(key(trait.key, streams.BASKET, 0), streams.BASKET, time)
    return parameters.threshold_pull * math.exp(parameters.threshold_spread * LOGISTIC * math.log(u / (1.0 - u)))


@within
def size_for(stimulus: Row, price: float) -> float:
    """The order that a coupon asks for, usual orders."""
    return max(stimulus.coupon_over / price, 1.0) if price > 0.0 else 1.0


@within
def taken_off(stimulus: Row, price: float) -> float:
    """What a coupon takes off the order that it asks for, yuan."""
    order = size_for(stimulus, price) * price
    return min(stimulus.coupon_yuan + stimulus.coupon_share * order, order)


@within
def price_with(stimulus: Row, price: float) -> float:
    """What a usual order comes to with a coupon, yuan."""
    return price - taken_off(stimulus, price) / size_for(stimulus, price)


@within
def best_coupon(parameters: Row, state: Row, trait: Row, who: Whole, price: float, present: bool, time: Whole) -> Whole:
    """The place of the coupon that makes the usual order cheapest among those that hold and are in reach, or NONE."""
    wallet, best, found = wallet_of(state, who), price, NONE
    reach = reach_of(parameters, trait, time)
    for place in range(SLOTS):
        if wallet.until[place] > time:
            stimulus = stimulus_of(state, wallet.stimulus[place])
            fits = size_for(stimulus, price) <= max(reach, 1.0)
            if fits and (present or stimulus.coupon_inside == 0.0) and price_with(stimulus, price) < best:
                best, found = price_with(stimulus, price), np.int64(place)
    return found


@within
def moment_to_pass_on(trait: Row, time: Whole, hours: float) -> Whole:
    """When somebody thinks of whom a coupon might be for, us."""
    return time + 1 + int(uniform(key(trait.key, streams.PASS_ON, 0), streams.PASS_ON, time) * hours * HOUR)


@within
def passes_on(parameters: Row, trait: Row, person: Row, use: float, time: Whole) -> bool:
    """Whether a coupon is passed on, the sooner the less likely its own use; use: chance of buying on an occasion now."""
    chance = parameters.coupon_passed * (1.0 - use) * helpfulness(parameters, person, time)
    return uniform(key(trait.key, streams.PASS_ON, 1), streams.PASS_ON, time) < chance


@within
def receiver_of(trait: Row, time: Whole) -> Whole:
    """The place among a person's acquaintances of the one who comes to mind."""
    return int(uniform(key(trait.key, streams.PASS_ON, 2), streams.PASS_ON, time) * trait.ties)


@within
def learn_size(parameters: Row, person: Row, ledger: Row, off: float, size: float) -> None:
    """An order of several usual ones is remembered by the price of one; corrects what `buy` has learnt."""
    paid = size * ledger.price - off
    step = parameters.reference_rate if person.orders > 1 else 1.0
    person.reference_price += step * (paid / size - paid)
