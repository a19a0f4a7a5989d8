"""Contact: private words that demand something, favours, promises."""

from __future__ import annotations

from tests.reference.tables import Member


class Contact:
    """Contact."""

    def press(self, member: Member, time: int, recall: float) -> None:
        """A private word that demands something."""
        self.pass_time(member, time)
        member.recall += recall * (1.0 - member.recall / 2.0)
        member.prompt = None
        member.contact += 1.0
        beyond = min(max(member.contact - self.p.contact_tolerance, 0.0), 1.0)
        if beyond > 0.0:
            self.add_value(member, -self.p.contact_cost * beyond)
            self.upset(member, time, self.p.contact_anger * beyond, None)

    def ask_favour(self, member: Member, time: int, request: float) -> None:
        """Staff ask for something; a favour too many cools."""
        self.pass_time(member, time)
        if request in (0.0, 3.0):
            if member.favours > self.p.favour_tolerance:
                member.warmth *= 1.0 - self.p.favour_burden
            member.favours += 1.0

    def oblige(self, member: Member, time: int, request: float) -> None:
        """A member does staff a favour, or promises to come."""
        self.pass_time(member, time)
        if request in (0.0, 3.0):
            member.warmth += self.p.favour_warmth * (1.0 - member.warmth)
