"""The search for the best plan, as one command."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Lang, Language, Out, Overrides, Resume, Workers, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import OUTPUTS, claimed_stages

if TYPE_CHECKING:
    from sim.studies.optimum import Optimum

Budget = Annotated[
    float | None,
    typer.Option("--budget", min=0, metavar="MINUTES", help="Begin no new generation of plans after so many minutes."),
]
PLAN = "plan.yaml"


@app.command(short_help="Find the plan that does best within limits.")
def optimise(
    overrides: Overrides = None,
    out: Out = None,
    workers: Workers = None,
    resume: Resume = False,
    budget: Budget = None,
    lang: Lang = Language.en,
) -> None:
    """Find the plan that does best within limits: strategy=a,b KEY=interval(0,4) choose=min:staff_hours "subject_to=[dead<=5%]" trials=64."""
    t = translator(lang)
    from sim.allowed import ConfigError
    from sim.optimising.search import find_optimum, split_trials
    from sim.optimising.space import read_space
    from sim.studies.question import split_words

    trials, words = split_trials(overrides or [])
    question, settings = split_words(words)
    if not question.chosen:
        raise ConfigError("choose: max: or min: and an outcome is needed, such as choose=min:staff_hours")
    if question.grow or question.retest is not None:
        raise ConfigError("grow, retest: optimise grows what is promising and tries the winner again by itself; leave them out")
    space = read_space(settings)
    folder = claimed_stages(out or OUTPUTS / "optimise" / _name(words), resume)
    tell_of_compiling(t)

    from sim.report.console import print_files, study_progress
    from sim.report.optimum import print_optimum

    found = find_optimum(
        space,
        question,
        folder=folder,
        trials=trials,
        minutes=budget,
        workers=workers,
        resume=resume,
        progress=partial(study_progress, t),
    )
    print_optimum(found, question, t)
    files = [folder / "plans.csv"]
    if found.found:
        plan = write_plan(found)
        (folder / PLAN).write_text(plan, encoding="utf-8")
        files.append(folder / PLAN)
        typer.echo("\n" + plan)
        typer.echo(t("optimum.how", file=str(folder / PLAN)))
    print_files(files, t)


def write_plan(found: Optimum) -> str:
    """The plan as a study file: `groupalive run plan.yaml`, `groupalive compare plan.yaml KEY=a,b`."""
    import json

    words = [text for text in found.words if text.partition("=")[0] not in ("seed", "replication", "replications")]
    lines = [f"  - {json.dumps(text, ensure_ascii=False)}" for text in words]  # a JSON string is one of YAML
    return "\n".join(["title: A plan that was searched for", "command: compare", "overrides:", *lines, ""])


def _name(words: list[str]) -> str:
    import hashlib
    import re

    text = re.sub(r"[^\w.=,-]", "", "-".join(one.rpartition(".")[2] for one in words))
    return f"{text[:60]}-{hashlib.blake2b(' '.join(words).encode(), digest_size=4).hexdigest()}"
