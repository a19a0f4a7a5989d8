"""What Hydra has composed of each config group, put together anew for choices that it has met one by one but not together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from sim.config.choices import LISTED, SINGLE

GROUPS = (*SINGLE, *LISTED)
_CHOICE = re.compile(r"([a-z_]+)=(\w+|\[\w*(?:,\w+)*\])")
_ADDED = re.compile(r"\+parameters\.\w+=[\w.+-]+")
_PACKAGE = re.compile(r"^\s*#\s*@package\s+(\S+)", re.MULTILINE)
#: Above this many blocks the oldest are forgotten.
_MOST = 512


class Blocks:
    """The blocks of one config folder as it stands. `None` in place of a config: Hydra has to be asked."""

    def __init__(self, folder: Path) -> None:
        self.default = _defaults_of(folder)
        self.known: dict[tuple[str, str], tuple[Any, str | None]] = {}
        self.frame: Any = None

    def keep(self, asked: Iterable[str], config: Any, chosen: dict[str, Any]) -> None:
        """A config as Hydra composed it, before anything is set in it."""
        if not self.default or (words := self._words(asked)) is None:
            return
        new = [key for key in words.items() if key not in self.known]
        config = deepcopy(config) if new else config
        for group, text in new:
            while len(self.known) >= _MOST:
                del self.known[next(iter(self.known))]
            self.known[group, text] = config.get(group), chosen.get(group)
        self.frame = self.frame or config

    def join(self, asked: Iterable[str]) -> tuple[Any, dict[str, Any]] | None:
        """The config of these choices as Hydra would compose it, and the choices, if each has been composed before."""
        from omegaconf import OmegaConf, open_dict

        if not self.frame or (words := self._words(asked)) is None or not all(key in self.known for key in words.items()):
            return None
        config = OmegaConf.create()
        OmegaConf.set_struct(config, True)
        chosen = {}
        with open_dict(config):
            for group, text in words.items():
                block, name = self.known[group, text]
                if block is not None:
                    config[group] = block  # which copies it
                if name is not None:
                    chosen[group] = name
            for key in self.frame:
                if key not in GROUPS:
                    config[key] = self.frame._get_node(key)
        return config, chosen

    def _words(self, asked: Iterable[str]) -> dict[str, str] | None:
        """Config group -> what is chosen in it, in the order of config.yaml; None where more is asked than one plain choice of each.

        Numbers that are added to the parameters belong to what is chosen there.
        """
        words: dict[str, str] = {}
        added = ""
        for text in asked:
            if _ADDED.fullmatch(text):
                added += f" {text}"
                continue
            found = _CHOICE.fullmatch(text)
            if not found or found[1] not in GROUPS or found[1] in words:
                return None
            words[found[1]] = found[2]
        whole = self.default | words
        return whole | {"parameters": whole["parameters"] + added}


def _defaults_of(folder: Path) -> dict[str, str]:
    """The groups as `config.yaml` lists them, with its choices; none unless each file of a group writes into that group alone and
    asks for no other."""
    try:
        main = yaml.safe_load((folder / "config.yaml").read_text("utf-8"))
        *listed, last = main["defaults"]
        default = {
            group: f"[{','.join(name)}]" if isinstance(name, list) else name for one in listed for group, name in one.items()
        }
        alone = last == "_self_" and sorted(default) == sorted(GROUPS) and not {*main} & {*GROUPS, "hydra"}
        if alone and all(_CHOICE.fullmatch(f"{group}={name}") and _is_closed(folder, group) for group, name in default.items()):
            return default
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError):  # Hydra says what is wrong with it
        pass
    return {}


def _is_closed(folder: Path, group: str) -> bool:
    for path in sorted((folder / group).rglob("*.yaml")):
        text = path.read_text("utf-8")
        if any(name != group and not name.startswith(f"{group}.") for name in _PACKAGE.findall(text)):
            return False
        if re.search(r"^\s*[\"']?defaults[\"']?\s*:", text, re.MULTILINE):
            asked = yaml.safe_load(text).get("defaults", [])
            if not all(isinstance(one, str) and re.fullmatch(r"\w+", one) for one in asked):
                return False
    return True
