"""Reading: a member opens a channel, reads what is new, and learns from it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.events.kinds import DAY
from sim.vocabulary.tables import Stimulus
from tests.reference.draws import draw
from tests.reference.tables import ADVERT, ANSWER, PLAN, Incident, Member, Message

#: Messages that can be found again.
NEWEST = 512


@dataclass(slots=True)
class Read:
    """What was read at one check."""

    cap: int
    unread: int
    reads: int
    talk: int
    adverts: int
    operator: int
    content: float
    promotion: float
    useful: float
    sentiment: float
    rage: float
    about: Incident | None
    plan: Message | None


class Reading:
    """A check, and what it does to the member."""

    def check(self, member: Member, time: int) -> None:
        """A member opens the group, reads at most a screenful of what is new and fresh, and learns from it."""
        p, group = self.p, member.group
        self.pass_time(member, time)
        if p.drift_spread > 0.0:
            member.drift, member.drifted = self.walk(member.home, time)
        days = (time - member.checked_at) / DAY
        seen = self.read(member, time)
        self.learn_value(member, days, seen)
        self.think_of_brand(member)
        member.satiation += seen.operator
        self.catch_mood(member, seen)
        self.catch_anger(member, time, seen)
        if seen.plan is not None:
            self.be_repaired(member, seen.plan)
        self.judge_promise(member, time)
        if member.waiting is not None:
            self.notice_being_ignored(member, time)
        self.begin_day(member, time)
        self.weigh_leaving(member, time, days, seen)
        member.asked_before, member.asked = member.asked, len(group.asks)
        member.tied_unread = 0.0
        member.read_to = len(group.messages)
        member.checked_at = time
        member.checks += 1

    def read(self, member: Member, time: int) -> Read:
        """From the newest message back: content, advertising, promises, the brand brought to mind, prices, tones."""
        p, group = self.p, member.group
        cap, reads, talk, adverts, operator, posed = int(p.read_cap), 0, 0, 0, 0, 0
        content = promotion = useful = sentiment = rage = 0.0
        about: Incident | None = None
        plan: Message | None = None
        member.offer = None
        for place in range(len(group.messages) - 1, max(member.read_to, len(group.messages) - NEWEST) - 1, -1):
            message = group.messages[place]
            if reads >= cap or time - message.time > p.fresh_days * DAY:
                break
            unseen = group.reach > 0.0 and draw(self.keys[member.number], "reach", message.number) >= group.reach
            if unseen or message.removed or message.author is member.home or member.tag < message.audience:
                continue
            reads += 1
            sentiment += message.sentiment
            if message.stimulus is not None:
                stimulus = message.stimulus
                if self.is_taken_in(member, stimulus):
                    posed += 1
                else:
                    operator += 1
                if stimulus.honour > 0.0:
                    self.see_honour(member, stimulus.honour)
                if not stimulus.live or time <= message.deadline:
                    worth = stimulus.content * stimulus.quality * self.liking(member, stimulus.topic)
                    worth *= self.follows(member, stimulus.level)
                    content += worth * self.keeps(member, stimulus.topic)
                self.hear_promise(member, time, stimulus)
                promotion += stimulus.promotion
                useful += stimulus.promotion * self.has_use(member, stimulus)
                self.note_brand(member, message, time)
            elif message.kind is ADVERT:
                adverts += 1
            elif message.kind is PLAN:
                plan = plan or message
            else:
                talk += 1
                if message.kind is ANSWER:
                    self.learn_asking(member)
                elif message.reward > 0.0:
                    member.recall += message.reward * (1.0 - member.recall / 2.0)
                    member.prompt = message
                    if message.author.role == 4:
                        self.hear_promise(member, time, Stimulus(claim=p.shown_claim))
            if message.sentiment < 0.0 and message.incident is not None and message.incident.closed_at is None:
                rage -= message.sentiment
                about = message.incident
        unread = len(group.messages) - member.read_to
        member.posed = posed
        talk += posed
        return Read(cap, unread, reads, talk, adverts, operator, content, promotion, useful, sentiment, rage, about, plan)
