"""The table of patterns -> a figure of each value beside the range that real groups show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from sim.report.language import Translator
from sim.report.style import BAD, LUCK, QUIET, SHADE, headed, new_figure, styled
from sim.report.verdicts import in_range
from sim.report.wrapping import wrap

if TYPE_CHECKING:
    import pandas as pd

_EDGE = 0.9  # how far beyond its target, in widths of the target, a value is still shown at its own place


@styled
def draw_patterns(table: pd.DataFrame, t: Translator, *, subject: str = "") -> Figure:
    """Each measured value against its target range; inputs hollow, misses crossed.

    `table` of `project_patterns`, one row a measure by its name: pattern ("P5"), what, value, low, high (infinite = open end),
    role (emergent | partly | input), in_range (missing where the value is). Shares are 0..1.
    """
    rows = list(table.reset_index().itertuples())
    title = headed(t("fig.patterns.title"), subject, t)
    figure = new_figure(title, t("fig.patterns.note"), height=2.4 + 0.46 * len(rows))
    axes = figure.subplots()
    axes.axvspan(0, 1, color=SHADE, linewidth=0, zorder=0)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-_EDGE - 0.15, 1 + _EDGE + 0.15)
    words = []
    for place, row in enumerate(rows):
        target = t.target(row.name, row.low, row.high)
        words.append(t("fig.patterns.value", value=t.reading(row.name, row.value), target=target))
        axes.axhline(place, color="#DDDDDD", linewidth=0.8, zorder=0)
        where = relative_place(row.value, row.low, row.high)
        if not np.isfinite(where):
            continue
        shown = float(np.clip(where, -_EDGE, 1 + _EDGE))
        missed = in_range(row) is False
        colour = _colour(row)
        face = "white" if row.role == "input" else colour
        axes.plot(shown, place, "X" if missed else "o", color=colour, markerfacecolor=face, markersize=11, markeredgewidth=2)
        if shown != where:
            axes.annotate("", (shown + np.sign(where) * 0.12, place), xytext=(shown, place),
                          arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 2})  # fmt: skip
    axes.set_yticks(range(len(rows)), [f"{row.pattern}  {t.measure(row.name, wrap(row.what, 40))}" for row in rows])
    axes.grid(axis="y", visible=False)
    axes.set_xticks([0, 1], [t("fig.patterns.lower"), t("fig.patterns.upper")])
    axes.set_xlabel(t("fig.patterns.axis"))
    right = axes.twinx()
    right.set_ylim(axes.get_ylim())
    right.set_yticks(range(len(rows)), words)
    for tick, row in zip(right.get_yticklabels(), rows, strict=True):
        tick.set_color(_colour(row))
    right.grid(False)
    for own in (axes, right):
        own.tick_params(axis="y", left=False, right=False)
        own.spines[["left", "right"]].set_visible(False)
    return figure


def _colour(row: Any) -> str:
    return {True: LUCK, False: BAD, None: QUIET}[in_range(row)]


def relative_place(value: float, low: float, high: float) -> float:
    """Where a value stands: 0 at the lower end of its target, 1 at the upper; an open end is taken at twice the other."""
    if not np.isfinite(low) and not np.isfinite(high):
        return float("nan")
    low, high = (low if np.isfinite(low) else 0.0), (high if np.isfinite(high) else 2 * low)
    return (value - low) / (high - low) if high > low else float(value > low)
