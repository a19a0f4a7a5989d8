"""Plain values of staff or of a plan -> the roles by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from sim.allowed import ConfigError, hints_of, quoted, validated
from sim.scenario import Role, Staff, check_roles


def roles_of(staff: Staff, plan: Any) -> dict[str, Role]:
    """The roles by name: those of the plan, or else of the staff; none where everybody does everything."""
    written = getattr(getattr(plan, "crew", None), "roles", None)
    if written is None:
        return dict(staff.roles)
    return {name: _role(getattr(written, name)) for name in hints_of(type(written))}


def read_staff(block: Mapping[str, Any], key: str) -> Staff:
    """The settings of staff from plain values, roles by name. Raises ConfigError."""
    roles = block.get("roles", {})
    if not isinstance(roles, Mapping):
        raise ConfigError(f"{key}.roles={quoted(roles)}: roles by name, such as {{owner: {{people: 1}}}}")
    found = {str(name): validated(Role, role, f"{key}.roles.{name}") for name, role in roles.items()}
    try:
        check_roles(found)
    except ValueError as error:
        raise ConfigError(f"{key}.{error}") from error
    staff: Staff = validated(Staff, {name: value for name, value in block.items() if name != "roles"}, key)
    return dataclasses.replace(staff, roles=tuple(found.items()))


def _role(written: Any) -> Role:
    """A role of a plan: numbers that are not written are as usual."""
    return Role(**{name: getattr(written, name) for name in hints_of(type(written)) if getattr(written, name) is not None})
