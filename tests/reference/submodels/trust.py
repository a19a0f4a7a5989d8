"""Trust: a plan for what upset members brings part of it back."""

from __future__ import annotations

from tests.reference.forms import half_life
from tests.reference.tables import Member, Message


class Trust:
    """Trust."""

    def be_repaired(self, member: Member, plan: Message) -> None:
        """A plan for what upset the member brings part of the trust back."""
        if member.incident is None or member.incident is plan.incident:
            promptness = half_life(plan.time - plan.incident.opened_at, self.p.repair_hours)
            member.loss *= 1.0 - self.p.repair * plan.reward * promptness
            member.anger *= 1.0 - plan.reward
            if member.incident is plan.incident:
                self.recover(member, plan.reward)
            member.soothed = member.soothed or plan.reward > 0.0
