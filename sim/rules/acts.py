"""What a rule does to people and groups (`do: {act: ...}`): yaml -> checked acts. `sim.rules.moving` carries them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from sim.allowed import ConfigError, hints_of, no_choice, quoted, validated
from sim.rules.audience import SELECTORS
from sim.scenario import number, settings

#: Words beside the selectors and the names of the groups of a plan.
ALL, PERSON, DUE, NEW = "all", "person", "due", "new"
#: Where people may be sent who are to leave a group: to a feed that anybody may follow, or to the group that suits them best.
PUBLIC_DOMAIN, BY_INTEREST = "public_domain", "by_interest"
ROUTES = (PUBLIC_DOMAIN, BY_INTEREST)


@settings
class Act:
    """One act. `who` is what stands after the verb: people, groups, or a place."""

    verb: str
    who: str
    of: str = ALL
    """the group of the plan in which the people are looked for"""
    move_to: str = NEW
    """a group of the plan, or `new` for one that is founded"""
    route: str = ""
    """where those go who are told that the group will be closed: public_domain, by_interest, or a group of the plan"""
    befriend: bool = False
    """whether they are asked into the private line first"""
    only: Literal["all", "major"] = "all"
    """major: no word to anybody who has had one within 7 days"""
    count: Annotated[int, number("people at most, per group; 0 all", 0, 5_000, "assumed")] = 0
    cap_per_day: Annotated[int, number("invitations a day at most, 0 no limit", 0, 5_000, "F72: 50")] = 0
    notice_days: Annotated[float, number("days between the notice and the closing", 0, 30, "B20, E40: assumed")] = 3.0
    hours: Annotated[float, number("hours for which responses count", 1, 168, "B09.s1, H21: 48")] = 48.0
    yuan: Annotated[float, number("yuan per taker of the packet", 0.01, 100, "assumed")] = 1.0
    content: Annotated[float, number("weight of content", 0, 2, "assumed")] = 0.2
    promotion: Annotated[float, number("weight of advertising", 0, 2, "assumed")] = 0.5
    recall: Annotated[float, number("brand brought to mind", 0, 2, "assumed")] = 0.8


@dataclass(frozen=True)
class Verb:
    """What an act does, what stands after its verb (people, groups or a place), and which keys it takes besides."""

    meaning: str
    of: Literal["people", "groups", "place", "due", "friends"]
    keys: tuple[str, ...] = ()


VERBS: dict[str, Verb] = {
    "test": Verb("a packet, a game, a question and a topic; the share of members who respond is `activation`", "groups", ("hours", "yuan")),
    "promote": Verb("gives those who have earned it their tier, and may invite them elsewhere", "due", ("move_to", "cap_per_day")),
    "move": Verb("invites people to another group instead of theirs", "people", ("of", "move_to", "count", "cap_per_day")),
    "split": Verb("founds a group and invites people to it instead of theirs", "people", ("of", "count")),
    "merge": Verb("invites all members of a group to another one and closes the first", "groups", ("move_to", "notice_days")),
    "migrate": Verb("founds a group, invites people to it and closes theirs", "people", ("of", "count", "notice_days")),
    "dissolve": Verb("gives notice, takes leave of the members and closes", "groups", ("notice_days", "befriend", "route")),
    "route": Verb("invites people to leave a group for another place", "place", ("of",)),
    "befriend": Verb("asks people into the private line", "people", ("of", "count", "cap_per_day")),
    "remove": Verb("removes people from their group", "people", ("of", "count")),
    "write": Verb("a word in the private line, to all who are in it", "friends", ("only", "content", "promotion", "recall")),
}  # fmt: skip


def read_acts(block: Any, key: str, groups: Iterable[str], of_persons: bool, tiers: bool) -> tuple[Act, ...]:
    """The acts of a rule, one or a list. groups: names in the plan; of_persons: whether the rule is about single members;
    tiers: whether the plan has tiers. Raises ConfigError."""  # fmt: skip
    blocks = block if isinstance(block, list) else [block]
    return tuple(_read_act(one, key, tuple(groups), of_persons, tiers) for one in blocks)


def _read_act(block: Any, key: str, groups: tuple[str, ...], of_persons: bool, tiers: bool) -> Act:
    if not isinstance(block, Mapping) or not block:
        raise ConfigError(f"{key}={quoted(block)}: what is done and to whom, such as {{move: silent, move_to: new}}")
    verbs = [str(one) for one in block if one in VERBS]  # a key of one act may be the verb of another, in any order
    fitting = [one for one in verbs if {*block} <= {one, *VERBS[one].keys}]
    name = next(iter(fitting or verbs), None)
    if name is None:
        raise no_choice(key, str(next(iter(block))), VERBS)
    verb = VERBS[name]
    for one in block:
        if one != name and one not in verb.keys:
            raise no_choice(f"{key}.{one}", str(one), (name, *verb.keys))
    words = {
        "people": (PERSON,) if of_persons else tuple(SELECTORS),
        "groups": (ALL, *groups),
        "place": (*ROUTES, *groups),
        "due": (DUE,),
        "friends": ("friends",),
    }[verb.of]
    if block[name] not in words:
        raise no_choice(f"{key}.{name}", str(block[name]), words)
    if of_persons and verb.of in ("groups", "due", "friends"):
        raise ConfigError(f"{key}.{name}: a rule that looks at single members acts on them; {', '.join(_of_people())}")
    if not of_persons and verb.of == "place":
        raise ConfigError(f"{key}.{name}: for whom? a sensor of single members (`..._person`) says it")
    if verb.of == "due" and not tiers:
        raise ConfigError(f"{key}.{name}: segments.tiers says what earns which tier, and is missing")
    for one, allowed in (("of", (ALL, *groups)), ("move_to", (NEW, *groups)), ("route", (*ROUTES, *groups))):
        if one in block and block[one] not in allowed:
            raise no_choice(f"{key}.{one}", str(block[one]), allowed)
    act: Act = validated(Act, {"verb": name, "who": block[name]} | {one: block[one] for one in block if one != name}, key)
    return act


def _of_people() -> list[str]:
    return [name for name, verb in VERBS.items() if verb.of in ("people", "place")]


def keys_of(name: str) -> dict[str, Any]:
    """The keys that a verb takes besides, with what is allowed for each."""
    hints = hints_of(Act)
    return {key: hints[key] for key in VERBS[name].keys}
