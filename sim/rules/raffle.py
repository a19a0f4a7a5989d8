"""Prizes that are drawn later, at once or in stages, among those who have taken part."""

from __future__ import annotations

from collections.abc import Iterable

from sim.rules.protocols import Acts, Process
from sim.vocabulary.tables import Stimulus

#: Draws of one entry of a calendar, and of one of its turns: one for each stage, and one more after all.
OF_ENTRY, OF_TURN = 1_000_000, 32


def raffle(
    ctx: Acts,
    group: int,
    call: Stimulus,
    stages: int,
    winners: int,
    prize: Stimulus | float,
    *,
    first: int,
    staff: int,
    cause: int,
) -> Process:
    """Posts a call for each stage and draws when its time is over; only who has taken up the call of a stage is in its draw.

    prize: a coupon, or yuan that are handed over with a word in private; first: which draws of each person decide.
    """
    for stage in range(stages):
        if not ctx.is_running(group):
            return
        post = ctx.post(group, call, staff=staff, cause=cause)
        yield ctx.wait(hours=call.deadline_hours)
        _hand_over(ctx, group, ctx.took_part(post), winners, prize, first + stage, staff, post)


def _hand_over(
    ctx: Acts, group: int, takers: Iterable[int], winners: int, prize: Stimulus | float, draw: int, staff: int, cause: int
) -> None:
    here = [person for person in takers if ctx.is_member(person, group)]
    for person in sorted(here, key=lambda person: ctx.uniform(draw, person))[:winners]:
        if isinstance(prize, Stimulus):
            ctx.grant(person, group, prize, cause=cause)
        else:
            ctx.care_for(person, group, staff, prize, cause)
