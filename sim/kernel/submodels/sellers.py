"""Sellers: whoever hears sales talk from another person of the staff than the last one no longer knows whom to buy from.

Each change closes the share `seller_doubt` of the gap to 1; it fades with `seller_days`. Whoever does not know puts the order off: the
chance to buy is multiplied by 1 - doubt. One guide who comes again, and any word that sells nothing, raises no doubt.
"""

from __future__ import annotations

import math

from sim.compiled import within
from sim.events.kinds import DAY
from sim.vocabulary.tables import Row, Whole


@within
def fade_unsure(parameters: Row, person: Row, days: float) -> None:
    """After a while one asks anybody."""
    if person.unsure > 0.0:
        person.unsure *= math.exp(-days / parameters.seller_days)


@within
def hear_seller(parameters: Row, person: Row, seller: Whole) -> None:
    """Somebody of the staff sells; numbers of sellers count from 1, 0 is nobody so far."""
    if person.seller != 0 and person.seller != seller + 1:
        person.unsure += parameters.seller_doubt * (1.0 - person.unsure)
    person.seller = seller + 1


@within
def factor_of_buying(parameters: Row, world: Row, trait: Row, person: Row, time: Whole) -> float:
    """The less one knows whom to buy from, the more often the order is put off."""
    if person.unsure <= 0.0:
        return 1.0
    return 1.0 - person.unsure * math.exp(-((time - person.at) / DAY) / parameters.seller_days)
