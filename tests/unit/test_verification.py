"""Whatever is altered in a sealed run folder is noticed by verify or named as not covered."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim import cli
from sim.config import compose
from sim.events import store
from sim.events.kinds import CATALOGUE, EVENT_DTYPE, GROUP_CHECKED, NONE, NUMBERS
from sim.events.log import EventLog, LogError, LogWriter
from sim.events.references import check_references
from sim.events.store import MANIFEST, OWN_DIGEST, PARQUET, STREAM, hash_of, record_files, write_manifest
from sim.kernel.replay import replay
from sim.run import simulate
from sim.verification import verify
from sim.vocabulary.tables import STATE, WORLD
from sim.world.build import build_state, build_world
from sim.world.carve import carve_state, carve_world
from sim.world.sizes import find_sizes

SCENARIO = ("scenario.population.size=12", "days=2", "confirm_days=0")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed run folder with a table and a figure."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    simulate(compose([*SCENARIO]).scenario, seed=1, folder=folder)
    (folder / "vitals.csv").write_text("day,messages\n0,3\n")
    (folder / "figures").mkdir()
    (folder / "figures" / "vitals.png").write_bytes(b"a figure")
    record_files(folder)
    return folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "elsewhere"))


def manifest_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / MANIFEST).read_text())


FIELDS = (
    "status", "command", "seed", "replication", "config", "config_hash", "parameter_hash", "code", "versions", "platform",
    "wall_seconds", "states", "digest", "events", "schema_version", "file_digest", "files", OWN_DIGEST,
)  # fmt: skip


def test_a_copied_folder_is_fine_and_what_cannot_be_checked_is_named(copied: Path):
    assert EventLog.open(copied).sealed
    found = verify(copied)
    assert found.fine and found.sources and not found.wrong and not found.uncovered and not found.elsewhere
    assert found.unchecked == ("command", "wall_seconds")
    assert set(manifest_of(copied)) == set(FIELDS)


@pytest.mark.parametrize("name", [PARQUET, MANIFEST, "vitals.csv", "figures/vitals.png"])
@pytest.mark.parametrize("harm", ["a byte", "missing", "a link"])
def test_every_file_of_a_folder_is_covered(name: str, harm: str, copied: Path, tmp_path: Path):
    path = copied / name
    content = path.read_bytes()
    path.unlink()
    if harm == "a byte":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif harm == "a link":
        (tmp_path / "other").write_bytes(content[:-1] + b"?")
        path.symlink_to(tmp_path / "other")
    try:
        assert name in verify(copied).wrong
    except LogError as error:
        assert name in (PARQUET, MANIFEST) and str(error).startswith(str(copied))


def test_files_that_nobody_noted_are_named_and_not_opened(copied: Path):
    (copied / "notes.txt").write_text("mine")
    os.mkfifo(copied / "pipe")  # to read it would wait for ever
    (copied / "endless").symlink_to("/dev/zero")
    found = verify(copied)
    assert found.fine and found.uncovered == ("endless", "notes.txt", "pipe")


@pytest.mark.parametrize("noted", ["/etc/passwd", "../outside.txt", "figures/../../outside.txt"])
def test_a_path_in_a_manifest_leads_nowhere(noted: str, copied: Path, tmp_path: Path):
    (tmp_path / "outside.txt").write_text("x")
    digest = store._file_digest(tmp_path / "outside.txt")
    manifest = manifest_of(copied)
    write_manifest(copied, manifest | {"files": manifest["files"] | {noted: digest}})
    assert verify(copied).wrong == (noted,)


def other(value: Any) -> Any:
    """A value of the same kind that is not this one."""
    if isinstance(value, dict):
        return value | {"more": 1}
    if isinstance(value, list):
        return [*value[:-1], "0" * 32]
    return value + 1 if isinstance(value, int | float) else f"{value}x"


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("repaired", [False, True])
@pytest.mark.parametrize("gone", [False, True])
def test_every_field_of_a_manifest_is_checked_or_named(field: str, repaired: bool, gone: bool, copied: Path):
    manifest = manifest_of(copied)
    if gone:
        del manifest[field]
    else:
        manifest[field] = other(manifest[field])
    if repaired and field != OWN_DIGEST:
        write_manifest(copied, manifest)
    else:
        (copied / MANIFEST).write_text(json.dumps(manifest))
    try:
        found = verify(copied)
    except LogError:
        return
    named = {name.partition(".")[0].partition("=")[0] for name in (*found.wrong, *found.elsewhere, *found.unchecked)}
    if field == "files" and gone and repaired:
        assert found.uncovered == ("figures/vitals.png", "vitals.csv")
    elif field == "files":
        assert not found.fine
    elif not repaired:
        assert OWN_DIGEST in named
    else:
        assert field in named or not (found.replayed and found.simulated)


def test_every_setting_in_a_manifest_is_hashed_anew(copied: Path):
    manifest = manifest_of(copied)
    manifest["config"]["name"] = "somewhere-else"  # the one setting that changes no event
    write_manifest(copied, manifest)
    assert verify(copied).wrong == ("config_hash",)
    manifest["config"]["market"]["price"] = str(manifest["config"]["market"]["price"])  # read as the same number
    write_manifest(copied, manifest | {"config_hash": hash_of(manifest["config"])})
    assert not verify(copied).fine


def test_a_field_that_nobody_knows_is_named(copied: Path):
    write_manifest(copied, manifest_of(copied) | {"approved": "by all"})
    assert "approved" in verify(copied).unchecked


def test_the_command_line_notes_what_it_writes_beside_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["run", *SCENARIO, "--out", str(tmp_path / "run")]) == 0
    assert verify(tmp_path / "run").fine and list(manifest_of(tmp_path / "run")["files"]) == [
        "marks.csv",
        "vitals.csv",
        "why_they_left.csv",
    ]
    (tmp_path / "run" / "vitals.csv").write_text("day\n")
    capsys.readouterr()
    assert cli.main(["verify", str(tmp_path / "run")]) == 1
    assert "vitals.csv" in capsys.readouterr().out


# What a row may refer to


def test_every_column_of_every_kind_has_a_rule():
    for kind in CATALOGUE:
        for name, column in kind.columns.items():
            assert not column.of or column.of in NUMBERS, (kind.name, name)
            assert bool(column.meaning) or (column.of, column.low, column.high) == ("", 0.0, 0.0), (kind.name, name)
            assert column.of or not column.meaning or column.low < column.high, (kind.name, name)
            if name not in ("x", "y"):
                counted = column.low < column.high  # members at most, the number of a rule: a count within bounds
                assert column.of or counted or not column.meaning, f"{kind.name}.{name} is a whole number: the number of what?"


@pytest.fixture(scope="module")
def rich() -> tuple[np.ndarray, dict[str, int], np.ndarray, np.ndarray]:
    """Rows of nearly every kind, how many there are of everything, world and first state."""
    incidents = ("ad_wave", "price_rise", "quarrel", "slow_reply")
    scenario = compose(
        ["strategy=kol_care", "scenario.population.size=30", "days=6", "confirm_days=0", f"incident=[{','.join(incidents)}]",
         *(f"incident.{name}.day=0.5" for name in incidents), "campaign=[red_packets]",
         "levers=[{day:2,key:staff.people,value:2}]"]
    ).scenario  # fmt: skip
    world = build_world(scenario, 2, 0)
    start = build_state(world, scenario)
    sizes = find_sizes(world.array, start)
    sizes |= {"member type": 5, "staff": 2, "planned incident": 4, "campaign": 1, "lever": 1, "time": 6 * 86_400_000_000}
    return simulate(scenario, seed=2).log.of_shard(0), sizes, world.array, start


def test_rows_as_they_are_pass(rich: Any):
    check_references(*rich[:2])


def test_every_column_of_every_kind_is_held_to_its_rule(rich: Any):
    rows, sizes, *_ = rich
    assert len(np.unique(rows["kind"])) > 25
    for kind in CATALOGUE:
        places = np.flatnonzero(rows["kind"] == kind.code)
        for name, column in kind.columns.items() if len(places) else ():
            wrong = [2**31 - 1, -(2**31), -2] if name not in ("x", "y") else [np.nan, -1e300]
            if name not in ("x", "y") and not column.of and column.high == 2**31 - 1:
                wrong = wrong[1:]
            if name in ("x", "y") and (column.of or np.isfinite(column.high)):
                wrong += [1e300, 0.5 if column.of else column.high + 1]
            for value in wrong:
                if name in ("x", "y") and not column.of and column.low == -np.inf and np.isfinite(value):
                    continue
                changed = rows.copy()
                changed[name][places[-1]] = value
                with pytest.raises(LogError, match=rf"row {places[-1]}: {name}="):
                    check_references(changed, sizes)


@pytest.mark.parametrize("name", ["actor", "group", "target"])
def test_replay_follows_no_number_outside(name: str, rich: Any):
    rows, _, world, start = rich
    row = np.flatnonzero(rows["kind"] == GROUP_CHECKED)[-1]
    for value in (2**31 - 1, 1_000_000, -(2**31)):
        changed = rows.copy()
        changed[name][row] = value
        with pytest.raises(LogError, match=f"{name}={value}"):
            replay(changed, world, start)


WRONG_WORLDS = {
    "persons": 10**6,
    "ties": 10**9,
    "traits_at": -8,
    "ties_at": 4,
    "peaks": 7,
    "heats": 10**9,
    "heats_at": 4,
    "heat_groups": 0,
}
WRONG_STATES = {
    "channels_at": -8, "members_at": 2**40, "messages_at": 2**40, "newest_at": 2**40, "rosters_at": 12, "events": 1, "messages": 5,
    "seats": 10**6, "seats_high": 10**9, "channels": 10**6, "channels_high": 10**6, "rosters": 10**6, "incidents_high": 10**9,
}  # fmt: skip


def test_arrays_that_are_no_world_are_not_followed(rich: Any):
    rows, _, world, start = rich
    for name, value in WRONG_WORLDS.items():
        changed = world.copy()
        WORLD.rows(changed, 0, 1)[name] = value
        with pytest.raises(ValueError, match="not a world"):
            replay(rows, changed, start)
    for name, value in WRONG_STATES.items():
        changed = start.copy()
        STATE.rows(changed, 0, 1)[name] = value
        with pytest.raises(ValueError, match="not a world"):
            replay(rows, world, changed)
    for table, name, value in (
        ("members", "next", 10**6),
        ("members", "channel", 10**6),
        ("rosters", "seat", -2),
        ("channels", "room", 10**6),
    ):
        changed = start.copy()
        getattr(carve_state(changed), table)[name][0] = value
        with pytest.raises(ValueError, match="not a world"):
            replay(rows, world, changed)
    for table, name, value in (
        ("ties", "person", 10**6),
        ("traits", "group", -1),
        ("traits", "first_tie", 10**9),
        ("traits", "tag", np.nan),
    ):
        changed = world.copy()
        getattr(carve_world(changed), table)[name][0] = value
        with pytest.raises(ValueError, match="not a world"):
            replay(rows, changed, start)
    for bad in (world[:9], world[:-1], world.reshape(1, -1), world.astype("f4"), world.tolist()):
        with pytest.raises(ValueError, match="world"):
            replay(rows, bad, start)


# Sizes


def claiming(count: int) -> dict[str, np.ndarray]:
    columns = {name: np.zeros(count, EVENT_DTYPE[name]) for name in EVENT_DTYPE.names}
    columns["kind"][:], columns["cause"][:] = GROUP_CHECKED, NONE
    return columns


def test_a_small_file_that_claims_many_events_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    LogWriter(tmp_path).seal({})
    schema = store.schema_of(1)
    table = pa.table([*claiming(500_000).values(), np.zeros(500_000, np.int32)], schema=schema)
    pq.write_table(table, tmp_path / PARQUET, compression="zstd")
    changes = {"events": 500_000, "file_digest": store._file_digest(tmp_path / PARQUET)}
    write_manifest(tmp_path, manifest_of(tmp_path) | changes)
    monkeypatch.setattr(store, "_split", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(LogError, match="claims 500000 events in"):
        EventLog.open(tmp_path)


def test_a_small_stream_that_claims_many_events_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    schema = store.schema_of(1)
    batch = pa.record_batch([*claiming(500_000).values(), np.zeros(500_000, np.int32)], schema=schema)
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.OSFile(str(tmp_path / STREAM), "wb") as file, pa.ipc.new_stream(file, schema, options=options) as writer:
        writer.write_batch(batch)
    monkeypatch.setattr(store.pa.ipc, "read_record_batch", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(LogError, match="claims 500000 events"):
        EventLog.open(tmp_path)


def test_the_sizes_that_a_batch_claims_are_read_from_its_head(tmp_path: Path):
    schema = store.schema_of(1)
    for count, compression in ((3, None), (1000, "zstd"), (70_000, "lz4")):
        sink = pa.BufferOutputStream()
        batch = pa.record_batch([*claiming(count).values(), np.zeros(count, np.int32)], schema=schema)
        with pa.ipc.new_stream(sink, schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
            writer.write_batch(batch)
        messages = pa.ipc.MessageReader.open_stream(sink.getvalue())
        messages.read_next_message()
        rows, unpacked = store._claimed_sizes(messages.read_next_message())
        assert rows == count and 52 * count <= unpacked <= 52 * count + 9 * 64
