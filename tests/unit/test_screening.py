"""Morris screening: effects of laws that are known, what luck alone shows, trajectories keyed by number, and the command."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris

from sim import cli
from sim.allowed import ConfigError
from sim.config import compose
from sim.report.drawing import draw_all
from sim.report.language import LANGUAGES, translator
from sim.report.screening import draw_screening, print_screening
from sim.sensitivity import screening
from sim.sensitivity.screening import LEVELS, LUCKS, find_effects, judge_effects, screened_point, trajectory, unknowns_of
from sim.sensitivity.words import TRAJECTORIES, split_method
from sim.studies.dictionary import describe_tables
from sim.studies.ledger import StudyError

UNKNOWNS, COUNT = 8, 12
RANGES = {f"p{place}": (0.0, 1.0) for place in range(UNKNOWNS)}
POINTS = np.stack([trajectory(UNKNOWNS, 3, number) for number in range(COUNT)])
SLOPES = np.array([5.0, -2.0, 1.0, *[0.0] * (UNKNOWNS - 3)])


def lives(y: np.ndarray, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Values of points [T, P + 1], each simulated LUCKS times, as a study has them."""
    luck = np.random.default_rng(seed).normal(size=(*y.shape, LUCKS)) * noise
    return (y[..., None] + luck).reshape(-1)


# Estimates --------------------------------------------------------------------------------------------------------------


def test_a_trajectory_moves_each_unknown_once_and_is_keyed_by_its_number() -> None:
    steps = np.diff(POINTS, axis=1)
    assert ((np.abs(steps) > 0).sum(axis=2) == 1).all() and ((np.abs(steps) > 0).sum(axis=1) == 1).all()
    assert POINTS.min() >= 0 and POINTS.max() <= 1 and len({one.tobytes() for one in POINTS}) == COUNT
    trajectory.cache_clear()
    assert (trajectory(UNKNOWNS, 3, COUNT - 1) == POINTS[-1]).all()  # whoever asks for it alone
    assert (trajectory(UNKNOWNS, 4, 0) != POINTS[0]).any()


def test_effects_of_a_linear_law_are_its_slopes() -> None:
    y = POINTS @ SLOPES
    assert find_effects(POINTS, y) == pytest.approx(np.broadcast_to(SLOPES, (COUNT, UNKNOWNS)))
    table = judge_effects(POINTS, lives(y)[:, None], ["a"], RANGES, "net_income").set_index("name")
    assert table.mu_star[list(RANGES)].to_numpy() == pytest.approx(np.abs(SLOPES))
    assert table.mu[list(RANGES)].to_numpy() == pytest.approx(SLOPES)
    assert table.sigma.max() < 1e-9 and table.luck.max() < 1e-9
    assert list(table.index[:3]) == ["p0", "p1", "p2"] and list(table.beyond) == [True] * 3 + [False] * (UNKNOWNS - 3)


def test_estimates_are_those_of_salib() -> None:
    y = np.sin(5 * POINTS[..., 0]) + POINTS[..., 1] * POINTS[..., 2]
    table = judge_effects(POINTS, lives(y, 0.3)[:, None], ["a"], RANGES, "net_income").set_index("name").loc[list(RANGES)]
    problem = {"num_vars": UNKNOWNS, "names": list(RANGES), "bounds": [[0, 1]] * UNKNOWNS}
    flat = lives(y, 0.3).reshape(-1, LUCKS).mean(axis=1)
    told = morris.analyze(problem, POINTS.reshape(-1, UNKNOWNS), flat, num_levels=LEVELS, seed=1)
    for name in ("mu", "mu_star", "sigma"):
        assert table[name].to_numpy() == pytest.approx(np.asarray(told[name], float))
    assert (table.mu_star_low <= table.mu_star).all() and (table.mu_star <= table.mu_star_high).all()
    assert (table.sigma_low <= table.sigma_high).all()


def test_what_depends_on_others_has_a_spread() -> None:
    y = (POINTS[..., 0] - 0.5) * (POINTS[..., 1] - 0.5) + 2 * POINTS[..., 2]
    table = judge_effects(POINTS, lives(y)[:, None], ["a"], RANGES, "net_income").set_index("name")
    assert (table.sigma[["p0", "p1"]] > table.mu_star[["p0", "p1"]]).all() and table.sigma["p2"] < 1e-9


def test_luck_is_not_taken_for_an_effect() -> None:
    alarms, ratios = 0, []
    for seed in range(20):
        table = judge_effects(POINTS, lives(POINTS @ SLOPES, 1.0, seed)[:, None], ["a"], RANGES, "net_income").set_index("name")
        nothing = [f"p{place}" for place in range(3, UNKNOWNS)]
        alarms += int(table.beyond[nothing].sum())
        ratios.append(float((table.mu_star / table.luck)[nothing].mean()))
        assert table.beyond["p0"]
    assert alarms <= 0.08 * 20 * (UNKNOWNS - 3) and np.mean(ratios) == pytest.approx(1, abs=0.1)


def test_the_lead_comes_first_and_less_is_better_where_it_is() -> None:
    values = np.stack([lives(POINTS @ SLOPES), lives(POINTS @ SLOPES - POINTS[..., 4] - 1)], axis=1)
    table = judge_effects(POINTS, values, ["dear", "cheap"], RANGES, "cost")
    first = table.iloc[0]
    assert (first.label, first.rival, first["name"]) == ("cheap", "dear", "p4") and first.mu == pytest.approx(1)
    assert list(dict.fromkeys(zip(table.label, table.rival))) == [("cheap", "dear"), ("dear", ""), ("cheap", "")]
    values[0, 0] = math.nan  # an arm without a value is left out
    assert set(judge_effects(POINTS, values, ["dear", "cheap"], RANGES, "cost").label) == {"cheap"}
    with pytest.raises(StudyError, match="no arm has a value"):
        judge_effects(POINTS, values * math.nan, ["dear", "cheap"], RANGES, "cost")


# Points -----------------------------------------------------------------------------------------------------------------


def test_a_point_sets_every_unknown_and_keeps_its_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = compose(["scenario=restaurant", "strategy=kol_care"]).scenario
    seen: list[tuple[Any, int, int]] = []
    monkeypatch.setattr(screening, "run_point", lambda one, *, seed, replication: seen.append((one, seed, replication)) or {})
    ranges = unknowns_of(scenario)
    size = (len(ranges) + 1) * LUCKS
    for replication in (0, 1, 2, size, size + 3):
        assert screened_point(scenario, seed=9, replication=replication)["lifetimes"] == []
    for one, _, _ in seen:
        assert not one.posterior
        assert all(low - 1e-12 <= getattr(one.parameters, name) <= high + 1e-12 for name, (low, high) in ranges.items())
    assert [replication for *_, replication in seen] == [0, 1, 0, 2, 3]  # the luck of a trajectory is its own
    assert seen[0][0] == seen[1][0]
    moved = [name for name in ranges if getattr(seen[0][0].parameters, name) != getattr(seen[2][0].parameters, name)]
    assert len(moved) == 1
    others = set(vars(scenario.parameters)) - set(ranges)
    assert all(getattr(seen[0][0].parameters, name) == getattr(scenario.parameters, name) for name in others)


# Words and pages --------------------------------------------------------------------------------------------------------


WRONG = {
    "method=sobol": "method=sobol: worlds or morris",
    "trajectories=9": "trajectories=9: with method=morris",
    "method=morris trajectories=3": "trajectories=3: a whole number, 4 to 1000",
    "method=morris trajectories=x": "trajectories=x: a whole number",
    "method=morris method=worlds": "method: given twice",
    "method=morris replications=9": "replications: method=morris takes trajectories=",
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_words_are_one_line(words: str) -> None:
    with pytest.raises(ConfigError) as error:
        split_method(words.split())
    assert str(error.value).startswith(WRONG[words])
    assert split_method(["a=1", "method=morris"]) == ("morris", TRAJECTORIES, ["a=1"])
    assert split_method(["replications=9"]) == ("worlds", TRAJECTORIES, ["replications=9"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_and_the_figure_say_it(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    t = translator(language)
    values = np.stack([lives(POINTS @ SLOPES + 9), lives(0 * POINTS[..., 0])], axis=1)
    table = judge_effects(POINTS, values, ["kol_care", "no_plan"], RANGES, "net_income")
    print_screening(table, t, lambda name: "")
    out = capsys.readouterr().out
    assert "p0" in out and "{" not in out
    figure = draw_screening(table, t)
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()][-1] == "p0"
    title = figure.get_label().split("\n")[0]
    assert "3" in title and "p0" in title
    flat = judge_effects(POINTS, 0 * values, ["kol_care", "no_plan"], RANGES, "net_income")
    assert translator(language)("number.missing") not in draw_screening(flat, t).get_label()


def test_the_command_screens_goes_on_and_is_drawn_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few = {"post_scale": (0.2, 2.0), "check_floor": (0.01, 0.2), "value_reference": (0.5, 1.5)}
    monkeypatch.setattr(screening, "ranges_of", lambda scenario: few)
    screening._unknowns.cache_clear()
    words = ["sensitivity", "method=morris", "scenario=restaurant", "strategy=no_plan,kol_care", "days=4", "confirm_days=0",
             "scenario.population.size=20", "seed=3"]  # fmt: skip
    folder = tmp_path / "study"
    try:
        assert cli.main([*words, "trajectories=4", "--out", str(folder), "--workers", "1"]) == 0
        told = capsys.readouterr()
        assert "3 unknowns, 4 trajectories, each point run 2 times: 32 replications of 2 arms." in told.err
        first = pd.read_csv(folder / "morris.csv")
        assert set(first.name) == set(few) and set(first.outcome) == {"adds"} and first.rival.iloc[0] in ("no_plan", "kol_care")
        (described,) = (one for one in describe_tables() if one.name == "morris")
        assert {column.name for column in described.columns} == set(first.columns)
        made = pd.read_parquet(folder / "replications.parquet")
        assert cli.main([*words, "trajectories=5", "--out", str(folder), "--workers", "1", "--resume"]) == 0
        more = pd.read_parquet(folder / "replications.parquet")
        pd.testing.assert_frame_equal(more[more.replication < 32].reset_index(drop=True), made)
        assert more.replication.nunique() == 40
        own = made[made.label == "kol_care"].net_income.to_numpy() - made[made.label == "customers 0"].net_income.to_numpy()
        assert first["mean"][first.label.eq("kol_care") & first.rival.isna()].iloc[0] == pytest.approx(own.mean())
    finally:
        screening._unknowns.cache_clear()
    assert set(draw_all(folder, translator("en"))) == {"morris"}
    assert cli.main(["report", str(folder), "--out", str(tmp_path / "page")]) == 0
    assert 'id="morris"' in (tmp_path / "page" / "study.html").read_text("utf-8")
    assert cli.main([*words, "parameters.mode=fixed", "--out", str(tmp_path / "x")]) == 2
