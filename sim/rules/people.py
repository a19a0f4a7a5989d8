"""What is done with single members, as settings: care of several kinds, a welcome, a gathering."""

from __future__ import annotations

from typing import Annotated, Literal

from sim.rules.clock import Clock, Span
from sim.scenario import number, settings


@settings
class Care(Clock):
    """Single members are approached in private: greeted, praised, coached, asked for a favour, or pressed to buy."""

    running: bool = True
    """whether it runs before any rule starts it"""
    select: str = "top_talkers"
    """who is approached: the name of a selector"""
    count: Annotated[int, number("members in a round, per group", 0, 200, "C33, E22: assumed")] = 8
    gift: Annotated[float, number("yuan per member and round", 0, 10_000, "C33: a snack")] = 0.0
    act: Literal["greet", "gift", "revisit", "praise", "favour", "coach", "sell", "show"] = "greet"
    """a greeting or gift, a word after a purchase, praise, a favour, coaching, sales talk, or a picture asked for and praised before all"""
    befriend: bool = False
    """whether whoever is cared for is asked to be a friend, in the private line of the operator"""
    by: str = "anybody"
    """who does it: a role of the crew, those of the highest rank, those most alike members (kin)"""
    cap_per_month: Annotated[int | None, number("times a member and 30 days at most", 1, 1_000, "C35: bounded")] = None
    customers: Literal["any", "new", "known"] = "any"
    """which of them are left to whoever does it: all, those who have not bought yet, or those who have (B26.s1)"""
    sales_recall: Annotated[float, number("brand that sales talk brings to mind", 0, 2, "assumed")] = 0.8


@settings
class Welcome(Span):
    """Each newcomer is greeted soon after entry, told something, perhaps with a ritual."""

    running: bool = True
    """whether it runs before any rule starts it"""
    delay_minutes: Annotated[float, number("minutes after the entry", 0, 10_000, "C18, C19: as fast as possible")] = 5.0
    text: Literal["plain", "next_event", "programme", "services", "mall"] = "plain"
    """what newcomers are told: nothing else, what comes next (two words for it), which services there are, where to buy (C15-C18)"""
    ritual: bool = False
    """whether the welcome is a ritual in which the newcomer is introduced (C19, D51)"""


@settings
class Gathering(Clock):
    """Some members are asked to meet outside the group; whoever says yes comes."""

    running: bool = True
    """whether it runs before any rule starts it"""
    select: str = "top_talkers"
    """who is asked: the name of a selector"""
    size: Annotated[int, number("members asked, per group", 1, 200, "C38, C39: 4 to 30")] = 12
    owner: bool = False
    """whether the owner goes out with them (C38, D61)"""
    lead_days: Annotated[float, number("days from the request to the gathering", 0.5, 60, "assumed")] = 3.0
    cost: Annotated[float, number("yuan a head", 0, 10_000, "mechanisms: 50")] = 50.0
    hours: Annotated[float, number("hours of work for the person of staff who goes", 0.2, 12, "assumed")] = 3.0
    friends: bool = False
    """whether guests are asked to bring a friend along; who does so out of conviction, does (C70)"""
