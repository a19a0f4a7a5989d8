"""The usual order becomes dearer; those who remember the old price feel cheated."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Annotated, Any, Literal

from sim.scenario import number, settings


@settings
class PriceRise:
    """Price rise: old customers find out one after another; a letter and an open refund, or denial."""

    day: Annotated[float, number("day", 0, 4_000, "assumed")]
    factor: Annotated[float, number("new price to old", 1, 10, "B02: 3.75 over two years, assumed")]
    handling: Literal["right", "wrong", "none"]
    severity: Annotated[float, number("share of the grievance that is felt", 0, 1, "assumed")]
    upset_share: Annotated[float, number("share of those who have bought", 0, 1, "B02: assumed")]
    grievance: Annotated[float, number("anger per log(factor) at full severity", 0, 3, "assumed")]
    notice_days: Annotated[float, number("days within which they find out", 0, 90, "B02: assumed")]
    justice: Annotated[float, number("how workable the letter and the refund are, right handling", 0, 1, "B02.s1: assumed")]
    refund_share: Annotated[float, number("share of the upset who get money back, right handling", 0, 1, "B02: few; an input")]
    first_complainers: Annotated[int, number("members who get a gift with thanks, per group", 0, 50, "B02.s3: assumed")]
    gift: Annotated[float, number("yuan each", 0, 10_000, "B02.s3: assumed")]
    delay_days: Annotated[float, number("days of silence, wrong handling", 0, 365, "B02: assumed")]
    bandwagon_share: Annotated[
        float, number("share of buyers who get money back, wrong handling", 0, 1, "B02: assumed; an input")
    ]

    def run(self, ctx: Any) -> Generator:
        """The new price, then what comes of it in every group."""
        yield ctx.until_day(ctx.settings.day)
        old = ctx.price
        raised = ctx.set_price(old * ctx.settings.factor)
        for group in filter(ctx.is_running, ctx.groups):
            incident = ctx.open_incident(group, ctx.settings.severity, cause=raised)
            buyers = [person for person in ctx.members(group) if ctx.orders_of(person) > 0]
            upset: list[int] = []
            ctx.process(self._find_out(ctx, group, incident, buyers, upset))
            if ctx.settings.handling == "right":
                ctx.process(self._write_letter(ctx, group, incident, upset, old))
            elif ctx.settings.handling == "wrong":
                ctx.process(self._deny(ctx, group, incident, buyers, upset, old))

    @staticmethod
    def _hurt(now: Any) -> float:
        """Anger of somebody who finds out."""
        return now.severity * now.grievance * math.log(now.factor)

    def _find_out(self, ctx: Any, group: int, incident: int, buyers: list[int], upset: list[int]) -> Generator:
        now = ctx.settings
        amount = self._hurt(now)
        upset_ones = [person for person in buyers if ctx.uniform(0, person) < now.upset_share]
        for after, person in sorted((ctx.uniform(1, person) * now.notice_days, person) for person in upset_ones):
            yield ctx.until_day(now.day + after)
            if ctx.is_member(person) and amount > 0:
                eased = 1 - now.justice if now.handling == "right" and ctx.is_settled(incident) else 1.0
                ctx.hurt(person, group, incident, amount * eased, cause=ctx.opening_of(incident))
                upset.append(person)

    def _write_letter(self, ctx: Any, group: int, incident: int, upset: list[int], old: float) -> Generator:
        now, staff = ctx.settings, ctx.staff_settings
        who = yield from ctx.staff.work("settle", staff.settle_minutes)
        if who is None:
            return
        letter = ctx.announce_plan(group, incident, now.justice, who, cause=ctx.opening_of(incident))  # B02.s1 open letter
        ctx.settle(incident, group, cause=letter)
        yield ctx.until_day(now.day + now.notice_days)
        for person in upset:  # B02.s2 money back for whoever finds the price unfair
            if ctx.uniform(2, person) < now.refund_share:
                ctx.refund(person, group, old, cause=letter)
        for person in upset[: now.first_complainers]:  # B02.s3 thanks to those who spoke first
            who = yield from ctx.staff.work("soothe", staff.soothe_minutes)
            if ctx.is_member(person):
                ctx.care_for(person, group, who, now.gift, cause=letter)

    def _deny(self, ctx: Any, group: int, incident: int, buyers: list[int], upset: list[int], old: float) -> Generator:
        now = ctx.settings
        yield ctx.wait(days=now.delay_days)
        who = yield from ctx.staff.work("settle", ctx.staff_settings.settle_minutes)
        if who is None:
            return
        denial = ctx.announce_plan(group, incident, 0.0, who, cause=ctx.opening_of(incident))
        for person in filter(ctx.is_member, upset):
            ctx.hurt(person, group, incident, self._hurt(now), cause=denial)
        for person in buyers:
            if ctx.uniform(2, person) < now.bandwagon_share:
                ctx.refund(person, group, old, cause=denial)
        ctx.settle(incident, group, cause=denial)
