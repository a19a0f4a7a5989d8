"""Lessons that are being taught -> their worlds, simulated behind the stage: stories first, then what was opened last."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from sim.allowed import ConfigError
from sim.events.store import LogError
from sim.lessons.rehearsal import Rehearsal, Rehearsed
from sim.lessons.reveal import Found
from sim.lessons.script import is_whole
from sim.studies.ledger import StudyBusy, StudyError

#: How far the simulating processes stand back behind page and browser.
NICE: Final = 10
#: Seconds until worlds that another process simulates are looked at again.
LOOK_AGAIN: Final = 1.0


class _Turn(Exception):
    """Ends a study in between: something else is wanted first. What is sealed stays."""


class Backstage:
    """Simulates the worlds of lessons in a thread of its own while they are taught.

    know(what is known): told whenever more is; the first time as soon as the stories are there. fail(name, why): what cannot be
    simulated, in a line.
    """

    def __init__(
        self,
        lessons: Sequence[Rehearsal],
        know: Callable[[Rehearsed], None],
        fail: Callable[[str, str], None],
        workers: int | None = None,
    ) -> None:
        self._left = {one.name: one for one in lessons}
        self._know, self._fail, self._workers = know, fail, workers
        self._told: dict[str, Rehearsed] = {}
        self._wanted: str | None = None
        self._ended, self._more = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="backstage", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def add(self, one: Rehearsal) -> None:
        """One more lesson."""
        self._left[one.name] = one
        self._more.set()

    def want(self, name: str) -> None:
        """This lesson was opened: it comes first."""
        self._wanted = name

    def stop(self) -> None:
        """Ends at the next replication and waits for that; not for a compiler, which cannot be told."""
        self._ended.set()
        self._more.set()
        self._thread.join(LOOK_AGAIN * 5)

    def _run(self) -> None:
        left = self._left
        while not self._ended.is_set():
            self._more.clear()
            if not left:
                self._more.wait(LOOK_AGAIN)
                continue
            one = left[name := self._next()]
            try:
                if name not in self._told:
                    self._tell_stories(one)
                else:
                    self._tell(one, one.find(workers=self._workers, progress=partial(self._look, one), nice=NICE))
            except _Turn:
                continue
            except StudyBusy:
                self._tell(one, one.read() or one.so_far())
                self._ended.wait(LOOK_AGAIN)
            except (ConfigError, StudyError, LogError) as error:
                self._fail(name, str(error))
                del left[name]
            if name in self._told and is_whole(one.lesson, self._told[name].found):
                left.pop(name, None)

    def _next(self) -> str:
        """What was opened last; else a lesson without a story; else the first."""
        if (wanted := self._wanted) is not None and wanted in self._left:
            return wanted
        names = list(self._left)  # others may be added meanwhile
        return next((name for name in names if name not in self._told), names[0])

    def _tell_stories(self, one: Rehearsal) -> None:
        """The story in the middle where all worlds are known, else the first one: it stays as long as the lesson is taught."""
        known = one.read()
        played = known["median"] if known else 0
        stories = {arm: one.story(arm, played) for arm in one.lesson.told_arms()}
        self._told[one.name] = Rehearsed(one.name, one.lesson, known or one.so_far(), stories, played)
        self._know(self._told[one.name])

    def _tell(self, one: Rehearsal, found: Found) -> None:
        before = self._told[one.name]
        if found != before.found:
            self._told[one.name] = Rehearsed(one.name, one.lesson, found, before.stories, before.played)
            self._know(self._told[one.name])

    def _look(self, one: Rehearsal, *_: int) -> None:
        if self._told[one.name].found["done"] < one.lesson.worlds:
            self._tell(one, one.so_far())
        if self._ended.is_set() or (self._wanted in self._left and self._wanted != one.name):
            raise _Turn


def opening(one: Rehearsal) -> Rehearsed:
    """What a page can show of a lesson before anything is simulated."""
    return Rehearsed(one.name, one.lesson, one.read() or one.so_far(), {}, 0)
