"""What a process of an operator, a campaign or an incident sees and may do. It never sees value, warmth or trust."""

from __future__ import annotations

import math
from collections.abc import Generator
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import streams
from sim.events.kinds import (
    CAMPAIGN_ENDED,
    CAMPAIGN_STARTED,
    COMPLAINT_POSTED,
    COST_PAID,
    DAY,
    ENTRY_RULE_SET,
    GRIEVANCE_FELT,
    GROUP_CLOSED,
    GROUP_UNMUTED,
    HOUR,
    INCIDENT_OPENED,
    INCIDENT_SETTLED,
    LEVER_MOVED,
    MEMBER_ANSWERED,
    MEMBER_CARED_FOR,
    MEMBER_JOINED,
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
    REFUND_PAID,
    RULE_FIRED,
    RULES_POSTED,
    STAFF_ABSENT,
    STIMULUS_POSTED,
    TASK_DONE,
    TASKS,
)
from sim.kernel.advance import NOTE_ACTOR, NOTE_GROUP, NOTE_KIND, NOTE_MESSAGE, NOTE_ROW, NOTE_TIME
from sim.rules.spec import OF_STAFF
from sim.world.layout import (
    ATTENTIVE,
    G_CAPACITY,
    G_CLOSED,
    G_FOUNDED_AT,
    G_MEMBERS,
    INC_OPENED_AT,
    INC_RESPONDED_AT,
    INC_SETTLED_AT,
    INC_WIDTH,
    M_ANGER,
    M_FRIEND,
    M_INCIDENT,
    M_LOSS,
    M_MODE,
    M_ORDERS,
    MSG_ANSWERED,
    MSG_INCIDENT,
    MSG_REMOVED,
    MSG_ROW,
    MSG_TAKERS,
    MUTED,
    NEVER,
    SHOP_INCIDENTS_AT,
    SHOP_MEMBERS_AT,
    SHOP_MESSAGES,
    SHOP_PRICE,
    SHOP_STIMULI_AT,
    ST_WIDTH,
    T_PRICE_WEIGHT,
    T_SOURCE,
    Stimulus,
    first_tie,
    group_row,
    incident_row,
    member_row,
    message_row,
    trait_row,
)

#: LEVER_MOVED.x where a rule lets go of a setting for which nothing is written: it is as its mechanic has it.
UNSET = -1.0

if TYPE_CHECKING:
    from sim.engine.programme import Programme


class Note:
    """Something staff can notice: an event of interest as it stands in the group."""

    __slots__ = ("actor", "group", "kind", "message", "row", "time")

    def __init__(self, row: list[int]) -> None:
        self.row, self.time, self.kind = row[NOTE_ROW], row[NOTE_TIME], row[NOTE_KIND]
        self.group, self.actor, self.message = row[NOTE_GROUP], row[NOTE_ACTOR], row[NOTE_MESSAGE]


class Context:
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
    def groups(self) -> range:
        """Numbers of the groups of the programme."""
        return range(self._programme.scenario.population.groups)

    @property
    def planned(self) -> Any:
        """The settings as they would stand if no rule had moved any."""
        return self._programme.planned[self._key]

    @property
    def planned_size(self) -> int:
        """Members planned in all groups."""
        return self.scenario.population.groups * self.scenario.population.size

    @property
    def planned_room(self) -> int:
        """Members at most in all groups."""
        return round(self.planned_size * self.scenario.population.capacity)

    @property
    def day(self) -> float:
        """Days since the founding."""
        return self.env.now / DAY

    def process(self, generator: Generator) -> None:
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
        return [Note(row) for row in self._programme.read_inbox()[since:].tolist()]

    def members(self, group: int) -> list[int]:
        """Present members of a group, in order of their number."""
        state = self._programme.state
        persons = self._programme.persons_of(group).tolist()
        return [person for person in persons if state[member_row(state, person) + M_MODE] in (ATTENTIVE, MUTED)]

    def is_member(self, person: int) -> bool:
        """Whether the person is in the group now."""
        state = self._programme.state
        return bool(state[member_row(state, person) + M_MODE] in (ATTENTIVE, MUTED))

    def is_friend(self, person: int) -> bool:
        """Whether staff have a private channel to the person."""
        state = self._programme.state
        return bool(state[member_row(state, person) + M_FRIEND])

    def orders_of(self, person: int) -> int:
        """How often the person has bought."""
        state = self._programme.state
        return int(state[member_row(state, person) + M_ORDERS])

    def slipped_in(self, group: int) -> list[int]:
        """Persons of a group whom an incident may bring in and who have not come yet."""
        array, state = self._programme.world.array, self._programme.state
        persons = self._programme.persons_of(group).tolist()
        return [p for p in persons if array[trait_row(p) + T_SOURCE] == 3 and state[member_row(state, p) + M_MODE] == 0]

    def is_running(self, group: int) -> bool:
        """Whether a group has been opened and not been closed."""
        row = group_row(self._programme.state, group)
        return bool(self._programme.state[row + G_FOUNDED_AT] < NEVER and self._programme.state[row + G_CLOSED] == 0)

    def has_room(self, group: int) -> bool:
        """Whether one more person can enter a group."""
        row = group_row(self._programme.state, group)
        return bool(self._programme.state[row + G_MEMBERS] < self._programme.state[row + G_CAPACITY])

    def message_of(self, row: int) -> int:
        """The message that event `row` put on the screen, NONE if it put none."""
        state = self._programme.state
        for number in range(int(state[SHOP_MESSAGES]) - 1, -1, -1):
            if state[message_row(state, number) + MSG_ROW] <= row:
                return number if state[message_row(state, number) + MSG_ROW] == row else NONE
        return NONE

    def places_left(self, post: int) -> int:
        """How many can still take part in what was posted by event `post`; -1 where there is no limit."""
        message = self.message_of(post)
        return -1 if message == NONE else int(self._programme.state[message_row(self._programme.state, message) + MSG_TAKERS])

    def are_acquainted(self, one: int, other: int) -> bool:
        """Whether two persons know each other."""
        array = self._programme.world.array
        return other in array[first_tie(array, one) : first_tie(array, one + 1)].astype(int)

    def top_talkers(self, group: int, count: int, days: float = 14.0) -> list[int]:
        """The members who wrote most in the last days, most first: how operators recognise their KOLs."""
        persons, heard = self._programme.count_talk(group, int(self.day - days))
        ranked = persons[np.lexsort((persons, -heard))][: np.count_nonzero(heard)].tolist()
        return list(islice(filter(self.is_member, ranked), count))

    def orders_seen(self, group: int, hours: float) -> int:
        """Orders in a group within the last hours."""
        notes = self._programme.read_inbox()
        late = notes[np.searchsorted(notes[:, NOTE_TIME], self.env.now - hours * HOUR) :]
        return int(((late[:, NOTE_GROUP] == group) & (late[:, NOTE_KIND] == ORDER_PLACED)).sum())

    def is_open(self, message: int) -> bool:
        """Whether a message still stands and staff have not answered it."""
        row = message_row(self._programme.state, message)
        return self._programme.state[row + MSG_REMOVED] == 0 and self._programme.state[row + MSG_ANSWERED] < 2

    def is_answered(self, message: int) -> bool:
        """Whether anybody, member or staff, has answered a message."""
        return bool(self._programme.state[message_row(self._programme.state, message) + MSG_ANSWERED] > 0)

    def incident_of(self, message: int) -> int:
        """The incident a message is about, NONE if none."""
        return int(self._programme.state[message_row(self._programme.state, message) + MSG_INCIDENT])

    def aggrieved(self, incident: int, group: int) -> list[int]:
        """Members who have shown or been given reason to be upset by an incident."""
        state = self._programme.state
        return [p for p in self.members(group) if state[member_row(state, p) + M_INCIDENT] == incident]

    # What it does in the group
    def post(
        self, group: int, stimulus: Stimulus, *, reward: float = 0.0, takers: float = 0.0, staff: int = 0, cause: int = NONE
    ) -> int:
        """Posts; gives the sequence number. reward: yuan per taker (order relay: orders shown); takers: 0 no limit."""
        number, state = self._programme.stimulus_number(stimulus), self._programme.state
        if number >= (state[SHOP_INCIDENTS_AT] - state[SHOP_STIMULI_AT]) // ST_WIDTH:
            raise RuntimeError(f"{self._key}: {number + 1} different stimuli; vary the reward or the hour, not the stimulus")
        return self._programme.emit(STIMULUS_POSTED, group, staff, number, reward, takers, cause)

    def answer(self, note: Note, staff: int = 0) -> int:
        """Answers a member's message in the tone of the staff."""
        return self._programme.emit(MEMBER_ANSWERED, note.group, staff, note.message, self.staff_settings.warmth, 0.0, note.row)

    def remove_message(self, note: Note, staff: int = 0) -> int:
        """Takes a message away in public view."""
        return self._programme.emit(MESSAGE_REMOVED, note.group, staff, note.message, cause=note.row)

    def remove_member(self, person: int, group: int, staff: int = 0, cause: int = NONE) -> int:
        """Removes a member from the group."""
        return self._programme.emit(MEMBER_REMOVED, group, staff, person, cause=cause)

    def welcome(self, note: Note, staff: int = 0) -> int:
        """Greets a newcomer."""
        return self._programme.emit(MEMBER_WELCOMED, note.group, staff, note.actor, cause=note.row)

    def care_for(self, person: int, group: int, staff: int = 0, gift: float = 0.0, cause: int = NONE) -> int:
        """Cares for a member in private; from then on a private channel exists."""
        return self._programme.emit(MEMBER_CARED_FOR, group, staff, person, gift, 0.0, cause)

    def unmute(self, person: int, group: int, cause: int = NONE) -> int:
        """A member lets the group through again."""
        return self._programme.emit(GROUP_UNMUTED, group, person, cause=cause)

    def soothe(self, person: int, group: int, staff: int = 0, share: float = 0.3, cause: int = NONE) -> int:
        """Soothes a member in private: anger stops growing, a share of it goes."""
        return self._programme.emit(MEMBER_SOOTHED, group, staff, person, share, 0.0, cause)

    def post_rules(self, group: int, staff: int = 0) -> int:
        """Posts the rules of the group."""
        return self._programme.emit(RULES_POSTED, group, staff)

    def set_entry(self, group: int, least_tag: float, staff: int = 0) -> int:
        """From now on only people whose observed fit reaches `least_tag` are let in."""
        return self._programme.emit(ENTRY_RULE_SET, group, staff, x=least_tag)

    def close(self, group: int) -> int:
        """Closes a group on purpose."""
        return self._programme.emit(GROUP_CLOSED, group)

    # Incidents and campaigns
    def open_incident(self, group: int, severity: float, cause: int = NONE) -> int:
        """Something goes wrong; gives the number of the incident."""
        number, state = self._programme.next_incident(), self._programme.state
        if number >= (state[SHOP_MEMBERS_AT] - state[SHOP_INCIDENTS_AT]) // INC_WIDTH:
            raise RuntimeError(f"{self._key}: {number + 1} incidents in one programme are more than there is room for")
        self._opened[number] = self._programme.emit(
            INCIDENT_OPENED, group, target=number, x=severity, y=self._place("incident"), cause=cause
        )
        return number

    def opening_of(self, incident: int) -> int:
        """The event with which an incident of this plug-in was opened: the cause of what it does."""
        return self._opened[incident]

    def is_settled(self, incident: int) -> bool:
        """Whether the handling of an incident has ended."""
        return bool(self._programme.state[incident_row(self._programme.state, incident) + INC_SETTLED_AT] >= 0)

    def hurt(self, person: int, group: int, incident: int, amount: float, cause: int = NONE) -> int:
        """A member is hurt by an incident."""
        return self._programme.emit(GRIEVANCE_FELT, group, person, incident, amount, 0.0, cause)

    def ask(self, person: int, group: int, incident: int, cause: int = NONE) -> int:
        """A member asks the operator something that matters; gives the sequence number."""
        return self._programme.emit(QUESTION_ASKED, group, person, incident, cause=cause)

    def provoke(self, person: int, group: int, sentiment: float, target: int = NONE, cause: int = NONE) -> int:
        """A member writes something unkind (sentiment -1..0)."""
        return self._programme.emit(MESSAGE_POSTED, group, person, target, sentiment, 0.0, cause)

    def complain(self, person: int, group: int, incident: int, sentiment: float, cause: int = NONE) -> int:
        """A member vents in public about an incident."""
        return self._programme.emit(COMPLAINT_POSTED, group, person, incident, sentiment, 0.0, cause)

    def announce_plan(self, group: int, incident: int, justice: float, staff: int = 0, cause: int = NONE) -> int:
        """Tells everybody a plan that settles an incident (justice 0..1)."""
        return self._programme.emit(PLAN_ANNOUNCED, group, staff, incident, justice, 0.0, cause)

    def settle(self, incident: int, group: int, cause: int = NONE) -> int:
        """The handling of an incident ends."""
        state = self._programme.state
        row = incident_row(state, incident)
        if state[row + INC_SETTLED_AT] >= 0:
            return NONE
        opened, responded = state[row + INC_OPENED_AT], state[row + INC_RESPONDED_AT]
        first = (responded - opened) / HOUR if responded >= 0 else (self.env.now - opened) / HOUR
        return self._programme.emit(INCIDENT_SETTLED, group, NONE, incident, first, (self.env.now - opened) / HOUR, cause)

    def slip_in(self, person: int, group: int, kind: int, cause: int = NONE) -> int:
        """Somebody enters who was not invited by the operator."""
        return self._programme.emit(MEMBER_JOINED, group, person, NONE, kind, 3.0, cause)

    def type_code(self, name: str) -> int:
        """The code of a member type in this scenario."""
        return list(self.scenario.member).index(name)

    def set_price(self, price: float, cause: int = NONE) -> int:
        """Sets the price of the usual order, yuan."""
        return self._programme.emit(PRICE_SET, NONE, x=price, cause=cause)

    @property
    def price(self) -> float:
        """The present price of the usual order, yuan."""
        return float(self._programme.state[SHOP_PRICE])

    def refund(self, person: int, group: int, amount: float, cause: int = NONE) -> int:
        """Pays an order back, yuan."""
        return self._programme.emit(REFUND_PAID, group, person, x=amount, cause=cause)

    def asks_for_it(self, person: int, yuan: float, offer: Any, known: int, lot: float) -> bool:
        """Whether a member who may have `yuan` back asks for it; lot: a keyed number in (0, 1).

        The member decides, and staff see only who asks: log-odds rise with the share of the price times the member's price
        weight, with anger, with trust that is lost, and with each of `known` acquaintances who have asked. The weights stand
        in the step of the procedure (`hurdle`, `per_anger`, `per_loss`, `per_tie`; assumed).
        """
        state, member = self._programme.state, member_row(self._programme.state, person)
        dear = self._programme.world.array[trait_row(person) + T_PRICE_WEIGHT] * yuan / self.price
        upset = offer.per_anger * state[member + M_ANGER] + offer.per_loss * state[member + M_LOSS]
        return bool(math.log(lot / (1.0 - lot)) < dear + upset + offer.per_tie * known - offer.hurdle)

    def pay(self, amount: float, group: int = NONE, cause: int = NONE) -> int:
        """Spends money on benefits or tools, yuan."""
        return self._programme.emit(COST_PAID, group, x=amount, cause=cause)

    def start_campaign(self, group: int) -> int:
        """Marks the beginning of this campaign; gives the sequence number, the cause of what it does."""
        return self._programme.emit(CAMPAIGN_STARTED, group, target=self._place("campaign"))

    def end_campaign(self, group: int, cause: int = NONE) -> int:
        """Marks its end."""
        return self._programme.emit(CAMPAIGN_ENDED, group, target=self._place("campaign"), cause=cause)

    def fire(self, rule: int, holds: bool) -> int:
        """Writes down that a rule of the plan begins or ceases to hold; gives the sequence number, the cause of what it does."""
        return self._programme.emit(RULE_FIRED, NONE, target=rule, x=float(holds))

    def move(self, path: str, value: float | str | None, cause: int = NONE, told: bool = True) -> int:
        """Holds a setting of the plan or of the staff at a value or at what another setting is; with None it goes back.

        told: whether it is written down; what the clock of the manifest tells need not be. Gives the sequence number.
        """
        owner, inner = ("staff", OF_STAFF[path]) if path in OF_STAFF else (self._key, path)
        self._programme.move(owner, inner, value)
        if not told:
            return int(NONE)
        number = len(self.scenario.levers) + self.settings.moved.index(path)
        held = attrgetter(inner)(self._programme.settings[owner])
        return self._programme.emit(LEVER_MOVED, NONE, target=number, x=UNSET if held is None else float(held), cause=cause)

    def record_work(self, staff: int, task: str, hours: float) -> int:
        """Writes down the hours of a finished task and their wages."""
        wages = hours * self.staff_settings.wage
        return self._programme.emit(TASK_DONE, NONE, staff, TASKS.index(task), hours, wages)

    def record_absence(self, staff: int, hours: float) -> int:
        """Writes down that somebody does not come."""
        return self._programme.emit(STAFF_ABSENT, NONE, staff, x=hours)

    def _place(self, group: str) -> int:
        """Place of this plug-in among those of its group in the scenario; NONE for any other plug-in."""
        names = [f"{group}.{name}" for name, _ in getattr(self.scenario, group)]
        return names.index(self._key) if self._key in names else int(NONE)
