"""Many machines: what a study would take, and processes that work on one together."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from sim.cli.app import Lang, Language, Out, Workers, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import named_folder
from sim.cli.resuming import holds_study, read_checked_request

if TYPE_CHECKING:
    from sim.config import Arm
    from sim.studies.forecast import Sample
    from sim.studies.request import Request

#: Seconds that a sample may take, but for its first point.
SAMPLE_SECONDS = 20.0
#: Arms of which a sample runs a point at most.
SAMPLE_ARMS = 12
#: Bytes that a process takes, where the system does not tell.
GUESSED_MEMORY = 400_000_000

Study = Annotated[
    list[str],
    typer.Argument(metavar="STUDY|[KEY=VALUE]...", help="The folder of a study, a study file, or settings as for compare."),
]


class Meant(NamedTuple):
    """A study that is meant: its command, the arms, and where it is or would be."""

    request: Request
    arms: list[Arm]
    folder: Path


@app.command(short_help="Run points of a study beside others.")
def work(
    study: Study,
    shard: Annotated[
        str, typer.Option("--shard", metavar="I/N", help="The I-th of N parts only, for a job array.", show_default=False)
    ] = "",
    out: Out = None,
    workers: Workers = None,
    lang: Lang = Language.en,
) -> None:
    """Run points of a study in its folder, beside whoever else does; the tables are made with --resume when all is done."""
    from sim.studies.crews import split_runner

    t = translator(lang)
    runner, words = split_runner(study)
    part = _shard(shard)
    meant = _meant(words, out)
    shared = meant.arms[0].composed
    tell_of_compiling(t)

    from sim.report.console import study_progress
    from sim.studies.runner import work_on_study

    with study_progress(t) as progress:
        done, total = work_on_study(
            meant.arms,
            replications=shared.replications,
            seed=shared.seed,
            folder=meant.folder,
            shard=part,
            workers=workers,
            logs=meant.request.logs,
            parameter_mode=shared.parameter_mode,
            progress=progress,
            request=meant.request.plain(),
            runner=runner,
        )
    typer.echo(t("work.done", done=t.number(done), total=t.number(total), folder=str(meant.folder)))


@app.command(short_help="Time, disk and memory of a study before it runs.")
def plan(
    study: Study,
    out: Out = None,
    tasks: Annotated[
        int | None, typer.Option("--tasks", min=1, help="Tasks of the job array.", show_default="half an hour each")
    ] = None,
    lang: Lang = Language.en,
) -> None:
    """What a study takes on 1 to 1,000 cores, from a measured sample of it, and a Slurm script that runs it."""
    t = translator(lang)
    meant = _meant(study, out)
    tell_of_compiling(t)

    from sim.report.console import open_console
    from sim.studies.forecast import count_tasks, disk_bytes, forecast, write_slurm
    from sim.studies.runner import find_customers

    beside, _ = find_customers(meant.arms)
    points = meant.arms[0].composed.replications * (len(meant.arms) + len(beside))
    sample = _measure(meant.arms)
    typer.echo(
        t(
            "plan.sample",
            points=t.number(points),
            simulated=len(sample.seconds),
            mean=t.number(sum(sample.seconds) / len(sample.seconds), 2),
        )
    )
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("cores", "time", "memory"):
        table.add_column(t(f"plan.{name}"), justify="right")
    for one in forecast(sample, points):
        minutes = max(1, round(one.seconds / 60))
        table.add_row(t.number(one.cores), f"{minutes // 60}:{minutes % 60:02d}", t.number(one.memory_bytes / 1e9, 1))
    open_console().print(table)
    typer.echo(t("plan.disk", size=t.number(disk_bytes(sample, points) / 1e6, 1)))
    count = min(tasks or count_tasks(sample, points), points)
    typer.echo("\n" + write_slurm(sample, points, count, study, meant.folder))


def _shard(text: str) -> tuple[int, int] | None:
    from sim.allowed import ConfigError, quoted

    if not text:
        return None
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise ConfigError(f"--shard={quoted(text)}: I/N, the I-th of N parts, such as 3/40")
    return int(found[1]), int(found[2])


def _meant(words: list[str], out: Path | None) -> Meant:
    """The study that a folder, a study file or settings stand for. Raises ConfigError, StudyError."""
    from sim.allowed import ConfigError
    from sim.config import expand, read_study_file, replaced
    from sim.points import kept
    from sim.studies.question import split_words
    from sim.studies.request import make_request

    first, *rest = words
    folder, name = out, ""
    if holds_study(first):
        request = read_checked_request(Path(first))
        request = request.model_copy(update={"words": replaced(request.words, rest)})
        folder = out or Path(first)
    elif first.endswith((".yaml", ".yml")):
        file = read_study_file(Path(first))
        name = Path(first).stem
        request = make_request(file.command, replaced(file.words, rest), title=file.title)
    else:
        request = make_request("compare", words)
    if request.command not in ("compare", "sweep"):
        raise ConfigError(f"{first}: a study of compare or sweep; {request.command} runs on one machine")
    _, settings = split_words(request.words)
    arms = expand(settings)
    request = request.model_copy(update={"words": kept(request.words)})
    composed = [arm.composed for arm in arms]
    return Meant(request, arms, folder or named_folder(request.command, composed, settings, name, goes_on=True))


def _measure(arms: list[Arm]) -> Sample:
    """A point of some of the arms, each run once after a first that is not counted."""
    from sim.run import run_point
    from sim.studies.forecast import Sample
    from sim.studies.runner import find_customers

    beside, _ = find_customers(arms)
    composed = [*(arm.composed for arm in arms), *beside]
    chosen = composed[:: max(1, -(-len(composed) // SAMPLE_ARMS))]
    uncertain = composed[0].parameter_mode != "fixed"
    start = time.perf_counter()
    run_point(chosen[0].scenario, seed=composed[0].seed, replication=0, world=0 if uncertain else None)
    first, seconds, size = time.perf_counter() - start, [], 0
    for one in chosen:
        since = time.perf_counter()
        outcome = run_point(one.scenario, seed=one.seed, replication=0, world=0 if uncertain else None)
        seconds.append(time.perf_counter() - since)
        size = max(size, len(json.dumps(outcome, default=lambda value: value.item())))
        if time.perf_counter() - start - first > SAMPLE_SECONDS:
            break
    return Sample(tuple(seconds), size, first, _peak_memory())


def _peak_memory() -> int:
    """The most memory that this process has taken, bytes; a guess where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return GUESSED_MEMORY
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)
