"""Vital signs, money and outcomes of one log written by hand, number by number."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.events import kinds as k
from sim.events.kinds import DAY, EVENT_DTYPE, NONE
from sim.projections import rows as projected
from sim.projections.economics import project_economics
from sim.projections.lifecycle import DEFINITIONS, PRECEDENCE
from sim.projections.outcomes import project_lifetime_rows, project_outcomes
from sim.projections.vitals import project_vitals, project_wecom

MINUTE = 1 / 1440


def row(day: float, kind: int, actor: int = NONE, target: int = NONE, x: float = 0, y: float = 0, group: int = 0) -> tuple:
    return (round(day * DAY), NONE, x, y, kind, group, actor, target)


#: Four days of a group of 10 planned members; staff are number 0, members 1 to 5. Messages are numbered at the right.
HAND = np.array(
    [
        row(0, k.STIMULUS_DEFINED, 7, 2, 1.0, group=NONE),  # stimulus 7 is a promotion
        row(0, k.STIMULUS_DEFINED, 8, 0, 1.0, group=NONE),  # stimulus 8 is content
        row(0, k.STIMULUS_DEFINED, 8, 2, 0.0, group=NONE),
        row(0, k.GROUP_FOUNDED, x=10),
        row(0.1, k.MEMBER_JOINED, 1),
        row(0.1, k.MEMBER_JOINED, 2),
        row(0.2, k.MEMBER_JOINED, 3),
        row(0.3, k.GROUP_CHECKED, 1),
        row(0.3, k.MESSAGE_POSTED, 1),  # 0
        row(0.4, k.GROUP_CHECKED, 1),
        row(0.4, k.GROUP_CHECKED, 2),
        row(0.4, k.QUESTION_ASKED, 2),  # 1
        row(0.4 + 10 * MINUTE, k.MEMBER_ANSWERED, 0, 1),  # 2
        row(0.4 + 11 * MINUTE, k.MEMBER_ANSWERED, 0, 1),  # 3
        row(0.5, k.QUESTION_ASKED, 1),  # 4
        row(0.5 + 30 * MINUTE, k.MESSAGE_POSTED, 3, 4),  # 5
        row(0.6, k.TASK_DONE, 0, 0, 0.5, 20, group=NONE),
        row(0.7, k.QUESTION_ASKED, 1),  # 6
        row(0.7 + MINUTE, k.MESSAGE_POSTED, 1, 6),  # 7: her own words answer nobody
        row(1.2, k.STIMULUS_POSTED, 0, 7, 2, 0),  # 8
        row(1.3, k.STIMULUS_ANSWERED, 3, 8, 2.5),
        row(1.3, k.STIMULUS_ANSWERED, 3, 8, 1.5),
        row(1.4, k.ORDER_PLACED, 2, 8, 100, 30),
        row(1.4, k.ORDER_PLACED, 2, NONE, 50, 10),
        row(1.45, k.ORDER_PLACED, 3, NONE, 20, 5),
        row(1.5, k.ADVERT_POSTED, 3),  # 9
        row(1.6, k.COMPLAINT_POSTED, 2, NONE, -0.5),  # 10
        row(1.7, k.GROUP_MUTED, 1),
        row(1.75, k.MEMBER_ANSWERED, 0, 4),  # 11: a day and a quarter late
        row(1.8, k.REFUND_PAID, 2, x=50),
        row(1.9, k.MEMBER_CARED_FOR, 0, 1, 4),
        row(2.1, k.COST_PAID, x=12),
        row(2.2, k.MEMBER_LEFT, 1),
        row(2.3, k.GROUP_MUTED, 2),
        row(2.4, k.GROUP_UNMUTED, 2),
        row(2.5, k.MEMBER_REMOVED, 0, 3),
        row(2.5, k.STIMULUS_POSTED, 0, 8),  # 12
        row(3.1, k.MEMBER_JOINED, 1),
        row(3.2, k.GROUP_MUTED, 1),
        row(3.3, k.ORDER_PLACED, 99, NONE, 7, 1, group=NONE),
        row(4, k.RUN_ENDED, group=NONE),
    ],
    EVENT_DTYPE,
)

#: Column of vitals -> days 0 to 3.
EXPECTED = {
    "members": [3, 3, 1, 2],
    "joins": [3, 0, 0, 1],
    "exits": [0, 0, 1, 0],
    "removed": [0, 0, 1, 0],
    "muted": [0, 1, 0, 1],
    "openers": [2, 0, 0, 0],
    "posters": [3, 1, 0, 0],
    "interactors": [3, 2, 0, 0],
    "organic": [6, 1, 0, 0],
    "messages": [8, 4, 1, 0],
    "operator_posts": [0, 1, 1, 0],
    "adverts": [0, 1, 0, 0],
    "promotions": [0, 1, 0, 0],
    "complaints": [0, 1, 0, 0],
    "questions": [3, 0, 0, 0],
    "answered_24h": [1, 0, 0, 0],
    "member_answered_24h": [1, 0, 0, 0],
    "first_response_minutes": [(10 + 1.25 * 1440) / 2, np.nan, np.nan, np.nan],
    "orders": [0, 3, 0, 0],
    "revenue": [0, 120, 0, 0],
    "margin": [0, -5, 0, 0],
    "benefit_cost": [0, 8, 12, 0],
    "wages": [0, 0, 0, 0],
    "refunds": [0, 50, 0, 0],
    "cost": [0, 8, 12, 0],
    "net_income": [0, -13, -12, 0],
    "staff_hours": [0, 0, 0, 0],
}


def shards(*logs: np.ndarray) -> SimpleNamespace:
    return SimpleNamespace(events=np.concatenate(logs), shard=np.repeat(np.arange(len(logs)), [len(log) for log in logs]))


def test_the_code_of_promotion_is_the_one_the_model_uses() -> None:
    layout = pytest.importorskip("sim.vocabulary.tables")
    assert layout.Stimulus._fields[projected.PROMOTION] == "promotion"
    assert layout.Stimulus._fields[projected.GUISE] == "guise"


@pytest.mark.parametrize("column", EXPECTED)
def test_vitals(column: str) -> None:
    table = project_vitals(HAND)
    assert set(table) == {*EXPECTED, "programme", "group", "day"}
    group = table[table.group == 0]
    assert group.day.tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(group[column], EXPECTED[column], err_msg=column)


def test_what_belongs_to_no_group_is_kept_apart_and_adds_to_the_programme() -> None:
    table = project_vitals(HAND)
    apart = table[table.group == NONE]
    assert apart[["wages", "staff_hours", "revenue", "margin", "net_income"]].to_numpy().tolist() == [
        [20, 0.5, 0, 0, -20],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 7, 1, 1],
    ]
    whole = project_vitals(HAND, by_group=False)
    sums = table.groupby("day")[["members", "organic", "revenue", "wages", "net_income"]].sum()
    np.testing.assert_allclose(whole.set_index("day")[list(sums)], sums)
    assert whole.first_response_minutes[0] == pytest.approx(905)


def test_numbers_count_inside_a_programme() -> None:
    table = project_vitals(shards(HAND, HAND)).set_index("programme")
    for programme in (0, 1):
        alone = project_vitals(HAND).set_index("programme")
        np.testing.assert_array_equal(table.loc[programme], alone.loc[0])
    whole = project_vitals(shards(HAND, HAND), by_group=False)
    for column in ("posters", "members", "muted", "openers", "promotions"):
        assert whole[column].tolist() == [2 * count for count in EXPECTED[column]], column


@pytest.mark.parametrize(("kind", "column"), [
    (k.MEMBER_JOINED, "actor"), (k.MEMBER_REMOVED, "target"), (k.TASK_DONE, "actor"), (k.STIMULUS_POSTED, "target"),
    (k.STIMULUS_ANSWERED, "target"), (k.MEMBER_JOINED, "group"), (k.TASK_DONE, "group"),
])  # fmt: skip
def test_no_number_occurs_in_two_programmes(kind: int, column: str) -> None:
    both = projected.read_rows(shards(HAND, HAND)).events
    one, other = np.split(both[column][both["kind"] == kind], 2)
    assert len(one) and not set(one.tolist()) & set(other.tolist())
    assert one.tolist() == HAND[column][HAND["kind"] == kind].tolist()


def test_a_programme_of_a_log_that_was_cut_short_ends_at_its_own_last_row() -> None:
    cut = HAND[:-4]
    table = project_vitals(shards(HAND, cut))
    assert table.groupby("programme").day.max().tolist() == [3, 2]
    both, alone = (project_economics(log).set_index(["programme", "group"]) for log in (shards(HAND, cut), cut))
    assert both.member_days[1, 0] == alone.member_days[0, 0]


def test_a_log_that_was_cut_short_ends_at_its_last_row() -> None:
    assert project_vitals(HAND[:-4]).day.max() == 2


def test_wecom_counts_up_to_the_day() -> None:
    table = project_wecom(HAND).set_index("day")
    assert table.to_dict("list") == {
        "new_chat_cnt": [1, 0, 0, 0],
        "chat_total": [1, 1, 1, 1],
        "chat_has_msg": [1, 1, 1, 1],
        "new_member_cnt": [3, 0, 0, 1],
        "member_total": [3, 3, 1, 2],
        "member_has_msg": [3, 3, 3, 3],
        "msg_total": [8, 12, 13, 13],
    }


def test_wecom_drops_a_closed_group() -> None:
    closed = np.insert(HAND, len(HAND) - 1, np.array([row(3.5, k.GROUP_CLOSED)], EVENT_DTYPE))
    assert project_wecom(closed).chat_total.tolist() == [1, 1, 1, 0]


def test_economics() -> None:
    table = project_economics(HAND, 4)
    assert table.scope.tolist() == ["outside", "group", "total"]
    assert table.group.tolist() == [NONE, 0, NONE]
    outside, group, total = (table.iloc[place] for place in range(3))
    assert (group.orders, group.buyers, group.revenue, group.margin, group.benefit_cost) == (3, 2, 120, -5, 20)
    assert (group.order_value, group.spend_per_buyer, group.repurchase_rate) == (pytest.approx(170 / 3), 85, 0.5)
    days = (2.2 - 0.1) + (4 - 0.1) + (2.5 - 0.2) + (4 - 3.1)
    assert group.member_days == pytest.approx(days)
    assert group.contribution_per_member_month == pytest.approx(30 * -25 / days)
    assert np.isnan(group.staff_productivity)
    assert (outside.revenue, outside.wages, outside.staff_hours) == (7, 20, 0.5)
    assert total.net_income == pytest.approx(-4 - 20 - 20)
    assert total.staff_productivity == pytest.approx((-4 - 20) / 0.5)


def test_economics_of_a_span() -> None:
    group = project_economics(HAND, 1.45, start=1).iloc[1]
    assert (group.orders, group.revenue, group.benefit_cost) == (2, 150, 4)
    assert group.member_days == pytest.approx(3 * 0.45)


def test_outcomes_by_the_fourth_day() -> None:
    assert project_outcomes(HAND, 4) == pytest.approx(
        {
            "alive_days": 4,
            "dead": 0,
            "stillborn": 0,
            "closed": 0,
            "revived": 0,
            "posters_per_day": 1,
            "messages_per_day": 7 / 4,
            "members_end": 2,
            "joins": 4,
            "exits": 1,
            "muted_share": 0.5,
            "exit_share": 0.25,
            "first_response_minutes": 905,
            "answer_rate": 1 / 3,
            "advert_share": 2 / 13,
            "silent_share": 0,
            "orders": 4,
            "revenue": 127,
            "margin": -4,
            "benefit_cost": 20,
            "wages": 20,
            "cost": 40,
            "net_income": -44,
            "staff_hours": 0.5,
            "repurchase_rate": 1 / 3,
            "discount_only_share": 2 / 3,  # all but member 2, who paid 100 once
            "tiers_given": 0,
            "newcomer_attendance": np.nan,  # there was no live event
            "complaints": 1,
            "state": "founding",
        }
        | {f"hours_{task}": 0.5 * (task == "answer") for task in k.TASKS},
        nan_ok=True,
    )


def test_outcomes_see_nothing_past_the_judged_days_but_answers() -> None:
    result = project_outcomes(HAND, 1)
    assert (result["orders"], result["wages"], result["exits"], result["members_end"]) == (0, 20, 0, 3)
    assert result["first_response_minutes"] == 905  # the late answer came on the second day
    assert result["messages_per_day"] == 6
    assert np.isnan(result["repurchase_rate"])


def test_members_who_fell_silent_are_counted_at_the_horizon() -> None:
    later = HAND.copy()
    later["time"][-1] = 20 * DAY
    assert project_outcomes(later, 8)["silent_share"] == 0.5  # member 2 wrote on day 1.6, member 1 on day 0.7
    assert project_outcomes(later, 8.5)["silent_share"] == 0.5
    assert project_outcomes(later, 8.7)["silent_share"] == 1


def test_death_and_closing_are_weighted_by_planned_size() -> None:
    def group(number: int, planned: float, until: int) -> list[tuple]:
        posts = [row(day + by / 9, k.MESSAGE_POSTED, by, group=number) for day in range(until) for by in range(6)]
        return [row(0, k.GROUP_FOUNDED, x=planned, group=number), *posts]

    rows = [*group(0, 100, 118), *group(1, 300, 10), *group(2, 10, 50), row(50, k.GROUP_CLOSED, group=2)]
    events = np.array([*sorted(rows), row(118, k.RUN_ENDED, group=NONE)], EVENT_DTYPE)
    result = project_outcomes(events, 90)
    death = 9 + 7.0  # k = 6: on day 9 the six write 1/9 day apart, the first one falls out a week later
    assert result["alive_days"] == pytest.approx((100 * 90 + 300 * death + 10 * 50) / 410)
    assert (result["dead"], result["closed"], result["stillborn"]) == pytest.approx((1 / 3, 1 / 3, 0))
    assert result["state"] == "dead"
    table = {(entry["definition"], entry["group"]): entry for entry in project_lifetime_rows(events, 90)}
    assert len(table) == 3 * len(DEFINITIONS)
    assert table["28d_k3_2pct", 1]["time"] == pytest.approx(death)
    assert [table["28d_k3_2pct", number]["ended"] for number in range(3)] == ["censored", "dead", "closed"]
    assert {type(value) for entry in table.values() for value in entry.values()} == {str, int, float, bool}


def test_the_state_is_that_of_the_last_judged_day() -> None:
    rows = [row(day + by / 9, k.MESSAGE_POSTED, by) for day in range(86) for by in range(4)]
    events = np.array([row(0, k.GROUP_FOUNDED, x=10), *sorted(rows), row(130, k.RUN_ENDED, group=NONE)], EVENT_DTYPE)
    assert [project_outcomes(events, days)["state"] for days in (5, 90, 93)] == ["founding", "quiet_alive", "dead"]
    assert [project_outcomes(events, days)["dead"] for days in (90, 93)] == [0, 1]


def test_a_group_founded_late_is_judged_on_its_own_days() -> None:
    rows = [row(0, k.GROUP_FOUNDED, x=10), row(45, k.GROUP_FOUNDED, x=10, group=1)]
    rows += [row(day + by / 9, k.MESSAGE_POSTED, by, group=1) for day in range(45, 118) for by in range(4)]
    result = project_outcomes(np.array([*rows, row(118, k.RUN_ENDED)], EVENT_DTYPE), 90)
    assert result["alive_days"] == pytest.approx(90 * 45 / (90 + 45))


def test_outcomes_of_two_shards_add_up() -> None:
    one, two = project_outcomes(HAND, 4), project_outcomes(shards(HAND, HAND), 4)
    for name in ("messages_per_day", "posters_per_day", "members_end", "orders", "net_income", "staff_hours", "complaints"):
        assert two[name] == pytest.approx(2 * one[name]), name
    for name in ("answer_rate", "first_response_minutes", "advert_share", "muted_share", "silent_share"):
        assert two[name] == pytest.approx(one[name]), name


def test_outcomes_of_nothing_are_nothing() -> None:
    result = project_outcomes(np.zeros(0, EVENT_DTYPE), 90)
    assert result["orders"] == 0
    assert result["state"] == ""
    assert result["alive_days"] == 0
    assert np.isnan([result["dead"], result["answer_rate"], result["silent_share"]]).all()
    assert project_vitals(np.zeros(0, EVENT_DTYPE)).empty


def test_states_of_outcomes_are_named() -> None:
    assert project_outcomes(HAND, 4)["state"] in PRECEDENCE


def test_outcomes_are_fast_enough_for_thousands_of_replications() -> None:
    """Once per replication: 150,000 rows took 5 to 15 ms on two shared cores; ten times that is a mistake, not a busy machine."""
    from time import perf_counter

    rng = np.random.default_rng(1)
    events = np.zeros(150_000, EVENT_DTYPE)
    events["time"] = np.sort(rng.integers(1, 118 * DAY, len(events)))
    events["kind"] = np.where(rng.random(len(events)) < 0.25, k.MESSAGE_POSTED, k.GROUP_CHECKED)
    events["actor"], events["target"] = rng.integers(0, 200, len(events)), NONE
    events[0] = np.array([row(0, k.GROUP_FOUNDED, x=200)], EVENT_DTYPE)[0]
    project_outcomes(events, 90)
    times = []
    for _ in range(5):
        start = perf_counter()
        project_outcomes(events, 90)
        times.append(perf_counter() - start)
    assert min(times) < 0.15
