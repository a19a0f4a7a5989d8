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
_COUNTS: Final = ("days", "replications", "fewest", "worlds", "ahead", "tied", "behind", "arms")
#: How the values of the sentences are written; those of the outcome that the sentence is about come as it is read.
_WRITTEN: Final[Mapping[str, Callable[[Translator, Any, str], str]]] = {
    **dict.fromkeys(("best", "baseline"), lambda t, label, _: t.arm(label)),
    "names": lambda t, labels, _: few_names(t, labels),
    **dict.fromkeys(("better", "worse", "same"), lambda t, labels, _: few_names(t, labels, 2)),
    **dict.fromkeys(("low", "unknown_low"), lambda t, value, outcome: t.difference(value, outcome)),
    **dict.fromkeys(("high", "unknown_high", "shrunk"), lambda t, value, outcome: t.difference(value, outcome, unit=True)),
    "difference": lambda t, value, outcome: t.difference(abs(value), outcome, unit=True),
    **dict.fromkeys(("mean", "reference"), lambda t, value, outcome: t.amount(value, outcome)),
    "effect": lambda t, value, outcome: t.difference(value, outcome, unit=True),
    **dict.fromkeys(_COUNTS, lambda t, count, _: t.number(count)),
    "dead": lambda t, share, _: t.share(share),
    **dict.fromkeys(("share", "share_low", "share_high"), lambda t, share, _: t.share(share, 0)),
}


def advise(panel: pd.DataFrame, league: pd.DataFrame, t: Translator, *, days: float = 90) -> list[str]:
    """The sentences of `sim.studies.advice.advise`, most important first."""
    return [_word(sentence, t) for sentence in conclusion.advise(panel, league, days=days)]


def few_names(t: Translator, labels: list[str], most: int = MOST_NAMES) -> str:
    """The first names, and how many more there are; one more than fits is written out."""
    names = [t.arm(label) for label in labels]
    more = len(names) - most
    return t.listed(names) if more < 2 else t("list.more", names=t.listed(names[:most]), count=t.number(more))


def _word(sentence: conclusion.Advice, t: Translator) -> str:
    values = dict(sentence.values)
    outcome = values.pop("outcome", "")
    words = {name: _WRITTEN[name](t, value, outcome) for name, value in values.items()}
    if outcome:
        words["outcome"] = t.outcome(outcome)
    if sentence.key == "advice.also":
        told = [t(f"advice.also.{name}", names=words[name]) for name in ("better", "worse", "same") if values[name]]
        words = {"outcome": words["outcome"], "baseline": words["baseline"], "parts": t("list.clauses").join(told)}
    return t(sentence.key, **words)
