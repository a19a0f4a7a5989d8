"""What happens outside the groups, as the scenario has it -> events, at the moments at which something begins or ends."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from sim.events.kinds import OUTSIDE_HAPPENED
from sim.scenario import Outside

#: Moments are whole microseconds; so much later, days, what begins has begun.
HAIR = 1e-9


def run_outside(ctx: Any) -> Generator[Any, Any, Any]:
    """Writes down what begins and ends, one after the other, with what all that lasts makes of odds and talk."""
    happenings = ctx.scenario.market.outside
    last = -1.0
    while True:
        last, place = min((next_moment(one, last), place) for place, one in enumerate(happenings))
        if last == math.inf:
            return
        yield ctx.until_day(last)
        now = [one for one in happenings if one.is_on(last + HAIR)]
        ctx.happen(OUTSIDE_HAPPENED, place, math.prod(one.odds for one in now), math.prod(one.talk for one in now))


def next_moment(one: Outside, day: float) -> float:
    """The first day after `day` on which it begins or ends; inf where there is none any more."""
    laps = [0]
    if one.every_days > 0:
        lap = math.floor(max(day - one.day, 0.0) / one.every_days)
        laps = [max(lap - 1, 0), lap, lap + 1]
    ends = min(one.days, one.every_days) if one.every_days > 0 else one.days
    moments = [one.day + lap * one.every_days + after for lap in laps for after in (0.0, ends)]
    return min((moment for moment in moments if moment > day + HAIR), default=math.inf)
