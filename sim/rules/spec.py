"""What stands in a plan beside its mechanics: each lever and each key of a rule with unit, range and meaning."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.fields import FieldInfo

from sim.allowed import hints_of
from sim.rules.duties import Duties
from sim.rules.offer import Benefits
from sim.rules.tiers import Segments
from sim.scenario import Staff, number, settings

FOR_DAYS = Annotated[float, number("days for which it must have held at every review", 0, 365, "rule")]
HOLD_DAYS = Annotated[float, number("days for which a setting is kept once the rule has fired", 0, 365, "rule")]


@settings
class Gift:
    """What a newcomer is given at entry."""

    cost: Annotated[float, number("yuan that it costs the shop", 0, 10_000, "C31: 3")] = 0.0
    worth: Annotated[float, number("yuan that it is worth to who gets it", 0, 10_000, "C31: 10")] = 0.0


@settings
class Entry:
    """Who is let in, and on which terms."""

    least_tag: Annotated[float, number("observed fit asked for at entry, 0 lets everybody in", 0, 2, "E03, E43: assumed")] = 0.0
    mode: Literal["open", "screened", "appointed", "paid"] = "open"
    """screened: staff check each newcomer; appointed: they invite so many a day and check them; paid: the stake is all"""
    false_positives: Annotated[
        float, number("share of those who do not fit whom a check lets in", 0, 1, "mechanisms: gate 0.3")
    ] = 0.3
    check_minutes: Annotated[float, number("minutes of a check, median", 0.1, 600, "mechanisms: gate 5")] = 5.0
    invitations_per_day: Annotated[int, number("invitations a day at most, where entry is appointed", 1, 5_000, "F72")] = 50
    proof: Literal["none", "chat_screenshot"] = "none"
    """what has to be shown: with a screenshot of a chat a check sees twice as clearly"""
    disclosure: bool = False
    """whether newcomers are told beforehand what the group is for"""
    consent: bool = False
    """whether each is asked in private before; it takes the minutes of a welcome"""
    stake: Annotated[float, number("yuan paid to come in", 0, 100_000, "E67, D39: example")] = 0.0
    friend_first: bool = False
    """whether newcomers first let the operator into a private line"""
    owner_of_recruit: Literal["house", "agent"] = "house"
    """agent: who is paid by the head checks for the house, and lets everybody in of whom no proof is asked"""
    gift: Gift = Field(default_factory=Gift)
    """what a newcomer is given"""


@settings
class Kick:
    """For what a member is removed, besides adverts; nothing unless it is written."""

    not_friend: Annotated[
        int | None, number("days after which whoever is no friend of staff is removed", 1, 365, "A08, E55")
    ] = None
    absent: Annotated[int | None, number("missed sessions after which a member is removed", 1, 365, "A08, B08, E55")] = None
    no_homework: Annotated[
        int | None, number("missed pieces of homework after which a member is removed", 1, 365, "A08, E55")
    ] = None


@settings
class Order:
    """How the rules of the group are enforced."""

    strikes: Annotated[int, number("adverts after which a member is removed", 1, 1_000, "E08, E10")] = 1_000
    latency_hours: Annotated[float, number("hours between two looks at who has offended", 0.05, 168, "E10: assumed")] = 1.0
    consistency: Annotated[float, number("share of buyers' offences that are treated like anybody else's", 0, 1, "E08")] = 1.0
    member_mini_programs: Literal["remove", "ask_withdraw", "allow"] = "remove"
    """what is done about what members who write or buy post out of a need"""
    private_alternative: bool = False
    """whether they are offered another way in private"""
    kick: Kick = Kick()
    """for what else a member is removed"""


@settings
class Alarm:
    """What staff look at and how soon they see trouble."""

    look_minutes: Annotated[float | None, number("minutes between two looks at the groups, mean", 1, 1_440, "assumed")] = None
    listeners: Annotated[float, number("share of upset members of whom a friend tells staff", 0, 1, "E12; mechanisms: 0.1")] = (
        0.0
    )


@settings
class Response:
    """How questions are met."""

    listing: Annotated[float, number("share of everyday questions that can be looked up, kept up to date", 0, 1, "E50")] = 0.0
    deflect: Annotated[float, number("share of questions that are answered by pointing to it", 0, 1, "E50, B19.s2")] = 0.0
    bot: Annotated[
        float, number("share of questions whose keywords a bot knows and answers at once, day and night", 0, 1, "C20, E57: 0.4")
    ] = 0.0
    bot_warmth: Annotated[float, number("how friendly the bot sounds, 1 = as a friend", 0, 1, "C20: mechanisms 0.2")] = 0.2
    backup: Annotated[int, number("role that answers besides, its place among the roles; 0 none", 0, 12, "B24, E13")] = 0


@settings
class Review:
    """How often the owner looks at the numbers, and what it costs."""

    every_days: Annotated[float, number("days between two reviews", 0.05, 90, "E42, F73")] = 1.0
    hour: Annotated[float, number("hour of the day of the first review", 0, 23.9, "assumed")] = 10.0
    minutes: Annotated[float, number("minutes of work, median", 0.1, 600, "assumed")] = 15.0


#: Families of levers that hold from the first day on: name -> the class that declares their keys.
FAMILIES: dict[str, Any] = {
    "duties": Duties, "entry": Entry, "order": Order, "alarm": Alarm, "segments": Segments, "benefits": Benefits,
    "response": Response,
}  # fmt: skip
#: Families and keys that the written playbooks use and the engine does not offer yet: named, so that none is ignored.
NOT_YET = {
    "entry": ("claim",),
    "order": ("rules", "own_mini_programs"),
    "alarm": ("signals",),
    "response": ("target_minutes",),
    "crew": ("training_hours", "answering_roles"),
    "lifecycle": (), "objective": (),
}  # fmt: skip
#: Levers that move a setting of the staff.
OF_STAFF = {f"staff.{name}": name for name in hints_of(Staff)}


@cache
def default_of(kind: Any, name: str) -> Any:
    """What a field of a settings class is where nothing is written; None where it must be written."""
    head, _, rest = name.partition(".")
    if rest:
        return default_of(hints_of(kind)[head], rest)
    (field,) = [one for one in dataclasses.fields(kind) if one.name == head]
    if isinstance(field.default, FieldInfo) and field.default.default_factory is not None:
        return hints_of(kind)[head]()
    return None if field.default is dataclasses.MISSING else field.default


def hint_at(kind: Any, path: str) -> Any:
    """What is allowed at a path of a settings class; None where it has none."""
    for part in path.split("."):
        kind = hints_of(kind).get(part)
    return kind
