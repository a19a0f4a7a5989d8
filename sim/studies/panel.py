"""Replications table -> arms side by side in a few outcomes: means, paired differences, verdicts, and what cannot tell arms apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from sim.events.kinds import TASKS
from sim.projections.outcomes import OUTCOMES, unit_of
from sim.studies.choice import LEVEL, find_possible_best
from sim.studies.intervals import estimate_mean_interval, world_means
from sim.studies.paired import FEWEST_REPLICATIONS, estimate_paired, side_of

#: What a comparison is judged by unless something else is asked: money, life, talk, people, effort.
PANEL: Final = ("adds", "alive_days", "messages_per_day", "members_end", "staff_hours")
#: An arm sits at a floor or ceiling where so many of its replications do, and an outcome where so many of the arms do.
AT_BOUND, ARMS_AT_BOUND = 0.9, 0.75
_FRONT: Final = (
    "outcome",
    "arm",
    "label",
    "effect",
    "runs",
    "mean",
    "mean_low",
    "mean_high",
    "rank",
    "possible_best",
    "at_bound",
)


def estimate_panel(
    replications: pd.DataFrame,
    outcomes: Sequence[str] = PANEL,
    *,
    baseline: int | str = 0,
    days: float,
    members: float,
    effects: Mapping[str, float] | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    """One row per outcome and arm, in the order asked; outcomes that the replications do not have are left out.

    level: of the main interval of the first outcome, more than 95 % where the study was looked at while it grew.
    effect: the smallest difference that matters (`Outcome.smallest_effect`, or `effects`). mean, mean_low, mean_high: over
    plausible worlds with its 95 % interval; rank: 1 is best. possible_best: see `find_possible_best`. at_bound: `low`, `high`
    where AT_BOUND of the replications sit at what the outcome can be at most or at least, else empty. The rest: see
    `estimate_paired`; verdict is `none` for an arm without a group in an outcome that is about groups. runs: replications
    in which every arm has a value; the others are left out for all arms, since pairs would be broken. An outcome is held against
    `baseline`, or where that has none, against the first arm that has.
    """
    known = [name for name in outcomes if name in replications and replications[name].notna().any()]
    levels = dict.fromkeys(known, LEVEL) | dict.fromkeys(outcomes[:1], level)
    parts = [_judge(replications, name, baseline, days, members, effects or {}, levels[name]) for name in known]
    return pd.concat(parts, ignore_index=True)


def _judge(
    replications: pd.DataFrame, name: str, baseline: int | str, days: float, members: float, effects: Mapping[str, float],
    level: float,
) -> pd.DataFrame:  # fmt: skip
    outcome = OUTCOMES[name]
    arms = replications[["arm", "label"]].drop_duplicates(ignore_index=True)
    without = find_arms_without_group(replications) if outcome.of_group else []
    empty = replications.groupby("arm")[name].count() == 0
    without = [*without, *(arm for arm in empty.index[empty] if arm not in without)]
    table = replications[~replications.arm.isin(without)]
    broken = table.loc[table[name].isna(), "replication"].unique()
    table = table[~table.replication.isin(broken)]
    effect = effects.get(name, outcome.smallest_effect(days, members))
    front = arms.assign(outcome=name, effect=effect)
    if table.empty:
        return front.assign(runs=0, verdict="none").reindex(columns=[*_FRONT, "verdict"])
    there = table[["arm", "label"]].drop_duplicates(ignore_index=True)
    column = "label" if isinstance(baseline, str) else "arm"
    base = baseline if (there[column] == baseline).any() else there[column].iloc[0]
    bounds = outcome.bounds(days)
    within = bounds if np.isfinite(bounds).all() else None
    paired = estimate_paired(table, name, baseline=base, smallest_effect=effect, bounds=within, level=level)
    wide = table.pivot(index=["replication", "world"], columns="arm", values=name)[there.arm.tolist()]
    values, worlds = wide.to_numpy(float), wide.index.get_level_values("world").to_numpy()
    means = world_means(values, worlds)
    low, high = estimate_mean_interval(means, LEVEL, within)
    side = side_of(name)
    own = None if within is None else (min(side * bounds[0], side * bounds[1]), max(side * bounds[0], side * bounds[1]))
    own_table = there.assign(
        runs=len(values),
        mean=means.mean(axis=0),
        mean_low=low,
        mean_high=high,
        rank=pd.Series(-side * means.mean(axis=0)).round(9).rank(method="min").astype(int),
        possible_best=find_possible_best(side * means, own) if len(values) >= FEWEST_REPLICATIONS else True,
        at_bound=[_at_bound(values[:, place], bounds) for place in range(len(there))],
    )
    drop = ["label", "replications"]
    merged = front.merge(own_table.drop(columns="label"), on="arm", how="left").merge(
        paired.drop(columns=drop), on="arm", how="left"
    )
    merged["verdict"] = merged.verdict.fillna("none")
    merged["at_bound"] = merged.at_bound.fillna("")
    merged["runs"] = merged.runs.fillna(0).astype(int)
    return merged[[*_FRONT, *(name for name in merged if name not in _FRONT)]]


def find_arms_without_group(replications: pd.DataFrame) -> list[int]:
    """Numbers of the arms in which no group was opened: there is no share of groups that died."""
    if "dead" not in replications:
        return []
    opened = replications.groupby("arm").dead.count()
    return [int(arm) for arm in opened.index[opened == 0]]


def estimate_hours(replications: pd.DataFrame) -> pd.DataFrame:
    """Mean hours by arm (index): each task by its name, `all`, and `contract` where it is known."""
    names = {f"hours_{task}": task for task in TASKS} | {"staff_hours": "all", "contract_hours": "contract"}
    known = [name for name in names if name in replications]
    return replications.groupby("arm")[known].mean().rename(columns=names)


def _at_bound(values: np.ndarray, bounds: tuple[float, float]) -> str:
    for name, bound in zip(("low", "high"), bounds, strict=True):
        if np.isfinite(bound) and (np.abs(values - bound) < 1e-9).mean() >= AT_BOUND:
            return name
    return ""


def find_blind(panel: pd.DataFrame) -> dict[str, str]:
    """Outcomes of a panel that sit at a floor or ceiling for nearly all arms, each with the outcome that tells the arms apart best.

    Best is the one with most arms that are surely better or worse, the first of several; "" where no other outcome tells any
    apart. Hours are left out: they are what an arm puts in.
    """
    settled = panel[panel.verdict.isin(("better", "worse")) & (panel.outcome.map(unit_of) != "hours")]
    apart = settled.groupby("outcome", sort=False).size()
    found = {}
    for name, rows in panel[panel.verdict != "none"].groupby("outcome", sort=False):
        most = rows.at_bound[rows.at_bound != ""].value_counts()
        if len(rows) > 1 and len(most) and most.iloc[0] >= ARMS_AT_BOUND * len(rows):
            others = apart.drop(name, errors="ignore")
            found[str(name)] = str(others.idxmax()) if len(others) else ""
    return found
