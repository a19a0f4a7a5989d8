"""The command `claims`: what it refuses, what it writes, that it goes on, and its page and figure in each language."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim import cli
from sim.claims.claim import OF_CLAIMS, chosen
from sim.claims.judging import COLUMNS, VERDICTS
from sim.domain.rows import hypothesis_roles
from sim.report.claim_figures import draw_claims
from sim.report.claims import Said, print_claims
from sim.report.console import WIDTH
from sim.report.language import LANGUAGES, translator
from sim.report.wrapping import columns

LINES = {
    "claims scenario=restaurant": "scenario: seed, replications, parameters; scenario, plan and days are each claim's own",
    "claims --quick --budget 3": "--quick, --budget, replications=: one of them",
    "claims --quick replications=4": "--quick, --budget, replications=: one of them",
    "claims --family F19": "--family=F19: did you mean F18? one of F01, ",
    "claims seed=x": "seed=x: 0 to ",
}


@pytest.mark.parametrize("line", LINES)
def test_one_line_for_what_is_refused(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    assert cli.main(line.split()) == 2
    assert capsys.readouterr().err.startswith(LINES[line]) and not list(tmp_path.iterdir())


def test_inputs_get_no_verdict_and_unknown_ids_are_told(capsys: pytest.CaptureFixture[str]):
    given = next(name for name, role in hypothesis_roles().items() if role == "assume")
    assert cli.main(["claims", "--only", given]) == 2
    assert "inputs get no verdict" in capsys.readouterr().err
    assert cli.main(["claims", "--only", "G01O"]) == 2
    assert capsys.readouterr().err.startswith("--only=G01O: ")


def test_a_claim_that_cannot_be_tried_is_told_without_a_run(
    waiting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["claims", "--only", waiting]) == 0
    shown = capsys.readouterr().out
    assert "not run yet" in shown and "Missing:" in shown and not list(tmp_path.rglob("*.csv"))


def test_a_study_of_claims_grows_and_is_repeated_by_its_command(
    waiting: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """G018 brings plans of its own; asked for more, what was there is kept and the second look is stricter."""
    line = ["claims", "seed=3", "--only", f"G018,{waiting}", "--workers", "1", "--out", str(tmp_path / "study")]
    assert cli.main([*line, "replications=8"]) == 0
    shown, first = capsys.readouterr().out, pd.read_csv(tmp_path / "study" / "claims.csv")
    assert "G018" in shown and waiting in shown and (tmp_path / "study" / "figures" / "claims.png").is_file()
    assert first.columns.tolist() == [*COLUMNS, "replications", "parameters", "command"]
    assert first.command[first.claim == "G018"].unique().tolist() == ["groupalive claims seed=3 replications=8 --only G018"]
    before = pd.read_parquet(tmp_path / "study" / "arms" / "replications.parquet")
    assert cli.main([*line, "replications=8"]) == 2
    assert "--resume" in capsys.readouterr().err
    assert cli.main([*line, "replications=10", "--resume"]) == 0
    after = pd.read_parquet(tmp_path / "study" / "arms" / "replications.parquet")
    pd.testing.assert_frame_equal(after[after.replication < 8].reset_index(drop=True), before)
    assert (tmp_path / "study" / "looks.json").read_text("utf-8") == "[8, 10]"
    second = pd.read_csv(tmp_path / "study" / "claims.csv").dropna(subset=["low"])
    assert cli.main([*line, "replications=10", "--resume", "--looks-before", "3"]) == 0
    fifth = pd.read_csv(tmp_path / "study" / "claims.csv").dropna(subset=["low"])
    assert len(fifth) and (fifth.high - fifth.low > second.high - second.low).all()
    capsys.readouterr()
    assert cli.main(["plot", str(tmp_path / "study"), "--out", str(tmp_path / "drawn")]) == 0


def test_claims_tried_before_are_judged_together_with_new_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """One table and one correction: with more checks open, intervals grow, means stay; the first folder is left as it was."""
    line = ["claims", "seed=3", "replications=8", "--workers", "1", "--only"]
    assert cli.main([*line, "G018", "--out", str(tmp_path / "first")]) == 0
    kept = sorted((path, path.read_bytes()) for path in (tmp_path / "first").rglob("*") if path.is_file())
    assert cli.main([*line, "G053", "--beside", str(tmp_path / "first"), "--out", str(tmp_path / "second")]) == 0
    assert sorted((path, path.read_bytes()) for path in (tmp_path / "first").rglob("*") if path.is_file()) == kept
    alone, both = (pd.read_csv(tmp_path / name / "claims.csv") for name in ("first", "second"))
    again = both[both.claim == "G018"].reset_index(drop=True)
    assert both.claim.unique().tolist() == ["G018", "G053"] and (both.replications == 8).all()
    assert again["mean"].tolist() == alone["mean"].tolist()
    assert (again["high"] - again["low"] > alone["high"] - alone["low"]).all()
    pd.DataFrame({"claim": ["G019"], "setting": ["x"], "replications": [8]}).to_parquet(tmp_path / "first" / "claims.parquet")
    capsys.readouterr()
    assert cli.main([*line, "G053", "--beside", str(tmp_path / "first"), "--out", str(tmp_path / "third")]) == 2
    assert "--beside=" in capsys.readouterr().err


def made_up() -> pd.DataFrame:
    """A claim of each verdict."""
    rows = [
        {"claim": f"G{place:03d}", "family": "F01", "verdict": verdict, "on": "", "circle": "open", "arm": "a", "against": "b",
         "outcome": "orders", "window": "7-14" if place else "", "against_window": "", "expect": "lower", "effect": 2.0,
         "mean": -4.0 * place, "low": -9.0, "high": -1.0, "same_arms": place == 3, "setting": setting, "replications": 8,
         "parameters": "fitted, posterior", "command": ""}
        for place, verdict in enumerate(VERDICTS) for setting in ("restaurant", "open day")
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table.loc[table.verdict == "not_yet", "setting"] = None
    table.loc[table.verdict == "conditional", "on"] = "open day"
    return table


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_figure_in_each_language(language: str, capsys: pytest.CaptureFixture[str]):
    t, table = translator(language), made_up()
    words = {name: Said("says", "asks", "what" if row == "not_yet" else "") for name, row in zip(table.claim, table.verdict)}
    print_claims(table, words, t)
    page = capsys.readouterr().out
    assert max(columns(line) for line in page.splitlines()) <= WIDTH
    shown = " ".join(page.split())
    for verdict in VERDICTS:
        assert t(f"claims.{verdict}") in shown
    assert t("claims.same_arms").split()[0] in shown
    figure = draw_claims(table, t)
    assert all(t(f"claims.{verdict}") in figure.get_label() for verdict in VERDICTS)


def test_every_measure_and_claim_has_its_words():
    t = translator("en")
    for _, claim in chosen().values():
        assert all(getattr(claim.says, language) for language in LANGUAGES)
        for check in claim.checks:
            if check.window or check.outcome in OF_CLAIMS:
                assert t(f"claims.measure.{check.outcome}")
