"""Tables for a spreadsheet: every language, every column explained, nothing that a spreadsheet runs, files that open without repair."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from test_outcomes import panel, study

from sim.cli import main
from sim.projections.outcomes import OUTCOMES
from sim.report.language import LANGUAGES, translator
from sim.report.tables import OF_STUDY, Sheet, harmless, make_sheets, read_tables, write_csv
from sim.report.wording import rounded, word_heading, word_meaning, word_unit
from sim.report.workbook import MOST_CELL, clean, sheet_names, write_workbook
from sim.studies.asked import Asked, write_asked
from sim.studies.dictionary import Column, describe_tables
from sim.studies.paired import estimate_league
from sim.studies.survival import estimate_survival

HOSTILE = '=HYPERLINK("http://x","y")'
COLUMNS = Path(__file__).resolve().parents[2] / "sim" / "report" / "columns"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a small study whose first arm is called what a spreadsheet would run."""
    here = tmp_path / "a & b"
    here.mkdir()
    made = study(here)
    for table in (made.arms, made.replications, made.lifetimes):
        table["label"] = table["label"].replace({"one": HOSTILE, "two": "a\x0bb"})
    made.save_tables(
        panel=panel(made), league=estimate_league(made.replications, days=4), survival=estimate_survival(made.lifetimes, days=4)
    )
    (here / "study.json").write_text(json.dumps({"arms": [], "seed": 3, "parameters": "fixed", "libraries": {"numpy": "2"}}))
    write_asked(here, Asked(command="compare", title="A & B <i>", days=4, members=40, scenario=("restaurant",), strategy=("kol_care",),
                            question=("judge=net_income,staff_hours",), baseline=HOSTILE))  # fmt: skip
    return here


@pytest.mark.parametrize("language", ["zh", "es"])
def test_every_column_has_words(language: str) -> None:
    words = json.loads((COLUMNS / f"{language}.json").read_text("utf-8"))
    described = [column for one in describe_tables() for column in one.columns]
    assert set(words["headings"]) == {column.name for column in described} - set(OUTCOMES)
    t = translator(language)
    missing = [one.meaning for one in described if word_meaning(one.meaning, t) == one.meaning]
    assert missing == [] and [one.row for one in describe_tables() if word_meaning(one.row, t) == one.row] == []
    assert set(words["meanings"]) <= {one.meaning.removeprefix("mean over replications of: ") for one in described} | {
        one.row for one in describe_tables()
    }
    assert {one.unit for one in described if one.unit and word_unit(one.unit, t) == one.unit} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_opens_and_says_what_it_holds(folder: Path, language: str, tmp_path: Path) -> None:
    assert main(["tables", str(folder), "--lang", language, "--out", str(tmp_path / "out")]) == 0
    (path,) = (tmp_path / "out").iterdir()
    t, book = translator(language), openpyxl.load_workbook(path)
    there = [name for name in OF_STUDY if (folder / f"{name}.parquet").exists()]
    assert book.sheetnames == [t("table.about"), *(t(f"table.{name}") for name in there), t("table.columns")]
    explained = {(row[0], row[1]) for row in book[t("table.columns")].iter_rows(values_only=True)}
    for name in there:
        head, *rows = book[t(f"table.{name}")].iter_rows(values_only=True)
        assert {(t(f"table.{name}"), heading) for heading in head} <= explained
        assert len(rows) == len(read_tables(folder)[name])
    about = list(book[t("table.about")].iter_rows(values_only=True))
    assert "A & B <i>" in about[0] and any("numpy 2" in str(row[1]) for row in about)


def test_names_are_text_and_what_xml_cannot_hold_is_left_out(folder: Path, tmp_path: Path) -> None:
    assert main(["tables", str(folder), "--out", str(tmp_path / "out")]) == 0
    (path,) = (tmp_path / "out").iterdir()
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert any(cell.value == HOSTILE for cell in cells) and any(cell.value == "ab" for cell in cells)
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if name.endswith(".xml"):
                ElementTree.fromstring(parts.read(name))


def test_files_are_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    for number in ("1", "2"):
        assert main(["tables", str(folder), "--out", str(tmp_path / number)]) == 0
    one, two = ((tmp_path / number / "a & b.xlsx").read_bytes() for number in ("1", "2"))
    assert one == two


def test_sheet_names_are_what_excel_allows() -> None:
    names = ["[a]:/?*\\", "是否合并？", "A & B", "a & b", "x" * 40, "x" * 40, "'quoted'", "", "History", "a\x0bb", "😀" * 20]
    made = sheet_names(names)
    assert len({name.casefold() for name in made}) == len(names)
    for name in made:
        assert (
            0 < len(name.encode("utf-16-le")) // 2 <= 31 and not set(name) & set("[]:*?/\\？") and name.casefold() != "history"
        )
        assert not name.startswith("'") and not name.endswith("'") and name.isprintable()
    assert made[2:4] == ["A & B", "a & b (2)"]
    sheet = Sheet("x", "t", "", (("k", None),), ("k",), ((1.5,),))
    write_workbook(
        [Sheet(name, name, *[getattr(sheet, key) for key in ("row", "columns", "headings", "rows")]) for name in names], [], "x"
    )


def test_a_cell_is_cut_where_excel_ends() -> None:
    assert len(clean("a" * 40_000)) == MOST_CELL and clean("a\x0b\ud800b\ufffe") == "ab"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_csv_holds_no_formula(text: str) -> None:
    sheet = Sheet("x", "t", "", (("k", None), ("v", None)), (text, "v"), ((text, -1.5),))
    rows = list(csv.reader(io.StringIO(write_csv(sheet, translator("en"), excel=False).decode())))
    assert rows[0][0].startswith("'") and rows[1] == [harmless(text), "-1.5"]


def test_csv_has_a_mark_where_letters_need_one_and_semicolons_for_excel() -> None:
    sheet = Sheet("x", "t", "", (("k", None), ("v", None)), ("k", "v"), (("plain", 1.25),))
    chinese = Sheet("x", "t", "", (("k", None),), ("天",), ((None,),))
    assert write_csv(sheet, translator("en"), excel=False) == b"k,v\nplain,1.25\n"
    assert write_csv(chinese, translator("zh"), excel=False).startswith(b"\xef\xbb\xbf")
    assert write_csv(sheet, translator("es"), excel=True) == b"\xef\xbb\xbfk;v\r\nplain;1,25\r\n"
    assert b"1.25" in write_csv(sheet, translator("zh"), excel=True)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.123456789, "share", 0.1235),
        (1234.5678, "yuan", 1234.57),
        (-0.00001, "yuan", 0.0),
        (123456.789, "", 123457.0),
        (3, "yuan", 3),
        (True, "", True),
    ],
)
def test_numbers_are_rounded_by_their_unit(value: float, unit: str, shown: float) -> None:
    found = rounded(value, Column("x", unit, "x"))
    assert found == shown and str(found) == str(shown)


def test_parquet_is_as_stored(folder: Path, tmp_path: Path) -> None:
    assert main(["tables", str(folder), "--format", "parquet", "--out", str(tmp_path / "out"), "--lang", "zh"]) == 0
    for path in (tmp_path / "out").iterdir():
        pd.testing.assert_frame_equal(pd.read_parquet(path), pd.read_parquet(folder / path.name))


def test_a_swept_key_is_a_column_by_its_name(folder: Path) -> None:
    t = translator("en")
    sheets = make_sheets(read_tables(folder), t, run=False)
    (arms,) = (one for one in sheets if one.name == "arms")
    assert word_heading("strategy.posts_per_day", t) == "Operator posts a day" and "Key" in arms.headings
    assert any(row[2] == "key" and row[4] == t("column.swept") for row in sheets[-1].rows)


def test_wrong_words_are_one_line(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tables", str(folder), "--csv", "excel", "--out", str(tmp_path / "x")]) == 2
    assert main(["tables", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x")]) == 2
    assert capsys.readouterr().err.count("\n") == 2 and not (tmp_path / "x").exists()
