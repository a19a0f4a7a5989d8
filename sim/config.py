"""Hydra configs and overrides -> validated scenarios, one for each arm; what is wrong becomes one line naming the key."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from itertools import islice, product
from math import prod
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Literal

from sim import plugins
from sim.allowed import ConfigError, cut, describe, hints_of, no_choice, quoted, unknown, validated, written
from sim.comparable import check_comparable
from sim.events.kinds import EVENT_DTYPE
from sim.files import MAX_DEPTH, depth_of, read_yaml
from sim.named_arms import split_arms, write_arms
from sim.parameters import SUBMODELS
from sim.roles import read_staff, roles_of
from sim.rules.handling import find_handling, of_plan
from sim.rules.mechanics import MECHANICS
from sim.rules.spec import FAMILIES, hint_at
from sim.scenario import RESERVED_ROLES, Lever, Market, Population, Scenario, number, settings

__all__ = ["Arm", "Composed", "ConfigError", "compose", "config_folder", "expand", "options", "read_study_file", "summary"]

#: Config groups of which a scenario has exactly one, and groups of which it has a list.
SINGLE = ("scenario", "strategy", "staff", "parameters")
LISTED = ("incident", "campaign", "member")
#: What an operator adds to a scenario; without a group there is none of it.
OF_OPERATOR, NO_GROUP = ("strategy", "staff", "campaign", "levers"), "no_group"
#: Arms of a study are paired, so they share these.
SHARED = ("seed", "replication", "replications", "parameters.mode")
#: What an incident or a campaign reads once, when it begins, so that no lever can move it.
READ_ONCE = {"incident": ("day", "hour", "intruders"), "campaign": ("day", "notice_days")}
#: Acquaintances are drawn among all pairs of a circle; a person takes about 2 kB of memory beside the log.
MAX_CIRCLE, MAX_PERSONS = 10_000, 1_000_000
#: Events of a planned member and day, at the lower end of what the shipped scenarios give.
EVENTS_PER_DAY = 2
MAX_ARMS, MAX_OVERRIDES, MAX_LENGTH = 10_000, 200, 10_000

#: The keys beside the groups.
PLAIN: dict[str, Any] = {
    "seed": Annotated[int, number("", 0, 2**53, "methods 1")],
    "replication": Annotated[int, number("", 0, 1_000_000, "methods 1")],
    "replications": Annotated[int, number("replications of each arm", 1, 1_000_000, "methods 2")],
    "days": hints_of(Scenario)["days"],
    "confirm_days": hints_of(Scenario)["confirm_days"],
    "levers": tuple[Lever, ...],
}
MODE = Literal["uncertain", "fixed"]

_DIGEST_ROW = re.compile(r"[A-Z][0-9]+[a-z]?(\.s\d+)?")
_FILE = re.compile(r"\.ya?ml\b")
_RESERVED = re.compile(r"_.*_", re.DOTALL)
_RESOLVER = re.compile(r"\$\{[^}]*:")


@settings
class StudyFile:
    """A study as a file: which command, with what overrides, under which heading; `arms` by name, each with overrides of its own."""

    command: Literal["compare", "sweep"]
    title: str
    overrides: tuple[str, ...]
    arms: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """All of it as on the command line. Raises ConfigError."""
        return (*self.overrides, write_arms(self.arms)) if self.arms else self.overrides


@dataclass(frozen=True)
class Composed:
    """One Hydra composition: the scenario, what is not part of it, and the resolved config and choices it was made from.

    `overrides` repeat it: `compose(composed.overrides)` is equal.
    """

    scenario: Scenario
    seed: int
    replication: int
    replications: int
    parameter_mode: MODE
    plain: dict[str, Any]
    choices: dict[str, str | list[str]]
    overrides: tuple[str, ...]


@dataclass(frozen=True)
class Arm:
    """One point of a study. `label` says only what differs from the other arms, `settings` holds the swept keys.

    without: the same customers without any group (`strategy=no_group`), where there is such a strategy.
    """

    label: str
    settings: dict[str, str]
    composed: Composed
    without: Composed | None = None


def config_folder() -> Path:
    """Folder of the yaml files: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "configs", package.parent / "configs"):
        if (folder / "config.yaml").is_file():
            return folder
    raise ConfigError(f"{package.parent / 'configs' / 'config.yaml'}: missing; install the package or use a whole checkout")


def options(group: str) -> list[str]:
    """Names that can be chosen in a config group, sorted."""
    return sorted(path.stem for path in (config_folder() / group).glob("*.yaml"))


def trigger_of(group: str, name: str) -> str:
    """The Python file of a shipped option: its own, or for an incident the one that its yaml calls `trigger`."""
    if group != "incident" or name in plugins.plugin_names(group):
        return name
    content = read_yaml(config_folder() / group / f"{name}.yaml", "settings by name").content
    return str(content.get("trigger", name)) if isinstance(content, dict) else name


def summary(group: str, name: str) -> str:
    """One line on an option: the first of the plug-in's docstring, or else the first comment of its yaml."""
    if group in plugins.PACKAGES and name in plugins.plugin_names(group):
        return (_plugin_class(group, name).__doc__ or "").strip().partition("\n")[0]
    lines = (config_folder() / group / f"{name}.yaml").read_text("utf-8").splitlines()
    return next((line.lstrip("# ").strip() for line in lines if line.startswith("#") and "@package" not in line), "")


def read_study_file(path: Path) -> StudyFile:
    """A study that is kept as a yaml file. Raises ConfigError, which names the file."""
    content = read_yaml(path, f"a study file has the keys {', '.join(hints_of(StudyFile))}").content
    try:
        study: StudyFile = validated(StudyFile, content, "study")
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    given = {f"overrides.{place}": text for place, text in enumerate(study.overrides)}
    given |= {f"arms.{name}.{place}": text for name, words in study.arms.items() for place, text in enumerate(words)}
    for key, text in given.items():  # a study may come from anybody; what it opens must not
        if opens_files(text):
            raise ConfigError(f"{path}: study.{key}={quoted(text)}: names only; a file or folder of your own is given on the "
                              "command line")  # fmt: skip
    return study


def opens_files(override: str) -> bool:
    """Whether an override names a file or folder of the user's own instead of a shipped choice."""
    key, _, value = override.partition("=")
    return key == "plugins" or (key in (*SINGLE, *LISTED) and bool(_FILE.search(value)))


def compose(overrides: Iterable[str], *, own: bool = True) -> Composed:
    """The one scenario that Hydra overrides describe. Raises ConfigError, also where a key is given several values.

    own: whether `strategy=./my_plan.yaml` may open a file of the user's own; a page that others write to says False.
    """
    with _composer(own) as composer:
        axes = composer.parse(list(overrides))
        for axis in axes:
            if axis.swept:
                raise ConfigError(f"{axis.key}={quoted(axis.text)}: one value here; compare and sweep take several")
        return composer.compose([axis.points[0] for axis in axes])


def expand(overrides: Iterable[str], *, own: bool = True) -> list[Arm]:
    """The arms of a study: the product of all swept keys in the order given, the last key varying fastest.

    With `arms=[...]` (`sim.named_arms`) that product for each named arm, whose own overrides replace those of the same key. own: as for
    `compose`. Every arm is validated before any is returned. Raises ConfigError, which names the arm, or what differs between
    arms that cannot be compared.
    """
    named, shared = split_arms(overrides)
    arms: dict[str, Arm] = {}
    with _composer(own) as composer:
        for name, words in (named or {"": []}).items():
            for arm in _product(composer, name, replaced(shared, words), MAX_ARMS - len(arms)):
                if arm.label in arms:
                    raise ConfigError(f"{cut(arm.label, 80)}: this arm is given twice; each may appear once")
                arms[arm.label] = arm
        check_comparable([arm.composed.plain for arm in arms.values()])
        return list(arms.values())


def _product(composer: _Composer, name: str, overrides: list[str], most: int) -> Iterator[Arm]:
    """Every point over the swept keys of these overrides; name: what all of them are called, "" nothing."""
    axes = composer.parse(overrides)
    swept = {axis.key: axis for axis in axes if axis.swept}
    if (count := prod(len(axis.points) for axis in axes)) > most:
        raise ConfigError(f"{' '.join(swept) or 'arms'}: {count} arms; at most {MAX_ARMS}")
    for point in product(*(axis.points for axis in axes)):
        values = {one.key_or_group: one.value() for one in point if one.key_or_group in swept}
        label = ", ".join([*([name] if name else []), *(_label(key, value, values) for key, value in values.items())])
        try:
            composed = composer.compose(list(point))
        except ConfigError as error:
            raise ConfigError(f"{error} (arm: {label})" if label else str(error)) from error.__cause__
        settings = ({"arms": name} if name else {}) | {key: written(value) for key, value in values.items()}
        label = label or str(composed.choices["strategy"])
        yield Arm(label, settings, composed, composer.without_group(list(point), composed))


def replaced(overrides: Iterable[str], more: Iterable[str]) -> list[str]:
    """The overrides of a study file or a command, but for the keys that `more` gives anew, and then `more`."""
    more = list(more)
    again = {_key_of(text) for text in more}
    return [*(text for text in overrides if _key_of(text) not in again), *more]


def _key_of(text: str) -> str:
    return text.partition("=")[0].lstrip("+~")


@dataclass(frozen=True)
class _Axis:
    """One override of the user: its text, and as plain overrides the values that it stands for."""

    text: str
    key: str
    points: list[Any]
    swept: bool


#: Hydra, its plugins and its parsers are made for one thread at a time.
_HYDRA = Lock()


@contextmanager
def _composer(own: bool) -> Iterator[_Composer]:
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
            yield _Composer(config_folder(), own)
        finally:
            version.VersionBase.instance().version_base = before


class _Composer:
    """Composes points. Hydra takes about 80 ms a composition, so it is asked once for each combination of group choices."""

    def __init__(self, folder: Path, own: bool) -> None:
        from hydra._internal.config_loader_impl import ConfigLoaderImpl  # all that hydra.compose puts into its global state
        from hydra._internal.utils import create_config_search_path
        from hydra.core.override_parser.overrides_parser import OverridesParser

        self.loader = ConfigLoaderImpl(create_config_search_path(str(folder)))
        self.parser = OverridesParser.create(config_loader=self.loader)
        self.folder, self.own = folder, own
        self.groups = {group: options(group) for group in (*SINGLE, *LISTED)}
        self.bases: dict[tuple[str, ...], tuple[Any, dict[str, Any]]] = {}
        self.files: dict[tuple[str, str], dict[str, Any]] = {}
        self.folders: list[str] = []

    def parse(self, overrides: list[str]) -> list[_Axis]:
        """The overrides in Hydra's grammar; what is left is harmless and chooses only what is there."""
        if len(overrides) > MAX_OVERRIDES:
            raise ConfigError(f"{quoted(overrides[0])} ...: {len(overrides)} overrides; at most {MAX_OVERRIDES}")
        self.folders = [text for text in overrides if text.startswith("plugins=")]
        for text in self.folders:
            self.open_folder(text)
        axes = [self.parse_one(text) for text in overrides if text not in self.folders]
        for key, count in Counter(axis.key for axis in axes).items():
            if count > 1:
                values = " and ".join(cut(axis.text, 20) for axis in axes if axis.key == key)
                raise ConfigError(f"{cut(key, 80)}: given {count} times, as {cut(values, 80)}; each key may be given once")
        return axes

    def open_folder(self, text: str) -> None:
        """`plugins=./mine`: what is in ./mine/strategy, ./mine/campaign and so on can be chosen by name."""
        folder = Path(text.partition("=")[2])
        if not self.own:
            raise ConfigError(f"{quoted(text)}: no folder can be opened here")
        if not folder.is_dir():
            raise ConfigError(f"{quoted(text)}: a folder with {', '.join((*SINGLE, *LISTED))} in it")
        for group in (*SINGLE, *LISTED):
            for path in sorted((folder / group).glob("*.yaml")):
                self.files[group, path.stem] = read_own_file(group, path, self.groups[group])
        own = (folder, *(folder / group for group in (*SINGLE, *LISTED)))
        if code := next((path for place in own for path in sorted(place.glob("*.py"))), None):
            raise ConfigError(f"{code}: yaml only in a folder of plug-ins; Python is never run from there")

    def parse_one(self, text: str) -> _Axis:
        told = quoted(text)
        if len(text) > MAX_LENGTH or depth_of(text) > MAX_DEPTH:
            raise ConfigError(f"{told}: at most {MAX_LENGTH} characters, brackets at most {MAX_DEPTH} deep")
        if "${" in text or "???" in text:
            raise ConfigError(f"{told}: a plain value; references and ??? are for the yaml files only")
        try:
            if not _key_of(text).strip():
                raise ValueError("no key")
            (override,) = self.parser.parse_overrides([text])
            points, swept = [override], override.is_sweep_override()
            if override.is_interval_sweep() or getattr(override._value, "shuffle", False):
                raise ConfigError(f"{told}: values in a fixed order, as 1,2,4 or range(start,stop,step)")
            if swept:
                values = list(islice(override.sweep_string_iterator(), MAX_ARMS + 1))
                points = self.parser.parse_overrides([f"{override.get_key_element()}={value}" for value in values[:MAX_ARMS]])
        except ConfigError:
            raise
        except Exception as error:  # whatever the grammar stumbles over is the user's text
            raise ConfigError(f"{told}: write key=value ({_what_is_wrong(text)})") from error
        axis = _Axis(text.partition("=")[2], override.key_or_group, points, swept)
        if re.split(r"[./]", axis.key)[0] == "hydra" or override.package is not None:
            raise ConfigError(f"{told}: keys of the simulator only, nothing of Hydra's own and no @package")
        if swept and len(values) > MAX_ARMS:
            raise ConfigError(f"{told}: at most {MAX_ARMS} arms")
        if not points:
            raise ConfigError(f"{told}: at least one value")
        if swept and axis.key in SHARED:
            raise ConfigError(f"{told}: one value, shared by all arms")
        _refuse_reserved(axis.key.split("."), axis.key)
        for point in points:
            _refuse_reserved(_keys(point.value()), axis.key)
            if axis.key in self.groups:
                self.check_choice(point, told)
        return axis

    def check_choice(self, override: Any, told: str) -> None:
        """A group choice is a name from the listing of the config folder, so no path can be meant."""
        group, value = override.key_or_group, override.value()
        allowed = self.groups[group]
        if override.is_delete() or override.is_add() or override.is_force_add():
            raise ConfigError(f"{told}: write {group}=NAME without + or ~; one of {', '.join(allowed)}")
        names = value if isinstance(value, list) and group in LISTED else [value]
        for name in names:
            if not isinstance(name, str):
                raise no_choice(group, name, allowed)
            if (group, name) in self.files:
                continue
            if _FILE.search(name) and (Path(name).stem not in allowed or Path(name).exists()):
                if not self.own:
                    raise ConfigError(f"{told}: names only here, no file; one of {', '.join(allowed)}")
                self.files[group, name] = read_own_file(group, Path(name), allowed)
            elif name not in allowed:
                raise no_choice(group, name, allowed)
        if len(set(names)) < len(names):
            raise ConfigError(f"{group}={quoted(value)}: each name once")

    def compose(self, point: list[Any]) -> Composed:
        """One point: Hydra composes the group choices, then the values are set as Hydra itself would set them."""
        from omegaconf import OmegaConf

        plain_changes = not any(one.is_delete() or one.is_add() or one.is_force_add() for one in point)
        changes = [one for one in point if plain_changes and one.key_or_group not in self.groups]
        base, choices = self.base(tuple(one.input_line for one in point if one not in changes))
        config = deepcopy(base)
        for one in changes:
            try:
                OmegaConf.update(config, self.written_at(config, one.key_or_group), one.value(), merge=True)
            except Exception as error:
                raise self.no_such_key(config, one.key_or_group, one.value()) from error
        raw = self.container(config, resolve=False)
        _refuse_reserved(_keys(raw), "configs")
        for text in _strings(raw):
            if _RESOLVER.search(text):
                raise ConfigError(f"configs: {quoted(text)}: a plain value or a reference to another key, no resolver")
        own = {Path(name).stem for _, name in self.files}
        lines = (*self.folders, *(one.input_line for one in point))
        return _build(self.container(config, resolve=True), choices, lines, own, self.own)

    def without_group(self, point: list[Any], lived: Composed) -> Composed | None:
        """The same people in the same market with no group and nobody who runs one; None where no strategy says so.

        Incidents stay, since some of them befall customers whether there is a group or not, such as a dearer dish.
        """
        if NO_GROUP not in self.groups["strategy"]:
            return None
        parts = [(re.split(r"[./]", one.key_or_group), one) for one in point]
        kept = [
            one
            for (head, *rest), one in parts
            if head not in OF_OPERATOR and not (head == "incident" and rest[1:2] == ["handling"])
        ]
        handled = [name for name, block in (lived.plain.get("incident") or {}).items() if "handling" in block]
        nobody = [f"strategy={NO_GROUP}", *(f"incident.{name}.handling=none" for name in handled)]
        return self.compose([*kept, *self.parser.parse_overrides(nobody)])

    def base(self, overrides: tuple[str, ...]) -> tuple[Any, dict[str, Any]]:
        """Hydra's composition, and which choices it made. All member types are there to be mixed unless some are named."""
        if overrides not in self.bases:
            from hydra.types import RunMode
            from omegaconf import OmegaConf, open_dict

            asked, own = self.without_files(overrides)
            if not any(text.startswith("member=") for text in asked):
                asked.insert(0, f"member=[{','.join(self.groups['member'])}]")
            try:
                config = self.loader.load_configuration("config", asked, RunMode.RUN, from_shell=False)
            except Exception as error:  # a yaml that cannot be read or merged
                raise self.unreadable(error) from error
            found = config.hydra.runtime.choices
            with open_dict(config):
                del config["hydra"]
                for group, name, content in own:
                    config[group] = content if group in SINGLE else {**(config.get(group) or {}), name: content}
            chosen = {group: found[group] for group in SINGLE if group in found}
            chosen |= {group: name for group, name, _ in own if group in SINGLE}
            if OmegaConf.is_dict(config.get("strategy")) and OmegaConf.is_list(calendar := config.strategy.get("calendar")):
                OmegaConf.set_struct(calendar, False)  # a mechanic keeps its default where nothing is written
            if OmegaConf.is_dict(roles := OmegaConf.select(config, "staff.roles")):
                OmegaConf.set_struct(roles, False)  # a role of any name
            if OmegaConf.is_dict(mix := OmegaConf.select(config, "scenario.population.mix")):
                OmegaConf.set_struct(mix, False)  # a share for any type, also one that the scenario has none of
            if OmegaConf.is_dict(inflow := OmegaConf.select(config, "scenario.population.inflow")):
                OmegaConf.set_struct(inflow, False)  # a source keeps its default where nothing is written
            self.bases[overrides] = config, chosen
        return self.bases[overrides]

    def without_files(self, overrides: Iterable[str]) -> tuple[list[str], list[tuple[str, str, Any]]]:
        """The overrides that Hydra can follow, and (group, name, content) of each file of the user's own among them."""
        kept, own = [], []
        for text in overrides:
            group = text.partition("=")[0]
            named = self.parser.parse_overrides([text])[0].value() if group in self.groups else []
            names = named if isinstance(named, list) else [named]
            mine = [name for name in names if (group, name) in self.files]
            own += [(group, Path(name).stem, self.files[group, name]) for name in mine]
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
        if depth < 2 and group in LISTED and name in self.groups[group]:
            return ConfigError(f"{key}={quoted(value)}: allowed only with {group}=[{name}]")
        if depth == len(parts):
            if isinstance(value, dict) and hasattr(node, "keys") and (strange := [name for name in value if name not in node]):
                return self.no_such_key(config, f"{key}.{strange[0]}", value[strange[0]])
            return ConfigError(f"{key}={quoted(value)}: cannot be set to this; now {quoted(node)}")
        known = [*SINGLE, *LISTED, *PLAIN] if depth == 0 else list(node) if hasattr(node, "keys") else []
        where = ".".join(parts[:depth])
        return unknown(key, value, [f"{where}.{name}".strip(".") for name in known if name != "digest"])

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


def _build(
    plain: dict[str, Any],
    choices: dict[str, Any],
    overrides: tuple[str, ...],
    own: Iterable[str] = (),
    own_files: bool = True,
) -> Composed:
    """The resolved config as a scenario; every block is validated by the class that declares its fields."""
    for key, value in plain.items():
        if key not in (*SINGLE, *LISTED, *PLAIN):
            raise unknown(str(key), value, [*SINGLE, *LISTED, *PLAIN])
    block = {group: _block(plain.get(group), group) for group in SINGLE}
    for key, value in block["scenario"].items():
        if key not in ("name", "population", "market"):
            raise unknown(f"scenario.{key}", value, ["population", "market"])
    if block["scenario"].get("name", choices["scenario"]) != choices["scenario"]:
        raise no_choice("scenario.name", block["scenario"]["name"], [choices["scenario"]])
    for name, one in plain["incident"].items() if isinstance(plain.get("incident"), dict) else ():
        if isinstance(one, dict) and isinstance(way := one.get("handling"), str):
            key, folder = f"incident.{name}.handling", config_folder() / "procedure"
            trigger = str(one.get("trigger", name))
            cause = name if name in options("procedure") else trigger
            if way == "plan":
                one["handling"] = of_plan(block["strategy"], trigger, key)
            else:
                one["handling"] = find_handling(way, cause, key, folder, options("procedure"), own_files)
    listed = {group: _plugins(group, plain.get(group, {}), own) for group in LISTED}
    top = {key: validated(kind, plain.get(key), key) for key, kind in PLAIN.items()}
    people = block["scenario"].get("population")
    mix = people.get("mix") if isinstance(people, dict) else None
    _check_mix(mix if isinstance(mix, dict) else {}, listed["member"])  # before its sum is, which tells less
    population = validated(Population, people, "scenario.population")
    scenario = Scenario(
        name=choices["scenario"],
        population=population,
        market=validated(Market, block["scenario"].get("market"), "scenario.market"),
        staff=read_staff(block["staff"], "staff"),
        strategy=(choices["strategy"], _plugin("strategy", choices["strategy"], block["strategy"], "strategy")),
        member=dict(sorted(listed["member"].items())),
        incident=tuple(sorted(listed["incident"].items())),
        campaign=tuple(sorted(listed["campaign"].items())),
        levers=top["levers"],
        days=top["days"],
        confirm_days=top["confirm_days"],
        parameters=validated(
            plugins.settings_class(plugins.PARAMETERS),
            {key: value for key, value in block["parameters"].items() if key not in ("mode", "without")},
            "parameters",
        ),
        without=validated(tuple[str, ...], block["parameters"].get("without", ()), "parameters.without"),
    )
    mode = validated(MODE, block["parameters"].get("mode"), "parameters.mode")
    check_scenario(scenario)
    chosen = choices | {group: sorted(listed[group]) for group in ("incident", "campaign")}
    return Composed(scenario, top["seed"], top["replication"], top["replications"], mode, plain, chosen, overrides)


def _block(value: Any, key: str) -> dict[str, Any]:
    """A copy of a block without its digest rows, which say where it comes from and are no settings."""
    if not isinstance(value, dict):
        raise ConfigError(f"{key}={quoted(value)}: settings by name, as in its yaml")
    rows = value.get("digest", [])
    if not isinstance(rows, list) or not all(isinstance(row, str) and _DIGEST_ROW.fullmatch(row) for row in rows):
        raise ConfigError(f"{key}.digest={quoted(rows)}: a list of digest rows such as [C33, B06a, B01.s2]")
    return {name: inner for name, inner in value.items() if name != "digest"}


def _plugins(group: str, blocks: Any, own: Iterable[str] = ()) -> dict[str, Any]:
    """The chosen plug-ins of a listed group by name, sorted, so that the order of choosing decides nothing."""
    if not isinstance(blocks, dict):
        raise ConfigError(f"{group}={quoted(blocks)}: {group}=[NAME,...] of {', '.join(options(group))}")
    known = {*options(group), *own}
    for name in blocks:
        if name not in known:
            raise ConfigError(
                f"{group}.{name}: one of {', '.join(options(group))}; a yaml of this group begins with # @package {group}.NAME"
            )
    return {name: _plugin(group, name, blocks[name], f"{group}.{name}") for name in sorted(blocks)}


def _plugin(group: str, name: str, block: Any, key: str) -> Any:
    source, values = plugins.source_of(group, name, _block(block, key))
    if plugins.is_written(group, source):
        return plugins.build(group, source, values, key)
    return validated(_plugin_class(group, source), dict(values), key)


def _plugin_class(group: str, name: str) -> type:
    try:
        return plugins.plugin_class(group, name)
    except LookupError as error:
        raise ConfigError(str(error)) from error


def read_own_file(group: str, path: Path, taken: Iterable[str]) -> dict[str, Any]:
    """The settings in a file of the user's own, to be chosen by the file's name. Raises ConfigError."""
    name = path.stem
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or name in taken:
        raise ConfigError(f"{group}={path}: a file name of small letters, digits and _ that is not taken by what is shipped")
    content = read_yaml(path, f"groupalive new {group} {path} writes one to begin with").content
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: settings by name, as groupalive new {group} FILE writes them")
    return content


def check_scenario(scenario: Scenario) -> None:
    """What no single setting can tell: whether the settings go together. Raises ConfigError."""
    for name in scenario.without:
        if name not in SUBMODELS:
            raise ConfigError(f"parameters.without={quoted(name)}: any of {', '.join(SUBMODELS)}")
    _check_mix(dict(scenario.population.mix), scenario.member)
    _check_redesigns(scenario)
    for name, source in scenario.population.inflow:
        _check_mix(dict(source.mix), scenario.member, f"inflow.{name}.mix")
    for name, plugin in scenario.incident:
        if hasattr(plugin, "intruders") and "spammer" not in scenario.member:
            raise ConfigError(f"member: spammer is needed by incident=[{name}]; leave member out to have all types at hand")
    _check_crew(scenario)
    _check_size(scenario)
    _check_levers(scenario)


def _check_crew(scenario: Scenario) -> None:
    """Who is named in a step of a procedure must be there."""
    roles = (*RESERVED_ROLES, *roles_of(scenario.staff, scenario.strategy[1]))
    for name, plugin in scenario.incident:
        for place, step in enumerate(plugin.handling.steps if hasattr(plugin, "handling") else ()):
            if step.by not in roles:
                raise no_choice(f"incident.{name}.handling.steps.{place}.by", step.by, roles)


def _check_redesigns(scenario: Scenario) -> None:
    """What a procedure sets anew of the plan must be a setting that this plan can have."""
    plan = getattr(scenario.strategy[1], "plan", None)
    for _, steps in scenario.procedures:
        for path in {path for step in steps for path in step.set}:
            head, _, rest = path.partition(".")
            if head in ("staff", "duties", "incident"):
                continue
            kinds = FAMILIES | ({item.name: MECHANICS[item.use] for item in plan.items} if plan else {})
            if head not in kinds or hint_at(kinds[head], rest) is None:
                raise ConfigError(
                    f"handling: a redesign sets {cut(path, 80)}, which the strategy {scenario.strategy[0]} does not have"
                )


def _check_mix(mix: dict[str, Any], members: Iterable[str], where: str = "mix") -> None:
    for name, share in mix.items():
        if name not in members:
            raise unknown(f"scenario.population.{where}.{name}", share, members)


def _check_levers(scenario: Scenario) -> None:
    """A timed change must come before the end, reach a number that processes read at use, and give it an allowed value."""
    reached = {"strategy": scenario.strategy[1], "staff": scenario.staff}
    reached |= {f"incident.{name}": plugin for name, plugin in scenario.incident}
    reached |= {f"campaign.{name}": plugin for name, plugin in scenario.campaign}
    numbers = {key: annotation for where, plugin in reached.items() for key, annotation in _numbers(where, type(plugin))}
    once = {f"{where}.{name}" for where in reached for name in READ_ONCE.get(where.partition(".")[0], ())}
    numbers = {key: annotation for key, annotation in numbers.items() if key not in once}
    end = scenario.days + scenario.confirm_days
    for place, lever in enumerate(scenario.levers):
        if lever.key not in numbers:
            raise no_choice(f"levers.{place}.key", lever.key, numbers)
        if lever.day >= end:
            raise ConfigError(f"levers.{place}.day={written(lever.day)}: before the run ends on day {written(end)}")
        if lever.key == "staff.people" and scenario.staff.people == 0:
            raise ConfigError(f"levers.{place}.key=staff.people: allowed where there is somebody to begin with, staff.people=1")
        value = int(lever.value) if lever.value.is_integer() else lever.value
        try:
            validated(numbers[lever.key], value, lever.key)
        except ConfigError as error:
            allowed = describe(numbers[lever.key])
            raise ConfigError(f"levers.{place}.value={written(value)}: {allowed} for {lever.key}") from error
    staff = asdict(scenario.staff)
    for place, lever in sorted(enumerate(scenario.levers), key=lambda pair: (pair[1].day, pair[0])):
        if lever.key.startswith("staff."):  # shifts are judged as a whole
            staff |= {lever.key[len("staff.") :]: int(lever.value) if lever.value.is_integer() else lever.value}
            try:
                read_staff(staff | {"roles": dict(staff["roles"])}, "staff")
            except ConfigError as error:
                raise ConfigError(f"levers.{place}: {error}") from error


def _check_size(scenario: Scenario) -> None:
    """What would take more memory than there is is refused before any is taken."""
    people, days = scenario.population, scenario.days + scenario.confirm_days
    circle = -(-people.groups * people.size // people.cohorts)
    if people.ties_per_member > 0 and circle > MAX_CIRCLE:
        raise ConfigError(f"scenario.population.size={people.size}: at most {MAX_CIRCLE} persons (groups x size) in each of "
                          f"{people.cohorts} cohorts, not {circle}")  # fmt: skip
    persons = round(people.groups * (people.size * (1 + people.reservoir) + people.walk_ins_per_day * days))
    persons += round(sum(source.per_day for _, source in people.inflow) * days)
    if persons > MAX_PERSONS:
        raise ConfigError(f"scenario.population: at most {MAX_PERSONS} persons in a programme, not {persons} "
                          "(groups, size, reservoir, walk_ins_per_day, inflow)")  # fmt: skip
    events = people.programmes * people.groups * people.size * days * EVENTS_PER_DAY
    if (needed := events * EVENT_DTYPE.itemsize) > (there := _memory()):
        raise ConfigError(f"scenario.population: {people.programmes} x {people.groups} x {people.size} members for "
                          f"{written(days)} days need about {needed / 1e9:.0f} GB of memory; there are {there / 1e9:.0f}")  # fmt: skip


def _memory() -> float:
    """Bytes of memory of this machine, as far as it tells."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return float("inf")


def _numbers(where: str, kind: type) -> Iterator[tuple[str, Any]]:
    """Keys and annotations of all numbers among the settings of a class and the settings inside it."""
    for name, annotation in hints_of(kind).items():
        if getattr(annotation, "__origin__", annotation) in (int, float):
            yield f"{where}.{name}", annotation
        yield from _numbers(f"{where}.{name}", annotation)


def _label(key: str, value: Any, swept: Iterable[str]) -> str:
    """What an arm's value of one swept key is called: `kol_care`, `posts_per_day=2`, `posts_per_day=4 from day 30`."""
    if key in SINGLE:
        return Path(str(value)).stem if _FILE.search(str(value)) else str(value)
    if key in LISTED:
        return "+".join(value if isinstance(value, list) else [value]) or f"no {key}"
    if key == "levers" and isinstance(value, list) and all(isinstance(one, dict) for one in value):
        told = [f"{_last(one.get('key'))}={written(one.get('value'))} from day {written(one.get('day'))}" for one in value]
        return " then ".join(told) or "no levers"
    if isinstance(value, dict):
        return ", ".join(f"{name}={written(inner)}" for name, inner in value.items())
    names = Counter(_last(other) for other in swept)
    return f"{_last(key) if names[_last(key)] == 1 else key}={written(value)}"


def _last(key: Any) -> str:
    return str(key).rpartition(".")[2]


def _refuse_reserved(keys: Iterable[str], where: str) -> None:
    for key in keys:
        if _RESERVED.fullmatch(key):
            raise ConfigError(f"{quoted(where)}: {quoted(key)} is not allowed; keys that begin and end with _ are refused")


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from map(str, value)
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(inner)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)


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
