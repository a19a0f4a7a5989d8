"""The name of a procedure -> its steps: right, wrong or none of the incident's own file, or another file and way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.allowed import ConfigError, no_choice, quoted, unknown
from sim.files import read_yaml
from sim.rules.steps import CLASSES, PROCEDURES, Step, read_steps

#: The ways of handling that a file of procedures has.
WAYS = ("right", "wrong", "none")
KEYS = ("digest", *WAYS)
#: A file of the user's own, and which of its ways is meant.
_FILE = re.compile(r"(?P<path>.*\.ya?ml)(:(?P<way>.*))?", re.DOTALL)


def read_procedure(block: Mapping[str, Any], key: str) -> dict[str, tuple[Step, ...]]:
    """The steps of each way of handling in a file. Raises ConfigError."""
    for name, value in block.items():
        if name not in KEYS:
            raise unknown(f"{key}.{name}", value, KEYS)
    for way in WAYS:
        if way not in block:
            raise ConfigError(f"{key}.{way} is missing: a procedure has {', '.join(WAYS)}")
    return {way: read_steps(block[way], f"{key}.{way}") for way in WAYS}


def check_written(way: Any, key: str) -> None:
    """Checks the steps that stand in an incident itself (`handling: {name: own, steps: [...]}`). Raises ConfigError."""
    if isinstance(way, Mapping) and "steps" in way:
        read_steps(way["steps"], f"{key}.steps")


def of_plan(plan: Mapping[str, Any], incident: str, key: str) -> dict[str, Any]:
    """{name, steps} of how the plan of the operator handles an incident. Raises ConfigError where it does not say."""
    steps = (plan.get("handling") or {}).get(CLASSES.get(incident, incident))
    if steps is None:
        raise ConfigError(f"{key}=plan: the strategy has no handling.{CLASSES.get(incident, incident)}; {', '.join(WAYS)}")
    read_steps(steps, f"strategy.handling.{CLASSES[incident]}")
    return {"name": "plan", "steps": steps}


def find_handling(text: str, incident: str, key: str, folder: Path, known: Iterable[str], own: bool) -> dict[str, Any]:
    """{name, steps} of what `handling=text` chooses: `right`, `slander`, `slander.wrong`, `./mine.yaml`, or `./mine.yaml:wrong`.

    folder: where the shipped procedures are; known: their names; own: whether a file of the user's own may be opened.
    Raises ConfigError.
    """
    known, file = list(known), _FILE.fullmatch(text)
    name, _, way = (PROCEDURES.get(incident, incident), "", text) if text in WAYS else text.partition(".")
    if file:
        if not own:
            raise ConfigError(f"{key}={quoted(text)}: names only here, no file; one of {', '.join((*WAYS, *known))}")
        path, way = Path(file["path"]), "right" if file["way"] is None else file["way"]
        if way not in WAYS:
            raise no_choice(key, text, [f"{path}:{one}" for one in WAYS])
    elif name in known and (way or "right") in WAYS:
        path, way = folder / f"{name}.yaml", way or "right"
    else:
        raise no_choice(key, text, (*WAYS, *known, *(f"{one}.wrong" for one in known)))
    found = read_yaml(path, "a procedure has the keys " + ", ".join(WAYS))
    if not isinstance(found.content, dict):
        raise ConfigError(f"{path}: a procedure has the keys {', '.join(WAYS)}")
    read_procedure(found.content, "procedure")
    return {"name": text, "steps": found.content[way]}
