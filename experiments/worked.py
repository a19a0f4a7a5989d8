"""The worked studies once more: `python experiments/worked.py [NAME ...]` runs them, keeps small results, and writes their pages.

A result is a JSON of some 10 kB in experiments/results and a figure in docs/studies; docs/generate.py makes the pages of them.
What is finished below outputs/worked is not run again; after a change of the program it is, in a new folder.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sim.cli import main  # noqa: E402
from sim.provenance import hash_sources  # noqa: E402
from sim.report.drawing import find_figures  # noqa: E402
from sim.report.figures import in_style, save_figure  # noqa: E402
from sim.report.language import translator  # noqa: E402
from sim.report.origin import tell_study  # noqa: E402
from sim.report.study_page import word_page  # noqa: E402
from sim.studies.asked import read_asked  # noqa: E402
from sim.studies.told import read_told  # noqa: E402

#: Study -> the figure that its page shows.
STUDIES = {
    "who_runs_it": "league",
    "staffing": "sweep_alive_days",
    "incident_handling": "league",
    "coupons_24_months": "league",
    "merged_or_five": "league",
    "merged_or_cohorts": "league",
    "flash_sale": "league",
    "cadence": "sweep_alive_days",
    "second_operator": "league",
}
RESULTS, PAGES = ROOT / "experiments" / "results", ROOT / "docs" / "studies"
COLUMNS = ("label", "mean", "mean_low", "mean_high", "difference", "low", "high", "verdict", "ahead", "tied", "behind")


def keep(name: str, folder: Path) -> dict[str, Any]:
    """What the page of a study needs of its tables."""
    t, asked = translator("en"), read_asked(folder)
    told = read_told(folder, asked)
    page = word_page(told, asked, t)
    outcomes = [
        {"outcome": str(outcome), "rows": [{key: plain(row[key]) for key in COLUMNS} for _, row in rows.iterrows()]}
        for outcome, rows in page.shown.groupby("outcome", sort=False)
    ]
    figure = STUDIES[name]
    with in_style("paper"):
        drawn = find_figures(folder, t)[figure]()
        save_figure(drawn, PAGES / f"{name}.svg")
    caption = ". ".join(str(drawn.get_label()).split("\n")).replace("?. ", "? ")
    return {
        "title": asked.title, "said": page.said, "notes": page.notes, "warnings": page.warnings, "outcomes": outcomes,
        "caption": caption, "origin": [row for row in tell_study(folder, asked, t) if row[1]],
    }  # fmt: skip


def plain(value: Any) -> Any:
    """A cell as JSON has it, with six figures."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return None if not math.isfinite(value) else float(f"{value:.6g}")
    return value


def run(names: list[str]) -> int:
    """Runs each study, or goes on with it, and writes what is kept of it."""
    for name in names or list(STUDIES):
        if name not in STUDIES:
            print(f"{name}: one of {', '.join(STUDIES)}", file=sys.stderr)
            return 2
        folder = ROOT / "outputs" / "worked" / hash_sources()[:8] / name
        go_on = ["--resume"] if (folder / "ledger").is_dir() else []
        if code := main([str(ROOT / "experiments" / f"{name}.yaml"), "--out", str(folder), *go_on]):
            return code
        RESULTS.mkdir(exist_ok=True)
        PAGES.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(json.dumps(keep(name, folder), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return subprocess.run([sys.executable, str(ROOT / "docs" / "generate.py")], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
