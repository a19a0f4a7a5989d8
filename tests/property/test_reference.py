"""The compiled member model against a naive one in plain Python: the same people do the same things at the same time."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from sim.config import compose, options, replaced
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.log import EventLog, LogWriter
from sim.scenario import Lever, Scenario
from sim.vocabulary import tables
from sim.vocabulary.tables import RECENT
from tests.reference.model import ReferenceProgramme
from tests.reference.tables import ABSENT, ATTENTIVE, GONE, MUTED

TOLERANCE = 1e-9
SMALL = ("scenario.population.programmes=1", "confirm_days=2")
#: Faster lives, so that a few days show every rule.
LIVELY = (
    "parameters.leave_rate=0.02",
    "parameters.mute_rate=0.05",
    "scenario.population.ties_per_member=4",
    "parameters.contagion=2",
    "parameters.ignored_hours=4",
    "parameters.question_anger=0.6",
    "parameters.referral_rate=0.4",
)


def live(scenario: Scenario, seed: int, kind: type[Programme] = Programme) -> tuple[EventLog, Programme]:
    """One programme that was run; its log and itself."""
    writer = LogWriter(None)
    programme = kind(scenario, seed, 0, 0, writer)
    programme.run()
    return writer.seal({}), programme


def differences(ours: np.ndarray, theirs: np.ndarray) -> list[str]:
    """The first rows that differ, in words."""
    shared = min(len(ours), len(theirs))
    a, b = ours[:shared], theirs[:shared]
    wrong = np.zeros(shared, dtype=bool)
    for name in ("time", "cause", "kind", "group", "actor", "target"):
        wrong |= a[name] != b[name]
    for name in ("x", "y"):
        wrong |= np.abs(a[name] - b[name]) > TOLERANCE * np.maximum(1.0, np.abs(b[name]))
    lines = [f"row {row}: compiled {a[row]}, reference {b[row]}" for row in np.flatnonzero(wrong)[:5]]
    return lines + ([f"{len(ours)} rows compiled, {len(theirs)} in the reference"] if len(ours) != len(theirs) else [])


def number_of(thing) -> float:
    """How the state names something that may be missing."""
    return -1 if thing is None else thing.number


def state_differences(programme: Programme, reference: ReferenceProgramme) -> list[str]:
    """Where the final states differ, in words."""
    state, rules = programme.tables, reference.rules
    wrong = []

    def compare(where: str, ours: float, theirs: float) -> None:
        if not abs(ours - theirs) <= TOLERANCE * max(1.0, abs(theirs)):
            wrong.append(f"{where}: compiled {ours}, reference {theirs}")

    modes = {ABSENT: tables.ABSENT, ATTENTIVE: tables.ATTENTIVE, MUTED: tables.MUTED, GONE: tables.GONE}
    personal = {"at", "prompt", "incident"}
    for person, feels in zip(rules.persons, state.persons, strict=True):
        compare(f"person {person.number} at", feels["at"], person.felt_at)
        for name in ("prompt", "incident"):
            compare(f"person {person.number} {name}", feels[name], number_of(getattr(person, name)))
        wallet = state.wallets[person.number]
        for place in range(len(wallet["until"])):
            until, row, stimulus = person.wallet.get(place, (0, 0, None))
            number = next((n for n, one in rules.stimuli.items() if one is stimulus), 0)
            for name, theirs in (("until", until), ("row", row), ("stimulus", number)):
                compare(f"person {person.number} coupon {place} {name}", wallet[name][place], theirs)
        for name in set(feels.dtype.names) - personal:
            compare(f"person {person.number} {name}", feels[name], float(getattr(person, name)))
    special = {"mode", "person", "channel", "waiting", "offer", "asked", "asked_before", "next", "came_from", "left_at"}
    compare("memberships", state.head["seats"], len(rules.seats))
    for number, (seat, row) in enumerate(zip(rules.seats, state.members[: len(rules.seats)], strict=True)):
        where = f"membership {number} of person {seat.number}"
        after = seat.memberships[seat.memberships.index(seat) + 1 :]
        compare(f"{where} mode", row["mode"], modes[seat.mode])
        compare(f"{where} person", row["person"], seat.number)
        compare(f"{where} channel", row["channel"], seat.group.number)
        compare(f"{where} next", row["next"], rules.seats.index(after[0]) if after else -1)
        compare(f"{where} came_from", row["came_from"], number_of(seat.came_from))
        compare(f"{where} left_at", row["left_at"], tables.NEVER if seat.left_at is None else seat.left_at)
        for name in ("waiting", "offer"):
            compare(f"{where} {name}", row[name], number_of(getattr(seat, name)))
        for name in ("asked", "asked_before"):
            place = getattr(seat, name)
            compare(f"{where} {name}", row[name], seat.group.asks[place - 1].number if place else -1)
        for name in set(row.dtype.names) - special:
            compare(f"{where} {name}", row[name], float(getattr(seat, name)))
    compare("channels", state.head["channels"], len(rules.groups))
    for group, row in zip(rules.groups, state.channels[: len(rules.groups)], strict=True):
        seats = state.rosters[row["roster"] : row["roster"] + row["enlisted"]]
        compare(f"group {group.number} roster", len(seats), len(group.persons))
        for place, member, upto in zip(seats, group.persons, group.cumulative, strict=True):
            compare(f"group {group.number} on the roster", place["seat"], rules.seats.index(member))
            compare(f"group {group.number} weight", place["cumulative"], upto)
        for name in (
            "members",
            "muted",
            "capacity",
            "rules",
            "closed",
            "least_tag",
            "listing",
            "breach",
            "breach_at",
            "herd",
            "herd_at",
            "planned",
        ):
            compare(f"group {group.number} {name}", row[name], float(getattr(group, name)))
        compare(f"group {group.number} messages", row["ordinal"], len(group.messages))
    compare("messages", state.head["messages"], len(rules.messages))
    for message, row in zip(rules.messages, state.messages[: len(rules.messages)], strict=True):
        for name in ("time", "row", "sentiment", "reward", "deadline", "removed", "answered", "audience"):
            compare(f"message {message.number} {name}", row[name], float(getattr(message, name)))
        for name, theirs in (("author", message.author), ("channel", message.group), ("incident", message.incident)):
            compare(f"message {message.number} {name}", row[name], number_of(theirs))
    compare("incidents", state.head["incidents"], len(rules.incidents))
    for number, case in rules.incidents.items():
        for name in ("opened_at", "responded_at", "closed_at", "severity", "aggrieved"):
            value = getattr(case, name)
            compare(f"incident {number} {name}", state.incidents[name][number], -1 if value is None else value)
    for name in ("revenue", "margin", "benefits", "refunds", "wages", "hours", "price", "unit_cost"):
        compare(name, state.ledger[name], getattr(rules, name))
    return wrong[:8]


def agree(scenario: Scenario, seed: int) -> np.ndarray:
    """Lives a scenario in both models and holds them against each other; gives the rows."""
    log, programme = live(scenario, seed)
    reference_log, reference = live(scenario, seed, ReferenceProgramme)
    wrong = "\n".join(differences(log.events, reference_log.events) or state_differences(programme, reference))
    assert not wrong, wrong
    return log.events


def scenario_of(*overrides: str) -> Scenario:
    """A small scenario of the shipped configs."""
    return compose(replaced(SMALL, overrides)).scenario


@pytest.mark.parametrize("strategy", options("strategy"))
@pytest.mark.parametrize(("size", "days", "seed", "more"), [(40, 10, 1, ()), (60, 6, 2, LIVELY), (24, 15, 3, LIVELY)])
def test_every_strategy_agrees(strategy, size, days, seed, more):
    rows = agree(scenario_of(f"strategy={strategy}", f"scenario.population.size={size}", f"days={days}", *more), seed)
    assert len(rows) >= (2 if strategy == "no_group" else 150)  # a stake of 1,200 yuan keeps most of two dozen out


def test_they_agree_when_more_was_written_than_can_be_found_again():
    rows = agree(
        scenario_of(
            "strategy=kol_care",
            "scenario.population.size=150",
            "days=14",
            "parameters=by_hand",
            "parameters.read_cap=400",
            *LIVELY,
        ),
        5,
    )
    assert np.isin(rows["kind"], kinds.MESSAGES).sum() > 2 * RECENT


@pytest.mark.parametrize("name", options("scenario"))
def test_every_scenario_agrees(name):
    agree(scenario_of(f"scenario={name}", "scenario.population.size=30", "scenario.population.groups=1", "days=6"), 4)


@pytest.mark.parametrize("incident", options("incident"))
@pytest.mark.parametrize("strategy", ["kol_care", "no_plan"])
def test_every_incident_agrees(incident, strategy):
    base = [
        f"strategy={strategy}",
        f"incident=[{incident}]",
        "parameters=by_hand",
        "scenario.population.size=40",
        "days=12",
        *LIVELY,
    ]
    keys = compose(replaced(SMALL, base)).plain.get("incident", {}).get(incident, {})
    rows = agree(scenario_of(*base, *([f"incident.{incident}.day=3"] if "day" in keys else [])), 5)
    assert len(rows) > 200


@pytest.mark.parametrize("campaign", options("campaign"))
def test_every_campaign_agrees(campaign):
    agree(
        scenario_of("strategy=columns_and_perks", f"campaign=[{campaign}]", "scenario.population.size=40", "days=9", *LIVELY), 6
    )


#: The laws that are off by default, all of them on.
ALL_LAWS = (
    "parameters.value_spread=0.25", "parameters.drift_spread=0.8", "parameters.heat_gain=1", "parameters.heat_rate=2",
    "parameters.weekend_talk=0.6", "parameters.hour_focus=1.2", "parameters.voices_loafing=0.4", "parameters.session_gain=60",
    "parameters.debut_loss=1", "parameters.debut_answer=0.5", "parameters.debut_replies=3", "parameters.spree_share=0.4",
    "parameters.group_spread=0.7", "parameters.rules_courage=1.7", "parameters.uncertain_odds=3",
    "parameters.mute_haste=5", "parameters.market_weight=0.6", "parameters.need_gain=1", "parameters.deal_gain=0.3",
    "parameters.bond_buying=1", "parameters.bond_stay=1", "parameters.bond_price=0.6", "parameters.bond_spread=2",
    "parameters.bond_show=1", "parameters.bond_recovery=0.4", "parameters.tier_bond=0.2", "parameters.bond_care=0.5",
    "parameters.ask_habit=0.2", "parameters.help_habit=0.3", "parameters.seller_doubt=0.3", "parameters.form_wear=0.4",
    "parameters.esteem_step=0.2", "parameters.wish_buying=1",
    "parameters.effort_spread=0.8", "parameters.level_width=0.2", "parameters.claim_habit=0.3",
    "parameters.doubt_talk=0.6", "parameters.doubt_leave=1.5", "parameters.tell_rate=20", "parameters.told_anger=0.8",
    "parameters.other_chats=3", "parameters.fold_below=0.6", "parameters.fold_left=0.2", "parameters.told_comes=0.5",
)  # fmt: skip


@pytest.mark.parametrize("strategy", ["kol_care", "columns_and_perks", "feizhimi", "no_plan"])
@pytest.mark.parametrize(("size", "days", "seed"), [(40, 16, 1), (24, 20, 3)])
def test_every_law_agrees(strategy, size, days, seed):
    buying = ("scenario.market.needs_per_month=60", f"scenario.population.size={size}", f"days={days}")
    rows = agree(scenario_of(f"strategy={strategy}", "campaign=[flash_deals]", *buying, *LIVELY, *ALL_LAWS), seed)
    assert len(rows) > 200


#: A plan that trains, honours, shows, poses and keeps alumni, and the kinds of rows that it brings about.
STANDING = {
    "duties": {"answer": 0.8, "reply": 0.2, "reply_top": 0, "soothe": 0.5, "moderate": 0.8, "welcome": 1, "rules": False},
    "response": {"bot": 0.4},
    "calendar": [
        {"use": "broadcast", "as": "posts", "clock": {"per_day": 2}, "content": 1},
        {"use": "training", "as": "makers", "clock": {"day": 1}, "role": "maker", "lessons": 1, "hours": 0.2, "gap_days": 0.5},
        {"use": "training", "as": "kocs", "clock": {"day": 2}, "role": "koc", "lessons": 1, "hours": 0.2, "gap_days": 0.5},
        {"use": "honours", "as": "titles", "clock": {"every_days": 2}, "counts": "talk", "least": 1, "times": 2, "applause": 2},
        {"use": "staging", "as": "scenes", "clock": {"per_day": 2}, "accounts": 3, "orders": 1},
        {"use": "course", "as": "term", "clock": {"day": 1, "days": 4}, "keep_alumni": True},
        {"use": "care", "as": "photos", "clock": {"every_days": 1}, "act": "show", "select": "all", "count": 10},
        {"use": "care", "as": "works", "clock": {"every_days": 1}, "act": "show", "select": "alumni", "count": 10},
    ],
}


@pytest.mark.parametrize(("size", "days", "seed"), [(30, 14, 1), (24, 20, 3)])
def test_members_who_stand_out_agree(size, days, seed, tmp_path):
    plan = tmp_path / "standing.yaml"
    plan.write_text(json.dumps(STANDING))
    words = (f"scenario.population.size={size}", f"days={days}", "staff=team", "parameters.seen_through=0.05")
    rows = agree(scenario_of(f"strategy={plan}", *words, *LIVELY, *ALL_LAWS), seed)
    seen = set(rows["kind"].tolist())
    wanted = (
        kinds.ROLE_TAKEN, kinds.BRAND_SHOWN, kinds.OFFER_PASSED, kinds.HONOUR_GIVEN, kinds.BOND_GROWN, kinds.POSING_SEEN,
    )  # fmt: skip
    assert {int(kind) for kind in wanted} <= seen


def test_several_sellers_of_one_customer_agree():
    """Each of two roles sells to all, and whoever is free of a role of two."""
    words = ("scenario.population.size=20", "days=16", "staff=team", "strategy.base.crew.roles.corporate.people=2")
    often = ("strategy.corporate_sells.clock.every_days=3", "strategy.store_sells.clock.every_days=4")
    rows = agree(scenario_of("scenario=brand_pool", "strategy=brand_pool", *words, *often, *LIVELY, *ALL_LAWS), 5)
    sold = rows[rows["kind"] == kinds.MEMBER_PRESSED]
    assert len(set(sold["actor"].tolist())) > 2 and (rows["kind"] == kinds.ORDER_PLACED).any()


#: A plan with a feed and private lines beside its groups, events that newcomers are told of, and friends who are asked along.
CHANNELS = {
    "groups": {
        "main": {"count": 2, "size": 20},
        "posts": {"kind": "feed", "size": 12, "reach": 0.4},
        "line": {"kind": "line", "size": 8},
    },
    "duties": {"answer": 0.6, "reply": 0.2, "reply_top": 0, "soothe": 0.1, "moderate": 0.8, "welcome": 1, "rules": False},
    "calendar": [
        {"use": "broadcast", "as": "posts", "clock": {"per_day": 2}, "content": 1},
        {"use": "broadcast", "as": "feeds", "audience": "posts", "clock": {"per_day": 3}, "content": 1, "recall": 1},
        {"use": "offer", "as": "drops", "audience": "line", "clock": {"every_days": 2, "hour": 12}, "discount": 0.2},
        {"use": "welcome", "as": "hello", "text": "next_event"},
        {"use": "stream", "as": "live", "clock": {"day": 3, "every_days": 3, "hour": 20}, "announce_days": 2},
        {"use": "invite", "as": "asked", "clock": {"day": 1, "every_days": 4}, "mode": "fission", "gift_inviter": 50},
    ],
}


@pytest.mark.parametrize(("strategy", "days", "seed"), [("", 14, 7), ("feizhimi", 10, 5)])
def test_people_who_stay_out_and_channels_in_the_place_of_groups_agree(strategy, days, seed, tmp_path):
    plan = tmp_path / "channels.yaml"
    plan.write_text(json.dumps(CHANNELS))
    mix = "{kol: 0.1, regular: 0.3, lurker: 0.2, stays_out: 0.2, well_off: 0.2, freebie_hunter: 0}"
    words = (
        f"scenario.population.mix={mix}", "scenario.population.reservoir=0.5", "scenario.population.memberships=4",
        "scenario.population.walk_ins_per_day=1", "scenario.market.needs_per_month=60", "scenario.population.size=24",
    )  # fmt: skip
    rows = agree(scenario_of(f"strategy={strategy or plan}", f"days={days}", *words, *LIVELY, *ALL_LAWS), seed)
    wanted = {int(kinds.GROUP_FOLDED), int(kinds.ENTRY_DECLINED), *([] if strategy else [int(kinds.TROUBLE_TOLD)])}
    assert wanted <= set(rows["kind"].tolist())


@pytest.mark.parametrize("seed", [1, 2])
def test_people_whose_first_word_is_a_complaint_agree(seed):
    """The target of a complaint is an incident: it is no reply to the message of that number."""
    fault = ("incident=[product_fault]", "incident.product_fault.severity=1")
    buying = ("scenario.market.base_odds=1", "scenario.market.needs_per_month=10")
    rows = agree(scenario_of(*fault, *buying, "scenario.population.size=40", "days=14", *LIVELY), seed)
    assert (rows["kind"] == kinds.COMPLAINT_POSTED).any()


def test_groups_that_share_staff_agree():
    agree(
        scenario_of("strategy=kol_care", "scenario.population.groups=3", "scenario.population.size=20", "days=10", *LIVELY), 7
    )


def test_groups_that_are_closed_agree():
    closing = (
        "campaign=[columns,planned_end]",
        "campaign.planned_end.day=4",
        "incident=[price_rise]",
        "incident.price_rise.day=2",
    )
    buying = ("scenario.market.needs_per_month=60", "scenario.population.groups=2", "scenario.population.size=20", "days=9")
    rows = agree(scenario_of("strategy=kol_care", *closing, *buying, *LIVELY), 11)
    closed = rows["time"][rows["kind"] == kinds.GROUP_CLOSED]
    assert len(closed) == 2 and (rows["time"][rows["kind"] == kinds.ORDER_PLACED] > closed.max()).any()


def test_levers_agree():
    scenario = scenario_of("strategy=kol_care", "scenario.population.size=30", "days=8")
    agree(dataclasses.replace(scenario, levers=(Lever(day=3, key="strategy.posts_per_day", value=6),)), 8)


def all_kinds() -> set[int]:
    """Kinds that the shipped strategies, incidents and campaigns can bring about in a few days."""
    return {
        int(code)
        for code in (
            kinds.GROUP_CHECKED,
            kinds.MESSAGE_POSTED,
            kinds.QUESTION_ASKED,
            kinds.MEMBER_JOINED,
            kinds.MEMBER_LEFT,
            kinds.GROUP_MUTED,
            kinds.ORDER_PLACED,
            kinds.STIMULUS_POSTED,
            kinds.MEMBER_ANSWERED,
            kinds.MEMBER_WELCOMED,
            kinds.MEMBER_CARED_FOR,
            kinds.TASK_DONE,
            kinds.RULES_POSTED,
        )
    }


def test_the_cases_reach_the_rules():
    rows = agree(scenario_of("strategy=kol_care", "scenario.population.size=60", "days=12", *LIVELY), 9)
    assert all_kinds() <= set(rows["kind"].tolist())


#: Parameters that show at once in what people feel, and parameters that only decide what they do.
FELT = (
    "value_days",
    "warmth_days",
    "reply_warmth",
    "staff_hours",
    "read_scale",
    "tenure_gain",
    "satiation_days",
    "operator_cost",
)
DECIDES = ("post_scale", "consent_floor", "warmth_effect", "replies_mean", "slow_minutes", "recall_effect")


@pytest.mark.parametrize(("name", "factor"), [(name, 1.001) for name in FELT] + [(name, 1.2) for name in DECIDES])
def test_a_slight_change_in_one_of_the_two_is_seen(name, factor):
    scenario = scenario_of(
        "parameters=by_hand",
        "strategy=kol_care",
        "scenario.population.size=40",
        "days=8",
        "scenario.market.needs_per_month=60",
        *LIVELY,
    )
    value = getattr(scenario.parameters, name)
    changed = dataclasses.replace(scenario, parameters=dataclasses.replace(scenario.parameters, **{name: value * factor}))
    log, programme = live(scenario, 10)
    reference_log, reference = live(changed, 10, ReferenceProgramme)
    assert differences(log.events, reference_log.events) or state_differences(programme, reference)
