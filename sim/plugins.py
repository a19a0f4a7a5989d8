"""Group and file name of a plug-in -> its settings class; a folder listing is the only registry."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

#: Config group -> the package whose modules are the plug-ins of that group.
PACKAGES = {
    "strategy": "sim.strategies",
    "incident": "sim.incidents",
    "campaign": "sim.campaigns",
    "member": "sim.members",
}

#: Config group -> the module that reads what is written in yaml alone, with `read_<group>(block, key)`.
WRITTEN = {
    "strategy": "sim.rules.strategy",
    "campaign": "sim.rules.campaign",
    "member": "sim.members.member_type",
}

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

#: The module whose settings class holds the behaviour parameters.
PARAMETERS = "sim.parameters"


def plugin_names(group: str) -> tuple[str, ...]:
    """The modules in the folder of a config group, sorted; nothing but the package itself is imported."""
    folder = import_module(PACKAGES[group]).__path__
    return tuple(sorted(found.name for found in pkgutil.iter_modules(folder) if not found.ispkg))


def plugin_class(group: str, name: str) -> type:
    """The settings class of a plug-in. `name` must be in the folder of its group: no other module is ever imported.

    Raises LookupError where the folder has no such file, or the file has not exactly one settings class.
    """
    if name not in plugin_names(group):
        raise LookupError(f"{group}={name}: {PACKAGES[group].replace('.', '/')}/{name}.py is missing")
    return settings_class(f"{PACKAGES[group]}.{name}")


def is_written(group: str, name: str) -> bool:
    """Whether an option of a group is written in yaml alone, so that no Python file belongs to it."""
    return group in WRITTEN and bool(_NAME.fullmatch(str(name))) and name not in plugin_names(group)


def source_of(group: str, name: str, values: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """(Python file, values for it) of a plug-in: an incident of the user's own is another one's trigger with own values."""
    if group != "incident" or "trigger" not in values:
        return name, values
    return str(values["trigger"]), {key: value for key, value in values.items() if key != "trigger"}


def build(group: str, name: str, values: Mapping[str, Any], key: str) -> Any:
    """The settings of a plug-in from plain values. Raises LookupError, ConfigError, or pydantic's ValidationError."""
    name, values = source_of(group, name, values)
    if is_written(group, name):
        return getattr(import_module(WRITTEN[group]), f"read_{group}")(values, key)
    return plugin_class(group, name)(**values)


def unset_parameters() -> dict[str, float]:
    """What each behaviour parameter is where no yaml gives it."""
    found: dict[str, float] = import_module(PARAMETERS).unset()
    return found


def settings_class(module: str) -> type:
    """The one class that a module decorates with `sim.scenario.settings`."""
    members = vars(import_module(module)).values()
    found = [
        one for one in members if isinstance(one, type) and hasattr(one, "__pydantic_fields__") and one.__module__ == module
    ]
    if len(found) != 1:
        raise LookupError(f"{module}: exactly one class decorated with @settings, not {len(found)}")
    return found[0]
