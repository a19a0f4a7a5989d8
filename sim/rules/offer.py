"""An offer: a price that holds for all who read it, or a coupon that is taken, kept, passed on and used for one order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from sim.events.kinds import DAY_HOURS
from sim.rules.post import PROMOTION, PULL, RECALL, TALK, Mechanic
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class Offer(Mechanic):
    """A price below the usual one that holds for a time; with amount, validity_days, members_only or a hook it is a coupon."""

    discount: Annotated[float, number("share of price", 0, 0.95, "C16, C22: assumed")] = 0.2
    validity_hours: Annotated[float, number("hours for which it holds", 0.1, 2_000, "C16, C22: assumed")] = 72.0
    promotion: Annotated[float, PROMOTION] = 0.6
    recall: Annotated[float, RECALL] = 0.8
    talk: Annotated[float, TALK] = 0.8
    certainty: Annotated[float, number("1 expected, 0 a surprise", 0, 1, "assumed")] = 1.0
    pull: Annotated[float, PULL] = 0.0
    amount: Annotated[float, number("yuan off one order, in the place of the discount", 0, 10_000, "C16, F53: 20")] = 0.0
    over: Annotated[float, number("least order for which a coupon holds, yuan", 0, 100_000, "C16, F53: 49")] = 0.0
    validity_days: Annotated[float | None, number("days, in the place of validity_hours", 0.01, 365, "C16, F53: 3")] = None
    take: Annotated[float, number("share of interested readers who take a coupon", 0, 1, "assumed")] = 0.9
    transferable: bool | None = None
    """whether a coupon can be passed on (C57); as `benefits` says if left out"""
    members_only: bool = False
    """whether a coupon is lost on whoever is not in the group when it would be used (C46)"""
    period_is_validity: bool | None = None
    """whether coupons of a post end together, when the next one comes (E48); as `benefits` says if left out"""
    hook: Literal["none", "free_meal"] = "none"
    """what one of those who take a coupon wins besides (C56)"""
    hook_pull: Annotated[
        float, number("how many more look at once for the hook, 1 = as for a red packet", 0, 2, "C56: assumed")
    ] = 0.5
    draw_hours: Annotated[float, number("hours until the winner is drawn", 0.1, 72, "assumed")] = 24.0
    least_buyers: Annotated[int, number("who sign up before anybody gets the coupon (group buying)", 1, 1_000, "C48: 10")] = 1
    signing_hours: Annotated[float, number("hours in which they can", 0.5, 720, "C48: assumed")] = 24.0
    pretext: Annotated[
        float,
        number("how far a reason given for it keeps it from being taken for the usual price", 0, 1, "C21: .2 to .8, assumed"),
    ] = 0.0
    breadth: Annotated[
        int, number("different goods that it goes through, one a turn; 0 about nothing in particular", 0, 20, "C41: 1 to 20")
    ] = 0
    wanted_by: Annotated[
        float, number("share of people who have a use for one of these goods", 0.01, 1, "C41: .1 to .5, assumed")
    ] = 0.3
    notice: bool = False
    """whether friends in the private line are told of it, as they were promised (C28, C29)"""

    #: Setting -> the other one, and its values (or what it has to be above), without which it does nothing.
    needs: ClassVar[Mapping[str, tuple[str, tuple[Any, ...] | float]]] = {
        "signing_hours": ("least_buyers", 1.0), "wanted_by": ("breadth", 0.0),
        "hook_pull": ("hook", ("free_meal",)), "draw_hours": ("hook", ("free_meal",)),
    }  # fmt: skip

    @property
    def is_coupon(self) -> bool:
        """Whether it is taken and kept, or merely read."""
        return (
            self.amount > 0
            or self.validity_days is not None
            or self.members_only
            or self.hook != "none"
            or self.least_buyers > 1
        )

    @property
    def hours(self) -> float:
        """Hours for which it holds."""
        return self.validity_hours if self.validity_days is None else DAY_HOURS * self.validity_days

    @property
    def follows_validity(self) -> bool:
        """Whether one is posted when the one before ends."""
        return self.is_coupon and bool(self.period_is_validity)

    @property
    def spaced(self) -> bool:
        """Whether days pass between two posts."""
        return self.follows_validity or super().spaced

    @property
    def interval(self) -> float:
        """Days between two posts."""
        return self.hours / DAY_HOURS if self.follows_validity else super().interval

    def stimulus(self) -> Stimulus:
        """An advert with a discount, or with a coupon for those who take part."""
        advert = Stimulus(
            promotion=self.promotion, recall=self.recall, talk=self.talk, certainty=self.certainty, pull=self.pull,
        )  # fmt: skip
        if not self.is_coupon:
            return advert._replace(discount=self.discount, discount_hours=self.validity_hours, pretext=self.pretext)
        if self.least_buyers > 1:
            return advert._replace(ask=self.take, deadline_hours=self.signing_hours, roll=1.0)
        return self._with_coupon(advert)

    def _with_coupon(self, advert: Stimulus) -> Stimulus:
        return advert._replace(
            ask=self.take, pull=self.pull + (self.hook_pull if self.hook != "none" else 0.0), deadline_hours=self.hours, roll=1.0,
            coupon_hours=self.hours, coupon_yuan=self.amount, coupon_share=0.0 if self.amount > 0 else self.discount,
            coupon_over=self.over, coupon_dated=float(bool(self.period_is_validity)), coupon_passes=float(bool(self.transferable)),
            coupon_inside=float(self.members_only),
        )  # fmt: skip

    def of_turn(self, number: int) -> Stimulus:
        """The offer of a turn: the next of the goods, where it goes through several."""
        offer = self.stimulus()
        return offer._replace(goods=1.0 + number % self.breadth, wanted_by=self.wanted_by) if self.breadth else offer

    def bought_together(self) -> Stimulus:
        """The coupon that everybody gets who has signed up, once enough have."""
        return self._with_coupon(Stimulus())._replace(ask=0.0, roll=0.0, deadline_hours=0.0, pull=0.0)

    def told(self, number: int) -> Stimulus:
        """The word to friends: the same, and they look at once."""
        return self.of_turn(number)._replace(pull=1.0)

    @property
    def prize(self) -> Stimulus | None:
        """What one of those who take a coupon wins: a free order of the usual size, as long as the coupon holds."""
        return Stimulus(coupon_hours=self.hours, coupon_share=1.0) if self.hook == "free_meal" else None


@settings
class Benefits:
    """What the plan holds to whenever it gives something away."""

    promotion_base_rate: Annotated[float, number("price offers a week beside the calendar", 0, 21, "E64: near 0")] = 0.0
    transferable: bool = False
    """whether coupons can be passed on (E47)"""
    period_is_validity: bool = False
    """whether the next coupon comes when the one before ends (E48)"""
