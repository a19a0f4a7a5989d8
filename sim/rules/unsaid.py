"""What a written plan says and the engine does not offer yet: kept beside the plan, and held to be refused as long as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from sim.allowed import ConfigError, quoted
from sim.rules.reading import read_plan

#: How a refusal of something that is merely not there yet is told from one of something that is wrong.
NOT_YET = "the engine does not offer"


def unsaid(block: Mapping[str, Any], key: str) -> Iterator[tuple[Any, str]]:
    """Each fragment below `waits_for` with the reason why it waits.

    Raises ConfigError where a fragment is wrong in another way, or where the engine offers it by now.
    """
    plan = {name: value for name, value in block.items() if name != "waits_for"}
    waiting = block.get("waits_for", [])
    if not isinstance(waiting, list):
        raise ConfigError(f"{key}.waits_for={quoted(waiting)}: a list of parts of a plan, or nothing")
    for place, fragment in enumerate(waiting):
        try:
            read_plan(_joined(plan, fragment), key)
        except ConfigError as error:
            if NOT_YET not in str(error):
                raise ConfigError(f"{key}.waits_for.{place}: {error}") from error
            yield fragment, str(error)
            continue
        raise ConfigError(f"{key}.waits_for.{place}={quoted(fragment)}: the engine offers this; write it where it belongs")


def _joined(plan: Mapping[str, Any], fragment: Any) -> dict[str, Any]:
    """The plan with a fragment put in: lists grow, blocks are joined, all else is replaced."""
    if not isinstance(fragment, dict):
        raise ConfigError(f"{quoted(fragment)}: a part of a plan, such as {{crew: {{shills: 2}}}}")
    joined = deepcopy(dict(plan))
    for name, value in fragment.items():
        before = joined.get(name)
        if isinstance(before, list) and isinstance(value, list):
            joined[name] = before + value
        elif isinstance(before, dict) and isinstance(value, dict):
            joined[name] = _joined(before, value)
        else:
            joined[name] = value
    return joined
