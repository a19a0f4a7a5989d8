"""A finished comparison -> its unknowns, the one that matters most first: share of the difference, worth of knowing it, where it flips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sim.sensitivity.estimators import find_flip, find_regret, find_shares, find_worth, rank_scale, smoothed_ends
from sim.sensitivity.interactions import MOST, Interactions, find_interactions
from sim.studies.intervals import world_means
from sim.studies.ledger import StudyError
from sim.studies.paired import side_of
from sim.studies.study import Study, save_table
from sim.world.uncertainty import draw_world

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Worlds below which nothing can be told of one unknown among a hundred.
FEWEST_WORLDS: Final = 40
#: Chance of one false alarm among all unknowns of a study (Holm).
ALARM: Final = 0.05


@dataclass(frozen=True)
class Unknowns:
    """What is not known, and what of it matters to choosing an arm by an outcome.

    best, rival: labels of the arm that is best on average and of the one that comes nearest; lead: their difference, in the unit
    of the outcome, as a gain; ahead: share of worlds in which best is ahead; regret: expected loss of choosing now (EVPI).
    table: one row an unknown, by share: name, low, high (5 and 95 % of the worlds), share, p, matters (after Holm), worth
    (EVPPI), at_low, at_high (the smoothed lead there), flip, flip_low, flip_high.
    """

    outcome: str
    best: str
    rival: str
    worlds: int
    lead: float
    ahead: float
    regret: float
    table: pd.DataFrame
    interactions: Interactions


def find_unknowns(study: Study, outcome: str, scenario: Scenario, seed: int) -> Unknowns:
    """What the worlds of a study say; saves `unknowns` and `interactions` in its folder. Raises StudyError where they are too few.

    scenario: of any arm; parameters that are the same in all worlds are no unknowns.
    """
    rows = study.replications.dropna(subset=["world"])
    wide = rows.pivot_table(index=["world", "replication"], columns="label", values=outcome, sort=False).dropna()
    worlds = wide.index.get_level_values("world").to_numpy()
    numbers = np.unique(worlds).astype(int)
    if len(numbers) < FEWEST_WORLDS:
        raise StudyError(
            f"sensitivity: {len(numbers)} worlds; at least {FEWEST_WORLDS}, that is replications={2 * FEWEST_WORLDS}"
        )
    drawn = pd.DataFrame([vars_of(draw_world(scenario, seed, int(number))) for number in numbers])
    varying = [name for name in drawn if drawn[name].nunique() > 1]
    side = side_of(outcome)
    labels = [str(label) for label in wide.columns]
    values = side * wide.to_numpy(float)
    found = judge_unknowns(drawn[varying].to_numpy(float), varying, values, worlds, labels, outcome)
    whole = {"outcome": outcome, "best": found.best, "rival": found.rival, "lead": found.lead}
    save_table(study.folder, "unknowns", found.table.assign(**whole))
    save_table(study.folder, "interactions", found.interactions.table)
    return found


def vars_of(parameters: object) -> dict[str, float]:
    """The parameters by name."""
    return {name: float(value) for name, value in vars(parameters).items()}


def judge_unknowns(
    x: np.ndarray, names: Sequence[str], values: np.ndarray, worlds: np.ndarray, labels: Sequence[str], outcome: str = ""
) -> Unknowns:
    """x: [W, P] parameters of the worlds; values: [R, arms], more is better; worlds: [R]. See `Unknowns`."""
    means = world_means(values, worlds)
    order = np.argsort(-means.mean(axis=0), kind="stable")
    best, rival = int(order[0]), int(order[1])
    gaps = values - values[:, [best]]
    luck = np.array([_luck(gaps[:, arm], worlds) for arm in range(len(labels))])
    gains, u = means[:, best] - means[:, rival], rank_scale(x)
    shares, chances = find_shares(u, gains, float(luck[rival]))
    ranked = np.argsort(-shares, kind="stable")
    matters = _holm(chances)
    worth = find_worth(u, means)
    rows = []
    for place in ranked:
        at_low, at_high = smoothed_ends(u[:, place], gains)
        flip = find_flip(x[:, place], gains) if matters[place] else None
        low, high = np.quantile(x[:, place], (0.05, 0.95))
        rows.append({
            "name": names[place], "low": float(low), "high": float(high), "share": shares[place], "p": chances[place],
            "matters": bool(matters[place]), "worth": worth[place] if matters[place] else 0.0, "at_low": at_low, "at_high": at_high,
            "flip": flip.value if flip else np.nan, "flip_low": flip.low if flip else np.nan, "flip_high": flip.high if flip else np.nan,
        })  # fmt: skip
    chosen = ranked[:MOST]
    between = find_interactions(u[:, chosen], gains, [names[place] for place in chosen])
    return Unknowns(
        outcome=outcome,
        best=labels[best],
        rival=labels[rival],
        worlds=len(means),
        lead=float(gains.mean()),
        ahead=float((gains > 0).mean()),
        regret=find_regret(means, luck),
        table=pd.DataFrame(rows),
        interactions=between,
    )


def _luck(gaps: np.ndarray, worlds: np.ndarray) -> float:
    """Variance of a world mean by luck alone: the mean variance within worlds over the replications of a world."""
    grouped = pd.Series(gaps).groupby(worlds)
    within, size = grouped.var(ddof=1), grouped.size()
    return float((within / size).mean()) if within.notna().all() else 0.0


def _holm(chances: np.ndarray) -> np.ndarray:
    """Which of many tests stand when all of them are looked at (Holm 1979)."""
    order, stand = np.argsort(chances, kind="stable"), np.zeros(len(chances), bool)
    for step, place in enumerate(order):
        if chances[place] > ALARM / (len(chances) - step):
            break
        stand[place] = True
    return stand
