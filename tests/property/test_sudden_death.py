"""Deaths and full disks at single steps on disk; `python tests/property/sudden_death.py` takes all of the steps."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator

import pytest

from tests.property import sudden_death
from tests.property.sudden_death import Nursery

pytestmark = [pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here"), pytest.mark.xdist_group("sudden_death")]


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery")) as made:
        yield made


def few(number: int) -> Callable[[int], list[int]]:
    """Picks the first step, the last one and some between, in order."""
    return lambda steps: sorted({1, steps, *random.Random(steps).sample(range(1, steps + 1), min(number, steps))})


@pytest.mark.parametrize("fault", ["kill", "full"])
@pytest.mark.parametrize(("case", "number"), [("caches", 6), ("runs", 8), ("studies", 3), ("comparisons", 2)])
def test_nothing_is_lost_at_any_step(case: str, number: int, fault: str, nursery: Nursery):
    assert getattr(sudden_death, case)(nursery, fault, few(number)) >= number
