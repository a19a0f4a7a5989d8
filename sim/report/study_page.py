"""The tables of a study and what was asked of it -> what is said of it, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.allowed import listed
from sim.report.advice import advise
from sim.report.answers import (
    word_answer,
    word_basis,
    word_blind,
    word_definitions,
    word_growth,
    word_loss,
    word_people,
    word_retest,
)
from sim.studies.answer import answer
from sim.studies.panel import PANEL, estimate_hours, find_arms_without_group, find_blind
from sim.studies.wages import differ_by_contract

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.language import Translator
    from sim.studies.answer import Answer
    from sim.studies.asked import Asked
    from sim.studies.told import Told


@dataclass(frozen=True)
class Page:
    """What is said: the sentence that answers, the others, notes on how to read them, and warnings. shown: rows of the panel."""

    said: tuple[str, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    answer: Answer | None
    shown: pd.DataFrame
    hours: pd.DataFrame


def word_page(told: Told, asked: Asked, t: Translator) -> Page:
    """The page of a comparison or a sweep."""
    question, panel, days = asked.words, told.panel, asked.days
    found = answer(panel, told.replications, question, days) if question.chosen else None
    said = word_answer(found, panel, question, t) if found else []
    if told.tried is not None and asked.retest is not None:
        said.append(word_retest(told.tried, question.chosen, asked.retest.seed, t))
    shown = panel[panel.outcome.isin([question.chosen, *question.judged, *PANEL])]  # limits have a table of their own
    said += advise(shown, told.league, t, days=days)
    if asked.growth:
        said.append(word_growth(asked.growth, t))
    said[1:1] = word_loss(panel, find_arms_without_group(told.replications), t)
    differ = differ_by_contract(told.replications)
    notes = (
        *word_definitions(told.definitions, t),
        *word_blind(find_blind(shown), panel, days, t),
        *word_basis(panel, told.replications, question.wages, differ, t),
    )
    done = int(told.replications.replication.nunique())
    warnings = [t("note.partial", done=t.number(done), total=t.number(asked.wanted))] if asked.wanted else []
    warnings += [t("note.arms_differ", keys=listed(asked.care, ""))] if asked.care else []
    warnings += [word_people(asked.others, str(told.league.label.iloc[0]), t)] if asked.others else []
    return Page(tuple(said), notes, tuple(warnings), found, shown, estimate_hours(told.replications))
