"""Arms and the ranges of their unknowns -> which of these move an outcome, or the lead of the best arm, by more than luck (Morris).

A trajectory moves every unknown once, one after the other, from a random place; what the outcome changes by is an elementary effect
(Morris 1991), reckoned for the whole range of the unknown. All points of a trajectory share their luck, and each is run LUCKS times, so
that what luck alone would show is known. A trajectory is keyed by its number: more of them leave those before as they were.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd
from scipy import stats

from sim.run import run_point
from sim.studies.intervals import estimate_mean_interval
from sim.studies.ledger import StudyError
from sim.studies.paired import side_of
from sim.studies.runner import find_customers, run_study
from sim.studies.study import save_table
from sim.studies.wages import pay
from sim.world.uncertainty import ranges_of

if TYPE_CHECKING:
    from sim.config import Arm
    from sim.scenario import Scenario

#: Places that an unknown takes in its range, and runs of each point.
LEVELS, LUCKS = 4, 2
#: Resamples of trajectories for the interval of sigma, and random signs of a test.
RESAMPLES, SIGNS = 1_000, 20_000
#: Share of the unknowns said to be beyond luck that may be luck.
FALSE: Final = 0.05
LEVEL: Final = 0.95
#: E|x| of a standard normal x.
MEAN_ABSOLUTE: Final = math.sqrt(2 / math.pi)


def unknowns_of(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """The unknowns of a scenario, each with the ends of its range."""
    return _unknowns(scenario.parameters, scenario.posterior)


@cache
def _unknowns(parameters: Any, posterior: bool) -> dict[str, tuple[float, float]]:
    known: Any = SimpleNamespace(parameters=parameters, posterior=posterior)
    return {name: ends for name, ends in ranges_of(known).items() if ends[0] < ends[1]}


@cache
def trajectory(unknowns: int, seed: int, number: int) -> np.ndarray:
    """Points [unknowns + 1, unknowns] in the unit cube, each with one unknown moved against the one before."""
    from SALib.sample import morris  # late: it loads slowly

    problem = {"num_vars": unknowns, "names": [f"x{place}" for place in range(unknowns)], "bounds": [[0.0, 1.0]] * unknowns}
    points: np.ndarray = morris.sample(problem, 1, num_levels=LEVELS, seed=np.random.default_rng([seed, number]))
    return points


def screened_point(scenario: Scenario, *, seed: int, replication: int, world: int | None = None) -> dict[str, Any]:
    """One life of one point of a trajectory as a row of a study; the number of the replication says which."""
    ranges = unknowns_of(scenario)
    point, luck = divmod(replication, LUCKS)
    number, step = divmod(point, len(ranges) + 1)
    place = trajectory(len(ranges), seed, number)[step]
    values = {name: low + (high - low) * float(one) for (name, (low, high)), one in zip(ranges.items(), place, strict=True)}
    scenario = dataclasses.replace(
        scenario, parameters=dataclasses.replace(scenario.parameters, **values), posterior=False
    )  # fmt: skip
    return run_point(scenario, seed=seed, replication=number * LUCKS + luck) | {"lifetimes": []}


def screen(
    arms: Sequence[Arm],
    outcome: str,
    *,
    wages: Literal["minutes", "contract"] = "minutes",
    trajectories: int,
    folder: Path,
    workers: int | None = None,
    resume: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Live all points, save and return the table `morris`: see `judge_effects`. Raises StudyError."""
    scenario, seed = arms[0].composed.scenario, arms[0].composed.seed
    ranges = unknowns_of(scenario)
    if any(list(unknowns_of(arm.composed.scenario)) != list(ranges) for arm in arms):
        raise StudyError("method=morris: arms with different unknowns cannot be screened together")
    beside, own = find_customers(arms) if outcome == "adds" else ([], ())
    customers = [
        dataclasses.replace(arms[0], label=f"customers {number}", settings={}, composed=one) for number, one in enumerate(beside)
    ]  # fmt: skip
    simulated = run_study(
        [*arms, *customers],
        replications=trajectories * (len(ranges) + 1) * LUCKS,
        seed=seed,
        folder=folder,
        workers=workers,
        resume=resume,
        parameter_mode="fixed",
        task=screened_point,
        progress=progress,
    )
    read = "net_income" if outcome == "adds" else outcome
    wide = (
        pay(simulated.replications, wages).pivot(index="replication", columns="arm", values=read).sort_index().to_numpy(float)
    )
    values = wide[:, : len(arms)] - (wide[:, list(own)] if own else 0)
    points = np.stack([trajectory(len(ranges), seed, number) for number in range(trajectories)])
    table = judge_effects(points, values, [arm.label for arm in arms], ranges, outcome)
    save_table(folder, "morris", table)
    return table


def cost_of(arms: Sequence[Arm], trajectories: int) -> dict[str, int]:
    """What a screening simulates, by name."""
    unknowns = len(unknowns_of(arms[0].composed.scenario))
    runs = trajectories * (unknowns + 1) * LUCKS
    return {"unknowns": unknowns, "trajectories": trajectories, "lucks": LUCKS, "runs": runs, "arms": len(arms)}


def judge_effects(
    points: np.ndarray, values: np.ndarray, labels: Sequence[str], ranges: dict[str, tuple[float, float]], outcome: str
) -> pd.DataFrame:
    """One row an arm and unknown, the largest effect first; the lead of the best arm over the next best comes first of all.

    points: [T, P + 1, P] in the unit cube; values: [T x (P + 1) x LUCKS, arms] in that order; arms without a value are left out.
    label, rival: the arm, or the best and what it leads (rival is empty for an arm by itself). mu, mu_star, sigma: mean, mean size and
    spread of the elementary effects (SALib; Campolongo et al. 2007), for the whole range, gains for a lead; with 95 % intervals
    over trajectories. luck: mu_star that luck alone would show; q: of `find_chances`; beyond: whether it is FALSE at most.
    """
    count, steps, _ = points.shape
    shaped = values.reshape(count, steps, LUCKS, -1)
    there = [arm for arm in range(len(labels)) if np.isfinite(values[:, arm]).all()]
    if not there:
        raise StudyError(f"method=morris: {outcome}: no arm has a value in all points; judge by another outcome")
    side = side_of(outcome)
    order = sorted(there, key=lambda arm: -side * float(values[:, arm].mean()))
    subjects = [(labels[arm], "", shaped[..., arm]) for arm in there]
    if len(order) > 1:
        lead = side * (shaped[..., order[0]] - shaped[..., order[1]])
        subjects.insert(0, (labels[order[0]], labels[order[1]], lead))
    parts = [_effects(points, y, ranges).assign(label=label, rival=rival, mean=float(y.mean())) for label, rival, y in subjects]
    table = pd.concat(parts, ignore_index=True).assign(outcome=outcome)
    return table[["outcome", "label", "rival", "mean", *(name for name in parts[0] if name not in ("label", "rival", "mean"))]]


def find_effects(points: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Elementary effects [T, P, ...] of values [T, P + 1, ...]: the change over the step of the one unknown that moved."""
    steps = np.diff(points, axis=1)
    moved = np.abs(steps).argmax(axis=2)
    step = np.take_along_axis(steps, moved[..., None], axis=2)[..., 0]
    changes = np.diff(y, axis=1) / step.reshape(*step.shape, *[1] * (y.ndim - 2))
    found: np.ndarray = np.empty_like(changes)
    for number, places in enumerate(moved):
        found[number, places] = changes[number]
    return found


def find_chances(effects: np.ndarray) -> np.ndarray:
    """False discovery rates [P] (Benjamini & Hochberg 1995) at which each unknown moves the outcome at all; effects: [T, P, 2].

    Where it does not, its effects under the two lucks owe each other nothing, and their product is as often below nothing as above: a test by
    random signs of the products, right whatever the law of the luck. Unknowns that never moved anything are none of the many.
    """
    products = effects.prod(axis=2)
    acts = (effects != 0).any(axis=(0, 2))
    signs = np.random.default_rng(0).choice((-1.0, 1.0), size=(SIGNS, len(products)))
    seen = products.sum(axis=0)
    more = (signs @ products >= seen - 1e-12 * np.abs(products).sum(axis=0)).sum(axis=0)
    found = np.ones(len(acts))
    if acts.any():
        found[acts] = stats.false_discovery_control((1 + more[acts]) / (1 + SIGNS))
    return found


def _effects(points: np.ndarray, y: np.ndarray, ranges: dict[str, tuple[float, float]]) -> pd.DataFrame:
    from SALib.analyze import morris

    count, steps, unknowns = points.shape
    by_luck = find_effects(points, y)
    effects = by_luck.mean(axis=2)
    problem = {"num_vars": unknowns, "names": list(ranges), "bounds": [[0.0, 1.0]] * unknowns}
    flat = y.mean(axis=2).reshape(count * steps)
    told = morris.analyze(problem, points.reshape(count * steps, unknowns), flat, num_levels=LEVELS, num_resamples=2, seed=0)
    low, high = estimate_mean_interval(np.abs(effects), LEVEL)
    drawn = effects[np.random.default_rng(0).integers(count, size=(RESAMPLES, count))].std(axis=1, ddof=1)
    ends = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    luck = MEAN_ABSOLUTE * np.sqrt(by_luck.var(axis=2, ddof=1).mean(axis=0) / LUCKS)
    star = np.asarray(told["mu_star"], float)
    low, high = np.maximum(np.where(np.isnan(low), star, low), 0), np.where(np.isnan(high), star, high)
    table = pd.DataFrame(
        {"name": list(ranges), "low": [one for one, _ in ranges.values()], "high": [one for _, one in ranges.values()],
         "mu": np.asarray(told["mu"], float), "mu_star": star, "mu_star_low": low, "mu_star_high": high,
         "sigma": np.asarray(told["sigma"], float), "sigma_low": ends[0], "sigma_high": ends[1], "luck": luck,
         "q": (chance := find_chances(by_luck)), "beyond": chance <= FALSE}
    )  # fmt: skip
    return table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)
