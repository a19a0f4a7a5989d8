"""Experiments on causes: what is measured of a log, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.events import kinds as k
from sim.events.kinds import DAY, EVENT_DTYPE, NONE
from sim.projections.rows import read_rows
from sim.projections.trials import (
    TRIALS,
    find_core,
    find_most_active,
    judge_trials,
    measure_first_packet,
    measure_newcomers,
    measure_removal,
)


def row(day: float, kind: int, actor: int = NONE, target: int = NONE, x: float = 0, y: float = 0, group: int = 0) -> tuple:
    return (round(day * DAY), NONE, x, y, kind, group, actor, target)


def log(*rows: tuple, end: float = 180) -> np.ndarray:
    return np.array([*sorted(rows, key=lambda entry: entry[0]), row(end, k.RUN_ENDED, group=NONE)], EVENT_DTYPE)


def crowd(members: int) -> list[tuple]:
    return [row(0, k.GROUP_FOUNDED, x=members), *(row(0.01, k.MEMBER_JOINED, member) for member in range(members))]


def test_newcomers_are_those_who_came_later_and_were_seen_for_a_week() -> None:
    later = [row(10, k.MEMBER_JOINED, 5, y=1), row(20, k.MEMBER_JOINED, 6, y=2), row(178, k.MEMBER_JOINED, 7, y=1)]
    later += [row(30, k.MEMBER_JOINED, 8, y=k.MOVED)]
    said = [
        row(12, k.MESSAGE_POSTED, 5),
        row(13, k.ADVERT_POSTED, 5),
        row(18, k.MESSAGE_POSTED, 5),
        row(12, k.MESSAGE_POSTED, 1),
    ]
    said += [row(19, k.MESSAGE_POSTED, 6), row(27.5, k.ADVERT_POSTED, 6), row(31, k.MESSAGE_POSTED, 8)]
    found = measure_newcomers(read_rows(log(*crowd(3), *later, *said)))
    assert found == {"newcomers": 2, "posted": 1, "posts": 2, "breaches": 1}
    assert measure_newcomers(read_rows(log(*crowd(3))))["newcomers"] == 0


def test_the_first_packet_is_asked_of_those_who_look() -> None:
    packet = [row(1, k.MESSAGE_POSTED, 0), row(5, k.STIMULUS_POSTED, 0, 3, 2.0), row(8, k.STIMULUS_POSTED, 0, 3, 2.0)]
    took = [
        row(5.1, k.STIMULUS_ANSWERED, 1, 1, 2.0),
        row(5.2, k.STIMULUS_ANSWERED, 2, 1, 2.0),
        row(8.1, k.STIMULUS_ANSWERED, 3, 2, 2.0),
    ]
    looks = [
        row(4, k.GROUP_CHECKED, 0),
        row(5.05, k.GROUP_CHECKED, 1),
        row(5.1, k.GROUP_CHECKED, 3),
        row(5.15, k.GROUP_CHECKED, 1),
    ]
    looks += [row(5.2, k.GROUP_CHECKED, 2), row(5.3, k.GROUP_CHECKED, 4), row(8.05, k.GROUP_CHECKED, 3)]
    events = log(*crowd(6), *looks, *packet, *took)
    assert measure_first_packet(read_rows(events, checks=True)) == {"asked": 3, "took": 2}
    assert np.isnan(measure_first_packet(read_rows(log(*crowd(6))))["asked"])


def test_the_most_active_are_those_who_are_still_there() -> None:
    said = [
        row(1 + turn / 100, k.MESSAGE_POSTED, who) for who, turns in ((0, 5), (1, 9), (2, 3), (3, 3)) for turn in range(turns)
    ]
    events = log(*crowd(5), *said, row(50, k.MEMBER_LEFT, 1), *(row(70, k.MESSAGE_POSTED, 4) for _ in range(9)))
    assert find_most_active(events, 60, 3) == [0, 2, 3]
    assert find_most_active(events, 60, 9) == [0, 2, 3]  # who has said nothing is not active


def test_the_core_is_what_is_left_when_those_with_few_acquaintances_go() -> None:
    clique = [(a, b) for a in range(4) for b in range(4) if a != b]
    tail = [(3, 4), (4, 3), (4, 5), (5, 4)]
    edges = np.array(clique + tail)
    assert find_core(edges, np.arange(6)).tolist() == [0, 1, 2, 3]
    assert find_core(edges, np.arange(1, 6)).tolist() == []  # without one of the four nobody has three left
    assert find_core(edges, np.arange(6), least=1).tolist() == [0, 1, 2, 3, 4, 5]


def test_a_removal_is_measured_on_the_others() -> None:
    clique = np.array([(a, b) for a in range(5) for b in range(5) if a != b])
    before = [row(40, k.MESSAGE_POSTED, who) for who in (0, 1, 2, 3, 4, 5, 6)]
    late = [row(150, k.MESSAGE_POSTED, who) for who in (0, 1, 2, 3, 5)]
    without = [row(150, k.MESSAGE_POSTED, who) for who in (1, 2, 3)] + [row(80, k.MESSAGE_POSTED, 1)]
    one, other = log(*crowd(7), *before, *late), log(*crowd(7), *before, *without, row(60, k.MEMBER_REMOVED, 0, 0))
    found = measure_removal(one, other, [0], 60, clique)
    assert (found["talk"], found["talk_without"]) == (4, 4)
    assert (found["outside"], found["outside_without"]) == (0.5, 1.0)  # 5 and 6 know nobody
    assert (found["inside"], found["inside_without"]) == (0.25, 0.25)


def test_effects_are_differences_between_arms() -> None:
    names = ["answers", "answers that mean nothing", "ties", "ties without contagion", "uncertain packet", "fixed packet", "rules",
             "no rules", "load 0", "load 1", "load 3"]  # fmt: skip
    rows = pd.DataFrame({"trial": names, "replication": 0})
    rows["again_gap"] = [0.3, 0.1, *[np.nan] * 9]
    rows["contagion_above"], rows["contagion_below"] = [0, 0, 12, 3, *[0] * 7], [0, 0, 10, 5, *[0] * 7]
    rows["took"], rows["asked"] = [0, 0, 0, 0, 70, 43, 0, 0, 0, 0, 0], [0, 0, 0, 0, 100, 100, 0, 0, 0, 0, 0]
    rows["breaches"], rows["posts"] = [0] * 6 + [1, 5, 0, 0, 0], [0] * 6 + [20, 20, 0, 0, 0]
    rows["posted"], rows["newcomers"] = [0] * 6 + [34, 20, 0, 0, 0], [0] * 6 + [100, 100, 0, 0, 0]
    rows["load"], rows["response"] = [0] * 8 + [0, 1, 3], [0] * 8 + [0.1, 0.2, 0.3]
    removals = pd.DataFrame({"talk": [100, 50], "talk_without": [120, 60], "outside": [0.2, 0.2], "outside_without": [0.6, 0.4],
                             "inside": [0.1, 0.1], "inside_without": [0.2, 0.2]})  # fmt: skip
    found = judge_trials(rows, removals)
    assert set(found) == {one.name for one in TRIALS}
    wanted = {"answer_effect": 0.2, "contagion_effect": 2, "promotion_response": 1, "uncertain_reward": 0.7, "fixed_reward": 0.43,
              "reward_odds": (0.7 / 0.3) / (0.43 / 0.57), "rules_compliance": 0.2, "rules_newcomers": 1.7, "succession": 1.2,
              "unravelling": 0.2}  # fmt: skip
    assert found == pytest.approx(wanted)
