"""Turns a log into why members muted and left: how many were moved most by what, per group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.events import kinds
from sim.projections.rows import place_groups, project_groups, read_rows

if TYPE_CHECKING:
    import pandas as pd


def find_reasons(log: Any) -> dict[str, np.ndarray]:
    """programme, group, reason, muted, left: members who muted and who left by themselves, one row per group and reason [r].

    A reason is the term that raised the hazard most at that moment (`sim.kernel.submodels.reasons`); `none`: no term did by
    more than five percent. All reasons of a group together are its mutes and its exits; who was removed or moved is in neither.
    """
    rows = read_rows(log)
    events, groups = rows.events, project_groups(rows)
    reasons, count = len(kinds.REASONS), len(groups.number)

    def tally(chosen: np.ndarray, column: str) -> np.ndarray:
        place = place_groups(groups.number, events["group"][chosen])
        code = place * reasons + events[column][chosen].astype(np.int64)
        return np.bincount(code[place >= 0], minlength=reasons * count)

    return {
        "programme": np.repeat(groups.programme, reasons),
        "group": np.repeat(groups.own, reasons),
        "reason": np.tile(np.array(kinds.REASONS), count),
        "muted": tally(rows.kind == kinds.GROUP_MUTED, "x"),
        "left": tally((rows.kind == kinds.MEMBER_LEFT) & (events["x"] == 0.0), "y"),
    }


def project_reasons(log: Any) -> pd.DataFrame:
    """`find_reasons` as a DataFrame."""
    import pandas as pd  # late: slow to import

    return pd.DataFrame(find_reasons(log))
