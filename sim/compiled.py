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


def _cache_folder() -> Path:
    package = Path(__file__).resolve().parent
    sources = [package / name for name in ("streams.py", "parameters.py", "world/layout.py", "events/kinds.py")]
    sources += sorted((package / "kernel").glob("*.py"))
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

#: Kernel code never allocates, so Numba's reference counts are left out: they took two thirds of the time of a run.
compiled = numba.njit(cache=True, _nrt=False)
if numba.config.DISABLE_JIT:
    np.seterr(over="ignore")  # hashes wrap around on purpose; compiled code does not report it
