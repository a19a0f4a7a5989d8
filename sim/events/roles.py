"""Catalogue of kinds -> which columns of which kinds hold the number of a person, a message and so on."""

from __future__ import annotations

import re

import numpy as np

from sim.events.kinds import CATALOGUE

#: One more than the highest code of a kind.
CODES = max(kind.code for kind in CATALOGUE) + 1


def holds(column: str, *words: str) -> np.ndarray:
    """For each code of a kind whether `column` (actor or target) holds what one of these words names, bool [CODES]."""
    codes = [kind.code for kind in CATALOGUE if re.split(r"\W", getattr(kind, column))[0] in words]
    return np.isin(np.arange(CODES), codes)
