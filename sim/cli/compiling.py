"""Before the first run after an install: a line while the member model is compiled, by two processes where there are two cores."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sim.report.language import Translator


def tell_of_compiling(t: Translator) -> None:
    """Where the member model has to be compiled, a line on stderr, as nothing else stirs for a while; a second process helps.

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
    if (os.cpu_count() or 1) > 1:
        from sim.kernel.ahead import compile_with_help

        compile_with_help()
