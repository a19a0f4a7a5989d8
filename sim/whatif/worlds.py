"""Warm processes of this machine -> tasks, the urgent ones first; what is not begun can be taken back."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any, Final, Literal

Task = Callable[..., Any]
#: (place in the batch, value or None, why it failed or "").
Done = Callable[[int, Any, str], None]
#: How soon tasks are needed.
When = Literal["now", "ahead", "draft"]
#: Batches that are asked ahead of need; older ones are let go. Seconds that one waits for a single task.
MOST_AHEAD: Final = 2
PATIENCE: Final = 60.0


#: What a process tells of a task that it let go, and the signal at which it does, where there is one.
_LET_GO: Final = "let go"
#: What it tells first, as soon as it can be told to let go.
_READY: Final = "ready"
_SIGNAL: Final = getattr(signal, "SIGUSR1", None)


class WorldsError(Exception):
    """Why a task failed, in a line."""


class _LetGoError(Exception):
    """Ends a task for which something else is needed sooner."""


@dataclass
class _One:
    """A task: its place in its batch, and what it gives; two of one key give the same."""

    place: int
    key: Hashable
    task: Task
    args: tuple[Any, ...]


@dataclass
class _Batch:
    """Tasks that were asked for together. urgent: whether what is not makes way for them."""

    tasks: deque[_One]
    done: Done
    needed: Callable[[int], bool] | None = None
    urgent: bool = True

    def waits(self, doing: set[Hashable]) -> bool:
        """Whether there is anything to do; what is not needed any more, or is being done, is dropped."""
        while self.tasks and (self.tasks[0].key in doing or (self.needed and not self.needed(self.tasks[0].place))):
            self.tasks.popleft()
        return bool(self.tasks)


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    doing: tuple[_Batch, _One] | None = field(default=None)
    ready: bool = False
    let_go: bool = False


class Worlds:
    """A few processes that hold the compiled model and wait.

    One batch is urgent; asking anew takes back what is left of the one before, so that many visitors cost no more than one. Single
    tasks come first, what is asked ahead of need when there is nothing else, and a draft, of which there is one, last. Where all are busy
    with what is not urgent, they let go of it at once and begin it anew later, but for what the urgent batch needs too. A process
    that dies is begun anew, and its task is told to have failed.
    """

    def __init__(self, workers: int | None = None) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._count = workers or cores
        self._lock = threading.Lock()
        self._first: deque[_Batch] = deque()
        self._urgent: _Batch | None = None
        self._idle: deque[_Batch] = deque(maxlen=MOST_AHEAD)
        self._draft: _Batch | None = None
        self._workers: list[_Worker] = []
        self._bell, self._ringer = multiprocessing.Pipe(duplex=False)
        self._ended = False
        self._thread: threading.Thread | None = None

    def start(self, warm: Task | None = None) -> None:
        """Begins the processes; warm: what each does first, so that the first who asks need not wait for it."""
        method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        self._context: Any = multiprocessing.get_context(method)
        if method == "forkserver":
            self._context.set_forkserver_preload([__name__, *([warm.__module__] if warm else [])])
        self._warm = warm
        self._thread = threading.Thread(target=self._run, name="worlds", daemon=True)
        self._thread.start()
        atexit.register(self.stop)  # before multiprocessing ends its children, which would be begun anew

    def ask(
        self,
        tasks: Sequence[tuple[Hashable, Task, tuple[Any, ...]]],
        done: Done,
        needed: Callable[[int], bool] | None = None,
        *,
        when: When = "now",
    ) -> None:
        """Does these tasks, (key, task, arguments), in their order.

        key: two tasks of one key give the same to the same, so what is being done already is not done again. needed: whether the
        task at a place is still to be done, asked when its turn has come.
        when: now, in the place of what was asked now before; ahead of need; or as a draft, in the place of the draft before.
        """
        batch = _Batch(deque(_One(place, *one) for place, one in enumerate(tasks)), done, needed, when == "now")
        with self._lock:
            if when == "ahead":
                self._idle.append(batch)
            elif when == "draft":
                self._draft = batch
            else:
                if self._urgent:
                    self._urgent.urgent = False
                self._urgent = batch
        self._ringer.send_bytes(b".")

    def do(self, task: Task, *args: Any) -> Any:
        """Does one task before all others and waits for it. Raises WorldsError where it fails."""
        found: list[tuple[Any, str]] = []
        there = threading.Event()

        def done(_: int, value: Any, why: str) -> None:
            found.append((value, why))
            there.set()

        with self._lock:
            self._first.append(_Batch(deque([_One(0, object(), task, args)]), done))
        self._ringer.send_bytes(b".")
        if not there.wait(PATIENCE):
            raise WorldsError("it takes too long: fewer members or days")
        ((value, why),) = found
        if why:
            raise WorldsError(why)
        return value

    def stop(self) -> None:
        """Ends the processes, whatever they do. A program that ends does so by itself; a second time changes nothing."""
        atexit.unregister(self.stop)
        self._ended = True
        self._ringer.send_bytes(b".")
        if self._thread:
            self._thread.join(5)

    def _begin(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._warm), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _run(self) -> None:
        self._workers = [self._begin() for _ in range(self._count)]
        while not self._ended:
            self._take_over()
            for worker in self._workers:
                if worker.doing is None:
                    self._give(worker)
            self._make_way()
            for pipe in wait([self._bell, *(worker.pipe for worker in self._workers)]):
                if pipe is self._bell:
                    self._bell.recv_bytes()
                    continue
                self._take(next(worker for worker in self._workers if worker.pipe is pipe))
        for worker in self._workers:
            worker.process.terminate()

    def _give(self, worker: _Worker) -> None:
        doing: set[Hashable] = {one.doing[1].key for one in self._workers if one.doing}
        with self._lock:
            waiting = (*self._first, self._urgent, *self._idle, self._draft)
            if (batch := next((one for one in waiting if one and one.waits(doing)), None)) is None:
                return
            one = batch.tasks.popleft()
            if self._first and not self._first[0].tasks:
                self._first.popleft()
        worker.doing, worker.let_go = (batch, one), False
        with contextlib.suppress(OSError):  # a process that has died is found when its pipe is read
            worker.pipe.send((one.task, one.args))

    def _take_over(self) -> None:
        """What is being done for another batch and is urgent now too, is done for the urgent one."""
        with self._lock:
            waiting = {one.key: one for one in self._urgent.tasks} if self._urgent else {}
            for worker in self._workers:
                if self._urgent and worker.doing and (same := waiting.get(worker.doing[1].key)):
                    self._urgent.tasks.remove(same)
                    worker.doing = self._urgent, same

    def _make_way(self) -> None:
        """Lets processes go of what is not urgent, as many as there are urgent tasks that wait."""
        with self._lock:
            waiting = sum(len(batch.tasks) for batch in (*self._first, self._urgent) if batch)
        for worker in [one for one in self._workers if one.doing and one.ready and not one.doing[0].urgent][:waiting]:
            if _SIGNAL is not None and not worker.let_go:
                worker.let_go = True
                with contextlib.suppress(OSError):  # it has died
                    os.kill(worker.process.pid, _SIGNAL)

    def _take(self, worker: _Worker) -> None:
        try:
            value, why = worker.pipe.recv()
        except (EOFError, OSError):
            value, why = None, "the process that simulated it was ended, out of memory?"
            if self._ended:
                return
            self._workers[self._workers.index(worker)] = self._begin()
        if why == _READY:
            worker.ready = True
        elif worker.doing:
            (batch, one), worker.doing = worker.doing, None
            if why == _LET_GO:
                with self._lock:
                    batch.tasks.appendleft(one)
            else:
                batch.done(one.place, value, why)


def _work(pipe: Connection, warm: Task | None) -> None:
    """In a process of its own: tasks until the pipe is closed, which happens too when the parent is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    busy = False

    def let_go(*_: Any) -> None:
        if busy:
            raise _LetGoError

    if _SIGNAL is not None:
        signal.signal(_SIGNAL, let_go)
    if warm:
        warm()
    pipe.send((None, _READY))
    while True:
        try:
            task, args = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            busy = True
            told = task(*args), ""
            busy = False
        except _LetGoError:
            told = None, _LET_GO
        except Exception as error:  # whatever a model raises is told in a line
            told = None, " ".join(f"{type(error).__name__}: {error}".split())[:300]
        busy = False
        try:
            pipe.send(told)
        except OSError:  # nobody reads it any more
            return
