"""Norms: adverts left standing invite further ones."""

from __future__ import annotations

import math
from typing import Any

from sim.events.kinds import DAY
from tests.reference.tables import ADVERT, Group, Member, Message


def factor_of_talk(rules: Any, member: Member, time: int) -> float:
    """Posted rules give courage to those who have not written yet."""
    return rules.p.rules_courage if member.group.rules and member.posts == 0 else 1.0


class Norms:
    """Norms."""

    def breach_now(self, group: Group, time: int) -> float:
        """Adverts left standing, as they still count."""
        return group.breach * math.exp(-(time - group.breach_at) / DAY / self.p.breach_days)

    def expected_adverts(self, member: Member, time: int) -> float:
        """Adverts that come out of one check, on average."""
        p, group = self.p, member.group
        logit = p.breach_gain * min(self.breach_now(group, time), p.breach_cap) - (p.rules_effect if group.rules else 0.0)
        return member.advert_rate * math.exp(logit)

    def remove_message(self, time: int, message: Message, spared: float = 0.0) -> None:
        """A message is taken away; its author is not pleased, an advert no longer counts against the norm."""
        if message.removed:
            return
        message.removed = True
        group = message.group
        if message.kind is ADVERT:
            own = math.exp(-(time - message.time) / DAY / self.p.breach_days)
            group.breach = max(self.breach_now(group, time) - own, 0.0)
            group.breach_at = time
        if message.author is not None:
            self.pass_time(self.member(message.author.number, group), time)
            self.upset(message.author, time, self.p.removal_anger * (1.0 - spared), None)
