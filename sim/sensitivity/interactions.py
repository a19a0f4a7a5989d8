"""The unknowns that matter most -> Sobol indices of a surface through the worlds, first order and total."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from sim.fitting.surrogate import fit_surrogate

#: Unknowns of one surface; points of the Sobol sequence; least share of unseen worlds' variance that a surface must foretell.
MOST: Final = 8
POINTS: Final = 1024
FORETOLD: Final = 0.3


class Interactions(NamedTuple):
    """Indices by unknown (name, first, first_error, total, total_error) and the R^2 of the surface on unseen worlds."""

    table: pd.DataFrame
    foretold: float


def find_interactions(u: np.ndarray, gains: np.ndarray, names: list[str], seed: int = 0) -> Interactions:
    """Sobol indices (Saltelli et al. 2010, by SALib) of a quadratic surface in scaled unknowns [W, k], as if they were independent.

    R^2 counts luck against the surface, which it cannot foretell. Below FORETOLD there is no table: the surface is not to be believed.
    """
    from SALib.analyze import sobol as analysis  # late: they load slowly
    from SALib.sample import sobol as design

    unit = (u + 1) / 2
    surface = fit_surrogate(unit, gains[:, None])
    foretold = float(surface.foretold[0])
    empty = pd.DataFrame(columns=["name", "first", "first_error", "total", "total_error"])
    if foretold < FORETOLD:
        return Interactions(empty, foretold)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    points = design.sample(problem, POINTS, calc_second_order=False, seed=seed)
    found = analysis.analyze(problem, surface.predict(points)[:, 0], calc_second_order=False, seed=seed)
    table = pd.DataFrame(
        {
            "name": names,
            "first": found["S1"],
            "first_error": found["S1_conf"],
            "total": found["ST"],
            "total_error": found["ST_conf"],
        }
    )
    return Interactions(table, foretold)
