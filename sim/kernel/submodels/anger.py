"""Anger: from hurts of one's own and caught by reading; grows while nobody reacts, is vented in public, can be soothed.

An answer in a bad temper hurts who asked by `harsh_anger` times its harshness.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import DAY, NONE
from sim.kernel.forms import NO
from sim.kernel.submodels.discretion import openness
from sim.kernel.submodels.trust import lose_trust
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole

#: Anger is held at or below this (assumed; about three grievances at once).
HIGH: Final = 3.0
#: Below this anger a new one begins anew (assumed).
CALM: Final = 0.01


@within
def fade_anger(parameters: Row, person: Row, time: Whole, days: float) -> None:
    """Grows while a hurt of one's own is fresh and nobody has reacted, then fades."""
    if person.anger > 0.0:
        calm = days
        if person.soothed == 0:
            since = min((person.at - person.angry_at) / DAY, parameters.anger_peak)
            until = min((time - person.angry_at) / DAY, parameters.anger_peak)
            person.anger *= math.exp(0.5 * parameters.anger_growth * (until * until - since * since))
            calm = days - (until - since)
        person.anger = min(person.anger * math.exp(-calm / parameters.anger_days), HIGH)


@within
def enrage(parameters: Row, person: Row, time: Whole, amount: float, incident: Whole, own: Whole) -> None:
    """Adds anger; what is felt costs trust as well. Only a hurt of one's own grows while nobody reacts."""
    if person.anger < CALM:
        person.angry_at = time
        person.soothed = 1
    if own:
        person.angry_at = time
        person.soothed = 0
    person.anger = min(person.anger + amount, HIGH)
    lose_trust(parameters, person, amount)
    if incident != NONE:
        person.incident = incident


@within
def catch_anger(parameters: Row, trait: Row, person: Row, time: Whole, amount: float, incident: Whole) -> None:
    """Anger of others is caught by reading, up to anger_caught; amount: sum of |sentiment| read."""
    room = max(1.0 - person.anger / parameters.anger_caught, 0.0)
    caught = parameters.anger_spread * trait.susceptibility * min(amount, 1.0) * room
    enrage(parameters, person, time, caught, incident, NO)


@within
def soothe(person: Row, share: float) -> None:
    """A private word takes a share of the anger and ends its growth."""
    person.anger *= 1.0 - share
    person.soothed = 1


@within
def vents(parameters: Row, trait: Row, person: Row, visit: np.uint64) -> bool:
    """Whether a person complains in public at a check; sooner, where that has paid before."""
    threshold = trait.vent_threshold * (1.0 - person.claiming)
    return person.anger >= threshold and uniform(visit, streams.VENT, 0) < parameters.vent_chance * openness(trait)


@within
def vented(parameters: Row, person: Row) -> None:
    """Complaining helps."""
    person.anger *= parameters.vent_left
