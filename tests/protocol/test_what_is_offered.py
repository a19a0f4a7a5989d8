"""What is offered, held against who is there: goods that not all have a use for, instructions in steps, topics of a crowd."""

from __future__ import annotations

import numpy as np
import pytest

from sim.allowed import ConfigError
from sim.events import kinds
from sim.events.log import EventLog
from sim.run import simulate
from sim.scenario import Scenario
from sim.verification import replay_log
from tests.property.test_reference import agree

SMALL = (
    "scenario=restaurant", "scenario.population.size=60", "scenario.market.base_odds=1", "scenario.market.needs_per_month=30",
    "parameters.mode=fixed", "days=12", "confirm_days=0", "staff.days_per_week=7",
)  # fmt: skip
OFFER = {"use": "offer", "as": "deal", "clock": {"day": 1, "every_days": 1}, "discount": 0.4, "validity_hours": 24}
GAME = {"use": "play", "as": "game", "clock": {"day": 1, "every_days": 2}}
STORY = {"use": "broadcast", "as": "story", "clock": {"per_day": 2}, "content": 1, "topic": "food"}


def live(scenario: Scenario) -> EventLog:
    return simulate(scenario, seed=3).log


def of(log: EventLog, kind: int) -> np.ndarray:
    return log.events[log.events["kind"] == kind]


def buyers_at_a_discount(log: EventLog) -> set[int]:
    orders = of(log, kinds.ORDER_PLACED)
    return set(orders["actor"][orders["x"] < 0.9 * orders["x"].max()].tolist())


def test_goods_are_for_the_same_people_each_time_and_many_goods_reach_more_of_them(composed):
    few, one, many = (live(composed(OFFER | more)) for more in (
        {"breadth": 1, "wanted_by": 0.1}, {"breadth": 1, "wanted_by": 0.4}, {"breadth": 10, "wanted_by": 0.1},
    ))  # fmt: skip
    assert 0 < len(buyers_at_a_discount(few)) < len(buyers_at_a_discount(one))
    assert len(buyers_at_a_discount(few)) < len(buyers_at_a_discount(many))


def test_a_coupon_is_taken_by_those_only_who_have_a_use_for_the_goods(composed):
    coupon = OFFER | {"validity_days": 1, "breadth": 1}
    all_of_them, some = (of(live(composed(coupon | {"wanted_by": share})), kinds.COUPON_GRANTED) for share in (1, 0.2))
    assert 0 < len(set(some["actor"].tolist())) < len(set(all_of_them["actor"].tolist()))


def test_goods_that_all_have_a_use_for_are_an_offer_about_nothing(composed):
    plain, all_of_them = (live(composed(OFFER | more)) for more in ({}, {"breadth": 1, "wanted_by": 1}))
    acts = [log.events[log.events["kind"] != kinds.STIMULUS_DEFINED] for log in (plain, all_of_them)]
    assert len(acts[0]) == len(acts[1])
    for name in ("time", "kind", "actor"):
        assert np.array_equal(acts[0][name], acts[1][name])


def test_who_does_not_see_what_to_do_takes_no_part_and_may_ask(composed):
    once = GAME | {"clock": {"day": 1}}
    clear, text, pictures = (live(composed(once | more)) for more in (
        {"steps": 3}, {"steps": 9, "misread": 0.3}, {"steps": 9, "misread": 0.3, "instructions": "pictures"},
    ))  # fmt: skip
    took, asked = (
        [len(of(log, kind)) for log in (clear, pictures, text)] for kind in (kinds.STIMULUS_ANSWERED, kinds.QUESTION_ASKED)
    )
    assert took[0] > took[1] > took[2]
    assert asked[0] < asked[2]


def test_a_crowd_that_came_for_something_looks_in_more_where_it_is_offered(composed):
    looks = [
        len(of(live(composed(STORY, words=words)), kinds.GROUP_CHECKED))
        for words in (
            ("scenario.population.likes={food: 0.05}",),
            ("scenario.population.likes={food: 0.95}",),
            ("scenario.population.likes={food: 0.95}", "parameters.topic_lasting=1"),
        )
    ]
    assert looks == sorted(looks) and looks[0] < looks[2]


def test_what_a_crowd_likes_moves_nothing_where_nothing_is_about_it(composed):
    silent, same = (live(composed(words=words)) for words in ((), ("scenario.population.likes={money: 0.9}",)))
    assert silent.digest == same.digest


@pytest.mark.parametrize(
    "entry, said",
    [
        (OFFER | {"wanted_by": 0.2}, "wanted_by=0.2: does nothing where breadth=0"),
        (GAME | {"instructions": "pictures"}, "instructions=pictures: does nothing where steps=1"),
        (GAME | {"steps": 3, "misread": 0.2}, "misread=0.2: does nothing where steps=3"),
    ],
)
def test_a_setting_without_effect_is_refused(composed, entry, said):
    with pytest.raises(ConfigError, match=said):
        composed(entry)


def test_a_topic_that_there_is_not_is_refused(composed):
    with pytest.raises(ConfigError, match="likes"):
        composed(words=("scenario.population.likes={cars: 0.5}",))


EVERYTHING = (
    OFFER | {"breadth": 3, "wanted_by": 0.4}, OFFER | {"as": "coupon", "validity_days": 2, "breadth": 2, "wanted_by": 0.5},
    GAME | {"steps": 7, "misread": 0.2}, STORY,
)  # fmt: skip


def test_the_log_is_the_state_and_both_models_agree(composed):
    words = ("scenario.population.likes={food: 0.8}", "parameters.topic_lasting=0.5")
    scenario = composed(*EVERYTHING, words=words)
    simulated = simulate(scenario, seed=3)
    assert replay_log(simulated.log, scenario, seed=3, replication=0) == list(simulated.states)
    agree(scenario, 3)
