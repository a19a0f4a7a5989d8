"""Leaving and muting."""

from __future__ import annotations

import math

from sim.events.kinds import DAY
from tests.reference.submodels.reading import Read
from tests.reference.tables import ATTENTIVE, GONE, MUTED, Member


class Leaving:
    """Leaving and muting."""

    def leave(self, member: Member, noticed: bool, time: int = 0) -> None:
        """A member is gone; acquaintances who are still there notice who leaves by themselves."""
        group = member.group
        if not member.present:
            return
        member.left_at = time
        group.members -= 1
        if member.mode is MUTED:
            group.muted -= 1
        member.mode = GONE
        if noticed:
            for person in member.acquaintances:
                if (near := self.inside(person, group)) is not None:
                    near.left_near += 1.0

    def mute(self, member: Member) -> None:
        """Notifications off."""
        if member.mode is ATTENTIVE:
            member.mode = MUTED
            member.group.muted += 1

    def unmute(self, member: Member) -> None:
        """Notifications on."""
        if member.mode is MUTED:
            member.mode, member.mute_clock = ATTENTIVE, 0.0
            member.group.muted -= 1

    def weigh_leaving(self, member: Member, time: int, days: float, seen: Read) -> None:
        """The days since the last check go into both clocks, with the state after reading."""
        p = self.p
        newness = 1.0 + p.tenure_gain * self.unrest(member) * math.exp(-(time - member.joined_at) / DAY / p.tenure_days)
        mind = math.exp(
            -p.hazard_value * (member.value - 0.4)
            - p.hazard_warmth * (member.warmth - 0.1)
            + p.hazard_loss * (member.loss + member.anger)
            - p.bond_stay * member.bond
            - p.honour_stay * member.honour
        )
        hazard = p.leave_rate * newness * mind * (1.0 + p.contagion * member.left_near)
        member.leave_clock += hazard * days * (p.muted_leave if member.mode is MUTED else 1.0)
        if member.mode is ATTENTIVE:
            load = (seen.reads + (p.operator_load - 1.0) * (seen.operator + seen.adverts)) / seen.cap
            haste = newness + p.mute_haste * math.exp(-(time - member.joined_at) / DAY / p.tenure_days)
            member.mute_clock += p.mute_rate * haste * mind * max(load, 0.5) * days
