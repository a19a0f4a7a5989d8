"""Python functions -> machine code, kept on disk under a key of all that it depends on.

Numba's own cache looks only at the file of the function itself, so a changed callee or constant elsewhere would keep old code.
It believes whatever bytes it finds, and two processes that compile at once can file one's code under the other's signature.
Here the folder is named after the sources, the versions and the processor, and each file carries a checksum: what is not whole
is compiled again. Nothing is written before something was compiled.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import stat
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import llvmlite
import numba
import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps
from numba.extending import intrinsic

from sim.vocabulary.tables import Whole

#: Modules that compiled code is made of, and those that they import: what they say decides the machine code. A test holds it.
SOURCES = (
    "allowed.py",
    "compiled.py",
    "events/kinds.py",
    "kernel/**/*.py",
    "levers.py",
    "parameters.py",
    "scenario.py",
    "streams.py",
    "vocabulary/*.py",
)
#: What compiled code takes on disk, rounded up.
ROOM_BYTES = 10_000_000
#: Settings of Numba that leave the machine code as it is.
HARMLESS = ("NUMBA_CACHE_DIR", "NUMBA_DEBUG_CACHE", "NUMBA_NUM_THREADS")
#: A file that has not been finished after so many seconds is left over from a process that was killed.
LEFT_OVER = 3600
_CHECKSUM_BYTES = 16

#: What is compiled keeps the signature it was written with.
Function = TypeVar("Function", bound=Callable[..., Any])


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_CHECKSUM_BYTES).digest()


def _key() -> str:
    """One name for all that the machine code depends on, 16 hex digits."""
    package = Path(__file__).resolve().parent
    names = sorted({path for pattern in SOURCES for path in package.glob(pattern)})
    settings = sorted((name, value) for name, value in os.environ.items() if name.startswith("NUMBA_") and name not in HARMLESS)
    features: dict[str, bool] = {}
    with contextlib.suppress(RuntimeError):  # some processors do not tell
        features = dict(binding.get_host_cpu_features())
    processor = (binding.get_process_triple(), binding.get_host_cpu_name(), sorted(features.items()))
    versions = (sys.implementation.cache_tag, sys.version, numba.__version__, llvmlite.__version__, np.__version__)
    total = hashlib.blake2b(repr((versions, processor, settings)).encode(), digest_size=8)
    for path in names:
        content = path.read_bytes()
        total.update(f"\0{path.relative_to(package).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _roots() -> Iterator[Path]:
    """Folders to keep machine code in, the best first; one that the user names for Numba is the only one."""
    if numba.config.CACHE_DIR:
        yield Path(numba.config.CACHE_DIR) / "groupalive"
        return
    yield Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "groupalive"
    ours = os.getuid() if hasattr(os, "getuid") else 0
    root = Path(tempfile.gettempdir()) / f"groupalive-{ours}"
    with contextlib.suppress(OSError):  # code is loaded from here, so nobody else may have put it there
        root.mkdir(mode=0o700, exist_ok=True)
        found = root.lstat()
        if not hasattr(os, "getuid") or (stat.S_ISDIR(found.st_mode) and found.st_uid == ours and not found.st_mode & 0o022):
            yield root


def _usable(folder: Path) -> bool:
    """Whether machine code is in a folder already, or may be put there. Nothing is written to find out."""
    try:
        if folder.is_dir() and any(folder.iterdir()):
            return True
        there = next(path for path in (folder, *folder.parents) if path.exists())
    except OSError:
        return False
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


@cache
def folder() -> Path:
    """Where machine code for this program, these libraries and this processor is kept; it need not exist yet."""
    key, roots = _key(), _roots()
    best = next(roots) / key
    return next((place for place in (best, *(root / key for root in roots)) if _usable(place)), best)


def _content(path: Path) -> bytes | None:
    """What was kept in a file; None where there is none or it is not whole."""
    try:
        found = path.read_bytes()
    except OSError:
        return None
    content = found[_CHECKSUM_BYTES:]
    return content if content and found[:_CHECKSUM_BYTES] == _checksum(path.name.encode() + content) else None


class _Kept:
    """The machine code of one function on disk, one file a signature. Takes the place of Numba's own cache in a dispatcher."""

    def __init__(self, function: Callable[..., Any], source: Path) -> None:
        cells = dumps(tuple(cell.cell_contents for cell in function.__closure__ or ()))
        self.name = f"{source.stem}.{function.__qualname__}".translate({ord("<"): None, ord(">"): None})
        self.origin = (str(source), function.__code__.co_firstlineno, _checksum(source.read_bytes()), _checksum(cells))

    @property
    def cache_path(self) -> str:
        """Where the files are, for the statistics of a dispatcher."""
        return str(folder())

    def path(self, signature: Any, codegen: Any) -> Path:
        """The file of a signature; `codegen` tells what processor it is for."""
        return folder() / f"{self.name}-{_checksum(repr((self.origin, str(signature), codegen.magic_tuple())).encode()).hex()}"

    def files(self) -> Iterator[Path]:
        """The files of all signatures."""
        return folder().glob(f"{self.name}-{'[0-9a-f]' * 2 * _CHECKSUM_BYTES}")

    def load_overload(self, signature: Any, context: Any) -> CompileResult | None:
        """The kept result for a signature; None where it has to be compiled.

        Numba's own cache first has the context read everything that it can compile, a third of a second. Machine code needs none
        of it, and whatever is compiled afterwards asks for it itself.
        """
        content = _content(self.path(signature, context.codegen()))
        return None if content is None else CompileResult._rebuild(context, *pickle.loads(content))

    def save_overload(self, signature: Any, result: CompileResult) -> None:
        """Keeps a result. Where that cannot be done a warning says so, and the program goes on with what it has compiled."""
        if result.library.has_dynamic_globals or any(not one.can_cache for one in result.lifted):
            return
        content = dumps(result._reduce())
        path = self.path(signature, result.codegen)
        draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(_checksum(path.name.encode() + content) + content)  # whole, and of this function
            os.replace(draft, path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            told = f"{path.parent}: compiled code cannot be kept here ({error.strerror}) and is compiled again by every process"
            warnings.warn(told, RuntimeWarning, stacklevel=2)

    def flush(self) -> None:
        """Forgets what was kept, as `recompile` asks."""
        for path in self.files():
            path.unlink(missing_ok=True)


def is_kept(function: Any) -> bool:
    """Whether calling a compiled function takes no compiling: its machine code is kept whole, or none is needed."""
    kept = getattr(function, "_cache", None)  # a plain function where Numba is switched off
    return not isinstance(kept, _Kept) or any(_content(path) is not None for path in kept.files())


def make_room() -> None:
    """Sees that compiled code can be kept, before half a minute is spent on it. Raises OSError without room for it."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    for draft in place.glob("*.tmp"):
        with contextlib.suppress(OSError):
            if draft.stat().st_mtime < time.time() - LEFT_OVER:
                draft.unlink()
    with tempfile.TemporaryFile(dir=place) as room:
        room.write(bytes(ROOM_BYTES))


def _keeping(**options: Any) -> Callable[[Function], Function]:
    """A decorator that compiles with these options of Numba and keeps the machine code of functions that have a file."""

    def decorate(function: Function) -> Function:
        made, source = numba.njit(**options)(function), Path(function.__code__.co_filename)
        if made is not function and source.is_file():
            made._cache = _Kept(function, source)
        kept: Function = made
        return kept

    return decorate


#: For functions that Python calls. Kernel code never allocates, so Numba's reference counts are left out: they took two thirds
#: of the time of a run. How long the rest is for is told in docs/decisions/0015.
compiled = _keeping(_nrt=False, no_cfunc_wrapper=True)
#: For functions that only compiled code calls: without the part that Python would call.
within = _keeping(_nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True)
#: For steps that are taken at one place or two: part of the caller, not compiled on their own with all that they call.
merged: Callable[[Function], Function] = numba.njit(_nrt=False, inline="always")
#: For functions that are made of others and have no file of their own: kept with what calls them.
joined: Callable[[Function], Function] = numba.njit(_nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True)


#: Bytes that come from memory together.
LINE = 64


@intrinsic  # type: ignore[misc]  # Numba gives no types
def prefetch(_: Any, record: Any) -> Any:
    """Asks for all of a record before it is needed: no effect but on time."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        start = builder.bitcast(arguments[0], cgutils.voidptr_t)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, *[cgutils.int32_t] * 3])
        wanted = [cgutils.int32_t(value) for value in (0, 3, 1)]  # to read, keep it near, data
        for place in (*range(0, record.size, LINE), record.size - 1):
            address = builder.gep(start, [cgutils.intp_t(place)])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0"), [address, *wanted])
        return context.get_dummy_value()

    return types.void(record), generate


def rows_of(dtype: np.dtype[Any]) -> Callable[[Any, Whole, Whole], Any]:
    """A compiled function (source, begin, number) -> row `number` of the records that begin at byte `begin` of a source.

    source: a buffer or its first record. The row is a reference, it costs an addition; nothing is checked.
    """
    record = numba.from_dtype(dtype)

    @intrinsic  # type: ignore[misc]
    def row(_: Any, source: Any, begin: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            start = arguments[0]
            if isinstance(signature.args[0], types.Array):
                start = context.make_array(signature.args[0])(context, builder, start).data
            begin, number = (context.cast(builder, arguments[i], signature.args[i], types.intp) for i in (1, 2))
            place = builder.add(begin, builder.mul(number, context.get_constant(types.intp, dtype.itemsize)))
            address = builder.gep(builder.bitcast(start, cgutils.voidptr_t), [place])
            return builder.bitcast(address, context.get_value_type(record))

        return record(source, begin, number), generate

    made: Callable[[Any, Whole, Whole], Any] = row
    return made


if numba.config.DISABLE_JIT:
    np.seterr(over="ignore")  # hashes wrap around on purpose; compiled code does not report it

    class Row:
        """A row of a buffer whose fields are attributes, as they are in compiled code."""

        __slots__ = ("_buffer", "_record")

        def __init__(self, buffer: np.ndarray, record: Any) -> None:
            object.__setattr__(self, "_buffer", buffer)
            object.__setattr__(self, "_record", record)

        def __getattr__(self, name: str) -> Any:
            return self._record[name]

        def __setattr__(self, name: str, value: Any) -> None:
            self._record[name] = value

    def rows_of(dtype: np.dtype[Any]) -> Callable[[Any, Whole, Whole], Any]:
        """The same in plain Python."""

        def row(source: Any, begin: Whole, number: Whole) -> Row:
            buffer = source._buffer if isinstance(source, Row) else source.reshape(-1).view(np.uint8)
            start = int(begin) + int(number) * dtype.itemsize
            return Row(buffer, buffer[start : start + dtype.itemsize].view(dtype)[0])

        return row

    def prefetch(record: Any) -> None:
        """Nothing to gain."""
