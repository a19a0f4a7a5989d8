"""Settings in which the arms of a study differ -> whether they can be compared, and what to bear in mind where they can.

An arm is a way of running the groups. Arms may differ in what an operator decides; where they differ in how long is looked,
or in how many people are looked at, a difference of days, money or hours says nothing about the operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Final

from sim.allowed import ConfigError, listed, quoted


class Rule(Enum):
    """What it means that arms differ in a setting."""

    FREE = "what an operator decides, or what befalls the groups"
    CARE = "what is assumed about people, prices or wages: allowed, with a warning"
    EQUAL = "what is measured: refused"
    PERSONS = "the number of planned members, programmes x groups x size: refused unless it is the same"
    SHARED = "one value for a whole study, refused where the arms are expanded"


_OF_POPULATION: Final = {
    "programmes": Rule.PERSONS, "groups": Rule.PERSONS, "size": Rule.PERSONS, "cohorts": Rule.CARE, "mix": Rule.CARE,
    "ties_per_member": Rule.CARE, "homophily": Rule.CARE, "likeness": Rule.CARE, "joining_days": Rule.CARE,
    "walk_ins_per_day": Rule.CARE, "reservoir": Rule.CARE, "capacity": Rule.FREE,
    "memberships": Rule.FREE, "further_channels": Rule.FREE, "founding": Rule.CARE, "inflow": Rule.CARE, "likes": Rule.CARE,
    "beginners": Rule.CARE,
}  # fmt: skip
_OF_STAFF: Final = {
    "people": Rule.FREE, "shift_start": Rule.FREE, "shift_end": Rule.FREE, "days_per_week": Rule.FREE, "look_minutes": Rule.FREE,
    "absence": Rule.FREE, "warmth": Rule.FREE, "wage": Rule.CARE, "budget_hours": Rule.FREE, "answer_minutes": Rule.FREE,
    "soothe_minutes": Rule.FREE, "moderate_minutes": Rule.FREE, "welcome_minutes": Rule.FREE, "care_minutes": Rule.FREE,
    "post_minutes": Rule.FREE, "screen_minutes": Rule.FREE, "settle_minutes": Rule.FREE, "temper": Rule.FREE,
    "roles": Rule.FREE,
}  # fmt: skip
_OF_MARKET: Final = ("needs_per_month", "peak_hours", "price", "usual_price", "margin", "base_odds", "outside")

#: Every setting, or the first part of the keys of a whole group of them. What a timed change moves is judged by its key.
RULES: Final[Mapping[str, Rule]] = {
    "days": Rule.EQUAL,
    "confirm_days": Rule.EQUAL,
    "seed": Rule.SHARED,
    "replication": Rule.SHARED,
    "replications": Rule.SHARED,
    "parameters.mode": Rule.SHARED,
    "parameters": Rule.CARE,
    "member": Rule.CARE,
    "strategy": Rule.FREE,
    "campaign": Rule.FREE,
    "incident": Rule.FREE,
    "scenario.name": Rule.FREE,
    "scenario.horizon": Rule.FREE,
    **{f"scenario.population.{name}": rule for name, rule in _OF_POPULATION.items()},
    **{f"scenario.market.{name}": Rule.CARE for name in _OF_MARKET},
    **{f"staff.{name}": rule for name, rule in _OF_STAFF.items()},
}


def rule_of(key: str) -> Rule:
    """The rule of a setting: of its key, or of the longest beginning of it that has one. Raises LookupError for none."""
    parts = key.split(".")
    for length in range(len(parts), 0, -1):
        if (rule := RULES.get(".".join(parts[:length]))) is not None:
            return rule
    raise LookupError(f"{key}: no rule in sim.comparable.RULES says whether arms may differ in it")


def check_comparable(configs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The settings in which arms differ and which call for care, sorted; configs: the resolved config of each arm.

    Raises ConfigError, one line, where the arms cannot be compared.
    """
    keys = sorted({key for config in configs[1:] for key in _differences(configs[0], config)})
    rules = {key: rule_of(key) for key in keys}
    for key in keys:
        if rules[key] is Rule.EQUAL:
            values = ",".join(dict.fromkeys(quoted(config[key], 20) for config in configs))
            raise ConfigError(
                f"{key}={quoted(values)}: one value for all arms; results over different spans cannot be compared"
            )
    if Rule.PERSONS in rules.values():
        persons = list(dict.fromkeys(_persons(config) for config in configs))
        if len(persons) > 1:
            told = listed(map(str, persons), "")
            raise ConfigError(f"scenario.population: arms of {told} planned members (programmes x groups x size) cannot be "
                              "compared; the same number in all arms, such as 1 x 400 and 5 x 80")  # fmt: skip
    return tuple(key for key in keys if rules[key] is Rule.CARE)


def _persons(config: Mapping[str, Any]) -> int:
    people = config["scenario"]["population"]
    return int(people["programmes"] * people["groups"] * people["size"])


def _differences(one: Any, other: Any, key: str = "") -> Iterator[str]:
    """Keys of what differs between two configs; of what only one of them has, the key of the whole."""
    if one == other:
        return
    if key == "levers":
        yield from _moved(lever for lever in [*one, *other] if lever not in one or lever not in other)
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in {*one, *other} - {"digest"}:  # where a block comes from is no setting
            yield from _differences(one.get(name), other.get(name), f"{key}.{name}".strip("."))
    else:
        yield key


def _moved(levers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for lever in levers:
        yield lever["key"]
