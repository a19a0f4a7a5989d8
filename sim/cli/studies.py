"""Many runs: arms side by side, grids, real groups beside simulated ones, the phase diagram."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING, Any

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

    from sim.config import Arm
    from sim.report.language import Translator
    from sim.studies.asked import Asked
    from sim.studies.study import Study


@app.command(
    "sweep",
    short_help="A grid over any keys as one study.",
    help="A grid over any keys as one study: tidy tables and figures of what each key does.",
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
    from sim.studies.crews import split_runner
    from sim.studies.question import split_words

    runner, words = split_runner(overrides or [])
    question, settings = split_words(words)
    arms = _arms(command, settings)
    composed, shared = [arm.composed for arm in arms], arms[0].composed
    base = _baseline(arms, baseline)
    goes_on = resume or so_far
    folder = claimed(out or named_folder(command, composed, settings, name, goes_on=goes_on), goes_on)
    tell_of_compiling(t)

    from sim.cli.answering import answer_study
    from sim.cli.daily import keep_days
    from sim.cli.more import grow_until_settled, try_again
    from sim.report.console import study_progress
    from sim.studies.choice import LEVEL
    from sim.studies.request import make_request
    from sim.studies.runner import run_study

    request = make_request(command, words, baseline=baseline, title=title, logs=logs)

    def simulate(replications: int, goes_on: bool) -> Study:
        with study_progress(t) as progress:
            return run_study(
                arms,
                replications=replications,
                seed=shared.seed,
                folder=folder,
                workers=workers,
                resume=goes_on,
                logs=logs,
                parameter_mode=shared.parameter_mode,
                progress=progress,
                request=request.plain(),
                runner=runner,
            )

    lived, grown = (_finished_of(folder, arms) if so_far else simulate(shared.replications, resume), None)
    if so_far:
        question = dataclasses.replace(question, retest=False)  # that would be simulated
    elif question.grow > shared.replications:
        lived, grown = grow_until_settled(lived, simulate, question, arms, base)
    if title:
        typer.echo(f"\n{title}")
    asked = _asked(command, composed, title=title, baseline=base, growth=grown.growth if grown else None,
                   wanted=lived.wanted if lived.partial else 0, question=tuple(text for text in words if text not in settings))  # fmt: skip
    level = grown.level if grown else LEVEL
    again = partial(try_again, question=question, arms=arms, workers=workers, resume=resume)
    paid, told = answer_study(lived, question, arms, asked, t, level=level, retest=again)
    if command == "compare":
        keep_days(paid, arms, told.panel.outcome.iloc[0], asked.days)
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

    from sim.report.console import print_patterns, study_progress
    from sim.studies.asked import write_asked
    from sim.studies.patterns import count_hits, measure_patterns

    with study_progress(t) as progress:
        table = measure_patterns(overrides or [], folder=folder, logs=chats, workers=workers, resume=resume, progress=progress)
    print_patterns(table, count_hits(table), t)
    write_asked(folder, _asked("patterns", [composed]))
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
    write_asked(folder, _asked("phase", [composed]))
    _draw(folder, t)


def _arms(command: str, overrides: list[str]) -> list[Arm]:
    from sim.allowed import ConfigError
    from sim.config import expand

    arms = expand(overrides)
    if len(arms) < 2:
        raise ConfigError(f"{command}: two arms or more, that is a key with several values, such as strategy=no_plan,kol_care")
    return arms


def _finished_of(folder: Path, arms: list[Arm]) -> Study:
    """What is finished of the study of these arms in a folder. Raises StudyError where that is another study, or nothing."""
    from sim.studies.ledger import StudyError
    from sim.studies.study import open_study

    study = open_study(folder)
    if study.arms.label.tolist() != [arm.label for arm in arms]:
        raise StudyError(f"folder={folder}: holds a study of other arms; --partial FOLDER alone shows it")
    if study.replications.empty:
        raise StudyError(f"folder={folder}: no replication is finished in all arms yet; go on with it (--resume)")
    return study


def _baseline(arms: list[Arm], label: str | None) -> str:
    from sim.allowed import no_choice
    from sim.scenario import has_group

    labels = [arm.label for arm in arms]
    if label is not None and label not in labels:
        raise no_choice("--baseline", label, labels)
    return label or next((arm.label for arm in arms if has_group(arm.composed.scenario)), labels[0])


def _asked(command: Any, composed: list[Any], **more: Any) -> Asked:
    """What a study of these arms is about."""
    from sim.studies.asked import Asked

    chosen: Any = {
        group: tuple(dict.fromkeys(str(one.choices[group]) for one in composed)) for group in ("scenario", "strategy")
    }
    days = max(one.scenario.days for one in composed)
    return Asked(command=command, days=days, members=composed[0].scenario.population.planned, **chosen, **more)


def _draw(folder: Path, t: Translator) -> None:
    """The figures of a study from its tables, into its folder."""
    from sim.report.console import print_files
    from sim.report.drawing import draw_all
    from sim.report.figures import save_figure

    drawn = draw_all(folder, t)
    print_files([folder, *(save_figure(figure, figures_in(folder) / f"{name}.png") for name, figure in drawn.items())], t)
