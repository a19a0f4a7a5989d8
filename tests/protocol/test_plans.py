"""The language of plans: what it says, what it refuses in one line, and what it leaves in the log."""

from __future__ import annotations

import pickle
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim import authoring, cli
from sim.allowed import ConfigError
from sim.config import compose, config_folder, expand, options, read_study_file, replaced
from sim.engine.context import Context
from sim.events.kinds import LEVER_MOVED, MEMBER_CARED_FOR, MEMBER_JOINED, MEMBER_WELCOMED, NONE, RULE_FIRED, STIMULUS_POSTED
from sim.rules.condition import CLOCKS, Vocabulary, read_condition
from sim.rules.mechanics import MECHANICS
from sim.rules.protocols import Acts
from sim.rules.sensors import SENSORS
from sim.rules.sight import Sight
from sim.rules.strategy import read_strategy
from sim.run import from_plain, simulate, to_plain

DUTIES = "{answer: 0.9, reply: 0, reply_top: 0, soothe: 1, moderate: 1, welcome: 1, rules: true}"
TALK = f"""\
# @package strategy
# Talk: a plan of this test.
posts_per_day: 1
base:
  duties: {DUTIES}
phases:
  - {{name: traffic, until: {{posters_7d: ">=5"}}}}
  - {{name: settled, set: {{posts.recall: 0.4}}}}
calendar:
  - {{use: broadcast, as: posts, clock: {{per_day: posts_per_day}}, content: 1}}
  - {{use: play, as: game, clock: {{every_days: 1, hour: 20}}, running: false}}
rules:
  - when: {{members: ">10", age_days: ">2"}}
    do: {{start: [game], set: {{posts.content: "+0.3", duties.reply: 0.2, staff.look_minutes: 10}}}}
  - {{when: {{phase: settled}}, do: {{on_people: {{care: {{select: top_talkers, count: 3, every_days: 1}}}}}}}}
"""
SMALL = ("scenario.population.size=60", "scenario.population.joining_days=0.5", "staff.days_per_week=7", "confirm_days=0")


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("talk.yaml").write_text(TALK)
    return Path("talk.yaml")


# What is shipped, and what is written for a start ------------------------------------------------------------------------

SHIPPED = [path for kind in authoring.KINDS for path in sorted((config_folder() / kind).glob("*.yaml"))]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_shipped_yaml_is_fine(path: Path):
    assert authoring.check_file(path) == path.parent.name


@pytest.mark.parametrize("kind", authoring.KINDS)
def test_a_template_is_fine_and_runs(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["new", kind, "mine.yaml"]) == 0
    assert cli.main(["check", "mine.yaml"]) == 0
    choice = {"campaign": ["campaign=[./mine.yaml]"], "incident": ["incident=[./mine.yaml]"], "member": [
        "member=[./mine.yaml]", "scenario.population.mix.mine=0.1", "scenario.population.mix.lurker=0.48"], "procedure": [
        "incident=[quarrel]", "incident.quarrel.handling=./mine.yaml", "incident.quarrel.day=1"]}  # fmt: skip
    if kind != "lesson":  # which is no setting of a run; tests/unit/test_lessons.py runs one
        scenario = compose(replaced(SMALL, [*choice.get(kind, [f"{kind}=./mine.yaml"]), "days=3"])).scenario
        assert simulate(scenario, seed=1).log.digest
        assert from_plain(to_plain(scenario)) == scenario
    assert cli.main(["new", kind, "mine.yaml"]) == 2
    assert "mine.yaml: a new file; this one is there already" in capsys.readouterr().err


def test_what_a_template_leaves_out_can_be_put_in(tmp_path: Path):
    head, body = authoring.template("strategy").split("\n", 1)
    path = tmp_path / "all.yaml"
    path.write_text(f"{head}\n" + re.sub(r"^( *)# (?!#)", r"\1", body.replace("# One sentence", "## One"), flags=re.MULTILINE))
    assert authoring.check_file(path) == "strategy"
    written = yaml.safe_load(path.read_text())
    assert set(MECHANICS) == {entry["use"] for entry in written["calendar"]}
    assert {"entry", "order", "alarm", "phases", "rules", "review", "digest"} <= set(written)


@pytest.mark.parametrize("kind", authoring.KINDS)
def test_a_template_says_what_every_key_means(kind: str, tmp_path: Path):
    text = authoring.template(kind)
    assert not re.search(
        r"typing\.|<class|a list: a list|# (true or false|text|one of [\w, ]+)$", re.sub("trigger: quarrel.*", "", text), re.M
    )
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("# digest:", "digest:"))
    assert authoring.check_file(path) == kind
    path.write_text(text.replace("# digest: [A01, B06a, B01.s2]", "digest: 17"))
    with pytest.raises(ConfigError, match=r"mine.yaml, line 3: digest=17: a list of digest rows such as \[C33, B06a, B01.s2\]"):
        authoring.check_file(path)


# A plan of one's own -----------------------------------------------------------------------------------------------------


def test_a_plan_runs_and_its_log_tells_why(talk: Path):
    scenario = compose(replaced(SMALL, [f"strategy=./{talk}", "days=9"])).scenario
    log = simulate(scenario, seed=1).log.events
    fired, moved = log[log["kind"] == RULE_FIRED], log[log["kind"] == LEVER_MOVED]
    assert set(fired["target"]) == {0, 1, 2}
    keys = [scenario.lever_keys[number] for number in moved["target"]]
    assert set(keys) == {"strategy.posts.content", "strategy.duties.reply", "staff.look_minutes", "strategy.game.running",
                         "strategy.people_of_rule_2.running", "strategy.posts.recall"}  # fmt: skip
    rows = dict(zip(keys, moved))
    assert (log["kind"][moved["cause"]] == RULE_FIRED).all()
    assert rows["strategy.posts.content"]["x"] == pytest.approx(1.3)
    assert rows["strategy.posts.recall"]["x"] == pytest.approx(0.4)
    started = log[(log["kind"] == STIMULUS_POSTED) & (log["x"] > 0)]["cause"]
    assert len(started) and {scenario.lever_keys[log["target"][row]] for row in started} == {"strategy.game.running"}
    cared = log[log["kind"] == MEMBER_CARED_FOR]["cause"]
    assert len(cared) and {scenario.lever_keys[log["target"][row]] for row in cared} == {"strategy.people_of_rule_2.running"}


def test_a_rule_lets_go_when_it_no_longer_holds_and_what_is_planned_comes_back(talk: Path):
    talk.write_text(f"""\
duties: {DUTIES}
calendar: [{{use: broadcast, as: posts, clock: {{per_day: 1}}, content: 1}}]
rules:
  - {{when: {{age_days: "2..4"}}, do: {{set: {{posts.content: 2}}}}}}
  - {{when: {{age_days: "3..3.9"}}, do: {{set: {{posts.content: 0.5}}}}, hold_days: 3}}
""")
    planned = "levers=[{day:1,key:strategy.posts.content,value:1.5}]"
    scenario = compose(replaced(SMALL, [f"strategy=./{talk}", "days=10", planned])).scenario
    log = simulate(scenario, seed=1).log.events
    moved = log[log["kind"] == LEVER_MOVED]
    assert moved["x"].tolist() == [1.5, 2, 0.5, 1.5]
    assert [int(time // 86_400_000_000) for time in moved["time"]] == [1, 2, 3, 6]
    assert {scenario.lever_keys[number] for number in moved["target"]} == {"strategy.posts.content"}


def test_once_is_for_good_and_for_days_waits(talk: Path):
    talk.write_text(f"""\
duties: {DUTIES}
calendar: [{{use: broadcast, as: posts, clock: {{per_day: 1}}, content: 1}}]
rules:
  - {{when: {{age_days: "1..2"}}, do: {{set: {{posts.recall: 1}}}}, once: true}}
  - {{when: {{age_days: ">1", for_days: 2}}, do: {{set: {{posts.talk: 2}}}}}}
""")
    log = simulate(compose(replaced(SMALL, [f"strategy=./{talk}", "days=8"])).scenario, seed=1).log.events
    fired = log[log["kind"] == RULE_FIRED]
    assert fired["target"].tolist() == [1, 2] and (fired["x"] == 1).all()
    assert fired["time"][1] - fired["time"][0] >= 2 * 86_400_000_000 - 3_600_000_000


def test_overrides_sweeps_and_levers_reach_what_is_written_in_the_calendar(talk: Path):
    arms = expand([f"strategy=./{talk}", "strategy.game.prizes=5,9", "strategy.duties.answer=0.5", "days=3"])
    assert [arm.composed.scenario.strategy[1].game.prizes for arm in arms] == [5, 9]
    assert arms[0].composed.scenario.strategy[1].duties.answer == 0.5
    assert len({type(arm.composed.scenario.strategy[1]) for arm in arms}) == 1
    with pytest.raises(ConfigError, match=r"strategy.calendar.0.content=9: 0 to 2 weight of content"):
        compose([f"strategy=./{talk}", "strategy.posts.content=9"])
    lever = "levers=[{day:1,key:strategy.posts.per_day,value:3}]"
    with pytest.raises(ConfigError, match=r"levers.0.key=strategy.posts.per_day"):  # follows posts_per_day
        compose([f"strategy=./{talk}", lever])
    assert expand([f"strategy=no_plan,./{talk}"])[1].label == "talk"


def test_a_plan_survives_the_manifest_and_the_way_to_another_process(talk: Path):
    scenario = compose(replaced(SMALL, [f"strategy=./{talk}", "strategy.game.prizes=7"])).scenario
    assert from_plain(to_plain(scenario)) == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_files_of_ones_own_come_from_the_command_line_only(talk: Path):
    Path("study.yaml").write_text(f"command: compare\ntitle: x\noverrides: ['strategy=no_plan,./{talk}']\n")
    with pytest.raises(ConfigError, match=r"study.yaml: study.overrides.0=.*names only"):
        read_study_file(Path("study.yaml"))
    with pytest.raises(ConfigError, match="names only here, no file"):
        compose([f"strategy=./{talk}"], own=False)
    with pytest.raises(ConfigError, match="not taken by what is shipped"):
        Path("kol_care.yaml").write_text(TALK)
        compose(["strategy=./kol_care.yaml"])


def test_a_folder_of_ones_own_is_chosen_from_by_name(talk: Path):
    for group, kind in (("strategy", TALK), ("campaign", authoring.template("campaign"))):
        Path("mine", group).mkdir(parents=True)
        Path("mine", group, "mine.yaml").write_text(kind)
    arms = expand(["plugins=./mine", "strategy=no_plan,mine", "campaign=[columns,mine]", *SMALL, "days=3"])
    scenario = arms[1].composed.scenario
    assert [arm.label for arm in arms] == ["no_plan", "mine"]
    assert [name for name, _ in scenario.campaign] == ["columns", "mine"]
    assert compose(arms[1].composed.overrides).scenario == scenario and from_plain(to_plain(scenario)) == scenario
    for own, line in ((False, "no folder can be opened here"), (True, "yaml only in a folder of plug-ins")):
        Path("mine", "strategy", "x.py").write_text("raise SystemExit")
        with pytest.raises(ConfigError, match=line):
            compose(["plugins=./mine"], own=own)
    with pytest.raises(ConfigError, match="a folder with scenario"):
        compose(["plugins=./nowhere"])


# Errors: one line with file, line, key and what is allowed -----------------------------------------------------------------

REFUSED = {
    "duties: 3": "line 1: duties=3: settings by name",
    "calendar: 3": "line 1: calendar=3: a list of mechanics",
    "calendar:\n  - {use: brodcast}": "line 2: calendar.0.use=brodcast: did you mean broadcast? one of broadcast, ",
    "calendar:\n  - {use: auction}": "line 2: calendar.0.use=auction: the engine does not offer this mechanic yet",
    "calendar:\n  - use: broadcast\n    content: 3": "line 3: calendar.0.content=3: 0 to 2 weight of content",
    "calendar:\n  - use: broadcast\n    contnt: 1": "line 3: calendar.0.contnt=1: no such key; did you mean strategy.calendar.0.content?",
    "calendar:\n  - use: broadcast\n    content: much": "line 3: calendar.0.content=much: 0 to 2 weight of content, or a setting",
    "calendar:\n  - use: broadcast\n    clock: {hour: 25}": "line 3: calendar.0.clock.hour=25: 0 to 23.9 hour of the day",
    "calendar:\n  - {use: play, as: a}\n  - {use: play, as: a}": "line 3: calendar.1.as=a: a name of its own; this one is taken",
    "calendar:\n  - {use: care, select: everyone}": "line 2: calendar.0.select=everyone: one of top_talkers, all",
    "posts: 3": "line 1: posts=3: nothing in this file uses it",
    "crew: {people: 3}": "line 1: crew: the engine does not offer this yet",
    "base:\n  entry: {gift: 3}": "line 2: base.entry.gift=3: the settings cost, worth",
    "base:\n  entry: {gift: {worth: -1}}": "line 2: base.entry.gift.worth=-1: 0 to 10000 yuan",
    "base:\n  entry: {mode: closed}": "line 2: base.entry.mode=closed: one of open, screened, appointed, paid",
    "base:\n  entry: {claim: 1}": "line 2: base.entry.claim: the engine does not offer this yet",
    "base:\n  dutis: {answer: 1}": "line 2: base.dutis={answer:1}: no such key; did you mean strategy.base.duties?",
    "base:\n  duties: {answer: 1}": "line 2: base.duties.reply is missing: all of answer, reply",
    "groups: 3": "line 1: groups=3: none (no group is opened), or groups by name",
    "groups: {main: {cuont: 3}}": "line 1: groups.main.cuont=3: no such key; did you mean strategy.groups.main.count?",
    "groups:\n  main: {size: 0}": "line 2: groups.main.size=0: 1 to 10000 members planned per group",
    "groups:\n  all: {size: 9}": "line 2: groups.all: a name of its own; all means something else in acts",
    "groups:\n  main: {from: 3}": "line 2: groups.main.from=3: a list of sources of the scenario",
    "phases: [{name: a}, {name: b}]": "line 1: phases.0.until is missing: every phase but the last has one",
    "phases: [{name: a, until: {age_days: '>3'}}]": "line 1: phases.0.until: every phase but the last has one",
    "review: {minutes: 3}": "line 1: review: without rules there is nothing to review",
    "rules:\n  - {do: {}}": "line 2: rules.0.when is missing: a rule has when, do",
    "rules:\n  - {when: {anger: '>3'}, do: {}}": "line 2: rules.0.when.anger=anger: one of age_days",
    "rules:\n  - {when: {budget_left: '<3'}, do: {}}": "line 2: rules.0.when.budget_left: the engine does not offer this sensor yet",
    "rules:\n  - {when: {members: many}, do: {}}": "line 2: rules.0.when.members=many: many is neither a number nor a setting",
    "rules:\n  - {when: {members: '>5 of anger'}, do: {}}": "line 2: rules.0.when.members=anger: one of age_days",
    "rules:\n  - {when: {members: '9..4'}, do: {}}": "line 2: rules.0.when.members=9..4: a range from the lower",
    "rules:\n  - {when: {members: '__import__(1)'}, do: {}}": "line 2: rules.0.when.members=__import__(1): a comparison such as",
    "rules:\n  - {when: {members: '>5', for_days: -1}, do: {}}": "line 2: rules.0.when.for_days=-1: 0 to 365 days",
    "rules:\n  - {when: {members: '>5'}, do: {set: {dutis.reply: 1}}}": "line 2: rules.0.do.set.dutis.reply=dutis.reply: did you",
    "rules:\n  - {when: {members: '>5'}, do: {set: {duties.reply: 3}}}": "line 2: rules.0.do.set.duties.reply=3: 0 to 1 share",
    "rules:\n  - {when: {members: '>5'}, do: {set: {duties.reply: '+x'}}}": "line 2: rules.0.do.set.duties.reply=+x: a number, or",
    "rules:\n  - {when: {members: '>5'}, do: {start: [gme]}}": "line 2: rules.0.do.start=gme: one of",
    "rules:\n  - {when: {members: '>5'}, do: {act: {merg: all}}}": "line 2: rules.0.do.act=merg: did you mean merge? one of test",
    "rules:\n  - {when: {members: '>5'}, do: {act: {merge: all, count: 3}}}": "line 2: rules.0.do.act.count=count: one of merge, move_to",
    "rules:\n  - {when: {members: '>5'}, do: {act: {move: person}}}": "line 2: rules.0.do.act.move=person: one of top_talkers, all",
    "rules:\n  - {when: {members: '>5'}, do: {act: {route: public_domain}}}": "line 2: rules.0.do.act.route: for whom? a sensor of single",
    "rules:\n  - {when: {members: '>5'}, do: {act: {promote: due}}}": "line 2: rules.0.do.act.promote: segments.tiers says what earns",
    "rules:\n  - {when: {members: '>5'}, do: {act: {split: all, count: -1}}}": "line 2: rules.0.do.act.count=-1: 0 to 5000 people at most",
    "rules:\n  - {when: {members: '>5'}, do: {act: {dissolve: shop}}}": "line 2: rules.0.do.act.dissolve=shop: one of all",
    "rules:\n  - {when: {orders_30d_person: '<1'}, do: {set: {duties.reply: 1}}}": "line 2: rules.0.do.set={duties.reply:1}: a rule about",
    "rules:\n  - {when: {orders_30d_person: '<1'}, do: {act: {test: all}}}": "line 2: rules.0.do.act.test: a rule that looks at single",
    "rules:\n  - {when: {orders_30d_person: '<1 of orders_90d_person'}, do: {act: {remove: person}}}": "a share of orders_90d_person",
    "rules:\n  - {when: {members: '>5'}, do: {run: pressure}}": "line 2: rules.0.do.run=pressure: one of",
    "segments: {tiers: {super: 0}}": "line 1: segments.tiers",
    "segments: {tiers: 3}": "line 1: segments.tiers=3",
    "rules:\n  - {when: {tier_super: '>1'}, do: {}}": "line 2: rules.0.when.tier_super=tier_super: did you mean tier_due?",
    "rules:\n  - {when: {members: '>5'}, do: {jump: 1}}": "line 2: rules.0.do.jump=1: no such key; allowed: set, start",
    "waits_for: [{base: {entry: {least_tag: 1}}}]": "line 1: waits_for.0={base:{entry:{least_tag:1}}}: the engine offers this",
    "waits_for: [{base: {entry: {least_tg: 1}}}]": "line 1: waits_for.0: strategy.base.entry.least_tg=1: no such key",
    "handling: {firction: []}": "line 1: handling=firction: did you mean friction? one of friction, price_change, intrusion",
    "handling:\n  friction: [{step: dissolv}]": "line 2: handling.friction.0.step=dissolv: did you mean dissolve?",
    "calendar:\n  - {use: offer, audience: store}": "line 2: calendar.0.audience=store: one of the groups",
    "a: &x 1\nb: *x": "at most 100000 characters, brackets at most 16 deep, and no aliases (*name)",
    "calendar: !!python/object:os.system 1": "line 1: plain values only, no tags",
    "duties: {}\nduties: {}": "line 2: duties: each key once",
    "calendar: [": "line 2: valid YAML in UTF-8 is needed here",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_is_one_line(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(f"# @package strategy\n{text}\n")
    assert cli.main(["check", "plan.yaml"]) == 2
    line = capsys.readouterr().err.strip()
    expected = re.sub(r"line (\d+)", lambda found: f"line {int(found[1]) + 1}", REFUSED[text])
    assert line.startswith("plan.yaml") and expected in line and "\n" not in line


# Conditions --------------------------------------------------------------------------------------------------------------

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
KNOWN = Vocabulary(SENSORS, {"limit": 3}, {"phase": ("cold",)})


@given(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), NUMBERS, NUMBERS, st.booleans(), NUMBERS)
def test_a_comparison_holds_when_it_says_so(operator, value, read, share, other):
    condition = read_condition({"members": f"{operator}{value}{' of size' if share else ''}"}, "when", KNOWN)
    bound = value * other if share else value
    expected = eval(f"{read!r} {'==' if operator == '=' else operator} {bound!r}")
    assert condition.holds({"members": read, "size": other}.__getitem__, {}.get) == expected


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_range_includes_its_ends(low, high, read):
    low, high = sorted((low, high))
    condition = read_condition({"members": f"{low}..{high}"}, "when", KNOWN)
    assert condition.holds({"members": read}.__getitem__, {}.get) == (low <= read <= high)


@given(st.text(max_size=40) | st.integers() | st.none() | st.lists(st.integers(), max_size=2))
def test_whatever_is_written_is_read_or_refused_in_one_line(text):
    try:
        read_condition({"members": text}, "when", KNOWN).holds(lambda name: 1.0, lambda name: 1.0)
    except ConfigError as error:
        assert str(error).startswith("when.members") and "\n" not in str(error)


@given(st.recursive(st.none() | st.booleans() | st.integers(-5, 50) | st.sampled_from(["kol", ">3", "posts", "+1", "phase"]),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                        ["use", "as", "when", "do", "set", "name", "until", "members", "any", "start", "clock", "hour", "duties"]),
                        inner, max_size=3), max_leaves=8),
       st.sampled_from(["calendar", "rules", "phases", "base", "duties", "review", "x"]))  # fmt: skip
def test_a_plan_is_read_or_refused_and_never_breaks(value, key):
    try:
        read_strategy({key: value}, "strategy")
    except ConfigError as error:
        assert str(error).startswith("strategy")


def test_any_of_several_and_settings_by_name():
    condition = read_condition({"any": [{"members": ">limit"}, {"phase": "cold"}]}, "when", KNOWN)
    assert condition.holds({"members": 4.0, "phase": "warm"}.get, {"limit": 3.0}.get)
    assert condition.holds({"members": 2.0, "phase": "cold"}.get, {"limit": 3.0}.get)
    assert not condition.holds({"members": 2.0, "phase": "warm"}.get, {"limit": 3.0}.get)


# What rules may see and do -----------------------------------------------------------------------------------------------


def test_the_context_offers_all_that_the_rules_ask_for():
    asked = {name for one in Acts.__mro__ for name in vars(one) if not name.startswith("_")}
    assert asked <= set(dir(Context))


def test_no_sensor_reads_what_members_feel():
    source = "".join(path.read_text() for path in (Path(authoring.__file__).parent / "rules").glob("*.py"))
    assert not re.search(r"\bM_[A-Z]+|_programme|\.state\b|\.(warmth|anger|trust|value)_of", source)


def text_for(name: str) -> str:
    """A comparison that holds in a run in which nothing happens outside."""
    if SENSORS[name].yes_or_no:
        return "yes" if name == "store_open" else "no"
    return ">=0" if name in CLOCKS else ">=-1000000"


def test_every_sensor_reads_something(talk: Path):
    readable = [sensor.name for sensor in SENSORS.values() if sensor.read and sensor.name != "phase"]
    talk.write_text(f"duties: {DUTIES}\nrules:\n" + "".join(
        f"  - {{when: {{{name}: '{text_for(name)}'}}, do: {{set: {{duties.reply: 0.1}}}}}}\n" for name in readable))  # fmt: skip
    log = simulate(compose(replaced(SMALL, [f"strategy=./{talk}", "days=3"])).scenario, seed=1).log.events
    assert set(log["target"][log["kind"] == RULE_FIRED]) == set(range(1, len(readable) + 1))
    assert NONE == -1 and np.isfinite(log["x"]).all()


class Stage:
    """What an operator sees, invented: notes of two kinds from three persons."""

    groups, staff, planned_size, planned_room, margin, price = range(1), None, 10, 12, 0.0, 30.0
    friends: tuple[int, ...] = ()

    def __init__(self, notes: list, day: float) -> None:
        self._notes, self.day = notes, day

    def notes(self, since: int = 0) -> list:
        return self._notes[since:]

    def is_answered(self, message: int) -> bool:
        return message % 2 == 0

    def is_answered_by_members(self, message: int) -> bool:
        return message % 4 == 0

    def trouble_of(self, message: int) -> str:
        return "quarrel" if message % 3 == 0 else ""

    def is_friend(self, person: int) -> bool:
        return person in self.friends

    def is_running(self, group: int) -> bool:
        return True

    def members(self, group: int) -> list[int]:
        return [0, 1, 2]


NOTES = st.lists(st.tuples(st.integers(0, 20 * 86_400_000_000), st.sampled_from([21, 22, 26]), st.integers(0, 2)), max_size=30)


@given(NOTES, st.floats(20, 25), st.floats(0.5, 10), st.floats(0, 0.4))
def test_counts_of_the_last_days_are_those_of_the_notes(rows, day, days, until):
    seen = [SimpleNamespace(time=time, kind=kind, actor=actor, message=place, group=0, row=place, amount=30.0)
            for place, (time, kind, actor) in enumerate(sorted(rows))]  # fmt: skip
    sight = Sight(Stage(seen, day))
    sight.look()
    micro = 86_400_000_000
    for kind in (21, 22, 26):
        expected = sum(note.kind == kind and (day - days) * micro < note.time <= (day - until) * micro for note in seen)
        assert sight.count(kind, days, until) == expected
    wrote = [note for note in seen if note.kind != 26 and note.time > (day - days) * micro]
    assert sight.writers(days) == Counter(note.actor for note in wrote)
    waiting = [note for note in seen if note.kind == 22 and note.message % 2 and 0 < day * micro - note.time < 7 * micro]
    assert len(sight.waits()) == len(waiting)
    asked = [note.message for note in seen if note.kind == 22 and note.time >= (day - days) * micro]
    assert sight.answered_by_members(days) == (sum(one % 4 == 0 for one in asked) / len(asked) if asked else 1.0)
    written = [note for note in seen if note.kind != 26 and note.message % 3 == 0]
    assert sight.trouble("quarrel", days) == sum((day - days) * micro < note.time <= day * micro for note in written)


def test_who_closes_a_private_line_is_counted_until_a_week_has_passed():
    stage = Stage([], 10.0)
    sight = Sight(stage)
    seen = []
    for stage.day, stage.friends in ((10.0, (0, 1)), (11.0, (1,)), (15.0, (0, 1)), (16.0, ()), (24.0, ())):
        sight.look()
        seen.append(sight.blocked(7))
    assert seen == [0, 0.5, 0, 1, 0]


@pytest.mark.parametrize(
    ("name", "scenario", "incident", "other"),
    [
        ("quarrels_7d", "restaurant", "quarrel", "contradictory_answers"),
        ("contradictions_7d", "restaurant", "contradictory_answers", "quarrel"),
        ("complaints_level_7d", "shaping_camp", "lesson_level", "quarrel"),
    ],
)
def test_a_plan_acts_on_what_members_write_about_one_kind_of_trouble(tmp_path, monkeypatch, name, scenario, incident, other):
    monkeypatch.chdir(tmp_path)
    parts = {"duties": yaml.safe_load(DUTIES), "rules": [{"when": {name: ">=1"}, "do": {"set": {"duties.reply": 0.1}}}]}
    Path("plan.yaml").write_text(yaml.safe_dump(parts))
    fired = {}
    for one in (incident, other):
        words = [
            f"scenario={scenario}",
            "strategy=./plan.yaml",
            "days=40",
            f"incident=[{one}]",
            f"incident.{one}.handling=none",
        ]
        log = simulate(compose([*words, "confirm_days=0"]).scenario, seed=1).log.events
        fired[one] = bool((log["kind"] == RULE_FIRED).any())
    assert fired == {incident: True, other: False}


@pytest.mark.parametrize(("name", "setting"), [("answered_by_members_30d", "<0.4"), ("blocks_7d", ">0.001")])
def test_a_plan_acts_on_what_members_answer_and_on_lines_that_are_closed(tmp_path, monkeypatch, name, setting):
    monkeypatch.chdir(tmp_path)
    parts = {
        "duties": yaml.safe_load(DUTIES),
        "entry": {"friend_first": True},
        "calendar": [{"use": "care", "as": "wake", "clock": {"hour": 10}, "select": "all", "count": 8, "act": "revisit"}],
        "rules": [{"when": {name: setting, "age_days": ">10"}, "do": {"set": {"duties.reply": 0.1}}}],
    }
    Path("plan.yaml").write_text(yaml.safe_dump(parts))
    words = ["strategy=./plan.yaml", "days=40", "confirm_days=0", "parameters.question_share=0.3"]
    log = simulate(compose([*words, "scenario.population.size=60"]).scenario, seed=1).log.events
    assert (log["kind"] == RULE_FIRED).any()


def test_the_role_that_is_named_posts_or_nobody_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    post = {"use": "broadcast", "as": "idea", "clock": {"every_days": 1, "hour": 12}, "content": 1}
    roles = {"leader": {"people": 1, "hours": 2}, "operator": {"people": 2}}
    found = {}
    for by in ("leader", "operator"):
        parts = {"base": {"crew": {"roles": roles}, "duties": yaml.safe_load(DUTIES)}, "calendar": [post | {"by": by}]}
        Path("plan.yaml").write_text(yaml.safe_dump(parts))
        log = simulate(compose([*SMALL, "strategy=./plan.yaml", "days=12"]).scenario, seed=1).log.events
        found[by] = set(log["actor"][log["kind"] == STIMULUS_POSTED].tolist())
    assert found["leader"] and found["operator"] and not found["leader"] & found["operator"]
    with pytest.raises(ConfigError, match=r"strategy\.idea\.by=boss: one of anybody, rank, kin, leader, operator"):
        Path("plan.yaml").write_text(yaml.safe_dump(parts | {"calendar": [post | {"by": "boss"}]}))
        compose([*SMALL, "strategy=./plan.yaml"])
    Path("mine.yaml").write_text("# @package campaign.mine\n# Mine.\nuse: broadcast\nday: 1\nby: boss\n")
    with pytest.raises(ConfigError, match=r"campaign\.mine\.by=boss: one of anybody, rank, kin"):
        compose([*SMALL, "campaign=[./mine.yaml]"])


SHIPPED_PLANS = config_folder() / "strategy"
WELCOMING = [
    name for name in options("strategy") if re.search(r"use: welcome\b", (SHIPPED_PLANS / f"{name}.yaml").read_text("utf-8"))
]


@pytest.mark.parametrize("name", WELCOMING)
def test_no_newcomer_is_greeted_twice(name):
    log = simulate(compose([*SMALL, f"strategy={name}", "days=14"]).scenario, seed=1).log.events
    greeted = Counter(
        zip(log["group"][log["kind"] == MEMBER_WELCOMED].tolist(), log["target"][log["kind"] == MEMBER_WELCOMED].tolist())
    )
    came = Counter(
        zip(log["group"][log["kind"] == MEMBER_JOINED].tolist(), log["actor"][log["kind"] == MEMBER_JOINED].tolist())
    )
    assert greeted and all(count <= came[who] for who, count in greeted.items())
