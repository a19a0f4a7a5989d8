"""Intervals for the mean over plausible worlds: exact where something is known exactly, and honest about what was not seen."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.studies.intervals import (
    FEWEST_EVENTS,
    draw_t,
    estimate_bars,
    estimate_components,
    estimate_mean_interval,
    simultaneous_level,
    world_means,
)

DAYS = (0.0, 90.0)


def test_means_of_worlds_and_of_replications_where_there_is_one_world() -> None:
    values = np.array([[1.0, 2], [3, 4], [5, 6]])
    assert world_means(values, np.array([4, 4, 9])).tolist() == [[2, 3], [5, 6]]
    assert world_means(values, np.zeros(3)).tolist() == values.tolist()


def test_symmetric_worlds_have_at_least_the_interval_of_student() -> None:
    means = np.array([[1.0], [2], [3], [4], [5], [6], [7]])
    low, high = estimate_mean_interval(means)
    expected = stats.t.interval(0.95, 6, 4, stats.sem(means[:, 0]))
    assert low[0] <= expected[0] + 1e-9
    assert high[0] >= expected[1] - 1e-9
    assert high[0] - low[0] < 1.2 * (expected[1] - expected[0])


def test_a_long_tail_stretches_the_interval_on_its_side() -> None:
    means = np.r_[np.zeros(20) + np.arange(20) / 100, 10, 20][:, None]
    low, high = estimate_mean_interval(means)
    assert high[0] - means.mean() > 1.2 * (means.mean() - low[0])


@pytest.mark.parametrize("worlds", [2, 5, 10, 50, 200])
def test_where_nobody_dies_the_bound_of_clopper_and_pearson_is_carried_into_days(worlds: int) -> None:
    low, high = estimate_mean_interval(np.full((worlds, 1), 90.0), 0.95, DAYS)
    p = stats.binomtest(0, worlds).proportion_ci(0.95, "exact").high
    assert low[0] == pytest.approx(90 * (1 - p))
    assert high[0] == 90


@pytest.mark.parametrize("deaths", range(1, FEWEST_EVENTS))
def test_few_deaths_at_once_give_the_interval_of_clopper_and_pearson(deaths: int) -> None:
    means = np.r_[np.zeros(deaths), np.full(50 - deaths, 90.0)][:, None]
    low, high = estimate_mean_interval(means, 0.95, DAYS)
    p = stats.binomtest(deaths, 50).proportion_ci(0.95, "exact")
    assert [low[0], high[0]] == pytest.approx([90 * (1 - p.high), 90 * (1 - p.low)], abs=0.9)


def test_without_bounds_equal_worlds_tell_nothing_and_one_world_never_does() -> None:
    assert np.isnan(estimate_mean_interval(np.full((9, 2), 3.0))).all()
    assert np.isnan(estimate_mean_interval(np.ones((1, 2)), 0.95, DAYS)).all()


def test_a_higher_level_is_never_narrower_and_bounds_are_kept() -> None:
    rng = np.random.default_rng(1)
    means = np.clip(rng.normal(70, 25, (12, 40)), *DAYS)
    before = estimate_mean_interval(means, 0.8, DAYS)
    for level in (0.9, 0.95, 0.99, 0.999):
        low, high = estimate_mean_interval(means, level, DAYS)
        assert (low <= before[0] + 0.4).all()  # draws differ between levels
        assert (high >= before[1] - 0.4).all()
        assert (low >= 0).all()
        assert (high <= 90).all()
        before = low, high


def test_one_pair_is_student_and_more_pairs_lie_between_that_and_bonferroni() -> None:
    rng = np.random.default_rng(2)
    means = rng.normal(0, 1, (12, 1)) + rng.normal(0, 1, (12, 6))
    pairs = np.array([[1, 0], [2, 0], [3, 0], [4, 0], [5, 0]])
    assert simultaneous_level(means, pairs[:1]) == 0.95
    level = simultaneous_level(means, pairs)
    assert 0.975 < level < 0.992
    t = draw_t(means, pairs[:1], draws=20_000)[:, 0]
    assert np.quantile(np.abs(t), 0.95) == pytest.approx(stats.t.ppf(0.975, 11), rel=0.03)


def test_equal_claims_count_once_and_arms_without_spread_do_no_harm() -> None:
    rng = np.random.default_rng(3)
    base, other = rng.normal(0, 1, (40, 1)), rng.normal(0, 1, (40, 1))
    pairs = np.array([[number, 0] for number in range(1, 6)])
    same = np.hstack([base, *[other] * 5])
    apart = np.hstack([base, rng.normal(0, 1, (40, 5))])
    assert simultaneous_level(same, pairs) < simultaneous_level(apart, pairs) - 0.005
    assert 0.95 <= simultaneous_level(np.hstack([base, np.full((40, 5), 90.0)]), pairs) < 1


def test_components_of_a_worked_example() -> None:
    """Four worlds of two: SSW = 4 * 2 = 8 on 4 df, means 1, 3, 5, 7 -> SSB = 2 * 20 = 40 on 3 df."""
    parts = estimate_components(np.array([0, 2, 2, 4, 4, 6, 6, 8.0]), np.repeat(range(4), 2))
    assert (parts.mean, parts.luck, parts.size) == (4, 2, 2)
    assert parts.between == pytest.approx((40 / 3 - 2) / 2)


def test_bars_stay_within_what_can_be() -> None:
    rng = np.random.default_rng(4)
    bars = estimate_bars(rng.choice([0.0, 90.0], 20), np.repeat(range(10), 2), (-90, 90))
    assert -90 <= bars.unknown[0] <= bars.luck[0] <= bars.luck[1] <= bars.unknown[1] <= 90


def test_one_more_world_may_bring_deaths_that_were_not_seen() -> None:
    bars = estimate_bars(np.zeros(20), np.repeat(range(10), 2), (-90, 90))
    assert bars.luck == (0, 0)
    assert bars.unknown == pytest.approx((-90 * (1 - 0.025**0.1), 90 * (1 - 0.025**0.1)))
    assert estimate_bars(np.zeros(20), np.repeat(range(10), 2)).unknown == (0, 0)


@pytest.mark.slow
@pytest.mark.parametrize(("dead", "worlds"), [(0.4, 10), (0.2, 20), (0.05, 10), (0.05, 50)])
def test_the_interval_holds_near_a_ceiling(dead: float, worlds: int) -> None:
    """At least 93 % of 1,000 studies, three standard errors of slack; t alone holds in 89, 92, 59 and 89 %."""
    rng = np.random.default_rng([worlds, int(100 * dead)])
    lost = np.where(rng.random((worlds, 1_000, 2)) < dead, rng.uniform(0, 90, (worlds, 1_000, 2)), 0).mean(axis=2)
    low, high = estimate_mean_interval(90 - lost, 0.95, DAYS)
    true = 90 - 45 * dead
    assert ((low <= true) & (true <= high)).mean() >= 0.93 - 3 * np.sqrt(0.07 * 0.93 / 1_000)
