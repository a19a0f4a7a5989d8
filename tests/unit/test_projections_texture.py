"""The texture of talk: estimators against known answers."""

from __future__ import annotations

import numpy as np
import pytest

from sim.projections.conversation import DAY, HOUR, Talk
from sim.projections.texture import (
    FIGURES,
    estimate_fano,
    estimate_hour_habit,
    estimate_returns,
    estimate_volume,
    measure_texture,
)


def talk_of(seconds, sender) -> Talk:
    seconds = np.asarray(seconds, float)
    return Talk(seconds, np.asarray(sender), np.full(len(seconds), -1), 0.0, float(seconds[-1]) if len(seconds) else 0.0)


def test_poisson_messages_have_no_texture():
    rng = np.random.default_rng(1)
    seconds = np.sort(rng.uniform(0, 120 * DAY, 6_000))
    found = measure_texture([talk_of(seconds, rng.integers(0, 30, 6_000))])
    assert abs(found["group_burstiness"]) < 0.03
    assert abs(found["member_burstiness"]) < 0.06
    assert 0.9 < found["fano_hour"] < 1.1
    assert found["hawkes_n"] < 0.1
    assert abs(found["same_sender_next"] - 1 / 30) < 0.02
    assert abs(found["weekend_ratio"] - 1) < 0.1
    assert found["hour_habit"] < 0.1
    assert abs(found["volume_cv"] - 1 / np.sqrt(50)) < 0.05


def test_every_figure_is_measured_and_has_a_range():
    assert set(measure_texture([])) == {figure.name for figure in FIGURES}
    assert all(figure.low < figure.high for figure in FIGURES)
    assert all(np.isnan(value) for value in measure_texture([]).values())


def test_turns_that_go_back():
    assert estimate_returns(np.tile([1, 2], 20)) == 1
    assert estimate_returns(np.tile([1, 1, 2, 2, 3], 20)) == 0
    assert np.isnan(estimate_returns(np.array([1, 2, 1])))


def test_counts_that_come_in_bursts():
    quiet_and_loud = np.r_[np.full(100, 0.5 * HOUR), 99.5 * HOUR]
    counts = np.bincount((quiet_and_loud // HOUR).astype(int))
    assert estimate_fano(quiet_and_loud, HOUR) == pytest.approx(counts.var() / counts.mean())


def test_volume_counts_silent_days_in_its_spread_only():
    seconds = np.concatenate([np.arange(14) * DAY, 14 * DAY + np.arange(10.0), 16 * DAY + np.arange(10.0)])
    spread, peak = estimate_volume(seconds)
    assert spread == pytest.approx(np.std([10, 0, 10]) / np.mean([10, 0, 10]))
    assert peak == 1


def test_habit_of_the_hour():
    assert estimate_hour_habit(np.arange(100) * DAY + 9 * HOUR) == pytest.approx(1)
    assert estimate_hour_habit(np.arange(240) * HOUR) == pytest.approx(0, abs=1e-9)
