"""A story -> bytes that a browser unpacks by itself: length and text of the header, columns with their bytes sorted, deflated."""

from __future__ import annotations

import json
import zlib

import numpy as np

from sim.page.story import Story, columns_of

#: Bits of the window, negative: raw deflate, which DecompressionStream calls deflate-raw.
RAW = -15
#: Measured on 102,515 rows: level 9 saves 1.3 % and takes five times as long.
LEVEL = 7


def pack(story: Story) -> bytes:
    """Four bytes with the length of the header, the header as JSON, then column after column, the first bytes of all values first."""
    columns = columns_of(story.rows)
    layout = [[name, column.dtype.str[1:], len(column)] for name, column in columns.items()]
    head = json.dumps(story.header | {"columns": layout}, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    parts = [len(head).to_bytes(4, "little"), head]
    parts += [np.ascontiguousarray(column).view(np.uint8).reshape(len(column), -1).T.tobytes() for column in columns.values()]
    press = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW)
    return press.compress(b"".join(parts)) + press.flush()
