"""The table of patterns -> a figure of every measure and subject, each cell coloured by where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.report.language import Translator
from sim.report.style import INK, LUCK, QUIET, new_figure, styled
from sim.report.verdicts import PLACES, describe_places, name_subject, part_of
from sim.report.wrapping import wrap

if TYPE_CHECKING:
    import pandas as pd

#: Fill of a cell by where its value stands; the mark in it says the same.
FILLS: Final = {"in": "#BFE0D2", "near": "#F4E8B0", "out": "#F2C3A7"}
#: Inches of a row, and of what is above and below all of them; columns of text above a column of cells and beside a row.
_ROW, _FRAME, _HEAD, _LABEL = 0.31, 3.1, 13, 46


@styled
def draw_patterns(table: pd.DataFrame, hits: pd.DataFrame, t: Translator) -> Figure:
    """Every measure (row) of every subject (column): its value, and by colour and mark whether it is in range, near it or out.

    `table` and `hits` as `sim.studies.patterns` measures and counts them.
    """
    subjects = list(dict.fromkeys(table["subject"]))
    measures = table.drop_duplicates("name")
    rows: list[tuple[str, Any]] = []
    for part in ("patterns", "texture"):
        own = [row for row in measures.itertuples() if part_of(row.role) == part]
        rows += [(part, None), *((row.name, row) for row in own), (f"{part} hits", None)] if own else []
    figure = new_figure(t("fig.patterns.title"), t("fig.patterns.note"), height=_FRAME + _ROW * len(rows))
    axes = figure.subplots()
    axes.set_xlim(-0.5, len(subjects) - 0.5)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    cells = {(row.name, row.subject): row for row in table.itertuples()}
    counted = {row.subject: row for row in hits.itertuples()}
    labels, targets = [], []
    for place, (name, measure) in enumerate(rows):
        part = name.partition(" ")[0]
        if measure is not None:
            label = t.measure(name, measure.what)
            given = t("measure.given", measure=label) if measure.role == "input" else label
            labels.append(f"{measure.pattern}  {wrap(given, _LABEL).splitlines()[0]}")
            targets.append(t.target(name, measure.low, measure.high))
        else:
            ends = name.endswith("hits")
            labels.append(t("fig.patterns.hits", kind=t(f"section.{part}")) if ends else t(f"section.{part}"))
            targets.append("" if ends else t("fig.patterns.target"))
        for column, subject in enumerate(subjects):
            row = cells.get((name, subject))
            if row is not None and row.place:
                axes.add_patch(Rectangle((column - 0.47, place - 0.45), 0.94, 0.9, color=FILLS[row.place], linewidth=0))
                text = f"{t.reading(name, row.value)} {PLACES[row.place]}"
                axes.text(column, place, text, ha="center", va="center", fontsize=11, color=INK)
            elif name.endswith("hits") and getattr(counted[subject], f"{part}_told"):
                text = f"{t.number(getattr(counted[subject], part))} / {t.number(getattr(counted[subject], f'{part}_told'))}"
                axes.text(column, place, text, ha="center", va="center", fontsize=13, color=LUCK)
    axes.set_yticks(range(len(rows)), labels, fontsize=11.5)
    axes.set_xticks(
        range(len(subjects)), [wrap(name_subject(one, t), _HEAD).replace("_", "_\n") for one in subjects], fontsize=11.5
    )
    axes.xaxis.tick_top()
    axes.set_xlabel(wrap(describe_places(t), 110), fontsize=12, color=QUIET, loc="left", labelpad=12)
    axes.xaxis.set_label_position("bottom")
    right = axes.twinx()
    right.set_ylim(axes.get_ylim())
    right.set_yticks(range(len(rows)), targets, fontsize=11)
    for side in (axes, right):
        side.grid(False)
        side.tick_params(length=0)
        side.spines[:].set_visible(False)
    for (_, measure), tick, target in zip(rows, axes.get_yticklabels(), right.get_yticklabels(), strict=True):
        for one in (tick, target) if measure is None else ():
            one.set_color(LUCK)
            one.set_fontsize(13)
    return figure
