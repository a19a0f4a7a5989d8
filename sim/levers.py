"""Scenario -> the settings that can move in a run, each with its number in the log: planned, moved by rules, changed by a branch."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.allowed import written

if TYPE_CHECKING:
    from sim.scenario import Change, Scenario


class Moving(NamedTuple):
    """One setting that can move. planned: whether it is a planned change or one of a branch; value: to what, None where a rule decides;
    mechanic: whose setting it is, "" where it is none of a calendar."""

    key: str
    planned: bool = False
    value: float | bool | str | None = None
    mechanic: str = ""


def find_moving(scenario: Scenario) -> list[Moving]:
    """Every setting that can move; its place is the lever number in LEVER_MOVED.

    Changes of a branch, and what the plans and incidents that they bring may move, come last and in their order, so that
    all that a parent has written keeps its numbers.
    """
    begun = plugins_begun(scenario.changes)
    first = [(name, one) for name, one in scenario.incident if f"incident.{name}" not in begun]
    own = scenario.strategy[1]
    found = [Moving(lever.key, True, lever.value, _mechanic_of(lever.key, own)) for lever in scenario.levers]
    found += [Moving(key, mechanic=_mechanic_of(key, own)) for key in _moved_by(own, first)]
    for change in scenario.changes:
        known = {one.key for one in found if not one.planned}
        found.append(Moving(change.key, True, change.told, _mechanic_of(change.key, own)))
        plan = change.value[1] if change.key == "strategy" else None
        own = plan or own
        brought = [(name, one) for name, one in scenario.incident if change.key == f"incident.{name}"]
        keys = [*_moved_by(plan, brought), *_set_anew(procedures_of_changes((change,)))]
        found += [Moving(key, mechanic=_mechanic_of(key, own)) for key in dict.fromkeys(keys) if key not in known]
    return found


def place_of_lever(scenario: Scenario, key: str) -> int:
    """The lever number of a setting that rules and procedures move."""
    return [(one.key, one.planned) for one in find_moving(scenario)].index((key, False))


def place_of_change(scenario: Scenario, number: int) -> int:
    """The lever number of a change of a branch."""
    planned = [place for place, one in enumerate(find_moving(scenario)) if one.planned]
    return planned[len(scenario.levers) + number]


def plugins_begun(changes: Iterable[Change]) -> frozenset[str]:
    """Incidents and campaigns that a branch begins, so that they do not run from the start."""
    first: dict[str, Any] = {}
    for change in changes:
        if is_plugin(change.key):
            first.setdefault(change.key, change.value)
    return frozenset(key for key, value in first.items() if value)


def without_changes(scenario: Scenario, count: int) -> Scenario:
    """The scenario without its last changes, and without the incidents and campaigns that only these brought."""
    kept = scenario.changes[: len(scenario.changes) - count]
    brought = plugins_begun(scenario.changes) - {change.key for change in kept}
    return dataclasses.replace(
        scenario,
        changes=kept,
        incident=tuple(one for one in scenario.incident if f"incident.{one[0]}" not in brought),
        campaign=tuple(one for one in scenario.campaign if f"campaign.{one[0]}" not in brought),
    )


def describe_branch(parent: str, changes: Iterable[Change], at: float) -> dict[str, Any]:
    """What the manifest of a branch says of it: digest of the parent's log, the day, and what changes on it."""
    return {"parent": parent, "at": at, "changes": [f"{one.key}={written(one.told)}" for one in changes]}


def is_plugin(key: str) -> bool:
    """Whether a key stands for an incident or a campaign as a whole."""
    return key.startswith(("incident.", "campaign.")) and key.count(".") == 1


def owner_of(key: str, owners: Iterable[str]) -> tuple[str, str]:
    """(whose setting a key is, its path in there, "" for all of it). Raises ValueError where nobody has it."""
    owner = max((one for one in owners if key == one or key.startswith(f"{one}.")), key=len)
    return owner, key[len(owner) + 1 :]


def procedures_of(plan: Any, incidents: Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    """(incident, steps) of the procedures of some incidents, then of those that the rules of a plan run."""
    of_rules = [("", rule.run.steps) for rule in getattr(getattr(plan, "plan", None), "rules", ()) if rule.run]
    return (*((name, one.handling.steps) for name, one in incidents if hasattr(one, "handling")), *of_rules)


def procedures_of_changes(changes: Iterable[Change]) -> tuple[tuple[str, Any], ...]:
    """(incident, steps) of the procedures that the changes of a branch bring."""
    found: list[tuple[str, Any]] = []
    for change in changes:
        if change.key.endswith(".handling"):
            found.append((change.key.split(".")[1], change.value.steps))
        elif change.key == "strategy":
            found += procedures_of(change.value[1], ())
    return tuple(found)


def _moved_by(plan: Any, incidents: list[tuple[str, Any]]) -> list[str]:
    """Keys of the settings that a plan may move, then of those that incidents mend or their procedures set anew."""
    moved = [path if path.startswith("staff.") else f"strategy.{path}" for path in getattr(plan, "moved", ())]
    mended = [f"incident.{name}.{path}" for name, one in incidents for path in getattr(one, "mended", ())]
    anew = [*mended, *_set_anew(procedures_of(plan, incidents))]
    return [*moved, *(key for key in dict.fromkeys(anew) if key not in moved)]


def _mechanic_of(key: str, plan: Any) -> str:
    """The mechanic of the entry of the calendar that has a setting."""
    group, _, path = key.partition(".")
    items = getattr(getattr(plan, "plan", None), "items", ()) if group == "strategy" else ()
    return next((str(item.use) for item in items if path.startswith(f"{item.name}.")), "")


def _set_anew(procedures: Iterable[tuple[str, Any]]) -> list[str]:
    """Keys of the settings that the steps of procedures set anew."""
    return [_key_of(path, name) for name, steps in procedures for step in steps for path in step.set]


def _key_of(path: str, incident: str) -> str:
    if path.startswith("staff."):
        return path
    return f"incident.{incident}{path[8:]}" if path.startswith("incident.") else f"strategy.{path}"
