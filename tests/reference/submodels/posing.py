"""Posing: accounts of staff that pass for members."""

from __future__ import annotations

from sim.vocabulary.tables import Stimulus
from tests.reference.tables import Member


class Posing:
    """Who is taken in, and who is not any more."""

    def is_taken_in(self, member: Member, stimulus: Stimulus) -> bool:
        """Whether a message of staff is taken for a member's."""
        return bool(stimulus.guise) and not member.wise

    def find_out(self, member: Member, time: int) -> None:
        """Somebody sees who it is that writes."""
        self.pass_time(member, time)
        member.wise = True
        self.upset(member, time, self.p.posing_anger, None)
