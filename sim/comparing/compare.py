"""Arms and what is asked of them -> the study, its tables and its page; the command line and the API take the same way."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.comparable import check_comparable
from sim.comparing.more import fresh_seed, grow_until_settled, try_again
from sim.same_people import find_other_people
from sim.studies import runner as running
from sim.studies.answer import Answer, answer
from sim.studies.asked import Asked, OtherArm, Retest, write_asked
from sim.studies.choice import LEVEL
from sim.studies.crews import LOCAL, Runner
from sim.studies.ledger import StudyError
from sim.studies.paired import estimate_league
from sim.studies.panel import estimate_panel
from sim.studies.question import Question
from sim.studies.study import gather_study
from sim.studies.survival import estimate_survival, re_rank
from sim.studies.told import Told
from sim.studies.wages import pay

if TYPE_CHECKING:
    import pandas as pd

    from sim.config import Arm
    from sim.report.study_page import Page
    from sim.studies.study import Study

    Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Comparison:
    """A finished study: its replications with wages as asked, its tables, what was asked. It unpacks into (study, league)."""

    study: Study
    told: Told
    asked: Asked

    @property
    def league(self) -> pd.DataFrame:
        """One row an arm."""
        return self.told.league

    @property
    def panel(self) -> pd.DataFrame:
        """One row an outcome and arm, the outcome that was asked first at the top."""
        return self.told.panel

    @property
    def answer(self) -> Answer | None:
        """Which arm to choose; None where the question does not choose."""
        question = self.asked.words
        return answer(self.panel, self.told.replications, question, self.asked.days) if question.chosen else None

    def page(self, language: str = "en") -> Page:
        """What is said of it: `page().said` begins with the sentence that answers."""
        from sim.report.language import translator
        from sim.report.study_page import word_page

        return word_page(self.told, self.asked, translator(language))

    def __iter__(self) -> Iterator[Any]:
        return iter((self.study, self.league))


def compare_arms(
    arms: list[Arm],
    question: Question,
    asked: Asked,
    *,
    folder: Path,
    workers: int | None = None,
    resume: bool = False,
    so_far: bool = False,
    logs: str = "none",
    runner: Runner = LOCAL,
    request: Mapping[str, Any] | None = None,
    progress: Callable[[], AbstractContextManager[Progress | None]] = contextlib.nullcontext,
) -> Comparison:
    """Simulate, grow while it is open, judge, choose, try the choice again, save the tables. Raises ConfigError or StudyError.

    so_far: simulate nothing; tell of what is finished. Others: as `run_study` has them.
    """
    shared = arms[0].composed

    def simulate(replications: int, goes_on: bool) -> Study:
        with progress() as shown:
            return running.run_study(
                arms,
                replications=replications,
                seed=shared.seed,
                folder=folder,
                workers=workers,
                resume=goes_on,
                logs=logs,
                parameter_mode=shared.parameter_mode,
                progress=shown,
                request=request,
                runner=runner,
            )

    simulated, level = _finished_of(folder, arms) if so_far else simulate(shared.replications, resume), LEVEL
    asked = dataclasses.replace(asked, wanted=simulated.wanted if simulated.partial else 0)
    if question.grow > shared.replications and not so_far:
        simulated, grown = grow_until_settled(simulated, simulate, question, arms, asked.baseline)
        level, asked = grown.level, dataclasses.replace(asked, growth=grown.growth)
    paid, told = tabulate(simulated, question, asked, level)
    others = tuple(
        OtherArm(label=one.label, persons=one.persons, common=one.common) for one in find_other_people(arms, shared.seed)
    )
    asked = dataclasses.replace(asked, care=tuple(check_comparable([arm.composed.plain for arm in arms])), others=others)
    found = answer(told.panel, told.replications, question, asked.days) if question.chosen else None
    if (
        found
        and not so_far
        and (again := try_again(paid, told, found, question, arms, workers=workers, resume=resume)) is not None
    ):
        asked = dataclasses.replace(asked, retest=Retest(folder=again[0], seed=fresh_seed(shared.seed)))
        told = dataclasses.replace(told, tried=again[1])
    write_asked(folder, asked)
    return Comparison(paid, told, asked)


def _finished_of(folder: Path, arms: list[Arm]) -> Study:
    """What is finished of the study of these arms in a folder. Raises StudyError where that is another study, or nothing."""
    study = gather_study(folder)
    if study.arms.label.tolist() != [arm.label for arm in arms]:
        raise StudyError(f"folder={folder}: holds a study of other arms; --partial FOLDER alone shows it")
    if study.replications.empty:
        raise StudyError(f"folder={folder}: no replication is finished in all arms yet; go on with it (--resume)")
    return study


def tabulate(simulated: Study, question: Question, asked: Asked, level: float) -> tuple[Study, Told]:
    """The study with wages as asked, and its tables, saved in its folder. Raises StudyError where an outcome is not known."""
    paid = dataclasses.replace(simulated, replications=pay(simulated.replications, question.wages))
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
