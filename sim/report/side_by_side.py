"""Daily vital signs of two to six arms -> one page: a column an arm, a row a vital sign, the same scale along a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.projections.marks import OF_PLAN
from sim.report.language import Translator
from sim.report.style import FAINT, INK, QUIET, STROKES, days_axis, headed, new_figure, number_axis, styled
from sim.report.wrapping import wrap

if TYPE_CHECKING:
    import pandas as pd

FEWEST_ARMS, MOST_ARMS = 2, 6
#: Days over which what is counted a day is averaged, so that weekends do not draw a comb.
SMOOTHED: Final = 7
#: The rows: the word for each, and whether it is a share.
ROWS: Final = (("talk", False), ("muted", True), ("complaints", False), ("income", False), ("staff", False))
_INCIDENT: Final = "#F3C9A8"
#: A campaign with more starts than this is no event but a habit, and is not marked.
_MOST_STARTS: Final = 6


@styled
def draw_side_by_side(
    vitals: pd.DataFrame, marks: pd.DataFrame, t: Translator, *, takeaway: str, days: float, subject: str = ""
) -> Figure:
    """Talk, muted share, complaints, income and staff load of each arm: the median replication and the middle 80 % of all.

    `vitals`, one row an arm, replication and day: arm, label, replication, median (bool), day, members, muted, organic,
    complaints, net_income, staff_hours. `marks`: arm, day, kind, name, end, of the median replication. takeaway: the title. The first arm
    is drawn in grey behind the others.
    """
    arms = list(vitals.groupby("arm", sort=True))
    runs = int(vitals["replication"].nunique())
    note = t.sentences(
        t("fig.side.note", runs=t.number(runs), smoothed=t.number(SMOOTHED)), t("fig.side.money", note=t("note.money")),
        t("note.inside_model"),
    )  # fmt: skip
    figure = new_figure(headed(takeaway, subject, t), note, width=max(9.0, 2.0 + 2.6 * len(arms)), height=12.6)
    grid = figure.add_gridspec(1 + len(ROWS), 1, height_ratios=[0.42, *[1.0] * len(ROWS)])
    top = figure.add_subplot(grid[0])
    top.axis("off")
    keys = _keys(marks, t, t.arm(str(arms[0][1]["label"].iloc[0]), 24))
    top.legend(handles=keys, loc="center left", ncols=3 if len(arms) > 3 else 2, fontsize=12, borderaxespad=0)
    panels = grid[1:].subgridspec(len(ROWS), len(arms)).subplots(sharex=True, sharey="row", squeeze=False)
    series = {int(number): _series(rows) for number, rows in arms}
    first = int(arms[0][0])
    for column, (number, rows) in enumerate(arms):
        stroke = STROKES[column % len(STROKES)]
        for place, (name, share) in enumerate(ROWS):
            axes = panels[place, column]
            _mark(axes, marks[marks["arm"] == number], days)
            if number != first:
                axes.plot(*series[first][name][:2], color=FAINT, linewidth=2.2, zorder=1.5)
            at, middle, low, high = series[int(number)][name]
            axes.fill_between(at, low, high, color=stroke.colour, alpha=0.18, linewidth=0, zorder=2)
            axes.plot(at, middle, color=stroke.colour, linewidth=2, zorder=3)
            number_axis(axes.yaxis, t, share=share)
            if column == 0:
                axes.set_ylabel(wrap(t(f"fig.side.{name}"), 18), fontsize=12.5, linespacing=1.25)
            if name == "income":
                axes.axhline(0, color=QUIET, linewidth=1)
        panels[0, column].set_title(t.arm(str(rows["label"].iloc[0]), 22), fontsize=14, color=stroke.text, linespacing=1.2)
        days_axis(panels[-1, column], days, t)
        panels[-1, column].set_xlabel(t("fig.day_axis"), fontsize=12)
    for place, (name, _) in enumerate(ROWS):
        if name != "income":
            panels[place, 0].set_ylim(bottom=0)
    figure.align_ylabels(panels[:, 0])
    return figure


def _series(rows: pd.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """For each row of the page: days, the median replication, and between what 80 % of the replications lie."""
    wide = {name: rows.pivot(index="day", columns="replication", values=name).to_numpy(float)
            for name in ("members", "muted", "organic", "complaints", "net_income", "staff_hours")}  # fmt: skip
    at = np.sort(rows["day"].unique()).astype(float)
    median = int(np.flatnonzero(np.sort(rows["replication"].unique()) == rows["replication"][rows["median"]].iloc[0])[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        muted = np.where(wide["members"] > 0, wide["muted"] / wide["members"], np.nan)
    drawn = {"talk": _smooth(wide["organic"]), "muted": muted, "complaints": _smooth(wide["complaints"]),
             "income": np.cumsum(wide["net_income"], axis=0), "staff": _smooth(wide["staff_hours"])}  # fmt: skip
    found = {}
    for name, values in drawn.items():
        known = ~np.isnan(values).any(axis=1)
        low, high = np.full(len(at), np.nan), np.full(len(at), np.nan)
        low[known], high[known] = np.quantile(values[known], [0.1, 0.9], axis=1)
        found[name] = at, values[:, median], low, high
    return found


def _smooth(values: np.ndarray) -> np.ndarray:
    """Means over the last SMOOTHED days, fewer at the beginning."""
    total = np.cumsum(np.vstack([np.zeros((1, values.shape[1])), values]), axis=0)
    end = np.arange(1, len(values) + 1)
    start = np.maximum(end - SMOOTHED, 0)
    found: np.ndarray = (total[end] - total[start]) / (end - start)[:, None]
    return found


def _mark(axes: Any, marks: pd.DataFrame, days: float) -> None:
    """Incidents as spans, campaigns as dotted lines; what goes on to the end is drawn to it."""
    for row in marks[(marks["kind"] == "incident") & (marks["day"] < days)].itertuples():
        end = min(float(row.end), days) if np.isfinite(row.end) else days
        axes.axvspan(row.day, max(end, row.day + 0.5), color=_INCIDENT, alpha=0.6, linewidth=0, zorder=0.5)
    for _, rows in marks[(marks["kind"] == "campaign") & (marks["day"] < days)].groupby("name"):
        if len(rows) <= _MOST_STARTS:
            for day in rows["day"]:
                axes.axvline(day, color=INK, linewidth=1.2, linestyle=(0, (1, 2)), zorder=1)


def _keys(marks: pd.DataFrame, t: Translator, first: str) -> list[Any]:
    keys: list[Any] = [
        Line2D([], [], color=QUIET, linewidth=2, label=t("fig.side.median")),
        Patch(color=QUIET, alpha=0.25, label=t("fig.side.band")),
        Line2D([], [], color=FAINT, linewidth=2.2, label=t("fig.side.first", arm=first)),
    ]
    kinds = set(marks["kind"])
    if "incident" in kinds:
        names = t.listed(_name(t, "incident", name) for name in dict.fromkeys(marks["name"][marks["kind"] == "incident"]))
        keys.append(Patch(color=_INCIDENT, alpha=0.6, label=t("pair", label=t("fig.side.incident"), value=names)))
    starts = marks[marks["kind"] == "campaign"].groupby(["arm", "name"]).size()
    if shown := list(dict.fromkeys(name for (_, name), count in starts.items() if count <= _MOST_STARTS)):
        label = t("pair", label=t("fig.side.campaign"), value=t.listed(_name(t, "campaign", name) for name in shown))
        keys.append(Line2D([], [], color=INK, linewidth=1.2, linestyle=(0, (1, 2)), label=label))
    return keys


def _name(t: Translator, kind: str, name: str) -> str:
    return t("mark.procedure") if name == OF_PLAN else t(f"fig.side.{kind}") if name == kind else t.name(kind, name)
