"""A commented lesson to begin with, from the fields and ranges of a lesson."""

from __future__ import annotations

from sim.allowed import describe, hints_of
from sim.lessons.lesson import AFTER, KEYS, Lesson
from sim.projections.outcomes import OUTCOMES
from sim.report.language import LANGUAGES


def lesson_template() -> list[str]:
    """The lines of a yaml that `groupalive check` finds fine: every key with what is allowed, every kind of step."""
    told = {name: describe(hints_of(Lesson)[name]) for name in ("minutes", "worlds")}
    outcomes = ", ".join(name for name, one in OUTCOMES.items() if one.unit)
    lines = [
        "# @package lesson",
        "# One sentence that says what a class finds out.",
        f"title: {_text('My lesson')}",
        f"question: {_text('What happens if ...?')}",
        f"minutes: 10 # {told['minutes']} for the whole lesson; those of its steps add up to no more",
        f"worlds: 30 # {told['worlds']}, two simulated runs in each",
        "seed: 1 # the same seed gives the same worlds",
        "## Settings that all arms share, as on the command line",
        "set: [scenario=restaurant, days=30, confirm_days=1]",
        "## Two to four ways of running the group; the others are compared with the first",
        "arms:",
        f"  - name: {_text('No plan')}",
        "    set: [strategy=no_plan]",
        f"  - name: {_text('Care')}",
        "    set: [strategy=kol_care]",
        f"## One to three outcomes of {outcomes}",
        "## effect: the smallest difference worth acting on; sizes: where a class says a little, clearly, a lot",
        "measures:",
        "  - {outcome: messages_per_day, effect: 5, sizes: [15, 50]}",
        "## Other circumstances, in which the first two arms are compared again",
        "# elsewhere:",
        f"#   - name: {_text('Guests who know one another')}",
        "#     set: [scenario.population.ties_per_member=2]",
        "## Every step may have title, text and notes (for the trainer) in all languages. Kinds and their keys:",
        *(f"##   {kind}: {', '.join(keys) or 'none'}{_after(kind)}" for kind, keys in KEYS.items()),
        "steps:",
        "  - {kind: observe, minutes: 1, day: 0, until: 3}",
        "  - {kind: predict, minutes: 2}",
        "  - {kind: histogram, minutes: 1}",
        "  - {kind: play, minutes: 2, day: 3, until: 20}",
        "  - {kind: reveal, minutes: 2}",
        "  - kind: exit",
        "    minutes: 1",
        f"    text: {_text('What will you try?')}",
        f"    options: [{{text: {_text('Nothing')}, arm: 0}}, {{text: {_text('Care')}, arm: 1}}]",
    ]
    return lines


def _after(kind: str) -> str:
    return f" (after a step {AFTER[kind]})" if kind in AFTER else ""


def _text(words: str) -> str:
    return "{" + ", ".join(f'{language}: "{words}"' for language in LANGUAGES) + "}"
