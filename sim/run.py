"""Scenario and seed -> one sealed event log, and back: replay and verification."""

from __future__ import annotations

import dataclasses
import io
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.allowed import ConfigError, validated
from sim.engine.programme import Programme
from sim.events.kinds import DAY, ORGANIC
from sim.events.log import EventLog, LogError, LogWriter
from sim.kernel.replay import replay, state_digest
from sim.plugins import build
from sim.projections.marks import project_marks
from sim.projections.outcomes import project_lifetime_rows, project_outcomes
from sim.projections.vitals import find_vitals
from sim.provenance import build_manifest
from sim.scenario import Scenario
from sim.world.build import build_state, build_world, tie_pairs
from sim.world.uncertainty import draw_parameters

#: Days of a log that patterns are measured on: twelve weeks, as in P4.
PATTERN_DAYS = 84
#: Worlds of a run folder are read only up to this size, bytes.
WORLD_BYTES = 4 << 30


@dataclass(frozen=True)
class Run:
    """One replication: the scenario with the parameters it was lived under, the sealed log, digests of the final states."""

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

    def marks(self) -> Any:
        """What happened when, for the margin of a figure."""
        scenario = self.scenario
        return project_marks(
            self.log,
            incidents=[name for name, _ in scenario.incident],
            campaigns=[name for name, _ in scenario.campaign],
            levers=[*(f"{lever.key.rpartition('.')[2]}={lever.value:g}" for lever in scenario.levers),
                    *(key.partition(".")[2] for key in scenario.lever_keys[len(scenario.levers) :])],
        )

    def outcomes(self) -> dict[str, float | str]:
        """What came of it; see `sim.projections.outcomes`."""
        return project_outcomes(self.log, self.scenario.days)


def simulate(
    scenario: Scenario,
    *,
    seed: int,
    replication: int = 0,
    world: int | None = None,
    folder: Path | str | None = None,
    command: tuple[str, ...] = (),
) -> Run:
    """Lives one replication. `world`: number of the plausible parameter vector, None: the values as they are.

    With a folder, writes the log, the first world of each programme and the manifest there. Raises LogError (one line)
    where the folder is in use or the disk is full.
    """
    started = time.perf_counter()
    if world is not None:
        scenario = dataclasses.replace(scenario, parameters=draw_parameters(scenario.parameters, seed, world))
    writer = LogWriter(folder)
    states = []
    for number in range(scenario.population.programmes):
        programme = Programme(scenario, seed, replication, number, writer)
        if folder is not None:
            _save_world(Path(folder), number, programme)
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
        if folder is not None
        else {}
    )
    return Run(scenario, writer.seal(manifest | {"states": states} if manifest else {}), tuple(states))


def run_point(
    scenario: Scenario, *, seed: int, replication: int, world: int | None = None, folder: Path | str | None = None
) -> dict[str, Any]:
    """One replication as a row of a study: outcomes, digest of the log, lifetimes of the groups."""
    lived = simulate(scenario, seed=seed, replication=replication, world=world, folder=folder)
    return {
        **lived.outcomes(),
        "digest": lived.log.digest,
        "lifetimes": project_lifetime_rows(lived.log, scenario.days),
    }


def pattern_point(scenario: Scenario, *, seed: int, replication: int, world: int | None = None) -> dict[str, Any]:
    """One replication as a row of the patterns study: every pattern by its name, and what promotion did."""
    from sim.projections.patterns import measure_patterns, project_promotion_load

    lived = simulate(scenario, seed=seed, replication=replication, world=world)
    array = build_world(scenario, seed, replication).array
    values = measure_patterns(lived.log, edges=tie_pairs(array), days=PATTERN_DAYS)
    return values | project_promotion_load(lived.log, days=PATTERN_DAYS) | {"digest": lived.log.digest, "lifetimes": []}


def phase_point(scenario: Scenario, *, seed: int, replication: int, world: int | None = None) -> dict[str, Any]:
    """One replication as a row of the phase diagram: day of death (days judged + 1 if alive), messages a day in week 1."""
    lived = simulate(scenario, seed=seed, replication=replication, world=world)
    lives = project_lifetime_rows(lived.log, scenario.days)
    first = lives[0]
    talk = np.isin(lived.log.events["kind"], ORGANIC) & (lived.log.events["time"] < 7 * DAY)
    return {
        "death": float(first["time"]) if first["ended"] == "dead" else scenario.days + 1.0,
        "first_week": float(talk.sum() / 7),
        "digest": lived.log.digest,
        "lifetimes": [],
    }


@dataclass(frozen=True)
class Verification:
    """What `verify` found; `fine` says whether all of it agrees."""

    events: int
    replayed: bool
    simulated: bool
    sources: bool

    @property
    def fine(self) -> bool:
        """Whether the log leads to the recorded state and the manifest leads to the log."""
        return self.replayed and self.simulated


def verify(folder: Path | str) -> Verification:
    """Replays the log of a run to its final state, simulates it again from its manifest, compares digests.

    Raises LogError (one line) where the folder holds no sealed, whole run.
    """
    from sim.config import PLAIN
    from sim.provenance import hash_sources

    folder = Path(folder)
    log = EventLog.open(folder)
    if not log.sealed:
        raise LogError(folder, f"unsealed; its {len(log)} events can be read, but there is no manifest to verify")
    manifest = log.manifest
    try:
        states, sources = manifest["states"], manifest["code"]["sources"]
        scenario = from_plain(manifest["config"])
        seed, replication = (validated(PLAIN[key], manifest[key], key) for key in ("seed", "replication"))
        if not isinstance(states, list) or len(states) != scenario.population.programmes:
            raise ValueError(f"states: a list of {scenario.population.programmes}, one for each programme")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, ("config", *first["loc"])))
        raise LogError(folder / "manifest.json", f"{where}: {first['msg'][:200]}; a manifest of a run is needed") from None
    except (ConfigError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise LogError(folder / "manifest.json", f"{str(error)[:200]}; a manifest of a run is needed") from error
    replayed = []
    for number in range(len(states)):
        stored, built = load_world(folder, number), build_world(scenario, seed, replication, number)
        for found, made in zip(stored, (built.array, build_state(built, scenario)), strict=True):
            # Compiled code follows the places in it unchecked; the last bits of a number may differ on another machine.
            if found.shape != made.shape or not np.allclose(found, made, rtol=1e-9, atol=1e-9):
                raise LogError(folder / f"world-{number:04d}.npz", "not the world that the manifest leads to")
        replayed.append(state_digest(replay(log.of_shard(number), *stored)))
    again = simulate(scenario, seed=seed, replication=replication)
    return Verification(len(log), replayed == states, again.log.digest == log.digest, sources == hash_sources())


def load_world(folder: Path | str, number: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(world, first state) of programme `number` of a run folder, f8 each."""
    path = Path(folder) / f"world-{number:04d}.npz"
    try:
        if path.stat().st_size > WORLD_BYTES:
            raise LogError(path, "larger than a world can be")
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > WORLD_BYTES:
                raise LogError(path, "larger than a world can be")
        with np.load(path, allow_pickle=False) as stored:
            if any(stored[name].dtype.kind != "f" for name in ("world", "state")):
                raise ValueError("numbers are needed")
            return np.asarray(stored["world"], dtype="<f8"), np.asarray(stored["state"], dtype="<f8")
    except FileNotFoundError:
        raise LogError(path, "missing; the world of the run is needed") from None
    except LogError:
        raise
    except Exception as error:  # whatever zip and numpy stumble over is a damaged file
        raise LogError(path, f"{str(error)[:200]}; the world of the run is needed whole") from error


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
        }
    )
    check_scenario(scenario)
    return scenario


def _save_world(folder: Path, number: int, programme: Programme) -> None:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, world=programme.world.array, state=programme.state)
    try:
        (folder / f"world-{number:04d}.npz").write_bytes(buffer.getvalue())
    except OSError as error:
        raise LogError(folder, f"{error.strerror or error}; the run could not be written") from error
