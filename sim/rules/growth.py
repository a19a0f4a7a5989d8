"""Settings of mechanics that bring people to a group: a pop-up that is founded for some days, and invitations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from sim.events.kinds import DAY_HOURS
from sim.rules.acts import ALL
from sim.rules.clock import Clock
from sim.rules.post import ASK, PROMOTION, PULL, TALK
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class Popup:
    """A group with a planned short life, with leaders from other groups; it is founded while the program runs."""

    running: bool = True
    """whether one is built before any rule starts it"""
    day: Annotated[float, number("day from which on one may be built", 0, 4_000, "assumed")] = 0.0
    lead_days: Annotated[float, number("days in which leaders are found and the group is built", 0, 30, "F75: 2 to 3")] = 2.5
    days: Annotated[float, number("days for which the group stays open", 0.5, 365, "C62: 15")] = 15.0
    size: Annotated[int, number("members planned", 1, 10_000, "F07")] = 200
    leaders: Annotated[int, number("members who are asked to lead, per group", 0, 200, "C63: assumed")] = 3
    leaders_from: str = ALL
    """who is asked to lead: the name of a selector, most wanted first"""
    reminders: Annotated[float, number("posts a day that remind of it", 0, 24, "C62: 6")] = 6.0
    discount: Annotated[float, number("share of price", 0, 0.95, "C62: assumed")] = 0.2
    promotion: Annotated[float, number("weight of advertising", 0, 2, "assumed")] = 0.6
    recall: Annotated[float, number("brand brought to mind", 0, 2, "assumed")] = 0.8
    close: bool = True
    """whether it is closed in the end; else it is left to itself (H07, H20)"""
    route: bool = False
    """whether those who are in no other group are sent where they fit when it is closed"""


#: Modes of an invitation that pay.
PAID = ("fission", "assist", "forward")
#: So many times as many friends see what is forwarded as are asked one by one, and the share of them who could come (assumed).
SEEN_BY, OF_THESE = 30.0, 0.1


@settings
class Invite(Clock):
    """Members are asked to bring friends along, out of conviction or for a reward; they come from the people the scenario still has."""

    running: bool = True
    """whether it runs before any rule starts it"""
    mode: Literal["word_of_mouth", "fission", "assist", "forward"] = "word_of_mouth"
    """out of conviction; for each who comes (fission); once friends have helped (assist), or liked what one forwards (forward)"""
    select: str = "alumni"
    """who is asked: the name of a selector"""
    count: Annotated[int, number("members asked in a round, per group", 0, 200, "C69: assumed")] = 5
    lead_days: Annotated[float, number("days until they have spoken to somebody", 0.1, 30, "assumed")] = 2.0
    ask: Annotated[float, ASK] = 0.5
    pull: Annotated[float, PULL] = 0.3
    talk: Annotated[float, TALK] = 0.8
    promotion: Annotated[float, PROMOTION] = 0.2
    open_hours: Annotated[float, number("hours for which one can take part", 1, 720, "C13: 3 days")] = 72.0
    gift_inviter: Annotated[float, number("yuan of the coupon for who invites", 0, 10_000, "C14: 2")] = 2.0
    gift_joiner: Annotated[float, number("yuan of the coupon for who comes", 0, 10_000, "C14: 3")] = 3.0
    coupon_days: Annotated[float, number("days for which these coupons hold", 0.5, 365, "assumed")] = 30.0
    cashback: Annotated[
        float, number("share of what those one has brought order that comes back as coupons", 0, 0.9, "C68, D25: assumed")
    ] = 0.0
    cashback_days: Annotated[float, number("days for which it does", 1, 365, "C68: assumed")] = 30.0
    helpers: Annotated[int, number("friends who have to help", 1, 100, "C13: 3")] = 3
    likes: Annotated[int, number("likes to be collected, 0 none", 0, 2_000, "C65, F86: 200")] = 200
    photos: Annotated[int, number("photos of one's own order to be shown, 0 none", 0, 20, "C66, F87: 3")] = 0
    helping: Annotated[float, number("share of the friends who do what they are asked", 0, 1, "C13: .2 to .9, assumed")] = 0.5
    contacts: Annotated[
        float,
        number(
            "friends a member asks, the more the more sociable; 30 times as many see what is forwarded",
            0,
            200,
            "3 to 30, assumed",
        ),
    ] = 10.0
    prospects: Annotated[
        float, number("share of these who could come, a tenth of it where it is forwarded", 0, 1, ".02 to .5, assumed")
    ] = 0.1
    inquiry: Annotated[float, number("share of those told who ask to come in, without any gift", 0, 1, "F56: .275")] = 0.275
    hurdle: Annotated[float, number("log-odds against the trouble at no gift", -20, 20, "0 to 3, assumed")] = 1.0
    effort: Annotated[float, number("log-odds against each photo", 0, 20, ".2 to 1, assumed")] = 0.5
    ticket: Annotated[
        float, number("yuan of the usual order at which .37 are left who would ask friends", 1, 1e6, "F80: 500")
    ] = 500.0

    #: Setting -> the other one, and its values, without which it does nothing.
    needs: ClassVar[Mapping[str, tuple[str, tuple[Any, ...]]]] = {
        **dict.fromkeys(("select", "count", "lead_days"), ("mode", ("word_of_mouth",))),
        **dict.fromkeys(
            ("ask", "pull", "talk", "promotion", "open_hours", "gift_inviter", "gift_joiner", "coupon_days", "prospects",
             "contacts", "inquiry", "hurdle", "ticket"), ("mode", PAID),
        ),
        **dict.fromkeys(("cashback", "cashback_days"), ("mode", ("fission",))),
        "helpers": ("mode", ("assist",)),
        **dict.fromkeys(("likes", "photos", "effort"), ("mode", ("forward",))),
        "helping": ("mode", ("assist", "forward")),
    }  # fmt: skip

    def call(self) -> Stimulus:
        """The call that tells what there is to gain."""
        return Stimulus(
            ask=self.ask, pull=self.pull, talk=self.talk, promotion=self.promotion, roll=1.0, deadline_hours=self.open_hours
        )

    def coupon(self, yuan: float) -> Stimulus:
        """What is given to who invites or comes."""
        return Stimulus(coupon_hours=DAY_HOURS * self.coupon_days, coupon_yuan=yuan)

    def worth_of(self, price: float) -> float:
        """What it pays, yuan: the gift, and what comes back of one usual order."""
        return self.gift_inviter + (self.cashback * price if self.mode == "fission" else 0.0)

    @property
    def hurdle_of(self) -> float:
        """Log-odds against the trouble."""
        return self.hurdle + (self.effort * self.photos if self.mode == "forward" else 0.0)

    @property
    def circle(self) -> float:
        """Friends outside whom a member of mean sociability asks or reaches."""
        return self.contacts * (SEEN_BY if self.mode == "forward" else 1.0)

    @property
    def likely(self) -> float:
        """Share of these who could come."""
        return self.prospects * (OF_THESE if self.mode == "forward" else 1.0)
