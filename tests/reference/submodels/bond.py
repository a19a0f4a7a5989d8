"""Bond: how attached a member is to those who run the groups."""

from __future__ import annotations

import math

from sim.events.kinds import DAY
from tests.reference.tables import Member


class Bond:
    """Attachment."""

    def attach(self, member: Member, gain: float) -> None:
        """A share of what is missing is added."""
        member.bond += gain * (1.0 - member.bond)

    def bond_now(self, member: Member, time: int) -> float:
        """What is left of it by now."""
        return member.bond * math.exp(-(time - member.felt_at) / DAY / self.p.bond_days)

    def recover(self, member: Member, justice: float) -> None:
        """A plan for one's own trouble that is more than fair."""
        if justice > 0.5:
            self.attach(member, self.p.bond_recovery * (justice - 0.5) / 0.5)

    def share_shown(self, member: Member) -> float:
        """Share of own messages that show the brand: by attachment above .6, and by a role."""
        by_bond = self.p.bond_show * max(member.bond - 0.6, 0.0) / 0.4
        return 1.0 - (1.0 - by_bond) * (1.0 - self.p.role_show) if member.role else by_bond

    def word_of_mouth(self, member: Member) -> float:
        """How much more is told to others."""
        return (1.0 + self.p.bond_spread * member.bond) * (self.p.role_spread if member.role else 1.0)
