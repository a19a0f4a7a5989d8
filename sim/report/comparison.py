"""Panel, league and answer of a comparison -> its page on the terminal: the answer first, then what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.events.kinds import TASKS
from sim.projections.outcomes import OUTCOMES, league_outcomes
from sim.report.answers import limit_text
from sim.report.console import VERDICT_STYLES, new_table, open_console, say
from sim.report.language import Translator
from sim.report.verdicts import MARKS, has_worlds, is_baseline
from sim.report.wrapping import wrap

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.answer import Answer

#: Arms on the screen, outcomes that fit beside their names in a table of means and in one of differences.
MOST_ARMS: Final = 10
OUTCOMES_A_TABLE: Final = 9
DIFFERENCES_A_TABLE: Final = 4
_FEWEST_HOURS: Final = 0.5  # of a task, before it has a column


def print_comparison(
    panel: pd.DataFrame,
    league: pd.DataFrame,
    said: Sequence[str],
    t: Translator,
    *,
    days: float = 90,
    answer: Answer | None = None,
    hours: pd.DataFrame | None = None,
    notes: Iterable[str] = (),
    file: str = "panel.csv",
    console: Console | None = None,
) -> None:
    """The first sentence of `said`; the outcome that was asked first in full, the others in short; means; hours; what else is said.

    panel: of `estimate_panel`; league: of `estimate_league`. At most MOST_ARMS arms in the order of the answer or of the first
    outcome, the yardstick among them; the others are in `file`.
    """
    console = console or open_console()
    first, *others = dict.fromkeys(panel.outcome)
    order = _order(panel[panel.outcome == first], answer)
    shown = order[:MOST_ARMS]
    bases = [int(arm) for arm in panel.arm[panel.verdict == "baseline"].unique() if arm not in shown]
    shown = [*shown[: MOST_ARMS - len(bases)], *bases] if bases else shown
    console.print()
    if said:
        say(t("pair", label=t("answer"), value=said[0]), console, "bold")
        console.print()
    asked = _rows(panel, first, shown)
    console.print(_asked_table(asked, first, t))
    effect = t.difference(asked[0].effect, first, unit=True)
    say(t("out.asked.caption", effect=effect), console, "dim")
    if len(order) > len(shown):
        say(t("out.more_arms", count=t.number(len(order) - len(shown)), file=file), console)
    if answer and answer.kept:
        _print_limits(answer, dict(zip(league.arm, league.label, strict=True)), shown, t, console)
    _print_differences(panel, others, shown, t, console)
    _print_means([row for arm in shown for row in league[league.arm == arm].itertuples()], t, console)
    say(t("out.league.caption_front", note=t("note.money"), formula=t("formula.net_income")), console, "dim")
    if hours is not None:
        _print_hours(hours, league, shown, t, console)
    if said[1:]:
        console.print()
        say(t("out.advice"), console, "bold")
        for sentence in said[1:]:
            say(sentence, console, indent=2)
    console.print()
    short = t("note.short_look", days=t.number(days)) if days <= 90 else ""
    for note in (*notes, t.sentences(t("note.sim"), short)):
        say(note, console, "dim")


def _order(rows: pd.DataFrame, answer: Answer | None) -> list[int]:
    if answer is not None:
        return list(answer.order)
    return [int(arm) for arm in rows.sort_values("rank", kind="stable", na_position="last").arm]


def _rows(panel: pd.DataFrame, outcome: str, arms: Sequence[int]) -> list[Any]:
    rows = {int(row.arm): row for row in panel[panel.outcome == outcome].itertuples()}
    return [rows[arm] for arm in arms]


def _asked_table(rows: Sequence[Any], outcome: str, t: Translator) -> Table:
    better = t(f"out.better.{OUTCOMES[outcome].direction}")
    table = new_table(t("out.asked", outcome=t.axis(outcome), better=better))
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column(t("out.strategy"), min_width=12)
    for header in ("out.mean", "out.interval", "out.replications"):
        table.add_column(t(header), justify="right", no_wrap=True)
    table.add_column(t("out.verdict", effect=t.difference(rows[0].effect, outcome, unit=True)), min_width=10)
    for header in ("out.difference", "out.bars", "out.ahead"):
        table.add_column(t(header), justify="right", no_wrap=True)
    for row in rows:
        base, worlds = is_baseline(row), has_worlds(row)
        there = row.verdict != "none"
        table.add_row(
            t.number(row.rank),
            t.arm(row.label, 16),
            t.amount(row.mean, outcome) if there else t("number.missing"),
            _span(row.mean_low, row.mean_high, outcome, t, share_of_all=True),
            t.number(row.runs),
            Text(t(f"verdict.{row.verdict}"), VERDICT_STYLES[row.verdict]),
            "" if base or not there else t.difference(row.difference, outcome, sign=True),
            "" if base else _bars(row, outcome, t),
            _ahead(row, t) if worlds and not base else "",
        )
    return table


def _print_limits(answer: Answer, labels: Mapping[int, str], shown: Sequence[int], t: Translator, console: Console) -> None:
    """For each arm its mean of each limited outcome, and how surely the limit is kept."""
    limits = list(dict.fromkeys(one.limit for one in answer.kept))
    for first in range(0, len(limits), DIFFERENCES_A_TABLE):
        part = limits[first : first + DIFFERENCES_A_TABLE]
        console.print()
        table = new_table(t("out.limits"))
        table.add_column(t("out.strategy"), min_width=12)
        for limit in part:
            table.add_column(wrap(limit_text(limit, t), 20), justify="right", no_wrap=True)
        for arm in shown:
            own = {one.limit: one for one in answer.kept if one.arm == arm}
            signs = ["●" if own[limit].surely else "○" if own[limit].kept else "×" for limit in part]
            values = [t.amount(own[limit].value, limit.outcome) if math.isfinite(own[limit].value) else "–" for limit in part]
            table.add_row(t.arm(labels[arm], 18), *(f"{value} {sign}" for value, sign in zip(values, signs, strict=True)))
        console.print(table)
    say(t("out.limits.caption"), console, "dim")


def _print_differences(
    panel: pd.DataFrame, outcomes: Sequence[str], shown: Sequence[int], t: Translator, console: Console
) -> None:
    """Outcomes side by side, so many a table as the page is wide: difference and verdict, and the two bars below."""
    for first in range(0, len(outcomes), DIFFERENCES_A_TABLE):
        part = outcomes[first : first + DIFFERENCES_A_TABLE]
        rows = {outcome: _rows(panel, outcome, shown) for outcome in part}
        bases = {row.label for own in rows.values() for row in own if is_baseline(row)}
        console.print()
        table = new_table(t("out.panel", baseline=t.listed(t.arm(label) for label in sorted(bases))))
        table.add_column(t("out.strategy"), min_width=12)
        for outcome in part:
            table.add_column(wrap(t.axis(outcome), 20), justify="right", no_wrap=True)
        for place in range(len(shown)):
            own = [rows[outcome][place] for outcome in part]
            cells = [_difference_cell(row, outcome, t) for row, outcome in zip(own, part, strict=True)]
            table.add_row(t.arm(own[0].label, 18), *cells)
        console.print(table)
    if outcomes:
        marks = t.listed(f"{MARKS[name]} {t(f'verdict.{name}')}" for name in ("better", "better_open", "same", "open"))
        worse = t.listed(f"{MARKS[name]} {t(f'verdict.{name}')}" for name in ("worse", "worse_open", "baseline"))
        effects = [
            t("pair", label=t.outcome(outcome), value=t.difference(panel.effect[panel.outcome == outcome].iloc[0], outcome, unit=True))
            for outcome in outcomes
        ]  # fmt: skip
        say(t("out.panel.caption", marks=t.listed((marks, worse)), effects=t.listed(effects)), console, "dim")


def _difference_cell(row: Any, outcome: str, t: Translator) -> Text:
    if row.verdict == "none":
        return Text(t("number.missing"))
    if is_baseline(row):
        return Text(f"{t.amount(row.mean, outcome)} {MARKS['baseline']}")
    first = f"{t.difference(row.difference, outcome, sign=True)} {MARKS[row.verdict]}"
    text = Text("\n".join(line for line in (first, _bars(row, outcome, t)) if line))
    text.stylize(VERDICT_STYLES[row.verdict], 0, len(first))
    return text


def _bars(row: Any, outcome: str, t: Translator) -> str:
    """The interval for the mean of worlds, and below it in brackets the one for one more world."""
    bars = [_span(row.low, row.high, outcome, t)]
    if has_worlds(row) and (more := _span(row.unknown_low, row.unknown_high, outcome, t)):
        bars.append(f"({more})")
    return "\n".join(bar for bar in bars if bar)


def _print_means(rows: Sequence[Any], t: Translator, console: Console) -> None:
    """The outcomes of the league, so many columns a table as the page is wide, and which arms are on the front."""
    outcomes = league_outcomes()
    for first in range(0, len(outcomes), OUTCOMES_A_TABLE):
        shown = outcomes[first : first + OUTCOMES_A_TABLE]
        last = first + OUTCOMES_A_TABLE >= len(outcomes)
        console.print()
        table = new_table(t("out.league.talk"))
        table.add_column(t("out.strategy"), min_width=14)
        for heading in (*(t.heading(outcome.name) for outcome in shown), *([t("out.front")] if last else [])):
            table.add_column(heading, justify="right", no_wrap=True)
        for row in rows:
            cells = [_mean_cell(getattr(row, outcome.name), outcome.unit, t) for outcome in shown]
            front = ["●" if row.on_front and math.isfinite(row.dead) else ""] if last else []
            table.add_row(t.arm(row.label, 18), *cells, *front)
        console.print(table)


def _mean_cell(value: float, unit: str, t: Translator) -> str:
    """A value as short as a column of the league needs it."""
    if unit == "share":
        return t.share(value)
    return t.number(value, 1 if unit.endswith("_per_day") else 0)


def _print_hours(hours: pd.DataFrame, league: pd.DataFrame, shown: Sequence[int], t: Translator, console: Console) -> None:
    """Hours by task, those tasks that any arm has, and what is paid by contract."""
    hours = hours.loc[list(shown)]
    tasks = [task for task in TASKS if task in hours and hours[task].max() >= _FEWEST_HOURS]
    if not tasks:
        return
    console.print()
    table = new_table(t("out.hours"))
    table.add_column(t("out.strategy"), min_width=14)
    totals = [name for name in ("all", "contract") if name in hours]
    for heading in (*(t.task(task) for task in tasks), *(t(f"out.hours.{name}") for name in totals)):
        table.add_column(wrap(heading, 11), justify="right", no_wrap=True)
    labels = league.set_index("arm").label
    for arm, row in hours.iterrows():
        table.add_row(t.arm(labels[arm], 18), *(t.number(row[name]) for name in (*tasks, *totals)))
    console.print(table)


def _ahead(row: Any, t: Translator) -> str:
    """The estimated share of worlds, and below it the worlds as they were seen."""
    return f"{t.share(row.ahead_share, 0)}\n{'/'.join(t.number(count) for count in (row.ahead, row.tied, row.behind))}"


def _span(low: float, high: float, outcome: str, t: Translator, *, share_of_all: bool = False) -> str:
    """An interval as short as a table needs it; "…" since a dash beside a minus cannot be read. Empty where it has no width."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        return ""
    scale = 100 if OUTCOMES[outcome].unit == "share" else 1
    low, high = scale * low, scale * high
    digits = 0 if t.number(low) != t.number(high) else 1
    return f"{t.number(low, digits)}…{t.number(high, digits)}" + (" %" if share_of_all and scale == 100 else "")
