"""Sellers: how unsure a customer is whom to buy from."""

from __future__ import annotations

import math
from typing import Any

from sim.events.kinds import DAY
from tests.reference.tables import Member


class Sellers:
    """Who sells to whom."""

    def hear_seller(self, member: Member, staff: int) -> None:
        """Another one than before unsettles by a share of what is left; the first one does not."""
        if member.seller not in (0, staff + 1):
            member.unsure = 1.0 - (1.0 - member.unsure) * (1.0 - self.p.seller_doubt)
        member.seller = staff + 1


def factor_of_buying(rules: Any, member: Member, time: int) -> float:
    """Orders are put off by the doubt that is left."""
    return 1.0 - member.unsure * math.exp(-(time - member.felt_at) / DAY / rules.p.seller_days)
