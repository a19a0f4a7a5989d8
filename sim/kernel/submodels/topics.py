"""Topics: what is about something in particular is worth 1 + topic_spread to those who like it, and 1 - topic_spread to the others.

How many like it is the crowd's (`scenario.population.likes`; half where nothing is said). Of what a person likes, a share topic_lasting of
the worth is kept however much of the operator's content they have had.
"""

from __future__ import annotations

from sim import streams
from sim.compiled import within
from sim.streams import uniform
from sim.vocabulary.tables import Row


@within
def likes(world: Row, trait: Row, topic: float) -> bool:
    """Whether a person likes a topic; a person who likes it in a crowd of which few do likes it where more do."""
    return uniform(trait.key, streams.TOPIC, int(topic)) < world.liked_by[int(topic)]


@within
def liking_of(parameters: Row, world: Row, trait: Row, topic: float) -> float:
    """How much more or less than usual a message about a topic is worth to a person; 1 for no topic."""
    if topic == 0.0:
        return 1.0
    return 1.0 + parameters.topic_spread if likes(world, trait, topic) else 1.0 - parameters.topic_spread


@within
def lasting_of(parameters: Row, world: Row, trait: Row, member: Row, topic: float) -> float:
    """What undoes the satiation of a person with content of a topic that they like, in part; 1 for any other."""
    if parameters.topic_lasting <= 0.0 or topic == 0.0 or not likes(world, trait, topic):
        return 1.0
    return 1.0 + parameters.topic_lasting * member.satiation / parameters.content_satiation
