"""The page in the browser with runs, lessons and a class, and one file of it to hand out."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.app import Lang, Language, Workers, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import OUTPUTS

LessonNames = Annotated[
    list[str] | None, typer.Option("--lesson", metavar="NAME|FILE", help="A lesson to teach; may be given several times.")
]
Plugins = Annotated[
    str, typer.Option("--plugins", metavar="FOLDER", help="Yamls of your own: FOLDER/lesson, FOLDER/strategy ...")
]


@app.command(short_help="One file to play a run or a lesson anywhere.")
def handout(
    what: Annotated[Path, typer.Argument(metavar="RUN|LESSON", help="Folder of a run, or a lesson by name or file.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write.", show_default="RUN.html beside it; LESSON.html in outputs/")
    ] = None,
    group: Annotated[int, typer.Option("--group", min=0, help="Number of the group, of a run.")] = 0,
    programme: Annotated[int, typer.Option("--programme", min=0, help="Number of its programme, of a run.")] = 0,
    plugins: Plugins = "",
    workers: Workers = None,
    lang: Lang = Language.en,
) -> None:
    """One HTML file with the player and the run, or a whole lesson, in it: it opens by double click, needs no network, and prints."""
    from sim.allowed import ConfigError, listed, quoted
    from sim.cli.lessons import is_lesson, rehearsed
    from sim.config import options
    from sim.page.handout import make_lesson_handout, write_handout, write_page
    from sim.page.story import read_story
    from sim.report.console import print_files

    t = translator(lang)
    tell_of_compiling(t)
    if is_lesson(what, plugins):
        (script,) = rehearsed([str(what)], plugins, workers, t).values()
        stories = {arm: read_story(folder) for arm, folder in script.stories.items()}
        path = out or OUTPUTS / f"{script.name}.html"
        print_files([write_page(make_lesson_handout(script.plain, stories, lang.value), path)], t)
    elif not what.exists():
        near = listed(options("lesson"), str(what))
        raise ConfigError(f"{quoted(str(what))}: the folder of a run, or a lesson: its yaml, or one of {near}")
    else:
        print_files(
            [write_handout(read_story(what, group, programme), out or what.with_name(f"{what.name}.html"), lang.value)], t
        )


@app.command(short_help="The page on which runs are played and lessons taught.")
def serve(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder below which runs are looked for.")] = OUTPUTS,
    klass: Annotated[bool, typer.Option("--class", help="Let the phones of a class join over the local network.")] = False,
    new_class: Annotated[
        bool, typer.Option("--new-class", help="Begin a new class; without it one of the last half hour goes on.")
    ] = False,
    lesson: LessonNames = None,
    plugins: Plugins = "",
    workers: Workers = None,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; another one lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8750,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
    lang: Lang = Language.en,
) -> None:
    """Serve a page with all runs below a folder, on this machine only unless --host or --class says otherwise. Ctrl+C ends it."""
    from sim.cli.lessons import first_lesson

    names = lesson or ([first_lesson()] if klass else [])
    _serve(
        folder,
        names,
        lang,
        host=host,
        port=port,
        browser=browser,
        plugins=plugins,
        workers=workers,
        klass=klass,
        new=new_class,
        others=not names,
    )


@app.command(short_help="A short lesson in the browser.")
def demo(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8750,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
    workers: Workers = None,
    lang: Lang = Language.en,
) -> None:
    """Open the page with the first lesson; its worlds are simulated meanwhile, once, and kept in outputs/lessons."""
    from sim.cli.lessons import first_lesson

    _serve(OUTPUTS, [first_lesson()], lang, port=port, browser=browser, workers=workers, others=True)


def _serve(
    folder: Path,
    names: list[str],
    lang: Language,
    *,
    port: int,
    browser: bool,
    workers: int | None,
    host: str = "127.0.0.1",
    plugins: str = "",
    klass: bool = False,
    new: bool = False,
    others: bool = False,
) -> None:
    from sim.cli.lessons import opened as open_lessons
    from sim.page.server import serve as serve_page
    from sim.whatif.asking import WhatIf
    from sim.whatif.simulating import warm_up
    from sim.whatif.worlds import Worlds

    t = translator(lang)
    tell_of_compiling(t)
    scripts, behind = open_lessons(names, plugins, workers, others=others)
    fragment = f"#lesson={next(iter(scripts))}&lang={lang.value}" if len(names) == 1 else f"#lang={lang.value}"

    def opened(address: str, phones: str) -> None:
        typer.echo(t("out.serve", address=address))
        if phones:
            typer.echo(t("out.serve.class", address=phones))
        if browser:
            import webbrowser

            webbrowser.open(address)

    worlds = Worlds(workers)
    behind.start()
    worlds.start(warm_up)
    asked = WhatIf(worlds)
    threading.Thread(target=asked.prepare, daemon=True).start()
    try:
        serve_page(
            folder,
            host=host,
            port=port,
            opened=opened,
            fragment=fragment,
            scripts=scripts,
            klass=klass,
            new_class=new,
            answering=asked,
        )
    finally:
        worlds.stop()
        behind.stop()
