"""The log is the simulation: it leads to the live state bit for bit, and nothing in it can be changed unseen."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import run as run_module
from sim.config import compose, expand, options, replaced
from sim.engine.programme import Programme
from sim.events.kinds import DAY, EVENT_DTYPE, NONE, ORDER_PLACED, STAFF_ABSENT
from sim.events.log import EventLog, LogError, LogWriter
from sim.kernel.replay import replay, state_digest
from sim.run import simulate
from sim.scenario import Lever, Scenario
from sim.studies.runner import run_study
from sim.verification import replay_log
from sim.world.build import build_state, build_world
from sim.world.carve import carve_world

ROOT = Path(__file__).resolve().parents[2]
SMALL = ("scenario.population.size=40", "scenario.population.programmes=1", "days=8", "confirm_days=2")
PAIRS = list(product(options("scenario"), options("strategy")))
#: Of all pairs one in so many in the test that runs each; no divisor of the strategies, so that all scenarios and plans are met.
EVERY = 19


@cache
def scenario_of(*overrides: str) -> Scenario:
    """A small scenario of the shipped configs; composing one takes longer than to run it."""
    return compose(replaced(SMALL, overrides)).scenario


@pytest.mark.parametrize(("scenario", "strategy"), PAIRS[::EVERY])
def test_the_file_leads_to_the_live_state(scenario, strategy, tmp_path):
    many = compose([f"scenario={scenario}"]).scenario.population.groups > 1
    small = scenario_of(f"scenario={scenario}", f"strategy={strategy}", f"scenario.population.groups={2 if many else 1}")
    simulated = simulate(small, seed=11, folder=tmp_path / "run")
    log = EventLog.open(tmp_path / "run")
    assert replay_log(log, small, seed=11, replication=0) == list(simulated.states) == log.manifest["states"]


def test_every_scenario_and_every_plan_is_among_them():
    met = [set(names) for names in zip(*PAIRS[::EVERY], strict=True)]
    assert met == [set(options("scenario")), set(options("strategy"))]


@given(
    pair=st.sampled_from(PAIRS),
    seed=st.integers(0, 2**53),
    replication=st.integers(0, 1000),
    incident=st.sampled_from([(), *[(name,) for name in options("incident")]]),
)
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_file_leads_to_the_live_state_for_any_seed(pair, seed, replication, incident, tmp_path_factory):
    scenario = scenario_of(f"scenario={pair[0]}", f"strategy={pair[1]}", f"incident=[{','.join(incident)}]", "days=4",
                           "scenario.population.groups=1")  # fmt: skip
    folder = tmp_path_factory.mktemp("runs") / "run"
    simulated = simulate(scenario, seed=seed, replication=replication, folder=folder)
    assert replay_log(EventLog.open(folder), scenario, seed=seed, replication=replication) == list(simulated.states)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """One run in a folder: (folder, rows, world, first state, digest)."""
    folder = tmp_path_factory.mktemp("tampered") / "run"
    scenario = scenario_of("strategy=kol_care", "scenario.population.groups=2")
    run, world = simulate(scenario, seed=5, folder=folder), build_world(scenario, 5, 0)
    return folder, run.log.events, world.array, build_state(world, scenario), run.states[0]


def refold(rows: np.ndarray, world: np.ndarray, start: np.ndarray) -> str:
    """Digest of the state that changed rows lead to; where they point at something that is not there, they are refused."""
    try:
        return state_digest(replay(rows, world, start))
    except LogError:
        return "refused"


def rewrite(folder: Path, target: Path, rows: np.ndarray) -> None:
    """The same run folder with other rows, written as the sealed file is, manifest kept."""
    target.mkdir()
    table = pq.read_table(folder / "events.parquet")
    shard = table.column("shard").slice(0, len(rows))
    arrays = {name: np.ascontiguousarray(rows[name]) for name in EVENT_DTYPE.names}
    pq.write_table(type(table).from_arrays([*arrays.values(), shard], schema=table.schema), target / "events.parquet")
    manifest = json.loads((folder / "manifest.json").read_text())
    with (target / "events.parquet").open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    manifest |= {"file_digest": digest, "events": len(rows)}  # as somebody would who knows of the file digest
    (target / "manifest.json").write_text(json.dumps(manifest))


@given(data=st.data())
@settings(deadline=None, max_examples=100)
def test_every_changed_cell_changes_the_state(simulated, data):
    _, rows, world, start, digest = simulated
    row = data.draw(st.integers(0, len(rows) - 1), "row")
    name = data.draw(st.sampled_from(EVENT_DTYPE.names), "column")
    changed = rows.copy()
    changed[name][row] = altered(changed, row, name)
    assert refold(changed, world, start) != digest


def altered(rows: np.ndarray, row: int, name: str) -> float:
    """Another value for one cell that does not send the fold outside its arrays."""
    value = rows[name][row]
    if name in ("x", "y"):
        return value + 0.25
    if name == "kind":
        return ORDER_PLACED if 0 <= rows["actor"][row] < 40 and value != ORDER_PLACED else STAFF_ABSENT
    if name == "time":
        return value + 1
    if name == "target":  # unused by most kinds; where it is used, a neighbour
        return value - 1 if value > 0 else (0 if value == NONE else 1)
    if name == "actor":
        return value - 1 if value > 0 else 1
    return 0 if value != 0 else 1  # one of the two groups


@pytest.mark.parametrize("row", [0, 1, 77, -2, -1])
def test_every_dropped_row_changes_the_state(simulated, row):
    _, rows, world, start, digest = simulated
    assert refold(np.delete(rows, row), world, start) != digest


def test_swapped_rows_change_the_state(simulated):
    _, rows, world, start, digest = simulated
    changed = rows.copy()
    changed[[30, 31]] = changed[[31, 30]]
    assert refold(changed, world, start) != digest


@pytest.mark.parametrize("name", EVENT_DTYPE.names)
def test_a_changed_file_is_refused(simulated, name, tmp_path):
    folder, rows, *_ = simulated
    row = int(np.random.default_rng(3).integers(len(rows)))
    changed = rows.copy()
    changed[name][row] = altered(changed, row, name)
    rewrite(folder, tmp_path / "changed", changed)
    with pytest.raises(LogError):
        EventLog.open(tmp_path / "changed").events  # noqa: B018


def test_a_file_without_one_row_is_refused_and_an_unchanged_copy_is_not(simulated, tmp_path):
    folder, rows, *_ = simulated
    rewrite(folder, tmp_path / "dropped", np.delete(rows, 50))
    with pytest.raises(LogError):
        EventLog.open(tmp_path / "dropped").events  # noqa: B018
    rewrite(folder, tmp_path / "same", rows)
    assert np.array_equal(EventLog.open(tmp_path / "same").events, rows)


def test_one_and_two_workers_give_the_same_digests(tmp_path):
    arms = expand(replaced(SMALL, ["strategy=kol_care,no_plan", "days=3"]))
    for workers in (1, 2):
        run_study(arms, seed=3, replications=3, folder=tmp_path / str(workers), workers=workers, progress=None)
    assert digests_of_study(tmp_path / "1") == digests_of_study(tmp_path / "2")


def digests_of_study(folder: Path) -> list[str]:
    """Digest of every log of a study, arm by arm (the first line of a sealed file is its checksum)."""
    sealed = [json.loads(path.read_bytes().partition(b"\n")[2]) for path in sorted((folder / "ledger").glob("*/*.json"))]
    digests = [point["digest"] for point in sealed]
    assert len(digests) == 9  # three replications of two arms, and of the same customers without a group
    return digests


TINY = """
import sys
from sim.config import compose
from sim.run import simulate
run = simulate(compose(sys.argv[1:]).scenario, seed=21)
print(run.log.digest, *run.states)
"""


@pytest.mark.parametrize("strategy", ["kol_care", "no_plan"])
def test_plain_python_and_compiled_kernel_give_the_same_digest(strategy):
    overrides = [
        "scenario.population.size=12",
        "scenario.population.programmes=1",
        "days=3",
        "confirm_days=0",
        f"strategy={strategy}",
    ]
    run = simulate(compose(overrides).scenario, seed=21)
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", TINY, *overrides]
    without = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    plain = subprocess.run(command, cwd=ROOT, env=without, capture_output=True, text=True, check=False, timeout=600)
    assert plain.returncode == 0, plain.stderr[-2000:]
    assert plain.stdout.split() == [run.log.digest, *run.states]


class Restless(Programme):
    """A programme in which somebody wakes up every few minutes to do nothing."""

    def run(self) -> None:
        """As ever, with idle wake-ups."""
        self.env.process(self._wake())
        super().run()

    def _wake(self):
        while True:
            yield self.env.timeout(7 * 60_000_000 + 13)


def test_a_wake_up_that_does_nothing_changes_nothing(monkeypatch):
    scenario = scenario_of("strategy=kol_care")
    before = simulate(scenario, seed=8)
    monkeypatch.setattr(run_module, "Programme", Restless)
    after = simulate(scenario, seed=8)
    assert before.log.digest == after.log.digest
    assert before.states == after.states


def test_worlds_that_part_on_day_30_are_the_same_until_then():
    scenario = compose(["strategy=kol_care", "days=40", "confirm_days=0", "scenario.population.size=30"]).scenario
    changed = dataclasses.replace(scenario, levers=(Lever(day=30, key="strategy.posts_per_day", value=6),))
    one, other = (simulate(each, seed=9).log.events for each in (scenario, changed))
    edge = [int(np.searchsorted(rows["time"], 30 * DAY)) for rows in (one, other)]
    assert edge[0] == edge[1] > 0
    assert one[: edge[0]].tobytes() == other[: edge[1]].tobytes()
    assert len(one) != len(other)


@given(seed=st.integers(0, 2**53))
@settings(deadline=None, max_examples=10)
def test_every_strategy_meets_the_same_people(seed):
    """A plan with a gate, or with groups of its own, decides when and where people stand at a door; who they are it does not."""
    scenarios = {name: scenario_of(f"strategy={name}") for name in options("strategy")}
    worlds = {name: Programme(scenario, seed, 0, 0, LogWriter(None)).world for name, scenario in scenarios.items()}
    usual = worlds["no_plan"]
    plain = [
        name for name in worlds if scenarios[name].openings == scenarios["no_plan"].openings and not gates(scenarios[name])
    ]
    assert {"no_plan", "kol_care", "no_group", "strict_rules"} <= set(plain) < set(worlds)
    for name, world in worlds.items():
        assert np.array_equal(world.keys, usual.keys)
        ours, theirs = carve_world(world.array), carve_world(usual.array)
        assert np.array_equal(ours.ties, theirs.ties)
        for column in set(ours.traits.dtype.names) - {"group", "arrival"}:
            assert np.array_equal(ours.traits[column], theirs.traits[column]), column
        if name in plain:
            assert np.array_equal(world.array, usual.array) and np.array_equal(world.arrivals, usual.arrivals)


def gates(scenario: Scenario) -> bool:
    """Whether a strategy keeps a door."""
    return bool(getattr(scenario.strategy[1], "gated", False))


def test_an_incident_leaves_the_people_as_they_are():
    plain, visited = (
        Programme(scenario_of(f"incident=[{name}]"), 4, 0, 0, LogWriter(None)).world for name in ("", options("incident")[0])
    )
    assert np.array_equal(plain.keys[:-1], visited.keys[: len(plain.keys) - 1])
