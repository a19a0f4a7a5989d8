"""Many runs: arms side by side, grids, real groups beside simulated ones, the phase diagram."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import typer

from sim.cli.app import (
    Baseline,
    Chats,
    Lang,
    Language,
    Logs,
    Name,
    Out,
    Overrides,
    Resume,
    SoFar,
    Title,
    Workers,
    app,
    translator,
)
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import claimed, figures_in, named_folder

if TYPE_CHECKING:
    from pathlib import Path

    from sim.report.language import Translator


@app.command(
    "sweep",
    short_help="A grid or a design over any keys as one study.",
    help="A grid over any keys, points=FILE.csv, or design=lhs:64 / design=sobol:64 over keys with interval(low,high), as one study: "
    "tidy tables and figures of what each key does.",
)
@app.command(
    "compare",
    short_help="Strategies, or any arms, side by side.",
    help="Strategies, or arms over any keys, side by side: paired league table, survival curves, what to do.",
)
def study(
    ctx: typer.Context,
    overrides: Overrides = None,
    out: Out = None,
    workers: Workers = None,
    resume: Resume = False,
    so_far: SoFar = False,
    logs: Logs = "none",
    baseline: Baseline = None,
    title: Title = "",
    name: Name = "",
    lang: Lang = Language.en,
) -> None:
    t, command = translator(lang), ctx.info_name or "compare"
    from sim.comparing.arms import about, expand_arms, find_baseline
    from sim.studies.crews import split_runner
    from sim.studies.question import split_words

    runner, words = split_runner(overrides or [])
    question, settings = split_words(words)
    asking = tuple(text for text in words if text not in settings)
    arms = expand_arms(command, settings)
    composed = [arm.composed for arm in arms]
    base = find_baseline(arms, baseline)
    goes_on = resume or so_far
    folder = claimed(out or named_folder(command, composed, settings, name, goes_on=goes_on), goes_on)
    tell_of_compiling(t)

    from sim.comparing.compare import compare_arms
    from sim.comparing.daily import keep_days
    from sim.points import kept
    from sim.report.comparison import print_comparison
    from sim.report.console import WIDTH, study_progress
    from sim.report.wrapping import wrap
    from sim.studies.request import make_request

    made = compare_arms(
        arms,
        question,
        about(command, composed, title=title, baseline=base, question=asking),
        folder=folder,
        workers=workers,
        resume=resume,
        so_far=so_far,
        logs=logs,
        runner=runner,
        request=make_request(command, kept(words), baseline=baseline, title=title, logs=logs).plain(),
        progress=partial(study_progress, t),
    )
    page = made.page(lang.value)
    if title:
        typer.echo(f"\n{title}")
    print_comparison(
        page.shown, made.league, page.said, t, days=made.asked.days, answer=page.answer, hours=page.hours, notes=page.notes
    )
    for warning in page.warnings:
        typer.echo("\n" + wrap(warning, WIDTH))
    if command == "compare":
        keep_days(made.study, arms, made.panel.outcome.iloc[0], made.asked.days)
    _draw(folder, t)


@app.command(short_help="Beside what real groups look like.")
def patterns(
    overrides: Overrides = None,
    out: Out = None,
    workers: Workers = None,
    resume: Resume = False,
    chats: Chats = None,
    lang: Lang = Language.en,
) -> None:
    """Simulated groups beside what real groups look like: P1 to P16 and the texture of talk, with experiments on causes."""
    from sim.config import compose

    t = translator(lang)
    composed = compose(overrides or [])
    folder = claimed(out or named_folder("patterns", [composed], overrides or [], goes_on=resume), resume)
    tell_of_compiling(t)

    from sim.comparing.arms import about
    from sim.report.console import print_patterns, study_progress
    from sim.studies.asked import write_asked
    from sim.studies.patterns import count_hits, measure_patterns

    with study_progress(t) as progress:
        table = measure_patterns(overrides or [], folder=folder, logs=chats, workers=workers, resume=resume, progress=progress)
    print_patterns(table, count_hits(table), t)
    write_asked(folder, about("patterns", [composed]))
    _draw(folder, t)


@app.command(short_help="Where groups live: activity, KOLs, effort.")
def phase(
    overrides: Overrides = None,
    out: Out = None,
    workers: Workers = None,
    resume: Resume = False,
    lang: Lang = Language.en,
) -> None:
    """The phase diagram: starting activity and share of KOLs against operator effort, alive after 90 and 365 days."""
    from sim.config import compose

    t = translator(lang)
    composed = compose(overrides or [])
    folder = claimed(out or named_folder("phase", [composed], overrides or [], goes_on=resume), resume)
    tell_of_compiling(t)

    from sim.comparing.arms import about
    from sim.report.console import study_progress
    from sim.studies.asked import write_asked
    from sim.studies.phase import measure_phase
    from sim.studies.request import make_request

    with study_progress(t) as progress:
        measure_phase(
            overrides or [],
            folder=folder,
            workers=workers,
            resume=resume,
            progress=progress,
            request=make_request("phase", overrides or []).plain(),
        )
    write_asked(folder, about("phase", [composed]))
    _draw(folder, t)


def _draw(folder: Path, t: Translator) -> None:
    """The figures of a study from its tables, into its folder."""
    from sim.report.console import print_files
    from sim.report.drawing import draw_all
    from sim.report.figures import save_figure

    drawn = draw_all(folder, t)
    print_files([folder, *(save_figure(figure, figures_in(folder) / f"{name}.png") for name, figure in drawn.items())], t)
