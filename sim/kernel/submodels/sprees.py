"""Sprees: whoever has begun to talk is there, and often begins again with something else a few minutes later."""

from __future__ import annotations

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import MINUTE
from sim.kernel.forms import log_delay
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole

#: Spread of the time until somebody begins again, and the longest one, minutes (assumed).
SPREE_SPREAD, SPREE_MINUTES_HIGH = 1.0, 180.0


@within
def begins_again(parameters: Row, root: np.uint64) -> bool:
    """Whether somebody has more to say than this; so their number is geometric."""
    return uniform(root, streams.SPREE, 0) < parameters.spree_share


@within
def spree_delay(parameters: Row, root: np.uint64) -> Whole:
    """After how long, us."""
    delay = log_delay(uniform(root, streams.SPREE, 1), parameters.spree_minutes, SPREE_SPREAD)
    return int(min(delay, SPREE_MINUTES_HIGH) * MINUTE) + 1
