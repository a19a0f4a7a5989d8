"""What a process of an operator, a campaign or an incident sees and may do. It never sees value, warmth or trust."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Mapping
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import streams
from sim.allowed import ConfigError
from sim.engine.acts import find_fault
from sim.engine.crewing import Crewing
from sim.engine.door import Door
from sim.events.kinds import (
    CAMPAIGN_ENDED,
    CAMPAIGN_STARTED,
    CHANNEL_OPENED,
    CLOSING_ANNOUNCED,
    COMPLAINT_POSTED,
    COST_PAID,
    COUPON_GRANTED,
    DAY,
    ENTRY_RULE_SET,
    GRIEVANCE_FELT,
    GROUP_CLOSED,
    GROUP_FOUNDED,
    GROUP_MERGED,
    GROUP_SPLIT,
    GROUP_UNMUTED,
    HOUR,
    INCIDENT_OPENED,
    INCIDENT_SETTLED,
    LEVER_MOVED,
    MEMBER_ANSWERED,
    MEMBER_ASKED,
    MEMBER_CARED_FOR,
    MEMBER_INVITED,
    MEMBER_JOINED,
    MEMBER_PRESSED,
    MEMBER_REMOVED,
    MEMBER_SOOTHED,
    MEMBER_WELCOMED,
    MESSAGE_POSTED,
    MESSAGE_REMOVED,
    MINUTE,
    NONE,
    ORDER_PLACED,
    PLAN_ANNOUNCED,
    PRICE_SET,
    QUESTION_ASKED,
    REFERRAL,
    REFUND_PAID,
    RULE_FIRED,
    RULES_POSTED,
    SLIPPED_IN,
    SOURCES,
    STAFF_ABSENT,
    STIMULUS_ANSWERED,
    STIMULUS_POSTED,
    TASK_DONE,
    TASKS,
    TIER_SET,
)
from sim.rules.protocols import NOTICE_DAYS, SOOTHED_SHARE, TALK_DAYS
from sim.rules.spec import OF_STAFF
from sim.vocabulary.tables import ABSENT, ATTENTIVE, FEED, GROUP, MUTED, NEVER, PRIVATE, Stimulus

#: LEVER_MOVED.x where a rule lets go of a setting for which nothing is written: it is as its mechanic has it.
UNSET = -1.0

if TYPE_CHECKING:
    from sim.engine.programme import Programme

#: MESSAGE.answered, where staff did.
BY_STAFF = 2


class Note:
    """Something staff can notice: an event of interest as it stands in the group."""

    __slots__ = ("actor", "amount", "group", "kind", "message", "row", "time")

    def __init__(self, row: int, time: int, kind: int, group: int, actor: int, message: int, amount: float) -> None:
        self.row, self.time, self.kind = row, time, kind
        self.group, self.actor, self.message, self.amount = group, actor, message, amount


class Context(Crewing):
    """One plug-in's view. Acts are imperative and each appends an event; waits are SimPy events."""

    def __init__(self, programme: Programme, key: str, root: int) -> None:
        self._programme, self._key, self._root = programme, key, root
        self._lanes: dict[int, int] = {}
        self.env = programme.env
        self._opened: dict[int, int] = {}

    # What it is and when
    @property
    def settings(self) -> Any:
        """The plug-in's settings as they stand now: a lever may have moved them, so read them at use."""
        return self._programme.settings[self._key]

    @property
    def staff_settings(self) -> Any:
        """The staff as they stand now."""
        return self._programme.settings["staff"]

    @property
    def staff(self) -> Any:
        """The people who do the work; see `sim.operators.staff`."""
        return self._programme.staff

    @property
    def scenario(self) -> Any:
        """The scenario of the run."""
        return self._programme.scenario

    @property
    def groups(self) -> list[int]:
        """Numbers of the groups of the programme that are open now, those founded later included."""
        channels = self._programme.tables.channels
        count = int(self._programme.tables.head["channels"])
        kinds = channels["kind"][:count] == GROUP
        return [group for group in np.flatnonzero(kinds).tolist() if self.is_running(group)]

    @property
    def door(self) -> Door:
        """The door at which newcomers stand, where the plan has terms of entry or the scenario has sources."""
        return Door(self._programme, self)

    @property
    def planned(self) -> Any:
        """The settings as they would stand if no rule had moved any."""
        return self._programme.planned[self._key]

    @property
    def planned_size(self) -> int:
        """Members planned in all groups."""
        return sum(opening.size for opening in self.scenario.openings)

    @property
    def planned_room(self) -> int:
        """Members at most in all groups."""
        return int(round(self.planned_size * self.scenario.population.capacity))

    @property
    def day(self) -> float:  # type: ignore[override]  # `Crewing` only reads it
        """Days since the founding."""
        return self.env.now / DAY

    def process(self, generator: Generator[Any, Any, Any]) -> None:
        """Starts another process beside this one; it runs at once up to its first wait."""
        self.env.start(generator)

    def wait(self, days: float = 0.0, hours: float = 0.0, minutes: float = 0.0) -> Any:
        """An event that happens after this time."""
        return self.env.timeout(max(round(days * DAY + hours * HOUR + minutes * MINUTE), 0))

    def until_day(self, day: float) -> Any:
        """An event that happens on this day of the run (now, if it is past)."""
        return self.env.timeout(max(round(day * DAY) - int(self.env.now), 0))

    def until_hour(self, hour: float) -> Any:
        """An event that happens when the clock next shows this hour of the day."""
        ahead = (round(hour * HOUR) - int(self.env.now)) % DAY
        return self.env.timeout(ahead or DAY)

    def uniform(self, ordinal: int, who: int = 0) -> float:
        """A keyed number in (0, 1): the same for the same plug-in, ordinal and person whatever else happens."""
        lane = self._lanes.get(who)
        if lane is None:
            lane = self._lanes[who] = streams.key_int(self._root, streams.STRATEGY, who)
        return streams.uniform_int(lane, streams.STRATEGY, ordinal)

    def uniform_of(self, note: Note, ordinal: int = 0) -> float:
        """A keyed number in (0, 1) for something a member did."""
        root = int(self._programme.world.keys[note.actor])
        return streams.uniform_int(streams.key_int(root, streams.STRATEGY, note.time), streams.STRATEGY, ordinal)

    # What it sees
    def notes(self, since: int = 0) -> list[Note]:
        """Everything noticeable from place `since` on; the next place is since + len(result)."""
        return [Note(*row) for row in self._programme.read_inbox()[since:].tolist()]

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

    def is_running(self, group: int) -> bool:
        """Whether a group has been opened and not been closed."""
        channel = self._programme.tables.channels[group]
        return bool(channel["founded_at"] < NEVER and channel["closed"] == 0)

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

    def orders_seen(self, group: int, hours: float) -> int:
        """Orders in a group within the last hours."""
        notes = self._programme.read_inbox()
        late = notes[np.searchsorted(notes["time"], self.env.now - hours * HOUR) :]
        return int(((late["group"] == group) & (late["kind"] == ORDER_PLACED)).sum())

    def is_open(self, message: int) -> bool:
        """Whether a message still stands and staff have not answered it."""
        row = self._programme.tables.messages[message]
        return bool(row["removed"] == 0 and row["answered"] < BY_STAFF)

    def is_answered(self, message: int) -> bool:
        """Whether anybody, member or staff, has answered a message."""
        return bool(self._programme.tables.messages["answered"][message] > 0)

    def incident_of(self, message: int) -> int:
        """The incident a message is about, NONE if none."""
        return int(self._programme.tables.messages["incident"][message])

    def aggrieved(self, incident: int, group: int) -> list[int]:
        """Members who have shown or been given reason to be upset by an incident."""
        upset = self._programme.tables.persons["incident"]
        return [person for person in self.members(group) if upset[person] == incident]

    # What it does in the group
    def post(
        self, group: int, stimulus: Stimulus, *, reward: float = 0.0, takers: float = 0.0, staff: int = 0, cause: int = NONE
    ) -> int:
        """Posts; gives the sequence number. reward: yuan per taker (order relay: orders shown); takers: 0 no limit."""
        if not self._may(STIMULUS_POSTED, group, staff):
            return int(NONE)
        number = self._programme.stimulus_number(stimulus, self._key)
        return self._act(STIMULUS_POSTED, group, staff, number, reward, takers, cause)

    def answer(self, note: Note, staff: int = 0, share: float = 1.0) -> int:
        """Answers a member's message in the tone of whoever answers, or in a share of it."""
        self.attach(note.actor, staff, self.parameters.bond_answer)
        return self._act(MEMBER_ANSWERED, note.group, staff, note.message, share * self.staff.tone_of(staff), 0.0, note.row)

    def remove_message(self, note: Note, staff: int = 0, softness: float = 0.0) -> int:
        """Takes a message away in public view; softness: share of the author's anger that is spared."""
        return self._act(MESSAGE_REMOVED, note.group, staff, note.message, softness, 0.0, note.row)

    def remove_member(self, person: int, group: int, staff: int = 0, cause: int = NONE) -> int:
        """Removes a member from the group."""
        return self._act(MEMBER_REMOVED, group, staff, person, cause=cause)

    def welcome(self, note: Note, staff: int = 0, told: float = 0.0, ritual: bool = False) -> int:
        """Greets a newcomer; told: 1 what comes next, 2 which services there are, 3 where to buy."""
        self.attach(note.actor, staff, self.parameters.bond_answer)
        return self._act(MEMBER_WELCOMED, note.group, staff, note.actor, told, float(ritual), note.row)

    def care_for(self, person: int, group: int, staff: int = 0, gift: float = 0.0, cause: int = NONE, how: float = 0.0) -> int:
        """Cares for a member in private; how: 1 praise, 2 coaching, 3 a gathering, 4 going out with the owner."""
        self.attach(person, staff, self.parameters.bond_care)
        return self._act(MEMBER_CARED_FOR, group, staff, person, gift, how, cause)

    def press(self, person: int, group: int, recall: float = 0.0, staff: int = 0, cause: int = NONE) -> int:
        """Presses a member in private: to buy (recall 0..2), or for not having come; more than a few words a week anger."""
        return self._act(MEMBER_PRESSED, group, staff, person, recall, 0.0, cause)

    def ask_for(self, person: int, group: int, request: float = 0.0, staff: int = 0, cause: int = NONE) -> int:
        """Asks a member for a favour (0), or to come to a gathering (1); accepted as an invitation is."""
        return self._act(MEMBER_ASKED, group, staff, person, request, 0.0, cause)

    def grant(self, person: int, group: int, coupon: Stimulus, cause: int = NONE) -> int:
        """Gives a person a coupon (see the attributes `coupon_...`); NONE where there is no place for it in the wallet."""
        places = np.flatnonzero(self._programme.tables.wallets["until"][person] == 0)
        if not len(places):
            return int(NONE)
        number = self._programme.stimulus_number(coupon, self._key)
        return self._act(COUPON_GRANTED, group, person, number, float(places[0]), coupon.coupon_hours, cause)

    def unmute(self, person: int, group: int, cause: int = NONE) -> int:
        """A member lets the group through again."""
        return self._act(GROUP_UNMUTED, group, person, cause=cause)

    def soothe(self, person: int, group: int, staff: int = 0, share: float = SOOTHED_SHARE, cause: int = NONE) -> int:
        """Soothes a member in private: anger stops growing, a share of it goes."""
        return self._act(MEMBER_SOOTHED, group, staff, person, share, 0.0, cause)

    def bring_along(self, person: int, group: int, cause: int = NONE) -> int:
        """A member brings along the next of those who come by word of mouth; gives the entry, NONE where nobody can come."""
        newcomer = self._next_referred(group)
        if newcomer == NONE or not self.has_room(group) or self.is_closing(group) or not self.is_running(group):
            return int(NONE)
        code = float(self._programme.people.traits["type"][newcomer])
        return self._act(MEMBER_JOINED, group, newcomer, person, code, float(REFERRAL), cause)

    def _next_referred(self, group: int) -> int:
        """The next person of a group's reservoir, NONE if nobody is left or this one has come in another way."""
        traits, tables = self._programme.people.traits, self._programme.tables
        waiting = np.flatnonzero((traits["source"] == REFERRAL) & (traits["group"] == group))
        place = int(tables.channels["next_referral"][group])
        if place >= len(waiting) or tables.members["mode"][waiting[place]] != ABSENT:
            return int(NONE)
        return int(waiting[place])

    def set_tier(self, person: int, group: int, tier: int, staff: int = 0, cause: int = NONE) -> int:
        """Gives a member the tier that was earned: its place among those of the plan."""
        return self._act(TIER_SET, group, staff, person, x=tier, cause=cause)

    def post_rules(self, group: int, staff: int = 0) -> int:
        """Posts the rules of the group."""
        return self._act(RULES_POSTED, group, staff)

    def set_entry(self, group: int, least_tag: float, staff: int = 0) -> int:
        """From now on only people whose observed fit reaches `least_tag` are let in."""
        return self._act(ENTRY_RULE_SET, group, staff, x=least_tag)

    def close(self, group: int, cause: int = NONE) -> int:
        """Closes a group on purpose: from then on nobody reads, writes or does anything in it."""
        return self._act(GROUP_CLOSED, group, cause=cause)

    # Groups come and go, members move
    def found(self, size: int, capacity: int | None = None) -> int:
        """Founds a group for `size` planned members (at most `capacity`, or size); gives its number. Nobody is in it yet."""
        number = self._new_channel("found")
        self._act(GROUP_FOUNDED, number, target=size if capacity is None else capacity, x=size)
        return number

    def private_line(self) -> int:
        """The private line of the operator, opened at first need."""
        return self._first_of(PRIVATE)

    def public_feed(self) -> int:
        """The feed that anybody may follow, opened at first need."""
        return self._first_of(FEED)

    def open_private(self, capacity: int) -> int:
        """Opens a private line: who accepts an invitation to it is a friend, who leaves it has blocked the operator."""
        return self._open(PRIVATE, capacity)

    def open_feed(self, capacity: int) -> int:
        """Opens a feed (moments, a microblog); see `post_moment`."""
        return self._open(FEED, capacity)

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
        new = self.found(max(len(persons), 2))
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
        self.process(self._close_later(group, notice_days, row))
        return row

    def post_moment(self, feed: int, stimulus: Stimulus, *, least_tag: float = 0.0, staff: int = 0, cause: int = NONE) -> int:
        """Posts in a feed for those whose observed fit reaches `least_tag`; readers may tell their group of it."""
        if self._programme.tables.channels["least_tag"][feed] != least_tag:
            self._act(ENTRY_RULE_SET, feed, staff, x=least_tag, cause=cause)
        return self.post(feed, stimulus, staff=staff, cause=cause)

    def _first_of(self, kind: int) -> int:
        kinds = self._programme.tables.channels["kind"][: int(self._programme.tables.head["channels"])]
        found = [number for number in np.flatnonzero(kinds == kind).tolist() if self.is_running(number)]
        return int(found[0]) if found else self._open(kind, len(self._programme.people.traits))

    def _open(self, kind: int, capacity: int) -> int:
        number = self._new_channel("open")
        self._act(CHANNEL_OPENED, number, target=capacity, x=kind)
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
            self._act(GROUP_CLOSED, group, cause=cause)

    # Incidents and campaigns
    def open_incident(self, group: int, severity: float = 0.0, cause: int = NONE) -> int:
        """Something goes wrong; gives the number of the incident, NONE in a closed group.

        severity is written down: 0..1, 0 where it has none. Raises ConfigError where there is no room for one more.
        """
        if not self._may(INCIDENT_OPENED, group):
            return int(NONE)
        number = self._programme.next_incident(self._key)
        self._opened[number] = self._act(
            INCIDENT_OPENED, group, target=number, x=severity, y=self._place("incident"), cause=cause
        )
        return number

    def opening_of(self, incident: int) -> int:
        """The event with which an incident of this plug-in was opened: the cause of what it does; NONE of none."""
        return self._opened.get(incident, int(NONE))

    def is_settled(self, incident: int) -> bool:
        """Whether the handling of an incident has ended."""
        return incident == NONE or bool(self._programme.tables.incidents["closed_at"][incident] >= 0)

    def hurt(self, person: int, group: int, incident: int, amount: float, cause: int = NONE) -> int:
        """A member is hurt by an incident."""
        return self._act(GRIEVANCE_FELT, group, person, incident, amount, 0.0, cause)

    def ask(self, person: int, group: int, incident: int, cause: int = NONE) -> int:
        """A member asks the operator something that matters; gives the sequence number."""
        return self._act(QUESTION_ASKED, group, person, incident, cause=cause)

    def provoke(self, person: int, group: int, sentiment: float, target: int = NONE, cause: int = NONE) -> int:
        """A member writes something unkind (sentiment -1..0)."""
        return self._act(MESSAGE_POSTED, group, person, target, sentiment, 0.0, cause)

    def complain(self, person: int, group: int, incident: int, sentiment: float, cause: int = NONE) -> int:
        """A member vents in public about an incident."""
        return self._act(COMPLAINT_POSTED, group, person, incident, sentiment, 0.0, cause)

    def announce_plan(self, group: int, incident: int, justice: float, staff: int = 0, cause: int = NONE) -> int:
        """Tells everybody a plan that settles an incident (justice 0..1)."""
        return self._act(PLAN_ANNOUNCED, group, staff, incident, justice, 0.0, cause)

    def settle(self, incident: int, group: int, cause: int = NONE) -> int:
        """The handling of an incident ends."""
        if self.is_settled(incident):
            return int(NONE)
        row = self._programme.tables.incidents[incident]
        opened, responded = int(row["opened_at"]), int(row["responded_at"])
        first = (responded - opened) / HOUR if responded >= 0 else (self.env.now - opened) / HOUR
        return self._act(INCIDENT_SETTLED, group, NONE, incident, first, (self.env.now - opened) / HOUR, cause)

    def slip_in(self, person: int, group: int, kind: int, cause: int = NONE) -> int:
        """Somebody enters who was not invited by the operator."""
        return self._act(MEMBER_JOINED, group, person, NONE, kind, SLIPPED_IN, cause)

    def type_code(self, name: str) -> int:
        """The code of a member type in this scenario."""
        return list(self.scenario.member).index(name)

    def set_price(self, price: float, cause: int = NONE) -> int:
        """Sets the price of the usual order, yuan."""
        return self._act(PRICE_SET, NONE, x=price, cause=cause)

    @property
    def price(self) -> float:
        """The present price of the usual order, yuan."""
        return float(self._programme.tables.ledger["price"])

    @property
    def margin(self) -> float:
        """Margin of all orders so far, less benefits, yuan."""
        ledger = self._programme.tables.ledger
        return float(ledger["margin"] - ledger["benefits"])

    @property
    def coupon_days_left(self) -> float:
        """Days until the first open coupon ends; 0 where none is open."""
        until = self._programme.tables.wallets["until"]
        return float((until[until > 0].min(initial=NEVER) - self.env.now) / DAY) if (until > 0).any() else 0.0

    def refund(self, person: int, group: int, amount: float, cause: int = NONE) -> int:
        """Pays an order back, yuan."""
        return self._act(REFUND_PAID, group, person, x=amount, cause=cause)

    def asks_for_it(self, person: int, yuan: float, offer: Any, known: int, lot: float) -> bool:
        """Whether a member who may have `yuan` back asks for it; lot: a keyed number in (0, 1).

        The member decides, and staff see only who asks: log-odds rise with the share of the price times the member's price
        weight, with anger, with trust that is lost, and with each of `known` acquaintances who have asked. The weights stand
        in the step of the procedure (`hurdle`, `per_anger`, `per_loss`, `per_tie`; assumed).
        """
        mind = self._programme.tables.persons[person]
        dear = self._programme.people.traits["price_weight"][person] * yuan / self.price
        upset = offer.per_anger * mind["anger"] + offer.per_loss * mind["loss"]
        return bool(math.log(lot / (1.0 - lot)) < dear + upset + offer.per_tie * known - offer.hurdle)

    def pay(self, amount: float, group: int = NONE, cause: int = NONE) -> int:
        """Spends money on benefits or tools, yuan."""
        return self._act(COST_PAID, group, x=amount, cause=cause)

    def start_campaign(self, group: int) -> int:
        """Marks the beginning of this campaign; gives the sequence number, the cause of what it does."""
        return self._act(CAMPAIGN_STARTED, group, target=self._place("campaign"))

    def end_campaign(self, group: int, cause: int = NONE) -> int:
        """Marks its end."""
        return self._act(CAMPAIGN_ENDED, group, target=self._place("campaign"), cause=cause)

    def fire(self, rule: int, holds: bool) -> int:
        """Writes down that a rule of the plan begins or ceases to hold; gives the sequence number, the cause of what it does."""
        return self._act(RULE_FIRED, NONE, target=rule, x=float(holds))

    def move_lever(self, path: str, value: float | str | None, cause: int = NONE, told: bool = True) -> int:
        """Holds a setting of the plan or of the staff at a value or at what another setting is; with None it goes back.

        told: whether it is written down; what the clock of the manifest tells need not be. Gives the sequence number.
        """
        owner, inner = ("staff", OF_STAFF[path]) if path in OF_STAFF else (self._key, path)
        self._programme.move_lever(owner, inner, value)
        if not told:
            return int(NONE)
        number = len(self.scenario.levers) + self.settings.moved.index(path)
        held = attrgetter(inner)(self._programme.settings[owner])
        return self._act(LEVER_MOVED, NONE, target=number, x=UNSET if held is None else float(held), cause=cause)

    def happen(self, kind: int, place: int, odds: float, talk: float) -> int:
        """Something outside the groups begins or ends; odds, talk: the factors that hold from now on."""
        return self._act(kind, NONE, target=place, x=odds, y=talk)

    def is_on(self, kind: str) -> bool:
        """Whether something of this kind lasts outside the groups: news, store_closed, brand_day."""
        return any(one.kind == kind and one.is_on(self.day) for one in self.scenario.market.outside)

    @property
    def news_heat(self) -> float:
        """How much others talk about a piece of news now, 0 to 1."""
        return max(
            (one.heat for one in self.scenario.market.outside if one.kind == "news" and one.is_on(self.day)), default=0.0
        )

    def redesign(self, path: str, value: float, cause: int = NONE) -> int:
        """Sets a setting of the plan, of the staff (`staff.people`) or of this incident (`incident.roles`) anew for good."""
        owner, inner = ("staff", OF_STAFF[path]) if path in OF_STAFF else ("strategy", path)
        if path.startswith("incident."):
            owner, inner = self._key, path.partition(".")[2]
            if not hasattr(self.settings, inner):  # a procedure may handle any incident, also one without this setting
                return cause
        key = path if owner == "staff" else f"{owner}.{inner}"
        self._programme.redesign(owner, inner, value)
        if path == "entry.least_tag":  # the door itself tells of it, whoever keeps it
            rows = [self._act(ENTRY_RULE_SET, group, 0, x=value, cause=cause) for group in self.groups]
            return rows[-1] if rows else cause
        return self._act(
            LEVER_MOVED, NONE, target=self.scenario.lever_keys.index(key, len(self.scenario.levers)), x=value, cause=cause
        )

    @property
    def redesigned(self) -> Mapping[str, float]:
        """What a redesign has set of a plan that does not write it."""
        return self._programme.redesigned

    def record_work(self, staff: int, task: str, hours: float) -> int:
        """Writes down the hours of a finished task and their wages."""
        wages = hours * self.staff_settings.wage
        return self._act(TASK_DONE, NONE, staff, TASKS.index(task), hours, wages)

    def record_absence(self, staff: int, hours: float) -> int:
        """Writes down that somebody does not come."""
        return self._act(STAFF_ABSENT, NONE, staff, x=hours)

    def _act(
        self,
        kind: int,
        group: int = NONE,
        actor: int = NONE,
        target: int = NONE,
        x: float = 0.0,
        y: float = 0.0,
        cause: int = NONE,
    ) -> int:
        """Writes an act down; gives its sequence number. In a closed channel nothing is done: NONE.

        Raises ConfigError (one line), and nothing is written, where it cannot be what happened.
        """
        if not self._may(kind, group, actor, target):
            return int(NONE)
        return self._programme.emit(kind, group, actor, target, x, y, cause)

    def _may(self, kind: int, group: int = NONE, actor: int = NONE, target: int = NONE) -> bool:
        """Whether an act can be done now: not in a closed channel. ConfigError where it cannot be what happened."""
        if group != NONE and self._programme.is_closed(group):
            return False
        wrong = find_fault(self._programme.tables, kind, group, actor, target)
        if wrong:
            raise ConfigError(f"{self._key}: {wrong}; mend the plug-in")
        return True

    def _place(self, group: str) -> int:
        """Place of this plug-in among those of its group in the scenario; NONE for any other plug-in."""
        names = [f"{group}.{name}" for name, _ in getattr(self.scenario, group)]
        return names.index(self._key) if self._key in names else int(NONE)
