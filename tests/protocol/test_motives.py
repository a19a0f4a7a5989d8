"""What moves learners and complainers: effort, level, staff who lose their temper, refunds that are a precedent, complaints that paid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.allowed import ConfigError
from sim.coverage import PLAIN
from sim.events import kinds
from sim.events.log import EventLog
from sim.run import simulate
from sim.scenario import Scenario
from sim.verification import replay_log
from tests.property.test_reference import agree

SMALL = (
    "scenario=restaurant", "scenario.population.size=60", "scenario.market.base_odds=1", "scenario.market.needs_per_month=10",
    "parameters.mode=fixed", "days=12", "confirm_days=0", "staff.days_per_week=7",
)  # fmt: skip
#: Every complaint is taken up.
PLAN = {"duties": PLAIN["duties"] | {"soothe": 1}}
PROMISE = {"use": "broadcast", "as": "promise", "clock": {"per_day": 1}, "content": 0.6, "claim": 0.6}
LESSON = {"use": "broadcast", "as": "lesson", "clock": {"per_day": 2}, "content": 1, "level": 0.25}
FAULT = ("incident=[product_fault]", "incident.product_fault.day=3", "incident.product_fault.severity=1")
LOADED = (*FAULT, "incident.product_fault.handling=none", "staff.budget_hours=0.3", "parameters.harsh_anger=0.8")


def live(scenario: Scenario) -> EventLog:
    return simulate(scenario, seed=3).log


def of(log: EventLog, kind: int) -> np.ndarray:
    return log.events[log.events["kind"] == kind]


def paying(per_precedent: float, **more: Any) -> str:
    """The words for a fault whose buyers may have money back."""
    step = {"step": "compensate", "audience": "affected", "hurdle": 3, "per_precedent": per_precedent} | more
    text = ", ".join(f"{name}: {str(value).lower() if isinstance(value, bool) else value}" for name, value in step.items())
    return f"incident.product_fault.handling={{name: own, steps: [{{{text}}}]}}"


def test_where_effort_differs_those_who_do_little_are_disappointed(composed):
    alike, differ = (
        len(of(live(composed(PROMISE, words=("days=25", f"parameters.effort_spread={spread}"))), kinds.COMPLAINT_POSTED))
        for spread in (0, 1)
    )
    assert differ > alike


def test_a_level_is_for_those_whose_skill_it_fits(composed):
    looks = [
        len(of(live(composed(LESSON, words=("parameters.level_width=0.2", f"scenario.population.beginners={share}"))), kind))
        for kind in (kinds.GROUP_CHECKED,)
        for share in (0, 1)
    ]
    assert looks[0] < looks[1]


def test_a_level_moves_nothing_where_it_is_worth_the_same_to_all(composed):
    plain, level = (live(composed(LESSON | more)).events["kind"] for more in ({"level": 0.0}, {}))
    assert (plain[plain != kinds.STIMULUS_DEFINED] == level[level != kinds.STIMULUS_DEFINED]).all()


def test_who_quarrels_with_a_complaint_gets_more_of_them(composed):
    calm, hot = (live(composed(words=(*LOADED, f"staff.temper={temper}"))) for temper in (0, 1))
    assert not of(calm, kinds.MEMBER_ANSWERED)["y"].any()
    quarrels = of(hot, kinds.MEMBER_ANSWERED)
    quarrels = quarrels[quarrels["y"] > 0]
    assert len(quarrels) and (quarrels["x"] == 0).all()
    assert len(of(hot, kinds.COMPLAINT_POSTED)) > len(of(calm, kinds.COMPLAINT_POSTED))


def test_a_refund_is_a_precedent_for_the_next_matter_and_not_for_its_own(composed):
    again = (
        "days=30", "incident.product_fault.again_days=10", "incident.product_fault.recurrence=1", "scenario.population.size=100",
        "scenario.population.ties_per_member=8",
    )  # fmt: skip
    scenarios = [composed(words=(*FAULT, *again, paying(weight))) for weight in (0, 3)]
    refunds, first = [0, 0], 12 * kinds.DAY
    for seed in (1, 2, 3):
        without, with_it = (of(simulate(one, seed=seed).log, kinds.REFUND_PAID)["time"] for one in scenarios)
        assert (without[without < first] == with_it[with_it < first]).all()
        refunds = [refunds[0] + len(without), refunds[1] + len(with_it)]
    assert refunds[1] > 1.2 * refunds[0]


def test_a_complaint_that_paid_is_followed_by_more(composed):
    again = ("days=30", "incident.product_fault.again_days=8", "incident.product_fault.recurrence=1")
    words = (*FAULT, *again, paying(0, yuan=10, thanks=True))
    never, learnt = (
        len(of(live(composed(words=(*words, f"parameters.claim_habit={habit}"))), kinds.COMPLAINT_POSTED)) for habit in (0, 1)
    )
    assert learnt > never


@pytest.mark.parametrize("words", [("staff.temper=1.5",), ("scenario.population.beginners=2",)])
def test_what_is_out_of_range_is_refused(composed, words):
    with pytest.raises(ConfigError, match=words[0].partition("=")[0]):
        composed(words=words)


def test_the_reference_agrees_and_a_log_is_replayed(composed):
    words = (
        *FAULT, paying(1), "staff.temper=1", "staff.budget_hours=0.3", "parameters.claim_habit=0.5", "parameters.level_width=0.2",
        "parameters.effort_spread=0.8", "scenario.market.base_odds=0.3", "scenario.market.needs_per_month=4", "days=11",
    )  # fmt: skip
    scenario = composed(PROMISE, LESSON, words=words)
    simulated = simulate(scenario, seed=3)
    assert replay_log(simulated.log, scenario, seed=3, replication=0) == list(simulated.states)
    agree(scenario, 3)
