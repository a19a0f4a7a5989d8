"""Sealed replications -> tidy tables of a study, on disk and read back; figures need nothing else."""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.events.store import READ_ROWS
from sim.foreign import open_plain
from sim.studies.ledger import STUDY, Ledger, StudyError, keys_of, read_study, write_whole
from sim.studies.runner import REPLICATIONS_PER_WORLD, RESERVED

#: Columns of `lifetimes` that are always there, in this order; one row per definition of death and group.
LIFETIMES = ("arm", "label", "replication", "world", "definition", "programme", "group", "planned", "time", "ended", "stillborn",
             "revivals")  # fmt: skip
#: The definition of death where a lifetime names none: 28 days, k = max(3, 2 % of the planned members), less below 30.
DEFINITION = "28d_k3_2pct"

#: A table that unpacks to more than so many times its file was made to take memory.
UNPACKED_SHARE = 200


class TooMuch(ValueError):
    """A file claims to hold more than it can or may."""


@dataclass(frozen=True)
class Study:
    """What a study gave.

    arms: one row per arm (arm, label, one column per setting). replications: one row per arm and replication, sorted by
    both, ending with the digest of the log and the command that repeats the row. lifetimes: one row per arm,
    replication, definition of death, programme and group (times in days). failures: one line per replication that failed.
    wanted: how many replications were asked for; 0 where that is not known.
    """

    folder: Path
    arms: pd.DataFrame
    replications: pd.DataFrame
    lifetimes: pd.DataFrame
    failures: tuple[str, ...] = ()
    wanted: int = 0

    @property
    def partial(self) -> tuple[int, int] | None:
        """(finished, wanted) replications where that is not the same; None for a study that is finished."""
        finished = int(self.replications["replication"].nunique()) if "replication" in self.replications else 0
        return (finished, self.wanted) if finished < self.wanted else None

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
    """Read the tables of a study; where it is not finished, make them of the replications that are finished in all arms.

    Raises StudyError where there are none.
    """
    folder = Path(folder)
    told, names = read_study(folder), ("arms", "replications", "lifetimes")
    wanted, arms = told.get("replications"), told.get("arms")
    wanted = wanted if isinstance(wanted, int) else 0
    if wanted and not any((folder / f"{name}.parquet").exists() for name in names):
        return gather_study(folder)
    tables = [read_table(folder, name) for name in names]
    study = Study(folder, tables[0], tables[1], tables[2], wanted=wanted)
    grown = wanted and isinstance(arms, list) and len(arms) != len(study.arms)
    return gather_study(folder) if grown or study.partial else study


class _Arm(BaseModel):
    label: str
    settings: dict[str, str]
    command: str
    config: dict[str, Any]


class _Beside(BaseModel):
    config: dict[str, Any]


class _Described(BaseModel):
    """What the tables need of the description of a study, checked: it may come from anybody."""

    model_config = ConfigDict(strict=True)

    seed: int
    parameters: Literal["uncertain", "posterior", "fixed"]
    arms: list[_Arm] = Field(min_length=1)
    beside: list[_Beside] = []
    own_customers: list[int] = []
    replications: int = Field(ge=1)


def gather_study(folder: Path, failures: tuple[str, ...] = ()) -> Study:
    """Tables of the sealed points of a study: of the replications that are finished in all arms. Nothing is written.

    Raises StudyError where the description is damaged, or a sealed point is not what a study gives.
    """
    told = read_study(folder)
    try:
        described = _Described.model_validate(told)
    except ValidationError as error:
        wrong = error.errors()[0]
        key = ".".join(map(str, wrong["loc"]))
        raise StudyError(f"{folder / STUDY}: damaged, {key[:60]!r}: {wrong['msg']}; take a new folder") from None
    ledger, count = Ledger(folder, keys_of(told)), len(described.arms)
    if any(not 0 <= place < len(ledger.keys) for place in described.own_customers):
        raise StudyError(f"{folder / STUDY}: damaged, own_customers: places of arms are needed; take a new folder")
    reserved = RESERVED.union(*(arm.settings for arm in described.arms))
    sealed = []
    for number in ledger.replications(described.replications):
        if (whole := ledger.read_all(number)) is None:
            continue
        if taken := reserved & set().union(*whole[:count]):
            raise StudyError(f"replication={number}: outcome {min(taken)}: a name that the study keeps for itself")
        for outcome, place in zip(whole, described.own_customers, strict=False):
            own, alone = outcome.get("net_income"), whole[place].get("net_income")
            if not isinstance(own, int | float) or not isinstance(alone, int | float):
                raise StudyError(f"replication={number}: net_income: a number is needed")
            outcome |= {"without_group": alone, "adds": own - alone}
        world = number // REPLICATIONS_PER_WORLD if described.parameters != "fixed" else 0
        sealed.append(({"seed": described.seed, "replication": number, "world": world}, whole[:count]))
    settings = [(arm.label, arm.settings) for arm in described.arms]
    study = build_study(folder, settings, sealed, [arm.command for arm in described.arms], failures)
    return dataclasses.replace(study, wanted=described.replications)


def build_study(
    folder: Path,
    settings: Sequence[tuple[str, Mapping[str, str]]],
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


def read_plain_table(
    path: Path, columns: Sequence[str] = (), most_rows: float = math.inf, most_bytes: float = math.inf
) -> pd.DataFrame:
    """A Parquet file that nobody has vouched for, all of it or some columns. Raises OSError; ValueError where a column is missing, there
    is more than allowed, or it claims to hold far more than its size can.

    Read in one thread: where several read, Arrow ends one process in twenty by an abort when all work is done (apache/arrow#34314).
    """
    with open_plain(path) as file, pq.ParquetFile(file) as found:
        size = path.stat().st_size
        if found.metadata.num_rows > most_rows or size > most_bytes:
            raise TooMuch(f"at most {most_rows:.0f} rows and {most_bytes:.0f} bytes are allowed")
        if missing := [name for name in columns if name not in found.schema_arrow.names]:
            raise ValueError(f"no column {', '.join(missing)}")
        _check_unpacked(found.metadata, size)
        return found.read(columns=list(columns) or None, use_threads=False).to_pandas(use_threads=False)


def _check_unpacked(found: pq.FileMetaData, size: int) -> None:
    """Raises ValueError where a Parquet file of `size` bytes claims to hold far more than such a file can."""
    groups = [found.row_group(place) for place in range(found.num_row_groups)]
    if sum(group.num_rows for group in groups) > size + READ_ROWS or sum(
        group.column(place).total_uncompressed_size for group in groups for place in range(group.num_columns)
    ) > UNPACKED_SHARE * (size + READ_ROWS):
        raise TooMuch(f"claims more rows than a file of {size} bytes can hold")


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """A table that was saved in a folder. Raises StudyError where it is missing or damaged."""
    try:
        return read_plain_table(folder / f"{name}.parquet")
    except FileNotFoundError as error:
        raise StudyError(f"folder={folder}: {name}.parquet is missing; finish the study (--resume)") from error
    except TooMuch as error:
        raise StudyError(f"folder={folder}: {name}.parquet {error}") from error
    except (OSError, ValueError) as error:  # pyarrow's ArrowInvalid is a ValueError
        raise StudyError(f"folder={folder}: {name}.parquet is damaged; write it again (--resume)") from error
