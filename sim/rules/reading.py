"""The yaml of a strategy -> a checked plan: phases, levers that hold from the start, calendar, rules, review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sim.allowed import ConfigError, hints_of, no_choice, unknown, validated
from sim.rules.blocks import as_list, as_mapping
from sim.rules.calendar import KEYS, follow_benefits, people_of_rules, read_calendar
from sim.rules.condition import Condition
from sim.rules.crew import place_of_role, read_crew
from sim.rules.duties import Duties
from sim.rules.groups import read_groups
from sim.rules.plan import Plan
from sim.rules.spec import FAMILIES, NOT_YET, OF_STAFF, Review
from sim.rules.stages import Stages
from sim.rules.steps import CAUSES, read_steps
from sim.rules.terms import NAME, Place, Terms, take_fields
from sim.scenario import RESERVED_ROLES


def read_plan(block: Mapping[str, Any], key: str) -> tuple[Plan, Terms]:
    """The plan and its numbers. Raises ConfigError, one line that begins with the key."""
    terms = Terms(key, known=", ".join(KEYS[1:]))
    base = as_mapping(block.get("base", {}), f"{key}.base")
    sets = {name: value for name, value in block.items() if name not in KEYS and isinstance(value, dict)}
    terms.dials = {str(name): value for name, value in block.items() if name not in KEYS and name not in sets}
    for name in (*sets, *terms.dials):
        if name in NOT_YET:
            raise ConfigError(f"{key}.{name}: the engine does not offer this yet")
    kinds, openings = ({}, ()) if block.get("groups", "none") == "none" else read_groups(block["groups"], f"{key}.groups")
    crew = read_crew(terms, base)
    families = _read_families(terms, base, block, crew)
    for name, inner in sets.items():
        validated(NAME, name, f"{key}.{name}")
        take_fields(terms, Duties, inner, name, (name,))
        _whole(terms, Duties, inner, name)
    phases = as_list(block.get("phases", []), f"{key}.phases", "phases, such as {name: cold, until: {age_days: '>=30'}}")
    named = [inner.get("name") for inner in phases if isinstance(inner, dict)]
    items = read_calendar(terms, block.get("calendar", []), [str(name) for name in named], tuple(kinds))
    items += people_of_rules(terms, block.get("rules", []), len(items))
    for name in (path for path in terms.places if path.endswith(".by")):
        if (by := terms.places[name].value) not in (*RESERVED_ROLES, *crew):
            raise no_choice(f"{key}.{name}", by, (*RESERVED_ROLES, *crew))
    if "benefits" in families or any(path.startswith("benefits.") for path in _set_by(phases, block.get("rules", []))):
        items += follow_benefits(terms, items)
    words = {"phase": tuple(map(str, named))}
    reader = Stages(terms, sets, items, words, block, crew)
    stages = reader.phases(phases)
    rules = reader.rules(block.get("rules", []))
    if reviewed := bool(rules) or any(stage.until and _seen(stage.until) for stage in stages):
        take_fields(terms, Review, as_mapping(block.get("review", {}), f"{key}.review"), "review", ("review",))
    elif "review" in block:
        raise ConfigError(f"{key}.review: without rules there is nothing to review")
    for name in sets:
        if name not in reader.named:
            raise unknown(f"{key}.{name}", sets[name], KEYS[1:])
    for name, steps in as_mapping(block.get("handling", {}), f"{key}.handling").items():
        if name not in CAUSES:
            raise no_choice(f"{key}.handling", name, CAUSES)
        for place, step in enumerate(read_steps(steps, f"{key}.handling.{name}")):
            if crew and step.by not in (*RESERVED_ROLES, *crew):
                raise no_choice(f"{key}.handling.{name}.{place}.by", step.by, (*RESERVED_ROLES, *crew))
    terms.settle()
    allowed = reader.allowed | {path: place.allowed for path, place in terms.places.items()}
    founds = block.get("groups") != "none"
    plan = Plan(tuple(items), stages, rules, families, terms.links, reviewed, founds, allowed, openings, kinds)
    terms_of_entry = [path for path in (*terms.places, *terms.links, *plan.moved) if path.startswith("entry.")]
    tiers = terms.places["segments.tiers"].value if "segments.tiers" in terms.places else ()
    if not tiers and any(item.use == "seats" for item in items):
        raise ConfigError(
            f"{key}.calendar: seats are for members with a tier; segments.tiers says what earns which, and is missing"
        )
    plan = replace(
        plan, gated=any(path != "entry.least_tag" for path in terms_of_entry), tiers=tuple(name for name, _ in tiers)
    )
    for path in plan.moved:  # what a rule moves has a place, also where nothing is written
        if path not in OF_STAFF and path not in terms.places:
            terms.places[path] = Place((), reader.kinds_of(path), None)
    return plan, terms


def _set_by(phases: Any, rules: Any) -> Iterator[str]:
    """Every setting that a phase or a rule sets, as it is written; what is wrong with them is found when they are read."""
    inside = [one.get("do") for one in rules if isinstance(one, Mapping)] if isinstance(rules, list) else []
    for one in (*phases, *inside):
        moved = one.get("set") if isinstance(one, Mapping) else None
        yield from map(str, moved) if isinstance(moved, Mapping) else ()


def _seen(condition: Condition) -> bool:
    """Whether a condition needs more than the clock."""
    return condition.sensors != {"age_days"}


def _read_families(terms: Terms, base: Mapping[str, Any], block: Mapping[str, Any], crew: tuple[str, ...]) -> frozenset[str]:
    found = set()
    for within, inside in (("", block), ("base", base)):
        for name, inner in inside.items():
            where = (within, name) if within else (name,)
            key = ".".join([terms.key, *where])
            if within and name == "crew":
                continue
            if within and name in NOT_YET and name not in FAMILIES:
                raise ConfigError(f"{key}: the engine does not offer this yet")
            if name not in FAMILIES:
                if within:
                    raise unknown(key, inner, FAMILIES)
                continue
            if name in found:
                raise ConfigError(f"{key}: written twice; in base or beside it, not both")
            inner = as_mapping(inner, key)
            for one in inner:
                if one in NOT_YET.get(name, ()) and one not in hints_of(FAMILIES[name]):
                    raise ConfigError(f"{key}.{one}: the engine does not offer this yet")
            if name == "response" and "backup" in inner:
                inner = {**inner, "backup": place_of_role(inner["backup"], crew, f"{key}.backup")}
            take_fields(terms, FAMILIES[name], inner, name, where)
            if name == "duties":
                _whole(terms, Duties, inner, ".".join(where))
            found.add(name)
    return frozenset(found)


def _whole(terms: Terms, kind: Any, block: Mapping[str, Any], where: str) -> None:
    missing = [name for name in hints_of(kind) if name not in block]
    if missing:
        raise ConfigError(f"{terms.key}.{where}.{missing[0]} is missing: all of {', '.join(hints_of(kind))}")
