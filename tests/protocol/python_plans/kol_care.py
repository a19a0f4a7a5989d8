"""Those who keep the group busy are found, answered and cared for in person."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.operators.routine import care_for_talkers, every, post_daily
from sim.rules.duties import Duties
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class KolCare:
    """KOL care: few posts; the time goes into those who write, and into answering."""

    posts_per_day: Annotated[float, number("posts/day", 0, 48, "C37: assumed")]
    quality: Annotated[float, number("how well the content is made", 0, 1, "assumed")]
    promotions_per_day: Annotated[float, number("posts/day", 0, 48, "E27: assumed")]
    care_days: Annotated[float, number("days between rounds of private care", 0.25, 365, "C33: assumed")]
    care_members: Annotated[int, number("members cared for in a round, per group", 0, 200, "C33, E22: assumed")]
    care_gift: Annotated[float, number("yuan per member and round", 0, 10_000, "C33: a snack")]
    duties: Duties

    def run(self, ctx: Any) -> Generator:
        """Starts the rhythms; the first round of care comes when one can tell who writes."""
        ctx.process(
            post_daily(ctx, lambda now: now.posts_per_day, lambda now: Stimulus(content=1, quality=now.quality, recall=0.1), 1)
        )
        ctx.process(
            post_daily(ctx, lambda now: now.promotions_per_day, lambda now: Stimulus(promotion=1, recall=0.3, talk=0.2), 2)
        )
        yield from every(
            ctx,
            lambda now: now.care_days,
            lambda turn: care_for_talkers(ctx, lambda now: now.care_members, lambda now: now.care_gift),
            first=3.5,
        )
