"""Roles: members who sell to those they know."""

from __future__ import annotations

import math

from tests.reference.draws import child_key, draw
from tests.reference.tables import Member


class Roles:
    """Offers to contacts."""

    def offers(self, member: Member, days: float, visit: int) -> bool:
        """Whether somebody who sells offers something now."""
        if member.commission <= 0.0 or member.role not in (2, 3):
            return False
        rate = self.p.role_sell * self.interest(member) * min(member.commission / 0.2, 2.0)
        return draw(visit, "offer", 0) < 1.0 - math.exp(-rate * days)

    def contact_of(self, member: Member, visit: int) -> Member | None:
        """An acquaintance, or somebody who is in no group."""
        known = member.acquaintances
        outside = int(self.p.role_contacts) if member.role == 3 else 0
        place = int(draw(visit, "offer", 1) * (len(known) + outside))
        if place < len(known):
            return known[place]
        root = child_key(self.keys[member.number], "offer", place - len(known))
        for turn in range(8 if outside else 0):
            other = self.persons[int(draw(root, "offer", turn) * len(self.persons))]
            if other is not member.home and not any(one.present for one in other.memberships):
                return other
        return None

    def hear_offer(self, member: Member, time: int, recall: float) -> None:
        """Somebody one knows offers something."""
        self.pass_time(member, time)
        member.recall += recall * (1.0 - member.recall / 2.0)
        member.prompt = None
