"""The ten findings of docs/findings.md, world by world: `python experiments/findings.py FOLDER`, a finished study of `groupalive claims`.

Draws a picture of each that the study holds into docs/findings: every dot is the mean difference in one plausible world.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sim.claims.claim import chosen  # noqa: E402
from sim.claims.judging import Pair, find_pairs  # noqa: E402
from sim.claims.running import ARMS, lay_out  # noqa: E402
from sim.projections.outcomes import OUTCOMES  # noqa: E402
from sim.report.claims import name_measure, tell  # noqa: E402
from sim.report.figures import in_style, save_figure  # noqa: E402
from sim.report.language import Translator, translator  # noqa: E402
from sim.report.style import BAD, FAINT, GOOD, LUCK, QUIET, SHADE, new_figure, styled  # noqa: E402
from sim.studies.study import read_table  # noqa: E402

#: The claims in the order of the page.
FINDINGS = ("G122", "G018", "G022", "G092", "G101", "G024", "G004", "G034", "G051", "G003")
PAGES = ROOT / "docs" / "findings"
COLOURS = {"supported": GOOD, "contradicted": BAD, "undecided": QUIET}
#: Inches of a line and of what stands around all of them; places of a line into which dots are sorted; a dot and all dots of a place, as
#: shares of the line.
LINE, FRAME, PLACES, DOT, STACK = 0.95, 1.9, 70, 0.075, 0.6


@styled
def draw_finding(name: str, pairs: list[Pair], stored: pd.DataFrame, t: Translator) -> Any:
    """The checks of a claim, one panel an outcome and pair of arms, one line a setting: worlds, mean, interval, what is too small to matter."""
    checks = list(dict.fromkeys(id(pair.check) for pair in pairs))
    by_check = [[pair for pair in pairs if id(pair.check) == one] for one in checks]
    says = chosen([name])[name][1].says
    figure = new_figure(getattr(says, t.language), "", width=11, height=FRAME + LINE * len(pairs) + 0.5 * len(checks))
    panels = figure.subplots(len(checks), 1, squeeze=False, gridspec_kw={"height_ratios": [len(one) for one in by_check]})[:, 0]
    for axes, mine in zip(panels, by_check, strict=True):
        for place, pair in enumerate(mine):
            row = stored[(stored.setting == pair.setting) & _same(stored, pair)].iloc[0]
            _draw_line(axes, place, pair, row)
        axes.axvspan(-mine[0].effect, mine[0].effect, color=SHADE, linewidth=0, zorder=0)
        axes.axvline(0, color=FAINT, linewidth=1, zorder=0)
        axes.set_yticks(range(len(mine)), [pair.setting for pair in mine])
        axes.set_ylim(len(mine) - 0.45, -0.75)
        axes.grid(axis="y", visible=False)
        axes.tick_params(axis="y", left=False)
        axes.spines["left"].set_visible(False)
        check = mine[0].check
        arms = f"{check.arm} less {check.against}" if check.against else ", ".join(check.arms)
        unit = f" ({t.unit(row['outcome'])})" if row["outcome"] in OUTCOMES and not row["window"] else ""
        axes.set_title(f"{arms}: {name_measure(row, t)}{unit}", loc="left", fontsize=12, color=QUIET)
        axes.xaxis.set_major_formatter(lambda value, _, row=row: tell(value, row, t))
    return figure


def _same(stored: pd.DataFrame, pair: Pair) -> Any:
    check = pair.check
    days = f"{check.window[0]:g}-{check.window[1]:g}" if check.window else ""
    outcome = " ".join(check.correlate) if check.correlate else check.outcome
    return (
        (stored.arm == (check.arm or " ".join(check.arms)))
        & (stored.against == check.against)
        & (stored.outcome == outcome)
        & (stored.window == days)
    )


def _draw_line(axes: Any, place: int, pair: Pair, row: Any) -> None:
    worlds, colour = np.sort(pair.means), COLOURS[row["found"]]
    low, high = min(worlds[0], -pair.effect), max(worlds[-1], pair.effect)
    width = (high - low) / PLACES
    places = np.round((worlds - low) / width)
    above = np.array([(places[:number] == one).sum() for number, one in enumerate(places)])
    up = min(DOT, STACK / (above.max() + 1))
    axes.plot(
        low + width * places, place - 0.1 - up * above, "o", color=LUCK, markersize=4, alpha=0.55, markeredgewidth=0, zorder=2
    )
    axes.plot([row["low"], row["high"]], [place + 0.12] * 2, color=colour, linewidth=3.5, solid_capstyle="butt", zorder=2)
    axes.plot(row["mean"], place + 0.12, "D", color=colour, markersize=7, markeredgecolor="white", zorder=3)


def main(folder: Path) -> None:
    """Draws those that the folder holds. Raises StudyError for a folder that holds no finished study, SystemExit for one of other claims."""
    t = translator("en")
    stored = read_table(folder, "claims").fillna({"window": "", "against": ""})
    claims = chosen(stored.loc[stored.setting.notna(), "claim"])
    bench, arms = lay_out(claims, [], folder), read_table(folder / ARMS, "arms")
    if [arm.label for arm in bench.arms] != arms["label"].tolist():
        sys.exit(f"{folder}: claims that are tried by the same arms still are needed; run groupalive claims once more")
    pairs = find_pairs(claims, bench, read_table(folder / ARMS, "replications"))
    for name in [name for name in FINDINGS if name in claims]:
        mine = [pair for pair in pairs if pair.claim == name]
        with in_style("paper"):
            save_figure(draw_finding(name, mine, stored[stored.claim == name], t), PAGES / f"{name}.svg")


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folder", type=Path)
    main(told.parse_args().folder)
