"""Rows of what happened -> the log: appended during a run, sealed with a digest, read-only afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from sim.events.kinds import CATALOGUE, EVENT_DTYPE, NONE
from sim.events.store import SCHEMA_VERSION, Columns, LogError, StreamFile, read_batches, upcast

__all__ = ["EventLog", "LogError", "LogWriter", "first_difference"]

_KNOWN: Final = np.isin(np.arange(max(kind.code for kind in CATALOGUE) + 2), [kind.code for kind in CATALOGUE])

#: All rows, shard by shard (EVENT_DTYPE), and the shard of each (int32).
Table = tuple[np.ndarray, np.ndarray]


class _Shard:
    """What is known of a shard while its rows pass: how many, the last time, the first broken rule, a hash a column."""

    def __init__(self) -> None:
        self.rows = 0
        self.time = np.iinfo(np.int64).min
        self.broken = ""
        self._hashes: tuple[Any, ...] = ()

    def hash(self, columns: Columns) -> None:
        self._hashes = self._hashes or tuple(hashlib.blake2b(digest_size=16) for _ in columns)
        for running, column in zip(self._hashes, columns.values(), strict=True):
            running.update(column)

    def check(self, columns: Columns) -> None:
        """Count rows of today's layout and note the first rule that one of them breaks."""
        time, cause, kind = columns["time"], columns["cause"], columns["kind"]
        sequence = np.arange(self.rows, self.rows + len(time))
        if not self.broken:
            for rule, broken in (
                ("time goes back", time < np.concatenate(([self.time], time[:-1]))),
                ("the cause is not an earlier row", (cause < NONE) | (cause >= sequence)),
                ("the kind is not in the catalogue", ~_KNOWN[np.clip(kind, 0, len(_KNOWN) - 1)]),
                ("x or y is not a finite number", ~(np.isfinite(columns["x"]) & np.isfinite(columns["y"]))),
            ):
                if broken.any():
                    self.broken = f"row {sequence[broken.argmax()]}: {rule}"
                    break
        self.rows += len(time)
        self.time = time[-1]

    def digest(self) -> bytes:
        return b"".join(running.digest() for running in self._hashes)


def _digest(shards: dict[int, _Shard], version: int) -> str:
    """blake2b-128 over the schema version and, shard by shard, its number, row count and the blake2b-128 of each column."""
    total = hashlib.blake2b(version.to_bytes(4, "little"), digest_size=16)
    for number in sorted(shards):
        shard = shards[number]
        total.update(number.to_bytes(4, "little") + shard.rows.to_bytes(8, "little") + shard.digest())
    return total.hexdigest()


class LogWriter:
    """The log of a run that is alive.

    `folder`: a new or empty run folder, or None to keep the log in memory. Raises LogError when the folder is taken.
    """

    def __init__(self, folder: Path | str | None) -> None:
        self._folder = folder
        self._file = None if folder is None else StreamFile(Path(folder))
        self._pieces: dict[int, list[np.ndarray]] = {}
        self._shards: dict[int, _Shard] = {}
        self._closed = False

    def append(self, rows: np.ndarray, shard: int) -> None:
        """Add rows (n,) of EVENT_DTYPE at the end of a shard (0 or more); with a folder they are in the file on return.

        The rows are copied, so the caller may use the buffer again. An append has a fixed cost of some 0.1 ms: hand over
        thousands of rows at a time. Raises LogError when rows break a rule of the log, the disk is full, or the log is over.
        """
        if rows.dtype != EVENT_DTYPE or rows.ndim != 1 or not 0 <= shard < 2**31:
            raise LogError(self._folder, f"rows of {rows.dtype} for shard {shard}: one dimension of EVENT_DTYPE is allowed")
        self._refuse_when_closed()
        if not len(rows):
            return
        columns = {name: np.ascontiguousarray(rows[name]) for name in EVENT_DTYPE.names or ()}
        state = self._shards.setdefault(shard, _Shard())
        self._closed = True  # stays so if anything below raises: nothing may follow a row that was refused
        state.check(columns)
        if state.broken:
            raise LogError(self._folder, f"shard {shard}, {state.broken}")
        if self._file:
            self._file.append(columns, shard)
        else:
            self._pieces.setdefault(shard, []).append(rows.copy())
        state.hash(columns)
        self._closed = False

    def seal(self, manifest: dict[str, Any]) -> EventLog:
        """End the log: `manifest` gets `digest`, `events`, `schema_version` and is written last. Raises LogError."""
        self._refuse_when_closed()
        self._closed = True
        digest = _digest(self._shards, SCHEMA_VERSION)
        events = sum(shard.rows for shard in self._shards.values())
        manifest = manifest | {"digest": digest, "events": events, "schema_version": SCHEMA_VERSION}
        if self._file is None:
            table = _assemble(self._pieces)
            return EventLog(lambda: table, digest, events, True, manifest)
        manifest = self._file.seal(manifest)
        return EventLog(partial(_reread, self._file.folder, digest), digest, events, True, manifest)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise LogError(self._folder, "the log is over: it was sealed or could not be written")


class EventLog:
    """What happened, read-only. `EventLog.open` reads a run folder; `LogWriter.seal` gives the log of a run that ended.

    sealed: whether the run came to its end; manifest: {} where it did not; digest: hex of 16 bytes over all columns,
    the same however the rows were cut into chunks and whatever file they are in.
    """

    def __init__(self, read: Callable[[], Table], digest: str, count: int, sealed: bool, manifest: dict[str, Any]) -> None:
        self._read, self._count = read, count
        self.digest, self.sealed, self.manifest = digest, sealed, manifest

    @staticmethod
    def open(folder: Path | str) -> EventLog:
        """The log in a run folder, sealed or as far as it was written. Raises LogError when missing, altered or damaged."""
        manifest, version, batches = read_batches(Path(folder))
        shards: dict[int, _Shard] = {}
        pieces: dict[int, list[np.ndarray]] = {}
        for number, columns in batches:
            if number < 0:
                raise LogError(folder, f"the log is damaged: shard {number}, 0 or more is allowed")
            shard = shards.setdefault(number, _Shard())
            shard.hash(columns)
            columns = upcast(columns, version)
            shard.check(columns)
            rows = np.empty(len(columns["time"]), EVENT_DTYPE)
            for name in EVENT_DTYPE.names or ():
                rows[name] = columns[name]
            pieces.setdefault(number, []).append(rows)
        digest = _digest(shards, version)
        if manifest and digest != manifest["digest"]:
            raise LogError(folder, f"the events are not those that were sealed: digest {digest}, not {manifest['digest']}")
        for number, shard in sorted(shards.items()):
            if shard.broken:
                raise LogError(folder, f"the log is damaged: shard {number}, {shard.broken}")
        table = _assemble(pieces)
        return EventLog(lambda: table, digest, len(table[0]), bool(manifest), manifest)

    @property
    def events(self) -> np.ndarray:
        """All rows (n,) of EVENT_DTYPE, shard by shard in order of writing; read at first use."""
        return self._table[0]

    @property
    def shard(self) -> np.ndarray:
        """The shard of each row (n,) int32, ascending."""
        return self._table[1]

    @property
    def end(self) -> int:
        """Time of the last event in microseconds, 0 where there is none: where an unsealed log ends."""
        return int(self.events["time"].max(initial=0))

    def of_shard(self, shard: int) -> np.ndarray:
        """The rows of one shard (n,); the place in it is the sequence number."""
        first, last = np.searchsorted(self.shard, [shard, shard + 1])
        return self.events[first:last]

    def head(self, count: int = 10) -> np.ndarray:
        """The first `count` rows."""
        return self.events[: max(count, 0)]

    def follow_cause(self, sequence: int, shard: int = 0) -> list[np.void]:
        """The row with this sequence number, the row that caused it, and so on to the one that nothing caused."""
        rows = self.of_shard(shard)
        if not 0 <= sequence < len(rows):
            raise LogError(None, f"sequence={sequence}: 0 to {len(rows) - 1} is allowed in shard {shard}")
        chain = []
        while sequence != NONE:
            chain.append(rows[sequence])
            sequence = int(rows["cause"][sequence])
        return chain

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"EventLog({self._count} events, {'sealed' if self.sealed else 'unsealed'}, digest {self.digest})"

    @cached_property
    def _table(self) -> Table:
        return self._read()


def first_difference(a: EventLog, b: EventLog, shard: int = 0) -> int | None:
    """The sequence number at which a shard of two logs first differs (or one of them ends), None where it is the same."""
    # As bytes: 0.0 and -0.0 are two things here, as they are in the digest.
    left, right = (log.of_shard(shard).view(np.int64).reshape(-1, EVENT_DTYPE.itemsize // 8) for log in (a, b))
    shared = min(len(left), len(right))
    different = (left[:shared] != right[:shared]).any(axis=1)
    if different.any():
        return int(different.argmax())
    return None if len(left) == len(right) else shared


def _assemble(pieces: dict[int, list[np.ndarray]]) -> Table:
    """One read-only table of all pieces; each is let go once copied, so that the log is not held twice."""
    count = sum(len(rows) for chunks in pieces.values() for rows in chunks)
    events, shard = np.empty(count, EVENT_DTYPE), np.empty(count, np.int32)
    start = 0
    for number in sorted(pieces):
        chunks = pieces.pop(number)[::-1]
        while chunks:
            end = start + len(chunks[-1])
            events[start:end] = chunks.pop()
            shard[start:end] = number
            start = end
    events.flags.writeable = shard.flags.writeable = False
    return events, shard


def _reread(folder: Path, digest: str) -> Table:
    log = EventLog.open(folder)
    if log.digest != digest:
        raise LogError(folder, f"another log lies here now: digest {log.digest}, not {digest}")
    return log.events, log.shard
