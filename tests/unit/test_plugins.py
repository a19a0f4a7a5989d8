"""Every plug-in there is: what its yaml says, and what a few days with it leave behind."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim import plugins
from sim.config import compose, config_folder, replaced, summary, trigger_of
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.kinds import (
    ADVERT_POSTED,
    CAMPAIGN_ENDED,
    CAMPAIGN_STARTED,
    GRIEVANCE_FELT,
    GROUP_CLOSED,
    INCIDENT_OPENED,
    INCIDENT_SETTLED,
    MEMBER_JOINED,
    NAMES,
    NONE,
    ORGANIC,
    STIMULUS_ANSWERED,
    STIMULUS_POSTED,
    TASK_DONE,
    TASKS,
)
from sim.events.log import LogWriter
from sim.kernel.replay import replay, state_digest
from sim.projections.lifecycle import project_lifetimes
from sim.vocabulary.tables import ATTENTIVE, MUTED
from sim.world.build import build_state, build_world
from sim.world.carve import carve_state, carve_world

GROUPS = ("strategy", "campaign", "incident", "member")
ALL = [(group, path.stem) for group in GROUPS for path in sorted((config_folder() / group).glob("*.yaml"))]
LISTED = [(group, name) for group, name in ALL if group in ("campaign", "incident")]
INCIDENTS = [name for group, name in ALL if group == "incident"]
DIGEST = config_folder().parents[1] / "shared" / "domain" / "digest.md"
SMALL = (
    "scenario.population.size=60", "scenario.population.joining_days=0.5", "staff.days_per_week=7", "days=5", "confirm_days=0",
)  # fmt: skip
SILENT = ("strategy=no_plan", "strategy.promotions_per_day=0")
DAY, HOUR = int(kinds.DAY), int(kinds.HOUR)


def content(group: str, name: str) -> dict:
    return yaml.safe_load((config_folder() / group / f"{name}.yaml").read_text("utf-8"))


@cache
def live(*overrides: str, seed: int = 1) -> Simulated:
    return Simulated(compose(replaced(SMALL, overrides)).scenario, seed)


class Simulated:
    """A run with its final state still at hand."""

    def __init__(self, scenario, seed: int) -> None:
        self.scenario, self.writer = scenario, LogWriter(None)
        self.programme = Programme(scenario, seed, 0, 0, self.writer)
        self.start = self.programme.state.copy()
        self.programme.run()
        self.log = self.writer.seal({})
        self.events = self.log.of_shard(0)

    def of(self, *kinds: int) -> np.ndarray:
        return self.events[np.isin(self.events["kind"], kinds)]


def with_plugin(group: str, name: str) -> tuple[str, ...]:
    """Overrides that let a plug-in take part from day 1 on."""
    if group == "strategy":
        return (f"strategy={name}",)
    if group == "member":
        members = [one for kind, one in ALL if kind == "member"]
        return tuple(f"++scenario.population.mix.{one}={int(one == name)}" for one in members)
    return f"{group}=[{name}]", f"{group}.{name}.day=1"


# What is written down --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", GROUPS)
def test_every_yaml_has_its_file_and_every_file_its_yaml(group):
    files = [name for name in plugins.plugin_names(group) if (group, name) != ("member", "member_type")]
    assert (
        sorted({trigger_of(kind, name) for kind, name in ALL if kind == group and not plugins.is_written(kind, name)}) == files
    )


@pytest.mark.parametrize(("group", "name"), ALL)
def test_the_yaml_lists_every_field(group, name):
    if not plugins.is_written(group, name):
        own = plugins.plugin_class(group, trigger_of(group, name))  # raises unless there is exactly one settings class
        assert set(content(group, name)) - {"digest", "trigger"} == {field.name for field in dataclasses.fields(own)}
    assert content(group, name)["digest"]
    assert summary(group, name).endswith(".")
    first = (config_folder() / group / f"{name}.yaml").read_text("utf-8").splitlines()[0]
    assert first == f"# @package {group}" + ("" if group == "strategy" else f".{name}")


@pytest.mark.skipif(not DIGEST.is_file(), reason="the digest of the requirements lies beside the checkout, and it is not there")
@pytest.mark.parametrize("path", sorted(config_folder().glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_digest_rows_exist(path: Path):
    known = set(re.findall(r"^(?:\| |### |  - )([A-Z]\d+[a-z]?(?:\.s\d+)?)\b", DIGEST.read_text("utf-8"), re.MULTILINE))
    assert set((yaml.safe_load(path.read_text("utf-8")) or {}).get("digest", ())) <= known


@pytest.mark.parametrize(("group", "name"), [pair for pair in ALL if not plugins.is_written(*pair)])
def test_plugins_do_not_read_what_members_feel_and_never_mention_death(group, name):
    source = Path(plugins.import_module(f"{plugins.PACKAGES[group]}.{trigger_of(group, name)}").__file__).read_text("utf-8")
    assert not re.search(r"_programme|\bM_[A-Z]|\bdead\b|\bdeath\b|\bdies?\b", source)
    assert f"from {plugins.PACKAGES[group]}" not in source


# What a few days leave behind ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "name"), ALL)
def test_invariants_hold(group, name):
    simulated = live(*with_plugin(group, name))
    events, state = simulated.events, simulated.programme.tables
    place, members = state.channels[0], state.members[state.members["channel"] == 0]
    inside = np.isin(members["mode"], (ATTENTIVE, MUTED)).sum()
    assert 0 <= place["members"] == inside <= place["capacity"]
    assert 0 <= place["muted"] == (members["mode"] == MUTED).sum() <= place["members"]
    assert all(np.isfinite(part[name]).all() for part in state for name in part.dtype.names)
    assert (np.diff(events["time"]) >= 0).all()
    assert (events["cause"] < np.arange(len(events))).all()
    assert np.isfinite(events["x"]).all() and np.isfinite(events["y"]).all()
    assert state_digest(replay(events, simulated.programme.world.array, simulated.start)) == state_digest(
        simulated.programme.state
    )


@pytest.mark.parametrize(("group", "name"), LISTED)
def test_a_listed_plugin_does_something(group, name):
    simulated = live(*with_plugin(group, name))
    marks = simulated.of(CAMPAIGN_STARTED if group == "campaign" else INCIDENT_OPENED)
    assert len(marks)
    assert len(simulated.of(STIMULUS_POSTED)) > 0
    rows = np.flatnonzero(np.isin(simulated.events["kind"], (CAMPAIGN_STARTED, INCIDENT_OPENED)))
    assert np.isin(simulated.events["cause"], rows).any() or name == "order_relay"


@pytest.mark.parametrize(("group", "name"), LISTED)
@pytest.mark.parametrize("case", [("staff=nobody",), ("strategy=no_group",), ("scenario.population.groups=2", "staff=team")])
def test_a_listed_plugin_copes_with_nobody_and_with_many(group, name, case):
    simulated = live(*with_plugin(group, name), *case)
    posts = simulated.of(STIMULUS_POSTED)
    if case[0] == "staff=nobody" or case[0] == "strategy=no_group":
        assert len(posts) == len(simulated.of(STIMULUS_ANSWERED, INCIDENT_SETTLED)) == 0
    if case[0] == "strategy=no_group":
        assert {NAMES[kind] for kind in simulated.events["kind"]} <= {"ORDER_PLACED", "PRICE_SET", "RUN_ENDED"}


#: Campaigns that are kept up for so many days; the others happen once.
KEPT_UP = [name for group, name in ALL if group == "campaign" and "days" in content(group, name)]


@pytest.mark.parametrize("name", KEPT_UP)
def test_a_campaign_goes_on_when_staff_come_back(name):
    away = "levers=[{day:3,key:staff.people,value:0},{day:9,key:staff.people,value:1}]"
    posts = live(*SILENT, *with_plugin("campaign", name), f"campaign.{name}.days=30", "days=24", away).of(STIMULUS_POSTED)[
        "time"
    ]
    assert not ((posts > 4 * DAY) & (posts < 9 * DAY)).any()
    assert (posts > 9 * DAY).any()


def test_all_of_them_together():
    chosen = {group: [name for kind, name in LISTED if kind == group] for group in ("campaign", "incident")}
    days = [f"{group}.{name}.day={4 if name == 'planned_end' else 1}" for group, name in LISTED]
    simulated = live(
        *(f"{group}=[{','.join(names)}]" for group, names in chosen.items()),
        *days,
        "staff=team",
        "scenario.market.base_odds=1",
        "incident.harvest_accusation.per_week=30",
    )
    assert set(simulated.of(CAMPAIGN_STARTED)["target"]) <= set(range(len(chosen["campaign"])))
    assert set(simulated.of(INCIDENT_OPENED)["y"]) == set(range(len(INCIDENTS)))
    assert state_digest(replay(simulated.events, simulated.programme.world.array, simulated.start)) == state_digest(
        simulated.programme.state
    )


# Campaigns -------------------------------------------------------------------------------------------------------------


def test_a_packet_costs_what_is_claimed_and_no_more_than_is_offered():
    simulated = live(
        *with_plugin("campaign", "red_packets"), "campaign.red_packets.takers=5", "campaign.red_packets.every_days=1"
    )
    claims = simulated.of(STIMULUS_ANSWERED)
    assert len(claims) and (claims["x"] == 2).all()
    assert np.unique(claims["target"], return_counts=True)[1].max() <= 5


def test_irregular_packets_come_at_other_hours_and_amounts():
    often = (*with_plugin("campaign", "red_packets"), *SILENT, "campaign.red_packets.every_days=1")
    often = (*often, "staff.shift_start=0", "staff.shift_end=24", "staff.absence=0")
    for irregular, amounts in ((0, 1), (1, 4)):
        simulated = live(*often, f"campaign.red_packets.irregular={irregular}")
        starts = simulated.of(CAMPAIGN_STARTED)
        packets = simulated.of(STIMULUS_POSTED)
        assert len(np.unique(packets["x"][packets["x"] > 0])) >= amounts
        assert (np.ptp(starts["time"] % DAY) > 1.5 * HOUR) == bool(irregular)


def test_an_auction_costs_at_most_the_list_price_less_the_first_bid():
    simulated = live(*with_plugin("campaign", "auction"), "campaign.auction.ask=1", "campaign.auction.open_hours=12")
    paid = [row["x"] for row in simulated.events if NAMES[row["kind"]] == "COST_PAID"]
    bids = simulated.of(STIMULUS_ANSWERED)
    assert len(bids) > 1 and (bids["x"] == 0).all()
    assert len(paid) == 1 and 0 <= paid[0] <= 64
    assert len(simulated.of(CAMPAIGN_ENDED)) == 1


def test_the_relay_shows_orders_that_were_placed_and_stays_silent_without_any():
    busy = live(*with_plugin("campaign", "order_relay"), "scenario.market.base_odds=2")
    relays = busy.of(STIMULUS_POSTED)
    shown = relays["x"][np.isin(relays["cause"], np.flatnonzero(busy.events["kind"] == CAMPAIGN_STARTED))]
    assert len(shown) and (shown >= 1).all()
    orders = sum(NAMES[kind] == "ORDER_PLACED" for kind in busy.events["kind"])
    assert shown.sum() <= orders
    idle = live(*with_plugin("campaign", "order_relay"), "scenario.market.needs_per_month=0")
    assert len(idle.of(STIMULUS_POSTED)) == len(live("scenario.market.needs_per_month=0").of(STIMULUS_POSTED))


def test_deals_end_when_they_are_said_to_end():
    simulated = live(*with_plugin("campaign", "flash_deals"), "campaign.flash_deals.days=2", *SILENT, "staff.absence=0")
    days = simulated.of(STIMULUS_POSTED)["time"] // DAY
    assert set(days) == {1, 2}


def test_a_planned_end_comes_after_its_notice_and_ends_all_that_is_done():
    everything = {group: [name for kind, name in LISTED if kind == group] for group in ("campaign", "incident")}
    chosen = [f"{group}=[{','.join(names)}]" for group, names in everything.items()]
    days = [f"{group}.{name}.day=1" for group, name in LISTED if name != "planned_end"]
    planned = ("campaign.planned_end.day=5", "campaign.planned_end.notice_days=2", "scenario.population.groups=2", "days=12",
               "incident.teacher_leaves.handling=wrong", "incident.merged_groups.handling=wrong")  # right founds groups  # fmt: skip
    for strategy in ("kol_care", "columns_and_perks", "de_operation", "no_plan", "strict_rules"):
        simulated = live(*chosen, *days, *planned, f"strategy={strategy}", "staff=team")
        closed = np.flatnonzero(simulated.events["kind"] == GROUP_CLOSED)
        assert len(closed) == 2
        for row in closed:
            time, group = simulated.events["time"][row], simulated.events["group"][row]
            assert 5 * DAY <= time < 6 * DAY
            start = simulated.events[simulated.events["cause"][row]]
            assert start["kind"] == CAMPAIGN_STARTED and 3 * DAY <= start["time"] < 4 * DAY
            later = simulated.events[row + 1 :]
            left = {NAMES[kind] for kind in later["kind"][later["group"] == group]}
            assert left <= {"ORDER_PLACED", "REFUND_PAID", "COST_PAID", "CAMPAIGN_ENDED", "INCIDENT_SETTLED",
                            "COUPON_REDEEMED", "COUPON_GIVEN", "COUPON_LAPSED"}  # what lies in a wallet  # fmt: skip
        work = simulated.of(TASK_DONE)
        assert {TASKS[task] for task in work["target"][work["time"] > 7 * DAY]} <= {"soothe", "settle", "care"}  # in private
        life = project_lifetimes(simulated.log, days=12)
        assert life["ended"].tolist() == ["closed", "closed"]
        assert np.allclose(life["time"], simulated.events["time"][closed] / DAY)


#: Incidents that hurt nobody by themselves: what follows comes of adverts, of a question, of what is believed or of a removal.
UNHURT = ("ad_wave", "freebie_exit", "member_program", "slander")


# Incidents -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", INCIDENTS)
def test_right_and_wrong_handling_differ(name):
    where = (*with_plugin("incident", name), "days=12", "scenario.market.base_odds=1", "strategy=no_plan")
    right, wrong, none = (live(*where, f"incident.{name}.handling={how}") for how in ("right", "wrong", "none"))
    worked = [any(step.step != "none" for step in dict(one.scenario.incident)[name].handling.steps) for one in (right, wrong)]
    settled = [len(one.of(INCIDENT_SETTLED)) for one in (right, wrong)]
    assert list(map(bool, settled)) == worked and worked[0]
    assert all(number <= len(one.of(INCIDENT_OPENED)) for number, one in zip(settled, (right, wrong), strict=True))
    assert len(none.of(INCIDENT_SETTLED)) == 0
    assert state_digest(right.programme.state) != state_digest(wrong.programme.state)
    first = int(right.of(INCIDENT_OPENED)["time"][0])
    until = [int((simulated.events["time"] < first).sum()) for simulated in (right, wrong, none)]
    assert right.events[: until[0]].tobytes() == wrong.events[: until[1]].tobytes() == none.events[: until[2]].tobytes()
    if name not in UNHURT:
        assert wrong.of(GRIEVANCE_FELT)["x"].sum() > right.of(GRIEVANCE_FELT)["x"].sum() > 0


def test_spammers_are_absent_before_their_day():
    simulated = live("incident=[ad_wave]", "incident.ad_wave.day=2", "incident.ad_wave.intruders=7")
    joined = simulated.of(MEMBER_JOINED)
    spammer = list(simulated.scenario.member).index("spammer")
    slipped = joined[joined["y"] == 3]
    assert len(slipped) == 7 and (slipped["x"] == spammer).all() and (slipped["time"] >= 2 * DAY).all()
    assert not (joined[joined["y"] != 3]["x"] == spammer).any()
    quiet = live("incident=[ad_wave]", "incident.ad_wave.day=100")
    assert quiet.events[:-1].tobytes() == live().events[:-1].tobytes()


def test_right_handling_of_a_wave_leaves_fewer_adverts():
    where = ("incident=[ad_wave]", "incident.ad_wave.day=1", "days=12", "strategy=no_plan")
    right, wrong = (live(*where, f"incident.ad_wave.handling={how}").of(ADVERT_POSTED) for how in ("right", "wrong"))
    assert len(right) < len(wrong)


def test_what_is_settled_is_settled_once_and_caused_by_the_incident():
    simulated = live("incident=[price_rise]", "incident.price_rise.day=3", "days=12", "scenario.market.base_odds=1")
    opening = int(np.flatnonzero(simulated.events["kind"] == INCIDENT_OPENED)[0])
    assert (simulated.of(GRIEVANCE_FELT)["cause"] == opening).all()
    assert (
        simulated.events[opening]["cause"] != NONE
        and NAMES[simulated.events[simulated.events[opening]["cause"]]["kind"]] == "PRICE_SET"
    )


# Scenarios and staff ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.stem for path in (config_folder() / "scenario").glob("*.yaml")))
def test_scenarios_begin_to_live(name):
    simulated = Simulated(compose([f"scenario={name}", "days=2", "confirm_days=0"]).scenario, 1)
    assert np.isin(simulated.events["kind"], ORGANIC).any()
    assert summary("scenario", name)


def test_merged_and_separate_cohorts_are_the_same_people():
    worlds = [build_world(compose([f"scenario={name}"]).scenario, 7, 2) for name in ("merged_cohorts", "cohort_groups")]
    carved = [carve_world(world.array) for world in worlds]
    merged, apart = (world.traits for world in carved)
    for trait in merged.dtype.names:
        assert (trait == "group") != np.array_equal(merged[trait], apart[trait])
    ties = [world.ties["person"] for world in carved]
    assert np.array_equal(*ties) and len(ties[0]) > 401
    assert np.array_equal(worlds[0].keys, worlds[1].keys)
    assert np.array_equal(apart["cohort"], apart["group"])
    assert np.array_equal(np.repeat(merged["cohort"], merged["ties"]), merged["cohort"][ties[0]])


def test_seats_are_left_free_among_super_users():
    scenario = compose(["scenario=super_users"]).scenario
    state = build_state(build_world(scenario, 1, 0), scenario)
    assert carve_state(state).channels["capacity"][0] == 200
