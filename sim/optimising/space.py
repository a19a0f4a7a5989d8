"""Words of a search -> its levers: which settings may be moved, how far, and with which choices; every end is validated first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, Protocol

from sim.allowed import ConfigError, quoted
from sim.config import expand, read_axes, try_all
from sim.config.overrides import key_of
from sim.named_arms import write_arms
from sim.points import Factor, read_interval

#: A range of positive values this wide is searched by its logarithm.
LOG_SPAN: Final = 10
#: Digits of a value within a range: more is nothing that a person would plan.
DIGITS: Final = 3
#: Combinations of choices such as strategies and campaigns at most; each is composed before the search begins.
MOST_COMBINATIONS: Final = 100
HOW: Final = "levers, such as strategy=no_plan,kol_care strategy.posts_per_day=interval(0,4) staff.people=1,2"


class Suggests(Protocol):
    """What proposes values, as a trial of Optuna does."""

    def suggest_categorical(self, name: str, choices: Sequence[int]) -> int: ...
    def suggest_int(self, name: str, low: int, high: int) -> int: ...
    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float: ...


@dataclass(frozen=True)
class Lever:
    """A setting that may be moved: among `choices`, or within `low` and `high` where there are none.

    choices: overrides, one each; ordered: whether they are numbers that rise. whole: whether the setting takes whole numbers only.
    log: whether a range is searched by its logarithm; None: where it spans LOG_SPAN.
    """

    key: str
    choices: tuple[str, ...] = ()
    ordered: bool = False
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    log: bool | None = None

    @property
    def ends(self) -> tuple[str, str]:
        """The lowest and the highest as overrides, or the first and the last choice."""
        return (self.choices[0], self.choices[-1]) if self.choices else (self.word(self.low), self.word(self.high))

    def word(self, value: float) -> str:
        """A value of the range as an override."""
        return f"{self.key}={round(value) if self.whole else f'{value:.12g}'}"

    def suggest(self, trial: Suggests) -> str:
        """A value as an override."""
        if self.ordered:
            return self.choices[trial.suggest_int(self.key, 0, len(self.choices) - 1)]
        if self.choices:
            return self.choices[trial.suggest_categorical(self.key, range(len(self.choices)))]
        if self.whole:
            return self.word(trial.suggest_int(self.key, math.ceil(self.low), math.floor(self.high)))
        log = (self.low > 0 and self.high >= LOG_SPAN * self.low) if self.log is None else self.log
        value = float(f"{trial.suggest_float(self.key, self.low, self.high, log=log):.{DIGITS}g}")
        return self.word(min(max(value, self.low), self.high))


@dataclass(frozen=True)
class Space:
    """What is searched. shared: overrides of every plan. blocks: levers that choose whole blocks of settings, such as strategy.

    within: for each combination of their choices the other levers that act there.
    """

    shared: tuple[str, ...]
    blocks: tuple[Lever, ...]
    within: Mapping[tuple[str, ...], tuple[Lever, ...]]

    @property
    def yardstick(self) -> tuple[str, ...]:
        """The plan that is not searched for: first choices of blocks, and all other levers as the configs have them."""
        return tuple(lever.choices[0] for lever in self.blocks)

    @property
    def keys(self) -> tuple[str, ...]:
        """All levers."""
        return tuple(
            dict.fromkeys(lever.key for lever in (*self.blocks, *(one for some in self.within.values() for one in some)))
        )

    def propose(self, trial: Suggests) -> tuple[str, ...]:
        """The overrides of a plan; levers that the chosen blocks do not have are not asked for."""
        combination = tuple(lever.suggest(trial) for lever in self.blocks)
        return (*combination, *(lever.suggest(trial) for lever in self.within[combination]))


def read_space(words: Iterable[str]) -> Space:
    """The levers in overrides: keys with several values, and `key=interval(low,high)`. Raises ConfigError, one line."""
    words = list(words)
    for key, count in Counter(key_of(text) for text in words).items():
        if count > 1:
            raise ConfigError(f"{quoted(key)}: given {count} times; each key may be given once")
    ranges = {key_of(text): _as_lever(factor) for text in words if (factor := read_interval(text))}
    plain = [text for text in words if key_of(text) not in ranges]
    axes, blocks = read_axes(plain)
    if wrong := [key for key in ranges if key in blocks]:
        raise ConfigError(
            f"{wrong[0]}={ranges[wrong[0]].low:g}..{ranges[wrong[0]].high:g}: choices, such as a,b; it has no range"
        )
    choices = [
        Lever(axis.key, texts := tuple(point.input_line for point in axis.points), _rise(texts)) for axis in axes if axis.swept
    ]
    levers = (*ranges.values(), *choices)
    if not levers:
        raise ConfigError(f"optimise: {HOW}")
    moved = {lever.key for lever in levers}
    chosen = tuple(lever for lever in choices if lever.key in blocks)
    others = sorted(
        (one for one in levers if one not in chosen), key=lambda one: [key_of(text) for text in words].index(one.key)
    )
    shared = tuple(text for text in plain if key_of(text) not in moved)
    combinations = list(product(*(lever.choices for lever in chosen)))
    if len(combinations) > MOST_COMBINATIONS:
        raise ConfigError(
            f"{' '.join(one.key for one in chosen)}: {len(combinations)} combinations; at most {MOST_COMBINATIONS}"
        )
    space = Space(shared, chosen, _find_acting(shared, combinations, others))
    _check_ends(space)
    return space


def check_plans(space: Space, plans: Mapping[str, Sequence[str]]) -> dict[str, ConfigError]:
    """The plans, by name, that cannot be simulated, each with the reason."""
    tried = try_all([*space.shared, *words] for words in plans.values())
    return {name: one for name, one in zip(plans, tried, strict=True) if isinstance(one, ConfigError)}


def _as_lever(factor: Factor) -> Lever:
    return Lever(factor.key, low=factor.low, high=factor.high, log=factor.log)


def _rise(texts: Sequence[str]) -> bool:
    try:
        numbers = [float(text.partition("=")[2]) for text in texts]
    except ValueError:
        return False
    return len(numbers) > 1 and numbers == sorted(set(numbers))


def _find_acting(
    shared: tuple[str, ...], combinations: list[tuple[str, ...]], levers: Sequence[Lever]
) -> dict[tuple[str, ...], tuple[Lever, ...]]:
    """For each combination of blocks the levers that act there. Raises ConfigError for one that acts nowhere, or not at both ends."""
    asked = [[*shared, *combination] for combination in combinations]
    for wrong in (one for one in try_all(asked) if isinstance(one, ConfigError)):
        raise wrong
    acting: dict[tuple[str, ...], list[Lever]] = {combination: [] for combination in combinations}
    for lever in levers:
        values = lever.choices or (*lever.ends, f"{lever.key}={lever.low + 1 / 2:.12g}")  # whether it takes halves
        tried = try_all([*words, value] for words in asked for value in values)
        rows = [tried[place : place + len(values)] for place in range(0, len(tried), len(values))]
        ends = [row if lever.choices else row[:2] for row in rows]
        fine = [not any(isinstance(one, ConfigError) for one in row) for row in ends]
        halves = [row for row, end, good in zip(rows, ends, fine, strict=True) if not good and len(set(map(_failed, end))) > 1]
        if halves or not any(fine):
            raise next(one for row in (halves or ends) for one in row if isinstance(one, ConfigError))
        may_be = not lever.choices and lever.low.is_integer() and lever.high.is_integer()
        whole = may_be and any(_failed(row[2]) for row, good in zip(rows, fine, strict=True) if good)
        for combination, good in zip(combinations, fine, strict=True):
            if good:
                acting[combination].append(replace(lever, whole=whole))
    return {combination: tuple(some) for combination, some in acting.items()}


def _failed(one: object) -> bool:
    return isinstance(one, ConfigError)


def _check_ends(space: Space) -> None:
    """Refuse levers whose plans cannot be compared, such as days, or which cannot all be at their ends at once."""
    plans = {
        f"plan {number}": [*combination, *(lever.ends[place] for lever in levers)]
        for number, ((combination, levers), place) in enumerate(product(space.within.items(), (0, 1)))
    }
    for number in range(0, len(plans), MOST_COMBINATIONS):
        some = dict(list(plans.items())[number : number + MOST_COMBINATIONS])
        expand([*space.shared, write_arms(some)])
