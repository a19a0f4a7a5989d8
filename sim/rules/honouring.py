"""Runs honours: titles for what members have contributed, and a post that names the best."""

from __future__ import annotations

from sim.rules.mechanic import Part
from sim.rules.protocols import Acts, Process
from sim.rules.schedule import run_clock
from sim.rules.sight import Sight
from sim.rules.staging import APPLAUSE_MINUTES, applaud
from sim.rules.standing import Honours

#: HONOUR_GIVEN.x of somebody who is named.
NAMED = 0.0


def run_honours(ctx: Acts, part: Part, sight: Sight) -> Process:
    """A review of the contributions in every running group whenever the clock is due."""
    held: dict[int, int] = {}

    def turn(number: int, moment: float) -> None:
        if part.is_running():
            for group in part.groups():
                ctx.process(_honour(ctx, part, sight, group, held))

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _honour(ctx: Acts, part: Part, sight: Sight, group: int, held: dict[int, int]) -> Process:
    staff = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes, group=group)
    if staff is None or not ctx.is_running(group):
        return
    now: Honours = part.read()
    sight.look()
    members = ctx.members(group)
    done = {person: sight.contributed(now.counts, person, now.window_days) for person in members}
    titles = {person: _title(now, done[person]) for person in members}
    for person in members:
        if titles[person] > held.get(person, 0):
            held[person] = titles[person]
            as_much = sum(one >= titles[person] for one in titles.values()) / len(members)
            ctx.honour(person, group, float(titles[person]), as_much, staff, part.cause(group))
    best = sorted((person for person in members if done[person]), key=lambda one: (-done[one], one))[: now.expose]
    if best:
        post = ctx.post(group, now.exposure(), staff=staff, cause=part.cause(group))
        part.posted(False)
        for person in best:
            ctx.honour(person, group, NAMED, len(best) / len(members), staff, post)
        for _ in range(now.applause):
            yield ctx.wait(minutes=APPLAUSE_MINUTES)
            yield from applaud(ctx, group, post)


def _title(now: Honours, done: int) -> int:
    """The highest title of the ladder that so many contributions earn, 0 none."""
    title, least = 0, float(now.least)
    while title < now.titles and done >= least:
        title, least = title + 1, least * now.times
    return title
