"""Warmth of a member in a channel: belonging. Replies, answers, welcome and care make warm, being ignored makes cold."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import within
from sim.events.kinds import COMPLAINT_POSTED, DAY, HOUR, NONE, QUESTION_ASKED
from sim.kernel.forms import YES, halved
from sim.kernel.submodels.anger import enrage
from sim.kernel.submodels.reasons import feel_neglect
from sim.kernel.submodels.value import move_value
from sim.vocabulary.tables import Row, Whole

BY_MEMBER: Final = 1
BY_STAFF: Final = 2
#: What a newcomer is told (MEMBER_WELCOMED.x).
NEXT, SERVICES, SHOP = 1.0, 2.0, 3.0
#: How staff care for somebody (MEMBER_CARED_FOR.y).
PRAISE, COACHING, GATHERING, OUTING = 1.0, 2.0, 3.0, 4.0


@within
def warmth_at(parameters: Row, member: Row, time: Whole) -> float:
    """Warmth at `time`, without touching the state."""
    days = (time - member.at) / DAY
    return member.warmth_base + (member.warmth - member.warmth_base) * math.exp(-days / parameters.warmth_days)


@within
def warm(member: Row, gain: float) -> None:
    """All gains have this form: the warmer, the less."""
    member.warmth += gain * (1.0 - member.warmth)


@within
def reply_warms(parameters: Row, member: Row, message: Row, number: Whole) -> None:
    """Another member answers one's message."""
    warm(member, parameters.reply_warmth)
    if message.answered == 0:
        message.answered = BY_MEMBER
    if member.waiting == number:
        member.waiting = NONE


@within
def staff_answer_warms(
    parameters: Row, person: Row, member: Row, message: Row, number: Whole, time: Whole, friendliness: float
) -> None:
    """Staff answer one's message; only their first answer counts."""
    delay = time - message.time
    if message.answered < BY_STAFF:
        gain = parameters.staff_warmth * friendliness * halved(delay, parameters.staff_hours)
        if message.kind == QUESTION_ASKED:
            fresh = halved(delay, parameters.answer_hours)
            gain += parameters.answer_warmth * fresh
            move_value(member, parameters.answer_value * fresh)
        warm(member, min(gain, 1.0))
        if message.kind == COMPLAINT_POSTED:
            person.soothed = 1
    message.answered = BY_STAFF
    if member.waiting == number:
        member.waiting = NONE


@within
def welcome_warms(parameters: Row, member: Row, time: Whole, told: float, ritual: float) -> None:
    """A newcomer is greeted; sooner is better, and a ritual and knowing what comes next count besides."""
    soon = halved(time - member.joined_at, parameters.welcome_hours)
    warm(member, parameters.welcome_warmth * soon)
    if ritual > 0.0:
        warm(member, parameters.ritual_warmth * soon)
    if told == NEXT:
        move_value(member, parameters.told_value * soon)
    elif told == SHOP:
        move_value(member, -parameters.promotion_cost)


@within
def neglect_cools(parameters: Row, person: Row, member: Row, message: Row, time: Whole) -> None:
    """Nobody has answered one's message for long; a question of one's own also angers. Noticed at a check."""
    if time - message.time > parameters.ignored_hours * HOUR:
        cooled = member.warmth * (1.0 - parameters.ignored_warmth)
        member.warmth *= parameters.ignored_warmth
        feel_neglect(parameters, member, 0.0, cooled)
        if message.kind == QUESTION_ASKED:
            move_value(member, -parameters.ignored_value)
            feel_neglect(parameters, member, parameters.ignored_value, 0.0)
            enrage(parameters, person, time, parameters.question_anger, np.int64(message.incident), YES)
        member.waiting = NONE


@within
def care_gain(parameters: Row, how: float) -> float:
    """Warmth that care gives, by what it is."""
    if how == OUTING:
        return parameters.outing_warmth
    return parameters.gathering_warmth if how == GATHERING else parameters.care_warmth
