"""The tables of a joint fit -> figures: hits and misses, what the posterior knows, and whether it is calibrated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.figure import Figure

from sim.report.language import Translator
from sim.report.style import BAD, FAINT, GOOD, INK, LUCK, QUIET, SHADE, UNKNOWN, new_figure, styled

if TYPE_CHECKING:
    import pandas as pd

_EDGE = 1.6  # how far beyond its range, in widths of the range, a value is still shown at its own place
_COLOURS: Final = {"identified": GOOD, "partly": LUCK, "not": QUIET}
_COLUMNS, _BAND = 6, 0.99  # panels beside each other; share of uniform ranks that lie in the band of each bin


@styled
def draw_fit_targets(table: pd.DataFrame, t: Translator) -> Figure:
    """Every figure beside its range, fitted half left, checked half right: the parameters set by hand, the published vector, the posterior.

    `table`: target, half (fit | check), low, high, by_hand, fitted, q05, q95 (foretold by the posterior), fitted_verdict.
    """
    halves = [table[table["half"] == half] for half in ("fit", "check")]
    rows = max(map(len, halves))
    figure = new_figure(t("fig.fit.targets.title"), t("fig.fit.targets.note"), width=14, height=2.6 + 0.36 * rows)
    panels = figure.subplots(1, 2)
    for axes, half, name in zip(panels, halves, ("fit", "check"), strict=True):
        axes.axvspan(0, 1, color=SHADE, linewidth=0, zorder=0)
        for place, row in enumerate(half.itertuples()):
            low, value, high, old = (
                float(np.clip(_relative_place(one, row.low, row.high), -_EDGE, 1 + _EDGE))
                for one in (row.q05, row.fitted, row.q95, row.by_hand)
            )
            axes.axhline(place, color="#DDDDDD", linewidth=0.8, zorder=0)
            axes.plot([low, high], [place, place], color=UNKNOWN, linewidth=7, solid_capstyle="butt", zorder=1)
            axes.plot(old, place, "D", color=QUIET, markerfacecolor="white", markersize=7, markeredgewidth=1.6, zorder=2)
            hit = row.fitted_verdict == "in"
            axes.plot(value, place, "o" if hit else "X", color=LUCK if hit else BAD, markersize=9.5, zorder=3)
        axes.set_ylim(rows - 0.4, -0.6)
        axes.set_xlim(-_EDGE - 0.1, 1 + _EDGE + 0.1)
        axes.set_yticks(range(len(half)), list(half["target"]))
        axes.set_xticks([0, 1], [t("fig.patterns.lower"), t("fig.patterns.upper")])
        axes.set_title(t(f"fig.fit.half.{name}", hits=int((half["fitted_verdict"] == "in").sum()), total=len(half)), loc="left")
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", left=False)
        axes.spines["left"].set_visible(False)
    return figure


@styled
def draw_fit_parameters(table: pd.DataFrame, t: Translator) -> Figure:
    """What the posterior knows of every parameter: its 5 to 95 % inside the prior, the published value, and the verdict.

    `table`: parameter, low, high, log (of the prior), value, q05, q95, ratio, verdict; best known first in the figure.
    """
    rows = list(table.sort_values("ratio", kind="stable").itertuples())
    figure = new_figure(t("fig.fit.parameters.title"), t("fig.fit.parameters.note"), width=12, height=2.4 + 0.33 * len(rows))
    axes = figure.subplots()
    for place, row in enumerate(rows):
        low, value, high = (_share(one, row) for one in (row.q05, row.value, row.q95))
        axes.plot([0, 1], [place, place], color=FAINT, linewidth=1.2, zorder=0)
        axes.plot([low, high], [place, place], color=_COLOURS[row.verdict], linewidth=8, alpha=0.45, solid_capstyle="butt")
        axes.plot(value, place, "o", color=_COLOURS[row.verdict], markersize=9)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-0.02, 1.02)
    axes.set_yticks(range(len(rows)), [row.parameter for row in rows])
    axes.set_xticks([0, 0.5, 1], [t("fig.fit.prior.low"), "", t("fig.fit.prior.high")])
    axes.grid(axis="y", visible=False)
    right = axes.twinx()
    right.set_ylim(axes.get_ylim())
    words = [
        t("fig.fit.parameter", value=f"{row.value:.3g}", low=f"{row.low:.3g}", high=f"{row.high:.3g}", ratio=f"{row.ratio:.2f}",
          verdict=t(f"fit.verdict.{row.verdict}"))
        for row in rows
    ]  # fmt: skip
    right.set_yticks(range(len(rows)), words)
    for tick, row in zip(right.get_yticklabels(), rows, strict=True):
        tick.set_color(_COLOURS[row.verdict])
    right.grid(False)
    for own in (axes, right):
        own.tick_params(axis="y", left=False, right=False)
        own.spines[["left", "right"]].set_visible(False)
    return figure


@styled
def draw_fit_ranks(table: pd.DataFrame, t: Translator) -> Figure:
    """Histograms of the ranks of synthetic truths, one panel a parameter; uniform ranks stay in the band.

    `table`: parameter, before (prior | posterior), truths, ks_p, counts (of each bin, as text).
    """
    from scipy.stats import binom  # late: half a second to import

    names = list(dict.fromkeys(table["parameter"]))
    lines = -(-len(names) // _COLUMNS)
    figure = new_figure(t("fig.fit.ranks.title"), t("fig.fit.ranks.note"), width=14, height=2 + 1.75 * lines)
    panels = figure.subplots(lines, _COLUMNS, sharex=True, squeeze=False).ravel()
    for axes, name in zip(panels, names, strict=False):
        for row in table[table["parameter"] == name].itertuples():
            counts = np.array(str(row.counts).split(), float)
            share = counts / row.truths * len(counts)
            edge = np.linspace(0, 1, len(counts) + 1)
            prior = row.before == "prior"
            if prior:
                band = binom.interval(_BAND, row.truths, 1 / len(counts))
                axes.axhspan(*(np.array(band) / row.truths * len(counts)), color=SHADE, linewidth=0, zorder=0)
            axes.stairs(share, edge, color=QUIET if prior else LUCK, linewidth=1.6, linestyle="--" if prior else "-")
        axes.set_title(name, loc="left", fontsize=11, color=_rank_colour(table[table["parameter"] == name]))
        axes.set_ylim(0, 2.6)
        axes.set_yticks([0, 1, 2])
        axes.set_xticks([0, 0.5, 1])
        axes.tick_params(labelsize=9)
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    return figure


def _rank_colour(rows: pd.DataFrame) -> str:
    return BAD if (rows["ks_p"] < 1 - _BAND).any() else INK


def _share(value: float, row: Any) -> float:
    if row.log:
        return float(np.log(value / row.low) / np.log(row.high / row.low))
    return float((value - row.low) / (row.high - row.low))


def _relative_place(value: float, low: float, high: float) -> float:
    """Where a value stands: 0 at the lower end of its target, 1 at the upper; an open end is taken at twice the other."""
    if not np.isfinite(low) and not np.isfinite(high):
        return float("nan")
    low, high = (low if np.isfinite(low) else 0.0), (high if np.isfinite(high) else 2 * low)
    return (value - low) / (high - low) if high > low else float(value > low)
