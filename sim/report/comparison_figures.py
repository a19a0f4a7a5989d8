"""The tables of a comparison -> figures of survival, of the league, of the Pareto front and of 100 groups."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import Normal, Stroke
from matplotlib.transforms import Bbox

from sim.projections.outcomes import OUTCOMES
from sim.report.language import Translator
from sim.report.placement import label_ends, label_points
from sim.report.style import (
    BAD,
    FAINT,
    GOOD,
    INK,
    LUCK,
    QUIET,
    SHADE,
    STROKES,
    UNKNOWN,
    days_axis,
    headed,
    label_width,
    new_figure,
    number_axis,
    reserve_right,
    settle,
    styled,
)
from sim.report.verdicts import MARKS, has_worlds, is_baseline
from sim.report.wrapping import lines_in, wrap

if TYPE_CHECKING:
    import pandas as pd

VERDICT_COLOURS = {
    "better": GOOD, "worse": BAD, "better_open": GOOD, "worse_open": BAD, "same": INK, "open": QUIET, "baseline": QUIET,
}  # fmt: skip


@styled
def draw_survival(survival: pd.DataFrame, t: Translator, *, subject: str = "") -> Figure:
    """Share of groups still alive by day, one curve an arm with its 95 % band, and how many groups are still followed.

    `survival`, one row an arm and step: arm, label, day, alive, low, high (shares 0..1), at_risk (groups). The first eight
    arms are named; further ones are drawn in grey.
    """
    arms = list(survival.groupby("arm", sort=True))
    named, others = arms[: len(STROKES)], arms[len(STROKES) :]
    names = [t.arm(rows["label"].iloc[0], 24) for _, rows in named]
    lines = sum(0.8 * lines_in(name) + 0.2 for name in names)
    rest = t("fig.survival.others", count=len(others)) if others else ""
    closed = t("fig.survival.closed") if "closed" in survival and survival["closed"].max() > 0 else ""
    note = t.sentences(t("note.dead_meaning"), closed, t("fig.bands"), rest, t("note.inside_model"))
    figure = new_figure(headed(t("fig.survival.title"), subject, t), note, height=6.0 + 0.30 * lines + 0.5)
    axes, risk = figure.subplots(2, 1, sharex=True, height_ratios=[4.2, 0.30 * lines + 0.1])
    reserve_right(figure, label_width(names))
    end = float(survival["day"].max())
    for _, rows in others:
        axes.plot(rows["day"], rows["alive"], drawstyle="steps-post", color=FAINT, linewidth=1.6)
    for (_, rows), stroke in zip(named, STROKES, strict=False):
        axes.fill_between(rows["day"], rows["low"], rows["high"], step="post", color=stroke.colour, alpha=0.13, linewidth=0)
        axes.plot(rows["day"], rows["alive"], drawstyle="steps-post", color=stroke.colour, linestyle=stroke.dash,
                  marker=stroke.marker, markevery=_near(rows["day"].to_numpy(float), end), markersize=7)  # fmt: skip
    axes.set_ylim(0, 1.02)
    axes.set_ylabel(t("fig.survival.alive"))
    axes.tick_params(labelbottom=True)
    number_axis(axes.yaxis, t, share=True)
    days_axis(axes, end, t)
    axes.set_xlabel(t("fig.day_axis"))
    _at_risk(risk, named, names, t)

    settle(figure)
    ends = [tuple(rows.loc[rows["alive"].notna(), ["day", "alive"]].iloc[-1].astype(float)) for _, rows in named]
    label_ends(axes, ends, names, STROKES[: len(named)])
    return figure


def _near(days: np.ndarray, end: float) -> list[int]:
    """The rows nearest to sixths of the way: where a curve carries its marker."""
    return sorted({int(np.abs(days - end * part / 6).argmin()) for part in range(1, 6)})


def _at_risk(risk: Any, named: list[tuple[int, pd.DataFrame]], names: list[str], t: Translator) -> None:
    """Under the curves: for each arm the number of groups still followed at the ticks."""
    heights = [0.8 * lines_in(name) + 0.2 for name in names]
    rows_at = np.cumsum([0, *heights[:-1]]) + np.array(heights) / 2
    risk.set_ylim(sum(heights), 0)
    risk.grid(False)
    risk.spines[:].set_visible(False)
    risk.tick_params(left=False, labelleft=False, bottom=False, labelbottom=False)
    risk.set_title(t("fig.survival.at_risk"), fontsize=13, color=QUIET)
    for row, (_, table), name, stroke in zip(rows_at, named, names, STROKES, strict=False):
        days, counts = table["day"].to_numpy(float), table["at_risk"].to_numpy()
        for tick in risk.get_xticks():
            place = max(int(np.searchsorted(days, tick, side="right")) - 1, 0)
            side = "left" if tick == 0 else "center" if tick < risk.get_xlim()[1] else "right"
            risk.text(tick, row, t.number(counts[place]), color=stroke.text, ha=side, va="center", fontsize=13)
        risk.annotate(name, (1, row), xycoords=("axes fraction", "data"), xytext=(43, 0), textcoords="offset points",
                      color=stroke.text, va="center", fontsize=12, linespacing=1.2, annotation_clip=False,
                      in_layout=False)  # fmt: skip


@styled
def draw_league(panel: pd.DataFrame, t: Translator, *, days: float = 90, subject: str = "") -> Figure:
    """Paired differences in one outcome against the baseline, in words too: dark bar the mean over plausible worlds,
    the line in it luck alone, pale bar one more plausible world. To the right is better.

    `panel`: the rows of one outcome of the study's panel.parquet, one an arm; `days` judged.
    """
    rows = list(panel[panel["verdict"] != "none"].sort_values("rank").itertuples())
    outcome, effect = str(rows[0].outcome), float(rows[0].effect)
    base = next(row for row in rows if is_baseline(row))
    scale = 100.0 if OUTCOMES[outcome].unit == "share" else 1.0
    crowded = len(rows) > 8
    high = 0.62 if crowded else 0.92
    note = [t("fig.league.note", replications=t.number(int(rows[0].runs))), t("note.inside_model")]
    if OUTCOMES[outcome].unit == "yuan":
        note.append(t("fig.league.money", note=t("note.money")))
    if days <= 90:
        note.append(t("note.short_look", days=t.number(days)))
    title = headed(t("fig.league.title", outcome=t.outcome(outcome), baseline=t.arm(base.label)), subject, t)
    figure = new_figure(title, t.sentences(*note), height=2.9 + high * len(rows))
    axes = figure.subplots()
    axes.set_ylim(len(rows) - 0.1, -0.6)
    axes.axvspan(-scale * effect, scale * effect, color=SHADE, linewidth=0, zorder=0)
    axes.axvline(0, color=INK, linewidth=1.2, zorder=1)
    left, right = [], []
    for place, row in enumerate(rows):
        name = t.arm(row.label, 28)
        mean = t("fig.league.mean_value", mean=t.amount(row.mean, outcome))
        left.append(name if crowded else f"{name}\n{wrap(mean, 30)}")
        right.append(_league_bar(axes, place, row, t, crowded, scale))
    axes.set_yticks(range(len(rows)), left, linespacing=1.3)
    axes.grid(axis="y", visible=False)
    axes.use_sticky_edges = False
    axes.margins(x=0.06)
    widest = max(abs(bound) for bound in axes.get_xlim())
    axes.set_xlim(min(axes.get_xlim()[0], -0.25 * widest), max(axes.get_xlim()[1], 0.25 * widest))
    if OUTCOMES[outcome].direction == "lower":
        axes.invert_xaxis()
    number_axis(axes.xaxis, t)
    unit = t("unit.points") if scale > 1 else t.unit(outcome)
    axes.set_xlabel(wrap(t("fig.league.axis", outcome=t.outcome(outcome), unit=unit), 76))
    for side, x, ha in (("worse_side", -6, "right"), ("better_side", 6, "left")):
        axes.annotate(t(f"fig.league.{side}"), (0, len(rows) - 0.32), xytext=(x, 0), textcoords="offset points", ha=ha,
                      va="center", color=QUIET, fontsize=12.5)  # fmt: skip
    words = axes.twinx()
    words.set_ylim(axes.get_ylim())
    words.set_yticks(range(len(rows)), [text for text, _ in right], linespacing=1.3)
    for tick, (_, colour) in zip(words.get_yticklabels(), right, strict=True):
        tick.set_color(colour)
    words.grid(False)
    for own in (axes, words):
        own.tick_params(axis="y", left=False, right=False)
        own.spines[["left", "right"]].set_visible(False)
    band = t("fig.league.band", effect=t.difference(effect, outcome, unit=True))
    keys: list[Patch | Line2D] = [Patch(color=LUCK, label=t("fig.league.luck")), Patch(color=SHADE, label=band)]
    if any(has_worlds(row) for row in rows):
        line = Line2D([], [], color="white", linewidth=2, label=t("fig.league.luck"), path_effects=_outline())
        keys[:1] = [Patch(color=LUCK, label=t("fig.league.mean")), line, Patch(color=UNKNOWN, label=t("fig.league.unknown"))]
    axes.legend(handles=keys, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, handlelength=1.4, columnspacing=1.6)
    return figure


def _outline() -> list[Any]:
    """A white line that is seen on dark, pale and white ground."""
    return [Stroke(linewidth=4, foreground=LUCK), Normal()]


def _league_bar(axes: Any, place: int, row: Any, t: Translator, crowded: bool, scale: float) -> tuple[str, str]:
    """Draw one row; return the words to the right of it and their colour."""
    if is_baseline(row):
        axes.plot(0, place, "D", color=INK, markersize=9)
        return f"{MARKS['baseline']} {t('verdict.baseline')}", VERDICT_COLOURS["baseline"]
    worlds = has_worlds(row)

    def bar(low: float, high: float, height: float, colour: str, above: int) -> None:
        axes.barh(place, scale * (high - low), left=scale * low, height=height, color=colour, zorder=above)

    if worlds:
        bar(row.unknown_low, row.unknown_high, 0.46, UNKNOWN, 2)
        key = "fig.league.ahead_short" if crowded else "fig.league.ahead"
        seen = {name: t.number(getattr(row, name)) for name in ("ahead", "tied", "behind")}
        words = t(key, **seen, share=t.share(row.ahead_share, 0))
    else:
        words = t("fig.league.one_world")
    if math.isfinite(row.low):  # one replication has no spread
        bar(row.low, row.high, 0.22, LUCK, 3)
    if worlds and math.isfinite(row.luck_low):
        luck = [scale * row.luck_low, scale * row.luck_high]
        axes.plot(luck, [place, place], color="white", linewidth=2, zorder=3.5, path_effects=_outline())
    middle = scale * row.difference
    axes.plot(middle, place, "o", color="white", markeredgecolor=LUCK, markeredgewidth=1.6, markersize=9, zorder=4)
    verdict = f"{MARKS[row.verdict]} {t(f'verdict.{row.verdict}')}"
    return f"{verdict}\n{wrap(words, 32)}", VERDICT_COLOURS[row.verdict]


@styled
def draw_groups(league: pd.DataFrame, t: Translator, *, days: float = 90, subject: str = "") -> Figure:
    """A hundred groups an arm as dots, the dead ones hollow: what a mean of days alive looks like in practice."""
    rows = list(league[league["dead"].notna()].sort_values("rank").itertuples())  # an arm without a group has none to show
    across = min(4, len(rows))
    down = -(-len(rows) // across)
    title = headed(t("fig.groups.title", days=t.number(days)), subject, t)
    note = t.sentences(t("fig.groups.note", replications=t.number(rows[0].replications)), t("note.inside_model"))
    names, means = [], []
    for row in rows:
        names.append(t.arm(row.label, 26))
        means.append(wrap(t("fig.groups.mean", days=t.number(days), mean=t.number(row.alive_days, 1)), 32))
    lines = max(map(lines_in, names)) + 1 + max(map(lines_in, means))
    figure = new_figure(title, note, width=max(3.2 * across, 8), height=1.3 + (3.0 + 0.32 * lines) * down)
    panels = figure.subplots(down, across, squeeze=False).flat
    x, y = np.arange(100) % 10, np.arange(100) // 10
    for panel, row, name, mean in zip(panels, rows, names, means, strict=False):
        dead = round(100 * row.dead)
        gone = np.arange(100) >= 100 - dead
        panel.scatter(x[~gone], y[~gone], s=110, color=STROKES[0].colour)
        panel.scatter(x[gone], y[gone], s=100, facecolor="none", edgecolor="#8A8A8A", linewidth=1.2)
        panel.set_title(name, linespacing=1.25)
        panel.set_xlim(-0.7, 9.7)
        panel.set_ylim(9.7, -0.7)
        panel.set_aspect("equal")
        panel.set_xlabel(f"{t('fig.groups.dead', dead=t.number(dead))}\n{mean}", linespacing=1.3)
    for panel in figure.axes:
        panel.grid(False)
        panel.spines[:].set_visible(False)
        panel.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    return figure


@styled
def draw_front(league: pd.DataFrame, t: Translator, *, days: float = 90, subject: str = "") -> Figure:
    """Days alive against net income, marker area by staff hours; the Pareto front of all three is filled."""
    rows = list(league.itertuples())
    note = t.sentences(t("fig.front.note"), t("note.inside_model"))
    figure = new_figure(headed(t("fig.front.title"), subject, t), note, height=7.4)
    axes = figure.subplots()
    hours = league["staff_hours"].to_numpy(float)
    most = max(float(np.nanmax(hours)), 1e-9)
    radii = [5 + 13 * math.sqrt(max(value, 0) / most) for value in hours]
    points = league[["alive_days", "net_income"]].to_numpy(float)
    pairs = _best_pairs(points, league["on_front"].to_numpy(bool))
    axes.plot(points[pairs, 0], points[pairs, 1], color=QUIET, linewidth=1.6, linestyle=(0, (4, 2)), zorder=1)
    for radius, row in sorted(zip(radii, rows, strict=True), key=lambda pair: -pair[0]):  # small ones on top
        axes.plot([row.alive_days_low, row.alive_days_high], [row.net_income] * 2, color=QUIET, linewidth=1.6, zorder=2)
        face = STROKES[0].colour if row.on_front else "white"
        axes.plot(row.alive_days, row.net_income, "o", color=face, markeredgecolor=STROKES[0].colour, markeredgewidth=2,
                  markersize=2 * radius, zorder=3)  # fmt: skip
    axes.set_xlabel(t("axis", label=t("fig.alive_of_first", days=t.number(days)), unit=t("unit.days")))
    axes.set_ylabel(t.axis("net_income") + "\n" + t("note.money"), linespacing=1.35)
    axes.margins(0.1, 0.14)
    axes.axhline(0, color=QUIET, linewidth=1, zorder=1)
    number_axis(axes.xaxis, t)
    number_axis(axes.yaxis, t)
    keys = [Line2D([], [], marker="o", linestyle="none", color=FAINT, markersize=2 * (5 + 13 * math.sqrt(value / most)),
                   label=t("fig.front.hours", hours=t.number(value))) for value in _size_steps(most)]  # fmt: skip
    axes.legend(handles=keys, title=t("fig.front.size"), loc="center left", bbox_to_anchor=(1.01, 0.5), labelspacing=1.4,
                borderpad=0.8, title_fontsize=13)  # fmt: skip
    settle(figure)
    to_pixels = axes.transData.transform
    spans = [to_pixels([(row.alive_days_low, row.net_income), (row.alive_days_high, row.net_income)]) for row in rows]
    bars = [Bbox.from_extents(low[0], low[1] - 3, high[0], high[1] + 3) for low, high in spans if np.isfinite(low[0])]
    path = [Bbox.from_bounds(x - 3, y - 3, 6, 6) for x, y in _along(to_pixels(points[pairs]))]
    label_points(axes, points, [t.arm(row.label, 24) for row in rows], radii, [*bars, *path])
    return figure


def _best_pairs(points: np.ndarray, on_front: np.ndarray) -> list[int]:
    """Indices of the arms on the front that no other beats in both coordinates of `points` (n x 2), left to right."""
    best, pairs = -math.inf, []
    for index in sorted(np.flatnonzero(on_front), key=lambda i: (-points[i, 0], -points[i, 1])):
        if points[index, 1] > best:
            best = points[index, 1]
            pairs.append(int(index))
    return pairs[::-1]


def _along(corners: np.ndarray) -> np.ndarray:
    """Places on the path through `corners` (n x 2), close to one another."""
    steps = [np.linspace(start, end, 60) for start, end in itertools.pairwise(corners)]
    return np.concatenate(steps) if steps else corners[:0]


def _size_steps(most: float) -> list[float]:
    """Three round numbers up to `most` for the legend of sizes."""
    step = 10 ** math.floor(math.log10(most))
    top = next(top for top in (5 * step, 2 * step, step) if top <= most)
    return [top / 10, top / 2, top]
