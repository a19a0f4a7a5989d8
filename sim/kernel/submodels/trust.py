"""Trust in the operator: lost with anger, restored in part by a workable plan, forgotten in weeks."""

from __future__ import annotations

import math

from sim.compiled import within
from sim.events.kinds import NONE
from sim.kernel.forms import clip, halved
from sim.kernel.submodels.bond import recover
from sim.vocabulary.tables import Row


@within
def fade_loss(parameters: Row, person: Row, days: float) -> None:
    """What was lost is forgotten."""
    if person.loss > 0.0:
        person.loss *= math.exp(-days / parameters.loss_days)


@within
def lose_trust(parameters: Row, person: Row, anger: float) -> None:
    """Every unit of anger added costs trust."""
    person.loss = clip(person.loss + parameters.trust_loss * anger, 0.0, 1.0)


@within
def read_plan(parameters: Row, person: Row, message: Row, incident: Row) -> None:
    """Reading a workable plan: trust comes back, never above the level before; sooner is better (repair)."""
    if person.incident != message.incident and person.incident != NONE:
        return
    share = parameters.repair * message.reward * halved(message.time - incident.opened_at, parameters.repair_hours)
    person.loss *= 1.0 - share
    person.anger *= 1.0 - message.reward
    if person.incident == message.incident:
        recover(parameters, person, message.reward)
    if message.reward > 0.0:
        person.soothed = 1
