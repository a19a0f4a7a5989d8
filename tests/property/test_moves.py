"""Groups come and go and members move: the log still is the simulation, in both models, and nobody is lost or doubled."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import plugins
from sim import run as run_module
from sim.allowed import ConfigError
from sim.config import compose, replaced
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.kinds import NONE
from sim.events.log import LogWriter
from sim.kernel.replay import replay, state_digest
from sim.run import simulate
from sim.scenario import Lever, Scenario
from sim.scenario import settings as plain_settings
from sim.verification import verify
from sim.vocabulary.tables import ATTENTIVE, FEED, GROUP, MUTED, PRIVATE, Stimulus
from tests.property.test_reference import LIVELY, agree, live

PHOTO = Stimulus(content=1.0, quality=0.8, promotion=0.5, recall=0.5, talk=1.0)
ACTS = (
    "found", "invite", "move", "merge", "split", "quarantine", "dissolve", "close", "befriend", "feed", "moment", "route",
    "remove", "force", "leave", "care", "soothe", "post", "hurt", "ask",
)  # fmt: skip


@plain_settings
class Mover:
    """A campaign of a test: acts at random, each after some hours, on whatever group and person the numbers point at."""

    acts: tuple[tuple[float, str, int, int], ...]

    def run(self, ctx: Any) -> Any:
        """One act after the other."""
        private = feed = None
        for hours, act, a, b in self.acts:
            yield ctx.wait(hours=hours)
            groups, persons = ctx.groups, range(len(ctx._programme.world.arrivals))
            if not groups:
                continue
            group, other, person = groups[a % len(groups)], groups[b % len(groups)], persons[b % len(persons)]
            members = ctx.members(group)
            some = members[: 1 + b % 5]
            if act in ("found", "split", "quarantine", "feed", "befriend", "moment") and len(ctx.groups) > 6:
                continue
            match act:
                case "found":
                    ctx.found(5 + a % 20)
                case "invite":
                    ctx.invite(person, group)
                case "move":
                    ctx.move(some, group, other)
                case "route":
                    ctx.route({who: groups[who % len(groups)] for who in some}, group)
                case "merge":
                    ctx.merge(group, other, notice_days=0.5)
                case "split":
                    ctx.split(group, some)
                case "quarantine":
                    ctx.quarantine(group, some)
                case "dissolve":
                    ctx.dissolve(group, 0.2 * (1 + b % 5))
                case "close":
                    ctx.close(group)
                case "befriend":
                    private = ctx.open_private(30) if private is None else private
                    for who in some:
                        ctx.befriend(who, private)
                case "feed" | "moment":
                    feed = ctx.open_feed(40) if feed is None else feed
                    for who in members[:10]:
                        ctx.invite(who, feed)
                    ctx.post_moment(feed, PHOTO, least_tag=0.1 * (b % 5))
                case "remove" if ctx.is_member(person, group):
                    ctx.remove_member(person, group)
                case "force" if not ctx.is_member(person, group):  # what no operator can do, and a log could hold
                    ctx._programme.emit(kinds.MEMBER_JOINED, group, person, NONE, 0.0, 4.0)
                case "leave" if ctx.is_member(person, group):
                    ctx._programme.emit(kinds.MEMBER_LEFT, group, person)
                case "care":
                    ctx.care_for(person, group, gift=5.0)
                case "soothe":
                    ctx.soothe(person, group)
                case "post":
                    ctx.post(group, PHOTO)
                case "hurt":
                    incident = ctx.open_incident(group, 0.5)
                    for who in some:
                        ctx.hurt(who, group, incident, 0.6)
                case "ask":
                    for who in some[:1]:
                        ctx.ask(who, group, NONE)


def scenario_of(acts: tuple, *more: str) -> Scenario:
    """Three small groups of one programme, and the acts."""
    base = [
        "scenario.population.programmes=1", "scenario.population.groups=3", "scenario.population.size=14", "days=5",
        "confirm_days=1", "scenario.population.joining_days=0.5",
        "strategy=kol_care",
    ]  # fmt: skip
    return dataclasses.replace(
        compose(replaced(replaced(base, LIVELY), more)).scenario, campaign=(("mover", Mover(acts=acts)),)
    )


MOVES = st.lists(
    st.tuples(st.floats(0.5, 8), st.sampled_from(ACTS), st.integers(0, 40), st.integers(0, 80)), min_size=4, max_size=24
).map(tuple)


def conserved(programme: Programme, rows: np.ndarray) -> None:
    """Persons, memberships and messages are where the log says, once each."""
    tables = programme.tables
    head = tables.head
    members, channels = tables.members[: head["seats"]], tables.channels[: head["channels"]]
    inside: set[tuple[int, int]] = set()
    for kind, group, actor, target in zip(*(rows[name].tolist() for name in ("kind", "group", "actor", "target")), strict=True):
        if kind == kinds.MEMBER_JOINED:
            inside.add((actor, group))
        elif kind in (kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED):
            inside.discard((actor if kind == kinds.MEMBER_LEFT else target, group))
    present = members[np.isin(members["mode"], (ATTENTIVE, MUTED))]
    seated = Counter(zip(present["person"].tolist(), present["channel"].tolist(), strict=True))
    assert seated == dict.fromkeys(inside, 1)
    for number, channel in enumerate(channels):
        here = present[present["channel"] == number]
        assert (channel["members"], channel["muted"]) == (len(here), (here["mode"] == MUTED).sum())
        roster = tables.rosters["seat"][channel["roster"] : channel["roster"] + channel["enlisted"]]
        assert sorted(roster) == np.flatnonzero(members["channel"] == number).tolist()
        assert channel["ordinal"] == (tables.messages["channel"][: head["messages"]] == number).sum()
    linked = [seat for person in range(head["persons"]) for seat in chain(members, person)]
    assert sorted(linked) == list(range(head["seats"]))
    assert head["messages"] == np.isin(rows["kind"], kinds.MESSAGES).sum()
    assert head["rosters"] <= head["rosters_high"]


def chain(members: np.ndarray, person: int) -> list[int]:
    """The memberships of a person, in order."""
    seats = [person]
    while members["next"][seats[-1]] != NONE:
        seats.append(int(members["next"][seats[-1]]))
    assert (members["person"][seats] == person).all()
    return seats


@given(acts=MOVES, seed=st.integers(0, 2**40))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_both_models_agree_on_any_moves(acts, seed):
    agree(scenario_of(acts, "scenario.population.memberships=4"), seed)


@given(acts=MOVES, seed=st.integers(0, 2**40), strategy=st.sampled_from(["kol_care", "no_plan", "strict_rules"]))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_the_log_leads_to_the_live_state_and_nobody_is_lost(acts, seed, strategy):
    writer = LogWriter(None)
    programme = Programme(scenario_of(acts, f"strategy={strategy}", "scenario.population.memberships=4"), seed, 0, 0, writer)
    start = programme.state.copy()
    programme.run()
    rows = writer.seal({}).of_shard(0)
    assert state_digest(replay(rows, programme.world.array, start)) == state_digest(programme.state)
    conserved(programme, rows)


EVERYTHING = (
    (30.0, "found", 15, 0), (1.0, "move", 0, 3), (2.0, "split", 1, 4), (1.0, "befriend", 0, 4), (1.0, "feed", 0, 4),
    (6.0, "moment", 0, 5), (6.0, "merge", 2, 0), (2.0, "quarantine", 0, 2), (6.0, "moment", 1, 0), (4.0, "dissolve", 1, 1),
    (20.0, "invite", 0, 3), (1.0, "invite", 0, 4), (4.0, "moment", 0, 0),
)  # fmt: skip


def test_every_act_leaves_its_events():
    log, programme = live(scenario_of(EVERYTHING), 3)
    rows = log.events
    wanted = (
        kinds.MEMBER_INVITED, kinds.INVITATION_DECLINED, kinds.CLOSING_ANNOUNCED, kinds.GROUP_CLOSED, kinds.GROUP_MERGED,
        kinds.GROUP_SPLIT, kinds.CHANNEL_OPENED,
    )  # fmt: skip
    assert set(wanted) <= set(rows["kind"].tolist())
    sources = rows["y"][rows["kind"] == kinds.MEMBER_JOINED]
    assert {4.0, 5.0} <= set(sources.tolist())
    moved = rows[(rows["kind"] == kinds.MEMBER_LEFT) & (rows["x"] == 1.0)]
    assert len(moved) and (rows["kind"][moved["cause"]] == kinds.MEMBER_INVITED).all()
    kind_of = programme.tables.channels["kind"]
    assert {GROUP, PRIVATE, FEED} == set(kind_of[: programme.tables.head["channels"]].tolist())
    feeds = np.flatnonzero(kind_of == FEED)
    checked = rows[(rows["kind"] == kinds.GROUP_CHECKED) & np.isin(rows["group"], feeds)]
    assert len(checked)
    conserved(programme, rows)


def test_what_is_seen_in_a_feed_comes_back_into_the_group():
    acts = ((30.0, "feed", 0, 0), (3.0, "feed", 1, 0), (3.0, "feed", 2, 0), *((4.0, "moment", 0, 0) for _ in range(20)))
    rows = agree(scenario_of(acts, "parameters.carry_share=1", "parameters.invite_floor=1"), 5)
    told = rows[(rows["kind"] == kinds.MESSAGE_POSTED) & (rows["target"] == NONE) & (rows["cause"] != NONE)]
    posted = told[rows["kind"][told["cause"]] == kinds.STIMULUS_POSTED]
    assert len(posted) and (posted["group"] != rows["group"][posted["cause"]]).all()


def test_moments_reach_by_tag():
    acts = ((30.0, "feed", 0, 4), (3.0, "feed", 1, 4), *((4.0, "moment", 0, 4) for _ in range(10)))
    _, programme = live(scenario_of(acts, "parameters.invite_floor=1"), 6)
    tables, tag = programme.tables, programme.people.traits["tag"]
    feed = int(np.flatnonzero(tables.channels["kind"] == FEED)[0])
    readers = tables.members[: tables.head["seats"]]
    readers = readers[(readers["channel"] == feed) & (readers["checks"] > 0)]
    assert tables.channels["least_tag"][feed] == 0.4
    reached = readers["satiation"] > 0
    assert reached.any() and (~reached).any()
    assert tag[readers["person"][reached]].min() >= 0.4
    assert tag[readers["person"][~reached]].min() < 0.4


def test_somebody_who_left_comes_back_in_a_new_membership():
    acts = ((40.0, "leave", 0, 0), (1.0, "invite", 0, 0), (2.0, "invite", 0, 0), (2.0, "invite", 0, 0), (2.0, "invite", 0, 0))
    log, programme = live(scenario_of(acts, "parameters.invite_floor=1", "parameters.value_start=1"), 8)
    seats = chain(programme.tables.members, 0)
    assert len(seats) > 1
    rows = log.events
    joined = rows[(rows["kind"] == kinds.MEMBER_JOINED) & (rows["actor"] == 0)]
    assert len(joined) == 2 and (rows["kind"][joined["cause"][1]]) == kinds.MEMBER_INVITED
    looks = rows[(rows["kind"] == kinds.GROUP_CHECKED) & (rows["actor"] == 0) & (rows["time"] > joined["time"][1])]
    assert len(looks) > 1


def test_two_groups_share_the_looks_of_one_person():
    """Being in a second group takes looks from the first: the stream of looks is one."""
    invited = tuple((0.5 if place else 60.0, "invite", 1, place) for place in range(14))
    more = ("scenario.population.capacity=3", "parameters.invite_floor=1", "parameters.without=[attention,muting,leaving]")
    rows, alone = (live(scenario_of(acts, *more, "days=12"), 9)[0].events for acts in (invited, ()))
    both = rows["actor"][(rows["kind"] == kinds.MEMBER_JOINED) & (rows["y"] == 5.0)]
    assert len(both) > 5

    def looks(rows: np.ndarray) -> np.ndarray:
        late = (rows["kind"] == kinds.GROUP_CHECKED) & (rows["cause"] == NONE) & (rows["time"] > 4 * kinds.DAY)
        return rows[late & np.isin(rows["actor"], both)]

    shared, single = looks(rows), looks(alone)
    assert np.array_equal(shared[["time", "actor"]], single[["time", "actor"]])
    first, second = ((shared["group"] == group).sum() for group in (0, 1))
    assert min(first, second) > 0.2 * max(first, second)


def test_draws_of_further_memberships_are_the_same_under_every_strategy():
    acts = ((40.0, "move", 0, 4), (1.0, "invite", 1, 5), (1.0, "invite", 1, 2))
    seats = {}
    for strategy in ("kol_care", "no_plan"):
        _, programme = live(scenario_of(acts, f"strategy={strategy}", "parameters.invite_floor=1"), 4)
        members = programme.tables.members[: programme.tables.head["seats"]]
        seats[strategy] = {
            (int(row["person"]), int(row["channel"])): (float(row["leave_threshold"]), float(row["mute_threshold"]))
            for row in members[programme.tables.head["persons"] :]
        }
    shared = seats["kol_care"].keys() & seats["no_plan"].keys()
    assert shared
    assert all(seats["kol_care"][one] == seats["no_plan"][one] for one in shared)


def test_branches_are_the_same_until_they_part():
    scenario = scenario_of(EVERYTHING)
    changed = dataclasses.replace(scenario, levers=(Lever(day=4, key="strategy.posts_per_day", value=9),))
    one, other = (live(each, 5)[0].events for each in (scenario, changed))
    edge = [int(np.searchsorted(rows["time"], 4 * kinds.DAY)) for rows in (one, other)]
    assert edge[0] == edge[1] and one[: edge[0]].tobytes() == other[: edge[1]].tobytes()


def test_a_run_with_moves_is_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = plugins.build

    def built(group: str, name: str, values: Any, key: str) -> Any:
        return Mover(acts=tuple(map(tuple, values["acts"]))) if name == "mover" else found(group, name, values, key)

    monkeypatch.setattr(run_module, "build", built)
    simulate(scenario_of(EVERYTHING), seed=7, folder=tmp_path / "run")
    assert verify(tmp_path / "run").fine


def test_no_room_for_memberships_or_channels_is_one_clear_line():
    many = tuple((0.5 if place else 30.0, "force", 1, place) for place in range(12))
    with pytest.raises(ConfigError, match=r"^scenario\.population\.memberships=1: all \d+ memberships"):
        live(scenario_of(many, "scenario.population.memberships=1"), 2)
    with pytest.raises(
        ConfigError, match=r"^scenario\.population\.further_channels=1: campaign\.mover wants to found one more"
    ):
        live(scenario_of(((1.0, "found", 9, 0), (1.0, "found", 9, 0)), "scenario.population.further_channels=1"), 2)
