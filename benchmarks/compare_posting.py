"""The way of our kernel against C: `python benchmarks/compare_posting.py [--quick]` prints a table.

Both kernels run the frozen submodel of posting_submodel.py and must write the same log, bit for bit, before the clock
starts. Kernel alone: from the first arrival to the horizon beside an operator whose decisions are known, no Python between
but the handing over of the log to nobody. Whole run: arrays or structs made, SimPy and the kernel, the log on: checked, hashed
and sealed as in any run. Machine code exists before the clock starts. Contestants alternate; ratios are what counts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from posting_submodel import (  # noqa: E402
    CKernel,
    Kernel,
    OurKernel,
    build_world,
    decisions_in,
    differ,
    find_compiler,
    load_library,
    run_alone,
    run_whole,
)

SIZE, DAYS = 200, 90.0
GOALS = {"kernel": 1.5, "whole": 1.2}


def alternate(turns: int, contestants: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Medians of seconds, in alternating order, and of the ratio of each turn."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(turns):
        for name in list(contestants)[:: 1 if turn % 2 == 0 else -1]:
            found[name].append(contestants[name]())
    ratios = [ours / c for ours, c in zip(found["ours"], found["c"], strict=True)]
    return {name: median(seconds) for name, seconds in found.items()} | {"ratio": median(ratios)}


def compare_posting(quick: bool) -> dict[str, Any]:
    """Seconds for all seeds timed, events in them, ratios ours / C; {"skipped": why} where there is no C compiler."""
    if find_compiler() is None:
        return {"skipped": "no C compiler (cc) found: the posting submodel was not compared"}
    library = load_library()
    seeds, turns = (2, 5) if quick else (5, 25)
    worlds = [build_world(SIZE, seed) for seed in range(5 if quick else 40)]
    for seed, world in enumerate(worlds):
        if wrong := differ(world, library, DAYS):
            raise SystemExit(f"posting submodel: seed {seed}: {wrong}")
    makers = {"ours": OurKernel, "c": partial(CKernel, library)}
    timed = worlds[:seeds]
    logs = [run_whole(makers["c"], world, DAYS) for world in timed]
    decisions, events = [decisions_in(log) for log in logs], sum(map(len, logs))

    def alone(make: Callable[..., Kernel]) -> float:
        total = 0.0
        for world, known in zip(timed, decisions, strict=True):
            kernel = make(world, len)
            started = time.perf_counter()
            run_alone(kernel, known, DAYS)
            total += time.perf_counter() - started
        return total

    def whole(make: Callable[..., Kernel]) -> float:
        started = time.perf_counter()
        for world in timed:
            run_whole(make, world, DAYS)
        return time.perf_counter() - started

    found: dict[str, Any] = {"events": events, "runs": seeds, "turns": turns, "equal_logs": len(worlds)}
    for name, measure in (("kernel", alone), ("whole", whole)):
        found[name] = alternate(turns, {who: partial(measure, make) for who, make in makers.items()}) | {"goal": GOALS[name]}
    return found


def report(found: dict[str, Any]) -> list[str]:
    """The table, as lines of Markdown."""
    if "skipped" in found:
        return [found["skipped"]]
    events, runs = found["events"], found["runs"]
    lines = [
        f"One group of {SIZE}, {DAYS:.0f} days: {events / runs:.0f} events a run. Medians of {found['turns']} alternating turns of "
        f"{runs} runs; logs of {found['equal_logs']} seeds equal bit for bit.",
        "",
        "| what | ours, ms a run | C, ms a run | ours, ns/event | C, ns/event | ours / C | goal |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, title in (("kernel", "kernel alone"), ("whole", "whole run, SimPy and kernel")):
        one = found[name]
        lines.append(
            f"| {title} | {one['ours'] / runs * 1e3:.2f} | {one['c'] / runs * 1e3:.2f} | {one['ours'] / events * 1e9:.0f} | "
            f"{one['c'] / events * 1e9:.0f} | {one['ratio']:.2f} | {one['goal']} at most |"
        )
    return lines


def main() -> None:
    """Compares and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer seeds and turns, a few seconds")
    print("\n".join(report(compare_posting(parser.parse_args().quick))))


if __name__ == "__main__":
    main()
