"""What a warm process does: simulates a run in one world, and gives its outcomes, or the story of one of its groups."""

from __future__ import annotations

from typing import Final

from sim.projections.outcomes import project_outcomes
from sim.run import simulate
from sim.scenario import Scenario

#: What a page shows of a world.
SHOWN: Final = ("messages_per_day", "alive_days", "members_end", "orders", "net_income")


def simulate_outcomes(scenario: Scenario, seed: int, replication: int, world: int | None) -> dict[str, float]:
    """The outcomes of a run that a page shows."""
    simulated = simulate(scenario, seed=seed, replication=replication, world=world)
    found = project_outcomes(simulated.log, scenario.days)
    return {name: float(found[name]) for name in SHOWN}


def simulate_story(
    name: str, scenario: Scenario, seed: int, replication: int, world: int | None, group: int, programme: int
) -> bytes:
    """The packed story of one group of a run. Raises LogError where the run has no such group."""
    from sim.page.packing import pack
    from sim.page.story import tell_story

    simulated = simulate(scenario, seed=seed, replication=replication, world=world)
    return pack(tell_story(name, simulated.log, simulated.scenario, seed, replication, group, programme))


def warm_up() -> None:
    """Loads what a run needs: the compiled model, the plug-ins of a small run, its projections."""
    from sim.config import compose

    words = ("scenario=restaurant", "strategy=kol_care", "scenario.population.size=20", "days=2", "confirm_days=0")
    simulate_outcomes(compose(words, own=False).scenario, 1, 0, 0)
