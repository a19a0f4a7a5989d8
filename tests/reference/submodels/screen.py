"""The screen: what is put on it, by members or by staff."""

from __future__ import annotations

import math

from sim.events.kinds import DAY, HOUR
from sim.vocabulary.tables import Stimulus
from tests.reference.tables import ANSWER, CLOSING, PLAN, STIMULUS, Group, Incident, Member, Message


class Screen:
    """The screen."""

    def put(self, row: int, time: int, kind: str, author: Member | None, group: Group, sentiment: float = 0.0) -> Message:
        """A new message on the screen."""
        message = Message(len(self.messages), row, time, kind, author, group, sentiment)
        self.messages.append(message)
        group.messages.append(message)
        return message

    def post(self, row: int, time: int, group: Group, stimulus: Stimulus, reward: float, takers: float) -> Message:
        """An operator posts. reward: yuan for each taker, or orders shown by an order relay."""
        message = self.put(row, time, STIMULUS, None, group)
        message.stimulus = stimulus
        message.deadline = time + stimulus.deadline_hours * HOUR
        message.takers = takers if takers > 0.0 else math.inf
        if stimulus.herd > 0.0:
            group.herd = self.herd_now(group, time) + reward
            group.herd_at = time
        else:
            message.reward = reward
        if stimulus.ask > 0.0:
            group.asks.append(message)
        return message

    def answer(self, row: int, time: int, message: Message, tone: float, quarrel: float) -> Message:
        """Staff answer a message where everybody can see it; a quarrel is unkind to read, and hurts the author."""
        answer = self.put(row, time, ANSWER, None, message.group)
        self.be_answered(message, time, tone)
        if quarrel > 0.0:
            answer.sentiment, answer.incident = -quarrel, message.incident
            if message.author is not None:
                author = self.member(message.author.number, message.group)
                self.upset(author, time, self.p.harsh_anger * quarrel, message.incident)
        if message.incident is not None and message.incident.responded_at is None:
            message.incident.responded_at = time
        return answer

    def announce(self, row: int, time: int, group: Group, incident: Incident, justice: float) -> Message:
        """Staff tell the group how an incident will be settled."""
        message = self.put(row, time, PLAN, None, group)
        message.incident, message.reward = incident, justice
        if incident.responded_at is None:
            incident.responded_at = time
        return message

    def announce_closing(self, row: int, time: int, group: Group, days: float) -> Message:
        """Staff tell the group that it will be closed."""
        group.closing_at = time + days * DAY
        return self.put(row, time, CLOSING, None, group)
