"""One run: its log and vital signs, and whether it is as it was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Lang, Language, Out, Overrides, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import claimed, figures_in, named_folder, write_tables

if TYPE_CHECKING:
    from sim.report.language import Translator


@app.command(short_help="One run, its vital signs and its log.")
def run(
    overrides: Overrides = None,
    plot: Annotated[bool, typer.Option("--plot", help="Save the pictures too.")] = False,
    out: Out = None,
    lang: Lang = Language.en,
) -> None:
    """One run: the sealed log, its vital signs, and where the files are."""
    from sim.config import compose

    t = translator(lang)
    composed = compose(overrides or [])
    folder = claimed(out or named_folder("run", [composed], overrides or []))
    tell_of_compiling(t)

    from sim.events.store import record_files
    from sim.report.console import print_vital_signs
    from sim.run import simulate
    from sim.studies.runner import REPLICATIONS_PER_WORLD

    simulated = simulate(
        composed.scenario,
        seed=composed.seed,
        replication=composed.replication,
        world=composed.replication // REPLICATIONS_PER_WORLD if composed.parameter_mode != "fixed" else None,
        folder=folder,
        command=("groupalive", "run", *composed.overrides),
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_tables(folder, simulated)
    figures = [_draw_run(folder, t)] if plot else []
    record_files(folder)
    people = composed.scenario.population
    groups = people.programmes * people.groups
    print_vital_signs(simulated.outcomes(), [folder, *figures], t, days=composed.scenario.days, groups=groups)


@app.command(short_help="Replay a run, simulate it again, compare.")
def verify(folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")], lang: Lang = Language.en) -> None:
    """Replay the log of a run to its final state, simulate it again from its manifest, and compare."""
    from sim.report.console import print_verification
    from sim.verification import verify as verify_run

    t = translator(lang)
    tell_of_compiling(t)
    found = verify_run(folder)
    print_verification(found, t)
    raise typer.Exit(0 if found.fine else 1)


def _draw_run(folder: Path, t: Translator) -> Path:
    """The vital signs of a run day by day, as a picture in its folder: the days that its outcomes count."""
    from sim.report.drawing import draw_all
    from sim.report.figures import save_figure

    return save_figure(draw_all(folder, t)["vitals"], figures_in(folder) / "vitals.png")
