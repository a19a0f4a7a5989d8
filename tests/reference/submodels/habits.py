"""Habits of asking, helping and complaining."""

from __future__ import annotations

import math

from sim.events.kinds import DAY
from tests.reference.tables import QUESTION, Member, Message


class Habits:
    """What is learnt from answers and from help."""

    def learn_asking(self, member: Member) -> None:
        """An answer of staff."""
        member.asking += self.p.ask_habit * (1.0 - member.asking)

    def learn_helping(self, member: Member) -> None:
        """Help of a member."""
        member.helping += self.p.help_habit * (1.0 - member.helping)

    def learn_claiming(self, member: Member) -> None:
        """Something from the staff, while upset: next time it takes less to complain."""
        if member.anger >= 0.01:
            member.claiming += self.p.claim_habit * (1.0 - member.claiming)

    def habit_of_helping(self, member: Member, time: int) -> float:
        """How much readier the person is to do something for others."""
        return 1.0 + member.helping * math.exp(-(time - member.felt_at) / DAY / self.p.habit_days)

    def readiness_to_help(self, member: Member, message: Message, time: int) -> float:
        """How much readier the person is to answer this message."""
        if message.kind is not QUESTION:
            return 1.0
        return self.habit_of_helping(member, time) * (1.0 + self.p.role_help if member.role in (1, 2) else 1.0)
