"""Command line -> calls of the API, and whatever a user can get wrong -> one line on stderr.

Start-up is kept short: a command imports what it needs when it runs.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import os
import re
import shlex
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from sim.config import Arm
    from sim.report.language import Translator
    from sim.run import Run
    from sim.studies.study import Study

OUTPUTS = Path("outputs")
USER_ERROR, INTERRUPTED = 2, 130
#: Settings that the name of a folder need not tell: they lead it, end it, or may grow in it.
UNNAMED = ("scenario", "strategy", "seed", "replications")
#: Commands that go on with --resume.
STUDIES = ("compare", "sweep", "patterns", "phase")
#: Where the errors live whose text is one line for the user. A module that is not loaded cannot have raised one.
ERRORS = {"sim.allowed": "ConfigError", "sim.events.store": "LogError", "sim.studies.ledger": "StudyError"}
UsageError: Any = typer.BadParameter.__base__  # its module depends on the version of Typer


class Language(StrEnum):
    """What may be printed and drawn."""

    en, zh, es = "en", "zh", "es"


class Commands(TyperGroup):
    """The commands; the name of a study file stands for the command and the overrides in it."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, *rest = args
        if name.endswith((".yaml", ".yml")):
            from sim.config import read_study_file, replaced

            study = read_study_file(Path(name))
            args = [study.command, "--title", study.title, "--name", Path(name).stem, *replaced(study.overrides, rest)]
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
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the study in the folder.")]
Logs = Annotated[str, typer.Option("--logs", metavar="none|first:N|all", help="Of which replications the whole log is kept.")]
Baseline = Annotated[
    str | None, typer.Option("--baseline", metavar="LABEL", help="Arm to compare with.", show_default="the first")
]
Title = Annotated[str, typer.Option("--title", help="Heading above the tables.", show_default=False)]
Name = Annotated[str, typer.Option("--name", hidden=True)]


@app.callback()
def groupalive(ctx: typer.Context, lang: Lang = Language.en) -> None:
    app_of: Any = ctx.command
    ctx.default_map = {name: {"lang": lang.value} for name in app_of.commands}  # --lang before the command holds for it


@app.command("list", short_help="What can be chosen, with a line on each.")
def list_options(lang: Lang = Language.en) -> None:
    """What can be chosen: scenarios, strategies, incidents, campaigns, member types, staff."""
    from sim.config import options, summary
    from sim.report.console import print_list

    groups = ("scenario", "strategy", "incident", "campaign", "member", "staff")
    print_list({group: {name: summary(group, name) for name in options(group)} for group in groups}, _translator(lang))


@app.command(short_help="One run, its vital signs and its log.")
def run(
    overrides: Overrides = None,
    plot: Annotated[bool, typer.Option("--plot", help="Save the pictures too.")] = False,
    out: Out = None,
    lang: Lang = Language.en,
) -> None:
    """One run: the sealed log, its vital signs, and where the files are."""
    from sim.config import compose

    t = _translator(lang)
    composed = compose(overrides or [])
    folder = _claimed(out or _folder("run", [composed], overrides or []))
    _tell_of_compiling(t)

    from sim.events.store import record_files
    from sim.report.console import print_vital_signs
    from sim.run import simulate
    from sim.studies.runner import REPLICATIONS_PER_WORLD

    lived = simulate(
        composed.scenario,
        seed=composed.seed,
        replication=composed.replication,
        world=composed.replication // REPLICATIONS_PER_WORLD if composed.parameter_mode == "uncertain" else None,
        folder=folder,
        command=("groupalive", "run", *composed.overrides),
    )
    folder.mkdir(parents=True, exist_ok=True)
    _write_columns(folder / "vitals.csv", lived.vital_columns())
    _write_columns(folder / "reasons.csv", lived.reasons())
    figures = [_draw_run(lived, folder, composed, t)] if plot else []
    record_files(folder)
    people = composed.scenario.population
    groups = people.programmes * people.groups
    print_vital_signs(lived.outcomes(), [folder, *figures], t, days=composed.scenario.days, groups=groups)


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
    t, command = _translator(lang), ctx.info_name or "compare"
    arms = _arms(command, overrides or [])
    composed, shared = [arm.composed for arm in arms], arms[0].composed
    base = _baseline(arms, baseline)
    folder = _claimed(out or _folder(command, composed, overrides or [], name), resume)
    _tell_of_compiling(t)

    from sim.allowed import listed
    from sim.comparable import check_comparable
    from sim.report.advice import advise
    from sim.report.console import WIDTH, print_files, print_league, study_progress
    from sim.report.figures import save_figure
    from sim.report.wrapping import wrap
    from sim.studies.paired import estimate_league
    from sim.studies.runner import run_study
    from sim.studies.survival import estimate_survival

    with study_progress(t) as progress:
        lived = run_study(
            arms,
            replications=shared.replications,
            seed=shared.seed,
            folder=folder,
            workers=workers,
            resume=resume,
            logs=logs,
            parameter_mode=shared.parameter_mode,
            progress=progress,
        )
    days = max(one.scenario.days for one in composed)
    league = estimate_league(lived.replications, baseline=base, days=days)
    survival = estimate_survival(lived.lifetimes, days=days)
    lived.save_tables(league=league, survival=survival)
    if title:
        typer.echo(f"\n{title}")
    print_league(league, advise(league, t, days=days), t, days=days)
    if care := check_comparable([one.plain for one in composed]):
        typer.echo("\n" + wrap(t("note.arms_differ", keys=listed(care, "")), WIDTH))
    about = {"days": days, "subject": _subject(composed, t)}
    drawn = _draw_sweep(lived, t, about) if command == "sweep" else _draw_comparison(league, survival, t, about)
    print_files([folder, *(save_figure(figure, _figures(folder) / f"{key}.png") for key, figure in drawn.items())], t)


@app.command(short_help="Replay a run, simulate it again, compare.")
def verify(folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")], lang: Lang = Language.en) -> None:
    """Replay the log of a run to its final state, simulate it again from its manifest, and compare."""
    from sim.report.console import print_verification
    from sim.verification import verify as verify_run

    t = _translator(lang)
    _tell_of_compiling(t)
    found = verify_run(folder)
    print_verification(found, t)
    raise typer.Exit(0 if found.fine else 1)


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

    t = _translator(lang)
    composed = compose(overrides or [])
    folder = _claimed(out or _folder("patterns", [composed], overrides or []), resume)
    _tell_of_compiling(t)

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
            draw_patterns(table, t, subject=t(f"population.{population}")), _figures(folder) / f"patterns_{population}.png"
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

    t = _translator(lang)
    composed = compose(overrides or [])
    folder = _claimed(out or _folder("phase", [composed], overrides or []), resume)
    _tell_of_compiling(t)

    from sim.report.console import print_files, study_progress
    from sim.report.figures import draw_phase, save_figure
    from sim.studies.phase import measure_phase

    with study_progress(t) as progress:
        table = measure_phase(overrides or [], folder=folder, workers=workers, resume=resume, progress=progress)
    figure = draw_phase(table, t, subject=t.name("scenario", str(composed.choices["scenario"])))
    print_files([folder, save_figure(figure, _figures(folder) / "phase.png")], t)


@app.command(short_help="A yaml of your own to begin with.")
def new(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="What it is for: strategy, campaign, incident, procedure, scenario, staff.")
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
    typer.echo(_translator(lang)("out.new", file=file, kind=kind))


@app.command(short_help="Whether a yaml of your own can be run.")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A yaml of your own.")],
    lang: Lang = Language.en,
) -> None:
    """Validate a yaml of your own; what is wrong is one line with file, line, key and what is allowed."""
    from sim.authoring import check_file

    typer.echo(_translator(lang)("out.check", file=file, kind=check_file(file)))


@app.command(short_help="One file to play a run anywhere.")
def handout(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    out: Annotated[Path | None, typer.Option("--out", help="File to write.", show_default="RUN.html beside it")] = None,
    group: Annotated[int, typer.Option("--group", min=0, help="Number of the group.")] = 0,
    programme: Annotated[int, typer.Option("--programme", min=0, help="Number of its programme.")] = 0,
    lang: Lang = Language.en,
) -> None:
    """One HTML file with the player and the run in it: it opens by double click, needs no network, and prints."""
    from sim.page.handout import write_handout
    from sim.page.story import read_story
    from sim.report.console import print_files

    t = _translator(lang)
    _tell_of_compiling(t)
    print_files(
        [write_handout(read_story(folder, group, programme), out or folder.with_name(f"{folder.name}.html"), lang.value)], t
    )


@app.command(short_help="The page on which runs are played.")
def serve(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder below which runs are looked for.")] = OUTPUTS,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; another one lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8750,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
    lang: Lang = Language.en,
) -> None:
    """Serve a page with all runs below a folder, on this machine only unless --host says otherwise. Ctrl+C ends it."""
    t = _translator(lang)
    _tell_of_compiling(t)
    _serve(folder, host, port, browser, f"#lang={lang.value}", t)


@app.command(short_help="A small run, played in the browser.")
def demo(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8750,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
    lang: Lang = Language.en,
) -> None:
    """Run a small scenario once, keep it in outputs/demo, and open the page with it."""
    t = _translator(lang)
    _tell_of_compiling(t)

    from sim.config import compose
    from sim.run import simulate

    folder = OUTPUTS / "demo"
    if not (folder / "manifest.json").is_file():
        words = ["scenario=restaurant", "strategy=kol_care", "incident=[price_rise]", "campaign=[red_packets]", "seed=7"]
        simulate(compose(words).scenario, seed=7, folder=_claimed(folder), command=("groupalive", "run", *words))
    from sim.page.shelf import find_runs

    key = next(key for key, place in find_runs(OUTPUTS).items() if place == folder)
    _serve(OUTPUTS, "127.0.0.1", port, browser, f"#run={key}&lang={lang.value}", t)


# What the commands share -----------------------------------------------------------------------------------------------


def _serve(folder: Path, host: str, port: int, browser: bool, fragment: str, t: Translator) -> None:
    from sim.page.server import serve as serve_page

    def opened(address: str) -> None:
        typer.echo(t("out.serve", address=address))
        if browser:
            import webbrowser

            webbrowser.open(address)

    serve_page(folder, host=host, port=port, opened=opened, fragment=fragment)


def _translator(lang: Language) -> Translator:
    from sim.report.language import translator

    return translator(lang.value)


def _tell_of_compiling(t: Translator) -> None:
    """Where the member model has to be compiled, a line on stderr, because nothing else stirs for a while.

    Raises ConfigError where there is no room to keep it.
    """
    from sim import compiled
    from sim.allowed import ConfigError
    from sim.kernel.advance import advance

    if compiled.is_kept(advance):
        return
    try:
        compiled.make_room()
    except OSError as error:
        name = "NUMBA_CACHE_DIR" if "NUMBA_CACHE_DIR" in os.environ else "XDG_CACHE_HOME"
        room = f"{compiled.ROOM_BYTES // 10**6} MB"
        told = f"{compiled.folder()}: compiled code cannot be kept here ({error.strerror})"
        raise ConfigError(f"{told}; set {name} to a folder that can be written to, with {room} free") from error
    typer.echo(t("progress.compiling"), err=True)


def _write_columns(path: Path, columns: dict[str, Any]) -> None:
    """Columns of equal length as CSV; a cell without a value is empty."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            rows = zip(*(column.tolist() for column in columns.values()), strict=True)
            writer.writerows(["" if cell != cell else cell for cell in row] for row in rows)  # NaN differs from itself
    except OSError as error:  # a write does not say to which file
        raise OSError(error.errno, error.strerror, str(path)) from error


def _draw_run(lived: Run, folder: Path, composed: Any, t: Translator) -> Path:
    """The vital signs of a run day by day, as a picture in its folder: the days that its outcomes count."""
    from sim.report.figures import draw_vitals, save_figure

    subject = _subject([composed], t)
    figure = draw_vitals(lived.vitals(), lived.marks(), t, days=composed.scenario.days, subject=subject)
    return save_figure(figure, _figures(folder) / "vitals.png")


def _subject(composed: list[Any], t: Translator) -> str:
    """The scenario and the strategy, each where all have the same."""
    chosen = {group: {one.choices[group] for one in composed} for group in ("scenario", "strategy")}
    return t("list.separator").join(t.name(group, *names) for group, names in chosen.items() if len(names) == 1)


def _arms(command: str, overrides: list[str]) -> list[Arm]:
    from sim.allowed import ConfigError
    from sim.config import expand

    arms = expand(overrides)
    if len(arms) < 2:
        raise ConfigError(f"{command}: two arms or more, that is a key with several values, such as strategy=no_plan,kol_care")
    return arms


def _baseline(arms: list[Arm], label: str | None) -> str:
    from sim.allowed import no_choice

    labels = [arm.label for arm in arms]
    if label is not None and label not in labels:
        raise no_choice("--baseline", label, labels)
    return label or labels[0]


def _draw_comparison(league: Any, survival: Any, t: Translator, about: dict[str, Any]) -> dict[str, Any]:
    from sim.report.figures import draw_front, draw_groups, draw_league, draw_survival

    figures: dict[str, Callable[..., Any]] = {"league": draw_league, "front": draw_front, "groups": draw_groups}
    drawn = {key: draw(league, t, **about) for key, draw in figures.items()}
    return drawn | {"survival": draw_survival(survival, t, subject=about["subject"])}


def _draw_sweep(study: Study, t: Translator, about: dict[str, Any]) -> dict[str, Any]:
    """Lines over the swept key with the most values, one for each value of the next; where there are two, a grid too."""
    from sim.report.figures import draw_heat, draw_sweep

    keys = [key for key in study.arms.columns if key not in ("arm", "label")]
    x, hue = [*sorted(keys, key=lambda key: -study.arms[key].nunique()), None][:2]
    drawn = {}
    for outcome in ("alive_days", "net_income"):
        drawn[f"sweep_{outcome}"] = draw_sweep(study.replications, x, outcome, hue, t, **about)
        if hue:
            drawn[f"heat_{outcome}"] = draw_heat(study.replications, x, hue, outcome, t, **about)
    return drawn


def _folder(command: str, composed: list[Any], overrides: list[str], name: str = "") -> Path:
    """outputs/<command>/<name>-<seed>; without a name, scenario, strategy and whatever else was set make one."""
    pairs = [text.partition("=")[::2] for text in overrides]
    chosen = ["+".join(dict.fromkeys(one.choices[group] for one in composed)) for group in ("scenario", "strategy")]
    others = [f"{key.rpartition('.')[2]}={value}" for key, value in pairs if key not in UNNAMED]
    words = re.sub(r"[^\w.+=,-]", "", name or "-".join([*chosen, *others]))
    if len(words) > 80:
        words = f"{words[:70]}-{hashlib.blake2b(words.encode(), digest_size=4).hexdigest()}"
    return OUTPUTS / command / f"{words}-{composed[0].seed}"


def _claimed(folder: Path, resume: bool = False) -> Path:
    """The folder, which nobody has written to; nothing is ever overwritten."""
    from sim.allowed import ConfigError

    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        raise ConfigError(f"--out={folder}: a name in UTF-8; with a locale without it, set PYTHONUTF8=1") from error
    if str(folder).startswith("-"):
        raise ConfigError(f"--out={folder}: the name of a folder, none that begins with a dash")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"--out={folder}: a folder; there is a file of that name")
    if not resume and folder.is_dir() and any(folder.iterdir()):
        goes_on = ", or --resume to go on with the study in it" if (folder / "ledger").is_dir() else ""
        raise ConfigError(f"--out={folder}: a new or empty folder; this one is in use; name another with --out{goes_on}")
    return folder


def _figures(folder: Path) -> Path:
    (folder / "figures").mkdir(parents=True, exist_ok=True)
    return folder / "figures"


# The console script ----------------------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    """Run a command line. Returns 0, 1 where a check failed, 2 for the user's errors, 130 where it was interrupted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    _open_streams()
    os.environ["MPLBACKEND"] = "agg"  # a notebook's or a window's is of no use here, and one that is missing stops matplotlib
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Chinese shows ?, and the run goes on
    try:
        return _invoke(arguments or ["--help"])
    except BrokenPipeError:
        _silence_stdout()
        return _fail("stdout: closed by its reader before all was written")
    except KeyboardInterrupt:
        return _fail(f"interrupted; {_how_to_go_on(arguments)}", INTERRUPTED)
    except OSError as error:
        return _fail(f"{error.filename or _what_failed()}: {error.strerror or error}")
    except MemoryError:
        return _fail("memory: not enough for this; fewer members, groups or workers")
    except Exception as error:
        if not isinstance(error, _one_line_errors()):
            raise
        return _fail(str(error))


def _invoke(arguments: list[str]) -> int:
    try:
        code = typer.main.get_command(app).main(args=arguments, prog_name="groupalive", standalone_mode=False)
        if code == INTERRUPTED:  # how a newer Typer tells it; an older one raises Abort
            raise KeyboardInterrupt
        sys.stdout.flush()
        return code or 0
    except UsageError as error:
        return _fail(_usage(error))
    except typer.Abort as abort:  # Typer makes one of an EOFError too, which nobody's Ctrl-C has caused
        raise abort.__cause__ if isinstance(abort.__cause__, EOFError) else KeyboardInterrupt from None
    except SystemExit as error:  # what Typer makes of a closed pipe
        raise error.__context__ or error from None


def _open_streams() -> None:
    """Where stdout or stderr was closed before the start, Python has none; what is printed is then for nobody."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _silence_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains again when it flushes at the end


def _what_failed() -> str:
    """What an error without a file name is about: stdout, where it holds on to what it could not write."""
    try:
        sys.stdout.flush()
    except OSError:
        _silence_stdout()
        return "stdout"
    return "output"


def _usage(error: Any) -> str:
    """A complaint about the command line itself, with what is allowed."""
    option = getattr(error, "option_name", None)
    if type(error).__name__ != "NoSuchOption" or not error.ctx:
        return str(error.format_message().replace("Value error, ", ""))
    known = [name for one in error.ctx.command.params for name in one.opts if name.startswith("--")]
    near = difflib.get_close_matches(option, known, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{option}: no such option; {hint}one of {', '.join(known)}; settings go without dashes, such as seed=7"


def _how_to_go_on(arguments: list[str]) -> str:
    study = any(word in STUDIES or word.endswith((".yaml", ".yml")) for word in arguments)
    words = arguments if "--resume" in arguments else [*arguments, "--resume"]
    return f"go on with: {shlex.join(['groupalive', *words])}" if study else "what is written so far is kept"


def _one_line_errors() -> tuple[type[Exception], ...]:
    return tuple(getattr(sys.modules[module], name) for module, name in ERRORS.items() if module in sys.modules)


def _fail(text: str, code: int = USER_ERROR) -> int:
    print(" ".join("".join(c if c.isprintable() else " " for c in text).split()), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
