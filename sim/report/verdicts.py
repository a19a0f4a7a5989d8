"""A row of the league or of the patterns -> how it came out."""

from __future__ import annotations

import math
from typing import Any, Final

#: A sign for each verdict, so that colour is never the only difference.
MARKS: Final = {
    "better": "▲", "worse": "▼", "better_open": "△", "worse_open": "▽", "same": "●", "open": "○", "baseline": "◆",
}  # fmt: skip


def is_baseline(row: Any) -> bool:
    """Whether a row is the arm that the others are held against."""
    return bool(row.verdict == "baseline")


def has_worlds(row: Any) -> bool:
    """Whether the assumed parameters were drawn, so that the row says what we do not know besides luck."""
    return row.worlds > 1 and math.isfinite(row.unknown_low) and math.isfinite(row.unknown_high)


def in_range(row: Any) -> bool | None:
    """Whether a pattern lies in its target; None where it was not measured."""
    return bool(row.in_range) if math.isfinite(row.value) else None
