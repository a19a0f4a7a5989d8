"""What goes wrong: each class of incident has a trigger and hurts by its cause; what is done about it, when and for whom decides."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.config import compose, options, replaced, trigger_of
from sim.events.kinds import (
    ADVERT_POSTED,
    COMPLAINT_POSTED,
    GRIEVANCE_FELT,
    INCIDENT_OPENED,
    INCIDENT_SETTLED,
    LEVER_MOVED,
    MEMBER_ANSWERED,
    MEMBER_CARED_FOR,
    MEMBER_REMOVED,
    MEMBER_SOOTHED,
    MESSAGE_POSTED,
    MESSAGE_REMOVED,
    PLAN_ANNOUNCED,
    QUESTION_ASKED,
    REFUND_PAID,
    STAFF_HIRED,
    STAFF_LEFT,
    STIMULUS_POSTED,
    TASK_DONE,
)
from sim.rules.handling import WAYS
from sim.run import simulate
from sim.verification import replay_log

SMALL = (
    "parameters=by_hand",
    "strategy=no_plan", "strategy.promotions_per_day=0", "staff=team", "staff.absence=0", "scenario.population.size=60",
    "scenario.population.joining_days=0.5", "scenario.market.base_odds=1", "days=12", "confirm_days=0", "parameters.mode=fixed",
)  # fmt: skip
NEW = [name for name in options("incident") if name in options("procedure") and trigger_of("incident", name) not in (
    "quarrel", "slow_reply", "price_rise", "ad_wave")]  # fmt: skip


@cache
def run(name: str, *more: str, seed: int = 3) -> np.ndarray:
    where = (f"incident=[{name}]", f"incident.{name}.day=2", *more)
    return simulate(compose(replaced(SMALL, where)).scenario, seed=seed).log.events


@pytest.fixture
def under(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A run of an incident under steps of the test's own."""
    monkeypatch.chdir(tmp_path)

    def simulated(name: str, steps: list[str], *more: str) -> np.ndarray:
        body = "".join(f"  - {{{step}}}\n" for step in steps)
        Path("mine.yaml").write_text(f"# @package procedure\nright:\n{body or '  []'}\nwrong: []\nnone: []\n")
        where = (f"incident=[{name}]", f"incident.{name}.handling=./mine.yaml", f"incident.{name}.day=2", *more)
        return simulate(compose(replaced(SMALL, where)).scenario, seed=3).log.events

    return simulated


def count(log: np.ndarray, kind: int) -> int:
    return int((log["kind"] == kind).sum())


def hurt(log: np.ndarray) -> float:
    return float(log["x"][log["kind"] == GRIEVANCE_FELT].sum())


# Every procedure has its trigger ---------------------------------------------------------------------------------------------


def test_every_procedure_has_an_incident_of_its_name():
    assert set(options("procedure")) == set(options("incident"))
    assert len(NEW) == 13


@pytest.mark.parametrize("name", NEW)
def test_right_wrong_and_none_give_different_logs(name: str):
    logs = {way: run(name, f"incident.{name}.handling={way}") for way in WAYS}
    first = int(np.flatnonzero(logs["right"]["kind"] == INCIDENT_OPENED)[0])
    assert all(log[: first + 1].tobytes() == logs["right"][: first + 1].tobytes() for log in logs.values())
    worked = {"right", "wrong"} - ({"wrong"} if name == "cold_course" else set())  # there the wrong way is to do nothing
    assert {way for way in WAYS if count(logs[way], INCIDENT_SETTLED)} == worked
    assert len({log.tobytes() for log in logs.values()}) == len(worked) + 1


@pytest.mark.parametrize("name", NEW)
def test_the_log_of_an_incident_leads_to_its_state(name: str):
    """Also where its handling hires people, founds groups or sets settings anew: every number in the log is that of something."""
    where = (f"incident=[{name}]", f"incident.{name}.day=1", "staff=one_operator")
    scenario = compose(replaced(SMALL, where)).scenario
    simulated = simulate(scenario, seed=3)
    assert replay_log(simulated.log, scenario, seed=3, replication=0) == list(simulated.states)


@pytest.mark.parametrize("name", NEW)
def test_the_order_of_the_steps_decides(name: str, under):
    """A word that comes before the cause is known is worth less than the same word after it."""
    first = under(name, ["step: investigate, minutes: 5", "step: plan, channel: public, justice: 0.8"])
    second = under(name, ["step: plan, channel: public, justice: 0.8", "step: investigate, minutes: 5"])
    worth = [float(log["x"][log["kind"] == PLAN_ANNOUNCED][0]) for log in (first, second)]
    assert worth == [0.8, 0.4] and first.tobytes() != second.tobytes()


@pytest.mark.parametrize("name", NEW)
def test_the_audience_of_a_step_decides(name: str, under):
    public = under(name, ["step: explain, channel: public, justice: 0.6"])
    private = under(name, ["step: explain, channel: private, audience: complainant, justice: 0.6"])
    assert count(public, PLAN_ANNOUNCED) == 1 and count(private, PLAN_ANNOUNCED) == 0
    assert count(public, MEMBER_SOOTHED) == 0 and count(private, MEMBER_SOOTHED) <= 1


# Causes ------------------------------------------------------------------------------------------------------------------------


def test_acquaintances_tell_each_other_of_a_fault_before_they_find_out_themselves():
    where = ("incident.product_fault.handling=none", "incident.product_fault.find_days=60", "scenario.population.ties_per_member=12",
             "incident.product_fault.share=1", "scenario.market.needs_per_month=60")  # fmt: skip
    silent, told = (run("product_fault", *where, f"incident.product_fault.side_talk={rate}") for rate in (0, 3))
    assert count(told, GRIEVANCE_FELT) > count(silent, GRIEVANCE_FELT) > 0


def test_what_is_mended_comes_again_less_often(under):
    again = ("incident.complaint_product.again_days=1", "incident.complaint_product.recurrence=1", "days=14")
    left, mended = under("complaint_product", [], *again), under("complaint_product", ["step: fix, factor: 0"], *again)
    moved = mended[mended["kind"] == LEVER_MOVED]
    assert moved["x"].tolist()[0] == 0 and (mended["kind"][moved["cause"]] != 0).all()
    assert count(left, INCIDENT_OPENED) > count(mended, INCIDENT_OPENED) >= 1


def test_one_who_answers_does_not_contradict_herself():
    one = run("contradictory_answers", "incident.contradictory_answers.roles=1")
    assert count(one, INCIDENT_OPENED) == 0 < count(run("contradictory_answers"), INCIDENT_OPENED)
    roles = "staff.roles={coach:{people:2},waiter:{people:2,answers:false}}"
    assert count(run("contradictory_answers", roles), INCIDENT_OPENED) == 0
    both = "staff.roles={coach:{people:2},manager:{people:2}}"
    assert count(run("contradictory_answers", both), INCIDENT_OPENED) == 1


def test_telling_all_ends_the_doubt_of_those_who_ask_later(under):
    often = ("incident.contradictory_answers.per_week=14", "incident.contradictory_answers.agree=0", "days=14")
    public = under("contradictory_answers", ["step: explain, channel: public, justice: 0.8"], *often)
    private = under("contradictory_answers", ["step: explain, channel: private, audience: complainant, justice: 0.8"], *often)
    assert hurt(public) < hurt(private)


def test_coaching_narrows_the_gap(under):
    where = ("incident.disappointed_trial.every_days=3", "incident.disappointed_trial.result_days=3", "days=14")
    none, coached = (
        under("disappointed_trial", [], *where),
        under("disappointed_trial", ["step: coach, baseline: true, days: 8"], *where),
    )
    assert hurt(coached) < hurt(none)
    assert count(coached, MEMBER_CARED_FOR) == 2 > count(none, MEMBER_CARED_FOR)  # now, and a week later


def test_a_lesson_at_the_level_of_the_members_disappoints_nobody():
    level = "incident.lesson_level.result=0.9"
    assert count(run("lesson_level", level), INCIDENT_OPENED) == 0 < count(run("lesson_level"), GRIEVANCE_FELT)


def test_those_who_are_told_that_it_will_stop_are_pressed_less(under):
    pressed = under("cold_course", [])
    eased = under(
        "cold_course", ["step: plan, channel: public, justice: 0.9, needs: [plan]", "step: plan, justice: 0.9, needs: [plan]"]
    )
    assert count(eased, STIMULUS_POSTED) < count(pressed, STIMULUS_POSTED) and hurt(eased) < hurt(pressed)


def test_removing_a_slanderer_unheard_makes_believers_angry(under):
    where = ("parameters.anger_spread=1",)
    silenced = under("slander", ["step: remove, target: author, days: 3, wait_hours: 12"], *where)
    steered = under("slander", ["step: steer, posts: 1, wait_hours: 12", "step: remove, target: author, days: 3"], *where)
    assert hurt(silenced) > hurt(steered) == 0
    assert count(silenced, MEMBER_REMOVED) == count(steered, MEMBER_REMOVED) == 1


def test_help_in_private_ends_a_plea(under):
    where = ("incident.member_program.times=6", "incident.member_program.every_hours=12")
    ordered = under("member_program", ["step: remove, target: message, days: 2, softness: 0.3"], *where)
    helped = under("member_program", ["step: remove, target: message, days: 2, softness: 0.3", "step: private_alternative, softness: 1"],
                   *where)  # fmt: skip
    assert count(helped, ADVERT_POSTED) < count(ordered, ADVERT_POSTED)
    assert set(ordered["x"][ordered["kind"] == MESSAGE_REMOVED]) >= {0.3}


def test_a_question_about_staying_is_answered_by_the_reason(under):
    unheard = under("freebie_exit", [], "strategy.duties.answer=0")
    told = under("freebie_exit", ["step: explain, channel: private, audience: complainant"], "strategy.duties.answer=0")
    assert count(told, MEMBER_ANSWERED) == count(unheard, MEMBER_ANSWERED) + 1
    assert count(told, QUESTION_ASKED) > 0


def test_friction_is_between_strangers_and_fades_with_rules():
    where = ("incident.merged_groups.friction=0.5", "incident.merged_groups.handling=none", "incident.merged_groups.ruled=0")
    rough, ruled = (run("merged_groups", *where, f"strategy.duties.rules={rules}") for rules in ("false", "true"))
    assert hurt(rough) > hurt(ruled) > 0  # the first always goes wrong
    words = rough[(rough["kind"] == MESSAGE_POSTED) & (rough["x"] == -0.6)]
    assert len(words) == count(rough, GRIEVANCE_FELT)


def test_who_leaves_works_no_more_and_a_substitute_does(under):
    where = ("incident.teacher_leaves.person=1",)
    left, filled = under("teacher_leaves", [], *where, "incident.teacher_leaves.vacant_days=0"), under(
        "teacher_leaves", ["step: substitute"], *where)  # fmt: skip
    for log in (left, filled):
        gone = int(np.flatnonzero(log["kind"] == STAFF_LEFT)[0])
        assert not (log["actor"][gone + 100 :][log["kind"][gone + 100 :] == TASK_DONE] == 1).any()
    hired = filled[filled["kind"] == STAFF_HIRED]
    assert len(hired) == 1 and hired["actor"][0] == 200 and count(left, STAFF_HIRED) == 0
    assert hurt(filled) <= hurt(left)


def test_more_fans_are_hurt_where_attachment_is_stronger():
    weak, strong = (run("teacher_leaves", f"incident.teacher_leaves.bond={bond}", "incident.teacher_leaves.handling=none")
                    for bond in (0.4, 0.7))  # fmt: skip
    assert hurt(strong) > hurt(weak)


WEIGHTS = {
    "unprepared": ("lesson_level", ["step: plan, channel: public"]),
    "soothe_share": ("lesson_level", ["step: soothe, channel: private, audience: affected"]),
    "talk_share": ("lesson_level", ["step: private_talk, audience: complainant"]),
    "praise_share": ("lesson_level", ["step: private_talk, audience: complainant, share: 0.1, praise_first: true"]),
    "view_share": ("lesson_level", ["step: private_talk, audience: complainant, share: 0.1, perspective: true"]),
    "justice_plan": ("lesson_level", ["step: investigate, minutes: 5", "step: plan, channel: public"]),
    "justice_refund": ("product_fault", ["step: compensate, audience: buyers"]),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_what_handling_is_worth_is_a_parameter(name: str, under):
    logs = [under(*WEIGHTS[name], f"parameters.{name}={value}") for value in (0.1, 0.6)]
    worth = [log["x"][np.isin(log["kind"], (PLAN_ANNOUNCED, MEMBER_SOOTHED))][0] for log in logs]
    assert worth[0] < worth[1]


def test_who_has_a_face_and_who_cares_is_missed_more():
    where = ("incident.teacher_leaves.day=6", "incident.teacher_leaves.person=0", "incident.teacher_leaves.bond=0", "strategy=kol_care",
             "incident.teacher_leaves.spread=0", "incident.teacher_leaves.fans=0", "incident.teacher_leaves.handling=none",
             "staff.roles={owner:{people:1},face:{people:1,persona:true}}")  # fmt: skip

    def gone(*more: str) -> np.ndarray:
        one = compose(["incident=[teacher_leaves]", *where, *more, "days=8", "confirm_days=0", "parameters.mode=fixed",
                       "scenario.population.size=60", "scenario.population.joining_days=0.5", "staff.absence=0"])  # fmt: skip
        return simulate(one.scenario, seed=3).log.events

    for parameter in ("faceless", "bond_care"):
        assert hurt(gone(f"parameters.{parameter}=0.9")) > hurt(gone(f"parameters.{parameter}=0.01"))


def test_something_small_is_taken_by_who_does_not_ask_for_more(under):
    menu = "step: compensate, audience: affected, menu: [coupon, refund], yuan: 10, days: 1"
    easy, hard = (under("product_fault", [f"{menu}, hurdle: {hurdle}"]) for hurdle in (-20, 20))
    assert count(easy, REFUND_PAID) > 0 == count(easy, MEMBER_CARED_FOR)
    assert count(hard, REFUND_PAID) == 0 < count(hard, MEMBER_CARED_FOR)
    assert COMPLAINT_POSTED in easy["kind"]
