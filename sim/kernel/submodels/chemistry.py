"""Chemistry: groups differ in how much their members have to say to each other, from the start and for good."""

from __future__ import annotations

import math

from sim import streams
from sim.compiled import within
from sim.kernel.forms import normal
from sim.vocabulary.tables import Row, Whole


@within
def factor_of_talk(
    parameters: Row, world: Row, trait: Row, person: Row, member: Row, channel: Row, where: Whole, time: Whole
) -> float:
    """Lognormal of mean 1, drawn for each group."""
    spread = parameters.group_spread
    if spread <= 0.0:
        return 1.0
    return math.exp(spread * normal(world.key, streams.CHEMISTRY, where) - 0.5 * spread * spread)
