"""The roles of a plan -> numbers that can be set, and the names by which rules and procedures call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.allowed import ConfigError, hints_of, quoted, validated
from sim.rules.spec import NOT_YET
from sim.rules.terms import Terms, take_fields
from sim.scenario import MOST_ROLES, Role, check_roles


def read_crew(terms: Terms, base: Mapping[str, Any]) -> tuple[str, ...]:
    """Takes the roles of a plan; gives their names in their order. Raises ConfigError."""
    if "crew" not in base:
        return ()
    key = f"{terms.key}.base.crew"
    crew = base["crew"]
    if not isinstance(crew, Mapping):
        raise ConfigError(f"{key}={quoted(crew)}: {{roles: {{NAME: {{people: 1}}}}}}")
    for name in crew:
        if name in NOT_YET["crew"]:
            raise ConfigError(f"{key}.{name}: the engine does not offer this yet")
        if name != "roles":
            raise ConfigError(f"{key}.{name}={quoted(crew[name])}: roles")
    roles = crew.get("roles")
    if not isinstance(roles, Mapping) or not 1 <= len(roles) <= MOST_ROLES:
        raise ConfigError(f"{key}.roles={quoted(roles)}: 1 to {MOST_ROLES} roles by name, such as {{owner: {{people: 1}}}}")
    found = {}
    for name, block in roles.items():
        if not isinstance(block, Mapping):
            raise ConfigError(f"{key}.roles.{name}={quoted(block)}: settings by name")
        take_fields(terms, Role, block, f"crew.roles.{name}", ("base", "crew", "roles", name))
        if "people" not in block:
            raise ConfigError(f"{key}.roles.{name}.people is missing: 0 to 200 persons")
        plain = {one: value for one, value in block.items() if not (isinstance(value, str) and value in terms.dials)}
        found[str(name)] = validated(Role, plain, f"{key}.roles.{name}")
    try:
        check_roles(found)
    except ValueError as error:
        raise ConfigError(f"{key}.{error}") from error
    return tuple(found)


def place_of_role(value: Any, roles: tuple[str, ...], key: str) -> Any:
    """The place of a role that is called by its name (1 the first); a number stays one. Raises ConfigError."""
    if not isinstance(value, str):
        return value
    if value not in roles:
        raise ConfigError(f"{key}={quoted(value)}: one of the roles {', '.join(roles) or '(base.crew has none)'}")
    return roles.index(value) + 1


def lever_of_role(path: str) -> Any:
    """What is allowed for `crew.roles.NAME.SETTING`; None for any other path."""
    family, _, rest = path.partition(".")
    kind, _, setting = rest.partition(".")
    return hints_of(Role).get(setting.partition(".")[2]) if (family, kind) == ("crew", "roles") else None
