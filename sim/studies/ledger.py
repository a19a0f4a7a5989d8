"""Finished replications -> sealed files, one each: what a study has done so far, and whose study it is."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sim.foreign import read_plain
from sim.provenance import LIBRARIES, hash_sources

#: Counts up when the content of a sealed replication changes its meaning.
FORMAT = 1
#: `study.json` and a sealed replication are at most so large. A group of an arm takes 150 bytes, so a million of them fit.
STUDY_BYTES, SEALED_BYTES = 2**26, 2**28
#: What the columns of a lifetime hold, where they are there.
LIFE: dict[str, type | tuple[type, ...]] = {
    "definition": str,
    "group": int,
    "planned": (int, float),
    "time": (int, float),
    "ended": str,
    "stillborn": bool,
    "revivals": int,
}
#: Held by the process that works on a study. The system lets it go when that process ends, however it ends.
LOCK = "study.lock"


class StudyError(Exception):
    """What is wrong with a study: one line that names the key and what is allowed."""


class StudyBusy(StudyError):
    """Another process is at work on the study."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is either there in full or not at all, whenever the process is killed.

    Raises StudyError where the disk is full or the folder cannot be written.
    """
    rough = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        rough.write_bytes(content)
        os.replace(rough, path)
    except OSError as error:
        rough.unlink(missing_ok=True)
        kept = "what is finished is kept" if path.parent.is_dir() else "the folder was removed or moved while the study ran"
        raise StudyError(f"folder={path.parent}: {error.strerror}; {kept}") from error


def describe_program() -> dict[str, Any]:
    """What besides the settings decides a result: digest of the code, versions of the libraries, kind of machine."""
    return {
        "program": hash_sources(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "machine": [platform.python_version(), sys.platform, platform.machine()],
    }


@contextmanager
def claimed_folder(folder: Path, study: dict[str, Any], *, resume: bool) -> Iterator[Ledger]:
    """A folder as the home of a study, described by all that decides its results (the number of replications apart).

    No other process can claim it until the block is left. Raises StudyError where the folder is taken or another process
    is at work in it, with resume where it holds another study or none.
    """
    study = json.loads(_canonical({"format": FORMAT, **study}))
    lock = FileLock(folder / LOCK, thread_local=False)
    try:
        _refuse_other(folder, study, resume)  # before anything is written into a folder of somebody else
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        taken = _refuse_other(folder, study, resume)
        for rough in folder.rglob("*.tmp"):  # what a killed process left behind
            rough.unlink(missing_ok=True)
        if not taken:
            write_whole(folder / "study.json", json.dumps(study, indent=1, sort_keys=True).encode())
        (folder / "ledger").mkdir(exist_ok=True)
    except Timeout as error:
        raise StudyBusy(f"folder={folder}: another process is at work on this study; wait for its end or stop it") from error
    except OSError as error:
        lock.release()
        raise StudyError(f"folder={folder}: {error.strerror or error}") from error
    except StudyError:
        lock.release()
        raise
    try:
        yield _ledger_of(folder, study)
    finally:
        lock.release()


def _refuse_other(folder: Path, study: dict[str, Any], resume: bool) -> bool:
    """Whether the folder holds this study already. Raises StudyError where it may not be used."""
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"folder={folder}: a folder; there is a file of that name")
    if not folder.exists() or all(path.suffix == ".tmp" or path.name == LOCK for path in folder.iterdir()):
        return False
    if not resume:
        raise StudyError(f"folder={folder}: exists already; take another folder, or go on with it (--resume)")
    found = read_study(folder)
    if other := [key for key in study if found.get(key) != study[key]]:
        raise StudyError(f"folder={folder}: holds another study, not with the same {other[0]}; take a new folder")
    return True


@dataclass(frozen=True)
class Ledger:
    """The sealed replications of one study: `ledger/<replication>.json`, one file each, with a checksum line.

    One small file per replication, because nothing is simpler that survives SIGKILL of any process at any moment: there
    is no open file and no order, and a file that is not whole does not carry the right checksum. The checksum
    is keyed with the digest of the study, so that a file of another study counts as missing. That digest is no secret:
    whoever has the folder can make the checksum of a forged file, so that its content is checked as well.
    """

    folder: Path
    key: bytes
    arms: int

    def seal(self, replication: int, content: list[dict[str, Any]]) -> None:
        """Write what all arms gave in one replication; final once this returns. Raises ValueError for what is no outcome."""
        content = json.loads(json.dumps(content, default=_plain_number))
        _check(content, self.arms)
        body = json.dumps(content, separators=(",", ":")).encode()
        if len(body) > SEALED_BYTES // 2:
            raise ValueError(f"{len(body)} bytes; a replication of all arms takes at most {SEALED_BYTES // 2}")
        write_whole(self._path(replication), self._checksum(replication, body) + b"\n" + body)
        self.failure_path(replication).unlink(missing_ok=True)

    def read(self, replication: int) -> list[dict[str, Any]] | None:
        """What was sealed, one entry per arm; None where nothing is, or not by this study, or not whole.

        Raises StudyError for a file with the right checksum that holds what no study gives.
        """
        path = self._path(replication)
        try:
            checksum, _, body = read_plain(path, SEALED_BYTES).partition(b"\n")
        except FileNotFoundError:
            return None
        except ValueError:  # no study seals so much
            return None
        except OSError as error:
            raise StudyError(f"{path}: {error.strerror}; a file that can be read is needed") from error
        if checksum != self._checksum(replication, body):
            return None
        try:
            content = json.loads(body)
            _check(content, self.arms)
        except (ValueError, RecursionError) as error:
            reason = "".join(c if c.isprintable() else "?" for c in str(error)[:200])
            raise StudyError(f"{path}: not what a study gives: {reason}; delete the file and go on (--resume)") from None
        found: list[dict[str, Any]] = content
        return found

    def failure_path(self, replication: int) -> Path:
        """Where the traceback of a failed replication is kept until the replication is sealed."""
        return self._path(replication).with_suffix(".failure.txt")

    def _path(self, replication: int) -> Path:
        return self.folder / "ledger" / f"{replication:06d}.json"

    def _checksum(self, replication: int, body: bytes) -> bytes:
        return hashlib.blake2b(b"%d\n" % replication + body, key=self.key, digest_size=16).hexdigest().encode()


def open_ledger(folder: Path) -> Ledger:
    """What a study has sealed so far, to be read while another process may be writing it. Raises StudyError where there is none."""
    return _ledger_of(folder, read_study(folder))


def _ledger_of(folder: Path, study: dict[str, Any]) -> Ledger:
    arms = len(study.get("arms", [])) + len(study.get("beside", []))
    return Ledger(folder, hashlib.blake2b(_canonical(study), digest_size=32).digest(), arms)


def read_study(folder: Path) -> dict[str, Any]:
    """`study.json` of a folder. Raises StudyError where there is none or it cannot be read."""
    try:
        study = json.loads(read_plain(folder / "study.json", STUDY_BYTES))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StudyError(f"folder={folder}: holds no study (study.json is missing)") from error
    except OSError as error:
        raise StudyError(f"{folder / 'study.json'}: {error.strerror}; a file that can be read is needed") from error
    except (ValueError, RecursionError) as error:
        raise StudyError(
            f"{folder / 'study.json'}: damaged, no JSON of at most {STUDY_BYTES} bytes; take a new folder"
        ) from error
    if not isinstance(study, dict):
        raise StudyError(f"{folder / 'study.json'}: damaged, no description of a study; take a new folder")
    return study


def _check(content: Any, arms: int) -> None:
    """Whether plain values are the outcomes of so many arms. Raises ValueError, which names what is not."""
    if not isinstance(content, list) or len(content) != arms:
        raise ValueError(f"a list of {arms}, one entry an arm, is needed")
    for arm, outcome in enumerate(content):
        if not isinstance(outcome, dict):
            raise ValueError(f"arm {arm}: outcomes by name are needed")
        lives = outcome.get("lifetimes", [])
        if not isinstance(lives, list) or not all(isinstance(life, dict) for life in lives):
            raise ValueError(f"arm {arm}, lifetimes: a list of one entry a group is needed")
        if not isinstance(outcome.get("digest", ""), str):
            raise ValueError(f"arm {arm}, digest: text is needed")
        for name, value in outcome.items():
            if name != "lifetimes" and not _is_cell(value):  # NaN: a share of nothing
                raise ValueError(f"arm {arm}, {name}={value!r:.60}: a number or text is needed")
        for life in lives:
            for name, value in life.items():
                if not _is_cell(value) or not _is_finite(value) or (name in LIFE and not isinstance(value, LIFE[name])):
                    raise ValueError(f"arm {arm}, lifetimes.{name}={value!r:.60}: another kind of value is needed")
                if name in ("time", "planned", "group", "revivals") and value < 0:
                    raise ValueError(f"arm {arm}, lifetimes.{name}={value!r:.60}: 0 or more is needed")


def _is_finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _is_cell(value: Any) -> bool:
    """Whether a value can stand in a cell of a table: text, yes or no, a number; a ratio to nothing is endless."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return isinstance(value, str | float)


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str).encode()


def _plain_number(value: Any) -> Any:
    return value.item()  # a numpy scalar; anything else has no place in a table and fails by name
