"""Topics: some like them more than others."""

from __future__ import annotations

from tests.reference.draws import draw
from tests.reference.tables import Member


class Topics:
    """Topics."""

    def liking(self, member: Member, topic: float) -> float:
        """A topic is worth more to some than to others."""
        if not topic:
            return 1.0
        likes = draw(self.keys[member.number], "topic", int(topic)) < 0.5
        return 1.0 + self.p.topic_spread if likes else 1.0 - self.p.topic_spread
