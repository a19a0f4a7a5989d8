"""Lives of groups in logs written by hand, one for each way a life can go."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.events import kinds
from sim.events.kinds import DAY, EVENT_DTYPE, NONE
from sim.projections.lifecycle import (
    DEFINITIONS,
    PRECEDENCE,
    STATES,
    estimate_revival,
    project_definitions,
    project_dormancies,
    project_lifetimes,
    project_states,
    threshold,
)

MICROSECOND = 1 / DAY


def row(day: float, kind: int, actor: int = NONE, target: int = NONE, x: float = 0.0, group: int = 0) -> tuple:
    return (round(day * DAY), NONE, x, 0.0, kind, group, actor, target)


def founded(planned: float = 100, day: float = 0, group: int = 0) -> list[tuple]:
    return [row(day, kinds.GROUP_FOUNDED, x=planned, group=group)]


def talk(*days: float, by: int, kind: int = kinds.MESSAGE_POSTED, group: int = 0) -> list[tuple]:
    return [row(day, kind, actor=by, group=group) for day in days]


def chorus(first: float, last: float, members: int = 3, group: int = 0) -> list[tuple]:
    """Members 0, 1, ... post once every other day from `first` to `last`, where all of them post for the last time."""
    days = [*np.arange(first, last, 2), last]
    return [entry for by in range(members) for entry in talk(*days, by=by, group=group)]


def log(*parts: list[tuple], end: float = 118) -> np.ndarray:
    rows = sorted((entry for part in parts for entry in part), key=lambda entry: entry[0])
    return np.array([*rows, row(end, kinds.RUN_ENDED, group=NONE)], EVENT_DTYPE)


def life(events: np.ndarray, **options: float) -> pd.Series:
    return project_lifetimes(events, **{"days": 90, **options}).iloc[0]


def test_a_group_that_talks_to_the_end_is_censored() -> None:
    only = life(log(founded(), chorus(0, 118)))
    assert (only.ended, only.time, only.stillborn, only.revivals, only.unconfirmed) == ("censored", 90, False, 0, False)


def test_death_is_dated_at_the_moment_the_count_falls_below_k() -> None:
    events = log(founded(), talk(1, 8, 14, 20, by=1), talk(2, 9, 15, 20.25, by=2), talk(3, 9, 15, 20.5, by=3))
    only = life(events)
    assert (only.ended, only.time) == ("dead", 27.0)
    spans = project_dormancies(events)
    assert spans.to_dict("records") == [{"programme": 0, "group": 0, "start": 27.0, "days": 91.0, "ended": "log"}]


@pytest.mark.parametrize(("early", "ended", "revivals"), [(0, "dead", 1), (MICROSECOND, "censored", 0)])
def test_a_silence_of_exactly_the_window_is_death_and_a_microsecond_less_is_not(
    early: float, ended: str, revivals: int
) -> None:
    only = life(log(founded(), chorus(0, 20), chorus(27 + 28 - early, 118)))
    assert (only.ended, only.revivals, only.spells) == (ended, revivals, revivals)


@pytest.mark.parametrize(("early", "ended"), [(0, "censored"), (MICROSECOND, "dead")])
def test_a_dormancy_that_starts_at_the_horizon_is_no_death(early: float, ended: str) -> None:
    only = life(log(founded(), chorus(0, 83 - early), end=118))
    assert (only.ended, only.spells) == (ended, ended == "dead")
    assert only.time == pytest.approx(90)


def test_a_post_counts_for_seven_days_and_the_next_one_may_come_at_their_end() -> None:
    weekly = [entry for by in range(3) for entry in talk(*range(0, 119, 7), by=by)]
    assert project_dormancies(log(founded(), weekly)).empty
    late = [entry for by in range(3) for entry in talk(*np.arange(0, 119, 7 + 2 * MICROSECOND), by=by)]
    assert (project_dormancies(log(founded(), late))["days"] * DAY).round().tolist()[0] == 2


def test_a_group_that_never_reached_k_is_stillborn() -> None:
    only = life(log(founded(), chorus(0, 118, members=2)))
    assert (only.ended, only.time, only.stillborn, only.revivals) == ("dead", 0, True, 0)
    assert life(log(founded())).stillborn


def test_a_slow_start_is_neither_stillborn_nor_death() -> None:
    only = life(log(founded(), chorus(20, 118)))
    assert (only.ended, only.stillborn, only.time) == ("censored", False, 90)


def test_a_group_that_wakes_after_its_window_was_stillborn_and_revives() -> None:
    only = life(log(founded(), chorus(40, 118)))
    assert (only.ended, only.stillborn, only.time, only.revivals) == ("dead", True, 0, 1)


def closing(day: float) -> list[tuple]:
    return [row(day, kinds.GROUP_CLOSED)]


@pytest.mark.parametrize(
    ("parts", "ended", "time"),
    [
        ((chorus(0, 30), closing(31)), "closed", 31),
        ((chorus(0, 20), closing(54.9)), "closed", 54.9),  # dormant since 27, closed before it was a death
        ((chorus(0, 20), closing(55)), "dead", 27),
        ((chorus(0, 100), closing(95)), "censored", 90),
        ((chorus(0, 90), closing(90)), "censored", 90),
        ((chorus(0, 3), closing(5)), "closed", 5),  # before it was ever evaluated
        ((chorus(0, 75), closing(100)), "censored", 90),  # dormant from 82 to 100: not long enough, and closed too late
    ],
)
def test_closing_is_a_competing_end(parts: tuple, ended: str, time: float) -> None:
    only = life(log(founded(), *parts))
    assert (only.ended, only.time) == (ended, pytest.approx(time))
    assert not only.unconfirmed


def test_posts_after_the_closing_do_not_count() -> None:
    assert life(log(founded(), chorus(0, 20), closing(50), chorus(50, 118))).ended == "closed"


def test_a_log_that_ends_within_the_window_leaves_death_unconfirmed() -> None:
    only = life(log(founded(), chorus(0, 20), end=54.9))
    assert (only.ended, only.time, only.unconfirmed) == ("censored", pytest.approx(54.9), True)
    only = life(log(founded(), chorus(0, 20), end=55))
    assert (only.ended, only.time, only.unconfirmed) == ("dead", 27, False)


def test_time_counts_from_the_founding() -> None:
    events = log(founded(), chorus(0, 118), founded(day=30, group=1), chorus(30, 50, group=1), founded(day=95, group=2))
    table = project_lifetimes(events, 90).set_index("group")
    assert table.ended.tolist() == ["censored", "dead", "censored"]
    assert table.time.tolist() == [90, 27, 0]


@pytest.mark.parametrize(
    ("planned", "k"),
    [(2, 2), (5, 2), (20, 2), (21, 3), (29, 3), (30, 3), (150, 3), (151, 4), (200, 4), (350, 7), (351, 8), (5000, 100)],
)
def test_k_is_two_per_cent_of_the_planned_size_rounded_up(planned: float, k: int) -> None:
    assert threshold(np.array([planned]))[0] == k
    assert life(log(founded(planned), chorus(0, 118, members=k))).ended == "censored"
    assert life(log(founded(planned), chorus(0, 118, members=k - 1))).ended == "dead"


def test_friends_who_talk_daily_are_no_stillborn_group() -> None:
    """Five friends of whom two or three talk in a week live; the fixed k of the sensitivity asks for three of any group."""
    events = log(founded(5), chorus(0, 118, members=2))
    table = project_definitions(events, 90).set_index("definition")
    assert table.loc["28d_k3_2pct", ["k", "ended", "time"]].tolist() == [2, "censored", 90]
    assert table.loc["28d_k3", ["k", "ended", "time"]].tolist() == [3, "dead", 0]
    alone = project_definitions(log(founded(5), chorus(0, 118, members=1)), 90).set_index("definition")
    assert alone.loc["28d_k3_2pct", ["ended", "time"]].tolist() == ["dead", 0]


def test_k_is_not_raised_by_rounding_errors() -> None:
    assert 0.07 * 100 > 7
    assert life(log(founded(100), chorus(0, 118, members=7)), share=0.07).ended == "censored"


def test_one_who_falls_out_as_another_comes_in_breaks_no_dormancy() -> None:
    daily = talk(*range(118), by=0) + talk(*range(118), by=1)
    relay = [entry for week in range(17) for entry in talk(7 * week, by=10 + week)]
    assert project_dormancies(log(founded(), daily, relay)).empty
    assert project_dormancies(log(founded(), talk(*range(118), by=0), relay)).to_dict("records") == [
        {"programme": 0, "group": 0, "start": 7, "days": 111, "ended": "log"}
    ]


def test_members_are_told_apart_whatever_their_numbers() -> None:
    far = [entry for day in range(118) for by in (1, 65_537) for entry in talk(day + by / 1e6, by=by)]
    assert life(log(founded(), far)).stillborn
    assert not life(log(founded(), far, talk(*range(118), by=2))).stillborn


def test_only_talk_that_members_start_is_life() -> None:
    for kind in kinds.NAMES:
        if kind in (kinds.GROUP_FOUNDED, kinds.GROUP_CLOSED, kinds.RUN_ENDED):
            continue
        rows = [entry for by in range(5) for entry in talk(*range(1, 118), by=by, kind=kind)]
        assert life(log(founded(), rows)).ended == ("censored" if kind in kinds.ORGANIC else "dead"), kinds.NAMES[kind]


def test_groups_do_not_share_their_talkers() -> None:
    events = log(founded(), founded(group=1), chorus(0, 118, members=2), chorus(1, 118, members=2, group=1))
    assert project_lifetimes(events, 90).stillborn.tolist() == [True, True]


def test_shards_are_read_one_after_the_other() -> None:
    one, two = log(founded(), chorus(0, 118)), log(founded(group=1), chorus(0, 20, group=1))
    both = SimpleNamespace(events=np.concatenate((one, two)), shard=np.repeat([0, 1], [len(one), len(two)]))
    assert project_lifetimes(both, 90).ended.tolist() == ["censored", "dead"]


def asked(*days: float, answered: int) -> list[tuple]:
    """Posts of the operator, of which the first `answered` draw a reply an hour later; valid where nobody else writes."""
    posts = [row(day, kinds.STIMULUS_POSTED, target=0) for day in days]
    return posts + [row(day + 1 / 24, kinds.MESSAGE_POSTED, 9, target=2 * place) for place, day in enumerate(days[:answered])]


def test_a_silent_group_that_answers_when_asked_is_alive_in_the_second_definition() -> None:
    days = np.arange(8, 18.5, 1)
    silent = log(founded(), asked(*days, answered=1))
    assert life(silent).ended == "dead"
    assert life(silent, prompts=True).ended == "dead"  # one in eleven
    answering = log(founded(), asked(*days, answered=2))
    assert life(answering).ended == "dead"
    assert life(answering, prompts=True).ended == "censored"
    just = log(founded(), asked(*days[:10], answered=1))
    assert life(just, prompts=True).ended == "censored"
    few = log(founded(), asked(*days[:4], answered=4))
    assert life(few, prompts=True).ended == "dead"


def test_definitions_differ_where_they_should() -> None:
    events = log(founded(200), chorus(0, 118, members=3), chorus(0, 40, members=4))
    table = project_definitions(events, 90).set_index("definition")
    assert table.index.tolist() == [name for name, *_ in DEFINITIONS]
    assert table.loc["28d_k3_2pct", ["k", "ended", "time"]].tolist() == [4, "dead", 47]
    assert table.loc["28d_k3", ["k", "ended"]].tolist() == [3, "censored"]
    assert table.loc["28d_k2", ["k", "ended"]].tolist() == [2, "censored"]
    assert table.loc["14d_k5", ["window", "k", "stillborn"]].tolist() == [14, 5, True]


def test_the_alarm_fires_where_the_group_comes_back() -> None:
    table = project_definitions(log(founded(), chorus(0, 20), chorus(27 + 20, 118)), 90).set_index("definition")
    assert table.loc["14d_k3", ["ended", "time", "revivals"]].tolist() == ["dead", 27, 1]
    assert table.loc["28d_k3", "ended"] == "censored"


def test_revival_is_a_share_of_silences_with_an_exact_interval() -> None:
    table = pd.DataFrame({"spells": [1, 1, 2, 0], "revivals": [0, 1, 0, 0], "watched": [30.0, 10.0, 20.0, 0.0]})
    result = estimate_revival(table)
    assert (result["spells"], result["revivals"], result["share"]) == (4, 1, 0.25)
    assert result["low"] == pytest.approx(0.0063, abs=1e-4)  # Clopper-Pearson, 1 of 4
    assert result["high"] == pytest.approx(0.8059, abs=1e-4)
    assert result["month"] == pytest.approx(1 - math.exp(-0.5))
    assert math.isnan(estimate_revival(table.iloc[3:])["share"])


def test_watched_is_the_time_beyond_the_window() -> None:
    assert life(log(founded(), chorus(0, 20), chorus(60, 118))).watched == pytest.approx(60 - 27 - 28)


# States


def states(events: np.ndarray) -> pd.Series:
    return project_states(events).set_index("day").state


def test_states_have_rules() -> None:
    assert set(PRECEDENCE) == set(STATES)


def test_a_steady_group_is_founded_then_on_its_plateau() -> None:
    lively = [entry for by in range(4) for entry in talk(*np.arange(0.5, 60), by=by)]
    told = states(log(founded(), lively, end=60))
    assert told[:7].unique().tolist() == ["founding"]
    assert told[7:].unique().tolist() == ["plateau"]
    assert len(told) == 60


def test_much_talk_is_a_peak_and_little_is_quiet_but_alive() -> None:
    lively = [entry for by in range(4) for entry in talk(*np.arange(0.5, 60), by=by)]
    burst = talk(*np.arange(20, 27, 0.05), by=9)
    quiet = chorus(60, 90)
    told = states(log(founded(), lively, burst, quiet, end=90))
    assert told[26] == told[32] == "peak"
    assert told[33] == "plateau"  # the burst of day 26 has left the trailing week
    assert told[40] == "plateau"
    assert told[75] == "quiet_alive"


@pytest.mark.parametrize(("more", "state"), [(13, "plateau"), (14, "peak")])
def test_a_peak_is_half_again_as_much_as_usual(more: int, state: str) -> None:
    lively = [entry for by in range(4) for entry in talk(*np.arange(0.5, 60), by=by)]
    told = states(log(founded(), lively, talk(*np.linspace(20.1, 20.9, more), by=9), end=60))
    assert told[20] == state


def test_three_complaints_in_a_day_boil() -> None:
    lively = [entry for by in range(4) for entry in talk(*np.arange(0.5, 60), by=by)]
    for count, state in ((2, "plateau"), (3, "boiling")):
        vents = [entry for by in range(count) for entry in talk(30.6, by=by, kind=kinds.COMPLAINT_POSTED)]
        assert states(log(founded(), lively, vents, end=60))[30] == state
    crowd = talk(*np.linspace(30.1, 30.9, 40), by=2)
    assert states(log(founded(), lively, vents, crowd, end=60))[30] != "boiling"


def test_silence_is_dormant_until_it_proves_to_be_death() -> None:
    told = states(log(founded(), chorus(0, 20), chorus(40, 60), end=118))
    assert told[26] != "dormant"
    assert told[27:39].unique().tolist() == ["dormant"]
    assert told[67:117].unique().tolist() == ["dead"]
    assert states(log(founded(), chorus(0, 20), end=50.5))[[27, 49, 50]].tolist() == ["dormant"] * 3


def test_a_group_with_more_adverts_than_talk_is_an_advert_group_while_it_lives() -> None:
    adverts = talk(*np.arange(30.5, 60), by=50, kind=kinds.ADVERT_POSTED)
    told = states(log(founded(), chorus(0, 118), adverts))
    assert told[29] == "quiet_alive"
    assert told[45] == "quiet_alive"  # 7 adverts against more talk
    more = talk(*np.arange(30.25, 60, 0.5), by=51, kind=kinds.ADVERT_POSTED)
    assert states(log(founded(), chorus(0, 118), adverts, more))[45] == "advert_group"
    assert states(log(founded(), chorus(0, 30), adverts, more))[45] == "dead"


def test_adverts_and_anger_do_not_hide_a_dormancy() -> None:
    adverts = talk(*np.arange(22.25, 60, 0.5), by=50, kind=kinds.ADVERT_POSTED)
    vents = talk(30.6, 30.7, 30.8, by=1, kind=kinds.COMPLAINT_POSTED)
    told = states(log(founded(), chorus(0, 20), chorus(40, 60), adverts, vents, end=118))
    assert told[26] == "advert_group"
    assert told[27:39].unique().tolist() == ["dormant"]
    assert told[45] == "advert_group"
    assert told[67:117].unique().tolist() == ["dead"]


def test_promotions_of_the_operator_count_as_adverts() -> None:
    posts = [row(day, kinds.STIMULUS_POSTED, target=4) for day in np.arange(8, 60, 0.25)]
    plain = [row(0, kinds.STIMULUS_DEFINED, 4, target=0, x=1.0, group=NONE)]
    promotion = [row(0, kinds.STIMULUS_DEFINED, 4, target=2, x=1.0, group=NONE)]
    assert states(log(founded(), plain, chorus(0, 60), posts, end=60))[40] == "quiet_alive"
    assert states(log(founded(), promotion, chorus(0, 60), posts, end=60))[40] == "advert_group"


def test_a_closed_group_stays_closed_and_an_unfounded_one_has_no_state() -> None:
    table = project_states(log(founded(day=3.5), chorus(4, 30), closing(31)))
    assert table.day.min() == 3
    assert table.state[table.day >= 31].unique().tolist() == ["closed"]
    assert (table.state[table.day < 31] != "closed").all()


def test_an_empty_log_has_no_groups() -> None:
    nothing = np.zeros(0, EVENT_DTYPE)
    assert len(project_lifetimes(nothing, 90)) == len(project_states(nothing)) == len(project_dormancies(nothing)) == 0
    assert len(project_definitions(nothing, 90)) == 0
