"""Groups come and go, members move: found, close, merge, split, route, befriend."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import Any

import numpy as np

from sim.allowed import ConfigError
from sim.engine.sight import Sight
from sim.events.kinds import (
    CHANNEL_OPENED,
    CLOSING_ANNOUNCED,
    ENTRY_RULE_SET,
    GROUP_CLOSED,
    GROUP_FOUNDED,
    GROUP_MERGED,
    GROUP_SPLIT,
    MEMBER_INVITED,
    NONE,
    RULES_POSTED,
    TIER_SET,
)
from sim.rules.protocols import NOTICE_DAYS
from sim.vocabulary.tables import FEED, PRIVATE


class Moving(Sight):
    """Acts on channels and memberships."""

    def set_tier(self, person: int, group: int, tier: int, staff: int = 0, cause: int = NONE) -> int:
        """Gives a member the tier that was earned: its place among those of the plan."""
        return self._act(TIER_SET, group, staff, person, x=tier, cause=cause)

    def post_rules(self, group: int, staff: int = 0, cause: int = NONE) -> int:
        """Posts the rules of the group."""
        return self._act(RULES_POSTED, group, staff, cause=cause)

    def set_entry(self, group: int, least_tag: float, staff: int = 0, cause: int = NONE) -> int:
        """From now on only people whose observed fit reaches `least_tag` are let in."""
        return self._act(ENTRY_RULE_SET, group, staff, x=least_tag, cause=cause)

    def close(self, group: int, cause: int = NONE) -> int:
        """Closes a group on purpose: from then on nobody reads, writes or does anything in it."""
        return self._act(GROUP_CLOSED, group, cause=cause)

    def found(self, size: int, capacity: int | None = None, cause: int = NONE) -> int:
        """Founds a group for `size` planned members (at most `capacity`, or size); gives its number. Nobody is in it yet."""
        number = self._new_channel("found")
        self._act(GROUP_FOUNDED, number, target=size if capacity is None else capacity, x=size, cause=cause)
        return number

    def private_line(self, cause: int = NONE) -> int:
        """The private line of the operator, opened at first need."""
        return self._first_of(PRIVATE, cause)

    def public_feed(self, cause: int = NONE) -> int:
        """The feed that anybody may follow, opened at first need."""
        return self._first_of(FEED, cause)

    def open_private(self, capacity: int) -> int:
        """Opens a private line: who accepts an invitation to it is a friend, who leaves it has blocked the operator."""
        return self._open(PRIVATE, capacity)

    def open_feed(self, capacity: int | None = None, cause: int = NONE) -> int:
        """Opens a feed (moments, a microblog) that is not the public one; see `post_moment`."""
        number = self._open(FEED, len(self._programme.people.traits) if capacity is None else capacity, cause)
        self._programme.own_feeds.add(number)
        return number

    def invite(self, person: int, channel: int, *, leaving: int = NONE, staff: int = 0, cause: int = NONE) -> int:
        """Invites a person to a channel; leaving: the group that is left for it. It is read after a median of half an hour.

        Accepted with probability phi * min(invite_floor + W, 1), value and warmth in the group to be left, else in the group
        that is worth most to the person, else in the one left last. Somebody who left comes back by this in a new membership.
        """
        return self._act(MEMBER_INVITED, channel, staff, person, float(leaving), 0.0, cause)

    def befriend(self, person: int, private: int, staff: int = 0, cause: int = NONE) -> int:
        """Asks a person to be let into the private line."""
        return self.invite(person, private, staff=staff, cause=cause)

    def move(self, persons: Iterable[int], source: int, target: int, staff: int = 0, cause: int = NONE) -> list[int]:
        """Invites members of one group to another one instead; nobody is forced. Gives the invitations."""
        return [self.invite(person, target, leaving=source, staff=staff, cause=cause) for person in persons]

    def merge(self, source: int, target: int, staff: int = 0, notice_days: float = NOTICE_DAYS, cause: int = NONE) -> int:
        """All members of a group are invited to another one; the group is closed after the notice. Gives the event."""
        row = self._act(GROUP_MERGED, source, staff, target, cause=cause)
        self.move(self.members(source), source, target, staff, row)
        self.dissolve(source, notice_days, staff, row)
        return row

    def split(self, source: int, persons: Iterable[int], staff: int = 0, cause: int = NONE) -> int:
        """Founds a group and invites some members of another one to it instead; gives the new group."""
        persons = list(persons)
        new = self.found(max(len(persons), 2), cause=cause)
        row = self._act(GROUP_SPLIT, source, staff, new, cause=cause)
        self.move(persons, source, new, staff, row)
        return new

    def quarantine(self, source: int, persons: Iterable[int], staff: int = 0, cause: int = NONE) -> int:
        """Invites a bloc of loud or aggrieved members to a small group of their own; gives that group."""
        return self.split(source, persons, staff, cause)

    def route(self, choices: Mapping[int, int], source: int, staff: int = 0, cause: int = NONE) -> list[int]:
        """Invites each person to the group chosen for them instead of `source`; gives the invitations."""
        return [self.invite(person, group, leaving=source, staff=staff, cause=cause) for person, group in choices.items()]

    def dissolve(self, group: int, notice_days: float, staff: int = 0, cause: int = NONE) -> int:
        """Tells the members that the group will be closed, lets nobody in any more, and closes it then; gives the announcement."""
        row = self._act(CLOSING_ANNOUNCED, group, staff, x=notice_days, cause=cause)
        self.env.start(self._close_later(group, notice_days, row))  # what has been announced is done, whoever is in charge then
        return row

    def _first_of(self, kind: int, cause: int) -> int:
        kinds = self._programme.tables.channels["kind"][: int(self._programme.tables.head["channels"])]
        found = [number for number in np.flatnonzero(kinds == kind).tolist() if self.is_running(number)]
        found = [number for number in found if number not in self._programme.own_feeds]
        return int(found[0]) if found else self._open(kind, len(self._programme.people.traits), cause)

    def _open(self, kind: int, capacity: int, cause: int = NONE) -> int:
        number = self._new_channel("open")
        self._act(CHANNEL_OPENED, number, target=capacity, x=kind, cause=cause)
        return number

    def _new_channel(self, act: str) -> int:
        number, high = (int(self._programme.tables.head[name]) for name in ("channels", "channels_high"))
        if number >= high:
            allowed = self.scenario.population.further_channels
            raise ConfigError(
                f"scenario.population.further_channels={allowed}: {self._key} wants to {act} one more; allow more"
            )
        return number

    def _close_later(self, group: int, days: float, cause: int) -> Generator[Any, Any, Any]:
        yield self.wait(days=days)
        if self.is_running(group):
            self._programme.emit(GROUP_CLOSED, group, cause=cause)
