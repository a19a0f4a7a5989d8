"""Rules from the first day, the same for everybody; who breaks them twice has to go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Annotated, Any

from sim.events.kinds import ADVERT_POSTED
from sim.operators.routine import post_daily
from sim.rules.duties import Duties
from sim.scenario import number, settings
from sim.vocabulary.tables import Stimulus


@settings
class StrictRules:
    """Strict rules: adverts are taken away at once, repeated offenders are removed; little else is done."""

    posts_per_day: Annotated[float, number("posts/day", 0, 48, "A14: assumed")]
    quality: Annotated[float, number("how well the content is made", 0, 1, "assumed")]
    promotions_per_day: Annotated[float, number("posts/day", 0, 48, "A14: occasional coupons")]
    strikes: Annotated[int, number("adverts after which a member is removed", 1, 1_000, "E08, E10")]
    duties: Duties

    def run(self, ctx: Any) -> Generator:
        """Posts a little and keeps count of offences."""
        ctx.process(
            post_daily(ctx, lambda now: now.posts_per_day, lambda now: Stimulus(content=1, quality=now.quality, recall=0.1), 1)
        )
        ctx.process(
            post_daily(ctx, lambda now: now.promotions_per_day, lambda now: Stimulus(promotion=1, recall=0.3, talk=0.2), 2)
        )
        offences: Counter[int] = Counter()
        removed: set[int] = set()
        place = 0
        while True:
            yield ctx.wait(hours=1)
            yield from ctx.staff.come_on_duty()
            notes = ctx.notes(place)
            place += len(notes)
            for note in notes:
                if note.kind == ADVERT_POSTED:
                    offences[note.actor] += 1
                    if offences[note.actor] >= ctx.settings.strikes and note.actor not in removed:
                        removed.add(note.actor)
                        ctx.process(self._remove(ctx, note))

    def _remove(self, ctx: Any, note: Any) -> Generator:
        person = yield from ctx.staff.work("moderate", ctx.staff_settings.moderate_minutes)
        if person is not None and ctx.is_member(note.actor):
            ctx.remove_member(note.actor, note.group, person, cause=note.row)
