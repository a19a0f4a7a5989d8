"""What the rules ask of a context: what it lets them see (`Sees`) and do (`Acts`). The engine's Context satisfies both."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any, Protocol

from sim.vocabulary.tables import Stimulus

#: Days of talk that tell who writes most, of notice before a merger, and what a soothing word takes away (assumed).
TALK_DAYS, NOTICE_DAYS, SOOTHED_SHARE = 14.0, 3.0, 0.3

#: A process in SimPy's sense: it yields what it waits for.
Process = Generator[Any, Any, Any]


class Seen(Protocol):
    """Something staff can notice in a group (see the event catalogue for the kinds)."""

    row: int
    time: int
    kind: int
    group: int
    actor: int
    message: int
    amount: float


class Crew(Protocol):
    """The people who do the work."""

    @property
    def people(self) -> int:
        """How many there are now."""

    @property
    def load(self) -> float:
        """Share of today's hours that are used."""

    @property
    def waiting(self) -> int:
        """Tasks that wait for somebody."""

    @property
    def answering_roles(self) -> int:
        """How many roles answer members; 0 where there are no roles by name."""

    @property
    def is_split(self) -> bool:
        """Whether some of them look after groups or members of their own only."""

    def work(
        self, task: str, minutes: float, *, group: int | None = None, member: int | None = None, by: str = "anybody"
    ) -> Generator[Any, Any, int | None]:
        """One task from queueing to done; gives who did it, None if nobody gets round to it."""

    def tone_of(self, person: int) -> float:
        """How friendly a person's tone is, 0 to 1."""

    def likeness_of(self, person: int) -> float:
        """What a private word is worth by likeness to members, 0.5 to 1."""

    def standing_of(self, person: int) -> float:
        """What a public word is worth by rank, 0 to 1."""

    def come_on_duty(self) -> Process:
        """Waits until the shift is on."""

    def send_away(self, hours: float) -> Process:
        """Somebody is away unplanned for that long."""


class Sees(Protocol):
    """What an operator can see and draw lots with. Never value, warmth, anger, trust, mutes or reads."""

    @property
    def day(self) -> float:
        """Days since the founding."""

    @property
    def groups(self) -> list[int]:
        """Numbers of the groups that are open now."""

    @property
    def planned_size(self) -> int:
        """Members planned in all groups."""

    @property
    def planned_room(self) -> int:
        """Members at most in all groups."""

    @property
    def price(self) -> float:
        """The present price of the usual order, yuan."""

    @property
    def margin(self) -> float:
        """Margin of all orders so far, less benefits, yuan."""

    @property
    def coupon_days_left(self) -> float:
        """Days until the first open coupon ends; 0 where none is open."""

    @property
    def news_heat(self) -> float:
        """How much others talk about a piece of news now, 0 to 1."""

    def is_on(self, kind: str) -> bool:
        """Whether something of this kind lasts outside the groups: news, store_closed, brand_day."""

    def places_left(self, post: int) -> int:
        """How many can still take part in a post; -1 where there is no limit."""

    @property
    def settings(self) -> Any:
        """The settings of the plug-in as they stand now."""

    @property
    def planned(self) -> Any:
        """The settings as they would stand if no rule had moved any."""

    @property
    def staff_settings(self) -> Any:
        """The settings of the staff as they stand now."""

    @property
    def staff(self) -> Crew:
        """The people who do the work."""

    def notes(self, since: int = 0) -> list[Any]:
        """Everything noticeable from place `since` on (see `Seen`)."""

    def members(self, group: int) -> list[int]:
        """Present members of a group."""

    def is_member(self, person: int, group: int | None = None) -> bool:
        """Whether the person is in a channel now; in any group, where none is named."""

    def is_group(self, channel: int) -> bool:
        """Whether members talk there; a private line and a feed are for reading."""

    def is_closing(self, group: int) -> bool:
        """Whether its members have been told that a group will be closed."""

    def has_room(self, group: int) -> bool:
        """Whether one more person can enter a group."""

    def role_of(self, person: int) -> float:
        """The role a person has taken: 0 none, 1 KOC, 2 leader, 3 maker, 4 stayed to the end of a course."""

    def tag_of(self, person: int) -> float:
        """What staff see of how well the content suits the person; noisy."""

    def source_of(self, person: int) -> str:
        """How a person comes: a name of SOURCES, or of a source of the scenario."""

    def least_tag(self, group: int) -> float:
        """Observed fit that a group asks for at entry."""

    def took_part_since(self, group: int, day: float) -> list[int]:
        """Members who have taken part in something since that day: claimed, played, signed in."""

    def is_friend(self, person: int) -> bool:
        """Whether staff have a private channel to the person."""

    def is_running(self, group: int) -> bool:
        """Whether a group has been opened and not been closed."""

    def is_answered(self, message: int) -> bool:
        """Whether anybody has answered a message."""

    def trouble_of(self, message: int) -> str:
        """What kind of incident a message is about, such as quarrel; empty if about none."""

    def is_answered_by_members(self, message: int) -> bool:
        """Whether members have answered a message and left staff nothing to answer."""

    def orders_of(self, person: int) -> int:
        """How often the person has bought."""

    def top_talkers(self, group: int, count: int, days: float = TALK_DAYS) -> list[int]:
        """The members who wrote most in the last days, most first."""

    def orders_seen(self, group: int, hours: float) -> int:
        """Orders in a group within the last hours."""

    def message_of(self, row: int) -> int:
        """The message that event `row` put on the screen, -1 if it put none."""

    def bought_since(self, group: int, day: float) -> set[int]:
        """Who has placed an order in a group since that day."""

    def took_part(self, post: int) -> list[int]:
        """Who has taken part in what was posted by event `post`, where staff keep a list."""

    def are_acquainted(self, one: int, other: int) -> bool:
        """Whether two persons know each other."""

    def uniform(self, ordinal: int, who: int = 0) -> float:
        """A keyed number in (0, 1)."""

    def uniform_of(self, note: Any, ordinal: int = 0) -> float:
        """A keyed number in (0, 1) for something a member did."""


class Acts(Sees, Protocol):
    """What an operator can do. Each act appends an event; waits are SimPy events."""

    def process(self, generator: Process) -> None:
        """Starts another process beside this one."""

    def wait(self, days: float = 0.0, hours: float = 0.0, minutes: float = 0.0) -> Any:
        """An event that happens after this time."""

    def until_day(self, day: float) -> Any:
        """An event that happens on this day of the run."""

    def until_hour(self, hour: float) -> Any:
        """An event that happens when the clock next shows this hour."""

    def post(
        self, group: int, stimulus: Stimulus, *, reward: float = 0.0, takers: float = 0.0, staff: int = 0, cause: int = -1
    ) -> int:
        """Posts; gives the row of the event."""

    def care_for(self, person: int, group: int, staff: int = 0, gift: float = 0.0, cause: int = -1, how: float = 0.0) -> int:
        """Cares for a member in private (gift: yuan; how: 1 praise, 2 coaching, 3 a gathering, 4 going out with the owner)."""

    def welcome(self, note: Any, staff: int = 0, told: float = 0.0, ritual: bool = False) -> int:
        """Greets a newcomer; told: 1 what comes next, 2 which services there are, 3 where to buy."""

    def press(self, person: int, group: int, recall: float = 0.0, staff: int = 0, cause: int = -1) -> int:
        """Presses a member in private to buy, or for not having come."""

    def ask_for(self, person: int, group: int, request: float = 0.0, staff: int = 0, cause: int = -1) -> int:
        """Asks a member for a favour (0), or to come to a gathering (1)."""

    def take_role(self, person: int, group: int, role: float, commission: float = 0.0, cause: int = -1) -> int:
        """A member takes a role, for a share of the orders of own contacts."""

    def honour(self, person: int, group: int, title: float, share: float, staff: int = 0, cause: int = -1) -> int:
        """Honours a member before all: a title (0: named and praised) that a share of the members have."""

    def answer(self, note: Any, staff: int = 0, share: float = 1.0) -> int:
        """Answers a member's message, in a share of the usual friendliness."""

    def private_line(self, cause: int = -1) -> int:
        """The private line of the operator, opened at first need."""

    def befriend(self, person: int, private: int, staff: int = 0, cause: int = -1) -> int:
        """Asks a person to be let into the private line."""

    def grant(self, person: int, group: int, coupon: Stimulus, cause: int = -1) -> int:
        """Gives a person a coupon; -1 where there is no place for it in the wallet."""

    def remove_member(self, person: int, group: int, staff: int = 0, cause: int = -1) -> int:
        """Removes a member from the group."""

    def set_entry(self, group: int, least_tag: float, staff: int = 0, cause: int = -1) -> int:
        """From now on only people whose observed fit reaches `least_tag` are let in."""

    def close(self, group: int, cause: int = -1) -> int:
        """Closes a group on purpose."""

    def start_campaign(self, group: int) -> int:
        """Marks the beginning of a campaign."""

    def end_campaign(self, group: int, cause: int = -1) -> int:
        """Marks its end."""

    def changed(self, name: str) -> int:
        """The row of the latest change of a branch to settings of the plan below a name; -1 where there is none."""

    def fire(self, rule: int, holds: bool) -> int:
        """Writes down that a rule of the plan begins or ceases to hold; gives the row, the cause of what it does."""

    def move_lever(self, path: str, value: float | str | None, cause: int = -1, told: bool = True) -> int:
        """Holds a setting of the plan or of the staff at a value, or at what another setting is; None gives it back."""


class Doorway(Protocol):
    """What happens at the door; what a newcomer wants is decided unseen by staff."""

    def newcomers(self) -> Iterator[tuple[float, int, int]]:
        """(day, person, group) of each who comes to the door, in order of time."""

    def source(self, person: int) -> Any:
        """The settings of the named source of a person; None for who comes by themselves."""

    def has_come(self, person: int) -> bool:
        """Whether a person has been in the group before."""

    def request(self, person: int, group: int, cause: int = -1) -> int:
        """A newcomer asks to be let in; gives the event."""

    def wants_in(self, person: int, gate: Any, worth: float = 0.0, share: float | None = None) -> bool:
        """Whether a newcomer wants to come in at these terms; worth: yuan besides; share: who would for nothing."""

    def would_bring(self, person: int, yuan: float, hurdle: float, ticket: float, lot: float) -> bool:
        """Whether a member goes after what bringing friends pays; decided by the member, unseen by staff."""

    def circle_of(self, person: int, contacts: float) -> int:
        """Friends outside whom a member asks or reaches."""

    def reached_by_orders(self, source: str) -> list[int]:
        """Persons of a source that follows the orders who have not been reached yet."""

    def home_of(self, person: int) -> int:
        """The group a person may come to."""

    def passes(self, person: int, least: float, gate: Any) -> bool:
        """Whether a check by staff finds that a newcomer fits."""

    def decline(self, person: int, group: int, reason: float, cause: int) -> int:
        """A newcomer does not come in."""

    def admit(self, person: int, channel: int, cause: int, by: int = -1) -> int:
        """A newcomer comes in; by: the member who has invited them."""

    def take_stake(self, person: int, group: int, yuan: float, cause: int) -> int:
        """A newcomer pays to come in."""


class Moves(Acts, Protocol):
    """What an operator can do with people and groups. Invitations can be refused."""

    @property
    def scenario(self) -> Any:
        """The scenario of the run."""

    @property
    def redesigned(self) -> Mapping[str, float]:
        """What a redesign has set of a plan that does not write it."""

    @property
    def door(self) -> Doorway:
        """The door of the groups."""

    def pay(self, amount: float, group: int = -1, cause: int = -1) -> int:
        """Spends money on benefits or tools, yuan."""

    def public_feed(self, cause: int = -1) -> int:
        """The feed that anybody may follow, opened at first need."""

    def open_feed(self, capacity: int | None = None, cause: int = -1) -> int:
        """Opens a feed that is not the public one."""

    def prospects(self, group: int) -> list[int]:
        """Those of a group's reservoir who could still come by word of mouth or on an invitation."""

    def bring_along(self, person: int, group: int, cause: int = -1) -> int:
        """A member brings along the next of those who come by word of mouth; gives the entry, -1 where nobody is left."""

    def set_tier(self, person: int, group: int, tier: int, staff: int = 0, cause: int = -1) -> int:
        """Gives a member the tier that was earned."""

    def found(self, size: int, capacity: int | None = None, cause: int = -1) -> int:
        """Founds a group; gives its number."""

    def invite(self, person: int, channel: int, *, leaving: int = -1, staff: int = 0, cause: int = -1) -> int:
        """Invites a person to a channel; leaving: the group that is left for it."""

    def move(self, persons: Iterable[int], source: int, target: int, staff: int = 0, cause: int = -1) -> list[int]:
        """Invites members of one group to another one instead."""

    def merge(self, source: int, target: int, staff: int = 0, notice_days: float = NOTICE_DAYS, cause: int = -1) -> int:
        """Invites all members of a group to another one and closes it after the notice."""

    def quarantine(self, source: int, persons: Iterable[int], staff: int = 0, cause: int = -1) -> int:
        """Invites a bloc of members to a small group of their own; gives that group."""

    def cohort_of(self, person: int) -> int:
        """The circle a person came with, -1 none."""

    def redesign(self, path: str, value: float, cause: int = -1) -> int:
        """Sets a setting of the plan, the staff or the incident anew for good; gives the event."""

    def split(self, source: int, persons: Iterable[int], staff: int = 0, cause: int = -1) -> int:
        """Founds a group and invites some members of another one to it instead; gives the new group."""

    def dissolve(self, group: int, notice_days: float, staff: int = 0, cause: int = -1) -> int:
        """Tells the members that the group will be closed and closes it then; gives the announcement."""


class Handles(Moves, Protocol):
    """What handling something that goes wrong can do besides."""

    def open_incident(self, group: int, severity: float = 0.0, cause: int = -1) -> int:
        """Something goes wrong; gives the number of the incident."""

    def opening_of(self, incident: int) -> int:
        """The event with which an incident was opened."""

    def is_settled(self, incident: int) -> bool:
        """Whether the handling of an incident has ended."""

    @property
    def look_minutes(self) -> float:
        """Minutes between two looks at the groups."""

    @property
    def parameters(self) -> Any:
        """The behaviour parameters of the run."""

    def open_incidents(self) -> list[tuple[int, int]]:
        """(number, group) of every incident that is not settled yet."""

    def complain(self, person: int, group: int, incident: int, sentiment: float, cause: int = -1) -> int:
        """A member vents in public about an incident."""

    def listing_of(self, group: int) -> float:
        """Share of everyday questions that can be looked up."""

    def set_listing(self, group: int, share: float, staff: int = 0, cause: int = -1) -> int:
        """Brings up to date what everybody can look up."""

    def hear_of(self, member: int, group: int, incident: int, staff: int = 0, cause: int = -1) -> int:
        """A friend tells a person of the staff in private that a member is upset."""

    def hire(self, cause: int = -1) -> int:
        """Somebody new takes the place of who has left."""

    def mend(self, factor: float, cause: int = -1) -> int:
        """What makes an incident come again is multiplied by a factor."""

    def item_of(self, note: Any) -> int:
        """The goods of the post at whose price an order was placed, 0 for none in particular."""

    def aggrieved(self, incident: int, group: int) -> list[int]:
        """Members who have shown or been given reason to be upset by an incident."""

    def is_open(self, message: int) -> bool:
        """Whether a message still stands and staff have not answered it."""

    def precedents(self, person: int, day: float) -> int:
        """How often this person or an acquaintance had got money back before that day."""

    def asks_for_it(self, person: int, yuan: float, offer: Any, known: int, lot: float, precedents: int = 0) -> bool:
        """Whether a member who may have money back asks for it; decided by the member, unseen by staff."""

    def announce_plan(self, group: int, incident: int, justice: float, staff: int = 0, cause: int = -1) -> int:
        """Tells everybody who reads the group something about an incident that is so fair (0..1)."""

    def soothe(self, person: int, group: int, staff: int = 0, share: float = SOOTHED_SHARE, cause: int = -1) -> int:
        """Soothes a member in private: a share of the anger goes."""

    def hurt(self, person: int, group: int, incident: int, amount: float, cause: int = -1) -> int:
        """A member is hurt by an incident."""

    def settle(self, incident: int, group: int, cause: int = -1) -> int:
        """The handling of an incident ends."""

    def post_rules(self, group: int, staff: int = 0, cause: int = -1) -> int:
        """Posts the rules of the group."""

    def refund(self, person: int, group: int, amount: float, cause: int = -1) -> int:
        """Pays an order back, yuan."""

    def answer_by_bot(self, note: Any, warmth: float, cause: int = -1) -> int:
        """A bot answers a member's message."""

    def uniform_of(self, note: Any, ordinal: int = 0) -> float:
        """A keyed number in (0, 1) for something a member did."""

    def remove_message(self, note: Any, staff: int = 0, softness: float = 0.0) -> int:
        """Takes a message away in public view; softness: share of the author's anger that is spared."""
