"""What no log may break: lives against a naive count, invariance under renaming and under rows that are no life, conservation."""

from __future__ import annotations

import math
from functools import partial
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.config import compose, options
from sim.events import kinds as k
from sim.events.kinds import DAY, EVENT_DTYPE, NONE
from sim.projections.conversation import project_conversation
from sim.projections.economics import project_economics
from sim.projections.lifecycle import (
    find_daily_states,
    project_definitions,
    project_dormancies,
    project_lifetimes,
    project_states,
)
from sim.projections.marks import project_marks
from sim.projections.outcomes import project_outcomes
from sim.projections.patterns import measure_patterns, project_promotion_load
from sim.projections.tally import Tally
from sim.projections.vitals import project_vitals, project_wecom
from sim.run import simulate
from sim.world.build import build_world, tie_pairs

DAYS, END = 40, 60
HOURS = st.integers(0, 24 * END - 1)

#: (hour, member, group) of organic posts: bursts with silences between them, so that all kinds of lives occur.
POSTS = st.lists(st.tuples(HOURS, st.integers(0, 5), st.integers(0, 1)), max_size=60)
BURSTS = st.lists(st.tuples(st.integers(0, END - 8), st.integers(1, 20), st.integers(1, 6), st.integers(0, 1)), max_size=4)
NO_LIFE = sorted(set(k.NAMES) - {*k.ORGANIC, k.GROUP_FOUNDED, k.GROUP_CLOSED, k.RUN_ENDED})
CLOSING = st.none() | st.integers(24, 24 * END - 1)


def row(hour: float, kind: int, actor: int = NONE, target: int = NONE, x: float = 0, y: float = 0, group: int = 0) -> tuple:
    return (round(hour * DAY / 24), NONE, x, y, kind, group, actor, target)


def build(rows: list[tuple], planned: float = 100) -> np.ndarray:
    groups = [row(0, k.GROUP_FOUNDED, x=planned, group=group) for group in (0, 1)]
    ordered = sorted(rows, key=lambda entry: entry[0])
    return np.array([*groups, *ordered, row(24 * END, k.RUN_ENDED, group=NONE)], EVENT_DTYPE)


def talk(posts: list[tuple], bursts: list[tuple]) -> list[tuple]:
    spread = [
        (24 * (start + day) + by, by, group)
        for start, days, members, group in bursts
        for day in range(days)
        for by in range(members)
    ]
    return [row(hour, k.MESSAGE_POSTED, by, group=group) for hour, by, group in [*posts, *spread] if hour < 24 * END]


def add(events: np.ndarray, rows: list[tuple]) -> np.ndarray:
    merged = np.concatenate((events[:-1], np.array(rows, EVENT_DTYPE)))
    return np.concatenate((merged[np.argsort(merged["time"], kind="stable")], events[-1:]))


def lives(events: np.ndarray, window: float = 14, k_min: int = 3) -> list[tuple]:
    table = project_lifetimes(events, DAYS, window, 0, k_min)
    return list(zip(table["time"].tolist(), table["ended"], table["stillborn"], table["revivals"], strict=True))


def naive_life(events: np.ndarray, group: int, window: float, k_min: int) -> tuple:
    """Step through every half hour; posts and closings stand at full hours, so that nothing happens between two steps."""
    posts = [(int(e["time"]), int(e["actor"])) for e in events if e["kind"] in k.ORGANIC and e["group"] == group]
    closings = [int(e["time"]) for e in events if e["kind"] == k.GROUP_CLOSED and e["group"] == group]
    stop = min(closings, default=END * DAY)
    posts = [post for post in posts if post[0] < stop]
    step = DAY // 48
    spells, since = [], None
    for now in range(7 * DAY, stop, step):
        silent = len({who for at, who in posts if now - 7 * DAY < at <= now}) < k_min
        if silent and since is None:
            since = now
        if not silent and since is not None:
            spells.append((since, now, True))
            since = None
    if since is not None:
        spells.append((since, stop, False))
    long = [spell for spell in spells if spell[1] - spell[0] >= window * DAY and spell[0] < DAYS * DAY]
    revivals = sum(talked for *_, talked in long)
    if long:
        stillborn = long[0][0] == 7 * DAY
        return (0.0 if stillborn else long[0][0] / DAY, "dead", stillborn, revivals)
    if closings and stop < DAYS * DAY:
        return (stop / DAY, "closed", False, revivals)
    return (float(DAYS), "censored", False, revivals)


@settings(max_examples=60, deadline=None)
@given(POSTS, BURSTS, CLOSING, st.integers(1, 5), st.sampled_from([7, 14, 20]))
def test_lives_equal_a_naive_count(posts: list, bursts: list, closing: int | None, k_min: int, window: int) -> None:
    rows = talk(posts, bursts)
    if closing is not None:
        rows.append(row(closing, k.GROUP_CLOSED))
    events = build(rows)
    assert lives(events, window, k_min) == [naive_life(events, group, window, k_min) for group in (0, 1)]


@settings(max_examples=60, deadline=None)
@given(POSTS, BURSTS, st.lists(st.tuples(HOURS, st.integers(0, 9), st.sampled_from(NO_LIFE)), max_size=40))
def test_what_members_do_not_start_never_changes_a_life(posts: list, bursts: list, others: list) -> None:
    events = build(talk(posts, bursts))
    busier = add(events, [row(hour, kind, actor, 0) for hour, actor, kind in others])
    assert lives(events) == lives(busier)


@settings(max_examples=80, deadline=None)
@given(POSTS, BURSTS, POSTS, st.integers(1, 5))
def test_more_talk_never_shortens_a_life(posts: list, bursts: list, more: list, k_min: int) -> None:
    events = build(talk(posts, bursts))
    livelier = add(events, talk(more, []))
    for before, after in zip(lives(events, k_min=k_min), lives(livelier, k_min=k_min), strict=True):
        assert before[0] <= after[0]
        assert before[1] == "dead" or after[1] != "dead"


@settings(max_examples=40, deadline=None)
@given(POSTS, BURSTS)
def test_a_longer_window_or_a_smaller_k_never_makes_more_deaths(posts: list, bursts: list) -> None:
    events = build(talk(posts, bursts))

    def dead(window: float, k_min: int) -> np.ndarray:
        return (project_lifetimes(events, DAYS, window, 0, k_min).ended == "dead").to_numpy()

    assert (dead(20, 3) <= dead(14, 3)).all()
    assert (dead(14, 2) <= dead(14, 3)).all()


@settings(max_examples=40, deadline=None)
@given(POSTS, BURSTS)
def test_dormancies_are_disjoint_and_lie_in_the_life_of_their_group(posts: list, bursts: list) -> None:
    table = project_dormancies(build(talk(posts, bursts)))
    assert (table["start"] >= 7).all()
    assert (table["days"] > 0).all()
    for _, spans in table.groupby("group"):
        stop = (spans["start"] + spans["days"]).to_numpy()
        assert (stop <= END).all()
        assert (stop[:-1] < spans["start"].to_numpy()[1:]).all()


COUNTED = [*k.ORGANIC, k.ADVERT_POSTED, k.STIMULUS_POSTED, k.MEMBER_ANSWERED, k.ORDER_PLACED, k.REFUND_PAID, k.COST_PAID]
COUNTED += [k.TASK_DONE, k.STIMULUS_ANSWERED, k.MEMBER_CARED_FOR, k.GROUP_CHECKED]
#: Rows of everything that projections count: (hour, kind, actor, target, x, y); messages answer earlier ones.
ANY = st.lists(
    st.tuples(
        HOURS,
        st.sampled_from(COUNTED),
        st.integers(0, 7),
        st.integers(0, 40),
        st.floats(0, 100),
        st.sampled_from([0, 0, 0, 1, NONE]),
    ),
    max_size=60,
)


def whole(rows: list[tuple]) -> np.ndarray:
    """A log of both groups with sixteen members, whose answers point to messages that are there already."""
    joins = [row(1, k.MEMBER_JOINED, member, group=group) for group in (0, 1) for member in range(8)]
    acts = [row(hour, kind, actor, target, x, x / 3, group) for hour, kind, actor, target, x, group in rows]
    events = build([*joins, *acts])
    number = np.cumsum(np.isin(events["kind"], k.MESSAGES)) - np.isin(events["kind"], k.MESSAGES)
    answers = np.isin(events["kind"], (k.MESSAGE_POSTED, k.MEMBER_ANSWERED))
    events["target"] = np.where(answers & (events["target"] >= number), NONE, events["target"])
    elsewhere = np.isin(events["kind"], (*k.MESSAGES, k.GROUP_CHECKED, k.STIMULUS_ANSWERED)) & (events["group"] == NONE)
    events["group"][elsewhere] = 0  # only money, work and orders of outsiders belong to no group
    return events


@settings(max_examples=40, deadline=None)
@given(ANY)
def test_money_and_messages_are_conserved(rows: list) -> None:
    events = whole(rows)
    kind = events["kind"]

    def total(column: str, *codes: int) -> float:
        return float(events[column][np.isin(kind, codes)].sum())

    vitals, programme = project_vitals(events), project_vitals(events, by_group=False)
    outcomes = project_outcomes(events, END)
    economics = project_economics(events, END + 1).set_index("scope").loc["total"]
    revenue = total("x", k.ORDER_PLACED) - total("x", k.REFUND_PAID)
    net = total("y", k.ORDER_PLACED) - total("x", k.REFUND_PAID, k.COST_PAID, k.STIMULUS_ANSWERED, k.MEMBER_CARED_FOR)
    net -= total("y", k.TASK_DONE)
    for table in (vitals.sum(), programme.sum(), outcomes, economics):
        np.testing.assert_allclose([table["revenue"], table["net_income"]], [revenue, net], atol=1e-6)
    assert vitals["organic"].sum() == programme["organic"].sum() == np.isin(kind, k.ORGANIC).sum()
    assert vitals["messages"].sum() == project_wecom(events)["msg_total"].iloc[-1] == np.isin(kind, k.MESSAGES).sum()
    moves = vitals.groupby("group")[["joins", "exits", "removed"]].cumsum()
    assert (vitals["members"] == moves["joins"] - moves["exits"] - moves["removed"]).all()


def same(one: dict, other: dict) -> None:
    np.testing.assert_equal(one, other)  # NaN equals NaN


@settings(max_examples=40, deadline=None)
@given(ANY, st.integers(1, 500))
def test_the_numbers_of_groups_mean_nothing(rows: list, shift: int) -> None:
    events = whole(rows)
    moved = events.copy()
    moved["group"] = np.where(events["group"] >= 0, events["group"] + shift, NONE)
    same(project_outcomes(events, DAYS), project_outcomes(moved, DAYS))
    for table in (project_lifetimes, project_definitions):
        assert table(events, DAYS).drop(columns="group").equals(table(moved, DAYS).drop(columns="group"))
    assert project_states(events).drop(columns="group").equals(project_states(moved).drop(columns="group"))
    assert project_wecom(events).equals(project_wecom(moved))


def shards(*logs: np.ndarray) -> SimpleNamespace:
    return SimpleNamespace(events=np.concatenate(logs), shard=np.repeat(np.arange(len(logs)), [len(log) for log in logs]))


def numbered(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables of programmes judged alone, each under the number it has among the others."""
    return pd.concat([table.assign(programme=number) for number, table in enumerate(tables)], ignore_index=True)


#: Outcomes that add up, and what the shares are shares of.
SUMS = ("posters_per_day", "messages_per_day", "members_end", "joins", "exits", "orders", "revenue", "margin", "benefit_cost")
SUMS += ("wages", "cost", "net_income", "staff_hours", "complaints")
SHARES = {"muted_share": "members_end", "silent_share": "members_end", "exit_share": "joins"}
SHARES |= dict.fromkeys(("dead", "stillborn", "closed", "revived"), "groups")
SHARES |= {"answer_rate": "questions", "advert_share": "messages", "repurchase_rate": "buyers", "alive_days": "judged"}
#: Parts of a table that add up.
MONEY = ("orders", "revenue", "refunds", "margin", "benefit_cost", "wages", "net_income", "staff_hours")


def judge_together(parts: list[np.ndarray], days: float) -> None:
    """Programmes in one log are those programmes judged alone, in every table and every outcome."""
    log = shards(*parts)
    tables = {
        "vitals": project_vitals,
        "lifetimes": partial(project_lifetimes, days=days),
        "definitions": partial(project_definitions, days=days),
        "dormancies": project_dormancies,
        "states": project_states,
        "conversation": project_conversation,
        "economics": lambda events: project_economics(events).query("scope != 'total'"),
    }
    alone = {name: numbered([project(part) for part in parts]) for name, project in tables.items()}
    for name, project in tables.items():
        together = project(log)
        keys = [key for key in ("definition", "programme", "group", "start", "day") if key in together]
        one, other = (table.sort_values(keys, ignore_index=True)[list(together)] for table in (together, alone[name]))
        pd.testing.assert_frame_equal(one, other, check_dtype=False, check_column_type=False, obj=name)
    daily, groups = project_vitals(log, by_group=False), alone["vitals"].groupby("day").sum()
    groups = groups.reindex(daily["day"], fill_value=0)  # of a log in which nothing happened there are no groups to show
    daily_alone = sum(project_vitals(part, by_group=False) for part in parts)
    for column in set(daily) - {"day", "first_response_minutes"}:
        np.testing.assert_allclose(daily[column], daily_alone[column], atol=1e-6, err_msg=column)
        if column not in ("openers", "posters", "interactors"):
            np.testing.assert_allclose(daily[column], groups[column], atol=1e-6, err_msg=column)
    reported = project_wecom(log).drop(columns="day")
    pd.testing.assert_frame_equal(reported, sum(project_wecom(part) for part in parts).drop(columns="day"))
    total = project_economics(log).iloc[-1]
    for column in (*MONEY, "member_days"):
        assert np.isclose(total[column], alone["economics"][column].sum(), atol=1e-6), column
    judge_outcomes(log, parts, days)


def judge_outcomes(log: SimpleNamespace, parts: list[np.ndarray], days: float) -> None:
    """Outcomes of programmes together: sums, and shares weighted with what they are shares of."""
    whole, single = project_outcomes(log, days), [project_outcomes(part, days) for part in parts]
    for name in SUMS:
        assert np.isclose(whole[name], sum(outcome[name] for outcome in single), atol=1e-6), name
    weights = [count_denominators(part, days) | outcome for part, outcome in zip(parts, single, strict=True)]
    for name, of in SHARES.items():
        known = [(outcome[name], outcome[of]) for outcome in weights if outcome[of] > 0]
        right = sum(share * weight for share, weight in known) / sum(weight for _, weight in known) if known else np.nan
        assert np.isclose(whole[name], right, equal_nan=True) or (name == "alive_days" and not known), name
        assert name == "alive_days" or np.isnan(whole[name]) or 0 <= whole[name] <= 1, name
    assert 0 <= whole["alive_days"] <= days
    states = [find_daily_states(part) for part in parts]  # that of most members over all may be that of most of no programme
    seen = {str(state) for one in states for state in one["state"][one["day"] == math.ceil(days) - 1]}
    assert whole["state"] in seen | {outcome["state"] for outcome in single}
    delays = np.concatenate([response_times(part, days) for part in parts])
    median = np.median(delays) / k.MINUTE if len(delays) else np.nan
    assert np.isclose(whole["first_response_minutes"], median, equal_nan=True)


def count_denominators(events: np.ndarray, days: float) -> dict[str, float]:
    """What the shares of one programme are shares of, counted from the rows."""
    early = events[events["time"] < days * DAY]
    tally = Tally(events, days)
    return {
        "groups": tally.group_count,
        "judged": float(tally.groups.planned @ tally.life.judged),  # groups that open later are judged for fewer days
        "questions": int((early["kind"] == k.QUESTION_ASKED).sum()),
        "messages": int(np.isin(early["kind"], k.MESSAGES).sum()),
        "buyers": len(np.unique(early["actor"][early["kind"] == k.ORDER_PLACED])),
    }


def response_times(events: np.ndarray, days: float) -> np.ndarray:
    """Microseconds from each question before `days` to the first answer of staff, where there was one."""
    said = events[np.isin(events["kind"], k.MESSAGES)]
    first: dict[int, int] = {}
    for number, answer in enumerate(said):
        if answer["kind"] == k.MEMBER_ANSWERED and 0 <= answer["target"] < number:
            first.setdefault(int(answer["target"]), int(answer["time"]))
    asked = [n for n in first if said["kind"][n] == k.QUESTION_ASKED and said["time"][n] < days * DAY]
    return np.array([first[n] - said["time"][n] for n in asked])


@settings(max_examples=30, deadline=None)
@given(st.lists(ANY, min_size=2, max_size=3))
def test_programmes_judged_together_are_the_programmes_judged_alone(parts: list) -> None:
    judge_together([whole(rows) for rows in parts], DAYS)


#: Of all pairs one in so many; no divisor of the plans, so that every scenario and every plan is met.
PAIRS = list(product(options("scenario"), options("strategy")))[::19]


def test_every_scenario_and_every_plan_is_among_the_pairs() -> None:
    assert [set(names) for names in zip(*PAIRS, strict=True)] == [set(options("scenario")), set(options("strategy"))]


@pytest.mark.parametrize(("scenario", "strategy"), PAIRS)
def test_programmes_of_a_run_are_the_programmes_judged_alone(scenario: str, strategy: str) -> None:
    shipped = compose([f"scenario={scenario}"]).scenario.population
    small = compose([
        f"scenario={scenario}", f"strategy={strategy}", "incident=[quarrel]", "incident.quarrel.day=3", "campaign=[red_packets]",
        "scenario.population.size=24", "scenario.population.programmes=3", f"scenario.population.groups={min(shipped.groups, 2)}",
        "days=30", "confirm_days=10",
    ]).scenario  # fmt: skip
    log = simulate(small, seed=5).log
    parts = [log.of_shard(number) for number in range(3)]
    judge_together(parts, small.days)
    marks = [project_marks(one, incidents=["quarrel"]) for one in (log, *map(shards, parts))]
    together, *alone = ({(round(m.day, 2), m.kind, m.name) for m in table.itertuples() if m.kind != "state"} for table in marks)
    assert together == set().union(*alone)


def test_the_same_programme_twice_shows_the_same_patterns() -> None:
    scenario = compose(["strategy=no_plan", "scenario.population.ties_per_member=6", "days=80", "confirm_days=0"]).scenario
    part = simulate(scenario, seed=2).log.of_shard(0)
    ties = tie_pairs(build_world(scenario, 2, 0).array)
    once, twice = measure_patterns(part, [ties]), measure_patterns(shards(part, part), [ties, ties])
    assert once["contagion"] > 0
    np.testing.assert_allclose(list(once.values()), list(twice.values()))
    assert project_promotion_load(part) == pytest.approx(project_promotion_load(shards(part, part)))
    with pytest.raises(ValueError, match="edges of 1 programmes: one array for each of the 2"):
        measure_patterns(shards(part, part), [ties])


@settings(max_examples=40, deadline=None)
@given(ANY)
def test_checks_and_what_comes_after_the_horizon_do_not_move_outcomes(rows: list) -> None:
    events = whole([entry for entry in rows if entry[0] < 24 * DAYS])
    checked = add(events, [row(hour, k.GROUP_CHECKED, 3) for hour in range(0, 24 * END, 5)])
    same(project_outcomes(events, DAYS), project_outcomes(checked, DAYS))
    extra = [row(24 * DAYS + hour, kind, 3, NONE, 5.0, 1.0) for hour in range(5) for kind in (k.ORDER_PLACED, k.TASK_DONE)]
    later = add(events, extra)
    same(project_outcomes(events, DAYS), project_outcomes(later, DAYS))
