"""Plain values from a yaml -> validated settings; what is not allowed becomes one line, `key=value: what is allowed`."""

from __future__ import annotations

import difflib
import json
import re
import types
import typing
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

#: Names that an error lists at most, characters of a key that it repeats, and characters of the whole line.
NEAREST, KEY_LENGTH, LINE_LENGTH = 8, 80, 300


class ConfigError(Exception):
    """A config or override that cannot be used. Its text is one printable line: `key=value: what is allowed`."""

    def __init__(self, text: str) -> None:
        super().__init__("".join(c if c.isprintable() else "?" for c in cut(" ".join(text.split()), LINE_LENGTH)))


def validated(kind: Any, value: Any, key: str) -> Any:
    """A plain value as `kind`, a settings class or an annotation. Raises ConfigError, which begins with `key`.

    It goes by way of JSON, because there pydantic's strict means: no text and no true or false for a number.
    """
    try:
        return _adapter(kind).validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise _refusal(error, kind, value, key) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigError(f"{key}={quoted(value)}: plain values only") from error


def _adapter(kind: Any) -> TypeAdapter[Any]:
    try:
        return _kept_adapter(kind)
    except TypeError:  # a description that cannot be looked up
        return TypeAdapter(kind)


@lru_cache(maxsize=1024)
def _kept_adapter(kind: Any) -> TypeAdapter[Any]:
    """Making one takes as long as a hundred values."""
    return TypeAdapter(kind)


def hints_of(kind: Any) -> dict[str, Any]:
    """The annotated fields of a settings class; none for any other thing."""
    return dict(_hints_of(kind)) if hasattr(kind, "__pydantic_fields__") else {}


@lru_cache(maxsize=1024)
def _hints_of(kind: Any) -> dict[str, Any]:
    """The same of a settings class: evaluating annotations takes longer than a day of a group."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return {name: hints[name] for name in hints if name in kind.__pydantic_fields__}


def without_none(annotation: Any) -> Any:
    """The annotation of a setting that may be left out, where it is written."""
    if typing.get_origin(annotation) is Annotated:
        inner, *extra = typing.get_args(annotation)
        return Annotated[(without_none(inner), *extra)]
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        (annotation,) = [one for one in typing.get_args(annotation) if one is not type(None)]
    return annotation


def describe(annotation: Any) -> str:
    """What is allowed by an annotation in words, with range and unit: `0 to 48 posts/day`."""
    annotation, info = without_none(annotation), None
    if typing.get_origin(annotation) is Annotated:
        annotation, *extra = typing.get_args(annotation)
        info = next((item for item in extra if isinstance(item, FieldInfo)), None)
    limits: dict[str, Any] = {}
    for item in info.metadata if info else ():
        limits |= {name: getattr(item, name) for name in ("ge", "le", "min_length", "max_length") if hasattr(item, name)}
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        nothing = " or nothing" if "" in arguments else ""
        return f"one of {', '.join(str(one) for one in arguments if one != '')}{nothing}"
    if origin in (tuple, list) and (typing.get_origin(arguments[0]) is tuple):  # a mapping, held as pairs
        return f"{{NAME: {describe(typing.get_args(arguments[0])[1])}}}"
    if origin in (tuple, list):
        size = f" of {limits['min_length']} to {limits['max_length']}" if {"min_length", "max_length"} <= limits.keys() else ""
        return f"a list{size}: {describe(arguments[0])}"
    if origin is dict:
        return f"{{NAME: {describe(arguments[1])}}}"
    if fields := hints_of(annotation):
        return f"the settings {listed(fields, '')}"
    if annotation in (int, float) and {"ge", "le"} <= limits.keys():
        told = info.json_schema_extra if info else None
        unit = told.get("unit", "") if isinstance(told, dict) else ""
        whole = " (whole)" if annotation is int else ""
        return f"{written(limits['ge'])} to {written(limits['le'])} {unit}".strip() + whole
    return {int: "a whole number", float: "a number", bool: "true or false", str: "text", Any: "a value"}.get(
        annotation, str(annotation)
    )


def unknown(key: str, value: Any, known: Iterable[str], elsewhere: Iterable[str] = ()) -> ConfigError:
    """The error for a key or choice that is not among the known ones, with the full path of the nearest of them.

    elsewhere: full paths of other places, one of which may have been meant.
    """
    known, elsewhere = list(known), list(elsewhere)
    above, _, last = key.rpartition(".")
    siblings = [name if "." in name else f"{above}.{name}".lstrip(".") for name in known]
    same = [path for path in elsewhere if path.rpartition(".")[2] == last]
    close = difflib.get_close_matches(cut(last, KEY_LENGTH), [name.rpartition(".")[2] for name in siblings], 1)
    beside = [path for path in siblings if path.rpartition(".")[2] in close]
    near = nearest_path(key, same) or nearest_path(key, beside) or nearest_path(key, elsewhere)
    nearest = f"; did you mean {near}?" if near else ";"
    told = "" if value is None else f"={quoted(value)}"
    allowed = listed(known, cut(last, KEY_LENGTH)) or "nothing below it"
    return ConfigError(f"{cut(key, KEY_LENGTH)}{told}: no such key{nearest} allowed: {allowed}")


def nearest_path(wanted: str, paths: Iterable[str]) -> str:
    """The path that ends as the wanted one, else the one that ends or is spelt most like it; "" where none is like it."""
    paths, wanted = list(paths), cut(wanted, KEY_LENGTH)
    last = wanted.rpartition(".")[2]
    by_last: dict[str, list[str]] = {}
    for path in paths:
        by_last.setdefault(path.rpartition(".")[2], []).append(path)
    near = [last] if last in by_last else difflib.get_close_matches(last, by_last, 1)
    alike = by_last[near[0]] if near else difflib.get_close_matches(wanted, paths, 1)
    return max(alike, key=lambda path: difflib.SequenceMatcher(None, wanted, path).ratio(), default="")


def no_choice(key: str, value: Any, known: Iterable[str]) -> ConfigError:
    """The error for a value that is not one of the names that are allowed, with the nearest of them."""
    known = list(known)
    told = cut(str(value), KEY_LENGTH)
    near = difflib.get_close_matches(told, known, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    return ConfigError(f"{cut(key, KEY_LENGTH)}={quoted(value)}: {hint}one of {listed(known, told)}")


def listed(names: Iterable[str], wanted: str) -> str:
    """The names in their order; of more than 13 those most like the wanted one, and how many more there are."""
    names = list(names)
    if len(names) <= NEAREST + 5:
        return ", ".join(names)
    alike = {name: difflib.SequenceMatcher(None, wanted, name.rpartition(".")[2]).ratio() for name in names}
    nearest = sorted(names, key=alike.__getitem__, reverse=True)[:NEAREST]
    return f"{', '.join(name for name in names if name in nearest)} and {len(names) - NEAREST} more"


def cut(text: str, limit: int) -> str:
    """A text of at most `limit` characters; dots stand for what was cut off."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def quoted(value: Any, limit: int = 80) -> str:
    """A value as it would be written in an override, cut at `limit`, without the binary tail of decimal fractions."""
    return cut(written(value), limit)


def written(value: Any) -> str:
    """A value as it would be written in an override."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{written(key)}:{written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(written, value)) + "]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _refusal(error: ValidationError, kind: Any, block: Any, key: str) -> ConfigError:
    """The first complaint of pydantic, an unknown key before a missing one, in the words of the config."""
    found = error.errors(include_url=False)
    one = next((item for item in found if item["type"] == "unexpected_keyword_argument"), found[0])
    path, value = list(one["loc"]), one["input"]
    name = ".".join([key, *_names(block, path)])
    if one["type"] == "unexpected_keyword_argument":
        return unknown(name, value, hints_of(_inside(kind, path[:-1])))
    annotation = _inside(kind, path)
    told = f"={quoted(value)}"
    if one["type"] == "int_type" and isinstance(value, float) and value.is_integer():  # 1.0, which is written 1 elsewhere
        return ConfigError(f"{name}={cut(repr(value), KEY_LENGTH)}: {describe(annotation)}, without a decimal point")
    if one["type"] in ("int_type", "float_type") and isinstance(value, str) and re.fullmatch(r"[-+]?\d+(\.\d*)?(e\d+)?", value):
        return ConfigError(f"{name}='{cut(value, KEY_LENGTH)}': {describe(annotation)}, without quotation marks")
    if one["type"] == "value_error":
        told = "" if isinstance(value, dict) else told
        text = str(one["ctx"]["error"])  # of a validator; one that compares two fields begins with the name of one
        return ConfigError(f"{name}.{text}" if text.partition("=")[0] in hints_of(annotation) else f"{name}{told}: {text}")
    return ConfigError(f"{name}{' is missing' if one['type'] == 'missing' else told}: {describe(annotation)}")


def _names(block: Any, path: list[str | int]) -> list[str]:
    """A path of pydantic in the words of the yaml, where a class that holds a mapping as pairs counts its entries."""
    names: list[str] = []
    while path:
        part, *path = path
        if isinstance(block, dict) and isinstance(part, int):
            part, path = list(block)[part], path[1:]
        block = block.get(part) if isinstance(block, dict) else None
        names.append(str(part))
    return names


def _inside(annotation: Any, path: Iterable[str | int]) -> Any:
    """The annotation of a field, entry or element somewhere inside an annotated thing."""
    for part in path:
        if typing.get_origin(annotation) is Annotated:
            annotation = typing.get_args(annotation)[0]
        arguments = [one for one in typing.get_args(annotation) if one is not Ellipsis]
        if isinstance(part, int):
            annotation = arguments[min(part, len(arguments) - 1)]
        else:
            annotation = hints_of(annotation)[part] if hints_of(annotation) else arguments[-1]
    return annotation
