"""Value: what a channel is worth to a member."""

from __future__ import annotations

import math

from tests.reference.forms import clip
from tests.reference.submodels.reading import Read
from tests.reference.tables import Member


class Value:
    """Value."""

    def add_value(self, member: Member, amount: float) -> None:
        """Value moves within its bounds."""
        member.value = clip(member.value + amount, -0.3, 1.0)

    def interest(self, member: Member) -> float:
        """Share of a habit that is left at the present value, without a floor."""
        return clip(member.value / self.p.value_reference, 0.0, 1.0)

    def learn_value(self, member: Member, days: float, seen: Read) -> None:
        """What a check was worth, and what each of its costs was, go into running means."""
        p = self.p
        appetite = 1.0 / (1.0 + member.satiation / p.content_satiation)
        benefit = member.match_talk * seen.talk + p.tied_worth * min(member.tied_unread, seen.talk)
        benefit += member.match_content * appetite * seen.content + member.match_promotion * seen.useful
        costs = {
            "drag_overload": p.overload_cost * min(max(seen.unread - seen.cap, 0) / seen.cap, 2.0),
            "drag_sales": p.promotion_cost * seen.promotion + p.operator_cost * seen.operator,
            "drag_adverts": p.advert_cost * seen.adverts,
            "drag_neglect": 0.0,
        }
        effort = p.open_cost + p.read_cost * seen.reads / seen.cap + sum(costs.values())
        worth, weight = 1.0 - math.exp(-benefit / p.read_scale) - effort, 1.0 - math.exp(-min(days, 1.0) / p.value_days)
        self.add_value(member, weight * (worth - member.value))
        for name, cost in costs.items():
            setattr(member, name, (1.0 - weight) * getattr(member, name) + weight * cost)
