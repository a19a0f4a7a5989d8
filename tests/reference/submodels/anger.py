"""Anger: it comes up, grows while nobody reacts, and is soothed."""

from __future__ import annotations

from tests.reference.forms import clip
from tests.reference.submodels.reading import Read
from tests.reference.tables import Incident, Member


class Anger:
    """Anger."""

    def upset(self, member: Member, time: int, amount: float, incident: Incident | None, own: bool = True) -> None:
        """Anger comes up, and trust goes with it; a hurt of one's own grows until somebody reacts, caught anger does not."""
        if member.anger < 0.01:
            member.angry_at, member.soothed = time, True
        if own:
            member.angry_at, member.soothed = time, False
        member.anger = min(member.anger + amount, 3.0)
        member.loss = clip(member.loss + self.p.trust_loss * amount, 0.0, 1.0)
        if incident is not None:
            member.incident = incident

    def soothe(self, member: Member, time: int, share: float) -> None:
        """A private word: anger stops growing and part of it goes."""
        self.pass_time(member, time)
        if member.incident is not None and member.incident.responded_at is None:
            member.incident.responded_at = time
        member.anger *= 1.0 - share
        member.soothed = True

    def hurt(self, member: Member, time: int, incident: Incident, amount: float) -> None:
        """An incident hits a member."""
        self.pass_time(member, time)
        self.upset(member, time, amount, incident)
        incident.aggrieved += 1

    def catch_anger(self, member: Member, time: int, seen: Read) -> None:
        """Complaints that were read make angry, up to a point."""
        if seen.rage > 0.0:
            room = max(1.0 - member.anger / self.p.anger_caught, 0.0)
            caught = self.p.anger_spread * member.susceptibility * min(seen.rage, 1.0) * room
            self.upset(member, time, caught, seen.about, own=False)
