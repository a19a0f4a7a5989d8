"""Points of a study in the hands of several processes: who has which, so that nobody runs one that another is running.

Each process has a desk in the folder of the study: a lock that the system lets go when the process ends, however it ends, and a
file that names the points it has in hand. None of it decides a result: a point that two run is sealed twice with the same bytes.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sim.foreign import read_plain
from sim.studies.ledger import (
    DESKS,
    FORMAT,
    LOCK,
    STUDY,
    Ledger,
    Point,
    StudyBusy,
    StudyError,
    keys_of,
    read_study,
    refuse_other,
    write_whole,
)

#: Seconds to wait for the lock; what it is held for takes milliseconds.
LOCK_SECONDS = 60.0
#: Seconds between two looks at what others have in hand, where nothing else is left.
LOOK_SECONDS = 0.2
#: Seconds without anything new after which points that others have in hand are run here too.
PATIENCE_SECONDS = 60.0
#: A file that names points is at most so large.
NOTE_BYTES = 2**22


@contextlib.contextmanager
def claimed_folder(folder: Path, study: dict[str, Any], *, resume: bool, tidy: bool = True) -> Iterator[tuple[Ledger, Desk]]:
    """A folder as the home of a study, and a desk in it beside those of the other processes that work on the same study.

    study: all that decides the results, and in LOOSE what may differ from one call to the next. Arms may come in beside those that
    are there. tidy: look who else is there, and clear away what killed processes left if nobody is; a thousand shards that start at
    once leave that to whoever makes the tables. Raises StudyError where the folder is taken, with resume where it holds another
    study or none.
    """
    study = json.loads(json.dumps({"format": FORMAT, **study}, default=str))
    desk = Desk(folder)
    try:
        refuse_other(folder, study, resume)  # before anything is written into a folder of somebody else
        folder.mkdir(parents=True, exist_ok=True)
        with desk.locked():
            taken = refuse_other(folder, study, resume)
            desk.sit_down()
            if tidy and desk.is_alone():
                _remove_drafts(folder)
            if not taken or read_study(folder) != study:
                write_whole(folder / STUDY, json.dumps(study, indent=1).encode())
            ledger = Ledger(folder, keys_of(study))
            ledger.open()
    except Timeout as error:
        desk.leave()
        raise StudyBusy(f"folder={folder}: locked for long by another process; look whether one hangs") from error
    except OSError as error:
        desk.leave()
        raise StudyError(f"folder={folder}: {error.strerror or error}") from error
    except BaseException:
        desk.leave()
        raise
    try:
        yield ledger, desk
    finally:
        desk.leave()


def _remove_drafts(folder: Path) -> None:
    """What killed processes left behind."""
    for rough in list(folder.rglob("*.tmp")):
        if rough.is_dir() and not rough.is_symlink():
            shutil.rmtree(rough, ignore_errors=True)
        else:
            rough.unlink(missing_ok=True)


class Desk:
    """The desk of this process in the folder of a study."""

    def __init__(self, folder: Path) -> None:
        self._home = folder / DESKS
        self._lock = FileLock(folder / LOCK, timeout=LOCK_SECONDS, thread_local=False)
        self._name = secrets.token_hex(8)
        self._own = FileLock(self._home / f"{self._name}.lock", timeout=LOCK_SECONDS, thread_local=False)

    def locked(self) -> FileLock:
        """Nobody else takes points, or sits down, while this is held. Raises Timeout where somebody holds it for long."""
        return self._lock

    def sit_down(self) -> None:
        """Take a desk; the folder is locked."""
        self._home.mkdir(exist_ok=True)
        self._own.acquire()

    def is_alone(self) -> bool:
        """Whether nobody else has a desk; the folder is locked. Desks that were left without a word are cleared."""
        return not [path for path in self._home.glob("*.lock") if path.stem != self._name and self._is_taken(path)]

    def leave(self) -> None:
        """Leave the desk, so that whatever is on it is anybody's."""
        if self._own.is_locked:
            self._own.release()
            for name in (f"{self._name}.lock", f"{self._name}.json"):
                with contextlib.suppress(OSError):
                    (self._home / name).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._home.rmdir()  # the last one switches off the light

    def put(self, points: Iterable[tuple[str, int]]) -> None:
        """Name the points that this process has in hand, each by the hash of its arm and its replication."""
        write_whole(self._home / f"{self._name}.json", json.dumps(sorted(points)).encode())

    def in_other_hands(self) -> set[tuple[str, int]]:
        """Points on the desks of others who are there; the folder is locked."""
        found: set[tuple[str, int]] = set()
        for path in self._home.glob("*.json"):
            if path.stem != self._name and self._is_taken(path.with_suffix(".lock")):
                with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):  # anything else names no points
                    found |= {(str(key), int(number)) for key, number in json.loads(read_plain(path, NOTE_BYTES))}
        return found

    def _is_taken(self, path: Path) -> bool:
        """Whether somebody sits there. A desk that its process left without a word is cleared."""
        lock = FileLock(path, timeout=0, thread_local=False)
        try:
            with lock:
                for one in (path, path.with_suffix(".json")):
                    one.unlink(missing_ok=True)
        except Timeout:
            return True
        except OSError:  # no lock, whatever it is
            return False
        return False


class Share:
    """The points that this process is to run, taken batch by batch, each batch put on its desk.

    waiting: points that are not sealed as far as is known, in the order in which they are run. sealed: how many are. polite: leave
    alone what others have in hand; where a shard is given out there is nobody to ask.
    """

    def __init__(self, ledger: Ledger, desk: Desk, points: Iterable[Point], *, polite: bool = True) -> None:
        self.ledger, self._desk, self._polite = ledger, desk, polite
        points = list(points)
        self.waiting = [point for point in points if ledger.read(point) is None]
        self.sealed = len(points) - len(self.waiting)
        self._held: set[Point] = set()
        self._named: set[Point] = set()  # on the desk, for all to see
        self._news = time.monotonic()

    def take(self, most: int) -> list[Point]:
        """The next points, so many at most; fewer or none where others have in hand or have sealed what is left.

        Raises StudyError where the folder stays locked.
        """
        try:
            with self._desk.locked() if self._polite else contextlib.nullcontext():
                patient = self._polite and time.monotonic() - self._news < PATIENCE_SECONDS
                busy = self._desk.in_other_hands() if patient else set()
                batch: list[Point] = []
                kept: list[Point] = []
                for place, point in enumerate(self.waiting):
                    if len(batch) == most:
                        kept += self.waiting[place:]
                        break
                    if self._name(point) in busy:
                        kept.append(point)
                    elif self.ledger.read(point) is not None:  # by another process
                        self.count(1)
                    else:
                        batch.append(point)
                self.waiting = kept
                self._held.update(batch)
                self._tell()
        except Timeout as error:
            raise StudyBusy(
                f"folder={self.ledger.folder}: locked for long by another process; look whether one hangs"
            ) from error
        return batch

    def count(self, sealed: int) -> None:
        """So many more are sealed."""
        self.sealed += sealed
        self._news = time.monotonic() if sealed else self._news

    def finish(self, batch: Iterable[Point]) -> None:
        """These are in hand no more; the desk says so when the next are asked for."""
        self._held -= set(batch)

    def give_back(self, batch: list[Point]) -> list[Point]:
        """Those of a batch that are not sealed wait again; they are returned."""
        self.finish(batch)
        lost = [point for point in batch if self.ledger.read(point) is None]
        self.count(len(batch) - len(lost))
        self.waiting = lost + self.waiting
        return lost

    def _tell(self) -> None:
        if self._named != self._held:
            self._named = set(self._held)
            self._desk.put(map(self._name, self._held))

    def _name(self, point: Point) -> tuple[str, int]:
        return self.ledger.path(point).parent.name, point.replication
