"""A mixed population of groups, as the settings of each: what figures of many groups are fitted to and measured on.

The mix is assumed: four scenarios, most groups run by nobody, as in the logs and samples that the ranges come from; sizes of a heavy-tailed
law.
"""

from __future__ import annotations

from typing import Final

import numpy as np

#: Ways in which groups are run: most by nobody.
NOBODY: Final = ("strategy=no_plan", "strategy.promotions_per_day=0", "staff=nobody")
RUN: Final = ("strategy=no_plan", "strategy=columns_and_perks")
#: Where groups come from, and the third way that some of them are run.
SCENARIOS: Final = {
    "restaurant": "strategy=kol_care",
    "image_class": "strategy=strict_rules",
    "merged_cohorts": "strategy=kol_care",
    "flash_sale": "strategy=strict_rules",
}
#: Groups of each scenario that nobody looks after.
ALONE = 6
#: Staff look so seldom (minutes), which saves two thirds of the time.
LOOK_MINUTES = 60
#: Members: evenly spaced quantiles of a lognormal law (median, spread of the logarithm), within these ends.
SIZE_MEDIAN, SIZE_SPREAD, SIZE_ENDS = 50.0, 1.0, (10, 500)
#: Steps through the combinations of scenario and way from one size to the next; prime to their number.
STRIDE = 7


def group_words() -> tuple[tuple[str, ...], ...]:
    """The settings of each group of the population, as on the command line; no days among them."""
    from scipy.special import ndtri  # late: slow to import

    looked_after = [
        (scenario, (way, f"staff.look_minutes={LOOK_MINUTES}")) for scenario, own in SCENARIOS.items() for way in (*RUN, own)
    ]
    combinations = [*looked_after, *((scenario, NOBODY) for scenario in SCENARIOS for _ in range(ALONE))]
    number = len(combinations)
    words = []
    for place in range(number):
        scenario, way = combinations[place * STRIDE % number]
        size = SIZE_MEDIAN * np.exp(SIZE_SPREAD * ndtri((place + 0.5) / number))
        size = int(np.clip(round(size), *SIZE_ENDS))
        words.append((f"scenario={scenario}", *way, f"scenario.population.size={size}"))
    return tuple(words)
