"""The ids that yaml files and sources cite -> what each row is about.

A archetypes, B incidents and their handling steps (B01.s1), C campaign mechanics, D member types and laws, E operator levers,
F quantities, G hypotheses, H paths of death, I contradictions, M traps for whoever reads the evidence.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal

#: What a row id looks like in running text.
ROW_ID = re.compile(r"\b[A-IM][0-9]{2,3}[a-z]?(?:\.s[0-9]+)?\b")

#: Whether a hypothesis goes into the model, can come out of it, or has an assumed sign and an open size.
Role = Literal["assume", "emerge", "both"]


@cache
def row_titles() -> dict[str, str]:
    """Every row by its id, in order of the parts; do not alter."""
    found: dict[str, str] = _content()["rows"]
    return found


@cache
def hypothesis_roles() -> dict[str, Role]:
    """The role of every hypothesis (part G) by its id; do not alter."""
    found: dict[str, Role] = _content()["roles"]
    return found


def _content() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(files(__package__).joinpath("rows.json").read_text("utf-8"))
    return found
