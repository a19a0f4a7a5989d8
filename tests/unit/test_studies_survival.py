"""Survival curves against lifelines, days alive, and known truths; whether a ranking outlives its definition of death."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.studies.intervals import estimate_mean_interval
from sim.studies.ledger import StudyError
from sim.studies.survival import estimate_incidence, estimate_lifespans, estimate_survival, re_rank

DAYS = 90.0


def lives(
    times: np.ndarray,
    ended: np.ndarray,
    *,
    groups: int = 1,
    arm: int = 0,
    planned: np.ndarray | int = 100,
    definition: str = "main",
) -> pd.DataFrame:
    """One row per group, `groups` to a replication, two replications to a world."""
    number = np.arange(len(times))
    table = {"arm": arm, "label": "abcd"[arm], "replication": number // groups, "world": number // groups // 2}
    table |= {"definition": definition, "group": number % groups, "planned": planned, "time": times, "ended": ended}
    return pd.DataFrame(table | {"stillborn": times == 0})


def drawn(count: int, seed: int = 1, closing: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Lifetimes with ties at 0, ends at 90, and censorings in between."""
    rng = np.random.default_rng(seed)
    times = np.minimum(rng.exponential(60, count), DAYS)
    ended = np.where(times < DAYS, "dead", "censored")
    early = rng.random(count) < 0.15
    ended = np.where(early & (times < DAYS), "closed" if closing else "censored", ended)
    still = rng.random(count) < 0.1
    return np.where(still, 0.0, times), np.where(still, "dead", ended)


def test_curve_equals_kaplan_meier_of_lifelines() -> None:
    lifelines = pytest.importorskip("lifelines")
    times, ended = drawn(150)
    fitted = lifelines.KaplanMeierFitter().fit(times, ended == "dead")
    table = estimate_survival(lives(times, ended), days=DAYS, draws=50)
    assert table.day.tolist() == list(range(91))
    assert table.alive.to_numpy() == pytest.approx(fitted.survival_function_at_times(table.day).to_numpy(), abs=1e-12)
    assert table.alive[0] == pytest.approx(1 - np.mean(times == 0))
    assert (table.closed == 0).all()
    assert table.at_risk.tolist() == [(times >= day).sum() for day in range(91)]


def test_incidence_equals_aalen_johansen_of_lifelines() -> None:
    lifelines = pytest.importorskip("lifelines")
    times, ended = drawn(150, seed=2, closing=True)
    times = times + np.where(times == 0, np.linspace(1e-3, 2e-3, len(times)), 0)  # lifelines breaks ties at random
    steps = estimate_incidence(times, ended, np.ones((1, len(times))))
    codes = np.select([ended == "dead", ended == "closed"], [1, 2], 0)
    for code, curve in ((1, steps.dead[0]), (2, steps.closed[0])):
        fitted = lifelines.AalenJohansenFitter(calculate_variance=False, jitter_level=1e-9, seed=1)
        cumulative = fitted.fit(times, codes, event_of_interest=code).cumulative_density_
        at = np.searchsorted(cumulative.index, steps.time + 1e-6, side="right") - 1
        assert curve == pytest.approx(cumulative.to_numpy()[at, 0], abs=1e-9)
    assert steps.alive + steps.dead + steps.closed == pytest.approx(1)


def test_ties_of_deaths_closings_and_censorings_by_hand() -> None:
    """Of 4 at risk on day 10 one dies, one is closed, one is censored; the last dies on day 20."""
    for order in ([0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]):
        times, ended = np.array([10, 10, 10, 20.0])[order], np.array(["dead", "closed", "censored", "dead"])[order]
        table = estimate_survival(lives(times, ended), days=30, draws=10).set_index("day")
        assert table.loc[[9, 10, 20], "alive"].tolist() == pytest.approx([1, 0.5, 0])
        assert table.loc[[9, 10, 20], "dead"].tolist() == pytest.approx([0, 0.25, 0.75])
        assert table.closed[30] == pytest.approx(0.25)


def test_area_below_the_curve_is_the_mean_of_days_alive_weighted_by_members() -> None:
    rng = np.random.default_rng(3)
    times = np.where(rng.random(80) < 0.3, DAYS, rng.uniform(0, DAYS, 80))
    ended, planned = np.where(times < DAYS, "dead", "censored"), rng.integers(50, 500, 80)
    table = estimate_lifespans(lives(times, ended, groups=4, planned=planned), days=DAYS)
    first = table[table.horizon == 90].iloc[0]
    assert first.rmst == pytest.approx(np.average(times, weights=planned))
    assert first.dead == pytest.approx(np.average(times < DAYS, weights=planned))
    assert first.rmst_low < first.rmst < first.rmst_high
    assert table[table.horizon == 365].rmst.isna().all(), "nobody looked for 365 days"
    shorter = estimate_lifespans(lives(times, ended, groups=4, planned=planned), horizons=(30,), days=DAYS)
    assert shorter.rmst[0] == pytest.approx(np.average(np.minimum(times, 30), weights=planned))


def test_interval_of_all_alive_or_all_dead_is_exact_not_empty() -> None:
    alive = estimate_survival(lives(np.full(40, DAYS), np.full(40, "censored")), days=DAYS, draws=20)
    assert (alive.alive == 1).all()
    assert alive.low.to_numpy() == pytest.approx(0.025 ** (1 / 20))  # 20 worlds of two replications
    assert (alive.high == 1).all()
    assert alive.dead_high.to_numpy() == pytest.approx(1 - 0.025 ** (1 / 20))
    dead = estimate_survival(lives(np.zeros(40), np.full(40, "dead")), days=DAYS, draws=20)
    assert (dead.alive == 0).all()
    assert dead.high.to_numpy() == pytest.approx(1 - 0.025 ** (1 / 20))


def test_groups_of_one_replication_are_no_independent_witnesses() -> None:
    """Ten groups that share one fate carry the interval of one group, not of ten."""
    times, ended = drawn(60, seed=4)
    alone = estimate_survival(lives(times, ended), days=DAYS)
    shared = estimate_survival(lives(np.repeat(times, 10), np.repeat(ended, 10), groups=10), days=DAYS)
    pd.testing.assert_frame_equal(alone.drop(columns="at_risk"), shared.drop(columns="at_risk"))
    wide = alone.high - alone.low
    free = np.random.default_rng(0).permutation(600)
    narrow = estimate_survival(lives(np.repeat(times, 10)[free], np.repeat(ended, 10)[free], groups=10), days=DAYS)
    assert ((narrow.high - narrow.low)[10:80] < 0.6 * wide[10:80]).all()


def test_nothing_is_said_of_days_on_which_nobody_is_at_risk() -> None:
    watched = lives(np.array([4.0, 10.0]), np.array(["dead", "alive"]))
    curve = estimate_survival(watched, days=20).set_index("day")
    assert curve.alive[10] == 0.5 and curve.at_risk[10] == 1
    assert curve.loc[11:, ["alive", "low", "high", "dead", "dead_low", "dead_high", "closed"]].isna().all(axis=None)
    spans = estimate_lifespans(watched, horizons=(10, 20), days=20)
    assert spans.rmst[0] == 7 and spans.loc[1, ["rmst", "dead", "closed"]].isna().all()
    over = estimate_survival(lives(np.array([4.0, 10.0]), np.array(["dead", "dead"])), days=20)
    assert over.alive.iloc[-1] == 0 and over.dead.iloc[-1] == 1  # all have ended, and that is known


def test_the_definition_that_counts_is_the_first_and_others_can_be_asked_for() -> None:
    table = pd.concat([
        lives(np.full(4, DAYS), np.full(4, "censored")),
        lives(np.full(4, 5.0), np.full(4, "dead"), definition="strict"),
    ])  # fmt: skip
    assert estimate_survival(table, days=DAYS, draws=5).alive.min() == 1
    assert estimate_survival(table, days=DAYS, draws=5, definition="strict").alive.min() == 0
    with pytest.raises(StudyError, match="definition=lax: one of main, strict"):
        estimate_survival(table, definition="lax")
    with pytest.raises(StudyError, match="lifetimes: none"):
        estimate_survival(table[:0])


def test_same_seed_same_interval_whatever_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = lives(*drawn(60))
    whole = estimate_survival(data, days=DAYS)
    monkeypatch.setattr("sim.studies.survival._CHUNK", 700)
    pd.testing.assert_frame_equal(whole, estimate_survival(data, days=DAYS))
    assert not estimate_survival(data, days=DAYS, seed=1).low.equals(whole.low)


def ranked(**means: tuple[float, ...]) -> pd.DataFrame:
    """Lifetimes under several definitions, with these days alive of each arm."""
    return pd.concat([
        lives(np.array([mean - 1, mean + 1]), np.full(2, "dead"), arm=arm, definition=name)
        for name, days in means.items() for arm, mean in enumerate(days)
    ])  # fmt: skip


def test_ranking_that_holds_and_ranking_that_flips() -> None:
    table = ranked(main=(60, 50, 48), **{"14d_k2": (61, 45, 47), "28d_k2": (50, 60, 40)})
    result = re_rank(table, ks=(2,))
    assert result.definition.drop_duplicates().tolist() == ["main", "14d_k2", "28d_k2"]
    by_definition = result.groupby("definition", sort=False)
    assert by_definition.flips.first().tolist() == [0, 0, 1]  # 2 days between b and c are no ranking
    assert by_definition.holds.first().tolist() == [True, True, False]
    assert by_definition.tau.first().tolist() == pytest.approx([1, 1 / 3, 1 / 3])
    assert result[result.definition == "28d_k2"]["rank"].tolist() == [2, 1, 3]
    assert result.revived.isna().all()
    told = re_rank(table.assign(revivals=[1, 0] * 9, spells=2, watched=3.0), ks=(2,))
    assert told.revived.tolist() == [0.25] * 9
    with pytest.raises(StudyError, match="definition=14d_k3: not in the lifetimes; there are main, 14d_k2, 28d_k2"):
        re_rank(table, ks=(2, 3))


def test_ranking_weighs_groups_by_planned_members() -> None:
    table = ranked(main=(50,), **{"14d_k2": (50,), "28d_k2": (50,)}).assign(planned=[100, 300] * 3)
    assert re_rank(table, ks=(2,)).alive_days.tolist() == [50.5] * 3


@pytest.mark.slow
def test_coverage_of_the_curve_where_groups_share_their_fate() -> None:
    """Survival to day 45 of exponential lifetimes, 5 groups to a replication with one common frailty."""
    rng, inside, studies = np.random.default_rng(6), 0, 200
    frailty = lambda size: rng.choice([0.3, 1.7], size)  # noqa: E731
    truth = np.mean(np.exp(-45 / 60 * np.array([0.3, 1.7])))
    for _ in range(studies):
        times = np.minimum(rng.exponential(60 / np.repeat(frailty(60), 5)), DAYS)
        table = estimate_survival(
            lives(times, np.where(times < DAYS, "dead", "censored"), groups=5), days=DAYS, draws=200
        ).set_index("day")
        inside += table.low[45] <= truth <= table.high[45]
    assert 0.88 <= inside / studies <= 0.99


def test_lifespans_allow_for_deaths_that_were_not_seen() -> None:
    table = estimate_lifespans(lives(np.full(40, DAYS), np.full(40, "censored")), horizons=(DAYS,), days=DAYS)
    assert table.rmst[0] == DAYS
    assert table.rmst_high[0] == DAYS
    assert 0.8 * DAYS < table.rmst_low[0] < 0.95 * DAYS
    assert table.dead[0] == 0
    assert 0.05 < table.dead_high[0] < 0.2


def test_pseudo_values_of_worlds_are_their_means_where_nothing_is_censored_early() -> None:
    rng = np.random.default_rng(9)
    times = np.where(rng.random(60) < 0.5, DAYS, rng.uniform(0, DAYS, 60))
    data = lives(times, np.where(times < DAYS, "dead", "censored"))
    table = estimate_lifespans(data, horizons=(DAYS,), days=DAYS)
    by = "world" if data.world.nunique() > 1 else "replication"
    low, high = estimate_mean_interval(data.groupby(by).time.mean().to_numpy()[:, None], 0.95, (0.0, DAYS))
    assert [table.rmst_low[0], table.rmst_high[0]] == pytest.approx([low[0], high[0]])
