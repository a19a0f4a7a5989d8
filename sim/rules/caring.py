"""Runs care: a round of private words whenever the clock is due."""

from __future__ import annotations

from collections import defaultdict

from sim.events.kinds import REQUEST_MET
from sim.rules.audience import select
from sim.rules.mechanic import Part
from sim.rules.people import Care
from sim.rules.protocols import Acts, Process
from sim.rules.schedule import run_clock
from sim.rules.sight import Sight

#: Days that `cap_per_month` counts back.
MONTH = 30.0
#: Minutes that one more copy of a message to all takes (assumed).
MASS_MINUTES = 0.1
#: MEMBER_ASKED.x for a picture.
TO_SHOW = 3.0
#: Acts of care that differ in how they are written down (MEMBER_CARED_FOR.y).
HOW = {"praise": 1.0, "coach": 2.0}


def run_care(ctx: Acts, part: Part, sight: Sight) -> Process:
    """A round of private care in every running group whenever the clock is due."""
    done: dict[int, list[float]] = defaultdict(list)

    def turn(number: int, moment: float) -> None:
        now: Care = part.read()
        if not part.is_running():
            return
        for group in part.groups():
            for member in _chosen(ctx, now, sight, group):
                if now.cap_per_month is not None:
                    done[member] = [day for day in done[member] if day > ctx.day - MONTH]
                    if len(done[member]) >= now.cap_per_month:
                        continue
                    done[member].append(ctx.day)
                ctx.process(_care_for(ctx, part, member, group))

    yield from run_clock(ctx, part.read, turn, part.lanes)


def _ask_to_show(ctx: Acts, part: Part, member: int, group: int, person: int) -> Process:
    """A member is asked for a picture; the first that comes within a day is answered and praised before all."""
    place = len(ctx.notes())
    ctx.ask_for(member, group, TO_SHOW, person, part.cause(group))
    yield ctx.wait(days=1)
    said = [note for note in ctx.notes(place) if note.actor == member and note.group == group]
    met = next((at for at, note in enumerate(said) if note.kind == REQUEST_MET and note.amount == TO_SHOW), None)
    if met is None or met + 1 >= len(said) or not ctx.is_member(member, group):
        return
    staff = yield from ctx.staff.work("reply", ctx.staff_settings.answer_minutes, group=group, member=member)
    if staff is not None and ctx.is_member(member, group):
        ctx.answer(said[met + 1], staff)
        ctx.honour(member, group, 0.0, 1.0 / max(len(ctx.members(group)), 1), staff, said[met + 1].row)


def _chosen(ctx: Acts, now: Care, sight: Sight, group: int) -> list[int]:
    """Whom a round is for: of those selected, the ones who are left to whoever does it."""
    wanted = _wanted(ctx, now, group)
    if now.customers == "any":
        return select(now.select, ctx, sight, group, wanted)
    found = select(now.select, ctx, sight, group, len(ctx.members(group)))
    return [one for one in found if (ctx.orders_of(one) > 0) == (now.customers == "known")][:wanted]


def _wanted(ctx: Acts, now: Care, group: int) -> int:
    """A message to all is one to all."""
    return len(ctx.members(group)) if now.act == "sell" and now.select == "all" else now.count


def _care_for(ctx: Acts, part: Part, member: int, group: int) -> Process:
    now: Care = part.read()
    mass = now.act == "sell" and now.select == "all"  # one text for many takes no time for each
    person = yield from ctx.staff.work(
        "care", MASS_MINUTES if mass else ctx.staff_settings.care_minutes, group=group, member=member, by=now.by
    )
    if person is None or not ctx.is_member(member):
        return
    now = part.read()
    if now.act == "sell":
        ctx.press(member, group, now.sales_recall, person, part.cause(group))
    elif now.act == "favour":
        ctx.ask_for(member, group, 0.0, person, part.cause(group))
    elif now.act == "show":
        yield from _ask_to_show(ctx, part, member, group, person)
    else:
        row = ctx.care_for(member, group, person, now.gift, cause=part.cause(group), how=HOW.get(now.act, 0.0))
        if now.befriend and not ctx.is_friend(member):
            ctx.befriend(member, ctx.private_line(row), person, row)
