"""A question and a way to simulate more -> a study that grows until what was asked first is settled, or the most is reached."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.projections.outcomes import OUTCOMES
from sim.studies.asked import Growth
from sim.studies.intervals import world_means
from sim.studies.ledger import StudyError
from sim.studies.paired import side_of
from sim.studies.panel import find_arms_without_group
from sim.studies.stopping import Look, Looks, grow


class Grown(NamedTuple):
    """When the study was looked at, at how many worlds it stopped, and what the last look gave."""

    plan: Looks
    worlds: int
    look: Look

    @property
    def level(self) -> float:
        """Of the intervals of the last look, so that those of all looks hold together."""
        return self.plan.level_at(self.worlds)

    @property
    def growth(self) -> Growth:
        """What is kept of it."""
        return Growth(
            batch=self.plan.batch, worlds=self.worlds, settled=self.look.stop == "settled", late=self.look.stop == "minutes"
        )


def grow_study(
    simulate: Callable[[int], pd.DataFrame],
    outcome: str,
    *,
    first: int,
    most: int,
    per_world: int,
    baseline: str,
    effect: float,
    days: float,
    minutes: float = np.inf,
    clock: Callable[[], float] = lambda: time.monotonic() / 60,
) -> Grown:
    """simulate(n) gives the replications table of n replications; what was simulated before is kept.

    The study is looked at after every `first` replications, at the latest after `most`, by the differences of one outcome to the
    baseline (`sim.studies.stopping`). No batch is begun that would end when more than
    `minutes` have passed on `clock`. Raises StudyError where the outcome has no value in some replication.
    """
    batch, last = max(first // per_world, 2), max(most // per_world, 2)
    plan = Looks(batch=min(batch, last), most=last)
    side, bounds = side_of(outcome), OUTCOMES[outcome].bounds(days)
    arms: list[int] = []

    def more(begin: int, end: int) -> np.ndarray:
        table = simulate(end * per_world)
        if not arms:
            without = find_arms_without_group(table) if OUTCOMES[outcome].of_group else []
            known = table[["arm", "label"]].drop_duplicates()
            arms.extend(int(arm) for arm in known.sort_values("arm").arm if arm not in without)
            labels = known.set_index("label").arm
            base = labels[baseline] if labels[baseline] in arms else arms[0]
            arms.insert(0, arms.pop(arms.index(int(base))))  # the baseline first
        wide = table.pivot(index=["replication", "world"], columns="arm", values=outcome)[arms]
        if wide.isna().any(axis=None):
            raise StudyError(f"grow: {outcome} has no value in some replications; judge by another outcome")
        values, worlds = side * wide.to_numpy(float), wide.index.get_level_values("world").to_numpy()
        return world_means(values, worlds)[begin:end]

    own = (min(side * bounds[0], side * bounds[1]), max(side * bounds[0], side * bounds[1]))
    within = (own[0] - own[1], own[1] - own[0]) if np.isfinite(own).all() else None
    means, look = grow(more, plan, effect, clock=clock, budget=minutes, bounds=within)
    return Grown(plan, len(means), look)
