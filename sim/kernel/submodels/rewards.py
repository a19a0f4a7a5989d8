"""Rewards act through surprise (Baucells & Sarin 2010; losses weigh more, Tversky & Kahneman 1992); packets pull people in.

A newcomer who was told at the entry when the next event takes place comes to one by itself with chance `told_comes`, for `told_days`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import DAY, MINUTE
from sim.kernel.forms import DAY_MINUTES, log_delay
from sim.kernel.submodels.goods import has_use
from sim.kernel.submodels.mood import move_mood
from sim.kernel.submodels.topics import liking_of
from sim.kernel.submodels.value import interest, move_value
from sim.kernel.submodels.warmth import warm
from sim.kernel.submodels.wear import freshness, wear_form
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole

#: Expected reward below which nothing is missed, yuan (assumed).
MISSED_LOW: Final = 0.05
#: What a wholly expected packet still pulls (assumed).
EXPECTED_PULL: Final = 0.3
#: Median delay and spread until a pulled member looks, minutes and 1; at most a day (assumed).
PULL_MINUTES, PULL_SPREAD = 10.0, 1.0
#: The same for a private word.
WORD_MINUTES, WORD_SPREAD = 30.0, 1.0
#: Open calls that a member considers at one check at most (assumed).
ASKS_HIGH: Final = 16


@within
def miss_reward(parameters: Row, trait: Row, member: Row, time: Whole) -> None:
    """On the first check of a day an expected reward that has not come is missed."""
    if member.reward * member.habit > MISSED_LOW and time - member.rewarded_at > DAY:
        missed = member.reward * member.habit / parameters.reward_scale
        move_value(member, -(parameters.reward_gain * trait.reward_weight * parameters.loss_aversion * missed))
        member.reward *= 1.0 - parameters.habit_rate


@within
def receive_reward(parameters: Row, trait: Row, person: Row, member: Row, time: Whole, amount: float, certainty: float) -> None:
    """A reward is held against what was expected."""
    surprise = (amount - member.reward * member.habit) / parameters.reward_scale
    if surprise < 0.0:
        surprise *= parameters.loss_aversion
    move_value(member, parameters.reward_gain * trait.reward_weight * surprise)
    move_mood(parameters, person, min(surprise, 1.0))
    member.reward += parameters.habit_rate * (amount - member.reward)
    member.habit += parameters.habit_rate * (certainty - member.habit)
    member.rewarded_at = time


@within
def take_part(
    parameters: Row, ledger: Row, trait: Row, person: Row, member: Row, message: Row, stimulus: Row, time: Whole, amount: float
) -> None:
    """A member takes part in a call."""
    if message.takers > 0:
        message.takers -= 1
    warm(member, stimulus.bond)
    wear_form(parameters, person, np.int64(message.stimulus))
    ledger.benefits += amount
    if message.reward > 0.0:
        receive_reward(parameters, trait, person, member, time, amount, stimulus.certainty)


@within
def takes_part(
    parameters: Row,
    world: Row,
    trait: Row,
    person: Row,
    member: Row,
    form: Whole,
    stimulus: Row,
    visit: np.uint64,
    time: Whole,
    turn: Whole,
) -> bool:
    """Whether a member takes part in an open call, a stimulus of the number `form`; one about a topic is for those who like it."""
    chance = stimulus.ask * max(interest(parameters, member), parameters.check_floor)
    if stimulus.topic > 0.0:
        chance = min(chance * liking_of(parameters, world, trait, stimulus.topic), 1.0)
    if stimulus.certainty < 1.0:
        odds = 1.0 + (parameters.uncertain_odds - 1.0) * (1.0 - stimulus.certainty)
        chance = chance * odds / (1.0 - chance + chance * odds)
    chance *= freshness(parameters, person, form, time)
    return has_use(trait, stimulus) and uniform(visit, streams.TAKE, turn) < chance


@within
def is_open(message: Row, time: Whole) -> bool:
    """Whether one can still take part."""
    return message.removed == 0 and time <= message.deadline and message.takers != 0


@within
def is_pulled(parameters: Row, member: Row, stimulus: Row, root: np.uint64, who: Whole, time: Whole) -> bool:
    """Whether a packet makes an attentive member look at once; what is expected pulls less, what one was told of more."""
    uncertain = 1.0 + (parameters.uncertain_gain - 1.0) * (1.0 - stimulus.certainty)
    fresh = EXPECTED_PULL + (1.0 - EXPECTED_PULL) * (1.0 - member.habit)
    chance = parameters.pull_share * stimulus.pull * uncertain * fresh
    if member.told and stimulus.session > 0.0 and remembers(parameters, member, time):
        chance = 1.0 - (1.0 - min(chance, 1.0)) * (1.0 - parameters.told_comes)
    return uniform(root, streams.PULL, 2 * who) < chance


@within
def remembers(parameters: Row, member: Row, time: Whole) -> bool:
    """Whether somebody who was told at the entry when the next event takes place still has it in mind."""
    return time - member.joined_at <= parameters.told_days * DAY


@within
def pull_delay(root: np.uint64, who: Whole) -> Whole:
    """After how long a pulled member looks, us."""
    delay = log_delay(uniform(root, streams.PULL, 2 * who + 1), PULL_MINUTES, PULL_SPREAD)
    return int(min(delay, DAY_MINUTES) * MINUTE) + 1


@within
def word_delay(root: np.uint64, time: Whole) -> Whole:
    """After how long somebody looks who got a private word, us."""
    delay = log_delay(uniform(root, streams.PULL, time), WORD_MINUTES, WORD_SPREAD)
    return int(min(delay, DAY_MINUTES) * MINUTE) + 1
