"""The screen of a channel: messages in order, the ring of the newest, who is told."""

from __future__ import annotations

from sim.compiled import within
from sim.events.kinds import NONE
from sim.kernel.rows import channel_of, member_of, message_of, newest_of, tie_of, traits_of
from sim.kernel.submodels.roster import near_of
from sim.vocabulary.tables import FEED, Row, Whole


@within
def add_message(state: Row, row: Whole, time: Whole, kind: Whole, author: Whole, where: Whole, sentiment: float) -> Whole:
    """Puts a message at the head of its channel; gives its number."""
    number = state.messages
    state.messages += 1
    channel = channel_of(state, where)
    channel.ordinal += 1
    newest_of(state, where, channel.ordinal).message = number
    message = message_of(state, number)
    message.time = time
    message.row = row
    message.deadline = time
    message.sentiment = sentiment
    message.reward = 0.0
    message.takers = -1
    message.audience = channel.least_tag if channel.kind == FEED else 0.0
    message.author = author
    message.channel = where
    message.ask_before = NONE
    message.kind = kind
    message.stimulus = NONE
    message.incident = NONE
    message.removed = 0
    message.answered = 0
    return number


@within
def tell_acquaintances(world: Row, state: Row, who: Whole, where: Whole) -> None:
    """Those who know the author find something of theirs unread."""
    trait = traits_of(world, who)
    for place in range(trait.first_tie, trait.first_tie + trait.ties):
        near = near_of(state, tie_of(world, place).person, where)
        if near != NONE:
            member_of(state, near).tied_unread += 1
