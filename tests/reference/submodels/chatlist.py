"""Chat list: what else is on it, and what it folds away."""

from __future__ import annotations

from tests.reference.draws import draw
from tests.reference.tables import MUTED, Member


class ChatList:
    """Looks are shared out."""

    def chats_of_others(self, person: Member) -> list[float]:
        """How likely a look opens each of the chats of others."""
        return [draw(self.keys[person.number], "chats", chat) for chat in range(int(self.p.other_chats))]

    def pull_of(self, member: Member) -> float:
        """How likely a look opens a channel that is in sight."""
        return max(self.interest(member), self.p.check_floor) * (self.p.muted_checks if member.mode is MUTED else 1.0)

    def left_of(self, member: Member) -> float:
        """The same, wherever it stands on the list."""
        return self.pull_of(member) * (self.p.fold_left if member.folded else 1.0)
