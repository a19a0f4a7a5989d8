"""Catalogues in English, Chinese and Spanish -> every word and number that is printed or drawn."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from sim.projections.outcomes import OUTCOMES, WORK, Words, unit_of
from sim.report.wrapping import columns, wrap

LANGUAGES: Final = ("en", "zh", "es")

#: Rows of the glossary in the order they are shown; each has `term.<id>` and `formula.<id>`.
TERMS: Final = (
    "active_rate", "interaction_rate", "silent_share", "open_rate", "muted_share", "exit_rate", "net_growth", "retention",
    "acquisition_cost", "first_response", "answer_rate", "advert_share", "activation_rate", "reach", "conversion",
    "repurchase", "spend_per_buyer", "order_value", "gmv", "redemption", "freebie_share", "contribution", "net_income",
    "staff_productivity", "dead_share",
)  # fmt: skip
#: Terms that no operator's dashboard shows.
SIM_ONLY: Final = frozenset({"open_rate", "muted_share", "reach"})

#: The unit of each setting an axis may show, where its name does not say it already.
SETTING_UNITS: Final[Mapping[str, str]] = MappingProxyType({
    "size": "members", "people": "persons", "shift_start": "hour_of_day", "shift_end": "hour_of_day", "wage": "yuan",
    "price": "yuan", "reservoir": "per_member", "capacity": "per_member",
})  # fmt: skip

#: Measures of patterns that are shares of 0..1 and shown in per cent.
SHARE_MEASURES: Final = frozenset({
    "silent_90", "never_posted", "top10_members", "unanswered", "reply_over_hour", "first_answered", "again_unanswered",
    "again_answered", "uncertain_reward", "fixed_reward",
})  # fmt: skip

#: Where a plain arm label such as `kol_care` is looked up, in this order.
_NAMED: Final = ("strategy", "scenario", "campaign", "incident", "member", "staff")


@dataclass(frozen=True)
class Translator:
    """The words of one language: `t("note.money")`, `t("state.dead")`, `t("fig.league.band", effect="3")`."""

    language: str
    words: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with its {placeholders} filled; KeyError where the key or a placeholder is missing."""
        if key not in self.words:
            raise KeyError(f"{key}: not in the catalogue {self.language}")
        return self.words[key].format_map(values)

    def number(self, value: float, digits: int = 0, *, sign: bool = False) -> str:
        """`value` with the marks of the language; `sign` shows a plus too; NaN becomes a dash, never a zero."""
        if value is None or not math.isfinite(value):
            return self("number.missing")
        text = f"{abs(value):,.{digits}f}"
        text = text.replace(",", "\0").replace(".", self("number.decimal")).replace("\0", self("number.group"))
        if not any(character in "123456789" for character in text):
            return text
        return ("−" if value < 0 else "+" if sign else "") + text

    def share(self, value: float, digits: int | None = None) -> str:
        """A share of 0..1 in per cent; below 10 % with one digit, so that a small share is not shown as none."""
        if value is None or not math.isfinite(value):
            return self("number.missing")
        places = (1 if 0 < abs(value) < 0.0995 else 0) if digits is None else digits
        return self("number.share", value=self.number(100 * value, places))

    def plain(self, value: float) -> str:
        """A number with as few digits as it has, at most four behind the mark."""
        digits = next(digits for digits in range(5) if round(value, digits) == round(value, 4))
        return self.number(value, digits)

    def amount(self, value: float, outcome: str) -> str:
        """`value` in the form its outcome is read in: shares in per cent, money and counts whole, the rest by size."""
        unit = unit_of(outcome)
        if unit == "share":
            return self.share(value)
        whole = unit == "yuan" or abs(value) >= 100 or float(value).is_integer()
        return self.number(value, 0 if whole else 1)

    def difference(self, value: float, outcome: str, *, unit: bool = False, sign: bool = False) -> str:
        """A difference in the unit of an outcome, named with `unit`; of shares in percentage points."""
        kind = unit_of(outcome)
        if not math.isfinite(value):
            return self.number(value)
        size = 100 * value if kind == "share" else value
        whole = kind == "yuan" or abs(size) >= 100 or float(size).is_integer()
        text = self.number(size, 0 if whole else 1, sign=sign)
        named = self("unit.points") if kind == "share" else self(f"unit.{kind}") if kind else ""
        return self("quantity", value=text, unit=named) if unit and named else text

    def term(self, name: str) -> str:
        """A term of the glossary, marked (sim) where only the simulation can see it."""
        term = self(f"term.{name}")
        return self("mark.sim", term=term) if name in SIM_ONLY else term

    def outcome(self, name: str) -> str:
        """What an outcome column is called on screen."""
        words = OUTCOMES[name].words
        return self.term(words) if isinstance(words, str) else self._of(words)

    def heading(self, name: str) -> str:
        """What an outcome is called above its column of the league, in short lines."""
        heading = OUTCOMES[name].heading
        return self._of(heading) if heading else self.outcome(name)

    def task(self, name: str) -> str:
        """What a task of staff is called."""
        return self._of(WORK[name])

    def _of(self, words: Words) -> str:
        """The name in this language."""
        text: str = getattr(words, self.language)
        return text

    def unit(self, outcome: str) -> str:
        """The unit of an outcome."""
        return self(f"unit.{unit_of(outcome)}")

    def setting(self, key: str, mechanic: str = "") -> str:
        """What a setting is called on screen; `strategy.posts_per_day` goes by its last part, or its last two, unknown ones by their key.

        mechanic: whose setting it is; whether it runs is told by the name of the mechanic alone.
        """
        *_, last = parts = key.split(".")
        two = f"mechanic.{last}" if mechanic else ".".join(parts[-2:])
        named = self.words.get(f"setting.{two}") or self.words.get(f"setting.{last}", key)
        if not mechanic:
            return named
        owner = self.words.get(f"mechanic.{mechanic}", mechanic)
        return owner if last == "running" else self("setting.of", setting=named, mechanic=owner)

    def axis(self, key: str) -> str:
        """The label of an axis that shows an outcome or a setting: name and unit."""
        unit = unit_of(key) or SETTING_UNITS.get(key.rpartition(".")[2])
        label = self.outcome(key) if key in OUTCOMES else self.setting(key)
        label = label[:1].upper() + label[1:]
        return self("axis", label=label, unit=self(f"unit.{unit}")) if unit else label

    def name(self, group: str, plugin: str) -> str:
        """The short name of a plug-in; one of a user's own goes by its file name."""
        return self.words.get(f"name.{group}.{plugin}", plugin)

    def line(self, group: str, plugin: str, otherwise: str = "") -> str:
        """One line on what a plug-in is; `otherwise` for one of a user's own."""
        return self.words.get(f"plugin.{group}.{plugin}", otherwise)

    def arm(self, label: str, width: int | None = None) -> str:
        """An arm label (`kol_care`, `posts_per_day=2, people=1`) in words, in lines of at most `width` columns if given."""
        parts = [self._part(part) for part in str(label).split(", ")]
        line = self("list.separator").join(parts)
        if width is None or columns(line) <= width:
            return line
        return "\n".join(wrap(part, width) for part in parts)

    def listed(self, parts: Iterable[str]) -> str:
        """Several names in one line, apart even where a name holds commas."""
        return self("list.names").join(parts)

    def sentences(self, *texts: str) -> str:
        """Whole sentences one after the other; Chinese ones take no space between them."""
        return "".join(text if text[-1:] in "。！？" else text + " " for text in texts if text).strip()

    def value(self, key: str, value: str) -> str:
        """One value of a setting in words: the names of plug-ins, or the number as the language writes it."""
        if _is_number(value):
            return value.replace(".", self("number.decimal"))
        names = [self._named(key, name) for name in value.split("+")]
        return " + ".join(names) if all(names) else value

    def _named(self, key: str, name: str) -> str:
        keys = (f"name.{group}.{name}" for group in (key, *_NAMED))
        return next((self.words[key] for key in keys if key in self.words), "")

    def _part(self, part: str) -> str:
        """One part of an arm label, in the forms that `sim.config` gives them."""
        if " then " in part:
            return self("label.then").join(self._part(step) for step in part.split(" then "))
        if part.startswith("no ") and f"label.none.{part[3:]}" in self.words:
            return self(f"label.none.{part[3:]}")
        part, timed, day = part.partition(" from day ")
        key, equals, value = part.rpartition("=")
        text = self.value(key, value)
        if equals and _is_number(value):
            text = self("pair", label=self.setting(key), value=text)
        elif text == value:  # a word that no catalogue knows
            text = part
        return self("label.from_day", setting=text, day=self.value("", day)) if timed else text

    def measure(self, name: str, otherwise: str) -> str:
        """What a measure of a pattern is called; `otherwise` for one that the catalogue lacks."""
        return self.words.get(f"measure.{name}", otherwise)

    def reading(self, measure: str, value: float) -> str:
        """A measured value: with about three figures, so that a near miss does not look like a hit."""
        if not math.isfinite(value):
            return self.number(value)
        if measure in SHARE_MEASURES:
            return self("number.share", value=self.number(100 * value, 1))
        return self.plain(round(value, 3) if abs(value) < 1 else _rounded(value))

    def target(self, measure: str, low: float, high: float) -> str:
        """A target range in words; an end that is not finite is open."""
        share = measure in SHARE_MEASURES
        ends = (100 * end if share else end for end in (low, high))
        low_text, high_text = (self.plain(_rounded(end)) if math.isfinite(end) else "" for end in ends)
        if low_text and high_text:
            text = self("target.range", low=low_text, high=high_text)
            return self("number.share", value=text) if share else text
        end = low_text or high_text
        end = self("number.share", value=end) if share and end else end
        if not end:
            return self("target.none")
        return self("target.at_least", low=end) if low_text else self("target.at_most", high=end)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _rounded(value: float) -> float:
    return round(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)


@cache
def translator(language: str) -> Translator:
    """The translator of `en`, `zh` or `es`; ValueError names what is allowed."""
    if language not in LANGUAGES:
        raise ValueError(f"lang={language}: one of {', '.join(LANGUAGES)}")
    words = json.loads(files(__package__).joinpath("catalogues", f"{language}.json").read_text(encoding="utf-8"))
    return Translator(language, MappingProxyType(words))
