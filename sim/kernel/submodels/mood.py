"""Mood: fast, moved by the sentiment of what is read and by rewards, lowers or raises the urge to write."""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import within
from sim.kernel.forms import DAY_MINUTES, clip
from sim.vocabulary.tables import Row, Whole

#: Below this sentiment a message is unkind: it answers nobody, and what it is about spreads (assumed).
ILL_TEMPER: Final = -0.1
#: Share of the mood that is left after writing about it (assumed).
WRITTEN_OFF: Final = 0.5
LOW, HIGH = -1.0, 1.0


@within
def fade_mood(parameters: Row, person: Row, days: float) -> None:
    """Mood fades within minutes."""
    person.mood *= math.exp(-days * DAY_MINUTES / parameters.mood_minutes)


@within
def move_mood(parameters: Row, person: Row, amount: float) -> None:
    """Something moves the mood; `amount` in units of mood_gain."""
    person.mood = clip(person.mood + parameters.mood_gain * amount, LOW, HIGH)


@within
def catch_mood(parameters: Row, trait: Row, person: Row, sentiment: float, reads: Whole) -> None:
    """The mean sentiment of what was read is caught."""
    moved = parameters.mood_gain * trait.susceptibility * sentiment / reads
    person.mood = clip(person.mood + moved, LOW, HIGH)


@within
def write_off(person: Row) -> None:
    """Whoever writes feels it less."""
    person.mood *= WRITTEN_OFF


@within
def tone_of(person: Row) -> float:
    """Sentiment of what a person writes: the mood, where it is bad."""
    return person.mood if person.mood < ILL_TEMPER else 0.0
