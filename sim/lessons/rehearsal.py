"""A lesson -> its worlds, simulated once and kept under a name made of all that decides them, and its stories."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from sim.allowed import ConfigError
from sim.config import Arm
from sim.foreign import read_plain
from sim.lessons.lesson import Lesson, expand_lesson
from sim.lessons.reveal import Found, find_median, reveal
from sim.run import simulate
from sim.studies.ledger import StudyError, describe_program, write_whole
from sim.studies.runner import REPLICATIONS_PER_WORLD, run_study

DONE: Final = "reveal.json"
#: What came out of a lesson takes some 20,000.
MOST_BYTES: Final = 1_000_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rehearsed:
    """A lesson whose worlds are known. found: plain values (see `rehearse`); stories: run folder of each arm that is played."""

    name: str
    lesson: Lesson
    found: Found
    stories: dict[int, Path]


def rehearse(
    name: str, lesson: Lesson, root: Path, *, plugins: str = "", workers: int | None = None, progress: Progress | None = None
) -> Rehearsed:
    """Simulate all arms of a lesson in its worlds, below `root`, or read what was simulated before.

    found: runs (of each arm), worlds, days, seed, median (replication of the story that is played), reveals (one for each measure,
    see `reveal`), elsewhere (the same of the first measure, arms 0 and 1, in other circumstances). Raises ConfigError, StudyError,
    LogError (one line each).
    """
    arms = expand_lesson(lesson, plugins)
    others = [expand_lesson(lesson, plugins, one) for one in lesson.elsewhere]
    _check_days(lesson, arms)
    folder = root / f"{name}-{_key(lesson, arms, others)}"
    replications = lesson.worlds * REPLICATIONS_PER_WORLD
    total = replications * (1 + len(others))
    if (found := _read(folder / DONE, lesson)) is None:
        tables = []
        for place, group in enumerate([arms, *others]):
            home = folder / f"study_{place}"
            study = run_study(
                group,
                replications=replications,
                seed=lesson.seed,
                folder=home,
                workers=workers,
                resume=(home / "study.json").exists(),
                parameter_mode="uncertain",
                progress=_counting(progress, place * replications, total),
            )
            tables.append(study.replications)
        days = float(arms[0].composed.scenario.days)
        found = {
            "runs": replications,
            "worlds": lesson.worlds,
            "days": days,
            "seed": lesson.seed,
            "median": find_median(tables[0], lesson.measures[0].outcome),
            "reveals": [reveal(tables[0], measure, days) for measure in lesson.measures],
            "elsewhere": [reveal(table, lesson.measures[0], days) for table in tables[1:]],
        }
        write_whole(folder / DONE, json.dumps(found, indent=1, allow_nan=False).encode())
    return Rehearsed(name, lesson, found, {arm: _story(folder, arms[arm], arm, found) for arm in lesson.told_arms()})


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


def _key(lesson: Lesson, arms: list[Arm], others: list[list[Arm]]) -> str:
    """What decides the worlds, as 16 characters: settings, seed, measures and the program; no text of the lesson."""
    measures = [[one.outcome, one.effect, list(one.sizes)] for one in lesson.measures]
    plain = [[arm.composed.plain for arm in group] for group in (arms, *others)]
    told = [lesson.seed, lesson.worlds, measures, plain, describe_program()]
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=8).hexdigest()


def _read(path: Path, lesson: Lesson) -> Found | None:
    """What was found before; None where that is not there, damaged or not of this lesson, so that it is found again."""
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
    return found if fits and counted and 0 <= found["median"] < found["runs"] == worlds * REPLICATIONS_PER_WORLD else None


def _story(folder: Path, arm: Arm, number: int, found: Found) -> Path:
    """The run folder of the typical story of an arm: lived again with its log kept, if it is not there yet."""
    home = folder / "stories" / str(number)
    if not (home / "manifest.json").is_file():
        rough = home.with_name(f"{number}.{os.getpid()}")
        try:
            shutil.rmtree(rough, ignore_errors=True)
            world = found["median"] // REPLICATIONS_PER_WORLD
            words = (
                "groupalive",
                "run",
                *arm.composed.overrides,
                f"replication={found['median']}",
                "parameters.mode=uncertain",
            )
            simulate(
                arm.composed.scenario, seed=found["seed"], replication=found["median"], world=world, folder=rough, command=words
            )
            shutil.rmtree(home, ignore_errors=True)
            os.replace(rough, home)
        except OSError as error:
            raise StudyError(f"folder={home}: {error.strerror or error}") from error
    return home
