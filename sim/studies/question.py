"""Words of a study such as `judge=net_income` -> what is asked of it: judged by what, chosen how, within which limits, at whose wages.

None of it changes what is simulated but `grow` and `retest`, which ask for more of it; so a finished study can be asked again with
--resume. The words are read by a small grammar and never evaluated.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from sim.allowed import ConfigError, no_choice, quoted, unknown
from sim.projections.outcomes import OUTCOMES
from sim.studies.panel import PANEL

#: The words, and how each is written.
WORDS: Final[Mapping[str, str]] = {
    "judge": "outcomes, each with a smallest effect of your own or without, such as judge=net_income or judge=adds:500,dead",
    "choose": "max: or min: and an outcome, such as choose=max:adds; optimise takes two, such as choose=max:adds,min:staff_hours",
    "subject_to": 'limits on outcomes, such as "subject_to=[staff_hours<=60,dead<=0.05]"',
    "wages": "minutes (minutes worked) or contract (hours by contract, worked or not)",
    "minutes": "minutes that growing may take, beside grow, such as grow=200 minutes=10",
    "grow": "a number of replications up to which the study goes on while it is open, such as grow=200",
    "retest": "yes or no: whether the chosen arm is tried again on fresh seeds",
}
#: How alike a key is to a word that was meant.
LIKE: Final = 0.75
MOST_LIMITS, MOST_REPLICATIONS = 20, 1_000_000
#: Objectives that a search takes; whatever else chooses takes one.
MOST_OBJECTIVES: Final = 2
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
_LIMIT = re.compile(rf"([a-z]\w*)\s*(<=|>=|<|>)\s*({_NUMBER})\s*(%?)")
_JUDGED = re.compile(rf"([a-z]\w*)(?:\s*:\s*({_NUMBER}))?")
_CHOSEN = re.compile(r"(max|min)\s*:\s*([a-z]\w*)")


@dataclass(frozen=True)
class Limit:
    """One outcome held against a number, in the unit of the outcome; shares as 0..1."""

    outcome: str
    operator: Literal["<=", ">=", "<", ">"]
    value: float

    def keeps(self, value: float) -> bool:
        """Whether a value is within; NaN is not."""
        return {
            "<=": value <= self.value, ">=": value >= self.value, "<": value < self.value, ">": value > self.value,
        }[self.operator]  # fmt: skip

    @property
    def is_upper(self) -> bool:
        """Whether the outcome may not be more."""
        return self.operator in ("<=", "<")


@dataclass(frozen=True)
class Question:
    """What is asked of a study.

    judged: outcomes by which arms are held against the baseline, the first of them first of all; effects: smallest effects that
    matter where they are not those of the outcomes. sense, chosen: `max` or `min` of which outcome, "" where nothing is to be
    chosen. second: the same of a second objective, where a search has two. grow: replications at most; 0: as many as were asked
    for; minutes: that this may take. retest: None where nothing was said.
    """

    judged: tuple[str, ...] = PANEL
    effects: Mapping[str, float] = field(default_factory=dict)
    sense: str = ""
    chosen: str = ""
    second: tuple[str, str] | None = None
    limits: tuple[Limit, ...] = ()
    wages: Literal["minutes", "contract"] = "minutes"
    grow: int = 0
    minutes: float = math.inf
    retest: bool | None = None

    @property
    def objectives(self) -> dict[str, bool]:
        """The outcomes to choose by, the first that was named first, and whether more is better."""
        pairs = [(self.sense, self.chosen)] if self.chosen else []
        return {outcome: sense == "max" for sense, outcome in (*pairs, *([self.second] if self.second else []))}

    @property
    def outcomes(self) -> tuple[str, ...]:
        """All outcomes that the answer needs, the one that decides first."""
        limited = (limit.outcome for limit in self.limits)
        return tuple(dict.fromkeys([*([self.chosen] if self.chosen else []), *self.judged, *PANEL, *limited]))


def split_words(overrides: Iterable[str], objectives: int = 1) -> tuple[Question, list[str]]:
    """What is asked, and the overrides that say what is simulated. Raises ConfigError, one line.

    objectives: how many may be chosen by, MOST_OBJECTIVES in a search.
    """
    given: dict[str, str] = {}
    rest = []
    for text in overrides:
        key, equals, value = text.partition("=")
        if key.strip() not in WORDS or not equals:
            if meant := difflib.get_close_matches(key.strip(), WORDS, 1, LIKE):
                raise unknown(key.strip(), value, WORDS, meant)
            rest.append(text)
            continue
        if key.strip() in given:
            raise ConfigError(f"{key.strip()}: given twice; each key may be given once")
        given[key.strip()] = value.strip()
    return _read(given, objectives), rest


def _read(given: Mapping[str, str], objectives: int) -> Question:
    judged, effects = _read_judged(given["judge"]) if "judge" in given else (PANEL, {})
    (sense, chosen), *others = _read_chosen(given["choose"], objectives) if "choose" in given else [("", "")]
    limits = _read_limits(given["subject_to"]) if "subject_to" in given else ()
    if limits and not chosen:
        chosen = judged[0]
        sense = "min" if OUTCOMES[chosen].direction == "lower" else "max"
    wages = given.get("wages", "minutes")
    if wages not in ("minutes", "contract"):
        raise no_choice("wages", wages, ("minutes", "contract"))
    grow = given.get("grow", "0")
    if not re.fullmatch(r"\d{1,7}", grow) or int(grow) > MOST_REPLICATIONS:
        raise ConfigError(f"grow={quoted(grow)}: {WORDS['grow']}")
    minutes = _read_minutes(given["minutes"]) if "minutes" in given else math.inf
    if "minutes" in given and not int(grow):
        raise ConfigError(f"minutes={quoted(given['minutes'])}: {WORDS['minutes']}")
    retest = {"yes": True, "no": False, "true": True, "false": False}.get(given.get("retest", "").lower())
    if "retest" in given and retest is None:
        raise ConfigError(f"retest={quoted(given['retest'])}: {WORDS['retest']}")
    second = others[0] if others else None
    paid: Literal["minutes", "contract"] = "contract" if wages == "contract" else "minutes"
    return Question(judged, effects, sense, chosen, second, limits, paid, int(grow), minutes, retest)


def _read_minutes(text: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) or float(text) <= 0:
        raise ConfigError(f"minutes={quoted(text)}: {WORDS['minutes']}")
    return float(text)


def _read_judged(text: str) -> tuple[tuple[str, ...], dict[str, float]]:
    names: list[str] = []
    effects: dict[str, float] = {}
    for part in _parts("judge", text):
        found = _JUDGED.fullmatch(part)
        if not found:
            raise ConfigError(f"judge={quoted(text)}: {WORDS['judge']}")
        name, effect = found.groups()
        names.append(_outcome("judge", name))
        if effect is not None:
            effects[name] = float(effect)
            if not 0 < effects[name] < 1e12:
                raise ConfigError(f"judge={quoted(text)}: a smallest effect above 0")
    if len(set(names)) < len(names):
        raise ConfigError(f"judge={quoted(text)}: each outcome once")
    return tuple(names), effects


def _read_chosen(text: str, most: int) -> list[tuple[str, str]]:
    found = [_CHOSEN.fullmatch(part) for part in _parts("choose", text)]
    pairs = [(one[1], _outcome("choose", one[2])) for one in found if one]
    if len(pairs) < len(found):
        raise ConfigError(f"choose={quoted(text)}: {WORDS['choose']}")
    if len(pairs) > most:
        raise ConfigError(
            f"choose={quoted(text)}: {len(pairs)} objectives; {'one here, two in optimise' if most == 1 else 'at most two'}"
        )
    if len({outcome for _, outcome in pairs}) < len(pairs):
        raise ConfigError(f"choose={quoted(text)}: each outcome once")
    return pairs


def _read_limits(text: str) -> tuple[Limit, ...]:
    parts = _parts("subject_to", text)
    if len(parts) > MOST_LIMITS:
        raise ConfigError(f"subject_to: {len(parts)} limits; at most {MOST_LIMITS}")
    return tuple(_read_limit(part) for part in parts)


def _read_limit(text: str) -> Limit:
    if not (found := _LIMIT.fullmatch(text)):
        raise ConfigError(f"subject_to={quoted(text)}: {WORDS['subject_to']}")
    name, operator, number, percent = found.groups()
    _outcome("subject_to", name)
    value = float(number) / (100 if percent else 1)
    if percent and OUTCOMES[name].unit != "share":
        raise ConfigError(f"subject_to={quoted(text)}: % is for shares; {name} is in {OUTCOMES[name].unit}")
    if OUTCOMES[name].unit == "share" and not 0 <= value <= 1:
        raise ConfigError(f"subject_to={quoted(text)}: a share of 0 to 1, or 0 % to 100 %")
    kinds: dict[str, Literal["<=", ">=", "<", ">"]] = {"<=": "<=", ">=": ">=", "<": "<", ">": ">"}
    return Limit(name, kinds[operator], value)


def _parts(key: str, text: str) -> list[str]:
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    parts = [part.strip() for part in inner.split(",")]
    if not all(parts):
        raise ConfigError(f"{key}={quoted(text)}: {WORDS[key]}")
    return parts


def _outcome(key: str, name: str) -> str:
    known = [outcome.name for outcome in OUTCOMES.values() if outcome.can_be_judged]
    if name not in known:
        raise no_choice(key, name, known)
    return name
