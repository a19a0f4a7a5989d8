"""The mechanics that a calendar may use: each says in settings what it posts, what it offers, and what it costs."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from sim.rules.clock import Clock
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus

_MINUTES = number("minutes of work, median; those of the staff for a post if left out", 0.1, 600, "assumed")
_PULL = number("how many look at once, 1 = as for a red packet", 0, 2, "assumed")
_TALK = number("replies it draws, relative to a usual post", 0, 5, "assumed")
_RECALL = number("brand brought to mind", 0, 2, "assumed")
_PROMOTION = number("weight of advertising", 0, 2, "assumed")
_CONTENT = number("weight of content", 0, 2, "C44: assumed")
_QUALITY = number("how well the content is made", 0, 1, "assumed")
_ASK = number("share of interested readers who take part", 0, 1, "assumed")
_OPEN = number("hours for which one can take part", 0.1, 72, "assumed")
_LATE = number("hours after which it is not posted any more", 0.1, 24, "C36: assumed")


@settings
class Mechanic(Clock):
    """Something that is posted when its clock is due."""

    minutes: Annotated[float | None, _MINUTES] = None
    running: bool = True
    """whether it runs before any rule starts it"""
    work_for: Literal["each", "all"] = "each"
    """whether each group takes a piece of work of its own, or one does for all"""
    late_hours: Annotated[float | None, _LATE] = None

    #: Whether one can take part for a time, so that a beginning and an end of each turn are marked.
    lasts: ClassVar[bool] = False

    def stimulus(self) -> Stimulus:
        """What it does to those who read it."""
        return Stimulus()

    def reward(self, lot: float) -> float:
        """Yuan per taker; lot: a keyed number in (0, 1)."""
        return 0.0

    @property
    def takers(self) -> int:
        """Takers at most, per group; 0 no limit."""
        return 0

    @property
    def open_for(self) -> float:
        """Hours for which one can take part."""
        return 0.0


@settings
class Broadcast(Mechanic):
    """A post, or a series of posts, of content at chosen hours: columns, photos, topics, promotions."""

    content: Annotated[float, _CONTENT] = 0.0
    quality: Annotated[float, _QUALITY] = 0.5
    promotion: Annotated[float, _PROMOTION] = 0.0
    recall: Annotated[float, _RECALL] = 0.0
    talk: Annotated[float, _TALK] = 0.8

    def stimulus(self) -> Stimulus:
        """Content and advertising in the weights that are set."""
        return Stimulus(
            content=self.content, quality=self.quality, promotion=self.promotion, recall=self.recall, talk=self.talk
        )


@settings
class Offer(Mechanic):
    """A price below the usual one that holds for a time."""

    discount: Annotated[float, number("share of price", 0, 0.95, "C16, C22: assumed")] = 0.2
    validity_hours: Annotated[float, number("hours for which it holds", 0.1, 2_000, "C16, C22: assumed")] = 72.0
    promotion: Annotated[float, _PROMOTION] = 0.6
    recall: Annotated[float, _RECALL] = 0.8
    talk: Annotated[float, _TALK] = 0.8
    certainty: Annotated[float, number("1 expected, 0 a surprise", 0, 1, "assumed")] = 1.0
    pull: Annotated[float, _PULL] = 0.0

    def stimulus(self) -> Stimulus:
        """An advert with a discount."""
        return Stimulus(
            promotion=self.promotion, recall=self.recall, talk=self.talk, certainty=self.certainty, pull=self.pull,
            discount=self.discount, discount_hours=self.validity_hours,
        )  # fmt: skip


@settings
class Giveaway(Mechanic):
    """Money for the first who react; irregular ones are not taken for granted."""

    amount: Annotated[float, number("yuan per taker, mean", 0.01, 1_000, "C04: assumed")] = 2.0
    takers: Annotated[int, number("takers at most, per group", 1, 500, "C04: assumed")] = 20
    ask: Annotated[float, _ASK] = 0.95
    pull: Annotated[float, _PULL] = 1.0
    talk: Annotated[float, _TALK] = 1.0
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

    ask: Annotated[float, _ASK] = 0.4
    bond: Annotated[float, number("warmth that playing adds", 0, 1, "C10: assumed")] = 0.05
    pull: Annotated[float, _PULL] = 0.5
    talk: Annotated[float, _TALK] = 1.5
    prize: Annotated[float, number("yuan per player", 0.01, 1_000, "C10: low, assumed")] = 1.0
    prizes: Annotated[int, number("prizes, per group", 1, 500, "C10: many, assumed")] = 40
    open_hours: Annotated[float, _OPEN] = 2.0

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
    "offer": ("audience", "hook", "members_only", "exclusive", "transferable", "pretext", "period_is_validity", "validity_days"),
    "giveaway": ("prize", "announced", "burst", "resolve", "split", "stages", "certainty"),
    "play": ("theme", "points"),
    "care": ("act", "by", "baseline", "cap_per_month", "at_day"),
}  # fmt: skip
#: Mechanics of the written playbooks that the engine does not offer yet.
NOT_YET_MECHANICS = (
    "points", "auction", "proof", "invite", "stream", "welcome", "gathering", "honours", "training", "course", "popup",
)  # fmt: skip
