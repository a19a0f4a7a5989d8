"""A finished fit -> what is shipped of it: `parameters=fitted`, the posterior that studies draw from, the tables and figures of docs/fit.md.

uv run python experiments/publish_fit.py outputs/fit/1
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import pandas as pd

from sim.fitting.fit import DIGITS, fitted_yaml

ROOT = Path(__file__).resolve().parent.parent
TABLES = ("targets", "parameters", "trades", "calibration", "fixed")
FIGURES = ("targets", "parameters", "calibration")


def publish(folder: Path) -> None:
    """Copies and writes what is shipped; `folder` is one that `groupalive fit` has finished."""
    parameters, fixed = (pd.read_csv(folder / f"{name}.csv") for name in ("parameters", "fixed"))
    vector = dict(zip(parameters["parameter"], parameters["value"], strict=True))
    laws = dict(zip(fixed["parameter"], fixed["value"], strict=True))
    (ROOT / "configs/parameters/fitted.yaml").write_text(fitted_yaml(vector | laws), encoding="utf-8")
    posterior = pd.read_csv(folder / "posterior.csv")
    rows = pd.concat([pd.DataFrame([vector])[list(posterior)], posterior], ignore_index=True)
    rows.map(lambda value: f"{value:.{2 * DIGITS}g}").to_csv(ROOT / "sim/posterior.csv", index=False, lineterminator="\n")
    shown = ROOT / "docs/fit"
    shown.mkdir(exist_ok=True)
    for path in (*(folder / f"{name}.csv" for name in TABLES), *(folder / "figures" / f"{name}.png" for name in FIGURES)):
        shutil.copy(path, shown)
    shutil.copy(folder / "seconds.json", shown)


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folder", type=Path)
    publish(told.parse_args().folder)
