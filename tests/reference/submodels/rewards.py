"""Rewards: they work by how far they surprise."""

from __future__ import annotations

from sim.events.kinds import DAY
from tests.reference.forms import clip
from tests.reference.tables import Member, Message


class Rewards:
    """Rewards."""

    def take_part(self, member: Member, time: int, message: Message, amount: float) -> None:
        """A member takes part in what the operator asked for; a reward works by how far it surprises."""
        p, stimulus = self.p, message.stimulus
        self.pass_time(member, time)
        if message.takers > 0:
            message.takers -= 1
        member.warmth += stimulus.bond * (1.0 - member.warmth)
        self.grow_tired(member, stimulus)
        self.benefits += amount
        if message.reward > 0.0:
            surprise = (amount - member.reward * member.habit) / p.reward_scale
            if surprise < 0.0:
                surprise *= p.loss_aversion
            self.add_value(member, p.reward_gain * member.reward_weight * surprise)
            member.mood = clip(member.mood + p.mood_gain * min(surprise, 1.0), -1.0, 1.0)
            member.reward += p.habit_rate * (amount - member.reward)
            member.habit += p.habit_rate * (stimulus.certainty - member.habit)
            member.rewarded_at = time

    def begin_day(self, member: Member, time: int) -> None:
        """The first check of a day: a reward that one had come to count on is missed."""
        p, day = self.p, time // DAY
        if day != member.last_day:
            expected = member.reward * member.habit
            if expected > 0.05 and time - member.rewarded_at > DAY:
                self.add_value(member, -p.reward_gain * member.reward_weight * p.loss_aversion * expected / p.reward_scale)
                member.reward *= 1.0 - p.habit_rate
            member.last_day = day
            member.days_seen += 1
