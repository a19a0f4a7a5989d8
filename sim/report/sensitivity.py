"""Unknowns of a comparison -> its page on the terminal and its figure: what a wrong choice may cost, and which unknown could change it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.text import Text

from sim.report.console import new_table, open_console, say
from sim.report.language import Translator
from sim.report.style import BAD, FAINT, GOOD, INK, QUIET, headed, new_figure, styled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Unknowns on the screen and in the figure; the rest is in the table.
MOST: Final = 10
_DIGITS, NAME_WIDTH = 3, 34


def print_unknowns(found: Any, t: Translator, meaning: Callable[[str], str], console: Console | None = None) -> None:
    """The answer first, then a row for each unknown that matters; found: `sim.sensitivity.unknowns.Unknowns`."""
    console = console or open_console()
    console.print()
    say(t("pair", label=t("answer"), value=answer_of(found, t, meaning)), console, "bold")
    console.print()
    shown = found.table[found.table["matters"]].head(MOST)
    if len(shown):
        names = {"best": t.arm(found.best), "rival": t.arm(found.rival)}
        table = new_table(t("sens.table", outcome=t.axis(found.outcome), **names))
        for key in ("unknown", "share", "worth", "low", "high", "flip"):
            wide = key == "unknown"
            table.add_column(
                t(f"sens.column.{key}"), justify="left" if wide else "right", min_width=NAME_WIDTH if wide else None
            )
        for row in shown.itertuples():
            name = Text(row.name, "bold")
            if told := meaning(row.name):
                name.append(f"\n{told}", "dim")
            table.add_row(
                name, t.share(row.share), t.amount(row.worth, found.outcome), t.difference(row.at_low, found.outcome, sign=True),
                t.difference(row.at_high, found.outcome, sign=True), flip_of(row, t),
            )  # fmt: skip
        console.print(table)
        say(t("sens.note", worlds=t.number(found.worlds)), console, "dim")
    told = found.interactions
    if len(told.table):
        both = t.listed(
            t("sens.index", name=row.name, first=t.number(row.first, 2), total=t.number(row.total, 2))
            for row in told.table.sort_values("total", ascending=False).head(3).itertuples()
        )
        say(t("sens.surface", foretold=t.share(max(told.foretold, 0.0)), indices=both), console, "dim")
    else:
        say(t("sens.no_surface", foretold=t.share(max(told.foretold, 0.0))), console, "dim")
    say(t("sens.inside"), console, "dim")


def answer_of(found: Any, t: Translator, meaning: Callable[[str], str]) -> str:
    """What choosing now may cost, and what of it one unknown would spare."""
    names = {"best": t.arm(found.best), "rival": t.arm(found.rival), "outcome": t.outcome(found.outcome)}
    first = t(
        "sens.answer", lead=t.difference(found.lead, found.outcome, unit=True), ahead=t.share(found.ahead),
        regret=t.difference(found.regret, found.outcome, unit=True), **names,
    )  # fmt: skip
    worth = found.table[found.table["matters"]].sort_values("worth", ascending=False, kind="stable")
    if not len(worth):
        return t.sentences(first, t("sens.none"))
    row = worth.iloc[0]
    if not row.worth > 0:
        return t.sentences(first, t("sens.nothing", number=t.number(len(worth))))
    name = t("sens.named", name=row["name"], meaning=meaning(row["name"])) if meaning(row["name"]) else row["name"]
    return t.sentences(first, t("sens.most", name=name, worth=t.difference(row.worth, found.outcome, unit=True)))


def flip_of(row: Any, t: Translator) -> str:
    """The value at which the choice flips with its interval, or a dash."""
    if not math.isfinite(row.flip):
        return t.number(math.nan)
    value, low, high = (f"{one:.{_DIGITS}g}" for one in (row.flip, row.flip_low, row.flip_high))
    return t("sens.flip", value=value, low=low, high=high)


@styled
def draw_unknowns(table: pd.DataFrame, t: Translator, *, subject: str = "") -> Figure:
    """The lead of the best arm from the low to the high end of each unknown that matters, as a tornado; what crosses 0 can change the choice.

    `table`: `unknowns` as it is saved, with outcome, best, rival and lead in every row.
    """
    shown = table[table["matters"].astype(bool)].head(MOST).iloc[::-1]
    outcome, lead = str(table["outcome"].iloc[0]), float(table["lead"].iloc[0])
    names = {"best": t.arm(str(table["best"].iloc[0])), "rival": t.arm(str(table["rival"].iloc[0]))}
    crossing = int(((shown["at_low"] < 0) | (shown["at_high"] < 0)).sum())
    title = t("sens.fig.flips", number=crossing, **names) if crossing else t("sens.fig.stands", **names)
    figure = new_figure(headed(title, subject, t), t("sens.fig.note"), height=2.8 + 0.55 * max(len(shown), 2))
    axes = figure.subplots()
    axes.axvline(0, color=INK, linewidth=1.2)
    axes.axvline(lead, color=FAINT, linewidth=1.2, linestyle="--")
    for place, row in enumerate(shown.itertuples()):
        axes.plot([row.at_low, row.at_high], [place, place], color=FAINT, linewidth=9, solid_capstyle="butt", zorder=1)
        for value, end, marker in ((row.at_low, row.low, "o"), (row.at_high, row.high, "D")):
            colour = GOOD if value >= 0 else BAD
            axes.plot(
                value, place, marker, color=colour, markersize=9, markerfacecolor="white" if marker == "o" else colour, zorder=2
            )
            side = -1 if value == min(row.at_low, row.at_high) else 1
            axes.annotate(
                f"{end:.{_DIGITS}g}", (value, place), (9 * side, 0), textcoords="offset points", va="center",
                ha="right" if side < 0 else "left", color=QUIET, fontsize=11,
            )  # fmt: skip
    axes.set_yticks(range(len(shown)), list(shown["name"]))
    axes.set_ylim(-0.7, max(len(shown), 1) - 0.3)
    axes.margins(x=0.12)
    axes.xaxis.set_major_formatter(lambda value, _: t.number(value))
    axes.set_xlabel(t("sens.fig.axis", outcome=t.axis(outcome), **names))
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", left=False)
    return figure
