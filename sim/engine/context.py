"""What a process of an operator, a campaign or an incident sees and may do. It never sees value, warmth or trust."""

from __future__ import annotations

import numpy as np

from sim.engine.acting import Note
from sim.engine.cases import Cases
from sim.engine.crewing import Crewing
from sim.engine.door import Door
from sim.engine.moving import Moving
from sim.events.kinds import (
    COUPON_GRANTED,
    ENTRY_RULE_SET,
    GROUP_UNMUTED,
    HONOUR_GIVEN,
    MEMBER_ANSWERED,
    MEMBER_ASKED,
    MEMBER_CARED_FOR,
    MEMBER_JOINED,
    MEMBER_PRESSED,
    MEMBER_REMOVED,
    MEMBER_SOOTHED,
    MEMBER_WELCOMED,
    MESSAGE_REMOVED,
    NONE,
    REFERRAL,
    ROLE_TAKEN,
    STAFF_ABSENT,
    STIMULUS_POSTED,
    TASK_DONE,
    TASKS,
)
from sim.rules.protocols import SOOTHED_SHARE
from sim.vocabulary.tables import ABSENT, Stimulus


class Context(Moving, Cases, Crewing):
    """One plug-in's view. Acts are imperative and each appends an event."""

    @property
    def door(self) -> Door:
        """The door at which newcomers stand, where the plan has terms of entry or the scenario has sources."""
        return Door(self._programme, self)

    def post(
        self, group: int, stimulus: Stimulus, *, reward: float = 0.0, takers: float = 0.0, staff: int = 0, cause: int = NONE
    ) -> int:
        """Posts; gives the sequence number. reward: yuan per taker (order relay: orders shown); takers: 0 no limit."""
        if not self._may(STIMULUS_POSTED, group, staff):
            return int(NONE)
        number = self._programme.stimulus_number(stimulus, self._key)
        return self._act(STIMULUS_POSTED, group, staff, number, reward, takers, cause)

    def post_moment(self, feed: int, stimulus: Stimulus, *, least_tag: float = 0.0, staff: int = 0, cause: int = NONE) -> int:
        """Posts in a feed for those whose observed fit reaches `least_tag`; readers may tell their group of it."""
        if self._programme.tables.channels["least_tag"][feed] != least_tag:
            self._act(ENTRY_RULE_SET, feed, staff, x=least_tag, cause=cause)
        return self.post(feed, stimulus, staff=staff, cause=cause)

    def answer(self, note: Note, staff: int = 0, share: float = 1.0) -> int:
        """Answers a member's message in the tone of whoever answers, or in a share of it."""
        self.attach(note.actor, staff, self.parameters.bond_answer)
        return self._act(MEMBER_ANSWERED, note.group, staff, note.message, share * self.staff.tone_of(staff), 0.0, note.row)

    def quarrel(self, note: Note, staff: int = 0) -> int:
        """Answers a member's message unkindly, in front of everybody."""
        return self._act(MEMBER_ANSWERED, note.group, staff, note.message, 0.0, 1.0, note.row)

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

    def answer_by_bot(self, note: Note, warmth: float, cause: int = NONE) -> int:
        """A bot answers a member's message; nobody becomes attached to it."""
        return self._act(MEMBER_ANSWERED, note.group, 0, note.message, warmth, 0.0, note.row if cause == NONE else cause)

    def take_role(self, person: int, group: int, role: float, commission: float = 0.0, cause: int = NONE) -> int:
        """A member takes a role: 1 KOC, 2 leader, 3 maker, 4 stayed to the end; for a share of the orders of own contacts."""
        return self._act(ROLE_TAKEN, group, person, x=role, y=commission, cause=cause)

    def honour(self, person: int, group: int, title: float, share: float, staff: int = 0, cause: int = NONE) -> int:
        """Honours a member before all: a title (0: named and praised) that a share of the members have."""
        return self._act(HONOUR_GIVEN, group, staff, person, title, share, cause)

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
        self.tie(person, staff, self.parameters.bond_care)
        return self._act(MEMBER_SOOTHED, group, staff, person, share, 0.0, cause)

    def bring_along(self, person: int, group: int, cause: int = NONE) -> int:
        """A member brings along the next of those who come by word of mouth; gives the entry, NONE where nobody can come."""
        waiting = self.prospects(group)
        if not waiting or not self.has_room(group) or self.is_closing(group) or not self.is_running(group):
            return int(NONE)
        code = float(self._programme.people.traits["type"][waiting[0]])
        return self._act(MEMBER_JOINED, group, waiting[0], person, code, float(REFERRAL), cause)

    def prospects(self, group: int) -> list[int]:
        """Those of a group's reservoir who have not come and have not been declined, in the order of their numbers."""
        traits, members = self._programme.people.traits, self._programme.tables.members[: len(self._programme.people.traits)]
        left = (traits["source"] == REFERRAL) & (traits["group"] == group)
        found: list[int] = np.flatnonzero(left & (members["mode"] == ABSENT) & (members["screened_out"] == 0)).tolist()
        return found

    def record_work(self, staff: int, task: str, hours: float) -> int:
        """Writes down the hours of a finished task and their wages."""
        wages = hours * self.staff_settings.wage
        return self._act(TASK_DONE, NONE, staff, TASKS.index(task), hours, wages)

    def record_absence(self, staff: int, hours: float) -> int:
        """Writes down that somebody does not come."""
        return self._act(STAFF_ABSENT, NONE, staff, x=hours)
