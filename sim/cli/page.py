"""The page in the browser, and one file of it to hand out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.app import Lang, Language, app, translator
from sim.cli.compiling import tell_of_compiling
from sim.cli.folders import OUTPUTS, claimed

if TYPE_CHECKING:
    from sim.report.language import Translator


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

    t = translator(lang)
    tell_of_compiling(t)
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
    t = translator(lang)
    tell_of_compiling(t)
    _serve(folder, host, port, browser, f"#lang={lang.value}", t)


@app.command(short_help="A small run, played in the browser.")
def demo(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any that is free.")] = 8750,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
    lang: Lang = Language.en,
) -> None:
    """Run a small scenario once, keep it in outputs/demo, and open the page with it."""
    t = translator(lang)
    tell_of_compiling(t)

    from sim.config import compose
    from sim.run import simulate

    folder = OUTPUTS / "demo"
    if not (folder / "manifest.json").is_file():
        words = ["scenario=restaurant", "strategy=kol_care", "incident=[price_rise]", "campaign=[red_packets]", "seed=7"]
        simulate(compose(words).scenario, seed=7, folder=claimed(folder), command=("groupalive", "run", *words))
    from sim.page.shelf import find_runs

    key = next(key for key, place in find_runs(OUTPUTS).items() if place == folder)
    _serve(OUTPUTS, "127.0.0.1", port, browser, f"#run={key}&lang={lang.value}", t)


def _serve(folder: Path, host: str, port: int, browser: bool, fragment: str, t: Translator) -> None:
    from sim.page.server import serve as serve_page

    def opened(address: str) -> None:
        typer.echo(t("out.serve", address=address))
        if browser:
            import webbrowser

            webbrowser.open(address)

    serve_page(folder, host=host, port=port, opened=opened, fragment=fragment)
