"""What was asked of a study and what it is about, kept beside its tables: all that a page or a figure needs and no table holds."""

from __future__ import annotations

import json
from dataclasses import asdict, field
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from sim.allowed import ConfigError, validated
from sim.foreign import read_plain
from sim.scenario import number, settings
from sim.studies.ledger import StudyError, write_whole
from sim.studies.question import MOST_OBJECTIVES, Question, split_words

FILE: Final = "asked.json"
#: It is at most so large, bytes; an arm with other people takes 100.
MOST_BYTES: Final = 2**22

Name = Annotated[str, Field(max_length=2_000)]
Count = Annotated[int, number("", 0, 10**12, "what a study may hold")]


@settings
class OtherArm:
    """An arm whose people are not those of the first: persons who may come over the run, and how many of them are the same."""

    label: Name
    persons: Count
    common: Count


@settings
class Growth:
    """How a growing study grew: worlds between two looks, worlds at the last, whether what was asked first was settled then, and if not
    whether the minutes were up."""

    batch: Count
    worlds: Count
    settled: bool
    late: bool = False


@settings
class Retest:
    """Where the chosen arm was tried again: the folder inside that of the study, and the seed."""

    folder: Annotated[str, Field(pattern=r"^retest_(\d+_\d+|[0-9a-f]{16})$")]
    seed: Count


@settings
class Search:
    """What a search was: plans that were proposed, and how many of them could not be simulated."""

    asked: Count
    refused: Count


@settings
class Asked:
    """What a folder of tables is about.

    scenario, strategy: names of those that its arms have. members: planned in an arm. wanted: replications that were
    asked for where not all of them are finished, else 0. question: its words, as on the command line.
    care: keys in which arms differ that are assumptions and no ways of running groups.
    """

    command: Literal["compare", "sweep", "patterns", "phase", "claims", "optimise", "morris"]
    title: Name = ""
    days: Annotated[float, number("days that are judged", 0, 10_000, "")] = 90.0
    members: Count = 0
    wanted: Count = 0
    scenario: tuple[Name, ...] = ()
    strategy: tuple[Name, ...] = ()
    question: tuple[Name, ...] = ()
    baseline: Name = ""
    care: tuple[Name, ...] = ()
    others: tuple[OtherArm, ...] = field(default_factory=tuple)
    growth: Growth | None = None
    retest: Retest | None = None
    search: Search | None = None

    @property
    def words(self) -> Question:
        """The question. Raises ConfigError."""
        question, rest = split_words(self.question, MOST_OBJECTIVES if self.command == "optimise" else 1)
        if rest:
            raise ConfigError(f"question={rest[0]}: words that ask only, such as judge=net_income")
        return question


def write_asked(folder: Path, asked: Asked) -> None:
    """Keep it in the folder of a study; asked again, it is written anew."""
    write_whole(folder / FILE, json.dumps(asdict(asked), indent=1, ensure_ascii=False).encode())


def read_asked(folder: Path) -> Asked:
    """What the tables of a folder are about. Raises StudyError."""
    try:
        asked: Asked = validated(Asked, json.loads(read_plain(folder / FILE, MOST_BYTES)), FILE)
        asked.words  # noqa: B018  a question that cannot be read is told here
        return asked
    except FileNotFoundError as error:
        raise StudyError(f"folder={folder}: {FILE} is missing; ask the study again (--resume)") from error
    except (ConfigError, OSError, ValueError, RecursionError) as error:
        raise StudyError(f"folder={folder}: {FILE} is damaged; ask the study again (--resume): {error}") from error
