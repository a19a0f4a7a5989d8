"""The mechanics that a calendar may use: each says in settings what it posts, what it offers, and what it costs."""

from __future__ import annotations

from typing import Annotated, ClassVar

from sim.rules.clock import Clock
from sim.rules.offer import Offer
from sim.rules.post import ASK, CONTENT, OPEN, PROMOTION, PULL, QUALITY, RECALL, TALK, Mechanic
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class Broadcast(Mechanic):
    """A post, or a series of posts, of content at chosen hours: columns, photos, topics, promotions."""

    content: Annotated[float, CONTENT] = 0.0
    quality: Annotated[float, QUALITY] = 0.5
    promotion: Annotated[float, PROMOTION] = 0.0
    recall: Annotated[float, RECALL] = 0.0
    talk: Annotated[float, TALK] = 0.8

    def stimulus(self) -> Stimulus:
        """Content and advertising in the weights that are set."""
        return Stimulus(
            content=self.content, quality=self.quality, promotion=self.promotion, recall=self.recall, talk=self.talk
        )


@settings
class Giveaway(Mechanic):
    """Money for the first who react; irregular ones are not taken for granted."""

    amount: Annotated[float, number("yuan per taker, mean", 0.01, 1_000, "C04: assumed")] = 2.0
    takers: Annotated[int, number("takers at most, per group", 1, 500, "C04: assumed")] = 20
    ask: Annotated[float, ASK] = 0.95
    pull: Annotated[float, PULL] = 1.0
    talk: Annotated[float, TALK] = 1.0
    open_hours: Annotated[float, number("hours after which it goes back", 0.1, 72, "WeChat: 24")] = 24.0

    lasts: ClassVar[bool] = True

    def stimulus(self) -> Stimulus:
        """A packet; the more irregular, the less it is expected."""
        return Stimulus(
            ask=self.ask, certainty=1 - self.irregular, pull=self.pull, talk=self.talk, deadline_hours=self.open_hours
        )

    def reward(self, lot: float) -> float:
        """The amount, up to doubled or halved to nothing where it is irregular."""
        return self.amount * (1 + self.irregular * (2 * lot - 1))

    @property
    def open_for(self) -> float:
        """Hours for which one can take part."""
        return self.open_hours


@settings
class Play(Mechanic):
    """A game with many small prizes; playing together makes people feel at home."""

    ask: Annotated[float, ASK] = 0.4
    bond: Annotated[float, number("warmth that playing adds", 0, 1, "C10: assumed")] = 0.05
    pull: Annotated[float, PULL] = 0.5
    talk: Annotated[float, TALK] = 1.5
    prize: Annotated[float, number("yuan per player", 0.01, 1_000, "C10: low, assumed")] = 1.0
    prizes: Annotated[int, number("prizes, per group", 1, 500, "C10: many, assumed")] = 40
    open_hours: Annotated[float, OPEN] = 2.0

    lasts: ClassVar[bool] = True

    def stimulus(self) -> Stimulus:
        """A call to play."""
        return Stimulus(ask=self.ask, bond=self.bond, pull=self.pull, talk=self.talk, deadline_hours=self.open_hours)

    def reward(self, lot: float) -> float:
        """The prize."""
        return self.prize

    @property
    def takers(self) -> int:
        """As many as there are prizes."""
        return self.prizes

    @property
    def open_for(self) -> float:
        """Hours for which one can play."""
        return self.open_hours


@settings
class Care(Clock):
    """Single members are approached in private; from then on a private channel exists."""

    running: bool = True
    """whether it runs before any rule starts it"""
    select: str = "top_talkers"
    """who is approached: the name of a selector"""
    count: Annotated[int, number("members in a round, per group", 0, 200, "C33, E22: assumed")] = 8
    gift: Annotated[float, number("yuan per member and round", 0, 10_000, "C33: a snack")] = 0.0


#: What a calendar may use, by name.
MECHANICS: dict[str, type[Mechanic] | type[Care]] = {
    "broadcast": Broadcast,
    "offer": Offer,
    "giveaway": Giveaway,
    "play": Play,
    "care": Care,
}
#: Keys of mechanics in the written playbooks that the engine does not offer yet.
NOT_YET_KEYS = {
    "broadcast": ("topic", "claim", "channel", "audience", "by", "top_talker_coupon"),
    "offer": ("audience", "exclusive", "pretext"),
    "giveaway": ("prize", "announced", "burst", "resolve", "split", "stages", "certainty"),
    "play": ("theme", "points"),
    "care": ("act", "by", "baseline", "cap_per_month", "at_day"),
}  # fmt: skip
#: Mechanics of the written playbooks that the engine does not offer yet.
NOT_YET_MECHANICS = (
    "points", "auction", "proof", "invite", "stream", "welcome", "gathering", "honours", "training", "course", "popup",
)  # fmt: skip
