"""Catalogue of kinds -> which columns of which kinds hold the number of a person, a message and so on."""

from __future__ import annotations

import numpy as np

from sim.events.kinds import CATALOGUE

#: One more than the highest code of a kind.
CODES = max(kind.code for kind in CATALOGUE) + 1


def holds(column: str, *things: str) -> np.ndarray:
    """For each code of a kind whether `column` (actor or target) holds the number of one of these NUMBERS, bool [CODES]."""
    return np.isin(np.arange(CODES), [kind.code for kind in CATALOGUE if kind.columns[column].of in things])
