"""Replies: a message seeks a geometric number of them; when one is due, members are proposed until one consents."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import DAY, HOUR, MINUTE, NONE
from sim.kernel.forms import log_delay
from sim.kernel.rows import member_of, seat_in
from sim.kernel.submodels.debut import UNANSWERED, readiness
from sim.kernel.submodels.satiation import patience
from sim.kernel.submodels.value import interest
from sim.kernel.submodels.warmth import warmth_at
from sim.streams import uniform
from sim.vocabulary.tables import MUTED, Row, Whole

#: Replies that one message seeks at most (assumed).
REPLIES_HIGH: Final = 60.0
#: Replies per reply below which talk goes on for ever; a stimulus stays below.
OPERATOR_HIGH: Final = 0.95
#: Longest delay, minutes: ten days.
DELAY_HIGH: Final = 14400.0
#: Replies due before this hour may wait until then and up to so many hours more (assumed).
MORNING, MORNING_HOURS = 7, 2.0
#: Members who are asked for one reply at most, and draws for that (most of a roster may be gone).
PROPOSALS, DRAWS = 8, 64


@within
def replies_sought(root: np.uint64, mean: float) -> Whole:
    """How many replies a message seeks."""
    return int(min(math.log(uniform(root, streams.REPLIES, 0)) / math.log(mean / (1.0 + mean)), REPLIES_HIGH))


@within
def replies_to(parameters: Row, state: Row, who: Whole, where: Whole, target: Whole) -> float:
    """Replies that a member's message seeks on average: more to the first one of their own.

    One that is itself a reply, to `target`, stays below what would go on for ever: newcomers would answer each other until all have.
    """
    seat = seat_in(state, who, where)
    if seat == NONE or member_of(state, seat).debut != UNANSWERED or member_of(state, seat).posts > 1:
        return parameters.replies_mean
    mean = parameters.replies_mean * parameters.debut_replies
    return mean if target == NONE else min(mean, OPERATOR_HIGH)


@within
def reply_time(parameters: Row, root: np.uint64, time: Whole, child: Whole) -> Whole:
    """When reply number `child` to what was posted at `time` is due, us."""
    fast = uniform(root, streams.REPLY_MODE, child) < parameters.fast_share
    median = parameters.fast_minutes if fast else parameters.slow_minutes
    delay = log_delay(uniform(root, streams.REPLY_DELAY, child), median, parameters.delay_spread)
    due = time + int(min(delay, DELAY_HIGH) * MINUTE) + 1
    clock = due % DAY
    if clock < MORNING * HOUR and uniform(root, streams.MORNING, 2 * child) < parameters.morning_share:
        due += MORNING * HOUR - clock + int(MORNING_HOURS * HOUR * uniform(root, streams.MORNING, 2 * child + 1))
    return due


@within
def consent(parameters: Row, member: Row, author: Whole, time: Whole) -> float:
    """Chance that a proposed member replies; towards the operator (author NONE) patience counts."""
    chance = interest(parameters, member) * (parameters.consent_floor + warmth_at(parameters, member, time))
    chance *= readiness(member)
    if member.mode == MUTED:
        chance *= parameters.muted_checks
    if author == NONE:
        chance /= patience(parameters, member, time)
    return chance
