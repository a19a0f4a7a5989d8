"""Goods: whoever has no use for what an offer is about neither keeps the price nor takes the coupon, and is bothered all the same.

Of those who do not see what a game asks of them, the sociable ones ask, 1 - exp(-sociability), and nobody else says anything.
"""

from __future__ import annotations

import math

import numpy as np

from sim import streams
from sim.compiled import within
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole


@within
def has_use(trait: Row, stimulus: Row) -> bool:
    """Whether a person has a use for the goods of an offer: always the same ones; all have for an offer about nothing in particular."""
    return stimulus.wanted_by <= 0.0 or uniform(trait.key, streams.GOODS, int(stimulus.goods)) < stimulus.wanted_by


@within
def is_puzzled(stimulus: Row, visit: np.uint64, turn: Whole) -> bool:
    """Whether somebody who would take part does not see from the instructions what to do."""
    return stimulus.puzzle > 0.0 and uniform(visit, streams.PUZZLE, turn) < stimulus.puzzle


@within
def asks_how(trait: Row, visit: np.uint64, turn: Whole) -> bool:
    """Whether a puzzled person asks."""
    return uniform(visit, streams.ASK_HOW, turn) < 1.0 - math.exp(-trait.sociability)
