"""Verdicts, the set of possible best, choice among many, regret, what is worth knowing: each against what is known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.studies.choice import estimate_information, estimate_regret, find_possible_best, judge, select_best


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [
        ((3.1, 9), "better"),
        ((0.1, 9), "better_open"),
        ((-9, -3.1), "worse"),
        ((-9, -0.1), "worse_open"),
        ((-2.9, 2.9), "same"),
        ((0.5, 2.9), "same"),  # surely above 0, surely too small to matter
        ((3.0, 9), "better_open"),  # the effect itself is not excluded
        ((-1, 9), "open"),
        ((-2.9, 3.1), "open"),
        ((np.nan, np.nan), "open"),
    ],
)
def test_verdicts(interval: tuple[float, float], verdict: str) -> None:
    assert judge(*(np.array([end]) for end in interval), 3.0).tolist() == [verdict]


def test_the_clearly_worse_are_out_and_equals_stay() -> None:
    rng = np.random.default_rng(1)
    means = rng.normal(0, 3, (30, 1)) + rng.normal(0, 1, (30, 5)) + [50, 50, 50, 40, 30]
    assert find_possible_best(means).tolist() == [True, True, True, False, False]
    assert find_possible_best(means[:1]).all()


def test_nobody_is_put_out_by_deaths_that_were_not_seen() -> None:
    """One arm never dies, the other in two of twelve worlds, at once: t alone would not tell, nor may a bound be passed over."""
    means = np.full((12, 2), 90.0)
    means[:2, 1] = 80.0
    assert find_possible_best(means, (0.0, 90.0)).all()
    means[:, 1] = np.linspace(1, 12, 12)
    assert find_possible_best(means, (0.0, 90.0)).tolist() == [True, False]


def test_selection_goes_on_until_it_can_tell() -> None:
    rng = np.random.default_rng(2)
    means = rng.normal(0, 3, (300, 1)) + rng.normal(0, 3, (300, 5)) + [50, 50, 50, 56, 50]
    assert not select_best(means[:9], 3.0).decided
    found = select_best(means, 3.0)
    assert found.decided
    assert found.left.tolist() == [False, False, False, True, False]
    assert 10 <= found.worlds < 300
    again = select_best(means[: found.worlds], 3.0)
    assert again.worlds == found.worlds
    assert select_best(means[: found.worlds - 1], 3.0).decided is False


def test_exact_ties_do_not_keep_a_selection_waiting() -> None:
    found = select_best(np.full((10, 3), 90.0), 3.0)
    assert found.decided
    assert found.left.sum() == 1


def test_regret_is_what_an_arm_loses_in_the_worlds_that_others_win() -> None:
    rng, worlds = np.random.default_rng(3), np.repeat(range(4_000), 2)
    gain = np.repeat(rng.normal(0, 5, 4_000), 2)
    luck = rng.normal(0, 5, (8_000, 2))
    regret = estimate_regret(np.stack((np.zeros(8_000), gain), axis=1) + luck, worlds)
    assert regret == pytest.approx([5 / np.sqrt(2 * np.pi)] * 2, rel=0.12)  # E max(0, N(0, 25)); luck adds nothing
    sure = estimate_regret(luck + np.array([0, 40]), worlds)
    assert sure[1] == pytest.approx(0, abs=0.05)
    assert sure[0] == pytest.approx(40, abs=0.5)
    assert np.isnan(estimate_regret(luck[:5], np.arange(5))).all()


def test_the_parameter_that_turns_the_choice_is_worth_knowing_and_its_flip_is_found() -> None:
    rng = np.random.default_rng(4)
    parameter, idle = rng.uniform(0, 1, 400), rng.uniform(0, 1, 400)
    gains = np.stack((np.zeros(400), 20 * (parameter - 0.4)), axis=1) + rng.normal(0, 1, (400, 2))
    known = estimate_information(gains, parameter)
    assert known.value == pytest.approx(20 * 0.4**2 / 2, abs=4 * known.error)  # the integral of what is lost below 0.4
    assert known.flips == pytest.approx((0.4,), abs=0.03)
    nothing = estimate_information(gains, idle)
    assert nothing.value < known.value / 4
    with pytest.raises(ValueError, match="worlds=14: at least 15"):
        estimate_information(gains[:14], parameter[:14])
