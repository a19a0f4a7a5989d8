"""Text of a condition -> comparisons of sensors with values: one regular expression and a few words, never evaluated."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.allowed import ConfigError, no_choice, quoted, validated
from sim.rules.sensors import Sensor
from sim.rules.spec import FOR_DAYS

#: What a sensor reads: a number, or the name of a phase.
Reading = float | str
Sense = Callable[[str], Reading]
#: The value of one of the plan's own settings.
Setting = Callable[[str], float]

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_COMPARED = re.compile(rf"(<=|>=|<|>|=|!=)?\s*({_NUMBER}|[a-z]\w*)(?:\s+of\s+(\w+))?")
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})")
#: What sensors of the clock can read.
CLOCKS = {"hour": (0.0, 24.0), "weekday": (0.0, 6.0)}
HOW = 'a comparison such as "<0.05", ">=150", "4..6", "<0.8 of orders_prev_7d"'


@dataclass(frozen=True)
class Comparison:
    """One sensor held against a value: a number, a setting of the plan by its name, or a share of another sensor."""

    sensor: str
    operator: str
    value: Reading
    high: float = 0.0
    of: str = ""

    def holds(self, sense: Sense, setting: Setting) -> bool:
        """Whether it holds now."""
        read = sense(self.sensor)
        if isinstance(read, str):
            return (read == self.value) == (self.operator == "=")
        value = setting(self.value) if isinstance(self.value, str) else self.value
        if self.operator == "..":
            return value <= read <= self.high
        if self.of:
            other = sense(self.of)
            value *= other if isinstance(other, float) else 0.0
        return {
            "<": read < value, "<=": read <= value, ">": read > value, ">=": read >= value,
            "=": read == value, "!=": read != value,
        }[self.operator]  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """All comparisons hold, and of each list of alternatives at least one does; held at every review for so many days."""

    all: tuple[Comparison, ...] = ()
    any: tuple[Condition, ...] = ()
    for_days: float = 0.0

    def holds(self, sense: Sense, setting: Setting) -> bool:
        """Whether it holds now; how long it has held is counted by whoever reviews."""
        return all(one.holds(sense, setting) for one in self.all) and (
            not self.any or any(one.holds(sense, setting) for one in self.any)
        )

    def comparisons(self) -> Iterator[Comparison]:
        """Every comparison, those of the alternatives too."""
        yield from self.all
        for one in self.any:
            yield from one.comparisons()

    @property
    def sensors(self) -> set[str]:
        """Names of all sensors it reads."""
        return {name for one in self.comparisons() for name in (one.sensor, one.of) if name}


@dataclass(frozen=True)
class Vocabulary:
    """What a condition may name: sensors, settings of the plan that may stand for a number, words that a sensor may read."""

    sensors: Mapping[str, Sensor]
    settings: Mapping[str, Any]
    words: Mapping[str, tuple[str, ...]]


def read_condition(block: Any, key: str, known: Vocabulary, lasting: bool = True) -> Condition:
    """A mapping of sensors to comparisons, as a rule or a phase has it; lasting: whether `for_days` may stand in it.

    Raises ConfigError.
    """
    if not isinstance(block, dict) or not block:
        raise ConfigError(f"{key}={quoted(block)}: sensors with comparisons, such as {{members: '>=150'}}")
    compared, alternatives, days = [], [], 0.0
    for name, text in block.items():
        inside = f"{key}.{name}"
        if name == "any":
            if not isinstance(text, list) or not text:
                raise ConfigError(f"{inside}={quoted(text)}: a list of conditions, of which one must hold")
            alternatives += [read_condition(one, f"{inside}.{n}", known, lasting=False) for n, one in enumerate(text)]
        elif name == "for_days":
            if not lasting:
                raise ConfigError(f"{inside}={quoted(text)}: only in `when` of a rule, beside its sensors")
            days = validated(FOR_DAYS, text, inside)
        else:
            compared.append(_read_comparison(str(name), text, inside, known))
    return Condition(tuple(compared), tuple(alternatives), days)


def _read_comparison(name: str, text: Any, key: str, known: Vocabulary) -> Comparison:
    sensor = _sensor(name, key, known)
    if isinstance(text, bool) or text in ("yes", "no"):
        if not sensor.yes_or_no:
            raise ConfigError(f"{key}={quoted(text)}: {HOW} ({sensor.unit})")
        return Comparison(name, "=", float(text in (True, "yes")))
    if name in known.words:
        if text not in known.words[name]:
            raise no_choice(key, text, known.words[name])
        return Comparison(name, "=", text)
    if isinstance(text, int | float) and math.isfinite(text):
        return Comparison(name, "=", _within(sensor, float(text), key, text))
    if not isinstance(text, str):
        raise ConfigError(f"{key}={quoted(text)}: {HOW}")
    if found := _RANGE.fullmatch(text.strip()):
        low, high = map(float, found.groups())
        if low > high:
            raise ConfigError(f"{key}={quoted(text)}: a range from the lower to the higher end")
        return Comparison(name, "..", _within(sensor, low, key, text), _within(sensor, high, key, text))
    found = _COMPARED.fullmatch(text.strip())
    if not found or sensor.yes_or_no:
        raise ConfigError(f"{key}={quoted(text)}: {'yes or no' if sensor.yes_or_no else HOW}")
    operator, value, of = found.groups()
    if of and (of in known.words or _sensor(of, key, known).yes_or_no):
        raise ConfigError(f"{key}={quoted(text)}: a share of {of}, which is no number ({known.sensors[of].unit})")
    if of and _sensor(of, key, known).unit != sensor.unit:
        raise ConfigError(
            f"{key}={quoted(text)}: {name} counts {sensor.unit}, {of} {known.sensors[of].unit}; a share is of the same"
        )
    if of and _sensor(of, key, known).of_person:
        raise ConfigError(f"{key}={quoted(text)}: a share of {of}, which is of single members; a sensor of all is needed")
    if value[0].isalpha():
        if value not in known.settings:
            raise ConfigError(f"{key}={quoted(text)}: {value} is neither a number nor a setting of this plan; {HOW}")
        return Comparison(name, operator or "=", value, of=of or "")
    if not math.isfinite(float(value)):
        raise ConfigError(f"{key}={quoted(text)}: {HOW}")
    number = float(value) if of else _within(sensor, float(value), key, text)
    return Comparison(name, operator or "=", number, of=of or "")


def _within(sensor: Sensor, value: float, key: str, text: Any) -> float:
    """A value that a clock can show, where the sensor reads one."""
    low, high = CLOCKS.get(sensor.name, (-math.inf, math.inf))
    if not low <= value <= high:
        raise ConfigError(f"{key}={quoted(text)}: {low:g} to {high:g} ({sensor.unit})")
    return value


def _sensor(name: str, key: str, known: Vocabulary) -> Sensor:
    if name not in known.sensors:
        raise no_choice(key, name, known.sensors)
    if not known.sensors[name].offered:
        raise ConfigError(f"{key}: the engine does not offer this sensor yet ({known.sensors[name].meaning})")
    return known.sensors[name]
