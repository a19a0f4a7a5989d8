"""The folder of a run or a study -> its tables for a reader: named and explained in a language, rounded, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.events.store import MANIFEST, LogError
from sim.foreign import read_plain
from sim.report.wording import rounded, word_cell, word_heading, word_meaning, word_unit
from sim.studies.dictionary import Column, describe_tables
from sim.studies.ledger import StudyError
from sim.studies.study import read_table

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.language import Translator

#: Tables of a run and of a study in the order in which a reader wants them, and where the dictionary describes them.
OF_RUN: Final = {"vitals": "vitals", "why_they_left": "reasons", "marks": "marks"}
OF_STUDY: Final = {
    "front": "front", "plans": "plans", "rounds": "rounds", "morris": "morris",
    "panel": "panel", "league": "league", "patterns": "patterns", "phase": "phase", "survival": "survival",
    "definitions": "definitions", "arms": "arms", "replications": "replications", "lifetimes": "lifetimes", "daily": "daily",
    "marks": "marks of arms",
}  # fmt: skip
#: A table of a run day by day is at most so large, bytes: 3,650 days take 1 MB.
MOST_BYTES: Final = 2**26
#: What a spreadsheet takes for the beginning of a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Sheet:
    """One table for a reader. columns: as the dictionary has them, None for a key that was swept."""

    name: str
    title: str
    row: str
    columns: tuple[tuple[str, Column | None], ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def read_csv(folder: Path, name: str) -> pd.DataFrame:
    """A table of a run. Raises LogError where it is missing or damaged."""
    import pandas as pd

    try:
        text = read_plain(folder / f"{name}.csv", MOST_BYTES)
        return pd.read_csv(io.BytesIO(text), keep_default_na=False, na_values={"first_response_minutes": [""], "end": [""]})
    except FileNotFoundError as error:
        raise LogError(folder, f"{name}.csv is missing; run it again") from error
    except (OSError, ValueError) as error:
        raise LogError(folder, f"{name}.csv is damaged; run it again") from error


def of_run(folder: Path) -> bool:
    """Whether a folder holds a run, not a study."""
    return (folder / MANIFEST).is_file()


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """All tables that are there, by name. Raises LogError or StudyError where there is none."""
    if of_run(folder):
        return {name: read_csv(folder, name) for name in OF_RUN}
    found = {name: read_table(folder, name) for name in OF_STUDY if (folder / f"{name}.parquet").is_file()}
    if not found:
        raise StudyError(f"folder={folder}: holds neither a run nor the tables of a study")
    return found


def make_sheets(tables: Mapping[str, pd.DataFrame], t: Translator, *, run: bool) -> list[Sheet]:
    """The tables with headings and words of a language, numbers rounded; then the sheet that explains every column."""
    described = {one.name: one for one in describe_tables()}
    sheets = []
    for name, table in tables.items():
        one = described[(OF_RUN if run else OF_STUDY)[name]]
        known = {column.name: column for column in one.columns}
        columns = tuple((str(key), known.get(str(key))) for key in table.columns)
        cells = ((plain(value) for value in row) for row in table.itertuples(index=False))
        rows = tuple(
            tuple(word_cell(key, rounded(value, column), t) for value, (key, column) in zip(row, columns, strict=True))
            for row in cells
        )
        headings = tuple(word_heading(key, t) for key, _ in columns)
        sheets.append(Sheet(name, t(f"table.{name}"), word_meaning(one.row, t), columns, headings, rows))
    return [*sheets, _explained(sheets, t)]


def _explained(sheets: list[Sheet], t: Translator) -> Sheet:
    """Every column of every sheet: table, heading, key, unit, what it is."""
    rows = []
    for sheet in sheets:
        rows.append((sheet.title, "", "", "", t("column.row", what=sheet.row)))
        for heading, (key, column) in zip(sheet.headings, sheet.columns, strict=True):
            unit, meaning = (column.unit, word_meaning(column.meaning, t)) if column else ("", t("column.swept"))
            rows.append((sheet.title, heading, key, word_unit(unit, t) if unit else "", meaning))
    headings = tuple(t(f"column.{key}") for key in ("table", "heading", "key", "unit", "meaning"))
    return Sheet("columns", t("table.columns"), "", tuple((key, None) for key in headings), headings, tuple(rows))


def plain(value: Any) -> Any:
    """A cell of a table as a plain value; None where it has none."""
    value = value.item() if hasattr(value, "item") else value
    return None if value is None or value != value or str(value) == "<NA>" else value


def write_csv(sheet: Sheet, t: Translator, *, excel: bool) -> bytes:
    """A sheet as CSV. Texts that a spreadsheet would run stand behind an apostrophe; a byte-order mark where letters need it.

    excel: semicolons between, the decimal mark of the language, and always a byte-order mark.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if excel else ",", lineterminator="\r\n" if excel else "\n")
    mark = t("number.decimal") if excel else "."
    writer.writerow(harmless(heading) for heading in sheet.headings)
    writer.writerows([_written(value, mark) for value in row] for row in sheet.rows)
    content = text.getvalue()
    return content.encode("utf-8-sig" if excel or not content.isascii() else "utf-8")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, with line ends that are quoted."""
    text = text.replace("\0", "").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA) else text


def _written(value: Any, mark: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.12g}".replace(".", mark)
    return harmless(str(value))


def files_of(sheets: list[Sheet], t: Translator, *, excel: bool) -> Iterator[tuple[str, bytes]]:
    """(file name, content) of each sheet as CSV."""
    for sheet in sheets:
        yield f"{sheet.name}.csv", write_csv(sheet, t, excel=excel)
