"""Arms x replications -> a folder of sealed points and tidy tables, on all cores and by all who share it, resumable after any kill."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pickle
import re
import secrets
import shlex
import shutil
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.studies.crews import LOCAL, Runner, simulate_batches
from sim.studies.desk import Desk, Share, claimed_folder
from sim.studies.ledger import Ledger, Point, StudyError, describe_program, keys_of, read_study

if TYPE_CHECKING:
    from sim.studies.study import Study

#: Two replications share a draw of the assumed parameters, so that luck and what we do not know can be told apart.
REPLICATIONS_PER_WORLD = 2
#: Keys that each row of the table says for itself.
PER_ROW = ("seed", "replication", "replications")
#: Columns that a task may not give, because the runner writes them.
RESERVED = frozenset({"arm", "label", "seed", "replication", "world", "command"})

Task = Callable[..., dict[str, Any]]
Progress = Callable[[int, int], None]

#: Held while a point is run: a worker of a cluster may be given several at a time, and runs them one after another.
_running = threading.Lock()


@dataclass(frozen=True)
class Plan:
    """What a worker process must know; a few kB that travel with each batch, so that workers hold no state.

    The first `arms` of labels, scenarios and commands are the arms of the study. Those that follow are their customers without any
    group.
    """

    ledger: Ledger
    labels: tuple[str, ...]
    scenarios: tuple[Any, ...]
    commands: tuple[str, ...]
    reserved: frozenset[str]
    seed: int
    uncertain: bool
    logs: float
    task: Task | None
    arms: int

    def world(self, replication: int) -> int | None:
        """Number of the parameter draw of a replication; None where assumed parameters stay fixed."""
        return replication // REPLICATIONS_PER_WORLD if self.uncertain else None

    def points(self, replications: int) -> list[Point]:
        """All points of so many replications, one replication after the other; arms that are the same are one point."""
        places = {key: place for place, key in reversed(list(enumerate(self.ledger.keys)))}
        return [Point(place, number) for number in range(replications) for place in sorted(places.values())]

    def shard(self, part: int, parts: int, replications: int) -> list[Point]:
        """The points of part 1..parts: the same whatever is sealed, and of each arm as many as of the others."""
        points = sorted(self.points(replications))
        return sorted(points[part - 1 :: parts], key=lambda point: (point.replication, point.arm))

    def repeat(self, point: Point) -> str:
        """The command that runs a point again."""
        return f"{self.commands[point.arm]} seed={self.seed} replication={point.replication}"

    def without_others(self, batch: Sequence[Point]) -> Plan:
        """What is needed of it for these points."""
        needed = {point.arm for point in batch}
        return dataclasses.replace(
            self,
            scenarios=tuple(one if place in needed else None for place, one in enumerate(self.scenarios)),
            commands=tuple(one if place in needed else "" for place, one in enumerate(self.commands)),
        )


@dataclass(frozen=True)
class Batch:
    """What a worker reports: how many points it sealed, in how many seconds, and one line per failure."""

    sealed: int
    seconds: float
    failures: tuple[str, ...]


def run_study(
    arms: Sequence[Any],
    *,
    replications: int,
    seed: int,
    folder: Path | str,
    workers: int | None = None,
    resume: bool = False,
    logs: str = "none",
    parameter_mode: str = "uncertain",
    task: Task | None = None,
    progress: Progress | None = None,
    keep_going: bool = False,
    nice: int = 0,
    request: Mapping[str, Any] | None = None,
    runner: Runner = LOCAL,
) -> Study:
    """Run every arm in every replication, seal each point on disk when it is done, and write the tables.

    arms: `Arm`s of `sim.config.expand`. workers: processes, all cores by default; the results do not depend on it.
    resume: go on with the same study in `folder`, beside whoever else is at work on it; more replications may be asked for than
    before, and more arms. logs: `none`, `first:n` or `all`: of which replications the whole log is kept. parameter_mode:
    `uncertain` draws the assumed parameters anew for every second replication, `posterior` from the posterior of the fit where it
    knows them, `fixed` never. task(scenario, seed=, replication=,
    world=) -> outcome columns, `digest` and `lifetimes`; with logs it also takes `folder=`; `sim.run.run_point` by default.
    progress(done, total) counts replications. keep_going: leave failed replications out instead of stopping at the first.
    nice: by how much its processes stand back behind others, 0 to 19, where the system has such a thing.
    request: the command, kept with the study, so that the folder alone is enough to go on. runner: where points are run.

    Raises StudyError, one line, for bad arguments, a taken folder, another study, or a failed replication. After
    KeyboardInterrupt, SIGKILL or failure the folder can be resumed with bit-equal results.
    """
    _require(workers is None or workers >= 1, f"workers={workers}: a whole number from 1")
    with _plan(arms, replications, seed, Path(folder), resume, logs, parameter_mode, task, request) as (plan, desk):
        share = Share(plan.ledger, desk, plan.points(replications))
        failures = _work(plan, share, workers, runner, _by_replication(progress, share, replications), keep_going, nice)
        return _gather(plan, failures)


def work_on_study(
    arms: Sequence[Any],
    *,
    replications: int,
    seed: int,
    folder: Path | str,
    shard: tuple[int, int] | None = None,
    workers: int | None = None,
    logs: str = "none",
    parameter_mode: str = "uncertain",
    task: Task | None = None,
    progress: Progress | None = None,
    request: Mapping[str, Any] | None = None,
    runner: Runner = LOCAL,
) -> tuple[int, int]:
    """Run points of a study beside whoever else is at work on it, and write no tables; a new folder is made.

    shard: (i, n): the i-th of n parts, from 1; without it whatever nobody has in hand, until all is done. The other arguments, and
    errors, are those of `run_study`. Gives how many points of the study are sealed, and how many there are.
    """
    _require(workers is None or workers >= 1, f"workers={workers}: a whole number from 1")
    part, parts = shard or (1, 1)
    _require(1 <= part <= parts, f"shard={part}/{parts}: i/n with i from 1 to n")
    with _plan(arms, replications, seed, Path(folder), True, logs, parameter_mode, task, request, not shard) as (
        plan,
        desk,
    ):
        mine, points = plan.shard(part, parts, replications), plan.points(replications)
        share = Share(plan.ledger, desk, mine if shard else points, polite=shard is None)
        total = len(share.waiting) + share.sealed
        _work(
            plan,
            share,
            workers,
            runner,
            lambda waits=False: progress(share.sealed, total) if progress else None,
            keep_going=False,
        )
        return sum(plan.ledger.path(point).exists() for point in points), len(points)


def _by_replication(progress: Progress | None, share: Share, replications: int) -> Callable[..., None]:
    """Tells how far a study is in replications, where that has changed or others are waited for; points of all arms count alike."""
    points, told = len(share.waiting) + share.sealed, -1

    def tell(waits: bool = False) -> None:
        nonlocal told
        done = share.sealed * replications // points
        if progress and (done != told or waits):
            told = done
            progress(done, replications)

    return tell


def _work(
    plan: Plan, share: Share, workers: int | None, runner: Runner, tell: Callable[..., None], keep_going: bool, nice: int = 0
) -> tuple[str, ...]:
    """Simulate what waits in a share. Gives one line per failure; raises StudyError at the first unless it is to go on."""
    failures: list[str] = []
    tell()
    with contextlib.closing(simulate_batches(plan, share, workers or _cores(), keep_going, runner, nice)) as batches:
        for batch in batches:
            share.count(batch.sealed)
            tell(waits=not batch.sealed)
            failures += batch.failures
            if failures and not keep_going:
                raise StudyError(failures[0])
    tell()
    return tuple(sorted(failures))


@dataclass
class Stages:
    """Studies that run one after the other, each in a folder of its own below `folder`, under one count of what is done.

    Parameters are the values as they are. resume: go on with those that were begun. total: replications of all of them.
    """

    folder: Path
    workers: int | None
    resume: bool
    progress: Callable[[int, int], None] | None
    total: int
    done: int = 0

    def run(self, name: str, arms: Sequence[Any], task: Task, replications: int) -> Study:
        """The next study, in a folder of this name ("." the folder itself). Raises as `run_study` does."""
        before, report = self.done, self.progress
        self.done += replications
        return run_study(
            arms,
            replications=replications,
            seed=arms[0].composed.seed,
            folder=self.folder / name,
            workers=self.workers,
            resume=self.resume and (self.folder / name / "study.json").exists(),
            parameter_mode="fixed",
            task=task,
            progress=None if report is None else lambda done, _: report(before + done, self.total),
        )


@contextlib.contextmanager
def _plan(
    arms: Sequence[Any],
    replications: int,
    seed: int,
    folder: Path,
    resume: bool,
    logs: str,
    parameter_mode: str,
    task: Task | None,
    request: Mapping[str, Any] | None,
    tidy: bool = True,
) -> Iterator[tuple[Plan, Desk]]:
    _require(replications >= 1, f"replications={replications}: a whole number from 1")
    labels = tuple(arm.label for arm in arms)
    _require(bool(arms), "arms: at least one")
    twice = [label for label, count in Counter(labels).items() if count > 1]
    _require(not twice, f"arms: {', '.join(twice)} is given twice; each may appear once")
    modes = ("uncertain", "posterior", "fixed")
    _require(parameter_mode in modes, f"parameters.mode={parameter_mode}: one of {', '.join(modes)}")
    known = re.fullmatch(r"none|all|first:(\d+)", logs)
    _require(known is not None, f"logs={logs}: none, all or first:<number>")
    try:
        pickle.dumps(task)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise StudyError(f"task={task}: a function at the top of a module") from error
    beside, own_customers = find_customers(arms) if task is None else ([], ())
    commands = [_command(one, parameter_mode) for one in (*(arm.composed for arm in arms), *beside)]
    study = {
        "seed": seed,
        "arms": [
            {"label": arm.label, "settings": arm.settings, "config": settings_of(arm.composed), "command": command}
            for arm, command in zip(arms, commands, strict=False)
        ],
        "parameters": parameter_mode,
        "logs": logs,
        "task": f"{task.__module__}.{task.__qualname__}" if task else "sim.run.run_point",
        "beside": [{"config": settings_of(one)} for one in beside],
        "own_customers": list(own_customers),
        "replications": replications,
        "request": dict(request or {}),
        **describe_program(),
    }
    with claimed_folder(folder, study, resume=resume, tidy=tidy) as (ledger, desk):
        plan = Plan(
            ledger=ledger,
            labels=(*labels, *("no_group",) * len(beside)),
            scenarios=tuple(one.scenario for one in (*(arm.composed for arm in arms), *beside)),
            commands=tuple(commands),
            reserved=RESERVED.union(*(arm.settings for arm in arms)),
            seed=seed,
            uncertain=parameter_mode != "fixed",
            logs={"none": 0.0, "all": float("inf")}.get(logs, float(known[1] or 0) if known else 0.0),
            task=task,
            arms=len(arms),
        )
        yield plan, desk


def find_customers(arms: Sequence[Any]) -> tuple[list[Any], tuple[int, ...]]:
    """The customers of the arms without any group, and for each arm the place of its own among the arms and them.

    Arms with the same customers share them; an arm that is itself without a group, and without anything else, is its own.
    """
    beside: list[Any] = []
    places: dict[str, int] = {}
    if not all(getattr(arm, "without", None) for arm in arms):
        return beside, ()
    keys = [json.dumps(settings_of(arm.without), sort_keys=True, default=str) for arm in arms]
    for place, (arm, key) in enumerate(zip(arms, keys, strict=True)):
        if arm.composed.scenario == arm.without.scenario:
            places.setdefault(key, place)
    for arm, key in zip(arms, keys, strict=True):
        if key not in places:
            places[key] = len(arms) + len(beside)
            beside.append(arm.without)
    return beside, tuple(places[key] for key in keys)


def settings_of(composed: Any) -> dict[str, Any]:
    """The resolved settings that say what an arm is, whatever its seed and how often it is run."""
    return {key: value for key, value in composed.plain.items() if key not in PER_ROW}


def _command(composed: Any, parameter_mode: str) -> str:
    if told := getattr(composed, "told", ""):  # a task of its own, which `run` does not repeat
        return str(told)
    given = [text for text in composed.overrides if text.lstrip("+").partition("=")[0] not in (*PER_ROW, "parameters.mode")]
    return shlex.join(["groupalive", "run", *given, f"parameters.mode={parameter_mode}"])


def _require(fine: bool, message: str) -> None:
    if not fine:
        raise StudyError(message)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _gather(plan: Plan, failures: tuple[str, ...]) -> Study:
    """Tables of the sealed points, always built from the files, so that a resumed study cannot differ."""
    from sim.studies.study import gather_study  # pandas: workers need not load it

    folder = plan.ledger.folder
    _require(
        keys_of(read_study(folder)) == plan.ledger.keys,
        f"folder={folder}: arms were added while this ran; what is finished is kept; go on with it (--resume)",
    )
    study = gather_study(folder, failures)
    study.save_tables()
    return study


# One point -------------------------------------------------------------------------------------------------------------


def _live(plan: Plan, point: Point) -> str | None:
    """Live one point in this process and seal it. Gives one line where that failed."""
    if plan.task is None:
        from sim.run import run_point as task
    else:
        task = plan.task
    keep = {}
    kept = plan.ledger.folder / "logs" / f"{point.arm:03d}" / f"{point.replication:06d}"
    if point.replication < plan.logs and point.arm < plan.arms:
        keep = {"folder": kept.with_name(f"{kept.name}.{secrets.token_hex(4)}.tmp")}
    try:
        outcome = task(
            plan.scenarios[point.arm],
            seed=plan.seed,
            replication=point.replication,
            world=plan.world(point.replication),
            **keep,
        )
        if taken := plan.reserved & outcome.keys():
            raise ValueError(f"outcome {min(taken)}: a name that the study keeps for itself")
        for rough in keep.values():
            _move(rough, kept)
        plan.ledger.seal(point, outcome)
    except StudyError as error:
        return str(error)
    except Exception as error:  # whatever a model raises, or gives that is no plain value, is reported with its command
        return _describe_failure(plan, point, error)
    return None


def _move(rough: Path, kept: Path) -> None:
    """Put a whole log where it is kept, in place of one that a killed run left there."""
    shutil.rmtree(kept, ignore_errors=True)
    try:
        os.replace(rough, kept)
    except OSError:
        if not kept.is_dir():
            raise
        shutil.rmtree(rough, ignore_errors=True)  # another process put the same there in between


def _describe_failure(plan: Plan, point: Point, error: Exception) -> str:
    path, command, label = plan.ledger.failure_path(point), plan.repeat(point), plan.labels[point.arm]
    with contextlib.suppress(OSError):
        path.write_text(f"{label}\n{command}\n\n{''.join(traceback.format_exception(error))}", encoding="utf-8")
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return f"replication={point.replication}: arm {label} failed, {reason} (see {path}; repeat: {command})"


def live_batch(plan: Plan, batch: Sequence[Point], keep_going: bool) -> Batch:
    """Live and seal these points, but for those that are sealed already, which a worker killed on its way back has done."""
    with _running:
        started, failures = time.perf_counter(), []
        for point in batch:
            if plan.ledger.read(point) is None and (failure := _live(plan, point)) is not None:
                failures.append(failure)
                if not keep_going:
                    break
        sealed = sum(plan.ledger.read(point) is not None for point in batch) if failures else len(batch)
        return Batch(sealed, time.perf_counter() - started, tuple(failures))
