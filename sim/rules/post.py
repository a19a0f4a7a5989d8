"""What is posted when its clock is due: what the mechanics of a calendar have in common."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from sim.rules.clock import Clock
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus

MINUTES = number("minutes of work, median; those of the staff for a post if left out", 0.1, 600, "assumed")
PULL = number("how many look at once, 1 = as for a red packet", 0, 2, "assumed")
TALK = number("replies it draws, relative to a usual post", 0, 5, "assumed")
RECALL = number("brand brought to mind", 0, 2, "assumed")
PROMOTION = number("weight of advertising", 0, 2, "assumed")
CONTENT = number("weight of content", 0, 2, "C44: assumed")
QUALITY = number("how well the content is made", 0, 1, "assumed")
ASK = number("share of interested readers who take part", 0, 1, "assumed")
OPEN = number("hours for which one can take part", 0.1, 72, "assumed")
LATE = number("hours after which it is not posted any more", 0.1, 24, "C36: assumed")


@settings
class Mechanic(Clock):
    """Something that is posted when its clock is due."""

    minutes: Annotated[float | None, MINUTES] = None
    running: bool = True
    """whether it runs before any rule starts it"""
    work_for: Literal["each", "all"] = "each"
    """whether each group takes a piece of work of its own, or one does for all"""
    late_hours: Annotated[float | None, LATE] = None

    #: Whether one can take part for a time, so that a beginning and an end of each turn are marked.
    lasts: ClassVar[bool] = False

    def stimulus(self) -> Stimulus:
        """What it does to those who read it."""
        return Stimulus()

    def reward(self, lot: float) -> float:
        """Yuan per taker; lot: a keyed number in (0, 1)."""
        return 0.0

    @property
    def poster(self) -> str:
        """Who posts it: a role, `rank`, `kin`, or anybody."""
        return "anybody"

    @property
    def takers(self) -> int:
        """Takers at most, per group; 0 no limit."""
        return 0

    @property
    def open_for(self) -> float:
        """Hours for which one can take part."""
        return 0.0
