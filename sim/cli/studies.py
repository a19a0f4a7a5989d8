"""Many runs: arms side by side, grids, real groups beside simulated ones, the phase diagram."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from sim.cli.app import Baseline, Lang, Language, Logs, Name, Out, Overrides, Resume, Title, Workers, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import claimed, figures_in, named_folder
from sim.cli.runs import subject_of

if TYPE_CHECKING:
    from sim.cli.answering import Tables
    from sim.config import Arm
    from sim.report.language import Translator
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
    logs: Logs = "none",
    baseline: Baseline = None,
    title: Title = "",
    name: Name = "",
    lang: Lang = Language.en,
) -> None:
    t, command = translator(lang), ctx.info_name or "compare"
    from sim.studies.question import split_words

    question, settings = split_words(overrides or [])
    arms = _arms(command, settings)
    composed, shared = [arm.composed for arm in arms], arms[0].composed
    base = _baseline(arms, baseline)
    folder = claimed(out or named_folder(command, composed, settings, name), resume)
    tell_of_compiling(t)

    from sim.cli.answering import answer_study
    from sim.cli.more import grow_until_settled, try_again
    from sim.report.console import print_files, study_progress
    from sim.report.figures import save_figure
    from sim.studies.runner import run_study

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
            )

    lived, grown = (simulate(shared.replications, resume), None)
    if question.grow > shared.replications:
        lived, grown = grow_until_settled(lived, simulate, question, arms, base)
    if title:
        typer.echo(f"\n{title}")
    tables = answer_study(
        lived, question, arms, base, t, grown=grown, retest=partial(try_again, workers=workers, resume=resume)
    )
    about = {"days": max(one.scenario.days for one in composed), "subject": subject_of(composed, t)}
    drawn = _draw_sweep(tables, t, about) if command == "sweep" else _draw_comparison(tables, arms, t, about)
    print_files([folder, *(save_figure(figure, figures_in(folder) / f"{key}.png") for key, figure in drawn.items())], t)


@app.command(short_help="Beside what real groups look like.")
def patterns(
    overrides: Overrides = None,
    out: Out = None,
    workers: Workers = None,
    resume: Resume = False,
    lang: Lang = Language.en,
) -> None:
    """How the simulated groups look beside what real groups look like; misses are named."""
    from sim.config import compose

    t = translator(lang)
    composed = compose(overrides or [])
    folder = claimed(out or named_folder("patterns", [composed], overrides or []), resume)
    tell_of_compiling(t)

    from sim.report.console import print_files, print_patterns, study_progress
    from sim.report.figures import draw_patterns, save_figure
    from sim.studies.patterns import measure_patterns

    with study_progress(t) as progress:
        tables = measure_patterns(overrides or [], folder=folder, workers=workers, resume=resume, progress=progress)
    for population, table in tables.items():
        typer.echo(f"\n{t(f'population.{population}')}")
        print_patterns(table, t)
    files = [
        save_figure(
            draw_patterns(table, t, subject=t(f"population.{population}")), figures_in(folder) / f"patterns_{population}.png"
        )
        for population, table in tables.items()
    ]
    print_files([folder, *files], t)


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
    folder = claimed(out or named_folder("phase", [composed], overrides or []), resume)
    tell_of_compiling(t)

    from sim.report.console import print_files, study_progress
    from sim.report.figures import draw_phase, save_figure
    from sim.studies.phase import measure_phase

    with study_progress(t) as progress:
        table = measure_phase(overrides or [], folder=folder, workers=workers, resume=resume, progress=progress)
    figure = draw_phase(table, t, subject=t.name("scenario", str(composed.choices["scenario"])))
    print_files([folder, save_figure(figure, figures_in(folder) / "phase.png")], t)


def _arms(command: str, overrides: list[str]) -> list[Arm]:
    from sim.allowed import ConfigError
    from sim.config import expand

    arms = expand(overrides)
    if len(arms) < 2:
        raise ConfigError(f"{command}: two arms or more, that is a key with several values, such as strategy=no_plan,kol_care")
    return arms


def _baseline(arms: list[Arm], label: str | None) -> str:
    from sim.allowed import no_choice
    from sim.scenario import has_group

    labels = [arm.label for arm in arms]
    if label is not None and label not in labels:
        raise no_choice("--baseline", label, labels)
    return label or next((arm.label for arm in arms if has_group(arm.composed.scenario)), labels[0])


def _draw_comparison(tables: Tables, arms: list[Arm], t: Translator, about: dict[str, Any]) -> dict[str, Any]:
    from sim.report.figures import draw_front, draw_groups, draw_league, draw_survival

    first = tables.panel[tables.panel.outcome == tables.panel.outcome.iloc[0]]
    drawn = {"league": draw_league(first, t, **about)}
    grouped = tables.league[tables.league.dead.notna()]
    if len(grouped):
        drawn |= {"front": draw_front(grouped, t, **about), "groups": draw_groups(grouped, t, **about)}
        drawn["survival"] = draw_survival(tables.survival, t, subject=about["subject"])
    return drawn | _draw_days(tables, arms, t, about)


def _draw_days(tables: Tables, arms: list[Arm], t: Translator, about: dict[str, Any]) -> dict[str, Any]:
    """The vital signs of all arms that have a group on one page, where it holds them."""
    from sim.cli.daily import live_again
    from sim.report.figures import draw_side_by_side
    from sim.report.side_by_side import FEWEST_ARMS, MOST_ARMS
    from sim.studies.panel import find_arms_without_group

    without = find_arms_without_group(tables.study.replications)
    shown = {place: arm for place, arm in enumerate(arms) if place not in without}
    if not FEWEST_ARMS <= len(shown) <= MOST_ARMS:
        return {}
    daily = live_again(shown, tables.study.replications, tables.panel.outcome.iloc[0], about["days"])
    return {} if daily is None else {"side_by_side": draw_side_by_side(*daily, t, takeaway=tables.said[0], **about)}


def _draw_sweep(tables: Tables, t: Translator, about: dict[str, Any]) -> dict[str, Any]:
    """Lines over the swept key with the most values, one for each value of the next; where there are two, a grid too.

    Of what was asked first, of days alive, and of net income unless the first is what the group adds.
    """
    from sim.report.figures import draw_heat, draw_sweep

    study, first = tables.study, tables.panel.outcome.iloc[0]
    keys = [key for key in study.arms.columns if key not in ("arm", "label")]
    x, hue = [*sorted(keys, key=lambda key: -study.arms[key].nunique()), None][:2]
    drawn = {}
    for outcome in dict.fromkeys((first, "alive_days", *(["net_income"] if first != "adds" else []))):
        drawn[f"sweep_{outcome}"] = draw_sweep(study.replications, x, outcome, hue, t, **about)
        if hue:
            drawn[f"heat_{outcome}"] = draw_heat(study.replications, x, hue, outcome, t, **about)
    return drawn
