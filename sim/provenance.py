"""Resolved config, seed and the code that is running -> the manifest of a run: what is needed to repeat and to check it."""

from __future__ import annotations

import hashlib
import platform
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from sim.events.store import hash_of, write_json_atomically

__all__ = ["build_manifest", "code_revision", "hash_of", "hash_sources", "write_json_atomically"]

DISTRIBUTION: Final = "groupalive"
#: Distributions whose versions can change a result.
LIBRARIES: Final = ("numpy", "numba", "simpy", "networkx", "scipy", "pyarrow", "hydra-core")

#: The folders of an absolute path, POSIX or Windows, or of one below a home folder; what they lead to is kept.
_FOLDERS: Final = re.compile(r"""(?<![\w.~/:\\-])(?:file://)?(?:[A-Za-z]:|~\w*)?[/\\]+(?:[^/\\\s,;:'"]+[/\\]+)+""")


def build_manifest(
    plain_config: Mapping[str, Any],
    seed: int,
    replication: int,
    *,
    command: Sequence[str],
    wall_seconds: float,
    status: str = "finished",
    parameters: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The manifest of one replication, plain values only; LogWriter.seal adds what it knows of the events.

    plain_config: the resolved config as nested dicts and lists; command: the words that repeat this replication, quoted
    for a shell here; wall_seconds: duration of the run; parameters: the behaviour parameters in force (default:
    `plain_config["parameters"]`). Names of machine folders are cut from every text. Raises ValueError for NaN.
    """
    config = _without_folders(plain_config)
    return {
        "status": status,
        "command": _without_folders(shlex.join(command)),
        "seed": seed,
        "replication": replication,
        "config": config,
        "config_hash": hash_of(config),
        "parameter_hash": hash_of(config.get("parameters", {}) if parameters is None else _without_folders(parameters)),
        "code": {"version": _version(DISTRIBUTION), "revision": code_revision(), "sources": hash_sources()},
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in LIBRARIES},
        "platform": {"system": platform.system(), "architecture": platform.machine()},
        "wall_seconds": round(wall_seconds, 6),
    }


@cache
def hash_sources(package: Path = Path(__file__).parent) -> str:
    """blake2b-128 hex over names and contents of every Python file and table of the package, wherever it is installed."""
    total = hashlib.blake2b(digest_size=16)
    paths = (path for path in package.rglob("*") if path.suffix in (".py", ".csv"))
    for path in sorted(paths, key=lambda path: path.relative_to(package).as_posix()):
        content = path.read_bytes()
        total.update(f"{path.relative_to(package).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


@cache
def code_revision(checkout: Path = Path(__file__).parent.parent) -> str:
    """The git revision where the code runs from its checkout, with `+changes` where files differ; else the version."""
    if (checkout / ".git").exists():
        try:
            revision = _git(checkout, "rev-parse", "HEAD")
            return revision + ("+changes" if _git(checkout, "status", "--porcelain", "--", "sim", "configs") else "")
        except (OSError, subprocess.SubprocessError):
            pass
    return _version(DISTRIBUTION)


def _git(checkout: Path, *words: str) -> str:
    answer = subprocess.run(["git", "-C", str(checkout), *words], capture_output=True, text=True, timeout=10, check=True)
    return answer.stdout.strip()


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"


def _without_folders(value: Any) -> Any:
    """A copy of nested plain values in which no text leads to a folder of this machine or names its user."""
    if isinstance(value, str):
        home = str(Path.home())
        return _FOLDERS.sub("", value.replace(home, "~") if len(home) > 1 else value)
    if isinstance(value, Mapping):
        return {str(key): _without_folders(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_folders(part) for part in value]
    return value
