"""Chemistry: how much the members of a group have to say to each other."""

from __future__ import annotations

import math
from typing import Any

from tests.reference.forms import normal
from tests.reference.tables import Member


def factor_of_talk(rules: Any, member: Member, time: int) -> float:
    """A lognormal number of mean 1 that belongs to the group."""
    spread = rules.p.group_spread
    return (
        math.exp(spread * normal(rules.root, "chemistry", member.group.number) - spread * spread / 2.0) if spread > 0.0 else 1.0
    )
