"""The folder of a study -> the command line that goes on with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.studies.request import Request

#: The file that tells of a study.
STUDY = "study.json"
#: Options with which the folder of a study stands for its command.
GOING_ON = {"--resume", "--partial"}
#: Commands that go on with --resume.
STUDIES = ("compare", "sweep", "sensitivity", "patterns", "phase", "optimise", "fit", "claims")


def read_checked_request(folder: Path) -> Request:
    """The command of the study in a folder, which anybody may have written: its settings are composed, and open no files.

    Raises ConfigError, StudyError.
    """
    from sim.allowed import ConfigError
    from sim.config import compose, expand
    from sim.studies.question import split_words
    from sim.studies.request import read_request

    request = read_request(folder)
    _, settings = split_words(request.words)
    try:
        if request.command in ("compare", "sweep"):
            expand(settings, own=False)
        else:
            compose(settings, own=False)
    except ConfigError as error:
        raise ConfigError(
            f"folder={folder}: its command cannot be taken from there ({error}); give it whole, with --resume --out"
        ) from error
    return request


def holds_study(word: str) -> bool:
    """Whether a word of a command line is the folder of a study."""
    try:
        return (Path(word) / STUDY).is_file()
    except OSError:  # too long for the name of a folder
        return False


def resumed(arguments: list[str]) -> list[str]:
    """Arguments that go on with the study of a folder -> the whole command line, with what is given anew in place of what was.

    [command], --resume or --partial, FOLDER, and more. Without a folder, or with one after --out, as they are. Raises
    ConfigError, StudyError.
    """
    from sim.config import replaced
    from sim.studies.ledger import StudyError

    found = next((place for place, word in enumerate(arguments) if holds_study(word)), None)
    words = [word for place, word in enumerate(arguments) if place != found and "=" in word and not word.startswith("-")]
    if found is None and arguments[0] in GOING_ON:
        raise StudyError(f"{' '.join(arguments[:2])}: the folder of a study, one that holds {STUDY}")
    if found is None or (found and arguments[found - 1] == "--out"):
        return arguments
    folder, rest = arguments[found], arguments[:found] + arguments[found + 1 :]
    request = read_checked_request(Path(folder))
    if rest[0] in ("compare", "sweep") and request.command in ("compare", "sweep"):
        request = request.model_copy(update={"command": rest[0]})
    options = [word for word in rest if word not in words and word not in STUDIES]
    return [*request.model_copy(update={"words": replaced(request.words, words)}).arguments(), *options, "--out", folder]
