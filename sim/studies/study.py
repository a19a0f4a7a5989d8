"""Sealed replications -> tidy tables of a study, on disk and read back; figures need nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from sim.events.store import READ_ROWS
from sim.foreign import open_plain
from sim.studies.ledger import StudyError, read_study, write_whole

#: Columns of `lifetimes` that are always there, in this order; one row per definition of death and group.
LIFETIMES = ("arm", "label", "replication", "world", "definition", "programme", "group", "planned", "time", "ended", "stillborn",
             "revivals")  # fmt: skip
#: The definition of death where a lifetime names none: 28 days, k = max(3, 2 % of the planned members), less below 30.
DEFINITION = "28d_k3_2pct"

#: A table that unpacks to more than so many times its file was made to take memory.
UNPACKED_SHARE = 200


@dataclass(frozen=True)
class Study:
    """What a study gave.

    arms: one row per arm (arm, label, one column per setting). replications: one row per arm and replication, sorted by
    both, ending with the digest of the log and the command that repeats the row. lifetimes: one row per arm,
    replication, definition of death, programme and group (times in days). failures: one line per replication that failed.
    """

    folder: Path
    arms: pd.DataFrame
    replications: pd.DataFrame
    lifetimes: pd.DataFrame
    failures: tuple[str, ...] = ()

    def save_tables(self, **more: pd.DataFrame) -> None:
        """Write arms, replications, lifetimes and the tables given by name, each as Parquet and CSV."""
        own = {"arms": self.arms, "replications": self.replications, "lifetimes": self.lifetimes}
        for name, table in (own | more).items():
            save_table(self.folder, name, table)

    def table(self, name: str) -> pd.DataFrame:
        """A table that was saved in the folder. Raises StudyError where it is missing or damaged."""
        return read_table(self.folder, name)


def save_table(folder: Path, name: str, table: pd.DataFrame, *, csv: bool = True) -> None:
    """Write a table as Parquet, and unless said otherwise as CSV."""
    parquet = io.BytesIO()
    table.to_parquet(parquet, index=False)
    write_whole(folder / f"{name}.parquet", parquet.getvalue())
    if csv:
        write_whole(folder / f"{name}.csv", table.to_csv(index=False, lineterminator="\n").encode())


def open_study(folder: Path | str) -> Study:
    """Read the tables of a finished study. Raises StudyError where there are none."""
    folder = Path(folder)
    read_study(folder)
    return Study(folder, *(read_table(folder, name) for name in ("arms", "replications", "lifetimes")))


def build_study(
    folder: Path,
    settings: list[tuple[str, Mapping[str, str]]],
    sealed: Iterable[tuple[dict[str, Any], list[dict[str, Any]]]],
    commands: Sequence[str],
    failures: tuple[str, ...] = (),
) -> Study:
    """Tables from (label, settings) of each arm and (shared columns, outcomes of each arm) of each sealed replication."""
    swept = list(dict.fromkeys(key for _, keys in settings for key in keys))
    columns = {key: _as_numbers([keys.get(key) for _, keys in settings]) for key in swept}
    arms = pd.DataFrame({"arm": range(len(settings)), "label": [label for label, _ in settings], **columns})
    rows, lifetimes = [], []
    for shared, outcomes in sealed:
        here = []
        for arm, outcome in enumerate(outcomes):
            lives, digest = outcome.pop("lifetimes", []), outcome.pop("digest", "")
            command = f"{commands[arm]} seed={shared['seed']} replication={shared['replication']}"
            rows.append({"arm": arm, **shared, **outcome, "digest": digest, "command": command})
            which = {"arm": arm, "label": settings[arm][0], "replication": shared["replication"], "world": shared["world"]}
            here += [{**which, "definition": DEFINITION, **life} for life in lives]
        lifetimes += [pd.DataFrame(here)] if here else []
    replications = pd.DataFrame(rows)
    replications = arms.merge(replications, on="arm", validate="one_to_many") if rows else arms.iloc[:0]
    lives = pd.concat(lifetimes or [pd.DataFrame(columns=LIFETIMES)])
    lives = lives.reindex(columns=[*LIFETIMES, *(name for name in lives if name not in LIFETIMES)])
    return Study(folder, arms, _in_order(replications), _in_order(lives), failures)


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    keys = [name for name in ("arm", "replication") if name in table]
    return table.sort_values(keys, kind="stable", ignore_index=True)


def _as_numbers(values: list[str | None]) -> list[Any]:
    """The values of one swept key as numbers where all of them are, else as they were written."""
    for kind in (int, float):
        try:
            return [kind(value) for value in values]  # type: ignore[arg-type]
        except (TypeError, ValueError):
            continue
    return values


def check_unpacked(found: pq.FileMetaData, size: int) -> None:
    """Raises ValueError where a Parquet file of `size` bytes claims to hold far more than such a file can."""
    groups = [found.row_group(place) for place in range(found.num_row_groups)]
    if sum(group.num_rows for group in groups) > size + READ_ROWS or sum(
        group.column(place).total_uncompressed_size for group in groups for place in range(group.num_columns)
    ) > UNPACKED_SHARE * (size + READ_ROWS):
        raise ValueError(f"claims more rows than a file of {size} bytes can hold")


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """A table that was saved in a folder. Raises StudyError where it is missing or damaged."""
    path = folder / f"{name}.parquet"
    try:
        with open_plain(path):  # refuses what is no file
            found, size = pq.read_metadata(path), path.stat().st_size
        try:
            check_unpacked(found, size)
        except ValueError as error:
            raise StudyError(f"folder={folder}: {name}.parquet {error}") from error
        return pd.read_parquet(path)
    except FileNotFoundError as error:
        raise StudyError(f"folder={folder}: {name}.parquet is missing; finish the study (--resume)") from error
    except (OSError, ValueError) as error:  # pyarrow's ArrowInvalid is a ValueError
        raise StudyError(f"folder={folder}: {name}.parquet is damaged; write it again (--resume)") from error
