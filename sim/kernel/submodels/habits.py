"""Habits: whoever sees staff answer asks them more (`ask_habit`); whoever was helped by members helps more (`help_habit`); whoever
got money or a gift while upset complains sooner (`claim_habit`).

Each step closes that share of the gap to 1; all fade with `habit_days`. Questions are multiplied by 1 + asking, the readiness to
answer a question of a member, and to pass a coupon on, by 1 + helping, and the anger at which one complains by 1 - claiming.
"""

from __future__ import annotations

import math

from sim.compiled import within
from sim.events.kinds import DAY, QUESTION_ASKED
from sim.kernel.submodels.anger import CALM
from sim.kernel.submodels.roles import KOC, LEADER
from sim.vocabulary.tables import Row, Whole


@within
def fade_habits(parameters: Row, person: Row, days: float) -> None:
    """What is not practised is lost."""
    if person.asking > 0.0 or person.helping > 0.0 or person.claiming > 0.0:
        left = math.exp(-days / parameters.habit_days)
        person.asking *= left
        person.helping *= left
        person.claiming *= left


@within
def learn_asking(parameters: Row, person: Row) -> None:
    """An answer of staff, received or read."""
    person.asking += parameters.ask_habit * (1.0 - person.asking)


@within
def learn_helping(parameters: Row, person: Row) -> None:
    """Help of another member."""
    person.helping += parameters.help_habit * (1.0 - person.helping)


@within
def learn_claiming(parameters: Row, person: Row) -> None:
    """Something that staff gave for an upset: it pays to say so."""
    if person.anger >= CALM:
        person.claiming += parameters.claim_habit * (1.0 - person.claiming)


@within
def helpfulness(parameters: Row, person: Row, time: Whole) -> float:
    """Factor of what is done for others, by habit."""
    if person.helping <= 0.0:
        return 1.0
    return 1.0 + person.helping * math.exp(-((time - person.at) / DAY) / parameters.habit_days)


@within
def readiness_to_help(parameters: Row, person: Row, message: Row, time: Whole) -> float:
    """Factor of the readiness to answer a message: by habit and by role, where it is a question."""
    if message.kind != QUESTION_ASKED:
        return 1.0
    ready = helpfulness(parameters, person, time)
    if person.role == KOC or person.role == LEADER:
        ready *= 1.0 + parameters.role_help
    return ready
