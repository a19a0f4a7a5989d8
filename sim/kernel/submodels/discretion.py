"""Discretion: some people never enter a group (`refuses` of their type), some hardly speak or recommend in public (`discretion`).

Whoever refuses a group follows the feed of the plan, where there is one. Talk, replies, complaints in public and word of mouth are
multiplied by 1 - discretion; looking and buying are not.
"""

from __future__ import annotations

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import NONE
from sim.kernel.rows import channel_of
from sim.streams import uniform
from sim.vocabulary.tables import FEED, NEVER, Row, Whole


@within
def refuses(trait: Row, channel: Row) -> bool:
    """Whether a person never enters a channel: always the same ones; a feed is open to all."""
    return trait.refuses > 0.0 and channel.kind != FEED and uniform(trait.key, streams.REFUSE, 0) < trait.refuses


@within
def feed_of(world: Row, state: Row) -> Whole:
    """The feed that the plan opens beside its groups, NONE if there is none."""
    for where in range(world.heat_groups):
        channel = channel_of(state, where)
        if channel.kind == FEED and channel.founded_at != NEVER and not channel.closed:
            return np.int64(where)
    return NONE


@within
def openness(trait: Row) -> float:
    """Factor of what is said and recommended in public."""
    return 1.0 - trait.discretion


@within
def factor_of_talk(
    parameters: Row, world: Row, trait: Row, person: Row, member: Row, channel: Row, where: Whole, time: Whole
) -> float:
    """The same of what is said unprompted."""
    return openness(trait)
