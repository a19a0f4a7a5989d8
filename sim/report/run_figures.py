"""The daily table of one run -> a figure of its vital signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from sim.projections.marks import OF_PLAN
from sim.report.language import Translator
from sim.report.placement import label_ends
from sim.report.style import (
    INK,
    QUIET,
    SHADE,
    STROKES,
    days_axis,
    headed,
    label_width,
    new_figure,
    number_axis,
    reserve_right,
    settle,
    styled,
)

if TYPE_CHECKING:
    import pandas as pd

_MINUTES: Final = (1, 2, 5, 15, 30, 60, 120, 240, 480, 1440, 2880, 5760)
#: Per kind of mark: marker, stroke of its line through the panels, starts at most that get such a line.
_MARKS: Final = {
    "incident": ("X", STROKES[1], 12),
    "lever": ("D", STROKES[6], 12),
    "campaign": ("o", STROKES[0], 3),
    "state": ("s", STROKES[6], 0),
}
_GAP: Final = 7  # days without an answer over which no line is drawn
_SHADED: Final = {"dormant": "#D9D9D9", "dead": "#A8A8A8", "closed": "#D9D9D9"}


@styled
def draw_vitals(
    vitals: pd.DataFrame, marks: pd.DataFrame, t: Translator, *, days: float | None = None, subject: str = ""
) -> Figure:
    """One run, day by day: people, organic talk, first response and money, under a strip of what happened when.

    `vitals` of `project_vitals`, one row a group and day: day, members, muted, organic (messages), posters (distinct),
    first_response_minutes (median, NaN if none), revenue, cost, net_income (yuan of that day). The money is cumulated; several
    groups are added up, and the median of their medians is taken.
    `marks` of `project_marks`, any number of rows: day, kind (incident | campaign | lever | state), name, end (day, NaN = open
    or a moment). Only the first `days` are drawn, those that the outcomes count, or all of them.
    """
    if days is not None:
        vitals, marks = vitals[vitals["day"] < days], marks[marks["day"] < days]
    lanes = _lanes(marks)
    strip = 0.33 * len(lanes) + 0.1
    note = t.sentences(t("note.one_run"), t("note.sim"))
    figure = new_figure(headed(t("fig.vitals.title"), subject, t), note, height=8.6 + strip)
    ratios = [strip] * bool(lanes) + [2.0] * 4
    axes = list(figure.subplots(len(ratios), 1, sharex=True, height_ratios=ratios))
    response_minutes = vitals.groupby("day")["first_response_minutes"].median().to_numpy(float)
    vitals = vitals.groupby("day", as_index=False).sum()
    end = days or max(float(vitals["day"].max()), 1.0)
    at = vitals["day"].to_numpy(float)
    names = [_lane_name(kind, name, t) for kind, name in lanes]
    texts = [*(t(f"fig.vitals.{key}") for key in ("present", "muted", "messages", "posters")), t.outcome("net_income")]
    reserve_right(figure, max(label_width(texts), label_width(names, 12, 0.3) if names else 0))
    top = axes.pop(0) if lanes else None
    people, talk, response, money = axes

    labels: list[tuple[Axes, list[tuple[float, float]], list[str]]] = []
    for panel, title, unit, series in (
        (people, t("fig.vitals.members"), "people", [("members", t("fig.vitals.present")), ("muted", t("fig.vitals.muted"))]),
        (talk, t("fig.vitals.talk"), "per_day", [("organic", t("fig.vitals.messages")), ("posters", t("fig.vitals.posters"))]),
    ):
        panel.set_title(title)
        panel.set_ylabel(t(f"unit.{unit}"))
        labels.append(_lines(panel, at, [(vitals[key].to_numpy(float), name) for key, name in series]))
    _response(response, at, response_minutes, t)
    money.set_title(t("pair", label=t("fig.vitals.money"), value=t("note.money")))
    money.set_ylabel(t("unit.yuan"))
    money.axhline(0, color=QUIET, linewidth=1)
    earned = [(np.nancumsum(vitals[key].to_numpy(float)), t.outcome(key)) for key in ("revenue", "cost", "net_income")]
    labels.append(_lines(money, at, earned))
    for panel in (people, talk, money):
        number_axis(panel.yaxis, t)
        panel.margins(y=0.08)
    for panel in (people, talk):
        panel.set_ylim(bottom=0)
    money.set_xlabel(t("fig.day_axis"))
    days_axis(money, end, t)
    for panel in axes:
        _through(panel, marks, end)
    if top is not None:
        _strip(top, marks, lanes, names, end)
    figure.align_ylabels(axes)

    settle(figure)
    for panel, ends, texts in labels:
        label_ends(panel, ends, texts, STROKES[: len(ends)])
    return figure


def _lanes(marks: pd.DataFrame) -> list[tuple[str, str]]:
    pairs = dict.fromkeys(zip(marks["kind"], marks["name"], strict=True))
    return sorted(pairs, key=lambda pair: list(_MARKS).index(pair[0]))


def _lane_name(kind: str, name: str, t: Translator) -> str:
    if name == OF_PLAN:
        return t("mark.procedure")
    if name == kind:  # the log does not say which one it was
        return t(f"mark.unnamed.{kind}")
    text = t(f"state.{name}") if kind == "state" else t.arm(name) if kind == "lever" else t.name(kind, name)
    return t(f"mark.{kind}", name=text)


def _lines(
    panel: Axes, days: np.ndarray, series: list[tuple[np.ndarray, str]]
) -> tuple[Axes, list[tuple[float, float]], list[str]]:
    for (values, _), stroke in zip(series, STROKES, strict=False):
        panel.plot(days, values, color=stroke.colour, linestyle=stroke.dash, linewidth=2.4)
    ends = [(float(days[-1]), float(values[-1])) for values, _ in series]
    return panel, ends, [name for _, name in series]


def _response(panel: Axes, days: np.ndarray, minutes: np.ndarray, t: Translator) -> None:
    panel.set_title(t("pair", label=t.term("first_response"), value=t("fig.vitals.daily_median")))
    panel.set_ylabel(t("unit.minutes"))
    known = np.isfinite(minutes)
    if not known.any():
        panel.text(0.5, 0.5, t("fig.vitals.no_question"), transform=panel.transAxes, ha="center", va="center", color=QUIET)
        panel.yaxis.set_major_locator(NullLocator())
        return
    stroke = STROKES[2]
    floored = np.maximum(minutes, 1.0)  # a log axis has no place for less
    for stretch in np.split(np.flatnonzero(known), np.flatnonzero(np.diff(days[known]) > _GAP) + 1):
        panel.plot(days[stretch], floored[stretch], color=stroke.colour, linewidth=1.2, alpha=0.6)
    panel.plot(days, floored, color=stroke.colour, marker=stroke.marker, markersize=5, linestyle="none")
    panel.set_yscale("log")
    low, high = floored[known].min(), floored[known].max()
    ticks = [m for m in _MINUTES if m <= high * 1.3]
    bottom = max((m for m in ticks if m <= low), default=1)
    top = next((m for m in _MINUTES if m >= high), _MINUTES[-1])
    inside = [m for m in _MINUTES if bottom <= m <= max(top, 2 * bottom)]
    step = -(-len(inside) // 5)
    panel.yaxis.set_major_locator(FixedLocator(inside[::-1][::step][::-1]))
    panel.yaxis.set_minor_locator(NullLocator())
    panel.set_ylim(inside[0] * 0.8, max(inside[-1], high) * 1.25)
    number_axis(panel.yaxis, t, locate=False)


def _through(panel: Axes, marks: pd.DataFrame, end: float) -> None:
    """Shade the spans of dormancy and death, and draw a line through the panel where something began."""
    for (kind, name), rows in marks.groupby(["kind", "name"], sort=False):
        if kind == "state":
            if name in _SHADED:
                for row in rows.itertuples():
                    panel.axvspan(row.day, _until(row.end, end), color=_SHADED[name], alpha=0.45, linewidth=0, zorder=0)
            continue
        _, stroke, most = _MARKS[kind]
        if len(rows) <= most:
            for day in rows["day"]:
                panel.axvline(day, color=stroke.colour, linestyle=(0, (2, 2)), linewidth=1.3, zorder=1)


def _strip(top: Axes, marks: pd.DataFrame, lanes: list[tuple[str, str]], names: list[str], end: float) -> None:
    """One lane for each thing that happened: a marker where it began, a bar as long as it lasted."""
    top.set_ylim(len(lanes) - 0.4, -0.6)
    top.grid(False)
    top.tick_params(left=False, labelleft=False, bottom=False, labelbottom=False)
    top.spines[:].set_visible(False)
    for row, ((kind, name), label) in enumerate(zip(lanes, names, strict=True)):
        marker, stroke, _ = _MARKS[kind]
        own = marks[(marks["kind"] == kind) & (marks["name"] == name)]
        top.axhline(row, color=SHADE, linewidth=1, zorder=0)
        top.annotate(label, (1, row), xycoords=("axes fraction", "data"), xytext=(12, 0), textcoords="offset points",
                     color=stroke.text, va="center", fontsize=12, annotation_clip=False, in_layout=False)  # fmt: skip
        for mark in own.itertuples():
            if kind == "state":
                left, right = mark.day, _until(mark.end, end)
                top.barh(row, right - left, left=left, height=0.62, color=_SHADED.get(name, SHADE), edgecolor=INK,
                         hatch="///" if name == "dormant" else None, linewidth=0.6)  # fmt: skip
            elif np.isfinite(mark.end):
                top.plot([mark.day, min(mark.end, end)], [row, row], color=stroke.colour, linewidth=5, alpha=0.45)
        if kind != "state":
            places = np.full(len(own), row)
            top.plot(own["day"], places, marker, color=stroke.colour, linestyle="none", markersize=7, clip_on=False)


def _until(day: float, end: float) -> float:
    return min(day, end) if np.isfinite(day) else end
