"""The changes of a branch -> what runs from their moment on. What is replaced ends as it wakes, all else goes on."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sim.events.kinds import DAY, LEVER_MOVED, NONE
from sim.levers import is_plugin, owner_of, place_of_change
from sim.rules.terms import read

if TYPE_CHECKING:
    from sim.engine.programme import Programme
    from sim.scenario import Change

#: LEVER_MOVED.x where a setting is left as its mechanic has it.
LEFT = -1.0


class Replaced(Exception):
    """Ends a process of a plug-in in whose place there is another one."""


def make_changes(programme: Programme) -> None:
    """Lets every change of the scenario happen at its moment, before what operators do then.

    A change to what there is already is none: nothing is written, and the log is the parent's.
    """
    for number, change in enumerate(programme.scenario.changes):
        programme.env.process(_make_later(programme, number, change))


def _make_later(programme: Programme, number: int, change: Change) -> Generator[Any, Any, Any]:
    yield programme.env.timeout(round(change.day * DAY))
    if change.key == "remove":
        _remove(programme, int(change.value))
        return
    owner, path = owner_of(change.key, programme.settings)
    if (owner in programme.running if is_plugin(change.key) else _present(programme, owner, path)) == _wanted(change):
        return
    row = programme.emit(LEVER_MOVED, NONE, target=place_of_change(programme.scenario, number), x=_as_number(change.told))
    if is_plugin(change.key):
        _switch(programme, owner, bool(change.value), row)
    elif change.key == "strategy":
        _change_plan(programme, change.value, row)
    else:
        programme.replan(owner, path, change.value)
    if owner == "strategy":
        programme.changed |= dict.fromkeys(_named_by(programme.planned[owner], path), row)
        programme.watch()


def _present(programme: Programme, owner: str, path: str) -> Any:
    planned = programme.planned[owner]
    return read(planned, path) if path else planned


def _wanted(change: Change) -> Any:
    return change.value[1] if change.key == "strategy" else change.value


def _as_number(told: float | bool | str | None) -> float:
    return LEFT if told is None else 0.0 if isinstance(told, str) else float(told)


def _named_by(plan: Any, path: str) -> set[str]:
    """The parts of a plan that a setting is of, or that follow it: `posts_per_day` is followed by `posts`."""
    links = getattr(getattr(plan, "plan", None), "links", {})
    return {one.partition(".")[0] for one in (path, *(inner for inner, followed in links.items() if followed == path)) if one}


def _switch(programme: Programme, owner: str, on: bool, row: int) -> None:
    kind, _, name = owner.partition(".")
    if on:
        programme.begin(kind, name, programme.planned[owner]).since = row
    else:
        programme.running.pop(owner).replace()


def _change_plan(programme: Programme, chosen: tuple[str, Any], row: int) -> None:
    """Another plan takes over: what rules of the old one held or a redesign added to it is let go."""
    name, plan = chosen
    programme.running["strategy"].replace()
    programme.redesigned.clear()
    programme.changed.clear()
    programme.replan("staff", "", programme.planned["staff"])
    programme.replan("strategy", "", plan)
    programme.staff.take_over()
    context = programme.begin("strategy", name, plan)
    context.since = row
    if hasattr(plan, "begin"):
        plan.begin(context)


def _remove(programme: Programme, person: int) -> None:
    """Staff remove a member of the first programme from every group that the member is in."""
    context = programme.context("staff", "branch")
    for group in context.groups_of(person) if programme.number == 0 and person < len(programme.tables.persons) else ():
        context.remove_member(person, group)
