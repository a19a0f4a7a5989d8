"""Python functions -> machine code, cached in a folder that is named after all it depends on.

Numba's own cache looks only at the file of the function itself: a changed callee or constant elsewhere would keep old code.
Compiler and processor are part of the name too, so that a folder with code in it holds code that will be used.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

import llvmlite
import numba
import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _cache_folder() -> Path:
    package = Path(__file__).resolve().parent
    sources = [package / name for name in ("compiled.py", "streams.py", "parameters.py", "world/layout.py", "events/kinds.py")]
    sources += sorted((package / "kernel").glob("*.py"))
    processor = numba.config.CPU_NAME or binding.get_host_cpu_name()
    features = numba.config.CPU_FEATURES or binding.get_host_cpu_features().flatten()
    compiler = f"{sys.implementation.cache_tag} {numba.__version__} {llvmlite.__version__} {processor} {features}"
    parts = [*(path.read_bytes() for path in sources), compiler.encode()]
    digest = hashlib.blake2b(b"".join(parts), digest_size=8).hexdigest()
    if numba.config.CACHE_DIR:
        return Path(numba.config.CACHE_DIR) / f"groupalive-{digest}"
    try:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "groupalive" / digest
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except (OSError, RuntimeError):  # the latter without a home folder
        return Path(tempfile.gettempdir()) / f"groupalive-{os.getuid() if hasattr(os, 'getuid') else 0}" / digest


numba.config.CACHE_DIR = str(_cache_folder())

#: For functions that Python calls. Kernel code never allocates, so Numba's reference counts are left out: they took two thirds
#: of the time of a run. How long the rest is for is told in docs/decisions/0015.
compiled = numba.njit(cache=True, _nrt=False, no_cfunc_wrapper=True)
#: For functions that only compiled code calls: without the part that Python would call.
within = numba.njit(cache=True, _nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True)
#: For steps that are taken at one place or two: part of the caller, not compiled on their own with all that they call.
merged = numba.njit(_nrt=False, inline="always")


@intrinsic
def prefetch(_, array, place):
    """Asks for element `place` of an array, counted flat, before it is needed: no effect but on time."""

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), cgutils.voidptr_t)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, *[cgutils.int32_t] * 3])
        wanted = [cgutils.int32_t(value) for value in (0, 3, 1)]  # to read, keep it near, data
        builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0"), [address, *wanted])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


if numba.config.DISABLE_JIT:
    np.seterr(over="ignore")  # hashes wrap around on purpose; compiled code does not report it

    def prefetch(array, place):
        """Nothing to gain."""
