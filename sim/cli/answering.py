"""A finished study and what is asked of it -> its tables on disk and the answer on the terminal."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sim.config import Arm
    from sim.report.language import Translator
    from sim.studies.answer import Answer
    from sim.studies.asked import Asked
    from sim.studies.question import Question
    from sim.studies.study import Study
    from sim.studies.told import Told


def answer_study(
    lived: Study,
    question: Question,
    arms: list[Arm],
    asked: Asked,
    t: Translator,
    *,
    level: float,
    retest: Callable[[Study, Told, Answer], tuple[str, pd.DataFrame] | None],
) -> tuple[Study, Told]:
    """Judge, choose, try the choice again, save the tables and print the page; gives the study with wages as asked, and its tables."""
    from sim.cli.more import fresh_seed
    from sim.comparable import check_comparable
    from sim.report.comparison import print_comparison
    from sim.report.console import WIDTH
    from sim.report.study_page import word_page
    from sim.report.wrapping import wrap
    from sim.same_people import find_other_people
    from sim.studies.answer import answer
    from sim.studies.asked import OtherArm, Retest, write_asked

    paid, told = tabulate(lived, question, arms, asked, level)
    seed = arms[0].composed.seed
    others = tuple(OtherArm(label=one.label, persons=one.persons, common=one.common) for one in find_other_people(arms, seed))
    care = tuple(check_comparable([arm.composed.plain for arm in arms]))
    asked = dataclasses.replace(asked, care=care, others=others)
    found = answer(told.panel, told.replications, question, asked.days) if question.chosen else None
    if found and (again := retest(paid, told, found)) is not None:
        asked = dataclasses.replace(asked, retest=Retest(folder=again[0], seed=fresh_seed(seed)))
        told = dataclasses.replace(told, tried=again[1])
    write_asked(paid.folder, asked)
    page = word_page(told, asked, t)
    print_comparison(
        page.shown, told.league, page.said, t, days=asked.days, answer=page.answer, hours=page.hours, notes=page.notes
    )
    for warning in page.warnings:
        typer.echo("\n" + wrap(warning, WIDTH))
    return paid, told


def tabulate(lived: Study, question: Question, arms: list[Arm], asked: Asked, level: float) -> tuple[Study, Told]:
    """The study with wages as asked, and its tables, saved in its folder. Raises StudyError where an outcome is not known."""
    from sim.studies.ledger import StudyError
    from sim.studies.paired import estimate_league
    from sim.studies.panel import estimate_panel
    from sim.studies.survival import estimate_survival, re_rank
    from sim.studies.told import Told
    from sim.studies.wages import pay

    paid = dataclasses.replace(lived, replications=pay(lived.replications, question.wages))
    panel = estimate_panel(
        paid.replications,
        question.outcomes,
        baseline=asked.baseline,
        days=asked.days,
        members=asked.members,
        effects=question.effects,
        level=level,
    )
    wanted = [question.chosen] if question.chosen else list(question.effects)
    if missing := [name for name in wanted if name not in set(panel.outcome)]:
        raise StudyError(f"{missing[0]}: no arm of this study has a value of it")
    held = panel[(panel.outcome == "alive_days") & (panel.verdict == "baseline")].label.tolist() or [asked.baseline]
    league = estimate_league(paid.replications, baseline=held[0], days=asked.days)  # not against an arm without a group
    survival = estimate_survival(paid.lifetimes, days=asked.days)
    definitions = re_rank(paid.lifetimes) if paid.lifetimes.definition.nunique() > 1 else None
    more = {} if definitions is None else {"definitions": definitions}
    paid.save_tables(panel=panel, league=league, survival=survival, **more)
    return paid, Told(paid.arms, paid.replications, panel, league, survival, definitions)
