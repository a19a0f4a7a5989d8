"""A part of a yaml as the mapping or the list that it must be; ConfigError names where it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.allowed import ConfigError, quoted, unknown


def with_keys(block: Any, keys: tuple[str, ...], where: str) -> Mapping[str, Any]:
    found = as_mapping(block, where)
    for name, value in found.items():
        if name not in keys:
            raise unknown(f"{where}.{name}", value, keys)
    return found


def as_list(block: Any, key: str, of: str) -> list[Any]:
    if not isinstance(block, list):
        raise ConfigError(f"{key}={quoted(block)}: a list of {of}")
    return block


def as_mapping(block: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(block, Mapping):
        raise ConfigError(f"{key}={quoted(block)}: settings by name")
    settings: Mapping[str, Any] = block
    return settings
