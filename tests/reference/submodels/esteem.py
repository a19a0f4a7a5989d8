"""Esteem: what a brand has proved to be worth goes along with a person."""

from __future__ import annotations

from tests.reference.tables import GROUP, Member


class Esteem:
    """What a person thinks of the brand."""

    def think_of_brand(self, member: Member) -> None:
        """A look into one of its groups."""
        if member.group.kind is GROUP:
            found = member.value - self.p.value_start
            member.esteem = (1.0 - self.p.esteem_step) * member.esteem + self.p.esteem_step * found

    def expect_of_brand(self, member: Member) -> None:
        """Another group of it begins."""
        if member.group.kind is GROUP:
            self.add_value(member, self.p.esteem_carry * member.esteem)
