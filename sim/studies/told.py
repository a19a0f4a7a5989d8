"""The folder of a finished study -> its tables and what was made of them, read back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.studies.study import read_table

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.asked import Asked


@dataclass(frozen=True)
class Told:
    """What a study was made into: its tables, with wages as asked.

    tried: the panel of the arm that was tried again. daily, marks: vital signs day by day in a few replications.
    """

    arms: pd.DataFrame
    replications: pd.DataFrame
    panel: pd.DataFrame
    league: pd.DataFrame
    survival: pd.DataFrame
    definitions: pd.DataFrame | None = None
    tried: pd.DataFrame | None = None
    daily: pd.DataFrame | None = None
    marks: pd.DataFrame | None = None


def read_told(folder: Path, asked: Asked) -> Told:
    """The tables of a comparison or a sweep. Raises StudyError where one is missing or damaged."""
    there = {
        name: read_table(folder, name) for name in ("definitions", "daily", "marks") if (folder / f"{name}.parquet").exists()
    }
    tried = read_table(folder / asked.retest.folder, "panel") if asked.retest else None
    needed = {name: read_table(folder, name) for name in ("arms", "replications", "panel", "league", "survival")}
    return Told(**needed, tried=tried, **there)
