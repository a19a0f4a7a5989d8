"""What happened when, from logs written by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np

from sim.events.kinds import (
    CAMPAIGN_ENDED,
    CAMPAIGN_STARTED,
    DAY,
    EVENT_DTYPE,
    GROUP_FOUNDED,
    INCIDENT_OPENED,
    INCIDENT_SETTLED,
    LEVER_MOVED,
    MEMBER_JOINED,
    MESSAGE_POSTED,
)
from sim.projections.marks import project_marks


def log(*rows: tuple[float, int, int, int], groups: int = 1) -> SimpleNamespace:
    """A log from (day, kind, group, target); its groups are founded on day 0 with three members who talk until day 10."""
    found = [(0.0, GROUP_FOUNDED, group, -1, -1) for group in range(groups)]
    join = [(0.0, MEMBER_JOINED, group, -1, person + 3 * group) for group in range(groups) for person in range(3)]
    talk = [(day + 0.5, MESSAGE_POSTED, group, -1, day % 3 + 3 * group) for group in range(groups) for day in range(10)]
    given = [(day, kind, group, target, -1) for day, kind, group, target in rows]
    every = sorted([*found, *join, *talk, *given], key=lambda row: row[0])
    events = np.zeros(len(every), EVENT_DTYPE)
    for name, column in zip(("time", "kind", "group", "target", "actor"), zip(*every, strict=True), strict=True):
        events[name] = np.round(np.array(column) * DAY) if name == "time" else column
    events["cause"] = -1
    events["x"][events["kind"] == GROUP_FOUNDED] = 3
    return SimpleNamespace(events=events, shard=np.zeros(len(events), np.int32), sealed=True)


def read(marks):
    return [(row.day, row.kind, row.name, None if math.isnan(row.end) else row.end) for row in marks.itertuples(index=False)]


def test_openings_find_their_closings():
    lived = log(
        (1, CAMPAIGN_STARTED, 0, 1), (2, CAMPAIGN_STARTED, 0, 0), (3, INCIDENT_OPENED, 0, 0), (4, CAMPAIGN_ENDED, 0, 0),
        (5, INCIDENT_SETTLED, 0, 0), (6, INCIDENT_OPENED, 0, 1), (7, LEVER_MOVED, -1, 1), (8, CAMPAIGN_STARTED, 0, 0),
    )  # fmt: skip
    marks = project_marks(lived, incidents=["price_rise"], campaigns=["auction", "weekly_game"], levers=["a=1", "b=2"])
    assert read(marks) == [
        (1, "campaign", "weekly_game", None), (2, "campaign", "auction", 4), (3, "incident", "price_rise", 5),
        (6, "incident", "price_rise", None), (7, "lever", "b=2", None), (8, "campaign", "auction", None),
    ]  # fmt: skip


def test_names_are_those_of_the_scenario():
    lived = log((3, INCIDENT_OPENED, 0, 0), (5, INCIDENT_OPENED, 0, 1))
    lived.events["y"][lived.events["target"] == 1] = 1
    names = [row[2] for row in read(project_marks(lived, incidents=["ad_wave", "price_rise"]))]
    assert names == ["ad_wave", "price_rise"]
    assert read(project_marks(log((3, LEVER_MOVED, -1, 0), (4, CAMPAIGN_STARTED, 0, -1)))) == [
        (3, "lever", "lever", None), (4, "campaign", "campaign", None)
    ]  # fmt: skip


def test_several_groups_are_marked_once():
    marks = project_marks(log(*((3, CAMPAIGN_STARTED, group, 0) for group in range(3)), groups=3), campaigns=["auction"])
    assert read(marks) == [(3, "campaign", "auction", None)]


def test_silence_is_a_span():
    # two posters a week are needed in a group this small: the first of the last two wrote on day 8, so the week from then on has one
    assert read(project_marks(log((80, LEVER_MOVED, -1, 0)), levers=["a=1"])) == [
        (15, "state", "dead", None),
        (80, "lever", "a=1", None),
    ]
    back = [(40 + day / 8, MESSAGE_POSTED, 0, -1) for day in range(2)]
    assert not [mark for mark in read(project_marks(log(*back, groups=2))) if mark[1] == "state"]


def test_a_run_in_which_nothing_happened_has_no_marks():
    assert read(project_marks(log())) == []


def test_a_campaign_started_twice_at_once_ends_twice():
    marks = project_marks(
        log((2, CAMPAIGN_STARTED, 0, 0), (2, CAMPAIGN_STARTED, 0, 0), (3, CAMPAIGN_ENDED, 0, 0), (3, CAMPAIGN_ENDED, 0, 0))
    )
    assert marks[marks["kind"] == "campaign"]["end"].tolist() == [3.0]
