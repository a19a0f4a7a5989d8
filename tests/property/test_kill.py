"""Killed at any moment: what was written opens, says that it is not whole, and a study goes on to the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sim import cli
from sim.events.log import EventLog

#: Long enough not to end before it is killed, and lively enough to fill a block of its stream every few milliseconds.
LONG = ("parameters=by_hand", "scenario.population.size=200", "days=400", "staff=team")
STUDY = ("scenario.population.size=12", "days=4", "confirm_days=0", "staff.people=1,2", "replications=24", "seed=5")
MOMENTS = 12
#: A process that has imported and compiled everything, and lives each command line that it reads in a child of its own. A child
#: ends, without a word to Python, when it has used as many seconds of processor as stand before the command line; measured in
#: processor time, because the time on the clock of a loaded machine says nothing about how far the child has come.
NURSERY = """
import json, os, resource, signal, sys
from sim import cli
from sim.config import compose
from sim.run import simulate
import sim.report.console, sim.studies.runner
simulate(compose(["scenario.population.size=4", "days=1", "confirm_days=0"]).scenario, seed=1)
compose(sys.argv[1:])
for line in sys.stdin:
    seconds, *words = line.split()
    if not (child := os.fork()):
        signal.setitimer(signal.ITIMER_PROF, float(seconds))
        os._exit(cli.main(words))
    _, status, used = os.wait4(child, 0)
    print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime]), file=sys.__stdout__, flush=True)
"""


#: The command line of a study that kills itself, and nobody else, when so many replications are done.
DEADLY = """
import os, signal, sys
from sim import cli
from sim.studies import runner
run_study = runner.run_study

def watched(*arguments, progress, **more):
    def told(done, total):
        if done >= int(sys.argv[1]):
            os.kill(os.getpid(), signal.SIGKILL)
        progress(done, total)
    return run_study(*arguments, progress=told, **more)

runner.run_study = watched
if __name__ == "__main__":
    cli.main(sys.argv[2:])
"""
#: Seconds after which something hangs, however loaded the machine is.
PATIENCE = 600


def started(*words: str, killed_at: int) -> subprocess.Popen:
    """The command line in a process of its own, which kills itself."""
    return subprocess.Popen(
        [sys.executable, "-c", DEADLY, str(killed_at), *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_run_killed_at_any_moment_opens_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    lots, sizes = random.Random(7), set()
    words = [sys.executable, "-c", NURSERY, *LONG]
    nursery = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def simulated(seconds: float, folder: Path, number: int) -> tuple[int, float]:
        """Exit code and processor time of a run that may take so many seconds."""
        nursery.stdin.write(f"{seconds} run {' '.join(LONG)} seed={number} --out {folder}\n")
        nursery.stdin.flush()
        while (line := nursery.stdout.readline()) and not line.startswith("["):
            pass  # what a run that comes to its end prints
        code, used = json.loads(line)
        return code, used

    try:
        code, takes = simulated(1_000, tmp_path / "whole", 1)
        assert code == 0
        early = 0
        for number in range(MOMENTS):
            folder = tmp_path / f"run-{number}"
            code, _ = simulated(takes * lots.uniform(0.1, 0.6), folder, number)
            assert code == -signal.SIGPROF, "it ended before it could be killed"
            if (
                not (stream := folder / "events.arrows").exists() or stream.stat().st_size < 2_000
            ):  # the header alone is shorter
                early += 1
                continue
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
    assert early < MOMENTS // 4  # most are killed while they write
    assert len(sizes) > MOMENTS // 2  # it was killed at different moments


def digests(folder: Path) -> dict[str, str]:
    """Digest of each table and each sealed replication of a study."""
    found = [*folder.glob("*.csv"), *folder.glob("*.parquet"), *(folder / "ledger").glob("*/*.json")]
    assert len(found) > 24
    return {path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes()).hexdigest() for path in found}


def sealed_in(folder: Path) -> int:
    """Replications that are finished, one arm like the other."""
    arms = max(1, len(list(folder.glob("ledger/*"))))
    return len(list(folder.glob("ledger/*/*.json"))) // arms


def test_a_killed_sweep_goes_on_to_the_same_bytes(tmp_path: Path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    lots = random.Random(11)
    assert cli.main(["sweep", *STUDY, "--workers", "1", "--out", str(whole)]) == 0
    for turn, workers in enumerate(("2", "1", "2")):
        target = min(20, sealed_in(broken) + lots.randint(2, 6))
        words = ("sweep", *STUDY, "--workers", workers, "--out", str(broken), *(["--resume"] if turn else []))
        assert started(*words, killed_at=target).wait(timeout=PATIENCE) == -signal.SIGKILL
        assert target <= sealed_in(broken)
        assert not list(broken.glob("*.csv"))
    assert cli.main(["sweep", *STUDY, "--workers", "2", "--resume", "--out", str(broken)]) == 0
    assert digests(broken) == digests(whole)
