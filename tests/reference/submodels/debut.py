"""Debut: what becomes of a first message."""

from __future__ import annotations

from typing import Any

from tests.reference.draws import child_key, draw
from tests.reference.tables import Member

#: A first message: not yet written, without an answer so far; after it: writes on, has said it all.
NOT_YET, OPEN, WRITES_ON, SAID_IT = range(4)


def factor_of_talk(rules: Any, member: Member, time: int) -> float:
    """Who has said what they came for hardly writes any more."""
    return rules.readiness(member)


class Debut:
    """First messages."""

    def readiness(self, member: Member) -> float:
        """A twentieth is left of it once all is said."""
        return 0.05 if member.debut == SAID_IT else 1.0

    def settle_debut(self, member: Member, answered: bool) -> None:
        """An answer has come, or has not for too long: the less sociable, the likelier it was all they had to say."""
        if member.debut != OPEN:
            return
        key = self.keys[member.home.number]
        root = key if member is member.home else child_key(key, "channel", member.group.number)
        stops = self.p.debut_loss / (1.0 + member.sociability) * (1.0 - self.p.debut_answer if answered else 1.0)
        member.debut = SAID_IT if draw(root, "debut", 0) < stops else WRITES_ON

    def replies_sought(self, member: Member | None, is_reply: bool) -> float:
        """Replies that what a member has just written seeks on average; a first reply less than one each."""
        p = self.p
        if member is None or member.debut != OPEN or member.posts > 1:
            return p.replies_mean
        return min(p.replies_mean * p.debut_replies, 0.95 if is_reply else 1000.0)
