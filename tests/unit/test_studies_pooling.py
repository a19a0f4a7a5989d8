"""Shares of plausible worlds: luck is not counted as worlds, ties are ties, and what was not seen keeps its place."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.studies.pooling import estimate_deaths, estimate_shares, shrink_gains


def test_luck_does_not_make_worlds_in_which_the_better_arm_loses() -> None:
    rng = np.random.default_rng(1)
    values = 4 + rng.normal(0, 10, 400)  # no world differs; a third of the pairs are below 0 by luck
    found = estimate_shares(values, np.repeat(range(200), 2), 3.0)
    assert found.behind > 40
    assert found.above_zero.high > 0.99
    assert found.below_zero.low < 0.01


def test_worlds_that_differ_are_counted() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(4, 4, 500)
    found = estimate_shares(np.repeat(truth, 2) + rng.normal(0, 2, 1_000), np.repeat(range(500), 2), 3.0)
    assert found.above_zero.share == pytest.approx(stats.norm.cdf(1), abs=0.03)
    assert found.above.share == pytest.approx(stats.norm.cdf(0.25), abs=0.04)
    assert found.above.low < stats.norm.cdf(0.25) < found.above.high
    assert found.above.share + found.within.share + found.below.share == pytest.approx(1)


def test_a_world_without_a_death_is_a_tie_and_no_loss() -> None:
    """38 ahead, 12 tied, 0 behind: the truth is near 50 of 50, and the normal shape would put one world in ten behind."""
    rng = np.random.default_rng(3)
    values = np.where(rng.random(100) < 0.5, rng.uniform(0, 60, 100), 0.0)
    worlds = np.repeat(range(50), 2)
    found = estimate_shares(values, worlds, 3.0, (-90, 90))
    assert found.tied == (values.reshape(50, 2).mean(axis=1) == 0).sum() > 5
    assert found.ahead + found.tied == 50
    assert found.above_zero.share > 0.97
    assert found.below_zero.low < 0.005
    assert found.below_zero.high == pytest.approx(stats.beta.ppf(0.975, 0.5, 50.5), abs=0.02)  # Jeffreys, none of 50


def test_nothing_is_estimated_where_luck_cannot_be_told() -> None:
    found = estimate_shares(np.array([1.0, 2, 3]), np.arange(3), 3.0)
    assert (found.ahead, found.tied, found.behind) == (3, 0, 0)
    assert np.isnan(found.above_zero).all()
    assert np.isnan(estimate_shares(np.array([1.0, 2, 3]), np.zeros(3), 3.0).above_zero.share)
    never = estimate_shares(np.zeros(40), np.repeat(range(20), 2), 3.0, (-90, 90))
    assert (never.ahead, never.tied, never.behind) == (0, 20, 0)
    assert np.isnan(never[3:]).all()


def test_deaths_are_pooled_as_counts() -> None:
    none = estimate_deaths(np.zeros(50), np.full(50, 2))
    assert none.mean.share < 0.01
    assert 0.01 < none.mean.high < 0.07
    half = estimate_deaths(np.repeat([0, 2], 25), np.full(50, 2))
    assert half.mean.share == pytest.approx(0.5, abs=0.02)
    assert half.exceeds.share == pytest.approx(0.5, abs=0.05)  # worlds of two kinds
    alike = estimate_deaths(np.full(50, 1), np.full(50, 2))
    assert alike.mean.low < 0.5 < alike.mean.high
    assert alike.mean.high - alike.mean.low < half.mean.high - half.mean.low


def test_the_gain_of_the_best_of_equals_is_mostly_luck() -> None:
    rng = np.random.default_rng(4)
    raw, shrunk = [], []
    for _ in range(60):
        gains = rng.normal(2, 3, (20, 1)) + rng.normal(0, 3, (20, 30))
        raw.append(gains.mean(axis=0).max())
        shrunk.append(shrink_gains(gains).max())
    assert np.mean(raw) - 2 > 1
    assert abs(np.mean(shrunk) - 2) < 0.35


def test_gains_that_truly_differ_are_left_and_three_are_never_moved() -> None:
    rng = np.random.default_rng(5)
    gains = rng.normal(0, 1, (50, 6)) + np.arange(0, 60, 10)
    assert shrink_gains(gains) == pytest.approx(gains.mean(axis=0), abs=0.01)
    assert shrink_gains(gains[:, :3]).tolist() == gains[:, :3].mean(axis=0).tolist()
    assert shrink_gains(np.full((9, 5), 7.0)).tolist() == [7] * 5
