"""A yaml that anybody may have written -> plain values, and the line on which each of them stands. Nothing in it is run."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.allowed import ConfigError
from sim.foreign import open_plain

MAX_DEPTH, MAX_CHARACTERS = 16, 100_000


@dataclass(frozen=True)
class YamlFile:
    """The content of a file as plain values, and its syntax tree."""

    path: Path
    text: str
    content: Any
    tree: Any

    def line(self, where: Iterable[Any]) -> int:
        """The line of what stands at a path, or of the last part of the path that is there, counted from 1."""
        node, line = self.tree, 1
        for part in where:
            found = None
            if hasattr(node, "value") and isinstance(node.value, list):
                if part.isdigit() and node.value and not isinstance(node.value[0], tuple):
                    found = node.value[int(part)] if int(part) < len(node.value) else None
                    line = found.start_mark.line + 1 if found else line
                else:
                    pairs = [pair for pair in node.value if isinstance(pair, tuple) and pair[0].value == part]
                    line = pairs[0][0].start_mark.line + 1 if pairs else line
                    found = pairs[0][1] if pairs else None
            if found is None:
                break
            node = found
        return line


def read_yaml(path: Path, needed: str) -> YamlFile:
    """A file of settings, read safely: no aliases, no tags, no key twice, not too long or deep.

    needed: what the file should be, for the error where there is none. Raises ConfigError, which names file and line.
    """
    import yaml

    limits = f"at most {MAX_CHARACTERS} characters, brackets at most {MAX_DEPTH} deep, and no aliases (*name)"
    try:
        with open_plain(path) as file:
            text = io.TextIOWrapper(file, "utf-8").read(MAX_CHARACTERS + 1)
        if len(text) > MAX_CHARACTERS or depth_of(text) > MAX_DEPTH:
            raise ConfigError(f"{path}: {limits}")
        level = 0
        for event in yaml.parse(text, yaml.SafeLoader):
            line = event.start_mark.line + 1
            if isinstance(event, yaml.AliasEvent):
                raise ConfigError(f"{path}: {limits}")
            if getattr(event, "tag", None) is not None:
                raise ConfigError(f"{path}, line {line}: plain values only, no tags ({event.tag})")
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if level > MAX_DEPTH:
                raise ConfigError(f"{path}, line {line}: settings at most {MAX_DEPTH} deep")
        tree = yaml.compose(text, yaml.SafeLoader)
        _refuse_twice(path, tree)
        return YamlFile(path, text, yaml.safe_load(text), tree)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file; {needed}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{where}: valid YAML in UTF-8 is needed here: {getattr(error, 'problem', error)}") from error


def depth_of(text: str) -> int:
    """How deep brackets are nested at most."""
    deepest = depth = 0
    for character in text:
        depth += (character in "[{(") - (character in ")}]")
        deepest = max(deepest, depth)
    return deepest


def _refuse_twice(path: Path, node: Any) -> None:
    """A key that stands twice in one block would silently win over the first."""
    if node is None or not isinstance(node.value, list):
        return
    seen: set[str] = set()
    for one in node.value:
        inner = one[1] if isinstance(one, tuple) else one
        if isinstance(one, tuple):
            name = str(one[0].value)
            if name in seen:
                raise ConfigError(f"{path}, line {one[0].start_mark.line + 1}: {name}: each key once")
            seen.add(name)
        _refuse_twice(path, inner)
