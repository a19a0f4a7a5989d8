"""Running a study: bit-equal tables whatever the workers, the order, and the moment of a SIGKILL."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.provenance import hash_sources
from sim.studies.desk import claimed_folder
from sim.studies.ledger import Ledger, Point, StudyError, describe_program, keys_of
from sim.studies.runner import run_study
from sim.studies.study import open_study

TABLES = ("arms", "replications", "lifetimes")


@dataclass(frozen=True)
class Composed:
    scenario: str
    plain: dict[str, Any]
    overrides: tuple[str, ...]


@dataclass(frozen=True)
class Arm:
    label: str
    settings: dict[str, str]
    composed: Composed


def arms(*labels: str, note: object = "") -> list[Arm]:
    """Arms whose scenario is the label and a note for the fake model."""
    made = []
    for index, label in enumerate(labels):
        settings = {"strategy": label, "staff.people": str(index)}
        overrides = ("scenario=my place", "seed=3", *(f"{key}={value}" for key, value in settings.items()))
        made.append(
            Arm(label, settings, Composed(f"{label} {note}", {"strategy": label, "seed": 3, "replications": 5}, overrides))
        )
    return made


# Fake models: module level, so that worker processes find them.


def fake_run(scenario: str, *, seed: int, replication: int, world: int | None) -> dict[str, Any]:
    rng = np.random.default_rng([seed, replication, ord(scenario[0])])
    time.sleep(0.004)
    lives = [{"group": g, "planned": 100, "time": rng.exponential(50), "ended": "dead", "stillborn": False} for g in range(2)]
    return {
        "alive_days": np.float64(rng.normal(60, 5)),
        "net_income": float(rng.normal()) / 3,
        "first_response_minutes": float("nan"),
        "state": "plateau",
        "draw": -1 if world is None else world,
        "digest": f"{rng.integers(2**62):x}",
        "lifetimes": lives,
    }


def slow_run(scenario: str, **key: Any) -> dict[str, Any]:
    time.sleep(0.06)
    return fake_run(scenario, **key)


def failing_run(scenario: str, *, seed: int, replication: int, world: int | None) -> dict[str, Any]:
    if replication == 5 and scenario[0] == "b":
        raise ValueError("the till\nis empty")
    return fake_run(scenario, seed=seed, replication=replication, world=world)


def suicidal_run(scenario: str, *, seed: int, replication: int, world: int | None) -> dict[str, Any]:
    """Each worker that lives replication 3 or 8 for the first time is killed, as by a machine out of memory."""
    if replication in (3, 8):
        try:
            (Path(scenario[2:]) / str(replication)).touch(exist_ok=False)
        except FileExistsError:
            pass
        else:
            os.kill(os.getpid(), signal.SIGKILL)
    return fake_run(scenario, seed=seed, replication=replication, world=world)


def poisonous_run(scenario: str, *, seed: int, replication: int, world: int | None) -> dict[str, Any]:
    if replication == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return fake_run(scenario, seed=seed, replication=replication, world=world)


def interrupting_run(scenario: str, *, seed: int, replication: int, world: int | None) -> dict[str, Any]:
    if replication == 4:
        os.kill(int(scenario[2:]), signal.SIGINT)
        time.sleep(600)
    return fake_run(scenario, seed=seed, replication=replication, world=world)


def logging_run(scenario: str, *, folder: Path | None = None, **key: Any) -> dict[str, Any]:
    if folder is not None:
        folder.mkdir(parents=True)
        (folder / "log").write_text(scenario[0])
    return fake_run(scenario, **key)


def greedy_run(scenario: str, **key: Any) -> dict[str, Any]:
    return {"strategy": 1.0}


def unwritable_run(scenario: str, **key: Any) -> dict[str, Any]:
    return {"alive_days": {1, 2}}


def tables(folder: Path) -> dict[str, bytes]:
    return {f"{name}.{kind}": (folder / f"{name}.{kind}").read_bytes() for name in TABLES for kind in ("parquet", "csv")}


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code may change while the tests run; what a study makes of that has a test of its own."""
    monkeypatch.setattr("sim.studies.runner.describe_program", lambda: {"program": "this"})


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("serial") / "study"
    run_study(arms("a", "b"), replications=12, seed=7, folder=folder, workers=1, task=fake_run)
    return tables(folder)


def test_tables_are_tidy_and_read_back(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    study = run_study(
        arms("a", "b"),
        replications=3,
        seed=7,
        folder=tmp_path / "s",
        workers=1,
        task=fake_run,
        progress=lambda *at: seen.append(at),
    )
    rows = study.replications
    assert list(zip(rows.arm, rows.replication, strict=True)) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert list(rows.columns[:4]) == ["arm", "label", "strategy", "staff.people"]
    assert rows["staff.people"].tolist() == [0, 0, 0, 1, 1, 1]
    assert rows.world.tolist() == rows.draw.tolist() == [0, 0, 1, 0, 0, 1]
    assert (
        rows.command[4]
        == "groupalive run 'scenario=my place' strategy=b staff.people=1 parameters.mode=uncertain seed=7 replication=1"
    )
    assert rows.alive_days[4] == fake_run("b ", seed=7, replication=1, world=0)["alive_days"]
    assert study.lifetimes.shape[0] == 12
    assert study.lifetimes.definition.unique().tolist() == ["28d_k3_2pct"]
    assert study.lifetimes.groupby(["arm", "replication"]).group.apply(list).tolist() == [[0, 1]] * 6
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    again = open_study(tmp_path / "s")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(study, name), getattr(again, name))
    study.save_tables(league=study.arms)
    pd.testing.assert_frame_equal(again.table("league"), study.arms)


def test_fixed_parameters_have_one_world(tmp_path: Path) -> None:
    study = run_study(
        arms("a"), replications=4, seed=7, folder=tmp_path / "s", workers=1, task=fake_run, parameter_mode="fixed"
    )
    assert study.replications.world.tolist() == [0] * 4
    assert study.replications.draw.tolist() == [-1] * 4
    assert "parameters.mode=fixed" in study.replications.command[0]


def test_number_of_workers_changes_nothing(tmp_path: Path, expected: dict[str, bytes]) -> None:
    for workers in (2, 3):
        folder = tmp_path / str(workers)
        run_study(arms("a", "b"), replications=12, seed=7, folder=folder, workers=workers, task=fake_run)
        assert tables(folder) == expected


def test_order_in_which_replications_are_done_changes_nothing(tmp_path: Path, expected: dict[str, bytes]) -> None:
    run_study(arms("a", "b"), replications=12, seed=7, folder=tmp_path / "s", workers=1, task=fake_run)
    homes = sorted((tmp_path / "s" / "ledger").iterdir())
    for home in homes:
        for number in (0, 4, 11):
            (home / f"{number:06d}.json").unlink()
        (home / "000002.json").write_bytes(b"half a fi")
        (home / "000003.json").write_bytes((home / "000003.json").read_bytes().replace(b"plateau", b"boiling"))
    seen: list[tuple[int, int]] = []
    run_study(
        arms("a", "b"), replications=12, seed=7, folder=tmp_path / "s", workers=2, resume=True, task=fake_run,
        progress=lambda *at: seen.append(at),
    )  # fmt: skip
    assert seen[0] == (7, 12)
    assert seen[-1] == (12, 12)
    assert tables(tmp_path / "s") == expected


def test_a_study_can_grow_and_shrink(tmp_path: Path, expected: dict[str, bytes]) -> None:
    for replications in (3, 20, 12):
        run_study(
            arms("a", "b"), replications=replications, seed=7, folder=tmp_path / "s", workers=1, resume=True, task=fake_run
        )
    assert tables(tmp_path / "s") == expected


def test_resuming_runs_only_what_is_missing(tmp_path: Path) -> None:
    run_study(arms("a"), replications=3, seed=7, folder=tmp_path / "s", workers=1, task=fake_run)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "s" / "ledger").rglob("*.json")}
    run_study(arms("a"), replications=5, seed=7, folder=tmp_path / "s", workers=1, resume=True, task=fake_run)
    assert before.items() <= {path: path.stat().st_mtime_ns for path in (tmp_path / "s" / "ledger").rglob("*.json")}.items()


def test_killed_workers_cost_nobody_anything(tmp_path: Path, expected: dict[str, bytes]) -> None:
    run_study(arms("a", "b", note=tmp_path), replications=12, seed=7, folder=tmp_path / "s", workers=2, task=suicidal_run)
    assert (tmp_path / "3").exists()
    assert (tmp_path / "8").exists()
    assert tables(tmp_path / "s") == expected


def test_what_kills_its_worker_each_time_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"replication=3: its process was killed 3 times") as caught:
        run_study(arms("a", "b"), replications=12, seed=7, folder=tmp_path / "s", workers=2, task=poisonous_run)
    assert "\n" not in str(caught.value)
    sealed = {int(path.stem) for path in (tmp_path / "s" / "ledger").rglob("*.json")}
    assert 3 not in sealed
    assert {0, 1, 2} <= sealed


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_stops_and_says_how_to_repeat_it(tmp_path: Path, workers: int) -> None:
    with pytest.raises(StudyError) as caught:
        run_study(arms("a", "b"), replications=12, seed=7, folder=tmp_path / "s", workers=workers, task=failing_run)
    message = str(caught.value)
    assert message.startswith("replication=5: arm b failed, ValueError: the till is empty (see ")
    assert (
        "groupalive run 'scenario=my place' strategy=b staff.people=1 parameters.mode=uncertain seed=7 replication=5" in message
    )
    assert "\n" not in message
    (failure,) = (tmp_path / "s" / "ledger").rglob("000005.failure.txt")
    note = failure.read_text()
    assert "Traceback" in note
    assert "failing_run" in note
    assert list((tmp_path / "s" / "ledger").rglob("*.json")), "what was finished is kept"


def test_keep_going_leaves_only_the_failed_replication_out(tmp_path: Path) -> None:
    study = run_study(
        arms("a", "b"), replications=12, seed=7, folder=tmp_path / "s", workers=2, task=failing_run, keep_going=True
    )
    assert len(study.failures) == 1
    assert study.replications.groupby("arm").replication.apply(list).tolist() == [[r for r in range(12) if r != 5]] * 2


@pytest.fixture
def heeds_ctrl_c():
    """Ctrl-C is heeded, also where a shell started the tests in the background and lets them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_leaves_a_folder_that_can_be_resumed(tmp_path: Path, heeds_ctrl_c: None) -> None:
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_study(arms("a", note=os.getpid()), replications=12, seed=7, folder=tmp_path / "s", workers=2, task=interrupting_run)
    assert time.monotonic() - started < 500, "workers were waited for"
    assert list((tmp_path / "s" / "ledger").rglob("*.json"))
    assert not (tmp_path / "s" / "replications.parquet").exists()
    study = run_study(
        arms("a", note=os.getpid()), replications=4, seed=7, folder=tmp_path / "s", resume=True, task=interrupting_run
    )
    assert study.replications.replication.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"resume": False}, "exists already"),
        ({"seed": 8}, "not with the same seed"),
        ({"arms": arms("a", "c")}, "not with the same arms"),
        ({"parameter_mode": "fixed"}, "not with the same parameters"),
        ({"task": failing_run}, "not with the same task"),
        ({"logs": "all"}, "not with the same logs"),
    ],
)
def test_a_folder_of_another_study_is_left_alone(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    given = {"arms": arms("a", "b"), "replications": 2, "seed": 7, "folder": tmp_path / "s", "workers": 1, "task": fake_run}
    run_study(**given)
    before = {path: path.read_bytes() for path in (tmp_path / "s").rglob("*.*")}
    with pytest.raises(StudyError, match=message) as caught:
        run_study(**({"resume": True} | given | change))
    assert "\n" not in str(caught.value)
    assert {path: path.read_bytes() for path in (tmp_path / "s").rglob("*.*")} == before


def test_a_folder_made_by_another_version_of_the_program_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"arms": arms("a"), "replications": 1, "seed": 7, "folder": tmp_path / "s", "workers": 1, "task": fake_run}
    run_study(**given)
    monkeypatch.setattr("sim.studies.runner.describe_program", lambda: {"program": "other"})
    with pytest.raises(StudyError, match="not with the same program"):
        run_study(**given, resume=True)


def test_the_program_is_described_by_its_code_and_libraries() -> None:
    described = describe_program()
    assert described["libraries"]["numpy"] == np.__version__
    assert described["program"] == hash_sources()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"replications": 0}, "replications=0: "),
        ({"workers": 0}, "workers=0: "),
        ({"logs": "some"}, "logs=some: none, all or first:<number>"),
        ({"parameter_mode": "odd"}, "parameters.mode=odd: one of uncertain, posterior, fixed"),
        ({"arms": []}, "arms: at least one"),
        ({"arms": arms("a", "a")}, "arms: a is given twice; each may appear once"),
        ({"task": lambda scenario: {}}, "task=.*: a function at the top of a module"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_written(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    given = {"arms": arms("a"), "replications": 1, "seed": 7, "folder": tmp_path / "s", "workers": 1, "task": fake_run}
    with pytest.raises(StudyError, match=message):
        run_study(**given | change)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(("task", "message"), [(greedy_run, "outcome strategy: "), (unwritable_run, "arm a failed")])
def test_outcomes_that_are_no_table_row_are_refused(tmp_path: Path, task: Any, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        run_study(arms("a"), replications=1, seed=7, folder=tmp_path / "s", workers=1, task=task)


LIFE = {"group": 0, "planned": 100, "time": 5.0, "ended": "dead", "stillborn": False}


@pytest.mark.parametrize(
    "content",
    [
        None, 7, [], [{}], {"alive_days": None}, {"alive_days": [1]}, {"orders": 10**30}, {"digest": 5}, {"lifetimes": 5},
        {"lifetimes": [5]}, {"lifetimes": [LIFE | {"time": "soon"}]}, {"lifetimes": [LIFE | {"time": -1.0}]},
        {"lifetimes": [LIFE | {"time": float("nan")}]}, {"lifetimes": [LIFE | {"time": 1e999}]},
        {"lifetimes": [LIFE | {"ended": 1}]}, {"strategy": 1.0}, {"label": "a"},
    ],
)  # fmt: skip
def test_a_forged_replication_with_the_right_checksum_is_one_line(tmp_path: Path, content: Any) -> None:
    def go_on() -> None:
        run_study(arms("a", "b"), replications=2, seed=7, folder=tmp_path, workers=1, task=fake_run, resume=True)

    go_on()
    study = json.loads((tmp_path / "study.json").read_text())
    ledger, point = Ledger(tmp_path, keys_of(study)), Point(1, 1)
    path = ledger.path(point)
    body = json.dumps(content).replace("Infinity", "1e999").encode()
    path.write_bytes(ledger._checksum(point, body) + b"\n" + body)
    with pytest.raises(StudyError) as caught:
        go_on()
    assert "\n" not in str(caught.value) and ("000001.json" in str(caught.value) or "replication=1" in str(caught.value))
    path.unlink()
    go_on()


@pytest.mark.parametrize("text", ["[]", "7", "null", "[" * 100_000, '"x"'])
def test_a_study_that_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    run_study(arms("a"), replications=1, seed=7, folder=tmp_path, workers=1, task=fake_run)
    (tmp_path / "study.json").write_text(text)
    with pytest.raises(StudyError, match=r"study\.json: damaged"):
        run_study(arms("a"), replications=1, seed=7, folder=tmp_path, workers=1, task=fake_run, resume=True)


def test_a_table_that_claims_more_than_its_file_can_hold_is_not_read(tmp_path: Path) -> None:
    study = run_study(arms("a"), replications=1, seed=7, folder=tmp_path, workers=1, task=fake_run)
    pd.DataFrame({"alive_days": np.zeros(500_000)}).to_parquet(tmp_path / "league.parquet", compression="zstd")
    with pytest.raises(StudyError, match="claims more rows"):
        study.table("league")


def test_an_empty_folder_is_free_and_one_without_a_study_is_not(tmp_path: Path) -> None:
    (tmp_path / "study.json.77.tmp").write_text("{")  # killed before the study was described
    run_study(arms("a"), replications=1, seed=7, folder=tmp_path, workers=1, task=fake_run)
    assert not list(tmp_path.glob("*.tmp"))
    (tmp_path / "study.json").write_text("{")
    with pytest.raises(StudyError, match=r"study\.json: damaged"):
        run_study(arms("a"), replications=1, seed=7, folder=tmp_path, workers=1, task=fake_run, resume=True)
    with pytest.raises(StudyError, match="holds no study"):
        open_study(tmp_path / "nowhere")


def test_missing_and_damaged_tables_are_named(tmp_path: Path) -> None:
    study = run_study(arms("a"), replications=1, seed=7, folder=tmp_path, workers=1, task=fake_run)
    with pytest.raises(StudyError, match=r"league\.parquet is missing"):
        study.table("league")
    (tmp_path / "replications.parquet").write_bytes(b"PAR1")
    with pytest.raises(StudyError, match=r"replications\.parquet is damaged"):
        open_study(tmp_path)


def test_a_full_disk_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        if target.name == "000001.json" and target.parent.parent.name == "ledger":
            raise OSError(28, "No space left on device")
        os.rename(source, target)

    monkeypatch.setattr("sim.studies.ledger.os.replace", full)
    with pytest.raises(StudyError, match=r"folder=.*: No space left on device; what is finished is kept"):
        run_study(arms("a"), replications=3, seed=7, folder=tmp_path / "s", workers=1, task=fake_run)
    assert [path.name for path in (tmp_path / "s" / "ledger").rglob("*.*")] == ["000000.json"]


def test_whole_logs_are_kept_where_asked(tmp_path: Path) -> None:
    run_study(arms("a", "b"), replications=3, seed=7, folder=tmp_path / "s", workers=1, task=logging_run, logs="first:2")
    kept = sorted(path.relative_to(tmp_path / "s" / "logs").as_posix() for path in (tmp_path / "s" / "logs").rglob("log"))
    assert kept == [f"{arm:03d}/{number:06d}/log" for arm in range(2) for number in range(2)]


STUDY = """
import sys; sys.path.insert(0, {tests!r})
from test_studies_runner import arms, slow_run
from sim.studies import runner
from sim.studies.runner import run_study
runner.describe_program = lambda: {{"program": "this"}}
if __name__ == "__main__":
    run_study(arms("a", "b"), replications=12, seed=7, folder={folder!r}, workers=2, resume=True, task=slow_run)
"""


def processes_of(folder: Path) -> list[int]:
    """Processes that were started by the study script of this folder and still live."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"FOLDER={folder}\0".encode() in (path / "environ").read_bytes():
                found.append(int(path.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_killed_at_random_moments_and_resumed_gives_the_same_bytes(tmp_path: Path, expected: dict[str, bytes]) -> None:
    folder, script = tmp_path / "s", tmp_path / "study.py"
    script.write_text(STUDY.format(tests=str(Path(__file__).parent), folder=str(folder)))
    environment = os.environ | {"FOLDER": str(folder), "PYTHONPATH": str(Path(__file__).parent)}
    start = lambda: subprocess.Popen([sys.executable, script], env=environment, stderr=subprocess.PIPE)  # noqa: E731
    moments, killed = random.Random(1), 0
    for _ in range(5):
        study, sealed = start(), len(list(folder.glob("ledger/*/*.json")))
        goal = moments.random() * 3  # kill it after so many more replications, or before the first
        while study.poll() is None and len(list(folder.glob("ledger/*/*.json"))) < sealed + goal:
            time.sleep(0.002)
        time.sleep(moments.random() * 0.02)
        study.send_signal(signal.SIGKILL)
        killed += study.wait() == -signal.SIGKILL
        deadline = time.monotonic() + 5
        while processes_of(folder) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not processes_of(folder), "workers outlived the study that was killed"
    assert killed >= 3
    last = start()
    assert last.wait() == 0, last.stderr.read()
    assert tables(folder) == expected
    assert not list(folder.rglob("*.tmp"))


@pytest.mark.parametrize("content", ["[]", "3", "null", '"a"', "", "{", "[" * 100_000, "\udcff"])
def test_a_spoilt_description_is_one_line(content: str, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    given = {"replications": 2, "seed": 7, "folder": folder, "workers": 1, "task": fake_run}
    run_study(arms("a", "b"), **given)
    (folder / "study.json").write_bytes(content.encode(errors="surrogateescape"))
    for call in (lambda: run_study(arms("a", "b"), **given, resume=True), lambda: open_study(folder)):
        with pytest.raises(StudyError, match=r"study\.json: damaged"):
            call()
    (folder / "study.json").unlink()
    (folder / "study.json").mkdir()
    with pytest.raises(StudyError, match=r"study\.json: Is a directory"):
        run_study(arms("a", "b"), **given, resume=True)


HOLDER = """
import sys, time
from pathlib import Path
from sim.studies.desk import claimed_folder
with claimed_folder(Path(sys.argv[1]), {"seed": 7, "arms": []}, resume=False) as (ledger, desk):
    desk.put([("arm", 3)])
    print("held", flush=True)
    time.sleep(600)
"""


def test_what_a_process_has_in_hand_is_let_go_when_it_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout.readline() == "held\n"
            with claimed_folder(folder, {"seed": 7, "arms": []}, resume=True) as (_, desk), desk.locked():
                assert desk.in_other_hands() == {("arm", 3)}
        finally:
            holder.kill()
    with claimed_folder(folder, {"seed": 7, "arms": []}, resume=True) as (_, desk), desk.locked():
        assert desk.in_other_hands() == set()


def test_a_foreign_folder_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    for resume in (False, True):
        with pytest.raises(StudyError):
            run_study(arms("a"), replications=1, seed=7, folder=tmp_path, workers=1, task=fake_run, resume=resume)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


UNGUARDED = """
from test_studies_runner import arms, fake_run
from sim.studies.runner import run_study
print(len(run_study(arms("a", "b"), replications=4, seed=7, folder="study", workers=2, task=fake_run).replications))
"""


def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    paths = os.pathsep.join(map(str, (Path(__file__).parents[2], Path(__file__).parent)))
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "8\n", "")
