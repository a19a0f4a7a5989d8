"""The changes of a branch: from plain values, and held against what can change while a run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_origin

from sim import plugins
from sim.allowed import ConfigError, hints_of, listed, no_choice, quoted, unknown, validated, without_none, written
from sim.levers import is_plugin, owner_of, plugins_begun
from sim.roles import read_staff, roles_of
from sim.rules.spec import hint_at
from sim.rules.steps import Handling
from sim.rules.terms import kind_of
from sim.scenario import RESERVED_ROLES, Change, Scenario, Staff

#: What an incident or a campaign reads once, when it begins, so that nothing can move it later.
READ_ONCE = {"incident": ("day", "hour", "intruders"), "campaign": ("day", "notice_days")}
#: What a branch can change.
CHANGEABLE = ("strategy", "strategy.SETTING", "staff", "staff.SETTING", "incident", "incident.NAME.SETTING", "campaign",
              "campaign.NAME.SETTING", "remove")  # fmt: skip


def read_changes(blocks: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Changes from the plain values of a manifest. Raises ConfigError, LookupError, or pydantic's ValidationError."""
    return tuple(Change(**{**block, "value": _read_value(str(block["key"]), block["value"])}) for block in blocks)


def _read_value(key: str, value: Any) -> Any:
    if key == "strategy":
        name, block = value
        return str(name), plugins.build("strategy", str(name), block, key)
    if key == "staff":
        return read_staff(dict(value, roles=dict(value.get("roles", ()))), key)
    return Handling(**value) if key.endswith(".handling") and isinstance(value, Mapping) else value


def check_changes(scenario: Scenario) -> None:
    """Every change is one that can be made while a run goes on. Raises ConfigError."""
    plan = scenario.strategy[1]
    end = scenario.days + scenario.confirm_days
    for change in sorted(scenario.changes, key=lambda one: one.day):
        if not change.day < end:
            raise ConfigError(f"--at={written(change.day)}: a day from 0 to before the run ends on day {written(end)}")
        if change.key == "strategy":
            plan = _checked_plan(scenario, change)
        elif change.key == "staff":
            _check_staff(scenario, change.value)
        elif change.key == "remove":
            if isinstance(change.value, bool) or not isinstance(change.value, int) or change.value < 0:
                raise ConfigError(f"remove={quoted(change.value)}: the number of a member, 0 or more")
        else:
            _check_setting(scenario, plan, change)


def owners_of(scenario: Scenario, plan: Any) -> dict[str, Any]:
    """The settings of staff, of a plan, of incidents and campaigns, by the first part of their keys."""
    owners = {"strategy": plan, "staff": scenario.staff}
    owners |= {f"incident.{name}": plugin for name, plugin in scenario.incident}
    return owners | {f"campaign.{name}": plugin for name, plugin in scenario.campaign}


def _checked_plan(scenario: Scenario, change: Change) -> Any:
    """A plan that can take over: its groups are those that the run began with; a door is there only if there was one from the start."""
    if not (isinstance(change.value, tuple) and len(change.value) == 2 and hasattr(change.value[1], "plan")):
        raise ConfigError(f"strategy={quoted(change.told)}: a strategy that is written as a plan")
    (name, plan), (first, before) = change.value, scenario.strategy
    for what, there, wanted in (
        ("members in groups", before.founds, plan.founds),
        ("groups of its own", before.openings, plan.openings or before.openings),
        ("terms of entry", before.gated, before.gated or plan.gated),
    ):
        if there != wanted:
            raise ConfigError(f"strategy={name}: a plan that has the same {what} as {first}, with which the run begins")
    roles = (*RESERVED_ROLES, *roles_of(scenario.staff, plan))
    for incident, plugin in scenario.incident:
        for step in plugin.handling.steps if hasattr(plugin, "handling") else ():
            for by in (step.by, step.add.get("by", step.by)):
                if by not in roles:
                    raise ConfigError(f"strategy={name}: a plan with the role {by}, whom incident.{incident}.handling names")
    return plan


def _check_staff(scenario: Scenario, staff: Any) -> None:
    if not isinstance(staff, Staff) or list(dict(staff.roles)) != list(dict(scenario.staff.roles)):
        raise ConfigError(
            f"staff: staff with the roles that the run begins with: {listed(dict(scenario.staff.roles), '') or 'none'}"
        )
    _check_people(scenario, staff.people)


def _check_people(scenario: Scenario, people: Any) -> None:
    if scenario.staff.people == 0 and people != 0:
        raise ConfigError(f"staff.people={quoted(people)}: allowed where there is somebody to begin with, staff.people=1")


def all_settings(owners: Mapping[str, Any]) -> list[str]:
    """The full path of every setting that a change may reach."""
    return [key for name, one in owners.items() for key in _settings(name, type(one))]


def _check_setting(scenario: Scenario, plan: Any, change: Change) -> None:
    owners = owners_of(scenario, plan)
    try:
        owner, path = owner_of(change.key, owners)
    except ValueError:
        raise unknown(change.key, change.told, [*owners, "remove"], all_settings(owners)) from None
    if is_plugin(change.key):
        if not isinstance(change.value, bool):
            raise ConfigError(f"{change.key}={quoted(change.told)}: true or false, whether it runs")
        if change.key in plugins_begun(scenario.changes) and hasattr(owners[owner], "intruders"):
            raise ConfigError(
                f"{change.key}: people slip in by it who must be there from the start; incident=[...] of the first run"
            )
        return
    if path == "handling" and hasattr(owners[owner], "handling"):
        _check_handling(scenario, plan, change)
        return
    kind = without_none(found) if (found := hint_at(type(owners[owner]), path)) is not None else None
    if path in READ_ONCE.get(owner.partition(".")[0], ()) or not _is_simple(kind):
        raise unknown(change.key, change.told, all_settings(owners))
    validated(found, change.value, change.key)
    if owner == "staff":
        _check_people(scenario, change.value if path == "people" else scenario.staff.people)
        read_staff({**_plain_staff(scenario.staff), path: change.value}, "staff")


def _check_handling(scenario: Scenario, plan: Any, change: Change) -> None:
    if not isinstance(change.value, Handling):
        raise ConfigError(f"{change.key}={quoted(change.told)}: the name of a procedure")
    roles = (*RESERVED_ROLES, *roles_of(scenario.staff, plan))
    for place, step in enumerate(change.value.steps):
        if step.by not in roles:
            raise no_choice(f"{change.key}.steps.{place}.by", step.by, roles)


def _plain_staff(staff: Staff) -> dict[str, Any]:
    return {name: getattr(staff, name) for name in hints_of(Staff)} | {"roles": {name: vars(one) for name, one in staff.roles}}


def _is_simple(kind: Any) -> bool:
    """Whether a setting is a number, true or false, or one of some words: what a process reads at use."""
    return kind_of(kind) in (int, float, bool) or get_origin(kind_of(kind)) is Literal


def _settings(where: str, kind: type) -> list[str]:
    """Keys of the settings of a class, and of those inside it, that can change."""
    once = READ_ONCE.get(where.partition(".")[0], ())
    found = []
    for name, annotation in hints_of(kind).items():
        if name == "handling" or (_is_simple(without_none(annotation)) and name not in once):
            found.append(f"{where}.{name}")
        found += _settings(f"{where}.{name}", without_none(annotation)) if name != "handling" else []
    return found
