"""Groups at the ends of what can be set: nothing explodes, nothing is negative that cannot be, nothing lives without a reason.

What lives on has one: somebody cares for it, newcomers come, or its members are all of the kind that talks. Decision 108 says what
the model does at these ends, and what it gets wrong.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pytest

import sim
from sim.events.kinds import DAY, ORGANIC
from sim.run import Run

#: Outcomes that may be below nothing: what is earned less what is spent, and a margin at a price below cost.
SIGNED = {"net_income", "margin"}
#: Outcomes that are nothing over nothing where nobody asked, bought or talked.
OVER_NOTHING = {
    "first_response_minutes",
    "answer_rate",
    "repurchase_rate",
    "advert_share",
    "discount_only_share",
    "newcomer_attendance",
}
#: Messages that a member writes on a day at most, on average over a month: an all-day chat of its most talkative type is 4 to 5.
MOST_TALK = 8
#: How much livelier than its first month a group without more members may become.
MOST_GROWTH = 1.6
NO_POSTS = ("strategy=no_plan", "strategy.promotions_per_day=0", "staff=nobody")


class Simulated(NamedTuple):
    run: Run
    first: float
    last: float

    @property
    def dead(self) -> bool:
        return self.run.outcomes()["dead"] == 1.0


def mix(only: str) -> str:
    shares = dict.fromkeys(("kol", "regular", "lurker", "freebie_hunter"), 0) | {only: 1}
    return f"scenario.population.mix={{{','.join(f'{name}:{share}' for name, share in shares.items())}}}"


def live(*words: str) -> Simulated:
    """A restaurant with these settings, held against what is so of every group: messages a day in the first and last judged month."""
    scenario = sim.compose("scenario=restaurant", *words)
    run = sim.simulate(scenario, seed=1)
    for name, value in run.outcomes().items():
        if isinstance(value, float):
            assert not math.isinf(value), name
            nobody = name in ("muted_share", "silent_share") and run.outcomes()["members_end"] == 0
            assert name in OVER_NOTHING or nobody or not math.isnan(value), name
            assert name in SIGNED or not value < 0, name
    events = run.log.events
    assert np.isfinite(events["x"]).all()
    assert np.isfinite(events["y"]).all()
    day = events["time"][np.isin(events["kind"], ORGANIC)] / DAY
    month = min(30.0, scenario.days)
    first, last = ((day < month).sum() / month, ((day >= scenario.days - month) & (day < scenario.days)).sum() / month)
    members = max(float(run.vital_columns()["members"].max()), 1.0)
    assert max(first, last) <= MOST_TALK * members
    assert last <= MOST_GROWTH * first + 1, (first, last)
    return Simulated(run, float(first), float(last))


@pytest.mark.parametrize("size", [1, 2, 5, 1_000])
def test_groups_of_any_size(size: int) -> None:
    simulated = live(f"scenario.population.size={size}", "days=60")
    assert simulated.dead == (size == 1) or size in (2, 5)  # nobody talks alone; few may or may not


@pytest.mark.slow
def test_a_group_of_ten_thousand_talks_less_a_head() -> None:
    small, large = (live(f"scenario.population.size={size}", "days=30", "confirm_days=0") for size in (200, 10_000))
    assert large.first < 50 * small.first / 2  # loafing: fifty times the members, far less than fifty times the talk


@pytest.mark.parametrize(("only", "dies"), [("kol", False), ("regular", False), ("lurker", True), ("freebie_hunter", True)])
def test_groups_of_one_type(only: str, dies: bool) -> None:
    assert live(mix(only)).dead == dies


def test_a_group_of_people_who_advertise_dies() -> None:
    assert live("scenario.population.mix={kol:0,regular:0,lurker:0,freebie_hunter:0,spammer:1}", "strategy=no_plan").dead


def test_friends_talk_more_than_strangers() -> None:
    strangers, friends = (live(f"scenario.population.ties_per_member={ties}") for ties in (0, 60))
    assert friends.last > strangers.last


def test_endless_care_costs_more_than_it_earns() -> None:
    simulated = live("strategy=kol_care", "strategy.care_members=50", "strategy.care_days=0.5", "staff.people=10")
    assert not simulated.dead
    assert simulated.run.outcomes()["net_income"] < 0


@pytest.mark.parametrize("price", [0.1, 100_000])
def test_prices_from_nearly_nothing_to_more_than_anybody_pays(price: float) -> None:
    usual, simulated = (live(f"scenario.market.price={one}").run.outcomes()["orders"] for one in (80, price))
    assert (simulated > usual) if price < 1 else (simulated < usual / 20)


def test_a_price_of_nothing_is_no_price() -> None:
    with pytest.raises(sim_error(), match=r"scenario\.market\.price=0: 0\.1 to 100000"):
        sim.compose("scenario=restaurant", "scenario.market.price=0")


def test_adverts_all_day_long_kill() -> None:
    assert live("strategy=no_plan", "strategy.promotions_per_day=48").dead


@pytest.mark.slow
def test_ten_years_without_anybody_who_cares_are_not_survived() -> None:
    assert live("days=3600", *NO_POSTS).dead


@pytest.mark.slow
def test_nothing_keeps_a_group_alive_for_ten_years() -> None:
    """Not even care: it falls silent after some weeks or years. Members who walk in replace those who leave, not their talk."""
    closed = ("scenario.population.walk_ins_per_day=0", "scenario.population.reservoir=0")
    cared, left_alone = live("days=3600", "strategy=kol_care"), live("days=3600", "strategy=kol_care", *closed)
    assert cared.dead and left_alone.dead
    many, few = (float(one.run.outcomes()["members_end"]) for one in (cared, left_alone))
    assert many > 50 and few < 20
    days = float(cared.run.outcomes()["alive_days"])
    assert 30 < days < 3600


def sim_error() -> type[Exception]:
    from sim.allowed import ConfigError

    return ConfigError
