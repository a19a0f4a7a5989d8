"""Who stays out or says little, what newcomers ask, what friends tell each other, what a chat list folds, channels in place of a group."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sim.config import ConfigError, compose
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.log import EventLog, LogWriter
from sim.vocabulary.tables import FEED, PRIVATE

PLAIN = {
    "duties": {"answer": 0.8, "reply": 0.05, "reply_top": 0, "soothe": 0.5, "moderate": 0.8, "welcome": 1, "rules": False},
    "calendar": [{"use": "broadcast", "as": "posts", "clock": {"per_day": 1}, "content": 1, "recall": 1}],
}
SMALL = ("scenario.population.size=40", "days=14", "confirm_days=0", "parameters.mode=fixed", "staff=team")
#: A mix of one type alone.
ONLY = {
    name: ("scenario.population.mix={kol: 0, regular: 0, lurker: 0, freebie_hunter: 0, " + name + ": 1}",)
    for name in ("stays_out", "well_off")
}
LIST = ("parameters.other_chats=4", "parameters.fold_below=0.15", "parameters.fold_left=0.15")


def live(folder: Path, *words: str, calendar: list | None = None, **base: object) -> tuple[EventLog, Programme]:
    path = folder / "plan.yaml"
    path.write_text(json.dumps(PLAIN | base | ({"calendar": calendar} if calendar else {})))
    given = {word.partition("=")[0]: word for word in (*SMALL, *words)}
    writer = LogWriter(None)
    programme = Programme(compose([f"strategy={path}", *given.values()]).scenario, 7, 0, 0, writer)
    programme.run()
    return writer.seal({}), programme


def count(log: EventLog, kind: int, group: int | None = None) -> int:
    rows = log.events[log.events["kind"] == kind]
    return int((rows["group"] == group).sum()) if group is not None else len(rows)


def test_who_stays_out_declines_and_follows_a_feed_if_there_is_one(tmp_path):
    log, _ = live(tmp_path, *ONLY["stays_out"])
    assert count(log, kinds.ENTRY_DECLINED) >= 30 and not count(log, kinds.MEMBER_JOINED)
    feed = {"main": {"size": 40}, "news": {"kind": "feed", "size": 10}}
    log, _ = live(tmp_path, *ONLY["stays_out"], groups=feed, calendar=[PLAIN["calendar"][0] | {"audience": "news"}])
    assert count(log, kinds.MEMBER_JOINED, 0) == 0
    assert count(log, kinds.MEMBER_JOINED, 1) >= count(log, kinds.ENTRY_DECLINED) > 0 < count(log, kinds.GROUP_CHECKED, 1)


def test_nobody_talks_or_recommends_at_full_discretion(tmp_path):
    words = ("scenario.population.reservoir=1", "parameters.referral_rate=1")
    log, _ = live(tmp_path, *ONLY["well_off"], "member.well_off.discretion=1", *words)
    assert not count(log, kinds.MESSAGE_POSTED) and (log.events["y"][log.events["kind"] == kinds.MEMBER_JOINED] != 2).all()
    log, _ = live(tmp_path, *ONLY["well_off"], "member.well_off.discretion=0", *words)
    assert count(log, kinds.MESSAGE_POSTED) and (log.events["y"][log.events["kind"] == kinds.MEMBER_JOINED] == 2).any()


def test_posted_rules_answer_one_question_of_a_newcomer(tmp_path):
    law = ("parameters.doubt_talk=1", "days=5")
    talk = [
        count(live(tmp_path, *law, duties=PLAIN["duties"] | {"rules": rules, "welcome": 0})[0], kinds.MESSAGE_POSTED)
        for rules in (False, True)
    ]
    free = count(live(tmp_path, "days=5", duties=PLAIN["duties"] | {"welcome": 0})[0], kinds.MESSAGE_POSTED)
    assert talk[0] < talk[1] <= free


def test_anger_is_told_to_acquaintances_in_private_and_staff_do_not_see_it(tmp_path):
    words = (
        "scenario.population.ties_per_member=4", "parameters.tell_rate=2", "parameters.told_anger=0.5",
        "incident=[lesson_level]", "incident.lesson_level.day=3", "incident.lesson_level.handling=none",
    )  # fmt: skip
    log, programme = live(tmp_path, *words)
    told = log.events[log.events["kind"] == kinds.TROUBLE_TOLD]
    assert len(told) and (told["x"] > 0).all()
    ties = {(int(row["actor"]), int(row["target"])) for row in told}
    known = programme.people
    for one, other in ties:
        first = known.traits["first_tie"][one]
        assert other in known.ties["person"][first : first + known.traits["ties"][one]]
    assert not (programme.read_inbox()["kind"] == kinds.TROUBLE_TOLD).any()


def test_a_chat_list_folds_what_is_worth_little(tmp_path):
    log, programme = live(tmp_path, *LIST, "days=30", "parameters.fold_below=0.5")
    rows = log.events[log.events["kind"] == kinds.GROUP_FOLDED]
    for who in np.unique(rows["actor"]):
        own = rows["x"][rows["actor"] == who]
        assert own[0] == 1 and (np.diff(own) != 0).all()  # in turns
        assert programme.tables.members["folded"][who] == own[-1]
    alone, _ = live(tmp_path, "days=30")
    assert count(log, kinds.GROUP_CHECKED) < count(alone, kinds.GROUP_CHECKED) and not count(alone, kinds.GROUP_FOLDED)


@pytest.mark.parametrize(("kind", "code"), [("feed", FEED), ("line", PRIVATE)])
def test_a_feed_or_a_line_stands_in_the_place_of_a_group(tmp_path, kind, code):
    calendar = [PLAIN["calendar"][0] | {"audience": "people"}]
    log, programme = live(tmp_path, groups={"people": {"kind": kind, "size": 40}}, calendar=calendar)
    assert programme.tables.channels["kind"][0] == code and not count(log, kinds.GROUP_FOUNDED)
    assert count(log, kinds.MEMBER_JOINED) and count(log, kinds.GROUP_CHECKED) and count(log, kinds.STIMULUS_POSTED)
    assert not count(log, kinds.MESSAGE_POSTED)


def test_a_platform_shows_a_post_to_some_of_the_readers(tmp_path):
    calendar = [PLAIN["calendar"][0] | {"audience": "people"}]
    bought = ("scenario.market.needs_per_month=30", "days=30")
    recall = []
    for reach in (0.1, 1):
        groups = {"people": {"kind": "feed", "size": 40, "reach": reach}}
        _, programme = live(tmp_path, *bought, groups=groups, calendar=calendar)
        recall.append(float(programme.tables.persons["recall"].sum()))
    assert 0 < recall[0] < recall[1]


def test_a_reach_belongs_to_a_feed(tmp_path):
    with pytest.raises(ConfigError, match=r"groups\.people\.reach=0\.2: with kind: feed"):
        live(tmp_path, groups={"people": {"size": 40, "reach": 0.2}})


def test_who_was_told_the_time_of_an_event_comes_to_it(tmp_path):
    calendar = [
        {"use": "welcome", "as": "hello", "text": "next_event"},
        {"use": "stream", "as": "live", "clock": {"day": 4, "hour": 20}, "announce_days": 3, "pull": 0.1},
    ]
    came = []
    for share in (0, 0.9):
        log, _ = live(tmp_path, f"parameters.told_comes={share}", "parameters.told_days=14", "days=8", calendar=calendar)
        rows = log.events
        show = rows["time"][rows["kind"] == kinds.STIMULUS_POSTED][-1]
        came.append(len(np.unique(rows["actor"][(rows["kind"] == kinds.GROUP_CHECKED) & (rows["time"] > show)
                                               & (rows["time"] < show + 5_400_000_000)])))  # fmt: skip
    assert came[0] < came[1]
