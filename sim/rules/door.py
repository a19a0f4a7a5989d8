"""Newcomers and the terms of entry -> who is checked, who is let in, who pays, who becomes a friend first, who gets a coupon."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sim.events.kinds import DAY_HOURS, ORDER_PLACED
from sim.rules.protocols import Doorway, Handles, Process
from sim.rules.spec import Entry
from sim.scenario import Hook
from sim.vocabulary.tables import Stimulus

#: Reasons of an entry that comes to nothing (ENTRY_DECLINED.x).
SCREENED_OUT, FULL, CLOSING, UNWANTED = 1.0, 2.0, 3.0, 4.0
#: Hours between two looks at the orders that a source follows (assumed).
LOOK_HOURS = 1.0
#: Which draw of an order decides whether a source reaches somebody after it: those of the first source, then the others.
FOLLOWS = 1_000
#: The row of no event.
NO_CAUSE = -1


def coupon_of(hook: Hook) -> Stimulus:
    """The coupon of a hook."""
    return Stimulus(
        coupon_hours=DAY_HOURS * hook.days, coupon_yuan=hook.yuan, coupon_share=hook.share, coupon_over=hook.over
    )  # fmt: skip


@dataclass
class Coming:
    """Everybody who comes to the door of one programme; gate: the terms of entry of a group as they stand now."""

    ctx: Handles
    door: Doorway
    gate: Callable[[int], Entry]
    invited: Counter[int] = field(default_factory=Counter)
    #: Source of a deal -> who has asked for it and waits until enough have (person, group, event).
    asking: dict[str, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    #: Who waits for an invitation on a later day: invitations a day as they stood at the request, and what follows one.
    line: list[tuple[float, Process]] = field(default_factory=list)
    inviting: bool = False

    def receive(self) -> Process:
        """Lets everybody who comes to the door by themselves stand at it in their turn."""
        ctx, door, begun = self.ctx, self.door, self.ctx.day
        for place, (name, source) in enumerate(ctx.scenario.population.inflow):
            if source.per_order > 0:
                ctx.process(self._follow_orders(name, source, place))
        for day, person, group in door.newcomers():
            if day < begun:  # stood there under another plan
                continue
            yield ctx.until_day(day)
            if ctx.is_running(group) and not door.has_come(person):
                ctx.process(self.come(person, group))

    def _follow_orders(self, name: str, source: Any, place: int) -> Process:
        """After some orders one more person of a source is reached: who paid, or sat at the same table."""
        ctx, door = self.ctx, self.door
        yield ctx.until_day(max(source.day, ctx.day))
        waiting, seen = iter(door.reached_by_orders(name)), len(ctx.notes())
        while ctx.day < source.day + source.days:
            yield ctx.wait(hours=LOOK_HOURS)
            for note in ctx.notes(seen):
                seen += 1
                if note.kind != ORDER_PLACED or ctx.uniform_of(note, FOLLOWS + place) >= source.per_order:
                    continue
                if (person := next(waiting, None)) is None:
                    return
                if ctx.is_running(group := door.home_of(person)) and not door.has_come(person):
                    ctx.process(self.come(person, group, cause=note.row))

    def come(self, person: int, group: int, *, cause: int = NO_CAUSE, by: int = NO_CAUSE, entered: Any = None) -> Process:
        """Somebody stands at the door. by: the member who has invited them, so that they want to; entered: called with the entry."""
        ctx, door, now, source = self.ctx, self.door, self.gate(group), self.door.source(person)
        row = door.request(person, group, cause)
        if source is not None and source.hook.given == "request":
            self._deal(ctx.source_of(person), source.hook, person, group, row)
        if by == NO_CAUSE and not door.wants_in(person, now):
            door.decline(person, group, UNWANTED, row)
            return
        if now.consent and (yield from ctx.staff.work("welcome", ctx.staff_settings.welcome_minutes, group=group)) is None:
            return
        rest = self._examine(now, source, person, group, row, by, entered)
        if now.mode == "appointed":
            if self.invited[int(ctx.day)] >= now.invitations_per_day:
                self.line.append((now.invitations_per_day, rest))
                if not self.inviting:
                    ctx.process(self._invite_from_line())
                return
            self.invited[int(ctx.day)] += 1
        yield from rest

    def _invite_from_line(self) -> Process:
        """Day by day, invites those who wait in turn, until nobody waits. One process for all: a thousand may wait for months."""
        self.inviting = True
        while self.line:
            yield self.ctx.until_day(int(self.ctx.day) + 1)
            today, waiting, self.line = int(self.ctx.day), self.line, []
            invited = self.invited[today]
            for one in waiting:
                if invited >= one[0]:
                    self.line.append(one)
                    continue
                self.invited[today] += 1
                self.ctx.process(one[1])
                invited = self.invited[today]
        self.inviting = False

    def _examine(self, now: Entry, source: Any, person: int, group: int, row: int, by: int, entered: Any) -> Process:
        """The newcomer is looked at and let in or not. entered: called with the entry."""
        ctx, door = self.ctx, self.door
        if now.mode in ("screened", "appointed"):
            if not (yield from self._check(now, person)):
                door.decline(person, group, SCREENED_OUT, row)
                return
        elif ctx.tag_of(person) < now.least_tag:
            door.decline(person, group, SCREENED_OUT, row)
            return
        if not ctx.is_running(group) or door.has_come(person):
            return
        if ctx.is_closing(group) or not ctx.has_room(group):
            door.decline(person, group, CLOSING if ctx.is_closing(group) else FULL, row)
            return
        entry = self._let_in(now, source, person, group, row, by)
        if entered is not None:
            entered(entry)

    def _deal(self, name: str, hook: Hook, person: int, group: int, row: int) -> None:
        """Who asks for the deal of a source gets it, once enough have asked."""
        self.asking[name].append((person, group, row))
        asked = self.asking[name]
        if len(asked) >= hook.least_buyers:
            for who, where, why in asked if len(asked) == hook.least_buyers else asked[-1:]:
                self.ctx.grant(who, where, coupon_of(hook), cause=why)

    def _check(self, now: Entry, person: int) -> Process:
        """Somebody looks at the newcomer. An agent looks for staff, and lets everybody in of whom no proof is asked."""
        source = self.door.source(person)
        if now.owner_of_recruit == "agent" and source is not None and source.cost > 0 and now.proof == "none":
            return True
        staff = yield from self.ctx.staff.work("screen", now.check_minutes)
        return staff is not None and self.door.passes(person, now.least_tag, now)

    def _let_in(self, now: Entry, source: Any, person: int, group: int, row: int, by: int) -> int:
        ctx, door = self.ctx, self.door
        if (now.friend_first or (source is not None and source.friend_first)) and not ctx.is_friend(person):
            door.admit(person, ctx.private_line(row), row)
        entered = door.admit(person, group, row, by)
        if now.stake > 0:
            door.take_stake(person, group, now.stake, entered)
        for cost in (now.gift.cost, source.cost if source is not None else 0.0):
            if cost > 0:
                ctx.pay(cost, group, cause=entered)
        if source is not None and source.hook.given == "entry" and (source.hook.yuan or source.hook.share):
            ctx.grant(person, group, coupon_of(source.hook), cause=entered)
        return entered
