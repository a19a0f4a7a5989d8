"""A yaml of a lesson -> the lesson, validated: arms that are compared, what they are measured by, and the steps of the class."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from sim.allowed import ConfigError, no_choice, quoted, validated
from sim.comparable import check_comparable
from sim.config import Arm, config_folder, expand, opens_files, options, replaced
from sim.files import read_yaml
from sim.projections.outcomes import OUTCOMES
from sim.scenario import number, settings

Kind = Literal[
    "observe", "predict", "histogram", "play", "ask", "replay", "reveal", "vote", "debrief", "exit"
]  # fmt: skip
#: Keys that a step may have beside kind, minutes, title, text and notes.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "observe": ("arms", "day", "until"), "predict": (), "histogram": (), "play": ("arms", "day", "until"), "ask": ("options",),
    "replay": ("arms", "day", "until"), "reveal": (), "vote": ("options",), "debrief": ("assumed", "emerged"), "exit": ("options",),
}  # fmt: skip
#: What must have come before a step makes sense.
AFTER: Final = {"histogram": "predict", "reveal": "predict", "replay": "play", "vote": "reveal", "debrief": "reveal"}
#: The longest text, in characters: what still can be read from the last row.
MOST_TEXT, MOST_NAME, MOST_NOTES = 320, 60, 900


def _text(most: int) -> Any:
    return Field(min_length=1, max_length=most)


@settings
class Text:
    """A text in the three languages of the page."""

    en: Annotated[str, _text(MOST_NOTES)]
    zh: Annotated[str, _text(MOST_NOTES)]
    es: Annotated[str, _text(MOST_NOTES)]

    def longest(self) -> int:
        return max(len(self.en), len(self.zh), len(self.es))


@settings
class LessonArm:
    """One way of running the groups: its name on the projector, and the overrides that make it."""

    name: Text
    set: Annotated[tuple[str, ...], Field(max_length=20)] = ()


@settings
class Measure:
    """What the arms are compared by. effect: the smallest difference worth acting on; sizes: where a class says a little,
    clearly, a lot, in the unit of the outcome."""

    outcome: Annotated[str, _text(MOST_NAME)]
    effect: Annotated[float, number("units of the outcome", 0, 1e9, "methods 2")]
    sizes: Annotated[tuple[float, ...], Field(min_length=2, max_length=2)]

    @model_validator(mode="after")
    def _sizes_grow(self) -> Measure:
        if not 0 < self.sizes[0] < self.sizes[1]:
            raise ValueError(f"sizes={quoted(list(self.sizes))}: two amounts above 0, the smaller one first")
        if self.outcome not in OUTCOMES or not OUTCOMES[self.outcome].unit:
            known = ", ".join(name for name, one in OUTCOMES.items() if one.unit)
            raise ValueError(f"outcome={quoted(self.outcome)}: one of {known}")
        return self


@settings
class Elsewhere:
    """Other circumstances in which the first two arms are compared again, to see whether the answer flips."""

    name: Text
    set: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]


@settings
class Option:
    """One choice of a vote; arm: the arm that it stands for, whose worlds are shown when it has won."""

    text: Text
    arm: Annotated[int, number("arm", 0, 3, "teaching")] | None = None


@settings
class Step:
    """One step of a lesson. day, until: which days of the story are shown; arms: whose stories, side by side."""

    kind: Kind
    minutes: Annotated[float, number("minutes", 0.5, 20, "teaching")]
    title: Text | None = None
    text: Text | None = None
    notes: Text | None = None
    arms: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] | None = None
    day: Annotated[float, number("days", 0, 730, "teaching")] | None = None
    until: Annotated[float, number("days", 0, 730, "teaching")] | None = None
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=4)] | None = None
    assumed: Annotated[tuple[Text, ...], Field(min_length=1, max_length=4)] | None = None
    emerged: Annotated[tuple[Text, ...], Field(min_length=1, max_length=4)] | None = None

    @model_validator(mode="after")
    def _keys_of_kind(self) -> Step:
        for name in ("arms", "day", "until", "options", "assumed", "emerged"):
            given = getattr(self, name) is not None
            if given and name not in KEYS[self.kind]:
                raise ValueError(f"{name}: no key of a step {self.kind}; allowed: {', '.join(KEYS[self.kind]) or 'none'}")
            if not given and name in KEYS[self.kind] and name in ("options", "assumed", "emerged"):
                raise ValueError(f"{name} is missing: a step {self.kind} needs it")
        if self.day is not None and self.until is not None and not self.day < self.until:
            raise ValueError(f"until={self.until:g}: after day {self.day:g}")
        for name, most in (("title", MOST_NAME), ("text", MOST_TEXT)):
            if (one := getattr(self, name)) is not None and one.longest() > most:
                raise ValueError(f"{name}: at most {most} characters in each language")
        return self


@settings
class Lesson:
    """A lesson. set: overrides that all arms share; the first arm is the one that the others are compared with."""

    title: Text
    question: Text
    minutes: Literal[10, 20, 40]
    arms: Annotated[tuple[LessonArm, ...], Field(min_length=2, max_length=4)]
    measures: Annotated[tuple[Measure, ...], Field(min_length=1, max_length=3)]
    steps: Annotated[tuple[Step, ...], Field(min_length=2, max_length=24)]
    set: Annotated[tuple[str, ...], Field(max_length=40)] = ()
    elsewhere: Annotated[tuple[Elsewhere, ...], Field(max_length=2)] = ()
    seed: Annotated[int, number("", 0, 2**53, "methods 1")] = 1
    worlds: Annotated[int, number("plausible worlds", 5, 60, "teaching")] = 30

    @model_validator(mode="after")
    def _steps_in_order(self) -> Lesson:
        seen: set[str] = set()
        for place, step in enumerate(self.steps):
            needed = AFTER.get(step.kind)
            if needed and needed not in seen:
                raise ValueError(f"steps={place}: {step.kind} comes after a step {needed}")
            if step.kind in ("predict", "reveal") and step.kind in seen:
                raise ValueError(f"steps={place}: {step.kind} once in a lesson")
            for arm in (*(step.arms or ()), *(one.arm or 0 for one in step.options or ())):
                if not 0 <= arm < len(self.arms):
                    raise ValueError(f"steps={place}: arm {arm} is not there; 0 to {len(self.arms) - 1}")
            seen.add(step.kind)
        if (planned := sum(step.minutes for step in self.steps)) > self.minutes:
            raise ValueError(f"minutes={self.minutes}: its steps take {planned:g}")
        return self

    def told_arms(self) -> tuple[int, ...]:
        """Arms whose story is played in some step, in their order."""
        return tuple(sorted({arm for step in self.steps if "arms" in KEYS[step.kind] for arm in step.arms or (0, 1)}))


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file. Raises ConfigError, one line: file, line, key, value and what is allowed."""
    found = read_yaml(path, "groupalive new lesson FILE writes one to begin with")
    try:
        return check_block(found.content if isinstance(found.content, dict) else {})
    except ConfigError as error:
        told = str(error).removeprefix("lesson.")
        where = re.match(r"[\w.]*", told)
        keys = where[0].strip(".").split(".") if where else []
        raise ConfigError(f"{path}, line {found.line(keys)}: {told}") from error


def check_block(block: dict[str, Any]) -> Lesson:
    """Settings of a lesson by name as a lesson. Raises ConfigError."""
    lesson: Lesson = validated(Lesson, {key: value for key, value in block.items() if key != "digest"}, "lesson")
    for key, texts in (("set", lesson.set), *((f"arms.{at}.set", arm.set) for at, arm in enumerate(lesson.arms))):
        for text in texts:  # a lesson may come from anybody; what it opens must not
            if opens_files(text):
                raise ConfigError(f"lesson.{key}={quoted(text)}: names only; a folder of your own is given on the command line")
    return lesson


def find_lesson(name: str, plugins: str = "") -> tuple[str, Lesson]:
    """A shipped lesson by its name, one in the folder lesson/ of `plugins`, or a file of the user's own; gives (name, lesson)."""
    if name.endswith((".yaml", ".yml")):
        return Path(name).stem, read_lesson(Path(name))
    own = Path(plugins) / "lesson" / f"{name}.yaml"
    if plugins and re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) and own.is_file():
        return name, read_lesson(own)
    if name not in options("lesson"):
        raise no_choice("LESSON", name, options("lesson"))
    return name, read_lesson(config_folder() / "lesson" / f"{name}.yaml")


def expand_lesson(lesson: Lesson, plugins: str = "", elsewhere: Elsewhere | None = None) -> list[Arm]:
    """The arms of a lesson as arms of a study, labelled 0, 1 and so on. elsewhere: the first two, in other circumstances.

    Raises ConfigError where an override cannot be used, naming the arm.
    """
    arms = lesson.arms[:2] if elsewhere else lesson.arms
    made = []
    for number_, arm in enumerate(arms):
        words = replaced(replaced(lesson.set, arm.set), elsewhere.set if elsewhere else ())
        words += [f"plugins={plugins}"] if plugins else []
        try:
            (one,) = expand([*words, f"seed={lesson.seed}"])
        except ConfigError as error:
            raise ConfigError(f"arms.{number_}.set: {error}") from error
        except ValueError as error:
            raise ConfigError(f"arms.{number_}.set: one value for each key") from error
        made.append(Arm(str(number_), {}, one.composed))
    check_comparable([arm.composed.plain for arm in made])
    return made
