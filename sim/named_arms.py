"""`arms=[NAME: key=value key=value; NAME: ...]` -> named arms, each with its own overrides; a small grammar, nothing is evaluated.

Between words there are spaces, between arms semicolons; inside brackets and quotation marks both are part of a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sim.allowed import ConfigError, quoted

HOW: Final = 'named arms such as "arms=[one big: strategy=kol_care staff.people=2; small: strategy=no_plan]"'
#: A name that can stand in a label, of which commas, = and : are parts.
_NAME: Final = re.compile(r"\w[\w .×+/()-]{0,39}")
MOST_NAMED: Final = 200
_BRACKETS: Final = {"[": "]", "{": "}", "(": ")"}


def split_arms(overrides: Iterable[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The named arms with their overrides, none where there are none, and the overrides that all arms share. Raises ConfigError."""
    named: dict[str, list[str]] = {}
    rest, given = [], 0
    for text in overrides:
        key, equals, value = text.partition("=")
        if key.strip() != "arms" or not equals:
            rest.append(text)
            continue
        given += 1
        if given > 1:
            raise ConfigError("arms: given twice; each key may be given once")
        named = _read(value.strip())
    return named, rest


def write_arms(named: Mapping[str, Sequence[str]]) -> str:
    """The same arms as one word, from a study file. Raises ConfigError."""
    for name, words in named.items():
        for word in words:
            if list(_parts(word, " ")) != [word] or list(_parts(word, ";")) != [word]:
                raise ConfigError(f"arms.{name}={quoted(word)}: one override; text with spaces or ; goes in quotation marks")
    told = "; ".join(": ".join((name, " ".join(words))) for name, words in named.items())
    return f"arms=[{told}]"


def _read(text: str) -> dict[str, list[str]]:
    if not (text.startswith("[") and text.endswith("]")):
        raise ConfigError(f"arms={quoted(text)}: {HOW}")
    found: dict[str, list[str]] = {}
    for part in _parts(text[1:-1], ";"):
        name, colon, words = (one.strip() for one in part.partition(":"))
        if not colon or not _NAME.fullmatch(name):
            raise ConfigError(f"arms={quoted(part)}: {HOW}")
        if name in found:
            raise ConfigError(f"arms: {name} is given twice; each name once")
        found[name] = list(_parts(words, " "))
        if wrong := next((word for word in found[name] if "=" not in word), None):
            raise ConfigError(f"arms.{name}={quoted(wrong)}: key=value")
        if any(word.partition("=")[0] == "arms" for word in found[name]):
            raise ConfigError(f"arms.{name}: settings of the simulation only")
    if not 1 <= len(found) <= MOST_NAMED:
        raise ConfigError(f"arms: {len(found)} named arms; 1 to {MOST_NAMED}")
    return found


def _parts(text: str, separator: str) -> Iterator[str]:
    """The parts between separators outside brackets and quotation marks; empty ones are left out."""
    part, closing, quote, escaped = "", "", "", False
    for character in text:
        if character == separator and not closing and not quote:
            if part.strip():
                yield part.strip()
            part = ""
            continue
        part += character
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in _BRACKETS:
            closing += _BRACKETS[character]
        elif closing and character == closing[-1]:
            closing = closing[:-1]
    if closing or quote:
        raise ConfigError(f"arms={quoted(text)}: a bracket or a quotation mark is not closed")
    if part.strip():
        yield part.strip()
