"""What is not known, and which of it would change the choice between arms."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import typer

from sim.cli.app import Baseline, Lang, Language, Name, Out, Overrides, Resume, Title, Workers, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import claimed, figures_in, named_folder

if TYPE_CHECKING:
    from pathlib import Path

    from sim.report.language import Translator

#: Replications of each arm where the words do not say: two make a world.
REPLICATIONS = 400


@app.command(short_help="Which unknown would change the choice, and what knowing it is worth.")
def sensitivity(
    overrides: Overrides = None,
    out: Out = None,
    workers: Workers = None,
    resume: Resume = False,
    baseline: Baseline = None,
    title: Title = "",
    name: Name = "",
    lang: Lang = Language.en,
) -> None:
    """Which unknown would change the choice between arms, at which value, and what knowing it would be worth. Words are those of compare.

    method=morris trajectories=12 moves each unknown by itself over its range instead (Morris): ten times as many runs.
    """
    t = translator(lang)
    from sim.allowed import ConfigError
    from sim.comparing.arms import about, expand_arms, find_baseline
    from sim.explain.finding import meaning_of
    from sim.sensitivity.words import split_method
    from sim.studies.question import split_words

    method, trajectories, given = split_method(overrides or [])
    question, settings = split_words(given)
    if method == "worlds" and not any(text.startswith("replications=") for text in settings):
        settings = [*settings, f"replications={REPLICATIONS}"]
    words = tuple(text for text in given if text not in settings)
    arms = expand_arms("sensitivity", settings)
    composed = [arm.composed for arm in arms]
    if composed[0].parameter_mode == "fixed":
        raise ConfigError("parameters.mode=fixed: posterior or uncertain; with one world nothing is unknown")
    base = find_baseline(arms, baseline)
    kept = settings if method == "worlds" else [*settings, f"method={method}"]
    folder = claimed(out or named_folder("sensitivity", composed, kept, name, goes_on=resume), resume)
    tell_of_compiling(t)

    from sim.comparing.compare import compare_arms
    from sim.report.console import study_progress
    from sim.report.screening import print_screening
    from sim.report.sensitivity import print_unknowns
    from sim.sensitivity.screening import cost_of, screen
    from sim.sensitivity.unknowns import find_unknowns
    from sim.studies.asked import write_asked

    def explained(name: str) -> str:
        return meaning_of(f"parameters.{name}", lang.value)

    if method == "morris":
        typer.echo(t("morris.cost", **{key: t.number(one) for key, one in cost_of(arms, trajectories).items()}), err=True)
        outcome = question.chosen or question.judged[0]
        with study_progress(t) as progress:
            table = screen(
                arms, outcome, wages=question.wages, trajectories=trajectories, folder=folder, workers=workers, resume=resume, progress=progress
            )  # fmt: skip
        write_asked(folder, about("morris", composed, title=title, question=words))
        if title:
            typer.echo(f"\n{title}")
        print_screening(table, t, explained)
        _draw(folder, t)
        return
    made = compare_arms(
        arms,
        question,
        about("compare", composed, title=title, baseline=base, question=words),
        folder=folder,
        workers=workers,
        resume=resume,
        progress=partial(study_progress, t),
    )
    outcome = question.chosen or str(made.panel.outcome.iloc[0])
    found = find_unknowns(made.study, outcome, composed[0].scenario, composed[0].seed)
    if title:
        typer.echo(f"\n{title}")
    print_unknowns(found, t, explained)
    _draw(folder, t)


def _draw(folder: Path, t: Translator) -> None:
    from sim.report.console import print_files
    from sim.report.drawing import draw_all
    from sim.report.figures import save_figure

    drawn = draw_all(folder, t)
    print_files([folder, *(save_figure(figure, figures_in(folder) / f"{key}.png") for key, figure in drawn.items())], t)
