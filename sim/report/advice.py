"""The conclusion of a comparison -> sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sim.report.language import Translator
from sim.studies import advice as conclusion

if TYPE_CHECKING:
    import pandas as pd

#: Names in a sentence, so that it can still be read where there are dozens of arms.
MOST_NAMES: Final = 4
#: How the values of the sentences are written: days with one digit, money and hours whole and with their sign.
_WRITTEN: Final[Mapping[str, Callable[[Translator, Any], str]]] = {
    **dict.fromkeys(("best", "baseline"), lambda t, label: t.arm(label)),
    "names": lambda t, labels: _few(t, [t.arm(label) for label in labels]),
    **dict.fromkeys(
        ("mean", "reference", "low", "high", "unknown_low", "unknown_high", "shrunk"), lambda t, days: t.number(days, 1)
    ),
    **dict.fromkeys(
        ("days", "replications", "fewest", "worlds", "ahead", "tied", "behind", "arms"), lambda t, count: t.number(count)
    ),
    "effect": lambda t, value: t.plain(round(value, 1)),
    "hours": lambda t, hours: t.number(hours, sign=True),
    "dead": lambda t, share: t.share(share),
    **dict.fromkeys(("share", "share_low", "share_high"), lambda t, share: t.share(share, 0)),
}


def advise(league: pd.DataFrame, t: Translator, *, days: float = 90, smallest_effect: float | None = None) -> list[str]:
    """The sentences of `sim.studies.advice.advise`, most important first; money is marked as an example."""
    effect = {} if smallest_effect is None else {"smallest_effect": smallest_effect}
    return [_word(sentence, t) for sentence in conclusion.advise(league, days=days, **effect)]


def _few(t: Translator, names: list[str]) -> str:
    """The first names, and how many more there are; one more than fits is written out."""
    more = len(names) - MOST_NAMES
    return t.listed(names) if more < 2 else t("list.more", names=t.listed(names[:MOST_NAMES]), count=t.number(more))


def _word(sentence: conclusion.Advice, t: Translator) -> str:
    words = {name: _WRITTEN[name](t, value) for name, value in sentence.values.items() if name != "difference"}
    if "difference" in sentence.values:
        money = sentence.key == "advice.money"
        words["difference"] = t.number(sentence.values["difference"], 0 if money else 1, sign=money)
    return t(sentence.key, **words, note=t("note.money"))
