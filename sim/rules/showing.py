"""Runs streams and points: what is announced takes place some days later; who took part collects."""

from __future__ import annotations

from collections import defaultdict

from sim.events.kinds import HOUR_MINUTES
from sim.rules.mechanic import Part
from sim.rules.protocols import Acts, Process
from sim.rules.raffle import OF_ENTRY, OF_TURN, raffle
from sim.rules.schedule import run_clock
from sim.rules.shows import Points, Stream
from sim.rules.sight import Sight


def run_stream(ctx: Acts, part: Part, sight: Sight) -> Process:
    """A stream in every group, announced whenever the clock is due."""

    def turn(number: int, moment: float) -> None:
        if part.is_running() and ctx.staff.people:
            sight.streams.append(ctx.day + part.read().announce_days)
            for group in part.groups():
                ctx.process(_stream(ctx, part, group, number))

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _stream(ctx: Acts, part: Part, group: int, number: int) -> Process:
    now: Stream = part.read()
    said = ctx.post(group, now.announcement(), cause=part.cause(group))
    part.posted(True)
    yield ctx.wait(days=now.announce_days)
    if part.is_running() and ctx.is_running(group):
        now = part.read()
        shown = ctx.post(group, now.show(), cause=said)
        part.posted(True)
        first = OF_ENTRY * part.lanes.draw + OF_TURN * number
        if now.draws:
            call = now.drawn(now.minutes / now.draws / HOUR_MINUTES)
            ctx.process(raffle(ctx, group, call, now.draws, now.winners, now.won(), first=first, staff=0, cause=shown))
        yield from ctx.staff.work("post", now.minutes)
        if now.trailer and ctx.is_running(group):
            ctx.post(group, now.announcement(), cause=shown)
            part.posted(True)
        if now.after_draw:
            last = first + now.draws
            yield from raffle(
                ctx, group, now.drawn(now.after_hours), 1, now.winners, now.won(), first=last, staff=0, cause=shown
            )


def run_points(ctx: Acts, part: Part, sight: Sight) -> Process:
    """A call in every group whenever the clock is due; what somebody has collected goes along wherever they are."""
    purse: dict[int, list[tuple[float, int]]] = defaultdict(list)

    def turn(number: int, moment: float) -> None:
        if part.is_running():
            for group in part.groups():
                ctx.process(_collect(ctx, part, group, purse))

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _collect(ctx: Acts, part: Part, group: int, purse: dict[int, list[tuple[float, int]]]) -> Process:
    now: Points = part.read()
    post = ctx.post(group, now.call(), cause=part.cause(group))
    part.posted(False)
    yield ctx.wait(hours=now.open_hours)
    now = part.read()
    for person in ctx.took_part(post):
        kept = [one for one in purse[person] if one[0] > ctx.day - now.expire_days] + [(ctx.day, now.points)]
        have = sum(points for _, points in kept)
        if have >= now.threshold and ctx.grant(person, group, now.coupon(), cause=post) >= 0:
            kept = [(ctx.day, have - now.threshold)]
        purse[person] = kept
