"""Honour: recognition before all."""

from __future__ import annotations

import math
from typing import Any

from sim.events.kinds import DAY
from tests.reference.draws import draw
from tests.reference.tables import Member


def factor_of_talk(rules: Any, member: Member, time: int) -> float:
    """Who is honoured, or wishes to be, has more to say."""
    return 1.0 + rules.p.honour_talk * (member.honour + member.wish)


class Honour:
    """Recognition and the wish for it."""

    def vanity(self, member: Member) -> float:
        """How much the person cares, 1 on average."""
        return 2.0 * draw(self.keys[member.number], "honour", 0)

    def be_honoured(self, member: Member, time: int, share: float) -> None:
        """What a share of the members have is worth less."""
        self.pass_time(member, time)
        gain = min(self.p.honour_gain * self.vanity(member), 1.0)
        member.honour += gain * (1.0 - share) * (1.0 - member.honour)

    def see_honour(self, member: Member, amount: float) -> None:
        """Others are seen to be honoured."""
        member.wish += min(self.p.honour_wish * self.vanity(member) * amount, 1.0) * (1.0 - member.wish)

    def obedience(self, member: Member, time: int) -> float:
        """How much readier the person is to do what staff ask for."""
        return 1.0 + self.p.honour_obey * member.honour * math.exp(-(time - member.felt_at) / DAY / self.p.honour_days)
