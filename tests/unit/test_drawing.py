"""Figures are drawn again from stored tables alone, the same files each time, in every format and style."""

from __future__ import annotations

import json
import re
import shutil
import zlib
from pathlib import Path

import pytest
from test_report_tables import patterns_table, phase_table

from sim.cli import main
from sim.report import style
from sim.report.drawing import draw_all, find_figures
from sim.report.figures import FORMATS, in_style, save_figure
from sim.report.language import LANGUAGES, translator
from sim.report.study_page import word_page
from sim.studies.asked import Asked, Growth, OtherArm, read_asked, write_asked
from sim.studies.dictionary import describe_tables
from sim.studies.ledger import StudyError
from sim.studies.study import save_table
from sim.studies.told import read_told

SMALL = ("scenario.population.size=40", "days=12", "confirm_days=2", "replications=4")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One folder of each kind, with small populations."""
    here = tmp_path_factory.mktemp("drawn")
    asked = {"compare": ("strategy=no_plan,kol_care", "choose=max:adds", "subject_to=[staff_hours<=500]", "retest=no"),
             "sweep": ("strategy.posts_per_day=1,3", "staff.people=1,2")}  # fmt: skip
    for command, words in asked.items():
        assert main([command, *SMALL, *words, "--out", str(here / command), "--workers", "1"]) == 0
    assert main(["run", *SMALL[:3], "incident=[quarrel]", "incident.quarrel.day=2", "--plot", "--out", str(here / "run")]) == 0
    for command, name, table in (("phase", "phase", phase_table()), ("patterns", "patterns", patterns_table()[0])):
        folder = here / command
        folder.mkdir()
        save_table(folder, name, table)
        write_asked(folder, Asked(command=command, scenario=("restaurant",), strategy=("kol_care",)))
    return {command: here / command for command in ("run", "compare", "sweep", "phase", "patterns")}


NAMES = {
    "run": {"vitals"},
    "compare": {"league", "front", "groups", "survival", "side_by_side"},
    "sweep": {"sweep_adds", "heat_adds", "sweep_alive_days", "heat_alive_days"},
    "phase": {"phase"},
    "patterns": {"patterns"},
}


@pytest.mark.parametrize("command", NAMES)
def test_every_figure_is_there(folders: dict[str, Path], command: str) -> None:
    assert set(find_figures(folders[command], translator("en"))) == NAMES[command]


@pytest.mark.parametrize("command", ["run", "compare", "sweep"])
def test_what_the_command_drew_is_drawn_again(folders: dict[str, Path], command: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders[command], copy, ignore=shutil.ignore_patterns("figures", "ledger", "events.parquet"))
    assert main(["plot", str(copy), "--out", str(tmp_path / "again")]) == 0
    before = {path.name: path.read_bytes() for path in (folders[command] / "figures").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == before


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("look", ["slides", "paper"])
def test_files_are_the_same_each_time(folders: dict[str, Path], kind: str, look: str, tmp_path: Path) -> None:
    for number in (1, 2):
        with in_style(look):
            save_figure(draw_all(folders["phase"], translator("zh"))["phase"], tmp_path / f"{number}.{kind}")
    assert (tmp_path / f"1.{kind}").read_bytes() == (tmp_path / f"2.{kind}").read_bytes()


def paths_in(pdf: bytes) -> int:
    """Lines drawn on the pages of a PDF."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    text = b"".join(zlib.decompress(one) for one in streams if one[:1] == b"x")
    return len(re.findall(rb" l\n", text))


def test_a_page_of_print_is_smaller_and_nothing_is_cut_off(folders: dict[str, Path]) -> None:
    figure = draw_all(folders["phase"], translator("en"))["phase"]
    made = {}
    for look in style.STYLES:
        with in_style(look):
            made[look] = {kind: style.render(figure, kind) for kind in FORMATS}
    widths = {look: float(re.search(rb"/MediaBox \[ 0 0 ([\d.]+)", made[look]["pdf"])[1]) for look in made}
    assert widths["paper"] == pytest.approx(0.6 * widths["slides"]) and widths["slides"] == pytest.approx(
        72 * figure.get_figwidth()
    )
    assert paths_in(made["paper"]["pdf"]) == paths_in(made["slides"]["pdf"]) > 0
    svg = {look: re.search(rb'width="([\d.]+)pt" height="[\d.]+pt" viewBox="0 0 ([\d.]+)', made[look]["svg"]) for look in made}
    assert (
        float(svg["paper"][1]) == pytest.approx(0.6 * float(svg["paper"][2]), rel=1e-4) and svg["paper"][2] == svg["slides"][2]
    )
    assert b"CreationDate" not in made["paper"]["pdf"] and b"dc:date" not in made["paper"]["svg"]


def test_captions_of_a_paper_stand_in_a_file(folders: dict[str, Path], tmp_path: Path) -> None:
    assert (
        main(
            ["plot", str(folders["phase"]), "--style", "paper", "--format", "svg", "--out", str(tmp_path / "p"), "--lang", "es"]
        )
        == 0
    )
    captions = (tmp_path / "p" / "captions.md").read_text("utf-8")
    assert captions.startswith("**phase**. ") and translator("es").name("scenario", "restaurant") in captions
    with in_style("paper"):
        assert draw_all(folders["phase"], translator("es"))["phase"].get_suptitle() == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_worded_again_in_every_language(folders: dict[str, Path], language: str) -> None:
    asked = read_asked(folders["compare"])
    page = word_page(read_told(folders["compare"], asked), asked, translator(language))
    assert page.said and page.notes and page.answer is not None
    assert page.said[0] in draw_all(folders["compare"], translator(language))["side_by_side"].get_label().replace("\n", " ")


def test_days_of_arms_are_in_the_dictionary(folders: dict[str, Path]) -> None:
    described = {one.name: [column.name for column in one.columns] for one in describe_tables()}
    told = read_told(folders["compare"], read_asked(folders["compare"]))
    assert set(told.daily) == set(described["daily"]) and set(told.marks) == set(described["marks of arms"])


def test_what_was_asked_is_kept_whole(tmp_path: Path) -> None:
    asked = Asked(command="compare", title="a", question=("judge=dead",), others=(OtherArm(label="x", persons=3, common=1),),
                  growth=Growth(batch=5, worlds=20, settled=True))  # fmt: skip
    write_asked(tmp_path, asked)
    assert read_asked(tmp_path) == asked and read_asked(tmp_path).words.judged == ("dead",)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"command": "rm"}, "one of compare, sweep, patterns, phase"),
        ({"days": -1}, "0 to 10000"),
        ({"question": ["strategy=kol_care"]}, "words that ask only"),
        ({"retest": {"folder": "../../etc", "seed": 1}}, "retest"),
        ({"more": 1}, "no such key"),
    ],
)
def test_a_spoilt_question_is_one_line(folders: dict[str, Path], change: dict[str, object], told: str, tmp_path: Path) -> None:
    content = json.loads((folders["compare"] / "asked.json").read_text())
    (tmp_path / "asked.json").write_text(json.dumps(content | change))
    with pytest.raises(StudyError, match=r"asked.json is damaged") as error:
        read_asked(tmp_path)
    assert told in str(error.value)


def test_tables_of_another_shape_are_one_line(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folders["compare"], copy)
    save_table(copy, "league", phase_table())
    assert main(["plot", str(copy), "--out", str(tmp_path / "x")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    (copy / "survival.parquet").unlink()
    assert main(["plot", str(copy), "--out", str(tmp_path / "x")]) == 2
    assert "survival.parquet is missing" in capsys.readouterr().err
    assert main(["plot", str(tmp_path), "--out", str(tmp_path / "x")]) == 2
    assert not (tmp_path / "x").exists()
