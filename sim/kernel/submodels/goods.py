"""Goods: whoever has no use for what an offer is about neither keeps the price nor takes the coupon, and is bothered all the same."""

from __future__ import annotations

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
