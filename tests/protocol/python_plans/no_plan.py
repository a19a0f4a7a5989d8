"""The usual fate: adverts are posted, and nobody is there for the members."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.operators.routine import post_daily
from sim.rules.duties import Duties
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class NoPlan:
    """No plan: the group is opened and used as an advert board."""

    promotions_per_day: Annotated[float, number("posts/day", 0, 48, "A15, E53: assumed")]
    recall: Annotated[float, number("brand brought to mind by one post", 0, 2, "assumed")]
    duties: Duties

    def run(self, ctx: Any) -> Generator:
        """Posts promotions day after day."""
        yield from post_daily(
            ctx, lambda now: now.promotions_per_day, lambda now: Stimulus(promotion=1, recall=now.recall, talk=0.2), 1
        )
