"""What no single setting can tell: whether the settings of a scenario go together, and fit into this machine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from sim.allowed import (
    ConfigError,
    cut,
    describe,
    hints_of,
    no_choice,
    quoted,
    unknown,
    validated,
    without_none,
    written,
)
from sim.changes import READ_ONCE, check_changes
from sim.events.kinds import EVENT_DTYPE
from sim.parameters import SUBMODELS
from sim.posterior import is_fitted
from sim.roles import read_staff, roles_of
from sim.rules.mechanics import MECHANICS
from sim.rules.spec import FAMILIES, hint_at
from sim.scenario import RESERVED_ROLES, Scenario

#: Acquaintances are drawn among all pairs of a circle; a person takes about 2 kB of memory beside the log.
MAX_CIRCLE, MAX_PERSONS = 10_000, 1_000_000
#: Events of a planned member and day, at the lower end of what the shipped scenarios give.
EVENTS_PER_DAY = 2


def check_scenario(scenario: Scenario) -> None:
    """What no single setting can tell: whether the settings go together. Raises ConfigError."""
    for name in scenario.without:
        if name not in SUBMODELS:
            raise ConfigError(f"parameters.without={quoted(name)}: any of {', '.join(SUBMODELS)}")
    if scenario.posterior and not is_fitted(scenario.parameters):
        raise ConfigError(
            "parameters.mode=posterior: with parameters=fitted, whose values it was found around; else uncertain or fixed"
        )
    check_mix(dict(scenario.population.mix), scenario.member)
    _check_redesigns(scenario)
    for name, source in scenario.population.inflow:
        check_mix(dict(source.mix), scenario.member, f"inflow.{name}.mix")
    for name, plugin in scenario.incident:
        if hasattr(plugin, "intruders") and "spammer" not in scenario.member:
            raise ConfigError(f"member: spammer is needed by incident=[{name}]; leave member out to have all types at hand")
    _check_crew(scenario)
    _check_size(scenario)
    _check_levers(scenario)
    check_changes(scenario)


def _check_crew(scenario: Scenario) -> None:
    """Who is named in a step of a procedure, or is to post for a campaign, must be there."""
    roles = (*RESERVED_ROLES, *roles_of(scenario.staff, scenario.strategy[1]))
    for name, plugin in scenario.incident:
        for place, step in enumerate(plugin.handling.steps if hasattr(plugin, "handling") else ()):
            for inside, by in (("by", step.by), ("add.by", step.add.get("by", step.by))):
                if by not in roles:
                    raise no_choice(f"incident.{name}.handling.steps.{place}.{inside}", by, roles)
    for name, campaign in scenario.campaign:
        if (by := getattr(campaign, "by", RESERVED_ROLES[0])) not in roles:
            raise no_choice(f"campaign.{name}.by", by, roles)


def _check_redesigns(scenario: Scenario) -> None:
    """What a procedure sets anew of the plan must be a setting that this plan can have."""
    plan = getattr(scenario.strategy[1], "plan", None)
    incidents = dict(scenario.incident)
    for name, steps in scenario.procedures:
        for path, value in [one for step in steps for one in step.set.items()]:
            head, _, rest = path.partition(".")
            if head in ("staff", "duties"):
                continue
            kinds = FAMILIES | ({item.name: MECHANICS[item.use] for item in plan.items} if plan else {})
            if head == "incident":  # a procedure may handle any incident, also one without this setting
                kinds = {head: type(incidents[name])} if name in incidents else {}
            allowed = hint_at(kinds[head], rest) if head in kinds else None
            if allowed is not None:
                validated(without_none(allowed), value, f"handling: a redesign sets {cut(path, 80)}")
            elif head != "incident":
                raise ConfigError(
                    f"handling: a redesign sets {cut(path, 80)}, which the strategy {scenario.strategy[0]} does not have"
                )


def check_mix(mix: dict[str, Any], members: Iterable[str], where: str = "mix") -> None:
    for name, share in mix.items():
        if name not in members:
            raise unknown(f"scenario.population.{where}.{name}", share, members)


def _check_levers(scenario: Scenario) -> None:
    """A timed change must come before the end, reach a number that processes read at use, and give it an allowed value."""
    reached = {"strategy": scenario.strategy[1], "staff": scenario.staff}
    reached |= {f"incident.{name}": plugin for name, plugin in scenario.incident}
    reached |= {f"campaign.{name}": plugin for name, plugin in scenario.campaign}
    numbers = {key: annotation for where, plugin in reached.items() for key, annotation in _numbers(where, type(plugin))}
    once = {f"{where}.{name}" for where in reached for name in READ_ONCE.get(where.partition(".")[0], ())}
    numbers = {key: annotation for key, annotation in numbers.items() if key not in once}
    end = scenario.days + scenario.confirm_days
    for place, lever in enumerate(scenario.levers):
        if lever.key not in numbers:
            raise no_choice(f"levers.{place}.key", lever.key, numbers)
        if lever.day >= end:
            raise ConfigError(f"levers.{place}.day={written(lever.day)}: before the run ends on day {written(end)}")
        if lever.key == "staff.people" and scenario.staff.people == 0:
            raise ConfigError(f"levers.{place}.key=staff.people: allowed where there is somebody to begin with, staff.people=1")
        value = int(lever.value) if lever.value.is_integer() else lever.value
        try:
            validated(numbers[lever.key], value, lever.key)
        except ConfigError as error:
            allowed = describe(numbers[lever.key])
            raise ConfigError(f"levers.{place}.value={written(value)}: {allowed} for {lever.key}") from error
    staff = asdict(scenario.staff)
    for place, lever in sorted(enumerate(scenario.levers), key=lambda pair: (pair[1].day, pair[0])):
        if lever.key.startswith("staff."):  # shifts are judged as a whole
            staff |= {lever.key[len("staff.") :]: int(lever.value) if lever.value.is_integer() else lever.value}
            try:
                read_staff(staff | {"roles": dict(staff["roles"])}, "staff")
            except ConfigError as error:
                raise ConfigError(f"levers.{place}: {error}") from error


def _check_size(scenario: Scenario) -> None:
    """What would take more memory than there is is refused before any is taken."""
    people, days = scenario.population, scenario.days + scenario.confirm_days
    circle = -(-people.groups * people.size // people.cohorts)
    if people.ties_per_member > 0 and circle > MAX_CIRCLE:
        raise ConfigError(f"scenario.population.size={people.size}: at most {MAX_CIRCLE} persons (groups x size) in each of "
                          f"{people.cohorts} cohorts, not {circle}")  # fmt: skip
    orders = scenario.market.needs_per_month / 30.0 * people.groups * people.size
    persons = round(people.groups * (people.size * (1 + people.reservoir) + people.walk_ins_per_day * days))
    persons += round(sum(source.per_day + source.per_order * orders for _, source in people.inflow) * days)
    if persons > MAX_PERSONS:
        raise ConfigError(f"scenario.population: at most {MAX_PERSONS} persons in a programme, not {persons} "
                          "(groups, size, reservoir, walk_ins_per_day, inflow)")  # fmt: skip
    events = people.planned * days * EVENTS_PER_DAY
    if (needed := events * EVENT_DTYPE.itemsize) > (there := _memory()):
        raise ConfigError(f"scenario.population: {people.programmes} x {people.groups} x {people.size} members for "
                          f"{written(days)} days need about {needed / 1e9:.0f} GB of memory; there are {there / 1e9:.0f}")  # fmt: skip


def _memory() -> float:
    """Bytes of memory of this machine, as far as it tells."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return float("inf")


def _numbers(where: str, kind: type) -> Iterator[tuple[str, Any]]:
    """Keys and annotations of all numbers among the settings of a class and the settings inside it."""
    for name, annotation in hints_of(kind).items():
        if getattr(annotation, "__origin__", annotation) in (int, float):
            yield f"{where}.{name}", annotation
        yield from _numbers(f"{where}.{name}", annotation)
