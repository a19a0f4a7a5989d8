"""Debut: a member's first message in a channel gets more replies; many have then said what they came for, fewer if answered."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.kernel.forms import NO
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole

#: How far the first message of a member in a channel has come (MEMBERSHIP.debut).
SILENT, UNANSWERED, STAYING, SPENT = range(4)
#: What is left of the readiness to write of somebody who has said what they came for (assumed).
SPENT_TALK: Final = 0.05


@within
def make_debut(member: Row) -> None:
    """The first message of one's own."""
    if member.debut == SILENT:
        member.debut = UNANSWERED


@within
def close_debut(parameters: Row, trait: Row, member: Row, root: np.uint64, answered: Whole) -> None:
    """The first message has been answered, or nobody did for long: who has little to say has said it, fewer of them if answered.

    root: key of the membership. The chance is debut_loss / (1 + sociability), at most 1.
    """
    if member.debut != UNANSWERED:
        return
    chance = parameters.debut_loss / (1.0 + trait.sociability)
    if answered != NO:
        chance *= 1.0 - parameters.debut_answer
    member.debut = SPENT if uniform(root, streams.DEBUT, 0) < chance else STAYING


@within
def readiness(member: Row) -> float:
    """Factor of the readiness to write."""
    return SPENT_TALK if member.debut == SPENT else 1.0


@within
def factor_of_talk(
    parameters: Row, world: Row, trait: Row, person: Row, member: Row, channel: Row, where: Whole, time: Whole
) -> float:
    """Who has said what they came for hardly writes again."""
    return readiness(member)
