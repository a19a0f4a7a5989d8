"""Rows of one shard and how many there are of everything -> whether each row refers only to what is there.

Compiled code follows the numbers in a row without asking. Whatever comes from a file passes here first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from sim.events.kinds import (
    CATALOGUE,
    EVENT_DTYPE,
    INCIDENT_OPENED,
    MESSAGES,
    NONE,
    SOURCES,
    STIMULUS_DEFINED,
    STIMULUS_POSTED,
    TASKS,
    Column,
)
from sim.events.store import LogError

#: How many there are of what the catalogue itself numbers.
_CODES = {"task": len(TASKS), "source": len(SOURCES)}


def check_references(rows: np.ndarray, sizes: Mapping[str, int], folder: Path | str | None = None) -> None:
    """Raises LogError, one line that names row, column, value and what is allowed, for the first kind that breaks a rule.

    rows: (n,) of EVENT_DTYPE, one whole shard from its first row. sizes: how many there are of each of
    `sim.events.kinds.NUMBERS`, and `time`, the last microsecond of the run; what it does not name has no upper limit.
    """
    if not isinstance(rows, np.ndarray) or rows.dtype != EVENT_DTYPE or rows.ndim != 1:
        raise LogError(folder, "rows of another kind: one dimension of EVENT_DTYPE is allowed")
    sizes = _CODES | dict(sizes)
    last = sizes.get("time", np.iinfo(np.int64).max)
    _refuse(folder, rows, np.arange(len(rows)), "time", (rows["time"] < 0) | (rows["time"] > last), f"0 to {last} microseconds")
    _refuse(
        folder, rows, np.arange(len(rows)), "cause", (rows["cause"] < NONE) | (rows["cause"] >= np.arange(len(rows))),
        "an earlier row, or -1",
    )  # fmt: skip
    known = np.isin(rows["kind"], [kind.code for kind in CATALOGUE])
    _refuse(folder, rows, np.arange(len(rows)), "kind", ~known, "one of the catalogue")
    there = _counts(rows, sizes)
    for kind in CATALOGUE:
        places = np.flatnonzero(rows["kind"] == kind.code)
        if len(places):
            for name, column in kind.columns.items():
                for wrong, allowed in _rules(rows[name][places], places, column, name, there, sizes):
                    _refuse(folder, rows, places, name, wrong, f"{kind.name} allows {allowed}")


def _counts(rows: np.ndarray, sizes: Mapping[str, int]) -> dict[str, np.ndarray]:
    """What the log itself numbers: how many there are before each row, and of messages whether they are posts (i8, bool)."""
    opened = rows["kind"] == INCIDENT_OPENED
    spoken = np.isin(rows["kind"], MESSAGES)
    used: np.ndarray = np.where(rows["kind"] == STIMULUS_DEFINED, rows["actor"], NONE)
    used = np.where(rows["kind"] == STIMULUS_POSTED, rows["target"], used).astype(np.int64)
    return {
        "message": np.cumsum(spoken) - spoken,
        "incident": np.cumsum(opened) - opened,
        "stimulus": np.maximum.accumulate(np.concatenate(([NONE], used)))[:-1] + 1,
        "is post": rows["kind"][spoken] == STIMULUS_POSTED,
    }


def _rules(
    values: np.ndarray, places: np.ndarray, column: Column, name: str, there: dict[str, np.ndarray], sizes: Mapping[str, int]
) -> Iterator[tuple[np.ndarray, str]]:
    """(which values break a rule, what is allowed), rule by rule; a later rule may rely on the earlier ones."""
    whole = name not in ("x", "y")
    if not column.of:
        low, high = (NONE, NONE) if whole and not column.meaning else (column.low, column.high)
        yield ~((values >= low) & (values <= high)), f"{low:g} to {high:g}"
        return
    yield values != np.trunc(values), f"a whole number, the {column.of}"
    free = (values == NONE) if column.optional else np.zeros(len(values), dtype=bool)
    end = np.full(len(values), float(sizes.get(column.of, np.inf)))
    if column.of in ("message", "post"):
        end = there["message"][places]
    elif column.of == "incident":
        end = there["incident"][places]
    elif column.of == "new incident":
        yield values != there["incident"][places], "the number after that of the last incident"
        end = np.full(len(values), float(sizes.get("incident", np.inf)))
    elif column.of == "stimulus":
        end = np.minimum(there["stimulus"][places] + 1, end)
    wrong = ~free & ~((values >= 0) & (values < end))
    yield wrong, f"a {column.of} that is there{' or -1' if column.optional else ''}"
    if column.of == "post":
        yield ~there["is post"][values.astype(np.int64)], "a message with a stimulus"


def _refuse(
    folder: Path | str | None, rows: np.ndarray, places: np.ndarray, name: str, wrong: np.ndarray, allowed: str
) -> None:
    if wrong.any():
        row = int(places[wrong.argmax()])
        raise LogError(folder, f"row {row}: {name}={rows[name][row]:.12g}: {allowed}")
