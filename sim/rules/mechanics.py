"""The mechanics that a calendar may use: each says in settings what it posts, what it offers, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from sim.events.kinds import DAY_HOURS
from sim.rules.growth import Invite, Popup
from sim.rules.lessons import Course
from sim.rules.offer import Offer
from sim.rules.people import Care, Gathering, Welcome
from sim.rules.post import ASK, CONTENT, OPEN, PROMOTION, PULL, QUALITY, RECALL, TALK, Mechanic
from sim.rules.shows import Points, Proof, Stream
from sim.rules.standing import Honours, Seats, Staging, Training
from sim.scenario import number, settings
from sim.vocabulary.tables import TOPICS, Stimulus

#: Steps that everybody follows (B16), and how much of a misread step is left where it is shown in pictures (assumed).
STEPS_CLEAR, PICTURED = 3.0, 0.25


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
    level: Annotated[
        float, number("skill that it asks for, 0 none: beginners have .25, enthusiasts .75", 0, 1, "D18, B07: assumed")
    ] = 0.0
    top_talker_coupon: Annotated[float, number("yuan for whoever writes most after it", 0, 1_000, "C37: 8")] = 0.0
    talk_hours: Annotated[float, number("hours of talk that count for that", 0.5, 72, "assumed")] = 6.0
    coupon_days: Annotated[float, number("days for which that coupon holds", 0.5, 365, "assumed")] = 30.0
    channel: Literal["group", "moments"] = "group"
    """where: in the group, or in a feed of its own that only those see who are on a list (C25)"""
    select: str = "top_talkers"
    """who is put on that list: the name of a selector"""
    tag_minutes: Annotated[float, number("minutes of work for each who is put on it", 0.1, 600, "E38: assumed")] = 1.0
    by: str = "anybody"
    """who posts it: a role of the crew, those of the highest rank, or those most alike members (A34, B16)"""

    #: Setting -> the other one, and its values, without which it does nothing.
    needs: ClassVar[Mapping[str, tuple[str, tuple[Any, ...]]]] = {
        "select": ("channel", ("moments",)), "tag_minutes": ("channel", ("moments",)), "top_talker_coupon": ("channel", ("group",)),
    }  # fmt: skip

    def stimulus(self) -> Stimulus:
        """Content and advertising in the weights that are set."""
        return Stimulus(
            content=self.content, quality=self.quality, promotion=self.promotion, recall=self.recall, talk=self.talk,
            claim=self.claim, topic=float(TOPICS.index(self.topic)), level=self.level,
        )  # fmt: skip

    @property
    def poster(self) -> str:
        return self.by


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
    over: Annotated[float, number("least order for which a coupon holds, yuan", 0, 100_000, "C07: assumed")] = 0.0
    resolve: Literal["at_once", "later"] = "at_once"
    """at_once: the first who react get it; later: so many of all who take part are drawn when its time is over (C07, C09)"""
    stages: Annotated[int, number("draws, each among those who are there in its part of the time", 1, 6, "C08: 4")] = 1

    lasts: ClassVar[bool] = True
    #: Setting -> the other one, and its values, without which it does nothing.
    needs: ClassVar[Mapping[str, tuple[str, tuple[Any, ...]]]] = {
        "stages": ("resolve", ("later",)), "over": ("prize", ("coupon",)), "coupon_days": ("prize", ("coupon",)),
    }  # fmt: skip

    def raffled(self) -> tuple[Stimulus, int, Stimulus | float]:
        """(the call of a stage, winners in it, what each of them gets); nobody knows whether it will be them."""
        call = Stimulus(
            ask=self.ask, certainty=0.0, pull=self.pull, talk=self.talk, roll=1.0, deadline_hours=self.open_hours / self.stages
        )
        won = self._coupon() if self.prize == "coupon" else self.amount
        return call, max(round(self.takers / self.stages), 1), won

    def _coupon(self) -> Stimulus:
        return Stimulus(coupon_hours=DAY_HOURS * self.coupon_days, coupon_yuan=self.amount, coupon_over=self.over)

    def stimulus(self) -> Stimulus:
        """A packet; the more irregular, the less it is expected."""
        packet = Stimulus(
            ask=self.ask, certainty=1 - self.irregular if self.announced else 0.0, pull=self.pull, talk=self.talk,
            deadline_hours=self.open_hours,
        )  # fmt: skip
        if self.prize == "coupon":
            coupon = self._coupon()
            return packet._replace(
                coupon_hours=coupon.coupon_hours, coupon_yuan=coupon.coupon_yuan, coupon_over=coupon.coupon_over
            )
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
    theme: Literal["none", "new", "food", "life", "beauty", "money", "children", "health", "work"] = "none"
    """what it is about: more who like that play, and fewer of the others; new: something else each time (C47)"""
    prize_as: Literal["cash", "coupon"] = "cash"
    """what the prize is: money, or a coupon that takes as much off an order (C47)"""
    certainty: Annotated[float, number("1 the prize is known, 0 a surprise", 0, 1, "C47: .3")] = 1.0
    steps: Annotated[int, number("steps of the instructions", 1, 12, "B16: more than 3 are misunderstood")] = 1
    instructions: Literal["text", "pictures"] = "text"
    """how they are told; in pictures fewer steps are misread (B16, E58)"""
    misread: Annotated[
        float, number("chance that a reader stumbles over a step beyond the third, in text", 0, 1, "B16: .05 to .3, assumed")
    ] = 0.15
    over: Annotated[float, number("least order for which the coupon holds, yuan", 0, 100_000, "assumed")] = 0.0
    coupon_days: Annotated[float, number("days for which the coupon holds", 0.5, 365, "assumed")] = 7.0

    lasts: ClassVar[bool] = True
    #: Setting -> the other one, and its values, without which it does nothing.
    needs: ClassVar[Mapping[str, tuple[str, tuple[Any, ...] | float]]] = {
        "over": ("prize_as", ("coupon",)), "coupon_days": ("prize_as", ("coupon",)),
        "instructions": ("steps", STEPS_CLEAR), "misread": ("steps", STEPS_CLEAR),
    }  # fmt: skip

    def stimulus(self) -> Stimulus:
        """A call to play."""
        call = Stimulus(
            ask=self.ask, bond=self.bond, pull=self.pull, talk=self.talk, certainty=self.certainty, deadline_hours=self.open_hours,
            topic=float(TOPICS.index(self.theme)) if self.theme in TOPICS else 0.0, puzzle=self._puzzle(),
        )  # fmt: skip
        if self.prize_as == "coupon":
            return call._replace(
                coupon_hours=DAY_HOURS * self.coupon_days, coupon_yuan=self.prize, coupon_over=self.over, roll=1.0
            )
        return call

    def _puzzle(self) -> float:
        """Chance that a reader stumbles over any of the steps beyond those that everybody follows."""
        misread = self.misread * (PICTURED if self.instructions == "pictures" else 1.0)
        return float(1.0 - (1.0 - misread) ** max(self.steps - STEPS_CLEAR, 0.0))

    def of_turn(self, number: int) -> Stimulus:
        """The call of a turn; where the theme is new each time, the next of the topics."""
        return self.stimulus()._replace(topic=1.0 + number % (len(TOPICS) - 1)) if self.theme == "new" else self.stimulus()

    def reward(self, lot: float) -> float:
        """The prize; a coupon is no money."""
        return self.prize if self.prize_as == "cash" else 0.0

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
    "training": Training,
    "honours": Honours,
    "staging": Staging,
    "seats": Seats,
}
#: Keys of mechanics in the written playbooks that the engine does not offer yet.
NOT_YET_KEYS = {
    "offer": ("exclusive",),
    "giveaway": ("burst", "split", "certainty"),
    "play": ("points",),
    "care": ("baseline", "at_day"),
}  # fmt: skip
#: Mechanics of the written playbooks that the engine does not offer yet.
NOT_YET_MECHANICS = (
    "auction",
)  # fmt: skip
