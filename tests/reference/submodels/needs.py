"""Needs: a stock that orders use up."""

from __future__ import annotations

import math
from typing import Any

from sim.events.kinds import DAY
from tests.reference.tables import Member


def factor_of_buying(rules: Any, member: Member, time: int) -> float:
    """Who needs nothing buys less."""
    if rules.p.need_gain <= 0.0:
        return 1.0
    return 1.0 - rules.p.need_gain * math.exp(-max(rules.need_now(member, time), 0.0))


class Needs:
    """The stock."""

    def need_now(self, member: Member, time: int) -> float:
        """Orders the person needs: what was left, and what has come up since."""
        rate = member.appetite * self.p.need_share * self.market.needs_per_month / 30.0
        return min(member.need + rate * (time - member.need_at) / DAY, self.p.need_cap)
