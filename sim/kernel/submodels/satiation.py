"""Satiation with the operator: every message of theirs that is read makes the next content worth less and staff less answered."""

from __future__ import annotations

import math

from sim.compiled import within
from sim.kernel.forms import fading
from sim.vocabulary.tables import Row, Whole


@within
def fade_satiation(parameters: Row, member: Row, days: float) -> None:
    """Satiation fades."""
    member.satiation *= math.exp(-days / parameters.satiation_days)


@within
def patience(parameters: Row, member: Row, time: Whole) -> float:
    """What is left of the readiness to answer the operator, without touching the state."""
    left = member.satiation * fading(time - member.at, parameters.satiation_days)
    return 1.0 + left / parameters.content_satiation
