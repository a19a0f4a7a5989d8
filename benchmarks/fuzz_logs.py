"""Altered logs with repaired digests -> how many were refused, how many passed, and whether any of them ended the process.

`python benchmarks/fuzz_logs.py --cases 10000` writes run folders whose rows were altered and whose digests fit again, and
verifies them in a child process: a read outside an array may end it, and then the case and its alterations are named. With
`--replay` logs are opened and replayed, but not simulated again. NUMBA_BOUNDSCHECK=1 makes a read outside an array an error;
set NUMBA_CACHE_DIR with it, because compiled code is kept without knowing of it.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import multiprocessing
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from sim.config import compose, options
from sim.events import kinds
from sim.events.kinds import EVENT_DTYPE
from sim.events.log import EventLog, LogError, LogWriter
from sim.events.store import MANIFEST, write_manifest
from sim.run import simulate
from sim.verification import replay_log, verify

SEED = 3
#: Numbers that lie outside of something: the ends of their type, one off, and what is large enough for any array.
WHOLE = (-(2**31), -2, -1, 0, 1, 2, 63, 64, 199, 200, 255, 256, 2047, 2048, 1_000_000, 2**30, 2**31 - 1)
LONG = (-(2**63), -(2**62), -1, 0, 1, 2**53, 2**62, 2**63 - 1)
REAL = (-1e308, -1e9, -1.5, -1.0, -0.0, 0.0, 0.5, 1.0, 2.0, 3.5, 1e9, 2.0**62, 1e308, 5e-324)


def scenario() -> Any:
    """A small programme with everything in it: each kind of row that can be altered."""
    incidents = options("incident")
    return compose(
        [
            "strategy=kol_care", "scenario.population.size=14", "scenario.population.groups=2", "days=4", "confirm_days=0",
            "scenario.population.joining_days=0.2", f"incident=[{','.join(incidents)}]",
            *(f"incident.{name}.day=0.5" for name in incidents), "campaign=[red_packets,columns]",
            "levers=[{day:2,key:staff.people,value:2}]",
        ]
    ).scenario  # fmt: skip


def altered(rows: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, list[tuple[str, int, float]]]:
    """Rows of which some cells are others, and which: (column, row, value). The rules of the log itself are kept."""
    before, rows, told = rows, rows.copy(), []
    most = int(rng.integers(1, 4))
    while len(told) < most or np.array_equal(rows, before):
        name = str(rng.choice(EVENT_DTYPE.names))
        codes = np.unique(rows["kind"])
        places = np.flatnonzero(rows["kind"] == rng.choice(codes))  # rare kinds as often as the checks
        row = int(rng.choice(places))
        if name == "kind":
            value = int(rng.choice([kind.code for kind in kinds.CATALOGUE]))
        elif name in ("x", "y"):
            value = float(rng.choice(REAL))
        elif name == "cause":
            value = int(rng.integers(-1, row)) if row else -1
        elif name == "time":
            near = int(rows["time"][row]) + int(rng.integers(-9, 9))
            value = int(rng.choice(LONG)) if rng.random() < 0.5 else min(max(near, LONG[0]), LONG[-1])
        else:
            value = int(rng.choice(WHOLE)) if rng.random() < 0.7 else int(rng.integers(-3, len(rows)))
        rows[name][row] = value
        told.append((name, row, value))
        rows["time"] = np.maximum.accumulate(rows["time"])
    return rows, told


def forge(folder: Path, rows: np.ndarray, manifest: dict[str, Any]) -> None:
    """A run folder with these rows, whose digests all fit."""
    writer = LogWriter(folder)
    writer.append(rows, 0)
    fresh = writer.seal({}).manifest
    kept = {key: manifest[key] for key in manifest if key not in fresh}
    write_manifest(folder, {**json.loads((folder / MANIFEST).read_text()), **kept})


def judge(folder: Path, simulated: Any, replay_only: bool) -> str:
    """What becomes of a forged folder: "refused", "differs" or "fine"."""
    try:
        if not replay_only:
            return "fine" if verify(folder).fine else "differs"
        found = replay_log(EventLog.open(folder), simulated, seed=SEED, replication=0, folder=folder)
        return "fine" if found == EventLog.open(folder).manifest["states"] else "differs"
    except LogError as error:
        if "\n" in str(error):
            raise
        return "refused"


def work(pipe: Connection, first: int, last: int, seed: int, replay_only: bool) -> None:
    """In a child process: each case is told before it is tried, so that the last one told is the one that ended it."""
    faulthandler.enable()
    simulated = scenario()
    with tempfile.TemporaryDirectory() as root:
        simulate(simulated, seed=SEED, folder=Path(root) / "run")
        log = EventLog.open(Path(root) / "run")
        for case in range(first, last):
            rows, told = altered(log.events, np.random.default_rng([seed, case]))
            pipe.send((case, told, None))
            folder = Path(root) / f"{case}"
            forge(folder, rows, log.manifest)
            pipe.send((case, told, judge(folder, simulated, replay_only)))
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
    pipe.close()


def answers(first: int, last: int, seed: int, replay_only: bool) -> Iterator[tuple[int, Any, str | None]]:
    """(case, alterations, outcome) as the child tells them; the outcome is None for the case that ended it."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe(duplex=False)
    child = context.Process(target=work, args=(its, first, last, seed, replay_only))
    child.start()
    its.close()
    told = (first, [], None)
    try:
        while True:
            told = mine.recv()
            if told[2] is not None:
                yield told
                told = (told[0] + 1, [], None)  # where it ends before it tells of a case, it is the next one
    except EOFError:
        child.join()
    if child.exitcode != 0:
        yield told[0], told[1], None


def main() -> int:
    """Runs the cases; 1 where one of them ended the process or was not noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay", action="store_true", help="do not simulate again")
    given = parser.parse_args()
    found, bad, case = Counter(), [], 0
    while case < given.cases:
        for case, told, outcome in answers(case, given.cases, given.seed, given.replay):  # noqa: B020
            found[outcome or "ended the process"] += 1
            if outcome in (None, "fine"):
                bad.append((case, told, outcome))
        case += 1
    for one in bad:
        print(*one, file=sys.stderr)
    print(", ".join(f"{name} {count}" for name, count in sorted(found.items())))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
