"""What is written in yaml does the same as the Python it took the place of, bit for bit; that Python is kept here."""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.config import compose
from sim.run import simulate
from sim.scenario import Scenario

HERE = Path(__file__).parent
PLANS = sorted(path.stem for path in (HERE / "python_plans").glob("*.py"))
CAMPAIGNS = sorted(path.stem for path in (HERE / "python_campaigns").glob("*.py"))
LEVERS = {
    "kol_care": "{day:6,key:strategy.posts_per_day,value:3.5},{day:9,key:strategy.care_gift,value:9}",
    "de_operation": "{day:6,key:strategy.least_fit,value:0.7},{day:4,key:strategy.cold_duties.reply,value:1}",
    "strict_rules": "{day:6,key:strategy.strikes,value:1},{day:9,key:staff.people,value:3}",
    "columns_and_perks": "{day:5,key:strategy.perk_days,value:2},{day:6,key:strategy.perk_discount,value:0.5}",
    "no_plan": "{day:5,key:strategy.recall,value:1}",
}


def loaded(folder: str, name: str) -> type:
    """The settings class in one of the kept files."""
    spec = importlib.util.spec_from_file_location(f"{folder}_{name}", HERE / folder / f"{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (found,) = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
    return found


def in_python(kind: type, written: Any) -> Any:
    """The kept class with the values that the yaml has."""
    return kind(**{field.name: getattr(written, field.name) for field in dataclasses.fields(kind)} | _nested(kind, written))


def _nested(kind: type, written: Any) -> dict[str, Any]:
    blocks = [field for field in dataclasses.fields(kind) if dataclasses.is_dataclass(getattr(written, field.name))]
    return {field.name: dataclasses.asdict(getattr(written, field.name)) for field in blocks}


def digests(scenario: Scenario, other: Scenario) -> tuple[str, str]:
    return simulate(scenario, seed=7).log.digest, simulate(other, seed=7).log.digest


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize(
    "where",
    [
        ("days=40", "scenario.population.size=80", "confirm_days=0", "incident=[ad_wave]"),
        ("days=12", "scenario.population.groups=2", "scenario.population.size=50", "staff=team"),
        ("days=12", "staff=nobody", "scenario.population.size=50"),
    ],
)
def test_a_plan_gives_the_log_of_its_python(name: str, where: tuple[str, ...]):
    scenario = compose([f"strategy={name}", *where, f"levers=[{LEVERS.get(name, '') if 'days=40' in where else ''}]"]).scenario
    kept = in_python(loaded("python_plans", name), scenario.strategy[1])
    one, other = digests(scenario, dataclasses.replace(scenario, strategy=(name, kept)))
    assert one == other


@pytest.mark.parametrize("name", CAMPAIGNS)
@pytest.mark.parametrize("where", [("staff=team",), ("scenario.population.groups=2",), ("staff=nobody",)])
def test_a_campaign_gives_the_log_of_its_python(name: str, where: tuple[str, ...]):
    often = (f"campaign.{name}.irregular=0.7", f"campaign.{name}.every_days=2") if name == "red_packets" else ()
    scenario = compose(["strategy=no_plan", f"campaign=[{name}]", f"campaign.{name}.day=1", f"campaign.{name}.days=20",
                        "days=24", "scenario.population.size=60", *often, *where]).scenario  # fmt: skip
    kept = in_python(loaded("python_campaigns", name), scenario.campaign[0][1])
    one, other = digests(scenario, dataclasses.replace(scenario, campaign=((name, kept),)))
    assert one == other
