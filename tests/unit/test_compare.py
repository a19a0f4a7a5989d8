"""`sim.compare` takes the words of the command line, and gives what the command line prints."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.allowed import ConfigError
from sim.cli import main
from sim.report.language import LANGUAGES

SMALL = ("scenario.population.size=30", "days=8", "confirm_days=1", "strategy.posts_per_day=1,4")
ASKED = (
    "judge=net_income:5,dead",
    "choose=max:net_income",
    "subject_to=[staff_hours<=1000]",
    "wages=contract",
    "retest=yes",
    "grow=8",
)


def test_the_words_of_the_command_line_give_the_same_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = sim.compare(*SMALL, *ASKED, folder=tmp_path / "api", replications=4, seed=3, workers=1)
    words = ["compare", *SMALL, *ASKED, "replications=4", "seed=3", "--workers", "1", "--out", str(tmp_path / "cli")]
    assert main(words) == 0
    out = " ".join(capsys.readouterr().out.split())
    tables = {path.name for path in (tmp_path / "cli").glob("*.csv")}
    assert tables >= {"panel.csv", "league.csv", "survival.csv", "daily.csv"}
    for name in tables:
        assert (tmp_path / "api" / name).read_bytes() == (tmp_path / "cli" / name).read_bytes(), name
    assert (tmp_path / "api" / "asked.json").read_text() == (tmp_path / "cli" / "asked.json").read_text()
    assert " ".join(made.page().said[0].split()) in out
    study, league = made
    assert league is made.league and study is made.study and len(league) == 2
    assert made.answer is not None and made.answer.best is not None
    assert made.asked.retest is not None and made.asked.growth is not None and made.told.tried is not None
    assert list(made.panel.outcome.unique())[:2] == ["net_income", "dead"]
    assert made.panel[made.panel.outcome == "net_income"].effect.tolist() == [5.0, 5.0]
    assert len({made.page(language).said[0] for language in LANGUAGES}) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("strategy=kol_care",), "two arms or more"),
        (("strategy=no_plan,kol_care", "judge=nett_income"), "did you mean net_income?"),
        (("strategy=no_plan,kol_care", "retest=perhaps"), "yes or no"),
        (("strategy=no_plan,kol_care", "days=8,9"), "days"),
    ],
)
def test_what_cannot_be_asked_is_one_line(words: tuple[str, ...], told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        sim.compare(*words, folder=tmp_path / "x")
    assert told in str(error.value) and not (tmp_path / "x").exists()


def test_a_baseline_is_named_as_an_arm_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="baseline=kol_car: did you mean kol_care"):
        sim.compare("strategy=no_plan,kol_care", folder=tmp_path / "x", baseline="kol_car")
