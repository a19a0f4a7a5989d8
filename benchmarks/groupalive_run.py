"""One contestant, one measurement, one process: `python groupalive_run.py WHO GROUPS SIZE DAYS SEED [key=value ...]`.

WHO: ours, simpy, mesa; simpy_together has all programmes in one environment, as one would write it first.

Prints one line of JSON: seconds of building and of living, events, posts, replies, sessions, orders, peak memory. The log
is on. Machine code is loaded before the clock starts; `programmes` of GROUPS groups run one after the other.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from sim.config import compose, replaced
from sim.events import kinds
from sim.scenario import Scenario

#: Members whose log is kept in memory.
IN_MEMORY = 3_000


def scenario_for(groups: int, size: int, days: float, *more: str) -> Scenario:
    """The shipped restaurant without a plan, in the size asked for, under the laws that the peers have too."""
    overrides = [
        "parameters=by_hand",
        f"scenario.population.size={size}",
        f"scenario.population.groups={groups}",
        f"days={days}",
        "confirm_days=0",
    ]
    return compose(replaced(["strategy=no_plan", *overrides], more)).scenario


def count(kind: np.ndarray, actor: np.ndarray, target: np.ndarray) -> dict[str, int]:
    """What happened, by kind: posts are all a member wrote unprompted, replies all that follows a message."""
    replies = (kind == kinds.MESSAGE_POSTED) & (target >= 0)
    opened = ((kind == kinds.MESSAGE_POSTED) & (target < 0)) | (kind == kinds.QUESTION_ASKED)
    return {
        "events": len(kind),
        "sessions": int((kind == kinds.GROUP_CHECKED).sum()),
        "posts": int(opened.sum()),
        "replies": int(replies.sum()),
        "orders": int((kind == kinds.ORDER_PLACED).sum()),
    }


def count_tuples(log: list[tuple]) -> dict[str, int]:
    """The same for the log of a peer."""
    return count(*(np.array([row[place] for row in log]) for place in (4, 6, 7)))


def add(total: dict[str, int], found: dict[str, int]) -> None:
    """Adds up counts."""
    for name, value in found.items():
        total[name] = total.get(name, 0) + value


def run_ours(scenario: Scenario, seed: int) -> dict[str, Any]:
    """Ours: the engine with its compiled kernel. Rows of one group stay in memory, as in a study; those of many go to disk."""
    from sim.engine.programme import Programme
    from sim.events.log import LogWriter
    from sim.run import simulate

    simulate(scenario_for(1, 12, 1), seed=1)  # loads the machine code
    build = live = 0.0
    total: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        population = scenario.population
        many = population.programmes * population.groups * population.size > IN_MEMORY
        writer = LogWriter(Path(folder) / "run" if many else None)
        append = writer.append

        def append_and_count(rows: np.ndarray, shard: int) -> None:
            append(rows, shard)
            add(total, count(rows["kind"], rows["actor"], rows["target"]))

        writer.append = append_and_count
        for number in range(scenario.population.programmes):
            started = time.perf_counter()
            programme = Programme(scenario, seed, 0, number, writer)
            built = time.perf_counter()
            programme.run()
            programme.release()
            build, live = build + built - started, live + time.perf_counter() - built
        started = time.perf_counter()
        writer.seal({})
        live += time.perf_counter() - started
    return {"build": build, "live": live} | total


def run_together(scenario: Scenario, seed: int) -> dict[str, Any]:
    """SimPy with the members of all programmes in one environment."""
    import simpy
    from simpy_members import SimpyMembers

    started = time.perf_counter()
    env = simpy.Environment(initial_time=0)
    peers = [SimpyMembers(scenario, seed, number, env) for number in range(scenario.population.programmes)]
    built = time.perf_counter()
    env.run(until=peers[0].end)
    simulated = time.perf_counter()
    total: dict[str, int] = {}
    for peer in peers:
        add(total, count_tuples(peer.life.log))
    return {"build": built - started, "live": simulated - built} | total


def run_peer(name: str, scenario: Scenario, seed: int) -> dict[str, Any]:
    """A peer: tuples in lists."""
    if name == "simpy":
        from simpy_members import SimpyMembers as Peer
    else:
        from mesa_members import MesaMembers as Peer
    build = live = 0.0
    total: dict[str, int] = {}
    logs = []
    for number in range(scenario.population.programmes):
        started = time.perf_counter()
        peer = Peer(scenario, seed, number)
        built = time.perf_counter()
        logs.append(peer.run())
        build, live = build + built - started, live + time.perf_counter() - built
    for log in logs:
        add(total, count_tuples(log))
    return {"build": build, "live": live} | total


def peak_mb() -> float:
    """Peak resident memory of this process, MB. Where there is /proc, from there: rusage begins with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)


def main() -> None:
    """Measures once and prints a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("who", choices=("ours", "simpy", "simpy_together", "mesa"))
    for name in ("groups", "size"):
        parser.add_argument(name, type=int)
    parser.add_argument("days", type=float)
    parser.add_argument("seeds", help="one seed, or FIRST:LAST for one line of sums over several")
    parser.add_argument("more", nargs="*")
    given = parser.parse_args()
    scenario = scenario_for(given.groups, given.size, given.days, *given.more)
    first, _, last = given.seeds.partition(":")
    for seed in range(int(first), int(last or first) + 1):
        match given.who:
            case "ours":
                found = run_ours(scenario, seed)
            case "simpy_together":
                found = run_together(scenario, seed)
            case name:
                found = run_peer(name, scenario, seed)
        print(json.dumps(found | {"peak_mb": peak_mb(), "seed": seed}), flush=True)


if __name__ == "__main__":
    main()
