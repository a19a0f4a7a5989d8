"""Lifetimes, early signs and volumes of many groups, against laws that are known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.projections.conversation import DAY, Talk
from sim.projections.population import (
    HOURS,
    POPULATION_PATTERNS,
    describe_life,
    estimate_foretold,
    estimate_shape,
    measure_daily_cycle,
    measure_population,
)


def talk(*days: float, sender: tuple[int, ...] = (), start: float = 0, end: float = 200) -> Talk:
    seconds = np.array(days) * DAY
    return Talk(seconds, np.array(sender or [0] * len(days)), np.full(len(days), -1), start * DAY, end * DAY)


def test_a_group_is_described_by_its_first_weeks_only() -> None:
    life = describe_life(talk(3, 3.5, 4, 12, 95, 130, sender=(1, 2, 1, 1, 3, 4), start=3, end=200))
    hours = {name: life.pop(name) for name in HOURS}
    assert sum(hours.values()) == 5 and hours["hour_0"] == 4 and hours["hour_12"] == 1
    assert life == {
        "seen": 118,
        "life": 92,
        "messages": 4,
        "week_messages": 3,
        "week_posters": 2,
        "week_days": 2,
        "week_turns": 2,
    }
    assert describe_life(talk(start=3))["life"] == 0
    assert describe_life(talk(5, end=50))["seen"] == 50


@pytest.mark.parametrize("shape", [0.5, 1.0, 1.6])
def test_the_shape_of_lifetimes_is_found_though_most_outlive_the_horizon(shape: float) -> None:
    life = 120 * np.random.default_rng(4).weibull(shape, 4_000)
    assert estimate_shape(life) == pytest.approx(shape, rel=0.1)


def test_lifetimes_are_known_to_the_day() -> None:
    life = 30 * np.random.default_rng(5).weibull(0.6, 3_000)
    assert estimate_shape(np.floor(life)) == estimate_shape(life)


def rows(count: int, life: np.ndarray, messages: np.ndarray) -> list[dict[str, float]]:
    signs = {"week_posters": 3.0, "week_days": 5.0, "week_turns": 4.0}
    return [
        {"seen": 118.0, "life": float(life[at]), "messages": float(messages[at]), "week_messages": float(messages[at]), **signs}
        for at in range(count)
    ]


def test_week_one_foretells_what_it_decides_and_nothing_else() -> None:
    rng = np.random.default_rng(6)
    messages = rng.integers(1, 200, 400).astype(float)
    decided, undecided = np.where(messages > 100, 100.0, 20.0), rng.choice([20.0, 100.0], 400)
    assert estimate_foretold(rows(400, decided, messages)) > 0.99
    assert estimate_foretold(rows(400, undecided, messages)) == pytest.approx(0.5, abs=0.08)
    reversed_too = np.where(messages > 100, 20.0, 100.0)  # whichever way the sign points
    assert estimate_foretold(rows(400, reversed_too, messages)) > 0.99


def test_groups_that_die_in_their_first_week_are_not_foretold_by_it() -> None:
    messages = np.r_[np.ones(50), np.full(50, 90.0)]
    life = np.r_[np.full(50, 2.0), np.full(25, 50.0), np.full(25, 100.0)]
    assert estimate_foretold(rows(100, life, messages)) == pytest.approx(0.5, abs=0.25)


def test_a_population_of_all() -> None:
    life = np.r_[np.full(12, 10.0), np.full(28, 100.0)]
    messages = np.r_[np.full(30, 90.0), np.full(10, 9_000.0)]
    found = measure_population([*rows(40, life, messages), {**rows(1, life, messages)[0], "seen": 60.0}])
    assert set(found) == {pattern.name for pattern in POPULATION_PATTERNS}
    assert found["silent_90"] == 0.3
    assert found["messages_mean"] == (30 + 1_000) / 40
    assert found["mean_to_median"] == pytest.approx((30 + 1_000) / 40)
    assert all(np.isnan(value) for value in measure_population(rows(19, life, messages)).values())


def test_the_daily_cycle_is_that_of_all_messages() -> None:
    evening, noon = (
        describe_life(talk(*(day + hour / 24 for day in range(days)), end=200)) for days, hour in ((30, 20.5), (10, 12.5))
    )
    found = measure_daily_cycle([evening, noon])
    assert found == {"peak_hour": 20, "peak_to_trough": float("inf")}
    even = dict.fromkeys(HOURS, 1)
    assert measure_daily_cycle([{name: evening[name] + even[name] for name in HOURS}, even])["peak_to_trough"] == 32 / 2
