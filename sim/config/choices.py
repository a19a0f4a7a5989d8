"""The config folder, and files of the user's own -> what can be chosen by name in each config group."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim import plugins
from sim.allowed import ConfigError, no_choice, quoted
from sim.files import read_yaml

#: Config groups of which a scenario has exactly one, and groups of which it has a list.
SINGLE = ("scenario", "strategy", "staff", "parameters")
LISTED = ("incident", "campaign", "member")
#: What an operator adds to a scenario; without a group there is none of it.
OF_OPERATOR, NO_GROUP = ("strategy", "staff", "campaign", "levers"), "no_group"
_FILE = re.compile(r"\.ya?ml\b")


def config_folder() -> Path:
    """Folder of the yaml files: inside the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
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
        return (plugin_class(group, name).__doc__ or "").strip().partition("\n")[0]
    lines = (config_folder() / group / f"{name}.yaml").read_text("utf-8").splitlines()
    return next((line.lstrip("# ").strip() for line in lines if line.startswith("#") and "@package" not in line), "")


def is_file(name: str) -> bool:
    """Whether a choice is the name of a yaml file in place of an option's."""
    return bool(_FILE.search(name))


def opens_files(override: str) -> bool:
    """Whether an override names a file or folder of the user's own instead of a shipped choice."""
    key, _, value = override.partition("=")
    return key == "plugins" or (key == "points" and not value.startswith("[")) or (key in (*SINGLE, *LISTED) and is_file(value))


def plugin_class(group: str, name: str) -> type:
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


class Choices:
    """What can be chosen in one composition: what is shipped, and what a user named on the command line.

    own: whether a file or folder of the user's own may be opened.
    """

    def __init__(self, own: bool) -> None:
        self.own = own
        self.groups = {group: options(group) for group in (*SINGLE, *LISTED)}
        self.files: dict[tuple[str, str], dict[str, Any]] = {}

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
            if is_file(name) and (Path(name).stem not in allowed or Path(name).exists()):
                if not self.own:
                    raise ConfigError(f"{told}: names only here, no file; one of {', '.join(allowed)}")
                self.files[group, name] = read_own_file(group, Path(name), allowed)
            elif name not in allowed:
                raise no_choice(group, name, allowed)
        if len(set(names)) < len(names):
            raise ConfigError(f"{group}={quoted(value)}: each name once")
