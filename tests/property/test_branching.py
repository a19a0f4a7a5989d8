"""A branch is its parent up to its moment, byte for byte, whatever changes then; a change to what is there already is none."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from sim.branching import Recorded, branch
from sim.config import ConfigError, compose, options
from sim.events.kinds import (
    CAMPAIGN_ENDED,
    CAMPAIGN_STARTED,
    DAY,
    LEVER_MOVED,
    MEMBER_CARED_FOR,
    PLAN_ANNOUNCED,
    STIMULUS_POSTED,
)
from sim.events.log import first_difference
from sim.rules.terms import read
from sim.run import from_plain, simulate, to_plain
from sim.verification import replay_log

SMALL = ("scenario.population.size=24", "scenario.population.programmes=1", "scenario.population.groups=1", "days=8",
         "confirm_days=2")  # fmt: skip
BUSY = ("incident=[price_rise,quarrel]", "incident.price_rise.day=3", "incident.quarrel.day=5", "campaign=[columns,red_packets]",
        "campaign.columns.day=1", "campaign.red_packets.day=2")  # fmt: skip
PAIRS = list(product(options("scenario"), options("strategy")))
CHANGES = (
    *((f"strategy={name}",) for name in options("strategy")),
    *((f"staff={name}",) for name in options("staff")),
    *((f"incident.{name}.handling={way}",) for name in ("price_rise", "quarrel") for way in ("right", "wrong", "none")),
    *((f"campaign=[{names}]",) for names in ("", "columns", "columns,auction", "columns,red_packets,planned_end")),
    *((f"incident=[{names}]",) for names in ("", "price_rise", "price_rise,quarrel,slander,friction", "slow_reply")),
    *((f"remove={number}",) for number in (0, 7, 500)),
    ("staff.people=3",), ("staff.warmth=0.1",), ("staff.shift_end=14",), ("campaign.columns.recall=2",),
    ("incident.price_rise.factor=3",), ("strategy.duties.answer=0",), ("strategy.duties.rules=true",),
    ("strategy=no_plan", "staff.people=2", "remove=3"),
)  # fmt: skip


@cache
def parent_of(scenario: str, strategy: str) -> Recorded:
    """A recorded run of a small scenario, busy with incidents and campaigns."""
    composed = compose([f"scenario={scenario}", f"strategy={strategy}", *SMALL, *BUSY]).scenario
    return Recorded(composed, 5, 0, simulate(composed, seed=5).log)


@given(
    pair=st.sampled_from(PAIRS),
    change=st.sampled_from(CHANGES),
    at=st.one_of(st.integers(0, 9), st.floats(0, 9.9)),
    later=st.sampled_from([None, *CHANGES]),
)
@example(("restaurant", "kol_care"), ("strategy=de_operation",), 3, ("strategy=strict_rules",))
@example(("restaurant", "de_operation"), ("strategy=no_plan",), 4.5, None)
@example(("image_class", "image_class"), ("strategy.duties.answer=0",), 3, None)
@example(("restaurant", "skewer_owner"), ("remove=7",), 6, ("strategy=kol_care",))
@settings(deadline=None, max_examples=30, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # shrinking takes minutes
def test_a_branch_is_its_parent_until_it_changes(pair, change, at, later):
    parent = parent_of(*pair)
    try:
        child = branch(parent, f"{at:.6f}", change)
    except ConfigError as error:
        assert "\n" not in str(error)
        return
    moment = round(float(f"{at:.6f}") * DAY)
    first = first_difference(parent.log, child.log)
    assert first is None or child.log.events["time"][first] >= moment
    if first is not None and not change[0].startswith("remove"):
        assert child.log.events["kind"][first] == LEVER_MOVED and child.log.events["time"][first] == moment
    assert replay_log(child.log, child.scenario, seed=5, replication=0) == list(child.states)
    assert from_plain(to_plain(child.scenario)) == child.scenario
    if later is not None:
        try:
            grandchild = branch(Recorded(child.scenario, 5, 0, child.log), "9", later)
        except ConfigError:
            return
        second = first_difference(child.log, grandchild.log)
        assert second is None or grandchild.log.events["time"][second] >= 9 * DAY


@pytest.mark.parametrize(("scenario", "strategy"), PAIRS[::20])
def test_a_change_to_what_is_there_already_is_none(scenario, strategy):
    parent = parent_of(scenario, strategy)
    plan, staff = parent.scenario.strategy[1], parent.scenario.staff
    same = [
        f"strategy={strategy}",
        f"staff.wage={staff.wage}",
        f"staff.people={staff.people}",
        "campaign=[columns,red_packets]",
    ]
    same += ["incident=[quarrel,price_rise]", "incident.quarrel.handling=right"]
    same += [f"{key}={read(plan, key.partition('.')[2])}" for key in ("strategy.duties.answer",) if hasattr(plan, "duties")]
    child = branch(parent, 3, same)
    assert child.log.digest == parent.log.digest


@pytest.mark.parametrize("at", [0, 0.5, 3, 7.25])
def test_the_same_branch_twice_is_the_same_log(at):
    parent = parent_of("restaurant", "kol_care")
    first, second = (branch(parent, at, ["strategy=de_operation", "campaign=[auction]"]).log for _ in range(2))
    assert first.digest == second.digest != parent.log.digest


def test_what_a_plan_does_ends_when_another_takes_over():
    """From then on all that is posted hangs on the change: nothing comes of the old plan, its campaigns and incidents any more."""
    parent = parent_of("restaurant", "kol_care")
    events = branch(parent, 4, ["strategy=no_plan", "campaign=[]", "incident=[]"]).log.events
    change = int(np.flatnonzero(events["kind"] == LEVER_MOVED)[0])
    late = events[events["time"] > 5 * DAY]
    posts = late[late["kind"] == STIMULUS_POSTED]
    assert len(posts) and (posts["cause"] == change).all()
    assert not np.isin(late["kind"], [MEMBER_CARED_FOR, CAMPAIGN_STARTED, CAMPAIGN_ENDED, PLAN_ANNOUNCED]).any()
