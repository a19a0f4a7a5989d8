"""Arms x replications -> a folder of sealed replications and tidy tables, on all cores, resumable after any kill."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import pickle
import re
import shlex
import shutil
import signal
import sys
import threading
import time
import traceback
import types
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.studies.ledger import Ledger, StudyError, claimed_folder, describe_program

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sim.studies.study import Study

#: Work handed to a process at a time, seconds; the hand-over itself takes 0.1 ms.
BATCH_SECONDS = 0.3
#: A replication in flight at this many broken pools is held to be the cause.
BREAKS = 3
#: Two replications share a draw of the assumed parameters, so that luck and what we do not know can be told apart.
REPLICATIONS_PER_WORLD = 2
#: Keys that each row of the table says for itself.
PER_ROW = ("seed", "replication", "replications")
#: Columns that a task may not give, because the runner writes them.
RESERVED = frozenset({"arm", "label", "seed", "replication", "world", "command"})

Task = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """What a worker process must know; a few kB that travel with each batch, so that workers hold no state.

    The first `arms` of labels, scenarios and commands are the arms of the study. Those that follow are their customers without any
    group; own_customers: for each arm the place of its own among them all, empty where they are not simulated.
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
    own_customers: tuple[int, ...]

    def world(self, replication: int) -> int | None:
        """Number of the parameter draw of a replication; None where assumed parameters stay fixed."""
        return replication // REPLICATIONS_PER_WORLD if self.uncertain else None


@dataclass(frozen=True)
class Batch:
    """What a worker reports: how many replications it sealed, in how many seconds, and one line per failure."""

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
    progress: Callable[[int, int], None] | None = None,
    keep_going: bool = False,
    nice: int = 0,
) -> Study:
    """Run every arm in every replication, seal each replication on disk when it is done, and write the tables.

    arms: `Arm`s of `sim.config.expand`. workers: processes, all cores by default; the results do not depend on it.
    resume: go on with the same study in `folder`; more replications may be asked for than before. logs: `none`,
    `first:n` or `all`: of which replications the whole log is kept. parameter_mode: `uncertain` draws the assumed
    parameters anew for every second replication, `posterior` from the posterior of the fit where it knows them, `fixed`
    never. task(scenario, seed=, replication=, world=) -> outcome columns, `digest` and `lifetimes`; with logs it also takes
    `folder=`; `sim.run.run_point` by default. progress(done, total) counts replications. keep_going: leave failed
    replications out instead of stopping at the first. nice: by how much its processes stand back behind others, 0 to 19, where
    the system has such a thing.

    Raises StudyError, one line, for bad arguments, a taken folder, another study, or a failed replication. After
    KeyboardInterrupt, SIGKILL or failure the folder can be resumed with bit-equal results.
    """
    _require(replications >= 1, f"replications={replications}: a whole number from 1")
    _require(workers is None or workers >= 1, f"workers={workers}: a whole number from 1")
    with _plan(arms, seed, Path(folder), resume, logs, parameter_mode, task) as plan:
        missing = [number for number in range(replications) if plan.ledger.read(number) is None]
        done = replications - len(missing)
        failures: list[str] = []
        report = progress or (lambda done, total: None)
        report(done, replications)
        workers = min(workers or _cores(), len(missing))
        live = _live_here if workers <= 1 and not nice else _live_in_processes
        with contextlib.closing(live(plan, missing, max(workers, 1), keep_going, nice)) as batches:
            for batch in batches:
                done += batch.sealed
                report(done, replications)
                failures += batch.failures
                if failures and not keep_going:
                    raise StudyError(failures[0])
        return _gather(plan, arms, replications, tuple(sorted(failures)))


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
    arms: Sequence[Any], seed: int, folder: Path, resume: bool, logs: str, parameter_mode: str, task: Task | None
) -> Iterator[Plan]:
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
    study = {
        "seed": seed,
        "arms": [{"label": arm.label, "settings": arm.settings, "config": _config(arm.composed)} for arm in arms],
        "parameters": parameter_mode,
        "logs": logs,
        "task": f"{task.__module__}.{task.__qualname__}" if task else "sim.run.run_point",
        **({"beside": [_config(one) for one in beside]} if beside else {}),
        **describe_program(),
    }
    with claimed_folder(folder, study, resume=resume) as ledger:
        yield Plan(
            ledger=ledger,
            labels=(*labels, *("no_group",) * len(beside)),
            scenarios=tuple(one.scenario for one in (*(arm.composed for arm in arms), *beside)),
            commands=tuple(_command(one, parameter_mode) for one in (*(arm.composed for arm in arms), *beside)),
            reserved=RESERVED.union(*(arm.settings for arm in arms)),
            seed=seed,
            uncertain=parameter_mode != "fixed",
            logs={"none": 0.0, "all": float("inf")}.get(logs, float(known[1] or 0) if known else 0.0),
            task=task,
            arms=len(arms),
            own_customers=own_customers,
        )


def find_customers(arms: Sequence[Any]) -> tuple[list[Any], tuple[int, ...]]:
    """The customers of the arms without any group, and for each arm the place of its own among the arms and them.

    Arms with the same customers share them; an arm that is itself without a group, and without anything else, is its own.
    """
    beside: list[Any] = []
    places: dict[str, int] = {}
    if not all(getattr(arm, "without", None) for arm in arms):
        return beside, ()
    keys = [json.dumps(_config(arm.without), sort_keys=True, default=str) for arm in arms]
    for place, (arm, key) in enumerate(zip(arms, keys, strict=True)):
        if arm.composed.scenario == arm.without.scenario:
            places.setdefault(key, place)
    for arm, key in zip(arms, keys, strict=True):
        if key not in places:
            places[key] = len(arms) + len(beside)
            beside.append(arm.without)
    return beside, tuple(places[key] for key in keys)


def _config(composed: Any) -> dict[str, Any]:
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


def _gather(plan: Plan, arms: Sequence[Any], replications: int, failures: tuple[str, ...]) -> Study:
    """Tables of the sealed replications, always built from the files, so that a resumed study cannot differ."""
    from sim.studies.study import build_study  # pandas: workers need not load it

    sealed = []
    for number in range(replications):
        if (outcomes := plan.ledger.read(number)) is not None:
            taken = plan.reserved & set().union(*outcomes)
            _require(
                not taken, f"replication={number}: outcome {min(taken, default='')}: a name that the study keeps for itself"
            )
            for outcome, place in zip(outcomes, plan.own_customers, strict=False):
                both = outcome.get("net_income"), (alone := outcomes[place].get("net_income"))
                _require(
                    all(isinstance(one, int | float) for one in both), f"replication={number}: net_income: a number is needed"
                )
                outcome |= {"without_group": alone, "adds": outcome["net_income"] - alone}
            sealed.append(({"seed": plan.seed, "replication": number, "world": plan.world(number) or 0}, outcomes[: plan.arms]))
    study = build_study(plan.ledger.folder, [(arm.label, arm.settings) for arm in arms], sealed, plan.commands, failures)
    study.save_tables()
    return study


# One replication -------------------------------------------------------------------------------------------------------


def _live(plan: Plan, replication: int) -> str | None:
    """Run all arms of one replication in this process and seal them. Returns one line where that failed."""
    if plan.task is None:
        from sim.run import run_point as task
    else:
        task = plan.task
    outcomes = []
    for arm, scenario in enumerate(plan.scenarios):
        keep = {}
        if replication < plan.logs and arm < plan.arms:
            keep = {"folder": plan.ledger.folder / "logs" / f"{arm:03d}" / f"{replication:06d}"}
            shutil.rmtree(keep["folder"], ignore_errors=True)  # what a killed run left behind
        try:
            outcome = task(scenario, seed=plan.seed, replication=replication, world=plan.world(replication), **keep)
            if taken := plan.reserved & outcome.keys():
                raise ValueError(f"outcome {min(taken)}: a name that the study keeps for itself")
        except Exception as error:  # whatever a model raises is reported with the command that repeats it
            return _describe_failure(plan, arm, replication, error)
        outcomes.append(outcome if arm < plan.arms else {name: outcome[name] for name in ("net_income", "digest")})
    try:
        plan.ledger.seal(replication, outcomes)
    except StudyError as error:
        return str(error)
    except (TypeError, ValueError, AttributeError) as error:  # something that is no plain value
        return _describe_failure(plan, 0, replication, error)
    return None


def _describe_failure(plan: Plan, arm: int, replication: int, error: Exception) -> str:
    path = plan.ledger.failure_path(replication)
    command = f"{plan.commands[arm]} seed={plan.seed} replication={replication}"
    with contextlib.suppress(OSError):
        path.write_text(f"{plan.labels[arm]}\n{command}\n\n{''.join(traceback.format_exception(error))}", encoding="utf-8")
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return f"replication={replication}: arm {plan.labels[arm]} failed, {reason} (see {path}; repeat: {command})"


def _live_batch(plan: Plan, batch: Sequence[int], keep_going: bool) -> Batch:
    started, failures = time.perf_counter(), []
    for number in batch:
        if (failure := _live(plan, number)) is not None:
            failures.append(failure)
            if not keep_going:
                break
    sealed = sum(plan.ledger.read(number) is not None for number in batch) if failures else len(batch)
    return Batch(sealed, time.perf_counter() - started, tuple(failures))


# Where they run --------------------------------------------------------------------------------------------------------


def _live_here(plan: Plan, missing: list[int], workers: int, keep_going: bool, nice: int) -> Generator[Batch, None, None]:
    for number in missing:
        yield _live_batch(plan, [number], keep_going)


def _live_in_processes(
    plan: Plan, missing: list[int], workers: int, keep_going: bool, nice: int
) -> Generator[Batch, None, None]:
    """Batches on a process pool; a pool that breaks because a worker was killed is built again.

    Nobody is charged for a broken pool, but each replication that was running when it broke is counted. One that was
    there at all but the last allowed break runs alone next, so that it cannot drag an innocent one along.
    """
    waiting, pace = list(missing), float("inf")
    breaks: Counter[int] = Counter()

    def alone(batch: list[int]) -> bool:
        return breaks[batch[0]] == BREAKS - 1

    while waiting:
        running: dict[Future[Batch], list[int]] = {}
        with _pool(plan, workers, nice) as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < workers and not any(map(alone, running.values())):
                        batch = waiting[: _batch_size(len(waiting), workers, pace, suspect=breaks[waiting[0]] > 0)]
                        if alone(batch) and running:
                            break
                        with _script_set_aside(plan.task):
                            running[pool.submit(_live_batch, plan, batch, keep_going)] = batch
                        del waiting[: len(batch)]
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        result = future.result()
                        pace = min(pace, result.seconds / len(running.pop(future)))
                        yield result
            except BrokenProcessPool:
                for batch in running.values():
                    lost = [number for number in batch if plan.ledger.read(number) is None]
                    yield Batch(len(batch) - len(lost), 0.0, ())
                    waiting += lost
                    breaks.update(lost[:1])
                waiting.sort(key=lambda number: (-breaks[number], number))
                if waiting and breaks[waiting[0]] >= BREAKS:
                    commands = f"repeat: {plan.commands[0]} seed={plan.seed} replication={waiting[0]}"
                    reason = f"its process was killed {BREAKS} times, out of memory?"
                    if _needs_script(plan.task):
                        reason = (
                            f"its process ended {BREAKS} times: out of memory, or the script runs the study again where it is "
                            'imported (put `if __name__ == "__main__":` before what it runs, or set workers=1)'
                        )
                    raise StudyError(f"replication={waiting[0]}: {reason} ({commands})") from None


def _batch_size(waiting: int, workers: int, pace: float, suspect: bool) -> int:
    """Replications that take about BATCH_SECONDS, fewer towards the end, so that all workers end together."""
    return 1 if suspect else max(1, min(round(BATCH_SECONDS / max(pace, 1e-6)), waiting // (2 * workers)))


@contextlib.contextmanager
def _pool(plan: Plan, workers: int, nice: int) -> Iterator[ProcessPoolExecutor]:
    """A process pool whose workers end when this process ends, is killed, or leaves the block by an exception.

    Each worker holds the reading end of a pipe. The system closes the writing end when this process dies, however it
    dies; without that, workers of a killed study would wait for ever. A fork server imports the model once for all.
    """
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload([__name__, plan.task.__module__ if plan.task else "sim.run"])
    lifeline, hold = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent, initargs=(lifeline, nice))
    try:
        yield pool
    except BaseException:
        hold.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        hold.close()
        lifeline.close()


def _needs_script(task: Task | None) -> bool:
    return task is not None and task.__module__ == "__main__"


@contextlib.contextmanager
def _script_set_aside(task: Task | None) -> Iterator[None]:
    """Processes that are started in here do not import the user's script, unless the task is in it.

    Python imports it in every worker, and a script without `if __name__ == "__main__"` would run its study again there.
    """
    script = sys.modules["__main__"]
    if not _needs_script(task):
        sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _end_with_parent(lifeline: Connection, nice: int) -> None:
    """In a worker: leave Ctrl-C to the parent, stand back behind others, and end at once when the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if nice and hasattr(os, "nice"):
        os.nice(nice)

    def wait_for_end() -> None:
        with contextlib.suppress(EOFError, OSError):
            lifeline.recv_bytes()
        os._exit(1)

    threading.Thread(target=wait_for_end, daemon=True).start()
