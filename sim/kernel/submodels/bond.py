"""Bond: attachment to who runs the groups. It lets people buy, stay, look less at the price, tell others and show the brand.

Attention of staff adds to it (BOND_GROWN, worth more by likeness, rank and a face), a tier adds `tier_bond`, and a plan for one's own
trouble that is more than fair adds `bond_recovery`, so that somebody can end more attached than before the trouble; trust never rises
above its start. Fades with `bond_days`. While all gains are 0 staff write nothing of it down.

At full attachment the odds of buying rise by `bond_buying`, the hazards of muting and leaving fall by exp(-`bond_stay`), prices weigh
`bond_price` less, word of mouth is multiplied by 1 + `bond_spread`, and a share `bond_show` of own messages shows the brand.
"""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import within
from sim.events.kinds import DAY
from sim.vocabulary.tables import Row, Whole

#: Justice of a plan that is merely fair; what is beyond is generous (B30, D54: assumed).
FAIR: Final = 0.5
#: Bond above which somebody shows the brand by themselves (D04: mechanisms 0.6).
STRONG: Final = 0.6


@within
def fade_bond(parameters: Row, person: Row, days: float) -> None:
    """Attachment fades within months."""
    if person.bond > 0.0:
        person.bond *= math.exp(-days / parameters.bond_days)


@within
def bond_at(parameters: Row, person: Row, time: Whole) -> float:
    """Attachment at `time`, without touching the state."""
    if person.bond <= 0.0:
        return 0.0
    return person.bond * math.exp(-((time - person.at) / DAY) / parameters.bond_days)


@within
def grow_bond(person: Row, gain: float) -> None:
    """The stronger it is, the less is added."""
    person.bond += gain * (1.0 - person.bond)


@within
def recover(parameters: Row, person: Row, justice: float) -> None:
    """A plan for one's own trouble is read; what is more than fair attaches."""
    if justice > FAIR:
        grow_bond(person, parameters.bond_recovery * (justice - FAIR) / (1.0 - FAIR))


@within
def care_for_price(parameters: Row, bond: float) -> float:
    """Factor of the weight of prices."""
    return 1.0 - parameters.bond_price * bond


@within
def tells_others(parameters: Row, person: Row) -> float:
    """Factor of word of mouth."""
    return 1.0 + parameters.bond_spread * person.bond


@within
def shows_by_bond(parameters: Row, person: Row) -> float:
    """Chance that an own message shows the brand."""
    return parameters.bond_show * max(person.bond - STRONG, 0.0) / (1.0 - STRONG)
