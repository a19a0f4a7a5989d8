"""Members who stand out: each mechanism moves what it is about, in the direction that is built in, and nothing where it is off."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sim.config import ConfigError, compose
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.log import EventLog, LogWriter
from sim.rules.honouring import _title
from sim.rules.standing import Honours

PLAIN = {
    "duties": {"answer": 0.8, "reply": 0.05, "reply_top": 0, "soothe": 0.5, "moderate": 0.8, "welcome": 1, "rules": False},
    "calendar": [{"use": "broadcast", "as": "posts", "clock": {"per_day": 1}, "content": 1}],
}
SMALL = ("scenario.population.size=40", "days=14", "confirm_days=0", "parameters.mode=fixed", "staff=team")
TRAINING = {"use": "training", "as": "shown", "clock": {"day": 1}, "role": "maker", "lessons": 1, "hours": 0.2, "gap_days": 1}
STAGING = {"use": "staging", "as": "shown", "clock": {"per_day": 3}, "accounts": 3}
HONOURS = {"use": "honours", "as": "shown", "clock": {"every_days": 2}, "counts": "talk", "least": 1, "times": 2}


def live(folder: Path, *words: str, entry: dict | None = None, **base: dict) -> tuple[EventLog, Programme]:
    path = folder / "plan.yaml"
    path.write_text(json.dumps(PLAIN | base | {"calendar": PLAIN["calendar"] + ([entry] if entry else [])}))
    given = {word.partition("=")[0]: word for word in (*SMALL, *words)}
    writer = LogWriter(None)
    programme = Programme(compose([f"strategy={path}", *given.values()]).scenario, 7, 0, 0, writer)
    programme.run()
    return writer.seal({}), programme


def count(log: EventLog, kind: int) -> int:
    return int((log.events["kind"] == kind).sum())


def test_who_takes_a_role_has_come_to_every_lesson(tmp_path):
    log, programme = live(tmp_path, entry=TRAINING | {"lessons": 2})
    rows = log.events
    met = Counter(rows["actor"][(rows["kind"] == kinds.REQUEST_MET) & (rows["x"] == 4)].tolist())
    took = rows[rows["kind"] == kinds.ROLE_TAKEN]
    assert len(took) and all(met[who] >= 2 for who in took["actor"].tolist())
    assert (rows["kind"][took["cause"]] == kinds.REQUEST_MET).all()
    assert (programme.tables.persons["role"] > 0).sum() == len(took)


def test_a_commission_is_a_share_of_the_order_that_is_its_cause(tmp_path):
    words = (
        "scenario.market.base_odds=2",
        "scenario.market.needs_per_month=0",
        "parameters.impulse=1",
        "parameters.role_sell=5",
    )
    log, programme = live(tmp_path, *words, entry=TRAINING | {"commission": 0.2})
    rows = log.events
    paid = rows[(rows["kind"] == kinds.COST_PAID) & (rows["cause"] >= 0)]
    orders = rows[paid["cause"]]
    assert (
        len(paid)
        and (orders["kind"] == kinds.ORDER_PLACED).all()
        and (rows["kind"][orders["cause"]] == kinds.OFFER_PASSED).all()
    )
    assert np.allclose(paid["x"], 0.2 * orders["x"])
    assert float(programme.tables.ledger["benefits"]) == pytest.approx(rows["x"][rows["kind"] == kinds.COST_PAID].sum())
    none, _ = live(tmp_path, *words, entry=TRAINING | {"commission": 0})
    assert count(none, kinds.OFFER_PASSED) == 0 and count(none, kinds.ROLE_TAKEN) > 0


def test_titles_go_by_what_was_done_and_what_many_have_is_worth_less(tmp_path):
    now = Honours(titles=3, least=2, times=3)
    assert [_title(now, done) for done in (0, 1, 2, 5, 6, 18, 500)] == [0, 0, 1, 1, 2, 3, 3]
    log, programme = live(tmp_path, entry=HONOURS | {"expose": 0})
    given = log.events[log.events["kind"] == kinds.HONOUR_GIVEN]
    assert len(given) and (given["x"] >= 1).all() and (given["y"] > 0).all()
    honour = programme.tables.persons["honour"]
    assert set(np.flatnonzero(honour)) <= set(given["target"].tolist()) and (honour <= 1).all()


def test_who_sees_others_honoured_wishes_for_it(tmp_path):
    _, with_post = live(tmp_path, entry=HONOURS | {"expose": 2, "titles": 0})
    _, without = live(tmp_path, entry=HONOURS | {"expose": 0, "titles": 0})
    assert with_post.tables.persons["wish"].sum() > 0 == without.tables.persons["wish"].sum()


def test_who_sees_through_an_account_is_angry_and_is_not_taken_in_again(tmp_path):
    log, programme = live(tmp_path, "parameters.seen_through=0.2", entry=STAGING)
    seen = log.events[log.events["kind"] == kinds.POSING_SEEN]
    assert len(seen) and len(set(seen["actor"].tolist())) == len(seen), "each finds out once"
    assert (
        int(programme.tables.persons["wise"].sum()) == len(seen) and (programme.tables.persons["loss"][seen["actor"]] > 0).all()
    )
    blind, _ = live(tmp_path, "parameters.seen_through=0", entry=STAGING)
    assert count(blind, kinds.POSING_SEEN) == 0


def test_a_bot_answers_at_night_and_takes_nobodys_time(tmp_path):
    words = ("parameters.question_share=0.8", "staff=nobody", "scenario.population.size=120")
    log, _ = live(tmp_path, *words, response={"bot": 1, "bot_warmth": 0.2})
    answers = log.events[log.events["kind"] == kinds.MEMBER_ANSWERED]
    assert len(answers) == count(log, kinds.QUESTION_ASKED) > 0 and (answers["x"] == 0.2).all()
    assert count(log, kinds.TASK_DONE) == 0
    assert (answers["time"] - log.events["time"][answers["cause"]]).max() <= 2 * kinds.MINUTE


def test_attachment_is_written_down_only_where_it_counts(tmp_path):
    off, programme = live(tmp_path)
    assert count(off, kinds.BOND_GROWN) == 0 and not programme.tables.persons["bond"].any()
    without, _ = live(tmp_path, "parameters.bond_buying=1", "parameters.without=[bonds]")
    assert without.events.tobytes() == off.events.tobytes()
    bonds = [
        live(tmp_path, "parameters.bond_buying=0.8", f"staff.roles={{host: {{people: 1, kinship: {kinship}}}}}")[1]
        for kinship in (1, 0)
    ]
    assert bonds[0].tables.persons["bond"].sum() > bonds[1].tables.persons["bond"].sum() > 0


def test_a_generous_plan_attaches_beyond_the_start_and_trust_does_not_rise(tmp_path):
    words = ("incident=[lesson_level]", "incident.lesson_level.day=4", "incident.lesson_level.handling=right")
    words = (*words, "scenario.population.size=100", "parameters.bond_buying=0.001")
    (_, repaired), (_, plain) = (live(tmp_path, *words, f"parameters.bond_recovery={gain}") for gain in (0.4, 0))
    upset = plain.tables.persons["incident"] >= 0
    assert repaired.tables.persons["bond"][upset].sum() > plain.tables.persons["bond"][upset].sum()
    assert (repaired.tables.persons["loss"] >= 0).all()


def test_asking_grows_where_staff_answer(tmp_path):
    words = ("parameters.ask_habit=0.1", "parameters.question_share=0.5")
    _, with_answers = live(tmp_path, *words)
    _, silent = live(tmp_path, *words, duties=PLAIN["duties"] | {"answer": 0, "reply": 0, "soothe": 0})
    assert with_answers.tables.persons["asking"].sum() > 0 == silent.tables.persons["asking"].sum()


def test_whoever_is_given_a_coupon_becomes_a_helper(tmp_path):
    offer = {"use": "offer", "as": "pair", "clock": {"every_days": 1}, "amount": 20, "validity_days": 5, "transferable": True}
    words = ("parameters.help_habit=0.2", "parameters.coupon_passed=1", "scenario.population.ties_per_member=6")
    log, programme = live(tmp_path, *words, entry=offer)
    given = log.events["target"][log.events["kind"] == kinds.COUPON_GIVEN]
    assert len(given) and (programme.tables.persons["helping"][given] > 0).all()


def test_those_who_stay_to_the_end_of_a_course_are_kept(tmp_path):
    course = {"use": "course", "as": "term", "clock": {"day": 1, "days": 4}}
    log, _ = live(tmp_path, entry=course | {"keep_alumni": True})
    rows = log.events
    kept = rows["actor"][(rows["kind"] == kinds.ROLE_TAKEN) & (rows["x"] == 4)]
    came = Counter(rows["actor"][rows["kind"] == kinds.STIMULUS_ANSWERED].tolist())
    assert len(kept) and all(came[who] >= 2 for who in kept.tolist())
    assert count(live(tmp_path, entry=course)[0], kinds.ROLE_TAKEN) == 0


def test_a_picture_that_was_asked_for_is_praised_before_all(tmp_path):
    care = {"use": "care", "as": "photos", "clock": {"every_days": 1}, "act": "show", "select": "all", "count": 10}
    log, _ = live(tmp_path, entry=care)
    rows = log.events
    shown = rows[rows["kind"] == kinds.BRAND_SHOWN]
    honoured = rows[rows["kind"] == kinds.HONOUR_GIVEN]
    assert len(shown) and 0 < len(honoured) <= len(shown)
    assert (rows["kind"][honoured["cause"]] == kinds.MESSAGE_POSTED).all()


@pytest.mark.parametrize("entry", [TRAINING | {"role": "king"}, HONOURS | {"counts": "likes"}, STAGING | {"accounts": 9}])
def test_what_there_is_not_is_refused_in_one_line(tmp_path, entry):
    with pytest.raises(ConfigError) as refused:
        live(tmp_path, entry=entry)
    assert "\n" not in str(refused.value)
