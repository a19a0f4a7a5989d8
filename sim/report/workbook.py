"""Sheets for a reader -> an Excel workbook that opens without repair; the same bytes each time."""

from __future__ import annotations

import datetime
import io
import math
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from sim.report.wrapping import columns as width_of
from sim.studies.ledger import StudyError

if TYPE_CHECKING:
    from sim.report.tables import Sheet

#: What Excel can hold: characters of a sheet's name, of a cell, rows of a sheet.
MOST_NAME, MOST_CELL, MOST_ROWS = 31, 32_767, 1_048_576
#: How numbers of a unit are shown; what is held is rounded besides.
SHOWN: Final = {"share": "0.0%", "yuan": "#,##0", "days": "0.0", "hours": "0.0", "minutes": "0.0"}
#: Half-width characters of the narrowest and the widest column.
NARROW, WIDE = 9, 60
#: Rows by which the width of a column is found.
LOOKED_AT = 200
_FORBIDDEN = re.compile(r"[\[\]:*?/\\：？＊／＼［］]")
#: What XML cannot hold: control characters but tab and line ends, lone halves of pairs, two that are no characters.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """A text without what a workbook cannot hold, and not too long."""
    text = _NO_XML.sub("", text)
    while len(text.encode("utf-16-le")) > 2 * MOST_CELL:
        text = text[:-1] if len(text) <= MOST_CELL else text[:MOST_CELL]
    return text


def sheet_names(names: Iterable[str]) -> list[str]:
    """Names that Excel allows, each once whatever its case: at most 31 characters, none of []:*?/\\, no apostrophe at the ends."""
    taken: set[str] = {"history"}  # which Excel keeps for itself
    found = []
    for name in names:
        base = _FORBIDDEN.sub("_", _NO_XML.sub("", name)).strip().strip("'") or "_"
        number, short = 1, _cut(base, MOST_NAME)
        while short.casefold() in taken:
            number += 1
            tail = f" ({number})"
            short = _cut(base, MOST_NAME - len(tail)) + tail
        taken.add(short.casefold())
        found.append(short)
    return found


def _cut(text: str, most: int) -> str:
    """The beginning of a text in at most so many characters of UTF-16, by which Excel counts."""
    while len(text.encode("utf-16-le")) > 2 * most:
        text = text[:-1]
    return text.rstrip().rstrip("'")


def write_workbook(sheets: Sequence[Sheet], about: Sequence[tuple[str, str]], title: str) -> bytes:
    """A workbook: what it is about (label, text), then the sheets. Raises StudyError where a table has too many rows for Excel."""
    import xlsxwriter

    for sheet in sheets:
        if len(sheet.rows) >= MOST_ROWS:
            raise StudyError(
                f"{sheet.name}: {len(sheet.rows)} rows, Excel holds {MOST_ROWS}; --format csv or parquet holds all"
            )
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(made, options)
    book.set_properties({"title": clean(title)[:255], "created": datetime.datetime(2000, 1, 1)})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    prose = book.add_format({"text_wrap": True, "valign": "top"})
    formats = {unit: book.add_format({"num_format": shown}) for unit, shown in SHOWN.items()}
    first, *names = sheet_names([title, *(sheet.title for sheet in sheets)])
    page = book.add_worksheet(first)
    page.set_column(0, 0, 22, prose)
    page.set_column(1, 1, 100, prose)
    for place, (label, text) in enumerate(about):
        page.write_string(place, 0, clean(label), head)
        page.write_string(place, 1, clean(text), prose)
    for name, sheet in zip(names, sheets, strict=True):
        _write_sheet(book.add_worksheet(name), sheet, head, prose, formats)
    book.close()
    return made.getvalue()


def _write_sheet(page: Any, sheet: Sheet, head: Any, prose: Any, formats: dict[str, Any]) -> None:
    for place, heading in enumerate(sheet.headings):
        column = sheet.columns[place][1]
        widest = max((width_of(str(row[place])) for row in sheet.rows[:LOOKED_AT] if row[place] is not None), default=0)
        width = min(max(widest, min(width_of(heading), 14), NARROW) + 2, WIDE)
        page.set_column(place, place, width, formats.get(column.unit) if column else prose if widest > WIDE else None)
        page.write_string(0, place, clean(heading), head)
    for number, row in enumerate(sheet.rows, 1):
        for place, value in enumerate(row):
            _write_cell(page, number, place, value)
    page.freeze_panes(1, 1)
    if sheet.rows and sheet.headings:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.headings) - 1)


def _write_cell(page: Any, row: int, column: int, value: Any) -> None:
    """Texts as texts, whatever they begin with; what has no value stays empty."""
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float) and math.isfinite(value):
        page.write_number(row, column, value)
    else:
        page.write_string(row, column, clean(str(value)))
