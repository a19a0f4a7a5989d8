"""Discretion: people who stay out, and people who say little in public."""

from __future__ import annotations

from typing import Any

from tests.reference.draws import draw
from tests.reference.tables import FEED, Group, Member


def factor_of_talk(rules: Any, member: Member, time: int) -> float:
    """What is kept back is not said."""
    return 1.0 - member.discretion


class Discretion:
    """Who never enters, and what they follow in place of it."""

    def refuses(self, member: Member, group: Group) -> bool:
        """Whether somebody never enters; a feed can be read by all."""
        return group.kind is not FEED and draw(self.keys[member.number], "refuse", 0) < member.refuses

    def feed(self) -> Group | None:
        """The first open feed among the channels of the plan."""
        planned = self.groups[: self.planned_groups]
        return next((one for one in planned if one.kind is FEED and one.founded_at is not None and not one.closed), None)
