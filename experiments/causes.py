"""What does one thing do? P10 and P12 to P16 as experiments: the same people and luck, with and without it.

python experiments/causes.py [FOLDER] [KEY=VALUE ...]: prints each effect beside its target and writes causes.csv into the folder
(default outputs/causes). Settings such as parameters=fitted hold in every arm; docs/model.md says what the arms are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd


def measure(folder: Path, overrides: list[str]) -> pd.DataFrame:
    """One row an effect: pattern, what, value, low, high, place, source."""
    from sim.projections.patterns import place_in_range
    from sim.projections.trials import TRIALS
    from sim.studies.runner import Stages
    from sim.studies.trials import TRIAL_REPLICATIONS, TRIAL_STAGES, measure_trials, run_trials

    stages = Stages(folder, None, folder.exists(), None, TRIAL_STAGES * TRIAL_REPLICATIONS)
    found = measure_trials(*run_trials(overrides, stages))
    rows = [
        {"pattern": one.key, "what": one.what, "value": found[one.name], "low": one.low, "high": one.high,
         "place": place_in_range(found[one.name], one.low, one.high), "source": one.source}
        for one in TRIALS
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table.round(4).to_csv(folder / "causes.csv", index=False)
    return table


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("words", nargs="*", metavar="FOLDER|KEY=VALUE", help="where to, and settings that differ")
    words = told.parse_args().words
    where = Path(words.pop(0) if words and "=" not in words[0] else "outputs/causes")
    print(measure(where, words).drop(columns="source").round(3).to_string(index=False))
