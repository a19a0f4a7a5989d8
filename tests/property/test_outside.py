"""What happens outside the groups: it begins and ends when it is said to, acts as long as it lasts, and both models agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.allowed import ConfigError
from sim.config import compose
from sim.events.kinds import DAY, ORDER_PLACED, OUTSIDE_HAPPENED, RULE_FIRED
from sim.run import from_plain, simulate, to_plain
from tests.property.test_reference import agree

SMALL = (
    "scenario.population.size=25", "scenario.population.programmes=1", "days=8", "confirm_days=0", "staff.days_per_week=7",
    "scenario.population.joining_days=0.3", "scenario.market.needs_per_month=60",
)  # fmt: skip
TENTHS = st.integers(0, 80).map(lambda one: one / 10)
HAPPENINGS = st.lists(
    st.builds(
        "{{kind:{},day:{},days:{},every_days:{},odds:{},talk:{}}}".format, st.sampled_from(["news", "store_closed", "brand_day"]),
        TENTHS, st.integers(1, 40).map(lambda one: one / 10), st.sampled_from([0, 1.5, 3]), st.sampled_from([0, 0.5, 1, 3]),
        st.sampled_from([0, 1, 2]),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(happenings=HAPPENINGS, seed=st.integers(0, 2**31))
@settings(deadline=None, max_examples=10)
def test_factors_in_the_log_are_those_of_all_that_lasts(happenings: list[str], seed: int) -> None:
    scenario = compose([*SMALL, f"++scenario.market.outside=[{','.join(happenings)}]"]).scenario
    assert from_plain(to_plain(scenario)) == scenario
    rows = agree(scenario, seed)
    told = rows[rows["kind"] == OUTSIDE_HAPPENED]
    times, outside = told["time"], scenario.market.outside
    for day in np.arange(0.003, 8, 0.0517):
        lasting = [one for one in outside if one.is_on(day)]
        before = int(np.searchsorted(times, day * DAY)) - 1
        odds, talk = (told["x"][before], told["y"][before]) if before >= 0 else (1.0, 1.0)
        assert odds == pytest.approx(np.prod([one.odds for one in lasting]))
        assert talk == pytest.approx(np.prod([one.talk for one in lasting]))


def test_nothing_is_bought_while_the_store_is_closed_and_the_plan_hears_of_it() -> None:
    closed = "++scenario.market.outside=[{kind:store_closed,day:3,days:2,odds:0}]"
    rows = simulate(compose([*SMALL, "strategy=feizhimi", "strategy.review.every_days=1", closed]).scenario, seed=1).log.events
    days = rows["time"][rows["kind"] == ORDER_PLACED] / DAY
    assert ((days > 0) & (days < 3)).sum() > 3 and not ((days >= 3) & (days < 5)).any() and (days >= 5).any()
    fired = rows[(rows["kind"] == RULE_FIRED) & (rows["time"] >= 3 * DAY)]
    assert len(fired) and fired["time"][0] < 5 * DAY


@pytest.mark.parametrize(
    ("text", "told"),
    [("{kind:rain,day:1}", "one of news, store_closed, brand_day"), ("{kind:news,day:-1}", "0 to 4000 day on which it begins"),
     ("{kind:news,day:1,heat:2}", "0 to 1 how much others talk"), ("{kind:news,day:1,het:1}", "did you mean scenario.market.outside.0.heat?")],
)  # fmt: skip
def test_what_is_wrong_is_one_line(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        compose([*SMALL, f"++scenario.market.outside=[{text}]"])
