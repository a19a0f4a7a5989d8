"""A small project of its own, configs and plug-ins, so that tests of the command line do not move with the shipped values."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic.fields import FieldInfo

from sim.allowed import hints_of
from sim.scenario import Market, Population, Staff

PLUGIN = '''"""{line}"""
from typing import Annotated, Literal

from sim.scenario import number, settings
from smallplugins.duties import Duties


@settings
class {name}:
    """{line}

    More about it.
    """

{fields}
'''

MODULES = {
    "strategies/no_plan.py": (
        "NoPlan",
        "Adverts only.",
        ['adverts_per_day: Annotated[float, number("adverts/day", 0, 48, "D1")]'],
    ),
    "strategies/kol_care.py": (
        "KolCare",
        "Look after those who talk.",
        [
            'posts_per_day: Annotated[float, number("posts/day", 0, 48, "C33")]',
            'calls: Annotated[int, number("calls/week", 0, 20, "C33")]',
            'tone: Literal["warm", "formal"]',
            "private: bool",
            "duties: Duties",
        ],
    ),
    "incidents/ad_wave.py": ("AdWave", "Adverts come in.", ['adverts: Annotated[int, number("adverts", 1, 90, "B04a")]']),
    "incidents/price_rise.py": ("PriceRise", "Prices rise.", ['day: Annotated[float, number("day", 0, 900, "B02")]']),
    "campaigns/columns.py": ("Columns", "A column a day.", ['hour: Annotated[float, number("hour", 0, 24, "C44")]']),
    "members/kol.py": ("Kol", "Talks much.", ['tempo: Annotated[float, number("posts/day", 0, 40, "D02")]']),
    "members/lurker.py": ("Lurker", "Reads only.", ['tempo: Annotated[float, number("posts/day", 0, 40, "D02")]']),
    "members/regular.py": ("Regular", "Talks at times.", ['tempo: Annotated[float, number("posts/day", 0, 40, "D02")]']),
}

DUTIES = '''"""What staff do."""
from typing import Annotated

from sim.scenario import number, settings


@settings
class Duties:
    """What staff do."""

    answer: Annotated[float, number("share of questions", 0, 1, "E13")]
    rules: Annotated[bool, number("whether there are any", 0, 1, "E08")]
'''

PARAMETERS = '''"""Behaviour."""
from typing import Annotated

from sim.scenario import parameter, settings


@settings
class Parameters:
    """Behaviour."""

    memory: Annotated[float, parameter("days", 0.5, 90, "paper", "test")]


def unset():
    return {}
'''


def block(kind: Any, **values: Any) -> dict[str, Any]:
    """Settings of a class: the named ones, and the rest at the lowest value allowed, so that a new one breaks no test."""
    lowest = {name: info.ge for name, hint in hints_of(kind).items() for info in _bounds(hint)}
    return lowest | values


def _bounds(hint: Any) -> list[Any]:
    fields = [one for one in get_args(hint)[1:] if isinstance(one, FieldInfo)]
    return [one for field in fields for one in field.metadata if hasattr(one, "ge")]


def scenario(line: str, population: dict[str, Any], market: dict[str, Any], **more: Any) -> str:
    blocks = {"population": block(Population, **population), "market": block(Market, **market), **more}
    return f"# {line}\n{yaml.safe_dump(blocks, sort_keys=False)}"


CONFIGS = {
    "config.yaml": """\
defaults: [scenario: lunch, strategy: kol_care, staff: one, parameters: by_hand, incident: [], campaign: [], member: [], _self_]
seed: 1
replication: 0
replications: 20
days: 90
confirm_days: 28
levers: []
""",
    "scenario/lunch.yaml": scenario(
        "Lunch group", {"size": 30, "mix": {"kol": 0.1, "regular": 0.9}}, {"peak_hours": [11.5, 18]}, digest=["A14", "A15"]
    ),
    "scenario/flash.yaml": scenario("Flash-sale group", {"size": 30, "mix": {"kol": 0.1, "lurker": 0.9}}, {"peak_hours": [20]}),
    "strategy/no_plan.yaml": "adverts_per_day: 3\ndigest: [D1]\n",
    "strategy/kol_care.yaml": (
        "posts_per_day: 2\ncalls: 3\ntone: warm\nprivate: true\n"
        "duties: {answer: 0.9, rules: true}\ndigest: [C33, B01.s2, B06a]\n"
    ),
    "incident/ad_wave.yaml": "# @package incident.ad_wave\nadverts: 20\ndigest: [B04a]\n",
    "incident/price_rise.yaml": "# @package incident.price_rise\nday: 30\n",
    "campaign/columns.yaml": "# @package campaign.columns\nhour: 12\n",
    "member/kol.yaml": "# @package member.kol\ntempo: 4\n",
    "member/lurker.yaml": "# @package member.lurker\ntempo: 0.01\n",
    "member/regular.yaml": "# @package member.regular\ntempo: 0.5\n",
    "staff/one.yaml": "# One person in office hours\n"
    + yaml.safe_dump(block(Staff, people=1, shift_start=9.0, shift_end=18.0, wage=30), sort_keys=False),
    "parameters/by_hand.yaml": "memory: 7\nmode: uncertain\n",
}


@pytest.fixture(scope="session")
def small_package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a package with plug-ins, importable for the time of the tests."""
    root = tmp_path_factory.mktemp("plugins")
    for path, (name, line, fields) in MODULES.items():
        file = root / "smallplugins" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(PLUGIN.format(name=name, line=line, fields="\n".join(f"    {field}" for field in fields)))
    (root / "smallplugins" / "parameters.py").write_text(PARAMETERS)
    (root / "smallplugins" / "duties.py").write_text(DUTIES)
    sys.path.insert(0, str(root))
    yield "smallplugins"
    sys.path.remove(str(root))


@pytest.fixture
def small_configs(tmp_path: Path, small_package: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The config folder of the small project, free to be spoilt by one test."""
    from sim import plugins
    from sim.config import choices

    folder = tmp_path / "configs"
    for path, text in CONFIGS.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    monkeypatch.setattr(choices, "config_folder", lambda: folder)
    monkeypatch.setattr(plugins, "PARAMETERS", f"{small_package}.parameters")
    for group, package in plugins.PACKAGES.items():
        monkeypatch.setitem(plugins.PACKAGES, group, f"{small_package}.{package.rpartition('.')[2]}")
    return folder


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> str:
    """A claim that stands as if its mechanism were missing."""
    from sim.claims.claim import Text, families

    name, claims = "G010", families()["F05"].claims
    missing = Text(en="something", zh="某物", es="algo")
    monkeypatch.setitem(claims, name, dataclasses.replace(claims[name], checks=(), asks=None, missing=missing))
    return name
