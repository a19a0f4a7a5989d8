"""What brings people and makes them buy together: invitations that pay, hooks of sources, draws, shown orders, feeds, tiers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.allowed import ConfigError
from sim.config import compose
from sim.events import kinds
from sim.events.log import EventLog
from sim.run import from_plain, simulate, to_plain
from sim.scenario import Scenario
from sim.verification import replay_log
from tests.property.test_reference import agree
from tests.protocol.test_moves_of_plans import run

DUTIES = "base: {duties: {answer: 0.8, reply: 0.05, reply_top: 0, soothe: 0.5, moderate: 0.8, welcome: 1, rules: false}"
SMALL = (
    "scenario=restaurant", "scenario.population.size=60", "scenario.population.reservoir=1", "scenario.population.walk_ins_per_day=0",
    "scenario.market.base_odds=1", "scenario.market.needs_per_month=30", "parameters.referral_rate=0", "parameters.mode=fixed",
    "days=12", "confirm_days=0", "staff.days_per_week=7",
)  # fmt: skip


EVERYTHING = """[
  {use: invite, as: word, clock: {day: 1, every_days: 3}, select: all, count: 5, lead_days: 1},
  {use: invite, as: fission, clock: {day: 2, every_days: 4}, mode: fission, hurdle: -3, cashback: 0.1, contacts: 20, prospects: 0.2},
  {use: invite, as: assist, clock: {day: 3, every_days: 4}, mode: assist, hurdle: -3, gift_inviter: 5},
  {use: invite, as: forward, clock: {day: 4, every_days: 4}, mode: forward, hurdle: -3, likes: 20, photos: 1},
  {use: giveaway, as: lottery, clock: {day: 2, every_days: 3}, resolve: later, stages: 2, takers: 4, prize: coupon, over: 30},
  {use: giveaway, as: raffle, clock: {day: 3, every_days: 3}, resolve: later, takers: 2, prize: gift},
  {use: play, as: game, clock: {day: 2, every_days: 3}, theme: new, prize_as: coupon, certainty: 0.3},
  {use: stream, as: live, clock: {day: 2, every_days: 5}, announce_days: 1, draws: 3, after_draw: true, trailer: true},
  {use: proof, as: shown, clock: {day: 1, every_days: 2, hour: 20}, source: members, hours: 24},
  {use: offer, as: together, clock: {day: 1, every_days: 4}, discount: 0.4, least_buyers: 3},
  {use: offer, as: deal, clock: {day: 1, every_days: 2}, discount: 0.3, pretext: 0.6, notice: true},
  {use: gathering, as: meal, clock: {day: 2, every_days: 4}, select: all, size: 10, lead_days: 1, friends: true},
  {use: broadcast, as: core_only, clock: {day: 2, every_days: 2}, channel: moments, select: buyers, promotion: 1, content: 0.5}]"""
BASE = ", segments: {tiers: {keen: 1}, tiers_by: coupons}, entry: {disclosure: true, consent: true}"
RULES = "rules: [{when: {tier_due: '>0'}, do: {act: {promote: due}}}]"
INFLOW = (
    "scenario.population.inflow={card: {per_order: 0.2, friend_first: true, hook: {share: 0.1, days: 2}}, "
    "deal: {per_day: 3, hook: {share: 0.5, given: request, least_buyers: 4}}}"
)


@pytest.fixture
def composed(tmp_path: Path):
    """The scenario of a calendar that stands in the test."""

    def composed(calendar: str = "[]", *words: str, base: str = "", rules: str = "") -> Scenario:
        path = tmp_path / "own_plan.yaml"
        path.write_text(f"{DUTIES}{base}}}\ncalendar: {calendar}\n{rules}\n", encoding="utf-8")
        given = {word.partition("=")[0]: word for word in (*SMALL, *words)}
        return compose([*given.values(), f"strategy={path}"]).scenario

    return composed


@pytest.fixture
def simulated(composed):
    """The log of a calendar that stands in the test."""
    return lambda *given, **more: simulate(composed(*given, **more), seed=3).log


def test_the_reference_does_the_same_row_for_row(composed):
    words = ("scenario.population.size=30", "scenario.population.memberships=6", "days=9", INFLOW)
    log = agree(composed(EVERYTHING, *words, base=BASE, rules=RULES), 3)
    assert {kinds.COUPON_GRANTED, kinds.ENTRY_REQUESTED, kinds.CHANNEL_OPENED, kinds.REQUEST_MET} <= set(log["kind"].tolist())


def test_the_log_leads_to_the_live_state_and_all_names_its_cause(composed, tmp_path):
    scenario = composed(EVERYTHING, INFLOW, "scenario.population.memberships=6", base=BASE, rules=RULES)
    simulated = simulate(scenario, seed=2, folder=tmp_path / "run")
    assert replay_log(simulated.log, scenario, seed=2, replication=0) == list(simulated.states)
    assert from_plain(to_plain(scenario)) == scenario
    coupons = of(simulated.log, kinds.COUPON_GRANTED)
    assert len(coupons) and (coupons["cause"] >= 0).all()
    gone = sum(len(of(simulated.log, kind)) for kind in (kinds.COUPON_REDEEMED, kinds.COUPON_LAPSED))
    (state,) = [run(scenario, 2)[1].tables]
    assert len(coupons) - gone == state.persons["coupons"].sum()


def of(log: EventLog, kind: int) -> np.ndarray:
    return log.events[log.events["kind"] == kind]


def invited(**settings: object) -> str:
    words = ", ".join(f"{name}: {value}" for name, value in settings.items())
    return f"[{{use: invite, as: call, clock: {{day: 2, every_days: 4}}, {words}}}]"


def test_who_is_brought_for_a_gift_comes_once_and_both_get_their_coupon(simulated):
    log = simulated(invited(mode="fission", gift_inviter=8, gift_joiner=8, hurdle=-3, contacts=30, prospects=0.3))
    came = of(log, kinds.MEMBER_JOINED)
    brought = came[came["y"] == kinds.REFERRAL]
    took, coupons = of(log, kinds.STIMULUS_ANSWERED), of(log, kinds.COUPON_GRANTED)
    assert len(brought) > 3 and len(set(brought["actor"])) == len(brought) and set(brought["target"]) <= set(took["actor"])
    asked = of(log, kinds.ENTRY_REQUESTED)
    assert (log.events["kind"][asked["cause"]] == kinds.STIMULUS_ANSWERED).all()
    rows = np.flatnonzero(log.events["kind"] == kinds.MEMBER_JOINED)[came["y"] == kinds.REFERRAL]
    both = coupons[np.isin(coupons["cause"], rows)]
    assert set(both["actor"]) >= set(brought["actor"]) and len(both) <= 2 * len(brought)
    for row, newcomer, inviter in zip(rows, brought["actor"], brought["target"], strict=True):
        assert set(both["actor"][both["cause"] == row]) <= {newcomer, inviter}


def test_nobody_asks_friends_for_a_gift_where_the_ticket_is_high(simulated):
    call = invited(mode="fission", gift_inviter=50, hurdle=-3, contacts=30, prospects=0.3)
    cheap, dear = (
        simulated(call, f"scenario.market.price={price}", f"scenario.market.usual_price={price}") for price in (50, 10_000)
    )
    assert len(of(cheap, kinds.ENTRY_REQUESTED)) > 0 == len(of(dear, kinds.ENTRY_REQUESTED))
    assert len(of(dear, kinds.STIMULUS_ANSWERED)) > 5  # they look into it all the same


def test_a_gift_waits_for_the_acts_of_friends(simulated):
    settings = {"gift_inviter": 5, "hurdle": -5, "prospects": 0, "ticket": 1e6}
    for mode, name, little, much in (("assist", "helpers", 1, 100), ("forward", "likes", 10, 2_000)):
        few, many = (
            of(simulated(invited(mode=mode, **settings, **{name: count})), kinds.COUPON_GRANTED) for count in (little, much)
        )
        assert len(few) > 5 and len(many) == 0, mode
    shown = simulated(invited(mode="forward", likes=0, photos=3, effort=0, **settings))
    buyers = set(of(shown, kinds.ORDER_PLACED)["actor"])
    assert set(of(shown, kinds.COUPON_GRANTED)["actor"]) <= buyers
    assert len(of(shown, kinds.MEMBER_JOINED)) == len(of(simulated(), kinds.MEMBER_JOINED))


def test_a_rebate_is_a_share_of_what_friends_order(simulated):
    call = {
        "mode": "fission",
        "gift_inviter": 0,
        "gift_joiner": 0,
        "hurdle": -5,
        "contacts": 30,
        "prospects": 0.3,
        "ticket": 1e6,
    }
    log = simulated(invited(**call, cashback=0.2), "days=20")
    came = of(log, kinds.MEMBER_JOINED)
    inviter = dict(zip(came["actor"], came["target"], strict=True))
    for coupon in of(log, kinds.COUPON_GRANTED):
        order = log.events[coupon["cause"]]
        assert order["kind"] == kinds.ORDER_PLACED and inviter[order["actor"]] == coupon["actor"]
    assert len(of(log, kinds.COUPON_GRANTED)) > 3 and len(of(simulated(invited(**call), "days=20"), kinds.COUPON_GRANTED)) == 0


def test_word_of_mouth_goes_on_beside_invitations_that_pay(simulated):
    call = invited(mode="fission", hurdle=-5, contacts=30, prospects=0.1, ticket=1e6)
    log = simulated(call, "parameters.referral_rate=0.3")
    came = of(log, kinds.MEMBER_JOINED)
    causes = set(log.events["kind"][came["cause"][came["y"] == kinds.REFERRAL]])
    assert causes == {kinds.ENTRY_REQUESTED, kinds.GROUP_CHECKED}
    assert len(set(came["actor"])) == len(came)


def source(**settings: object) -> str:
    words = ", ".join(f"{name}: {value}" for name, value in settings.items())
    return f"scenario.population.inflow={{named: {{{words}}}}}"


def test_a_hook_makes_more_come_and_is_theirs_once_they_have(simulated):
    roomy = "scenario.population.capacity=5"
    bare, hooked = (
        simulated("[]", roomy, source(per_day=20, **more)) for more in ({}, {"hook": "{yuan: 20, over: 40, days: 10}"})
    )
    assert len(of(hooked, kinds.ENTRY_REQUESTED)) == len(of(bare, kinds.ENTRY_REQUESTED)) > 100
    assert len(of(hooked, kinds.MEMBER_JOINED)) > len(of(bare, kinds.MEMBER_JOINED))
    coupons, rows = of(hooked, kinds.COUPON_GRANTED), hooked.events["kind"]
    assert (rows[coupons["cause"]] == kinds.MEMBER_JOINED).all() and len(of(bare, kinds.COUPON_GRANTED)) == 0
    assert (hooked.events["actor"][coupons["cause"]] == coupons["actor"]).all()


def test_a_deal_waits_for_its_buyers(simulated):
    hook = "{{share: 0.5, given: request, least_buyers: {}}}"
    enough, short = (
        of(simulated("[]", source(per_day=6, hook=hook.format(least))), kinds.COUPON_GRANTED) for least in (10, 1_000)
    )
    assert len(enough) >= 10 and len(short) == 0
    assert (enough["time"][:10] == enough["time"][0]).all() and len(set(enough["actor"])) == len(enough)


def test_a_source_that_follows_the_orders_reaches_people_after_them(simulated):
    log = simulated("[]", source(per_order=0.3))
    asked, orders = of(log, kinds.ENTRY_REQUESTED), of(log, kinds.ORDER_PLACED)
    assert 0.1 * len(orders) < len(asked) < 0.5 * len(orders)
    assert (log.events["kind"][asked["cause"]] == kinds.ORDER_PLACED).all() and len(set(asked["actor"])) == len(asked)
    assert len(of(simulated("[]", source(per_order=0.3), "scenario.market.base_odds=0"), kinds.ENTRY_REQUESTED)) == 0


@pytest.mark.parametrize("prize", ["coupon", "cash"])
def test_a_later_draw_gives_to_some_of_those_who_took_part(simulated, prize):
    giveaway = (
        f"[{{use: giveaway, as: lot, clock: {{day: 3, every_days: 30}}, resolve: later, stages: 2, takers: 4, prize: {prize}}}]"
    )
    log = simulated(giveaway)
    took = of(log, kinds.STIMULUS_ANSWERED)
    won = of(log, kinds.COUPON_GRANTED if prize == "coupon" else kinds.MEMBER_CARED_FOR)
    winners = won["actor" if prize == "coupon" else "target"]
    posts = set(won["cause"])
    assert len(took) > 8 and len(won) == 4 and len(posts) == 2 and set(winners) <= set(took["actor"])
    assert (took["x"] == 0).all() and (won["time"] >= took["time"].min()).all()


def test_draws_of_a_stream_are_for_who_is_there(simulated):
    stream = "[{{use: stream, as: live, clock: {{day: 2, every_days: 30}}, announce_days: 1, discount: 0{}}}]"
    plain, drawn = (simulated(stream.format(more)) for more in ("", ", draws: 4, winners: 2, after_draw: true, trailer: true"))
    assert len(of(plain, kinds.COUPON_GRANTED)) == 0 < len(of(drawn, kinds.COUPON_GRANTED)) <= 4 * 2 + 2
    assert len(of(drawn, kinds.STIMULUS_POSTED)) == len(of(plain, kinds.STIMULUS_POSTED)) + 4 + 1 + 1
    assert len(of(drawn, kinds.STIMULUS_ANSWERED)) > len(of(plain, kinds.STIMULUS_ANSWERED))


def test_orders_that_members_show_are_their_own(simulated):
    proof = "[{use: proof, as: shown, clock: {day: 2, hour: 20}, source: members, hours: 48, thanks: 4}]"
    log = simulated(proof)
    coupons, orders = of(log, kinds.COUPON_GRANTED), of(log, kinds.ORDER_PLACED)
    assert len(coupons) > 3 and set(coupons["actor"]) <= set(orders["actor"])
    lists = [one for one in of(log, kinds.STIMULUS_POSTED) if one["x"] > 0]
    assert lists and all(one["x"] == (coupons["cause"] == one["cause"]).sum() for one in lists)


def test_a_group_purchase_needs_its_buyers(simulated):
    offer = "[{{use: offer, as: together, clock: {{day: 2, every_days: 4}}, discount: 0.5, least_buyers: {}}}]"
    enough, short = (of(simulated(offer.format(least)), kinds.COUPON_GRANTED) for least in (3, 500))
    assert len(enough) > 3 and len(short) == 0


def test_a_reason_for_a_low_price_keeps_it_from_being_the_usual_one(composed):
    offer = "[{{use: offer, as: deal, clock: {{per_day: 1}}, discount: 0.4, validity_hours: 24, pretext: {}}}]"
    ends = [run(composed(offer.format(pretext)), 3)[1].tables.persons for pretext in (0, 1)]
    none, some = (one["reference_price"][one["orders"] > 0].mean() for one in ends)
    assert none < some < 80
    assert (ends[0]["pretext"] == 0).all() and (ends[1]["pretext"] > 0).any()


def test_guests_bring_friends_who_come_along(simulated):
    meal = "[{{use: gathering, as: meal, clock: {{day: 2, every_days: 4}}, select: all, size: 30, lead_days: 1{}}}]"
    alone, together = (simulated(meal.format(more)) for more in ("", ", friends: true"))
    came = of(together, kinds.MEMBER_JOINED)
    friends = came[came["y"] == kinds.REFERRAL]
    assert len(friends) and (together.events["kind"][friends["cause"]] == kinds.REQUEST_MET).all()
    assert set(friends["actor"]) <= set(of(together, kinds.MEMBER_CARED_FOR)["target"])
    assert not (of(alone, kinds.MEMBER_JOINED)["y"] == kinds.REFERRAL).any()


def test_a_feed_of_its_own_is_seen_by_who_is_on_the_list(simulated):
    post = "[{use: broadcast, as: core_only, clock: {day: 4, per_day: 1}, channel: moments, select: buyers, promotion: 1}]"
    log = simulated(post)
    (feed,) = of(log, kinds.CHANNEL_OPENED)["group"].tolist()
    posts, invited_to = of(log, kinds.STIMULUS_POSTED), of(log, kinds.MEMBER_INVITED)
    assert (posts["group"] == feed).all() and len(posts) > 3
    assert (invited_to["group"] == feed).all() and len(set(invited_to["target"])) == len(invited_to)
    assert set(invited_to["target"]) <= set(of(log, kinds.ORDER_PLACED)["actor"])


def test_the_public_feed_is_none_of_those_for_a_segment(simulated):
    post = "[{use: broadcast, as: core_only, clock: {day: 1, per_day: 1}, channel: moments, select: all, promotion: 1}]"
    rules = "rules: [{when: {messages_30d_person: '<1', age_days: '>6'}, do: {act: {route: public_domain}}, hold_days: 60}]"
    assert len(of(simulated(post, rules=rules), kinds.CHANNEL_OPENED)) == 2


def test_tiers_by_coupons_are_for_who_has_used_them(simulated):
    offer = "[{use: offer, as: coupon, clock: {day: 1, every_days: 2}, amount: 10, validity_days: 2}]"
    rules = "rules: [{when: {tier_due: '>0'}, do: {act: {promote: due}}}]"
    by = ", segments: {{tiers: {{keen: 2}}, tiers_by: {}}}"
    log = simulated(offer, base=by.format("coupons"), rules=rules)
    used = of(log, kinds.COUPON_REDEEMED)["actor"].tolist()
    assert len(of(log, kinds.TIER_SET)) and all(used.count(who) >= 2 for who in of(log, kinds.TIER_SET)["target"])
    assert len(of(simulated(offer, base=by.format("orders"), rules=rules), kinds.TIER_SET)) > len(of(log, kinds.TIER_SET))


def test_a_notice_is_for_friends(simulated):
    offer = "[{{use: offer, as: deal, clock: {{day: 3, every_days: 2}}, discount: 0.2, notice: {}}}]"
    friends = source(per_day=5, inquiry=0.9, friend_first="true", hook="{worth: 5}")
    told, untold = (simulated(offer.format(notice), friends) for notice in ("true", "false"))
    (line,) = of(told, kinds.CHANNEL_OPENED)["group"].tolist()
    assert (of(told, kinds.STIMULUS_POSTED)["group"] == line).sum() > 2
    assert not (of(untold, kinds.STIMULUS_POSTED)["group"] == line).any()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{use: invite, as: a, gift_joiner: 4}", "gift_joiner=4: does nothing where mode=word_of_mouth"),
        ("{use: invite, as: a, mode: assist, likes: 5}", "likes=5: does nothing where mode=assist"),
        ("{use: invite, as: a, mode: fission, select: all}", "select=all: does nothing where mode=fission"),
        ("{use: giveaway, as: a, stages: 3}", "stages=3: does nothing where resolve=at_once"),
        ("{use: proof, as: a, thanks: 4}", "thanks=4: does nothing where source=orders"),
        ("{use: offer, as: a, signing_hours: 3}", "signing_hours=3: does nothing where least_buyers=1"),
        ("{use: broadcast, as: a, select: core}", "select=core: does nothing where channel=group"),
    ],
)
def test_what_would_do_nothing_is_refused(simulated, entry, said):
    with pytest.raises(ConfigError, match=said):
        simulated(f"[{entry}]")


@pytest.mark.parametrize(
    ("hook", "said"),
    [("{given: request}", "with a coupon"), ("{yuan: 5, least_buyers: 4}", "least_buyers=4: with given=request")],
)
def test_a_hook_that_would_do_nothing_is_refused(simulated, hook, said):
    with pytest.raises(ConfigError, match=said):
        simulated("[]", source(per_day=2, hook=hook))
    with pytest.raises(ConfigError, match="per_day, persons reached a day, or per_order"):
        simulated("[]", source(cost=2))
