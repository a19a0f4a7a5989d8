"""The search for the best plan, as one command."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Lang, Language, Out, Overrides, Resume, Workers, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import OUTPUTS, claimed_stages, figures_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from sim.optimising.search import Stage
    from sim.report.language import Translator

Budget = Annotated[
    float | None,
    typer.Option("--budget", min=0, metavar="MINUTES", help="Begin no new generation of plans after so many minutes."),
]
PLAN, FRONT_PLAN = "plan.yaml", "plan_{}.yaml"


@app.command(short_help="Find the plan that does best within limits.")
def optimise(
    overrides: Overrides = None,
    out: Out = None,
    workers: Workers = None,
    resume: Resume = False,
    budget: Budget = None,
    lang: Lang = Language.en,
) -> None:
    """Find the plan that does best within limits: strategy=a,b KEY=interval(0,4) choose=min:staff_hours "subject_to=[dead<=5%]" trials=64.

    choose=max:adds,min:staff_hours gives the front between two objectives: plans none of which another beats in both.
    """
    t = translator(lang)
    from sim.allowed import ConfigError
    from sim.optimising.search import find_optimum, split_trials
    from sim.optimising.space import read_space
    from sim.studies.question import MOST_OBJECTIVES, split_words

    trials, words = split_trials(overrides or [])
    question, settings = split_words(words, MOST_OBJECTIVES)
    if not question.chosen:
        raise ConfigError("choose: max: or min: and an outcome is needed, such as choose=min:staff_hours")
    if question.grow or question.retest is not None:
        raise ConfigError("grow, retest: optimise grows what is promising and tries the winner again by itself; leave them out")
    space = read_space(settings)
    folder = claimed_stages(out or OUTPUTS / "optimise" / _name(words), resume)
    tell_of_compiling(t)

    from sim.report.console import print_files
    from sim.report.drawing import draw_all
    from sim.report.figures import save_figure
    from sim.report.optimum import print_optimum

    found = find_optimum(
        space,
        [text for text in words if text not in settings],
        folder=folder,
        trials=trials,
        minutes=budget,
        workers=workers,
        resume=resume,
        progress=partial(_show, t),
    )
    print_optimum(found, question, t)
    files = [folder / "plans.csv"]
    for name in found.chosen:
        plan = write_plan(found.overrides[name])
        if found.front is not None:
            files.append(folder / FRONT_PLAN.format(found.front.number[found.front.plan == name].iloc[0]))
        else:
            files.append(folder / PLAN)
            typer.echo("\n" + plan)
        files[-1].write_text(plan, encoding="utf-8")
    if found.chosen:
        typer.echo(t("optimum.how", file=str(files[-1])))
    figures = [save_figure(figure, figures_in(folder) / f"{name}.png") for name, figure in draw_all(folder, t).items()]
    print_files([*files, *figures], t)


def _show(t: Translator, stage: Stage) -> AbstractContextManager[Callable[[int, int], None]]:
    """The progress of a stage, which names it."""
    from sim.report.console import study_progress

    counts = {name: t.number(getattr(stage, name)) for name in ("number", "of", "plans")}
    return study_progress(t, t(f"stage.{stage.kind}", **counts))


def write_plan(overrides: Sequence[str]) -> str:
    """A plan as a study file: `groupalive run plan.yaml`, `groupalive compare plan.yaml KEY=a,b`."""
    import json

    words = [text for text in overrides if text.partition("=")[0] not in ("seed", "replication", "replications")]
    lines = [f"  - {json.dumps(text, ensure_ascii=False)}" for text in words]  # a JSON string is one of YAML
    return "\n".join(["title: A plan that was searched for", "command: compare", "overrides:", *lines, ""])


def _name(words: list[str]) -> str:
    import hashlib
    import re

    text = re.sub(r"[^\w.=,-]", "", "-".join(one.rpartition(".")[2] for one in words))
    return f"{text[:60]}-{hashlib.blake2b(' '.join(words).encode(), digest_size=4).hexdigest()}"
