"""Tables from the log are the state: whatever a plug-in does, what is counted from events is what the fold counted."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.allowed import ConfigError
from sim.config import compose, options
from sim.engine.programme import Programme
from sim.events import kinds as k
from sim.events.kinds import DAY, HOUR, NONE
from sim.events.log import LogError, LogWriter
from sim.kernel.replay import replay
from sim.projections.economics import project_economics
from sim.projections.outcomes import project_outcomes
from sim.projections.vitals import project_vitals
from sim.run import simulate
from sim.scenario import Scenario
from sim.verification import verify
from sim.vocabulary.tables import GROUP, Stimulus
from sim.world.carve import carve_state

DAYS = 6
ACTS = (
    "slip_in",
    "remove_member",
    "unmute",
    "care_for",
    "refund",
    "pay",
    "provoke",
    "complain",
    "post",
    "close",
    "record_work",
    "open_incident",
)


class Restless(Programme):
    """A programme in which one more process does whatever it is told, at random moments."""

    acts: tuple[tuple[str, int, int, float], ...] = ()
    refused: int = 0

    def run(self) -> None:
        """As ever, with that process."""
        self.env.process(self._act(self.context("strategy", "restless")))
        super().run()

    def _act(self, ctx: Any) -> Generator:
        for act, person, group, amount in self.acts:
            yield ctx.wait(hours=4)
            person %= len(self.world.arrivals)
            group %= self.scenario.population.groups
            calls = {
                "slip_in": lambda p=person, g=group: ctx.slip_in(p, g, 0),
                "remove_member": lambda p=person, g=group: ctx.remove_member(p, g),
                "unmute": lambda p=person, g=group: ctx.unmute(p, g),
                "care_for": lambda p=person, g=group, x=amount: ctx.care_for(p, g, gift=x),
                "refund": lambda p=person, g=group, x=amount: ctx.refund(p, g, x),
                "pay": lambda g=group, x=amount: ctx.pay(x, g),
                "provoke": lambda p=person, g=group: ctx.provoke(p, g, -0.3),
                "complain": lambda p=person, g=group: ctx.complain(p, g, int(NONE), -0.5),
                "post": lambda g=group, x=amount: ctx.post(g, Stimulus(content=1.0, quality=0.5), reward=x),
                "close": lambda g=group: ctx.close(g),
                "record_work": lambda x=amount: ctx.record_work(0, "post", x / 10),
                "open_incident": lambda g=group: ctx.open_incident(g),
            }
            before = self.state.copy()
            try:
                calls[act]()
            except ConfigError as error:
                self.refused += 1
                assert "\n" not in str(error) and str(error).startswith("strategy: ")
                np.testing.assert_array_equal(before, self.state)


def live(scenario: Scenario, seed: int, acts: list[tuple[str, int, int, float]]) -> tuple[Restless, np.ndarray, np.ndarray]:
    """A programme that was simulated, its rows and its first state."""
    writer = LogWriter(None)
    programme = Restless(scenario, seed, 0, 0, writer)
    programme.acts, start = tuple(acts), programme.state.copy()
    programme.run()
    return programme, writer.seal({}).of_shard(0), start


@cache
def small(scenario: str, strategy: str) -> Scenario:
    """One programme of a few people; composing takes longer than to run it."""
    many = compose([f"scenario={scenario}"]).scenario.population.groups > 1
    return compose([
        f"scenario={scenario}", f"strategy={strategy}", "scenario.population.size=20", "scenario.population.programmes=1",
        f"scenario.population.groups={2 if many else 1}", f"days={DAYS}", "confirm_days=0", "scenario.population.joining_days=0.5",
    ]).scenario  # fmt: skip


def balance(programme: Programme, rows: np.ndarray) -> None:
    """The tables of a log against the state that the log led to, group by group."""
    state = carve_state(programme.state)
    groups = state.channels[: int(state.head["channels"])]  # a plan may open more than the scenario plans
    numbers = np.flatnonzero(groups["kind"] == GROUP)
    groups = groups[numbers]
    vitals, economics = project_vitals(rows), project_economics(rows).iloc[-1]
    outcomes = project_outcomes(rows, DAYS + 1)
    last = vitals[vitals.day == vitals.day.max()].set_index("group")
    said = vitals.groupby("group").messages.sum()
    for number, group in zip(numbers.tolist(), groups, strict=True):
        if number in last.index:
            assert (last.members[number], last.muted[number]) == (group["members"], group["muted"])
            assert said[number] == group["ordinal"]
        else:
            assert group["members"] == group["muted"] == group["ordinal"] == 0
    assert outcomes["members_end"] == groups["members"].sum()
    ledger = state.ledger
    right = {
        "orders": state.persons["orders"].sum(),
        "revenue": ledger["revenue"] - ledger["refunds"],
        "margin": ledger["margin"] - ledger["refunds"],
        "benefit_cost": ledger["benefits"],
        "wages": ledger["wages"],
        "staff_hours": ledger["hours"],
    }
    for name, value in right.items():
        for table in (vitals[name].sum(), economics[name], outcomes[name]):
            assert table == pytest.approx(value, abs=1e-6), name
    assert economics["refunds"] == pytest.approx(ledger["refunds"])


@given(
    scenario=st.sampled_from(options("scenario")),
    strategy=st.sampled_from(options("strategy")),
    seed=st.integers(0, 2**31),
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 60), st.integers(0, 1), st.floats(0, 50)), max_size=30),
)
@example(scenario="cohort_groups", strategy="no_group", seed=0, acts=[("post", 0, 0, 0.0)])  # nothing of a refused post stays
@settings(deadline=None, max_examples=25)
def test_tables_of_the_log_are_the_state(scenario: str, strategy: str, seed: int, acts: list) -> None:
    programme, rows, _ = live(small(scenario, strategy), seed, acts)
    balance(programme, rows)


@cache
def two_groups() -> Scenario:
    return compose(["scenario=cohort_groups", "scenario.population.size=20", f"days={DAYS}", "confirm_days=0"]).scenario


def test_an_act_on_somebody_who_is_not_there_is_refused_by_name() -> None:
    programme, *_ = live(two_groups(), 1, [])
    ctx = programme.context("campaign", "raid")
    inside = ctx.members(1)[0]
    for act, told in (
        (lambda: ctx.slip_in(inside, 1, 0), f"MEMBER_JOINED of person {inside} in group 1: the person is a member already"),
        (lambda: ctx.remove_member(inside, 2), f"MEMBER_REMOVED of person {inside} in group 2: the person is no member"),
        (lambda: ctx.unmute(inside, 2), f"GROUP_UNMUTED of person {inside} in group 2: the person is no member"),
    ):
        with pytest.raises(ConfigError) as caught:
            act()
        assert str(caught.value) == f"campaign.raid: {told}; mend the plug-in"
    for act in (ctx.slip_in, ctx.remove_member, ctx.unmute, ctx.care_for):
        with pytest.raises(ConfigError, match="allowed"):
            act(10_000, 0, *([0] if act == ctx.slip_in else []))


@pytest.mark.parametrize(("act", "told"), [
    (lambda ctx, n: ctx.post(0, Stimulus(content=n / 1000)), "campaign.raid: messages of more than 64 kinds;"),
    (lambda ctx, n: ctx.open_incident(0), "campaign.raid: more than 256 incidents in a programme;"),
])  # fmt: skip
def test_what_there_is_no_room_for_is_refused_by_name_and_leaves_nothing(act: Callable, told: str) -> None:
    programme, *_ = live(two_groups(), 1, [])
    ctx = programme.context("campaign", "raid")
    with pytest.raises(ConfigError) as caught:
        for number in range(1, 1000):
            before = programme.state.copy()
            act(ctx, number)
    assert str(caught.value).startswith(told) and "\n" not in str(caught.value)
    np.testing.assert_array_equal(before, programme.state)


def test_an_incident_that_was_refused_takes_no_number() -> None:
    """A log whose incidents are not numbered one after the other is refused by `verify`."""
    programme, *_ = live(two_groups(), 1, [])
    ctx = programme.context("incident", "quarrel")
    ctx.close(0)
    with pytest.raises(ConfigError):
        ctx.open_incident(99)
    assert ctx.open_incident(0) == NONE and ctx.is_settled(int(NONE)) and ctx.settle(int(NONE), 1) == NONE
    assert [ctx.open_incident(1), ctx.open_incident(2)] == [0, 1]


def test_somebody_who_joins_a_second_group_is_counted_in_both() -> None:
    programme, *_ = live(two_groups(), 1, [])
    ctx = programme.context("campaign", "raid")
    who, before = ctx.members(1)[0], (len(ctx.members(1)), len(ctx.members(2)))
    ctx.slip_in(who, 2, 0)
    assert (len(ctx.members(1)), len(ctx.members(2))) == (before[0], before[1] + 1)
    assert ctx.groups_of(who) == [1, 2]


@pytest.mark.parametrize("kind", [k.MEMBER_JOINED, k.GROUP_CHECKED, k.GROUP_MUTED])
def test_a_read_log_with_somebody_who_is_not_there_is_refused(kind: int) -> None:
    programme, rows, start = live(two_groups(), 1, [])
    changed = rows.copy()
    if not (rows["kind"] == kind).any():
        pytest.skip(f"no {k.NAMES[kind]} in this run")
    row = int(np.flatnonzero(rows["kind"] == kind)[0])
    changed["group"][row] = 1 - changed["group"][row] if changed["group"][row] < 2 else 0
    replay(rows, programme.world.array, start)
    with pytest.raises(LogError, match=r"row \d+: \w+ of person \d+ in group \d+: the person is"):
        replay(changed, programme.world.array, start)


def test_verify_refuses_a_sealed_log_with_somebody_who_is_not_there(tmp_path: Path) -> None:
    log = simulate(two_groups(), seed=1, folder=tmp_path / "run").log
    rows = log.of_shard(0).copy()
    row = int(np.flatnonzero(rows["kind"] == k.MEMBER_JOINED)[0])
    rows["group"][row] = (rows["group"][row] + 1) % 4
    forged = LogWriter(tmp_path / "forged")
    forged.append(rows, 0)
    forged.seal({name: value for name, value in log.manifest.items() if name not in ("digest", "events", "file_digest")})
    with pytest.raises(LogError, match=r"forged: row \d+: \w+ of person"):
        verify(tmp_path / "forged")


@given(
    people=st.integers(1, 5),
    budget=st.floats(0.1, 3),
    minutes=st.sampled_from([1, 10, 120, 600]),
    shift=st.sampled_from([(9, 22), (0, 24), (20, 24), (10, 11)]),
    absence=st.sampled_from([0, 0.3]),
    strategy=st.sampled_from(["kol_care", "columns_and_perks", "de_operation"]),
    seed=st.integers(0, 2**31),
)
@settings(deadline=None, max_examples=25)
def test_nobody_begins_a_task_once_the_hours_are_used_up(people, budget, minutes, shift, absence, strategy, seed) -> None:
    scenario = compose([
        f"strategy={strategy}", f"staff.people={people}", f"staff.budget_hours={budget}", f"staff.post_minutes={minutes}",
        f"staff.care_minutes={minutes}", f"staff.shift_start={shift[0]}", f"staff.shift_end={shift[1]}", "staff.look_minutes=10",
        f"staff.absence={absence}", "scenario.population.size=40", "days=6", "confirm_days=0",
    ]).scenario  # fmt: skip
    _, rows, _ = live(scenario, seed, [])
    done = rows[rows["kind"] == k.TASK_DONE]
    begun = done["time"] - np.maximum(np.rint(done["x"] * HOUR), 1).astype(np.int64)
    order = np.argsort(begun, kind="stable")
    begun, ended, who = begun[order], done["time"][order], done["actor"][order]
    for task, start in enumerate(begun):
        day = int(start) // DAY
        earlier = np.arange(len(begun)) < task
        spent = np.clip(np.minimum(ended, (day + 1) * DAY) - np.maximum(begun, day * DAY), 0, None) / HOUR * earlier
        assert spent[who == who[task]].sum() <= budget + 1e-6
        assert spent.sum() <= people * budget + 1e-6
