"""Overrides and yaml files: what becomes a scenario, and which one line tells what is wrong with the rest."""

from __future__ import annotations

import itertools
import os
import threading
import time
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from sim import config, plugins
from sim.config import ConfigError, choices, compose, expand, replaced

pytestmark = pytest.mark.usefixtures("small_configs")


def refused(*overrides: str) -> str:
    """The line that an override list is refused with; compose and expand agree on it."""
    with pytest.raises(ConfigError) as caught:
        expand(list(overrides))
    text = str(caught.value)
    assert text.isprintable()
    return text


# What comes out --------------------------------------------------------------------------------------------------------


def test_the_defaults_become_a_scenario():
    composed = compose([])
    scenario = composed.scenario
    assert (scenario.name, scenario.days, scenario.confirm_days, scenario.levers) == ("lunch", 90, 28, ())
    assert scenario.strategy[0] == "kol_care"
    assert (scenario.strategy[1].posts_per_day, scenario.strategy[1].tone, scenario.strategy[1].private) == (2, "warm", True)
    assert list(scenario.member) == ["kol", "lurker", "regular"]  # all of them, for whoever comes in later
    assert scenario.parameters.memory == 7
    assert (composed.seed, composed.replication, composed.replications, composed.parameter_mode) == (1, 0, 20, "uncertain")
    assert composed.choices == {
        "scenario": "lunch", "strategy": "kol_care", "staff": "one", "parameters": "by_hand", "incident": [], "campaign": []
    }  # fmt: skip
    assert composed.plain["scenario"]["digest"] == ["A14", "A15"]


def test_overrides_reach_every_block():
    composed = compose(
        ["scenario=flash", "strategy.posts_per_day=0.5", "staff.people=2", "incident=[price_rise,ad_wave]",
         "campaign=[columns]", "incident.ad_wave.adverts=7", "seed=9", "days=30", "parameters.mode=fixed",
         "parameters.memory=5", "scenario.population.size=100", "levers=[{day:30,key:incident.ad_wave.adverts,value:9}]"]
    )  # fmt: skip
    scenario = composed.scenario
    assert (scenario.name, scenario.population.size, scenario.staff.people) == ("flash", 100, 2)
    assert [(name, type(plugin).__name__) for name, plugin in scenario.incident] == [
        ("ad_wave", "AdWave"),
        ("price_rise", "PriceRise"),
    ]
    assert scenario.incident[0][1].adverts == 7
    assert scenario.campaign[0][1].hour == 12
    assert (scenario.strategy[1].posts_per_day, scenario.parameters.memory, scenario.days) == (0.5, 5, 30)
    assert (composed.seed, composed.parameter_mode) == (9, "fixed")
    assert scenario.levers[0].value == 9


def test_the_order_of_incidents_decides_nothing():
    assert compose(["incident=[price_rise,ad_wave]"]).scenario == compose(["incident=[ad_wave,price_rise]"]).scenario


def test_a_composition_repeats_itself_from_its_overrides():
    arm = expand(["scenario=lunch,flash", "strategy.posts_per_day=1,2", "days=20"])[-1]
    assert arm.composed.overrides == ("scenario=flash", "strategy.posts_per_day=2", "days=20")
    assert compose(arm.composed.overrides) == arm.composed


def test_who_composes_the_same_twice_gets_values_of_their_own():
    words = ["scenario=lunch", "days=9", "staff.people=2"]
    first = compose(words)
    whole = deepcopy(first.plain)
    first.plain["staff"]["people"] = 9
    del first.plain["scenario"]["market"]
    again = compose(words)
    assert again.plain == whole and again.scenario == first.scenario
    assert compose(["days=9", *words[::2]]).plain == whole
    assert compose([*words[:2], "staff.people=3"]).scenario.staff.people == 3


def test_each_key_may_be_given_once():
    assert refused("days=30", "days=60") == "days: given 2 times, as 30 and 60; each key may be given once"
    assert refused("staff.people=1", "seed=1", "+staff.people=2").startswith("staff.people: given 2 times")
    given = "strategy.calls: given 2 times, as 1,2 and 3; each key may be given once"
    assert refused("strategy.calls=1,2", "strategy.calls=3") == given


def test_what_a_file_says_may_be_replaced():
    assert replaced(["days=30", "+staff.people=2", "seed=1"], ["staff.people=3", "~days"]) == [
        "seed=1",
        "staff.people=3",
        "~days",
    ]


def test_a_new_type_can_be_added_to_the_mix():
    for plus in ("+", ""):
        scenario = compose([f"{plus}scenario.population.mix.lurker=0.5", "scenario.population.mix.regular=0.4"]).scenario
        assert dict(scenario.population.mix) == {"kol": 0.1, "regular": 0.4, "lurker": 0.5}
    alone = compose(["~scenario.population.mix.kol", "scenario.population.mix.regular=1", "member=[regular]"]).scenario
    assert (alone.population.mix, list(alone.member)) == ((("regular", 1),), ["regular"])


def test_threads_compose_at_once(small_configs: Path):
    wrong: list[BaseException] = []
    start = threading.Barrier(8)

    def one(thread: int) -> None:
        try:
            start.wait()
            for turn in range(6):
                days, people = 30 + thread, 1 + turn
                composed = compose([f"days={days}", f"staff.people={people}", f"strategy={('no_plan', 'kol_care')[turn % 2]}"])
                assert (composed.scenario.days, composed.scenario.staff.people) == (days, people)
        except BaseException as error:  # a thread would only print it
            wrong.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_hydra_is_left_as_it_was_found(small_configs: Path, tmp_path: Path):
    from hydra import initialize_config_dir, version
    from hydra.core.global_hydra import GlobalHydra

    here, files = os.getcwd(), set(tmp_path.rglob("*"))
    compose([])
    assert not GlobalHydra.instance().is_initialized()
    with initialize_config_dir(str(small_configs), version_base="1.2"):
        before = GlobalHydra.instance().hydra
        compose([])
        with pytest.raises(ConfigError):
            compose(["days=0"])
        assert GlobalHydra.instance().hydra is before and str(version.getbase()) == "1.2"
    assert (os.getcwd(), set(tmp_path.rglob("*"))) == (here, files)


# Arms ------------------------------------------------------------------------------------------------------------------


def arms(*overrides: str) -> list[str]:
    return [arm.label for arm in expand(list(overrides))]


def test_labels_name_only_what_differs():
    assert arms("scenario=flash") == ["kol_care"]
    assert arms("strategy=no_plan,kol_care", "days=30") == ["no_plan", "kol_care"]
    assert arms("strategy=glob(*)") == ["kol_care", "no_plan"]
    assert arms("scenario=lunch,flash", "strategy=no_plan,kol_care") == [
        "lunch, no_plan", "lunch, kol_care", "flash, no_plan", "flash, kol_care"
    ]  # fmt: skip
    assert arms("strategy.posts_per_day=1,2", "staff.people=1,2") == [
        "posts_per_day=1, people=1", "posts_per_day=1, people=2", "posts_per_day=2, people=1", "posts_per_day=2, people=2"
    ]  # fmt: skip
    assert arms("strategy.posts_per_day=range(0,1,0.3)")[3] == "posts_per_day=0.9"
    assert arms("strategy.tone='warm','formal'") == ["tone=warm", "tone=formal"]
    assert arms("scenario.population={size:400,groups:1},{size:100,groups:4}") == ["size=400, groups=1", "size=100, groups=4"]
    assert arms("incident=[],[ad_wave],[ad_wave,price_rise]") == ["no incident", "ad_wave", "ad_wave+price_rise"]
    levers = "levers=[],[{day:30,key:strategy.posts_per_day,value:4}]"
    assert arms(levers) == ["no levers", "posts_per_day=4 from day 30"]
    assert arms("scenario.market.peak_hours=[12],[12,18]") == ["peak_hours=[12]", "peak_hours=[12,18]"]


def test_equal_last_names_are_told_apart():
    assert arms("scenario.population.mix={kol:0.2,regular:0.8},{kol:0.1,regular:0.9}") == [
        "kol=0.2, regular=0.8",
        "kol=0.1, regular=0.9",
    ]
    labels = arms("incident=[price_rise]", "incident.price_rise.day=1,2", "campaign=[columns]", "campaign.columns.hour=3")
    assert labels == ["day=1", "day=2"]
    labels = arms("scenario.population.cohorts=1,2", "+scenario.population.mix.lurker=0", "strategy.calls=1")
    assert labels == ["cohorts=1", "cohorts=2"]


def test_settings_hold_the_swept_keys():
    swept = expand(["strategy=no_plan,kol_care", "staff.people=1,2", "seed=4"])
    assert [arm.settings for arm in swept][1] == {"strategy": "no_plan", "staff.people": "2"}
    assert {arm.composed.seed for arm in swept} == {4}


def test_levers_and_incidents_reach_their_arm_only():
    plain, moved = expand(["levers=[],[{day:30,key:strategy.posts_per_day,value:4}]"])
    assert (plain.composed.scenario.levers, len(moved.composed.scenario.levers)) == ((), 1)
    quiet, loud = expand(["incident=[],[ad_wave]"])
    assert (quiet.composed.scenario.incident, loud.composed.scenario.incident[0][0]) == ((), "ad_wave")


CHOICES = ["scenario=lunch,flash", "strategy=kol_care,no_plan", "incident=[],[ad_wave]", "campaign=[columns]"]
VALUES = [
    "staff.people=1,3", "days=30", "scenario.population={size:50,groups:2}", "scenario.market.peak_hours=[1.5,2]",
    "levers=[],[{day:3,key:staff.people,value:2}]", "scenario.market.peak_hours.0=4", "staff.shift_start=1e1", "seed=8",
    "+scenario.population.mix.lurker=0.0", "~scenario.digest", "scenario.population.likeness=-0.25", "++confirm_days=20",
]  # fmt: skip


@pytest.mark.parametrize("overrides", [CHOICES, VALUES[:8], [*CHOICES[:2], *VALUES[:6]], [*VALUES[:2], *VALUES[8:]]])
def test_every_arm_is_what_hydra_composes(overrides: list[str], small_configs: Path):
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir

    found = expand(overrides)
    assert len(found) >= 2
    for arm in found:
        with initialize_config_dir(str(small_configs), version_base="1.3"):
            asked = [*arm.composed.overrides, "member=[kol,lurker,regular]"]
            expected = OmegaConf.to_container(hydra_compose("config", asked), resolve=True)
        assert arm.composed.plain == expected


def test_a_hundred_points_take_seconds_not_minutes():
    began = time.process_time()
    assert len(expand(["strategy.posts_per_day=range(0,25)", "staff.people=1,2", "strategy.calls=1,3"])) == 100
    assert time.process_time() - began < 5


# What is refused -------------------------------------------------------------------------------------------------------

KEYS = "strategy.posts_per_day, strategy.calls, strategy.tone, strategy.private, strategy.duties"
GRAMMAR = "write key=value"
SEVERAL = "several values as 1,2,4 or range(start,stop,step)"
TOP = (
    "scenario, strategy, staff, parameters, incident, campaign, member, seed, replication, replications, days, confirm_days, "
    "levers"
)
OWN = "keys of the simulator only, nothing of Hydra's own and no @package"
ORDER = "values in a fixed order, as 1,2,4 or range(start,stop,step), or an interval with design=lhs:N"
PLAINLY = "a plain value; references and ??? are for the yaml files only"
RESERVED = "_target_ is not allowed; keys that begin and end with _ are refused"

REFUSED = {
    # ranges, with the unit of the annotation
    "strategy.posts_per_day=99": "strategy.posts_per_day=99: 0 to 48 posts/day",
    "strategy.posts_per_day=nan": "strategy.posts_per_day=nan: 0 to 48 posts/day",
    "strategy.posts_per_day=-inf": "strategy.posts_per_day=-inf: 0 to 48 posts/day",
    "strategy.posts_per_day=1e999": "strategy.posts_per_day=inf: 0 to 48 posts/day",
    "staff.people=-1": "staff.people=-1: 0 to 200 persons (whole)",
    "days=0": "days=0: 1 to 3650 days that are judged",
    "replications=0": "replications=0: 1 to 1000000 replications of each arm (whole)",
    "seed=-1": "seed=-1: 0 to 9007199254740992 (whole)",
    "parameters.memory=0": "parameters.memory=0: 0.5 to 90 days",
    # types
    "strategy.posts_per_day=many": "strategy.posts_per_day=many: 0 to 48 posts/day",
    "strategy.posts_per_day='3'": "strategy.posts_per_day='3': 0 to 48 posts/day, without quotation marks",
    "strategy.posts_per_day=null": "strategy.posts_per_day=null: 0 to 48 posts/day",
    "strategy.posts_per_day=[1]": "strategy.posts_per_day=[1]: 0 to 48 posts/day",
    "strategy.posts_per_day={a:1}": "strategy.posts_per_day={a:1}: 0 to 48 posts/day",
    "strategy.calls=1.5": "strategy.calls=1.5: 0 to 20 calls/week (whole)",
    "strategy.calls=true": "strategy.calls=true: 0 to 20 calls/week (whole)",
    "strategy.private=3": "strategy.private=3: true or false",
    "strategy.tone=wram": "strategy.tone=wram: one of warm, formal",
    "seed=1.5": "seed=1.5: 0 to 9007199254740992 (whole)",
    "parameters.mode=fix": "parameters.mode=fix: one of uncertain, posterior, fixed",
    "scenario.market.peak_hours=3": "scenario.market.peak_hours=3: a list of 1 to 6: a number",
    "scenario.market.peak_hours=[a]": "scenario.market.peak_hours.0=a: a number",
    "scenario.market.peak_hours=[25]": "scenario.market.peak_hours=[25]: hours of the day, 0 to 24",
    "scenario.population.mix.kol=2": "scenario.population.mix.kol=2: 0 to 1 share of members",
    "staff.shift_end=3": "staff.shift_end=3.0: later than shift_start=9.0",
    "levers=3": "levers=3: a list: the settings day, key, value",
    # keys
    "strategy.post_per_day=9": f"strategy.post_per_day=9: no such key; did you mean strategy.posts_per_day? allowed: {KEYS}",
    "+strategy.xyz=3": f"strategy.xyz=3: no such key; allowed: {KEYS.replace('strategy.', '')}",
    "startegy=kol_care": f"startegy=kol_care: no such key; did you mean strategy? allowed: {TOP}",
    "foo.bar=3": f"foo.bar=3: no such key; allowed: {TOP}",
    "+foo=3": f"foo=3: no such key; allowed: {TOP}",
    "strategy.duties={anwser:1}": (
        "strategy.duties.anwser=1: no such key; did you mean strategy.duties.answer? allowed: strategy.duties.answer, strategy.duties.rules"
    ),
    "strategy.calls.x=3": "strategy.calls.x=3: no such key; did you mean strategy.calls? allowed: nothing below it",
    "~strategy.calls": "strategy.calls is missing: 0 to 20 calls/week (whole)",
    "incident.ad_wave.adverts=3": "incident.ad_wave.adverts=3: allowed only with incident=[ad_wave]",
    "+scenario.colour=3": "scenario.colour=3: no such key; allowed: horizon, population, market",
    "+scenario.name=dinner": "scenario.name=dinner: one of lunch",
    # choices
    "strategy=kol_car": "strategy=kol_car: did you mean kol_care? one of kol_care, no_plan",
    "strategy=../../etc/passwd": "strategy=../../etc/passwd: one of kol_care, no_plan",
    "scenario=/etc/passwd": "scenario=/etc/passwd: one of flash, lunch",
    "strategy=kol_care.yaml": "strategy=kol_care.yaml: did you mean kol_care? one of kol_care, no_plan",
    "strategy=null": "strategy=null: one of kol_care, no_plan",
    "strategy={a:1}": "strategy={a:1}: one of kol_care, no_plan",
    "~strategy": "~strategy: write strategy=NAME without + or ~; one of kol_care, no_plan",
    "+incident=[ad_wave]": "+incident=[ad_wave]: write incident=NAME without + or ~; one of ad_wave, price_rise",
    "incident=[ad_wav]": "incident=ad_wav: did you mean ad_wave? one of ad_wave, price_rise",
    "incident=[ad_wave,ad_wave]": "incident=[ad_wave,ad_wave]: each name once",
    "incident=[[ad_wave]]": "incident=[ad_wave]: did you mean ad_wave? one of ad_wave, price_rise",
    # the mix of member types
    "scenario.population.mix={wizard:1}": "scenario.population.mix.wizard=1: no such key; allowed: kol, lurker, regular",
    "scenario.population.mix.regulr=1": (
        "scenario.population.mix.regulr=1: no such key; did you mean scenario.population.mix.regular? allowed: kol, lurker, regular"
    ),
    "+scenario.population.mix.wizard=1": "scenario.population.mix.wizard=1: no such key; allowed: kol, lurker, regular",
    "scenario.population.mix.kol=0.5": "scenario.population.mix: shares that sum to 1, not 1.4",
    "member=[kol]": "scenario.population.mix.regular=0.9: no such key; allowed: kol",
    # timed changes
    "levers=[{day:3,key:strategy.calls,value:40}]": "levers.0.value=40: 0 to 20 calls/week (whole) for strategy.calls",
    "levers=[{day:3,key:strategy.calls,value:2.5}]": "levers.0.value=2.5: 0 to 20 calls/week (whole) for strategy.calls",
    "levers=[{day:3,key:strategy.calls,value:inf}]": "levers.0.value=inf: 0 to 20 calls/week (whole) for strategy.calls",
    "levers=[{day:3,key:strategy.duties.answer,value:1.5}]": (
        "levers.0.value=1.5: 0 to 1 share of questions for strategy.duties.answer"
    ),
    "strategy.duties.answer=2": "strategy.duties.answer=2: 0 to 1 share of questions",
    "strategy.duties.rules=2": "strategy.duties.rules=2: true or false",
    "strategy.duties.anser=1": (
        "strategy.duties.anser=1: no such key; did you mean strategy.duties.answer? allowed: strategy.duties.answer, strategy.duties.rules"
    ),
    "+strategy.duties.x=1": "strategy.duties.x=1: no such key; allowed: answer, rules",
    "levers=[{day:-1,key:strategy.calls,value:2}]": "levers.0.day=-1: 0 to 4000 day",
    "levers=[{day:3,key:strategy.calls}]": "levers.0.value is missing: a number",
    "levers=[{day:3,key:strategy.calls,value:2,why:3}]": "levers.0.why=3: no such key; allowed: day, key, value",
    # nothing that could import, read or write
    "hydra.run.dir=/tmp/x": f"hydra.run.dir=/tmp/x: {OWN}",
    "+hydra.searchpath=[/tmp]": f"+hydra.searchpath=[/tmp]: {OWN}",
    "hydra/launcher=joblib": f"hydra/launcher=joblib: {OWN}",
    "hydra=3": f"hydra=3: {OWN}",
    "strategy@staff=no_plan": f"strategy@staff=no_plan: {OWN}",
    "strategy._target_=os.system": f"strategy._target_: {RESERVED}",
    "strategy={_target_:os.system}": f"strategy: {RESERVED}",
    "+strategy.x=[{a:{_target_:os.system}}]": f"strategy.x: {RESERVED}",
    "levers=[],[{_target_:os.system}]": f"levers: {RESERVED}",
    "staff.people=${oc.env:HOME}": f"staff.people=${{oc.env:HOME}}: {PLAINLY}",
    "staff.people='${staff.wage}'": f"staff.people='${{staff.wage}}': {PLAINLY}",
    "strategy=${oc.env:HOME}": f"strategy=${{oc.env:HOME}}: {PLAINLY}",
    "staff.people=???": f"staff.people=???: {PLAINLY}",
    # grammar
    "foo": f"foo: {GRAMMAR} (there is no =)",
    "=3": f"=3: {GRAMMAR} (there is no key)",
    "strategy.calls=[1,2": f"strategy.calls=[1,2: {GRAMMAR} (a bracket has no partner)",
    "strategy.tone='warm": f"strategy.tone='warm: {GRAMMAR} (a quotation mark is not closed)",
    "strategy.calls=range(1,5,0)": f"strategy.calls=range(1,5,0): {GRAMMAR} ({SEVERAL})",
    "strategy.calls=range(1,5,tags=x)": f"strategy.calls=range(1,5,tags=x): {GRAMMAR} ({SEVERAL})",
    "strategy.calls=choice()": f"strategy.calls=choice(): {GRAMMAR} ({SEVERAL})",
    # numbers
    "seed=1.0": "seed=1.0: 0 to 9007199254740992 (whole), without a decimal point",
    "staff.people=-1.0": "staff.people=-1.0: 0 to 200 persons (whole), without a decimal point",
    # sweeps
    "strategy.calls=interval(0,1)": f"strategy.calls=interval(0,1): {ORDER}",
    "strategy.calls=shuffle(1,2)": f"strategy.calls=shuffle(1,2): {ORDER}",
    "strategy.calls=range(0,1e18)": "strategy.calls=range(0,1e18): at most 10000 arms",
    "strategy.calls=range(5,1)": "strategy.calls=range(5,1): at least one value",
    "strategy=glob(z*)": "strategy=glob(z*): at least one value",
    "strategy=no_plan,no_plan": "no_plan: this arm is given twice; each may appear once",
    "seed=1,2": "seed=1,2: one value, shared by all arms",
    "parameters.mode=fixed,uncertain": "parameters.mode=fixed,uncertain: one value, shared by all arms",
    "strategy.calls=1,99": "strategy.calls=99: 0 to 20 calls/week (whole) (arm: calls=99)",
    "strategy.digest=[3]": "strategy.digest=[3]: a list of digest rows such as [C33, B06a, B01.s2]",
}  # fmt: skip


@pytest.mark.parametrize("override", REFUSED)
def test_one_line_names_the_key_and_what_is_allowed(override: str):
    assert refused(override) == REFUSED[override]


def test_a_lever_names_the_numbers_it_may_reach():
    text = refused("levers=[{day:3,key:strategy.call,value:2}]")
    reached = "strategy.posts_per_day, strategy.calls, staff."
    assert text.startswith(f"levers.0.key=strategy.call: did you mean strategy.calls? one of {reached}")
    assert text.endswith(" more")
    assert "strategy.duties.rules" not in text
    assert "strategy.tone" not in text and "strategy.private" not in text and "population" not in text


def test_a_key_of_some_arms_only_names_the_arm():
    text = refused("strategy=kol_care,no_plan", "strategy.posts_per_day=2,4")
    assert text.startswith(
        "strategy.posts_per_day=2: no such key; did you mean strategy.adverts_per_day? allowed: strategy.adverts_per_day"
    )
    assert text.endswith("(arm: no_plan, posts_per_day=2)")


def test_sweeps_are_for_studies():
    with pytest.raises(ConfigError, match=r"^strategy=no_plan,kol_care: one value here; compare and sweep take several$"):
        compose(["strategy=no_plan,kol_care"])


def test_too_much_is_refused_at_once():
    assert refused("a=" + "[" * 40 + "]" * 40).endswith("at most 10000 characters, brackets at most 16 deep")
    assert refused("a=" + "x" * 20_000).endswith("at most 10000 characters, brackets at most 16 deep")
    assert len(refused("a=" + "x" * 20_000)) < 200
    assert refused(*["seed=1"] * 201) == "seed=1 ...: 201 overrides; at most 200"
    text = refused(*(f"staff.{key}=range(1,200)" for key in ("people", "wage", "look_minutes")))
    assert text == "staff.people staff.wage staff.look_minutes: 7880599 arms; at most 10000"


# Spoilt yaml files -----------------------------------------------------------------------------------------------------

SPOILT = {
    ("strategy/kol_care.yaml", "posts_per_day: 2\n  calls: [\n"): "line 2: valid YAML is needed here: mapping values",
    ("strategy/kol_care.yaml", "calls: 1\ncalls: 2\n"): "line 2: valid YAML is needed here: found duplicate key calls",
    ("strategy/kol_care.yaml", "posts_per_day: 2\ncalls: 3\ntone: warm\n"): "strategy.private is missing: true or false",
    ("strategy/kol_care.yaml", "posts_per_day: 2\ncalls: 3\ntone: warm\nprivat: true\nduties: {answer: 1, rules: true}\n"): (
        "strategy.privat=true: no such key; did you mean strategy.private? allowed: posts_per_day, calls, tone, private, duties"
    ),
    ("strategy/kol_care.yaml", "_target_: os.system\n"): "_target_ is not allowed; keys that begin and end with _ are refused",
    ("strategy/kol_care.yaml", "calls: ${oc.env:HOME}\n"): "${oc.env:HOME}: a plain value or a reference",
    ("strategy/kol_care.yaml", "calls: ${nowhere}\n"): "strategy.calls: Interpolation key 'nowhere' not found",
    ("strategy/kol_care.yaml", "calls: ${strategy.calls}\n"): "strategy.calls: ",
    ("strategy/kol_care.yaml", "calls: ???\n"): "strategy.calls: Missing mandatory value",
    ("strategy/kol_care.yaml", "- 1\n- 2\n"): "strategy=[1,2]: settings by name, as in its yaml",
    ("strategy/kol_care.yaml", "text"): "strategy.text: no such key; allowed: posts_per_day, calls, tone, private, duties",
    ("strategy/kol_care.yaml", "posts_per_day: .nan\ncalls: 3\ntone: warm\nprivate: on\nduties: {answer: 1, rules: true}\n"): (
        "strategy.posts_per_day=nan: 0 to 48 posts/day"
    ),
    ("strategy/kol_care.yaml", "posts_per_day: 2\ncalls: 3\ntone: warm\nprivate: true\ndigest: [not a row]\n"): (
        "strategy.digest=[not a row]: a list of digest rows such as [C33, B06a, B01.s2]"
    ),
    ("strategy/kol_care.yaml", ""): "strategy.posts_per_day is missing: 0 to 48 posts/day",
    ("scenario/lunch.yaml", "market: 3\n"): "scenario.population=null: the settings programmes, groups",
    ("staff/one.yaml", "defaults: [nowhere]\n"): "In 'staff/one': Could not load 'staff/nowhere'",
    ("incident/ad_wave.yaml", "adverts: 20\n"): "incident.adverts: one of ad_wave, price_rise; a yaml",
    ("config.yaml", "seed: 1\n"): "Could not override 'member'. No match in the defaults list.",
    ("strategy/kol_care.yaml", "a: " + "[" * 4000): "",
    ("strategy/kol_care.yaml", "a: {b: " * 300 + "1" + "}" * 300): "",
}  # fmt: skip


@pytest.mark.parametrize("path, text", SPOILT)
def test_a_spoilt_yaml_is_told_in_one_line(path: str, text: str, small_configs: Path):
    (small_configs / path).write_text(text)
    line = refused("incident=[ad_wave]")
    assert SPOILT[path, text] in line
    if "YAML" in line:
        assert line.startswith(str(small_configs / path))


def test_a_yaml_that_is_no_text_is_named(small_configs: Path):
    (small_configs / "staff/one.yaml").write_bytes(b"people: \xff\xfe1\n")
    assert refused() == f"{small_configs / 'staff/one.yaml'}: UTF-8 text is needed here"


def test_missing_files_are_named(small_configs: Path, monkeypatch: pytest.MonkeyPatch):
    (small_configs / "staff/one.yaml").unlink()
    assert "Could not find 'staff/one'" in refused()
    (small_configs / "config.yaml").unlink()
    assert "Cannot find primary config 'config'" in refused()
    monkeypatch.undo()
    monkeypatch.setattr(choices, "__file__", "/nowhere/sim/config/choices.py")
    assert refused() == "/nowhere/configs/config.yaml: missing; install the package or use a whole checkout"


def test_a_yaml_without_its_python_file_is_named_or_read_as_rules(small_configs: Path):
    (small_configs / "incident/ghost.yaml").write_text("# @package incident.ghost\na: 1\n")
    assert refused("incident=[ghost]") == "incident=ghost: smallplugins/incidents/ghost.py is missing"
    (small_configs / "strategy/ghost.yaml").write_text("a: 1\n")
    assert refused("strategy=ghost").startswith("strategy.a=1: nothing in this file uses it; known keys are groups, review")


# Plug-ins and listings -------------------------------------------------------------------------------------------------


def test_plugins_are_found_by_listing_their_folder():
    assert plugins.plugin_names("strategy") == ("kol_care", "no_plan")
    assert plugins.plugin_class("strategy", "no_plan").__name__ == "NoPlan"
    for name in ("os", "..config", "kol_care.NoPlan", "", "/etc/passwd"):
        with pytest.raises(LookupError):
            plugins.plugin_class("strategy", name)
    with pytest.raises(LookupError, match="exactly one class"):
        plugins.settings_class("sim.scenario")


def test_every_option_has_one_line():
    assert config.options("strategy") == ["kol_care", "no_plan"]
    assert config.summary("strategy", "kol_care") == "Look after those who talk."
    assert config.summary("scenario", "flash") == "Flash-sale group"
    assert config.summary("staff", "one") == "One person in office hours"
    assert config.summary("parameters", "by_hand") == ""


# Anything at all -------------------------------------------------------------------------------------------------------

KEYLIKE = st.sampled_from(
    ["strategy", "strategy.calls", "incident", "levers", "scenario.population", "scenario.population.mix", "seed", "member",
     "days", "hydra", "hydra.searchpath", "scenario.market.peak_hours.0", "levers.0.day", "_target_", "parameters", "staff@x",
     "a/b", "", "."]
)  # fmt: skip
PIECES = st.sampled_from(
    [*"[]{}(),:=.'\"\\$~+@/ 019-_?*|#&%!<>;`^\n\t\0", "choice", "range", "glob", "kol_care", "no_plan", "ad_wave",
     "null", "nan", "inf", "true", "1e999", "9" * 400, "..", "${", "}", "_target_", "oc.env", "日本", "\ud800", "\u202e", "day",
     "key", "value", "sort(", "int(", "extend_list(", "json_str", "tag("]
)  # fmt: skip
OVERRIDE = st.one_of(
    st.text(max_size=40),
    st.builds(
        lambda prefix, key, parts: f"{prefix}{key}={''.join(parts)}",
        st.sampled_from(["", "", "+", "++", "~"]), KEYLIKE, st.lists(PIECES, max_size=8),
    ),
)  # fmt: skip


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(overrides=st.lists(OVERRIDE, min_size=1, max_size=3))
def test_whatever_is_typed_only_a_config_error_comes_back(overrides: list[str]):
    try:
        found = expand(overrides)
    except ConfigError as error:
        assert str(error).isprintable() and str(error).strip()
    else:
        assert found
        for arm, other in itertools.combinations(found[:3], 2):
            assert arm.composed.plain != other.composed.plain
