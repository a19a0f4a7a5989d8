"""Choices joined from what Hydra has composed of each: node by node what Hydra makes of them together, or else Hydra is asked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from omegaconf import DictConfig, ListConfig

from sim.config import compose, options
from sim.config.blocks import GROUPS, Blocks
from sim.config.choices import LISTED
from sim.config.composer import Composer, composer_for


def nodes(node: Any, path: str = "") -> Iterator[tuple]:
    """Every node in order: where it stands, what it is, its flags and what it holds."""
    meta = node._metadata
    yield path, type(node), dict(meta.flags or {}), meta.ref_type, meta.optional
    if isinstance(node, DictConfig | ListConfig):
        for key in node if isinstance(node, DictConfig) else range(len(node)):
            yield from nodes(node._get_node(key), f"{path}.{key}")
    else:
        yield path, node._value()


def test_joined_choices_are_what_hydra_composes_node_by_node():
    draw = random.Random(4)
    names = {group: draw.sample(options(group), min(2, len(options(group)))) for group in GROUPS}
    lists = {group: ["[]", f"[{names[group][0]}]", f"[{','.join(names[group])}]"] for group in LISTED}
    texts = {group: [f"{group}={one}" for one in lists.get(group, names[group])] for group in GROUPS}
    texts["parameters"] += [f"{one} +parameters.new_one=0.5 +parameters.new_two=-1e3" for one in texts["parameters"]]
    with composer_for(True) as composer:
        composer.blocks = Blocks(composer.folder)
        first = [[texts[group][min(turn, len(texts[group]) - 1)] for group in GROUPS] for turn in range(4)]
        first = [" ".join(asked).split() for asked in first]
        for asked in first:
            assert composer.blocks.join(asked) is None
            composer.composed_by_hydra(asked)
        for asked in [*first, *(" ".join(draw.choice(texts[group]) for group in GROUPS).split() for _ in range(8))]:
            joined = composer.blocks.join(asked)
            config, chosen = composer.composed_by_hydra(asked)
            assert joined is not None
            assert joined[1] == chosen
            assert list(nodes(joined[0])) == list(nodes(config))


def test_what_is_joined_is_nobody_elses(small_configs: Path):
    with composer_for(True) as composer:
        composer.composed_by_hydra([])
        config, _ = composer.blocks.join([])
        config.scenario.population.size = 7
        config.days = 3
        again, _ = composer.blocks.join([])
        assert (again.scenario.population.size, again.days) != (7, 3)


def test_shipped_choices_are_joined(monkeypatch: pytest.MonkeyPatch):
    pairs = [[f"scenario={one}", f"strategy={two}"] for one in ("restaurant", "couture") for two in ("no_plan", "kol_care")]
    for words in (pairs[0], pairs[3]):
        compose(words)
    asked = asked_of_hydra(monkeypatch)
    for words in (*pairs, ["scenario=couture", "staff=one_operator"]):
        compose([*words, "days=20"])
    assert asked == []


def asked_of_hydra(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    seen, real = [], Composer.composed_by_hydra
    monkeypatch.setattr(Composer, "composed_by_hydra", lambda self, asked: (seen.append(asked), real(self, asked))[1])
    return seen


FOUR = [
    [f"scenario={scenario}", f"strategy={strategy}"] for scenario in ("lunch", "flash") for strategy in ("kol_care", "no_plan")
]


def test_hydra_is_asked_once_for_a_choice(small_configs: Path, monkeypatch: pytest.MonkeyPatch):
    asked = asked_of_hydra(monkeypatch)
    found = [compose(words) for words in FOUR]
    assert len(asked) == 3
    assert found[3].scenario == compose(["strategy=no_plan", "scenario=flash"]).scenario


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("scenario/flash.yaml", "# @package _global_\nseed: 9\n"),
        ("campaign/other.yaml", "# @package strategy\nposts_per_day: 2\n"),
        ("strategy/no_plan.yaml", "defaults: [/staff/other]\n"),
        ("strategy/no_plan.yaml", "defaults:\n  - override /incident: [ad_wave]\n"),
        ("config.yaml", "strategy: {posts_per_day: 2}\n"),
        ("config.yaml", "x: [\n"),
    ],
)
def test_nothing_is_joined_where_a_yaml_writes_elsewhere(path: str, line: str, small_configs: Path):
    assert Blocks(small_configs).default
    file = small_configs / path
    text = file.read_text() if file.exists() else ""
    file.write_text(text + line if path == "config.yaml" else line + text)
    assert not Blocks(small_configs).default


def test_whatever_is_more_than_one_plain_choice_of_a_group_is_not_joined(small_configs: Path):
    with composer_for(True) as composer:
        composer.composed_by_hydra([])
        assert composer.blocks.join([]) is not None
        for asked in (["+campaign=[]"], ["~staff"], ["seed=3"], ["scenario=lunch", "scenario=flash"], ["staff@x=other"]):
            assert composer.blocks.join(asked) is None
