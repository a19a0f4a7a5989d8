"""Voices: how many have talked lately."""

from __future__ import annotations

import math
from typing import Any

from sim.events.kinds import DAY
from tests.reference.tables import Group, Member


def factor_of_talk(rules: Any, member: Member, time: int) -> float:
    """The fewer have talked a day, the more room there is for one more."""
    if rules.p.voices_loafing <= 0.0:
        return 1.0
    talkers = rules.voices_now(member.group, time) / rules.p.voices_days
    return (10.0 / (1.0 + talkers)) ** rules.p.voices_loafing


class Voices:
    """Who has been heard."""

    def voices_now(self, group: Group, time: int) -> float:
        """Members heard lately, each once a day, as they still count."""
        return group.voices * math.exp(-(time - group.voices_at) / DAY / self.p.voices_days)
