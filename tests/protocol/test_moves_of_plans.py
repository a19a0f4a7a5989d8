"""Plans that open groups, keep a door and act on people: what they do is in the log, and nobody is moved who does not want to be."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.config import compose, replaced
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.kinds import DAY, NONE
from sim.events.log import LogWriter
from sim.run import from_plain, simulate, to_plain
from sim.verification import replay_log
from sim.vocabulary.tables import ATTENTIVE, GROUP, MUTED
from tests.property.test_reference import agree

DUTIES = "duties: {answer: 0.9, reply: 0, reply_top: 0, soothe: 1, moderate: 1, welcome: 1, rules: true}"
SMALL = ("scenario.population.size=60", "scenario.population.joining_days=0.5", "staff.days_per_week=7", "staff.absence=0",
         "parameters.mode=fixed", "confirm_days=0")  # fmt: skip
POSTS = "calendar: [{use: broadcast, as: posts, clock: {per_day: 1}, content: 1, talk: 2}]"
EVERYTHING = f"""\
{DUTIES}
{POSTS}
groups: {{main: {{count: 2, size: 30}}, later: {{count: 1, size: 20, opens_on_day: 3, planned_life_days: 6, from: [poster]}}}}
base:
  entry: {{mode: screened, least_tag: 0.2, disclosure: true, consent: true, stake: 5, friend_first: true, gift: {{cost: 3, worth: 10}}}}
rules:
  - {{when: {{age_days: ">=1"}}, do: {{act: [{{test: main, hours: 24}}, {{befriend: all, count: 9, cap_per_day: 4}}]}}, once: true}}
  - {{when: {{messages_30d_person: "<1", age_days: ">3"}}, do: {{act: {{route: public_domain}}}}, once: true}}
  - {{when: {{friends: ">0"}}, do: {{act: {{write: friends, only: major}}}}}}
  - {{when: {{age_days: ">=4"}}, do: {{act: {{split: top_talkers, count: 4, of: main}}}}, once: true}}
  - {{when: {{age_days: ">=6"}}, do: {{act: {{merge: later, move_to: main, notice_days: 1}}, run: pressure}}, once: true}}
  - {{when: {{age_days: ">=7"}}, do: {{act: {{migrate: buyers, of: main, notice_days: 1}}}}, once: true}}
handling:
  pressure: [{{step: explain, channel: public}}]
"""
INFLOW = "scenario.population.inflow.poster={per_day: 6, inquiry: 0.5, cost: 2}"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The scenario of a plan that stands in the test."""
    monkeypatch.chdir(tmp_path)

    def composed(text: str, *overrides: str):
        Path("mine.yaml").write_text(f"# @package strategy\n{text}\n")
        return compose(replaced([*SMALL, "strategy=./mine.yaml", "days=12"], overrides)).scenario

    return composed


def run(scenario, seed: int = 1) -> tuple[np.ndarray, Programme]:
    writer = LogWriter(None)
    programme = Programme(scenario, seed, 0, 0, writer)
    programme.run()
    return writer.seal({}).events, programme


def of(log: np.ndarray, kind: int) -> np.ndarray:
    return log[log["kind"] == kind]


# All of it together ------------------------------------------------------------------------------------------------------


def test_the_reference_does_the_same_row_for_row(plan):
    log = agree(plan(EVERYTHING, INFLOW, "days=10"), 3)
    seen = set(log["kind"].tolist())
    assert {kinds.ENTRY_REQUESTED, kinds.STAKE_PAID, kinds.MEMBER_INVITED, kinds.CHANNEL_OPENED, kinds.GROUP_SPLIT,
            kinds.GROUP_MERGED, kinds.CLOSING_ANNOUNCED, kinds.GROUP_CLOSED, kinds.INCIDENT_SETTLED} <= seen  # fmt: skip


def test_the_log_leads_to_the_live_state_and_the_manifest_back_to_the_plan(plan, tmp_path):
    scenario = plan(EVERYTHING, INFLOW)
    simulated = simulate(scenario, seed=2, folder=tmp_path / "run")
    assert replay_log(simulated.log, scenario, seed=2, replication=0) == list(simulated.states)
    assert from_plain(to_plain(scenario)) == scenario


@given(
    seed=st.integers(0, 2**53),
    stake=st.sampled_from([0, 5, 400]),
    mode=st.sampled_from(["open", "screened", "appointed", "paid"]),
)
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_persons_memberships_and_money_add_up(plan, seed, stake, mode):
    terms = f"strategy.entry.stake={stake}", f"strategy.entry.mode={mode}"
    scenario = plan(EVERYTHING, INFLOW, "days=9", "scenario.population.memberships=6", *terms)
    log, programme = run(scenario, seed)
    tables = programme.tables
    asked, came, kept_out = (of(log, kind) for kind in (kinds.ENTRY_REQUESTED, kinds.MEMBER_JOINED, kinds.ENTRY_DECLINED))
    through = came[np.isin(came["cause"], np.flatnonzero(log["kind"] == kinds.ENTRY_REQUESTED))]
    inside = [row for row in through if tables.channels["kind"][row["group"]] == GROUP]
    assert len(set(asked["actor"])) == len(asked) == len({*kept_out["actor"]} | {row["actor"] for row in inside}) + waiting(log)
    moved = of(log, kinds.MEMBER_LEFT)
    moved = moved[moved["x"] == 1]
    assert (log["kind"][moved["cause"]] == kinds.MEMBER_INVITED).all()  # nobody is moved who was not asked
    assert len(moved) == (came["y"] == kinds.MOVED).sum()
    present = np.isin(tables.members["mode"], (ATTENTIVE, MUTED))
    left = Counter(of(log, kinds.MEMBER_LEFT)["group"]) + Counter(of(log, kinds.MEMBER_REMOVED)["group"])
    for group in range(int(tables.head["channels"])):
        here = (tables.members["channel"] == group) & present
        assert here.sum() == tables.channels["members"][group] == Counter(came["group"])[group] - left[group]
    paid, orders = of(log, kinds.STAKE_PAID), of(log, kinds.ORDER_PLACED)
    assert len(paid) == (len(inside) if stake else 0)
    assert tables.ledger["revenue"] == pytest.approx(paid["x"].sum() + orders["x"].sum())
    assert tables.ledger["margin"] == pytest.approx(paid["x"].sum() + orders["y"].sum())


def waiting(log: np.ndarray) -> int:
    """How many have asked to come in and been told nothing yet."""
    asked = set(of(log, kinds.ENTRY_REQUESTED)["actor"])
    return len(asked - set(of(log, kinds.ENTRY_DECLINED)["actor"]) - set(joined_groups(log)))


def joined_groups(log: np.ndarray) -> list[int]:
    came, lines = of(log, kinds.MEMBER_JOINED), of(log, kinds.CHANNEL_OPENED)["group"]
    return came["actor"][~np.isin(came["group"], lines)].tolist()


# Acts and single members -------------------------------------------------------------------------------------------------


def test_a_rule_about_single_members_acts_on_those_for_whom_it_holds_once_each(plan):
    rule = "{when: {messages_30d_person: '<1', age_days: '>4'}, do: {act: {remove: person}}, once: true}"
    log, _ = run(plan(f"{DUTIES}\n{POSTS}\nrules: [{rule}]"))
    removed = of(log, kinds.MEMBER_REMOVED)
    assert len(removed) > 5 and len(set(removed["target"])) == len(removed)
    assert (log["kind"][removed["cause"]] == kinds.RULE_FIRED).all()
    wrote = log[np.isin(log["kind"], kinds.ORGANIC)]
    reviewed = {day: set(wrote["actor"][wrote["time"] < day * DAY]) for day in range(4, 13)}
    for row in removed:  # nobody who had written at the review the day before the work was done
        assert row["target"] not in reviewed[int(row["time"] // DAY)]


def test_who_is_removed_or_invited_costs_staff_the_time(plan):
    rule = "rules:\n  - {when: {messages_30d_person: '<1', age_days: '>4'}, do: {act: {remove: person}}, once: true}"
    with_rule, without = (run(plan(f"{DUTIES}\n{POSTS}\n{more}"))[0] for more in (rule, ""))
    work = [of(log, kinds.TASK_DONE) for log in (with_rule, without)]
    moderate = [int((rows["target"] == kinds.TASKS.index("moderate")).sum()) for rows in work]
    assert moderate[0] >= moderate[1] + len(of(with_rule, kinds.MEMBER_REMOVED))


def test_a_test_tells_a_lively_group_from_a_dead_one(plan):
    text = (f"{DUTIES}\n{POSTS}\nrules:\n  - {{when: {{age_days: '>=1'}}, do: {{act: {{test: all, hours: 24}}}}, once: true}}\n"
            "  - {when: {activation: '<0.5'}, do: {act: {dissolve: all, notice_days: 1}}, once: true}")  # fmt: skip
    alive, dead = (run(plan(text, *more))[0] for more in ((), ("parameters.value_start=0", "parameters.value_reference=1")))
    assert len(of(alive, kinds.GROUP_CLOSED)) == 0 and len(of(dead, kinds.GROUP_CLOSED)) == 1
    posted = of(alive, kinds.STIMULUS_POSTED)
    assert (alive["kind"][posted["cause"]] == kinds.RULE_FIRED).sum() == 4


def test_a_procedure_runs_where_somebody_complained_and_not_twice_at_a_time(plan):
    text = (f"{DUTIES}\n{POSTS}\nrules: [{{when: {{complaints_24h: '>=1'}}, do: {{run: pressure}}}}]\n"
            "handling: {pressure: [{step: explain, channel: public, wait_hours: 40}]}")  # fmt: skip
    log, _ = run(
        plan(text, "parameters=by_hand", "scenario.population.groups=2", "incident=[price_rise]", "incident.price_rise.day=2")
    )
    opened = of(log, kinds.INCIDENT_OPENED)
    ours = opened[opened["y"] == NONE]
    assert len(ours) and (log["kind"][ours["cause"]] == kinds.RULE_FIRED).all()
    complained = of(log, kinds.COMPLAINT_POSTED)
    for row in ours:
        recent = (complained["time"] < row["time"]) & (complained["time"] > row["time"] - DAY)
        assert row["group"] in complained["group"][recent]
    settled = {row["target"]: row["time"] for row in of(log, kinds.INCIDENT_SETTLED)}
    for group in set(ours["group"].tolist()):
        mine = ours[ours["group"] == group]
        for one, following in pairwise(mine):
            assert settled[one["target"]] <= following["time"]


# Groups ------------------------------------------------------------------------------------------------------------------


def test_groups_open_and_close_when_the_plan_says(plan):
    groups = "{a: {count: 2, size: 20}, b: {size: 20, opens_on_day: 4, planned_life_days: 5}}"
    log, programme = run(plan(f"{DUTIES}\n{POSTS}\ngroups: {groups}"))
    founded, closed = of(log, kinds.GROUP_FOUNDED), of(log, kinds.GROUP_CLOSED)
    assert [(row["group"], row["time"] / DAY, row["x"]) for row in founded] == [(0, 0, 20), (1, 0, 20), (2, 4, 20)]
    assert [(row["group"], row["time"] / DAY) for row in closed] == [(2, 9)]
    assert set(of(log, kinds.RULES_POSTED)["group"]) == {0, 1, 2}
    entered = of(log, kinds.MEMBER_JOINED)
    assert entered["time"][entered["group"] == 2].min() >= 4 * DAY
    assert (programme.tables.channels["capacity"][:3] == 25).all()


def test_cohorts_can_be_kept_apart(plan):
    text = f"{DUTIES}\n{POSTS}\ngroups: {{class: {{count: 3, size: 20, group_by: %s}}}}"
    for by, alone in (("cohort", True), ("place", False)):
        scenario = plan(text % by, "scenario.population.cohorts=2", "scenario.population.walk_ins_per_day=0")
        _, programme = run(scenario)
        traits = programme.people.traits[:60]
        assert all(len(set(traits["cohort"][traits["group"] == group])) <= 1 for group in range(3)) == alone


def test_the_same_persons_come_whatever_groups_a_plan_opens(plan):
    people = [
        run(plan(f"{DUTIES}\n{POSTS}\n{groups}", INFLOW))[1].people.traits
        for groups in ("", "groups: {a: {count: 3, size: 20}}")
    ]
    for name in ("key", "type", "tag", "cohort", "source"):
        assert (people[0][name] == people[1][name]).all()


# The door ----------------------------------------------------------------------------------------------------------------

DOOR = f"{DUTIES}\n{POSTS}\nbase: {{entry: {{%s}}}}"


def entered(log: np.ndarray) -> np.ndarray:
    rows = of(log, kinds.MEMBER_JOINED)
    return rows[~np.isin(rows["group"], of(log, kinds.CHANNEL_OPENED)["group"])]


def test_who_is_told_what_it_is_for_selects_and_a_gift_and_a_stake_move_who_comes(plan):
    source = "scenario.population.inflow.poster={per_day: 60, inquiry: 0.4}"
    counts, match = {}, {}
    for name, terms in {"bare": "mode: open", "told": "disclosure: true, consent: true", "gift": "gift: {cost: 1, worth: 20}",
                        "dear": "mode: paid, stake: 200"}.items():  # fmt: skip
        log, programme = run(plan(DOOR % terms, source, "scenario.population.capacity=5", "scenario.population.size=200"))
        who = entered(log)["actor"]
        who = who[programme.people.traits["source"][who] >= len(kinds.SOURCES)]
        counts[name], match[name] = len(who), programme.people.traits["match_content"][who].mean()
    assert counts["gift"] > counts["bare"] > counts["dear"] > 0
    assert match["told"] > match["bare"] + 0.02


def test_no_more_are_invited_a_day_than_the_plan_allows_and_each_check_is_work(plan):
    log, _ = run(plan(DOOR % "mode: appointed, invitations_per_day: 5, least_tag: 0.3, check_minutes: 1"))
    through = entered(log)
    through = through[through["y"] != kinds.REFERRAL]
    assert len(through) > 20
    upto = np.array([(through["time"] < day * DAY).sum() for day in range(1, 13)])
    assert (upto <= 5 * np.arange(1, 13)).all()  # five a day at most from the first day on
    tasks = of(log, kinds.TASK_DONE)
    assert (tasks["target"] == kinds.TASKS.index("screen")).sum() >= len(entered(log))


def test_a_check_errs_and_proof_makes_it_see_clearer(plan):
    shares = {}
    for name, terms in {"blind": "false_positives: 1", "strict": "false_positives: 0",
                        "proof": "false_positives: 0, proof: chat_screenshot"}.items():  # fmt: skip
        log, programme = run(plan(DOOR % f"mode: screened, least_tag: 0.4, {terms}", "scenario.population.size=200"))
        who = entered(log)["actor"]
        shares[name] = (programme.people.traits["match_content"][who] >= 0.4).mean(), len(who)
    assert shares["blind"][1] > shares["strict"][1] and shares["strict"][0] > shares["blind"][0]
    assert shares["proof"][0] > shares["strict"][0]


def test_an_agent_who_is_paid_by_the_head_lets_everybody_in_until_proof_is_asked(plan):
    source = "scenario.population.inflow.agents={per_day: 20, inquiry: 1, cost: 8}"
    terms = "mode: screened, least_tag: 0.6, false_positives: 0, owner_of_recruit: %s"
    counts = {}
    for owner in ("house", "agent", "agent, proof: chat_screenshot"):
        log, programme = run(
            plan(DOOR % (terms % owner), source, "scenario.population.founding=0.1", "scenario.population.capacity=5")
        )
        who = entered(log)["actor"]
        counts[owner] = int((programme.people.traits["source"][who] >= len(kinds.SOURCES)).sum())
        assert of(log, kinds.COST_PAID)["x"].sum() == 8 * counts[owner]
    assert counts["agent"] > counts["house"] and counts["agent"] > counts["agent, proof: chat_screenshot"]


def test_friend_first_gives_the_operator_a_line_to_everybody_who_comes(plan):
    log, _ = run(plan(DOOR % "friend_first: true"))
    line = int(of(log, kinds.CHANNEL_OPENED)["group"][0])
    came, through = of(log, kinds.MEMBER_JOINED), entered(log)
    through = through[through["y"] != kinds.REFERRAL]  # a friend brings them along without asking staff
    assert len(through) > 30 and set(came["actor"][came["group"] == line]) == set(through["actor"])


def test_a_source_comes_to_the_groups_that_name_it_in_its_time(plan):
    text = f"{DUTIES}\n{POSTS}\ngroups: {{a: {{size: 30, from: [poster]}}, b: {{size: 30, from: [nobody]}}}}"
    log, programme = run(
        plan(text, "scenario.population.inflow.poster={per_day: 8, inquiry: 1, day: 2, days: 3, mix: {kol: 1}}")
    )
    traits = programme.people.traits
    mine = entered(log)[traits["source"][entered(log)["actor"]] >= len(kinds.SOURCES)]
    assert len(mine) and set(mine["group"]) == {0} and (mine["y"] == len(kinds.SOURCES)).all()
    assert mine["time"].min() >= 2 * DAY and mine["time"].max() < 6 * DAY
    assert len(set(traits["type"][mine["actor"]])) == 1


# Tiers, tags, refusals ---------------------------------------------------------------------------------------------------

TIERED = f"""{DUTIES}
{POSTS}
groups: {{main: {{size: 50}}, super: {{size: 10}}}}
base: {{segments: {{tiers: {{super: 3, potential: 1}}, window_days: 10}}}}
rules:
  - {{when: {{tier_due: ">=1"}}, do: {{act: {{promote: due, move_to: super, cap_per_day: 3}}}}}}
  - {{when: {{tier_super: ">=1"}}, do: {{on_people: {{care: {{select: tier, count: 2, every_days: 1}}}}}}}}
"""
BUYING = ("scenario.market.needs_per_month=30", "scenario.market.base_odds=0.6")


def test_tiers_are_earned_by_orders_within_the_window_and_promotion_is_an_invitation(plan):
    log, programme = run(plan(TIERED, *BUYING))
    promoted, orders = of(log, kinds.TIER_SET), of(log, kinds.ORDER_PLACED)
    assert set(promoted["x"]) == {1, 2}
    for row in promoted:
        window = (
            (orders["actor"] == row["target"]) & (orders["time"] <= row["time"]) & (orders["time"] > row["time"] - 10 * DAY)
        )
        assert window.sum() >= (3 if row["x"] == 2 else 1)
    for person in set(promoted["target"]):
        places = promoted["x"][promoted["target"] == person]
        assert (np.diff(places) > 0).all()  # each time a higher one
    invited = of(log, kinds.MEMBER_INVITED)
    assert len(invited) and set(invited["target"]) <= set(promoted["target"]) and set(invited["group"]) == {1}
    assert len(promoted) <= 3 * 12 and all((promoted["time"] < day * DAY).sum() <= 3 * day for day in range(1, 12))
    refused = set(of(log, kinds.INVITATION_DECLINED)["actor"])
    still = {person for person in refused if programme.tables.members["mode"][person] in (ATTENTIVE, MUTED)}
    assert still  # whoever says no stays where they are
    cared = of(log, kinds.MEMBER_CARED_FOR)
    assert len(cared) and set(cared["target"]) <= set(promoted["target"])


def test_who_did_not_become_a_friend_is_asked_again_only_where_refusals_are_not_respected(plan):
    asked = {}
    for respected in ("true", "false"):
        text = (f"{DUTIES}\n{POSTS}\nbase: {{segments: {{respect_opt_out: {respected}}}}}\n"
                "rules: [{when: {age_days: '>1'}, do: {act: {befriend: all, count: 10}}}]")  # fmt: skip
        log, _ = run(plan(text))
        asked[respected] = Counter(of(log, kinds.MEMBER_INVITED)["target"].tolist())
    assert max(asked["true"].values()) == 1 < max(asked["false"].values())


def test_only_who_is_tagged_can_be_chosen_by_tag(plan):
    counts = []
    for share in (0, 0.5, 1):
        text = (f"{DUTIES}\nbase: {{segments: {{tags: {share}}}}}\n"
                "calendar: [{use: care, as: rounds, select: tag, count: 100, clock: {every_days: 3}}]")  # fmt: skip
        log, _ = run(plan(text))
        counts.append(len(set(of(log, kinds.MEMBER_CARED_FOR)["target"])))
    assert counts[0] == 0 < counts[1] < counts[2]


def test_alumni_are_those_who_were_there_when_a_phase_ended(plan):
    text = (f"{DUTIES}\n{POSTS}\nphases: [{{name: a, until: {{age_days: '>=5'}}}}, {{name: b}}]\n"
            "rules: [{when: {age_days: '>1'}, do: {on_people: {care: {select: alumni, count: 5, every_days: 1}}}}]")  # fmt: skip
    log, _ = run(plan(text))
    cared, came = of(log, kinds.MEMBER_CARED_FOR), of(log, kinds.MEMBER_JOINED)
    assert len(cared) and cared["time"].min() >= 5 * DAY
    assert set(cared["target"]) <= set(came["actor"][came["time"] <= 5 * DAY])


# Pop-ups and word of mouth -----------------------------------------------------------------------------------------------

POPUP = f"""{DUTIES}
calendar:
  - {{use: broadcast, as: posts, clock: {{per_day: 1}}, content: 1, talk: 2}}
  - {{use: popup, as: rescue, lead_days: 2, days: 4, leaders: 2, reminders: 3, running: false, close: %s, route: true}}
rules: [{{when: {{age_days: "2..4"}}, do: {{start: [rescue]}}}}]
"""


def test_a_pop_up_is_led_by_members_lives_its_days_and_is_closed_or_left_to_itself(plan):
    for close in ("true", "false"):
        log, _ = run(plan(POPUP % close, "days=14"))
        founded = of(log, kinds.GROUP_FOUNDED)
        new, began = int(founded["group"][1]), founded["time"][1]
        assert len(founded) == 2 and began >= 2 * DAY
        asked = of(log, kinds.MEMBER_INVITED)
        asked = asked[asked["group"] == new]
        first = asked[asked["time"] < began + 1.5 * DAY]
        assert len(first) == 2 and len(asked) > 30 and (asked["x"] == NONE).all()  # nobody has to leave a group for it
        posts = of(log, kinds.STIMULUS_POSTED)
        posts = posts[(posts["group"] == new) & (posts["cause"] != NONE)]  # those of the calendar reach it as any other group
        assert 9 <= len(posts) <= 13 and posts["time"].min() >= began + 1.5 * DAY
        ended = of(log, kinds.GROUP_CLOSED)
        assert len(ended) == (close == "true")
        assert {new} >= set(ended["group"])


def test_members_who_are_convinced_bring_others_along(plan):
    word = f"{DUTIES}\ncalendar: [{{use: invite, as: word, select: top_talkers, count: 6, lead_days: 1, clock: {{every_days: 2}}}}]"
    small = ("scenario.population.reservoir=0.5", "scenario.population.walk_ins_per_day=0", "parameters.referral_rate=0")
    log, _ = run(plan(word, *small))
    asked, met, came = (of(log, kind) for kind in (kinds.MEMBER_ASKED, kinds.REQUEST_MET, kinds.MEMBER_JOINED))
    brought = came[came["y"] == kinds.REFERRAL]
    assert len(brought) and set(brought["target"]) <= set(met["actor"]) and len(brought) <= len(met) < len(asked)
    assert (log["kind"][brought["cause"]] == kinds.REQUEST_MET).all() and len(set(brought["actor"])) == len(brought)
    agree(plan(word, *small, "days=8", "scenario.population.size=30"), 2)
    cold, _ = run(plan(word, *small, "parameters.value_start=0", "parameters.value_reference=1"))
    assert len(of(cold, kinds.REQUEST_MET)) < len(met)


def test_who_talks_in_one_group_is_no_talker_of_another(plan):
    word = f"{DUTIES}\n{POSTS}\nrules: [{{when: {{age_days: '>=3'}}, do: {{act: {{split: all, count: 30}}}}, once: true}}]"
    log, programme = run(plan(word))
    spoken = log[np.isin(log["kind"], (kinds.MESSAGE_POSTED, kinds.QUESTION_ASKED))]
    for group in (0, int(of(log, kinds.GROUP_SPLIT)["target"][0])):
        persons, heard = programme.count_talk(group, 0)
        counted = Counter(spoken["actor"][spoken["group"] == group].tolist())
        assert dict(zip(persons.tolist(), heard.tolist())) == {person: counted[person] for person in persons.tolist()}
        assert sum(counted.values()) == heard.sum() > 0
