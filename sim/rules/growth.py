"""Settings of mechanics that bring people to a group: a pop-up that is founded for some days, and word of mouth."""

from __future__ import annotations

from typing import Annotated, Literal

from sim.rules.acts import ALL
from sim.rules.clock import Clock
from sim.scenario import number, settings


@settings
class Popup:
    """A group with a planned short life, with leaders from other groups; it is founded while the program runs."""

    running: bool = True
    """whether one is built before any rule starts it"""
    day: Annotated[float, number("day from which on one may be built", 0, 4_000, "assumed")] = 0.0
    lead_days: Annotated[float, number("days in which leaders are found and the group is built", 0, 30, "F75: 2 to 3")] = 2.5
    days: Annotated[float, number("days for which the group lives", 0.5, 365, "C62: 15")] = 15.0
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


@settings
class Invite(Clock):
    """Members are asked to bring somebody along; whoever is convinced does, from the people the scenario still has."""

    running: bool = True
    """whether it runs before any rule starts it"""
    mode: Literal["word_of_mouth"] = "word_of_mouth"
    """out of conviction, without a reward"""
    select: str = "alumni"
    """who is asked: the name of a selector"""
    count: Annotated[int, number("members asked in a round, per group", 0, 200, "C69: assumed")] = 5
    lead_days: Annotated[float, number("days until they have spoken to somebody", 0.1, 30, "assumed")] = 2.0
