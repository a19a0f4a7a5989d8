"""The event log: what goes in comes out, whatever is cut, altered, missing or killed on the way."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import random
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.events import kinds, store
from sim.events.log import EventLog, LogError, LogWriter, first_difference


def make_rows(count: int, seed: int = 0) -> np.ndarray:
    """Rows like those of a group of 200: three quarters are checks without amounts, few rows have a cause."""
    rng = np.random.default_rng(seed)
    rows = np.zeros(count, kinds.EVENT_DTYPE)
    rows["time"] = np.cumsum(rng.exponential(66e6, count))
    rows["kind"] = rng.choice(
        [kinds.GROUP_CHECKED, kinds.MESSAGE_POSTED, kinds.ORDER_PLACED, kinds.TASK_DONE], count, p=[0.75, 0.15, 0.04, 0.06]
    )
    rows["actor"] = rng.integers(0, 200, count)
    rows["cause"] = rows["target"] = kinds.NONE
    talks = rows["kind"] != kinds.GROUP_CHECKED
    rows["x"][talks] = rng.uniform(-1, 1, talks.sum())
    rows["y"][rows["kind"] == kinds.TASK_DONE] = 0.5
    caused = np.flatnonzero(talks & (rng.random(count) < 0.6))
    rows["cause"][caused] = np.maximum(caused - rng.geometric(0.02, len(caused)), kinds.NONE)
    rows["target"][caused] = rows["cause"][caused] // 4
    return rows


def write(folder: Path | None, *pieces: tuple[np.ndarray, int]) -> LogWriter:
    writer = LogWriter(folder)
    for rows, shard in pieces:
        writer.append(rows, shard)
    return writer


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A sealed log of 60 rows in shard 0 and 20 in shard 1, and its rows in the order of the file."""
    a, b = make_rows(60), make_rows(20, seed=1)
    write(tmp_path / "run", (a[:30], 0), (b, 1), (a[30:], 0)).seal({"status": "finished"})
    return tmp_path / "run", np.concatenate([a, b])


def reseal(folder: Path, table: pa.Table | None = None, **changes: object) -> None:
    """Put altered events or manifest entries in place as a forger would, so that the digest of the file fits."""
    if table is not None:
        pq.write_table(table, folder / store.PARQUET)
    manifest = json.loads((folder / store.MANIFEST).read_text())
    manifest["file_digest"] = store._file_digest(folder / store.PARQUET)
    store.write_json_atomically(folder / store.MANIFEST, manifest | changes)


# Round trip


def test_sealed_log_comes_back_from_disk_as_it_was_written(sealed):
    folder, rows = sealed
    log = EventLog.open(folder)
    assert log.events.tobytes() == rows.tobytes()
    assert log.shard.tolist() == [0] * 60 + [1] * 20
    assert log.of_shard(0).tobytes() == rows[:60].tobytes()
    assert log.of_shard(1).tobytes() == rows[60:].tobytes()
    assert len(log.of_shard(2)) == 0
    assert (log.sealed, len(log), log.end) == (True, 80, rows["time"].max())
    assert log.manifest["status"] == "finished"
    assert log.manifest["digest"] == log.digest
    assert files(folder) == ["events.parquet", "manifest.json"]


def test_a_log_in_memory_has_the_rows_and_the_digest_of_the_log_on_disk(sealed):
    folder, rows = sealed
    log = write(None, (rows[60:], 1), (rows[:60], 0)).seal({})
    assert log.digest == EventLog.open(folder).digest
    assert log.events.tobytes() == rows.tobytes()


def test_the_writer_keeps_its_own_copy_of_the_rows():
    rows = make_rows(20)
    writer = write(None, (rows, 0))
    expected = rows.copy()
    rows["x"] = 99
    assert writer.seal({}).events.tobytes() == expected.tobytes()


def test_events_cannot_be_changed(sealed):
    for log in (EventLog.open(sealed[0]), write(None, (sealed[1][:60], 0)).seal({})):
        for column in (log.events, log.shard, log.of_shard(0)):
            assert not column.flags.writeable
            with pytest.raises(ValueError, match="read-only"):
                column[0] = column[1]


def test_a_log_without_events_is_a_log(tmp_path):
    assert len(write(tmp_path / "run").seal({})) == 0
    log = EventLog.open(tmp_path / "run")
    assert (len(log.events), log.sealed, log.end) == (0, True, 0)
    assert log.digest == write(None, (make_rows(0), 0)).seal({}).digest


def test_digest_is_the_one_that_was_promised():
    """A changed digest makes every sealed log unreadable: a new layout gets a new schema version instead."""

    def blake(content: bytes) -> bytes:
        return hashlib.blake2b(content, digest_size=16).digest()

    rows = np.zeros(2, kinds.EVENT_DTYPE)
    rows["time"], rows["kind"], rows["cause"] = [5, 7], kinds.GROUP_CHECKED, [-1, 0]
    columns = b"".join(blake(rows[name].tobytes()) for name in ("time", "cause", "x", "y", "kind", "group", "actor", "target"))
    digest = write(None, (rows, 3)).seal({}).digest
    assert digest == blake(struct.pack("<IIQ", 1, 3, 2) + columns).hex()
    assert digest == "df6aa1079f03120702a51012e3a3d6d9"


def test_digest_knows_the_shard_and_the_order():
    a, b = make_rows(5), make_rows(5, seed=1)
    logs = [(a, 0), (b, 1)], [(a, 0), (b, 2)], [(a, 1), (b, 0)], [(a, 0)]
    assert len({write(None, *pieces).seal({}).digest for pieces in logs}) == 4


def test_realistic_log_takes_at_most_12_bytes_an_event(tmp_path):
    rows = make_rows(200_000)
    write(tmp_path / "run", *((rows[start : start + 65536], 0) for start in range(0, len(rows), 65536))).seal({})
    assert (tmp_path / "run" / store.PARQUET).stat().st_size / len(rows) <= 12


def test_writing_and_reading_do_not_import_pandas(tmp_path):
    """It costs 0.8 s, more than a run."""
    code = (
        "import sys, numpy as np; from sim.events.log import *; from sim.events.kinds import EVENT_DTYPE\n"
        "rows = np.zeros(9, EVENT_DTYPE); rows['kind'] = 20; rows['cause'] = -1\n"
        "w = LogWriter(sys.argv[1]); w.append(rows, 0)\n"
        "EventLog.open(sys.argv[1]); w.seal({}); EventLog.open(sys.argv[1]); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "run")], check=False).returncode == 0


def test_sealed_file_holds_the_shards_in_order_and_in_bounded_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "ROW_GROUP", 50)
    rows = make_rows(240)
    rows["cause"] = kinds.NONE
    write(tmp_path / "run", *((rows[start : start + 20], start // 20 % 2) for start in range(0, 240, 20))).seal({})
    file = pq.ParquetFile(tmp_path / "run" / store.PARQUET)
    assert file.read(["shard"]).column(0).to_pylist() == [0] * 120 + [1] * 120
    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [60] * 4
    log = EventLog.open(tmp_path / "run")
    assert log.of_shard(1).tobytes() == rows.reshape(-1, 20)[1::2].reshape(-1).tobytes()


def test_values_of_a_slice_are_its_own():
    assert store._numbers(pa.array([1, 2, 3, 4]).slice(1, 2)).tolist() == [2, 3]


# A run that was killed


def test_a_stream_cut_anywhere_gives_its_complete_batches(tmp_path):
    rows = make_rows(90)
    writer, ends = LogWriter(tmp_path / "run"), []
    stream = tmp_path / "run" / store.STREAM
    for start in range(0, 90, 30):
        writer.append(rows[start : start + 30], 0)
        ends.append(stream.stat().st_size)
    whole = stream.read_bytes()
    assert len(whole) == ends[-1]
    cuts = set(range(0, len(whole), 13)) | {end + step for end in ends for step in range(-9, 10)}
    for cut in sorted(cuts & set(range(len(whole) + 1))):
        stream.write_bytes(whole[:cut])
        log = EventLog.open(tmp_path / "run")
        complete = 30 * sum(cut >= end for end in ends)
        assert log.events.tobytes() == rows[:complete].tobytes(), cut
        assert (log.sealed, log.manifest) == (False, {})


def test_a_batch_that_is_damaged_is_not_taken_for_the_end(tmp_path):
    writer = write(tmp_path / "run", (make_rows(30), 0))
    stream = tmp_path / "run" / store.STREAM
    second = stream.stat().st_size
    writer.append(make_rows(30), 1)
    altered = bytearray(stream.read_bytes())
    for place in (second, second + 8):  # the mark of a message; the root of its metadata
        damaged = altered.copy()
        damaged[place] ^= 0x01
        stream.write_bytes(damaged)
        with pytest.raises(LogError, match="damaged"):
            EventLog.open(tmp_path / "run")


def test_an_unsealed_log_has_the_digest_of_its_rows(tmp_path):
    rows = make_rows(50)
    write(tmp_path / "run", (rows, 0))
    assert EventLog.open(tmp_path / "run").digest == write(None, (rows, 0)).seal({}).digest


CHILD = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[2])
from test_log import make_rows
from sim.events.log import LogWriter
rows, writer = make_rows(40_000), LogWriter(sys.argv[1])
rows["cause"] = -1
for start in range(0, 40_000, 200):
    writer.append(rows[start : start + 200], start // 200 % 2)
    print(start + 200, flush=True)
print("sealing", flush=True)
writer.seal({})
print("sealed", flush=True)
"""


@pytest.mark.parametrize("seed", range(4))
def test_sigkill_at_a_random_moment_loses_nothing_that_was_appended(tmp_path, seed):
    chance = random.Random(seed)
    words = [sys.executable, "-c", CHILD, str(tmp_path / "run"), str(Path(__file__).parent)]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    seen = chance.randint(1, 190)
    lines = [child.stdout.readline() for _ in range(seen)]
    time.sleep(chance.uniform(0, 0.01))
    child.kill()
    lines += child.stdout.read().split("\n")
    child.wait()
    appended = max(int(line) for line in lines if line.strip().isdigit())
    log = EventLog.open(tmp_path / "run")
    assert 200 * seen <= appended <= len(log) <= 40_000
    assert log.sealed == (tmp_path / "run" / store.MANIFEST).exists()
    rows = make_rows(40_000)
    rows["cause"] = kinds.NONE
    rows = rows.reshape(-1, 200)
    for shard in (0, 1):
        written = rows[shard::2].reshape(-1)
        assert log.of_shard(shard).tobytes() == written[: len(log.of_shard(shard))].tobytes()


class Killed(BaseException):
    """Stands for the end of the process: nothing in the product may catch it."""


@pytest.mark.parametrize("step", ["parquet half written", "parquet in place", "manifest half written", "manifest", "stream"])
def test_killed_at_any_step_of_sealing_all_rows_are_there(tmp_path, monkeypatch, step):
    rows, run = make_rows(90), tmp_path / "run"
    writer = write(run, (rows, 0))
    replace = store.os.replace

    def die(*_, **__):
        raise Killed

    def replace_then_die(source, target):
        replace(source, target)
        die()

    if step == "parquet half written":
        monkeypatch.setattr(store.pq.ParquetWriter, "write_table", die)
    elif step == "parquet in place":
        monkeypatch.setattr(store.os, "replace", replace_then_die)
    elif step == "manifest half written":
        monkeypatch.setattr(store.os, "replace", lambda a, b: die() if "manifest" in str(b) else replace(a, b))
    elif step == "manifest":
        monkeypatch.setattr(store.os, "replace", lambda a, b: (replace_then_die if "manifest" in str(b) else replace)(a, b))
    else:
        monkeypatch.setattr(store.Path, "unlink", die)
    with pytest.raises(Killed):
        writer.seal({})
    log = EventLog.open(run)
    assert log.events.tobytes() == rows.tobytes()
    assert log.sealed == (step in ("manifest", "stream"))


# What was altered


def test_any_byte_of_a_sealed_file_that_changes_is_found(sealed):
    folder, _ = sealed
    whole = (folder / store.PARQUET).read_bytes()
    for place in range(0, len(whole), 11):
        altered = bytearray(whole)
        altered[place] ^= 1
        (folder / store.PARQUET).write_bytes(altered)
        with pytest.raises(LogError, match="digest differs"):
            EventLog.open(folder)
    (folder / store.PARQUET).write_bytes(whole)
    assert EventLog.open(folder).sealed


def test_any_byte_is_found_or_harmless_even_if_the_digest_of_the_file_is_forged(sealed):
    folder, rows = sealed
    whole = (folder / store.PARQUET).read_bytes()
    refused = 0
    for place in range(0, len(whole), 7):
        altered = bytearray(whole)
        altered[place] ^= 0xFF
        (folder / store.PARQUET).write_bytes(altered)
        reseal(folder)
        try:
            log = EventLog.open(folder)
        except LogError:
            refused += 1
        else:
            assert log.events.tobytes() == rows.tobytes()
    assert refused > len(whole) / 7 / 2


@pytest.mark.parametrize("column", [*kinds.EVENT_DTYPE.names, "shard"])
def test_any_cell_of_any_row_that_changes_is_found(sealed, column):
    folder, rows = sealed
    table = pq.read_table(folder / store.PARQUET)
    index = table.schema.get_field_index(column)
    for row in range(len(rows)):
        cells = table.column(column).to_numpy().copy()
        cells[row] = -0.0 if column in "xy" and cells[row] == 0 else cells[row] + 1
        reseal(folder, table.set_column(index, table.schema.field(column), pa.array(cells)))
        with pytest.raises(LogError, match="not those that were sealed"):
            EventLog.open(folder)
    reseal(folder, table)
    assert EventLog.open(folder).sealed


def test_a_dropped_doubled_or_swapped_row_is_found(sealed):
    folder, rows = sealed
    table = pq.read_table(folder / store.PARQUET)
    everyone = list(range(len(rows)))
    for order in (everyone[:-1], everyone[:10] + everyone[11:], [0, *everyone], [1, 0, *everyone[2:]]):
        reseal(folder, table.take(order), events=len(order))
        with pytest.raises(LogError, match="not those that were sealed"):
            EventLog.open(folder)
    reseal(folder, table.slice(0, 79), events=80)
    with pytest.raises(LogError, match="number of events"):
        EventLog.open(folder)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "cannot be read"),
        (b'{"digest": "', "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b"[]", "`digest` .str. is needed"),
        (b'{"digest": "x", "file_digest": "x", "events": true}', "`events` .int. is needed"),
        (b" " * (store.MANIFEST_BYTES + 1), "too large"),
    ],
)
def test_a_manifest_that_is_not_whole_is_refused(sealed, text, reason):
    (sealed[0] / store.MANIFEST).write_bytes(text)
    with pytest.raises(LogError, match=reason) as caught:
        EventLog.open(sealed[0])
    assert str(caught.value).startswith(f"{sealed[0]}: manifest.json")
    assert "\n" not in str(caught.value)


def test_missing_parts_are_named(sealed, tmp_path):
    folder, _ = sealed
    (folder / store.MANIFEST).rename(tmp_path / "kept")
    with pytest.raises(LogError, match=r"manifest\.json is missing"):
        EventLog.open(folder)
    (tmp_path / "kept").rename(folder / store.MANIFEST)
    (folder / store.PARQUET).unlink()
    with pytest.raises(LogError, match=r"cannot be read: No such file"):
        EventLog.open(folder)
    with pytest.raises(LogError, match="no run here"):
        EventLog.open(tmp_path / "nowhere")


def test_a_damaged_stream_is_refused_and_never_by_an_error_of_the_library(tmp_path):
    write(tmp_path / "run", (make_rows(40), 0))
    stream = tmp_path / "run" / store.STREAM
    whole = stream.read_bytes()
    refused = 0
    for place in range(0, len(whole), 5):
        altered = bytearray(whole)
        altered[place] ^= 0xFF
        stream.write_bytes(altered)
        try:
            EventLog.open(tmp_path / "run")
        except LogError:
            refused += 1
    assert refused > len(whole) / 5 / 4
    stream.write_bytes(b"not a log at all, but long enough to look like one")
    with pytest.raises(LogError, match="not an Arrow stream"):
        EventLog.open(tmp_path / "run")


BROKEN = [
    ("time", 3, 0, "row 3: time goes back"),
    ("cause", 3, 3, "row 3: the cause is not an earlier row"),
    ("cause", 3, -2, "row 3: the cause is not an earlier row"),
    ("kind", 3, 999, "row 3: the kind is not in the catalogue"),
    ("kind", 3, -1, "row 3: the kind is not in the catalogue"),
    ("kind", 3, -2, "row 3: the kind is not in the catalogue"),
    ("kind", 3, 0, "row 3: the kind is not in the catalogue"),
    ("x", 3, np.nan, "row 3: x or y is not a finite number"),
    ("y", 3, -np.inf, "row 3: x or y is not a finite number"),
]


@pytest.mark.parametrize(("column", "row", "value", "reason"), BROKEN)
def test_rows_that_break_a_rule_are_neither_written_nor_read(tmp_path, monkeypatch, column, row, value, reason):
    rows = make_rows(8)
    rows[column][row] = value
    writer = write(None, (make_rows(4)[:2], 1))
    with pytest.raises(LogError, match=reason):
        writer.append(rows, 0)
    with pytest.raises(LogError, match="the log is over"):
        writer.seal({})

    def count_only(shard, columns):
        shard.rows += len(columns["time"])

    with monkeypatch.context() as patch:
        patch.setattr("sim.events.log._Shard.check", count_only)
        write(tmp_path / "sealed", (rows, 0)).seal({})
        write(tmp_path / "killed", (rows, 0))
    for folder in (tmp_path / "sealed", tmp_path / "killed"):
        with pytest.raises(LogError, match=reason):
            EventLog.open(folder)


def test_rules_hold_across_appends_and_apart_for_each_shard():
    rows = make_rows(6)
    write(None, (rows[3:], 0), (rows[:3], 1))
    with pytest.raises(LogError, match="shard 0, row 3: time goes back"):
        write(None, (rows[3:], 0), (rows[:3], 0))
    late = rows[3:].copy()
    late["cause"] = [2, 2, 2]
    write(None, (rows[:3], 0), (late, 0))
    with pytest.raises(LogError, match="row 0: the cause"):
        write(None, (rows[:3], 0), (late, 1))


@pytest.mark.parametrize(("rows", "shard"), [(np.zeros(3), 0), (np.zeros((2, 2), kinds.EVENT_DTYPE), 0), (make_rows(2), -1)])
def test_only_rows_of_the_log_are_taken(rows, shard):
    with pytest.raises(LogError, match="EVENT_DTYPE is allowed"):
        LogWriter(None).append(rows, shard)


# Folders and disks


def test_a_folder_in_use_is_refused_and_left_alone(sealed, tmp_path):
    before = {path.name: path.read_bytes() for path in sealed[0].iterdir()}
    for taken in (sealed[0], sealed[0] / store.MANIFEST):
        with pytest.raises(LogError, match="a new or an empty folder is allowed") as caught:
            LogWriter(taken)
        assert str(caught.value).startswith(f"{taken}: ")
        assert "\n" not in str(caught.value)
    assert {path.name: path.read_bytes() for path in sealed[0].iterdir()} == before
    (tmp_path / "empty").mkdir()
    LogWriter(tmp_path / "empty").seal({})
    LogWriter(tmp_path / "deep" / "new").seal({})


def test_nothing_follows_the_seal(tmp_path):
    for folder in (None, tmp_path / "run"):
        writer = write(folder, (make_rows(3), 0))
        writer.seal({})
        with pytest.raises(LogError, match="the log is over"):
            writer.append(make_rows(3), 0)
        with pytest.raises(LogError, match="the log is over"):
            writer.seal({})


def test_a_full_disk_while_running_keeps_what_was_written(tmp_path, monkeypatch):
    rows = make_rows(60)
    writer = write(tmp_path / "run", (rows[:30], 0))
    whole = (tmp_path / "run" / store.STREAM).read_bytes()

    def half(file, data):
        super(store._WholeWrites, file).write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store._WholeWrites, "write", half)
    with pytest.raises(LogError, match="what was written stays: No space left on device"):
        writer.append(rows[30:], 0)
    monkeypatch.undo()
    with pytest.raises(LogError, match="the log is over"):
        writer.append(rows[30:], 0)
    assert (tmp_path / "run" / store.STREAM).read_bytes() == whole
    assert EventLog.open(tmp_path / "run").events.tobytes() == rows[:30].tobytes()


def test_a_write_that_takes_only_a_part_is_carried_on(tmp_path):
    class Sluggish(io.FileIO):
        def write(self, data):
            return super().write(data[:7])

    class Whole(store._WholeWrites, Sluggish):
        pass

    with Whole(tmp_path / "file", "wb") as file:
        assert file.write(bytes(range(100))) == 100
    assert (tmp_path / "file").read_bytes() == bytes(range(100))


FULL = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from test_log import make_rows
from sim.events.log import LogError, LogWriter
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
rows, writer = make_rows(40_000), LogWriter(sys.argv[1])
for start in range(0, 40_000, 500):
    try:
        writer.append(rows[start : start + 500], 0)
    except LogError as error:
        sys.exit(f"{start} {error}")
"""


def test_a_file_that_the_system_refuses_to_grow_keeps_its_batches(tmp_path):
    pytest.importorskip("resource")
    words = [sys.executable, "-c", FULL, str(tmp_path / "run"), str(Path(__file__).parent)]
    child = subprocess.run(words, capture_output=True, text=True, check=False)
    written, line = child.stderr.strip().split(" ", 1)
    assert "what was written stays: File too large" in line
    assert "\n" not in line
    log = EventLog.open(tmp_path / "run")
    assert log.events.tobytes() == make_rows(40_000)[: int(written)].tobytes()
    assert 0 < len(log) < 40_000


def test_a_full_disk_while_sealing_leaves_the_log_unsealed(tmp_path, monkeypatch):
    rows = make_rows(60)
    writer = write(tmp_path / "run", (rows, 0))

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(LogError, match="stays unsealed, nothing is lost: No space left on device"):
        writer.seal({})
    monkeypatch.undo()
    log = EventLog.open(tmp_path / "run")
    assert (log.sealed, log.events.tobytes()) == (False, rows.tobytes())
    assert files(tmp_path / "run") == [store.STREAM]


def test_a_stream_that_was_cut_behind_the_writer_is_not_sealed(tmp_path):
    writer = write(tmp_path / "run", (make_rows(30), 0))
    stream = tmp_path / "run" / store.STREAM
    first = stream.stat().st_size
    writer.append(make_rows(30), 1)
    os.truncate(stream, first)
    with pytest.raises(LogError, match=f"changed from outside: no batch of events at byte {first}"):
        writer.seal({})
    assert not EventLog.open(tmp_path / "run").sealed


def test_a_sealed_log_that_was_replaced_before_it_was_read_is_refused(tmp_path):
    log = write(tmp_path / "run", (make_rows(30), 0)).seal({})
    write(tmp_path / "other", (make_rows(30, seed=2), 0)).seal({})
    for name in (store.PARQUET, store.MANIFEST):
        (tmp_path / "other" / name).replace(tmp_path / "run" / name)
    with pytest.raises(LogError, match="another log lies here now"):
        _ = log.events


# Versions


def write_stream(folder: Path, schema: pa.Schema, columns: list[pa.Array]) -> None:
    folder.mkdir()
    with pa.OSFile(str(folder / store.STREAM), "wb") as file, pa.ipc.new_stream(file, schema) as writer:
        writer.write_batch(pa.record_batch(columns, schema=schema))


def test_columns_that_are_not_those_of_the_version_are_refused(tmp_path):
    schema = store.schema_of(1)
    column = schema.get_field_index("x")
    for name, other in (
        ("missing", schema.remove(column)),
        ("text", schema.set(column, pa.field("x", pa.string(), nullable=False))),
        ("unversioned", schema.remove_metadata()),
    ):
        write_stream(tmp_path / name, other, [pa.nulls(0, field.type) for field in other])
        with pytest.raises(LogError, match=r"columns of the log|schema version missing"):
            EventLog.open(tmp_path / name)
    write_stream(tmp_path / "empty cell", schema, [pa.array([None], field.type) for field in schema])
    with pytest.raises(LogError, match="a cell is empty"):
        EventLog.open(tmp_path / "empty cell")


def test_old_logs_are_read_by_upcasting_and_verified_as_they_were(tmp_path, monkeypatch):
    rows = make_rows(40)
    old = np.dtype([("time", "<i8"), ("kind", "<i4")])
    monkeypatch.setitem(store.LAYOUTS, 0, old)
    schema = store.schema_of(0)
    columns = [pa.array(rows["time"]), pa.array(rows["kind"]), pa.array(np.zeros(40, np.int32))]
    write_stream(tmp_path / "run", schema, columns)

    def add_columns(columns):
        fresh = {name: np.zeros(len(columns["time"]), kinds.EVENT_DTYPE[name]) for name in kinds.EVENT_DTYPE.names}
        return fresh | columns

    monkeypatch.setitem(store.UPCASTS, 0, add_columns)
    with pytest.raises(LogError, match="row 0: the cause"):  # the rules of today hold for upcast rows
        EventLog.open(tmp_path / "run")
    monkeypatch.setitem(store.UPCASTS, 0, lambda old: add_columns(old) | {"cause": np.full(len(old["time"]), kinds.NONE)})
    log = EventLog.open(tmp_path / "run")
    assert log.events["time"].tolist() == rows["time"].tolist()
    assert set(log.events["cause"]) == {kinds.NONE}
    content = b"".join(hashlib.blake2b(rows[name].tobytes(), digest_size=16).digest() for name in ("time", "kind"))
    assert log.digest == hashlib.blake2b(struct.pack("<IIQ", 0, 0, 40) + content, digest_size=16).hexdigest()


def test_every_old_version_has_an_upcast():
    assert set(store.UPCASTS) == set(store.LAYOUTS) - {store.SCHEMA_VERSION}


def test_newer_versions_are_refused(sealed, tmp_path):
    folder, _ = sealed
    schema = store.schema_of(1).with_metadata({"schema_version": "2"})
    reseal(folder, pq.read_table(folder / store.PARQUET).cast(schema), schema_version=2)
    with pytest.raises(LogError, match="schema version 2: 1 to 1 is allowed"):
        EventLog.open(folder)
    write_stream(tmp_path / "live", schema, [pa.array([0], field.type) for field in schema])
    with pytest.raises(LogError, match="schema version 2: 1 to 1 is allowed"):
        EventLog.open(tmp_path / "live")


# Questions to a log


def test_follow_cause_walks_to_the_root_inside_the_shard():
    rows, other = make_rows(6), make_rows(3, seed=1)
    rows["cause"] = [-1, 0, -1, 1, 2, 3]
    log = write(None, (rows, 3), (other, 0)).seal({})
    assert [int(row["time"]) for row in log.follow_cause(5, shard=3)] == rows["time"][[5, 3, 1, 0]].tolist()
    assert len(log.follow_cause(0, shard=3)) == 1
    for sequence, shard in ((6, 3), (-1, 3), (3, 0), (0, 1)):
        with pytest.raises(LogError, match=f"sequence={sequence}: 0 to"):
            log.follow_cause(sequence, shard)


def test_head_gives_the_first_rows():
    rows = make_rows(6)
    log = write(None, (rows, 0)).seal({})
    assert log.head(2).tobytes() == rows[:2].tobytes()
    assert (len(log.head(99)), len(log.head(-1))) == (6, 0)


def test_first_difference_names_the_first_row_that_is_not_the_same():
    rows = make_rows(50)
    log = write(None, (rows, 0), (rows, 1)).seal({})
    assert first_difference(log, log) is None
    valid = {"time": rows["time"][19], "cause": 1 if rows["cause"][20] == 0 else 0, "kind": kinds.QUESTION_ASKED}
    for column in kinds.EVENT_DTYPE.names:
        other = rows.copy()
        other[column][20] = valid.get(column, rows[column][20] + 1)
        other["actor"][30] += 1
        changed = write(None, (other, 0), (rows, 1)).seal({})
        assert first_difference(log, changed) == first_difference(changed, log) == 20
        assert first_difference(log, changed, shard=1) is None
    shorter = write(None, (rows[:30], 0)).seal({})
    assert first_difference(log, shorter) == first_difference(shorter, log) == 30
