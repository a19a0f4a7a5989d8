"""A scenario made in a test: entries of a calendar beside a plain plan, in the small world of the test's file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.config import compose
from sim.coverage import PLAIN
from sim.scenario import Scenario


@pytest.fixture
def composed(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Scenario]:
    """Composes entries beside the plain plan; the file says in `SMALL` in which world, and may change the plan by `PLAN`."""

    def composed(*entries: dict[str, Any], words: tuple[str, ...] = (), plan: dict[str, Any] | None = None) -> Scenario:
        own = PLAIN | (getattr(request.module, "PLAN", {}) if plan is None else plan)
        path = tmp_path / "own_plan.yaml"
        path.write_text(json.dumps(own | {"calendar": [*PLAIN["calendar"], *entries]}), encoding="utf-8")
        given = {word.partition("=")[0]: word for word in (*request.module.SMALL, *words)}
        return compose([*given.values(), f"strategy={path}"]).scenario

    return composed
