"""Value of a channel to a member: learnt at checks from what was read, never else but at answers, rewards and neglect.

The benefit diminishes and reading costs (form: Ren & Kraut 2014).
"""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import within
from sim.kernel.forms import clip
from sim.kernel.submodels.reasons import learn_costs
from sim.vocabulary.tables import Row, Whole

LOW, HIGH = -0.3, 1.0
#: Screens left unread beyond which overload costs no more (assumed).
OVERLOAD_HIGH: Final = 2.0
#: Longest time between two checks that counts as learning time, days (assumed).
LEARNING_HIGH: Final = 1.0


@within
def interest(parameters: Row, member: Row) -> float:
    """How much of a person's habit is left at the value the channel has for them: phi, without a floor."""
    return clip(member.value / parameters.value_reference, 0.0, 1.0)


@within
def move_value(member: Row, amount: float) -> None:
    """Adds to the value, within its bounds."""
    member.value = clip(member.value + amount, LOW, HIGH)


@within
def benefit_of(parameters: Row, trait: Row, member: Row, talk: Whole, tied: Whole, content: float, promotion: float) -> float:
    """Matching messages that were read; content is worth less to those who had much of it."""
    satiated = 1.0 / (1.0 + member.satiation / parameters.content_satiation)
    return (
        trait.match_talk * talk
        + parameters.tied_worth * tied
        + trait.match_content * satiated * content
        + trait.match_promotion * promotion
    )


@within
def learn_value(
    parameters: Row,
    member: Row,
    days: float,
    benefit: float,
    reads: Whole,
    unread: Whole,
    cap: Whole,
    promotion: float,
    adverts: Whole,
    operator: Whole,
) -> None:
    """The value moves towards what this check was worth; days since the last one."""
    overload = parameters.overload_cost * min(max(unread - cap, 0) / cap, OVERLOAD_HIGH)
    of_promotions, of_adverts = parameters.promotion_cost * promotion, parameters.advert_cost * adverts
    of_operator = parameters.operator_cost * operator
    worth = (
        1.0
        - math.exp(-benefit / parameters.read_scale)
        - parameters.open_cost
        - parameters.read_cost * reads / cap
        - overload
        - of_promotions
        - of_adverts
        - of_operator
    )
    rate = 1.0 - math.exp(-min(days, LEARNING_HIGH) / parameters.value_days)
    learn_costs(member, rate, overload, of_promotions + of_operator, of_adverts)
    member.value += rate * (worth - member.value)
    member.value = clip(member.value, LOW, HIGH)
