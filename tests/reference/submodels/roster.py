"""Roster: who is in which channel; memberships that begin at run time."""

from __future__ import annotations

import math

from tests.reference.draws import child_key, draw
from tests.reference.tables import ABSENT, GROUP, Further, Group, Member


class Roster:
    """Roster."""

    def base(self, acquaintances: int) -> float:
        """Warmth in the long run, by acquaintances in the channel."""
        return self.p.warmth_floor + self.p.warmth_ties * (1.0 - math.exp(-acquaintances / self.p.warmth_degree))

    def member(self, number: int, group: Group | None) -> Member:
        """The latest membership of a person in a channel; one that nobody keeps, where there is none."""
        home = self.persons[number]
        if home.group is group and len(home.memberships) == 1:
            return home
        found = [one for one in home.memberships if one.group is group]
        return found[-1] if found else Further(home, group)

    def inside(self, home: Member, group: Group) -> Member | None:
        """The membership of somebody who is in a channel now."""
        return next((one for one in home.memberships if one.group is group and one.present), None)

    def seat_for(self, home: Member, group: Group) -> Member | None:
        """The membership that begins when a person comes in; None if they are in."""
        here = [one for one in home.memberships if one.group is group]
        if here and here[-1].mode is ABSENT:
            return here[-1]
        if here and here[-1].present:
            return None
        seat = Further(home, group)
        root = child_key(child_key(self.keys[home.number], "channel", group.number), "trait", len(here))
        seat.leave_threshold, seat.mute_threshold = (-math.log(draw(root, "trait", one)) for one in (7, 8))
        seat.warmth_base = self.base(sum(self.inside(near, group) is not None for near in home.acquaintances))
        home.memberships.append(seat)
        self.seats.append(seat)
        group.enlist(seat)
        return seat

    def strongest(self, home: Member) -> Member | None:
        """The membership in an open group that is worth most."""
        groups = [one for one in home.memberships if one.present and one.group.kind is GROUP and not one.group.closed]
        return max(groups, key=lambda one: one.value) if groups else None

    def last_left(self, home: Member) -> Member | None:
        """The membership that was ended last."""
        ended = [one for one in home.memberships if one.left_at is not None]
        return max(reversed(ended), key=lambda one: one.left_at) if ended else None

    def found(self, number: int, time: int, kind: str, planned: float, capacity: int) -> None:
        """A channel opens, one of those planned or a new one."""
        if number == len(self.groups):
            self.groups.append(Group(number, int(planned)))
            self.groups[number].topics = self.groups[number % self.planned_groups].topics
        group = self.groups[number]
        group.kind, group.founded_at, group.planned = kind, time, planned
        if capacity >= 0:
            group.capacity = capacity
