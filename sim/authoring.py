"""Files of the user's own: a commented template to begin with, and a check that names file, line, key and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim import plugins
from sim.allowed import ConfigError, no_choice, unknown, validated
from sim.files import YamlFile, read_yaml
from sim.scenario import Market, Population, Staff

#: What can be written and checked.
KINDS = ("strategy", "campaign", "incident", "scenario", "staff")

_PACKAGE = re.compile(r"#\s*@package\s+(\w+)")
#: Keys by which a file without a package line is recognised.
_SIGNS = {
    "strategy": {"calendar", "duties", "base", "rules", "phases"},
    "scenario": {"population", "market"},
    "staff": {"people", "shift_start"},
    "incident": {"handling"},
    "campaign": {"use", "minutes"},
}


def check_file(path: Path) -> str:
    """Validates a file of the user's own; gives what kind it is. Raises ConfigError: `file, line 7: key=value: what is allowed`."""
    found = read_yaml(path, f"groupalive new {'|'.join(KINDS)} {path} writes one to begin with")
    kind = kind_of(found)
    try:
        if not isinstance(found.content, dict):
            raise ConfigError("settings by name, each on a line of its own")
        block = {key: value for key, value in found.content.items() if key != "digest"}
        _READERS[kind](kind, path.stem, block)
    except ConfigError as error:
        text = str(error)
        keys = re.match(rf"(?:{kind}\.)?([\w.]*)", text.removeprefix(f"{kind}.{path.stem}."))
        where = keys[1].strip(".").split(".") if keys and keys[1] else []
        told = text.removeprefix(f"{kind}.{path.stem}.").removeprefix(f"{kind}.")
        raise ConfigError(f"{path}, line {found.line(where)}: {told}") from error
    return kind


def kind_of(found: YamlFile) -> str:
    """What a file is for: said in its first line, or else told by its keys. Raises ConfigError."""
    if (said := _PACKAGE.match(found.text)) and said[1] in KINDS:
        return said[1]
    if isinstance(found.content, dict):
        for kind, signs in _SIGNS.items():
            if signs & set(found.content):
                return kind
    allowed = ", ".join(f"# @package {kind}" for kind in KINDS)
    raise ConfigError(f"{found.path}, line 1: begins with what it is for, one of {allowed}")


def _check_plugin(kind: str, name: str, block: Mapping[str, Any]) -> None:
    if plugins.is_written(kind, name):
        plugins.build(kind, name, block, kind)
    else:
        validated(plugins.plugin_class(kind, name), dict(block), kind)


def _check_scenario(kind: str, name: str, block: Mapping[str, Any]) -> None:
    known = {"population": Population, "market": Market}
    for key, value in block.items():
        if key not in (*known, "name"):
            raise unknown(key, value, known)
    for key, one in known.items():
        if key not in block:
            raise ConfigError(f"{key} is missing: a scenario has {' and '.join(known)}")
        validated(one, block[key], key)
    for name in block["population"]["mix"]:
        if name not in plugins.plugin_names("member"):
            raise no_choice(f"population.mix.{name}", name, set(plugins.plugin_names("member")) - {"member_type"})


def _check_staff(kind: str, name: str, block: Mapping[str, Any]) -> None:
    validated(Staff, dict(block), "staff")


_READERS: dict[str, Callable[[str, str, Mapping[str, Any]], None]] = {
    "strategy": _check_plugin,
    "campaign": _check_plugin,
    "incident": _check_plugin,
    "scenario": _check_scenario,
    "staff": _check_staff,
}
