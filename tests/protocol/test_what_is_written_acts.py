"""What stands in a yaml acts, or is refused in one line: levers that only a rule moves, lasting conditions, clocks, steps, redesigns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.allowed import ConfigError
from sim.authoring import check_file
from sim.config import compose, config_folder, replaced
from sim.events.kinds import (
    CHANNEL_OPENED,
    COMPLAINT_POSTED,
    ENTRY_RULE_SET,
    GROUP_FOUNDED,
    LEVER_MOVED,
    MEMBER_INVITED,
    MEMBER_REMOVED,
    MESSAGE_POSTED,
    QUESTION_ASKED,
    RULE_FIRED,
    STIMULUS_POSTED,
)
from sim.rules.steps import KINDS
from sim.run import simulate

PLAN = """\
# @package strategy
# A plan of this test.
duties: {answer: 0.9, reply: 0.1, reply_top: 0.2, soothe: 1, moderate: 0.3, welcome: 1, rules: true}
calendar:
  - {use: broadcast, as: posts, clock: {per_day: 2}, content: 1.5, quality: 0.9}
  - {use: play, as: game, clock: {weekday: 3, hour: 20}, prizes: 30}
"""
SMALL = (
    "scenario.population.size=60", "scenario.population.joining_days=0.5", "staff.days_per_week=7", "staff.absence=0",
    "days=14", "confirm_days=0", "scenario.population.walk_ins_per_day=3", "scenario.population.reservoir=2",
)  # fmt: skip


@pytest.fixture
def simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The events of a plan with more lines."""
    monkeypatch.chdir(tmp_path)

    def run(more: str, *words: str, plan: str = PLAN) -> np.ndarray:
        Path("mine.yaml").write_text(plan + more)
        return simulate(compose(replaced(SMALL, ["strategy=./mine.yaml", *words])).scenario, seed=2).log.events

    return run


def _rule(when: str, do: str) -> str:
    return f"rules:\n  - {{when: {{{when}}}, do: {{{do}}}}}\n"


# Levers that nothing but a rule moves ---------------------------------------------------------------------------------------


def test_a_door_that_only_a_rule_closes_is_closed_and_the_rule_is_the_cause(simulated):
    log = simulated(_rule('age_days: ">3"', "set: {entry.least_tag: 1.2}"))
    closed = log[(log["kind"] == ENTRY_RULE_SET) & (log["x"] == 1.2)]
    assert len(closed) == 1
    assert log["kind"][closed["cause"][0]] == LEVER_MOVED
    assert log["kind"][log["cause"][closed["cause"][0]]] == RULE_FIRED


def test_strikes_that_only_a_rule_sets_remove_members(simulated):
    adverts = "scenario.population.mix={regular:0.3,kol:0.05,lurker:0.05,freebie_hunter:0.1,spammer:0.5}"
    assert not (simulated(_rule('age_days: ">3"', "set: {posts.content: 1}"), adverts)["kind"] == MEMBER_REMOVED).any()
    assert (simulated(_rule('age_days: ">3"', "set: {order.strikes: 1}"), adverts)["kind"] == MEMBER_REMOVED).any()


def test_offers_that_only_a_rule_asks_for_are_made(simulated):
    def offers(more: str) -> int:
        return int((simulated(more, "days=21")["kind"] == STIMULUS_POSTED).sum())

    assert offers(_rule('age_days: ">3"', "set: {benefits.promotion_base_rate: 14}")) > offers("") + 10


def test_what_a_procedure_sets_anew_of_the_order_is_kept(simulated, tmp_path: Path):
    Path("steps.yaml").write_text("right:\n  - {step: redesign, set: {order.strikes: 1}}\nwrong: []\nnone: []\n")
    words = ("incident=[quarrel]", "incident.quarrel.day=3", "incident.quarrel.handling=./steps.yaml",
             "scenario.population.mix={regular:0.3,kol:0.05,lurker:0.05,freebie_hunter:0.1,spammer:0.5}")  # fmt: skip
    assert (simulated("", *words)["kind"] == MEMBER_REMOVED).any()


@pytest.mark.parametrize(
    ("act", "kind"),
    [("split: all, count: 4", GROUP_FOUNDED), ("migrate: all, count: 4", GROUP_FOUNDED), ("merge: all", GROUP_FOUNDED),
     ("move: all, count: 4", GROUP_FOUNDED), ("befriend: all, count: 4", CHANNEL_OPENED)],
)  # fmt: skip
def test_what_an_act_founds_or_opens_has_the_rule_as_its_cause(act: str, kind: int, simulated):
    log = simulated(f'rules:\n  - {{when: {{age_days: ">3"}}, do: {{act: {{{act}}}}}, once: true}}\n')
    (row,) = log[(log["kind"] == kind) & (log["time"] > 0)]
    assert log["kind"][row["cause"]] == RULE_FIRED


# Conditions -----------------------------------------------------------------------------------------------------------------


def test_for_days_asks_that_it_held_so_long_for_each_member(simulated):
    """Whoever wrote within the 5 days before is not yet silent for 5 days, whoever else is."""
    days = 5.0
    more = f"""rules:
  - when: {{messages_7d_person: "<1", age_days: ">7.5", for_days: {days}}}
    do: {{act: {{befriend: person}}}}
review: {{minutes: 0.1}}
"""
    log = simulated(more, "days=24")
    asked = log[log["kind"] == MEMBER_INVITED]
    assert len(asked) > 5
    written = log[np.isin(log["kind"], (MESSAGE_POSTED, QUESTION_ASKED, COMPLAINT_POSTED))]
    day = 86_400_000_000
    for row in asked:
        words = written["time"][written["actor"] == row["target"]]
        # the condition looks at 7 days, and has held for 5 more
        assert not ((words > row["time"] - (7 + days - 1.5) * day) & (words < row["time"] - 1.5 * day)).any()


# What cannot be -------------------------------------------------------------------------------------------------------------

WRONG_PLANS = {
    _rule('any: [{members: ">5", for_days: 3}]', "stop: game"): "rules.0.when.any.0.for_days=3: only in `when`",
    'phases:\n  - {name: a, until: {members: ">5", for_days: 3}}\n  - {name: b}\n': "phases.0.until.for_days=3: only in `when`",
    'phases:\n  - {name: a, until: {messages_7d_person: "<1"}}\n  - {name: b}\n': "until.messages_7d_person: is of single members",
    "phases:\n  - {name: a}\n" + _rule("phase: 3", "stop: game"): "when.phase=3: one of a",
    "phases:\n  - {name: a}\n" + _rule('members: ">0.5 of phase"', "stop: game"): "a share of phase, which is no number",
    _rule('members: ">0.5 of weekday"', "stop: game"): "members counts members, weekday 0 Monday to 6 Sunday",
    _rule('weekday: ">9"', "stop: game"): "when.weekday=>9: 0 to 6",
    _rule('hour: "20..30"', "stop: game"): "when.hour=20..30: 0 to 24",
    _rule("members: .nan", "stop: game"): "when.members=nan: a comparison",
    _rule('members: ">1e999"', "stop: game"): "a comparison",
    _rule('members: ">5"', 'set: {game.prizes: "+0.5"}'): 'a whole number, or "+2" to add',
    _rule('members: ">5"', 'set: {posts.content: "+nan"}'): 'a number, or "+0.05" to add',
    _rule('members: ">5"', 'set: {posts.content: "+inf"}'): 'a number, or "+0.05" to add',
    _rule('members: ">5"', 'set: {game.running: "+1"}'): "do.set.game.running=+1: true or false",
    "handling:\n  watch: []\n" + _rule('members: ">5"', "run: [watch]"): "do.run=",
    "handling: [1]\n" + _rule('members: ">5"', "run: watch"): "handling=[1]: settings by name",
}


@pytest.mark.parametrize("more", WRONG_PLANS)
def test_what_a_plan_cannot_say_is_one_line(more: str, tmp_path: Path):
    path = tmp_path / "mine.yaml"
    path.write_text(PLAN + more)
    with pytest.raises(ConfigError) as told:
        check_file(path)
    assert WRONG_PLANS[more] in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "clock",
    ["clock: {weekday: 3, every_days: 2}", "clock: {per_week: 3, per_day: 2}", "clock: {per_day: 2, hour: 9}",
     "every_days: 2, clock: {weekday: 2}", "hour: 3, clock: {hour: 4}"],
)  # fmt: skip
def test_a_clock_says_once_how_often(clock: str, tmp_path: Path):
    for name, text in (
        ("plan", PLAN + f"  - {{use: play, as: other, {clock}}}\n"),
        ("steps", f"right:\n  - {{step: redesign, add: {{use: play, {clock.replace('clock: {', '').replace('}', '')}}}}}\n"
                  "wrong: []\nnone: []\n"),
    ):  # fmt: skip
        path = tmp_path / f"{name}.yaml"
        path.write_text(text)
        with pytest.raises(ConfigError, match=r"says how often|written twice|each key once"):
            check_file(path)


WRONG_STEPS = {
    "step: distract, posts: 9": "posts",
    "step: investigate, audience: all": "audience",
    "step: steer, channel: private": "channel",
    "step: remove, needs: [steer]": "needs",
    "step: none, channel: phone": "channel",
    "step: stance, audience: parties": "in public everybody hears it",
    "step: redesign, add: {use: popup}": "add.use=popup: one of broadcast",
    "step: redesign, add: {use: [play, care]}": "add.use=",
    "step: redesign, add: {use: care, select: moon}": "add.select=moon: one of top_talkers",
    "step: redesign, set: {entry.least_tag: 99}": "entry.least_tag=99: 0 to 2",
    "step: redesign, set: {order.strikes: .nan}": "order.strikes=nan: 1 to 1000",
}


@pytest.mark.parametrize("step", WRONG_STEPS)
def test_what_a_step_does_not_take_is_refused_wherever_it_stands(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    block = yaml.safe_load((config_folder() / "incident" / "quarrel.yaml").read_text())
    incident = {**block, "trigger": "quarrel", "handling": {"name": "own", "steps": [yaml.safe_load(f"{{{step}}}")]}}
    Path("procedure.yaml").write_text(f"right:\n  - {{{step}}}\nwrong: []\nnone: []\n")
    Path("mine.yaml").write_text(yaml.safe_dump(incident))
    for refused in (
        lambda: check_file(Path("procedure.yaml")),
        lambda: check_file(Path("mine.yaml")),
        lambda: compose(["incident=[./mine.yaml]"]),
    ):
        with pytest.raises(ConfigError) as told:
            refused()
        assert WRONG_STEPS[step] in str(told.value)


@pytest.mark.parametrize(
    ("path", "told"), [("posts.content: 99", "0 to 2"), ("posts.content: .nan", "0 to 2"), ("incident.severity: 44", "0 to 1")]
)
def test_a_redesign_sets_what_may_be(path: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("steps.yaml").write_text(f"right:\n  - {{step: redesign, set: {{{path}}}}}\nwrong: []\nnone: []\n")
    with pytest.raises(ConfigError, match=told):
        compose(["strategy=kol_care", "incident=[quarrel]", "incident.quarrel.handling=./steps.yaml"])


def test_steps_that_say_nothing_take_no_channel():
    """Where it is said and who hears it are keys of those steps only whose effect depends on them."""
    assert {name for name, kind in KINDS.items() if "channel" in kind.keys} == {
        "stance", "soothe", "private_talk", "explain", "plan", "substitute"
    }  # fmt: skip


def test_a_scenario_whose_sources_bring_nobody_known_or_with_another_name_is_refused(tmp_path: Path):
    block = yaml.safe_load((config_folder() / "scenario" / "restaurant.yaml").read_text())
    path = tmp_path / "mine.yaml"
    path.write_text("# @package scenario\n" + yaml.safe_dump(block))
    with pytest.raises(ConfigError, match="name=restaurant: one of mine"):
        check_file(path)
    block["population"]["inflow"] = {"poster": {"per_day": 3, "mix": {"alien": 1.0}}}
    path.write_text("# @package scenario\n" + yaml.safe_dump(block | {"name": "mine"}))
    with pytest.raises(ConfigError, match=r"population.inflow.poster.mix.alien=alien: one of"):
        check_file(path)


def test_an_incident_of_an_unknown_trigger_names_the_triggers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("# @package incident.mine\ntrigger: moon\nday: 3\nhandling: right\n")
    with pytest.raises(ConfigError, match=r"incident.mine.trigger=moon: one of .*"):
        compose(["incident=[./mine.yaml]"])


def test_too_many_roles_are_one_line(tmp_path: Path):
    block = yaml.safe_load((config_folder() / "staff" / "one_operator.yaml").read_text())
    path = tmp_path / "mine.yaml"
    path.write_text("# @package staff\n" + yaml.safe_dump(block | {"roles": {f"r{n}": {"people": 1} for n in range(13)}}))
    with pytest.raises(ConfigError, match="roles: at most 12, not 13"):
        check_file(path)
