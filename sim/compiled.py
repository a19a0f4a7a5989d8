"""Python functions -> machine code, cached in a folder that is named after every source it depends on.

Numba's own cache looks only at the file of the function itself: a changed callee or constant elsewhere would keep old code.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _cache_folder() -> Path:
    package = Path(__file__).resolve().parent
    sources = [package / name for name in ("compiled.py", "streams.py", "parameters.py", "events/kinds.py")]
    sources += sorted((package / "vocabulary").glob("*.py")) + sorted((package / "kernel").rglob("*.py"))
    digest = hashlib.blake2b(b"".join(path.read_bytes() for path in sources), digest_size=8).hexdigest()
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "groupalive" / digest
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except OSError:
        return Path(tempfile.gettempdir()) / f"groupalive-{os.getuid() if hasattr(os, 'getuid') else 0}" / digest


if not numba.config.CACHE_DIR:
    numba.config.CACHE_DIR = str(_cache_folder())

#: For functions that Python calls. Kernel code never allocates, so Numba's reference counts are left out: they took two thirds
#: of the time of a run. How long the rest is for is told in docs/decisions/0015.
compiled = numba.njit(cache=True, _nrt=False, no_cfunc_wrapper=True)
#: For functions that only compiled code calls: without the part that Python would call.
within = numba.njit(cache=True, _nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True)
#: For steps that are taken at one place or two: part of the caller, not compiled on their own with all that they call.
merged = numba.njit(_nrt=False, inline="always")


#: Bytes that come from memory together.
LINE = 64


@intrinsic
def prefetch(_, record):
    """Asks for all of a record before it is needed: no effect but on time."""

    def generate(context, builder, signature, arguments):
        start = builder.bitcast(arguments[0], cgutils.voidptr_t)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, *[cgutils.int32_t] * 3])
        wanted = [cgutils.int32_t(value) for value in (0, 3, 1)]  # to read, keep it near, data
        for place in (*range(0, record.size, LINE), record.size - 1):
            address = builder.gep(start, [cgutils.intp_t(place)])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0"), [address, *wanted])
        return context.get_dummy_value()

    return types.void(record), generate


def rows_of(dtype):
    """A compiled function (source, begin, number) -> row `number` of the records that begin at byte `begin` of a source.

    source: a buffer or its first record. The row is a reference, it costs an addition; nothing is checked.
    """
    record = numba.from_dtype(dtype)

    @intrinsic
    def row(_, source, begin, number):
        def generate(context, builder, signature, arguments):
            start = arguments[0]
            if isinstance(signature.args[0], types.Array):
                start = context.make_array(signature.args[0])(context, builder, start).data
            begin, number = (context.cast(builder, arguments[i], signature.args[i], types.intp) for i in (1, 2))
            place = builder.add(begin, builder.mul(number, context.get_constant(types.intp, dtype.itemsize)))
            address = builder.gep(builder.bitcast(start, cgutils.voidptr_t), [place])
            return builder.bitcast(address, context.get_value_type(record))

        return record(source, begin, number), generate

    return row


if numba.config.DISABLE_JIT:
    np.seterr(over="ignore")  # hashes wrap around on purpose; compiled code does not report it

    class Row:
        """A row of a buffer whose fields are attributes, as they are in compiled code."""

        __slots__ = ("_buffer", "_record")

        def __init__(self, buffer, record):
            object.__setattr__(self, "_buffer", buffer)
            object.__setattr__(self, "_record", record)

        def __getattr__(self, name):
            return self._record[name]

        def __setattr__(self, name, value):
            self._record[name] = value

    def rows_of(dtype):
        """The same in plain Python."""

        def row(source, begin, number):
            buffer = source._buffer if isinstance(source, Row) else source.reshape(-1).view(np.uint8)
            start = int(begin) + int(number) * dtype.itemsize
            return Row(buffer, buffer[start : start + dtype.itemsize].view(dtype)[0])

        return row

    def prefetch(record):
        """Nothing to gain."""
