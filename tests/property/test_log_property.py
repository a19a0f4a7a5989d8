"""However rows are cut into appends and whatever they are stored in, the log and its digest are the same."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.events.kinds import CATALOGUE, EVENT_DTYPE, NONE
from sim.events.log import EventLog, LogWriter, first_difference

INT32 = st.integers(-(2**31), 2**31 - 1)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
KINDS = st.sampled_from([kind.code for kind in CATALOGUE])


@st.composite
def shard_rows(draw) -> np.ndarray:
    """Any rows that keep the rules of the log."""
    times = sorted(draw(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=12)))
    rows = np.zeros(len(times), EVENT_DTYPE)
    for sequence, time in enumerate(times):
        cause = draw(st.integers(NONE, sequence - 1))
        rows[sequence] = (time, cause, draw(FINITE), draw(FINITE), draw(KINDS), draw(INT32), draw(INT32), draw(INT32))
    return rows


SHARDS = st.dictionaries(st.integers(0, 2**31 - 1), shard_rows(), max_size=3)


@st.composite
def appends(draw, shards: dict[int, np.ndarray]) -> list[tuple[np.ndarray, int]]:
    """The rows of all shards cut into pieces, the shards interleaved, each in its own order."""
    cuts = {shard: sorted(draw(st.lists(st.integers(0, len(rows)), max_size=4))) for shard, rows in shards.items()}
    pieces = {shard: np.split(rows, cuts[shard]) for shard, rows in shards.items()}
    turns = draw(st.permutations([shard for shard, parts in pieces.items() for _ in parts]))
    return [(pieces[shard].pop(0), shard) for shard in turns]


def log_of(folder: Path | None, pieces: list[tuple[np.ndarray, int]]) -> EventLog:
    writer = LogWriter(folder)
    for rows, shard in pieces:
        writer.append(rows, shard)
    return writer.seal({})


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_log_does_not_depend_on_chunks_or_files(data):
    shards = data.draw(SHARDS)
    whole = log_of(None, [(rows, shard) for shard, rows in shards.items()])
    pieces = data.draw(appends(shards))
    with tempfile.TemporaryDirectory() as folder:
        killed = LogWriter(Path(folder) / "killed")
        for rows, shard in pieces:
            killed.append(rows, shard)
        others = [
            log_of(None, pieces),
            log_of(Path(folder) / "sealed", pieces),
            EventLog.open(Path(folder) / "sealed"),
            EventLog.open(Path(folder) / "killed"),
        ]
        for log in others:
            assert log.digest == whole.digest
            assert log.events.tobytes() == whole.events.tobytes()
            assert log.shard.tolist() == whole.shard.tolist()
        for shard, rows in shards.items():
            assert whole.of_shard(shard).tobytes() == rows.tobytes()


@settings(max_examples=100, deadline=None)
@given(shard_rows().filter(len), st.data())
def test_any_change_changes_the_digest_and_is_located(rows, data):
    row = data.draw(st.integers(0, len(rows) - 1))
    changed = rows.copy()
    column = data.draw(st.sampled_from(["x", "y", "kind", "group", "actor", "target"]))
    changed[column][row] = data.draw({"x": FINITE, "y": FINITE, "kind": KINDS}.get(column, INT32))
    before, after = log_of(None, [(rows, 0)]), log_of(None, [(changed, 0)])
    same = rows.tobytes() == changed.tobytes()
    assert (before.digest == after.digest) == same
    assert first_difference(before, after) == (None if same else row)
    assert log_of(None, [(rows[:-1], 0)]).digest != before.digest
