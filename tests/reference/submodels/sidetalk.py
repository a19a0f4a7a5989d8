"""Sidetalk: anger is told to friends in private."""

from __future__ import annotations

import math

from tests.reference.draws import draw
from tests.reference.tables import Incident, Member


class Sidetalk:
    """What is told, and what hearing it does."""

    def tells(self, member: Member, days: float, visit: int) -> Member | None:
        """The friend who is told now, if any."""
        friends = member.acquaintances
        rate = self.p.tell_rate * len(friends) * min(member.anger, 1.0)
        if draw(visit, "tell", 0) >= 1.0 - math.exp(-rate * days):
            return None
        return friends[int(draw(visit, "tell", 1) * len(friends))]

    def hear_of_it(self, member: Member, time: int, told: float, incident: Incident | None) -> None:
        """A friend's anger is shared, up to a point."""
        self.pass_time(member, time)
        room = max(1.0 - member.anger / self.p.anger_caught, 0.0)
        self.upset(member, time, self.p.told_anger * member.susceptibility * told * room, incident, own=False)
