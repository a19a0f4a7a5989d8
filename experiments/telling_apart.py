"""Does a comparison tell strategies apart? Share of groups dead and mean days alive of 30 scenario x strategy pairs.

python experiments/telling_apart.py [KEY=VALUE ...]: prints a table; each scenario is judged at its own horizon. Settings such as
parameters=by_hand hold throughout; parameters stand at their values.
"""

from __future__ import annotations

import sys

import numpy as np

from sim import compose, simulate

STRATEGIES = ("no_plan", "columns_and_perks", "kol_care", "strict_rules", "de_operation")
#: Each is judged at its own horizon. Groups of super users are told beside, since none of them dies whatever is done.
SCENARIOS = ("flash_sale", "restaurant", "open_day", "merged_cohorts", "cohort_groups", "image_class")
BESIDE = ("super_users", "lunch_guests", "zero_yuan_course")
REPLICATIONS = 10


def main(overrides: list[str]) -> None:
    """Prints one line a pair and how many of them are neither all alive nor all dead."""
    told = 0
    print("| scenario | days | strategy | dead | days alive |\n|---|---|---|---|---|")
    for scenario in (*SCENARIOS, *BESIDE):
        for strategy in STRATEGIES:
            people = compose(f"scenario={scenario}", f"strategy={strategy}", "parameters.mode=fixed", *overrides)
            found = [simulate(people, seed=seed).outcomes() for seed in range(REPLICATIONS)]
            dead, alive = (float(np.mean([float(one[key]) for one in found])) for key in ("dead", "alive_days"))
            told += scenario in SCENARIOS and 0 < dead < 1
            print(f"| {scenario} | {people.days:g} | {strategy} | {dead:.2f} | {alive:.0f} |", flush=True)
    print(f"\n{told} of {len(SCENARIOS) * len(STRATEGIES)} pairs are neither all alive nor all dead.")


if __name__ == "__main__":
    main(sys.argv[1:])
