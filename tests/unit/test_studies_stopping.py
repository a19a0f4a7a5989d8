"""Looks at a growing study: the error is spent, not repeated; a study stops when it may, and says why."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.studies.stopping import Looks, grow, look, spend_error


def test_one_look_spends_everything_and_known_bounds_come_out() -> None:
    assert spend_error((50,), 0.05)[0] == pytest.approx(0.95, abs=1e-4)
    bounds = stats.norm.ppf((1 + np.array(spend_error((1, 2, 3, 4, 5), 0.05))) / 2)
    # Lan & DeMets with the function like O'Brien & Fleming's, five equal looks (Jennison & Turnbull 2000, table 7.2 and R's ldbounds)
    assert bounds[1:] == pytest.approx([3.357, 2.680, 2.290, 2.031], abs=0.005)


def test_looks_that_stop_are_wrong_no_oftener_than_they_say() -> None:
    rng = np.random.default_rng(1)
    worlds = np.arange(1, 101)
    walks = np.cumsum(rng.normal(0, 1, (20_000, 100)), axis=1) / np.sqrt(worlds)
    plan = Looks(10, 100)
    bounds = stats.norm.ppf((1 + np.array([plan.level_at(n) for n in plan.worlds])) / 2)
    assert (np.abs(walks[:, 9::10]) > bounds).any(axis=1).mean() == pytest.approx(0.05, abs=0.006)
    assert (np.abs(walks[:, 9::10]) > 1.96).any(axis=1).mean() > 0.15  # what plain looks would do


def test_a_plan_names_what_it_does_not_allow() -> None:
    assert Looks(10, 35).worlds == (10, 20, 30, 35)
    with pytest.raises(ValueError, match="batch=20, most=10"):
        Looks(20, 10)
    with pytest.raises(ValueError, match="worlds=15: one of 10, 20"):
        look(np.zeros((15, 2)), Looks(10, 20), 3.0)


def worlds_of(*shifts: float, spread: float = 2.0, seed: int = 2):
    rng = np.random.default_rng(seed)
    return lambda first, last: 50 + np.array(shifts) + rng.normal(0, spread, (last - first, len(shifts)))


def test_a_large_difference_stops_early_and_an_unclear_one_goes_to_the_end() -> None:
    means, found = grow(worlds_of(0, 20), Looks(10, 60), 3.0, clock=lambda: 0.0)
    assert found.stop == "settled"
    assert found.verdicts.tolist() == ["better"]
    assert len(means) < 60
    means, found = grow(worlds_of(0, 3, spread=8), Looks(10, 60), 3.0, clock=lambda: 0.0)
    assert found.stop == "most"
    assert len(means) == 60


def test_no_difference_is_found_to_be_none() -> None:
    _, found = grow(worlds_of(0, 0, 0), Looks(10, 100), 3.0, clock=lambda: 0.0)
    assert found.stop == "settled"
    assert found.verdicts.tolist() == ["same", "same"]


def test_a_batch_that_would_outlast_the_budget_is_not_begun() -> None:
    minutes = iter(range(0, 100, 4))
    means, found = grow(worlds_of(0, 3, spread=8), Looks(10, 100), 3.0, clock=lambda: next(minutes), budget=13)
    assert found.stop == "minutes"
    assert len(means) == 30  # 4, 8, 12 minutes; a fourth batch would end after 16
