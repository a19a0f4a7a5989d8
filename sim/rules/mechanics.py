"""The mechanics that a calendar may use: each says in settings what it posts, what it offers, and what it costs."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from sim.events.kinds import DAY_HOURS
from sim.rules.growth import Invite, Popup
from sim.rules.lessons import Course
from sim.rules.offer import Offer
from sim.rules.people import Care, Gathering, Welcome
from sim.rules.post import ASK, CONTENT, OPEN, PROMOTION, PULL, QUALITY, RECALL, TALK, Mechanic
from sim.rules.shows import Points, Proof, Stream
from sim.scenario import number, settings
from sim.vocabulary.tables import TOPICS, Stimulus


@settings
class Broadcast(Mechanic):
    """A post, or a series of posts, of content at chosen hours: columns, photos, topics, promotions."""

    content: Annotated[float, CONTENT] = 0.0
    quality: Annotated[float, QUALITY] = 0.5
    promotion: Annotated[float, PROMOTION] = 0.0
    recall: Annotated[float, RECALL] = 0.0
    talk: Annotated[float, TALK] = 0.8
    claim: Annotated[float, number("how great a result it promises", 0, 1, "C53, D15: assumed")] = 0.0
    topic: Literal["all", "food", "life", "beauty", "money", "children", "health", "work"] = "all"
    """what it is about: worth more to those who like that, and less to others"""
    top_talker_coupon: Annotated[float, number("yuan for whoever writes most after it", 0, 1_000, "C37: 8")] = 0.0
    talk_hours: Annotated[float, number("hours of talk that count for that", 0.5, 72, "assumed")] = 6.0
    coupon_days: Annotated[float, number("days for which that coupon holds", 0.5, 365, "assumed")] = 30.0

    def stimulus(self) -> Stimulus:
        """Content and advertising in the weights that are set."""
        return Stimulus(
            content=self.content, quality=self.quality, promotion=self.promotion, recall=self.recall, talk=self.talk,
            claim=self.claim, topic=float(TOPICS.index(self.topic)),
        )  # fmt: skip


@settings
class Giveaway(Mechanic):
    """Money for the first who react; irregular ones are not taken for granted."""

    amount: Annotated[float, number("yuan per taker, mean", 0.01, 1_000, "C04: assumed")] = 2.0
    takers: Annotated[int, number("takers at most, per group", 1, 500, "C04: assumed")] = 20
    ask: Annotated[float, ASK] = 0.95
    pull: Annotated[float, PULL] = 1.0
    talk: Annotated[float, TALK] = 1.0
    open_hours: Annotated[float, number("hours after which it goes back", 0.1, 72, "WeChat: 24")] = 24.0
    prize: Literal["cash", "gift", "coupon"] = "cash"
    """what is given: money, a thing that is worth as much and warms, or a coupon that takes as much off an order (C03, C06)"""
    announced: bool = True
    """whether members know beforehand that there will be something"""
    gift_bond: Annotated[float, number("warmth that a gift adds", 0, 1, "C06: assumed")] = 0.03
    coupon_days: Annotated[float, number("days for which a coupon holds", 0.5, 365, "assumed")] = 7.0

    lasts: ClassVar[bool] = True

    def stimulus(self) -> Stimulus:
        """A packet; the more irregular, the less it is expected."""
        packet = Stimulus(
            ask=self.ask, certainty=1 - self.irregular if self.announced else 0.0, pull=self.pull, talk=self.talk,
            deadline_hours=self.open_hours,
        )  # fmt: skip
        if self.prize == "coupon":
            return packet._replace(coupon_hours=DAY_HOURS * self.coupon_days, coupon_yuan=self.amount)
        return packet._replace(bond=self.gift_bond) if self.prize == "gift" else packet

    def reward(self, lot: float) -> float:
        """The amount, up to doubled or halved to nothing where it is irregular; a coupon is no money."""
        if self.prize == "coupon":
            return 0.0
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


#: What a calendar may use, by name.
MECHANICS: dict[str, type[Any]] = {
    "broadcast": Broadcast,
    "offer": Offer,
    "giveaway": Giveaway,
    "play": Play,
    "care": Care,
    "course": Course,
    "welcome": Welcome,
    "gathering": Gathering,
    "popup": Popup,
    "invite": Invite,
    "proof": Proof,
    "stream": Stream,
    "points": Points,
}
#: Keys of mechanics in the written playbooks that the engine does not offer yet.
NOT_YET_KEYS = {
    "broadcast": ("channel", "by"),
    "offer": ("exclusive", "pretext"),
    "giveaway": ("burst", "resolve", "split", "stages", "certainty"),
    "play": ("theme", "points"),
    "care": ("baseline", "at_day"),
    "invite": ("gift_joiner", "gift_inviter", "helpers", "likes", "photos"),
}  # fmt: skip
#: Mechanics of the written playbooks that the engine does not offer yet.
NOT_YET_MECHANICS = (
    "auction", "honours", "training",
)  # fmt: skip
