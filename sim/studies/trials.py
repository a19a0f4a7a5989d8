"""Overrides -> experiments on causes: arms that differ in one thing, over the same people and luck, for P10 and P12 to P16."""

from __future__ import annotations

from collections.abc import Iterable

from sim.projections.trials import TRIALS, judge_trials
from sim.studies.runner import Stages
from sim.studies.study import Study

#: Where newcomers come every day, so that there are first posts to answer.
_NEWCOMERS = ("scenario=restaurant", "scenario.population.walk_ins_per_day=3", "scenario.population.reservoir=2",
              "scenario.population.capacity=3")  # fmt: skip
#: Where everybody has acquaintances, for a year: contagion needs neighbours, and few leave.
_TIED = (
    "scenario=restaurant",
    "scenario.population.ties_per_member=6",
    "strategy=columns_and_perks",
    "days=365",
    "confirm_days=0",
)
#: One packet that everybody can take part in for as long as it takes to react. What it asks for is so much that about as many take part in
#: a fixed one as did in the experiment (.43); how many take part in an uncertain one follows.
_PACKET = ("scenario=restaurant", "strategy=columns_and_perks", "campaign=[red_packets]", "campaign.red_packets.takers=500",
           "campaign.red_packets.open_hours=1", "campaign.red_packets.ask=0.57", "days=14", "confirm_days=0")  # fmt: skip
#: Newcomers of whom one in ten came to advertise, and nobody who takes adverts away, so that rules are all that differs.
_UNRULY = (*_NEWCOMERS, "strategy=columns_and_perks", "strategy.duties.moderate=0",
           "scenario.population.mix={kol:0.05,regular:0.22,lurker:0.48,freebie_hunter:0.15,spammer:0.1}")  # fmt: skip
#: Promotions a day of the groups that P13 is measured on.
LOADS = (0, 1, 3, 6)

#: Name of each arm -> what it is made of.
ARMS: dict[str, tuple[str, ...]] = {
    "answers": (*_NEWCOMERS, "strategy=columns_and_perks"),
    "answers that mean nothing": (*_NEWCOMERS, "strategy=columns_and_perks", "parameters.without=[replies_warm,heartening]"),
    "ties": _TIED,
    "ties without contagion": (*_TIED, "parameters.without=[contagion]"),
    "uncertain packet": (*_PACKET, "campaign.red_packets.irregular=1"),
    "fixed packet": (*_PACKET, "campaign.red_packets.irregular=0"),
    "rules": (*_UNRULY, "strategy.duties.rules=true"),
    "no rules": (*_UNRULY, "strategy.duties.rules=false"),
    **{
        f"load {load}": ("scenario=restaurant", "strategy=columns_and_perks", f"strategy.promotions_per_day={load}")
        for load in LOADS
    },
}
#: The group that loses its most active members: with content and perks, and its members know each other.
REMOVAL = (
    "scenario=restaurant",
    "scenario.population.ties_per_member=5",
    "strategy=columns_and_perks",
    "days=180",
    "confirm_days=28",
)
TRIAL_REPLICATIONS, TRIAL_STAGES = 12, 2


def run_trials(overrides: Iterable[str], stages: Stages) -> tuple[Study, Study]:
    """The replications of all `ARMS` (column trial says which) and those of the removal.

    What an arm is made of replaces what the overrides say of it; `parameters=...` and single parameters hold in all arms.
    """
    from sim.config import Arm, compose, replaced
    from sim.run import removal_point, trial_point

    words = list(overrides)
    arms = [Arm(name, {"trial": name}, compose(replaced(words, made_of))) for name, made_of in ARMS.items()]
    removal = [Arm("removal", {}, compose(replaced(words, REMOVAL)))]
    return (
        stages.run("trials", arms, trial_point, TRIAL_REPLICATIONS),
        stages.run("removal", removal, removal_point, TRIAL_REPLICATIONS),
    )


def measure_trials(trials: Study, removal: Study) -> dict[str, float]:
    """Every one of `TRIALS` by its name."""
    found = judge_trials(trials.replications, removal.replications)
    return {pattern.name: found[pattern.name] for pattern in TRIALS}
