"""Every yaml that is shipped: it validates, has its Python file, and says in one line what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import config, plugins
from sim.studies.question import split_words

ROOT = Path(__file__).parents[2]
OPTIONS = [(group, name) for group in (*config.SINGLE, *config.LISTED) for name in config.options(group)]
STUDIES = sorted((ROOT / "experiments").glob("*.yaml"))


def choose(group: str, name: str) -> str:
    return f"{group}=[{name}]" if group in ("incident", "campaign") else f"{group}={name}"


@pytest.mark.parametrize("group, name", [pair for pair in OPTIONS if pair[0] != "member"])
def test_every_option_composes(group: str, name: str):
    composed = config.compose([choose(group, name)])
    chosen = composed.choices[group]
    assert chosen == ([name] if isinstance(chosen, list) else name)
    assert config.compose([]).plain["parameters"] == composed.plain["parameters"] or group == "parameters"


@pytest.mark.parametrize("group, name", OPTIONS)
def test_every_option_says_what_it_is(group: str, name: str):
    assert len(config.summary(group, name)) > 10


def test_every_member_type_is_at_hand():
    assert sorted(config.compose([]).scenario.member) == config.options("member")


@pytest.mark.parametrize("group", plugins.PACKAGES)
def test_every_plugin_has_its_yaml(group: str):
    package = plugins.PACKAGES[group]
    found = []
    for name in plugins.plugin_names(group):
        try:
            plugin = plugins.settings_class(f"{package}.{name}")
        except LookupError:
            continue
        if hasattr(plugin, "run") or group == "member":
            found.append(name)
    used = {config.trigger_of(group, name) for name in config.options(group) if not plugins.is_written(group, name)}
    assert used == set(found) - {"member_type"}


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_every_study_file_has_arms(path: Path):
    study = config.read_study_file(path)
    assert study.title
    assert len(config.expand(split_words(study.words)[1])) >= 2
