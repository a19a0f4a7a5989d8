"""How long a class waits for what if: the first world, and all thirty, for every lesson and every shipped scenario.

    python benchmarks/what_if_speed.py [NAME ...] [--questions 8] [--hand 1.5] [--out FILE.json]

A run of each is made, a form is opened and read until the worlds before the change are known, a change is chosen and, `hand` seconds
later, asked for: staff, another plan, a campaign, what the form has, one after the other. Processes are warm. Seconds from the question to the
first world and to the last one, each p50 and p95 over the questions; run: mean seconds of a run of those that were simulated; floor: of thirty
such runs on the processors there are.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sim.config import Arm, compose, options
from sim.lessons.lesson import expand_lesson, find_lesson
from sim.run import simulate
from sim.whatif.asking import WORLDS, WhatIf
from sim.whatif.offers import ON
from sim.whatif.simulating import simulate_outcomes, warm_up
from sim.whatif.worlds import Worlds

FIRST_DAY, BETWEEN, POLL = 5.0, 0.37, 0.01
PLAN = "kol_care"
SETTLE = 0.5


def main() -> None:
    """Measures and writes."""
    asked = argparse.ArgumentParser()
    asked.add_argument("names", nargs="*")
    asked.add_argument("--questions", type=int, default=8)
    asked.add_argument("--hand", type=float, default=1.5)
    asked.add_argument("--out", type=Path)
    given = asked.parse_args()
    worlds = Worlds()
    worlds.start(warm_up)
    page, rows = WhatIf(worlds), []
    try:
        page.prepare()
        print(f"{'':28} {'days':>5} {'run':>6} {'floor':>6}   first p50, p95    thirty p50, p95")
        with tempfile.TemporaryDirectory() as folder:
            for name, scenario in cases():
                if given.names and name not in given.names:
                    continue
                run = Path(folder) / name.replace("/", "-")
                simulate(scenario, seed=7, folder=run)
                rows.append(measure(page, name, run, given.questions, given.hand))
                one = rows[-1]
                print(
                    f"{name:28} {one['days']:5.0f} {one['run']:6.3f} {one['floor']:6.2f}   "
                    f"{one['first'][0]:5.2f} {one['first'][1]:5.2f}       {one['thirty'][0]:5.2f} {one['thirty'][1]:5.2f}",
                    flush=True,
                )
                if given.out:
                    given.out.write_text(json.dumps({"hand": given.hand, "questions": given.questions, "rows": rows}, indent=1))
    finally:
        worlds.stop()


def cases() -> Iterator[tuple[str, Any]]:
    """(name, scenario): the first arm of each lesson, then every shipped scenario under a plan with much work of staff."""
    for lesson in options("lesson"):
        first: Arm = expand_lesson(find_lesson(lesson)[1])[0]
        yield f"lesson/{lesson}", first.composed.scenario
    for name in options("scenario"):
        yield name, compose((f"scenario={name}", f"strategy={PLAN}"), own=False).scenario


def changes(fields: list[dict[str, Any]], number: int) -> dict[str, Any]:
    """The change of a question: one of each kind of field in turn, and each time another value."""
    found: list[list[dict[str, Any]]] = []
    for one in fields:
        now = one["now"]
        if one["key"] == "staff.people":
            found.append([{one["key"]: people} for people in (2, 3, 1, 4) if people != now])
        elif one["group"] in ("strategy", "incident"):
            found.append([{one["key"]: value} for value, _ in one["options"] if value != now])
        elif one["group"] == "campaign" and now != ON:
            found.append([{one["key"]: ON}])
    kind = found[number % len(found)]
    return kind[number // len(found) % len(kind)]


def measure(page: WhatIf, name: str, run: Path, questions: int, hand: float) -> dict[str, Any]:
    """Seconds of some questions about a run."""
    firsts, wholes, days = [], [], 0.0
    for number in range(questions):
        at = FIRST_DAY + BETWEEN * number
        change = {"at": at, "set": changes(page.offer(run, [], at)["fields"], number)}
        simulated = page._open(run)
        days = simulated.scenario.days + simulated.scenario.confirm_days
        before = page._in_worlds_of(simulated, (), simulated.scenario)
        while len(before.found) < WORLDS:
            time.sleep(POLL)
        time.sleep(SETTLE)
        if hand:
            page.draft(run, [change])
            time.sleep(hand)
        began = time.perf_counter()
        asked, first = page.ask(run, [change]), 0.0
        while "told" not in (told := page.look(asked) or {}):
            first = first or (time.perf_counter() - began if told["order"] else 0.0)
            if told["failed"]:
                raise RuntimeError(told["failed"])
            time.sleep(POLL)
        wholes.append(time.perf_counter() - began)
        firsts.append(first or wholes[-1])
    took = []
    for world in range(1, 7):
        began = time.perf_counter()
        simulate_outcomes(simulated.scenario, simulated.seed, world, world)
        took.append(time.perf_counter() - began)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {
        "name": name, "days": days, "run": float(np.mean(took)), "floor": WORLDS * float(np.mean(took)) / cores,
        "first": np.quantile(firsts, (0.5, 0.95)).tolist(), "thirty": np.quantile(wholes, (0.5, 0.95)).tolist(),
    }  # fmt: skip


if __name__ == "__main__":
    main()
