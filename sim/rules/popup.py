"""Runs a pop-up: leaders are found, a group is founded for some days, members of the other groups are asked to it, then it is closed."""

from __future__ import annotations

from sim.events.kinds import DAY_HOURS
from sim.operators.routine import daily_hours
from sim.rules.acts import ALL, BY_INTEREST, Act
from sim.rules.audience import select
from sim.rules.growth import Popup
from sim.rules.mechanic import Part
from sim.rules.moving import take_leave
from sim.rules.protocols import Moves, Process
from sim.rules.rooms import Rooms
from sim.rules.sight import Sight
from sim.vocabulary.tables import Stimulus


def run_popup(ctx: Moves, part: Part, sight: Sight) -> Process:
    """One pop-up after the other for as long as it runs; stopped, what is open goes on to its end."""
    yield ctx.until_day(part.read().day)
    while True:
        if part.is_running() and part.groups():
            yield from _live(ctx, part, sight, part.groups())
        yield ctx.until_day(int(ctx.day) + 1)


def _live(ctx: Moves, part: Part, sight: Sight, others: list[int]) -> Process:
    now: Popup = part.read()
    began = ctx.day
    staff = yield from ctx.staff.work("campaign", ctx.staff_settings.post_minutes)
    if staff is None:
        return
    group = ctx.found(now.size, cause=part.cause(others[0]))
    for other in others:
        chosen = "top_talkers" if now.leaders_from == ALL else now.leaders_from
        for person in select(chosen, ctx, sight, other, now.leaders):
            ctx.invite(person, group, staff=staff, cause=part.cause(other))
    yield ctx.until_day(began + now.lead_days)
    for other in others:
        staff = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes)
        if staff is None:
            continue
        for person in ctx.members(other):
            if not ctx.is_member(person, group):
                ctx.invite(person, group, staff=staff, cause=part.cause(other))
    yield from _remind(ctx, part, group, began + now.lead_days + now.days)
    if now.close and ctx.is_running(group):
        staff = yield from ctx.staff.work("campaign", ctx.staff_settings.post_minutes)
        if staff is not None:
            act = Act(verb="dissolve", who=ALL, notice_days=1.0, route=BY_INTEREST if now.route else "")
            take_leave(ctx, Rooms(ctx, {}), group, act, staff, part.cause(group), stay=True)


def _remind(ctx: Moves, part: Part, group: int, until: float) -> Process:
    """So many posts a day over the shift until the last day."""
    while ctx.day < until:
        now: Popup = part.read()
        day, staff = int(ctx.day), ctx.staff_settings
        for hour in daily_hours(round(now.reminders), staff.shift_start, staff.shift_end):
            if ctx.day <= day + hour / DAY_HOURS < until:
                yield ctx.until_day(day + hour / DAY_HOURS)
                ctx.process(_post(ctx, part, group))
        yield ctx.until_day(min(float(day + 1), until))


def _post(ctx: Moves, part: Part, group: int) -> Process:
    who = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes)
    now: Popup = part.read()
    if who is not None and ctx.is_running(group):
        told = Stimulus(promotion=now.promotion, recall=now.recall, discount=now.discount, discount_hours=DAY_HOURS)
        ctx.post(group, told, staff=who, cause=part.cause(group))
        part.posted(now.promotion > 0)
