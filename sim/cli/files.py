"""What a finished folder can be made into: its figures drawn again, its tables for a spreadsheet, a report."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Lang, Language, Out, app, translator
from sim.cli.folders import OUTPUTS, claimed

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of a run or a study.")]


class Format(StrEnum):
    """What a figure can be saved as."""

    svg, pdf, png = "svg", "pdf", "png"


class TableFormat(StrEnum):
    """What tables can be saved as."""

    xlsx, csv, parquet = "xlsx", "csv", "parquet"


class CsvStyle(StrEnum):
    """How CSV is written."""

    plain, excel = "plain", "excel"


class Look(StrEnum):
    """What figures are for."""

    slides, paper = "slides", "paper"


@app.command(short_help="The figures of a run or a study once more.")
def plot(
    folder: Folder,
    kind: Annotated[Format, typer.Option("--format", help="Kind of file.")] = Format.png,
    style: Annotated[
        Look, typer.Option("--style", help="slides: a sentence above each; paper: 7.2 inches wide, captions in a file.")
    ] = Look.slides,
    out: Out = None,
    lang: Lang = Language.en,
) -> None:
    """Every figure of a run, comparison, sweep, patterns or phase, drawn from its stored tables; the same files each time."""
    t = translator(lang)

    from sim.report.console import print_files
    from sim.report.drawing import draw_all
    from sim.report.figures import in_style, save_figure

    name = folder.resolve().name
    target = claimed(out or OUTPUTS / "plot" / f"{name}-{style.value}-{kind.value}-{lang.value}")
    with in_style(style.value):
        drawn = draw_all(folder, t)
        target.mkdir(parents=True, exist_ok=True)
        files = [save_figure(figure, target / f"{name}.{kind.value}") for name, figure in drawn.items()]
    if style is Look.paper:
        captions = target / "captions.md"
        captions.write_text("\n".join(f"**{name}**. {figure.get_label()}\n" for name, figure in drawn.items()), "utf-8")
        files.append(captions)
    print_files([target, *files], t)


@app.command(short_help="The tables of a run or a study for a spreadsheet.")
def tables(
    folder: Folder,
    kind: Annotated[
        TableFormat, typer.Option("--format", help="xlsx and csv for reading, parquet for programs.")
    ] = TableFormat.xlsx,
    style: Annotated[
        CsvStyle, typer.Option("--csv", help="excel: semicolons between, the decimal mark of the language.")
    ] = CsvStyle.plain,
    out: Out = None,
    lang: Lang = Language.en,
) -> None:
    """All tables in the chosen language, rounded, with one that explains every column; Parquet as stored, with all digits."""
    t = translator(lang)

    from sim.report.console import print_files
    from sim.report.origin import tell_about
    from sim.report.tables import files_of, make_sheets, of_run, read_tables
    from sim.report.workbook import write_workbook
    from sim.studies.ledger import write_whole
    from sim.studies.study import save_table

    name = folder.resolve().name
    if kind is not TableFormat.csv and style is not CsvStyle.plain:
        raise typer.BadParameter("--csv=excel: with --format csv")
    target = claimed(out or OUTPUTS / "tables" / f"{name}-{kind.value}-{lang.value}")
    found = read_tables(folder)
    if kind is TableFormat.parquet:
        target.mkdir(parents=True, exist_ok=True)
        for key, table in found.items():
            save_table(target, key, table, csv=False)
        print_files([target, *(target / f"{key}.parquet" for key in found)], t)
        return
    sheets = make_sheets(found, t, run=of_run(folder))
    files = dict(files_of(sheets, t, excel=style is CsvStyle.excel)) if kind is TableFormat.csv else {}
    if kind is TableFormat.xlsx:
        files[f"{name}.xlsx"] = write_workbook(sheets, tell_about(folder, t), t("table.about"))
    target.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        write_whole(target / file, content)
    print_files([target, *(target / file for file in files)], t)


@app.command(short_help="A study as one HTML file: answer, figures, tables, method.")
def report(folder: Folder, out: Out = None, lang: Lang = Language.en) -> None:
    """One file that opens by double click, prints, and fetches nothing: the answer, all figures, tables that sort, how it was reckoned."""
    t = translator(lang)

    from sim.report.console import print_files
    from sim.report.document import build_document
    from sim.studies.ledger import write_whole

    name = folder.resolve().name
    target = claimed(out or OUTPUTS / "report" / f"{name}-{lang.value}")
    document = build_document(folder, t)
    target.mkdir(parents=True, exist_ok=True)
    write_whole(target / f"{name}.html", document.encode("utf-8"))
    print_files([target / f"{name}.html"], t)
