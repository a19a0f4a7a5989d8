"""Runs invitations that pay: a call is posted, members decide whether to go after it, friends decide whether to help and to come."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from sim.events.kinds import DAY_HOURS, ORDER_PLACED, STIMULUS_ANSWERED
from sim.rules.growth import Invite
from sim.rules.mechanic import Part
from sim.rules.protocols import Handles, Process, Seen
from sim.rules.sight import Sight

#: Hours between two looks at who has taken up a call (assumed).
LOOK_HOURS = 2.0
#: Draws of one entry of a calendar, of one of its turns, of one member in it: whether to go after it, then two a friend.
OF_ENTRY, OF_TURN, OF_FRIEND = 10_000_000, 10_000, 2


def run_call(ctx: Handles, part: Part, sight: Sight, group: int, number: int, asked: set[int]) -> Process:
    """One call in a group; asked: friends outside who have been asked before, each once."""
    now: Invite = part.read()
    staff = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes, group=group)
    if staff is None or not ctx.is_running(group):
        return
    seen = len(ctx.notes())
    post = ctx.post(group, now.call(), staff=staff, cause=part.cause(group))
    part.posted(True)
    message, ends = ctx.message_of(post), ctx.day + now.open_hours / DAY_HOURS
    while ctx.day < ends and ctx.is_running(group):
        yield ctx.wait(hours=min(LOOK_HOURS, now.open_hours))
        for note in ctx.notes(seen):
            seen += 1
            if note.kind == STIMULUS_ANSWERED and note.message == message and ctx.is_member(note.actor, group):
                _go(ctx, part, now, sight, group, note, number, asked)


def _go(ctx: Handles, part: Part, now: Invite, sight: Sight, group: int, note: Seen, number: int, asked: set[int]) -> None:
    """A member who has looked into a call decides whether it is worth the trouble, and asks or shows it to friends."""
    door, who = ctx.door, note.actor
    if now.photos and now.mode == "forward" and not ctx.orders_of(who):
        return  # nothing to show
    first = OF_ENTRY * part.lanes.spread + OF_TURN * number
    if not door.would_bring(who, now.worth_of(ctx.price), now.hurdle_of, now.ticket, ctx.uniform(first, who)):
        return
    waiting = (one for one in ctx.prospects(group) if one not in asked)
    helped, friends = 0, door.circle_of(who, now.circle)
    for friend in range(friends):
        draw = first + 1 + OF_FRIEND * friend
        helped += ctx.uniform(draw, who) < now.helping
        if ctx.uniform(draw + 1, who) < now.likely:
            _tell(ctx, now, sight, group, note, waiting, asked)
        if now.mode == "assist" and helped == now.helpers:
            break
    if (now.mode == "assist" and helped >= now.helpers) or (now.mode == "forward" and helped >= now.likes):
        ctx.grant(who, group, now.coupon(now.gift_inviter), cause=note.row)


def _tell(ctx: Handles, now: Invite, sight: Sight, group: int, note: Seen, waiting: Iterator[int], asked: set[int]) -> None:
    """A friend who could come hears of the group, and comes to its door or does not."""
    for friend in islice(waiting, 1):
        asked.add(friend)
        if ctx.door.wants_in(friend, sight.coming.gate(group), now.gift_joiner, now.inquiry):
            thank = partial(_thank, ctx, now, group, friend, note.actor)
            ctx.process(sight.coming.come(friend, group, cause=note.row, by=note.actor, entered=thank))


def _thank(ctx: Handles, now: Invite, group: int, friend: int, who: int, entered: int) -> None:
    """What somebody gets who has come, and who has brought them."""
    if now.gift_joiner > 0:
        ctx.grant(friend, group, now.coupon(now.gift_joiner), cause=entered)
    if now.mode == "fission" and now.gift_inviter > 0:
        ctx.grant(who, group, now.coupon(now.gift_inviter), cause=entered)
    if now.mode == "fission" and now.cashback > 0:
        ctx.process(_rebate(ctx, now, group, friend, who))


def _rebate(ctx: Handles, now: Invite, group: int, friend: int, who: int) -> Process:
    """A share of what a friend orders comes back as a coupon, once a day."""
    seen, ends = len(ctx.notes()), ctx.day + now.cashback_days
    while ctx.day < ends:
        yield ctx.wait(days=1)
        for note in ctx.notes(seen):
            seen += 1
            if note.kind == ORDER_PLACED and note.actor == friend and ctx.is_member(who):
                ctx.grant(who, group, now.coupon(now.cashback * note.amount), cause=note.row)
