"""A lesson -> its worlds, simulated once and kept under a name made of all that decides them, and its stories."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from sim.allowed import ConfigError
from sim.config import Arm
from sim.foreign import read_plain
from sim.lessons.lesson import Lesson, expand_lesson
from sim.lessons.reveal import Found, Reveal, find_median, plain, reveal
from sim.run import simulate
from sim.studies.ledger import StudyError, describe_program, open_ledger, write_whole
from sim.studies.runner import REPLICATIONS_PER_WORLD, run_study
from sim.studies.study import open_study

if TYPE_CHECKING:
    import pandas as pd

DONE: Final = "reveal.json"
#: What came out of a lesson takes some 20,000.
MOST_BYTES: Final = 1_000_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rehearsed:
    """What is known of a lesson. found: plain values (see `rehearse`); stories: run folder of each arm that is played.

    played: the replication that these stories are.
    """

    name: str
    lesson: Lesson
    found: Found
    stories: dict[int, Path]
    played: int


class Rehearsal:
    """A lesson and its worlds, below `root` in a folder named after all that decides them. Raises ConfigError where it cannot be run."""

    def __init__(self, name: str, lesson: Lesson, root: Path, plugins: str = "") -> None:
        self.name, self.lesson = name, lesson
        self.groups = [expand_lesson(lesson, plugins), *(expand_lesson(lesson, plugins, one) for one in lesson.elsewhere)]
        _check_days(lesson, self.groups[0])
        self.folder = root / f"{name}-{_key(lesson, self.groups)}"
        self.runs = lesson.worlds * REPLICATIONS_PER_WORLD

    def read(self) -> Found | None:
        """What was found before; None where that is not there, damaged or not of this lesson, so that it is found again."""
        return _read(self.folder / DONE, self.lesson)

    def find(self, *, workers: int | None = None, progress: Progress | None = None, nice: int = 0) -> Found:
        """Simulate what is missing and keep what was found. Raises StudyError."""
        studies = []
        for place, group in enumerate(self.groups):
            home = self._home(place)
            studies.append(
                run_study(
                    group,
                    replications=self.runs,
                    seed=self.lesson.seed,
                    folder=home,
                    workers=workers,
                    resume=(home / "study.json").exists(),
                    parameter_mode="uncertain",
                    progress=_counting(progress, place * self.runs, self.runs * len(self.groups)),
                    nice=nice,
                )
            )
        found = self._found([study.replications for study in studies])
        write_whole(self.folder / DONE, json.dumps(found, indent=1, allow_nan=False).encode())
        return found

    def so_far(self) -> Found:
        """What is known while worlds are still being simulated: dots in the order of the worlds; verdicts once all are there."""
        lesson, shown, done = self.lesson, range(0, self.runs, REPLICATIONS_PER_WORLD), 0
        rows: list[list[dict[str, Any]]] = []
        with contextlib.suppress(StudyError):  # not begun
            ledger = open_ledger(self._home(0))
            for number in shown:
                if (row := ledger.read_all(number)) is None:
                    break
                rows.append(row)
            done = len(rows)
            if done == len(shown) and all(ledger.read_all(number) is not None for number in range(self.runs)):
                return self._found([open_study(self._home(0)).replications])
        reveals: list[Reveal] = [
            {"outcome": one.outcome, "effect": one.effect, "sizes": list(one.sizes), "arms": [],
             "dots": [[plain(row[arm][one.outcome]) for row in rows] for arm in range(len(lesson.arms))]}
            for one in lesson.measures
        ]  # fmt: skip
        return self._told(min(done, lesson.worlds - 1), 0, reveals, [])

    def story(self, arm: int, replication: int) -> Path:
        """The run folder of an arm in a replication: run with its log kept, if it is not there yet. Raises StudyError, LogError."""
        return _story(self.folder, self.groups[0][arm], arm, replication, self.lesson.seed)

    def _home(self, place: int) -> Path:
        return self.folder / f"study_{place}"

    @property
    def _days(self) -> float:
        return float(self.groups[0][0].composed.scenario.days)

    def _told(self, done: int, median: int, reveals: list[Reveal], elsewhere: list[Reveal]) -> Found:
        lesson = self.lesson
        return {
            "runs": self.runs, "worlds": lesson.worlds, "done": done, "days": self._days, "seed": lesson.seed, "median": median,
            "reveals": reveals, "elsewhere": elsewhere,
        }  # fmt: skip

    def _found(self, tables: list[pd.DataFrame]) -> Found:
        measures = self.lesson.measures
        return self._told(
            self.lesson.worlds,
            find_median(tables[0], measures[0].outcome),
            [reveal(tables[0], measure, self._days) for measure in measures],
            [reveal(table, measures[0], self._days) for table in tables[1:]],
        )


def rehearse(
    name: str, lesson: Lesson, root: Path, *, plugins: str = "", workers: int | None = None, progress: Progress | None = None
) -> Rehearsed:
    """Simulate all arms of a lesson in its worlds, below `root`, or read what was simulated before.

    found: runs (of each arm), worlds, done (worlds known), days, seed, median (replication of the story that is played), reveals (one
    for each measure, see `reveal`), elsewhere (the same of the first measure, arms 0 and 1, in other circumstances). Raises
    ConfigError, StudyError, LogError (one line each).
    """
    one = Rehearsal(name, lesson, root, plugins)
    found = one.read() or one.find(workers=workers, progress=progress)
    played = found["median"]
    return Rehearsed(name, lesson, found, {arm: one.story(arm, played) for arm in lesson.told_arms()}, played)


def _counting(progress: Progress | None, before: int, total: int) -> Progress | None:
    """The progress of one study as a part of all of them."""
    return (lambda done, _: progress(before + done, total)) if progress else None


def _check_days(lesson: Lesson, arms: list[Arm]) -> None:
    scenario = arms[0].composed.scenario
    end = scenario.days + scenario.confirm_days
    for place, step in enumerate(lesson.steps):
        for key in ("day", "until"):
            if (value := getattr(step, key)) is not None and value > end:
                raise ConfigError(f"lesson.steps.{place}.{key}={value:g}: the story ends on day {end:g}")


def check_arms(lesson: Lesson, plugins: str = "") -> None:
    """Whether every arm can be run, without running any. Raises ConfigError."""
    _check_days(lesson, expand_lesson(lesson, plugins))
    for one in lesson.elsewhere:
        expand_lesson(lesson, plugins, one)


def _key(lesson: Lesson, groups: list[list[Arm]]) -> str:
    """What decides the worlds, as 16 characters: settings, seed, measures and the program; no text of the lesson."""
    measures = [[one.outcome, one.effect, list(one.sizes)] for one in lesson.measures]
    plain = [[arm.composed.plain for arm in group] for group in groups]
    told = [lesson.seed, lesson.worlds, measures, plain, describe_program()]
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=8).hexdigest()


def _read(path: Path, lesson: Lesson) -> Found | None:
    try:
        found: Found = TypeAdapter(Found).validate_json(read_plain(path, MOST_BYTES), strict=True)
    except (OSError, ValueError):  # pydantic's ValidationError is a ValueError
        return None
    arms, worlds = len(lesson.arms), lesson.worlds
    shapes = [(one, arms) for one in found["reveals"]] + [(one, 2) for one in found["elsewhere"]]
    fits = all(
        len(one["dots"]) == count == len(one["arms"]) + 1
        and {len(row) for row in one["dots"]} == {worlds}
        and len(one["sizes"]) == 2
        for one, count in shapes
    )
    counted = (len(found["reveals"]), len(found["elsewhere"])) == (len(lesson.measures), len(lesson.elsewhere))
    whole = fits and counted and found["done"] == worlds
    return found if whole and 0 <= found["median"] < found["runs"] == worlds * REPLICATIONS_PER_WORLD else None


def _story(folder: Path, arm: Arm, number: int, replication: int, seed: int) -> Path:
    home = folder / "stories" / f"{replication}-{number}"
    if not (home / "manifest.json").is_file():
        rough = home.with_name(f"{home.name}.{os.getpid()}")
        try:
            shutil.rmtree(rough, ignore_errors=True)
            world = replication // REPLICATIONS_PER_WORLD
            told = arm.composed.overrides
            words = ("groupalive", "run", *told, f"replication={replication}", "parameters.mode=uncertain")
            simulate(arm.composed.scenario, seed=seed, replication=replication, world=world, folder=rough, command=words)
            shutil.rmtree(home, ignore_errors=True)
            os.replace(rough, home)
        except OSError as error:
            raise StudyError(f"folder={home}: {error.strerror or error}") from error
    return home
