"""Posting: what a member writes."""

from __future__ import annotations

from sim.events.kinds import DAY
from tests.reference.submodels.debut import NOT_YET, OPEN
from tests.reference.tables import ADVERT, COMPLAINT, UNKIND, Incident, Member, Message


class Posting:
    """Posting."""

    def write(
        self, member: Member, row: int, time: int, kind: str, sentiment: float = 0.0, target: Message | None = None,
        incident: Incident | None = None,
    ) -> Message:  # fmt: skip
        """A member writes: talk (perhaps as a reply to `target`), a question, a complaint or an advert."""
        self.pass_time(member, time)
        message = self.put(row, time, kind, member.home, member.group, sentiment)
        member.posts += 1
        if kind is not ADVERT and member.debut == NOT_YET:
            member.debut = OPEN
        member.mood /= 2.0
        if kind is not ADVERT and member.spoke_on != time // DAY + 1:
            member.spoke_on = time // DAY + 1
            member.group.voices = self.voices_now(member.group, time) + 1.0
            member.group.voices_at = time
        if kind is ADVERT:
            member.group.breach = self.breach_now(member.group, time) + 1.0
            member.group.breach_at = time
            return message
        goes_on = target is not None and target.author is member.home
        if not goes_on:
            member.waiting = message
        message.incident = incident
        if target is not None:
            if sentiment < UNKIND:
                message.incident = target.incident
            elif not goes_on:
                self.be_answered(target, time, None)
        if kind is COMPLAINT:
            member.anger *= self.p.vent_left
        for person in member.acquaintances:
            if (near := self.inside(person, member.group)) is not None:
                near.tied_unread += 1.0
        return message

    def question_share(self, member: Member) -> float:
        """Share of what is said that asks the operator something; part of it can be looked up, and asking is a habit."""
        return self.p.question_share * (1.0 - self.p.listing_effect * member.group.listing) * (1.0 + member.asking)

    def expected_posts(self, member: Member, time: int) -> float:
        """Posts that come out of one check, on average."""
        p = self.p
        novelty = (1.0 + max(member.days_seen - 1, 0) / p.novelty_days) ** -p.novelty_exponent
        crowd = (100.0 / max(member.group.members, 1)) ** p.loafing
        urge = p.post_floor + member.warmth + p.novelty_weight * novelty
        drive = p.post_scale * member.sociability * urge * (1.0 + max(member.mood, 0.0)) * crowd
        return self.talk * drive * self.factor_of_talk(member, time)
