"""Which unknown matters: estimates held against laws of which the answer is known, and the page that says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from sim import cli
from sim.report.drawing import find_figures
from sim.report.language import LANGUAGES, translator
from sim.report.sensitivity import draw_unknowns, print_unknowns
from sim.sensitivity.estimators import find_flip, find_shares, find_worth, rank_scale
from sim.sensitivity.interactions import find_interactions
from sim.sensitivity.unknowns import judge_unknowns

WORLDS, UNKNOWNS = 300, 12
MEAN, FIRST, SECOND, LUCK = 0.3, 2.0, 1.0, 1.5


def worth_of(mean: float, spread: float) -> float:
    """E[max(0, N(mean, spread))] - max(0, mean)."""
    return spread * norm.pdf(mean / spread) - abs(mean) * norm.cdf(-abs(mean) / spread)


def linear(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two arms that differ by MEAN + FIRST x0 + SECOND x1 in the worlds, with luck: parameters, values of replications, worlds."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(WORLDS, UNKNOWNS))
    worlds = np.repeat(np.arange(WORLDS), 2)
    lead = np.repeat(MEAN + FIRST * x[:, 0] + SECOND * x[:, 1], 2) + rng.normal(size=2 * WORLDS) * LUCK
    return x, np.stack([np.zeros(2 * WORLDS), lead], axis=1), worlds


NAMES = [f"p{place}" for place in range(UNKNOWNS)]


@pytest.fixture(scope="module")
def found():
    return [judge_unknowns(*linear(seed)[:1], NAMES, *linear(seed)[1:], ["a", "b"], "adds") for seed in range(12)]


def test_shares_and_worths_of_a_linear_law_are_those_of_the_closed_form(found):
    tables = [one.table.set_index("name") for one in found]
    for name, share, worth in (("p0", 0.8, worth_of(MEAN, FIRST)), ("p1", 0.2, worth_of(MEAN, SECOND))):
        assert np.mean([table.share[name] for table in tables]) == pytest.approx(share, abs=0.05)
        assert np.mean([table.worth[name] for table in tables]) == pytest.approx(worth, abs=0.09)
    regret = np.mean([one.regret for one in found])
    assert regret == pytest.approx(worth_of(MEAN, np.hypot(FIRST, SECOND)), abs=0.09)


def test_what_does_not_matter_is_seldom_said_to(found):
    alarms = sum(bool(one.table.set_index("name").matters[name]) for one in found for name in NAMES[2:])
    assert alarms <= 2
    assert all(one.table.set_index("name").matters[["p0", "p1"]].all() for one in found)


def test_the_flip_lies_where_the_lead_is_nothing(found):
    flips = [one.table.set_index("name").loc["p0"] for one in found if one.best == "b"]
    assert np.mean([row.flip for row in flips]) == pytest.approx(-MEAN / FIRST, abs=0.1)
    assert np.mean([row.flip_low <= -MEAN / FIRST <= row.flip_high for row in flips]) >= 0.7
    x, u = linear(0)[0][:, 0], np.ones(WORLDS)
    assert find_flip(x, u + 0.01 * x) is None


def test_nothing_hangs_on_luck():
    rng = np.random.default_rng(5)
    x, noise = rng.normal(size=(WORLDS, 40)), rng.normal(size=WORLDS)
    shares, chances = find_shares(rank_scale(x), noise, luck=0.5)
    assert shares.max() < 0.15 and np.mean(chances < 0.05) < 0.2
    assert find_worth(rank_scale(x), np.stack([np.zeros(WORLDS), noise - noise.mean() + 0.2], axis=1)).mean() < 0.02


def test_indices_of_a_product_are_all_total():
    """y = x0 x1, both even around 0: nothing alone, all together; x2 nothing."""
    u = np.random.default_rng(2).uniform(-1, 1, (WORLDS, 3))
    found = find_interactions(u, u[:, 0] * u[:, 1], ["x0", "x1", "x2"])
    table = found.table.set_index("name")
    assert found.foretold > 0.9
    assert table["first"].abs().max() < 0.1
    assert table.total[["x0", "x1"]].min() > 0.8 and table.total["x2"] < 0.05
    noise = np.random.default_rng(3).normal(size=WORLDS)
    assert not len(find_interactions(u, noise, ["x0", "x1", "x2"]).table)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_it_in_every_language(language: str, found, capsys: pytest.CaptureFixture[str]):
    t = translator(language)
    print_unknowns(found[0], t, lambda name: "")
    out = capsys.readouterr().out
    assert "p0" in out and "p1" in out and "p7" not in out
    whole = {"outcome": "adds", "best": found[0].best, "rival": found[0].rival, "lead": found[0].lead}
    figure = draw_unknowns(found[0].table.assign(**whole), t)
    assert len(figure.axes[0].get_yticklabels()) == found[0].table.matters.sum()


def test_the_command_measures_and_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = ["strategy=no_plan,kol_care", "judge=messages_per_day", "scenario.population.size=20", "days=8", "confirm_days=0",
             "retest=no"]  # fmt: skip
    folder = tmp_path / "study"
    assert cli.main(["sensitivity", *words, "replications=20", "--out", str(tmp_path / "few"), "--workers", "1"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "sensitivity: 10 worlds; at least 40, that is replications=80"
    assert cli.main(["sensitivity", *words, "replications=80", "--out", str(folder), "--workers", "1"]) == 0
    table = pd.read_csv(folder / "unknowns.csv")
    assert {"post_scale", "drift_spread"} <= set(table.name) and (table.worth >= 0).all() and table.share.between(0, 1).all()
    assert "unknowns" in find_figures(folder, translator("en"))
    assert cli.main(["sensitivity", *words, "parameters.mode=fixed"]) == 2
    assert "with one world nothing is unknown" in capsys.readouterr().err
