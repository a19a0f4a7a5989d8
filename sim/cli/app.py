"""The application: its commands by name, a study file in place of one, and the options that several commands share."""

from __future__ import annotations

import difflib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from sim.cli.resuming import GOING_ON, resumed

if TYPE_CHECKING:
    from sim.report.language import Translator

UsageError: Any = typer.BadParameter.__base__  # its module depends on the version of Typer


class Language(StrEnum):
    """What may be printed and drawn."""

    en, zh, es = "en", "zh", "es"


#: Commands as the help lists them: what comes first in use comes first; others follow.
ORDER = (
    "list", "explain", "run", "compare", "sweep", "plan", "work", "report", "plot", "tables", "verify", "branch", "tree", "diff", "why",
    "post-mortem", "sensitivity", "patterns", "phase", "optimise", "fit", "claims", "coverage", "new", "check", "handout", "serve",
    "demo", "doctor",
)  # fmt: skip

#: Commands that take the overrides of a study file, where it comes first.
TAKE_FILES = ("run", "compare", "sweep", "optimise")


class Commands(TyperGroup):
    """The commands; the name of a study file stands for the command and the overrides in it."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(self.commands, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        return super().parse_args(ctx, resumed(args) if GOING_ON & set(args) else args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, *rest = args
        if name.endswith((".yaml", ".yml")):
            from sim.config import read_study_file, replaced

            study = read_study_file(Path(name))
            args = [study.command, "--title", study.title, "--name", Path(name).stem, *replaced(study.words, rest)]
        elif name in TAKE_FILES and rest and rest[0].endswith((".yaml", ".yml")) and "=" not in rest[0]:
            from sim.config import read_study_file, replaced

            args = [name, *replaced(read_study_file(Path(rest[0])).words, rest[1:])]
        elif name not in self.commands:
            near = difflib.get_close_matches(name, self.commands, 1)
            allowed = f"one of {', '.join(self.list_commands(ctx))}, or a study file (.yaml)"
            raise UsageError(f"{name}: no such command; {f'did you mean {near[0]}? ' if near else ''}{allowed}")
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Which way of running a chat group keeps it alive, what it earns and what it costs.\n\nA study file, such as "
    "experiments/cadence.yaml, can be given instead of a command.",
)

Overrides = Annotated[
    list[str] | None,
    typer.Argument(metavar="[KEY=VALUE]...", help="Settings in Hydra's grammar: strategy=kol_care seed=7 days=90"),
]
Lang = Annotated[Language, typer.Option("--lang", help="Language of all that is printed and drawn.")]
Out = Annotated[
    Path | None, typer.Option("--out", help="Folder to write to: a new or an empty one.", show_default="in outputs/")
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes; results do not depend on it.", show_default="all cores")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a study; --resume FOLDER alone is enough.")]
SoFar = Annotated[bool, typer.Option("--partial", help="Show what is finished of a study; run nothing more of it.")]
Logs = Annotated[str, typer.Option("--logs", metavar="none|first:N|all", help="Of which replications the whole log is kept.")]
Chats = Annotated[
    Path | None,
    typer.Option("--logs", metavar="FOLDER", help="Real chats to set beside, one folder each.", show_default="none"),
]
Baseline = Annotated[
    str | None, typer.Option("--baseline", metavar="LABEL", help="Arm to compare with.", show_default="the first")
]
Title = Annotated[str, typer.Option("--title", help="Heading above the tables.", show_default=False)]
Name = Annotated[str, typer.Option("--name", hidden=True)]


@app.callback()
def groupalive(ctx: typer.Context, lang: Lang = Language.en) -> None:
    app_of: Any = ctx.command
    ctx.default_map = {name: {"lang": lang.value} for name in app_of.commands}  # --lang before the command holds for it


def translator(lang: Language) -> Translator:
    from sim.report.language import translator

    return translator(lang.value)
