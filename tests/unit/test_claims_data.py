"""Claims as data: each hypothesis exactly once, none of the inputs, and the arms of a few compose."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from sim.claims.claim import chosen, families
from sim.claims.running import lay_out
from sim.domain.rows import hypothesis_roles


def test_each_hypothesis_that_can_be_found_out_stands_once() -> None:
    ids = Counter(name for family in families().values() for name in family.claims)
    assert ids == Counter(name for name, role in hypothesis_roles().items() if role != "assume")


def test_arms_that_claims_share_are_laid_out_once(tmp_path: Path) -> None:
    bench = lay_out(chosen(["G099", "G108"]), ["parameters=fitted"], tmp_path)
    assert len(bench.arms) == 8
