"""A declared population of groups: sizes of a heavy-tailed law, kinds of their own, and how much of the sales a few of them bring."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sim.config import ConfigError, compose
from sim.events import kinds
from sim.projections.economics import share_of_top
from sim.rules.groups import GroupPlan, sizes_of
from sim.run import simulate


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize(("count", "size"), [(1, 30), (2, 10), (20, 30), (200, 12)])
def test_sizes_go_up_and_keep_their_mean(count: int, size: int, spread: float):
    sizes = sizes_of(GroupPlan(count=count, size=size, size_spread=spread))
    assert len(sizes) == count and min(sizes) >= 1
    assert all(one <= other + 1 for one, other in pairwise(sizes))  # but for rounding
    assert sum(sizes) == pytest.approx(count * size, rel=0.02 if spread < 2 else 0.1)
    if spread == 0:
        assert set(sizes) == {size}


def test_a_spread_beyond_what_is_allowed_is_one_line():
    with pytest.raises(ConfigError, match="size_spread=3"):
        compose(["scenario=brand_groups", "strategy=brand_groups", "strategy.groups.alone.size_spread=3"])


def test_kinds_are_run_as_they_are_called_and_the_best_fifth_brings_what_it_brings():
    scenario = compose(
        ["scenario=brand_groups", "strategy=brand_groups", "days=12", "confirm_days=0", "parameters.mode=fixed"]
    ).scenario
    log = simulate(scenario, seed=7).log
    rows = log.events
    posted = rows[rows["kind"] == kinds.STIMULUS_POSTED]
    names = [one.name for one in scenario.openings]
    assert "alone" not in {names[group] for group in posted["group"].tolist()}
    assert {"tended", "columns", "coupons", "adverts"} == {names[group] for group in posted["group"].tolist()}
    bought = rows[rows["kind"] == kinds.ORDER_PLACED]
    sold = np.bincount(bought["group"], bought["x"], minlength=20)
    assert share_of_top(log, 12) == pytest.approx(np.sort(sold)[-4:].sum() / sold.sum())
    assert share_of_top(log, 12, top=1) == pytest.approx(1)
    assert np.isnan(share_of_top(log, 12, top=0.01))
