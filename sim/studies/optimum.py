"""Plans of a search -> which are promising: how far each is from the limits, how well it does, who goes on with more replications."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sim.studies.question import Limit, Question

if TYPE_CHECKING:
    import pandas as pd

    from sim.studies.answer import Answer

#: Of the replications that were asked for, each plan of the search gets one in so many; then those that go on get more.
SEARCHED: Final = 8
#: (one plan in so many goes on, one replication in so many): successive halving.
HALVINGS: Final = ((4, 4), (8, 2), (16, 1))
#: So many go on at least; replications at least, so that there are two worlds.
FEWEST_PLANS, FEWEST_REPLICATIONS = 3, 4


@dataclass(frozen=True)
class Trial:
    """A plan on fresh worlds: its name, the seed, the rows of a panel (yardstick and plan), and how it stands to the limits."""

    name: str
    seed: int
    panel: pd.DataFrame
    kept: tuple[tuple[Limit, float, bool, bool], ...]
    """limit, mean, whether it is kept, whether surely"""

    @property
    def keeps_all(self) -> bool:
        """Whether all limits are kept by the mean."""
        return all(kept for _, _, kept, _ in self.kept)


@dataclass(frozen=True)
class Optimum:
    """What a search found.

    plans: one row a plan, the best first (name, round, replications, the levers, the outcomes, excess). last: rows of the panel of the
    last round. answer: the choice in it. seen: what the chosen plan had in the last round, by which it was chosen. trials: plans
    that were tried on fresh worlds, the last of them the one that is recommended if it keeps all limits. words: of that plan.
    """

    plans: pd.DataFrame
    last: pd.DataFrame
    answer: Answer
    trials: tuple[Trial, ...]
    words: tuple[str, ...]
    yardstick: str
    asked: int
    refused: int
    care: tuple[str, ...]

    @property
    def found(self) -> Trial | None:
        """The trial of the plan that is recommended; None where none keeps the limits."""
        return self.trials[-1] if self.trials and self.trials[-1].keeps_all else None


def replications_of(whole: int, share: int) -> int:
    """One in `share` of the replications, even, FEWEST_REPLICATIONS at least and `whole` at most."""
    return min(whole, max(FEWEST_REPLICATIONS, 2 * math.ceil(whole / share / 2)))


def excess(limit: Limit, value: float) -> float:
    """By how much a value is beyond a limit, as a share of the limit; 0 or less where it is kept, infinite where there is no value."""
    if not math.isfinite(value):
        return math.inf
    beyond = (value - limit.value) if limit.is_upper else (limit.value - value)
    beyond /= abs(limit.value) or 1.0
    return beyond if limit.keeps(value) else max(beyond, math.ulp(1.0))


def merit(question: Question, values: Mapping[str, float]) -> tuple[float, float]:
    """What plans are sorted by, less is better: the sum of all that is beyond the limits, then the outcome that is chosen by."""
    beyond = sum(max(0.0, excess(limit, values[limit.outcome])) for limit in question.limits)
    value = values[question.chosen]
    side = -1.0 if question.sense == "max" else 1.0
    return (beyond, side * value) if math.isfinite(value) else (math.inf, math.inf)


def promising(ranked: Sequence[str], share: int) -> list[str]:
    """The first of the plans, one in `share`, FEWEST_PLANS at least."""
    return list(ranked[: max(FEWEST_PLANS, math.ceil(len(ranked) / share))])


def outcomes_of(question: Question) -> tuple[str, ...]:
    """The outcomes that a search looks at, the one that decides first."""
    return tuple(dict.fromkeys([question.chosen, *(limit.outcome for limit in question.limits)]))
