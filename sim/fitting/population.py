"""A vector of parameters -> a mixed population of groups, simulated for half a year -> every figure of the targets.

The mix is the same in every evaluation. Luck is not: each group of each evaluation has a replication of its own.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, SECOND
from sim.fitting.priors import COLUMNS
from sim.fitting.targets import TARGETS
from sim.projections.contagion import estimate_contagion
from sim.projections.conversation import NAN, Talk, describe_talk, estimate_daily_cycle, find_talk
from sim.projections.economics import repurchase_rate
from sim.projections.patterns import TWELVE_WEEKS, find_shares_of_members, joined_by
from sim.projections.population import describe_life, measure_population
from sim.projections.rows import Moves, Rows, distinct, pair, project_groups, project_moves, read_rows
from sim.projections.texture import measure_texture
from sim.run import Run, simulate
from sim.scenario import Scenario
from sim.studies.mixed import group_words
from sim.world.build import build_world, tie_pairs

#: Days that are simulated, and those in which orders are counted.
DAYS, ORDERS_BY = 180, 90
#: Third month, in which members who still open the group are counted.
MONTH3: Final = (60, 90)
#: A person of one group is none of another: numbers of persons of group i begin at i times this.
PERSONS = 1_000_000
#: Figures of a conversation that are medians over groups, over the first twelve weeks.
_OF_TALK: Final = (
    "gini_posters", "zipf", "burstiness", "memory", "unanswered", "thread_size", "branching", "reply_minutes", "reply_over_hour",
    "first_answered", "again_answered", "again_unanswered", "again_gap", "never_posted",
    "gini_members", "top10_members",
)  # fmt: skip


@dataclass(frozen=True)
class Population:
    """The groups of an evaluation, and the vectors of a wave: evaluation n runs under row n of `vectors` [n, COLUMNS]. Other
    parameters are as in the groups. Its luck is that of the evaluations from number `first` on."""

    groups: tuple[Scenario, ...]
    vectors: np.ndarray
    first: int = 0

    @property
    def digest(self) -> str:
        """Over the vectors, so that another wave is another study."""
        return hashlib.blake2b(np.ascontiguousarray(self.vectors).tobytes(), digest_size=16).hexdigest()


def compose_population(parameters: str = "by_hand") -> tuple[Scenario, ...]:
    """The groups as scenarios, under the parameters of that name."""
    from sim.config import compose_all

    points = [[*words, f"days={DAYS}", "confirm_days=0", f"parameters={parameters}"] for words in group_words()]
    return tuple(composed.scenario for composed in compose_all(points))


def evaluate_point(population: Population, *, seed: int, replication: int, world: int | None = None) -> dict[str, Any]:
    """One evaluation as a row of a wave: every figure of the targets by its name, and a digest over the logs of its groups."""
    values = dict(zip(COLUMNS, population.vectors[replication].tolist(), strict=True))
    first, lives = (population.first + replication) * len(population.groups), []
    for place, scenario in enumerate(population.groups):
        own = dataclasses.replace(scenario, parameters=dataclasses.replace(scenario.parameters, **values))
        lives.append(observe(simulate(own, seed=seed, replication=first + place), seed=seed, replication=first + place))
    total = hashlib.blake2b("".join(life.digest for life in lives).encode(), digest_size=16).hexdigest()
    return summarise(lives) | {"digest": total, "lifetimes": []}


@dataclass(frozen=True)
class Life:
    """What is kept of the log of one group: its talk over all days, figures of its own, and counts that are added up."""

    digest: str
    talk: Talk
    figures: Mapping[str, float]
    counts: Mapping[str, float]


def observe(simulated: Run, *, seed: int, replication: int) -> Life:
    """What a fit looks at in one run of one group."""
    rows = read_rows(simulated.log)
    (number, talk), *_ = find_talk(rows).items()
    early = find_talk(rows, TWELVE_WEEKS)[number]
    moves, groups = project_moves(rows), project_groups(rows)
    figures = describe_talk(early) | find_shares_of_members(early, joined_by(moves, number, TWELVE_WEEKS * DAY))
    figures["again_gap"] = figures["again_answered"] - figures["again_unanswered"]
    edges = tie_pairs(build_world(simulated.scenario, seed, replication, 0).array)
    figures["contagion"] = estimate_contagion(moves, groups, edges, TWELVE_WEEKS * DAY)
    week = np.bincount((talk.seconds * SECOND // (7 * DAY)).astype(int), minlength=3)
    left = (moves.kind == kinds.MEMBER_LEFT) & ~moves.moved
    muted = moves.kind == kinds.GROUP_MUTED
    joined, since = joined_by(moves, number, DAYS * DAY)
    tenure = moves.time[muted] - since[np.searchsorted(joined, moves.person[muted])]
    counts = {
        "week1": float(week[0]), "week2": float(week[1]),
        "week3": float(week[2]), "left": float(left.sum()), "muted": float(muted.sum()),
        "muted_first_week": float((tenure < 7 * DAY).sum()),
    }  # fmt: skip
    return Life(simulated.log.digest, talk, figures, counts | _openings(simulated, moves, number) | _orders(simulated, rows))


def summarise(lives: list[Life]) -> dict[str, float]:
    """Every figure of the targets by its name; NaN where nothing can be said."""
    talks = [life.talk._replace(sender=life.talk.sender + PERSONS * place) for place, life in enumerate(lives)]
    texture = measure_texture(talks, stretches=len(lives))
    count = {name: np.array([life.counts[name] for life in lives]) for name in lives[0].counts}
    found = {name: _median(life.figures[name] for life in lives) for name in (*_OF_TALK, "contagion", "posts_per_active_day")}
    found["peak_hour"], found["peak_to_trough"] = estimate_daily_cycle(np.concatenate([talk.seconds for talk in talks]))
    found |= {
        "muted_per_left": _ratio(count["muted"].sum(), count["left"].sum()),
        "muted_first_week": _ratio(count["muted_first_week"].sum(), count["muted"].sum()),
        "opened_month3": _ratio(count["opened"].sum(), count["could_open"].sum()),
        "week2_kept": _ratio(count["week2"].sum(), count["week1"].sum()),
        "week3_kept": _ratio(count["week3"].sum(), count["week1"].sum()),
        "repurchase": _ratio(count["rebuyers"].sum(), count["buyers"].sum()),
    }
    every = texture | found | measure_population([describe_life(talk) for talk in talks])
    return {target.name: every[target.name] for target in TARGETS}


def _openings(simulated: Run, moves: Moves, group: int) -> dict[str, float]:
    """Days of the third month on which members opened the group, and could have."""
    events = simulated.log.events
    inside = (events["kind"] == kinds.GROUP_CHECKED) & (events["time"] >= MONTH3[0] * DAY) & (events["time"] < MONTH3[1] * DAY)
    looks = events[inside & (events["group"] == group)]
    opened = distinct(pair((looks["time"] // DAY).astype(np.int64), looks["actor"]))
    own = moves.group == group
    before = moves.time[own][:, None] < (np.arange(*MONTH3) * DAY)[None, :]
    return {"opened": float(len(opened)), "could_open": float(moves.members[own] @ before.sum(axis=1))}


def _orders(simulated: Run, rows: Rows) -> dict[str, float]:
    """Buyers among the guests of restaurants and those who bought again, first 90 days."""
    if simulated.scenario.name != "restaurant":
        return {"buyers": 0.0, "rebuyers": 0.0}
    ordered = (rows.kind == kinds.ORDER_PLACED) & (rows.events["time"] < ORDERS_BY * DAY)
    buyers, share = repurchase_rate(rows.events["actor"][ordered])
    return {"buyers": float(buyers), "rebuyers": buyers * share if buyers else 0.0}


def _ratio(above: float, below: float) -> float:
    return float(above) / float(below) if below else NAN


def _median(values: Any) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.median(known)) if known else NAN
