"""Orders of members -> the tier each has, and who has earned a higher one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.rules.sight import Sight
from sim.scenario import number, settings

#: The tier of whoever has earned none.
ORDINARY = 0


def _by_threshold(tiers: Any) -> Any:
    """A mapping of names to orders, or pairs of them, as pairs, the fewest orders first; anything else as it is."""
    pairs = list(tiers.items()) if isinstance(tiers, dict) else tiers
    if not isinstance(pairs, list | tuple) or not all(isinstance(one, list | tuple) and len(one) == 2 for one in pairs):
        return tiers
    return tuple(sorted(map(tuple, pairs), key=lambda pair: (str(type(pair[1])), pair[1])))


@settings
class Segments:
    """Who is told and given what: tiers by what somebody has bought, tags, and whether a refusal is respected."""

    tiers: Annotated[
        tuple[tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")],
                    Annotated[int, number("orders within the window", 1, 1_000, "F66, F69, F70")]], ...],
        BeforeValidator(_by_threshold), Field(max_length=9),
    ] = ()  # fmt: skip
    """tiers by name, each with the orders that earn it"""
    tiers_by: Literal["orders", "coupons"] = "orders"
    """what earns a tier: orders, or coupons that were used (E49)"""
    window_days: Annotated[float, number("days within which orders count", 1, 365, "F66, F70: 30")] = 30.0
    tags: Annotated[float, number("share of members of whom staff have noted how well the content suits them", 0, 1, "E38")] = (
        0.3
    )
    respect_opt_out: bool = True
    """whether somebody who did not let the operator into the private line is not asked again"""


class Tiers:
    """The tiers of one programme's members, as staff keep them."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._has: dict[int, int] = {}

    def of(self, person: int) -> int:
        """The place of a person's tier among those of the plan, the lowest is 1; ORDINARY where none was given."""
        return self._has.get(person, ORDINARY)

    def earned(self, person: int, segments: Segments) -> int:
        """The highest tier whose orders a person has placed, or coupons used, within the window."""
        count = self._sight.till.redeemed_by if segments.tiers_by == "coupons" else self._sight.orders_by
        orders = count(person, segments.window_days)
        return sum(orders >= least for _, least in segments.tiers)

    def due(self, segments: Segments) -> list[int]:
        """Members who have earned a higher tier than they have, in the order of their numbers."""
        bought = sorted(self._sight.everybody() & self._sight.buyers())  # every tier asks for an order
        return [who for who in bought if self.earned(who, segments) > self.of(who)]

    def set(self, person: int, tier: int) -> None:
        """Gives a person a tier."""
        self._has[person] = tier

    def count(self, tier: int) -> int:
        """Present members who have a tier."""
        return sum(self.of(who) == tier for who in self._sight.everybody())
