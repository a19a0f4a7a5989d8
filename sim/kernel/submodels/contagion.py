"""Contagion of leaving: members notice when an acquaintance goes, and are more likely to go for some time."""

from __future__ import annotations

import math

from sim.compiled import within
from sim.vocabulary.tables import Row


@within
def fade_contagion(parameters: Row, member: Row, days: float) -> None:
    """Who left is forgotten."""
    if member.left_near > 0.0:
        member.left_near *= math.exp(-days / parameters.contagion_days)


@within
def pull_of_leavers(parameters: Row, member: Row) -> float:
    """Factor of the hazard of leaving."""
    return 1.0 + parameters.contagion * member.left_near
