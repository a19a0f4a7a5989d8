"""What stands in a plan beside its mechanics: each lever and each key of a rule with unit, range and meaning."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from sim.allowed import hints_of
from sim.operators.duties import Duties
from sim.rules.offer import Benefits
from sim.scenario import Staff, number, settings

FOR_DAYS = Annotated[float, number("days for which it must have held at every review", 0, 365, "rule")]
HOLD_DAYS = Annotated[float, number("days for which a setting is kept once the rule has fired", 0, 365, "rule")]


@settings
class Entry:
    """Who is let in."""

    least_tag: Annotated[float, number("observed fit asked for at entry, 0 lets everybody in", 0, 2, "E03, E43: assumed")] = 0.0


@settings
class Kick:
    """For what a member is removed, besides adverts; nothing unless it is written."""

    not_friend: Annotated[int | None, number("days after which whoever is no friend of staff is removed", 1, 365, "A08, E55")] = None
    absent: Annotated[int | None, number("missed sessions after which a member is removed", 1, 365, "A08, B08, E55")] = None
    no_homework: Annotated[int | None, number("missed pieces of homework after which a member is removed", 1, 365, "A08, E55")] = None


@settings
class Order:
    """How the rules of the group are enforced."""

    strikes: Annotated[int, number("adverts after which a member is removed", 1, 1_000, "E08, E10")] = 1_000
    latency_hours: Annotated[float, number("hours between two looks at who has offended", 0.05, 168, "E10: assumed")] = 1.0
    kick: Kick = Kick()


@settings
class Alarm:
    """What staff look at and how soon they see trouble."""

    look_minutes: Annotated[float | None, number("minutes between two looks at the groups, mean", 1, 1_440, "assumed")] = None


@settings
class Review:
    """How often the owner looks at the numbers, and what it costs."""

    every_days: Annotated[float, number("days between two reviews", 0.05, 90, "E42, F73")] = 1.0
    hour: Annotated[float, number("hour of the day of the first review", 0, 23.9, "assumed")] = 10.0
    minutes: Annotated[float, number("minutes of work, median", 0.1, 600, "assumed")] = 15.0


#: Families of levers that hold from the first day on: name -> the class that declares their keys.
FAMILIES: dict[str, Any] = {"duties": Duties, "entry": Entry, "order": Order, "alarm": Alarm, "benefits": Benefits}
#: Families and keys that the written playbooks use and the engine does not offer yet: named, so that none is ignored.
NOT_YET = {
    "entry": ("mode", "gift", "disclosure", "proof", "consent", "stake", "friend_first", "claim", "owner_of_recruit",
              "invitations_per_day"),
    "order": ("rules", "consistency", "member_mini_programs", "own_mini_programs", "private_alternative"),
    "alarm": ("listeners", "signals"),
    "crew": (), "segments": (), "response": (), "lifecycle": (), "objective": (),
}  # fmt: skip
#: Levers that move a setting of the staff.
OF_STAFF = {f"staff.{name}": name for name in hints_of(Staff)}


def default_of(kind: Any, name: str) -> Any:
    """What a field of a settings class is where nothing is written; None where it must be written."""
    head, _, rest = name.partition(".")
    (field,) = [one for one in dataclasses.fields(kind) if one.name == head]
    default = None if field.default is dataclasses.MISSING else field.default
    return getattr(default, rest, None) if rest else default
