"""What arms may differ in: every setting has a rule, and what cannot be compared is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sim.allowed import ConfigError
from sim.comparable import RULES, Rule, check_comparable, rule_of
from sim.config import compose, expand, options


def leaves(block: Any, key: str = "") -> Iterator[str]:
    if isinstance(block, dict) and block:
        for name, inner in block.items():
            yield from leaves(inner, f"{key}.{name}".strip("."))
    elif not key.endswith("digest"):
        yield key


def everything() -> list[dict[str, Any]]:
    """The resolved configs of all choices of all groups."""
    single = [f"{group}={name}" for group in ("scenario", "strategy", "staff", "parameters") for name in options(group)]
    listed = [f"{group}=[{','.join(options(group))}]" for group in ("incident", "campaign", "member")]
    return [compose([choice]).plain for choice in single] + [compose(listed).plain]


def test_every_key_of_every_config_has_a_rule_and_every_rule_a_key():
    keys = {key for config in everything() for key in leaves(config)} - {"levers"}  # judged by the keys they move
    assert len(keys) > 200
    assert {rule_of(key) for key in keys} == set(Rule)
    assert not [rule for rule in RULES if not any(key == rule or key.startswith(f"{rule}.") for key in keys)]


def test_a_setting_without_a_rule_is_told():
    for key in ("scenario.population.pets", "staff.shoes", "weather", "scenario"):
        with pytest.raises(LookupError, match=key):
            rule_of(key)


REFUSED = {
    "days=10,20": "days=10,20: one value for all arms; results over different spans cannot be compared",
    "confirm_days=0,28": "confirm_days=0,28: one value for all arms; results over different spans cannot be compared",
    "scenario.population.size=100,400": "scenario.population: arms of 100, 400 planned members (programmes x groups x size)",
    "scenario.population={groups:1,size:400},{groups:5,size:400}": "scenario.population: arms of 400, 2000 planned members",
    "scenario.population.programmes=1,2": "scenario.population: arms of 200, 400 planned members",
    "scenario=restaurant,image_class": "days=90,365: one value for all arms",  # each has a horizon of its own
}


@pytest.mark.parametrize("override", REFUSED)
def test_what_cannot_be_compared_is_one_line(override: str):
    with pytest.raises(ConfigError) as caught:
        expand(["strategy=no_plan,kol_care", override])
    assert str(caught.value).startswith(REFUSED[override])


CARE = {
    "strategy=no_plan,kol_care": (),
    "scenario.population={groups:1,size:400},{groups:5,size:80}": (),
    "scenario=merged_cohorts,cohort_groups": (),
    "incident=[],[price_rise]": (),
    "staff.people=1,2": (),
    "levers=[],[{day:3,key:staff.people,value:2}]": (),
    "levers=[],[{day:3,key:staff.wage,value:2}]": ("staff.wage",),
    "staff.wage=20,40": ("staff.wage",),
    "scenario.market.price=20,40": ("scenario.market.price",),
    "scenario.population.reservoir=0,2": ("scenario.population.reservoir",),
    "parameters.loafing=0.1,0.2": ("parameters.loafing",),
    "scenario.population.mix={kol:0.02,lurker:0.61},{kol:0.04,lurker:0.59}": (
        "scenario.population.mix.kol", "scenario.population.mix.lurker",
    ),
}  # fmt: skip


@pytest.mark.parametrize("override", CARE)
def test_what_calls_for_care_is_named(override: str):
    arms = expand([override, "parameters.mode=fixed"])
    assert check_comparable([arm.composed.plain for arm in arms]) == CARE[override]
