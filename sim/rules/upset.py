"""Those who have reason to be upset -> when each of them finds out, by themselves or from an acquaintance, and how much it hurts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

from sim.events.kinds import DAY, ORDER_PLACED
from sim.rules.procedure import Case
from sim.rules.protocols import Handles, Process

#: Days until an incident that finds nobody to begin with tries again.
TRY_AGAIN = 0.25


def find_out(ctx: Handles, case: Case, began: float, after: Mapping[int, float], amounts: Mapping[int, float]) -> Process:
    """Each person finds out so many days after `began` and is hurt by so much; what has been told by then eases it."""
    for days, person in sorted((days, person) for person, days in after.items()):
        yield ctx.until_day(began + days)
        if ctx.is_member(person) and amounts[person] > 0:
            hurt = amounts[person] * (1 - case.told)
            ctx.hurt(person, case.group, case.incident, hurt, cause=ctx.opening_of(case.incident))
            case.spoke.append(person)


def heard_of(ctx: Handles, alone: Mapping[int, float], rate: float, lane: int) -> dict[int, float]:
    """When each of these persons knows, days: by themselves, or earlier from an acquaintance among them who knows already.

    alone: person -> days after which they find out without anybody's help; rate: 1/day per acquaintance (D14: assumed).
    """
    known: dict[int, float] = {}
    coming = [(days, person) for person, days in alone.items()]
    heapify(coming)
    while coming:
        days, person = heappop(coming)
        if person in known:
            continue
        known[person] = days
        for other in alone if rate > 0 else ():
            if other not in known and ctx.are_acquainted(person, other):
                lot = ctx.uniform(lane + min(person, other), max(person, other))
                heappush(coming, (days - math.log(lot) / rate, other))
    return known


def say_so(ctx: Handles, case: Case, person: int, sentiment: float) -> int:
    """Somebody says in front of everybody what is wrong; gives the row."""
    if not ctx.is_member(person, case.group):
        return case.cause
    row = ctx.complain(person, case.group, case.incident, sentiment, cause=ctx.opening_of(case.incident))
    if person not in case.spoke:
        case.spoke.append(person)
    return row


def buyers_of(ctx: Handles, group: int, days: float, item: int = 0) -> list[int]:
    """Members who have bought within the last days, these goods where there are several (0: any), in order of their number."""
    since = (ctx.day - days) * DAY
    orders = [note for note in ctx.notes() if note.kind == ORDER_PLACED and note.time >= since]
    bought = {note.actor for note in orders if not item or ctx.item_of(note) == item}
    return [person for person in ctx.members(group) if person in bought]


def by_lot(ctx: Handles, people: Iterable[int], lane: int) -> list[int]:
    """The people in an order drawn by lot."""
    return sorted(people, key=lambda person: ctx.uniform(lane, person))
