"""Which parameters are fitted, over which ranges, and at what value the laws stand that no figure can tell.

Written down before the first run of a fit (decision 100). A range that stands in `sim.parameters` was set around values that
were tuned by hand while the new laws were off, so levels get wider ones here; those of laws reach from nearly off to beyond
their proposal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np


@dataclass(frozen=True)
class Prior:
    """A parameter that is fitted: uniform between its ends, on a logarithmic scale if `log`."""

    name: str
    low: float
    high: float
    log: bool = False

    def from_unit(self, share: np.ndarray) -> np.ndarray:
        """Shares of the range, 0 to 1, as values."""
        share = np.asarray(share, float)
        found: np.ndarray = (
            self.low * (self.high / self.low) ** share if self.log else self.low + (self.high - self.low) * share
        )
        return found

    def to_unit(self, value: np.ndarray | float) -> np.ndarray:
        """Values as shares of the range."""
        value = np.asarray(value, float)
        found: np.ndarray = (
            np.log(value / self.low) / np.log(self.high / self.low) if self.log else (value - self.low) / (self.high - self.low)
        )
        return found


PRIORS: Final = (
    # Laws that are off by default, from nearly off to beyond what is proposed for them
    Prior("value_spread", 0.02, 0.35),
    Prior("drift_spread", 0.2, 1.3),
    Prior("drift_days", 20, 90, log=True),
    Prior("heat_gain", 0.2, 5, log=True),
    Prior("heat_rate", 0.08, 0.6, log=True),
    Prior("heat_days", 0.5, 5, log=True),
    Prior("heat_shape", 1.1, 2.2),
    Prior("weekend_talk", 0.3, 1.1),
    Prior("hour_focus", 0.2, 3.5),
    Prior("voices_loafing", 0, 1),
    Prior("session_gain", 5, 300, log=True),
    Prior("session_minutes", 4, 40, log=True),
    Prior("mute_haste", 0, 15),
    Prior("group_spread", 0.05, 1.6),
    Prior("spree_share", 0.1, 0.75),
    Prior("spree_minutes", 1, 15, log=True),
    Prior("debut_loss", 0.1, 1.8),
    Prior("debut_answer", 0, 0.9),
    Prior("debut_replies", 1, 5),
    # Levels: from half or less to double of what was set by hand
    Prior("post_scale", 0.006, 0.06, log=True),
    Prior("novelty_weight", 0.5, 6, log=True),
    Prior("novelty_days", 0.25, 2.5, log=True),
    Prior("novelty_exponent", 0.6, 1.6),
    Prior("loafing", 0, 0.6),
    Prior("replies_mean", 0.5, 0.8),
    Prior("turn_share", 0.2, 0.6),
    Prior("consent_floor", 0.05, 0.35),
    Prior("fast_minutes", 1, 8, log=True),
    Prior("value_days", 4, 14, log=True),
    Prior("open_cost", 0.08, 0.25),
    Prior("check_floor", 0.01, 0.1, log=True),
    Prior("reply_warmth", 0.01, 0.08, log=True),
    Prior("warmth_days", 10, 45, log=True),
    Prior("leave_rate", 0.0005, 0.004, log=True),
    Prior("mute_rate", 0.001, 0.01, log=True),
)

#: What no figure of the population tells: the laws of money stand at the middle of what is proposed for them, as real orders are not at
#: hand; what posted rules and uncertain rewards do stands at what was published.
LITERATURE: Final[dict[str, float]] = {
    "rules_courage": 1.7,
    "uncertain_odds": 3.1,
    "market_weight": 0.6,
    "need_gain": 0.9,
    "need_share": 0.3,
    "need_cap": 3.0,
    "need_shape": 1.0,
    "deal_gain": 0.1,
    "deal_talk": 0.02,
    "deal_effect": 1.0,
    "deal_wait": 1.0,
}


def to_vectors(unit: np.ndarray) -> np.ndarray:
    """Points of the unit cube [n, parameters] as values of the fitted parameters."""
    return np.column_stack([prior.from_unit(unit[:, place]) for place, prior in enumerate(PRIORS)])


def to_cube(vectors: np.ndarray) -> np.ndarray:
    """The way back of `to_vectors`."""
    return np.column_stack([prior.to_unit(vectors[:, place]) for place, prior in enumerate(PRIORS)])


#: The columns of a vector: what is fitted, then what stands beside it.
COLUMNS: Final = (*(prior.name for prior in PRIORS), *LITERATURE)


def to_columns(unit: np.ndarray) -> np.ndarray:
    """Points of the unit cube [n, parameters] as rows of `COLUMNS`, with the laws of money on."""
    return np.column_stack([to_vectors(unit), np.tile(list(LITERATURE.values()), (len(unit), 1))])
