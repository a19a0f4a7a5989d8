"""Drift: a slow walk of a person's interest."""

from __future__ import annotations

import math
from typing import Any

from sim.events.kinds import DAY
from tests.reference.draws import draw
from tests.reference.forms import normal
from tests.reference.tables import Member


def factor_of_looks(rules: Any, member: Member, time: int) -> float:
    """Lognormal, of mean 1."""
    spread = rules.p.drift_spread
    return math.exp(rules.walk(member.home, time)[0] - spread**2 / 2.0) if spread > 0.0 else 1.0


factor_of_talk = factor_of_looks


class Drift:
    """The walk itself."""

    def walk(self, member: Member, time: int) -> tuple[float, int]:
        """Slow interest of the present week, and the first week that is not known yet."""
        p, key, level = self.p, self.keys[member.number], member.drift
        week = int((time + draw(key, "drift", 0) * 7 * DAY) // (7 * DAY))
        stays = math.exp(-7.0 / p.drift_days)
        for number in range(member.drifted, week + 1):
            new = p.drift_spread * normal(key, "drift", number + 1)
            level = stays * level + math.sqrt(1.0 - stays**2) * new if number else new
        return level, max(week + 1, member.drifted)
