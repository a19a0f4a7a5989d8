"""What if: what a form offers can be done, what it does not offer is refused, worlds are those of the branch, processes come back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest

import sim
from sim.allowed import ConfigError
from sim.branching import branch, branched, open_recorded
from sim.config import options
from sim.events.store import LogError
from sim.projections.outcomes import project_outcomes
from sim.report.language import LANGUAGES
from sim.run import simulate
from sim.whatif import asking
from sim.whatif.asking import WORLDS, WhatIf, read_chain
from sim.whatif.explore import SLIDERS, describe_explore, read_explore
from sim.whatif.offers import OFF, ON, find_fields, name_fields, words_of
from sim.whatif.operating import choices_at, score, simulate_decision
from sim.whatif.simulating import SHOWN, simulate_outcomes
from sim.whatif.worlds import Worlds, WorldsError

SMALL = (
    "scenario=restaurant",
    "scenario.population.size=24",
    "days=8",
    "confirm_days=1",
    "incident=[price_rise]",
    "campaign=[columns]",
)


class Here:
    """Does what is asked in this process, at once."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def ask(self, tasks, done, needed=None, *, when="now"):
        self.asked.append(len(tasks))
        if when != "ahead":
            for place, (_, task, args) in enumerate(tasks):
                done(place, task(*args), "")

    def do(self, task, *args):
        return task(*args)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    simulate(sim.compose(*SMALL, "strategy=kol_care"), seed=3, folder=folder)
    return folder


def header(packed: bytes) -> dict:
    told = zlib.decompress(packed, -15)
    return json.loads(told[4 : 4 + int.from_bytes(told[:4], "little")])


@pytest.mark.parametrize("strategy", options("strategy"))
def test_whatever_a_form_offers_can_be_done(strategy):
    scenario = sim.compose(*SMALL, f"strategy={strategy}")
    fields = find_fields(scenario, 3.5)
    assert fields or strategy == "no_group"
    for one in fields.values():
        assert set(one.label) == set(LANGUAGES) and one.key in name_fields("en")["keys"]
        for value in [name for name, _ in one.options] or [one.low, one.high]:
            value = int(value) if one.whole else value
            if value == one.now:
                continue
            words = words_of(fields, {one.key: value})
            child = branched(scenario, 3.5, words, own=False)
            assert child.changes and find_fields(child, 4.0)[one.key].now == pytest.approx(value), words


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({}, "nothing is changed"),
        ({"strategy": "kol_care"}, "nothing is changed"),
        ({"strategy": "./mine.yaml"}, "strategy=./mine.yaml: one of"),
        ({"strategy": 3}, "strategy=3: one of"),
        ({"staff.people": 2.5}, r"staff.people=2.5: 0 to 5 \(whole\)"),
        ({"staff.people": True}, "staff.people=true: 0 to 5"),
        ({"staff.people": float("nan")}, "staff.people=nan: 0 to 5"),
        ({"staff.people": 10**400}, "staff.people=1000"),
        ({"staff.wage": 3}, "staff.wage: no such field; one of strategy"),
        ({"__import__('os')": "x"}, "no such field"),
        ({"campaign.auction": "on]"}, r"campaign.auction=on\]: one of off, on"),
    ],
)
def test_what_a_form_does_not_offer_is_refused_in_a_line(folder, choices, told):
    with pytest.raises(ConfigError, match=told) as caught:
        words_of(find_fields(open_recorded(folder).scenario, 2.0), choices)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "chain", [None, {}, [1], [{"at": 1}], [{"at": 1, "set": []}], [{"at": 1, "set": {"a": [1]}}], [{}] * 99]
)
def test_a_chain_that_is_none_is_refused(chain):
    with pytest.raises(ConfigError, match="chain"):
        read_chain(chain)


def test_worlds_are_those_of_the_branch(folder, tmp_path):
    simulated, asked = open_recorded(folder), WhatIf(Here())
    offer = asked.offer(folder, [], 2)
    keys = {one["key"] for one in offer["fields"]}
    assert {"strategy", "staff.people", "strategy.posts_per_day", "incident.price_rise.handling", "campaign.columns"} <= keys
    change = {"at": 2, "set": {"staff.people": 2, "campaign.columns": OFF, "campaign.auction": ON}}
    told = asked.look(asked.ask(folder, [change]))
    child = branch(simulated, 2, ["staff.people=2", "campaign=[auction]"], folder=tmp_path / "child")
    found = project_outcomes(child.log, 8)
    assert told["order"] == list(range(WORLDS)) and not told["failed"]
    for name in SHOWN:
        assert told["after"][name][0] == pytest.approx(found[name], abs=1e-3, nan_ok=True)
        assert told["before"][name][0] == pytest.approx(project_outcomes(simulated.log, 8)[name], abs=1e-3, nan_ok=True)
        assert len(set(told["told"][name]) & {"verdict", "low", "high"}) == 3 and 0 <= told["middle"][name] < WORLDS
    other = simulate_outcomes(child.scenario, 3, 7, 7)
    assert told["after"]["messages_per_day"][7] == pytest.approx(other["messages_per_day"], abs=1e-3)
    assert len(set(told["after"]["messages_per_day"])) > 5  # each world has luck of its own
    assert header(asked.story(folder, [change], 0, 0, 0))["digest"] == child.log.digest
    assert header(asked.story(folder, [change], 5, 0, 0))["digest"] != child.log.digest
    again = {"at": 4, "set": {"strategy": "no_plan"}}
    asked.look(asked.ask(folder, [change, again]))
    assert asked._worlds.asked[-1] == WORLDS  # those of the parent are known
    for wrong in ([again, change], [{"at": 99, "set": change["set"]}], []):
        with pytest.raises(ConfigError):
            asked.ask(folder, wrong)
    for wrong in ((True, 0, 0), (WORLDS, 0, 0), (0, -1, 0), (0, 0, "0")):
        with pytest.raises(ConfigError, match="a whole number"):
            asked.story(folder, [change], *wrong)
    with pytest.raises(LogError, match="group 7: not in this run"):
        asked.story(folder, [change], 0, 0, 7)


def test_what_is_asked_anew_takes_back_what_was_not_begun():
    worlds = Worlds(1)
    worlds.start()
    told: list[str] = []
    done = threading.Event()
    try:
        assert worlds.do(abs, -5) == 5  # the process is there, however long a busy machine takes to start it
        worlds.ask([(n, time.sleep, (5,)) for n in range(30)], lambda place, value, why: told.append("first"))
        time.sleep(0.3)
        worlds.ask([("a", abs, (-1,))], lambda place, value, why: told.append("ahead"), when="ahead")
        worlds.ask([("b", abs, (-2,))], lambda place, value, why: (told.append(f"second {value}"), done.set()))
        assert worlds.do(abs, -3) == 3
        assert done.wait(20)
        assert worlds.do(abs, -4) == 4
        assert told[0] == "second 2" and "first" not in told  # what was under way is let go of
    finally:
        worlds.stop()


def test_drafts_come_last_there_is_one_and_what_is_known_meanwhile_is_left_out():
    worlds, told, done = Worlds(1), [], threading.Event()
    worlds.start()
    try:
        assert worlds.do(abs, -5) == 5
        worlds.ask([("sleep", time.sleep, (1.0,))], lambda place, value, why: None)
        time.sleep(0.3)
        for number in (1, 2):  # the second takes the place of the first
            tasks = [((number, place), abs, (10 * number + place,)) for place in range(4)]
            worlds.ask(tasks, lambda place, value, why: told.append(value), lambda place: place != 2, when="draft")
        worlds.ask([("ahead", abs, (5,))], lambda place, value, why: told.append(value), when="ahead")
        worlds.ask([("now", abs, (23,))], lambda place, value, why: told.append(value))
        while len(told) < 5:
            assert not done.wait(0.05) and len(told) <= 5
        assert told == [23, 5, 20, 21, 23]
    finally:
        worlds.stop()


def _note(file: str, name: str, seconds: float) -> str:
    """Writes down that it was begun, and takes a while."""
    with open(file, "a") as begun:
        begun.write(f"{name}\n")
    for _ in range(int(seconds * 100)):
        time.sleep(0.01)
    return name


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal here: what is under way goes on")
def test_what_is_not_urgent_makes_way_and_nothing_urgent_is_done_twice(tmp_path):
    worlds, told, file = Worlds(1), [], str(tmp_path / "begun")
    worlds.start()
    try:
        assert worlds.do(_note, os.devnull, "there", 0.0) == "there"
        slow = [(name, _note, (file, name, 1.5)) for name in ("draft", "same")]
        worlds.ask(slow[:1], lambda place, value, why: told.append(value), when="draft")
        time.sleep(0.3)
        assert worlds.do(abs, -7) == 7 and not told  # before the draft is done
        worlds.ask(slow[1:], lambda place, value, why: told.append("not told twice"), when="ahead")
        while "draft" not in told:  # it was begun again
            time.sleep(0.05)
        time.sleep(0.5)
        quick = ("quick", _note, (file, "quick", 0.0))
        worlds.ask([quick, slow[1]], lambda place, value, why: told.append(value))
        while len(told) < 3:
            time.sleep(0.05)
        assert told == ["draft", "same", "quick"]
        assert Path(file).read_text().split() == ["draft", "draft", "same", "quick"]
    finally:
        worlds.stop()


def test_worlds_of_a_draft_are_those_of_the_question(folder):
    asked, other = WhatIf(Here()), WhatIf(Here())
    change = {"at": 2, "set": {"staff.people": 2}}
    assert asked.draft(folder, [change]) == {} and asked._worlds.asked == [WORLDS]
    name = asked.ask(folder, [change])
    assert asked._worlds.asked == [WORLDS, WORLDS]  # those of the parent only
    assert asked.look(name)["after"] == other.look(other.ask(folder, [change]))["after"]
    for wrong in ([], [{"at": 99, "set": change["set"]}], [{"at": 2, "set": {"strategy": "nonsense"}}]):
        with pytest.raises(ConfigError):
            asked.draft(folder, wrong)


def test_a_process_that_dies_comes_back_and_a_task_that_fails_says_why():
    worlds = Worlds(1)
    worlds.start()
    try:
        with pytest.raises(WorldsError, match="was ended"):
            worlds.do(os._exit, 1)
        with pytest.raises(WorldsError, match="ValueError"):
            worlds.do(int, "x")
        assert worlds.do(int, "7") == 7
    finally:
        worlds.stop()


def test_a_program_that_never_stops_its_processes_ends_with_them(tmp_path):
    script = tmp_path / "forgetful.py"
    script.write_text(
        "import time\nfrom sim.whatif.worlds import Worlds\n"
        "if __name__ == '__main__':\n    worlds = Worlds(1)\n    worlds.start()\n    print(worlds.do(abs, -3))\n"
        "    worlds.ask([(place, time.sleep, (600,)) for place in range(3)], lambda *_: None)\n    time.sleep(0.5)\n"
    )
    # its processes hold the pipe too, so this returns once all of them have ended
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert (told.stdout, told.stderr, told.returncode) == ("3\n", "", 0)


def test_nothing_is_read_behind_a_page_that_was_just_opened(monkeypatch):
    read: list[float] = []
    monkeypatch.setattr(asking, "compose_shipped", lambda words: read.append(time.monotonic()))
    monkeypatch.setattr(asking, "PAUSE", 0.2)
    page = WhatIf(Worlds(1))
    opened = time.monotonic()
    page.words()
    page.prepare()
    assert min(read) >= opened + 0.2 and len(read) == len(options("strategy")) + len(options("campaign"))


@pytest.mark.parametrize("kind", ["incident", "quiet", "accounts"])
def test_whatever_may_be_chosen_at_a_decision_can_be_done(kind):
    scenario = sim.compose(*SMALL, "strategy=kol_care")
    fields = find_fields(scenario, 3.5)
    first, *others = choices_at(fields, kind, "price_rise")
    assert first == {} and 1 <= len(others) <= 3
    for one in others:
        assert branched(scenario, 3.5, words_of(fields, one), own=False).changes


def test_the_clock_stops_before_an_incident_and_the_choice_holds_when_it_opens():
    scenario = sim.compose(*SMALL, "strategy=kol_care", "incident.price_rise.day=4")
    found = simulate_decision(scenario, 3, 0, None, 1.0)
    assert found["kind"] == "incident" and found["name"] == "price_rise" and 3.99 < found["day"] < 4.5
    fields = find_fields(scenario, found["day"])
    chosen = next(one for one in choices_at(fields, "incident", "price_rise") if one)
    child = branched(scenario, found["day"], words_of(fields, chosen), own=False)
    assert simulate(child, seed=3).log.digest != simulate(scenario, seed=3).log.digest
    assert simulate_decision(scenario, 3, 0, None, found["day"]) is None  # eight days: no month, no second week
    longer = sim.compose("scenario=restaurant", "scenario.population.size=24", "strategy=no_plan", "days=40", "confirm_days=0")
    first, second = (simulate_decision(longer, 3, 0, None, after) for after in (1.0, 22.0))
    assert first["kind"] in ("quiet", "accounts") and first["day"] >= 8 and 29 <= second["day"] <= 30


def test_quiet_weeks_ask_again_only_after_a_choice_had_time_to_show():
    scenario = sim.compose(
        "scenario=restaurant", "scenario.population.size=24", "strategy=no_plan", "days=90", "confirm_days=0"
    )
    told, after = [], 0.0
    while found := simulate_decision(scenario, 3, 0, None, after):
        told.append((found["day"] - after, found["kind"]))
        after = found["day"]
    quiet = [passed for passed, kind in told if kind == "quiet"]
    assert len(quiet) >= 2 and min(quiet) >= 21 and len(told) <= 6


def test_ranks_are_those_of_the_worlds_and_a_choice_that_matters_is_told():
    def worlds(values, hours=1.0):
        return [dict.fromkeys(SHOWN, float(value)) | {"net_income": hours} for value in values]

    steps = range(WORLDS)
    arms = {"class": worlds([10 + one for one in steps]), "low": worlds(steps), "high": worlds([20 + one for one in steps])}
    arms["mixed"] = worlds([10 + one + (-1) ** one for one in steps])
    told = score(arms, {0: worlds(list(steps)), 1: worlds([10 + one for one in steps])}, 60.0)["messages_per_day"]
    assert told["rank"] == [2, 2, 3] or told["rank"] == [2, 3, 3]
    assert told["means"]["high"] == pytest.approx(34.5)
    assert told["choices"][0] == [0, 10.0, 10.0, 10.0] and told["choices"][1][1:] == [0, 0, 0]
    assert score(arms, {}, 60.0)["net_income"]["rank"] == [2.5, 2.5, 2.5]  # all tied


def test_what_a_class_chose_is_replayed_beside_the_strategies(folder):
    asked = WhatIf(Here())
    chain = [{"at": 2, "set": {"staff.people": 2}}, {"at": 4, "set": {"campaign.auction": ON}}]
    told = asked.look_score(asked.score(folder, chain))
    means = told["score"]["messages_per_day"]["means"]
    assert told["done"] == WORLDS and {"class", "kol_care", "no_plan"} <= set(means)
    assert [one[0] for one in told["score"]["orders"]["choices"]] == [0, 1]
    again = asked.look(asked.ask(folder, chain))["after"]["messages_per_day"]
    assert means["class"] == pytest.approx(sum(again) / WORLDS, abs=1e-3)
    assert asked.look_score("score-none") is None
    assert asked.decide(folder, chain, 5) == {"day": None}


def test_sliders_are_those_that_were_measured_to_matter_most():
    measured = json.loads((Path(__file__).parents[2] / "benchmarks" / "slider_effects.json").read_text())["effects"]
    assert list(measured)[: len(SLIDERS)] == list(SLIDERS)
    told = describe_explore()
    assert all(one["low"] <= one["now"] <= one["high"] and set(one["label"]) == set(LANGUAGES) for one in told["sliders"])
    assert {name for name, _ in told["scenarios"]} == set(options("scenario"))


def test_what_is_explored_is_chosen_by_names_and_numbers():
    asked = {"scenario": "restaurant", "strategy": "kol_care", "seed": 3, "sliders": {"post_scale": 0.015}}
    scenario, seed = read_explore(asked)
    assert seed == 3 and scenario.parameters.post_scale == 0.015
    for change, told in (
        ({"scenario": "../x"}, "scenario=../x: one of"),
        ({"strategy": None}, "strategy=null: one of"),
        ({"seed": -1}, "seed=-1: a whole number from 0 to 9999"),
        ({"seed": True}, "seed=true"),
        ({"sliders": {"post_scale": 9}}, "sliders.post_scale=9: 0.00641 to 0.0319"),
        ({"sliders": {"post_scale": float("nan")}}, "sliders.post_scale=nan"),
        ({"sliders": {"read_cap": 2}}, "sliders: numbers for some of"),
        ({"sliders": []}, "sliders: numbers"),
    ):
        with pytest.raises(ConfigError, match=told):
            read_explore(asked | change)
