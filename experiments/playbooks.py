"""The named playbooks once more: `python experiments/playbooks.py [NAME ...]` runs each beside another way, and writes its page.

What is run stands in docs/playbooks/playbooks.yaml; a result is a JSON of some 3 kB in experiments/results/playbooks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import yaml
from worked import COLUMNS, plain

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import sim  # noqa: E402
from sim.projections.paths import find_paths  # noqa: E402

RESULTS = ROOT / "experiments" / "results" / "playbooks"
REPLICATIONS, SEED = 10, 7
#: What is judged, the first first.
JUDGED = "adds,alive_days,messages_per_day,members_end,orders,revenue,repurchase_rate,staff_hours"


def run(playbook: dict[str, Any]) -> dict[str, Any]:
    """The playbook and what stands beside it, paired; the paths of one run of each, under one seed."""
    arms = {"the playbook": playbook["playbook"], "beside it": playbook["beside"]}
    written = "; ".join(f"{name}: {' '.join(words)}" for name, words in arms.items())
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = sim.compare(
            *playbook["words"], f"arms=[{written}]", f"judge={JUDGED}", folder=Path(folder) / "study",
            replications=REPLICATIONS, seed=SEED, workers=1, baseline="beside it",
        )  # fmt: skip
        shown = made.page().shown
    outcomes = [
        {"outcome": str(outcome), "rows": [{key: plain(row[key]) for key in COLUMNS} for _, row in rows.iterrows()]}
        for outcome, rows in shown.groupby("outcome", sort=False)
    ]
    paths = {}
    for name, words in arms.items():
        scenario = sim.compose(*playbook["words"], *words)
        simulated = sim.simulate(scenario, seed=SEED)
        paths[name] = sorted({one.path.row for one in find_paths(simulated.log, scenario.days)[1]})
    return {"replications": REPLICATIONS, "days": scenario.days, "planned": scenario.population.planned, "seed": SEED,
            "outcomes": outcomes, "paths": paths}  # fmt: skip


def main(names: list[str]) -> int:
    """Runs each and writes what is kept of it."""
    told = yaml.safe_load((ROOT / "docs" / "playbooks" / "playbooks.yaml").read_text("utf-8"))
    if wrong := [name for name in names if name not in told]:
        print(f"{wrong[0]}: one of {', '.join(told)}", file=sys.stderr)
        return 2
    RESULTS.mkdir(exist_ok=True)
    for name in names or told:
        (RESULTS / f"{name}.json").write_text(json.dumps(run(told[name]), indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(name, flush=True)
    return subprocess.run([sys.executable, str(ROOT / "docs" / "generate.py")], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
