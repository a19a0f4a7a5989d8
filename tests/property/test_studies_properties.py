"""What must hold for any outcomes: paired differences mirror, bars nest, a front is never empty."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.studies.intervals import estimate_bars, estimate_mean_interval
from sim.studies.paired import estimate_league
from sim.studies.pareto import on_front
from sim.studies.pooling import estimate_shares

days = st.one_of(st.just(0.0), st.just(90.0), st.floats(0, 90))


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 20).flatmap(lambda n: arrays(float, n, elements=days)))
def test_bars_nest_around_the_mean_and_mirror(values: np.ndarray) -> None:
    worlds = np.arange(len(values)) // 2
    bars, mirror = estimate_bars(values, worlds), estimate_bars(-values, worlds)
    assert bars.unknown[0] <= bars.luck[0] <= bars.mean <= bars.luck[1] <= bars.unknown[1]
    assert np.allclose(bars.unknown, (-mirror.unknown[1], -mirror.unknown[0]))


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 12).flatmap(lambda w: arrays(float, (w, 3), elements=days)))
def test_an_interval_holds_its_mean_lies_in_its_bounds_and_mirrors(means: np.ndarray) -> None:
    low, high = estimate_mean_interval(means, 0.95, (0.0, 90.0))
    assert ((low <= means.mean(axis=0) + 1e-9) & (means.mean(axis=0) <= high + 1e-9)).all()
    assert ((low >= 0) & (high <= 90)).all()
    mirror = estimate_mean_interval(90 - means, 0.95, (0.0, 90.0))
    shuffled = estimate_mean_interval(means[::-1], 0.95, (0.0, 90.0))
    slack = 0.15 * (high - low) + 0.5  # the same draws fall on other worlds
    assert (np.abs(low - (90 - mirror[1])) <= slack).all()
    assert (np.abs(low - shuffled[0]) <= slack).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 10).flatmap(lambda w: arrays(float, 2 * w, elements=st.integers(-3, 3).map(float))))
def test_shares_of_worlds_are_shares(values: np.ndarray) -> None:
    worlds = np.arange(len(values)) // 2
    for bounds in (None, (-3.0, 3.0)):
        found = estimate_shares(values, worlds, 1.0, bounds, draws=500)
        assert found.ahead + found.tied + found.behind == len(values) // 2
        if np.isnan(found.above.share):
            assert bounds
            continue
        for share in found[3:]:
            assert -1e-9 <= share.low <= share.share <= share.high <= 1 + 1e-9
        assert found.above.share + found.within.share + found.below.share == pytest.approx(1)
        assert found.above.share <= found.above_zero.share + 1e-9


@settings(max_examples=30, deadline=None)
@given(st.tuples(st.integers(2, 4), st.integers(2, 12)).flatmap(lambda shape: arrays(float, (*shape, 3), elements=days)))
def test_every_league_has_a_first_a_front_and_one_baseline(outcomes: np.ndarray) -> None:
    arms, replications, _ = outcomes.shape
    arm, replication = np.divmod(np.arange(arms * replications), replications)
    table = pd.DataFrame({"arm": arm, "label": [f"arm {number}" for number in arm], "replication": replication})
    table["world"] = table.replication // 2
    table[["alive_days", "net_income", "staff_hours"]] = outcomes.reshape(-1, 3)
    league = estimate_league(table, days=90)
    assert (league["rank"] == 1).any()
    assert league.on_front.any()
    assert (league.verdict == "baseline").sum() == 1
    assert (league.against_best == "best").sum() == 1
    assert league.possible_best[league["rank"] == 1].all()
    assert (league.low <= league.difference + 1e-9).all() or league.low.isna().any()
    assert ((league.alive_days_low >= 0) & (league.alive_days_low <= league.alive_days + 1e-9)).all()
    shuffled = estimate_league(table.sample(frac=1, random_state=1).sort_values("arm", kind="stable"), days=90)
    pd.testing.assert_frame_equal(league, shuffled)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8).flatmap(lambda n: arrays(float, (n, 3), elements=st.integers(0, 3))))
def test_whoever_is_not_on_the_front_is_beaten_by_somebody_on_it(values: np.ndarray) -> None:
    front = on_front(pd.DataFrame(values, columns=["alive_days", "net_income", "staff_hours"]))
    merits = values * [1, 1, -1]
    for row in np.flatnonzero(~front):
        assert ((merits[front] >= merits[row]).all(axis=1) & (merits[front] > merits[row]).any(axis=1)).any()
    assert front.any()


def test_the_order_of_summands_puts_nobody_off_the_front() -> None:
    same = [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1]
    assert same[0] != same[1]
    assert on_front(pd.DataFrame({"alive_days": same, "net_income": 1.0, "staff_hours": 1.0})).all()
