"""What no log may break: lives against a naive count, invariance under renaming and under rows that are no life, conservation."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.events import kinds as k
from sim.events.kinds import DAY, EVENT_DTYPE, NONE
from sim.projections.economics import project_economics
from sim.projections.lifecycle import project_definitions, project_dormancies, project_lifetimes, project_states
from sim.projections.outcomes import project_lifetime_rows, project_outcomes
from sim.projections.vitals import project_vitals, project_wecom

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


@settings(max_examples=40, deadline=None)
@given(ANY, ANY)
def test_a_log_of_two_shards_is_the_sum_of_their_groups(one: list, two: list) -> None:
    first, second = whole(one), whole(two)
    second["group"] = np.where(second["group"] >= 0, second["group"] + 2, NONE)
    second["actor"] = np.where(second["actor"] >= 0, second["actor"] + 100, NONE)
    both = SimpleNamespace(events=np.concatenate((first, second)), shard=np.repeat([0, 1], [len(first), len(second)]))
    vitals = project_vitals(both)
    for part in (first, second):
        alone = project_vitals(part)
        alone = alone[alone.group >= 0].set_index(["group", "day"])
        together = vitals.set_index(["group", "day"]).loc[alone.index]
        np.testing.assert_array_equal(alone, together)
    lifetimes = project_lifetime_rows(both, DAYS)
    for part in (first, second):
        for entry in project_lifetime_rows(part, DAYS):
            assert entry in lifetimes
    counted = [project_outcomes(log, DAYS) for log in (first, second, both)]
    for name in ("orders", "messages_per_day", "members_end", "complaints", "posters_per_day"):
        assert np.isclose(counted[0][name] + counted[1][name], counted[2][name]), name


@settings(max_examples=40, deadline=None)
@given(ANY)
def test_checks_and_what_comes_after_the_horizon_do_not_move_outcomes(rows: list) -> None:
    events = whole([entry for entry in rows if entry[0] < 24 * DAYS])
    checked = add(events, [row(hour, k.GROUP_CHECKED, 3) for hour in range(0, 24 * END, 5)])
    same(project_outcomes(events, DAYS), project_outcomes(checked, DAYS))
    extra = [row(24 * DAYS + hour, kind, 3, NONE, 5.0, 1.0) for hour in range(5) for kind in (k.ORDER_PLACED, k.TASK_DONE)]
    later = add(events, extra)
    same(project_outcomes(events, DAYS), project_outcomes(later, DAYS))
