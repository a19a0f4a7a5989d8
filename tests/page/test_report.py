"""The report of a study: one file that fetches nothing, runs nothing but its own sorting, and holds names as text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit"))
from test_outcomes import panel, study
from test_report_tables import phase_table

from sim.cli import main
from sim.report.document import build_document
from sim.report.language import LANGUAGES, translator
from sim.studies.asked import Asked, write_asked
from sim.studies.paired import estimate_league
from sim.studies.study import save_table
from sim.studies.survival import estimate_survival

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small study with a title and an arm that would be markup."""
    here = tmp_path_factory.mktemp("study")
    made = study(here)
    for table in (made.arms, made.replications, made.lifetimes):
        table["label"] = table["label"].replace({"one": HOSTILE})
    made.save_tables(
        panel=panel(made), league=estimate_league(made.replications, days=4), survival=estimate_survival(made.lifetimes, days=4)
    )
    (here / "study.json").write_text(
        json.dumps({"arms": [{"config": {"parameters": {"a": 1}}}], "seed": 3, "parameters": "fixed"})
    )
    write_asked(here, Asked(command="compare", title="A </title><script>alert(1)</script>", days=4, members=40, scenario=("restaurant",),
                            strategy=("kol_care",), question=("judge=net_income,staff_hours",), baseline=HOSTILE))  # fmt: skip
    return here


class Reader(HTMLParser):
    """Collects what a browser would fetch or run, and what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.handlers: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [
            str(value)
            for name, value in attrs
            if name in ("src", "href") and not str(value).startswith("data:image/svg+xml;base64,")
        ]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_file_fetches_nothing_and_holds_names_as_text(folder: Path, language: str, tmp_path: Path) -> None:
    assert main(["report", str(folder), "--lang", language, "--out", str(tmp_path / "out")]) == 0
    (path,) = (tmp_path / "out").iterdir()
    document, reader, t = path.read_text("utf-8"), Reader(), translator(language)
    reader.feed(document)
    assert (reader.fetched, reader.handlers, reader.tags.count("script")) == ([], [], 1)
    (script,) = re.findall(r"<script>(.*?)</script>", document, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in document and "default-src 'none'" in document
    assert HOSTILE in reader.text and "A </title><script>" in reader.text
    for key in (
        "report.figures",
        "report.tables",
        "report.method",
        "report.origin",
        "report.method.worlds",
        "note.inside_model",
    ):
        assert t(key) in reader.text
    assert "groupalive run seed=1 replication=0" in reader.text and reader.tags.count("figure") >= 3
    assert f'<html lang="{"zh-CN" if language == "zh" else language}">' in document
    assert document == build_document(folder, t)


def test_a_table_sorts_by_a_click(folder: Path, browser: object) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.set_content(build_document(folder, translator("en")))
    assert page.title().startswith("A </title>")
    table = page.locator("table").first
    means = lambda: [float(cell.get_attribute("data-value")) for cell in table.locator("tbody tr td:nth-child(2)").all()]  # noqa: E731
    table.locator("th button").nth(1).click()
    assert means() == sorted(means()) and len(means()) == 2
    table.locator("th button").nth(1).click()
    assert means() == sorted(means(), reverse=True)
    assert table.locator("th").nth(1).get_attribute("aria-sort") == "descending"
    page.close()


def test_a_phase_diagram_has_a_report_too(tmp_path: Path) -> None:
    save_table(tmp_path, "phase", phase_table())
    (tmp_path / "study.json").write_text(json.dumps({"arms": [], "seed": 1}))
    write_asked(tmp_path, Asked(command="phase", scenario=("restaurant",), strategy=("kol_care",)))
    document = build_document(tmp_path, translator("en"))
    assert document.count("<figure") == 1 and "kol_share" in document


def test_a_folder_without_a_study_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path), "--out", str(tmp_path / "x")]) == 2
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "x").exists()
