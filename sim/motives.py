"""A run and a row at which somebody mutes or leaves -> the terms of the hazard at that moment, from the replayed state."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, NONE
from sim.kernel.replay import replay
from sim.kernel.submodels.debut import STAYING
from sim.kernel.submodels.doubts import QUESTIONS
from sim.scenario import Scenario
from sim.world.build import build_state, build_world
from sim.world.carve import carve_state, carve_world


def find_terms(
    events: np.ndarray, place: int, scenario: Scenario, *, seed: int, replication: int, programme: int = 0
) -> dict[str, float]:
    """Reason -> the factor by which it raises the hazard of leaving above that of a content member of long standing.

    events: EVENT_DTYPE [n] of one programme; place: of a GROUP_MUTED or MEMBER_LEFT. The strongest is the reason in the row, where
    it is at least five percent (`sim.kernel.submodels.reasons`, docs/model.md). Raises LogError for rows of no such run.
    """
    world = build_world(scenario, seed, replication, programme)
    tables = carve_state(replay(events[:place], world.array, build_state(world, scenario)))
    now = carve_world(world.array).parameters
    row = events[place]
    who, channel = int(row["actor"]), int(row["group"])
    person, member = tables.persons[who], _seat(tables.members, who, channel)
    value = float(now["hazard_value"])
    drags = {name: float(member[f"drag_{name}"]) for name in ("adverts", "sales", "overload", "neglect")}
    lost = sum(drags.values())
    days = (int(row["time"]) - int(member["joined_at"])) / DAY
    known = (member["value"] > now["value_start"]) + (member["warmth"] > now["warmth_start"])
    known += bool(tables.channels[channel]["rules"] or member["debut"] == STAYING)
    restless = float(now["tenure_gain"]) * (1.0 + float(now["doubt_leave"]) * (1.0 - float(known) / QUESTIONS))
    logs = {name: value * drag for name, drag in drags.items()} | {
        "anger": float(now["hazard_loss"]) * float(person["loss"] + person["anger"]),
        "acquaintance": math.log(1.0 + float(now["contagion"]) * float(member["left_near"])),
        "boredom": value * (float(now["value_start"]) - float(member["value"]) - lost),
        "newness": math.log(1.0 + restless * math.exp(-days / float(now["tenure_days"]))),
    }
    return {name: math.exp(term) for name, term in sorted(logs.items(), key=lambda one: -one[1])}


def strongest(terms: dict[str, float]) -> str:
    """The reason that a row would hold: the strongest term, `none` where all are below five percent."""
    name = next(iter(terms))
    return name if math.log(terms[name]) > 0.05 else kinds.REASONS[0]


def _seat(members: Any, person: int, channel: int) -> Any:
    """The latest membership of a person in a channel."""
    seat, found = person, person
    while seat != NONE:
        if members[seat]["channel"] == channel:
            found = seat
        seat = int(members[seat]["next"])
    return members[found]
