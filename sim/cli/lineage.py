"""Runs and their branches: live a run on with a change, hold two runs against each other, tell why something happened."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Lang, Language, Out, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import OUTPUTS, claimed, write_columns

RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")]


@app.command(short_help="Live a run on from a day with changes.")
def branch(
    run: RunFolder,
    changes: Annotated[
        list[str],
        typer.Argument(metavar="KEY=VALUE...", help="What changes: strategy=no_plan staff.people=2 campaign=[auction] remove=42"),
    ],
    at: Annotated[str, typer.Option("--at", metavar="DAY", help="The moment: 17d, 17.5d or 36h.")],
    out: Out = None,
    lang: Lang = Language.en,
) -> None:
    """The same run up to a day, byte for byte, and from there on with changes."""
    t = translator(lang)
    folder = claimed(out or OUTPUTS / "branch" / _named(run, at, changes))
    tell_of_compiling(t)

    from sim.branching import branch as branch_run
    from sim.branching import open_lived
    from sim.events.store import record_files
    from sim.report.lineage import print_branch

    parent = open_lived(run)
    command = ("groupalive", "branch", run.name, "--at", at, *changes)
    lived = branch_run(parent, at, changes, folder=folder, command=command)
    write_columns(folder / "vitals.csv", lived.vital_columns())
    write_columns(folder / "reasons.csv", lived.reasons())
    record_files(folder)
    print_branch(run, lived.log.manifest["lineage"], parent.log, lived.log, folder, t)


def _named(run: Path, at: str, changes: list[str]) -> str:
    """The name of a branch: that of its parent, the moment and what changes."""
    words = re.sub(r"[^\w.+=,@-]", "", f"{run.resolve().name}@{at}-{'-'.join(changes)}")
    return words if len(words) <= 100 else f"{words[:90]}-{hashlib.blake2b(words.encode(), digest_size=4).hexdigest()}"
