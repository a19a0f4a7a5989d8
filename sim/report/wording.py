"""A column of a table -> its heading, its unit and what it is, and its cells as a reader writes them, in every language."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from sim.projections.outcomes import OUTCOMES

if TYPE_CHECKING:
    from sim.report.language import Translator
    from sim.studies.dictionary import Column

#: Digits behind the mark, by unit; figures that count where the unit says nothing.
DIGITS: Final = {"share": 4, "yuan": 2, "days": 2, "hours": 2, "minutes": 1, "yuan per hour": 2}
FIGURES: Final = 6
_OVER = re.compile(r"(mean|median) over replications of: (.*)", re.DOTALL)
#: Columns whose words the catalogues know, and how they are asked for there.
_WORDS: Final = {
    "verdict": "verdict",
    "against_best": "verdict",
    "state": "state",
    "ended": "ended",
    "reason": "reason",
    "role": "role",
    "place": "place",
}


@cache
def _words(language: str) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(files(__package__).joinpath("columns", f"{language}.json").read_text("utf-8"))
    return found


def word_heading(name: str, t: Translator) -> str:
    """What a column is called; one that was swept as the setting is called."""
    if name in OUTCOMES:
        return t.outcome(name)
    known = {} if t.language == "en" else _words(t.language)["headings"]
    text = known.get(name) or t.setting(name)
    text = text.replace("_", " ") if text == name and "." not in name else text
    return text[:1].upper() + text[1:]


def word_meaning(meaning: str, t: Translator) -> str:
    """What a column or a row is, from the English of the data dictionary."""
    if t.language == "en":
        return meaning
    if found := _OVER.fullmatch(meaning):
        return t(f"column.{found[1]}_of", what=word_meaning(found[2], t))
    return _words(t.language)["meanings"].get(meaning, meaning)


def word_unit(unit: str, t: Translator) -> str:
    """A unit; shares are held as 0..1, which is said."""
    return t.words.get(f"column.unit.{unit}") or t.words.get(f"unit.{unit}") or unit


def word_cell(name: str, value: Any, t: Translator) -> Any:
    """A text as the reader's language has it; numbers and what no catalogue knows as they are."""
    if not isinstance(value, str):
        return value
    if name == "label":
        return t.arm(value)
    if name == "outcome" and value in OUTCOMES:
        return t.outcome(value)
    return t.words.get(f"{_WORDS[name]}.{value}", value) if name in _WORDS else value


def rounded(value: Any, column: Column | None) -> Any:
    """A number with as many digits as its unit is read with."""
    if isinstance(value, bool) or not isinstance(value, float) or not math.isfinite(value):
        return value
    unit = column.unit if column else ""
    short = round(value, DIGITS[unit]) if unit in DIGITS else float(f"{value:.{FIGURES}g}")
    return short + 0.0  # no minus before a nought
