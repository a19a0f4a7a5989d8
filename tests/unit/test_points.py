"""Points of a file and of designs as the arms of a study, and how their outcome is drawn against each factor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.allowed import ConfigError
from sim.config import expand
from sim.config.choices import opens_files
from sim.points import Design, Factor, kept, read_interval, split_points
from sim.report.drawing import _is_scattered
from sim.report.factor_figures import draw_factors, rank_factors
from sim.report.language import LANGUAGES, translator

WRONG_WORDS = {
    "design=grid:4": "lhs:N or sobol:N",
    "design=lhs:1": "2 to 1000 points",
    "design=sobol:6": "a power of two, such as sobol:4",
    "design=lhs:4": "1 to 50 keys with a range",
    "points=[staff.people]": "a CSV file",
    "points=[staff.people|staff.people;1|2]": "row 1: staff.people: given twice",
    "points=[staff.people|days;1]": "row 2: 1 cells; one for each of 2 keys",
    "points=[staff.people;]": "row 2: staff.people=",
    "points=[arms;x]": "row 1: arms: a key of the simulation",
    "points=nowhere.csv": "points=nowhere.csv: a CSV file",
}
WRONG_POINTS = {
    "points=[staff.people;1;0.5]": "staff.people=0.5: 0 to 200 persons (whole) (points, row 3)",
    "points=[staff.peple;1;2]": "staff.peple=1: no such key",
    "points=[strategy;kol_care;nonsense]": "strategy=nonsense: one of",
    "points=[seed;1;2]": "seed: one value, shared by all arms (points, row 2)",
    "points=[staff.people;1,2;3]": "staff.people: one value in each point (points, row 2)",
    "points=[staff.people;1;1]": "given twice; each may appear once (points, row 3)",
    "points=[parameters.loafing;0.1;0.2]": "parameters.loafing: drawn anew in every world",
}


@pytest.mark.parametrize("word", WRONG_WORDS)
def test_what_is_no_design_is_one_line(word: str) -> None:
    with pytest.raises(ConfigError) as error:
        split_points([word], own=True)
    assert WRONG_WORDS[word] in str(error.value).replace("'", "")


@pytest.mark.parametrize("word", WRONG_POINTS)
def test_a_wrong_point_is_named_before_anything_runs(word: str) -> None:
    with pytest.raises(ConfigError) as error:
        expand([word])
    assert WRONG_POINTS[word] in str(error.value)


def test_a_file_is_points_and_is_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_bytes("\ufeffstaff.people;strategy.promotions_per_day\r\n1;0.5\r\n2;1\r\n".encode())
    arms = expand([f"points={path}"])
    assert [arm.settings for arm in arms] == [
        {"staff.people": "1", "strategy.promotions_per_day": "0.5"},
        {"staff.people": "2", "strategy.promotions_per_day": "1"},
    ]
    (word,) = kept([f"points={path}"])
    path.unlink()
    assert word == "points=[staff.people|strategy.promotions_per_day;1|0.5;2|1]"
    assert [arm.settings for arm in expand([word], own=False)] == [arm.settings for arm in arms]
    assert kept([word, "days=3"]) == [word, "days=3"]


def test_others_open_no_files(tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("staff.people\n1\n2\n")
    with pytest.raises(ConfigError, match="given on the command line"):
        expand([f"points={path}"], own=False)
    assert opens_files(f"points={path}") and not opens_files("points=[staff.people;1;2]")


def test_a_design_multiplies_grids_and_fills_whole_numbers() -> None:
    arms = expand(["strategy=no_plan,kol_care", "design=lhs:8", "staff.people=interval(1,4)"])
    values = [int(arm.settings["staff.people"]) for arm in arms]
    assert values == [value for value in dict.fromkeys(values) for _ in range(2)]
    assert sorted(set(values)) == [1, 2, 3, 4] and len(arms) == 8


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_each_part_of_a_range_has_one_point_and_a_factor_more_changes_no_other(kind: str) -> None:
    one, two = Factor("a.x", 0.0, 1.0), Factor("a.y", 10.0, 30.0, False)
    alone = _values(Design(kind, 16, (one,)), "a.x")
    both = Design(kind, 16, (one, two))
    assert sorted(np.floor(alone * 16)) == list(range(16))
    assert sorted(np.floor((_values(both, "a.y") - 10) / 20 * 16)) == list(range(16))
    assert (alone == _values(both, "a.x")).all()
    assert (alone != _values(Design(kind, 16, (one,)), "a.x", seed=2)).any()


def test_wide_ranges_are_filled_by_their_logarithm_unless_the_key_says_otherwise() -> None:
    medians = {text: float(np.median(_values(Design("lhs", 64, (_factor(text),)), "a.x"))) for text in (
        "a.x=interval(1,100)", "a.x=tag(linear,interval(1,100))", "a.x=interval(1,2)", "a.x=tag(log,interval(1,2))",
    )}  # fmt: skip
    assert list(medians.values()) == pytest.approx([10, 50.5, 1.5, 2**0.5], rel=0.04)
    with pytest.raises(ConfigError, match="low below high"):
        read_interval("a.x=interval(2,1)")
    with pytest.raises(ConfigError, match="a range above 0"):
        read_interval("a.x=tag(log,interval(0,1))")


def test_a_factor_that_moves_the_outcome_is_told_from_one_that_does_not() -> None:
    points = _table().groupby("arm").mean(numeric_only=True)
    found = rank_factors(points, ["a.x", "a.y"], "net_income")
    assert [(key, clear) for key, _, clear in found] == [("a.x", True), ("a.y", False)] and found[0][1] < -0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figure_names_the_factor_and_draws_every_point(language: str) -> None:
    t = translator(language)
    figure = draw_factors(_table(), ["a.x", "a.y"], "net_income", t)
    title = t("fig.factors.falls", outcome=t.outcome("net_income"), x="a.x", count=t.number(24))
    assert title in "".join(text.get_text() for text in figure.texts).replace("\n", " ") or figure.get_suptitle()
    assert [len(axes.lines[0].get_xdata()) for axes in figure.axes if axes.get_visible()] == [24, 24]
    flat = _table().assign(net_income=1.0)
    assert (
        t("fig.factors.none", outcome=t.outcome("net_income"), count=t.number(24))[:6]
        in draw_factors(flat, ["a.x"], "net_income", t).get_suptitle()
    )


def test_points_that_are_no_grid_are_scattered() -> None:
    grid = pd.DataFrame({"x": [1, 1, 2, 2], "y": [1, 2, 1, 2], "strategy": ["a"] * 4})
    assert not _is_scattered(grid, ["x", "y"]) and _is_scattered(grid.head(3), ["x", "y"])
    assert not _is_scattered(grid, ["strategy"])
    assert _is_scattered(pd.DataFrame({"x": range(30)}), ["x"])


def _factor(text: str) -> Factor:
    factor = read_interval(text)
    assert factor
    return factor


def _values(design: Design, key: str, seed: int = 1) -> np.ndarray:
    words = [word for point in design.fill(seed, lambda factor: False) for word in point.words if word.startswith(f"{key}=")]
    return np.array([float(word.partition("=")[2]) for word in words])


def _table() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    x, y = rng.random(24), rng.random(24)
    rows = [
        {"arm": arm, "replication": number, "world": number // 2, "a.x": x[arm], "a.y": y[arm],
         "net_income": -1000 * x[arm] + 50 * rng.normal()}
        for arm in range(24) for number in range(4)
    ]  # fmt: skip
    return pd.DataFrame(rows)
