"""Seats: a benefit of the best honours them by how few have it, makes others wish for it, and is worth no honour once all have it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim.allowed import ConfigError
from sim.events import kinds
from sim.events.log import EventLog
from sim.projections.outcomes import project_outcomes
from sim.run import simulate
from tests.property.test_reference import agree

SMALL = (
    "scenario=super_users", "scenario.population.size=60", "scenario.market.base_odds=1", "scenario.market.needs_per_month=30",
    "parameters.mode=fixed", "days=16", "confirm_days=0", "staff.days_per_week=7",
)  # fmt: skip
SEATS = {"use": "seats", "as": "own", "clock": {"day": 6, "every_days": 3, "hour": 12}, "seats": 8}
PLAN = {
    "segments": {"tiers": {"potential": 1, "super": 4}},
    "rules": [{"when": {"tier_due": ">0"}, "do": {"act": {"promote": "due"}}}],
}


def of(log: EventLog, kind: int) -> np.ndarray:
    return log.events[log.events["kind"] == kind]


def test_as_many_as_there_are_seats_are_honoured_by_how_few_they_are(composed):
    log = simulate(composed(SEATS), seed=3).log
    honours, coupons = of(log, kinds.HONOUR_GIVEN), of(log, kinds.COUPON_GRANTED)
    turns = Counter(honours["cause"].tolist())
    assert len(turns) >= 3 and max(turns.values()) == 8
    assert honours["y"].max() < 0.25 and len(coupons)
    tiered = set(of(log, kinds.TIER_SET)["target"].tolist())
    assert set(honours["target"].tolist()) <= tiered
    assert project_outcomes(log, 16)["tiers_given"] == len(of(log, kinds.TIER_SET))


def test_a_copy_for_all_honours_nobody(composed):
    log = simulate(composed(SEATS | {"copied": 1}), seed=3).log
    assert (of(log, kinds.HONOUR_GIVEN)["y"] == 1).all()
    told = of(log, kinds.STIMULUS_DEFINED)
    alone = simulate(composed(SEATS), seed=3).log
    assert len(of(log, kinds.COUPON_GRANTED)) > 2 * len(of(alone, kinds.COUPON_GRANTED)) and len(told)


def test_who_wishes_for_a_seat_buys_more(composed):
    orders = [
        sum(
            len(of(simulate(composed(SEATS, words=(f"parameters.wish_buying={gain}",)), seed=seed).log, kinds.ORDER_PLACED))
            for seed in (1, 2)
        )
        for gain in (0, 10)
    ]
    assert orders[1] > orders[0]


def test_seats_agree_with_the_reference(composed):
    rows = agree(composed(SEATS | {"copied": 0.3}, words=("parameters.wish_buying=3", "parameters.honour_wish=0.5")), 2)
    assert (rows["kind"] == kinds.HONOUR_GIVEN).any()


def test_seats_without_tiers_are_refused(composed):
    with pytest.raises(ConfigError, match=r"segments\.tiers says what earns which"):
        composed(SEATS, plan={})
