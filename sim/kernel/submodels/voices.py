"""Voices: how many have talked in a group lately. A crowd of talkers lets others be silent; when they go, others step in."""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import within
from sim.events.kinds import DAY
from sim.kernel.forms import fading
from sim.vocabulary.tables import Row, Whole

#: Talkers a day at which they neither help nor hinder (it only shifts post_scale).
VOICES: Final = 10.0


@within
def voices_at(parameters: Row, channel: Row, time: Whole) -> float:
    """Members who talk on a day, over the last voices_days."""
    return channel.voices * fading(time - channel.voices_at, parameters.voices_days) / parameters.voices_days


@within
def raise_voice(parameters: Row, member: Row, channel: Row, time: Whole) -> None:
    """A member's first message of a day counts."""
    day = time // DAY + 1
    if member.spoke_on != day:
        member.spoke_on = day
        channel.voices = channel.voices * fading(time - channel.voices_at, parameters.voices_days) + 1.0
        channel.voices_at = time


@within
def factor_of_talk(
    parameters: Row, world: Row, trait: Row, person: Row, member: Row, channel: Row, where: Whole, time: Whole
) -> float:
    """The fewer have talked, the more room there is for one more."""
    if parameters.voices_loafing <= 0.0:
        return 1.0
    return math.exp(parameters.voices_loafing * math.log(VOICES / (1.0 + voices_at(parameters, channel, time))))
