"""Which rules carry the result? Each is taken away in turn, and the adverts-only group is set against the cared-for one.

python experiments/ablation.py [FOLDER] [REPLICATIONS]: writes ablation.csv into the folder (default outputs/ablation).
Parameters are held at their values, so that only the rule in question changes; people and luck are the same in every arm.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from sim.parameters import SUBMODELS

#: What is taken away -> the settings that do it.
RULES = {
    "nothing": [],
    **{name: [f"parameters.without=[{name}]"] for name in SUBMODELS},
    "acquaintances": ["scenario.population.ties_per_member=0"],
    "newcomers (walk-ins, referrals)": ["scenario.population.walk_ins_per_day=0", "scenario.population.reservoir=0"],
}  # fmt: skip
STRATEGIES = ("no_plan", "kol_care")


def measure(folder: Path, replications: int) -> pd.DataFrame:
    """One row a rule: mean days alive of both strategies and their paired difference with its 95 % interval."""
    from sim.config import Arm, compose
    from sim.studies.paired import estimate_paired
    from sim.studies.runner import run_study

    arms = []
    for rule, settings in RULES.items():
        for strategy in STRATEGIES:
            composed = compose(["scenario=restaurant", f"strategy={strategy}", "parameters.mode=fixed", *settings])
            arms.append(Arm(f"{rule} | {strategy}", {"rule": rule, "kind": strategy}, composed))
    study = run_study(arms, replications=replications, seed=1, folder=folder, parameter_mode="fixed")
    rows = []
    for rule in RULES:
        own = study.replications[study.replications["rule"] == rule].copy()
        paired = estimate_paired(own, baseline=f"{rule} | no_plan").set_index("label").loc[f"{rule} | kol_care"]
        means = own.groupby("kind")[["alive_days", "dead", "messages_per_day"]].mean()
        rows.append(
            {"taken away": rule, "alive no_plan": means.alive_days["no_plan"], "alive kol_care": means.alive_days["kol_care"],
             "difference": paired["difference"], "low": paired["luck_low"], "high": paired["luck_high"],
             "dead no_plan": means.dead["no_plan"], "dead kol_care": means.dead["kol_care"],
             "messages no_plan": means.messages_per_day["no_plan"], "messages kol_care": means.messages_per_day["kol_care"]}
        )  # fmt: skip
    table = pd.DataFrame(rows)
    table.round(3).to_csv(folder / "ablation.csv", index=False)
    return table


if __name__ == "__main__":
    where = Path(sys.argv[1] if len(sys.argv) > 1 else "outputs/ablation")
    print(measure(where, int(sys.argv[2]) if len(sys.argv) > 2 else 24).round(2).to_string(index=False))
