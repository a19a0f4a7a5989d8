"""A finished study and what is asked of it -> its tables on disk and the answer on the terminal."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sim.config import Arm
    from sim.report.language import Translator
    from sim.studies.answer import Answer
    from sim.studies.growing import Grown
    from sim.studies.question import Question
    from sim.studies.study import Study


class Tables(NamedTuple):
    """The study with wages as asked, what was made of it, and what was said of it."""

    study: Study
    panel: pd.DataFrame
    league: pd.DataFrame
    survival: pd.DataFrame
    definitions: pd.DataFrame | None = None
    said: tuple[str, ...] = ()


def answer_study(
    lived: Study,
    question: Question,
    arms: list[Arm],
    baseline: str,
    t: Translator,
    *,
    grown: Grown | None,
    retest: Callable[[Tables, Answer, Question, list[Arm]], pd.DataFrame | None],
) -> Tables:
    """Judge, choose, try the choice again, save the tables and print the page."""
    from sim.allowed import listed
    from sim.cli.more import fresh_seed
    from sim.comparable import check_comparable
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
    from sim.report.comparison import print_comparison
    from sim.report.console import WIDTH
    from sim.report.wrapping import wrap
    from sim.same_people import find_other_people
    from sim.studies.answer import answer
    from sim.studies.choice import LEVEL
    from sim.studies.panel import PANEL, estimate_hours, find_arms_without_group, find_blind
    from sim.studies.wages import differ_by_contract

    composed = [arm.composed for arm in arms]
    days = max(one.scenario.days for one in composed)
    tables = tabulate(lived, question, arms, baseline, grown.level if grown else LEVEL)
    panel, replications = tables.panel, tables.study.replications
    found = answer(panel, replications, question, days) if question.chosen else None
    said = word_answer(found, panel, question, t) if found else []
    if found and (tried := retest(tables, found, question, arms)) is not None:
        said.append(word_retest(tried, question.chosen, fresh_seed(composed[0].seed), t))
    shown = panel[panel.outcome.isin([question.chosen, *question.judged, *PANEL])]  # limits have a table of their own
    said += advise(shown, tables.league, t, days=days)
    basis = word_basis(panel, replications, question.wages, differ_by_contract(replications), t)
    if grown:
        said.append(word_growth(grown, t))
    notes = [*word_definitions(tables.definitions, t), *word_blind(find_blind(shown), panel, days, t), *basis]
    said[1:1] = word_loss(panel, find_arms_without_group(replications), t)
    print_comparison(shown, tables.league, said, t, days=days, answer=found, hours=estimate_hours(replications), notes=notes)
    if care := check_comparable([one.plain for one in composed]):
        typer.echo("\n" + wrap(t("note.arms_differ", keys=listed(care, "")), WIDTH))
    if others := find_other_people(arms, arms[0].composed.seed):
        typer.echo("\n" + wrap(word_people(others, arms[0].label, t), WIDTH))
    return tables._replace(said=tuple(said))


def tabulate(lived: Study, question: Question, arms: list[Arm], baseline: str, level: float) -> Tables:
    """The tables of a study, saved in its folder. Raises StudyError where an outcome that was asked for is not known."""
    from sim.studies.ledger import StudyError
    from sim.studies.paired import estimate_league
    from sim.studies.panel import estimate_panel
    from sim.studies.survival import estimate_survival, re_rank
    from sim.studies.wages import pay

    scenario = arms[0].composed.scenario
    days = max(arm.composed.scenario.days for arm in arms)
    people = scenario.population
    paid = dataclasses.replace(lived, replications=pay(lived.replications, question.wages))
    panel = estimate_panel(
        paid.replications,
        question.outcomes,
        baseline=baseline,
        days=days,
        members=people.programmes * people.groups * people.size,
        effects=question.effects,
        level=level,
    )
    asked = [question.chosen] if question.chosen else list(question.effects)
    if missing := [name for name in asked if name not in set(panel.outcome)]:
        raise StudyError(f"{missing[0]}: no arm of this study has a value of it")
    held = panel[(panel.outcome == "alive_days") & (panel.verdict == "baseline")].label.tolist() or [baseline]
    league = estimate_league(paid.replications, baseline=held[0], days=days)  # not against an arm without a group
    survival = estimate_survival(paid.lifetimes, days=days)
    definitions = re_rank(paid.lifetimes) if paid.lifetimes.definition.nunique() > 1 else None
    more = {} if definitions is None else {"definitions": definitions}
    paid.save_tables(panel=panel, league=league, survival=survival, **more)
    return Tables(paid, panel, league, survival, definitions)
