"""What an outcome of a replication is: its name, unit and words, which way is better, and how much of it matters."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from sim.projections.tally import Tally

#: Sections of the page of one run.
Panel = Literal["life", "talk", "service", "money"]
#: Stands for the days judged in `Outcome.high`.
DAYS: Final = -1.0


class Words(NamedTuple):
    """A name on screen in three languages."""

    en: str
    zh: str
    es: str


@dataclass(frozen=True)
class Outcome:
    """What came of a replication, as one value, and how that value is to be read.

    name: its column. unit: a key `unit.<unit>` of the catalogues, "" for text; shares are held as 0..1. formula: how it is made, in
    words, with the denominator. read: Tally -> value, NaN where a denominator is 0; None for what a study makes of more than
    one log. words: its name on screen, or the id of the row of the glossary that names it. direction: which way is better for
    who runs the groups; `neither` where that depends. low, high: between which it lies by its nature; DAYS stands for the days
    judged. aggregate: how the replications of an arm become one value; those without a value are left out. panel: its section on
    the page of one run, None: not shown there. heading: the short name above its column of the league, in lines of a few
    characters; None: no such column. matters, per: the smallest difference worth acting on, as it is, or for each judged day,
    planned member, or both (assumed; NaN: nothing can be judged by it). of_group: whether it is about groups, so that who has none
    has no such outcome.
    """

    name: str
    unit: str
    formula: str
    read: Callable[[Tally], float | str] | None
    words: Words | str
    direction: Literal["higher", "lower", "neither"] = "neither"
    low: float = 0.0
    high: float = math.inf
    aggregate: Literal["mean", "median", "none"] = "mean"
    panel: Panel | None = None
    heading: Words | None = None
    matters: float = math.nan
    per: Literal["", "day", "member", "member_day"] = ""
    of_group: bool = True

    @property
    def in_league(self) -> bool:
        """Whether the league has a column of it."""
        return self.heading is not None

    @property
    def can_be_judged(self) -> bool:
        """Whether one way of running a group can be called better than another by it."""
        return self.direction != "neither" and self.aggregate != "none" and not math.isnan(self.matters)

    def bounds(self, days: float | None) -> tuple[float, float]:
        """The least and the most it can be over so many judged days; without `days` DAYS is endless."""
        return self.low, (days or math.inf) if self.high == DAYS else self.high

    def smallest_effect(self, days: float, members: float) -> float:
        """The smallest difference worth acting on, in its unit, of so many judged days and planned members; one figure."""
        size = self.matters * (days if "day" in self.per else 1) * (members if "member" in self.per else 1)
        return float(f"{size:.0e}") if self.per else size
