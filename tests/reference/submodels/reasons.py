"""Reasons: what raises the hazard most."""

from __future__ import annotations

import math

from sim.events.kinds import DAY
from tests.reference.tables import Member


class Reasons:
    """Reasons."""

    def why(self, member: Member, time: int) -> float:
        """Number of what raises the hazard most; 0 where nothing does by more than five percent."""
        p = self.p
        drags = [member.drag_adverts, member.drag_sales, member.drag_overload, member.drag_neglect]
        terms = [0.05, *(p.hazard_value * drag for drag in drags)]
        terms += [p.hazard_loss * (member.loss + member.anger), math.log(1.0 + p.contagion * member.left_near)]
        terms.append(
            math.log(1.0 + p.tenure_gain * self.unrest(member) * math.exp(-(time - member.joined_at) / DAY / p.tenure_days))
        )
        terms.append(p.hazard_value * (p.value_start - member.value - sum(drags)))
        return float(terms.index(max(terms)))
