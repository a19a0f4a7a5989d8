"""What a question asks to simulate beyond the study: more replications while it is open, and the chosen arm on fresh seeds."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from sim.config import Arm
    from sim.studies.answer import Answer
    from sim.studies.growing import Grown
    from sim.studies.question import Question
    from sim.studies.study import Study
    from sim.studies.told import Told

#: Added to the seed of a study for the seed on which its choice is tried again: far from the seeds that people take.
FRESH = 1_000_003
_SEEDS = 2**53


def fresh_seed(seed: int) -> int:
    """The seed on which the choice of a study with this seed is tried again."""
    return (seed + FRESH) % _SEEDS


def grow_until_settled(
    simulated: Study, simulate: Callable[[int, bool], Study], question: Question, arms: list[Arm], baseline: str
) -> tuple[Study, Grown]:
    """The study with as many more replications as settle what was asked first, `question.grow` at most."""
    from sim.projections.outcomes import OUTCOMES
    from sim.studies.growing import grow_study
    from sim.studies.runner import REPLICATIONS_PER_WORLD
    from sim.studies.wages import pay

    shared, outcome = arms[0].composed, question.outcomes[0]
    days = shared.scenario.days
    studies = [simulated]

    def more(replications: int) -> pd.DataFrame:
        if replications > studies[-1].replications.replication.nunique():
            studies.append(simulate(replications, True))
        table = pay(studies[-1].replications, question.wages)
        return table[table.replication < replications]

    members = shared.scenario.population.planned
    grown = grow_study(
        more,
        outcome,
        first=shared.replications,
        most=question.grow,
        per_world=REPLICATIONS_PER_WORLD if shared.parameter_mode != "fixed" else 1,
        baseline=baseline,
        effect=question.effects.get(outcome, OUTCOMES[outcome].smallest_effect(days, members)),
        days=days,
        minutes=question.minutes,
    )
    return studies[-1], grown


def try_again(
    study: Study,
    told: Told,
    found: Answer,
    question: Question,
    arms: list[Arm],
    *,
    workers: int | None,
    resume: bool,
) -> tuple[str, pd.DataFrame] | None:
    """The chosen arm against the yardstick (or the runner-up, where it is itself the yardstick) on a fresh seed: folder, panel.

    None where nothing was chosen, or among so few that choosing hardly flatters.
    """
    from sim.studies.ledger import canonical
    from sim.studies.panel import estimate_panel
    from sim.studies.runner import run_study, settings_of
    from sim.studies.wages import pay

    wanted = len(found.within) > 2 if question.retest is None else question.retest
    if found.best is None or not wanted or len(arms) < 2:
        return None
    rows = told.panel[(told.panel.outcome == question.chosen) & (told.panel.verdict != "none")]
    best = int(found.best.arm)
    base = int(rows.arm[rows.verdict == "baseline"].iloc[0])
    other = base if base != best else next((arm for arm in found.order if arm != best and arm in set(rows.arm)), None)
    if other is None:
        return None
    shared, both = arms[0].composed, [settings_of(arms[place].composed) for place in (other, best)]
    name = f"retest_{hashlib.blake2b(canonical(both), digest_size=8).hexdigest()}"  # arms that are added later move the places
    again = run_study(
        [arms[other], arms[best]],
        replications=shared.replications,
        seed=fresh_seed(shared.seed),
        folder=study.folder / name,
        workers=workers,
        resume=resume,
        parameter_mode=shared.parameter_mode,
    )
    again = dataclasses.replace(again, replications=pay(again.replications, question.wages))
    panel = estimate_panel(
        again.replications,
        (question.chosen,),
        baseline=arms[other].label,
        days=shared.scenario.days,
        members=shared.scenario.population.planned,
        effects=question.effects,
    )
    again.save_tables(panel=panel)
    return name, panel
