"""The table of verdicts on claims -> a page on the terminal: what each says, what was held against what, and what came of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rich.console import Console
from rich.text import Text

from sim.projections.outcomes import OUTCOMES
from sim.report.console import new_table, open_console, say
from sim.report.language import Translator

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

VERDICT_STYLES: Final = {
    "supported": "green", "contradicted": "red", "conditional": "cyan", "undecided": "yellow", "not_yet": "dim",
}  # fmt: skip
#: Digits of a difference in a unit of the claims' own.
_DIGITS: Final = 2


class Said(NamedTuple):
    """A claim in words; asks: the question that is answered in its place, or ""; missing: what it waits for, or ""."""

    says: str
    asks: str
    missing: str


def print_claims(table: pd.DataFrame, said: Mapping[str, Said], t: Translator, console: Console | None = None) -> None:
    """One row a claim; `table`: one row a claim, check and setting, as `sim.claims.judging` tabulates it, with `replications`, `parameters`."""
    console = console or open_console()
    console.print()
    shown = new_table(t("claims.title"))
    for key, width in (("id", 4), ("claim", 30), ("found", 36), ("verdict", 14)):
        shown.add_column(t(f"claims.column.{key}"), overflow="fold", min_width=width)
    for name, rows in table.groupby("claim", sort=False):
        words, first = said[str(name)], rows.iloc[0]
        told = Text(words.says)
        if words.asks:
            told.append("\n" + t("claims.asked", question=words.asks), "dim")
        if words.missing:
            lines = [t("claims.missing", what=words.missing)]
        else:
            lines = ["\n".join([tell_check(one[0], t), *("  " + tell_found(row, t) for row in one)]) for one in checks_of(rows)]
        shown.add_row(
            f"{name}{'*' if first['circle'] == 'circular' else ''}", told, "\n".join(lines),
            Text(verdict_of(first, t), VERDICT_STYLES[first["verdict"]]), end_section=True,
        )  # fmt: skip
    console.print(shown)
    say(count_verdicts(table, t), console, "bold")
    if (ran := table[table["setting"].notna()]).size:
        made = {"replications": t.number(int(ran["replications"].iloc[0])), "parameters": ran["parameters"].iloc[0]}
        say(t("claims.made_of", **made), console, "dim")
    say(t("claims.note"), console, "dim")
    say(t("note.inside_model"), console, "dim")


def count_verdicts(table: pd.DataFrame, t: Translator) -> str:
    """How many claims got each verdict, most definite first."""
    counts = table.drop_duplicates("claim")["verdict"].value_counts()
    told = [t("pair", label=t(f"claims.{one}"), value=t.number(int(counts[one]))) for one in VERDICT_STYLES if one in counts]
    return t.listed(told)


def verdict_of(row: Any, t: Translator) -> str:
    """The verdict of a claim with what it hangs on; row: any of its rows."""
    verdict = t(f"claims.{row['verdict']}")
    on = [one for one in str(row["on"] or "").split("|") if one]
    if not on:
        return verdict
    own = on[0] in ("worlds", "outcomes")
    return t("pair", label=verdict, value=t(f"claims.on.{on[0]}") if own else t("claims.on", settings=t.listed(on)))


def checks_of(rows: pd.DataFrame) -> list[list[Any]]:
    """The rows of a claim, those of one check together, one a setting."""
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows.itertuples():
        found.setdefault((row.arm, row.against, row.outcome, row.window, row.against_window), []).append(row)
    return list(found.values())


def tell_check(row: Any, t: Translator) -> str:
    """The arms of a check, what is looked at and what was expected."""
    arms = t("claims.versus", arm=row.arm, against=row.against) if row.against else row.arm
    return t("claims.check", arms=arms, measure=name_measure(row, t), expected=t(f"claims.expect.{row.expect}"))


def tell_found(row: Any, t: Translator) -> str:
    """What came of a check in one setting: the difference with its interval."""
    if row.same_arms:
        found = t("claims.same_arms")
    elif math.isfinite(row.low):
        found = t("claims.interval", mean=tell(row.mean, row, t), low=tell(row.low, row, t), high=tell(row.high, row, t))
    else:
        found = tell(row.mean, row, t)
    return t("pair", label=row.setting, value=found)


def name_measure(row: Any, t: Translator) -> str:
    """What a check looks at, with its days."""
    names = str(row.outcome).split()
    if len(names) > 1:
        return t("claims.correlation", one=t.outcome(names[0]), other=t.outcome(names[1]))
    name = t.outcome(names[0]) if not row.window and names[0] in OUTCOMES else t(f"claims.measure.{names[0]}")
    if not row.window:
        return name
    days = (
        t("claims.days_both", one=row.window, other=row.against_window)
        if row.against_window
        else t("claims.days", days=row.window)
    )
    return t("claims.over", measure=name, days=days)


def tell(value: float, row: Any, t: Translator) -> str:
    """A difference in the form its measure is read in."""
    if not row.window and row.outcome in OUTCOMES:
        return t.difference(value, row.outcome, sign=True)
    large = abs(value) >= 100
    return t.number(value, 0 if large else _DIGITS, sign=True)
