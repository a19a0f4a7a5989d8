"""Coverage of the domain -> pages on the terminal, in the words of a language; titles of rows stay as the domain has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from sim.report.console import new_table, open_console, say
from sim.report.language import Translator

#: What runs here.
_RUN = ("realised", "merged")


class Row(Protocol):
    """A row, as `sim.coverage` has it."""

    @property
    def row(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def by(self) -> tuple[str, ...]: ...

    @property
    def into(self) -> str: ...

    @property
    def needs(self) -> str: ...

    @property
    def why(self) -> str: ...


def word_how(one: Row, t: Translator) -> str:
    """By what a row is realised, into what it is merged, what is missing, or why it is left out."""
    if one.status == "realised":
        return t.listed(one.by)
    if one.status == "merged":
        return one.into
    return t(f"coverage.needs.{one.needs}") if one.needs else t(f"coverage.why.{one.why}")


def count_rows(rows: Sequence[Row], statuses: Sequence[str]) -> list[tuple[str, int, list[int], float]]:
    """For each part: its name, its rows, how many of each status, and the share that runs."""
    counted: dict[str, Counter[str]] = {}
    for one in rows:
        counted.setdefault(one.row[0], Counter())[one.status] += 1
    return [
        (part, found.total(), [found[status] for status in statuses], sum(found[one] for one in _RUN) / found.total())
        for part, found in counted.items()
    ]


def print_coverage(rows: Sequence[Row], titles: Mapping[str, str], statuses: Sequence[str], t: Translator, whole: bool) -> None:
    """The rows with their status, or with `whole` only how many of each there are in every part."""
    console = open_console()
    table = new_table(t("out.coverage"))
    if whole:
        for place, header in enumerate(("part", "rows")):
            table.add_column(t(f"out.coverage.{header}"), justify="right" if place else "left")
        for status in statuses:
            table.add_column(t(f"coverage.{status}"), justify="right")
        table.add_column(t("out.coverage.run"), justify="right")
        for part, count, each, share in count_rows(rows, statuses):
            table.add_row(part, t.number(count), *map(t.number, each), t.share(share))
    else:
        for header in ("row", "title", "status", "how"):
            table.add_column(t(f"out.coverage.{header}"), overflow="fold")
        for one in rows:
            table.add_row(one.row, titles[one.row], t(f"coverage.{one.status}"), word_how(one, t))
    console.print(table)
    say(t("out.coverage.note"), console, "dim")
