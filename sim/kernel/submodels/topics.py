"""Topics: what is about something in particular is worth 1 + topic_spread to those who like it, and 1 - topic_spread to the others.

How many like it is the crowd's (`scenario.population.likes`; half where nothing is said). Of what a person likes, a share topic_lasting of
the worth is kept however much of the operator's content they have had.

What asks for a skill is worth exp(-(level - skill)^2 / (2 level_width^2)): how many are beginners is the crowd's
(`scenario.population.beginners`).
"""

from __future__ import annotations

import math

from sim import streams
from sim.compiled import within
from sim.streams import uniform
from sim.vocabulary.tables import Row

#: Skill of a beginner and of an enthusiast (D18: two points of 0 to 1, assumed).
BEGINNER, ENTHUSIAST = 0.25, 0.75


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


@within
def fit_of_level(parameters: Row, world: Row, trait: Row, level: float) -> float:
    """What is left of the worth of content for a person for whom it is too hard or too easy; 1 where it asks for nothing."""
    if level == 0.0 or parameters.level_width <= 0.0:
        return 1.0
    skill = BEGINNER if uniform(trait.key, streams.SKILL, 0) < world.beginners else ENTHUSIAST
    off = (level - skill) / parameters.level_width
    return math.exp(-off * off / 2.0)
