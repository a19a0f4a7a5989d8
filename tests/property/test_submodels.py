"""Every sub-model can be switched off, does something, and leaves the log as it is while it is on."""

from __future__ import annotations

import dataclasses
from functools import cache

import pytest

from sim.allowed import ConfigError
from sim.config import compose, options, replaced
from sim.parameters import SUBMODELS, Parameters
from sim.run import simulate
from tests.property.test_reference import ALL_LAWS, LIVELY, agree

#: Much goes wrong, much is offered, and everybody lives fast, so that twenty days touch every rule.
EVENTFUL = (
    "scenario=restaurant",
    "parameters=by_hand",
    "strategy=strict_rules",
    "scenario.population.size=60",
    "scenario.population.programmes=1",
    "scenario.market.needs_per_month=60",
    "scenario.population.mix={kol: 0.1, regular: 0.5, lurker: 0.2, freebie_hunter: 0.1, spammer: 0.1}",
    f"incident=[{','.join(options('incident'))}]",
    f"campaign=[{','.join(options('campaign'))}]",
    "days=20",
    "confirm_days=2",
    "parameters.read_cap=10",
    "parameters.trust_loss=0.6",
    "parameters.loss_effect=6",
    *LIVELY,
    *(f"incident.{name}.day={2 + 4 * place}" for place, name in enumerate(options("incident")) if name != "slow_reply"),
)


#: What a sub-model acts on, where the eventful scenario has none of it.
MEETS = {
    "coupons_passed": (
        "scenario=restaurant", "campaign=[coupon_pair]", "campaign.coupon_pair.day=1", "++campaign.coupon_pair.transferable=true",
        "days=20",
    ),
    "busy_hours": ("scenario=zero_yuan_course", "strategy=zero_yuan_funnel"),
    # among guests of a restaurant: of a course nearly everybody is removed before the words of staff are too many
    "contact": ("strategy=zero_yuan_funnel", "staff=team", "scenario.population.size=36", "parameters.leave_rate=0.02"),
    "favours": ("scenario=lunch_guests", "strategy=skewer_owner", "days=35"),
    "uncertainty": ("campaign=[red_packets]", "campaign.red_packets.irregular=1", "days=14", "parameters.uncertain_odds=3"),
    "topics": ("scenario=lunch_guests", "strategy=skewer_owner", "days=60"),
    "lasting_interest": (
        "scenario=restaurant", "strategy=columns_and_perks", "strategy.posts.topic=food", "scenario.population.likes={food: 0.9}",
        "days=30", "parameters.topic_lasting=0.6",
    ),
    "sellers": ("scenario=brand_pool", "strategy=brand_pool", "days=20", "parameters.seller_doubt=0.3"),
    "seats": ("scenario=restaurant", "strategy=honour_ladder", "days=30", "scenario.market.needs_per_month=30", "parameters.wish_buying=2"),
    "told_times": (
        "scenario=snack_users", "strategy=qiaqia", "strategy.next_event.running=true", "strategy.live.every_days=6", "days=24",
        "parameters.told_comes=0.9",
    ),
    "diligence": ("scenario=skill_class", "strategy=columns_and_perks", "strategy.posts.claim=0.6", "days=32", "parameters.effort_spread=0.8"),
    "levels": ("scenario=skill_class", "strategy=columns_and_perks", "strategy.posts.level=0.25", "days=20", "parameters.level_width=0.2"),
    "claiming": (
        "scenario=restaurant", "strategy=no_plan", "incident=[product_fault]", "incident.product_fault.day=4", "days=30",
        "incident.product_fault.again_days=8", "incident.product_fault.recurrence=1", "scenario.market.needs_per_month=20",
        "scenario.market.base_odds=1", "parameters.claim_habit=0.3",
    ),
    "promises": ("strategy=open_day_host", "days=20", "scenario.market.needs_per_month=60", "scenario.market.base_odds=0.5"),
}  # fmt: skip


@cache
def digest_without(*off: str, laws: tuple[str, ...] = ()) -> str:
    """The log of the eventful scenario with these sub-models off; laws: settings that switch further ones on."""
    return simulate(compose([*EVENTFUL, *laws, f"parameters.without=[{','.join(off)}]"]).scenario, seed=12).log.digest


@pytest.mark.parametrize("name", SUBMODELS)
def test_each_submodel_changes_the_log_when_it_is_off(name):
    usual = dataclasses.asdict(compose([*EVENTFUL]).scenario.parameters)
    is_on = any(usual[key] != value for key, value in SUBMODELS[name].items())
    if name in MEETS:
        base = (*MEETS[name], "scenario.population.programmes=1", "confirm_days=0", "parameters.mode=fixed")
        whole, less = (compose([*base, f"parameters.without=[{off}]"]).scenario for off in ("", name))
        assert simulate(whole, seed=12).log.digest != simulate(less, seed=12).log.digest
        return
    laws = () if is_on else ALL_LAWS
    assert digest_without(name, laws=laws) != digest_without(laws=laws)


@pytest.mark.parametrize("name", ["contagion", "value", "satiation", "replies", "leaving"])
def test_what_is_off_is_off_in_the_reference_as_well(name):
    agree(compose(replaced(EVENTFUL, ["days=6", f"parameters.without=[{name}]"])).scenario, 4)


def test_only_known_submodels_can_be_off():
    with pytest.raises(ConfigError, match=r"parameters\.without=ghost: any of attention, value"):
        compose(["parameters.without=[ghost]"])


def test_every_neutral_value_is_of_a_parameter():
    known = {field.name for field in dataclasses.fields(Parameters)}
    assert all(values.keys() <= known for values in SUBMODELS.values())
