"""The table of a screening -> its page on the terminal and its figure: which unknowns move what is asked by more than luck."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from rich.console import Console
from rich.text import Text

from sim.projections.outcomes import OUTCOMES
from sim.report.console import new_table, open_console, say
from sim.report.language import Translator
from sim.report.style import FAINT, LUCK, QUIET, SHADE, headed, new_figure, number_axis, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Unknowns on the screen and in the figure; the rest is in the table.
MOST: Final = 12
NAME_WIDTH: Final = 34


def subject_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that the page is about: the lead of the best arm, or where there is one arm, that arm."""
    return table[(table.label == table.label.iloc[0]) & (table.rival == table.rival.iloc[0])]


def title_of(rows: pd.DataFrame, t: Translator) -> str:
    """How many unknowns move it by more than luck, and which of them most."""
    first = rows.iloc[0]
    values = {"total": t.number(len(rows)), "outcome": t.outcome(str(first.outcome)), "best": t.arm(str(first.label))}
    beyond = rows[rows.beyond.astype(bool)]
    about = t("morris.lead" if first.rival else "morris.own", rival=t.arm(str(first.rival)), **values)
    if not len(beyond):
        return t("morris.none", about=about, **values)
    most = beyond.iloc[0]
    size = t.difference(float(most.mu_star), str(first.outcome), unit=True)
    return t("morris.some", about=about, count=t.number(len(beyond)), name=most["name"], size=size, **values)


def print_screening(table: pd.DataFrame, t: Translator, meaning: Callable[[str], str], console: Console | None = None) -> None:
    """The answer first, then the unknowns with the largest effects."""
    console = console or open_console()
    rows = subject_rows(table)
    outcome = str(rows.outcome.iloc[0])
    console.print()
    say(t("pair", label=t("answer"), value=title_of(rows, t)), console, "bold")
    console.print()
    shown = new_table(t("morris.table"))
    shown.add_column(t("sens.column.unknown"), min_width=NAME_WIDTH)
    for key in ("mu_star", "mu", "sigma", "luck"):
        shown.add_column(t(f"morris.column.{key}"), justify="right")
    for row in rows.head(MOST).itertuples():
        name = Text(str(row.name), "bold" if row.beyond else "")
        if told := meaning(str(row.name)):
            name.append(f"\n{told}", "dim")
        size, direction, spread, luck = (
            t.difference(float(one), outcome) for one in (row.mu_star, row.mu, row.sigma, row.luck)
        )
        low, high = t.difference(float(row.mu_star_low), outcome), t.difference(float(row.mu_star_high), outcome)
        shown.add_row(name, t("optimum.front.cell", value=size, low=low, high=high), direction, spread, luck)
    console.print(shown)
    for key in ("note", "independent"):
        say(t(f"morris.{key}"), console, "dim")
    say(t("sens.inside"), console, "dim")


@styled
def draw_screening(table: pd.DataFrame, t: Translator, *, subject: str = "") -> Figure:
    """mu* of the unknowns with the largest effects, with its interval, what luck alone would show, and sigma beside it."""
    whole = subject_rows(table)
    rows = whole.head(MOST).iloc[::-1]
    outcome = str(rows.outcome.iloc[0])
    scale = 100.0 if OUTCOMES[outcome].unit == "share" else 1.0
    note = t.sentences(t("morris.note"), t("morris.independent"), t("note.inside_model"))
    figure = new_figure(headed(title_of(whole, t), subject, t), note, height=3.4 + 0.5 * max(len(rows), 3))
    axes = figure.subplots()
    for place, row in enumerate(rows.itertuples()):
        axes.barh(place, scale * row.luck, height=0.72, color=SHADE, zorder=0)
        colour = LUCK if row.beyond else QUIET
        for value, ends, offset, marker, filled in (
            (row.mu_star, (row.mu_star_low, row.mu_star_high), 0.14, "o", bool(row.beyond)),
            (row.sigma, (row.sigma_low, row.sigma_high), -0.2, "D", False),
        ):
            main = marker == "o"
            axes.plot([scale * one for one in ends], [place + offset] * 2, color=colour if main else FAINT,
                      linewidth=2.2 if main else 1.4, zorder=1)  # fmt: skip
            axes.plot(scale * value, place + offset, marker, color=colour if main else QUIET, markersize=9 if main else 6,
                      markerfacecolor=colour if filled else "white", zorder=2)  # fmt: skip
    axes.set_yticks(range(len(rows)), [str(name) for name in rows.name])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlim(0, None)
    number_axis(axes.xaxis, t)
    axes.set_xlabel(t("morris.axis", outcome=t.axis(outcome)))
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", left=False)
    keys: list[Any] = [
        Line2D([], [], color=LUCK, marker="o", markersize=9, label=t("morris.column.mu_star")),
        Line2D([], [], color=FAINT, marker="D", markersize=6, markeredgecolor=QUIET, markerfacecolor="white", label=t("morris.column.sigma")),
        Patch(color=SHADE, label=t("morris.column.luck")),
    ]  # fmt: skip
    axes.legend(handles=[*keys], loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3, columnspacing=1.6)
    return figure
