"""Doubts: a newcomer asks what there is to get, whom one knows, and whether one may speak here; what is open holds back.

Each answer is in the state. What there is to get is known once the channel is worth more than was expected; faces are familiar once
somebody has turned to the newcomer (warmth above that of an entry), or acquaintances are inside; one may speak where rules are posted,
or once it is known what has become of a first message of one's own. While n of the 3 questions are open, talk is multiplied by
1 - `doubt_talk` n/3 exp(-days since the entry / tenure_days), and the restlessness of a newcomer, `tenure_gain`, by 1 + `doubt_leave` n/3.
"""

from __future__ import annotations

from typing import Final

from sim.compiled import within
from sim.kernel.forms import fading
from sim.kernel.submodels.debut import STAYING
from sim.vocabulary.tables import Row, Whole

#: Questions of a newcomer (D43).
QUESTIONS: Final = 3.0


@within
def open_share(parameters: Row, member: Row, channel: Row) -> float:
    """Share of the three questions to which a member has no answer."""
    known = 0.0
    if member.value > parameters.value_start:
        known += 1.0
    if member.warmth > parameters.warmth_start:
        known += 1.0
    if channel.rules or member.debut == STAYING:
        known += 1.0
    return 1.0 - known / QUESTIONS


@within
def unrest(parameters: Row, member: Row, channel: Row) -> float:
    """Factor of the restlessness of a newcomer."""
    if parameters.doubt_leave <= 0.0:
        return 1.0
    return 1.0 + parameters.doubt_leave * open_share(parameters, member, channel)


@within
def factor_of_talk(
    parameters: Row, world: Row, trait: Row, person: Row, member: Row, channel: Row, where: Whole, time: Whole
) -> float:
    """Who does not know whether one may speak, to whom, and what for, says less."""
    if parameters.doubt_talk <= 0.0:
        return 1.0
    fresh = fading(time - member.joined_at, parameters.tenure_days)
    return 1.0 - parameters.doubt_talk * open_share(parameters, member, channel) * fresh
