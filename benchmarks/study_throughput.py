"""One study run by 1 and 2 workers, by two shards at once and by a Dask cluster: points a second, and whether the bytes are equal.

A case of `compare_speed.py`. Alternating turns, medians. A start counts: of the process pool, of the two processes of the shards, of
the cluster.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
#: A small group, so that what is handed over weighs; a real study has longer points.
WORDS = ("strategy=kol_care,no_plan", "scenario.population.size=60", "days=60", "seed=1")
TABLES = ("arms", "replications", "lifetimes")


def ways(words: list[str]) -> dict[str, list[list[str]]]:
    """For each way of running a study the command lines that run at once; none of them makes tables, judges or draws."""
    one = ["work", *words, "--workers", "1"]
    return {
        "1 worker": [one],
        "2 workers": [["work", *words, "--workers", "2"]],
        "2 shards": [[*one, "--shard", f"{part}/2"] for part in (1, 2)],
        "2 at once": [one, one],
        "Dask, 2 workers": [["work", *words, "runner=dask", "--workers", "2"]],
    }


def simulated(lines: list[list[str]], words: list[str], folder: Path) -> tuple[float, str]:
    """Seconds until all points are sealed, starts included, and the digest of the tables, which are made after that."""
    given: dict[str, Any] = {
        "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": os.environ | {"OMP_NUM_THREADS": "1"},
    }  # fmt: skip
    program, home = [sys.executable, "-m", "sim.cli"], ["--out", str(folder)]
    start = time.perf_counter()
    running = [subprocess.Popen([*program, *line, *home], **given) for line in lines]
    codes = [one.wait() for one in running]
    if any(codes):
        raise SystemExit(f"{lines[0]}: failed")
    seconds = time.perf_counter() - start
    subprocess.run([*program, "sweep", *words, "--resume", *home], check=True, **given)
    tables = b"".join((folder / f"{name}.csv").read_bytes() for name in TABLES)
    return seconds, hashlib.blake2b(tables, digest_size=8).hexdigest()


def measure_ways(replications: int, turns: int) -> dict[str, Any]:
    """Points a second of each way. SystemExit where the ways differ in what they give."""
    words = [*WORDS, f"replications={replications}"]
    points = replications * 3  # two arms, and the customers without a group
    walls: dict[str, list[float]] = {}
    digests: set[str] = set()
    for _ in range(turns):
        for name, lines in ways(words).items():
            with tempfile.TemporaryDirectory() as folder:
                seconds, digest = simulated(lines, words, Path(folder) / "study")
            walls.setdefault(name, []).append(seconds)
            digests.add(digest)
    if len(digests) > 1:
        raise SystemExit(f"the ways differ in what they give: {sorted(digests)}")
    return {
        "points": points,
        "ways": {name: {"seconds": median(one), "points_per_second": points / median(one)} for name, one in walls.items()},
    }


def report(found: dict[str, Any]) -> list[str]:
    """The table of it."""
    lines = ["| way | s | points a second |", "|---|---|---|"]
    return lines + [
        f"| {name} | {one['seconds']:.1f} | {one['points_per_second']:.1f} |" for name, one in found["ways"].items()
    ]
