"""Mood: what it does to what is written."""

from __future__ import annotations

from tests.reference.forms import clip
from tests.reference.submodels.reading import Read
from tests.reference.tables import UNKIND, Member


class Mood:
    """Mood."""

    def tone_of(self, member: Member) -> float:
        """Sentiment of what the member writes: neutral unless in a bad mood."""
        return member.mood if member.mood < UNKIND else 0.0

    def catch_mood(self, member: Member, seen: Read) -> None:
        """The tone of what was read."""
        tone = seen.sentiment / max(seen.reads, 1)
        member.mood = clip(member.mood + self.p.mood_gain * member.susceptibility * tone, -1.0, 1.0)
