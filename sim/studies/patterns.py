"""Scenario -> how its logs look beside what is known of real groups: P4 to P13 for a healthy group and a mixed population."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from sim.projections.patterns import PATTERNS, estimate_promotion_response
from sim.studies.runner import run_study
from sim.studies.study import save_table

#: What a mixed population of groups is made of: each strategy as often as the other (the mix is assumed).
MIXED = ("no_plan", "columns_and_perks", "kol_care", "strict_rules", "de_operation")
#: Promotions a day of the groups that P13 is measured on.
LOADS = (0, 1, 3, 6)
#: Acquaintances per member of the groups that P12 is measured on: contagion needs neighbours.
TIES = 6
REPLICATIONS = 12


def measure_patterns(
    overrides: list[str],
    *,
    folder: Path,
    workers: int | None = None,
    resume: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, pd.DataFrame]:
    """One table a population ("healthy", "mixed"): pattern, what, value, low, high, in_range, role, source by name.

    Values are medians over replications (mixed: over groups of all strategies). Parameters are the values as they are.
    """
    from sim.config import Arm, compose, replaced
    from sim.run import pattern_point

    def arm(label: str, *more: str) -> Arm:
        return Arm(label, {"population": label}, compose(replaced(overrides, more)))

    arms = [arm("healthy")]
    arms += [arm(f"mixed {name}", f"strategy={name}") for name in MIXED]
    arms += [arm(f"load {load}", "strategy=columns_and_perks", f"strategy.promotions_per_day={load}") for load in LOADS]
    arms += [arm("tied", f"scenario.population.ties_per_member={TIES}", "strategy=columns_and_perks")]
    study = run_study(
        arms,
        replications=REPLICATIONS,
        seed=arms[0].composed.seed,
        folder=folder,
        workers=workers,
        resume=resume,
        parameter_mode="fixed",
        task=pattern_point,
        progress=progress,
    )
    rows = study.replications
    loads = rows[rows["label"].str.startswith("load ")]
    responses = [
        estimate_promotion_response(of_one[["load", "response"]].to_dict("records"))
        for _, of_one in loads.groupby("replication")
    ]
    shared = {
        "promotion_response": float(np.nanmedian(responses)),
        "contagion": float(rows.loc[rows["label"] == "tied", "contagion"].median()),
    }
    tables = {population: _table(rows[rows["label"].str.startswith(population)], shared) for population in ("healthy", "mixed")}
    save_table(folder, "patterns", pd.concat(tables, names=["population"]).reset_index())
    return tables


def _table(rows: pd.DataFrame, shared: dict[str, float]) -> pd.DataFrame:
    table = pd.DataFrame([vars(pattern) for pattern in PATTERNS]).rename(columns={"key": "pattern"}).set_index("name")
    table.insert(2, "value", [shared[name] if name in shared else float(rows[name].median()) for name in table.index])
    inside = (table["value"] >= table["low"]) & (table["value"] <= table["high"])
    table.insert(5, "in_range", inside.astype("boolean").mask(table["value"].isna()))
    return table
