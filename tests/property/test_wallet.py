"""Coupons are conserved: what is granted is used, lapses or is still held; passing on moves it; money adds up."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.config import compose
from sim.engine.programme import Programme
from sim.events.kinds import COUPON_GIVEN, COUPON_GRANTED, COUPON_LAPSED, COUPON_REDEEMED, HOUR, ORDER_PLACED
from sim.events.log import LogWriter
from sim.kernel.replay import replay
from sim.rules.offer import Offer
from sim.scenario import Scenario
from sim.vocabulary.tables import SLOTS
from sim.world.carve import carve_state
from tests.reference.model import ReferenceProgramme

DAYS = 7
SMALL = (
    "scenario.population.size=25", "scenario.population.programmes=1", f"days={DAYS}", "confirm_days=0", "staff.days_per_week=7",
    "scenario.population.joining_days=0.3", "scenario.market.needs_per_month=60", "parameters.coupon_passed=0.9",
)  # fmt: skip


class Couponed(Programme):
    """A programme in which offers are posted and coupons are given to single persons."""

    offers: tuple[Offer, ...] = ()
    gifts: tuple[tuple[int, int], ...] = ()

    def run(self) -> None:
        """As ever, with that process."""
        self.env.process(self._offer(self.context("strategy", "coupons")))
        super().run()

    def _offer(self, ctx: Any) -> Generator:
        yield ctx.wait(days=1)
        for offer in self.offers:
            ctx.post(0, offer.stimulus())
            for who, place in self.gifts:
                ctx.grant(who % len(self.world.arrivals), 0, self.offers[place % len(self.offers)].stimulus())
            yield ctx.wait(hours=9)


class ReferenceCouponed(Couponed, ReferenceProgramme):
    """The same in the reference."""


OFFERS = st.builds(
    Offer,
    amount=st.sampled_from([0.0, 5.0, 20.0, 500.0]), over=st.sampled_from([0.0, 30.0, 49.0, 120.0]),
    discount=st.sampled_from([0.0, 0.2, 0.95]), validity_days=st.sampled_from([0.2, 1.0, 3.0]), transferable=st.booleans(),
    members_only=st.booleans(), period_is_validity=st.booleans(),
)  # fmt: skip
CASES = {
    "offers": st.lists(OFFERS, min_size=1, max_size=5).map(tuple),
    "gifts": st.lists(st.tuples(st.integers(0, 200), st.integers(0, 4)), max_size=4).map(tuple),
    "strategy": st.sampled_from(["no_plan", "kol_care"]),
    "seed": st.integers(0, 2**31),
}


def scenario_of(strategy: str) -> Scenario:
    return compose([*SMALL, f"strategy={strategy}"]).scenario


def run(
    kind: type[Couponed], scenario: Scenario, offers: Any, gifts: Any, seed: int
) -> tuple[Couponed, np.ndarray, np.ndarray]:
    writer = LogWriter(None)
    programme = kind(scenario, seed, 0, 0, writer)
    programme.offers, programme.gifts, start = offers, gifts, programme.state.copy()
    programme.run()
    return programme, writer.seal({}).of_shard(0), start


@given(**CASES)
@settings(deadline=None, max_examples=20)
def test_coupons_and_money_are_conserved(offers: Any, gifts: Any, strategy: str, seed: int) -> None:
    scenario = scenario_of(strategy)
    programme, rows, start = run(Couponed, scenario, offers, gifts, seed)
    held: dict[tuple[int, int], int] = {}
    price, cost = scenario.market.price, scenario.market.price * (1 - scenario.market.margin)
    used = {int(row["cause"]): row for row in rows if row["kind"] == COUPON_REDEEMED}
    for number, row in enumerate(rows):
        kind, who, target, place = int(row["kind"]), int(row["actor"]), int(row["target"]), int(row["x"])
        if kind == COUPON_GRANTED:
            assert (who, place) not in held
            held[who, place] = int(row["time"]) + int(row["y"] * HOUR)
        elif kind == COUPON_REDEEMED:
            assert held.pop((who, target)) > row["time"]
        elif kind == COUPON_LAPSED:
            assert held.pop((who, target)) == row["time"]
        elif kind == COUPON_GIVEN:
            assert (target, int(row["y"])) not in held
            held[target, int(row["y"])] = held.pop((who, place))
        elif kind == ORDER_PLACED:
            off, size = (used[number]["x"], used[number]["y"]) if number in used else (0.0, 1.0)
            assert row["x"] + off == pytest.approx(size * price) and 0 <= off <= size * price
            assert row["y"] == pytest.approx(row["x"] - size * cost)
    end = rows["time"][-1]
    assert all(until > end for until in held.values())
    wallets = carve_state(programme.state).wallets
    assert {(who, place): int(wallets["until"][who][place]) for who, place in zip(*np.nonzero(wallets["until"]))} == held
    counts = np.count_nonzero(wallets["until"], axis=1)
    assert (carve_state(programme.state).persons["coupons"] == counts).all() and counts.max(initial=0) <= SLOTS
    np.testing.assert_array_equal(replay(rows, programme.world.array, start)[: len(start)], programme.state[: len(start)])


@given(**CASES)
@settings(deadline=None, max_examples=10)
def test_the_reference_agrees_on_every_coupon(offers: Any, gifts: Any, strategy: str, seed: int) -> None:
    scenario = scenario_of(strategy)
    _, ours, _ = run(Couponed, scenario, offers, gifts, seed)
    _, theirs, _ = run(ReferenceCouponed, scenario, offers, gifts, seed)
    for name in ("time", "cause", "kind", "group", "actor", "target"):
        np.testing.assert_array_equal(ours[name], theirs[name])
    for name in ("x", "y"):
        np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-9, atol=1e-9)


def run_offer(offer: Offer, *more: str) -> np.ndarray:
    scenario = compose([*SMALL, "strategy=no_plan", *more]).scenario
    return run(Couponed, scenario, (offer,) * 3, (), 5)[1]


def count(rows: np.ndarray, kind: int) -> int:
    return int((rows["kind"] == kind).sum())


def test_only_a_coupon_that_can_be_passed_on_is_and_only_to_acquaintances() -> None:
    kept = run_offer(Offer(amount=5, transferable=False))
    passed = run_offer(Offer(amount=5, transferable=True))
    never = run_offer(Offer(amount=5, transferable=True), "parameters.without=[coupons_passed]")
    assert count(never, COUPON_GIVEN) == 0
    alone = run_offer(Offer(amount=5, transferable=True), "scenario.population.ties_per_member=0")
    assert count(kept, COUPON_GIVEN) == 0 < count(passed, COUPON_GIVEN) and count(alone, COUPON_GIVEN) == 0


def test_a_threshold_raises_the_order_or_keeps_the_coupon_from_use() -> None:
    near = run_offer(Offer(amount=10, over=45.0), "scenario.market.price=40")
    far = run_offer(Offer(amount=10, over=400.0), "scenario.market.price=40")
    used = near[near["kind"] == COUPON_REDEEMED]
    assert len(used) and (used["y"] == pytest.approx(45 / 40)) and count(far, COUPON_REDEEMED) == 0


def test_coupons_of_one_post_end_together_where_the_period_is_the_validity() -> None:
    for dated in (True, False):
        scenario = compose([*SMALL, "strategy=no_plan"]).scenario
        rows = run(Couponed, scenario, (Offer(amount=5, validity_days=2, period_is_validity=dated),), (), 5)[1]
        granted = rows[rows["kind"] == COUPON_GRANTED]
        ends = granted["time"] + np.rint(granted["y"] * HOUR)
        assert len(granted) > 5 and (np.ptp(ends) < 1000) == dated
