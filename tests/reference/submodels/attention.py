"""Attention: the hours of the day at which people look, and those that are taken."""

from __future__ import annotations

import math

from sim.events.kinds import DAY, HOUR
from tests.reference.draws import draw
from tests.reference.tables import Member


class Attention:
    """Attention."""

    def tau(self, time: int) -> float:
        """Days of looks at a unit rate that have gone by."""
        day, within = divmod(time, DAY)
        hour, rest = divmod(within, HOUR)
        return day + self.before[hour] + self.rate[hour] * (rest / DAY)

    def clock(self, tau: float) -> int:
        """When so many have gone by, us."""
        day = math.floor(tau)
        hour = max(hour for hour in range(24) if self.before[hour] <= tau - day or hour == 0)
        within = (tau - day - self.before[hour]) / self.rate[hour]
        return day * DAY + hour * HOUR + min(int(within * DAY), HOUR - 1)

    def is_busy(self, member: Member, time: int) -> bool:
        """Whether the hour of the week is taken."""
        return draw(self.keys[member.number], "busy", time % (7 * DAY) // HOUR) < self.p.busy_share
