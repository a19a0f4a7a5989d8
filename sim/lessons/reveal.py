"""Replications of the arms of a lesson -> its dots, its verdicts and the story that is typical: plain values, no words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

from typing_extensions import TypedDict  # pydantic checks what is read back, and needs this one before Python 3.12

from sim.lessons.lesson import Measure
from sim.projections.outcomes import OUTCOMES
from sim.studies.paired import estimate_paired

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["more", "more_open", "less", "less_open", "same", "open"]


class ArmReveal(TypedDict):
    """One arm against the first: mean difference with 95 % interval, bar of one more world, and in how many stories it has more."""

    arm: int
    verdict: Verdict
    difference: float | None
    low: float | None
    high: float | None
    unknown_low: float | None
    unknown_high: float | None
    ahead: int
    behind: int
    tied: int


class Reveal(TypedDict):
    """What came out for one measure; see `reveal`."""

    outcome: str
    effect: float
    sizes: list[float]
    dots: list[list[float | None]]
    arms: list[ArmReveal]


class Found(TypedDict):
    """What came out of a lesson; see `sim.lessons.rehearsal.rehearse`. done: in how many worlds it is known so far."""

    runs: int
    worlds: int
    done: int
    days: float
    seed: int
    median: int
    reveals: list[Reveal]
    elsewhere: list[Reveal]


#: Verdicts of `judge` in words that do not say which way is good, of outcomes of which more is better.
WORDS: Final[dict[str, Verdict]] = {
    "better": "more", "better_open": "more_open", "worse": "less", "worse_open": "less_open", "same": "same", "open": "open",
}  # fmt: skip
#: The same of outcomes of which less is better.
TURNED: Final[dict[Verdict, Verdict]] = {
    "more": "less", "more_open": "less_open", "less": "more", "less_open": "more_open", "same": "same", "open": "open",
}  # fmt: skip


def shown_of(replications: pd.DataFrame) -> pd.DataFrame:
    """The first replication of each world, which is the one that a class is shown as a dot; the verdict rests on all of them."""
    first = replications.groupby("world")["replication"].transform("min")
    return replications[replications.replication == first]


def find_median(replications: pd.DataFrame, outcome: str) -> int:
    """Of the shown stories the one whose difference between the first two arms is the median, the lower one of an even number.

    Gives the number of its replication. Ties go to the one whose first arm is nearer to its own median, then to the smaller number.
    """
    wide = shown_of(replications).pivot(index="replication", columns="arm", values=outcome)
    gains, first = wide[1] - wide[0], wide[0]
    middle = gains.sort_values(kind="stable").iloc[(len(gains) - 1) // 2]
    order = sorted(wide.index, key=lambda at: (abs(gains[at] - middle), abs(first[at] - first.median()), at))
    return int(order[0])


def reveal(replications: pd.DataFrame, measure: Measure, days: float) -> Reveal:
    """What came out for one measure.

    dots: value of each arm in the shown story of each world, [arms][worlds]; ahead, behind, tied count these. arms: for each
    arm but the first, the mean difference against the first with its 95 % interval over plausible worlds (for all arms at
    once), the bar of one more world (90 %), and the verdict, which rests on the interval alone (`sim.studies.choice.judge`).
    """
    bounds = OUTCOMES[measure.outcome].bounds(days)
    finite = bounds if all(map(math.isfinite, bounds)) else None
    paired = estimate_paired(replications, measure.outcome, smallest_effect=measure.effect, bounds=finite)
    columns = [group[measure.outcome] for _, group in shown_of(replications).groupby("arm", sort=True)]
    dots = [[plain(value) for value in column] for column in columns]
    lower = OUTCOMES[measure.outcome].direction == "lower"
    told: list[ArmReveal] = []
    for row in paired[paired.arm != 0].to_dict("records"):
        arm = int(row["arm"])
        pairs = [(one, other) for one, other in zip(dots[arm], dots[0]) if one is not None and other is not None]
        ahead, behind = sum(one > other for one, other in pairs), sum(one < other for one, other in pairs)
        verdict = WORDS[row["verdict"]]
        told.append({
            "arm": arm, "verdict": TURNED[verdict] if lower else verdict, "difference": plain(row["difference"]), "low": plain(row["low"]),
            "high": plain(row["high"]), "unknown_low": plain(row["unknown_low"]), "unknown_high": plain(row["unknown_high"]),
            "ahead": ahead, "behind": behind, "tied": len(pairs) - ahead - behind,
        })  # fmt: skip
    return {"outcome": measure.outcome, "effect": measure.effect, "sizes": list(measure.sizes), "dots": dots, "arms": told}


def plain(value: float) -> float | None:
    """A number as JSON has it; None for what is not known."""
    return round(float(value), 4) if math.isfinite(value) else None
