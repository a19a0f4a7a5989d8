"""Outcomes and tables -> pages on the terminal, at most 100 columns wide, plain where there is no terminal."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, Final, Protocol, get_args

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from sim.projections.outcomes import OUTCOMES, Panel, unit_of
from sim.report.language import SHARE_MEASURES, Translator
from sim.report.verdicts import PLACES, describe_places, name_subject
from sim.report.wrapping import wrap

if TYPE_CHECKING:
    import pandas as pd


class Verification(Protocol):
    """What a check of a stored run found, as `sim.verification` says."""

    @property
    def events(self) -> int: ...

    @property
    def replayed(self) -> bool: ...

    @property
    def simulated(self) -> bool: ...

    @property
    def sources(self) -> bool: ...

    @property
    def wrong(self) -> tuple[str, ...]: ...

    @property
    def uncovered(self) -> tuple[str, ...]: ...

    @property
    def unchecked(self) -> tuple[str, ...]: ...

    @property
    def elsewhere(self) -> tuple[str, ...]: ...


WIDTH: Final = 100
#: Below it ranks of a calibration are held not to be uniform.
FIT_LEVEL: Final = 0.01
VERDICT_STYLES: Final = {
    "better": "green", "worse": "red", "better_open": "green", "worse_open": "red", "open": "yellow", "same": "",
    "baseline": "dim", "none": "dim",
}  # fmt: skip
#: How a value is shown by where it stands.
PLACE_STYLES: Final = {"in": "green", "near": "yellow", "out": "red"}


def open_console(*, stderr: bool = False) -> Console:
    """A console at most 100 columns wide (exactly 100 where there is no terminal); NO_COLOR is honoured."""
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return console


def print_vital_signs(
    outcomes: Mapping[str, Any],
    files: Iterable[Path | str],
    t: Translator,
    *,
    days: float = 90,
    groups: int = 1,
    console: Console | None = None,
) -> None:
    """The outcomes of one run of so many groups, each rate with what it is a share of, and where its files are."""
    console = console or open_console()
    state = str(outcomes["state"])
    console.print()
    if state:  # nothing was founded otherwise
        say(t("pair", label=t.outcome("state"), value=t(f"state.{state}")), console, "bold")
        say(t(f"state.{state}.meaning"), console, "dim")
    if state in ("dead", "dormant") and outcomes["orders"] > 0:
        say(t("note.still_buys"), console)
    table = new_table(t("out.vitals"))
    table.add_column(t("out.measure"), min_width=26)
    table.add_column(t("out.value"), justify="right", no_wrap=True)
    table.add_column(t("out.out_of"), style="dim", overflow="fold")
    for section, rows in _vital_rows(outcomes, t, days, groups):
        table.add_section()
        table.add_row(Text(t(f"out.section.{section}"), "bold"), "", t("note.money") if section == "money" else "")
        for label, value, base in rows:
            table.add_row("  " + label, value, base)
    console.print(table)
    say(t.sentences(t("note.one_run"), t("note.sim")), console, "dim")
    print_files(files, t, console)


def _vital_rows(o: Mapping[str, Any], t: Translator, days: float, groups: int) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Sections of rows (label, value, what it is out of)."""
    one = ".one" if groups == 1 else ""
    members = float(o["members_end"])
    people = t.number(members)
    active = t.share(o["posters_per_day"] / members) if members else t("number.missing")
    each = t.number(o["messages_per_day"] / members, 2) if members else t("number.missing")
    minutes = float(o["first_response_minutes"])
    answered = math.isfinite(minutes)
    sent_out = o["joins"] - o["exits"] - members
    gone = t("out.removed", count=t.number(sent_out)) if sent_out > 0 else ""

    notes = {
        "alive_days": t(f"out.of_first_days{one}", days=t.number(days)),
        "dead": t(f"out.of_groups{one}", count=t.number(groups)),
        "members_end": t.sentences(t("out.joined_left", joins=t.number(o["joins"]), exits=t.number(o["exits"])), gone),
        "muted_share": t("out.of_members", count=people),
        "exit_share": t("out.of_joined", joins=t.number(o["joins"]), exits=t.number(o["exits"])),
        "posters_per_day": t("out.active_share", share=active, count=people),
        "messages_per_day": t("out.per_member", value=each),
        "advert_share": t("out.of_messages"),
        "silent_share": t("out.of_silent"),
        "first_response_minutes": t("out.median_answered") if answered else t("out.no_question"),
        "answer_rate": t("out.of_questions"),
        "repurchase_rate": t("out.of_buyers"),
        "net_income": t("formula.net_income"),
    }

    def row(name: str) -> tuple[str, str, str]:
        unit = f" {t.unit(name)}" if unit_of(name) in ("days", "minutes", "hours", "yuan") else ""
        value = t.amount(o[name], name) + unit if math.isfinite(o[name]) else t("number.missing")
        return t.outcome(name), value, notes.get(name, "")

    return [
        (panel, [row(outcome.name) for outcome in OUTCOMES.values() if outcome.panel == panel]) for panel in get_args(Panel)
    ]


def print_list(
    groups: Mapping[str, Mapping[str, str]],
    t: Translator,
    *,
    titles: Mapping[str, Mapping[str, str]] | None = None,
    console: Console | None = None,
) -> None:
    """What can be chosen: group -> {name: one line}; the given line, and of `titles` the name, where the catalogue has none."""
    console = console or open_console()
    for group, plugins in groups.items():
        console.print()
        table = new_table(f"{t(f'group.{group}')}  {group}=")
        table.show_header = False
        table.add_column(no_wrap=True, style="cyan")
        table.add_column(no_wrap=True)
        table.add_column(style="dim", overflow="fold")
        for name, line in plugins.items():
            title = (titles or {}).get(group, {}).get(name) or t.name(group, name)
            table.add_row(name, title, "" if group in (titles or {}) else t.line(group, name, line))
        console.print(table)
    console.print()
    say(t("out.list.hint", example="groupalive run scenario=restaurant strategy=kol_care seed=7"), console)


def print_patterns(table: pd.DataFrame, hits: pd.DataFrame, t: Translator, *, console: Console | None = None) -> None:
    """Each measure beside its target, one column a subject, the experiments on a page of their own, and what is in range.

    `table` and `hits` as `sim.studies.patterns` measures and counts them.
    """
    console = console or open_console()
    tried = table[table["kind"] == "experiments"]
    for own in (table[table["kind"] != "experiments"], tried[tried["place"] != ""]):
        subjects = list(dict.fromkeys(own["subject"]))
        heads = {subject: name_subject(subject, t) for subject in subjects}
        page = new_table(t("out.patterns") if own is not tried else "")
        page.add_column("", no_wrap=True)
        page.add_column(t("out.measure"))
        page.add_column(t("out.target"), justify="right")
        for letter, _ in zip(ascii_uppercase, subjects, strict=False):
            page.add_column(letter, justify="right", no_wrap=True)
        for name, rows in own.groupby("name", sort=False):
            if not (rows["place"] != "").any():
                continue
            first = rows.iloc[0]
            measure = t.measure(str(name), first["what"])
            cells = [
                Text(f"{_cell(str(name), row.value, t)} {PLACES[row.place]}", PLACE_STYLES[row.place]) if row.place else ""
                for row in rows.itertuples()
            ]
            given = t("measure.given", measure=measure) if first["role"] == "input" else measure
            page.add_row(first["pattern"], given, t.target(str(name), first["low"], first["high"]), *cells)
        console.print(page)
        for letter, subject in zip(ascii_uppercase, subjects, strict=False):
            told = next(row for row in hits.itertuples() if row.subject == subject)
            counts = {part: t.number(getattr(told, part)) for part in ("patterns", "patterns_told", "texture", "texture_told")}
            say(f"{letter}  {t('out.hits', subject=heads[subject], **counts)}", console)
    say(describe_places(t), console, "dim")
    say(t("fig.patterns.note"), console, "dim")
    say(t("note.inside_model"), console, "dim")


def print_fit(tables: Mapping[str, pd.DataFrame], t: Translator, *, console: Console | None = None) -> None:
    """Hits and misses of a joint fit, what it knows of each parameter, and where it is not calibrated; tables as in docs/fit.md."""
    console = console or open_console()
    console.print()
    for half, rows in tables["targets"].groupby("half", sort=False):
        hit = rows["fitted_verdict"] == "in"
        told = {"hits": hit.sum(), "total": len(rows), "before": (rows["by_hand_verdict"] == "in").sum()}
        missed = t.listed(rows["target"][~hit].tolist()) or t("out.patterns.none")
        say(t(f"fit.hits.{half}", missed=missed, **{key: t.number(int(value)) for key, value in told.items()}), console)
    known = tables["parameters"]
    for verdict in ("identified", "partly", "not"):
        names = known["parameter"][known["verdict"] == verdict].tolist()
        say(t(f"fit.known.{verdict}", names=t.listed(names) or t("out.patterns.none")), console)
    for before, rows in tables["calibration"].groupby("before", sort=False):
        names = rows["parameter"][rows["ks_p"] < FIT_LEVEL].tolist()
        say(t(f"fit.calibrated.{before}", names=t.listed(names) or t("out.patterns.none")), console)
    say(t("note.inside_model"), console, "dim")


def _cell(measure: str, value: float, t: Translator) -> str:
    """A measured value as short as a column of many needs it; of a share the number alone, its target says per cent."""
    return t.number(100 * value, 1) if measure in SHARE_MEASURES else t.reading(measure, value)


def print_verification(found: Verification, t: Translator, *, console: Console | None = None) -> None:
    """What a check of a stored run found, one line a question, and what it did not check and cannot tell."""
    console = console or open_console()
    say(t("verify.events", events=t.number(found.events)), console)
    for question, fine in (("replayed", found.replayed), ("simulated", found.simulated), ("noted", not found.wrong)):
        told = t(f"verify.{question}.{'yes' if fine else 'no'}", **({} if fine else {"names": t.listed(found.wrong)}))
        console.print(Text(told, style="green" if fine else "red"))
    if not found.sources:
        say(t("verify.sources.no"), console, "yellow")
    for key in ("elsewhere", "uncovered", "unchecked"):
        if names := getattr(found, key):
            say(t(f"verify.{key}", names=t.listed(names)), console, "yellow")
    say(t("verify.no_key"), console, "dim")


@contextmanager
def study_progress(t: Translator, stage: str = "", *, console: Console | None = None) -> Iterator[Callable[[int, int], None]]:
    """A progress bar with the time left on stderr; call what it yields as `progress(done, total)`. stage: what is being simulated.

    Where stderr is no terminal: one plain line at each tenth of the way, and how long it took. Replications that were done
    before the first call (a resumed study) do not count into the speed.
    """
    console = console or open_console(stderr=True)
    if console.is_terminal:
        left = TextColumn(t("progress.left")), TimeRemainingColumn(elapsed_when_finished=True)
        label = TextColumn(stage or t("progress.label"))
        with Progress(label, BarColumn(bar_width=None), MofNCompleteColumn(), *left, console=console) as bar:
            task = bar.add_task("", total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)
        return
    start = time.monotonic()
    anchor: tuple[int, float] | None = None  # after the first replication: it waits for the compiler
    first: int | None = None
    tenths = 0

    def tell(line: str) -> None:
        console.print(t("pair", label=stage, value=line) if stage else line)

    def progress(done: int, total: int) -> None:
        nonlocal anchor, first, tenths
        first = done if first is None else first
        spent = time.monotonic() - start
        before, since = anchor or (first, 0.0)
        anchor = anchor or ((done, spent) if done > first else None)
        if done >= total and tenths < 10:
            tenths = 10
            tell(t("progress.done", total=t.number(total), spent=_clock(spent)))
        elif 10 * done // max(total, 1) > tenths and done > first:
            tenths = 10 * done // total
            left = _clock((spent - since) * (total - done) / max(done - before, 1))
            tell(t("progress.plain", done=t.number(done), total=t.number(total), left=left))

    yield progress


def print_files(files: Iterable[Path | str], t: Translator, console: Console | None = None) -> None:
    """Where files are that were written."""
    console = console or open_console()
    paths = [str(path) for path in files]
    if paths:
        console.print()
        say(t("out.files"), console, "bold")
        for path in paths:
            console.print(Text("  " + path), soft_wrap=True)


def new_table(title: str) -> Table:
    """A table of the project with its title above it."""
    return Table(title=Text(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False,
                 padding=(0, 1, 0, 0))  # fmt: skip


def say(text: str, console: Console, style: str = "", indent: int = 0) -> None:
    """Prose, broken where its script allows (rich would put a Chinese full stop at the start of a line)."""
    for line in wrap(text, console.width - indent).split("\n"):
        console.print(Text(" " * indent + line), style=style, soft_wrap=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
