"""Entries of the calendar of a plan, and rounds of care that its rules start: which mechanic, under which name, when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.allowed import ConfigError, hints_of, no_choice, quoted, validated
from sim.rules.audience import NOT_YET_SELECTORS, SELECTORS
from sim.rules.blocks import as_list, as_mapping
from sim.rules.clock import check_needs, check_often
from sim.rules.mechanics import MECHANICS, NOT_YET_KEYS, NOT_YET_MECHANICS
from sim.rules.people import Care
from sim.rules.plan import Item
from sim.rules.spec import FAMILIES
from sim.rules.terms import NAME, Place, Terms, take_fields

#: The keys of a strategy that are no settings of its own.
KEYS = ("digest", "groups", "review", "phases", "base", *FAMILIES, "calendar", "rules", "handling", "waits_for")


def read_calendar(terms: Terms, entries: Any, phases: list[str], groups: tuple[str, ...]) -> list[Item]:
    entries = as_list(entries, f"{terms.key}.calendar", "mechanics, such as {use: broadcast, as: photo}")
    items: list[Item] = []
    for place, entry in enumerate(entries):
        items.append(read_item(terms, entry, ("calendar", place), phases, [item.name for item in items], groups))
    return items


def read_item(
    terms: Terms, entry: Any, where: tuple[Any, ...], phases: list[str], taken: list[str], groups: tuple[str, ...]
) -> Item:
    """One entry of a calendar. Raises ConfigError."""
    key = ".".join([terms.key, *map(str, where)])
    entry = as_mapping(entry, key)
    use = str(entry.get("use"))
    if use in NOT_YET_MECHANICS:
        raise ConfigError(f"{key}.use={use}: the engine does not offer this mechanic yet; one of {', '.join(MECHANICS)}")
    if use not in MECHANICS:
        raise no_choice(f"{key}.use", use, MECHANICS)
    name = str(validated(NAME, entry.get("as", use), f"{key}.as"))
    if name in (*taken, *KEYS, *terms.dials):
        raise ConfigError(f"{key}.as={name}: a name of its own; this one is taken")
    kind = MECHANICS[str(use)]
    if waiting := next((part for part in entry if part in NOT_YET_KEYS.get(str(use), ())), None):
        raise ConfigError(f"{key}.{waiting}={quoted(entry[waiting])}: the engine does not offer this yet")
    inner = {part: value for part, value in entry.items() if part not in ("use", "as", "phases", "audience", "clock")}
    clock = as_mapping(entry.get("clock", {}), f"{key}.clock")
    for twice in inner.keys() & clock.keys():
        raise ConfigError(f"{key}.{twice}: written twice; in clock or beside it, not both")
    take_fields(terms, kind, inner, name, where)
    take_fields(terms, kind, clock, name, (*where, "clock"))
    check_often((*inner, *clock), key)
    check_needs(kind, entry, key)
    if "select" in hints_of(kind):
        _selector(entry, key)
    if "leaders_from" in entry and entry["leaders_from"] != "all":
        _selector({"select": entry["leaders_from"]}, key, "leaders_from")
    within = entry.get("phases", [])
    within = within if isinstance(within, list) else [within]
    for one in within:
        if one not in phases:
            raise no_choice(f"{key}.phases", one, phases)
    audience = entry.get("audience", "")
    if audience and audience not in groups:
        raise no_choice(f"{key}.audience", audience, groups or ["the groups that the plan opens (`groups`)"])
    return Item(name, str(use), tuple(within), str(audience))


def follow_benefits(terms: Terms, items: list[Item]) -> list[Item]:
    """Offers that say nothing of their own follow `benefits`; what is offered beside the calendar is an entry of its own."""
    for item in items:
        if item.use == "offer":
            for name in ("transferable", "period_is_validity"):
                if f"{item.name}.{name}" not in terms.places:
                    terms.links[f"{item.name}.{name}"] = f"benefits.{name}"
    terms.links["base_offer.per_week"] = "benefits.promotion_base_rate"
    return [Item("base_offer", "offer")]


def _selector(entry: Mapping[str, Any], key: str, name: str = "select") -> None:
    selector = str(entry.get("select", "top_talkers"))
    if selector in NOT_YET_SELECTORS:
        raise ConfigError(
            f"{key}.{name}={selector}: the engine does not offer this audience yet; one of {', '.join(SELECTORS)}"
        )
    if selector not in SELECTORS:
        raise no_choice(f"{key}.{name}", selector, SELECTORS)


def people_of_rules(terms: Terms, rules: Any, first: int) -> list[Item]:
    """The rounds of care that rules start, as entries of the calendar that wait for their rule."""
    items = []
    for place, rule in enumerate(rules if isinstance(rules, list) else []):
        do = rule.get("do") if isinstance(rule, dict) else None
        if isinstance(do, dict) and "on_people" in do:
            where = ("rules", place, "do", "on_people")
            inner = as_mapping(do["on_people"], ".".join([terms.key, *map(str, where)]))
            if set(inner) != {"care"}:
                raise ConfigError(
                    f"{terms.key}.rules.{place}.do.on_people={quoted(inner)}: {{care: {{select, count, every_days}}}}"
                )
            entry = as_mapping(inner["care"], f"{terms.key}.rules.{place}.do.on_people.care")
            name = f"people_of_rule_{place + 1}"
            take_fields(terms, Care, entry, name, (*where, "care"))
            check_often(entry, f"{terms.key}.rules.{place}.do.on_people.care")
            _selector(entry, f"{terms.key}.rules.{place}.do.on_people.care")
            terms.places[f"{name}.running"] = Place((), bool, False)  # until its rule fires
            items.append(Item(name, "care"))
    return items
