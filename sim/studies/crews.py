"""Where points are run: in this process, in processes of this machine, or on a Dask cluster; whose workers may be killed."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
import types
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sim.studies.desk import LOOK_SECONDS, Share
from sim.studies.ledger import Point, StudyError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sim.studies.runner import Batch, Plan

#: Work handed over at a time, seconds: a pool of this machine takes 0.1 ms for it, a scheduler of a cluster 1 ms and 10 kB.
BATCH_SECONDS = 2.0
#: A point that was there at so many broken crews runs alone from then on; one at which so many break alone is the cause.
SUSPECTED, BREAKS = 2, 3
#: Batches in flight for each worker of a cluster: one that it runs and one that waits there.
IN_FLIGHT = 2
#: Seconds to wait for the scheduler of a cluster and for its first worker; and for all workers of one that is started here, each of
#: which loads the model while others may keep the machine busy.
CLUSTER_SECONDS, START_SECONDS = 30, 300


@dataclass(frozen=True)
class Runner:
    """Where points are run. address: of the scheduler of a cluster that is there; "" starts one on this machine."""

    kind: Literal["local", "dask"] = "local"
    address: str = ""


LOCAL = Runner()


def split_runner(words: Iterable[str]) -> tuple[Runner, list[str]]:
    """Where points are to be run, and the words that say anything else. Raises StudyError, one line."""
    given: dict[str, str] = {}
    rest = []
    for text in words:
        key, _, value = text.partition("=")
        if key not in ("runner", "runner.address"):
            rest.append(text)
        elif key in given:
            raise StudyError(f"{key}: given twice; each key may be given once")
        else:
            given[key] = value
    kind, address = given.get("runner", "dask" if "runner.address" in given else "local"), given.get("runner.address", "")
    if kind not in ("local", "dask"):
        raise StudyError(f"runner={kind[:40]!r}: local (processes of this machine) or dask (a cluster)")
    if address and (kind != "dask" or not re.fullmatch(r"(tcp|tls|ws|wss)://[\w.:\[\]-]{1,200}", address)):
        raise StudyError(f"runner.address={address[:60]!r}: the scheduler of a Dask cluster, such as tcp://10.0.0.5:8786")
    return Runner("dask" if kind == "dask" else "local", address), rest


@dataclass(frozen=True)
class Crew:
    """Workers behind one executor. broken: what it raises where a worker was killed too often."""

    executor: Executor
    workers: int
    in_flight: int
    broken: type[Exception]


def simulate_batches(
    plan: Plan, share: Share, workers: int, keep_going: bool, runner: Runner, nice: int
) -> Generator[Batch, None, None]:
    """Simulate all that waits in a share; one report a batch. Raises StudyError for a point that kills its worker each time."""
    if runner.kind == "dask":
        return _simulate_in_crew(plan, share, keep_going, lambda: _dask_crew(plan, runner.address, workers))
    workers = min(workers, len(share.waiting))
    if workers <= 1 and not nice:
        return _live_here(plan, share, keep_going)
    return _simulate_in_crew(plan, share, keep_going, lambda: _local_crew(plan, max(workers, 1), nice))


def _live_here(plan: Plan, share: Share, keep_going: bool) -> Generator[Batch, None, None]:
    """One replication of all arms after the other, each told of."""
    from sim.studies.runner import Batch, live_batch

    while share.waiting:
        first = share.waiting[0].replication
        batch = share.take(sum(point.replication == first for point in share.waiting))
        if batch:
            report = live_batch(plan, batch, keep_going)
            share.finish(batch)
            yield report
        elif share.waiting:
            time.sleep(LOOK_SECONDS)  # others have all that is left in hand
            yield Batch(0, 0.0, ())


def _simulate_in_crew(
    plan: Plan, share: Share, keep_going: bool, hire: Callable[[], contextlib.AbstractContextManager[Crew]]
) -> Generator[Batch, None, None]:
    """Batches on a crew; one that breaks because a worker was killed is hired again.

    The first point of each batch that was not sealed when a crew broke is suspected. One that was suspected often runs alone, where
    nobody else can be the cause, and only what breaks then is held against it: workers that are killed at random accuse nobody.
    """
    from sim.studies.runner import Batch, live_batch

    pace = float("inf")
    suspected: Counter[Point] = Counter()
    broken: Counter[Point] = Counter()

    def alone(batch: Sequence[Point]) -> bool:
        return suspected[batch[0]] >= SUSPECTED

    while share.waiting:
        running: dict[Future[Batch], list[Point]] = {}
        with hire() as crew:
            try:
                while share.waiting or running:
                    idle = True
                    while share.waiting and len(running) < crew.in_flight and not any(map(alone, running.values())):
                        if alone(share.waiting) and running:
                            break
                        suspect = suspected[share.waiting[0]] > 0
                        batch = share.take(_batch_size(len(share.waiting), crew.workers, pace, suspect))
                        if not batch:
                            break
                        try:
                            with _script_set_aside(plan):
                                future = crew.executor.submit(live_batch, plan.without_others(batch), batch, keep_going)
                        except crew.broken:  # by a worker that was killed in between
                            share.give_back(batch)
                            raise
                        running[future] = batch
                    for future in wait(running, timeout=None if running else 0, return_when=FIRST_COMPLETED).done:
                        result, idle = future.result(), False
                        batch = running.pop(future)
                        pace = min(pace, result.seconds / len(batch))
                        share.finish(batch)
                        yield result
                    if idle:
                        if share.waiting:
                            time.sleep(LOOK_SECONDS)  # others have all that is left in hand
                        yield Batch(0, 0.0, ())
            except crew.broken:
                for batch in running.values():
                    (broken if alone(batch) else suspected).update(share.give_back(batch)[:1])
                share.waiting.sort(key=lambda point: (-suspected[point], point.replication, point.arm))
                yield Batch(0, 0.0, ())
                for point, times in broken.items():
                    if times >= BREAKS:
                        raise StudyError(_describe_killer(plan, point)) from None


def _describe_killer(plan: Plan, point: Point) -> str:
    reason = f"its process was killed {BREAKS} times, out of memory?"
    if _needs_script(plan):
        reason = (
            f"its process ended {BREAKS} times: out of memory, or the script runs the study again where it is "
            'imported (put `if __name__ == "__main__":` before what it runs, or set workers=1)'
        )
    return f"replication={point.replication}: {reason} (repeat: {plan.repeat(point)})"


def _batch_size(waiting: int, workers: int, pace: float, suspect: bool) -> int:
    """Points that take about BATCH_SECONDS, fewer towards the end, so that all workers end together."""
    return 1 if suspect else max(1, min(round(BATCH_SECONDS / max(pace, 1e-6)), waiting // (2 * workers)))


# Processes of this machine ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _local_crew(plan: Plan, workers: int, nice: int) -> Iterator[Crew]:
    """A process pool whose workers end when this process ends, is killed, or leaves the block by an exception.

    Each worker holds the reading end of a pipe. The system closes the writing end when this process dies, however it
    dies; without that, workers of a killed study would wait for ever. A fork server imports the model once for all.
    """
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["sim.studies.runner", plan.task.__module__ if plan.task else "sim.run"])
    lifeline, hold = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent, initargs=(lifeline, nice))
    try:
        yield Crew(pool, workers, workers, BrokenProcessPool)
    except BaseException:
        hold.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        hold.close()
        lifeline.close()


def _needs_script(plan: Plan) -> bool:
    return plan.task is not None and plan.task.__module__ == "__main__"


@contextlib.contextmanager
def _script_set_aside(plan: Plan) -> Iterator[None]:
    """Processes that are started in here do not import the user's script, unless the task is in it.

    Python imports it in every worker, and a script without `if __name__ == "__main__"` would run its study again there.
    """
    script = sys.modules["__main__"]
    if not _needs_script(plan):
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


# A Dask cluster --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _dask_crew(plan: Plan, address: str, workers: int) -> Iterator[Crew]:
    """Workers of a Dask cluster: of the one at an address, or one of so many processes on this machine.

    The scheduler gives a task whose worker was killed to another one, a few times. Whoever runs it leaves out what is sealed.
    Workers elsewhere need the folder under the same path. Raises StudyError where Dask is missing or nobody answers.
    """
    try:
        from distributed import Client, KilledWorker, LocalCluster
    except ImportError as error:
        raise StudyError("runner=dask: needs the extra cluster (pip install 'groupalive[cluster]'), or runner=local") from error
    with contextlib.ExitStack() as stack:
        try:
            with _script_set_aside(plan):
                target: Any = address or stack.enter_context(
                    LocalCluster(  # one thread each: a run has a processor for itself
                        n_workers=workers, threads_per_worker=1, memory_limit=0, dashboard_address=None,
                        silence_logs=logging.CRITICAL,
                    )
                )  # fmt: skip
                patience = CLUSTER_SECONDS if address else START_SECONDS
                client = stack.enter_context(Client(target, timeout=patience))
                client.wait_for_workers(1 if address else workers, timeout=patience)
        except (OSError, TimeoutError, ValueError) as error:
            reason = " ".join(str(error).split())[:200]
            raise StudyError(f"runner.address={address}: no Dask cluster answers there ({reason})") from error
        count = len(client.nthreads())
        yield Crew(stack.enter_context(client.get_executor(pure=False)), count, IN_FLIGHT * count, KilledWorker)
