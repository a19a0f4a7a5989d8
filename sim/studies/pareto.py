"""Outcome means of the arms -> which arms no other arm beats in everything that counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.projections.outcomes import OUTCOMES

#: What counts, and whether more of it is better: survival, net income, staff hours.
OBJECTIVES = {name: OUTCOMES[name].direction == "higher" for name in ("alive_days", "net_income", "staff_hours")}
_WORST = -1e200  # finite, so that it can be left out of a mean


def on_front(table: pd.DataFrame, objectives: dict[str, bool] | None = None) -> np.ndarray:
    """Booleans (rows,): no other row is as good in every objective and better in one. NaN counts as worst of all."""
    return _front(_merits(table, objectives or OBJECTIVES))


def estimate_front_share(
    replications: pd.DataFrame, objectives: dict[str, bool] | None = None, *, draws: int = 500, seed: int = 0
) -> np.ndarray:
    """Shares (arms,): how often an arm is on the front when the worlds of the study are drawn anew, with replacement.

    All arms keep the same worlds in a draw, so the pairing is kept. With one world its replications are drawn instead.
    Arms are in the order of their numbers. NaN where fewer than two clusters exist.
    """
    objectives = objectives or OBJECTIVES
    cluster = "world" if replications.world.nunique() > 1 else "replication"
    table = replications.reindex(columns=["arm", cluster, *objectives])
    sums = table.groupby([cluster, "arm"])[list(objectives)].sum(min_count=1)
    clusters, arms = table[cluster].nunique(), table.arm.nunique()
    if clusters < 2:
        return np.full(arms, np.nan)
    merits = _merits(sums, objectives).reshape(clusters, arms, len(objectives))
    counts = table.groupby([cluster, "arm"]).size().to_numpy().reshape(clusters, arms, 1)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(clusters, np.full(clusters, 1 / clusters), size=draws)
    share = np.zeros(arms)
    for weight in weights:
        share += _front(np.tensordot(weight, merits, 1) / np.tensordot(weight, counts, 1))
    return share / draws


def _merits(table: pd.DataFrame, objectives: dict[str, bool]) -> np.ndarray:
    """Values (rows, objectives), more is better."""
    values = table.reindex(columns=list(objectives)).to_numpy(float)
    return np.where(np.isnan(values), _WORST, values * np.where(list(objectives.values()), 1.0, -1.0))


def _front(merits: np.ndarray) -> np.ndarray:
    merits = np.round(merits, 9)  # the last bits of a mean depend on the order of its summands
    front = np.empty(len(merits), bool)
    for row, mine in enumerate(merits):
        front[row] = not ((merits >= mine).all(axis=1) & (merits > mine).any(axis=1)).any()
    return front
