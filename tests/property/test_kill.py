"""Killed at any moment: what was written opens, says that it is not whole, and a study goes on to the same bytes."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim import cli
from sim.events.log import EventLog

#: Long enough not to end before it is killed, small enough to flush every few milliseconds.
LONG = ("scenario.population.size=60", "days=2000", "staff=team")
STUDY = ("scenario.population.size=12", "days=4", "confirm_days=0", "staff.people=1,2", "replications=24", "seed=5")
MOMENTS = 20
#: It is killed within so many seconds after the first batch is in the file.
LASTS = 1.0
#: A process that has imported and compiled everything, and lives each command line that it reads in a child of its own.
NURSERY = """
import os, sys
from sim import cli
from sim.config import compose
from sim.run import simulate
import sim.report.console, sim.studies.runner
simulate(compose(["scenario.population.size=4", "days=1", "confirm_days=0"]).scenario, seed=1)
for line in sys.stdin:
    if not (child := os.fork()):
        os._exit(cli.main(line.split()))
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def started(*words: str) -> subprocess.Popen:
    """The command line in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim.cli", *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def killed(process: subprocess.Popen) -> bool:
    """Kills a process; whether it was still alive."""
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return alive


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_run_killed_at_any_moment_opens_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    lots, sizes = random.Random(7), set()
    nursery = subprocess.Popen([sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        for number in range(MOMENTS):
            folder = tmp_path / f"run-{number}"
            stream = folder / "events.arrows"
            nursery.stdin.write(f"run {' '.join(LONG)} seed={number} --out {folder}\n")
            nursery.stdin.flush()
            child, end = int(nursery.stdout.readline()), time.monotonic() + 60
            while not stream.exists() or stream.stat().st_size < 2_000:  # the header alone is shorter
                assert time.monotonic() < end
                time.sleep(0.002)
            time.sleep(lots.uniform(0, LASTS))
            os.kill(child, signal.SIGKILL)
            assert int(nursery.stdout.readline()) == -signal.SIGKILL, "it ended before it could be killed"
            log = EventLog.open(folder)
            sizes.add(len(log))
            assert len(log) > 0 and not log.sealed and log.manifest == {} and log.end > 0
            assert cli.main(["verify", str(folder)]) == cli.USER_ERROR
            told = capsys.readouterr()
            assert told.out == "" and told.err.count("\n") == 1
            assert "unsealed" in told.err and str(len(log)) in told.err
            shutil.rmtree(folder)
    finally:
        nursery.kill()
        nursery.communicate()
    assert len(sizes) > MOMENTS // 2  # it was killed at different moments


def digests(folder: Path) -> dict[str, str]:
    """Digest of each table and each sealed replication of a study."""
    found = [*folder.glob("*.csv"), *folder.glob("*.parquet"), *(folder / "ledger").glob("*.json")]
    assert len(found) > 24
    return {path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes()).hexdigest() for path in found}


def test_a_killed_sweep_goes_on_to_the_same_bytes(tmp_path: Path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    lots = random.Random(11)
    assert started("sweep", *STUDY, "--workers", "1", "--out", str(whole)).wait(timeout=80) == 0
    kills = 0
    for turn, workers in enumerate(("2", "1", "2")):
        process = started("sweep", *STUDY, "--workers", workers, "--out", str(broken), *(["--resume"] if turn else []))
        try:
            target = min(20, len(list(broken.glob("ledger/*.json"))) + lots.randint(2, 6))
            while process.poll() is None and len(list(broken.glob("ledger/*.json"))) < target:
                time.sleep(0.005)
        finally:
            kills += killed(process)
    assert kills >= 2
    assert started("sweep", *STUDY, "--workers", "2", "--resume", "--out", str(broken)).wait(timeout=80) == 0
    assert digests(broken) == digests(whole)
