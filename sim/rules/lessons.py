"""What a course is, as settings: sessions at a fixed hour, homework, and a sale towards the end."""

from __future__ import annotations

from typing import Annotated

from sim.events.kinds import HOUR_MINUTES
from sim.rules.clock import Clock
from sim.rules.post import ASK, CONTENT, PROMOTION, PULL, QUALITY, TALK
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus

#: How much the sale of a course brings the brand to mind (assumed, as sales talk).
SALE_RECALL = 0.8


@settings
class Session:
    """When a session begins and how long it lasts."""

    hour: Annotated[float, number("hour of the day", 0, 23.9, "F33: 20")] = 20.0
    minutes: Annotated[float, number("minutes for which it can be attended, and for which it is work", 5, 600, "assumed")] = (
        60.0
    )


@settings
class Course(Clock):
    """Sessions for as many days, at a fixed hour; who comes within the session has attended it."""

    running: bool = True
    """whether it runs before any rule starts it"""
    session: Session = Session()
    """when a session begins and how long it lasts"""
    content: Annotated[float, CONTENT] = 1.0
    quality: Annotated[float, QUALITY] = 0.6
    talk: Annotated[float, TALK] = 0.5
    pull: Annotated[float, PULL] = 1.0
    replay: bool = True
    """whether whoever comes later still gets the content (A08: none)"""
    homework: bool = False
    """whether something is to be handed in after each session (C12)"""
    homework_ask: Annotated[float, ASK] = 0.5
    homework_hours: Annotated[float, number("hours until it is due", 1, 168, "C12: a day")] = 23.0
    keep_alumni: bool = False
    """whether those who have stayed to the last session and attended half of them are kept as alumni (D12, E23)"""
    compulsory: bool = False
    """whether members are called to each session, and whoever missed one is told so in private (A08, B08)"""
    call_pull: Annotated[float, number("how many more look at once because they are called, 1 = as for a red packet", 0, 2,
                                       "A08: voice notices; assumed")] = 0.5  # fmt: skip
    convert_day: Annotated[
        float | None, number("day of the course from which each session ends in a sale", 0, 4_000, "E56")
    ] = None
    promotion: Annotated[float, PROMOTION] = 1.5

    def lesson(self) -> Stimulus:
        """A session: content, for those who are there or for all, and a list of who was."""
        return Stimulus(
            content=self.content, quality=self.quality, talk=self.talk, ask=1.0, roll=1.0, session=1.0,
            pull=self.pull + self.call_pull * self.compulsory, live=float(not self.replay), deadline_hours=self.session.minutes / HOUR_MINUTES,
        )  # fmt: skip

    def task(self) -> Stimulus:
        """Homework."""
        return Stimulus(ask=self.homework_ask, talk=self.talk, roll=1.0, deadline_hours=self.homework_hours)

    def sale(self) -> Stimulus:
        """What the course is sold with."""
        return Stimulus(promotion=self.promotion, recall=SALE_RECALL, talk=self.talk)
