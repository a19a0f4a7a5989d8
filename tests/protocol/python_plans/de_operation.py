"""Screen who comes in, work hard at the start, then let the group live by itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator
from typing import Annotated, Any

from sim.operators.routine import care_for_talkers, every, post_daily
from sim.rules.duties import Duties
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class DeOperation:
    """De-operation: entry by fit, a heavy cold start with people of the same kind, light hands afterwards."""

    least_fit: Annotated[float, number("observed fit asked for at entry, 0 lets everybody in", 0, 2, "E03, E43: assumed")]
    cold_days: Annotated[float, number("days of the cold start", 0, 365, "E43, E63: assumed")]
    cold_posts_per_day: Annotated[float, number("posts/day", 0, 48, "E43: assumed")]
    posts_per_day: Annotated[float, number("posts/day after the cold start", 0, 48, "E43: assumed")]
    quality: Annotated[float, number("how well the content is made", 0, 1, "assumed")]
    promotions_per_day: Annotated[float, number("posts/day", 0, 48, "E64: assumed")]
    care_days: Annotated[float, number("days between rounds of care in the cold start", 0.25, 365, "E63: assumed")]
    care_members: Annotated[int, number("members cared for in a round, per group", 0, 200, "E63: assumed")]
    cold_duties: Duties
    duties: Duties

    @property
    def moved(self) -> tuple[str, ...]:
        """What changes with the phase."""
        return tuple(f"duties.{field.name}" for field in dataclasses.fields(Duties))

    def begin(self, ctx: Any) -> None:
        """The duties of the cold start hold from the first moment."""
        for path in self.moved:
            ctx.move_lever(path, f"cold_{path}", told=False)

    def _warm_up(self, ctx: Any) -> Generator:
        while ctx.day < ctx.settings.cold_days:
            yield ctx.until_day(int(ctx.day) + 1)
        for path in self.moved:
            ctx.move_lever(path, None, told=False)

    def run(self, ctx: Any) -> Generator:
        """Sets the entry rule, then the rhythms of the two phases."""
        for group in ctx.groups:
            ctx.set_entry(group, self.least_fit)
        ctx.process(self._keep_entry(ctx, self.least_fit))
        ctx.process(self._warm_up(ctx))
        ctx.process(
            post_daily(
                ctx,
                lambda now: now.cold_posts_per_day if ctx.day < now.cold_days else now.posts_per_day,
                lambda now: Stimulus(content=1, quality=now.quality, recall=0.1),
                1,
            )
        )
        ctx.process(
            post_daily(ctx, lambda now: now.promotions_per_day, lambda now: Stimulus(promotion=1, recall=0.3, talk=0.2), 2)
        )
        yield from every(ctx, lambda now: now.care_days, lambda turn: self._care(ctx), first=3.5)

    def _keep_entry(self, ctx: Any, least_fit: float) -> Generator:
        while True:
            yield ctx.until_day(int(ctx.day) + 1)
            if ctx.settings.least_fit != least_fit:
                least_fit = ctx.settings.least_fit
                for group in ctx.groups:
                    ctx.set_entry(group, least_fit)

    def _care(self, ctx: Any) -> Generator:
        if ctx.day < ctx.settings.cold_days:
            yield from care_for_talkers(ctx, lambda now: now.care_members, lambda now: 0.0)
