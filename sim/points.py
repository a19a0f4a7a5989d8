"""`points=FILE.csv` and `design=lhs:64 key=interval(a,b)` -> the points of a study, each as overrides; nothing is evaluated.

A column of a design depends on the seed, the number of points and its own key (with Sobol on its place too), so a factor that is added
at the end leaves all others as they are.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from sim.allowed import ConfigError, quoted
from sim.foreign import read_plain

HOW_POINTS: Final = "a CSV file whose first line names keys and whose other lines are points"
HOW_DESIGN: Final = "lhs:N or sobol:N, N points over the keys that have an interval(low,high)"
MOST_POINTS: Final = 1_000
MOST_FACTORS: Final = 50
MOST_BYTES: Final = 1_000_000
#: A range of positive values this wide is filled evenly by its logarithm, as those of assumed parameters are.
LOG_FROM: Final = 2.5
#: Digits of a value: more is nothing that a person would set.
DIGITS: Final = 4
_CELL, _ROW = "|", ";"  # of a table that is kept as one word
_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?"
_INTERVAL: Final = re.compile(rf"interval\(\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)")
_TAGGED: Final = re.compile(r"tag\(\s*(log|linear)\s*,\s*(.*)\)")
_DESIGN: Final = re.compile(r"(lhs|sobol):(\d{1,6})")


@dataclass(frozen=True)
class Point:
    """One point: its overrides, one for each factor, and where they stand, for errors."""

    words: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class Factor:
    """A key of a design with its range; log: filled evenly by its logarithm, None: where all of it is positive and wide."""

    key: str
    low: float
    high: float
    log: bool | None = None

    @property
    def ends(self) -> tuple[str, str, str]:
        """Overrides of the lowest, the highest, and one that no whole number is."""
        return f"{self.key}={self.low:.12g}", f"{self.key}={self.high:.12g}", f"{self.key}={self.low + 1 / 2:.12g}"

    @property
    def may_be_whole(self) -> bool:
        """Whether both ends are whole numbers."""
        return self.low.is_integer() and self.high.is_integer()

    def word(self, share: float, whole: bool) -> str:
        """The override at a share of the range, 0..1. Whole numbers are equally likely."""
        log = (not whole and self.low > 0 and self.high >= LOG_FROM * self.low) if self.log is None else self.log
        low, high = (self.low, self.high + 1) if whole else (self.low, self.high)
        value = low * (high / low) ** share if log else low + (high - low) * share
        if whole:
            return f"{self.key}={min(int(np.floor(value)), int(self.high))}"
        return f"{self.key}={min(max(float(f'{value:.{DIGITS}g}'), self.low), self.high):.12g}"


@dataclass(frozen=True)
class Design:
    """How the ranges of factors are filled: kind lhs or sobol, and how many points."""

    kind: str
    count: int
    factors: tuple[Factor, ...]

    def fill(self, seed: int, is_whole: Callable[[Factor], bool]) -> list[Point]:
        """The points; is_whole: whether a setting takes whole numbers only."""
        columns = [self._column(place, factor.key, seed) for place, factor in enumerate(self.factors)]
        whole = [is_whole(factor) for factor in self.factors]
        points = []
        for row in range(self.count):
            words = [
                factor.word(float(column[row]), some) for factor, column, some in zip(self.factors, columns, whole, strict=True)
            ]
            points.append(Point(tuple(words), f"design={self.kind}:{self.count}, point {row + 1}"))
        return points

    def _column(self, place: int, key: str, seed: int) -> np.ndarray:
        """Shares of one factor, [count], 0..1: a Latin hypercube's column (McKay, Beckman & Conover 1979), or that of a scrambled
        Sobol sequence (Owen 1998; Matousek's linear scrambling)."""
        from scipy.stats import qmc

        digest = hashlib.blake2b(f"{seed} {key}".encode(), digest_size=8).digest()
        rng = np.random.default_rng(int.from_bytes(digest))
        if self.kind == "lhs":
            column: np.ndarray = qmc.LatinHypercube(d=1, seed=rng).random(self.count)[:, 0]
            return column
        exponent = self.count.bit_length() - 1
        column = qmc.Sobol(d=place + 1, scramble=True, seed=rng).random_base2(exponent)[:, place]
        return column


def read_interval(text: str) -> Factor | None:
    """The range in an override, None where it is none: `key=interval(low,high)`, `key=tag(log,interval(low,high))`.

    Raises ConfigError.
    """
    key, _, value = text.partition("=")
    tagged = _TAGGED.fullmatch(value.strip())
    found = _INTERVAL.fullmatch((tagged[2] if tagged else value).strip())
    if not found:
        return None
    low, high = (float(one) for one in found.groups())
    if not low < high:
        raise ConfigError(f"{quoted(text)}: interval(low,high) with low below high")
    log = None if not tagged else tagged[1] == "log"
    if log and low <= 0:
        raise ConfigError(f"{quoted(text)}: tag(log,...) is for a range above 0")
    return Factor(key.strip().lstrip("+"), low, high, log)


def split_points(words: Iterable[str], *, own: bool) -> tuple[list[Point] | Design | None, list[str]]:
    """The points or the design in overrides, None where there are none, and the other overrides. Raises ConfigError.

    own: whether a file of the user's own may be opened.
    """
    words = list(words)
    given = {
        name: [text.partition("=")[2].strip() for text in words if text.partition("=")[0].strip() == name] for name in _GIVEN
    }
    for name, values in given.items():
        if len(values) > 1:
            raise ConfigError(f"{name}: given twice; each key may be given once")
    rest = [text for text in words if text.partition("=")[0].strip() not in _GIVEN]
    if given["points"] and given["design"]:
        raise ConfigError("design: points or a design, one of the two")
    if given["points"]:
        return read_points(given["points"][0], own=own), rest
    if not given["design"]:
        return None, rest
    (text,) = given["design"]
    factors = {part: factor for part in rest if (factor := read_interval(part))}
    return _design(text, tuple(factors.values())), [part for part in rest if part not in factors]


def _design(text: str, factors: tuple[Factor, ...]) -> Design:
    found = _DESIGN.fullmatch(text)
    if not found:
        raise ConfigError(f"design={quoted(text)}: {HOW_DESIGN}")
    kind, count = found[1], int(found[2])
    if not 2 <= count <= MOST_POINTS:
        raise ConfigError(f"design={quoted(text)}: 2 to {MOST_POINTS} points")
    if kind == "sobol" and count & (count - 1):
        raise ConfigError(
            f"design={quoted(text)}: a power of two, such as sobol:{1 << (count.bit_length() - 1)}; lhs takes any number"
        )
    if not 1 <= len(factors) <= MOST_FACTORS:
        raise ConfigError(
            f"design={quoted(text)}: 1 to {MOST_FACTORS} keys with a range, such as strategy.posts_per_day=interval(0,4)"
        )
    keys = [factor.key for factor in factors]
    if again := next((key for key in keys if keys.count(key) > 1), ""):
        raise ConfigError(f"{quoted(again)}: given twice; each key may be given once")
    return Design(kind, count, factors)


def read_points(text: str, *, own: bool) -> list[Point]:
    """The points of a CSV file, or of one that `kept` made a word of. Raises ConfigError, which names the file and the row."""
    if text.startswith("[") and text.endswith("]"):
        name, rows = "points", [row.split(_CELL) for row in text[1:-1].split(_ROW)]
    elif not own:
        raise ConfigError(f"points={quoted(text)}: a file of your own is given on the command line")
    else:
        name, rows = text, _read_file(text)
    keys = [key.strip() for key in rows[0]]
    if not all(keys) or not 1 <= len(keys) <= MOST_FACTORS or len(rows) < 2:
        raise ConfigError(f"{name}: {HOW_POINTS}; 1 to {MOST_FACTORS} keys, none empty")
    if again := next((key for key in keys if keys.count(key) > 1), ""):
        raise ConfigError(f"{name}, row 1: {quoted(again)}: given twice; each key once")
    if wrong := next((key for key in keys if "=" in key or key in _GIVEN or key == "arms"), ""):
        raise ConfigError(f"{name}, row 1: {quoted(wrong)}: a key of the simulation is needed")
    if len(rows) - 1 > MOST_POINTS:
        raise ConfigError(f"{name}: {len(rows) - 1} points; at most {MOST_POINTS}")
    points = []
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.strip() for cell in row]
        if len(cells) != len(keys):
            raise ConfigError(f"{name}, row {number}: {len(cells)} cells; one for each of {len(keys)} keys")
        for key, cell in zip(keys, cells, strict=True):
            if not cell or any(sign in cell for sign in (_CELL, _ROW)) or not cell.isprintable():
                raise ConfigError(f"{name}, row {number}: {key}={quoted(cell)}: one plain value, without {_CELL} and {_ROW}")
            if read_interval(f"{key}={cell}"):
                raise ConfigError(f"{name}, row {number}: {key}={quoted(cell)}: one value")
        points.append(Point(tuple(f"{key}={cell}" for key, cell in zip(keys, cells, strict=True)), f"{name}, row {number}"))
    return points


def kept(words: Sequence[str]) -> list[str]:
    """The same words with what a file of points holds in place of its name, so that they mean the same later. Raises ConfigError."""
    return [_table(text) if _names_file(text) else text for text in words]


def _names_file(text: str) -> bool:
    key, _, value = text.partition("=")
    return key.strip() == "points" and not value.strip().startswith("[")


def _table(text: str) -> str:
    points = read_points(text.partition("=")[2].strip(), own=True)
    keys = _CELL.join(word.partition("=")[0] for word in points[0].words)
    rows = (_CELL.join(word.partition("=")[2] for word in point.words) for point in points)
    return f"points=[{_ROW.join((keys, *rows))}]"


def _read_file(name: str) -> list[list[str]]:
    try:
        text = read_plain(Path(name), MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"points={quoted(name)}: UTF-8 text is needed here") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"points={quoted(name)}: {HOW_POINTS} ({getattr(error, 'strerror', None) or error})") from error
    first = text.partition("\n")[0]
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True))
    except csv.Error as error:
        raise ConfigError(f"points={quoted(name)}: {HOW_POINTS} ({error})") from error
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise ConfigError(f"points={quoted(name)}: {HOW_POINTS}; it is empty")
    return rows


_GIVEN: Final = ("points", "design")
