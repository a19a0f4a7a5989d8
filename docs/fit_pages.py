"""The tables of the last fit that was published -> the generated parts of the page of the fit."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).resolve().parent
Table = Callable[[Iterable[str], Iterable[Iterable[Any]]], str]


def stored(name: str) -> list[dict[str, str]]:
    """A table of the last fit that was published; nothing before there is one."""
    path = DOCS / "fit" / f"{name}.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines())) if path.is_file() else []


def _digits(text: str) -> str:
    """A number to three digits, as it is read; - where there is none."""
    return f"{float(text):.3g}" if text else "-"


def time(table: Table) -> str:
    """How long each stage of the published fit took."""
    path = DOCS / "fit" / "seconds.json"
    if not path.is_file():
        return "No fit has been published yet.\n"
    seconds = json.loads(path.read_text("utf-8"))
    told = ", ".join(f"{name} {value / 60:.1f}" for name, value in seconds.items())
    return f"The published one took {sum(seconds.values()) / 60:.0f} minutes on two cores (minutes: {told}).\n"


def targets(table: Table) -> str:
    """Hits and misses of the published fit."""
    rows = stored("targets")
    parts = []
    for half, head in (("fit", "Fitted half"), ("check", "Checked half")):
        mine = [row for row in rows if row["half"] == half]
        hits, before = (sum(row[f"{which}_verdict"] == "in" for row in mine) for which in ("fitted", "by_hand"))
        parts.append(f"**{head}**: {hits} of {len(mine)} in, set by hand {before}.\n")
        parts.append(
            table(
                ("figure", "range", "by hand", "fitted", "verdict", "foretold, 90 %", "inside", "prior, 98 %", "source of the range"),
                [
                    [f"`{row['target']}`", f"{_digits(row['low'])} to {_digits(row['high'])}", _digits(row["by_hand"]),
                     f"{_digits(row['fitted'])} ± {_digits(row['fitted_sd'])}", row["fitted_verdict"],
                     f"{_digits(row['q05'])} to {_digits(row['q95'])}", f"{float(row['inside']):.2f}",
                     f"{_digits(row['reach_low'])} to {_digits(row['reach_high'])}", row["source"]]
                    for row in mine
                ],
            )
        )  # fmt: skip
    return "\n".join(parts)


def parameters(table: Table) -> str:
    """Prior, published value and posterior of each fitted parameter."""
    by_hand = yaml.safe_load((DOCS.parent / "configs" / "parameters" / "by_hand.yaml").read_text("utf-8"))
    return table(
        ("parameter", "prior", "by hand", "fitted", "posterior, 90 %", "ratio", "verdict"),
        [
            [f"`{row['parameter']}`", f"{_digits(row['low'])} to {_digits(row['high'])}{', log' * (row['log'] == 'True')}",
             _digits(str(by_hand[row["parameter"]])), _digits(row["value"]),
             f"{_digits(row['q05'])} to {_digits(row['q95'])}", f"{float(row['ratio']):.2f}", row["verdict"]]
            for row in sorted(stored("parameters"), key=lambda row: float(row["ratio"]))
        ],
    )  # fmt: skip


def trades(table: Table) -> str:
    """Pairs of parameters that the figures cannot tell apart."""
    rows = [[f"`{row['parameter']}`", f"`{row['other']}`", f"{float(row['correlation']):.2f}"] for row in stored("trades")]
    return table(("parameter", "other", "correlation"), rows) if rows else "None.\n"


def fixed(table: Table) -> str:
    """What stands beside the fit."""
    return table(("parameter", "value"), [[f"`{row['parameter']}`", _digits(row["value"])] for row in stored("fixed")])


def calibration(table: Table) -> str:
    """The tests of uniform ranks."""
    rows = stored("calibration")
    if not rows:
        return "Not published yet.\n"
    pairs = {name: {row["before"]: row for row in rows if row["parameter"] == name} for name in dict.fromkeys(
        row["parameter"] for row in rows)}  # fmt: skip
    told = table(
        ("parameter", *(f"{before}: {what}" for before in ("prior", "posterior") for what in ("mean rank", "chi2 p", "KS p"))),
        [
            [f"`{name}`", *(f"{float(pair[before][key]):.3f}" for before in ("prior", "posterior")
                            for key in ("mean_rank", "p", "ks_p"))]
            for name, pair in pairs.items()
        ],
    )  # fmt: skip
    truths = " and ".join(f"{pair['truths']} of the {name}" for name, pair in next(iter(pairs.values())).items())
    return f"Truths: {truths}.\n\n{told}\n![Ranks of known truths](fit/calibration.png)\n"


#: Parts of the page by name.
PARTS: dict[str, Callable[[Table], str]] = {
    "time": time,
    "targets": targets,
    "parameters": parameters,
    "trades": trades,
    "fixed": fixed,
    "calibration": calibration,
}
