"""Which paths of death a run took, told on the terminal and, where asked, written beside the run."""

from __future__ import annotations

import csv
import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Lang, Language, app, translator

if TYPE_CHECKING:
    from sim.projections.paths import Taken


class Format(StrEnum):
    """What a post-mortem may be written as."""

    json, csv = "json", "csv"


@app.command("post-mortem", short_help="Which paths of death a run took.")
def post_mortem(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    write: Annotated[
        Format | None, typer.Option("--write", help="Write what was found beside the run too, as RUN.post-mortem.json or .csv.")
    ] = None,
    lang: Lang = Language.en,
) -> None:
    """Which of the 24 paths of the trade the groups of a run took, from its log alone: when, and what shows it."""
    from sim.branching import open_recorded
    from sim.projections.paths import find_paths
    from sim.report.console import print_files
    from sim.report.post_mortem import print_paths

    t = translator(lang)
    recorded = open_recorded(run)
    beside = _new_file(run, write) if write else None
    courses, taken = find_paths(recorded.log, recorded.scenario.days)
    print_paths(courses, taken, t)
    if beside and write:
        _write(beside, taken, write)
        print_files([beside], t)


def _new_file(run: Path, form: Format) -> Path:
    """Where a post-mortem is written: beside the folder, which stays as it was sealed."""
    from sim.allowed import ConfigError

    folder = run.resolve()
    path = folder.with_name(f"{folder.name}.post-mortem.{form.value}")
    if path.exists():
        raise ConfigError(f"--write={form.value}: {path} is there already; move it away")
    return path


def _write(path: Path, taken: list[Taken], form: Format) -> None:
    """One entry a group and path; in a csv one row for each number that shows it."""
    from sim.projections.paths import path_rows

    rows = path_rows(taken)
    with path.open("x", encoding="utf-8", newline="") as file:
        if form is Format.json:
            json.dump(rows, file, indent=1)
            file.write("\n")
            return
        writer = csv.writer(file, lineterminator="\n")
        head = ("programme", "group", "path", "sort", "day")
        writer.writerow((*head, "evidence", "value"))
        writer.writerows(
            [*(row[name] for name in head), name, value] for row in rows for name, value in row["evidence"].items()
        )
