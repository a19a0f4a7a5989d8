"""Warmth: it drifts back to its base, and is raised or cooled by how others and staff turn to a member."""

from __future__ import annotations

import math

from sim.events.kinds import DAY, HOUR
from tests.reference.forms import clip, half_life
from tests.reference.tables import BY_MEMBER, BY_STAFF, COMPLAINT, QUESTION, Member, Message


class Warmth:
    """Warmth."""

    def warmth_at(self, member: Member, time: int) -> float:
        """Warmth drifts back to its base."""
        days = (time - member.at) / DAY
        return member.warmth_base + (member.warmth - member.warmth_base) * math.exp(-days / self.p.warmth_days)

    def be_answered(self, message: Message, time: int, tone: float | None) -> None:
        """The author of a message gets an answer: from staff in a tone (0..1), or from another member (None)."""
        if message.author is None:
            return
        p, member = self.p, self.member(message.author.number, message.group)
        self.pass_time(member, time)
        delay = time - message.time
        if tone is None:
            member.warmth += p.reply_warmth * (1.0 - member.warmth)
            member.deal -= p.deal_talk * member.deal
            if message.kind is QUESTION:
                self.learn_helping(member)
            message.answered = max(message.answered, BY_MEMBER)
        else:
            if message.answered != BY_STAFF:
                gain = p.staff_warmth * tone * half_life(delay, p.staff_hours)
                if message.kind is QUESTION:
                    promptness = half_life(delay, p.answer_hours)
                    gain += p.answer_warmth * promptness
                    self.add_value(member, p.answer_value * promptness)
                member.warmth += min(gain, 1.0) * (1.0 - member.warmth)
                if message.kind is COMPLAINT:
                    member.soothed = True
            message.answered = BY_STAFF
            self.learn_asking(member)
        if member.waiting is message:
            member.waiting = None
        self.settle_debut(member, answered=True)

    def notice_being_ignored(self, member: Member, time: int) -> None:
        """Nobody answered for too long."""
        own = member.waiting
        if time - own.time > self.p.ignored_hours * HOUR:
            self.settle_debut(member, answered=False)
            cooled = member.warmth * (1.0 - self.p.ignored_warmth)
            member.warmth -= cooled
            member.drag_neglect += self.p.hazard_warmth * cooled / self.p.hazard_value if self.p.hazard_value else 0.0
            member.waiting = None
            if own.kind is QUESTION:
                self.add_value(member, -self.p.ignored_value)
                member.drag_neglect += self.p.ignored_value if self.p.hazard_value else 0.0
                self.upset(member, time, self.p.question_anger, own.incident)

    def welcome(self, member: Member, time: int, told: float, ritual: float) -> None:
        """Staff greet a newcomer; sooner is warmer."""
        self.pass_time(member, time)
        soon = half_life(time - member.joined_at, self.p.welcome_hours)
        for gain in (self.p.welcome_warmth, self.p.ritual_warmth * ritual):
            member.warmth += gain * soon * (1.0 - member.warmth)
        if told == 1.0:
            member.told = 1
            self.add_value(member, self.p.told_value * soon)
        if told == 3.0:
            self.add_value(member, -self.p.promotion_cost)
        if told in (2.0, 3.0):
            member.recall += self.p.told_recall * (1.0 - member.recall / 2.0)
            member.prompt = None

    def care_for(self, member: Member, time: int, gift: float, how: float) -> None:
        """Staff care for a member in private, praise or coach them, or meet them outside."""
        self.pass_time(member, time)
        gain = {3.0: self.p.gathering_warmth, 4.0: self.p.outing_warmth}.get(how, self.p.care_warmth)
        member.warmth += gain * (1.0 - member.warmth)
        if how == 1.0:
            member.mood = clip(member.mood + self.p.mood_gain, -1.0, 1.0)
        if how == 2.0:
            member.coached = min(member.coached + 1, 5)
            member.claim *= self.p.coaching_claim
        if gift > 0.0:
            self.learn_claiming(member)
        self.benefits += gift
