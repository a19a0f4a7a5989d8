"""What plug-ins see and do, read from objects: takes the place of the context and the door of the engine."""

from __future__ import annotations

import math

from sim.engine.context import Context
from sim.engine.door import Door
from sim.events import kinds
from sim.events.kinds import DAY, HOUR, SLIPPED_IN
from sim.vocabulary.tables import Stimulus
from tests.reference.tables import ABSENT, BY_MEMBER, BY_STAFF, FEED, GROUP, NO_ONE, PRIVATE, UNANSWERED, Member


class ReferenceContext(Context):
    """The view of a plug-in, read from objects."""

    def _member(self, person: int) -> Member:
        return self._programme.rules.persons[person]

    @property
    def groups(self) -> list[int]:
        return [group.number for group in self._programme.rules.groups if group.kind is GROUP and self.is_running(group.number)]

    def members(self, group: int) -> list[int]:
        place = self._programme.rules.groups[group]
        return [] if place.closed else sorted(person.number for person in place.persons if person.present)

    def is_member(self, person: int, group: int | None = None) -> bool:
        inside = [one.group for one in self._member(person).memberships if one.present and not one.group.closed]
        return any(one.kind is GROUP if group is None else one.number == group for one in inside)

    def post_moment(self, feed, stimulus, *, least_tag=0.0, staff=0, cause=NO_ONE) -> int:
        if self._programme.rules.groups[feed].least_tag != least_tag:
            self._act(kinds.ENTRY_RULE_SET, feed, staff, x=least_tag, cause=cause)
        return self.post(feed, stimulus, staff=staff, cause=cause)

    def _new_channel(self, act: str) -> int:
        return len(self._programme.rules.groups)

    def _first_of(self, kind: int, cause: int) -> int:
        wanted = PRIVATE if kind == 1 else FEED
        open_now = [one.number for one in self._programme.rules.groups if one.kind is wanted and self.is_running(one.number)]
        open_now = [number for number in open_now if number not in self._programme.own_feeds]
        return open_now[0] if open_now else self._open(kind, len(self._programme.rules.persons), cause)

    @property
    def door(self) -> ReferenceDoor:
        return ReferenceDoor(self._programme, self)

    def prospects(self, group: int) -> list[int]:
        waiting = self._programme.rules.groups[group].reservoir
        return [one.number for one in waiting if one.mode is ABSENT and not one.screened_out]

    def is_group(self, channel: int) -> bool:
        return self._programme.rules.groups[channel].kind is GROUP

    def is_closing(self, group: int) -> bool:
        return self._programme.rules.groups[group].closing_at is not None

    def least_tag(self, group: int) -> float:
        return self._programme.rules.groups[group].least_tag

    def took_part_since(self, group: int, day: float) -> list[int]:
        there = [one for one in self._programme.rules.groups[group].persons if one.present]
        return sorted(one.number for one in there if one.rewarded_at >= round(day * DAY) and one.rewarded_at != one.joined_at)

    def _may(self, kind, group=NO_ONE, actor=NO_ONE, target=NO_ONE) -> bool:
        groups = self._programme.rules.groups
        return not (0 <= group < len(groups) and groups[group].closed)

    def asks_for_it(self, person: int, yuan: float, offer, known: int, lot: float, precedents: int = 0) -> bool:
        member = self._member(person)
        reasons = member.price_weight * yuan / self.price + offer.per_anger * member.anger + offer.per_loss * member.loss
        return math.log(lot / (1.0 - lot)) < reasons + offer.per_tie * known + offer.per_precedent * precedents - offer.hurdle

    def is_friend(self, person: int) -> bool:
        lines = [one.number for one in self._programme.rules.groups if one.kind not in (GROUP, FEED)]
        return any(self.is_member(person, line) for line in lines)

    def orders_of(self, person: int) -> int:
        return self._member(person).orders

    def role_of(self, person: int) -> float:
        return float(self._member(person).role)

    def slipped_in(self, group: int) -> list[int]:
        persons = self._programme.rules.persons
        return [one.number for one in persons if one.group.number == group and one.source == SLIPPED_IN and one.mode is ABSENT]

    def is_running(self, group: int) -> bool:
        place = self._programme.rules.groups[group]
        return place.founded_at is not None and not place.closed

    def has_room(self, group: int) -> bool:
        place = self._programme.rules.groups[group]
        return place.members < place.capacity

    def message_of(self, row: int) -> int:
        found = [message.number for message in self._programme.rules.messages if message.row == row]
        return found[0] if found else NO_ONE

    def places_left(self, post: int) -> int:
        message = self.message_of(post)
        left = math.inf if message == NO_ONE else self._programme.rules.messages[message].takers
        return NO_ONE if left == math.inf else int(left)

    def grant(self, person: int, group: int, coupon: Stimulus, cause: int = NO_ONE) -> int:
        place = self._programme.rules.free_place(self._member(person))
        if place is None:
            return NO_ONE
        number = self._programme.stimulus_number(coupon, self._key)
        return self._act(kinds.COUPON_GRANTED, group, person, number, place, coupon.coupon_hours, cause)

    def is_settled(self, incident: int) -> bool:
        return incident == NO_ONE or self._programme.rules.incidents[incident].closed_at is not None

    def are_acquainted(self, one: int, other: int) -> bool:
        return self._member(other) in self._member(one).acquaintances

    def item_of(self, note) -> int:
        post = None if note.message == NO_ONE else self._programme.rules.messages[note.message].stimulus
        return 0 if post is None or note.amount >= self._programme.rules.price else int(post.goods)

    def is_open(self, message: int) -> bool:
        message = self._programme.rules.messages[message]
        return not message.removed and message.answered != BY_STAFF

    def is_answered(self, message: int) -> bool:
        return self._programme.rules.messages[message].answered != UNANSWERED

    def is_answered_by_members(self, message: int) -> bool:
        return self._programme.rules.messages[message].answered == BY_MEMBER

    def incident_of(self, message: int) -> int:
        incident = self._programme.rules.messages[message].incident
        return NO_ONE if incident is None else incident.number

    def has_rules(self, group: int) -> bool:
        return self._programme.rules.groups[group].rules

    def listing_of(self, group: int) -> float:
        return self._programme.rules.groups[group].listing

    def open_incidents(self) -> list[tuple[int, int]]:
        incidents = self._programme.rules.incidents
        return [(number, one.group.number) for number, one in sorted(incidents.items()) if one.closed_at is None]

    def is_known(self, person: int) -> bool:
        return self._programme.talk_of(person) > 0 or self.orders_of(person) > 0

    def aggrieved(self, incident: int, group: int) -> list[int]:
        persons = map(self._member, self.members(group))
        return [one.number for one in persons if one.incident is not None and one.incident.number == incident]

    def settle(self, incident: int, group: int, cause: int = NO_ONE) -> int:
        if self.is_settled(incident):
            return NO_ONE
        case = self._programme.rules.incidents[incident]
        responded = self.env.now if case.responded_at is None else case.responded_at
        took = (self.env.now - case.opened_at) / HOUR
        return self._act(kinds.INCIDENT_SETTLED, group, NO_ONE, incident, (responded - case.opened_at) / HOUR, took, cause)

    @property
    def margin(self) -> float:
        return self._programme.rules.margin - self._programme.rules.benefits

    @property
    def coupon_days_left(self) -> float:
        until = [one[0] for person in self._programme.rules.persons for one in person.wallet.values()]
        return (min(until) - self.env.now) / DAY if until else 0.0

    @property
    def price(self) -> float:
        return self._programme.rules.price


class ReferenceDoor(Door):
    """The door, read from objects."""

    def has_come(self, person: int) -> bool:
        return self._programme.rules.persons[person].mode is not ABSENT
