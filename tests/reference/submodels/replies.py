"""Replies: who is ready to answer."""

from __future__ import annotations

import math

from sim.events.kinds import DAY
from tests.reference.tables import MUTED, Member


class Replies:
    """Replies."""

    def consent(self, member: Member, time: int, to_operator: bool) -> float:
        """Readiness to answer when a message is just in view."""
        p = self.p
        consent = self.interest(member) * (p.consent_floor + self.warmth_at(member, time))
        consent *= self.readiness(member)
        if member.mode is MUTED:
            consent *= p.muted_checks
        if to_operator:
            satiation = member.satiation * math.exp(-(time - member.at) / DAY / p.satiation_days)
            consent /= 1.0 + satiation / p.content_satiation
        return consent
