"""Arms of a study -> their vital signs day by day in a few of its replications, simulated again, and what happened when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sim.config import Arm
    from sim.studies.study import Study

#: Replications that are run again; odd, so that one of them is the median.
REPLICATIONS = 11
COLUMNS = ("day", "members", "muted", "organic", "complaints", "net_income", "staff_hours")
#: Fewer show no band. Member-days that are simulated again at most, a minute or so.
FEWEST, MOST_MEMBER_DAYS = 3, 10_000_000


class Daily(NamedTuple):
    """vitals: one row per arm, replication and day. marks: what happened in the median replication of each arm."""

    vitals: pd.DataFrame
    marks: pd.DataFrame


def keep_days(study: Study, arms: list[Arm], outcome: str, days: float) -> None:
    """The vital signs of all arms that have a group as tables of the study, where a page can show so many arms."""
    from sim.report.side_by_side import FEWEST_ARMS, MOST_ARMS
    from sim.studies.panel import find_arms_without_group
    from sim.studies.study import save_table

    without = find_arms_without_group(study.replications)
    shown = {place: arm for place, arm in enumerate(arms) if place not in without}
    if (
        FEWEST_ARMS <= len(shown) <= MOST_ARMS
        and (simulated := run_again(shown, study.replications, outcome, days)) is not None
    ):
        save_table(study.folder, "daily", simulated.vitals)
        save_table(study.folder, "marks", simulated.marks)


def run_again(arms: Mapping[int, Arm], replications: pd.DataFrame, outcome: str, days: float) -> Daily | None:
    """The first replications of the study once more, arms by their number. None where that would take too long.

    vitals: arm, replication, median (whether it is the arm's median one by `outcome`) and COLUMNS.
    The days of all replications would be a thousand times the size of a study; the draws are keyed, so these runs are the same.
    """
    import pandas as pd

    from sim.run import simulate
    from sim.studies.runner import REPLICATIONS_PER_WORLD

    people = next(iter(arms.values())).composed.scenario.population
    cost = people.planned * days * len(arms)
    count = int(min(REPLICATIONS, replications.replication.nunique(), MOST_MEMBER_DAYS // cost))
    count -= 1 - count % 2  # odd
    if count < FEWEST:
        return None
    vitals, marks = [], []
    for place, arm in arms.items():
        own = replications[(replications.arm == place) & (replications.replication < count)]
        ranked = own.sort_values([outcome, "replication"]).replication.tolist()
        median = ranked[len(ranked) // 2]
        for number in range(count):
            world = number // REPLICATIONS_PER_WORLD if arm.composed.parameter_mode != "fixed" else None
            simulated = simulate(arm.composed.scenario, seed=arm.composed.seed, replication=number, world=world)
            vitals.append(
                simulated.vitals()[list(COLUMNS)].assign(
                    arm=place, label=arm.label, replication=number, median=number == median
                )
            )
            if number == median:
                marks.append(simulated.marks().assign(arm=place))
    table = pd.concat(vitals, ignore_index=True)
    return Daily(table[table.day < days].reset_index(drop=True), pd.concat(marks, ignore_index=True))
