"""Axes -> the resolved config of one point, composed by Hydra and safe from several threads."""

from __future__ import annotations

import json
import os
import pickle
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from sim import plugins
from sim.allowed import ConfigError, cut, hints_of, quoted, unknown
from sim.config import choices as chosen_from
from sim.config.blocks import Blocks
from sim.config.building import HORIZON, PLAIN, Composed, build_scenario
from sim.config.choices import LISTED, NO_GROUP, OF_OPERATOR, SINGLE, Choices
from sim.config.overrides import Axis, Overrides, keys_in, refuse_reserved

_RESOLVER = re.compile(r"\$\{[^}]*:")

#: Hydra, its plugins and its parsers are made for one thread at a time.
_HYDRA = Lock()


@contextmanager
def composer_for(own: bool) -> Iterator[Composer]:
    """What composes on the config folder, in one thread after the other; a Hydra of the program around it is left alone."""
    from hydra import version

    with _HYDRA:
        try:
            os.getcwd()  # Hydra asks for it and blames the configs
        except OSError as error:
            raise ConfigError("the working folder is gone, deleted or moved; change into one that exists") from error
        before = version.getbase()
        version.setbase("1.3")
        try:
            yield Composer(chosen_from.config_folder(), own)
        finally:
            version.VersionBase.instance().version_base = before


#: Where any name may be written: roles, shares of any type or topic, and what a source of newcomers leaves to its default.
_OPEN = ("staff.roles", "scenario.population.mix", "scenario.population.likes", "scenario.population.inflow")
#: Of how many states of a config folder, of how many combinations of choices in each, and of how many points the composition is kept.
_FOLDERS, _COMBINATIONS, _POINTS = 4, 128, 1024


@dataclass(frozen=True)
class _Kept:
    """What was composed in this process of a config folder as it stands; used by whoever holds `_HYDRA`.

    Kept as bytes, which are read again several times faster than OmegaConf copies itself, and of which every caller has values of its
    own. combinations: by what Hydra was asked, its composition and the choices that it made. points: by that, the user's own files and
    the values that were set, the resolved config.
    """

    blocks: Blocks
    combinations: dict[str, tuple[bytes, dict[str, Any]]] = field(default_factory=dict)
    points: dict[str, bytes] = field(default_factory=dict)


@lru_cache(_FOLDERS)
def _kept(folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> _Kept:
    return _Kept(Blocks(folder))


def _keep(kept: dict[str, Any], key: str, value: Any, most: int) -> None:
    """Note a value; the oldest are forgotten where there are too many."""
    while len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = value


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time of the last change and length of each yaml below a folder."""
    found = ((str(path), path.stat()) for path in sorted(folder.rglob("*.yaml")))
    return tuple((name, status.st_mtime_ns, status.st_size) for name, status in found)


@dataclass(frozen=True)
class Base:
    """What the values of a point are set on: as Hydra composed it, what the user's own files put into it, and who was chosen.

    known: what it is made of, as a text.
    """

    known: str
    composed: bytes
    own: list[tuple[str, str, Any]]
    choices: dict[str, Any]


class Composer:
    """Composes points.

    Hydra takes about 80 ms a composition, so it is asked only for choices that are new in this process; to set the values of a point and
    to resolve it takes OmegaConf 10 ms, so that too is done once.
    """

    def __init__(self, folder: Path, own: bool) -> None:
        from hydra._internal.config_loader_impl import ConfigLoaderImpl  # all that hydra.compose puts into its global state
        from hydra._internal.utils import create_config_search_path
        from hydra.core.override_parser.overrides_parser import OverridesParser

        self.loader = ConfigLoaderImpl(create_config_search_path(str(folder)))
        self.folder, self.choices = folder, Choices(own)
        self.overrides = Overrides(OverridesParser.create(config_loader=self.loader), self.choices)
        self.kept = _kept(folder, _stamp(folder))
        self.blocks = self.kept.blocks
        self.bases: dict[tuple[str, ...], Base] = {}

    def parse(self, overrides: list[str]) -> list[Axis]:
        """One axis for each key."""
        return self.overrides.parse(overrides)

    def compose(self, point: list[Any]) -> Composed:
        """One point: Hydra composes the group choices, then the values are set as Hydra itself would set them."""
        plain_changes = not any(one.is_delete() or one.is_add() or one.is_force_add() for one in point)
        changes = [one for one in point if plain_changes and one.key_or_group not in self.choices.groups]
        base = self.base(tuple(one.input_line for one in point if one not in changes))
        key = json.dumps([base.known, *(one.input_line for one in changes)])
        if key not in self.kept.points:
            _keep(self.kept.points, key, self.resolved(base, changes), _POINTS)
        own = {Path(name).stem for _, name in self.choices.files}
        lines = (*self.overrides.folders, *(one.input_line for one in point))
        return build_scenario(pickle.loads(self.kept.points[key]), base.choices, lines, own, self.choices.own)

    def resolved(self, base: Base, changes: list[Any]) -> bytes:
        """A base with the values of a point, all references followed."""
        from omegaconf import OmegaConf

        config = pickle.loads(base.composed)
        self.with_own(config, base.own)
        for one in changes:
            try:
                OmegaConf.update(config, self.written_at(config, one.key_or_group), one.value(), merge=True)
            except Exception as error:
                raise self.no_such_key(config, one.key_or_group, one.value()) from error
        raw = self.container(config, resolve=False)
        refuse_reserved(keys_in(raw), "configs")
        for text in _strings(raw):
            if _RESOLVER.search(text):
                raise ConfigError(f"configs: {quoted(text)}: a plain value or a reference to another key, no resolver")
        return pickle.dumps(self.container(config, resolve=True), pickle.HIGHEST_PROTOCOL)

    def without_group(self, point: list[Any], simulated: Composed) -> Composed | None:
        """The same people in the same market with no group and nobody who runs one; None where no strategy says so.

        Incidents stay, since some of them befall customers whether there is a group or not, such as a dearer dish.
        """
        if NO_GROUP not in self.choices.groups["strategy"]:
            return None
        parts = [(re.split(r"[./]", one.key_or_group), one) for one in point]
        kept = [
            one
            for (head, *rest), one in parts
            if head not in OF_OPERATOR and not (head == "incident" and rest[1:2] == ["handling"])
        ]
        handled = [name for name, block in (simulated.plain.get("incident") or {}).items() if "handling" in block]
        nobody = [f"strategy={NO_GROUP}", *(f"incident.{name}.handling=none" for name in handled)]
        return self.compose([*kept, *self.overrides.parser.parse_overrides(nobody)])

    def base(self, overrides: tuple[str, ...]) -> Base:
        """What Hydra and the user's own files make of these. All member types are there to be mixed unless some of the shipped are named."""
        if overrides not in self.bases:
            asked, own = self.without_files(overrides)
            if not any(text.startswith("member=") for text in overrides):
                own += [(group, Path(name).stem, one) for (group, name), one in self.choices.files.items() if group == "member"]
            if not any(text.startswith("member=") and text != "member=[]" for text in asked):
                asked = [f"member=[{','.join(self.choices.groups['member'])}]", *(one for one in asked if one != "member=[]")]
            asked = [*(f"+parameters.{name}={value!r}" for name, value in self.unset.items()), *asked]
            known = json.dumps(asked)
            if known not in self.kept.combinations:
                config, chosen = self.blocks.join(asked) or self.composed_by_hydra(asked)
                _keep(self.kept.combinations, known, (pickle.dumps(config, pickle.HIGHEST_PROTOCOL), chosen), _COMBINATIONS)
            made, choices = self.kept.combinations[known]
            choices = choices | {group: name for group, name, _ in own if group in SINGLE}
            self.bases[overrides] = Base(json.dumps([asked, own], default=repr), made, own, choices)
        return self.bases[overrides]

    def composed_by_hydra(self, asked: list[str]) -> tuple[Any, dict[str, Any]]:
        """What the yaml files say of these choices, and which choice there is of each group that has one."""
        from hydra.types import RunMode
        from omegaconf import open_dict

        try:
            config = self.loader.load_configuration("config", asked, RunMode.RUN, from_shell=False)
        except Exception as error:  # a yaml that cannot be read or merged
            raise self.unreadable(error) from error
        found = config.hydra.runtime.choices
        chosen = {group: found[group] for group in SINGLE if group in found}
        with open_dict(config):
            del config["hydra"]
        self.blocks.keep(asked, config, chosen)
        return config, chosen

    def with_own(self, config: Any, own: list[tuple[str, str, Any]]) -> None:
        """Put the contents of the user's own files in their places, and open the blocks where any name may be written."""
        from omegaconf import OmegaConf, open_dict

        with open_dict(config):
            for group, name, content in own:
                whole = self.unset | content if group == "parameters" else content
                config[group] = whole if group in SINGLE else {**(config.get(group) or {}), name: content}
            if (
                OmegaConf.is_interpolation(config, "days")
                and OmegaConf.is_dict(config.scenario)
                and "horizon" not in config.scenario
            ):
                config.scenario["horizon"] = HORIZON
        if OmegaConf.is_dict(config.get("strategy")) and OmegaConf.is_list(calendar := config.strategy.get("calendar")):
            OmegaConf.set_struct(calendar, False)  # a mechanic keeps its default where nothing is written
        for path in _OPEN:
            if OmegaConf.is_dict(block := OmegaConf.select(config, path)):
                OmegaConf.set_struct(block, False)

    @cached_property
    def unset(self) -> dict[str, float]:
        """Parameters that the shipped yaml leaves out, and what each is then: off."""
        path = self.folder / "parameters" / "by_hand.yaml"
        given = re.findall(r"^(\w+):", path.read_text("utf-8", errors="replace") if path.is_file() else "", re.MULTILINE)
        missing = [name for name in hints_of(plugins.settings_class(plugins.PARAMETERS)) if name not in given]
        off = plugins.unset_parameters() if missing else {}
        return {name: off[name] for name in missing if name in off}

    def without_files(self, overrides: Iterable[str]) -> tuple[list[str], list[tuple[str, str, Any]]]:
        """The overrides that Hydra can follow, and (group, name, content) of each file of the user's own among them."""
        kept, own = [], []
        for text in overrides:
            group = text.partition("=")[0]
            named = self.overrides.parser.parse_overrides([text])[0].value() if group in self.choices.groups else []
            names = named if isinstance(named, list) else [named]
            mine = [name for name in names if (group, name) in self.choices.files]
            own += [(group, Path(name).stem, self.choices.files[group, name]) for name in mine]
            if not mine:
                kept.append(text)
            elif group in LISTED:
                kept.append(f"{group}=[{','.join(name for name in names if name not in mine)}]")
        return kept, own

    def written_at(self, config: Any, key: str) -> str:
        """Where a setting of a plan is written: `strategy.photo.recall` in the entry of the calendar that is called photo."""
        group, _, path = key.partition(".")
        head, _, rest = path.partition(".")
        block = config.get(group)
        if group != "strategy" or not rest or not hasattr(block, "keys") or head in block:
            return key
        if head in (block.get("base") or {}):
            return f"strategy.base.{path}"
        for place, entry in enumerate(block.get("calendar") or []):
            if entry.get("as", entry.get("use")) == head:
                return f"strategy.calendar.{place}.{'clock.' if rest in (entry.get('clock') or {}) else ''}{rest}"
        return key

    def container(self, config: Any, resolve: bool) -> dict[str, Any]:
        from omegaconf import OmegaConf

        try:
            values: Any = OmegaConf.to_container(config, resolve=resolve, throw_on_missing=resolve)
            found: dict[str, Any] = values
            return found
        except Exception as error:  # a reference that leads nowhere or in a circle, or ??? left in place
            raise self.unreadable(error) from error

    def no_such_key(self, config: Any, key: str, value: Any) -> ConfigError:
        """Why an override reaches nothing: which keys there are where its path ends."""
        parts, node, depth = key.split("."), config, 0
        while depth < len(parts) and hasattr(node, "keys") and parts[depth] in node:
            node, depth = node[parts[depth]], depth + 1
        key = cut(key, 80)
        group, name = (*parts, "")[:2]
        if depth < 2 and group in LISTED and name in self.choices.groups[group]:
            return ConfigError(f"{key}={quoted(value)}: allowed only with {group}=[{name}]")
        if depth == len(parts):
            if isinstance(value, dict) and hasattr(node, "keys") and (strange := [name for name in value if name not in node]):
                return self.no_such_key(config, f"{key}.{strange[0]}", value[strange[0]])
            return ConfigError(f"{key}={quoted(value)}: cannot be set to this; now {quoted(node)}")
        known = [*SINGLE, *LISTED, *PLAIN] if depth == 0 else list(node) if hasattr(node, "keys") else []
        where = ".".join(parts[:depth])
        paths = [path for path, _ in settings_in(self.container(config, resolve=False))]
        return unknown(key, value, [f"{where}.{name}".strip(".") for name in known if name != "digest"], paths)

    def unreadable(self, error: BaseException) -> ConfigError:
        """What is wrong with a yaml, told by the cause that knows most."""
        while error.__cause__ is not None and not getattr(error, "problem_mark", None):
            error = error.__cause__
        if mark := getattr(error, "problem_mark", None):
            return ConfigError(f"{mark.name}, line {mark.line + 1}: valid YAML is needed here: {getattr(error, 'problem', '')}")
        if isinstance(error, UnicodeDecodeError):
            spoilt = [path for path in sorted(self.folder.rglob("*.yaml")) if error.object in path.read_bytes()]
            return ConfigError(f"{(spoilt or [self.folder])[0]}: UTF-8 text is needed here")
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        return ConfigError(f"{getattr(error, 'full_key', None) or self.folder}: {reason}")


def settings_in(plain: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """The full path and value of every setting of a composed config, as an override would write them: entries of a calendar by name."""
    for name, value in plain.items():
        path = f"{where}.{name}".strip(".")
        if name == "digest":
            continue
        if path == "strategy.calendar" and isinstance(value, list):
            for entry in (one for one in value if isinstance(one, dict)):
                inner = {key: one for key, one in entry.items() if key not in ("use", "as", "clock")}
                yield from settings_in(inner | (entry.get("clock") or {}), f"strategy.{entry.get('as', entry.get('use'))}")
        elif path == "strategy.base" and isinstance(value, dict):
            yield from settings_in(value, where)
        elif isinstance(value, dict) and value:
            yield from settings_in(value, path)
        else:
            yield path, value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)
