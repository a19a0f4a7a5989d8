"""The tables of a search -> one figure: its plans and what fresh worlds said of the best, or the front between two objectives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from sim.projections.outcomes import OUTCOMES
from sim.report.answers import limit_text
from sim.report.language import Translator
from sim.report.optimum import with_unit
from sim.report.placement import label_points
from sim.report.style import (
    FAINT,
    GOOD,
    INK,
    LUCK,
    QUIET,
    headed,
    label_width,
    new_figure,
    number_axis,
    reserve_right,
    settle,
    styled,
)
from sim.report.wrapping import wrap
from sim.studies.optimum import YARDSTICK

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.studies.optimum import Optimum
    from sim.studies.question import Question

#: Columns of a plan beside its front, and size of a number of a plan in points.
_WIDTH, _SIZE = 40, 13


def name_plan(words: str, plan: str, t: Translator) -> str:
    """A plan in words of the reader, from its overrides: `KOL care, posts a day: 1.2`."""
    parts = [
        f"{key.rpartition('.')[2]}={value}" for key, _, value in (word.partition("=") for word in words.split(" ") if word)
    ]
    told = t.arm(", ".join(parts)) if parts else ""
    if plan == YARDSTICK:
        return t("optimum.yardstick", words=told) if told else t("optimum.yardstick_alone")
    return told


@styled
def draw_search(optimum: Optimum, question: Question, t: Translator, *, subject: str = "") -> Figure:
    """Plans in the order in which they were proposed, by the outcome that is chosen by; the chosen one also on fresh worlds.

    Filled: keeps the limits; the larger, the more rounds it came through.
    """
    outcome, found, plans = question.chosen, optimum.found, optimum.plans
    scale = 100.0 if OUTCOMES[outcome].unit == "share" else 1.0
    if found is None:
        title = t("optimum.fig.none", limits=t.listed(limit_text(limit, t) for limit in question.limits))
    else:
        own = found.panel[(found.panel.outcome == outcome) & (found.panel.label == found.name)].iloc[0]
        words = str(plans.words[plans.plan == found.name].iloc[0])
        value = with_unit(float(own["mean"]), outcome, t)
        title = t("optimum.fig.chosen", plan=name_plan(words, found.name, t), outcome=t.outcome(outcome), value=value)
    figure = new_figure(headed(title, subject, t), t.sentences(t("optimum.fig.note"), t("note.inside_model")), height=6.75)
    axes = figure.subplots()
    for row in plans[plans.plan != YARDSTICK].itertuples():
        keeps = row.excess == 0
        axes.plot(row.proposed, scale * getattr(row, outcome), "o", markersize=5 + 2.5 * row.round, color=LUCK,
                  markerfacecolor=LUCK if keeps else "white", markeredgewidth=1.4, alpha=1 if row.round else 0.65, zorder=2)  # fmt: skip
    base = scale * float(plans.loc[plans.plan == YARDSTICK, outcome].iloc[0])
    if math.isfinite(base):
        axes.axhline(base, color=QUIET, linewidth=1.4, linestyle=(0, (5, 3)), zorder=1)
    keys = [Line2D([], [], marker="o", linestyle="none", color=LUCK, markersize=8, label=t("optimum.fig.keeps")),
            Line2D([], [], marker="o", linestyle="none", color=LUCK, markerfacecolor="white", markersize=8, label=t("optimum.fig.breaks")),
            Line2D([], [], color=QUIET, linestyle=(0, (5, 3)), label=t("optimum.yardstick_alone"))]  # fmt: skip
    if not question.limits:
        keys = [keys[0], keys[2]]
        keys[0].set_label(t("optimum.fig.plan"))
    if found is not None:
        place = int(plans.proposed[plans.plan == found.name].iloc[0])
        ends = [scale * one for one in (own.mean_low, own.mean_high)]
        if np.isfinite(ends).all():
            axes.plot([place] * 2, ends, color=GOOD, linewidth=2.4, zorder=3)
        axes.plot(place, scale * own["mean"], "D", color=GOOD, markersize=11, zorder=4)
        keys.append(Line2D([], [], marker="D", color=GOOD, markersize=9, label=t("optimum.fig.fresh")))
    axes.legend(
        handles=keys, loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2 if t.language != "zh" else 4, columnspacing=1.6
    )
    axes.set_xlabel(t("optimum.fig.order"))
    axes.set_ylabel(_axis(outcome, t))
    number_axis(axes.xaxis, t)
    number_axis(axes.yaxis, t)
    axes.margins(0.04, 0.1)
    return figure


@styled
def draw_plan_front(optimum: Optimum, question: Question, t: Translator, *, subject: str = "") -> Figure:
    """Both objectives on fresh worlds, with intervals, numbered along the front; hollow: fell off it there; small: all that were tried."""
    first, second = question.objectives
    assert optimum.front is not None
    front, plans = optimum.front, optimum.plans
    scales = {name: 100.0 if OUTCOMES[name].unit == "share" else 1.0 for name in (first, second)}
    names = [wrap(f"{row.number}  {name_plan(row.words, row.plan, t)}", _WIDTH) for row in front.itertuples()]
    lines = sum(name.count("\n") + 1.6 for name in names)
    note = t.sentences(t("optimum.front.note"), t("note.inside_model"))
    figure = new_figure(headed(_title(front, question, t), subject, t), note, width=14, height=max(7.4, 2.6 + 0.3 * lines))
    axes = figure.subplots()
    reserve_right(figure, label_width(names, _SIZE, 0.6))
    others = plans[~plans.plan.isin(front.plan)]
    axes.plot(scales[second] * others[second], scales[first] * others[first], "o", color=FAINT, markersize=5, zorder=1)
    stands = front[front.on_front]
    axes.plot(
        scales[second] * stands.second,
        scales[first] * stands["first"],
        color=QUIET,
        linewidth=1.4,
        linestyle=(0, (4, 2)),
        zorder=2,
    )
    for row in front.to_dict("records"):
        x, y = scales[second] * row["second"], scales[first] * row["first"]
        colour = LUCK if row["on_front"] else QUIET
        for way, name, scale in (("second", "second", scales[second]), ("first", "first", scales[first])):
            ends = [scale * row[f"{name}_low"], scale * row[f"{name}_high"]]
            if np.isfinite(ends).all():
                places = (ends, [y, y]) if way == "second" else ([x, x], ends)
                axes.plot(*places, color=colour, linewidth=1.4, alpha=0.6, zorder=3)
        marker = "D" if row["plan"] == YARDSTICK else "o"
        axes.plot(
            x,
            y,
            marker,
            color=colour,
            markerfacecolor=colour if row["on_front"] else "white",
            markersize=11,
            markeredgewidth=2,
            zorder=4,
        )
    axes.set_xlabel(_axis(second, t))
    axes.set_ylabel(_axis(first, t))
    number_axis(axes.xaxis, t)
    number_axis(axes.yaxis, t)
    axes.margins(0.08, 0.12)
    settle(figure)
    known = front[np.isfinite(front["first"]) & np.isfinite(front.second)]
    points = known[["second", "first"]].to_numpy(float) * [scales[second], scales[first]]
    label_points(
        axes, points, [str(number) for number in known.number], [7.0] * len(known), _bars(axes, known, scales, first, second)
    )
    top = 1.0
    height = axes.get_window_extent().height / figure.dpi * 72
    for name, row in zip(names, front.itertuples(), strict=True):
        axes.annotate(name, (1, top), xycoords="axes fraction", xytext=(16, 0), textcoords="offset points", va="top", fontsize=_SIZE,
                      linespacing=1.25, color=INK if row.on_front else QUIET, annotation_clip=False, in_layout=False)  # fmt: skip
        top -= (name.count("\n") + 1.6) * _SIZE * 1.3 / height
    return figure


def _bars(axes: Any, front: pd.DataFrame, scales: dict[str, float], first: str, second: str) -> list[Bbox]:
    """What the bars of the front cover, in pixels."""
    boxes = []
    for row in front.itertuples():
        x, y = scales[second] * row.second, scales[first] * row.first
        ends = np.nan_to_num([[scales[second] * row.second_low, y], [scales[second] * row.second_high, y],
                              [x, scales[first] * row.first_low], [x, scales[first] * row.first_high]], nan=x)  # fmt: skip
        (left, right, low, high) = axes.transData.transform(ends)
        boxes += [
            Bbox.from_extents(left[0], left[1] - 2, right[0], right[1] + 2),
            Bbox.from_extents(low[0] - 2, low[1], high[0] + 2, high[1]),
        ]
    return boxes


def _title(front: pd.DataFrame, question: Question, t: Translator) -> str:
    """What a choice along the front is between."""
    stands = front[front.on_front]
    first, second = question.objectives
    if not len(stands):
        return t("optimum.fig.none", limits=t.listed(limit_text(limit, t) for limit in question.limits))
    ends = [
        (with_unit(float(row["first"]), first, t), with_unit(float(row["second"]), second, t))
        for row in (stands.iloc[0], stands.iloc[-1])
    ]
    (best, dear), (least, cheap) = ends
    key = "optimum.front.title" if len(stands) > 1 else "optimum.front.title_one"
    return t(key, count=t.number(len(stands)), best=best, least=least, dear=dear, cheap=cheap)


def _axis(outcome: str, t: Translator) -> str:
    note = "\n" + t("note.money") if OUTCOMES[outcome].unit == "yuan" else ""
    return t.axis(outcome) + note
