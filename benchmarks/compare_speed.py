"""Runs ours and the peers side by side and writes results.md and results.json: `python benchmarks/compare_speed.py [--quick]`.

Every measurement is a fresh process; contestants alternate, so that a machine that slows down slows all of them. Ratios
are what counts, not seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib import metadata
from pathlib import Path
from statistics import mean, median, stdev, variance
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(HERE)]
WHO = ("ours", "simpy", "mesa")
LIBRARIES = ("groupalive", "numpy", "numba", "simpy", "mesa")


#: A plan with a door, two kinds of groups, tiers and moves, and otherwise no more work than `no_plan`.
MOVING = """\
# @package strategy
# Two kinds of groups: who buys moves up.
review: {every_days: 7, hour: 10, minutes: 60}
groups:
  super: {count: 1, size: 200}
  store: {count: 4, size: 200, opens_on_day: 1}
base:
  duties: {answer: 0, reply: 0, reply_top: 0, soothe: 0, moderate: 0, welcome: 0, rules: false}
  entry: {least_tag: 0}
  segments: {tiers: {buyer: 2, regular: 4}, window_days: 30}
calendar:
  - {use: broadcast, as: promotions, clock: {per_day: 3}, promotion: 1, recall: 0.3, talk: 0.2}
rules:
  - {when: {tier_due: ">=1"}, do: {act: {promote: due, move_to: super, cap_per_day: 50}}}
"""


def measure(
    who: str, groups: int, size: int, days: float, seeds: str, *more: str, cwd: str | None = None
) -> list[dict[str, Any]]:
    """One fresh process; one dict a seed. cwd: the folder that files of the user's own are named from."""
    command = [sys.executable, str(HERE / "groupalive_run.py"), who, str(groups), str(size), str(days), seeds, *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[1:])}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def seconds(found: dict[str, Any]) -> float:
    """Building and running."""
    return found["build"] + found["live"]


def alternate(repeats: int, contestants: dict[str, tuple]) -> dict[str, dict[str, Any]]:
    """Medians of runs in alternating order. contestants: name -> arguments of `measure`.

    Of several seeds the first warms up and the others are averaged: with one, luck gives a contestant more to do than another.
    """
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in contestants}
    keys = ("build", "live", "events", "sessions", "posts", "replies", "peak_mb")
    for turn in range(repeats):
        for name in list(contestants)[:: 1 if turn % 2 == 0 else -1]:
            found = measure(*contestants[name])
            counted = found[1:] or found
            runs[name].append({key: mean(one[key] for one in counted) for key in keys})
            runs[name][-1]["peak_mb"] = max(one["peak_mb"] for one in found)
    return {
        name: {key: median(one[key] for one in found) for key in keys}
        | {"wall": median(map(seconds, found)), "runs": len(found)}
        for name, found in runs.items()
    }


def one_group(quick: bool) -> dict[str, Any]:
    """One group of 200 for 90 days; the mean over six groups after one that warms the process up."""
    found = alternate(2 if quick else 7, {who: (who, 1, 200, 90, "0:6") for who in WHO})
    for who in WHO[1:]:
        found[who]["times_slower"] = found[who]["wall"] / found["ours"]["wall"]
        found[who]["times_slower_per_event"] = (found[who]["wall"] / found[who]["events"]) / (
            found["ours"]["wall"] / found["ours"]["events"]
        )
    return {"contestants": found, "goals": {"simpy": 15, "mesa": 25}}


def same_content(quick: bool) -> dict[str, Any]:
    """Means over many replications: the peers count only if they agree with ours.

    A seed gives all contestants the same people, so differences are taken seed by seed. Criterion: posts and replies
    differ by at most 2 %, or by no more than two standard errors.
    """
    count = 24 if quick else 400
    samples: dict[str, list[dict[str, Any]]] = {who: [] for who in WHO}
    for half in range(2):
        for who in WHO:
            samples[who] += measure(who, 1, 200, 30, f"{100 + half * count // 2}:{99 + (half + 1) * count // 2}")
    table: dict[str, Any] = {}
    for name in ("sessions", "posts", "replies", "orders"):
        ours = [one[name] for one in samples["ours"]]
        for who in WHO:
            theirs = [one[name] for one in samples[who]]
            gaps = [b - a for a, b in zip(ours, theirs, strict=True)]
            difference, error = mean(gaps) / mean(ours), stdev(gaps) / mean(ours) / math.sqrt(count)
            fits = abs(difference) <= max(0.02, 2.0 * error)
            table.setdefault(name, {})[who] = {
                "mean": mean(theirs),
                "difference": difference,
                "standard_error": error,
                "fits": fits,
            }
    return {"replications": count, "days": 30, "table": table}


def many_groups(quick: bool) -> dict[str, Any]:
    """300 groups of 200 for 30 days, one after the other; the peers live fewer of them and are scaled."""
    ours_count, peer_count = (60, 3) if quick else (300, 10)
    counts = {"ours": ours_count, "simpy": peer_count, "mesa": peer_count}
    found = alternate(
        1 if quick else 3, {who: (who, 1, 200, 30, "1", f"scenario.population.programmes={counts[who]}") for who in WHO}
    )
    for who in WHO:
        found[who]["wall_per_group"] = found[who]["wall"] / counts[who]
        found[who]["programmes"] = counts[who]
    return {"contestants": found, "goals": {"simpy_together": 40, "peak_mb": 300}}


def moving_groups(quick: bool) -> dict[str, Any]:
    """The same number of groups with what several kinds of groups need: a door, tiers, reviews, and members who move up by them.

    `alone` are as many groups without all that. `plan` has it and no more staff work than these; `feizhimi` is a playbook with five
    roles, care and a popup. Under the parameters set by hand, as the groups above, and with all laws, the default.
    """
    programmes, several = (12 if quick else 60), ["strategy.groups.store.opens_on_day=0", "scenario.population.cohorts=5"]
    cases = {
        "alone": (1, 5, []),
        "plan": (5, 1, ["strategy=./moving.yaml", *several]),
        "feizhimi": (5, 1, ["strategy=feizhimi", *several]),
    }
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "moving.yaml").write_text(MOVING)
        taken: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for _ in range(1 if quick else 3):
            for parameters in ("by_hand", "fitted"):
                for name, (groups, times, words) in cases.items():
                    count = f"scenario.population.programmes={times * programmes}"
                    words = [f"parameters={parameters}", count, *words]
                    taken.setdefault((parameters, name), []).append(
                        measure("ours", groups, 200, 30, "1", *words, cwd=folder)[-1]
                    )
        for (parameters, name), runs in taken.items():
            one = sorted(runs, key=seconds)[len(runs) // 2]
            case = one | {"wall": seconds(one), "wall_per_group": seconds(one) / (5 * programmes)}
            found.setdefault(parameters, {})[name] = case | {
                "times": case["wall"] / found.get(parameters, {}).get("alone", case)["wall"]
            }
    return {"groups": 5 * programmes, "cases": found, "goals": {"times": 1.3, "peak_mb": 350}}


def all_laws(quick: bool) -> dict[str, Any]:
    """One group of 200 for 90 days with all laws, the default, against the parameters set by hand, which leave a dozen off."""
    names = ("by_hand", "fitted")
    found = alternate(2 if quick else 7, {name: ("ours", 1, 200, 90, "0:6", f"parameters={name}") for name in names})
    return {"parameters": found, "times": found["fitted"]["wall"] / found["by_hand"]["wall"], "goal": 1.3}


def all_together(quick: bool) -> dict[str, Any]:
    """SimPy with the members of all those groups in one environment, as one would write it first: its heap grows with them."""
    count = 60 if quick else 300
    found = measure("simpy_together", 1, 200, 30, "1", f"scenario.population.programmes={count}")[-1]
    return found | {"wall": seconds(found), "wall_per_group": seconds(found) / count, "programmes": count}


def growth(quick: bool) -> list[dict[str, Any]]:
    """Our time as members and days grow."""
    rows = []
    for size, days in ((50, 30), (200, 30), (800, 30), (2000, 30), (200, 90), (200, 270)):
        if quick and size * days > 24_000:
            continue
        found = [measure("ours", 1, size, days, "0:1", "staff.people=1")[-1] for _ in range(1 if quick else 3)]
        best = sorted(found, key=seconds)[len(found) // 2]
        rows.append(
            {"size": size, "days": days, "events": best["events"], "sessions": best["sessions"], "build": best["build"]}
            | {"live": best["live"], "us_per_event": best["live"] / best["events"] * 1e6}
        )
    return rows


def one_programme(quick: bool) -> dict[str, Any]:
    """Very many members in one programme that shares its staff, against one group; each group is a circle of its own."""
    groups = 50 if quick else 500
    several = measure("ours", 1, 200, 30, "0:6")[1:]
    small = {key: mean(one[key] for one in several) for key in ("live", "sessions")}
    large = measure("ours", groups, 200, 30, "1", f"scenario.population.cohorts={groups}")[-1]
    cost = {name: found["live"] / found["sessions"] * 1e6 for name, found in (("small", small), ("large", large))}
    return {
        "members": groups * 200,
        "build": large["build"],
        "live": large["live"],
        "sessions": large["sessions"],
        "peak_mb": large["peak_mb"],
        "us_per_session": cost,
        "ratio": cost["large"] / cost["small"],
        "goal": 2.0,
    }


def paired_variance(quick: bool) -> dict[str, Any]:
    """How much common random numbers narrow a difference: staff look every 20 instead of 30 minutes from day 30 on."""
    import dataclasses

    from groupalive_run import count

    from sim.config import compose
    from sim.events.kinds import DAY
    from sim.run import simulate
    from sim.scenario import Lever

    scenario = compose(["strategy=kol_care", "days=90", "confirm_days=0"]).scenario
    changed = dataclasses.replace(scenario, levers=(Lever(day=30, key="staff.look_minutes", value=20),))
    replications = 12 if quick else 100
    arms: list[list[dict[str, int]]] = [[], []]
    for replication in range(replications):
        for arm, each in enumerate((scenario, changed)):
            rows = simulate(each, seed=5, replication=replication).log.events
            rows = rows[rows["time"] >= 30 * DAY]
            arms[arm].append(count(rows["kind"], rows["actor"], rows["target"]))
    result: dict[str, Any] = {"replications": replications, "goal": 30}
    for name in ("posts", "replies", "sessions", "orders"):
        before, after = ([one[name] for one in arm] for arm in arms)
        paired = variance([b - a for a, b in zip(before, after, strict=True)])
        result[name] = (variance(before) + variance(after)) / paired if paired else math.inf
    return result


def log_size(quick: bool) -> dict[str, Any]:
    """Bytes an event on disk."""
    from sim.config import compose
    from sim.run import simulate

    found = {}
    for strategy in ("no_plan", "kol_care"):
        scenario = compose([f"strategy={strategy}", "days=30" if quick else "days=90", "scenario.population.groups=5"]).scenario
        with tempfile.TemporaryDirectory() as folder:
            run = simulate(scenario, seed=1, folder=Path(folder) / "run")
            size = (Path(folder) / "run" / "events.parquet").stat().st_size
        found[strategy] = {"events": len(run.log), "bytes_per_event": size / len(run.log)}
    return {"goal": 12, "strategies": found}


def query(quick: bool) -> dict[str, Any]:
    """Who posted, counted by group and day, over a sealed log of ten million events: with what every user has, pyarrow."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from groupalive_run import scenario_for

    from sim.events.kinds import DAY, ORGANIC
    from sim.run import simulate

    scenario = scenario_for(1, 200, 30, f"scenario.population.programmes={45 if quick else 430}")
    with tempfile.TemporaryDirectory() as folder:
        events = len(simulate(scenario, seed=1, folder=Path(folder) / "run").log)
        seconds_taken = []
        for _ in range(7):
            started = time.perf_counter()
            organic = pc.field("kind").isin([int(kind) for kind in ORGANIC])
            columns = ["time", "shard", "group", "actor"]
            said = pq.read_table(Path(folder) / "run" / "events.parquet", columns=columns, filters=organic)
            said = said.append_column("day", pc.divide(said["time"], int(DAY)))
            posters = said.group_by(["shard", "group", "day"]).aggregate([("actor", "count_distinct")])
            seconds_taken.append(time.perf_counter() - started)
    return {"events": events, "rows": len(posters), "seconds": median(seconds_taken), "goal": 0.5}


def timed(command: list[str], **more: str) -> float:
    """Seconds of a command, its output thrown away; Python keeps the bytecode of what it imports, as it does by default."""
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=given | more, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[1:])}: {(done.stderr or done.stdout)[-2000:]}")
    return time.perf_counter() - started


def first_results(quick: bool) -> dict[str, Any]:
    """The first result of the command line: warm, and with everything still to be compiled."""
    command = [sys.executable, "-c", "from sim.cli import main; main()", "run"]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        timed([*command, "--out", str(out / "first")])
        warm = [timed([*command, "--out", str(out / f"warm{turn}")]) for turn in range(2 if quick else 5)]
        cold = [
            timed([*command, "--out", str(out / f"cold{turn}")], NUMBA_CACHE_DIR=str(out / f"cache{turn}"))
            for turn in range(1 if quick else 3)
        ]
    return {"warm": median(warm), "cold": median(cold), "goals": {"warm": 1.5, "cold": 15}}


def whole_study(quick: bool) -> dict[str, Any]:
    """Four strategies times N replications on all cores, against the same replications one after the other, divided."""
    from sim.config import expand
    from sim.studies.runner import run_study

    replications = 8 if quick else 100
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    arms = expand(["strategy=kol_care,strict_rules,columns_and_perks,de_operation"])
    walls = {}
    with tempfile.TemporaryDirectory() as folder:
        run_study(arms[:1], replications=1, seed=1, folder=Path(folder) / "warm", workers=1)
        for workers in (cores, 1):
            started = time.perf_counter()
            run_study(arms, replications=replications, seed=1, folder=Path(folder) / str(workers), workers=workers)
            walls[workers] = time.perf_counter() - started
    perfect = walls[1] / cores
    return {
        "replications": replications,
        "cores": cores,
        "wall": walls[cores],
        "alone": walls[1],
        "times_perfect": walls[cores] / perfect,
        "goal": 1.3,
    }


def posting(quick: bool) -> dict[str, Any]:
    """The way of our kernel against C, on a frozen part of the model."""
    from compare_posting import compare_posting

    return compare_posting(quick)


def study_throughput(quick: bool) -> dict[str, Any]:
    """One study by workers, shards and a cluster."""
    from study_throughput import measure_ways

    return measure_ways(4, 1) if quick else measure_ways(100, 3)


def first_comparison(quick: bool) -> dict[str, Any]:
    """The comparison that the README begins with, as a user waits for it: from the command to the prompt."""
    command = [sys.executable, "-m", "sim.cli", "compare", str(ROOT / "experiments" / "who_runs_it.yaml")]
    with tempfile.TemporaryDirectory() as folder:
        walls = [timed([*command, "--out", str(Path(folder) / str(turn))]) for turn in range(1 if quick else 3)]
    return {"seconds": median(walls), "cores": os.cpu_count(), "goal": 60}


CASES = {
    "one_group": one_group,
    "posting": posting,
    "same_content": same_content,
    "many_groups": many_groups,
    "moving_groups": moving_groups,
    "all_laws": all_laws,
    "all_together": all_together,
    "growth": growth,
    "one_programme": one_programme,
    "paired_variance": paired_variance,
    "log_size": log_size,
    "query": query,
    "first_results": first_results,
    "whole_study": whole_study,
    "study_throughput": study_throughput,
    "first_comparison": first_comparison,
}


def version(name: str) -> str:
    """The version of an installed distribution."""
    with contextlib.suppress(metadata.PackageNotFoundError):
        return metadata.version(name)
    return "not installed"


def contest(found: dict[str, Any], per: str = "wall") -> list[str]:
    """The table of a race."""
    lines = [
        "| contestant | s | building | living | events | us/event | peak MB | times slower | goal |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for who, one in found["contestants"].items():
        slower, goal = one.get("times_slower"), found["goals"].get(who)
        lines.append(
            f"| {who} | {one[per]:.3f} | {one['build']:.3f} | {one['live']:.3f} | {one['events']:.0f} | "
            f"{one['live'] / one['events'] * 1e6:.2f} | {one['peak_mb']:.0f} | "
            f"{f'{slower:.1f}' if slower else ''} | {goal or ''} |"
        )
    return lines


def report(results: dict[str, Any]) -> str:
    """The results as Markdown."""
    about, r = results["about"], results
    load = ", ".join(f"{value:.2f}" for value in about["load"])
    lines = [
        "# Speed",
        "",
        f"{about['date']}; Python {about['python']} on {about['system']}, {about['cores']} cores, load {load} at the start; "
        + ", ".join(f"{name} {number}" for name, number in about["versions"].items())
        + ". Fresh processes in alternating order, medians; the log is on. Written by `python benchmarks/compare_speed.py`"
        + (f", with `--quick`: {', '.join(r['quick'])}" if r["quick"] else "")
        + ". Ratios count, seconds depend on the machine.",
    ]
    if "one_group" in r:
        lines += ["", "## One group, 200 members, 90 days, no plan", "", *contest(r["one_group"])]
    if "posting" in r:
        from compare_posting import report as report_posting

        lines += ["", "## A frozen posting submodel against C", "", *report_posting(r["posting"])]
    if "many_groups" in r:
        many = r["many_groups"]
        if "all_together" in r:
            many["contestants"]["simpy_together"] = r["all_together"]
        for one in many["contestants"].values():
            one["times_slower"] = one["wall_per_group"] / many["contestants"]["ours"]["wall_per_group"]
        del many["contestants"]["ours"]["times_slower"]
        peers = many["contestants"]["simpy"]["programmes"]
        lines += ["", f"## {many['contestants']['ours']['programmes']} groups, 200 members, 30 days", ""]
        lines += [
            f"Seconds a group, log on disk (ours) or in memory (peers). simpy and mesa simulated {peers} groups, one after the other; "
            f"simpy_together has the members of all groups in one environment. Goal for our peak: {many['goals']['peak_mb']} MB.",
            "",
            *contest(many, "wall_per_group"),
        ]
    if "moving_groups" in r:
        moving = r["moving_groups"]
        lines += [
            "",
            f"## {moving['groups']} groups, 200 members, 30 days, with a door, tiers and moves",
            "",
            f"Times: to `alone`, as many groups without all that. Goals: {moving['goals']['times']} times, {moving['goals']['peak_mb']} MB. "
            "`plan` does no other work than those; `feizhimi` has five roles, care and a popup. The default parameters are `fitted`.",
            "",
            "| parameters | plan | s a group | building | living | events | us/event | peak MB | times |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {parameters} | {name} | {one['wall_per_group']:.3f} | {one['build']:.3f} | {one['live']:.3f} | {one['events']} | "
            f"{one['live'] / one['events'] * 1e6:.2f} | {one['peak_mb']:.0f} | {one['times']:.2f} |"
            for parameters, cases in moving["cases"].items()
            for name, one in cases.items()
        ]
    if "same_content" in r:
        same = r["same_content"]
        lines += ["", f"## Same content: means over {same['replications']} replications of {same['days']} days", ""]
        lines += ["| what | ours | simpy | difference | mesa | difference |", "|---|---|---|---|---|---|"]
        for name, row in same["table"].items():
            parts = [
                f"{row[who]['mean']:.1f} | {100 * row[who]['difference']:+.1f} % (standard error {100 * row[who]['standard_error']:.1f} %)"
                for who in WHO[1:]
            ]
            lines.append(f"| {name} | {row['ours']['mean']:.1f} | {' | '.join(parts)} |")
    if "growth" in r:
        lines += [
            "",
            "## Growth",
            "",
            "| members | days | events | building s | living s | us/event |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {row['size']} | {row['days']} | {row['events']} | {row['build']:.3f} | {row['live']:.3f} | {row['us_per_event']:.2f} |"
            for row in r["growth"]
        ]
    if "study_throughput" in r:
        from study_throughput import report as report_throughput

        one = r["study_throughput"]
        lines += ["", f"## One study of {one['points']} points: workers, shards, a cluster", ""]
        lines += ["Seconds with all starts; the tables of all ways are equal, byte for byte.", "", *report_throughput(one)]
    lines += ["", "## Single figures", "", "| what | found | goal |", "|---|---|---|"]
    if "one_programme" in r:
        one = r["one_programme"]
        lines.append(
            f"| {one['members']} members in one programme, 30 days: cost of a session relative to one group | {one['ratio']:.2f} "
            f"(building {one['build']:.1f} s, living {one['live']:.1f} s, peak {one['peak_mb']:.0f} MB) | {one['goal']:.0f} at most |"
        )
    if "paired_variance" in r:
        one = r["paired_variance"]
        text = ", ".join(f"{name} {one[name]:.1f}" for name in ("posts", "replies", "sessions", "orders"))
        lines.append(
            f"| variance of a difference, unpaired over paired, {one['replications']} replications | {text} | {one['goal']} |"
        )
    if "all_laws" in r:
        one = r["all_laws"]
        walls = ", ".join(f"{name} {1e3 * own['wall']:.0f} ms" for name, own in one["parameters"].items())
        lines.append(
            f"| one group of 200, 90 days: all laws, relative to by hand | {one['times']:.2f} ({walls}) | {one['goal']} at most |"
        )
    if "log_size" in r:
        text = ", ".join(f"{name} {row['bytes_per_event']:.1f}" for name, row in r["log_size"]["strategies"].items())
        lines.append(f"| bytes an event on disk | {text} | {r['log_size']['goal']} |")
    if "query" in r:
        one = r["query"]
        lines.append(
            f"| daily posters by group over {one['events']} events on disk, s | {one['seconds']:.2f} | {one['goal']} |"
        )
    if "first_results" in r:
        one = r["first_results"]
        lines.append(f"| first result of `groupalive run`, warm, s | {one['warm']:.2f} | {one['goals']['warm']} |")
        lines.append(f"| the same with nothing compiled, s | {one['cold']:.1f} | {one['goals']['cold']} |")
    if "whole_study" in r:
        one = r["whole_study"]
        lines.append(
            f"| 4 strategies, {one['replications']} replications, {one['cores']} cores: wall relative to perfect use | "
            f"{one['times_perfect']:.2f} ({one['wall']:.1f} s) | {one['goal']} at most |"
        )
    if "first_comparison" in r:
        one = r["first_comparison"]
        lines.append(
            f"| `experiments/who_runs_it.yaml`, {one['cores']} cores, s | {one['seconds']:.1f} | {one['goal']} at most |"
        )
    lines += ["", "How often what is printed holds: [interval_coverage.md](interval_coverage.md)."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Runs the cases asked for and writes what they gave."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small cases, about a minute or two")
    parser.add_argument("--only", nargs="*", choices=CASES, default=[], help="cases to run anew, the others are kept")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of results.md and results.json")
    given = parser.parse_args()
    about = {
        "date": date.today().isoformat(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load": os.getloadavg() if hasattr(os, "getloadavg") else [],
        "versions": {name: version(name) for name in LIBRARIES},
    }
    stored = given.out / "results.json"
    results: dict[str, Any] = json.loads(stored.read_text(encoding="utf-8")) if stored.exists() and given.only else {}
    results |= {"about": about, "quick": [name for name in results.get("quick", []) if name not in given.only]}
    for name in given.only or CASES:
        started = time.perf_counter()
        results[name] = CASES[name](given.quick)
        results["quick"] += [name] * given.quick
        print(f"{name}: {time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
        stored.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        (given.out / "results.md").write_text(report(results), encoding="utf-8")
    print(report(results))


if __name__ == "__main__":
    main()
