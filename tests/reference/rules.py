"""What an event does to the people and groups it touches: plain objects, one method a rule, nothing random.

Written from the meaning of the rules (docs/model.md), not from the compiled code: people, groups and messages are objects
that refer to each other, messages lie in lists, behaviour parameters are looked up by name. Slow and easy to read. Each sub-model
has a file of its own in `submodels`; here they come together.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

from sim.parameters import in_force
from sim.vocabulary.tables import NEVER, WORLD, Stimulus
from sim.world.build import World
from sim.world.carve import carve_world
from tests.reference.decay import Decay
from tests.reference.draws import draw
from tests.reference.factors import Factors
from tests.reference.submodels.anger import Anger
from tests.reference.submodels.attention import Attention
from tests.reference.submodels.bond import Bond
from tests.reference.submodels.buying import Buying
from tests.reference.submodels.chatlist import ChatList
from tests.reference.submodels.contact import Contact
from tests.reference.submodels.debut import Debut
from tests.reference.submodels.discretion import Discretion
from tests.reference.submodels.doubts import Doubts
from tests.reference.submodels.drift import Drift
from tests.reference.submodels.esteem import Esteem
from tests.reference.submodels.expectation import Expectation
from tests.reference.submodels.goods import Goods
from tests.reference.submodels.habits import Habits
from tests.reference.submodels.honour import Honour
from tests.reference.submodels.joining import Joining
from tests.reference.submodels.leaving import Leaving
from tests.reference.submodels.mood import Mood
from tests.reference.submodels.needs import Needs
from tests.reference.submodels.norms import Norms
from tests.reference.submodels.posing import Posing
from tests.reference.submodels.posting import Posting
from tests.reference.submodels.reading import Reading
from tests.reference.submodels.reasons import Reasons
from tests.reference.submodels.replies import Replies
from tests.reference.submodels.rewards import Rewards
from tests.reference.submodels.roles import Roles
from tests.reference.submodels.roster import Roster
from tests.reference.submodels.screen import Screen
from tests.reference.submodels.sellers import Sellers
from tests.reference.submodels.sidetalk import Sidetalk
from tests.reference.submodels.topics import Topics
from tests.reference.submodels.trust import Trust
from tests.reference.submodels.value import Value
from tests.reference.submodels.voices import Voices
from tests.reference.submodels.wallet import Wallet
from tests.reference.submodels.warmth import Warmth
from tests.reference.submodels.wear import Wear
from tests.reference.tables import REFERRAL, Group, Incident, Member, Message
from tests.reference.world import hours_of_the_day


class Rules(
    Anger, Attention, Bond, Buying, ChatList, Contact, Debut, Decay, Discretion, Doubts, Drift, Esteem, Expectation, Factors, Goods,
    Habits, Honour, Joining, Leaving, Mood, Needs, Norms, Posing, Posting, Reading, Reasons, Replies, Rewards, Roles, Roster, Screen,
    Sellers, Sidetalk, Topics, Trust, Value, Voices, Wallet, Warmth, Wear,
):  # fmt: skip
    """People, groups and the shop, and what events do to them. `p`: the behaviour parameters by name."""

    def __init__(self, world: World, scenario: Any) -> None:
        self.p, self.market = SimpleNamespace(**in_force(scenario.parameters, scenario.without)), scenario.market
        self.groups = [
            Group(number, round(opening.size * scenario.population.capacity))
            for number, opening in enumerate(scenario.openings)
        ]
        self.planned_groups = len(self.groups)
        self.rate, self.before = hours_of_the_day()
        crowd = WORLD.rows(world.array, 0, 1)[0]
        self.liked_by, self.beginners = crowd["liked_by"].tolist(), float(crowd["beginners"])
        people = carve_world(world.array)
        traits = people.traits
        self.keys, self.root = traits["key"].tolist(), int(world.keys[-1])
        columns = {name: traits[name].tolist() for name in traits.dtype.names if name in Member.__slots__}
        group_of = traits["group"].tolist()
        self.persons = [
            Member(
                number,
                self.groups[group_of[number]],
                {name: column[number] for name, column in columns.items() if name != "group"},
            )
            for number in range(len(traits))
        ]
        ties = people.ties["person"].tolist()
        first, many = traits["first_tie"].tolist(), traits["ties"].tolist()
        for number, person in enumerate(self.persons):
            person.acquaintances = [self.persons[other] for other in ties[first[number] : first[number] + many[number]]]
        for group in self.groups:
            for person in (one for one in self.persons if one.group is group):
                group.enlist(person)
            group.reservoir = [person for person in group.persons if person.source == REFERRAL]
        for person in self.persons:
            key = self.keys[person.number]
            person.leave_threshold, person.mute_threshold = (-math.log(draw(key, "trait", ordinal)) for ordinal in (7, 8))
            person.warmth_base = self.base(sum(near.group is person.group for near in person.acquaintances))
            person.need = draw(key, "stock", 0)
        for group in self.groups:
            mine = people.heat.reshape(len(self.groups), -1)[group.number]
            group.topics = [(int(one["time"]), float(one["heat"])) for one in mine if one["time"] < NEVER]
        self.seats: list[Member] = list(self.persons)
        self.messages: list[Message] = []
        self.stimuli: dict[int, Stimulus] = {}
        self.incidents: dict[int, Incident] = {}
        self.price = self.market.price
        self.unit_cost = self.market.usual_price * (1.0 - self.market.margin)
        self.odds = self.talk = 1.0
        self.revenue = self.margin = self.benefits = self.refunds = self.wages = self.hours = 0.0
