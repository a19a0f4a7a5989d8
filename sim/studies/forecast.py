"""A measured sample of a study -> how long it takes on so many cores, with how much memory and disk, and a job array that runs it."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: Cores that a forecast is made for.
CORES = (1, 2, 4, 10, 40, 100, 400, 1000)
#: Bytes of the checksum and its line in a sealed file, and of a block of a disk: a file takes whole blocks.
SEAL_BYTES, BLOCK_BYTES = 33, 4096
#: A task of a job array is to take so long, seconds: long beside its start, short beside the limits of most queues.
TASK_SECONDS = 1800.0
#: Tasks of a job array at most, as most queues allow.
MOST_TASKS = 1000
#: What is asked of a queue beyond the forecast: so many times the time and the memory, and seconds for a busy file system.
TIME_SHARE, MEMORY_SHARE, TIME_SPARE = 2.0, 1.5, 600.0


@dataclass(frozen=True)
class Sample:
    """What was measured: seconds of each point that was run, bytes of the largest outcome, seconds until a process runs its first
    point, and the most memory that the process took (bytes)."""

    seconds: tuple[float, ...]
    outcome_bytes: int
    start_seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class Forecast:
    """cores, seconds from the start to the last seal, memory of all processes together (bytes)."""

    cores: int
    seconds: float
    memory_bytes: int


def forecast(sample: Sample, points: int, cores: Sequence[int] = CORES) -> list[Forecast]:
    """Time and memory on each number of cores: a core runs whole points, and more cores than points are of no use."""
    mean, longest = sum(sample.seconds) / len(sample.seconds), max(sample.seconds)
    made = []
    for count in cores:
        busy = min(count, points)
        simulated = max(math.ceil(points / busy) * mean, longest)
        made.append(Forecast(count, sample.start_seconds + simulated, busy * sample.memory_bytes))
    return made


def disk_bytes(sample: Sample, points: int) -> int:
    """Bytes on disk of all sealed points."""
    return points * math.ceil((sample.outcome_bytes + SEAL_BYTES) / BLOCK_BYTES) * BLOCK_BYTES


def count_tasks(sample: Sample, points: int) -> int:
    """Tasks of a job array, each of about TASK_SECONDS."""
    whole = points * sum(sample.seconds) / len(sample.seconds)
    return max(1, min(MOST_TASKS, points, math.ceil(whole / TASK_SECONDS)))


def write_slurm(sample: Sample, points: int, tasks: int, words: Sequence[str], folder: Path) -> str:
    """A script for `sbatch`: one task of the job array a shard, one core each. words: the study, as `work` takes it."""
    (one,) = forecast(sample, math.ceil(points / tasks), (1,))
    minutes = math.ceil((TIME_SHARE * one.seconds + TIME_SPARE) / 60)
    memory = math.ceil(MEMORY_SHARE * sample.memory_bytes / 1e8) * 100
    work = shlex.join(["groupalive", "work", *words, "--out", str(folder), "--workers", "1"])
    return f"""#!/bin/bash
#SBATCH --job-name=groupalive
#SBATCH --array=1-{tasks}
#SBATCH --cpus-per-task=1
#SBATCH --mem={memory}M
#SBATCH --time={minutes // 60:02d}:{minutes % 60:02d}:00

{work} --shard "$SLURM_ARRAY_TASK_ID/{tasks}"

# When all tasks have ended: {shlex.join(["groupalive", "--resume", str(folder)])}
"""
