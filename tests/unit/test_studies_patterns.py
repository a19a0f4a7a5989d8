"""The subjects of the patterns: which groups are looked at, and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.projections.population import CONFIRMED, JUDGED
from sim.studies import patterns
from sim.studies.patterns import MIXED, measure_patterns


class Seen(Exception):
    """What would be run is known."""


def test_all_of_a_mixed_population_are_looked_at_for_as_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Scenarios have horizons of their own; one of 30 days would be too short to see a silence of 28 after day 90."""
    seen: dict[str, Any] = {}

    def run(self: Any, name: str, arms: Any, *_: Any) -> Any:
        seen[name] = arms
        if name == MIXED:
            raise Seen
        return type("Study", (), {"replications": None})()

    monkeypatch.setattr(patterns.Stages, "run", run)
    with pytest.raises(Seen):
        measure_patterns([], folder=tmp_path)
    spans = {(arm.composed.scenario.days, arm.composed.scenario.confirm_days) for arm in seen[MIXED]}
    assert spans == {(JUDGED, CONFIRMED)} and len(seen[MIXED]) == 36
