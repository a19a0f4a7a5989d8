"""Overrides in Hydra's grammar -> axes: for each key the values that it stands for. What is left is harmless."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sim.allowed import ConfigError, cut, quoted
from sim.config.choices import Choices
from sim.files import MAX_DEPTH, depth_of

#: Arms of a study are paired, so they share these.
SHARED = ("seed", "replication", "replications", "parameters.mode")
MAX_ARMS, MAX_OVERRIDES, MAX_LENGTH = 10_000, 200, 10_000

_RESERVED = re.compile(r"_.*_", re.DOTALL)


def replaced(overrides: Iterable[str], more: Iterable[str]) -> list[str]:
    """The overrides of a study file or a command, but for the keys that `more` gives anew, and then `more`."""
    more = list(more)
    again = {key_of(text) for text in more}
    return [*(text for text in overrides if key_of(text) not in again), *more]


def key_of(text: str) -> str:
    return text.partition("=")[0].lstrip("+~")


@dataclass(frozen=True)
class Axis:
    """One override of the user: its text, and as plain overrides the values that it stands for."""

    text: str
    key: str
    points: list[Any]
    swept: bool


class Overrides:
    """Reads overrides with Hydra's parser, and refuses what is not a plain setting of the simulator."""

    def __init__(self, parser: Any, choices: Choices) -> None:
        self.parser, self.choices = parser, choices
        self.folders: list[str] = []

    def parse(self, overrides: list[str]) -> list[Axis]:
        """The overrides in Hydra's grammar; what is left is harmless and chooses only what is there."""
        if len(overrides) > MAX_OVERRIDES:
            raise ConfigError(f"{quoted(overrides[0])} ...: {len(overrides)} overrides; at most {MAX_OVERRIDES}")
        self.folders = [text for text in overrides if text.startswith("plugins=")]
        for text in self.folders:
            self.choices.open_folder(text)
        axes = [self.parse_one(text) for text in overrides if text not in self.folders]
        for key, count in Counter(axis.key for axis in axes).items():
            if count > 1:
                values = " and ".join(cut(axis.text, 20) for axis in axes if axis.key == key)
                raise ConfigError(f"{cut(key, 80)}: given {count} times, as {cut(values, 80)}; each key may be given once")
        return axes

    def parse_one(self, text: str) -> Axis:
        told = quoted(text)
        if len(text) > MAX_LENGTH or depth_of(text) > MAX_DEPTH:
            raise ConfigError(f"{told}: at most {MAX_LENGTH} characters, brackets at most {MAX_DEPTH} deep")
        if "${" in text or "???" in text:
            raise ConfigError(f"{told}: a plain value; references and ??? are for the yaml files only")
        try:
            if not key_of(text).strip():
                raise ValueError("no key")
            (override,) = self.parser.parse_overrides([text])
            points, swept = [override], override.is_sweep_override()
            if override.is_interval_sweep() or getattr(override._value, "shuffle", False):
                raise ConfigError(
                    f"{told}: values in a fixed order, as 1,2,4 or range(start,stop,step), or an interval with design=lhs:N"
                )
            if swept:
                values = list(islice(override.sweep_string_iterator(), MAX_ARMS + 1))
                points = self.parser.parse_overrides([f"{override.get_key_element()}={value}" for value in values[:MAX_ARMS]])
        except ConfigError:
            raise
        except Exception as error:  # whatever the grammar stumbles over is the user's text
            raise ConfigError(f"{told}: write key=value ({_what_is_wrong(text)})") from error
        axis = Axis(text.partition("=")[2], override.key_or_group, points, swept)
        if re.split(r"[./]", axis.key)[0] == "hydra" or override.package is not None:
            raise ConfigError(f"{told}: keys of the simulator only, nothing of Hydra's own and no @package")
        if swept and len(values) > MAX_ARMS:
            raise ConfigError(f"{told}: at most {MAX_ARMS} arms")
        if not points:
            raise ConfigError(f"{told}: at least one value")
        if swept and axis.key in SHARED:
            raise ConfigError(f"{told}: one value, shared by all arms")
        refuse_reserved(axis.key.split("."), axis.key)
        for point in points:
            refuse_reserved(keys_in(point.value()), axis.key)
            if axis.key in self.choices.groups:
                self.choices.check_choice(point, told)
        return axis


def refuse_reserved(keys: Iterable[str], where: str) -> None:
    for key in keys:
        if _RESERVED.fullmatch(key):
            raise ConfigError(f"{quoted(where)}: {quoted(key)} is not allowed; keys that begin and end with _ are refused")


def keys_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from map(str, value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_in(inner)


def _what_is_wrong(text: str) -> str:
    """Why an override cannot be read, in the user's words; Hydra's speak of its grammar."""
    key, equals, value = text.partition("=")
    if not equals:
        return "there is no ="
    if not key.strip():
        return "there is no key"
    bare = re.sub(r"\\.|'(\\.|[^'])*'|\"(\\.|[^\"])*\"", "", value)
    if "'" in bare or '"' in bare:
        return "a quotation mark is not closed"
    if any(bare.count(opening) != bare.count(closing) for opening, closing in (("[", "]"), ("{", "}"), ("(", ")"))):
        return "a bracket has no partner"
    if "(" in bare:
        return "several values as 1,2,4 or range(start,stop,step)"
    return "text with spaces or signs goes in quotation marks, such as \"key='my text'\""
