"""Waves of evaluations -> surfaces -> a posterior; then what it foretells, which vector is published, and whether it is calibrated.

Every stage is a study of its own below the folder of the fit, on the runner of all studies: each evaluation is sealed when it is done, and
nothing depends on the number of workers. A fit that was interrupted goes on with the same command and `resume`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from sim.config import Arm
from sim.fitting.calibration import Trial, calibrate_point, tabulate_ranks
from sim.fitting.population import Population, compose_population, evaluate_point
from sim.fitting.priors import COLUMNS, LITERATURE, PRIORS, to_columns, to_vectors
from sim.fitting.sampler import flat, root_key, sample
from sim.fitting.surrogate import FOLDS, Surrogate, fit_surrogate
from sim.fitting.targets import FITTED, TARGETS, TOLERANCE
from sim.studies.ledger import write_whole
from sim.studies.runner import run_study

#: Below it the posterior has told a parameter, from it on in part; from the other on it has not (posterior over prior sd).
IDENTIFIED, PARTLY = 0.5, 0.8
#: Pairs whose posterior correlation is larger trade off.
TRADE: Final = 0.4
#: Digits that are kept of a published value.
DIGITS: Final = 3

#: The name of a stage -> what its progress (done, total) is told to, as long as the stage runs.
Watch = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


@dataclass(frozen=True)
class Sizes:
    """How much is done: evaluations of each wave, vectors of the posterior that are published and run, vectors that stand for
    election and how often each is run, how often the elected one and the one set by hand are, and truths of each calibration."""

    waves: tuple[int, ...] = (800, 450, 450)
    posterior: int = 200
    finalists: int = 6
    heats: int = 8
    verification: int = 25
    truths: int = 200


#: To see how it goes: too few evaluations to believe anything.
QUICK: Final = Sizes(waves=(60, 40, 40), posterior=8, finalists=2, heats=2, verification=2, truths=10)


@dataclass(frozen=True)
class Stage:
    """A study of a fit, as the runner asks for it."""

    scenario: Population | Trial
    plain: Mapping[str, Any]
    told: str
    overrides: tuple[str, ...] = ()


@dataclass
class Fit:
    """A fit at work: its folder and what every stage shares."""

    folder: Path
    seed: int
    sizes: Sizes
    workers: int | None
    resume: bool
    watch: Watch
    groups: tuple[Any, ...]

    def evaluate(self, name: str, columns: np.ndarray, first: int) -> pd.DataFrame:
        """The figures of evaluations under rows of `COLUMNS`: one row each, in order."""
        population = Population(self.groups, columns, first)
        return self._run(name, population, {"vectors": population.digest, "first": first}, len(columns), evaluate_point)

    def calibrate(self, name: str, trial: Trial) -> pd.DataFrame:
        """The ranks of truths."""
        return self._run(name, trial, {"trial": trial.digest}, len(trial.truths), calibrate_point)

    def _run(self, name: str, scenario: Any, plain: dict[str, Any], number: int, task: Callable[..., Any]) -> pd.DataFrame:
        folder, started = self.folder / name, time.perf_counter()
        told = f"groupalive fit --out {self.folder.name} --resume # {name}:"
        with self.watch(name) as progress:
            study = run_study(
                [Arm(name, {}, Stage(scenario, plain, told))],  # type: ignore[arg-type]
                replications=number,
                seed=self.seed,
                folder=folder,
                workers=self.workers,
                resume=self.resume and folder.exists(),
                parameter_mode="fixed",
                task=task,
                progress=progress,
            )
        self._note(name, time.perf_counter() - started)
        return study.replications

    def _note(self, name: str, seconds: float) -> None:
        """Adds to the seconds that a stage took, over all times it was gone on with."""
        path = self.folder / "seconds.json"
        known = json.loads(path.read_text("utf-8")) if path.exists() else {}
        known[name] = round(known.get(name, 0.0) + seconds, 1)
        write_whole(path, json.dumps(known, indent=1).encode())


def run_fit(
    folder: Path,
    *,
    seed: int = 1,
    sizes: Sizes | None = None,
    workers: int | None = None,
    resume: bool = False,
    watch: Watch | None = None,
) -> dict[str, pd.DataFrame]:
    """Does a whole fit in `folder` and writes its tables there, as csv and by name; see `tabulate` for them.

    Raises StudyError, one line, where the folder holds another fit or cannot be written.
    """
    sizes = sizes or Sizes()
    folder.mkdir(parents=True, exist_ok=True)
    fit = Fit(folder, seed, sizes, workers, resume, watch or _unwatched, compose_population())
    starts = [0, *accumulate((*sizes.waves, sizes.posterior, sizes.finalists * sizes.heats, sizes.verification))]
    units, figures, surrogates = [], [], []
    points = hypercube(sizes.waves[0], root_key(seed, 0))
    for wave, number in enumerate(sizes.waves):
        units.append(points)
        figures.append(fit.evaluate(f"wave{wave + 1}", to_columns(points), starts[wave]))
        # All waves, not the latest: surfaces of few and narrow points are flat where these do not reach, and the posterior leaks there.
        surrogates.append(fit_surrogate(np.vstack(units), scaled(pd.concat(figures)), latest=number))
        after = sizes.waves[wave + 1] if wave + 1 < len(sizes.waves) else 4 * sizes.posterior
        points = posterior(surrogates[-1], after, root_key(seed, wave + 1))
    published = points[:: len(points) // sizes.posterior][: sizes.posterior]
    foretold = fit.evaluate("posterior", to_columns(published), starts[len(sizes.waves)])
    vector = elect(fit, surrogates[-1], published, starts[len(sizes.waves) + 1])
    last = starts[len(sizes.waves) + 2]
    verified = fit.evaluate("fitted", np.tile(vector, (sizes.verification, 1)), last)
    before = fit.evaluate("by_hand", np.tile(by_hand_columns(fit.groups), (sizes.verification, 1)), last)
    ranks = {
        "prior": fit.calibrate("calibration_prior", _trial(units[:1], figures[:1], sizes.truths, None)),
        "posterior": fit.calibrate(
            "calibration_posterior", _trial(units, figures, sizes.truths, surrogates[-2] if len(units) > 1 else None)
        ),
    }
    tables = tabulate(points, published, vector, surrogates[-1], figures[0], foretold, verified, before, ranks)
    for name, table in tables.items():
        write_whole(folder / f"{name}.csv", table.to_csv(index=False, lineterminator="\n").encode())
    return tables


def _unwatched(name: str) -> AbstractContextManager[Callable[[int, int], None]]:
    return nullcontext(lambda done, total: None)


def hypercube(number: int, root: int) -> np.ndarray:
    """`number` points of the unit cube, one in each of as many slices of every parameter (McKay, Beckman & Conover 1979)."""
    order = np.argsort(flat(root, 0, (number, len(PRIORS))), axis=0, kind="stable")
    rank = np.argsort(order, axis=0, kind="stable")
    found: np.ndarray = (rank + flat(root, 1, (number, len(PRIORS)))) / number
    return found


def scaled(rows: pd.DataFrame) -> np.ndarray:
    """The fitted figures of evaluations in half-ranges from the middle, [n, figures]."""
    return np.column_stack([target.scaled(rows[target.name].to_numpy()) for target in FITTED])


def posterior(surrogate: Surrogate, number: int, root: int) -> np.ndarray:
    """Points of the posterior, [number, parameters] of the unit cube: the middle of every target is what was seen."""
    seen = np.zeros(len(FITTED))
    return sample(lambda unit: surrogate.log_likelihood(unit, seen, TOLERANCE), len(PRIORS), points=number, root=root)


def elect(fit: Fit, surrogate: Surrogate, published: np.ndarray, first: int) -> np.ndarray:
    """The row of `COLUMNS` that is published as one vector: of the likeliest of the posterior, rounded, the one whose fitted figures
    are nearest to their middles in evaluations of its own."""
    likely = surrogate.log_likelihood(published, np.zeros(len(FITTED)), TOLERANCE)
    chosen = published[np.argsort(-likely, kind="stable")[: fit.sizes.finalists]]
    rows = np.vectorize(rounded)(to_columns(chosen))
    simulated = scaled(fit.evaluate("finalists", np.repeat(rows, fit.sizes.heats, axis=0), first))
    means = np.nanmean(simulated.reshape(len(chosen), fit.sizes.heats, -1), axis=1)
    best: np.ndarray = rows[int((means**2).sum(axis=1).argmin())]
    return best


def rounded(value: float) -> float:
    """To DIGITS significant digits."""
    return float(f"{value:.{DIGITS}g}")


def by_hand_columns(groups: tuple[Any, ...]) -> np.ndarray:
    """The row of `COLUMNS` of the parameters that the groups have, all laws as they stand there."""
    return np.array([getattr(groups[0].parameters, name) for name in COLUMNS], float)


def _trial(units: list[np.ndarray], figures: list[pd.DataFrame], truths: int, before: Surrogate | None) -> Trial:
    """The first evaluations of the last of these waves as truths, each with surfaces through all others but a fifth that it is in."""
    unit, seen = np.vstack(units), scaled(pd.concat(figures))
    earlier, latest = len(unit) - len(units[-1]), len(units[-1])
    part = np.r_[np.full(earlier, FOLDS), np.arange(latest) % FOLDS]
    whole = np.isfinite(seen).all(axis=1)
    places = [np.flatnonzero((part == fold) & whole) for fold in range(FOLDS)]
    least = min(truths // FOLDS, *map(len, places))
    chosen = np.column_stack([mine[:least] for mine in places]).ravel()  # row modulo FOLDS is the part
    surrogates = tuple(
        fit_surrogate(unit[part != fold], seen[part != fold], latest=int(((part != fold) & (part < FOLDS)).sum()))
        for fold in range(FOLDS)
    )
    return Trial(unit[chosen], seen[chosen], surrogates, before)


def tabulate(
    points: np.ndarray,
    published: np.ndarray,
    vector: np.ndarray,
    surrogate: Surrogate,
    first: pd.DataFrame,
    foretold: pd.DataFrame,
    verified: pd.DataFrame,
    before: pd.DataFrame,
    ranks: Mapping[str, pd.DataFrame],
) -> dict[str, pd.DataFrame]:
    """The tables of a fit by name.

    posterior: one row a vector. parameters: name, low, high (of the prior), value (published), mean, q05, q95 (of the posterior), ratio
    (of its standard deviation to the prior's, on the scale of the prior), verdict (identified | partly | not). trades: pairs and their
    correlation. targets: name, half, low, high, by_hand, fitted (means), fitted_sd, q05, q95 (foretold by the posterior), verdict (in |
    near | out) of both, reach_low, reach_high (98 % of the first wave: what the prior can do at all), surface_r2. calibration:
    ranks of each parameter under the prior and under the posterior of the wave before the last.
    """
    values = to_vectors(points)
    spread = points.std(axis=0) * np.sqrt(12)
    verdict = np.where(spread < IDENTIFIED, "identified", np.where(spread < PARTLY, "partly", "not"))
    parameters = pd.DataFrame(
        {
            "parameter": [prior.name for prior in PRIORS],
            "low": [prior.low for prior in PRIORS],
            "high": [prior.high for prior in PRIORS],
            "log": [prior.log for prior in PRIORS],
            "value": vector[: len(PRIORS)],
            "mean": values.mean(axis=0),
            "q05": np.quantile(values, 0.05, axis=0),
            "q95": np.quantile(values, 0.95, axis=0),
            "ratio": spread,
            "verdict": verdict,
        }
    )
    correlation = np.corrcoef(points.T)
    pairs = [(i, j) for i, j in zip(*np.triu_indices(len(PRIORS), 1), strict=True) if abs(correlation[i, j]) > TRADE]
    trades = pd.DataFrame(
        [(PRIORS[i].name, PRIORS[j].name, correlation[i, j]) for i, j in sorted(pairs, key=lambda ij: -abs(correlation[ij]))],
        columns=["parameter", "other", "correlation"],
    )
    rows = []
    surface = dict(zip((target.name for target in FITTED), surrogate.foretold, strict=True))
    for target in TARGETS:
        old, new, draws = (float(np.nanmean(table[target.name])) for table in (before, verified, foretold))
        rows.append(
            {"target": target.name, "half": target.half, "low": target.low, "high": target.high, "by_hand": old,
             "by_hand_verdict": judge(old, target.low, target.high), "fitted": new,
             "fitted_sd": float(np.nanstd(verified[target.name])), "fitted_verdict": judge(new, target.low, target.high),
             "posterior_mean": draws, "q05": float(np.nanquantile(foretold[target.name], 0.05)),
             "q95": float(np.nanquantile(foretold[target.name], 0.95)),
             "inside": float(foretold[target.name].between(target.low, target.high).mean()),
             "reach_low": float(np.nanquantile(first[target.name], 0.01)),
             "reach_high": float(np.nanquantile(first[target.name], 0.99)),
             "surface_r2": surface.get(target.name, np.nan), "source": target.source}
        )  # fmt: skip
    calibration = pd.concat([tabulate_ranks(table).assign(before=name) for name, table in ranks.items()])
    table = pd.DataFrame(to_columns(published), columns=list(COLUMNS))[[prior.name for prior in PRIORS]]
    fixed = pd.DataFrame({"parameter": list(LITERATURE), "value": list(LITERATURE.values())})
    return {"posterior": table, "parameters": parameters, "trades": trades, "targets": pd.DataFrame(rows), "calibration": calibration,
            "fixed": fixed}  # fmt: skip


def judge(value: float, low: float, high: float) -> str:
    """in: inside the range; near: no farther than half of it outside; else out. Missing where there is no value."""
    if value != value:
        return "missing"
    away = max(low - value, value - high, 0.0)
    return "in" if away == 0 else "near" if away <= (high - low) / 2 else "out"


def fitted_yaml(vector: Mapping[str, float]) -> str:
    """The text of `parameters=fitted`: those set by hand with these values in place of their own, its worlds drawn from the posterior."""
    lines = [
        "# What the joint fit gave, docs/fit.md; all else as set by hand",
        "defaults: [by_hand, _self_]",
        "mode: posterior",
    ]
    return "\n".join([*lines, *(f"{name}: {value:.{DIGITS}g}" for name, value in vector.items())]) + "\n"
