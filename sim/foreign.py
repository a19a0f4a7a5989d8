"""A path that anybody may have filled -> its bytes, where it is a plain file of an allowed size; nothing else is read."""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path


def open_plain(path: Path) -> BufferedReader:
    """A file opened to be read. Raises OSError, and ValueError for a pipe or a device: reading it might never end."""
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    kind = os.fstat(opened).st_mode
    if stat.S_ISREG(kind):
        return os.fdopen(opened, "rb")
    os.close(opened)
    if stat.S_ISDIR(kind):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise ValueError("a pipe or a device, where a plain file is needed")


def read_plain(path: Path, most: int) -> bytes:
    """The content of a file of at most `most` bytes. Raises as `open_plain` does, and ValueError where it is larger."""
    with open_plain(path) as file:
        if os.fstat(file.fileno()).st_size > most:  # asked first: a sparse file takes memory only when it is read
            raise ValueError(f"too large: {most} bytes are allowed")
        return file.read(most)
