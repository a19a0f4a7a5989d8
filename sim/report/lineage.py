"""Branches, differences and causes -> pages on the terminal, in the words of a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from sim.events import kinds
from sim.events.kinds import CATALOGUE, DAY, NONE
from sim.levers import Moving
from sim.projections.causes import COUNTED
from sim.projections.divergence import Divergence
from sim.projections.outcomes import OUTCOMES, unit_of
from sim.report.console import new_table, open_console, print_files, say
from sim.report.language import Translator
from sim.report.telling import Teller, tell_moving
from sim.studies.gap import Gap

#: Links of a chain, roots and moments of a member that are told at most.
LONGEST, MOST_ROOTS, MOST_MOMENTS = 12, 6, 12
#: A factor of the hazard nearer to 1 than this is not told.
LEAST = 0.02
_NAMES = {kind.code: kind.name for kind in CATALOGUE}
_MOVED = (kinds.GROUP_MUTED, kinds.MEMBER_LEFT)


def print_branch(
    parent: str, lineage: Mapping[str, Any], parted: Divergence | None, tellers: tuple[Teller, Teller], files: Sequence[Path],
    t: Translator,
) -> None:  # fmt: skip
    """What a branch is of, and where it parts from its parent."""
    console = open_console()
    made = tellers[1].scenario.changes[len(tellers[0].scenario.changes) :]
    changes = t.listed(tell_moving(Moving(one.key, True, one.told), t) for one in made)
    say(t("out.branch.until", run=parent, day=t.plain(lineage["at"]), changes=changes), console, "bold")
    if parted is None:
        say(t("out.branch.same"), console)
    else:
        say(t("out.branch.kept", count=t.number(parted.place)), console)
        _print_first(parted, tellers, t, console, ("out.branch.parent", "out.branch.child"))
    print_files(files, t, console)


def print_tree(runs: Sequence[Mapping[str, Any]], language: str, t: Translator) -> None:
    """Runs as `sim.page.shelf.describe_runs` gives them: a branch below its parent, with the day and what changes on it."""
    console = open_console()
    if not runs:
        say(t("out.tree.none"), console)
    for one in runs:
        title = t("pair", label=one["scenario"][language], value=one["strategy"][language])
        grown = t("out.tree.from", day=t.plain(one["at"]), changes=one["changes"][language]) if "changes" in one else title
        seed = t("out.tree.seed", seed=one["seed"])
        say(f"{'   ' * (one['deep'] - 1) + '└─ ' if one['deep'] else ''}{one['name']}  {grown}  {seed}", console)


def print_divergence(
    parted: Divergence | None, tellers: tuple[Teller, Teller], gaps: Sequence[Gap], replications: int, t: Translator
) -> None:
    """Where two runs part, what hangs on that, and the gap in what came of them over replications; 0: of these two alone."""
    console = open_console()
    if parted is None:
        say(t("out.diff.same"), console)
    else:
        say(t("out.diff"), console, "bold")
        _print_first(parted, tellers, t, console)
        count = len(parted.hanging)
        say(t("out.diff.hanging", count=t.number(count)) if count else t("out.diff.none"), console)
        if parted.chain:
            say(t("out.diff.chain"), console)
            _print_chain(list(parted.chain), tellers[1], t, console)
        say(t("out.diff.people", count=t.number(parted.people[0]), all=t.number(parted.people[1])), console)
        console.print()
        table = new_table(t("out.diff.counts"))
        for place, header in enumerate(("kind", "one", "other")):
            table.add_column(t(f"out.diff.{header}"), justify="right" if place else "left", no_wrap=True)
        for kind, counts in parted.counts.items():
            if any(counts):
                table.add_row(t(f"kind.{_NAMES[kind]}"), *map(t.number, counts))
        console.print(table)
    _print_gaps(gaps, replications, t, console)


def _print_first(
    parted: Divergence, tellers: tuple[Teller, Teller], t: Translator, console: Console,
    keys: tuple[str, str] = ("out.diff.first", "out.diff.second"),
) -> None:  # fmt: skip
    for key, teller in zip(keys, tellers):
        line = teller.line(parted.place) if parted.place < len(teller.events) else t("out.branch.over")
        say(t(key, line=line), console, indent=2)


def _print_gaps(gaps: Sequence[Gap], replications: int, t: Translator, console: Console) -> None:
    console.print()
    title = t("out.diff.gap", count=t.number(replications)) if replications else t("out.diff.gap.one")
    table = new_table(title)
    table.add_column(t("out.measure"), min_width=26)
    for header in ("one", "other", "difference", *(["bar"] if replications > 1 else [])):
        table.add_column(t(f"out.diff.{header}"), justify="right", no_wrap=True)
    for gap in gaps:
        digits = 0 if max(abs(gap.first), abs(gap.second)) >= 100 else 1  # the same in a whole row
        cells = [
            _amount(gap.first, gap.name, t, digits),
            _amount(gap.second, gap.name, t, digits),
            _amount(gap.difference, gap.name, t, digits, sign=True),
        ]
        if replications > 1:
            ends = (_amount(gap.low, gap.name, t, digits, sign=True), _amount(gap.high, gap.name, t, digits, sign=True))
            cells.append("…".join(ends) if gap.low < gap.high else "")
        unit = unit_of(gap.name)
        label = t.outcome(gap.name) if unit in ("share", "") else t("axis", label=t.outcome(gap.name), unit=t(f"unit.{unit}"))
        table.add_row(label, *cells)
    console.print(table)
    if replications > 1:
        say(t("out.diff.note"), console, "dim")


def _amount(value: float, outcome: str, t: Translator, digits: int, sign: bool = False) -> str:
    if OUTCOMES[outcome].unit == "share":
        text = t.share(value, 1)
        return f"+{text}" if sign and value > 0 and any(one in "123456789" for one in text) else text
    return t.number(value, digits, sign=sign)


def print_member(teller: Teller, person: int, terms: Mapping[int, Mapping[str, float]], t: Translator) -> None:
    """The story of a member: entries, orders, mutes, leaving or silence, each with what was behind it.

    terms: place of a row at which the member mutes or leaves -> reason -> factor of the hazard at that moment.
    """
    console, causes = open_console(), teller.causes
    say(_begun(t("out.why.member", member=teller.member(person))), console, "bold")
    moments = causes.moments(person)
    orders = [place for place in moments if causes.events["kind"][place] == kinds.ORDER_PLACED]
    left_out = set(orders[1:-1] if len(moments) > MOST_MOMENTS else [])
    for place in moments:
        if place in left_out:
            continue
        console.print()
        _print_chain(causes.chain(place), teller, t, console, terms.get(place))
    if left_out:
        say(t("out.why.unknown", count=t.number(len(left_out))), console, "dim")
    if (silent := causes.silence(person)) is not None:
        last, days = silent
        console.print()
        told = (
            t("out.why.mute", days=t.number(days))
            if last == NONE
            else t("out.why.silent", days=t.number(days), line=teller.line(last))
        )
        say(told, console)


def print_day(teller: Teller, counted: str, day: int, terms: Mapping[int, Mapping[str, float]], t: Translator) -> None:
    """What an outcome of a day comes from: reasons, where chains begin, and the first of its rows with what was behind it."""
    console, causes = open_console(), teller.causes
    places = causes.on_day(counted, day)
    everywhere = causes.events["time"][causes.events["kind"] == COUNTED[counted]] // DAY
    usual = len(everywhere) / max(float(causes.events["time"][-1]) / DAY, 1.0)
    name = t(f"counted.{counted}")
    told = t("out.why.day", what=name, day=t.number(day), count=t.number(len(places)), usual=t.plain(round(usual, 2)))
    say(_begun(told), console, "bold")
    if not len(places):
        near = everywhere[np.abs(everywhere - day).argmin()] if len(everywhere) else NONE
        say(t("out.why.none", day=t.number(near)) if len(everywhere) else t("out.why.never"), console)
        return
    rows = causes.events[places]
    if counted in ("exits", "mutes"):
        say(t("out.why.reasons", reasons=_tally([teller.reason(row) for row in rows], t)), console)
    else:
        say(t("out.why.roots", roots=_tally([_root(teller, int(place), t) for place in places], t)), console)
    say(t("out.why.example"), console)
    first = int(places[0])
    _print_chain(causes.chain(first), teller, t, console, terms.get(first))


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _root(teller: Teller, place: int, t: Translator) -> str:
    """Where the chain behind a row begins; what members do is one root, whoever does it."""
    root = teller.causes.chain(place)[-1]
    kind = int(teller.events["kind"][root])
    key = f"kind.{_NAMES[kind]}"
    return t(key) if kind in kinds.ORGANIC or key in t.words else teller.sentence(root)


def _tally(words: Sequence[str], t: Translator) -> str:
    counted = Counter(words).most_common(MOST_ROOTS)
    return t.listed(t("out.why.times", what=what, count=t.number(count)) for what, count in counted)


def _print_chain(
    places: list[int], teller: Teller, t: Translator, console: Console, terms: Mapping[str, float] | None = None
) -> None:
    """A row, and below it, step by step, what was behind it."""
    say(teller.line(places[0]), console, indent=2)
    for step, place in enumerate(places):
        kind = int(teller.events["kind"][place])
        indent = min(4 + 2 * step, 16)
        if kind in _MOVED and teller.events["x"][place] * (kind == kinds.MEMBER_LEFT) == 0:
            acts = teller.causes.acts(place)
            read = acts.reason == "anger" and (teller.events["kind"][acts.places] != kinds.GRIEVANCE_FELT).any()
            told = t(
                f"out.why.acts.{acts.reason}{'.read' if read else ''}",
                count=t.number(len(acts.places)),
                days=t.number(acts.days),
            )
            say(told, console, "dim", indent=indent)
            if step == 0 and terms:
                moving = [(name, factor) for name, factor in terms.items() if abs(factor - 1) >= LEAST]
                factors = [t("out.why.term", reason=t(f"reason.{name}"), factor=t.number(factor, 2)) for name, factor in moving]
                say(t("out.why.terms", terms=t.listed(factors) or "1"), console, "dim", indent=indent)
        if step + 1 < min(len(places), LONGEST):
            say(t("out.why.because", line=teller.line(places[step + 1])), console, indent=indent)
        elif step == 0 and kind in (kinds.ORDER_PLACED, kinds.MESSAGE_POSTED, kinds.COMPLAINT_POSTED, kinds.ADVERT_POSTED):
            say(t("out.why.need" if kind == kinds.ORDER_PLACED else "out.why.habit"), console, "dim", indent=indent)
