"""Sudden deaths and full disks, aimed at each single step that a program takes on disk.

A nursery has imported, composed and compiled everything. It lives each case in a child of its own that counts its steps below one folder:
a file opened to be written, a write, a flush to disk, a rename, a removal, a new folder. At a given step the child kills
itself, in the middle of a write where the step is one, or finds the disk full from there on. What is left must open, be a part
of the whole, and go on to the same bytes.

`python tests/property/sudden_death.py` takes every step of every case, kills cold compilations, and prints how many.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import hashlib
import io
import itertools
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

RUN = ("scenario.population.size=30", "days=40", "confirm_days=0", "staff=team", "seed=3")
STUDY = ("scenario.population.size=12", "days=4", "confirm_days=0", "staff.people=1,2")
REPLICATIONS, ARGUMENT = 4, 7
#: What a long command says of how far it is, more often on a slow machine.
PROGRESS = r"\d+ (of \d+ )?done"
COMPARISON = (*STUDY, f"replications={REPLICATIONS}", "seed=5", "retest=no", "--workers", "1")
PROBE = """
from sim.compiled import compiled, within
from sim.streams import uniform

@within
def half(x):
    return x / 2

@compiled
def probe(x):
    return half(uniform(x, 1, 2))
"""


# In the child ----------------------------------------------------------------------------------------------------------


class Steps:
    """Counts the steps on disk below a folder, and lets one of them go wrong: `kill` or `full`."""

    def __init__(self) -> None:
        self.below, self.at, self.fault, self.taken = "", 0, "kill", 0

    def watches(self, path: Any) -> bool:
        """Whether a path lies below the folder."""
        return bool(self.below) and isinstance(path, str | Path) and os.path.abspath(path).startswith(self.below)

    def take(self, half: Callable[[], Any] = lambda: None, needs_room: bool = True) -> None:
        """One step; `half` is what is done of it when it goes wrong."""
        self.taken += 1
        if self.fault == "kill" and self.taken == self.at:
            half()
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault == "full" and self.at and self.taken >= self.at and needs_room:
            half()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def install(steps: Steps) -> None:
    """Puts the counting in the place of what Python writes with. To be called before the package is imported."""
    file_io, plain_open = io.FileIO, builtins.open

    class Counted(file_io):
        def write(self, data: Any) -> int:
            if steps.watches(self.name):
                whole = memoryview(data).cast("B")
                steps.take(lambda: file_io.write(self, whole[: len(whole) // 2]))
            return super().write(data)

    def counted_open(file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
                     newline: Any = None, closefd: bool = True, opener: Any = None) -> Any:  # fmt: skip
        if "r" in mode or not steps.watches(file):
            return plain_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        steps.take()
        buffer = io.BufferedWriter(Counted(file, mode.strip("bt"), closefd, opener))
        return buffer if "b" in mode else io.TextIOWrapper(buffer, encoding or "utf-8", errors, newline)

    def counted(name: str, needs_room: bool) -> None:
        plain = getattr(os, name)

        def call(path: Any, *rest: Any, **more: Any) -> Any:
            if name == "fsync" or steps.watches(path):
                steps.take(needs_room=needs_room)
            return plain(path, *rest, **more)

        setattr(os, name, call)

    io.FileIO, io.open, builtins.open = Counted, counted_open, counted_open
    for name in ("mkdir", "fsync"):
        counted(name, needs_room=True)
    for name in ("replace", "rename", "unlink", "remove", "rmdir", "ftruncate"):
        counted(name, needs_room=False)


def live(job: dict[str, Any]) -> int:
    """One case; gives the exit code."""
    folder = Path(job["folder"])
    if job["case"] == "run":
        from sim import cli

        return cli.main(["run", *RUN, "--out", str(folder)])
    if job["case"] == "comparison":
        from sim import cli

        return cli.main(["compare", *COMPARISON, "--out", str(folder), *(["--resume"] if job["again"] else [])])
    if job["case"] == "study":
        from sim.config import expand
        from sim.studies.ledger import StudyError
        from sim.studies.runner import run_study

        try:
            run_study(
                expand(STUDY), replications=REPLICATIONS, folder=folder, seed=5, workers=1, resume=job["again"], logs="first:1"
            )
        except StudyError as error:
            print(error, file=sys.stderr)
            return 2
        return 0
    from sim import compiled

    compiled.folder = lambda: folder
    sys.path.insert(0, job["beside"])
    from probe import probe

    print(probe(ARGUMENT))
    return 0


def nurse() -> None:
    """Reads cases, one a line, and answers each with exit code and number of steps."""
    steps = Steps()
    install(steps)
    with (
        tempfile.TemporaryDirectory() as place,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        assert live({"case": "comparison", "folder": f"{place}/comparison", "again": False}) == 0  # imports and composes all
        assert live({"case": "run", "folder": f"{place}/run"}) == 0
    for line in sys.stdin:
        job = json.loads(line)
        ours, theirs = os.pipe()
        if not (child := os.fork()):
            for number, name in ((1, "out"), (2, "err")):
                os.dup2(os.open(job[name], os.O_CREAT | os.O_WRONLY | os.O_TRUNC), number)
            steps.below, steps.at, steps.fault, steps.taken = job["folder"], job["at"], job["fault"], 0
            code = live(job)
            sys.stdout.flush()
            os.write(theirs, str(steps.taken).encode())
            os._exit(code)
        os.close(theirs)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told = os.read(ours, 99)
        os.close(ours)
        print(json.dumps([code, int(told or 0)]), flush=True)


# Around it -------------------------------------------------------------------------------------------------------------


class Nursery:
    """The process that lives the cases; use it in a with block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = itertools.count()
        self.known: dict[str, tuple[Path, int, str]] = {}
        (folder / "probe.py").write_text(PROBE)

    def __enter__(self) -> Nursery:
        words = [sys.executable, __file__, "--nurse"]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def new(self) -> Path:
        """A name for a folder that is not there yet."""
        return self.folder / f"case-{next(self.number)}"

    def whole(self, case: str) -> tuple[Path, int, str]:
        """A case that nothing happens to, once for all faults: its folder, its number of steps, and what it printed."""
        if case not in self.known:
            folder = self.new()
            code, steps, out, err = self.live(case, folder)
            assert (code, err) == (0, ""), err
            self.known[case] = folder, steps, out
        return self.known[case]

    def live(self, case: str, folder: Path, at: int = 0, fault: str = "kill", again: bool = False) -> tuple[int, int, str, str]:
        """Exit code (negative: the signal), number of steps where it came to its end, and what it said on both streams, progress left out."""
        out, err = self.folder / "out", self.folder / "err"
        job = {"case": case, "folder": str(folder), "at": at, "fault": fault, "again": again, "out": str(out), "err": str(err)}
        self.process.stdin.write(json.dumps(job | {"beside": str(self.folder)}) + "\n")
        self.process.stdin.flush()
        code, taken = json.loads(self.process.stdout.readline())
        told = [line for line in err.read_text().splitlines(keepends=True) if not re.match(PROGRESS, line)]
        return code, taken, out.read_text(), "".join(told)


def events_of(folder: Path) -> Any:
    """The events of a run folder and whether they are sealed; None where no log was begun."""
    from sim.events.log import EventLog
    from sim.events.store import LogError

    try:
        log = EventLog.open(folder)
    except LogError as error:
        assert "no run here" in str(error) and not list(folder.glob("events.*")), error
        return None
    return log.events.copy(), log.sealed


def runs(nursery: Nursery, fault: str, pick: Callable[[int], Iterable[int]]) -> int:
    """Runs that are killed, or find the disk full, at the steps that are picked from their number. Gives how many."""
    whole, steps, _ = nursery.whole("run")
    expected, sealed = events_of(whole)
    assert sealed
    cases, most = 0, -1
    for at in pick(steps):
        folder = nursery.new()
        code, _, _, err = nursery.live("run", folder, at, fault)
        where = f"step {at} of {steps}: {err}"
        if fault == "full" and code == 0:  # no later step needs room
            events, sealed = events_of(folder)
            assert sealed and err == "" and events.tobytes() == expected.tobytes(), where
            cases += 1
            continue
        assert code == (-signal.SIGKILL if fault == "kill" else 2), where
        assert fault == "kill" or err.count("\n") == 1, where
        found = events_of(folder)
        kept = -1 if found is None else len(found[0])
        if found is not None:
            events, sealed = found
            assert events.tobytes() == expected[:kept].tobytes() and (kept == len(expected) or not sealed), where
        assert kept >= most, f"{where}: {kept} events, where a death before left {most}"
        cases, most = cases + 1, max(kept, most)
    return cases


def digests(folder: Path) -> dict[str, str]:
    """Digests of the tables, figures, sealed replications and logs of a study; the manifests of logs tell the time it took."""
    kinds = ("*.csv", "*.parquet", "ledger/*/*.json", "**/*.png", "**/events.parquet")
    files = {path for kind in kinds for path in folder.glob(kind)}
    return {path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes()).hexdigest() for path in files}


def studies(nursery: Nursery, fault: str, pick: Callable[[int], Iterable[int]], case: str = "study") -> int:
    """Studies that are stopped at a step, go on, are stopped at the same step again, and go on to the end."""
    whole, steps, _ = nursery.whole(case)
    expected = digests(whole)
    assert len(expected) >= REPLICATIONS + 3
    cases = 0
    for at in pick(steps):
        folder, where = nursery.new(), f"step {at} of {steps}"
        for turn in range(2):
            sealed = digests(folder / "ledger")
            again = turn > 0 and folder.exists() and any(folder.iterdir())
            code, _, _, err = nursery.live(case, folder, at, fault, again)
            # It has fewer steps to take the second time, and a removal needs no room on the disk.
            ended = code == 0 and (turn > 0 or fault == "full") and digests(folder) == expected
            assert ended or code == (-signal.SIGKILL if fault == "kill" else 2), f"{where}: {err}"
            assert fault == "kill" or ended or err.count("\n") == 1, f"{where}: {err}"
            assert sealed.items() <= digests(folder / "ledger").items(), where
            cases += not ended
        code, _, _, err = nursery.live(case, folder, again=folder.exists() and any(folder.iterdir()))
        assert (code, err) == (0, ""), f"{where}: {err}"
        assert digests(folder) == expected, where
    return cases


def comparisons(nursery: Nursery, fault: str, pick: Callable[[int], Iterable[int]]) -> int:
    """The same of the command line: league tables, what the groups add, the panel and the figures are written in the end."""
    return studies(nursery, fault, pick, "comparison")


def caches(nursery: Nursery, fault: str, pick: Callable[[int], Iterable[int]]) -> int:
    """Machine code that is being kept when the death or the full disk comes: what it gives stays the same."""
    _, steps, value = nursery.whole("probe")
    cases = 0
    for at in pick(steps):
        folder, where = nursery.new(), f"step {at} of {steps}"
        code, _, out, err = nursery.live("probe", folder, at, fault)
        assert (code, out) == ((-signal.SIGKILL, "") if fault == "kill" else (0, value)), f"{where}: {err}"
        for _ in range(2):
            assert nursery.live("probe", folder)[::2] == (0, value), where
        cases += 1
    return cases


RUN_ONCE = """
from sim.config import compose
from sim.run import simulate
print(simulate(compose(["scenario.population.size=20", "days=3", "confirm_days=0"]).scenario, seed=3).log.digest)
"""


def compiles(folder: Path, kills: int, seed: int) -> list[str]:
    """Cold compilations of the whole member model that are killed, half of them at random moments, half while a file is kept.

    The next process finds what is left, and its run must have the digest of a run that nobody disturbed. Gives, for each kill,
    how many files were whole and how many were not.
    """
    lots, found = random.Random(seed), []

    def started(place: Path) -> subprocess.Popen:
        env = os.environ | {"NUMBA_CACHE_DIR": str(place)}
        return subprocess.Popen(
            [sys.executable, "-c", RUN_ONCE], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    begun = time.monotonic()
    expected, told = (whole := started(folder / "whole")).communicate()
    takes, most = time.monotonic() - begun, sum(path.is_file() for path in (folder / "whole").rglob("*"))
    assert (whole.returncode, told) == (0, "") and most > 1
    for number in range(kills):
        place = folder / f"cold-{number}"
        victim, moment = started(place), time.monotonic() + takes * lots.uniform(0.1, 0.95)
        files, wanted = set(), lots.randint(1, most) if number % 2 else most + 1
        while victim.poll() is None and time.monotonic() < moment + number % 2 * 600 and len(files) < wanted:
            files |= {path.name for path in place.rglob("*") if path.is_file()}
            time.sleep(0.0005)
        victim.kill()
        victim.communicate()
        if victim.returncode == 0:
            continue  # it came to its end first
        left = [path.suffix == ".tmp" for path in place.rglob("*") if path.is_file()]
        after = started(place)
        out, told = after.communicate()
        assert (after.returncode, out, told) == (0, expected, ""), f"{place}: {told}"
        found.append(f"{left.count(False)}+{left.count(True)}")
    return found


def main() -> None:
    """Every step of every case."""
    with tempfile.TemporaryDirectory() as folder:
        found = compiles(Path(folder), kills=24, seed=1)
        print(
            f"compiling, kill: {len(found)} cases, the right digest after each; files kept+half: {' '.join(found)}", flush=True
        )
    every = lambda steps: range(1, steps + 1)  # noqa: E731
    with tempfile.TemporaryDirectory() as folder, Nursery(Path(folder)) as nursery:
        for case, fault in itertools.product((caches, runs, studies, comparisons), ("kill", "full")):
            print(f"{case.__name__}, {fault}: {case(nursery, fault, every)} cases, nothing lost", flush=True)


if __name__ == "__main__":
    nurse() if "--nurse" in sys.argv else main()
