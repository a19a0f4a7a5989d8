"""Scenario and seed -> one sealed event log; a scenario as plain values, and back."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.allowed import written
from sim.changes import read_changes
from sim.engine.programme import Programme
from sim.events.kinds import DAY, LEVER_MOVED, ORGANIC
from sim.events.log import EventLog, LogWriter
from sim.kernel.replay import state_digest
from sim.levers import Moving, find_moving
from sim.operators.contract import contract
from sim.plugins import build
from sim.projections.marks import find_marks
from sim.projections.outcomes import project_lifetime_rows, project_outcomes
from sim.projections.reasons import find_reasons
from sim.projections.vitals import find_vitals
from sim.provenance import build_manifest
from sim.scenario import Scenario, has_group
from sim.world.build import build_world, tie_pairs
from sim.world.uncertainty import draw_world

#: Days of a log that patterns are measured on: twelve weeks, as in P4.
PATTERN_DAYS = 84


@dataclass(frozen=True)
class Run:
    """One replication: the scenario with the parameters it was run under, the sealed log, digests of the final states."""

    scenario: Scenario
    log: EventLog
    states: tuple[str, ...]

    def vital_columns(self) -> dict[str, np.ndarray]:
        """The vital signs day by day, all groups together, each [days]; `messages` are the members' own."""
        columns = find_vitals(self.log, by_group=False)
        return columns | {"messages": columns["organic"]}

    def vitals(self) -> Any:
        """`vital_columns` as a DataFrame."""
        import pandas as pd  # late: slow to import

        return pd.DataFrame(self.vital_columns())

    def reasons(self) -> dict[str, np.ndarray]:
        """Why members muted and left, by group; see `sim.projections.reasons`."""
        return find_reasons(self.log)

    def mark_columns(self) -> dict[str, np.ndarray]:
        """What happened when, for the margin of a figure, each [n]; see `sim.projections.marks`."""
        scenario = self.scenario
        return find_marks(
            self.log,
            incidents=[name for name, _ in scenario.incident],
            campaigns=[name for name, _ in scenario.campaign],
            levers=[_label(one) for one in find_moving(scenario)],
        )

    def marks(self) -> Any:
        """`mark_columns` as a DataFrame."""
        import pandas as pd  # late: slow to import

        return pd.DataFrame(self.mark_columns())

    def outcomes(self) -> dict[str, float | str]:
        """What came of it; see `sim.projections.outcomes`."""
        return project_outcomes(self.log, self.scenario.days)

    def contract(self) -> dict[str, float]:
        """What the staff cost by contract, all programmes together; nothing where there is no group that they could run."""
        scenario, events = self.scenario, self.log.events
        keys, hours, wages = scenario.lever_keys, 0.0, 0.0
        chosen = events["kind"] == LEVER_MOVED
        moved, shard = events[chosen], self.log.shard[chosen]
        changes = sorted(scenario.changes, key=lambda one: one.day)
        plans = [(change.day, change.value[1]) for change in changes if change.key == "strategy"]
        for number in range(scenario.population.programmes if has_group(scenario) else 0):
            moves = [
                (row["time"] / DAY, keys[row["target"]].partition(".")[2], float(row["x"]))
                for row in moved[shard == number]
                if keys[row["target"]].startswith("staff.")
            ]
            own = contract(scenario.staff, scenario.strategy[1], scenario.days, moves, plans)
            hours, wages = hours + own[0], wages + own[1]
        return {"contract_hours": hours, "contract_wages": wages}


def simulate(
    scenario: Scenario,
    *,
    seed: int,
    replication: int = 0,
    world: int | None = None,
    folder: Path | str | None = None,
    command: tuple[str, ...] = (),
    lineage: Mapping[str, Any] | None = None,
) -> Run:
    """Runs one replication. `world`: number of the plausible parameter vector, None: the values as they are.

    With a folder, writes the log and the manifest there; lineage: of a branch, whose child it is. Raises LogError (one line)
    where the folder is in use or the disk is full.
    """
    started = time.perf_counter()
    if world is not None:
        scenario = dataclasses.replace(scenario, parameters=draw_world(scenario, seed, world), posterior=False)
    writer = LogWriter(folder)
    states = []
    for number in range(scenario.population.programmes):
        programme = Programme(scenario, seed, replication, number, writer)
        programme.run()
        states.append(state_digest(programme.state))
        programme.release()
    manifest = (
        build_manifest(
            to_plain(scenario),
            seed,
            replication,
            command=command or ("groupalive", "run"),
            wall_seconds=time.perf_counter() - started,
        )
        | ({"lineage": dict(lineage)} if lineage is not None else {})
        if folder is not None
        else {}
    )
    return Run(scenario, writer.seal(manifest | {"states": states} if manifest else {}), tuple(states))


def _label(one: Moving) -> str:
    if one.planned:
        return f"{one.key.rpartition('.')[2]}={written(one.value)}"
    return one.key.partition(".")[2]


def run_point(
    scenario: Scenario, *, seed: int, replication: int, world: int | None = None, folder: Path | str | None = None
) -> dict[str, Any]:
    """One replication as a row of a study: outcomes, digest of the log, lifetimes of the groups."""
    simulated = simulate(scenario, seed=seed, replication=replication, world=world, folder=folder)
    return {
        **simulated.outcomes(),
        **simulated.contract(),
        "digest": simulated.log.digest,
        "lifetimes": project_lifetime_rows(simulated.log, scenario.days),
    }


def pattern_point(scenario: Scenario, *, seed: int, replication: int, world: int | None = None) -> dict[str, Any]:
    """One replication as a row of the patterns study: every pattern and figure of texture that one log tells; its lifetimes are
    rows of `sim.projections.population.describe_life`."""
    from sim.projections.conversation import project_talk
    from sim.projections.patterns import measure_patterns, project_contagion
    from sim.projections.population import describe_life
    from sim.projections.texture import measure_texture

    simulated = simulate(scenario, seed=seed, replication=replication, world=world)
    talks = list(project_talk(simulated.log).values())
    values = measure_patterns(simulated.log, days=PATTERN_DAYS) | measure_texture(talks)
    values |= project_contagion(simulated.log, _ties(scenario, seed, replication), days=PATTERN_DAYS)
    lives = [{"definition": "silence"} | describe_life(talk) for talk in talks]
    return values | {"digest": simulated.log.digest, "lifetimes": lives}


def trial_point(scenario: Scenario, *, seed: int, replication: int, world: int | None = None) -> dict[str, Any]:
    """One replication as a row of the experiments: what `sim.projections.trials` makes of its log."""
    from sim.projections.patterns import measure_patterns, project_contagion, project_promotion_load
    from sim.projections.rows import read_rows
    from sim.projections.trials import measure_first_packet, measure_newcomers

    simulated = simulate(scenario, seed=seed, replication=replication, world=world)
    rows = read_rows(simulated.log)
    values = measure_patterns(simulated.log, days=PATTERN_DAYS)
    values |= project_contagion(simulated.log, _ties(scenario, seed, replication))
    values |= project_promotion_load(simulated.log, days=PATTERN_DAYS) | measure_newcomers(rows)
    values |= measure_first_packet(read_rows(simulated.log, checks=True))
    return values | {"digest": simulated.log.digest, "lifetimes": []}


def removal_point(scenario: Scenario, *, seed: int, replication: int, world: int | None = None) -> dict[str, Any]:
    """One replication as a row of the removal experiment: a run, and the same without its five most active from day 60 on."""
    from sim.projections.trials import REMOVAL_DAY, REMOVED, find_most_active, measure_removal

    simulated = simulate(scenario, seed=seed, replication=replication, world=world)
    gone = find_most_active(simulated.log, REMOVAL_DAY, REMOVED)
    changes = read_changes({"day": REMOVAL_DAY, "key": "remove", "value": person} for person in gone)
    without = simulate(dataclasses.replace(scenario, changes=changes), seed=seed, replication=replication, world=world)
    edges = _ties(scenario, seed, replication)[0]
    values = measure_removal(simulated.log, without.log, gone, REMOVAL_DAY, edges)
    lives = [project_lifetime_rows(one.log, scenario.days)[0]["ended"] for one in (simulated, without)]
    values |= {"dead": float(lives[0] == "dead"), "dead_without": float(lives[1] == "dead")}
    return values | {"digest": without.log.digest, "lifetimes": []}


def _ties(scenario: Scenario, seed: int, replication: int) -> list[np.ndarray]:
    """Who knows whom in each programme."""
    programmes = range(scenario.population.programmes)
    return [tie_pairs(build_world(scenario, seed, replication, number).array) for number in programmes]


def phase_point(scenario: Scenario, *, seed: int, replication: int, world: int | None = None) -> dict[str, Any]:
    """One replication as a row of the phase diagram: day of death (days judged + 1 if alive), messages a day in week 1."""
    simulated = simulate(scenario, seed=seed, replication=replication, world=world)
    lives = project_lifetime_rows(simulated.log, scenario.days)
    first = lives[0]
    talk = np.isin(simulated.log.events["kind"], ORGANIC) & (simulated.log.events["time"] < 7 * DAY)
    return {
        "death": float(first["time"]) if first["ended"] == "dead" else scenario.days + 1.0,
        "first_week": float(talk.sum() / 7),
        "digest": simulated.log.digest,
        "lifetimes": [],
    }


def to_plain(scenario: Scenario) -> dict[str, Any]:
    """A scenario as plain values, all of it; `from_plain` is the way back."""

    def plain(value: Any) -> Any:
        if hasattr(value, "plain"):  # written in yaml alone: its numbers are not all there is to it
            return value.plain()
        if dataclasses.is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        if isinstance(value, Mapping):
            return {name: plain(inner) for name, inner in value.items()}
        if isinstance(value, tuple | list):
            return [plain(inner) for inner in value]
        return value

    config: dict[str, Any] = plain(scenario)
    if not scenario.posterior:
        del config["posterior"]
    for (name, plugin), (_, values) in zip(scenario.incident, config["incident"]):
        if (source := type(plugin).__module__.rpartition(".")[2]) != name:
            values["trigger"] = source
    return config


def from_plain(config: Mapping[str, Any]) -> Scenario:
    """A scenario from plain values, all of them checked again; plug-ins are found by name in their folders only."""
    from sim.config import check_scenario
    from sim.parameters import Parameters

    def plugins(group: str, pairs: Any) -> tuple[tuple[str, Any], ...]:
        return tuple((name, build(group, name, values, group)) for name, values in pairs)

    values = dict(config)
    scenario = Scenario(
        **values
        | {
            "strategy": plugins("strategy", [values["strategy"]])[0],
            "incident": plugins("incident", values["incident"]),
            "campaign": plugins("campaign", values["campaign"]),
            "member": dict(plugins("member", values["member"].items())),
            "parameters": Parameters(**values["parameters"]),
            "changes": read_changes(values.get("changes", ())),
        }
    )
    check_scenario(scenario)
    return scenario
