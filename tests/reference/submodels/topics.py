"""Topics: some like them more than others."""

from __future__ import annotations

import math

from tests.reference.draws import draw
from tests.reference.tables import Member


class Topics:
    """Topics."""

    def liking(self, member: Member, topic: float) -> float:
        """A topic is worth more to some than to others."""
        if not topic:
            return 1.0
        return 1.0 + self.p.topic_spread if self.likes(member, topic) else 1.0 - self.p.topic_spread

    def likes(self, member: Member, topic: float) -> bool:
        """The crowd says how many like a topic."""
        return draw(self.keys[member.number], "topic", int(topic)) < self.liked_by[int(topic)]

    def keeps(self, member: Member, topic: float) -> float:
        """A topic that one likes tires less; where all of it is kept this is what satiation took."""
        tired = 1.0 + member.satiation / self.p.content_satiation
        return 1.0 + self.p.topic_lasting * (tired - 1.0) if topic and self.likes(member, topic) else 1.0

    def follows(self, member: Member, level: float) -> float:
        """What is too hard for a beginner, or too easy for an enthusiast, is worth less: a bell round the skill."""
        if not level or not self.p.level_width:
            return 1.0
        skill = 0.25 if draw(self.keys[member.number], "skill", 0) < self.beginners else 0.75
        return math.exp(-(((level - skill) / self.p.level_width) ** 2) / 2.0)
