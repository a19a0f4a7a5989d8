"""Joining: a membership begins."""

from __future__ import annotations

from sim.vocabulary.tables import NEVER
from tests.reference.draws import child_key
from tests.reference.forms import normal
from tests.reference.tables import ATTENTIVE, MOVED, Group, Member


class Joining:
    """Joining."""

    def join(self, member: Member, time: int, source: float, group: Group | None = None) -> None:
        """A person comes in and sees nothing of what was written before; who moves brings warmth along."""
        group = group or member.group
        member = self.seat_for(member.home, group)
        if member is None:
            return
        self.calm_down(member.home, time)
        member.mode = ATTENTIVE
        member.at = member.joined_at = member.checked_at = member.rewarded_at = time
        member.last_day = -1
        member.value = self.p.value_start
        if self.p.value_spread > 0.0:
            root = self.keys[member.number]
            if member is not member.home:
                root = child_key(root, "channel", group.number)
            self.add_value(member, self.p.value_spread * normal(root, "impression", 0))
        self.expect_of_brand(member)
        member.warmth = max(self.p.warmth_start, member.warmth_base)
        member.read_to = len(group.messages)
        member.asked = member.asked_before = len(group.asks)
        group.members += 1
        if source == MOVED and (old := self.last_left(member.home)) is not None:
            member.came_from = old.group
            member.value = max(member.value, old.value)
            member.warmth = max(member.warmth, self.p.move_warmth * old.warmth)

    def arrivals(self) -> list[tuple[int, Member]]:
        """Who comes to the door by themselves, and when."""
        return [(int(person.arrival), person) for person in self.persons if person.arrival < NEVER]
