"""A row of the league or of the patterns -> how it came out."""

from __future__ import annotations

import math
from typing import Any, Final

from sim.report.language import Translator

#: A sign for each verdict, so that colour is never the only difference.
MARKS: Final = {
    "better": "▲", "worse": "▼", "better_open": "△", "worse_open": "▽", "same": "●", "open": "○", "baseline": "◆",
}  # fmt: skip


def is_baseline(row: Any) -> bool:
    """Whether a row is the arm that the others are held against."""
    return bool(row.verdict == "baseline")


def has_worlds(row: Any) -> bool:
    """Whether the assumed parameters were drawn, so that the row says what we do not know besides luck."""
    return row.worlds > 1 and math.isfinite(row.unknown_low) and math.isfinite(row.unknown_high)


#: A sign for where a value stands, so that colour is never the only difference.
PLACES: Final = {"in": "●", "near": "○", "out": "×"}


def describe_places(t: Translator) -> str:
    """What the signs of `PLACES` mean, in one line."""
    return t("place.key", places=t.listed(t(f"place.{place}") for place in PLACES))


def name_subject(subject: str, t: Translator) -> str:
    """What a subject of the patterns is called: a scenario, the mixed population, the experiments, or a chat by its folder."""
    return t.words.get(f"subject.{subject}") or t.name("scenario", subject)


def part_of(role: str) -> str:
    """Whether a measure is one of the patterns or of the texture of talk."""
    return "texture" if role == "texture" else "patterns"
