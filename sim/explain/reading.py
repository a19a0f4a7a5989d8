"""A behaviour parameter -> the parts of the member model that read it, and the switches that take it out."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import sim
from sim.parameters import SUBMODELS

#: Where parameters are read: what members do, and what staff do about them.
FOLDERS = ("kernel", "engine", "rules", "incidents", "operators", "campaigns", "world")
_READ = re.compile(r"parameters\.(\w+)")


@cache
def _readers() -> dict[str, tuple[str, ...]]:
    root = Path(sim.__file__).parent
    found: dict[str, list[str]] = {}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            for name in sorted(set(_READ.findall(path.read_text("utf-8")))):
                found.setdefault(name, []).append(path.relative_to(root).with_suffix("").as_posix())
    return {name: tuple(paths) for name, paths in found.items()}


def find_readers(parameter: str) -> tuple[str, ...]:
    """The modules that read a parameter, by their path in the package."""
    return _readers().get(parameter, ())


def switches_of(parameter: str) -> tuple[str, ...]:
    """The parts of the model (`parameters.without=[NAME]`) without which a parameter has no effect."""
    return tuple(name for name, values in SUBMODELS.items() if parameter in values)
