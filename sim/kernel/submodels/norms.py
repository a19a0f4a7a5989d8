"""Norms: an advert left standing invites the next (Cialdini 1990 in kind); taking it away and posted rules hold it back."""

from __future__ import annotations

import math

import numpy as np

from sim import streams
from sim.compiled import within
from sim.kernel.forms import fading
from sim.streams import uniform
from sim.vocabulary.tables import Row, Whole


@within
def breach_at(parameters: Row, channel: Row, time: Whole) -> float:
    """Adverts left standing, faded to `time`."""
    return channel.breach * fading(time - channel.breach_at, parameters.breach_days)


@within
def advertises(parameters: Row, trait: Row, channel: Row, time: Whole, visit: np.uint64) -> bool:
    """Whether a member posts an advert at a check."""
    logit = parameters.breach_gain * min(breach_at(parameters, channel, time), parameters.breach_cap) - (
        parameters.rules_effect if channel.rules else 0.0
    )
    return uniform(visit, streams.ADVERT, 0) < 1.0 - math.exp(-trait.advert_rate * math.exp(logit))


@within
def factor_of_talk(
    parameters: Row, world: Row, trait: Row, person: Row, member: Row, channel: Row, where: Whole, time: Whole
) -> float:
    """Where rules are posted, who has not written yet dares more (Matias 2019)."""
    return parameters.rules_courage if channel.rules and member.posts == 0 else 1.0


@within
def breach_norm(parameters: Row, channel: Row, time: Whole) -> None:
    """An advert is posted."""
    channel.breach = breach_at(parameters, channel, time) + 1.0
    channel.breach_at = time


@within
def mend_norm(parameters: Row, channel: Row, message: Row, time: Whole) -> None:
    """An advert is taken away in public view."""
    left = breach_at(parameters, channel, time)
    channel.breach = max(left - fading(time - message.time, parameters.breach_days), 0.0)
    channel.breach_at = time
