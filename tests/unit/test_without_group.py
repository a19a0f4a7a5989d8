"""The same customers without any group beside a study, what staff cost by contract, and hours by task."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.config import compose, expand
from sim.operators.contract import contract
from sim.run import run_point
from sim.studies.runner import find_customers, run_study

SMALL = ["scenario=restaurant", "scenario.population.size=30", "days=6", "confirm_days=0"]


def test_customers_are_shared_between_arms_that_differ_in_how_groups_are_run_only() -> None:
    arms = expand([*SMALL, "strategy=no_plan,kol_care", "staff.people=1,2"])
    beside, places = find_customers(arms)
    assert len(beside) == 1 and places == (4, 4, 4, 4)
    assert beside[0].choices["strategy"] == "no_group"
    arms = expand([*SMALL, "strategy=no_group,kol_care"])
    assert find_customers(arms) == ([], (0, 0))  # the first arm is what would be simulated beside
    arms = expand([*SMALL, "strategy=kol_care", "scenario.market.price=60,80"])
    beside, places = find_customers(arms)
    assert len(beside) == 2 and places == (2, 3)
    incident = expand([*SMALL, "strategy=kol_care", "incident=[],[price_rise]"])
    assert len(find_customers(incident)[0]) == 2  # a dearer dish is dearer without a group too


def test_what_a_group_adds_is_held_against_its_own_customers(tmp_path: Path) -> None:
    arms = expand([*SMALL, "strategy=kol_care", "staff.wage=30,60", "scenario.market.margin=0.6,0.3"])
    study = run_study(arms, replications=2, seed=3, folder=tmp_path / "s", workers=1)
    table = study.replications
    assert (table.adds == table.net_income - table.without_group).all()
    alone = compose([*SMALL, "strategy=no_group"]).scenario
    for replication in range(2):
        row = table[(table.arm == 0) & (table.replication == replication)].iloc[0]
        assert row.without_group == run_point(alone, seed=3, replication=replication, world=0)["net_income"]
    assert (table[table.arm == 1].without_group.to_numpy() * 2 == table[table.arm == 0].without_group.to_numpy()).all()
    assert study.arms.label.nunique() == 4  # nobody beside is an arm
    again = run_study(arms, replications=2, seed=3, folder=tmp_path / "s", workers=1, resume=True)
    pd.testing.assert_frame_equal(again.replications, table)


def test_no_group_adds_nothing_and_nobody_is_paid(tmp_path: Path) -> None:
    arms = expand([*SMALL, "strategy=no_group,no_plan"])
    table = run_study(arms, replications=2, seed=1, folder=tmp_path / "s", workers=1).replications
    assert (table.adds[table.arm == 0] == 0).all()
    assert (table.contract_wages[table.arm == 0] == 0).all() and (table.contract_wages[table.arm == 1] > 0).all()


def test_an_incident_befalls_the_customers_without_a_group_too(tmp_path: Path) -> None:
    words = ["incident=[price_rise]", "incident.price_rise.day=1", "incident.price_rise.handling=right"]
    arms = expand([*SMALL, *words, "strategy=no_group,kol_care"])
    table = run_study(arms, replications=2, seed=1, folder=tmp_path / "s", workers=1).replications
    assert (table.adds[table.arm == 0] == 0).all()
    for strategy, incident in (("image_class", "teacher_leaves"), ("zero_yuan_funnel", "lesson_level")):
        (arm,) = expand([*SMALL, f"strategy={strategy}", f"incident=[{incident}]"])
        assert arm.without is not None and arm.without.choices["strategy"] == "no_group"


def test_by_contract_is_people_times_hours_times_days_of_work() -> None:
    scenario = sim.compose("staff=one_operator", "strategy=kol_care")
    staff, plan = scenario.staff, scenario.strategy[1]
    assert contract(staff, plan, 14) == (2 * 6 * 4, 2 * 6 * 4 * 30)  # six days a week, four hours a day, 30 yuan an hour
    assert contract(dataclasses.replace(staff, people=3), plan, 7)[0] == 3 * 6 * 4
    short = dataclasses.replace(staff, shift_start=10, shift_end=12)
    assert contract(short, plan, 7)[0] == 6 * 2  # never longer than the shift
    assert contract(staff, plan, 14, [(7.0, "people", 2.0), (7.0, "wage", 60.0)]) == (72, 24 * 30 + 48 * 60)


def test_timed_changes_of_staff_are_in_the_contract_and_programmes_add_up() -> None:
    two = [*SMALL, "strategy=kol_care", "scenario.population.programmes=2"]
    lever = "levers=[{day: 3, key: staff.people, value: 2}]"
    plain, moved = (run_point(compose([*two, *more]).scenario, seed=1, replication=0) for more in ([], [lever]))
    assert plain["contract_hours"] == 2 * 6 * 4
    assert moved["contract_hours"] == 2 * (3 * 4 + 3 * 8)


def test_hours_by_task_add_up() -> None:
    found = sim.simulate(compose([*SMALL, "strategy=kol_care"]).scenario, seed=2).outcomes()
    parts = sum(value for name, value in found.items() if name.startswith("hours_"))
    assert found["staff_hours"] == pytest.approx(parts) and found["staff_hours"] > 0
