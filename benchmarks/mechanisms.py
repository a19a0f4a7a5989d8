"""What each mechanism changes and what it costs: a plain plan with it and without, the same people and the same luck.

`python benchmarks/mechanisms.py [FOLDER]`: runs the study in the folder (default outputs/mechanisms; goes on where it was cut off), writes
docs/mechanisms.csv, from which the pages in docs/mechanisms are made, and prints the table. A row is one outcome of one mechanism:
the mean difference over plausible worlds and its interval, which holds for all rows at once (Bonferroni), so that a row of
which the interval leaves out zero is no accident of looking at several hundred. `times` is the processor time of a run with the
mechanism over one without, the median of alternating pairs.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

REPLICATIONS, SEED, PAIRS = 60, 1, 9
#: A group that neither dies at once nor outlives the look, long enough for what comes late in the shipped incidents.
SETTING: Final = ("scenario=restaurant", "days=60")
OUTCOMES: Final = (
    "posters_per_day",
    "messages_per_day",
    "muted_share",
    "members_end",
    "complaints",
    "orders",
    "net_income",
    "staff_hours",
)
#: How often a mechanism is used where nothing else is said of it.
CLOCK: Final = {"day": 2, "every_days": 7, "hour": 20}
#: Ordinary uses: what cannot be left at its defaults, or would be nothing.
BLOCKS: Final[dict[str, dict[str, Any]]] = {
    "broadcast": {"clock": {"day": 1, "per_day": 1}, "content": 1.0, "quality": 0.7},
    "offer": {"clock": {"day": 1, "weekday": 3, "hour": 12}, "discount": 0.2},
    "care": {"clock": {"day": 2, "every_days": 3}, "act": "favour", "select": "top_talkers", "count": 5},
    "invite": {"clock": {"day": 2, "every_days": 7}, "mode": "word_of_mouth", "select": "top_talkers", "count": 10},
    "welcome": {"text": "services"},
    "popup": {"clock": {"day": 7}, "lead_days": 1, "days": 8, "leaders": 2},
    "stream": {"clock": {"day": 7, "every_days": 14}, "announce_days": 1},
}
#: What a mechanism needs beside it in the plan.
BESIDE: Final[dict[str, dict[str, Any]]] = {"seats": {"segments": {"tiers": {"regular": 2, "best": 5}, "window_days": 30}}}
NOTHING: Final = "nothing"


def arms_of(folder: Path) -> dict[tuple[str, str], list[str]]:
    """(kind, name) of every mechanism -> the words of a run with it; writes the plans into the folder."""
    from sim.config import options
    from sim.coverage import PLAIN
    from sim.rules.mechanics import MECHANICS

    def plan(name: str, *blocks: dict[str, Any]) -> str:
        path = folder / f"{name}.yaml"
        base = {"duties": PLAIN["duties"], **BESIDE.get(name, {})}
        content = {"base": base, "calendar": [*PLAIN["calendar"], *blocks]}
        path.write_text(f"# @package strategy\n# A plain plan and {name}.\n{yaml.safe_dump(content)}", encoding="utf-8")
        return f"strategy={path}"

    folder.mkdir(parents=True, exist_ok=True)
    plain = plan(NOTHING)
    found = {("", NOTHING): [plain]}
    for name in MECHANICS:
        block = {"use": name, "as": "tried", **(BLOCKS.get(name) or {"clock": CLOCK})}
        found["mechanic", name] = [plan(name, block)]
    for kind in ("campaign", "incident"):
        found |= {(kind, name): [plain, f"{kind}=[{name}]"] for name in options(kind)}
    return found


def measure(folder: Path) -> pd.DataFrame:
    """One row an outcome of a mechanism."""
    from scipy.stats import t as student

    from sim.config import Arm, compose
    from sim.run import simulate
    from sim.studies.runner import run_study

    cases = arms_of(folder / "plans")
    composed = {case: compose([*SETTING, *words]) for case, words in cases.items()}
    arms = [Arm(" ".join(case).strip(), {"case": name}, composed[case]) for case in cases for _, name in [case]]
    simulated = run_study(
        arms, replications=REPLICATIONS, seed=SEED, folder=folder / "arms", resume=(folder / "arms" / "study.json").exists()
    ).replications
    worlds = simulated.groupby(["label", "world"])[list(OUTCOMES)].mean()
    tests = (len(cases) - 1) * len(OUTCOMES)
    rows = []
    for case in cases:
        if case == ("", NOTHING):
            continue
        times = [_times(composed["", NOTHING].scenario, composed[case].scenario, simulate, pair) for pair in range(PAIRS)]
        gap = worlds.loc[" ".join(case)] - worlds.loc[NOTHING]
        for outcome in OUTCOMES:
            own = gap[outcome].dropna().to_numpy(float)
            half = student.ppf(1 - 0.025 / tests, len(own) - 1) * own.std(ddof=1) / np.sqrt(len(own))
            rows.append(
                {"kind": case[0], "name": case[1], "outcome": outcome, "without": worlds.loc[NOTHING][outcome].mean(),
                 "difference": own.mean(), "low": own.mean() - half, "high": own.mean() + half, "worlds": len(own),
                 "times": median(times)}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _times(without: Any, with_it: Any, simulate: Any, pair: int) -> float:
    """Processor time of a run with a mechanism over one without."""
    spent = []
    for scenario in (without, with_it):
        start = time.process_time()
        simulate(scenario, seed=SEED, replication=pair)
        spent.append(time.process_time() - start)
    return spent[1] / spent[0]


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folder", nargs="?", type=Path, default=ROOT / "outputs" / "mechanisms")
    found = measure(told.parse_args().folder)
    found.to_csv(ROOT / "docs" / "mechanisms.csv", index=False, float_format="%.6g", lineterminator="\n")
    with pd.option_context("display.width", 200, "display.max_rows", None):
        print(found.round(2).to_string(index=False))
