"""The tidy table of a sweep -> lines, a grid of cells, and the phase diagram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator
from matplotlib.transforms import ScaledTranslation

from sim.projections.outcomes import OUTCOMES, unit_of
from sim.report.language import Translator
from sim.report.placement import label_ends
from sim.report.style import (
    STROKES,
    headed,
    label_width,
    new_figure,
    number_axis,
    reserve_right,
    settle,
    styled,
)
from sim.report.wrapping import wrap

if TYPE_CHECKING:
    import pandas as pd


def estimate_mean(values: pd.DataFrame, outcome: str) -> tuple[float, float, float]:
    """Mean of `outcome` and its 95 % interval; replications of one world count as one (Student's t over world means)."""
    from scipy.special import stdtrit

    units = values.groupby("world")[outcome].mean() if "world" in values else values[outcome]
    units = units if len(units) > 1 else values[outcome]
    known = units.to_numpy(float)
    known = known[np.isfinite(known)]
    if len(known) == 0:
        return np.nan, np.nan, np.nan
    mean = float(known.mean())
    half = float(stdtrit(len(known) - 1, 0.975) * known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else 0.0
    return mean, mean - half, mean + half


@styled
def draw_sweep(
    table: pd.DataFrame,
    x_key: str,
    y_outcome: str,
    hue_key: str | None,
    t: Translator,
    *,
    days: float | None = None,
    subject: str = "",
) -> Figure:
    """Means of an outcome over a swept key, one line for each value of `hue_key`, with 95 % intervals.

    `table`: replications.parquet of a sweep; `days` judged, if known: no interval goes
    beyond. ValueError where a column is missing or the outcome is no number.
    """
    keys = [x_key, *([hue_key] if hue_key else [])]
    check_columns(table, (*keys, y_outcome), y_outcome)
    table = table.dropna(subset=keys)  # arms that do not set the key
    xs, places, numeric = _places(table[x_key])
    hues = sorted(table[hue_key].unique(), key=_order) if hue_key else [None]
    names = [t.arm(f"{hue_key}={_written(hue)}", 24) for hue in hues] if hue_key else []
    count = int(table.groupby(keys).size().min())
    note = t("fig.sweep.note", replications=t.number(count))
    at_end = y_outcome == "alive_days" and bool(days) and (table.groupby(keys)[y_outcome].min() >= days).any()
    ceiling = t("fig.sweep.ceiling", days=t.number(days)) if days and at_end else ""
    title = t("fig.sweep.title", outcome=t.outcome(y_outcome), x=t.setting(x_key))
    figure = new_figure(headed(title, subject, t), t.sentences(note, ceiling, t("note.inside_model")))
    axes = figure.subplots()
    if names:
        reserve_right(figure, label_width(names))
    ends = []
    for index, hue in enumerate(hues):
        own = table if hue is None else table[table[hue_key] == hue]
        stroke = STROKES[index % len(STROKES)]
        rows = [(place, *estimate_mean(own[own[x_key] == x], y_outcome)) for x, place in zip(xs, places, strict=True)]
        at, mean, low, high = np.array([row for row in rows if np.isfinite(row[1])]).reshape(-1, 4).T
        if len(at) == 0:
            ends.append((places[-1], np.nan))
            continue
        least, most = OUTCOMES[y_outcome].bounds(days)
        bars = np.abs([mean - np.maximum(low, least), np.minimum(high, most) - mean])
        aside = ScaledTranslation((index - (len(hues) - 1) / 2) * 7 / 72, 0, figure.dpi_scale_trans)  # no bar on another
        axes.errorbar(at, mean, yerr=bars, color=stroke.colour, linestyle=stroke.dash, marker=stroke.marker, markersize=9,
                      elinewidth=1.8, capsize=5, transform=axes.transData + aside)  # fmt: skip
        axes.update_datalim(np.column_stack([np.tile(at, 2), np.concatenate([mean - bars[0], mean + bars[1]])]))
        ends.append((at[-1], mean[-1]))
    if numeric == "log":
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(FixedLocator(places))
    if numeric:
        number_axis(axes.xaxis, t, locate=False)
    else:
        axes.set_xticks(places, [_tick(x_key, x, t) for x in xs])
    axes.set_xlabel(t.axis(x_key))
    axes.set_ylabel(_outcome_label(y_outcome, days, t), linespacing=1.35)
    axes.margins(x=0.05, y=0.12)
    number_axis(axes.yaxis, t, share=unit_of(y_outcome) == "share")
    settle(figure)
    shown = [index for index, (_, y) in enumerate(ends) if np.isfinite(y)] if names else []
    label_ends(axes, [ends[i] for i in shown], [names[i] for i in shown], [STROKES[i % len(STROKES)] for i in shown])
    return figure


@styled
def draw_heat(
    table: pd.DataFrame, x: str, y: str, outcome: str, t: Translator, *, days: float | None = None, subject: str = ""
) -> Figure:
    """Mean of an outcome for each pair of two swept keys; `table` as for `draw_sweep`."""
    check_columns(table, (x, y, outcome), outcome)
    grid = table.pivot_table(index=y, columns=x, values=outcome, aggfunc="mean", dropna=False)
    grid = grid.sort_index(key=lambda keys: keys.map(_order)).sort_index(axis=1, key=lambda keys: keys.map(_order))
    title = t("fig.heat.title", outcome=t.outcome(outcome), x=t.setting(x), y=t.setting(y))
    title = t("pair", label=title, value=t("note.money")) if unit_of(outcome) == "yuan" else title
    note = t("fig.heat.note", replications=t.number(int(table.groupby([x, y]).size().min())))
    title = headed(title, subject, t)
    figure = new_figure(title, t.sentences(note, t("note.inside_model")), height=max(4.6, 2.8 + 0.62 * len(grid)))
    axes = figure.subplots()
    share = unit_of(outcome) == "share"
    cells = grid.to_numpy(float)
    known = cells[np.isfinite(cells)]
    digits = 0 if share or unit_of(outcome) == "yuan" or (np.abs(known) >= 100).any() or (known % 1 == 0).all() else 1
    image = _cells(axes, cells, lambda value: t.number(100 * value if share else value, digits))
    axes.set_xticks(range(grid.shape[1]), [_tick(x, value, t) for value in grid.columns])
    axes.set_yticks(range(grid.shape[0]), [_tick(y, value, t) for value in grid.index])
    axes.set_xlabel(t.axis(x))
    axes.set_ylabel(t.axis(y))
    bar = figure.colorbar(image, ax=axes, pad=0.02, aspect=24)
    bar.set_label(wrap(_axis(outcome, days, t), 30), linespacing=1.35)
    bar.outline.set_visible(False)
    number_axis(bar.ax.yaxis, t, share=share)
    return figure


@styled
def draw_phase(table: pd.DataFrame, t: Translator, *, subject: str = "") -> Figure:
    """Where groups live: share alive over operator effort and starting activity or KOL share, one panel a day judged.

    `table`, one row a cell: axis (starting_activity | kol_share), level (messages a day | share 0..1), effort (0..1),
    day (90, 365), alive (share 0..1), groups (replications in the cell).
    """
    kinds = [kind for kind in ("kol_share", "starting_activity") if (table["axis"] == kind).any()]
    days = sorted(table["day"].unique())
    note = t.sentences(t("fig.phase.note", groups=t.number(int(table["groups"].min()))), t("note.inside_model"))
    levels = [table.loc[table["axis"] == kind, "level"].nunique() for kind in kinds]
    figure = new_figure(
        headed(t("fig.phase.title"), subject, t), note, height=2.0 + sum(0.55 * count + 1.1 for count in levels)
    )
    panels = figure.subplots(len(kinds), len(days), squeeze=False, height_ratios=[count + 0.6 for count in levels])
    for kind, row in zip(kinds, panels, strict=True):
        for day, axes in zip(days, row, strict=True):
            own = table[(table["axis"] == kind) & (table["day"] == day)]
            grid = own.pivot_table(index="level", columns="effort", values="alive").sort_index()
            image = _cells(axes, grid.to_numpy(float), lambda value: t.number(100 * value), limits=(0, 1))
            axes.set_xticks(range(grid.shape[1]), [t.plain(effort) for effort in grid.columns])
            scale = 100 if kind == "kol_share" else 1
            axes.set_yticks(range(grid.shape[0]), [t.plain(round(scale * level, 4)) for level in grid.index])
            axes.set_title(t("fig.phase.alive_on", day=t.number(day)))
            if day == days[0]:
                axes.set_ylabel(wrap(t(f"fig.phase.{kind}"), 26), linespacing=1.35)
            if kind == kinds[-1]:
                axes.set_xlabel(t("fig.phase.effort"))
    bar = figure.colorbar(image, ax=panels, pad=0.02, aspect=30)
    bar.set_label(t("fig.phase.alive"))
    bar.outline.set_visible(False)
    number_axis(bar.ax.yaxis, t, share=True)
    return figure


def _cells(axes: Any, values: np.ndarray, written: Any, limits: tuple[float, float] | None = None) -> Any:
    """Coloured cells, low row at the bottom, each with its number in a colour that can be read on it."""
    low, high = limits or (np.nanmin(values), np.nanmax(values))
    image = axes.imshow(values, origin="lower", aspect="auto", cmap="cividis", vmin=low, vmax=high if high > low else low + 1)
    size = 14 if values.shape[1] <= 8 else 11
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            red, green, blue, _ = image.cmap(image.norm(value))
            dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.45
            axes.text(column, row, written(value), ha="center", va="center", color="white" if dark else "black", fontsize=size)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return image


def check_columns(table: pd.DataFrame, needed: Sequence[str], outcome: str) -> None:
    for key in needed:
        if key not in table:
            raise ValueError(f"{key}: not a column of this table; there are {', '.join(map(str, table.columns))}")
    if not unit_of(outcome):
        numbers = sorted(name for name in OUTCOMES if unit_of(name))
        raise ValueError(f"{outcome}: not an outcome that is a number; one of {', '.join(numbers)}")


def _places(column: pd.Series) -> tuple[list[Any], list[float], str]:
    """The values of a key in order, where they stand on the axis, and the kind of axis ('' for names)."""
    values = sorted(column.unique(), key=_order)
    try:
        places = [float(value) for value in values]
    except (TypeError, ValueError):
        return values, [float(index) for index in range(len(values))], ""
    return values, places, "log" if places[0] > 0 and places[-1] / places[0] >= 8 and len(places) > 2 else "linear"


def _order(value: Any) -> tuple[int, float, str]:
    try:
        return 0, float(value), ""
    except (TypeError, ValueError):
        return 1, 0.0, str(value)


def _written(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


def _tick(key: str, value: Any, t: Translator) -> str:
    return wrap(t.value(key, _written(value)), 18)


def _axis(outcome: str, days: float | None, t: Translator) -> str:
    if outcome == "alive_days" and days:
        return t("axis", label=t("fig.alive_of_first", days=t.number(days)), unit=t("unit.days"))
    return t.axis(outcome)


def _outcome_label(outcome: str, days: float | None, t: Translator) -> str:
    return wrap(_axis(outcome, days, t), 44) + ("\n" + t("note.money") if unit_of(outcome) == "yuan" else "")
