"""A rehearsed lesson -> the script that a page shows: steps, arms, outcomes and verdicts in three languages, as plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sim.lessons.lesson import Lesson, Step
from sim.lessons.rehearsal import Rehearsed
from sim.lessons.reveal import Found
from sim.projections.outcomes import OUTCOMES
from sim.report.language import LANGUAGES, translator
from sim.studies.runner import REPLICATIONS_PER_WORLD


def make_script(rehearsed: Rehearsed) -> dict[str, Any]:
    """What the page needs of a lesson, beside the stories. Texts are {en, zh, es}; they are shown as text, never as markup."""
    lesson, found = rehearsed.lesson, rehearsed.found
    return {
        "name": rehearsed.name,
        "title": asdict(lesson.title),
        "question": asdict(lesson.question),
        "minutes": lesson.minutes,
        "arms": [asdict(arm.name) for arm in lesson.arms],
        "told": list(lesson.told_arms()),
        "steps": [_step(step) for step in lesson.steps],
        "elsewhere_names": [asdict(one.name) for one in lesson.elsewhere],
        "measures": [_measure(one.outcome) for one in lesson.measures],
        "story": rehearsed.played // REPLICATIONS_PER_WORLD,
        "middle": found["done"] == found["worlds"] and rehearsed.played == found["median"],
        "ready": is_whole(lesson, found),
        **found,
    }


def is_whole(lesson: Lesson, found: Found) -> bool:
    """Whether all is known that the lesson shows."""
    return found["done"] == found["worlds"] and len(found["elsewhere"]) == len(lesson.elsewhere)


def _step(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": step.kind, "minutes": step.minutes}
    for name in ("title", "text", "notes"):
        if (one := getattr(step, name)) is not None:
            told[name] = asdict(one)
    if step.kind in ("observe", "play", "replay"):
        told |= {"arms": list(step.arms or (0, 1)), "day": step.day, "until": step.until}
    if step.options is not None:
        told["options"] = [{"text": asdict(one.text), "arm": one.arm} for one in step.options]
    for name in ("assumed", "emerged"):
        if (texts := getattr(step, name)) is not None:
            told[name] = [asdict(text) for text in texts]
    return told


def _measure(name: str) -> dict[str, Any]:
    outcome = OUTCOMES[name]
    words = {language: translator(language) for language in LANGUAGES}
    return {
        "name": {language: t.outcome(name) for language, t in words.items()},
        "unit": {language: t.unit(name) for language, t in words.items()},
        "share": outcome.unit == "share",
        "money": outcome.unit == "yuan",
        "direction": outcome.direction,
    }
