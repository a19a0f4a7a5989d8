"""The folder of a study -> its report: answer, figures, tables that sort, and at the end how it was reckoned and from what."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.projections.outcomes import OUTCOMES, league_outcomes
from sim.report.drawing import draw_all
from sim.report.optimum import word_optimum
from sim.report.origin import subject_of, tell_study
from sim.report.study_page import Page, word_page
from sim.report.style import in_style, render
from sim.report.tables import OF_STUDY, plain, read_tables
from sim.report.wording import rounded, word_cell, word_heading
from sim.studies.asked import Asked, read_asked
from sim.studies.dictionary import describe_tables
from sim.studies.optimum import read_optimum
from sim.studies.told import Told, read_told

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.report.language import Translator

#: Commands that repeat a row which are listed.
MOST_COMMANDS = 12
#: Rows of a table that a report shows; the folder holds the rest.
MOST_ROWS = 200


@dataclass(frozen=True)
class Cell:
    """What is read in a cell, what it is sorted by (None: its text), and how it looks."""

    text: str
    value: float | None = None
    look: str = ""


def build_document(folder: Path, t: Translator) -> str:
    """One HTML file. Raises StudyError, one line, where the folder holds no finished study."""
    asked = read_asked(folder)
    subject = subject_of(asked, t)
    title = asked.title or subject or t(f"report.{asked.command}")
    with in_style("paper"):
        figures = draw_all(folder, t)
        shown = [_figure(name, figure) for name, figure in figures.items()]
    if asked.command in ("compare", "sweep"):
        told = read_told(folder, asked)
        page = word_page(told, asked, t)
        parts = [
            *_answer((*page.said, *page.warnings), t),
            _section(t("report.figures"), shown),
            *_comparison(told, page, t),
            *_arms(told, t),
        ]
        method = _method(page, t)
    elif asked.command == "optimise":
        said = word_optimum(read_optimum(folder, asked), asked.words, t)
        parts = [*_answer(said, t), _section(t("report.figures"), shown), *_any_tables(folder, t)]
        keys = [f"optimum.method.{key}" for key in ("search", "rounds", "fresh")]
        method = [f"<p>{escape(t(key))}</p>" for key in (*keys, "note.inside_model")]
    else:
        parts = [_section(t("report.figures"), shown), *_any_tables(folder, t)]
        method = [f"<p>{escape(t('note.inside_model'))}</p>"]
    origin = _definitions(tell_study(folder, asked, t))
    parts += [_section(t("report.method"), method), _section(t("report.origin"), [origin, *_commands(folder, asked, t)])]
    return _file(title, subject if subject != title else "", parts, t)


def _file(title: str, subject: str, parts: Iterable[str], t: Translator) -> str:
    here = files(__package__)
    style, script = (here.joinpath(name).read_text("utf-8") for name in ("report.css", "sort.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    language = {"zh": "zh-CN"}.get(t.language, t.language)
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n"
        + (f'<p class="subject">{escape(subject)}</p>\n' if subject else "")
        + "\n".join(parts)
        + f"\n</main>\n<script>{script}</script>\n</body>\n</html>\n"
    )


def _section(heading: str, parts: Iterable[str]) -> str:
    return f"<section>\n<h2>{escape(heading)}</h2>\n" + "\n".join(parts) + "\n</section>"


def _answer(said: Sequence[str], t: Translator) -> list[str]:
    """The sentence that answers, and what else is said."""
    first, *others = said
    listed = "".join(f"<li>{escape(text)}</li>\n" for text in others)
    return [f'<p class="answer">{escape(first)}</p>', f"<ul>\n{listed}</ul>" if listed else ""]


def _figure(name: str, figure: Figure) -> str:
    """A figure as a picture in the page, with its title and note as text."""
    title, _, note = str(figure.get_label()).partition("\n")
    data = base64.b64encode(render(figure, "svg")).decode()
    caption = f"<b>{escape(title)}</b>{escape(note)}"
    return (
        f'<figure id="{escape(name)}"><img alt="{escape(title)}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _comparison(told: Told, page: Page, t: Translator) -> list[str]:
    """A table for each outcome that is judged, the means of the league, hours by task."""
    parts = []
    for outcome, rows in page.shown.groupby("outcome", sort=False):
        parts += [f"<h3>{escape(t.axis(str(outcome)))}</h3>", _judged(str(outcome), rows, t)]
    effect = t.difference(float(page.shown.effect.iloc[0]), str(page.shown.outcome.iloc[0]), unit=True)
    parts.append(f'<p class="note">{escape(t("out.asked.caption", effect=effect))}</p>')
    parts += [
        f"<h3>{escape(t('out.league.talk'))}</h3>",
        _league(told.league, t),
        f'<p class="note">{escape(t("note.money"))}</p>',
    ]
    return [_section(t("report.tables"), parts)]


def _judged(outcome: str, rows: pd.DataFrame, t: Translator) -> str:
    direction = t(f"out.better.{OUTCOMES[outcome].direction}")
    heads = [t("out.strategy"), t("out.mean"), t("report.interval"), t("out.difference"), t("report.interval"), _line(t("out.ahead"), t),
             t("report.verdict")]  # fmt: skip
    body = []
    for row in rows.sort_values("rank", kind="stable", na_position="last").itertuples():
        there, base = row.verdict != "none", row.verdict == "baseline"
        ahead = "" if base or not there else f"{t.share(row.ahead_share, 0)} ({row.ahead:.0f}/{row.tied:.0f}/{row.behind:.0f})"
        look = (
            "better" if str(row.verdict).startswith("better") else "worse" if str(row.verdict).startswith("worse") else "quiet"
        )
        body.append([
            Cell(t.arm(row.label)),
            _number(row.mean, t.amount(row.mean, outcome)) if there else Cell(t("number.missing"), math.nan),
            _span(row.mean_low, row.mean_high, outcome, t),
            Cell("", math.nan) if base or not there else _number(row.difference, t.difference(row.difference, outcome, sign=True)),
            Cell("", math.nan) if base or not there else _span(row.low, row.high, outcome, t),
            Cell(ahead, math.nan if not ahead else float(row.ahead_share)),
            Cell(t(f"verdict.{row.verdict}"), None, look),
        ])  # fmt: skip
    return _table(heads, body, numbers=range(1, 6), caption=direction)


def _league(league: pd.DataFrame, t: Translator) -> str:
    heads = [t("out.strategy"), *(_line(t.heading(one.name), t) for one in league_outcomes())]
    body = []
    for row in league.itertuples():
        cells = [_number(getattr(row, one.name), t.amount(getattr(row, one.name), one.name)) for one in league_outcomes()]
        body.append([Cell(t.arm(row.label)), *cells])
    return _table(heads, body, numbers=range(1, len(heads)))


def _arms(told: Told, t: Translator) -> list[str]:
    """In which settings the arms differ."""
    keys = [str(key) for key in told.arms.columns if key not in ("arm", "label")]
    if not keys:
        return []
    body = [
        [Cell(t.arm(str(row["label"]))), *(Cell(str(row[key])) for key in keys)]
        for _, row in told.arms.head(MOST_ROWS).iterrows()
    ]
    return [_section(t("table.arms"), [_table([t("out.strategy"), *map(t.setting, keys)], body, numbers=())])]


def _any_tables(folder: Path, t: Translator) -> list[str]:
    """All tables of a folder as they are."""
    described = {one.name: one for one in describe_tables()}
    parts = []
    for name, table in read_tables(folder).items():
        if name not in ("patterns", "phase", "front", "plans", "rounds", "morris"):
            continue
        known = {column.name: column for column in described[OF_STUDY[name]].columns}
        body = []
        for row in table.head(MOST_ROWS).itertuples(index=False):
            values = [
                word_cell(key, rounded(plain(value), known.get(key)), t) for key, value in zip(table.columns, row, strict=True)
            ]
            body.append([_any_cell(value, t) for value in values])
        parts.append(_section(t(f"table.{name}"), [_table([word_heading(key, t) for key in table.columns], body, numbers=())]))
    return parts


def _any_cell(value: Any, t: Translator) -> Cell:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Cell("" if value is None else str(value))
    return _number(float(value), t.plain(round(value, 4)) if math.isfinite(value) else t.number(value))


def _method(page: Page, t: Translator) -> list[str]:
    """How it was reckoned, and how to read it."""
    said = [t(f"report.method.{key}") for key in ("pairs", "worlds", "bars", "verdicts", "inside")]
    return [f"<p>{escape(text)}</p>" for text in (*said, *page.notes)]


def _commands(folder: Path, asked: Asked, t: Translator) -> list[str]:
    """The commands that repeat the first row of each arm."""
    if asked.command not in ("compare", "sweep"):
        return []
    rows = read_told(folder, asked).replications.drop_duplicates("arm").head(MOST_COMMANDS)
    listed = "".join(f"<li><code>{escape(str(command))}</code></li>\n" for command in rows.command)
    return [f"<p>{escape(t('report.commands'))}</p>\n<ul>\n{listed}</ul>"]


def _definitions(rows: Iterable[tuple[str, str]]) -> str:
    return "<dl>\n" + "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>\n" for label, text in rows if text) + "</dl>"


def _line(text: str, t: Translator) -> str:
    """A heading of several short lines in one; Chinese needs no space where a line ended."""
    return text.replace("\n", "" if t.language == "zh" else " ")


def _number(value: float, text: str) -> Cell:
    return Cell(text, float(value))


def _span(low: float, high: float, outcome: str, t: Translator) -> Cell:
    if not (math.isfinite(low) and math.isfinite(high)):
        return Cell("", math.nan)
    return Cell(t("explain.range", low=t.amount(low, outcome), high=t.amount(high, outcome)), float(low))


def _table(heads: Sequence[str], body: Iterable[Sequence[Cell]], *, numbers: Iterable[int], caption: str = "") -> str:
    """A table that sorts by a click on a heading."""
    right = set(numbers)
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    top = "".join(
        f'<th scope="col"{_class("number" if place in right else "")}><button type="button">{escape(head)}</button></th>'
        for place, head in enumerate(heads)
    )
    rows = "".join("<tr>" + "".join(_cell(cell, place in right) for place, cell in enumerate(row)) + "</tr>\n" for row in body)
    return f'<div class="wide"><table>{told}<thead><tr>{top}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>'


def _cell(cell: Cell, right: bool) -> str:
    value = "" if cell.value is None else f' data-value="{cell.value:.12g}"' if math.isfinite(cell.value) else ' data-value=""'
    return f"<td{_class(' '.join(filter(None, ('number' if right else '', cell.look))))}{value}>{escape(cell.text)}</td>"


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""
