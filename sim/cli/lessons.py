"""Lessons by name or file -> scripts whose worlds are known; what is not known yet is simulated, with a bar that says how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.folders import OUTPUTS

if TYPE_CHECKING:
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
    """The scripts of lessons by name, each rehearsed. Raises ConfigError, StudyError, LogError."""
    from sim.allowed import ConfigError
    from sim.lessons.lesson import find_lesson
    from sim.lessons.rehearsal import rehearse
    from sim.lessons.script import make_script
    from sim.page.script import Script
    from sim.report.console import study_progress

    if plugins and not Path(plugins).is_dir():
        raise ConfigError(f"--plugins={plugins}: a folder with lesson, strategy and so on in it")
    found = [find_lesson(name, plugins) for name in names]  # all of them before any is simulated: a wrong one is told at once
    scripts: dict[str, Script] = {}
    for name, lesson in found:
        if name in scripts:
            raise ConfigError(f"--lesson={name}: each lesson once")
        with study_progress(t) as progress:
            lived = rehearse(name, lesson, LESSONS, plugins=plugins, workers=workers, progress=progress)
        scripts[name] = Script(make_script(lived), lived.stories)
    return scripts
