"""Settings of mechanics that make members more than members: training for a role, honours, seats; and scenes that staff play."""

from __future__ import annotations

from typing import Annotated, Literal

from sim.events.kinds import DAY_HOURS
from sim.rules.clock import Clock
from sim.rules.post import CONTENT, MINUTES, QUALITY, RECALL, TALK
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus

#: Role -> its code in the log (ROLE_TAKEN.x); the last is given to those who stay to the end of a course.
ROLES = {"koc": 1.0, "leader": 2.0, "maker": 3.0, "stayer": 4.0}


@settings
class Training(Clock):
    """Some members are asked to lessons in private; whoever comes to all of them takes a role."""

    running: bool = True
    """whether it runs before any rule starts it"""
    role: Literal["koc", "leader", "maker"] = "koc"
    """what they are trained for: to spread and help (KOC), besides to sell to acquaintances (leader), besides to outsiders (maker)"""
    select: str = "top_talkers"
    """who is asked: the name of a selector"""
    count: Annotated[int, number("candidates in a round, per group", 0, 200, "C49: 5, assumed")] = 5
    lessons: Annotated[int, number("lessons that make up a training", 1, 20, "C49: assumed")] = 2
    hours: Annotated[float, number("hours of work for a lesson, one member each", 0.1, 12, "C49: mechanisms 2")] = 2.0
    gap_days: Annotated[float, number("days from the request to the lesson", 0.5, 30, "assumed")] = 2.0
    commission: Annotated[
        float, number("share of the orders of own contacts that leaders and makers get", 0, 0.9, "C71, A42: 0.2")
    ] = 0.2


@settings
class Honours(Clock):
    """Members are given titles for what they have contributed, and the best are named before all."""

    running: bool = True
    """whether it runs before any rule starts it"""
    counts: Literal["talk", "help", "orders"] = "help"
    """what is honoured: messages, messages that answer somebody, orders"""
    window_days: Annotated[float, number("days within which contributions count", 1, 365, "C42: assumed")] = 30.0
    titles: Annotated[int, number("titles of the ladder", 0, 9, "C42: mechanisms 3")] = 3
    least: Annotated[int, number("contributions that earn the lowest title", 1, 1_000, "C42: assumed")] = 3
    times: Annotated[float, number("times as many for each higher title", 1.1, 10, "C42: assumed")] = 3.0
    expose: Annotated[int, number("members named in a post each time, per group", 0, 50, "C43: assumed")] = 3
    applause: Annotated[
        int, number("messages of applause by accounts of staff that pass for members", 0, 4, "C43: mechanisms 2")
    ] = 0
    talk: Annotated[float, TALK] = 1.0

    def exposure(self) -> Stimulus:
        """A post that names who has contributed most."""
        return Stimulus(talk=self.talk, honour=1.0)


@settings
class Staging(Clock):
    """Accounts of staff that pass for members play a scene: one begins, the others join in."""

    running: bool = True
    """whether it runs before any rule starts it"""
    minutes: Annotated[float | None, MINUTES] = None
    accounts: Annotated[int, number("accounts in a scene, each writes once", 1, 4, "E70: mechanisms 1 to 4")] = 2
    gap_minutes: Annotated[float, number("minutes between two of them", 0.5, 240, "assumed")] = 5.0
    content: Annotated[float, CONTENT] = 0.0
    quality: Annotated[float, QUALITY] = 0.5
    recall: Annotated[float, RECALL] = 0.4
    talk: Annotated[float, TALK] = 1.0
    orders: Annotated[float, number("orders that each of them pretends to have placed", 0, 20, "E25: assumed")] = 0.0

    def line(self) -> Stimulus:
        """What one account writes."""
        return Stimulus(
            content=self.content, quality=self.quality, recall=self.recall, talk=self.talk, guise=1.0, herd=float(self.orders > 0),
        )  # fmt: skip


@settings
class Seats(Clock):
    """A benefit for those of a tier, for as many as there are seats; all are told of it, and the more have it the less it honours."""

    running: bool = True
    """whether it runs before any rule starts it"""
    seats: Annotated[
        int,
        number("members who have it at most, per group, the highest tiers first; 0 all of a tier", 0, 5_000, "E45, A30: 50"),
    ] = 50
    copied: Annotated[float, number("share of the other members who get the same", 0, 1, "E46, C58: 0; G071: 0, .5, 1")] = 0.0
    amount: Annotated[float, number("yuan that it takes off one order", 0.01, 10_000, "C58: assumed")] = 20.0
    over: Annotated[float, number("least order for which it holds, yuan", 0, 100_000, "assumed")] = 0.0
    validity_days: Annotated[float, number("days for which it holds", 0.5, 365, "C58: weekly")] = 7.0
    talk: Annotated[float, TALK] = 0.8

    def telling(self, rarity: float) -> Stimulus:
        """A post that tells of it; it honours by how rare the benefit is."""
        return Stimulus(talk=self.talk, honour=rarity)

    def coupon(self) -> Stimulus:
        """What each of them gets."""
        return Stimulus(coupon_hours=DAY_HOURS * self.validity_days, coupon_yuan=self.amount, coupon_over=self.over)
