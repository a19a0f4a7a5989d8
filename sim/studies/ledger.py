"""Finished points -> sealed files, one each: what a study has done so far, and whose study it is."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import platform
import secrets
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from sim.foreign import read_plain
from sim.provenance import LIBRARIES, hash_sources

#: Counts up when the content of a sealed point changes its meaning.
FORMAT = 2
#: The description of a study.
STUDY = "study.json"
#: What it says besides that may differ when a study goes on: arms may be added, more replications wanted, and asked anew.
LOOSE = ("arms", "beside", "own_customers", "replications", "request")
#: Held for moments: while points are taken, and while somebody comes.
LOCK = "study.lock"
#: The folder of those who are at work on a study.
DESKS = "at_work"
#: Letters of the hash of an arm that name its folder.
KEY_LETTERS = 16
#: `study.json` and a sealed point are at most so large. A group of an arm takes 150 bytes, so a million of them fit.
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


class StudyError(Exception):
    """What is wrong with a study: one line that names the key and what is allowed."""


class Point(NamedTuple):
    """One arm, by its place, in one replication."""

    arm: int
    replication: int


class StudyBusy(StudyError):
    """Other processes keep the folder of a study locked."""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is either there in full or not at all, whenever the process is killed.

    Raises StudyError where the disk is full or the folder cannot be written.
    """
    rough = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")  # processes of two machines share a number
    try:
        rough.write_bytes(content)
        os.replace(rough, path)
    except OSError as error:
        with contextlib.suppress(OSError):
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


def keys_of(study: dict[str, Any]) -> tuple[bytes, ...]:
    """For each arm, and then for each of the customers beside them, the hash of all that decides what comes of it.

    Raises StudyError for a description that names no arms.
    """
    shared = {name: value for name, value in study.items() if name not in (*LOOSE, "logs")}
    configs = [*_configs(study.get("arms")), *_configs(study.get("beside", []))]
    return tuple(hashlib.blake2b(canonical({**shared, "config": config}), digest_size=32).digest() for config in configs)


def _configs(arms: Any) -> list[Any]:
    if not isinstance(arms, list) or not all(isinstance(arm, dict) and "config" in arm for arm in arms):
        raise StudyError(f"{STUDY}: damaged, arms={str(arms)[:60]!r}: a list of arms with their settings is needed")
    return [arm["config"] for arm in arms]


def refuse_other(folder: Path, study: dict[str, Any], resume: bool) -> bool:
    """Whether the folder holds this study already. Raises StudyError where it may not be used."""
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"folder={folder}: a folder; there is a file of that name")
    if not folder.exists() or all(path.suffix == ".tmp" or path.name in (LOCK, DESKS) for path in folder.iterdir()):
        return False
    if not resume:
        raise StudyError(f"folder={folder}: exists already; take another folder, or go on with it (--resume)")
    found = read_study(folder)
    if other := [key for key in study if key not in LOOSE and found.get(key) != study[key]]:
        raise StudyError(f"folder={folder}: holds another study, not with the same {other[0]}; take a new folder")
    before, now = _configs(found.get("arms")), _configs(study.get("arms"))
    if any(config not in now for config in before):
        raise StudyError(
            f"folder={folder}: holds another study, not with the same arms; arms can only be added; take a new folder"
        )
    if study.get("logs", "none") != "none" and now[: len(before)] != before:  # a log is kept under the place of its arm
        raise StudyError(f"folder={folder}: keeps whole logs; name further arms after those that are in it")
    return True


@dataclass(frozen=True)
class Ledger:
    """The sealed points of one study, an arm in a replication: `ledger/<hash of the arm>/<replication>.json`, with a checksum line.

    One small file per point, because nothing is simpler that survives SIGKILL of any process at any moment: there
    is no open file and no order, and a file that is not whole does not carry the right checksum. Whoever runs a point writes the
    same bytes. The checksum is keyed with the hash of the arm, so that a file of another study counts as missing. That hash is no
    secret: whoever has the folder can make the checksum of a forged file, so that its content is checked as well.
    """

    folder: Path
    keys: tuple[bytes, ...]

    def open(self) -> None:
        """Make the folders. Raises OSError."""
        for key in self.keys:
            self._home(key).mkdir(parents=True, exist_ok=True)

    def seal(self, point: Point, outcome: dict[str, Any]) -> None:
        """Write what came of a point; final once this returns. Raises ValueError for what is no outcome."""
        outcome = json.loads(json.dumps(outcome, default=_plain_number))
        _check(outcome)
        body = json.dumps(outcome, separators=(",", ":")).encode()
        if len(body) > SEALED_BYTES // 2:
            raise ValueError(f"{len(body)} bytes; a point takes at most {SEALED_BYTES // 2}")
        write_whole(self.path(point), self._checksum(point, body) + b"\n" + body)
        self.failure_path(point).unlink(missing_ok=True)

    def read(self, point: Point) -> dict[str, Any] | None:
        """What was sealed; None where nothing is, or not by this study, or not whole.

        Raises StudyError for a file with the right checksum that holds what no study gives.
        """
        path = self.path(point)
        try:
            checksum, _, body = read_plain(path, SEALED_BYTES).partition(b"\n")
        except FileNotFoundError:
            return None
        except ValueError:  # no study seals so much
            return None
        except OSError as error:
            raise StudyError(f"{path}: {error.strerror}; a file that can be read is needed") from error
        if checksum != self._checksum(point, body):
            return None
        try:
            outcome = json.loads(body)
            _check(outcome)
        except (ValueError, RecursionError) as error:
            reason = "".join(c if c.isprintable() else "?" for c in str(error)[:200])
            raise StudyError(f"{path}: not what a study gives: {reason}; delete the file and go on (--resume)") from None
        found: dict[str, Any] = outcome
        return found

    def replications(self, most: int) -> list[int]:
        """The replications below a number in which something is sealed for the first arm."""
        found = (int(path.stem) for path in self._home(self.keys[0]).glob("*.json") if path.stem.isdecimal())
        return sorted(number for number in found if number < most)

    def read_all(self, replication: int) -> list[dict[str, Any]] | None:
        """What was sealed of all arms, and then of the customers beside them; None where one of them is missing."""
        found: list[dict[str, Any]] = []
        for place in range(len(self.keys)):
            if (outcome := self.read(Point(place, replication))) is None:
                return None
            found.append(outcome)
        return found

    def path(self, point: Point) -> Path:
        """Where a point is sealed."""
        return self._home(self.keys[point.arm]) / f"{point.replication:06d}.json"

    def failure_path(self, point: Point) -> Path:
        """Where the traceback of a failed point is kept until the point is sealed."""
        return self.path(point).with_suffix(".failure.txt")

    def _home(self, key: bytes) -> Path:
        return self.folder / "ledger" / key.hex()[:KEY_LETTERS]

    def _checksum(self, point: Point, body: bytes) -> bytes:
        key = self.keys[point.arm]
        return hashlib.blake2b(b"%d\n" % point.replication + body, key=key, digest_size=16).hexdigest().encode()


def open_ledger(folder: Path) -> Ledger:
    """What a study has sealed so far, to be read while others may be at work on it. Raises StudyError where there is none."""
    return Ledger(folder, keys_of(read_study(folder)))


def read_study(folder: Path) -> dict[str, Any]:
    """`study.json` of a folder. Raises StudyError where there is none or it cannot be read."""
    try:
        study = json.loads(read_plain(folder / STUDY, STUDY_BYTES))
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


def _check(outcome: Any) -> None:
    """Whether plain values are the outcomes of a point. Raises ValueError, which names what is not."""
    if not isinstance(outcome, dict):
        raise ValueError("outcomes by name are needed")
    lives = outcome.get("lifetimes", [])
    if not isinstance(lives, list) or not all(isinstance(life, dict) for life in lives):
        raise ValueError("lifetimes: a list of one entry a group is needed")
    if not isinstance(outcome.get("digest", ""), str):
        raise ValueError("digest: text is needed")
    for name, value in outcome.items():
        if name != "lifetimes" and not _is_cell(value):  # NaN: a share of nothing
            raise ValueError(f"{name}={value!r:.60}: a number or text is needed")
    for life in lives:
        for name, value in life.items():
            if not _is_cell(value) or not _is_finite(value) or (name in LIFE and not isinstance(value, LIFE[name])):
                raise ValueError(f"lifetimes.{name}={value!r:.60}: another kind of value is needed")
            if name in ("time", "planned", "group", "revivals") and value < 0:
                raise ValueError(f"lifetimes.{name}={value!r:.60}: 0 or more is needed")


def _is_finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _is_cell(value: Any) -> bool:
    """Whether a value can stand in a cell of a table: text, yes or no, a number; a ratio to nothing is endless."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return isinstance(value, str | float)


def canonical(value: Any) -> bytes:
    """Plain values as the bytes that are hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str).encode()


def _plain_number(value: Any) -> Any:
    return value.item()  # a numpy scalar; anything else has no place in a table and fails by name
