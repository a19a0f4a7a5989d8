"""Arms of a study -> whether the people in them are the same: who they are and how they are, not in which group they sit.

Arms are paired, so a difference between them is one of how groups are run only where the same people are in all of them. Draws
are keyed by person; but a programme has people of its own, and newcomers come to each group.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.config import Arm
from sim.scenario import Scenario
from sim.world.build import build_world
from sim.world.carve import carve_world

#: Traits that a person has wherever they sit.
OWN = ("key", "check_rate", "sociability", "match_content", "susceptibility", "price_weight", "type")
#: More people than this are not compared one by one.
MOST_PERSONS = 200_000


class OtherPeople(NamedTuple):
    """An arm whose people are not those of the first: persons who may come over the run, and how many of them are the same."""

    label: str
    persons: int
    common: int


def find_other_people(arms: Sequence[Arm], seed: int) -> list[OtherPeople]:
    """Arms whose people in the first replication are not those of the first arm; those who may come later count."""
    known: dict[str, np.ndarray] = {}

    def people(scenario: Scenario) -> np.ndarray:
        key = repr((scenario.population, scenario.member, scenario.openings, scenario.days + scenario.confirm_days))
        if key not in known:
            known[key] = _people(scenario, seed)
        return known[key]

    first, found = people(arms[0].composed.scenario), []
    for arm in arms[1:]:
        own = people(arm.composed.scenario)
        common = len(np.intersect1d(first, own, assume_unique=True)) if own is not first else len(own)
        if len(own) != len(first) or common < len(first):
            found.append(OtherPeople(arm.label, len(own), common))
    return found


def _people(scenario: Scenario, seed: int) -> np.ndarray:
    """Every person as one opaque value (their traits), sorted; without a group there are people all the same."""
    rows = []
    for number in range(scenario.population.programmes):
        traits = carve_world(build_world(scenario, seed, 0, number).array).traits
        table = np.stack([np.ascontiguousarray(traits[name]).astype(np.float64) for name in OWN], axis=1)
        rows.append(table.view(np.dtype((np.void, table.dtype.itemsize * len(OWN)))).ravel())
        if sum(map(len, rows)) > MOST_PERSONS:
            break
    found: np.ndarray = np.unique(np.concatenate(rows))
    return found
