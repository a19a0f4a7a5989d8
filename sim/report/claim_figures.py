"""The table of verdicts on claims -> one figure of all of them: how far each lies on the side it is told to lie, in what matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.figure import Figure

from sim.report.claims import checks_of, count_verdicts
from sim.report.language import Translator
from sim.report.style import BAD, FAINT, GOOD, LUCK, QUIET, SHADE, new_figure, styled

if TYPE_CHECKING:
    import pandas as pd

COLOURS: Final = {"supported": GOOD, "contradicted": BAD, "conditional": LUCK, "undecided": QUIET, "not_yet": FAINT}
#: Inches of a line and of what stands around all of them; columns of panels; effects that matter at which a line ends.
_LINE, _FRAME, _PANELS, _FURTHEST = 0.19, 2.9, 3, 60.0


@styled
def draw_claims(table: pd.DataFrame, t: Translator) -> Figure:
    """Every claim, a line a check: difference of its arms in both settings over the smallest that matters; right is as it is told.

    `table`: one row a claim, check and setting, as `sim.claims.judging` tabulates it.
    """
    claims = table.sort_values(["family", "claim"], kind="stable").groupby("claim", sort=False)
    lines = [(str(name), settings) for name, rows in claims for settings in checks_of(rows)]
    panels = min(_PANELS, max(1, len(lines) // 12))
    each = -(-len(lines) // panels)
    figure = new_figure(count_verdicts(table, t), t("claims.fig.note"), width=14, height=_FRAME + _LINE * max(each, 4))
    for place, axes in enumerate(figure.subplots(1, panels, squeeze=False)[0]):
        _draw_panel(axes, lines[place * each : (place + 1) * each], each, t)
    return figure


def _draw_panel(axes: Any, lines: list[tuple[str, list[Any]]], most: int, t: Translator) -> None:
    axes.axvspan(-1, 1, color=SHADE, linewidth=0, zorder=0)
    axes.axvline(0, color=FAINT, linewidth=1, zorder=0)
    labels, before = [], ""
    for place, (name, settings) in enumerate(lines):
        first, colour = settings[0], COLOURS[settings[0].verdict]
        same = first.expect == "same"
        star = "*" if first.circle == "circular" else ""
        labels.append("" if name == before else f"{name}{star}{' =' if same else ''}")
        before = name
        if first.verdict == "not_yet":
            axes.text(0, place, t("claims.not_yet"), ha="center", va="center", fontsize=9, color=QUIET)
            continue
        for row, offset, marker in zip(settings, (-0.18, 0.18), ("o", "D"), strict=False):
            side = -1 if row.expect == "lower" else 1
            mean, *ends = (
                float(np.clip(side * one / row.effect, -_FURTHEST, _FURTHEST)) for one in (row.mean, row.low, row.high)
            )
            if np.isfinite(ends).all():
                axes.plot(ends, [place + offset] * 2, color=colour, linewidth=1.2, zorder=1)
            fill = "white" if row.same_arms else colour
            axes.plot(mean, place + offset, marker, color=colour, markerfacecolor=fill, markersize=4.2, zorder=2)
    axes.set_xscale("symlog", linthresh=1, linscale=0.8)
    axes.set_xlim(-_FURTHEST * 1.2, _FURTHEST * 1.2)
    axes.set_xticks([-30, -5, -1, 1, 5, 30], [t.number(one) for one in (-30, -5, -1, 1, 5, 30)], fontsize=10)
    axes.minorticks_off()
    axes.set_yticks(range(len(lines)), labels, fontsize=9)
    for tick, (_, settings) in zip(axes.get_yticklabels(), lines, strict=True):
        verdict = settings[0].verdict
        tick.set_color(QUIET if verdict == "not_yet" else COLOURS[verdict])
    axes.set_ylim(most - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", left=False)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(t("claims.fig.axis"), fontsize=10)
