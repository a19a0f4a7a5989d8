"""The annotation of a setting and the text below its field -> meaning, unit, what is allowed, and where the value comes from."""

from __future__ import annotations

import ast
import inspect
import textwrap
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic.fields import FieldInfo

from sim.allowed import hints_of, without_none

#: Units by which a meaning may begin: `share of price` is a share.
UNITS = (
    "share", "yuan", "days", "hours", "minutes", "persons", "members", "groups", "times", "yuan/hour", "persons/group/day",
    "occasions/person/30", "times/day", "times/week,", "adverts/check", "1/day,", "log",
)  # fmt: skip


@dataclass(frozen=True)
class Allowed:
    """What may be written: a number from low to high, one of some words, yes or no, text, a list, or settings by name."""

    kind: Literal["number", "whole", "choice", "switch", "text", "list", "settings"]
    low: float = 0.0
    high: float = 0.0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """What a field of a settings class says of itself. tag, plausible: of behaviour parameters only."""

    meaning: str
    unit: str
    allowed: Allowed
    source: str
    tag: str = ""
    plausible: tuple[float, float] | None = None


@cache
def texts_of(kind: type) -> Mapping[str, str]:
    """The text below each field that a settings class declares itself, "" where there is none."""
    (found,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    body = found.body if isinstance(found, ast.ClassDef) else []
    texts = {}
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            told = after.value if isinstance(after, ast.Expr) else None
            texts[node.target.id] = str(told.value) if isinstance(told, ast.Constant) else ""
    return texts


def home_of(kind: type, name: str) -> type:
    """The class that declares a field: the settings class itself, or one that it builds on."""
    return next(one for one in kind.__mro__ if hasattr(one, "__pydantic_fields__") and name in texts_of(one))


def tell(kind: type, name: str) -> Told:
    """What a field says of itself. Raises KeyError where the class has none of that name."""
    return read(hints_of(kind)[name], texts_of(home_of(kind, name))[name])


def read(annotation: Any, text: str) -> Told:
    """An annotation and the text below it; a number without a text says with its unit what it is."""
    annotation = without_none(annotation)
    info = next((one for one in typing.get_args(annotation) if isinstance(one, FieldInfo)), None)
    extra = info.json_schema_extra if info and isinstance(info.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    meaning = text or unit
    if not text:
        first = unit.partition(" ")[0]
        unit = first.rstrip(",") if first in UNITS else ""
    plausible: Any = extra.get("plausible")
    return Told(meaning, unit, allowed_by(annotation), str(extra.get("source", "")), str(extra.get("tag", "")), plausible)


def allowed_by(annotation: Any) -> Allowed:
    """What may be written where an annotation stands."""
    annotation = without_none(annotation)
    limits: dict[str, float] = {}
    if typing.get_origin(annotation) is typing.Annotated:
        annotation, *extra = typing.get_args(annotation)
        for item in (one for info in extra if isinstance(info, FieldInfo) for one in info.metadata):
            limits |= {name: float(getattr(item, name)) for name in ("ge", "le") if hasattr(item, name)}
    origin = typing.get_origin(annotation)
    if origin is Literal:
        return Allowed("choice", choices=tuple(str(one) for one in typing.get_args(annotation) if one != ""))
    if annotation is bool:
        return Allowed("switch")
    if annotation in (int, float):
        low, high = limits.get("ge", -float("inf")), limits.get("le", float("inf"))
        return Allowed("whole" if annotation is int else "number", low, high)
    if origin in (tuple, list):
        return Allowed("list")
    return Allowed("text" if annotation is str else "settings")
