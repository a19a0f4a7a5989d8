"""Overrides -> one scenario, or the arms of a study: the product of all swept keys. Studies kept as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, Literal

from sim.allowed import ConfigError, cut, hints_of, quoted, validated, written
from sim.comparable import check_comparable
from sim.config.building import Composed
from sim.config.choices import LISTED, SINGLE, is_file, opens_files
from sim.config.composer import Composer, composer_for
from sim.config.overrides import MAX_ARMS, SHARED, Axis, key_of, replaced
from sim.files import read_yaml
from sim.named_arms import split_arms, write_arms
from sim.parameters import plausible_ranges
from sim.points import Design, Factor, Point, split_points
from sim.scenario import settings


@settings
class StudyFile:
    """A study as a file: which command, with what overrides, under which heading; `arms` by name, each with overrides of its own."""

    command: Literal["compare", "sweep"]
    title: str
    overrides: tuple[str, ...]
    arms: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """All of it as on the command line. Raises ConfigError."""
        return (*self.overrides, write_arms(self.arms)) if self.arms else self.overrides


@dataclass(frozen=True)
class Arm:
    """One point of a study. `label` says only what differs from the other arms, `settings` holds the swept keys.

    without: the same customers without any group (`strategy=no_group`), where there is such a strategy.
    """

    label: str
    settings: dict[str, str]
    composed: Composed
    without: Composed | None = None


def read_study_file(path: Path) -> StudyFile:
    """A study that is kept as a yaml file. Raises ConfigError, which names the file."""
    content = read_yaml(path, f"a study file has the keys {', '.join(hints_of(StudyFile))}").content
    try:
        study: StudyFile = validated(StudyFile, content, "study")
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    given = {f"overrides.{place}": text for place, text in enumerate(study.overrides)}
    given |= {f"arms.{name}.{place}": text for name, words in study.arms.items() for place, text in enumerate(words)}
    for key, text in given.items():  # a study may come from anybody; what it opens must not
        if opens_files(text):
            raise ConfigError(f"{path}: study.{key}={quoted(text)}: names only; a file or folder of your own is given on the "
                              "command line")  # fmt: skip
    return study


def compose(overrides: Iterable[str], *, own: bool = True) -> Composed:
    """The one scenario that Hydra overrides describe. Raises ConfigError, also where a key is given several values.

    own: whether `strategy=./my_plan.yaml` may open a file of the user's own; a page that others write to says False.
    """
    return compose_all([overrides], own=own)[0]


def compose_all(points: Iterable[Iterable[str]], *, own: bool = True) -> list[Composed]:
    """`compose` of many, which share what Hydra has composed before."""
    with composer_for(own) as composer:
        return [_compose_one(composer, list(overrides)) for overrides in points]


def try_all(points: Iterable[Iterable[str]], *, own: bool = True) -> list[Composed | ConfigError]:
    """`compose_all`, with the error in place of each point that cannot be composed."""
    found: list[Composed | ConfigError] = []
    with composer_for(own) as composer:
        for overrides in points:
            try:
                found.append(_compose_one(composer, list(overrides)))
            except ConfigError as error:
                found.append(error)
    return found


def read_axes(overrides: Iterable[str], *, own: bool = True) -> tuple[list[Axis], frozenset[str]]:
    """The axes of overrides, and which keys choose whole blocks of settings, such as `strategy`. Raises ConfigError."""
    with composer_for(own) as composer:
        return composer.parse(list(overrides)), frozenset(composer.choices.groups)


def _compose_one(composer: Composer, overrides: list[str]) -> Composed:
    axes = composer.parse(overrides)
    for axis in axes:
        if axis.swept:
            raise ConfigError(f"{axis.key}={quoted(axis.text)}: one value here; compare and sweep take several")
    return composer.compose([axis.points[0] for axis in axes])


def expand(overrides: Iterable[str], *, own: bool = True) -> list[Arm]:
    """The arms of a study: the product of all swept keys in the order given, the last key varying fastest.

    With `arms=[...]` (`sim.named_arms`) that product for each named arm, whose own overrides replace those of the same key; with
    `points=FILE.csv` or `design=lhs:N` (`sim.points`) at each point. own: as for `compose`. Every arm is validated before any is
    returned. Raises ConfigError, which names the arm or the row, or what differs between arms that cannot be compared.
    """
    named, others = split_arms(overrides)
    points, shared = split_points(others, own=own)
    arms: dict[str, Arm] = {}
    with composer_for(own) as composer:
        if isinstance(points, Design):
            points = _fill(composer, points, replaced(shared, next(iter(named.values()), [])))
        at: list[Point | None] = [None] if points is None else [*points]
        for (name, words), point in product((named or {"": []}).items(), at):
            most = MAX_ARMS - len(arms)
            for arm in _product(composer, name, replaced(shared, words), most, point):
                _check_drawn({*arm.settings, *map(key_of, words)}, arm.composed)
                if arm.label in arms:
                    where = f" ({point.place})" if point else ""
                    raise ConfigError(f"{cut(arm.label, 80)}: this arm is given twice; each may appear once{where}")
                arms[arm.label] = arm
        check_comparable([arm.composed.plain for arm in arms.values()])
        return list(arms.values())


def _fill(composer: Composer, design: Design, words: list[str]) -> list[Point]:
    """The points of a design, in the seed of the study; both ends of every range are validated first. Raises ConfigError."""
    first = [axis.points[0] for axis in composer.parse(words)]

    def try_one(word: str) -> ConfigError | None:
        try:
            composer.compose([*first, *composer.overrides.parse_one(word).points])
        except ConfigError as error:
            return error
        return None

    def is_whole(factor: Factor) -> bool:
        low, high, half = factor.ends
        if error := try_one(low) or try_one(high):
            raise ConfigError(f"{error} (design: an end of its range)") from error.__cause__
        return factor.may_be_whole and try_one(half) is not None

    if again := {axis.key for axis in composer.parse(words)} & {factor.key for factor in design.factors}:
        raise ConfigError(f"{min(again)}: given twice; each key may be given once")
    points = design.fill(composer.compose(first).seed, is_whole)
    return list({point.words: point for point in reversed(points)}.values())[::-1]  # whole numbers may fall together


def _product(composer: Composer, name: str, overrides: list[str], most: int, at: Point | None = None) -> Iterator[Arm]:
    """Every point over the swept keys of these overrides, and with the values of `at`; name: what all are called, "" nothing."""
    where = f" ({at.place})" if at else ""
    try:
        axes = composer.parse([*overrides, *(at.words if at else ())])
    except ConfigError as error:
        raise ConfigError(f"{error}{where}") from error.__cause__
    factors = {key_of(word) for word in at.words} if at else set()
    if several := [axis.key for axis in axes if axis.swept and axis.key in factors]:
        raise ConfigError(f"{several[0]}: one value in each point{where}")
    if shared := factors.intersection(SHARED):
        raise ConfigError(f"{min(shared)}: one value, shared by all arms{where}")
    told = {axis.key: axis for axis in axes if axis.swept or axis.key in factors}
    if (count := prod(len(axis.points) for axis in axes)) > most:
        raise ConfigError(f"{' '.join(told) or 'arms'}: {count} arms; at most {MAX_ARMS}")
    for point in product(*(axis.points for axis in axes)):
        values = {one.key_or_group: one.value() for one in point if one.key_or_group in told}
        label = ", ".join([*([name] if name else []), *(_label(key, value, values) for key, value in values.items())])
        try:
            composed = composer.compose(list(point))
        except ConfigError as error:
            place = where or (f" (arm: {label})" if label else "")
            raise ConfigError(f"{error}{place}") from error.__cause__
        settings = ({"arms": name} if name else {}) | {key: written(value) for key, value in values.items()}
        label = label or str(composed.choices["strategy"])
        yield Arm(label, settings, composed, composer.without_group(list(point), composed))


def _check_drawn(keys: Iterable[str], composed: Composed) -> None:
    """Refuse an assumed parameter that tells arms apart where every world draws it anew, so that what is given has no effect."""
    names = {key.removeprefix("parameters.") for key in keys if key.startswith("parameters.")}
    if composed.parameter_mode != "fixed" and (drawn := names.intersection(plausible_ranges())):
        raise ConfigError(f"parameters.{min(drawn)}: drawn anew in every world, so its values would do nothing; "
                          "add parameters.mode=fixed")  # fmt: skip


def _label(key: str, value: Any, swept: Iterable[str]) -> str:
    """What an arm's value of one swept key is called: `kol_care`, `posts_per_day=2`, `posts_per_day=4 from day 30`."""
    if key in SINGLE:
        return Path(str(value)).stem if is_file(str(value)) else str(value)
    if key in LISTED:
        return "+".join(value if isinstance(value, list) else [value]) or f"no {key}"
    if key == "levers" and isinstance(value, list) and all(isinstance(one, dict) for one in value):
        told = [f"{_last(one.get('key'))}={written(one.get('value'))} from day {written(one.get('day'))}" for one in value]
        return " then ".join(told) or "no levers"
    if isinstance(value, dict):
        return ", ".join(f"{name}={written(inner)}" for name, inner in value.items())
    names = Counter(_last(other) for other in swept)
    return f"{_last(key) if names[_last(key)] == 1 else key}={written(value)}"


def _last(key: Any) -> str:
    return str(key).rpartition(".")[2]
