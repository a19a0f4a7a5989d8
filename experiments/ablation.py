"""What does each law carry? Each sub-model is switched off in turn: patterns in range, days alive, what arms add, their ranking.

python experiments/ablation.py [FOLDER] [KEY=VALUE ...]: writes ablation.csv into the folder (default outputs/ablation) and prints it;
goes on where it was cut off. Settings such as parameters=fitted hold throughout; laws that are off under them are left
out. Parameters are held at their values, and people and luck are the same with and without a law.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from sim.parameters import SUBMODELS

STRATEGIES = ("no_plan", "columns_and_perks", "kol_care", "de_operation")
#: Where arms neither all survive nor all die: near-strangers over half a year.
SCENARIO = ("scenario=restaurant", "days=180")
REPLICATIONS, PATTERN_REPLICATIONS = 8, 3
NOTHING = "nothing"
#: A difference that counts: more than so many standard errors of the paired mean, and than so much (days, yuan; patterns and figures: one).
ERRORS, LEAST_DAYS, LEAST_YUAN = 5.0, 3.0, 300.0


def measure(folder: Path, overrides: list[str]) -> pd.DataFrame:
    """One row a law: patterns and texture in range, days alive and yuan added by strategy, the ranking by what they add, and moves."""
    from sim.config import Arm, compose, expand, replaced
    from sim.run import pattern_point
    from sim.studies.runner import Stages, run_study

    usual = compose(overrides).scenario.parameters
    laws = [name for name, off in SUBMODELS.items() if any(getattr(usual, key) != value for key, value in off.items())]
    without = {NOTHING: [], **{law: [f"parameters.without=[{law}]"] for law in laws}}
    arms, talks = [], []
    for law, words in without.items():
        told = replaced([*SCENARIO], [*overrides, *words])
        for arm in expand(replaced(told, [f"strategy={','.join(STRATEGIES)}"])):
            arms.append(Arm(f"{law} | {arm.label}", {"law": law, "kind": arm.label}, arm.composed, arm.without))
        told = replaced(["scenario=restaurant", "strategy=kol_care", "days=182", "confirm_days=0"], [*overrides, *words])
        talks.append(Arm(law, {"law": law}, compose(told)))
    simulated = run_study(
        arms, replications=REPLICATIONS, seed=1, folder=folder / "arms", resume=(folder / "arms" / "study.json").exists(),
        parameter_mode="fixed",
    ).replications  # fmt: skip
    stages = Stages(folder, None, folder.exists(), None, PATTERN_REPLICATIONS)
    said = stages.run("patterns", talks, pattern_point, PATTERN_REPLICATIONS).replications
    table = pd.DataFrame([_row(law, simulated, said) for law in without])
    table["moves"] = [", ".join(_moves(law, simulated, table)) for law in table["law"]]
    table.round(2).to_csv(folder / "ablation.csv", index=False)
    return table


def _row(law: str, simulated: pd.DataFrame, said: pd.DataFrame) -> dict[str, object]:
    from sim.projections.patterns import PATTERNS, place_in_range
    from sim.projections.texture import FIGURES

    middle = said[said["law"] == law].median(numeric_only=True)
    inside = {
        part: sum(place_in_range(float(middle.get(one.name, float("nan"))), one.low, one.high) == "in" for one in measures)
        for part, measures in (("patterns", PATTERNS), ("texture", FIGURES))
    }
    own = simulated[simulated["law"] == law].groupby("kind")[["alive_days", "adds"]].mean()
    ranking = own["adds"].sort_values(ascending=False).index
    return {
        "law": law, **inside,
        **{f"alive {name}": own.alive_days[name] for name in STRATEGIES},
        **{f"adds {name}": own.adds[name] for name in STRATEGIES},
        "ranking": " > ".join(ranking),
    }  # fmt: skip


def _moves(law: str, simulated: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """What switching a law off moves by more than luck."""
    if law == NOTHING:
        return []
    usual, row = table.iloc[0], table[table["law"] == law].iloc[0]
    found = [part for part in ("patterns", "texture") if usual[part] != row[part]]
    for outcome, least in (("alive_days", LEAST_DAYS), ("adds", LEAST_YUAN)):
        wide = simulated[simulated["law"].isin((NOTHING, law))].pivot_table(
            index=["kind", "replication"], columns="law", values=outcome
        )
        gap = (wide[law] - wide[NOTHING]).groupby("kind")
        mean, error = gap.mean(), gap.sem().fillna(0.0)
        if ((mean.abs() > least) & (mean.abs() > ERRORS * error)).any():
            found.append("alive" if outcome == "alive_days" else "adds")
    return [*found, *(["ranking"] if usual["ranking"] != row["ranking"] else [])]


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("words", nargs="*", metavar="FOLDER|KEY=VALUE", help="where to, and settings that differ")
    given = told.parse_args().words
    where = Path(given.pop(0) if given and "=" not in given[0] else "outputs/ablation")
    with pd.option_context("display.width", 250, "display.max_columns", None):
        print(measure(where, given).round(1).to_string(index=False))
