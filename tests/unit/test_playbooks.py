"""The playbooks that have a page: what they run can be run, what they name is there, and a target is judged by its interval."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from sim.config import compose
from sim.domain.rows import row_titles
from sim.projections.outcomes import OUTCOMES

DOCS = Path(__file__).resolve().parents[2] / "docs"
PLAYBOOKS: dict[str, dict[str, Any]] = yaml.safe_load((DOCS / "playbooks" / "playbooks.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("playbook_pages", DOCS / "playbook_pages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_a_playbook_can_be_run_and_has_its_page(name: str):
    one = PLAYBOOKS[name]
    ours, other = (compose([*one["words"], *one[arm]]).scenario for arm in ("playbook", "beside"))
    assert ours != other and ours.days == other.days
    assert ours.population == other.population, "the same people"
    assert f"generated: playbook_{name}" in (DOCS / "playbooks" / f"{name}.md").read_text("utf-8")
    assert all(row in row_titles() for row in one["rows"] if row[0] in "ABCDEH")
    for target in one["targets"]:
        assert set(target) <= {"row", "says", "why", "outcome", "low", "high", "per"} and target["says"]
        assert ("why" in target) != (target.get("outcome") in OUTCOMES)
        assert "why" in target or {"low", "high"} & set(target)


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.41, 0.5, "met"), (0.3, 0.39, "missed"), (0.3, 0.5, "open"), (None, None, "open")]
)
def test_a_target_is_met_where_the_whole_interval_is(pages: ModuleType, low: float | None, high: float | None, verdict: str):
    row = {"label": "the playbook", "mean": 0.45, "mean_low": low, "mean_high": high}
    found = {"planned": 200, "days": 60, "outcomes": [{"outcome": "repurchase_rate", "rows": [row]}]}
    assert pages._judged({"outcome": "repurchase_rate", "low": 0.4}, found)[1] == verdict
    assert pages._judged({"why": "nothing shows it"}, found) == ("nothing shows it", "not read off")


def test_money_is_told_by_member_and_month(pages: ModuleType):
    row = {"label": "the playbook", "mean": 36000.0, "mean_low": 35000.0, "mean_high": 37000.0}
    found = {"planned": 200, "days": 60, "outcomes": [{"outcome": "revenue", "rows": [row]}]}
    told, verdict = pages._judged({"outcome": "revenue", "per": "member_month", "low": 90}, found)
    assert told.startswith("revenue 90 ") and verdict == "open"
