"""The numbers of a yaml of rules: what is written as a number can be overridden and moved, what names a setting follows it."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic.fields import FieldInfo

from sim.allowed import ConfigError, describe, hints_of, quoted, unknown, validated, without_none
from sim.scenario import settings

#: What a key may be called: it is a word in conditions and on the command line.
NAME = Annotated[str, FieldInfo(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


@dataclass(frozen=True)
class Place:
    """A number that can be set: where it is written in the block, what is allowed, what it is."""

    where: tuple[Any, ...]
    allowed: Any
    value: Any


@dataclass
class Terms:
    """Collects the numbers of one yaml while it is read. Paths are written with dots: `posts.recall`, `duties.answer`."""

    key: str
    dials: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    used: dict[str, Any] = field(default_factory=dict)

    def take(self, path: str, where: tuple[Any, ...], allowed: Any, value: Any) -> None:
        """One value: a number, or the name of a setting of the same yaml. Raises ConfigError."""
        allowed = without_none(allowed)
        key = ".".join([self.key, *map(str, where)])
        if isinstance(value, str) and is_number(allowed):
            if value not in self.dials:
                near = unknown(value, "", self.dials).args[0].partition(": ")[2]
                raise ConfigError(f"{key}={quoted(value)}: {describe(allowed)}, or a setting of this file by name ({near})")
            self.link(path, value, allowed)
        else:
            self.places[path] = Place(where, allowed, validated(allowed, value, key))

    def link(self, path: str, dial: str, allowed: Any) -> None:
        """Lets a path follow a setting of the same yaml; the setting may be what all that follow it may be."""
        if path:
            self.links[path] = dial
        before = self.used.get(dial)
        self.used[dial] = allowed if before is None or kind_of(allowed) is int else before

    def settle(self) -> None:
        """Checks the settings themselves, once it is known what they are for. Raises ConfigError."""
        for name, value in self.dials.items():
            if name not in self.used:
                raise ConfigError(
                    f"{self.key}.{name}={quoted(value)}: nothing in this file uses it; known keys are {self.known}"
                )
            self.places[name] = Place((name,), self.used[name], validated(self.used[name], value, f"{self.key}.{name}"))

    known: str = ""


def take_fields(
    terms: Terms, kind: Any, block: Mapping[Any, Any], path: str, where: tuple[Any, ...], skip: tuple[str, ...] = ()
) -> None:
    """Takes every key of a block that a settings class declares. Raises ConfigError for one it does not."""
    known = hints_of(kind)
    for name, value in block.items():
        if name in skip:
            continue
        if name not in known:
            raise unknown(".".join([terms.key, *map(str, where), str(name)]), value, known)
        inner = f"{path}.{name}" if path else str(name)
        if hints_of(known[name]) and isinstance(value, Mapping):  # a block within the block
            take_fields(terms, known[name], value, inner, (*where, name))
        else:
            terms.take(inner, (*where, name), known[name], value)


def kind_of(annotation: Any) -> Any:
    """The plain type of an annotation."""
    return getattr(annotation, "__origin__", annotation)


def is_number(annotation: Any) -> bool:
    """Whether an annotation asks for a number."""
    return kind_of(annotation) in (int, float)


def class_of(name: str, base: type, places: Mapping[str, Place], **own: Any) -> type:
    """A settings class with a field for each place: `posts.recall` is the field `recall` of the field `posts`."""
    inner: dict[str, dict[str, Place]] = {}
    hints: dict[str, Any] = {}
    for path, place in places.items():
        head, _, rest = path.partition(".")
        if rest:
            inner.setdefault(head, {})[rest] = place
        else:
            hints[head] = place.allowed
    hints |= {head: class_of(head, object, parts) for head, parts in inner.items()}
    made: type = settings(type(name, (base,), {"__annotations__": hints, "__module__": __name__}))
    for attribute, value in own.items():
        setattr(made, attribute, value)
    return made


def fill(kind: type, places: Mapping[str, Place]) -> Any:
    """The object of a class that `class_of` made, with the values of the places."""
    values: dict[str, Any] = {}
    for name, hint in hints_of(kind).items():
        parts = {path.partition(".")[2]: place for path, place in places.items() if path.startswith(f"{name}.")}
        values[name] = fill(hint, parts) if parts else places[name].value
    return kind(**values)


def read(holder: Any, path: str) -> Any:
    """The value at a path of a settings object; None where it has none."""
    for part in path.split("."):
        holder = getattr(holder, part, None)
    return holder


def write(holder: Any, path: str, value: Any) -> Any:
    """The settings object with one value changed."""
    head, _, rest = path.partition(".")
    if rest:
        value = write(getattr(holder, head), rest, value)
    return dataclasses.replace(holder, **{head: value})


def bounded(annotation: Any, value: float) -> float:
    """A number brought back into the range that is allowed."""
    for info in typing.get_args(annotation)[1:]:
        for limit in getattr(info, "metadata", ()):
            value = max(value, getattr(limit, "ge", value))
            value = min(value, getattr(limit, "le", value))
    return value


@dataclass(frozen=True)
class Shape:
    """What yamls have in common that differ in their numbers only: they share a class, so that sweeps stay quick."""

    text: str
    places: Mapping[str, Place] = field(compare=False)

    @classmethod
    def of(cls, block: Mapping[str, Any], places: Mapping[str, Place]) -> Shape:
        """The shape of a block whose numbers are at these places."""
        bare = deepcopy(dict(block))
        for place in places.values():
            if place.where:
                _put(bare, place.where, None)
        return cls(json.dumps(bare), places)  # in the order of the yaml: roles are numbered by it

    def plain(self, holder: Any) -> dict[str, Any]:
        """The block again, with the numbers that the settings have now."""
        block: dict[str, Any] = json.loads(self.text)
        for path, place in self.places.items():
            if place.where:
                _put(block, place.where, read(holder, path))
        return block


def _put(block: Any, where: tuple[Any, ...], value: Any) -> None:
    for part in where[:-1]:
        block = block[part]
    block[where[-1]] = value
