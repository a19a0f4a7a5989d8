"""Honour: recognition before all. Who is honoured writes more, stays longer and does what is asked; who sees it wishes for it.

A title or a word of praise adds `honour_gain` times the person's own wish for importance, less the more others have the same; it fades
with `honour_days`. Talk is multiplied by 1 + `honour_talk` (honour + wish), the hazards of leaving by exp(-`honour_stay` honour),
readiness to do what staff ask for by 1 + `honour_obey` honour. A reader of a post that honours others gains `honour_wish`; the wish adds
`wish_buying` wish to the log odds of buying, since orders are what a seat among the best is earned by (off at 0).
"""

from __future__ import annotations

import math

from sim import streams
from sim.compiled import within
from sim.events.kinds import DAY
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole


@within
def fade_honour(parameters: Row, person: Row, days: float) -> None:
    """Honour and the wish for it fade within weeks."""
    if person.honour > 0.0 or person.wish > 0.0:
        left = math.exp(-days / parameters.honour_days)
        person.honour *= left
        person.wish *= left


@within
def weight_of_honour(trait: Row) -> float:
    """How much a person cares for being important, 0 to 2, mean 1: for each person a number of their own."""
    return 2.0 * uniform(trait.key, streams.HONOUR, 0)


@within
def honoured(parameters: Row, trait: Row, person: Row, share: float) -> None:
    """Somebody is honoured; what many have is worth less."""
    person.honour += min(parameters.honour_gain * weight_of_honour(trait), 1.0) * (1.0 - share) * (1.0 - person.honour)


@within
def see_honour(parameters: Row, trait: Row, person: Row, amount: float) -> None:
    """Others are seen to be honoured."""
    person.wish += min(parameters.honour_wish * weight_of_honour(trait) * amount, 1.0) * (1.0 - person.wish)


@within
def factor_of_talk(
    parameters: Row, world: Row, trait: Row, person: Row, member: Row, channel: Row, where: Whole, time: Whole
) -> float:
    """Who is honoured, or wishes to be, has more to say."""
    if person.honour <= 0.0 and person.wish <= 0.0:
        return 1.0
    return 1.0 + parameters.honour_talk * (person.honour + person.wish)


@within
def wish_at(parameters: Row, person: Row, time: Whole) -> float:
    """The wish for recognition, as it is now."""
    return person.wish * math.exp(-((time - person.at) / DAY) / parameters.honour_days)


@within
def obeys(parameters: Row, person: Row, time: Whole) -> float:
    """Factor of the readiness to do what staff ask for."""
    if person.honour <= 0.0:
        return 1.0
    return 1.0 + parameters.honour_obey * person.honour * math.exp(-((time - person.at) / DAY) / parameters.honour_days)
