"""Paired differences against textbook values and known truths; the league table and its front."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.studies.intervals import estimate_bars
from sim.studies.ledger import StudyError
from sim.studies.paired import estimate_league, estimate_paired
from sim.studies.pareto import estimate_front_share, on_front


def rows(*arms: list[float], worlds: list[int] | None = None, **columns: list[list[float]]) -> pd.DataFrame:
    """A replications table: alive_days of each arm, and other columns arm by arm."""
    tables = []
    for arm, values in enumerate(arms):
        table = {"arm": arm, "label": "abcdefgh"[arm], "replication": range(len(values)), "alive_days": values}
        table["world"] = worlds or [number // 2 for number in range(len(values))]
        tables.append(pd.DataFrame(table | {name: given[arm] for name, given in columns.items()}))
    return pd.concat(tables, ignore_index=True)


def test_bars_of_a_worked_example() -> None:
    """Four worlds of two: SSW = 4 * 2 = 8 on 4 df, means 1, 3, 5, 7 -> SSB = 2 * 20 = 40 on 3 df."""
    bars = estimate_bars(np.array([0, 2, 2, 4, 4, 6, 6, 8.0]), np.repeat(range(4), 2))
    assert bars.mean == 4
    assert bars.luck == pytest.approx((4 - stats.t.ppf(0.975, 4) * 0.5, 4 + stats.t.ppf(0.975, 4) * 0.5))
    # the plug-in interval: between (40/3 - 2) / 2 = 5.67, variance 5.67 (1 + 1/4) + 2/8
    half = stats.t.ppf(0.95, 3) * np.sqrt(17 / 3 * 1.25 + 0.25)
    assert bars.unknown[1] - 4 == pytest.approx(half, rel=0.15)
    assert bars.unknown[0] + bars.unknown[1] == pytest.approx(8)


def test_one_world_tells_luck_only_and_one_replication_nothing() -> None:
    values = np.array([1.0, 4, 2, 5])
    bars = estimate_bars(values, np.zeros(4))
    interval = stats.t.interval(0.95, 3, values.mean(), stats.sem(values))
    assert bars.luck == pytest.approx(interval)
    assert np.isnan(bars.unknown).all()
    assert np.isnan(estimate_bars(values[:1], np.zeros(1)).luck).all()


def test_p_is_of_the_means_of_the_worlds_and_equal_ones_do_not_prove_the_impossible() -> None:
    table = estimate_paired(rows([0.0] * 8, [0, 2, 2, 4, 4, 6, 6, 8.0], [5.0] * 8, [0.0] * 8))
    assert table.p.tolist()[1:] == pytest.approx([stats.ttest_1samp([1, 3, 5, 7], 0).pvalue, 2.0**-3, 1])


def test_ties_are_ties() -> None:
    table = estimate_paired(rows([0.0] * 8, [1, 3, -1, 1, -5, -5, 2, 0.0]))
    assert table[["ahead", "tied", "behind"]].iloc[1].tolist() == [2, 1, 1]
    assert table.worlds.tolist() == [4, 4]
    assert table.verdict[0] == "baseline"


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [
        ([4, 6] * 6, "open"),  # six worlds that agree: without bounds nobody knows how far the next may be
        ([4, 6, 5, 6] * 3, "better"),
        ([-4, -6, -5, -6] * 3, "worse"),
        ([0.5, -0.5, 1, -0.5] * 3, "same"),
        ([2, 2.5, 2, 2.2] * 3, "same"),  # certainly above 0, but too small to matter
        ([2, 5, 1, 5] * 3, "better_open"),  # the mean is above 3, and might be below it
        ([-2, -5, -1, -5] * 3, "worse_open"),
        ([-20, 30, -40, 12] * 3, "open"),
        ([4, 6, 5, 6] * 2, "open"),  # fewer than 10 replications
    ],
)
def test_verdicts(differences: list[float], verdict: str) -> None:
    table = estimate_paired(rows([50.0] * len(differences), [50 + value for value in differences]))
    assert table.verdict[1] == verdict


def test_better_is_the_interval_beyond_the_effect_and_of_many_arms_it_is_wider() -> None:
    rng = np.random.default_rng(7)
    base = rng.normal(50, 3, 24)
    alone = estimate_paired(rows(list(base), list(base + 5 + rng.normal(0, 3, 24))))
    others = [list(base + rng.normal(0, 3, 24)) for _ in range(6)]
    many = estimate_paired(rows(list(base), list(base + 5 + np.random.default_rng(8).normal(0, 3, 24)), *others))
    assert (alone.verdict[1] == "better") == (alone.low[1] > 3)
    single = estimate_paired(rows(list(base), list(base + 5 + np.random.default_rng(8).normal(0, 3, 24))))
    assert many.difference[1] == single.difference[1]
    assert many.low[1] < single.low[1] < single.high[1] < many.high[1]


def test_bounds_carry_deaths_that_were_not_seen() -> None:
    """Nobody dies in either arm: after 50 worlds not yet known to be the same, after 110 it is."""
    for worlds, verdict in ((50, "open"), (110, "same")):
        table = estimate_paired(rows([90.0] * 2 * worlds, [90.0] * 2 * worlds), bounds=(0, 90))
        assert table.high[1] == pytest.approx(90 * (1 - 0.025 ** (1 / worlds)))
        assert table.low[1] == -table.high[1]
        assert table.verdict[1] == verdict


def test_baseline_by_label_or_number_and_reversed_signs() -> None:
    data = rows([10, 20, 30, 45.0], [12, 25, 31, 47.0], [9, 9, 9, 9.0])
    by_label, by_number = estimate_paired(data, baseline="b"), estimate_paired(data, baseline=1)
    pd.testing.assert_frame_equal(by_label, by_number)
    forth = estimate_paired(data)
    assert by_label.difference[0] == -forth.difference[1]
    assert by_label.luck_low[0] == pytest.approx(-forth.luck_high[1])
    assert by_label.ahead[0] == forth.behind[1]
    with pytest.raises(StudyError, match="baseline=z: one of a, b, c"):
        estimate_paired(data, baseline="z")


def test_unpaired_replications_are_refused() -> None:
    data = rows([1, 2, 3.0], [1, 2, 3.0])
    with pytest.raises(StudyError, match="outcome=alive_days: every arm needs a value"):
        estimate_paired(data.drop(index=2))
    with pytest.raises(StudyError, match="outcome=joy: not a column"):
        estimate_paired(data, "joy")


def test_gain_of_pairing_is_measured_within_worlds() -> None:
    rng = np.random.default_rng(1)
    worlds, shared = np.repeat(range(500), 2), rng.normal(0, 1, 1000)
    world = np.repeat(rng.normal(0, 10, 500), 2)
    a, b = world + shared + rng.normal(0, 0.5, 1000), world + shared + rng.normal(0, 0.5, 1000)
    table = estimate_paired(rows(list(a), list(b), worlds=list(worlds)))
    assert table.correlation[1] == pytest.approx(0.8, abs=0.04)  # 1 / 1.25
    assert table.variance_reduction[1] == pytest.approx(5, rel=0.2)  # 2 * 1.25 / 0.5


def test_holm_adjustment() -> None:
    rng = np.random.default_rng(2)
    base = list(rng.normal(50, 1, 20))
    table = estimate_paired(rows(base, *(list(base + rng.normal(shift, 1, 20)) for shift in (0.1, 0.5, 2.0))))
    p = table.p[1:].sort_values()
    expected = np.maximum.accumulate(np.minimum(1, p * [3, 2, 1]))
    assert table.p_holm[p.index].tolist() == pytest.approx(expected.tolist())
    assert np.isnan(table.p_holm[0])


def test_league_has_the_columns_and_ranks_that_the_report_reads() -> None:
    rng = np.random.default_rng(3)
    luck = rng.normal(0, 5, 20)
    values = [list(50 + shift + luck + rng.normal(0, 1, 20)) for shift in (0, 20, 19.5, -20)]
    league = estimate_league(
        rows(*values, net_income=[[0.0] * 20, [5.0] * 20, [9.0] * 20, [9.0] * 20], staff_hours=[[1.0] * 20] * 4), days=90
    )
    assert league["rank"].tolist()[::3] == [3, 4]
    assert sorted(league["rank"]) == [1, 2, 3, 4]
    assert league.verdict.tolist() == ["baseline", "better", "better", "worse"]
    best = int(league.alive_days.argmax())
    assert league.against_best[best] == "best"
    assert league.against_best[3 - best] == "same"
    assert league.against_best.tolist()[::3] == ["worse", "worse"]
    assert league.possible_best.tolist() == [False, True, True, False]
    assert league.on_front.tolist() == [False, best == 1, True, False]
    assert league.front_share[3] == 0
    assert league.net_income.tolist() == [0, 5, 9, 9]
    assert (league.alive_days_low < league.alive_days).all()
    assert league.first_response_minutes.isna().all()
    expected = {
        "arm", "label", "replications", "worlds", "alive_days", "alive_days_low", "alive_days_high", "dead", "net_income",
        "revenue", "cost", "staff_hours", "messages_per_day", "posters_per_day", "muted_share", "first_response_minutes",
        "difference", "low", "high", "luck_low", "luck_high", "unknown_low", "unknown_high", "ahead", "tied", "behind",
        "ahead_share", "behind_share_low", "gain_shrunk", "verdict", "rank", "possible_best", "against_best", "on_front",
    }  # fmt: skip
    assert expected <= set(league.columns)


def test_intervals_of_arms_stay_within_the_judged_days() -> None:
    league = estimate_league(rows([90.0] * 9 + [1.0], [0.0] * 9 + [5.0]), days=90)
    assert 45 < league.alive_days[0] < league.alive_days_high[0] <= 90
    assert 0 <= league.alive_days_low[1] < league.alive_days[1]
    assert league.unknown_low.min() >= -90
    never = estimate_league(rows([90.0] * 100, [90.0] * 100), days=90)
    assert never.alive_days_low.tolist() == pytest.approx([90 * 0.025 ** (1 / 50)] * 2)
    assert never.possible_best.all()


def test_front_of_three_objectives() -> None:
    table = pd.DataFrame(
        {"alive_days": [80, 80, 60, 90, 10], "net_income": [5, 4, 9, np.nan, 5], "staff_hours": [10, 10, 10, 50, 20]},
        index=list("abcde"),
    )
    assert on_front(table).tolist() == [True, False, True, True, False]
    assert on_front(table[:2][["alive_days"]].assign(net_income=1, staff_hours=1)).tolist() == [True, True]


def test_front_share_is_between_what_means_say() -> None:
    rng = np.random.default_rng(4)
    base = rng.normal(50, 3, 40)
    data = rows(
        list(base),
        list(base + rng.normal(0, 3, 40)),
        list(base - 30),
        net_income=[[1.0] * 40] * 3,
        staff_hours=[[1.0] * 40] * 3,
    )
    share = estimate_front_share(data)
    assert share[2] == 0
    assert share[0] + share[1] == pytest.approx(1)
    assert 0.02 < share[0] < 0.98
    assert np.isnan(estimate_front_share(rows([1.0], [2.0]))).all()


def _drawn(rng: np.random.Generator, worlds: int, between: float, replications: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """True effects of the worlds around 4, and differences with luck of standard deviation 1."""
    truth = rng.normal(4, between, worlds)
    return truth, np.repeat(truth, replications) + rng.normal(0, 1, worlds * replications)


@pytest.mark.slow
@pytest.mark.parametrize(("between", "known_low"), [(0.0, 0.88), (0.5, 0.82), (1.0, 0.84), (3.0, 0.86)])
@pytest.mark.parametrize("worlds", [10, 50])
def test_coverage_of_both_bars(worlds: int, between: float, known_low: float) -> None:
    """luck covers the mean of the drawn worlds in 95 %; unknown covers one more world in 90 %, at worst 86 %.

    4 standard errors of slack; an interval half as wide would cover 67 % and 59 %, and fail.
    """
    rng, luck, unknown, studies = np.random.default_rng([worlds, int(between * 10)]), 0, 0.0, 500
    for _ in range(studies):
        truth, differences = _drawn(rng, worlds, between)
        bars = estimate_bars(differences, np.repeat(range(worlds), 2))
        luck += bars.luck[0] <= truth.mean() <= bars.luck[1]
        fresh = rng.normal(4, between, 200)
        unknown += np.mean((bars.unknown[0] <= fresh) & (fresh <= bars.unknown[1]))
    assert luck / studies == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / studies))
    assert unknown / studies >= known_low
    if between >= 1:
        assert unknown / studies <= 0.94


@pytest.mark.slow
def test_arms_without_effect_are_rarely_called_anything() -> None:
    """Seven arms equal to the baseline: the chance of any interval without 0, and of any p_holm < 0.05, stays at 5 %."""
    rng, false = np.random.default_rng(5), np.zeros(2)
    for _ in range(200):
        base = rng.normal(50, 5, 20)
        table = estimate_paired(rows(list(base), *(list(base + rng.normal(0, 2, 20)) for _ in range(7))))[1:]
        false += [((table.low > 0) | (table.high < 0)).any(), table.p_holm.min() < 0.05]
    assert (false / 200 < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 200)).all()
