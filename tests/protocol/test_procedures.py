"""Handling: the order, the channel and the audience of steps decide, and members decide whether they ask for their money back."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim import cli
from sim.allowed import ConfigError
from sim.config import compose, config_folder, options, replaced
from sim.events.kinds import (
    CLOSING_ANNOUNCED,
    DAY,
    GRIEVANCE_FELT,
    GROUP_CLOSED,
    GROUP_SPLIT,
    INCIDENT_OPENED,
    INCIDENT_SETTLED,
    LEVER_MOVED,
    MEMBER_ANSWERED,
    MEMBER_INVITED,
    MEMBER_JOINED,
    MEMBER_SOOTHED,
    MESSAGE_POSTED,
    MOVED,
    ORGANIC,
    PLAN_ANNOUNCED,
    REFUND_PAID,
    STIMULUS_POSTED,
)
from sim.rules.handling import WAYS
from sim.run import simulate

#: Members that talk and buy often, so that twelve days are enough.
SMALL = ("parameters=by_hand", "strategy=no_plan", "strategy.promotions_per_day=0", "staff.days_per_week=7", "staff.absence=0", "days=12",
         "confirm_days=0", "parameters.mode=fixed")  # fmt: skip
STEPS = {
    "B01": 5, "B02": 3, "B03": 5, "B04a": 2, "B04b": 4, "B05": 2, "B06a": 5, "B06b": 1, "B07": 3, "B08": 1, "B09": 8, "B10": 5,
    "B11": 3, "B12": 1, "B13": 5, "B14": 3, "B15": 4,
}  # fmt: skip


def written(name: str) -> dict:
    return yaml.safe_load((config_folder() / "procedure" / f"{name}.yaml").read_text("utf-8"))


@pytest.fixture
def handled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A run of an incident under steps of the test's own."""
    monkeypatch.chdir(tmp_path)

    def run(steps: list[str], incident: str = "price_rise", *more: str, seed: int = 3) -> np.ndarray:
        body = "".join(f"  - {{{step}}}\n" for step in steps)
        Path("mine.yaml").write_text(f"# @package procedure\nright:\n{body or '  []'}\nwrong: []\nnone: []\n")
        where = (f"incident=[{incident}]", f"incident.{incident}.handling=./mine.yaml", f"incident.{incident}.day=3")
        return simulate(compose(replaced(SMALL, [*where, "scenario.market.base_odds=2", *more])).scenario, seed=seed).log.events

    return run


# What is shipped -----------------------------------------------------------------------------------------------------------


def test_every_class_of_incident_has_a_procedure_with_all_its_steps():
    rows: dict[str, list[str]] = {}
    for name in options("procedure"):
        content = written(name)
        steps = [step for way in WAYS for step in content[way]]
        for step in steps:
            if "row" in step:
                rows.setdefault(step["row"].partition(".")[0], []).append(step["row"])
        assert set(content["digest"]) & set(STEPS)
    for row, count in STEPS.items():
        assert {f"{row}.s{number}" for number in range(1, count + 1)} <= set(rows[row]), row


@pytest.mark.parametrize("name", options("procedure"))
@pytest.mark.parametrize("way", ["", ".wrong", ".none"])
def test_every_procedure_can_handle_every_incident(name: str, way: str):
    incident = ("quarrel", "slow_reply", "price_rise", "ad_wave")[len(name) % 4]
    where = (f"incident=[{incident}]", f"incident.{incident}.handling={name}{way}", f"incident.{incident}.day=2", "days=10",
             "scenario.population.size=60")  # fmt: skip
    log = simulate(compose(replaced(SMALL, where)).scenario, seed=1).log.events
    assert (log["kind"] == INCIDENT_OPENED).sum() == 1
    settled = (log["kind"] == INCIDENT_SETTLED).sum()
    assert settled == 0 if way == ".none" else settled <= 1


# Order, channel, audience --------------------------------------------------------------------------------------------------


def test_the_order_of_the_same_steps_decides(handled):
    first = handled(["step: investigate, minutes: 20", "step: plan, justice: 0.8"])
    second = handled(["step: plan, justice: 0.8", "step: investigate, minutes: 20"])
    worth = [log["x"][log["kind"] == PLAN_ANNOUNCED][0] for log in (first, second)]
    assert worth == [0.8, 0.4]  # nobody knows the cause yet


def test_entertainment_before_anything_is_settled_is_taken_for_contempt(handled):
    late = handled(["step: plan, justice: 0.6, needs: [stance]", "step: distract"], "quarrel")
    early = handled(["step: distract", "step: plan, justice: 0.6, needs: [stance]"], "quarrel")
    plans = [int(np.flatnonzero(log["kind"] == PLAN_ANNOUNCED)[0]) for log in (late, early)]
    posts = [log["kind"] == STIMULUS_POSTED for log in (late, early)]
    assert np.flatnonzero(posts[0])[0] > plans[0] and np.flatnonzero(posts[1])[0] < plans[1]
    hurt = [log[(log["kind"] == GRIEVANCE_FELT) & (log["x"] == 0.1)] for log in (late, early)]
    assert len(hurt[0]) == 0 < len(hurt[1])


def test_a_verdict_hurts_those_who_were_not_heard(handled):
    heard = handled(["step: private_talk, audience: parties", "step: plan, channel: public, justice: 0.5, needs: [private_talk]"],
                    "quarrel")  # fmt: skip
    unheard = handled(["step: plan, channel: public, justice: 0.5, needs: [private_talk]"], "quarrel")
    hurt = [(log["kind"][log["cause"][log["kind"] == GRIEVANCE_FELT]] == PLAN_ANNOUNCED).sum() for log in (heard, unheard)]
    assert hurt == [0, 2]


def test_what_is_said_in_private_reaches_its_audience_only(handled):
    public = handled(["step: soothe, channel: public, share: 0.5, wait_hours: 96"])
    private = handled(["step: soothe, channel: private, share: 0.5, audience: affected, wait_hours: 96"])
    complainant = handled(["step: private_talk, audience: complainant"], "quarrel")
    assert (public["kind"] == MEMBER_SOOTHED).sum() == 0 < (public["kind"] == PLAN_ANNOUNCED).sum()
    assert (private["kind"] == PLAN_ANNOUNCED).sum() == 0 < (private["kind"] == MEMBER_SOOTHED).sum()
    assert (complainant["kind"] == MEMBER_SOOTHED).sum() == 1


def test_a_step_that_comes_too_late_is_not_done(handled):
    log = handled(["step: stance, within_minutes: 1", "step: investigate"])
    assert (log["kind"] == PLAN_ANNOUNCED).sum() == 0 < (log["kind"] == INCIDENT_SETTLED).sum()


def test_a_step_waits_as_long_as_it_says(handled):
    log = handled(["step: stance, wait_hours: 72"])
    opened, told = (log["time"][log["kind"] == kind][0] for kind in (INCIDENT_OPENED, PLAN_ANNOUNCED))
    assert told - opened >= 3 * DAY


# Members decide ------------------------------------------------------------------------------------------------------------


def refunds(log: np.ndarray) -> set[int]:
    return set(log["actor"][log["kind"] == REFUND_PAID])


def test_the_angry_and_those_who_know_others_ask_for_their_money(handled):
    offer = "step: compensate, audience: buyers, days: 2, wait_hours: 48"
    calm = refunds(handled([offer], "price_rise", "incident.price_rise.grievance=0"))
    angry = refunds(handled([offer], "price_rise", "incident.price_rise.grievance=3", "incident.price_rise.notice_days=1"))
    assert len(calm) < len(angry)
    alone = refunds(handled([f"{offer}, per_tie: 0, hurdle: 3"], "price_rise", "scenario.population.ties_per_member=8"))
    together = refunds(handled([f"{offer}, per_tie: 3, hurdle: 3"], "price_rise", "scenario.population.ties_per_member=8"))
    assert alone < together  # the same luck: whoever asks alone asks with others too
    assert not refunds(handled([f"{offer}, hurdle: 20"]))


def test_no_incident_holds_a_share_of_what_members_decide():
    text = "".join(path.read_text() for path in (config_folder() / "incident").glob("*.yaml"))
    assert not re.search(r"refund_share|bandwagon_share|scolding|arbitration", text)


# Errors --------------------------------------------------------------------------------------------------------------------

REFUSED = {
    "right: []": "wrong is missing: a procedure has right, wrong, none",
    "right: 3\nwrong: []\nnone: []": "right=3: a list of steps",
    "right: [3]\nwrong: []\nnone: []": "right.0=3: a step, such as",
    "right:\n  - {step: sooth}\nwrong: []\nnone: []": "line 3: right.0.step=sooth: did you mean soothe? one of stance",
    "right:\n  - {step: redesign}\nwrong: []\nnone: []": "line 3: right.0: a redesign has set, or add, or both",
    "right:\n  - {step: redesign, set: {duties.replay: 1}}\nwrong: []\nnone: []": "line 3: right.0.set.duties.replay=replay: did you",
    "right:\n  - {step: redesign, set: {duties.reply: 3}}\nwrong: []\nnone: []": "line 3: right.0.set.duties.reply=3: 0 to 1 share",
    "right:\n  - {step: redesign, add: {use: plya}}\nwrong: []\nnone: []": "line 3: right.0.add.use=plya: did you mean play?",
    "right:\n  - {step: redesign, add: {use: play, prizes: 0}}\nwrong: []\nnone: []": "line 3: right.0.add.prizes=0: 1 to 500 prizes",
    "right:\n  - {step: soothe, justice: 1}\nwrong: []\nnone: []": "line 3: right.0.justice=justice: one of step, by",
    "right:\n  - {step: soothe, share: 2}\nwrong: []\nnone: []": "line 3: right.0.share=2: 0 to 1 share of the anger",
    "right:\n  - {step: soothe, channel: mail}\nwrong: []\nnone: []": "line 3: right.0.channel=mail: one of public, private",
    "right: []\nwrong: []\nnone: []\nbest: []": "line 5: best=[]: no such key; did you mean procedure.digest? allowed: digest, right, wrong",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_one_line(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(f"# @package procedure\n{text}\n")
    assert cli.main(["check", "mine.yaml"]) == 2
    line = capsys.readouterr().err.strip()
    assert line.startswith("mine.yaml, line ") and REFUSED[text] in line


def test_a_handling_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match=r"incident.quarrel.handling=wrnog: did you mean wrong\? one of wrong, ad_wave.wrong"):
        compose(["incident=[quarrel]", "incident.quarrel.handling=wrnog"])
    with pytest.raises(ConfigError, match="names only here, no file"):
        compose(["incident=[quarrel]", "incident.quarrel.handling=./mine.yaml"], own=False)


def test_each_way_of_a_file_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("right: [{step: soothe}]\nwrong: [{step: explain}]\nnone: []\n")

    def steps(way: str, **more: bool) -> list[str]:
        scenario = compose(["incident=[quarrel]", f"incident.quarrel.handling=./mine.yaml{way}"], **more).scenario
        return [step.step for step in scenario.incident[0][1].handling.steps]

    assert [steps(way) for way in ("", ":right", ":wrong", ":none")] == [["soothe"], ["soothe"], ["explain"], []]
    for way in (":wrnog", ":"):
        with pytest.raises(
            ConfigError, match=r"incident\.quarrel\.handling=\./mine\.yaml:.*one of mine\.yaml:right, mine\.yaml:wrong"
        ):
            steps(way)
    with pytest.raises(ConfigError, match="names only here, no file"):
        steps(":wrong", own=False)


# Steps that change the group itself -----------------------------------------------------------------------------------------


def test_a_migration_waits_for_the_test_to_fail_and_keeps_cohorts_apart(handled):
    many = ("scenario.population.cohorts=2", "scenario.population.size=120", "days=20")
    moved = {}
    for below in (0.001, 1):
        steps = ["step: test, hours: 24", f"step: migrate, below: {below}, by_cohort: true, notice_days: 2"]
        log = handled(steps, "price_rise", *many)
        moved[below] = log
        assert (log["kind"] == GROUP_CLOSED).sum() == (below == 1)
    log = moved[1]
    made = log[log["kind"] == GROUP_SPLIT]
    asked = log[log["kind"] == MEMBER_INVITED]
    assert len(made) >= 2 and set(asked["group"]) == set(made["target"])
    wrote = set(log["actor"][np.isin(log["kind"], ORGANIC)])
    assert set(asked["target"]) <= wrote  # only who still takes part is asked
    founding = asked[asked["target"] < 120]
    for group in made["target"]:
        assert len({person // 60 for person in founding["target"][founding["group"] == group]}) <= 1


def test_a_bloc_is_invited_to_a_group_of_its_own_and_nobody_else_is(handled):
    log = handled(["step: quarantine, audience: parties"], "quarrel", "days=15")
    asked, made = log[log["kind"] == MEMBER_INVITED], log[log["kind"] == GROUP_SPLIT]
    opened = log[log["kind"] == INCIDENT_OPENED]["time"][0]
    parties = set(log["actor"][(log["kind"] == GRIEVANCE_FELT) & (log["time"] == opened)])
    word = log[(log["kind"] == MESSAGE_POSTED) & (log["time"] == opened)]
    assert set(asked["target"]) == parties | set(word["actor"]) and len(asked) == 2
    assert len(made) == 1 and set(asked["group"]) == set(made["target"]) and (log["kind"] == GROUP_CLOSED).sum() == 0
    entered = log[(log["kind"] == MEMBER_JOINED) & (log["group"] == made["target"][0])]
    assert set(entered["actor"]) <= set(asked["target"]) and (entered["y"] == MOVED).all()


def test_a_redesign_sets_what_holds_from_then_on_and_the_log_says_what(handled):
    plain = handled(["step: investigate"], "price_rise", "days=15")
    log = handled(["step: redesign, set: {duties.reply: 0.5, staff.look_minutes: 5}, add: {use: giveaway, every_days: 1, hour: 12}"],
                  "price_rise", "days=15")  # fmt: skip
    moved = log[log["kind"] == LEVER_MOVED]
    assert sorted(moved["x"].tolist()) == [0.5, 5]
    begun = log[(log["kind"] == STIMULUS_POSTED) & np.isin(log["cause"], np.flatnonzero(log["kind"] == LEVER_MOVED))]
    assert len(begun) >= 8 and begun["time"].min() > moved["time"].max()
    late = [rows[(rows["kind"] == MEMBER_ANSWERED) & (rows["time"] > moved["time"].max())] for rows in (log, plain)]
    assert len(late[0]) > len(late[1])


def test_a_redesign_of_what_the_plan_does_not_have_is_refused(handled):
    with pytest.raises(ConfigError, match=r"a redesign sets news\.per_week, which the strategy no_plan does not have"):
        handled(["step: redesign, set: {news.per_week: 3}"])


def test_a_group_is_dissolved_with_leave_taken(handled):
    log = handled(["step: dissolve, notice_days: 2, befriend: true, route: public_domain"], "price_rise", "days=15")
    told, closed = log[log["kind"] == CLOSING_ANNOUNCED], log[log["kind"] == GROUP_CLOSED]
    assert len(told) == len(closed) == 1 and closed["time"][0] - told["time"][0] == 2 * DAY
    asked = log[log["kind"] == MEMBER_INVITED]
    assert len(set(asked["group"])) == 2 and (asked["cause"] == np.flatnonzero(log["kind"] == CLOSING_ANNOUNCED)[0]).all()
