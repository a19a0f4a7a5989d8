"""Lessons by name or file -> their scripts: all worlds simulated first, or shown at once while they are simulated."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.folders import OUTPUTS

if TYPE_CHECKING:
    from sim.lessons.backstage import Backstage
    from sim.lessons.lesson import Lesson
    from sim.page.script import Script
    from sim.report.language import Translator

LESSONS = OUTPUTS / "lessons"


def first_lesson() -> str:
    """The lesson that is taught where none is named: the first in the alphabet, a short one."""
    from sim.config import options

    return options("lesson")[0]


def is_lesson(what: Path, plugins: str) -> bool:
    """Whether a word of the command line means a lesson: a yaml, or no folder and the name of a lesson."""
    from sim.config import options

    if what.suffix in (".yaml", ".yml"):
        return True
    own = Path(plugins) / "lesson" / f"{what}.yaml"
    return not what.is_dir() and (str(what) in options("lesson") or bool(plugins and own.is_file()))


def rehearsed(names: Sequence[str], plugins: str, workers: int | None, t: Translator) -> dict[str, Script]:
    """The scripts of lessons by name, all worlds simulated. Raises ConfigError, StudyError, LogError."""
    from sim.lessons.rehearsal import rehearse
    from sim.lessons.script import make_script
    from sim.page.script import Script
    from sim.report.console import study_progress

    scripts: dict[str, Script] = {}
    for name, lesson in _found(names, plugins):
        with study_progress(t) as progress:
            simulated = rehearse(name, lesson, LESSONS, plugins=plugins, workers=workers, progress=progress)
        scripts[name] = Script(make_script(simulated), simulated.stories)
    return scripts


def opened(
    names: Sequence[str], plugins: str, workers: int | None, *, others: bool = False
) -> tuple[dict[str, Script], Backstage]:
    """The scripts of lessons by name, at once; what is not known of them is simulated by the backstage once that is started.

    others: all other shipped lessons too; they are in the list, and are read and simulated when somebody opens them. Raises ConfigError.
    """
    from dataclasses import asdict

    from sim.config import options
    from sim.lessons.backstage import Backstage, opening
    from sim.lessons.rehearsal import Rehearsal, Rehearsed
    from sim.lessons.script import make_script
    from sim.page.script import Script

    lessons = [Rehearsal(name, lesson, LESSONS, plugins) for name, lesson in _found(names, plugins)]
    scripts = {one.name: Script(make_script(opening(one)), {}) for one in lessons}

    def know(simulated: Rehearsed) -> None:
        scripts[simulated.name].know(make_script(simulated), simulated.stories)

    behind = Backstage(lessons, know, lambda name, why: scripts[name].fail(why), workers)

    def read(name: str, lesson: Lesson) -> dict[str, Any]:
        one = Rehearsal(name, lesson, LESSONS, plugins)
        plain = make_script(opening(one))
        behind.add(one)
        return plain

    more = [name for name in options("lesson") if name not in scripts] if others else []
    for name, lesson in _found(more, plugins):
        told = {"name": name, "title": asdict(lesson.title), "question": asdict(lesson.question), "minutes": lesson.minutes}
        scripts[name] = Script(told, {}, read=partial(read, name, lesson))
    for name, script in scripts.items():
        script.want = partial(behind.want, name)
    return scripts, behind


def _found(names: Sequence[str], plugins: str) -> list[tuple[str, Lesson]]:
    """All of them before any is simulated: a wrong one is told at once. Raises ConfigError."""
    from sim.allowed import ConfigError
    from sim.lessons.lesson import find_lesson

    if plugins and not Path(plugins).is_dir():
        raise ConfigError(f"--plugins={plugins}: a folder with lesson, strategy and so on in it")
    found = [find_lesson(name, plugins) for name in names]
    for place, (name, _) in enumerate(found):
        if name in [other for other, _ in found[:place]]:
            raise ConfigError(f"--lesson={name}: each lesson once")
    return found
