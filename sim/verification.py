"""A run folder -> what of it is as it was written, what is not, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.allowed import ConfigError, quoted, validated
from sim.events.kinds import DAY
from sim.events.log import EventLog, LogError
from sim.events.membership import check_members
from sim.events.references import check_references
from sim.events.store import OWN_DIGEST, digests_beside, hash_of, reason_of
from sim.kernel.replay import replay, state_digest
from sim.levers import describe_branch, without_changes
from sim.operators.crew import most_people
from sim.provenance import build_manifest
from sim.run import from_plain, simulate, to_plain
from sim.scenario import Scenario
from sim.world.build import INCIDENTS_HIGH, build_state, build_world
from sim.world.sizes import find_sizes

#: Fields of a manifest that opening the log, replaying it and simulating again hold against the events.
HELD_BY_EVENTS = {"seed", "replication", "states", "digest", "file_digest", "events", "schema_version"}
#: Fields that are what the program makes of the settings.
MADE_OF_SETTINGS = {"status", "config", "config_hash", "parameter_hash"}
#: Fields about machine and program of the run.
SURROUNDINGS = {"code", "versions", "platform"}
#: So many names of files or fields are told; a hostile folder may hold any number of them.
MOST_NAMES = 20


@dataclass(frozen=True)
class Verification:
    """What `verify` found; `fine` says whether all that was checked agrees.

    wrong: manifest fields and files that are not what they were, or not what the settings give. uncovered: files of the
    folder whose digest nobody noted. unchecked: manifest fields that nothing can be held against. elsewhere: what the
    manifest says of the machine and program of the run that differs from these here.
    """

    events: int
    replayed: bool
    simulated: bool
    sources: bool
    wrong: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def fine(self) -> bool:
        """Whether the log leads to the recorded state, the manifest leads to the log, and nothing noted was altered."""
        return self.replayed and self.simulated and not self.wrong


def verify(folder: Path | str) -> Verification:
    """Replays the log of a run to its final state, simulates it again from its manifest, compares digests and files.

    Raises LogError (one line) where the folder holds no sealed, whole run, or a row refers to what is not there.
    """
    folder = Path(folder)
    log = EventLog.open(folder)
    if not log.sealed:
        raise LogError(folder, f"unsealed; its {len(log)} events can be read, but there is no manifest to verify")
    scenario, seed, replication, states = settings_of(folder, log.manifest)
    replayed = replay_log(log, scenario, seed=seed, replication=replication, folder=folder) == states
    again = simulate(scenario, seed=seed, replication=replication)
    fresh = build_manifest(to_plain(scenario), seed, replication, command=(), wall_seconds=0.0)
    wrong, uncovered = _compare_files(folder, log.manifest)
    if (lineage := log.manifest.get("lineage")) is not None and not _is_child(scenario, seed, replication, lineage):
        wrong = (*wrong, "lineage")
    told = _told(log.manifest, SURROUNDINGS)
    here = _told(fresh, SURROUNDINGS)
    unchecked = log.manifest.keys() - HELD_BY_EVENTS - MADE_OF_SETTINGS - SURROUNDINGS - {"files", "lineage", OWN_DIGEST}
    return Verification(
        events=len(log),
        replayed=replayed,
        simulated=again.log.digest == log.digest,
        sources=told.get("code.sources") == here["code.sources"],
        wrong=(*_compare_manifest(log.manifest, fresh), *wrong),
        uncovered=uncovered,
        unchecked=_printable([*unchecked, *({OWN_DIGEST} - log.manifest.keys())]),
        elsewhere=_printable(
            f"{key}={quoted(told.get(key))}" for key in told | here if key != "code.sources" and told.get(key) != here.get(key)
        ),
    )


def _is_child(scenario: Scenario, seed: int, replication: int, lineage: Any) -> bool:
    """Whether a run is the branch that its manifest says: its last changes are those, and without them it is the parent."""
    if (
        not isinstance(lineage, dict)
        or not isinstance(changes := lineage.get("changes"), list)
        or len(changes) > len(scenario.changes)
    ):
        return False
    own = scenario.changes[len(scenario.changes) - len(changes) :]
    parent = simulate(without_changes(scenario, len(changes)), seed=seed, replication=replication)
    at = lineage.get("at")
    return (
        isinstance(at, float)
        and at >= 0
        and lineage == describe_branch(parent.log.digest, own, at)
        and {one.day for one in own} <= {at}
    )


def replay_log(
    log: EventLog, scenario: Scenario, *, seed: int, replication: int, folder: Path | str | None = None
) -> list[str]:
    """Digest of the state that the rows of each programme lead to. The worlds are built from the settings.

    Raises LogError (one line, beginning with `folder`) for a row that refers to what is not there.
    """
    programmes = scenario.population.programmes
    if len(log.shard) and log.shard[-1] >= programmes:
        raise LogError(folder, f"shard {log.shard[-1]}: 0 to {programmes - 1}, the programmes of the manifest, are allowed")
    found = []
    for number in range(programmes):
        world = build_world(scenario, seed, replication, number)
        start = build_state(world, scenario)
        rows = log.of_shard(number)
        check_references(rows, find_sizes(world.array, start) | _sizes_of(scenario), folder)
        check_members(rows, folder)
        found.append(state_digest(replay(rows, world.array, start)))
    return found


def _sizes_of(scenario: Scenario) -> dict[str, int]:
    """How many there are of what only the settings number, and the last microsecond; see `check_references`."""
    moved = [lever.value for lever in scenario.levers if lever.key == "staff.people"]
    moved += [
        float(step.set["staff.people"]) for _, steps in scenario.procedures for step in steps if "staff.people" in step.set
    ]
    moved += [float(change.value) for change in scenario.changes if change.key == "staff.people"]
    moved += [float(change.value.people) for change in scenario.changes if change.key == "staff"]
    highest = max(moved, default=0.0)
    hired = INCIDENTS_HIGH if any(step.step == "substitute" for _, steps in scenario.procedures for step in steps) else 0
    plans = [scenario.strategy[1], *(change.value[1] for change in scenario.changes if change.key == "strategy")]
    return {
        "time": round((scenario.days + scenario.confirm_days) * DAY),
        "member type": len(scenario.member),
        "staff": most_people(scenario.staff, plans, highest, hired),
        "planned incident": len(scenario.incident),
        "campaign": len(scenario.campaign),
        "lever": len(scenario.lever_keys),
    }


def settings_of(folder: Path, manifest: dict[str, Any]) -> tuple[Scenario, int, int, list[Any]]:
    """Scenario, seed, replication and recorded states of a manifest, all of it checked. Raises LogError."""
    from sim.config import PLAIN

    try:
        states, _ = manifest["states"], manifest["code"]["sources"]
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
    return scenario, seed, replication, states


def _compare_manifest(found: dict[str, Any], fresh: dict[str, Any]) -> tuple[str, ...]:
    """Names of the fields that are missing or not what the settings give, and of the manifest where it is not what was sealed."""
    wrong = [name for name in sorted(MADE_OF_SETTINGS) if name not in found or hash_of(fresh[name]) != _hash(found[name])]
    wrong += sorted(fresh.keys() - found.keys() - MADE_OF_SETTINGS)
    sealed = found.get(OWN_DIGEST)
    if sealed is not None and sealed != _hash({key: value for key, value in found.items() if key != OWN_DIGEST}):
        wrong.append(OWN_DIGEST)
    return tuple(wrong)


def _compare_files(folder: Path, manifest: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(names of files that are not what was noted, names of files that nobody noted). Raises LogError."""
    noted = manifest.get("files", {})
    if not isinstance(noted, dict):
        raise LogError(folder / "manifest.json", "files: the digest of each file is needed")
    try:
        found = digests_beside(folder)
    except OSError as error:
        raise LogError(folder, f"a file cannot be read: {reason_of(error)}") from None
    wrong = [name for name, digest in noted.items() if not digest or found.get(name) != digest]
    return _printable(wrong), _printable(found.keys() - noted.keys())


def _told(manifest: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The entries of some fields of a manifest as `field.entry`; a field that is no mapping stands for itself."""
    told: dict[str, Any] = {}
    for name in sorted(names):
        value = manifest.get(name)
        told |= {f"{name}.{key}": one for key, one in value.items()} if isinstance(value, dict) else {name: value}
    return told


def _hash(value: Any) -> str:
    """`hash_of` a value of a file, '' where it is none that a manifest can hold."""
    try:
        return hash_of(value)
    except (ValueError, TypeError, RecursionError):
        return ""


def _printable(names: Iterable[str]) -> tuple[str, ...]:
    """Names in order, each on one line and not too long, the first MOST_NAMES of them."""
    told = sorted("".join(c if c.isprintable() else "?" for c in quoted(name)) for name in names)
    return (*told[:MOST_NAMES], *([f"... (+{len(told) - MOST_NAMES})"] if len(told) > MOST_NAMES else []))
