"""Staff by role: who may do what for whom, when, and how well; hours are conserved, and without roles nothing changes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.allowed import ConfigError
from sim.config import compose, replaced
from sim.events.kinds import (
    DAY,
    HOUR,
    MEMBER_ANSWERED,
    MEMBER_SOOTHED,
    NONE,
    PLAN_ANNOUNCED,
    QUESTION_ASKED,
    STIMULUS_POSTED,
    TASK_DONE,
    TASKS,
)
from sim.operators.crew import BLOCK, TOWARDS_MEMBERS
from sim.run import from_plain, simulate, to_plain
from sim.verification import replay_log

SMALL = (
    "strategy=columns_and_perks", "staff=team", "staff.absence=0", "scenario.population.size=40", "days=6", "confirm_days=0",
    "scenario.population.joining_days=0.3", "parameters.mode=fixed", "parameters.question_share=0.6",
)  # fmt: skip
TOWARDS = [TASKS.index(task) for task in TOWARDS_MEMBERS]


@cache
def run(*more: str, seed: int = 2) -> np.ndarray:
    return simulate(compose(replaced(SMALL, more)).scenario, seed=seed).log.events


def roles(text: str) -> str:
    return f"staff.roles={{{text}}}"


def work_of(log: np.ndarray) -> np.ndarray:
    return log[log["kind"] == TASK_DONE]


def test_one_role_without_settings_works_as_staff_without_roles_do():
    assert run(roles("owner:{people:4}")).tobytes() == run().tobytes()


def test_those_who_do_not_answer_leave_members_to_others():
    done = work_of(run(roles("tutor:{people:1,answers:false},teacher:{people:1}")))
    assert not np.isin(done["target"][done["actor"] < BLOCK], TOWARDS).any()
    assert np.isin(done["target"][done["actor"] >= BLOCK], TOWARDS).any() and (done["actor"] < BLOCK).any()
    nobody = work_of(run(roles("tutor:{people:1,answers:false}")))
    assert not np.isin(nobody["target"], TOWARDS).any() and len(nobody)


def test_each_looks_after_groups_of_their_own():
    log = run(roles("guide:{people:2,span_groups:1}"), "scenario.population.groups=3")
    for kind in (MEMBER_ANSWERED, STIMULUS_POSTED):
        acts = log[log["kind"] == kind]
        assert len(acts) and (acts["actor"] == acts["group"]).all()  # nobody is there for the third group
        assert set(acts["group"]) == {0, 1}
    one = run(roles("head_office:{people:1,span_groups:150}"), "scenario.population.groups=3")
    assert set(one["group"][one["kind"] == MEMBER_ANSWERED]) == {0, 1, 2}
    assert set(one["actor"][one["kind"] == TASK_DONE]) == {0}


def test_each_looks_after_members_of_their_own():
    log = run(roles("coach:{people:3,span_members:15}"))
    messages = log[np.isin(log["kind"], (QUESTION_ASKED,))]
    answers = log[(log["kind"] == MEMBER_ANSWERED) & (log["kind"][log["cause"]] == QUESTION_ASKED)]
    assert len(answers) and (log["actor"][answers["cause"]] // 15 == answers["actor"]).all()
    assert (messages["actor"] // 15 >= 3).any() or len(messages)


def test_the_store_keeps_its_manager_busy_and_the_backup_answers():
    hours = "people:1,busy_from:12,busy_to:20"
    alone, helped = (work_of(run(roles(text))) for text in (
        f"manager:{{{hours}}}", f"manager:{{{hours},backup:office}},office:{{people:1,answers:false}}"))  # fmt: skip
    begun = (alone["time"] - alone["x"] * HOUR) % DAY / HOUR
    assert not ((begun > 12.01) & (begun < 19.99)).any() and len(alone)
    office = helped[helped["actor"] >= BLOCK]
    answered = office[np.isin(office["target"], TOWARDS)]
    assert len(answered) and (((answered["time"] - answered["x"] * HOUR) % DAY / HOUR) > 11).all()


def test_a_rule_lets_a_role_help_by_the_hour(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("""# @package strategy
# Helpers by the hour: a plan of this test.
base:
  crew: {roles: {owner: {people: 1}, waiters: {people: 2, answers: false}}}
  duties: {answer: 1, reply: 0, reply_top: 0, soothe: 1, moderate: 1, welcome: 1, rules: true}
review: {every_days: 0.25, hour: 0, minutes: 1}
rules:
  - {when: {hour: ">=17"}, do: {set: {response.backup: waiters}}}
""")
    log = run("strategy=./mine.yaml", "parameters=by_hand", "parameters.question_share=1")  # whose members ask more
    done = work_of(log)
    helped = done[(done["actor"] >= BLOCK) & np.isin(done["target"], TOWARDS)]
    hour = (helped["time"] % DAY) / HOUR
    assert (hour > 17).any() and (
        (hour > 17) | (hour < 10)
    ).all()  # until the first review of the next day, when the shift begins


def test_hours_of_a_role_are_its_own():
    done = work_of(run(roles("owner:{people:1,hours:0.5},team:{people:2}")))
    for day in range(6):
        own = done[(done["actor"] == 0) & (done["time"] // DAY == day)]
        assert own["x"].sum() <= max(0.5 + 1e-9, own["x"].max(initial=0))


def test_what_is_done_by_the_less_able_takes_longer():
    quick, slow = (work_of(run(roles(f"owner:{{people:4,ability:{able}}}"))) for able in (1, 0.5))
    first = [one["x"][one["target"] == TASKS.index("post")][0] for one in (quick, slow)]
    assert first[1] == pytest.approx(2 * first[0])


def test_tone_likeness_and_rank_belong_to_the_person():
    where = (
        "incident=[price_rise]",
        "incident.price_rise.day=1",
        "incident.price_rise.notice_days=0.2",
        "scenario.market.base_odds=5",
    )
    cool = run(roles("owner:{people:4,warmth:0.1}"), *where)
    assert set(cool["x"][cool["kind"] == MEMBER_ANSWERED]) == {0.1}
    plan = [
        float(log["x"][log["kind"] == PLAN_ANNOUNCED][0])
        for log in (
            run(roles("clerk:{people:2,rank:1},boss:{people:1,rank:2,answers:false}"), *where),
            run(roles("clerk:{people:3}"), *where),
        )
    ]
    assert plan[0] == pytest.approx(0.8 * plan[1])
    like, unlike = (run(roles(f"owner:{{people:2,kinship:{kin}}}"), "incident=[quarrel]", "incident.quarrel.day=2")
                    for kin in (1, 0))  # fmt: skip
    shares = [log["x"][log["kind"] == MEMBER_SOOTHED] for log in (like, unlike)]
    assert len(shares[0]) and shares[1].max() == pytest.approx(0.5 * shares[0].max())


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from((0, 1, 2)), st.booleans(), st.sampled_from((0.5, 1.0))),
        min_size=1,
        max_size=3,
    )
)
@settings(deadline=None, max_examples=15)
def test_work_is_conserved_whatever_the_roles(crew):
    names = ("a", "b", "c")
    text = ",".join(f"{name}:{{people:{people},span_groups:{span},answers:{str(answers).lower()},ability:{ability}}}"
                    for name, (people, span, answers, ability) in zip(names, crew))  # fmt: skip
    scenario = compose(
        replaced(SMALL, (roles(text), "scenario.population.groups=2", "days=2", "scenario.population.size=20"))
    ).scenario
    simulated = simulate(scenario, seed=1)
    log = simulated.log.events
    done = work_of(log)
    assert np.allclose(done["y"], done["x"] * scenario.staff.wage)
    people = {BLOCK * place + one for place, (count, *_) in enumerate(crew) for one in range(count)}
    assert set(done["actor"].tolist()) <= people
    for person in people:  # nobody does two things at once
        own = done[done["actor"] == person]
        begun = own["time"] / HOUR - own["x"]
        assert (begun[1:] >= own["time"][:-1] / HOUR - 1e-6).all()
    for day in range(2):
        hours = done["x"][done["time"] // DAY == day].sum()
        assert hours <= len(people) * 24
    assert replay_log(simulated.log, scenario, seed=1, replication=0) == list(simulated.states)
    assert from_plain(to_plain(scenario)) == scenario
    assert NONE not in done["actor"]


REFUSED = {
    "owner:{people:900}": "staff.roles.owner.people=900: 0 to 200 persons",
    "owner:{peple:1}": "staff.roles.owner.peple=1: no such key; did you mean staff.roles.owner.people?",
    "owner:{people:1,backup:boss}": "staff.roles.owner.backup=boss: one of none, there is no other role",
    "kin:{people:1}": "staff.roles.kin: a name of small letters",
    "owner:{shift_start:9,shift_end:8}": "staff.roles.owner.shift_end=8: later than shift_start=9",
    "owner:3": "staff.roles.owner=3: the settings people",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_one_line(text: str):
    with pytest.raises(ConfigError) as told:
        compose([roles(text)])
    assert REFUSED[text] in str(told.value)


def test_a_step_names_a_role_that_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text("# @package procedure\nright:\n  - {step: stance, by: boss}\nwrong: []\nnone: []\n")
    where = ("incident=[quarrel]", "incident.quarrel.handling=./mine.yaml")
    with pytest.raises(ConfigError, match=r"incident.quarrel.handling.steps.0.by=boss: .*anybody, rank, kin"):
        compose(where)
    assert compose([*where, roles("boss:{people:1}")]).scenario.incident
