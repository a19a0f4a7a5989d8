"""Doubts: three questions of a newcomer."""

from __future__ import annotations

import math
from typing import Any

from sim.events.kinds import DAY
from tests.reference.submodels.debut import WRITES_ON
from tests.reference.tables import Member


def factor_of_talk(rules: Any, member: Member, time: int) -> float:
    """Open questions of somebody new hold talk back."""
    young = math.exp(-(time - member.joined_at) / DAY / rules.p.tenure_days)
    return 1.0 - rules.p.doubt_talk * rules.unanswered(member) * young


class Doubts:
    """What a newcomer does not know yet."""

    def unanswered(self, member: Member) -> float:
        """Share of the questions that are open: what for, whom do I know, may I speak."""
        answers = (
            member.value > self.p.value_start,
            member.warmth > self.p.warmth_start,
            member.group.rules or member.debut == WRITES_ON,
        )
        return answers.count(False) / 3.0

    def unrest(self, member: Member) -> float:
        """How much more restless they make a newcomer."""
        return 1.0 + self.p.doubt_leave * self.unanswered(member)
