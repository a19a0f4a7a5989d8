"""Runs a mechanic: on each turn of its clock, staff work, a post goes out, and what one can take part in ends in time."""

from __future__ import annotations

from collections import Counter
from typing import Any, Protocol

from sim.events.kinds import DAY_HOURS
from sim.rules.mechanics import Broadcast, Giveaway, Play
from sim.rules.offer import Offer
from sim.rules.post import Mechanic
from sim.rules.protocols import Acts, Process
from sim.rules.raffle import OF_ENTRY, OF_TURN, raffle
from sim.rules.schedule import Lanes, run_clock
from sim.rules.shows import Proof
from sim.rules.sight import WRITTEN
from sim.vocabulary.tables import Stimulus

#: The row of no event.
NO_CAUSE = -1


class Part(Protocol):
    """One mechanic of a plan or a campaign: its settings as they stand now, and why it runs."""

    name: str
    task: str

    @property
    def lanes(self) -> Lanes:
        """The draws of its own."""

    def read(self) -> Any:
        """The settings as they stand now (see `mechanics`)."""

    def is_running(self) -> bool:
        """Whether it runs at present."""

    def groups(self) -> list[int]:
        """The groups it is for that are running."""

    def opened(self) -> None:
        """Its first day has come."""

    def cause(self, group: int) -> int:
        """The row of the event that led to what is done in a group now."""

    def begin(self, group: int) -> int:
        """A turn that lasts begins in a group; gives the cause of what is posted."""

    def end(self, group: int, cause: int) -> None:
        """A turn that lasts ends in a group."""

    def posted(self, promotion: bool) -> None:
        """A turn has been posted."""

    def played(self, group: int, post: int, prizes: int) -> None:
        """A game has been posted in a group."""


def run_mechanic(ctx: Acts, part: Part) -> Process:
    """Posts in every running group whenever the clock of the mechanic is due."""

    def turn(number: int, moment: float) -> Process | None:
        now: Mechanic = part.read()
        if not part.is_running() or not part.groups():
            return None
        if now.work_for == "all" and not ctx.staff.is_split:
            work = _post_to_all(ctx, part, number, moment)
            if now.daily is None and now.hour is not None:
                return work  # one after the other: a turn that is late does not overtake
            ctx.process(work)
            return None
        for group in part.groups():
            ctx.process(_post_to_one(ctx, part, number, moment, group))
        return None

    yield from run_clock(ctx, part.read, turn, part.lanes, part.opened)


def _minutes(ctx: Acts, now: Mechanic) -> float:
    return float(ctx.staff_settings.post_minutes) if now.minutes is None else now.minutes


def _too_late(ctx: Acts, now: Mechanic, moment: float) -> bool:
    return now.late_hours is not None and (ctx.day - moment) * DAY_HOURS > now.late_hours


def _post_to_all(ctx: Acts, part: Part, number: int, moment: float) -> Process:
    asked: Mechanic = part.read()
    person = yield from ctx.staff.work(part.task, _minutes(ctx, asked), by=asked.poster)
    now: Mechanic = part.read()
    if person is None or _too_late(ctx, now, moment):
        return
    for group in part.groups():
        _post(ctx, part, now, group, number, person)


def _post_to_one(ctx: Acts, part: Part, number: int, moment: float, group: int) -> Process:
    asked: Mechanic = part.read()
    person = yield from ctx.staff.work(part.task, _minutes(ctx, asked), group=group, by=asked.poster)
    now: Mechanic = part.read()
    if person is None or _too_late(ctx, now, moment) or not ctx.is_running(group):
        return
    _post(ctx, part, now, group, number, person)


def _post(ctx: Acts, part: Part, now: Mechanic, group: int, number: int, person: int) -> None:
    if isinstance(now, Proof) and now.source == "members":
        ctx.process(_show(ctx, part, now, group, person))
        return
    if isinstance(now, Giveaway) and now.resolve == "later":
        ctx.process(_raffle(ctx, part, now, group, number, person))
        return
    stimulus = now.of_turn(number) if isinstance(now, Play | Offer) else now.stimulus()
    orders = ctx.orders_seen(group, now.hours) if isinstance(now, Proof) else 0
    if isinstance(now, Proof) and orders < now.least_orders:
        return
    cause = part.begin(group) if now.lasts else part.cause(group)
    reward = now.reward(ctx.uniform(number, part.lanes.size)) + orders
    post = ctx.post(group, stimulus, reward=reward, takers=now.takers, staff=person, cause=cause)
    if isinstance(now, Offer) and now.prize is not None:
        ctx.process(_draw(ctx, part, now, group, post, number))
    if isinstance(now, Offer) and now.least_buyers > 1:
        ctx.process(_buy_together(ctx, now, group, post))
    if isinstance(now, Offer) and now.notice and group == part.groups()[0]:
        line = ctx.private_line(post)
        if ctx.members(line):
            ctx.post(line, now.told(number), staff=person, cause=post)
    if isinstance(now, Broadcast) and now.top_talker_coupon > 0:
        ctx.process(_thank(ctx, now, group, post))
    part.posted(stimulus.promotion > 0)
    if isinstance(now, Play):
        part.played(group, post, now.prizes)
    if now.lasts:
        ctx.process(_end(ctx, part, now.open_for, group, cause))


def _end(ctx: Acts, part: Part, hours: float, group: int, cause: int) -> Process:
    yield ctx.wait(hours=hours)
    part.end(group, cause)


def _draw(ctx: Acts, part: Part, now: Offer, group: int, post: int, number: int) -> Process:
    """One of those who took a coupon wins the hook."""
    yield ctx.wait(hours=now.draw_hours)
    takers = [person for person in ctx.took_part(post) if ctx.is_member(person)]
    if takers and now.prize is not None:
        lot = ctx.uniform(number, part.lanes.draw)
        ctx.grant(takers[int(lot * len(takers))], group, now.prize, cause=post)


def _raffle(ctx: Acts, part: Part, now: Giveaway, group: int, number: int, person: int) -> Process:
    """A prize for some of those who take part, drawn when its time is over."""
    cause = part.begin(group)
    call, winners, prize = now.raffled()
    first = OF_ENTRY * part.lanes.draw + OF_TURN * number
    yield from raffle(ctx, group, call, now.stages, winners, prize, first=first, staff=person, cause=cause)
    part.end(group, cause)


def _buy_together(ctx: Acts, now: Offer, group: int, post: int) -> Process:
    """Everybody who has signed up gets the coupon, where enough have."""
    yield ctx.wait(hours=now.signing_hours)
    buyers = [person for person in ctx.took_part(post) if ctx.is_member(person, group)]
    for person in buyers if len(buyers) >= now.least_buyers else ():
        ctx.grant(person, group, now.bought_together(), cause=post)


def _show(ctx: Acts, part: Part, now: Proof, group: int, person: int) -> Process:
    """Members who have bought lately show it and get a coupon; the list tells how many have."""
    post = ctx.post(group, now.call(), staff=person, cause=part.cause(group))
    part.posted(True)
    yield ctx.wait(hours=now.open_hours)
    bought = ctx.bought_since(group, ctx.day - (now.hours + now.open_hours) / DAY_HOURS)
    shown = [one for one in ctx.took_part(post) if one in bought and ctx.is_member(one, group)]
    for one in shown if now.thanks > 0 else ():
        ctx.grant(one, group, now.coupon(), cause=post)
    if len(shown) >= now.least_orders and ctx.is_running(group):
        ctx.post(group, now.stimulus(), reward=len(shown), staff=person, cause=post)
        part.posted(now.promotion > 0)


def _thank(ctx: Acts, now: Broadcast, group: int, post: int) -> Process:
    """Whoever has written most after a post gets a coupon."""
    since = len(ctx.notes())
    yield ctx.wait(hours=now.talk_hours)
    wrote = Counter(note.actor for note in ctx.notes(since) if note.group == group and note.kind in WRITTEN)
    best = min(wrote, key=lambda person: (-wrote[person], person), default=None)
    if best is not None and ctx.is_member(best, group):
        ctx.grant(
            best, group, Stimulus(coupon_hours=DAY_HOURS * now.coupon_days, coupon_yuan=now.top_talker_coupon), cause=post
        )
