"""Which assumptions matter most: each is moved from one end of where it may lie to the other, all else and all luck the same.

    python benchmarks/slider_effects.py [--replications 4] [--days 30]

Effect of a parameter in a run: half the sum of |high - low| / mean in own
messages a day and in orders; the mean over three scenarios and some replications. Writes a table to stdout and `slider_effects.json`
beside this file. The first five are the sliders of the page (`sim.whatif.explore.SLIDERS`; a test holds them against the file).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np

import sim
from sim.projections.outcomes import project_outcomes
from sim.run import simulate
from sim.world.uncertainty import ranges_of

COMBINATIONS = (("restaurant", "kol_care"), ("lunch_guests", "columns_and_perks"), ("flash_sale", "no_plan"))
MEMBERS = 80
OUTCOMES = ("messages_per_day", "orders")


def main() -> None:
    """Measures and writes."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--replications", type=int, default=3)
    asked.add_argument("--days", type=int, default=30)
    given = asked.parse_args()
    ranges = ranges_of(sim.compose("scenario=restaurant"))
    effects: dict[str, list[float]] = {name: [] for name in ranges}
    for scenario_name, strategy in COMBINATIONS:
        words = (
            f"scenario={scenario_name}",
            f"strategy={strategy}",
            f"days={given.days}",
            "confirm_days=1",
            f"scenario.population.size={MEMBERS}",
        )
        scenario = sim.compose(*words)
        for replication in range(given.replications):
            for name, ends in ranges.items():
                low, high = (_live(scenario, name, end, replication) for end in ends)
                parts = [abs(b - a) / max((a + b) / 2, 1e-9) for a, b in zip(low, high)]
                effects[name].append(float(np.mean(parts)))
    found = sorted(((float(np.mean(all_)), name) for name, all_ in effects.items()), reverse=True)
    facts = {
        "members": MEMBERS,
        "replications": given.replications,
        "days": given.days,
        "combinations": COMBINATIONS,
        "outcomes": OUTCOMES,
    }
    told = facts | {"effects": {name: round(effect, 4) for effect, name in found}}
    Path(__file__).with_suffix(".json").write_text(json.dumps(told, indent=1) + "\n")
    for effect, name in found[:15]:
        print(f"{name:24} {effect:6.1%}  {ranges[name]}")
    print(f"median of {len(found)}: {found[len(found) // 2][0]:.1%}")


def _live(scenario: sim.Scenario, name: str, value: float, replication: int) -> list[float]:
    parameters = dataclasses.replace(scenario.parameters, **{name: value})
    simulated = simulate(dataclasses.replace(scenario, parameters=parameters), seed=1, replication=replication)
    outcomes = project_outcomes(simulated.log, scenario.days)
    return [float(outcomes[one]) for one in OUTCOMES]


if __name__ == "__main__":
    main()
