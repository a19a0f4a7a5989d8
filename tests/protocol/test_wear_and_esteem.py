"""What a person takes along: a form that wears out, what a brand has proved to be worth; and who buys only at a discount."""

from __future__ import annotations

from collections import defaultdict

import pytest

from sim.events import kinds
from sim.events.kinds import DAY
from sim.events.log import EventLog
from sim.projections.outcomes import project_outcomes
from sim.run import simulate
from tests.property.test_reference import agree

SMALL = (
    "scenario=restaurant", "scenario.population.size=50", "scenario.market.base_odds=0.5", "scenario.market.needs_per_month=20",
    "parameters.mode=fixed", "days=14", "confirm_days=0", "staff.days_per_week=7",
)  # fmt: skip
GAME = {"use": "play", "as": "game", "clock": {"day": 1, "every_days": 1}, "ask": 0.8, "open_hours": 20}
POPUP = {"use": "popup", "as": "pop", "day": 4, "lead_days": 1, "days": 4, "size": 60}
DEALS = {"use": "offer", "as": "deals", "clock": {"day": 1, "every_days": 4}, "discount": 0.4, "validity_hours": 48}


def taking_part(log: EventLog, first: float) -> int:
    rows = log.events
    return int(((rows["kind"] == kinds.STIMULUS_ANSWERED) & (rows["time"] >= first * DAY)).sum())


def test_a_form_wears_out_for_who_takes_part_and_another_form_less(composed):
    tired = ("parameters.form_wear=1",)
    fresh, worn, varied = (
        simulate(composed(GAME | more, words=words), seed=3).log
        for more, words in (({}, ()), ({}, tired), ({"theme": "new"}, tired))
    )
    assert taking_part(worn, 2) < 0.7 * taking_part(fresh, 2)
    assert taking_part(varied, 2) > taking_part(worn, 2)


def test_what_wears_out_comes_back_with_time(composed):
    scenario = [composed(GAME, words=("parameters.form_wear=1", f"parameters.wear_days={days}")) for days in (1, 60)]
    soon, late = (taking_part(simulate(one, seed=3).log, 2) for one in scenario)
    assert soon > late


@pytest.mark.parametrize("seed", [1, 3])
def test_wear_and_esteem_agree_with_the_reference(composed, seed: int):
    words = (
        "parameters.form_wear=0.5",
        "parameters.esteem_step=0.2",
        "parameters.esteem_carry=0.8",
        "parameters.esteem_odds=2",
    )
    agree(composed(GAME | {"theme": "new"}, POPUP, words=words), seed)


def test_what_a_brand_proved_to_be_worth_moves_orders_and_the_next_group(composed):
    on, none = ("parameters.esteem_step=0.2",), ("parameters.esteem_odds=0", "parameters.esteem_carry=0")
    logs = {
        words: simulate(composed(POPUP, words=words), seed=3).log.digest
        for words in ((), none, (*on, *none), (*on, none[0]), (*on, none[1]))
    }
    alone, idle, *acting = logs.values()
    assert alone == idle and len({alone, *acting}) == 3  # a step alone moves nothing, each of the two effects does


def test_who_buys_only_at_a_discount_is_counted_person_by_person(composed):
    log = simulate(composed(DEALS), seed=3).log
    paid: dict[int, list[float]] = defaultdict(list)
    for row in log.events[log.events["kind"] == kinds.ORDER_PLACED]:
        paid[int(row["actor"])].append(float(row["x"]))
    full = max(map(max, paid.values()))
    only = [who for who, amounts in paid.items() if max(amounts) < 0.99 * full]
    share = project_outcomes(log, 14)["discount_only_share"]
    assert 0 < share < 1 and share == pytest.approx(len(only) / len(paid))
    assert project_outcomes(simulate(composed(), seed=3).log, 14)["discount_only_share"] == 0
