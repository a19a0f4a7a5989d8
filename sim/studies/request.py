"""The command of a study -> kept in its folder and read back from it, checked, so that the folder alone is enough to go on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from sim.studies.ledger import STUDY, StudyError, read_study

#: Letters of a word at most, such as a table of points, and words of a study.
LETTERS, WORDS = 100_000, 1_000

Word = Annotated[str, StringConstraints(max_length=LETTERS, pattern=r"^[^-\x00-\x1f\x7f][^\x00-\x1f\x7f]*$")]
Text = Annotated[str, StringConstraints(max_length=LETTERS, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Request(BaseModel):
    """A command line of a study: the command, its settings and what is asked, and the options that a result depends on."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    command: Literal["compare", "sweep", "patterns", "phase"]
    words: list[Word]
    baseline: Text = ""
    title: Text = ""
    logs: Text = "none"

    def arguments(self) -> list[str]:
        """The command line without the folder."""
        options = {"baseline": self.baseline, "title": self.title, "logs": "" if self.logs == "none" else self.logs}
        return [self.command, *(f"--{name}={value}" for name, value in options.items() if value), *self.words]

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return self.model_dump()


def make_request(
    command: str, words: Sequence[str], *, baseline: str | None = None, title: str = "", logs: str = "none"
) -> Request:
    """The request of a command line. Raises StudyError, one line, for words that cannot be kept."""
    shown = "".join(letter if letter.isprintable() else " " for letter in title)[:LETTERS]
    try:
        return Request.model_validate(
            {"command": command, "words": [*words], "baseline": baseline or "", "title": shown, "logs": logs}
        )
    except ValidationError as error:
        wrong = error.errors()[0]
        raise StudyError(f"{str(wrong['input'])[:60]!r}: {wrong['msg'][:100]}") from None


def read_request(folder: Path) -> Request:
    """The command of the study in a folder. Whether its words can be run is for whoever reads them to say.

    Raises StudyError where there is no study, or where it does not tell its command.
    """
    kept = read_study(folder).get("request")
    if not kept:
        raise StudyError(f"folder={folder}: does not tell the command that made it; give the whole command with --resume --out")
    try:
        request = Request.model_validate(kept)
        if len(request.words) > WORDS:
            raise StudyError(f"{folder / STUDY}: request.words: {len(request.words)} words; at most {WORDS}")
    except ValidationError as error:
        wrong = error.errors()[0]
        key = ".".join(map(str, wrong["loc"]))[:60]
        raise StudyError(
            f"{folder / STUDY}: request.{key!r}: {wrong['msg'][:100]}; give the whole command with --resume --out"
        ) from None
    return request
