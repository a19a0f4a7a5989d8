"""Yamls of one's own: a template to begin with, and whether one can be run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Lang, Language, app, translator


@app.command(short_help="A yaml of your own to begin with.")
def new(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND", help="What it is for: strategy, campaign, incident, procedure, scenario, staff, member, lesson."
        ),
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file; its name is what it goes by.")],
    lang: Lang = Language.en,
) -> None:
    """Write a commented template: every key with its meaning, unit and range."""
    from sim.allowed import no_choice
    from sim.authoring import KINDS, write_template

    if kind not in KINDS:
        raise no_choice("KIND", kind, KINDS)
    write_template(kind, file)
    typer.echo(translator(lang)("out.new", file=file, kind=kind))


@app.command(short_help="Whether a yaml of your own can be run.")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A yaml of your own.")],
    lang: Lang = Language.en,
) -> None:
    """Validate a yaml of your own; what is wrong is one line with file, line, key and what is allowed."""
    from sim.authoring import check_file

    typer.echo(translator(lang)("out.check", file=file, kind=check_file(file)))
