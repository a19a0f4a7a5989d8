"""The console script: runs a command line and turns what a user can get wrong into one line and an exit code."""

from __future__ import annotations

import difflib
import os
import shlex
import sys
from typing import Any

import typer

from sim.cli import (
    authors,
    claiming,
    covering,
    doctor,
    files,
    finding,
    fitting,
    lineage,
    many,
    optimising,
    page,
    post_mortem,
    runs,
    sensitivity,
    studies,
)
from sim.cli.app import UsageError, app
from sim.cli.resuming import STUDIES

#: Where the commands are; a module adds its own to the application when it is imported.
ROOMS = (
    finding,
    runs,
    files,
    studies,
    many,
    lineage,
    post_mortem,
    covering,
    authors,
    page,
    doctor,
    fitting,
    sensitivity,
    optimising,
    claiming,
)
USER_ERROR, INTERRUPTED = 2, 130
#: Where the errors are defined whose text is one line for the user. A module that is not loaded cannot have raised one.
ERRORS = {"sim.allowed": "ConfigError", "sim.events.store": "LogError", "sim.studies.ledger": "StudyError"}


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
    study = "--resume" in arguments or any(word in STUDIES or word.endswith((".yaml", ".yml")) for word in arguments)
    words = arguments if "--resume" in arguments else [*arguments, "--resume"]
    return f"go on with: {shlex.join(['groupalive', *words])}" if study else "what is written so far is kept"


def _one_line_errors() -> tuple[type[Exception], ...]:
    return tuple(getattr(sys.modules[module], name) for module, name in ERRORS.items() if module in sys.modules)


def _fail(text: str, code: int = USER_ERROR) -> int:
    print(" ".join("".join(c if c.isprintable() else " " for c in text).split()), file=sys.stderr)
    return code
