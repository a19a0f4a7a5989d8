"""A calendar of columns and a perk every week; staff answer, but know nobody in person."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from sim.operators.routine import every, post_daily
from sim.rules.duties import Duties
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class ColumnsAndPerks:
    """Columns and perks: content at fixed times, now and then a promotion, a perk for members only every week."""

    posts_per_day: Annotated[float, number("posts/day", 0, 48, "C44, E28")]
    quality: Annotated[float, number("how well the content is made", 0, 1, "assumed")]
    promotions_per_day: Annotated[float, number("posts/day", 0, 48, "E27: assumed")]
    perk_days: Annotated[float, number("days between perks", 0.25, 365, "C32, C46: assumed")]
    perk_discount: Annotated[float, number("share of price", 0, 0.95, "C16, F53: assumed")]
    perk_hours: Annotated[float, number("hours for which a perk holds", 1, 2_000, "C16: 3 days")]
    duties: Duties

    def run(self, ctx: Any) -> Generator:
        """Starts the rhythms."""
        ctx.process(
            post_daily(ctx, lambda now: now.posts_per_day, lambda now: Stimulus(content=1, quality=now.quality, recall=0.1), 1)
        )
        ctx.process(
            post_daily(ctx, lambda now: now.promotions_per_day, lambda now: Stimulus(promotion=1, recall=0.3, talk=0.2), 2)
        )
        yield from every(ctx, lambda now: now.perk_days, lambda turn: self._perk(ctx), first=3)

    def _perk(self, ctx: Any) -> Generator:
        if not ctx.groups:
            return
        person = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes)
        if person is not None:
            now = ctx.settings
            perk = Stimulus(promotion=0.5, recall=0.5, talk=0.5, discount=now.perk_discount, discount_hours=now.perk_hours)
            for group in ctx.groups:
                ctx.post(group, perk, staff=person)
