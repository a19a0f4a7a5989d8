"""Hostile input, corrupted files and the rules that every log obeys, whatever is asked of the simulator."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sim
from sim import cli, config
from sim.config import ConfigError, checks, compose, options, replaced
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.kinds import DAY, HOUR, MESSAGES, NONE, ORGANIC, TASKS
from sim.events.log import EventLog, LogWriter
from sim.events.store import OWN_DIGEST, hash_of
from sim.kernel.replay import replay, state_digest
from sim.operators.crew import BLOCK, postings
from sim.rules.spec import Response
from sim.run import simulate
from sim.scenario import Lever, Scenario
from sim.studies.ledger import Ledger, Point, StudyError, read_study
from sim.verification import verify
from sim.vocabulary.tables import STIMULUS, Stimulus

TINY = ("scenario.population.size=12", "days=3", "confirm_days=0")
ALL_INCIDENTS = f"incident=[{','.join(options('incident'))}]"
ALL_CAMPAIGNS = f"campaign=[{','.join(options('campaign'))}]"


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """A command line that must end with 2 and one printable line on stderr, which is returned."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.compiled.is_kept", lambda function: True)  # what is compiled here is no matter of these tests

    def run(*words: str) -> str:
        capfd.readouterr()
        assert cli.main(list(words)) == cli.USER_ERROR
        out, error = capfd.readouterr()
        assert out == "" and error.endswith("\n") and error.count("\n") == 1
        assert error[:-1].isprintable() and "Traceback" not in error
        return error[:-1]

    return run


# Settings --------------------------------------------------------------------------------------------------------------

SETTINGS = {
    "levers=[{day:1,key:staff.shift_start,value:23}]": ("staff.shift_end=22", "later than shift_start=23"),
    "levers=[{day:1,key:staff.shift_end,value:5}]": ("staff.shift_end=5", "later than shift_start=10"),
    "levers=[{day:1,key:staff.people,value:201}]": ("levers.0.value=201", "0 to 200"),
    "levers=[{day:3,key:staff.people,value:2}]": ("levers.0.day=3", "before the run ends on day 3"),
    "levers=[{day:1,key:population.size,value:3}]": ("levers.0.key=population.size", "strategy.promotions_per_day"),
    "scenario.population={groups:2000,size:5000}": ("scenario.population.size=5000", "at most 10000"),
    "scenario.population={groups:2000,size:5000,cohorts:2000}": ("scenario.population", "at most 1000000 persons"),
    "scenario.population={groups:1000,size:900,cohorts:1000,programmes:20000}": ("scenario.population", "GB of memory"),
    "scenario.population.reservoir=nan": ("scenario.population.reservoir=nan", "0 to 20"),
    "scenario=../scenario/restaurant": ("scenario=../scenario/restaurant", "restaurant"),
    "strategy=../../../etc/passwd": ("strategy=../../../etc/passwd: one of ", "image_class"),
    "strategy=sim.strategies.kol_care": ("strategy=sim.strategies.kol_care", "one of"),
    "incident=[__init__]": ("incident=__init__", "one of"),
    "strategy._target_=os.system": ("strategy._target_", "refused"),
    "hydra.run.dir=/": ("hydra.run.dir=/", "keys of the simulator only"),
    "seed=${oc.env:HOME}": ("seed=${oc.env:HOME}", "a plain value"),
    "scenario.name='[red]x'": ("scenario.name=[red]x", "one of restaurant"),
    "scenario.name='\x1b[31mx'": ("scenario.name=?[31mx", "one of restaurant"),
    "days=1e9": ("days=1000000000", "1 to 3650"),
    "days='30'": ("days='30'", "without quotation marks"),
    "seed='1.5'": ("seed='1.5'", "without quotation marks"),
}  # fmt: skip


@pytest.mark.parametrize("override", SETTINGS)
def test_settings_that_cannot_be_are_told_with_what_is_allowed(override: str, refused: Any):
    line = refused("run", *replaced(TINY, [override]))
    assert all(part in line for part in SETTINGS[override]), line


def test_settings_that_do_not_go_together_are_told(refused: Any):
    assert "spammer" in refused("run", *TINY, "member=[kol,regular,lurker,freebie_hunter]", "incident=[ad_wave]")
    line = refused("run", *TINY, "staff=nobody", "levers=[{day:1,key:staff.people,value:1}]")
    assert line.startswith("levers.0.key=staff.people:")
    for key in ("incident.ad_wave.day", "incident.ad_wave.intruders", "campaign.columns.day"):
        line = refused("run", *TINY, ALL_INCIDENTS, ALL_CAMPAIGNS, f"levers=[{{day:1,key:{key},value:2}}]")
        assert line.startswith(f"levers.0.key={key}:") and "one of" in line


def test_absurd_sizes_are_refused_before_memory_is_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sim.world.build.build_world", lambda *_: pytest.fail("a world was built"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ConfigError, match="persons"):
        compose(["scenario.population={groups:2000,size:5000}"])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB
    monkeypatch.setattr(checks, "_memory", lambda: 1e6)
    with pytest.raises(ConfigError, match="GB of memory"):
        compose(["scenario.population.size=400"])


EDGES = {
    "nobody": ("staff=nobody", ALL_INCIDENTS, ALL_CAMPAIGNS),
    "two members": ("scenario.population.size=2", ALL_INCIDENTS, ALL_CAMPAIGNS),
    "everything": ("scenario.population.groups=2", ALL_INCIDENTS, ALL_CAMPAIGNS),
    "full from the start": ("scenario.population.capacity=1", "scenario.population.walk_ins_per_day=20"),
    "a share of nothing": ("scenario.population.mix.kol=0", "scenario.population.mix.regular=0.27"),
    "more cohorts than people": ("scenario.population.cohorts=20000",),
    "no group": ("strategy=no_group", ALL_INCIDENTS, ALL_CAMPAIGNS),
    "more work than time": ("strategy.posts_per_day=48", "staff.post_minutes=600", ALL_CAMPAIGNS),
    "ten years": ("days=3650", "confirm_days=90", "scenario.population.size=4"),
    "always away": ("staff.absence=1", ALL_INCIDENTS),
}


@pytest.mark.parametrize("name", EDGES)
def test_the_edges_of_what_is_allowed_are_lived_through(name: str):
    days = [f"incident.{one}.day=0.5" for one in options("incident") if ALL_INCIDENTS in EDGES[name]]
    scenario = compose(replaced(TINY, [*EDGES[name], *days])).scenario
    obey_the_rules(scenario, seed=3)
    outcomes = simulate(scenario, seed=3).outcomes()
    for share in ("dead", "answer_rate", "muted_share", "exit_share", "silent_share", "advert_share", "repurchase_rate"):
        assert np.isnan(outcomes[share]) or 0 <= outcomes[share] <= 1, share
    assert outcomes["members_end"] >= 0 and outcomes["staff_hours"] >= 0


# Files -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "run"
    simulate(compose([*TINY, "incident=[ad_wave]"]).scenario, seed=1, folder=folder)
    return folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "run"))


@pytest.mark.parametrize("name", ["events.parquet", "manifest.json"])
@pytest.mark.parametrize("harm", ["empty", "half", "flipped", "missing", "a folder", "noise"])
def test_a_harmed_file_is_one_line(name: str, harm: str, copied: Path, refused: Any):
    path, noise = copied / name, np.random.default_rng(1).bytes(3000)
    content = path.read_bytes()
    path.unlink()
    middle = len(content) // 2
    if harm == "a folder":
        path.mkdir()
    elif harm != "missing":
        flipped = content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]
        path.write_bytes({"empty": b"", "half": content[:middle], "flipped": flipped, "noise": noise}[harm])
    assert refused("verify", str(copied)).startswith(str(copied))


MANIFESTS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "deep": (("config", "strategy", 1), json.loads('{"a":' * 300 + "1" + "}" * 300)),
    "states are none": (("states",), None),
    "no states": (("states",), []),
    "too many states": (("states",), ["x"] * 100_000),
    "a huge seed": (("seed",), 10**300),
    "a negative seed": (("seed",), -5),
    "an endless seed": (("seed",), float("inf")),
    "a huge replication": (("replication",), 2**70),
    "code is a list": (("code",), []),
    "config is a list": (("config",), [1]),
    "a path for a plug-in": (("config", "strategy", 0), "../../os"),
    "a module for a plug-in": (("config", "strategy", 0), "os.path"),
    "a number for a plug-in": (("config", "strategy", 0), 7),
    "a plug-in that paints": (("config", "strategy", 0), "[red]\x1b[31m\nx"),
    "_target_": (("config", "strategy", 1, "_target_"), "os.system"),
    "members are a list": (("config", "member"), []),
    "a type that is not there": (("config", "population", "mix"), [["ghost", 1.0]]),
    "an absurd size": (("config", "population", "size"), 10**9),
    "absurd, but in range": (("config", "population", "groups"), 2000),
    "many programmes": (("config", "population", "programmes"), 20_000),
    "days are not a number": (("config", "days"), float("nan")),
    "a lever on a method": (("config", "levers"), [{"day": 1, "key": "strategy.run", "value": 1}]),
    "a lever on a class": (("config", "levers"), [{"day": 1, "key": "__class__.x", "value": 1}]),
    "a lever that breaks a shift": (("config", "levers"), [{"day": 1, "key": "staff.shift_start", "value": 23}]),
    "a path for a name": (("config", "name"), "../../../etc/passwd"),
    "a name that paints": (("config", "name"), "x\x1b[31m"),
    "files are a list": (("files",), []),
    "states of a programme that is not there": (("states",), ["x", "y"]),
    "a digest that paints": (("digest",), "[red]\x1b[31m\nx"),
    "a huge count": (("events",), 10**30),
}


def resealed(manifest: dict[str, Any]) -> dict[str, Any]:
    """A manifest with the digest that a forger would give it; endless numbers and NaN have none."""
    try:
        return manifest | {OWN_DIGEST: hash_of({key: manifest[key] for key in manifest.keys() - {OWN_DIGEST}})}
    except (ValueError, RecursionError):
        return manifest


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_hostile_manifest_is_one_line(name: str, copied: Path, refused: Any):
    path, value = MANIFESTS[name]
    manifest = place = json.loads((copied / "manifest.json").read_text())
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    if name == "absurd, but in range":
        manifest["config"]["population"]["size"] = 5000
    for whole in (manifest, resealed(manifest)):
        (copied / "manifest.json").write_text(json.dumps(whole))
        assert refused("verify", str(copied)).startswith(str(copied))


def limited(tmp_path: Path, size: int, *words: str) -> tuple[int, list[str]]:
    """A command line in a process whose files may not grow beyond `size` bytes, as on a full disk."""
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # noqa: E731
    ended = subprocess.run(
        [sys.executable, "-m", "sim.cli", *words], cwd=tmp_path, preexec_fn=limit, capture_output=True, text=True,
    )  # fmt: skip
    return ended.returncode, ended.stderr.splitlines()


def test_a_full_disk_during_a_run_loses_nothing(tmp_path: Path):
    simulate(compose([*TINY]).scenario, seed=1)  # compiled before the files are limited
    code, told = limited(tmp_path, 200_000, "run", "days=365", "--out", "run")
    assert code == 2 and len(told) == 1 and told[0].startswith("run: ") and "too large" in told[0]
    log = EventLog.open(tmp_path / "run")
    assert len(log) > 0 and not log.sealed


def test_a_full_disk_during_a_comparison_loses_nothing(tmp_path: Path):
    simulate(compose([*TINY]).scenario, seed=1)
    study = ("compare", *TINY, "strategy=no_plan,kol_care", "replications=3", "--workers", "1", "--out", "study")
    code, told = limited(tmp_path, 12_000, *study)
    assert code == 2 and told[-1].startswith("folder=study") and "Traceback" not in " ".join(told)
    code, _ = limited(tmp_path, 1 << 30, *study, "--resume")
    assert code == 0


def test_a_folder_in_use_or_closed_to_writing_is_left_alone(tmp_path: Path, refused: Any, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine").write_text("mine")
    for command in (("run",), ("compare", "strategy=no_plan,kol_care"), ("patterns",), ("phase",)):
        assert refused(*command, *TINY, "--out", "used").startswith("--out=used: a new or empty folder")
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["mine"]
    assert "/proc/none" in refused("run", *TINY, "--out", "/proc/none")


def test_study_files_that_cannot_be_read_are_one_line(tmp_path: Path, refused: Any):
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "open.yaml").write_text("command: [sweep")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "calls.yaml").write_text("command: sweep\ntitle: x\noverrides: [!!python/object/apply:os.getcwd []]\n")
    (tmp_path / "target.yaml").write_text("command: sweep\ntitle: x\noverrides: ['strategy._target_=os.system']\n")
    for name in ("binary.yaml", "open.yaml", "folder.yaml", "calls.yaml", "missing.yaml"):
        assert refused(name).startswith(name)
    assert "strategy._target_" in refused("target.yaml")


@pytest.mark.parametrize("kind", ["pipe", "device", "sparse"])
def test_what_is_no_plain_file_of_a_likely_size_is_not_read(kind: str, copied: Path, tmp_path: Path, refused: Any):
    """Nobody waits at a pipe, reads a device without end, or takes memory for what is large."""

    def spoil(path: Path) -> Path:
        path.unlink(missing_ok=True)
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "device":
            path.symlink_to("/dev/zero")
        else:
            with path.open("wb") as file:
                file.truncate(2**33)
        return path

    ledger, point = Ledger(tmp_path, (b"key",)), Point(0, 3)
    ledger.open()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("study.yaml", "plan.yaml"):
        spoil(tmp_path / name)
    assert refused("study.yaml").startswith("study.yaml: ")
    assert refused("run", "strategy=./plan.yaml").startswith("plan.yaml: ")
    spoil(copied / "manifest.json")
    assert refused("verify", str(copied)).startswith(str(copied))
    spoil(tmp_path / "study.json")
    with pytest.raises(StudyError, match=r"study\.json: damaged"):
        read_study(tmp_path)
    spoil(ledger.path(point))
    assert ledger.read(point) is None
    ledger.seal(point, {"x": 1.0})
    assert ledger.read(point) == {"x": 1.0}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kB


@pytest.mark.parametrize("name", ["events.parquet", "vitals.csv"])
def test_nobody_waits_at_a_pipe_in_a_run_folder(name: str, copied: Path, refused: Any):
    (copied / name).unlink(missing_ok=True)
    os.mkfifo(copied / name)
    if name == "events.parquet":
        assert refused("verify", str(copied)).startswith(str(copied))
    else:
        assert verify(copied).uncovered == (name,)


# Words typed -----------------------------------------------------------------------------------------------------------

KEYS = ["seed", "days", "strategy", "staff.people", "parameters.loafing", "scenario.population.mix", "scenario.population.mix.kol",
        "levers", "incident", "scenario.market.peak_hours", "strategy.duties", "campaign.red_packets.amount"]  # fmt: skip
VALUES = ["1", "1.0", "-1", "1e400", "nan", "null", "true", "x", "no_plan", "[1,2]", "[quarrel]", "{a:1}", "{kol:1}", "1,2", "",
          "range(1,3,tags=x)", "choice()", "glob(*)", "sort(1,[2])", "tag(t,1)", "int(x)", "'x", "[{day:1}]", "\u200b\x00"]  # fmt: skip
MANGLES = st.tuples(
    st.sampled_from(["", "", "+", "++", "~", " ", "@", "hydra."]), st.sampled_from(KEYS),
    st.sampled_from(["", "", "x", ".x", "." + "k" * 9000, "/a", "@b", "\n", "."]), st.sampled_from(["=", "=", "=", "", "==", ":"]),
    st.sampled_from(VALUES), st.sampled_from(["", "", "", ",", "[", "}", "y" * 9000, "(", "\\"]),
).map("".join)  # fmt: skip
CLASS_NAMES = re.compile(r"\b(?:[A-Z][a-z]+){2,}\b|\b[A-Z]\w*(?:Error|Exception|Sweep|Config)\b|\b\w+\.\w+\.[A-Z]\w+")


@given(overrides=st.lists(MANGLES, min_size=1, max_size=3), command=st.sampled_from(["run", "sweep"]))
@settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck), derandomize=True)
def test_mangled_settings_are_one_short_line_in_the_users_words(overrides, command, refused, monkeypatch):
    monkeypatch.setattr("sim.cli.runs.claimed", raiser(ConfigError("nothing was wrong")))
    line = refused(command, "--", *overrides)
    assert len(line) <= 300
    assert not CLASS_NAMES.search(line), line


def raiser(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


# Levers ----------------------------------------------------------------------------------------------------------------

LEVERS = {
    "staff.people": 4, "staff.absence": 1, "staff.wage": 99, "staff.shift_end": 12, "staff.budget_hours": 0.2,
    "staff.look_minutes": 1000, "strategy.posts_per_day": 9, "strategy.duties.reply": 1, "strategy.care_members": 0,
    "incident.price_rise.factor": 5, "campaign.red_packets.amount": 50,
}  # fmt: skip


@pytest.mark.parametrize("key", LEVERS)
def test_a_lever_changes_nothing_before_its_day_and_something_after(key: str):
    base = compose(["scenario.population.size=60", "scenario.population.walk_ins_per_day=3", "days=12", "confirm_days=0",
                    "staff.absence=0", "incident=[price_rise]", "incident.price_rise.day=7",
                    "campaign=[red_packets]", "campaign.red_packets.day=1"]).scenario  # fmt: skip
    moved = dataclasses.replace(base, levers=(Lever(day=5, key=key, value=LEVERS[key]),))
    config.check_scenario(moved)
    one, other = (simulate(scenario, seed=2).log.events for scenario in (base, moved))
    before = int(np.searchsorted(one["time"], 5 * DAY))
    assert one[:before].tobytes() == other[:before].tobytes() and before > 100
    assert other["kind"][other["time"] == 5 * DAY].tolist().count(kinds.LEVER_MOVED) == 1
    rest = other[other["kind"] != kinds.LEVER_MOVED]
    assert len(rest) != len(one) or any((one[name] != rest[name]).any() for name in ("time", "x", "y", "actor"))
    obey_the_rules(moved, seed=2)


def test_people_who_come_later_work_and_those_who_go_do_not():
    base = compose(
        ["scenario.population.size=80", "days=9", "confirm_days=0", "strategy.posts_per_day=30", "staff.absence=0"]
    ).scenario
    levers = (Lever(day=3, key="staff.people", value=3), Lever(day=6, key="staff.people", value=0))
    log = simulate(dataclasses.replace(base, levers=levers), seed=1).log.events
    done = log[log["kind"] == kinds.TASK_DONE]
    who = [set(done["actor"][(done["time"] // DAY >= day) & (done["time"] // DAY < day + 3)].tolist()) for day in (0, 3, 6)]
    assert who == [{0}, {0, 1, 2}, set()]


def test_a_screening_rule_can_be_moved():
    base = compose(replaced(TINY, ["strategy=de_operation", "days=6"])).scenario
    log = simulate(dataclasses.replace(base, levers=(Lever(day=3, key="strategy.least_fit", value=1.5),)), seed=1).log.events
    rules = log[log["kind"] == kinds.ENTRY_RULE_SET]
    assert rules["time"].tolist() == [0, 3 * DAY] and rules["x"][1] == 1.5


# Rules of every log ----------------------------------------------------------------------------------------------------

#: Kinds that may begin without a cause, and of the others the kinds that may cause them.
CAUSES = {
    kinds.MEMBER_LEFT: (kinds.GROUP_CHECKED, kinds.MEMBER_INVITED),
    kinds.GROUP_MUTED: (kinds.GROUP_CHECKED,),
    kinds.ADVERT_POSTED: (kinds.GROUP_CHECKED, kinds.INCIDENT_OPENED, kinds.INCIDENT_SETTLED, *MESSAGES),  # a plea is one
    kinds.MEMBER_ANSWERED: MESSAGES,
    kinds.MESSAGE_REMOVED: MESSAGES,
    kinds.MEMBER_WELCOMED: (kinds.MEMBER_JOINED,),
    kinds.INCIDENT_OPENED: (NONE, kinds.PRICE_SET, kinds.STAFF_LEFT, *MESSAGES),
}
BY_MEMBERS = (*ORGANIC, kinds.ADVERT_POSTED, kinds.GROUP_CHECKED, kinds.STIMULUS_ANSWERED, kinds.GROUP_MUTED,
              kinds.GROUP_UNMUTED, kinds.MEMBER_LEFT)  # fmt: skip
TO_MEMBERS = (kinds.MEMBER_WELCOMED, kinds.MEMBER_REMOVED)
#: Whom a case of a group reaches in private, or hurts, also after they have moved on: a fault is found and made good later.
OF_WHO_WAS_THERE = {kinds.GRIEVANCE_FELT: "actor", kinds.MEMBER_CARED_FOR: "target", kinds.MEMBER_SOOTHED: "target"}


def obey_the_rules(scenario: Scenario, seed: int) -> np.ndarray:
    """Lives a programme, checks what holds in every log, and gives its rows."""
    writer = LogWriter(None)
    programme = Programme(scenario, seed, 0, 0, writer)
    start = programme.state.copy()
    programme.run()
    rows = writer.seal({}).of_shard(0)
    assert state_digest(replay(rows, programme.world.array, start)) == state_digest(programme.state)
    follow_the_members(rows, scenario)
    balance_the_books(rows, programme.tables.ledger)
    keep_hours(rows, scenario)
    return rows


def follow_the_members(rows: np.ndarray, scenario: Scenario) -> None:
    assert (np.diff(rows["time"]) >= 0).all()
    inside: set[tuple[int, int]] = set()  # (person, channel)
    known: set[tuple[int, int]] = set()  # who is or was inside
    muted: set[tuple[int, int]] = set()
    founded: dict[int, float] = {}  # channel -> members at most
    closed: set[int] = set()
    screen: list[tuple[int, int, int]] = []  # (time, group, kind) of each message in order
    for number, row in enumerate(rows.tolist()):
        time, cause, _x, _y, kind, group, actor, target = row
        assert NONE <= cause < number
        if kind in CAUSES:
            assert (NONE if cause == NONE else rows["kind"][cause]) in CAUSES[kind], (number, row)
        if kind in (kinds.GROUP_FOUNDED, kinds.CHANNEL_OPENED):
            assert group not in founded
            planned = round(scenario.population.size * scenario.population.capacity)
            founded[group] = target if target != NONE else max(planned, round(_x * scenario.population.capacity))
        if kind in (*BY_MEMBERS, *MESSAGES, *TO_MEMBERS, kinds.MEMBER_JOINED):
            assert group in founded and group not in closed, (number, row)
        if kind in BY_MEMBERS:
            assert (actor, group) in inside, (number, row)
        if kind in TO_MEMBERS:
            assert (target, group) in inside, (number, row)
        if kind in OF_WHO_WAS_THERE:
            assert ((actor if OF_WHO_WAS_THERE[kind] == "actor" else target), group) in known, (number, row)
        if kind == kinds.MEMBER_JOINED:
            assert (actor, group) not in inside
            inside.add((actor, group))
            known.add((actor, group))
        elif kind in (kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED):
            person = actor if kind == kinds.MEMBER_LEFT else target
            inside.remove((person, group))
            muted.discard((person, group))
        elif kind == kinds.GROUP_MUTED:
            assert (actor, group) not in muted
            muted.add((actor, group))
        elif kind == kinds.GROUP_UNMUTED:
            muted.remove((actor, group))
        elif kind == kinds.GROUP_CLOSED:
            closed.add(group)
        if (kind in (kinds.MESSAGE_POSTED, kinds.STIMULUS_ANSWERED) and target != NONE) or kind in (
            kinds.MEMBER_ANSWERED, kinds.MESSAGE_REMOVED,
        ):  # fmt: skip
            assert 0 <= target < len(screen) and screen[target][1] == group and screen[target][0] <= time, (number, row)
        if kind in MESSAGES:
            screen.append((time, group, kind))
    assert muted <= inside
    joins, exits, removed = (
        int((rows["kind"] == kind).sum()) for kind in (kinds.MEMBER_JOINED, kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED)
    )
    assert len(inside) == joins - exits - removed
    assert all(sum(where == group for _, where in inside) <= full for group, full in founded.items())


def balance_the_books(rows: np.ndarray, ledger: np.ndarray) -> None:
    def total(column: str, *codes: Any) -> float:
        return float(rows[column][np.isin(rows["kind"], codes)].sum())

    refunds = total("x", kinds.REFUND_PAID)
    assert ledger["refunds"] == pytest.approx(refunds)
    assert ledger["hours"] == pytest.approx(total("x", kinds.TASK_DONE))
    assert ledger["wages"] == pytest.approx(total("y", kinds.TASK_DONE))
    assert ledger["benefits"] == pytest.approx(total("x", kinds.COST_PAID, kinds.STIMULUS_ANSWERED, kinds.MEMBER_CARED_FOR))
    stakes = total("x", kinds.STAKE_PAID)
    for name, orders in (("revenue", total("x", kinds.ORDER_PLACED)), ("margin", total("y", kinds.ORDER_PLACED))):
        assert ledger[name] == pytest.approx(orders + stakes) or ledger[name] == pytest.approx(orders + stakes - refunds)
    assert (rows["x"][rows["kind"] == kinds.ORDER_PLACED] >= 0).all()


def keep_hours(rows: np.ndarray, scenario: Scenario) -> None:
    redesigned = {path for _, steps in scenario.procedures for step in steps for path in step.set}
    if any(key.startswith("staff.") for key in (*(lever.key for lever in scenario.levers), *redesigned)):
        return
    staff = scenario.staff
    done = rows[rows["kind"] == kinds.TASK_DONE]
    assert (done["target"] < len(TASKS)).all()
    begun = done["time"] - np.maximum(np.rint(done["x"] * HOUR), 1)
    within = begun % DAY
    assert (begun // DAY % 7 < staff.days_per_week).all()
    people: set[int] = set()
    for place, role in enumerate(postings(staff, scenario.strategy[1]).values()):
        own = np.isin(done["actor"], numbers := range(BLOCK * place, BLOCK * place + role.people))
        people |= set(numbers)
        assert (within[own] >= role.shift_start * HOUR - 2).all() and (within[own] <= role.shift_end * HOUR + 2).all()
        for day in np.unique(begun[own] // DAY):
            hours = done["x"][own & (begun // DAY == day)]
            assert hours.sum() <= role.people * role.budget_hours + hours.max() + 1e-9
    assert set(done["actor"].tolist()) <= people
    for person in people:  # nobody does two things at once
        mine = done["actor"] == person
        assert (begun[mine][1:] >= done["time"][mine][:-1] - 2).all()
    if not staff.people:
        by_hand = (kinds.MEMBER_SOOTHED, kinds.MEMBER_CARED_FOR, kinds.MEMBER_WELCOMED)
        assert not np.isin(rows["kind"], by_hand).any()
        answered = rows["x"][rows["kind"] == kinds.MEMBER_ANSWERED]
        bot = getattr(scenario.strategy[1], "response", None)  # which needs nobody, and has one tone
        warmth = {getattr(bot, "bot_warmth", Response().bot_warmth)} if getattr(bot, "bot", 0) else set()
        assert set(answered.tolist()) <= warmth


@cache
def composed(*overrides: str) -> Scenario:
    return compose(overrides).scenario


@given(
    pair=st.tuples(st.sampled_from(options("scenario")), st.sampled_from(options("strategy"))),
    staff=st.sampled_from(options("staff")),
    incidents=st.sets(st.sampled_from(options("incident"))),
    campaigns=st.sets(st.sampled_from(options("campaign"))),
    handling=st.sampled_from(["right", "wrong", "none"]),
    size=st.integers(2, 40),
    groups=st.integers(1, 2),
    absence=st.sampled_from([0, 0.5, 1]),
    budget=st.sampled_from([0.2, 4, 24]),
    capacity=st.sampled_from([1, 1.5]),
    day=st.integers(0, 5),
    seed=st.integers(0, 2**53),
)
@settings(deadline=None, max_examples=40)
def test_every_log_obeys_the_rules(
    pair, staff, incidents, campaigns, handling, size, groups, absence, budget, capacity, day, seed
):
    scenario = composed(
        f"scenario={pair[0]}", f"strategy={pair[1]}", f"staff={staff}", f"incident=[{','.join(sorted(incidents))}]",
        f"campaign=[{','.join(sorted(campaigns))}]", f"scenario.population.size={size}", f"staff.absence={absence}",
        f"scenario.population.groups={groups}", "scenario.population.programmes=1", f"staff.budget_hours={budget}",
        f"scenario.population.capacity={capacity}", "days=9", "confirm_days=0",
        *(f"incident.{name}.{key}" for name in sorted(incidents) for key in (f"day={day}", f"handling={handling}")),
    )  # fmt: skip
    obey_the_rules(scenario, seed)


def test_a_catalogue_has_no_markup_and_a_stimulus_no_doubles():
    assert Stimulus._fields == STIMULUS.dtype.names
    for path in sorted((Path(sim.__file__).parent / "report" / "catalogues").glob("*.json")):
        for text in json.loads(path.read_text("utf-8")).values():
            assert "\x1b" not in str(text) and "[red]" not in str(text)
