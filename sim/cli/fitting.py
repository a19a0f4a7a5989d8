"""The joint fit of the member model, as one command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from sim.cli.app import Lang, Language, Out, Resume, Workers, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import OUTPUTS, claimed_stages, figures_in

Seed = Annotated[int, typer.Option("--seed", min=0, max=2**53, help="Another seed is another fit.")]
Quick = Annotated[bool, typer.Option("--quick", help="A fiftieth of the evaluations: to see how it goes, not to believe it.")]


@app.command(short_help="Fit the member model to figures of real groups.")
def fit(
    out: Out = None, workers: Workers = None, resume: Resume = False, seed: Seed = 1, quick: Quick = False,
    lang: Lang = Language.en,
) -> None:  # fmt: skip
    """Fit the member model to figures of real groups: waves, a posterior, its checks. An hour or two on two cores; --resume goes on."""
    t = translator(lang)
    folder = claimed_stages(out or OUTPUTS / "fit" / str(seed), resume)
    tell_of_compiling(t)

    from sim.fitting.fit import QUICK, Sizes, run_fit
    from sim.report.console import print_files, print_fit, study_progress
    from sim.report.figures import draw_fit_parameters, draw_fit_ranks, draw_fit_targets, save_figure

    @contextmanager
    def watch(stage: str) -> Iterator[Callable[[int, int], None]]:
        typer.echo(t(f"fit.stage.{stage}"), err=True)
        with study_progress(t) as progress:
            yield progress

    tables = run_fit(folder, seed=seed, sizes=QUICK if quick else Sizes(), workers=workers, resume=resume, watch=watch)
    print_fit(tables, t)
    drawn = {
        "targets": draw_fit_targets(tables["targets"], t),
        "parameters": draw_fit_parameters(tables["parameters"], t),
        "calibration": draw_fit_ranks(tables["calibration"], t),
    }
    figures = [save_figure(figure, figures_in(folder) / f"{name}.png") for name, figure in drawn.items()]
    print_files([*(folder / f"{name}.csv" for name in tables), *figures], t)
