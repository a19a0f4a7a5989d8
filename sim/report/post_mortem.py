"""Paths of death that were found in a log -> a page on the terminal, in the words of a language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from sim.projections.course import Course
from sim.projections.paths import PATHS, SYMPTOMS, Path, Taken
from sim.projections.rows import NEVER
from sim.report.console import open_console, say
from sim.report.language import Translator

#: Groups that are told one by one at most; of more of them only how many fared how.
MOST_GROUPS: Final = 6
_SORTS: Final = ("death", "damage", "life", "rule")


def print_paths(courses: Sequence[Course], taken: Sequence[Taken], t: Translator) -> None:
    """How each group ended, the paths that were taken with what shows them, those that were not, and those that no log can show."""
    console = open_console()
    if not courses:
        say(t("out.post.nogroup"), console)
        return
    say(t("out.post.title"), console, "bold")
    for line in _ends(courses, t):
        say(line, console, indent=2)
    ordered = sorted(taken, key=lambda one: (_SORTS.index(one.path.sort), one.path.row, one.found.time))
    for sort, of_sort in groupby(ordered, lambda one: one.path.sort):
        console.print()
        say(t(f"path.{sort}"), console, "bold")
        for _, same in groupby(of_sort, lambda one: one.path.row):
            first, *others = same
            say(_headed(first, 1 + len(others), len(courses), t), console, indent=2)
            say(word_evidence(first, t), console, indent=4)
            say(t(f"path.{first.path.row}.must", **word_limits(first.path, t)), console, "dim", indent=4)
            if first.path.part:
                say(t(f"path.{first.path.row}.blind"), console, "dim", indent=4)
    console.print()
    seen = {one.path.row for one in taken}
    if not seen:
        say(t("out.post.none"), console)
    others_of = [path.row for path in PATHS if path.seen and path.row not in seen]
    if others_of:
        say(t("out.post.others", rows=t("list.separator").join(others_of)), console, "dim")
    for path in PATHS:
        if path.seen is None:
            why = t(f"path.{path.row}.blind")
            say(t("out.post.unseen", row=path.row, path=t(f"path.{path.row}"), why=why), console, "dim")
    say(t("out.post.note"), console, "dim")


def word_evidence(one: Taken, t: Translator) -> str:
    """The sentence with the numbers that show a path."""
    values = one.found.values
    if one.path.row == "H23":
        return t("path.H23.seen", symptoms=t.listed(t(f"symptom.{name}") for name in SYMPTOMS if values[name]))
    return t(f"path.{one.path.row}.seen", **_worded(values, t))


def word_limits(path: Path, t: Translator) -> dict[str, str]:
    """The thresholds of a path as they stand in its rule, shares in whole per cent."""
    return {one.name: t.share(one.value, 0) if one.name.endswith("share") else t.plain(one.value) for one in path.limits}


def _worded(values: Mapping[str, float], t: Translator) -> dict[str, str]:
    return {
        name: t.share(value) if name.endswith("share") else t.plain(round(float(value), 1)) for name, value in values.items()
    }


def _headed(first: Taken, count: int, groups: int, t: Translator) -> str:
    path, day = first.path, t.plain(round(first.course.day(first.found.time), 1))
    words = {"row": path.row, "path": t(f"path.{path.row}"), "day": day}
    if groups == 1:
        return t("out.post.path", **words)
    return t(
        "out.post.path.groups", **words, count=t.number(count), groups=t.number(groups), group=t.number(first.course.group)
    )


def _ends(courses: Sequence[Course], t: Translator) -> list[str]:
    """One line a group, or one for all where there are many."""
    ends = [_end(one) for one in courses]
    if len(courses) > MOST_GROUPS:
        counted = Counter(end.replace("stillborn", "dead") for end in ends)
        names = ("dead", "silent", "closed", "alive")
        return [t("out.post.counts", groups=t.number(len(courses)), **{name: t.number(counted[name]) for name in names})]
    several = len({one.programme for one in courses}) > 1
    lines = []
    for course, end in zip(courses, ends, strict=True):
        key = "out.post.group.of" if several else "out.post.group"
        label = t(key, group=t.number(course.group), programme=t.number(course.programme))
        time = course.silent if end in ("dead", "silent") else course.stop
        value = t(f"out.post.{end}", day=t.plain(round(course.day(time), 1)))
        lines.append(t("pair", label=label, value=value))
    return lines


def _end(course: Course) -> str:
    if course.stillborn:
        return "stillborn"
    if course.died != NEVER:
        return "dead"
    return "closed" if course.closed else "silent" if course.silent != NEVER else "alive"
