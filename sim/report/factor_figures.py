"""The tidy table of a study whose points are no grid -> an outcome against each factor, small multiples that average nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.ticker import LogLocator, NullLocator

from sim.projections.outcomes import unit_of
from sim.report.language import Translator
from sim.report.style import FAINT, INK, LUCK, QUIET, STROKES, headed, new_figure, number_axis, styled
from sim.report.sweep_figures import check_columns, estimate_mean
from sim.report.wrapping import wrap

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Factors that are drawn, those that go with the outcome most, and how many stand in a row.
MOST_PANELS, IN_A_ROW = 9, 3
#: Chance of one false alarm among all factors (Bonferroni over Spearman's rank correlations).
ALARM: Final = 0.05
#: An axis of positive values this wide is logarithmic.
_LOG_FROM: Final = 8


def rank_factors(points: pd.DataFrame, keys: Sequence[str], outcome: str, names: str = "") -> list[tuple[str, float, bool]]:
    """(key, rank correlation with the outcome -1..1, whether that is more than chance), the strongest first.

    points: one row a point; `names`: a column within whose values it is looked at, so that a strategy that earns more is no trend.
    """
    from scipy.stats import spearmanr

    values = points[outcome] - points.groupby(names)[outcome].transform("mean") if names else points[outcome]
    found = []
    for key in keys:
        constant = points[key].nunique() < 2 or values.nunique() < 2
        rho, p = (0.0, 1.0) if constant else spearmanr(points[key].astype(float), values)
        found.append((key, float(rho), bool(p * len(keys) < ALARM)))
    return sorted(found, key=lambda one: -abs(one[1]))


def split_keys(table: pd.DataFrame, keys: Sequence[str]) -> tuple[list[str], list[str]]:
    """The keys whose values are all numbers, and those with names such as strategies."""
    import pandas as pd

    numbers = [key for key in keys if pd.to_numeric(table[key], errors="coerce").notna().all()]
    return numbers, [key for key in keys if key not in numbers]


@styled
def draw_factors(
    table: pd.DataFrame, keys: Sequence[str], outcome: str, t: Translator, *, days: float | None = None, subject: str = ""
) -> Figure:
    """Every point of a design, with its 95 % interval, against each numeric key; a colour for each choice of the other keys.

    `table`: replications.parquet of a study. ValueError where a column is missing or no key is a number.
    """
    check_columns(table, keys, outcome)
    numbers, named = split_keys(table, keys)
    if not numbers:
        raise ValueError(f"{', '.join(keys)}: none of these keys has numbers")
    points = _means(table, [*numbers, *named], outcome)
    points["name"] = points[named].agg(", ".join, axis=1) if named else ""
    names = sorted(points["name"].unique())
    coloured = 1 < len(names) <= len(STROKES)
    ranked = rank_factors(points, numbers, outcome, "name" if coloured else "")
    shown, clear = ranked[:MOST_PANELS], [one for one in ranked if one[2]]
    told = {"outcome": t.outcome(outcome), "count": t.number(len(points))}
    if clear:
        key, rho, _ = clear[0]
        title = t("fig.factors.rises" if rho > 0 else "fig.factors.falls", x=t.setting(key), **told)
    else:
        title = t("fig.factors.none", **told)
    mixed = t("fig.factors.mixed", keys=t.listed(t.setting(key) for key in named)) if named and not coloured else ""
    fewer = t("fig.factors.fewer", shown=len(shown), keys=len(ranked)) if len(ranked) > len(shown) else ""
    replications = t.number(int(table.groupby("arm").size().min()))
    note = t.sentences(t("fig.factors.note", replications=replications), mixed, fewer, t("note.inside_model"))
    across = min(len(shown), IN_A_ROW)
    down = -(-len(shown) // across)
    figure = new_figure(headed(title, subject, t), note, height=2.4 + 3.6 * down)
    panels = figure.subplots(down, across, squeeze=False, sharey=True)
    for place, axes in enumerate(panels.flat):
        if place >= len(shown):
            axes.set_visible(False)
            continue
        key, rho, is_clear = shown[place]
        for index, name in enumerate(names if coloured else [None]):
            own = points if name is None else points[points["name"] == name]
            stroke = STROKES[index % len(STROKES)]
            colour = (stroke.colour if coloured else LUCK) if is_clear or coloured else QUIET
            bars = np.abs([own[outcome] - own["low"], own["high"] - own[outcome]])
            axes.errorbar(own[key].astype(float), own[outcome], yerr=bars, linestyle="none", marker=stroke.marker, markersize=6,
                          color=colour, ecolor=FAINT, elinewidth=1.2, label=t.arm(name) if name else None)  # fmt: skip
        values = points[key].astype(float)
        if _is_even_on_log(values):
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axes.xaxis.set_minor_locator(NullLocator())
            number_axis(axes.xaxis, t, locate=False)
        else:
            number_axis(axes.xaxis, t)
        told_rank = t("fig.factors.clear" if is_clear else "fig.factors.unclear", rank=t.number(rho, 2, sign=True))
        axes.set_title(told_rank, color=INK if is_clear else QUIET)
        axes.set_xlabel(wrap(t.axis(key), 30))
        if place % across == 0:
            axes.set_ylabel(wrap(t.axis(outcome), 30), linespacing=1.35)
        number_axis(axes.yaxis, t, share=unit_of(outcome) == "share")
    if coloured:
        figure.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside right upper", frameon=False)
    return figure


def _is_even_on_log(values: pd.Series) -> bool:
    """Whether positive values over a wide range have their middle nearer to the geometric than to the arithmetic mean of the ends."""
    low, high, middle = float(values.min()), float(values.max()), float(values.median())
    return low > 0 and high >= _LOG_FROM * low and middle < ((low * high) ** 0.5 + (low + high) / 2) / 2


def _means(table: pd.DataFrame, keys: Sequence[str], outcome: str) -> Any:
    """One row a point: its keys, the mean of the outcome, low and high of its 95 % interval."""
    import pandas as pd

    rows = []
    for _, own in table.groupby("arm", sort=True):
        mean, low, high = estimate_mean(own, outcome)
        if np.isfinite(mean):
            rows.append({**{key: own[key].iloc[0] for key in keys}, outcome: mean, "low": low, "high": high})
    return pd.DataFrame(rows, columns=[*keys, outcome, "low", "high"])
