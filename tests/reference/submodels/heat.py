"""Topics and calendar."""

from __future__ import annotations

import math
from typing import Any

from sim.events.kinds import DAY
from tests.reference.tables import Member


def factor_of_talk(rules: Any, member: Member, time: int) -> float:
    """Topics of the group, weekday, and how far the hour is from the one at which the person likes to talk."""
    p, factor = rules.p, 1.0
    if p.heat_gain > 0.0:
        before = [(at, heat) for at, heat in member.group.topics if at <= time]
        factor += p.heat_gain * before[-1][1] * math.exp(-(time - before[-1][0]) / DAY / p.heat_days) if before else 0.0
    if p.weekend_talk != 1.0:
        week = [1.0] * 5 + [p.weekend_talk] * 2
        factor *= week[time // DAY % 7] / (sum(week) / 7.0)
    if p.hour_focus > 0.0:
        since = (time - member.own_hour - member.shift) / DAY
        factor *= math.exp(p.hour_focus * math.cos(2.0 * math.pi * since)) / member.hour_mean
    return factor
