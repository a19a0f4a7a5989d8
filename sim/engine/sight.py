"""What an operator sees: messages, members, orders, tags. Never value, warmth or trust."""

from __future__ import annotations

from itertools import islice

import numpy as np

from sim.engine.acting import Acting, Note
from sim.events.kinds import DAY, HOUR, NONE, ORDER_PLACED, SLIPPED_IN, SOURCES, STIMULUS_ANSWERED
from sim.rules.protocols import TALK_DAYS
from sim.vocabulary.tables import ABSENT, ATTENTIVE, GROUP, MUTED, NEVER, PRIVATE

#: MESSAGE.answered, where a member did, and where staff did.
BY_MEMBER, BY_STAFF = 1, 2


class Sight(Acting):
    """What a process may look at."""

    def notes(self, since: int = 0) -> list[Note]:
        """Everything noticeable from place `since` on; the next place is since + len(result)."""
        noted = self._programme.read_inbox()
        return [Note(*row) for row in noted[since:].tolist()] if len(noted) > since else []

    def members(self, group: int) -> list[int]:
        """Present members of a group, in order of their number; none once it is closed."""
        if not self.is_running(group):
            return []
        tables = self._programme.tables
        channel = tables.channels[group]
        seats = tables.rosters["seat"][channel["roster"] : channel["roster"] + channel["enlisted"]]
        mode = tables.members["mode"][seats]
        return sorted(tables.members["person"][seats[(mode == ATTENTIVE) | (mode == MUTED)]].tolist())

    def is_member(self, person: int, group: int | None = None) -> bool:
        """Whether the person is in an open group, private line or feed now; in any open group, where none is named."""
        tables, seat = self._programme.tables, person
        while seat != NONE:
            row = tables.members[seat]
            where = int(row["channel"])
            here = tables.channels["kind"][where] == GROUP if group is None else where == group
            if here and row["mode"] in (ATTENTIVE, MUTED) and self.is_running(where):
                return True
            seat = int(row["next"])
        return False

    def groups_of(self, person: int) -> list[int]:
        """The groups a person is in now."""
        return [group for group in self.groups if self.is_member(person, group)]

    def is_friend(self, person: int) -> bool:
        """Whether the person has let the operator into a private line."""
        kinds = self._programme.tables.channels["kind"][: int(self._programme.tables.head["channels"])]
        return any(self.is_member(person, line) for line in np.flatnonzero(kinds == PRIVATE).tolist())

    def role_of(self, person: int) -> float:
        """The role a person has taken, 0 none."""
        return float(self._programme.tables.persons["role"][person])

    def tag_of(self, person: int) -> float:
        """What staff see of how well the content suits the person; noisy."""
        return float(self._programme.people.traits["tag"][person])

    def source_of(self, person: int) -> str:
        """How a person comes: a name of SOURCES, or of a source of the scenario."""
        place = int(self._programme.people.traits["source"][person])
        return SOURCES[place] if place < len(SOURCES) else self.scenario.population.inflow[place - len(SOURCES)][0]

    def cohort_of(self, person: int) -> int:
        """The circle of acquaintance a person came with, NONE for none."""
        return int(self._programme.people.traits["cohort"][person])

    def least_tag(self, group: int) -> float:
        """Observed fit that a group asks for at entry."""
        return float(self._programme.tables.channels["least_tag"][group])

    def took_part_since(self, group: int, day: float) -> list[int]:
        """Members who have taken part in something since that day: claimed, played, signed in; in order of their number."""
        tables, since = self._programme.tables, round(day * DAY)
        channel = tables.channels[group]
        seats = tables.rosters["seat"][channel["roster"] : channel["roster"] + channel["enlisted"]]
        members = tables.members[seats]
        took = (members["rewarded_at"] >= since) & (members["rewarded_at"] != members["joined_at"])
        return sorted(members["person"][took & ((members["mode"] == ATTENTIVE) | (members["mode"] == MUTED))].tolist())

    def orders_of(self, person: int) -> int:
        """How often the person has bought."""
        return int(self._programme.tables.persons["orders"][person])

    def slipped_in(self, group: int) -> list[int]:
        """Persons of a group whom an incident may bring in and who have not come yet."""
        traits, members = self._programme.people.traits, self._programme.tables.members[: len(self._programme.people.traits)]
        awaited = (traits["source"] == SLIPPED_IN) & (traits["group"] == group) & (members["mode"] == ABSENT)
        return np.flatnonzero(awaited).tolist()

    def is_group(self, channel: int) -> bool:
        """Whether members talk there; a private line and a feed are for reading."""
        return bool(self._programme.tables.channels["kind"][channel] == GROUP)

    def is_closing(self, group: int) -> bool:
        """Whether its members have been told that a group will be closed."""
        return bool(self._programme.tables.channels["closing_at"][group] < NEVER)

    def has_room(self, group: int) -> bool:
        """Whether one more person can enter a group."""
        channel = self._programme.tables.channels[group]
        return bool(channel["members"] < channel["capacity"])

    def message_of(self, row: int) -> int:
        """The message that event `row` put on the screen, NONE if it put none."""
        tables = self._programme.tables
        rows = tables.messages["row"][: tables.head["messages"]]
        number = int(np.searchsorted(rows, row))
        return number if number < len(rows) and rows[number] == row else NONE

    def places_left(self, post: int) -> int:
        """How many can still take part in what was posted by event `post`; -1 where there is no limit."""
        message = self.message_of(post)
        return -1 if message == NONE else int(self._programme.tables.messages["takers"][message])

    def precedents(self, person: int, day: float) -> int:
        """How often this person or an acquaintance had got money back before that day."""
        earlier = [who for time, who in self._programme.paid_back if time < day * DAY]
        return sum(who == person or self.are_acquainted(person, who) for who in earlier)

    def are_acquainted(self, one: int, other: int) -> bool:
        """Whether two persons know each other."""
        people = self._programme.people
        first = people.traits["first_tie"][one]
        return other in people.ties["person"][first : first + people.traits["ties"][one]]

    def top_talkers(self, group: int, count: int, days: float = TALK_DAYS) -> list[int]:
        """The members who wrote most in the last days, most first: how operators recognise their KOLs."""
        persons, heard = self._programme.count_talk(group, int(self.day - days))
        ranked = persons[np.lexsort((persons, -heard))][: np.count_nonzero(heard)].tolist()
        return list(islice((person for person in ranked if self.is_member(person, group)), count))

    def took_part(self, post: int) -> list[int]:
        """Who has taken part in what was posted by event `post`, in order; only where staff keep a list (`roll`)."""
        notes, message = self._programme.read_inbox(), self.message_of(post)
        found = (notes["kind"] == STIMULUS_ANSWERED) & (notes["message"] == message)
        return [] if message == NONE else notes["actor"][found].tolist()

    def item_of(self, note: Note) -> int:
        """The goods of the post that an order goes back to, where it was placed at a price below the usual one; 0 for none of these."""
        tables = self._programme.tables
        if note.message == NONE or note.amount >= tables.ledger["price"]:
            return 0
        stimulus = int(tables.messages["stimulus"][note.message])
        return 0 if stimulus == NONE else int(tables.stimuli["goods"][stimulus])

    def orders_seen(self, group: int, hours: float) -> int:
        """Orders in a group within the last hours."""
        notes = self._programme.read_inbox()
        late = notes[np.searchsorted(notes["time"], self.env.now - hours * HOUR) :]
        return int(((late["group"] == group) & (late["kind"] == ORDER_PLACED)).sum())

    def bought_since(self, group: int, day: float) -> set[int]:
        """Who has placed an order in a group since that day."""
        notes = self._programme.read_inbox()
        late = notes[np.searchsorted(notes["time"], round(day * DAY)) :]
        return set(late["actor"][(late["group"] == group) & (late["kind"] == ORDER_PLACED)].tolist())

    def is_open(self, message: int) -> bool:
        """Whether a message still stands and staff have not answered it."""
        row = self._programme.tables.messages[message]
        return bool(row["removed"] == 0 and row["answered"] < BY_STAFF)

    def is_answered(self, message: int) -> bool:
        """Whether anybody, member or staff, has answered a message."""
        return bool(self._programme.tables.messages["answered"][message] > 0)

    def is_answered_by_members(self, message: int) -> bool:
        """Whether members have answered a message and left staff nothing to answer."""
        return bool(self._programme.tables.messages["answered"][message] == BY_MEMBER)

    def incident_of(self, message: int) -> int:
        """The incident a message is about, NONE if none."""
        return int(self._programme.tables.messages["incident"][message])

    def trouble_of(self, message: int) -> str:
        """What kind of incident a message is about, such as quarrel; empty if about none."""
        incident = self.incident_of(message)
        return "" if incident == NONE else self._programme.triggers[incident]

    def aggrieved(self, incident: int, group: int) -> list[int]:
        """Members who have shown or been given reason to be upset by an incident."""
        upset = self._programme.tables.persons["incident"]
        return [person for person in self.members(group) if upset[person] == incident]
