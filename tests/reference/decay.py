"""What fades, at the owner's own events only."""

from __future__ import annotations

import math

from sim.events.kinds import DAY
from tests.reference.tables import Member


class Decay:
    """What fades, at the owner's own events only."""

    def pass_time(self, member: Member, time: int) -> None:
        """All that fades, fades up to now; anger that nobody has soothed grows first."""
        p, days = self.p, (time - member.at) / DAY
        if days > 0.0:
            member.warmth = self.warmth_at(member, time)
            member.satiation *= math.exp(-days / p.satiation_days)
            member.left_near *= math.exp(-days / p.contagion_days)
            member.at = time
        self.calm_down(member.home, time)

    def calm_down(self, member: Member, time: int) -> None:
        """The personal part of it."""
        p, days = self.p, (time - member.felt_at) / DAY
        if days <= 0.0:
            return
        member.mood *= math.exp(-days * 1440.0 / p.mood_minutes)
        member.recall *= math.exp(-days / p.recall_days)
        member.loss *= math.exp(-days / p.loss_days)
        member.contact *= math.exp(-days / p.contact_days)
        member.favours *= math.exp(-days / p.favour_days)
        member.bond *= math.exp(-days / p.bond_days)
        member.unsure *= math.exp(-days / p.seller_days)
        member.honour, member.wish = (one * math.exp(-days / p.honour_days) for one in (member.honour, member.wish))
        member.asking *= math.exp(-days / p.habit_days)
        member.helping *= math.exp(-days / p.habit_days)
        member.claiming *= math.exp(-days / p.habit_days)
        member.wear *= math.exp(-days / p.wear_days)
        if member.anger > 0.0:
            fading = days
            if not member.soothed:
                before = min((member.felt_at - member.angry_at) / DAY, p.anger_peak)
                after = min((time - member.angry_at) / DAY, p.anger_peak)
                member.anger *= math.exp(p.anger_growth * (after**2 - before**2) / 2.0)
                fading -= after - before
            member.anger = min(member.anger * math.exp(-fading / p.anger_days), 3.0)
        member.felt_at = time
