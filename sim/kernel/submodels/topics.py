"""Topics: whatever is about something in particular is worth more to some and less to others, as much on average."""

from __future__ import annotations

from typing import Final

from sim import streams
from sim.compiled import within
from sim.streams import uniform
from sim.vocabulary.tables import Row

#: Share of people who like a topic (F76, D18: assumed).
LIKED_BY: Final = 0.5


@within
def liking_of(parameters: Row, trait: Row, topic: float) -> float:
    """How much more or less than usual a message about a topic is worth to a person; 1 for no topic."""
    if topic == 0.0:
        return 1.0
    likes = uniform(trait.key, streams.TOPIC, int(topic)) < LIKED_BY
    return 1.0 + parameters.topic_spread if likes else 1.0 - parameters.topic_spread
