"""Reasons: which term moved the hazard of a member most, at the moment they mute or leave.

The value of a channel is a running mean of what checks were worth, so each cost has a running mean of its own (`drag_...`)
by the same rule, and the terms below add up to what the hazard of `leaving` holds.
"""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import within
from sim.events.kinds import (
    BY_ACQUAINTANCE,
    BY_ADVERTS,
    BY_ANGER,
    BY_BOREDOM,
    BY_NEGLECT,
    BY_NEWNESS,
    BY_NOTHING,
    BY_OVERLOAD,
    BY_SALES,
)
from sim.kernel.forms import fading
from sim.kernel.submodels.contagion import pull_of_leavers
from sim.kernel.submodels.doubts import unrest
from sim.vocabulary.tables import Row, Whole

#: A logarithm of the hazard below this moves nobody: five percent.
LEAST: Final = 0.05


@within
def learn_costs(member: Row, rate: float, overload: float, sales: float, adverts: float) -> None:
    """What a check cost, by kind; rate: weight of this check in the value."""
    member.drag_overload += rate * (overload - member.drag_overload)
    member.drag_sales += rate * (sales - member.drag_sales)
    member.drag_adverts += rate * (adverts - member.drag_adverts)
    member.drag_neglect -= rate * member.drag_neglect


@within
def feel_neglect(parameters: Row, member: Row, value: float, warmth: float) -> None:
    """Value and warmth lost by being ignored, as their share of the logarithm of the hazard."""
    if parameters.hazard_value > 0.0:
        member.drag_neglect += value + parameters.hazard_warmth * warmth / parameters.hazard_value


@within
def stronger(best: float, reason: float, term: float, other: float) -> tuple[float, float]:
    """The stronger of two reasons, as (its term, its code); of equals the first."""
    return (term, other) if term > best else (best, reason)


@within
def reason_of(parameters: Row, person: Row, member: Row, channel: Row, time: Whole) -> float:
    """Code of the term that raises the hazard most above that of a content member of long standing."""
    value = parameters.hazard_value
    lost = member.drag_adverts + member.drag_sales + member.drag_overload + member.drag_neglect
    best, reason = LEAST, BY_NOTHING
    best, reason = stronger(best, reason, value * member.drag_adverts, BY_ADVERTS)
    best, reason = stronger(best, reason, value * member.drag_sales, BY_SALES)
    best, reason = stronger(best, reason, value * member.drag_overload, BY_OVERLOAD)
    best, reason = stronger(best, reason, value * member.drag_neglect, BY_NEGLECT)
    best, reason = stronger(best, reason, parameters.hazard_loss * (person.loss + person.anger), BY_ANGER)
    best, reason = stronger(best, reason, math.log(pull_of_leavers(parameters, member)), BY_ACQUAINTANCE)
    best, reason = stronger(best, reason, value * (parameters.value_start - member.value - lost), BY_BOREDOM)
    restless = parameters.tenure_gain * unrest(parameters, member, channel)
    young = 1.0 + restless * fading(time - member.joined_at, parameters.tenure_days)
    best, reason = stronger(best, reason, math.log(young), BY_NEWNESS)
    return reason
