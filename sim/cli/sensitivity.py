"""What is not known, and which of it would change the choice between arms."""

from __future__ import annotations

from functools import partial

import typer

from sim.cli.app import Baseline, Lang, Language, Name, Out, Overrides, Resume, Title, Workers, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import claimed, figures_in, named_folder

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
    """Which unknown would change the choice between arms, at which value, and what knowing it would be worth. Words are those of compare."""
    t = translator(lang)
    from sim.allowed import ConfigError
    from sim.comparing.arms import about, expand_arms, find_baseline
    from sim.explain.finding import meaning_of
    from sim.studies.question import split_words

    question, settings = split_words(overrides or [])
    if not any(text.startswith("replications=") for text in settings):
        settings = [*settings, f"replications={REPLICATIONS}"]
    words = tuple(text for text in overrides or [] if text not in settings)
    arms = expand_arms("sensitivity", settings)
    composed = [arm.composed for arm in arms]
    if composed[0].parameter_mode == "fixed":
        raise ConfigError("parameters.mode=fixed: posterior or uncertain; with one world nothing is unknown")
    base = find_baseline(arms, baseline)
    folder = claimed(out or named_folder("sensitivity", composed, settings, name, goes_on=resume), resume)
    tell_of_compiling(t)

    from sim.comparing.compare import compare_arms
    from sim.report.console import print_files, study_progress
    from sim.report.drawing import draw_all
    from sim.report.figures import save_figure
    from sim.report.sensitivity import print_unknowns
    from sim.sensitivity.unknowns import find_unknowns

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
    print_unknowns(found, t, lambda one: meaning_of(f"parameters.{one}", lang.value))
    drawn = draw_all(folder, t)
    print_files([folder, *(save_figure(figure, figures_in(folder) / f"{key}.png") for key, figure in drawn.items())], t)
