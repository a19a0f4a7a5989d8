"""Does a comparison tell strategies apart? Share of groups dead and mean days alive of 30 scenario x strategy pairs.

python experiments/telling_apart.py [KEY=VALUE ...]: prints a table; each scenario is judged at a horizon of its own, at which the
question of its users is open. Settings such as parameters=fitted hold throughout; parameters stand at their values.
"""

from __future__ import annotations

import sys

import numpy as np

from sim import compose, simulate

STRATEGIES = ("no_plan", "columns_and_perks", "kol_care", "strict_rules", "de_operation")
#: Scenario -> days: a sale is judged within its month, a restaurant within a season, courses and circles within a year.
HORIZONS = {
    "flash_sale": 30,
    "restaurant": 90,
    "merged_cohorts": 270,
    "cohort_groups": 365,
    "image_class": 365,
    "super_users": 365,
}
REPLICATIONS = 10


def main(overrides: list[str]) -> None:
    """Prints one line a pair and how many of them are neither all alive nor all dead."""
    told = 0
    print("| scenario | days | strategy | dead | days alive |\n|---|---|---|---|---|")
    for scenario, days in HORIZONS.items():
        for strategy in STRATEGIES:
            words = [f"scenario={scenario}", f"strategy={strategy}", f"days={days}", "parameters.mode=fixed", *overrides]
            people = compose(*words)
            found = [simulate(people, seed=seed).outcomes() for seed in range(REPLICATIONS)]
            dead, alive = (float(np.mean([float(one[key]) for one in found])) for key in ("dead", "alive_days"))
            told += 0 < dead < 1
            print(f"| {scenario} | {days} | {strategy} | {dead:.2f} | {alive:.0f} |", flush=True)
    print(f"\n{told} of {len(HORIZONS) * len(STRATEGIES)} pairs are neither all alive nor all dead.")


if __name__ == "__main__":
    main(sys.argv[1:])
