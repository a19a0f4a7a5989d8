"""What an event does to the people and groups it touches: plain objects, one method a rule, nothing random.

Written from the meaning of the rules (docs/model.md), not from the compiled code: people, groups and messages are objects
that refer to each other, messages lie in lists, behaviour parameters are looked up by name. Slow and easy to read.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.events.kinds import DAY, HOUR
from sim.parameters import in_force
from sim.vocabulary.tables import NEVER, Stimulus
from sim.world.build import World
from sim.world.carve import carve_world
from tests.reference.draws import child_key, draw

ABSENT, ATTENTIVE, MUTED, GONE = "absent", "attentive", "muted", "gone"
TALK, QUESTION, COMPLAINT, ADVERT, STIMULUS, ANSWER, PLAN = (
    "talk",
    "question",
    "complaint",
    "advert",
    "stimulus",
    "answer",
    "plan",
)
UNANSWERED, BY_MEMBER, BY_STAFF = range(3)
REFERRAL, SLIPPED_IN, MOVED, INVITED = 2, 3, 4, 5
GROUP, PRIVATE, FEED = "group", "private", "feed"
CLOSING = "closing"
#: Mood below which what a member writes is unkind.
UNKIND = -0.1


def clip(x: float, low: float, high: float) -> float:
    """x, held between two bounds."""
    return low if x < low else high if x > high else x


def normal(key: int, purpose: str, ordinal: int) -> float:
    """A standard normal number out of two draws."""
    one, two = (draw(key, purpose, 2 * ordinal + part) for part in (0, 1))
    return math.sqrt(-2.0 * math.log(one)) * math.cos(2.0 * math.pi * two)


def half_life(delay: float, hours: float) -> float:
    """What is left of 1 after `delay` (us), if half of it goes every so many hours."""
    return 0.5 ** (delay / HOUR / hours)


class Message:
    """Something on the screen of a group."""

    __slots__ = (
        "answered",
        "audience",
        "author",
        "deadline",
        "group",
        "incident",
        "kind",
        "number",
        "ordinal",
        "removed",
        "reward",
        "row",
        "sentiment",
        "stimulus",
        "takers",
        "time",
    )

    def __init__(
        self, number: int, row: int, time: int, kind: str, author: Member | None, group: Group, sentiment: float
    ) -> None:
        self.number, self.row, self.time, self.kind = number, row, time, kind
        self.author, self.group, self.sentiment = author, group, sentiment
        self.ordinal = len(group.messages) + 1
        self.stimulus: Stimulus | None = None
        self.incident: Incident | None = None
        self.reward, self.takers, self.deadline = 0.0, math.inf, float(time)
        self.removed, self.answered = False, UNANSWERED
        self.audience = group.least_tag if group.kind is FEED else 0.0


class Incident:
    """Something that went wrong."""

    __slots__ = ("aggrieved", "closed_at", "group", "number", "opened_at", "responded_at", "severity")

    def __init__(self, number: int, opened_at: int, severity: float, group: Group | None) -> None:
        self.number, self.opened_at, self.severity, self.group = number, opened_at, severity, group
        self.responded_at: int | None = None
        self.closed_at: int | None = None
        self.aggrieved = 0


class Group:
    """A chat group, or another channel: the private line of the operator, a feed."""

    __slots__ = (
        "asks",
        "breach",
        "breach_at",
        "capacity",
        "closed",
        "closing_at",
        "cumulative",
        "founded_at",
        "herd",
        "herd_at",
        "kind",
        "least_tag",
        "listing",
        "members",
        "messages",
        "muted",
        "number",
        "persons",
        "planned",
        "referred",
        "reservoir",
        "rules",
        "topics",
        "voices",
        "voices_at",
    )

    def __init__(self, number: int, capacity: int) -> None:
        self.number, self.capacity = number, capacity
        self.messages: list[Message] = []
        self.asks: list[Message] = []
        self.persons: list[Member] = []
        self.cumulative: list[float] = []
        self.reservoir: list[Member] = []
        self.founded_at: int | None = None
        self.breach = self.herd = self.planned = self.least_tag = self.listing = 0.0
        self.breach_at = self.herd_at = self.members = self.muted = self.referred = 0
        self.rules = self.closed = False
        self.closing_at: float | None = None
        self.kind = GROUP
        self.voices, self.voices_at = 0.0, 0
        self.topics: list[tuple[int, float]] = []

    def enlist(self, member: Member) -> None:
        """One more on the roster; those who slip in are never proposed for a reply."""
        weight = 0.0 if member.source == SLIPPED_IN else member.sociability
        self.persons.append(member)
        self.cumulative.append((self.cumulative[-1] if self.cumulative else 0.0) + weight)


class Member:
    """A person and their first membership."""

    __slots__ = (
        "acquaintances",
        "advert_rate",
        "anger",
        "angry_at",
        "appetite",
        "arrival",
        "asked",
        "asked_before",
        "at",
        "came_from",
        "check_rate",
        "checked_at",
        "checks",
        "claim",
        "claimed_on",
        "coached",
        "contact",
        "coupon",
        "coupon_until",
        "days_seen",
        "deal",
        "drag_adverts",
        "drag_neglect",
        "drag_overload",
        "drag_sales",
        "drift",
        "drifted",
        "favours",
        "felt_at",
        "group",
        "habit",
        "home",
        "incident",
        "joined_at",
        "judged",
        "last_day",
        "leave_clock",
        "leave_threshold",
        "left_at",
        "left_near",
        "loss",
        "match_content",
        "match_promotion",
        "match_talk",
        "memberships",
        "mode",
        "mood",
        "mute_clock",
        "mute_threshold",
        "need",
        "need_at",
        "number",
        "offer",
        "orders",
        "posts",
        "price_weight",
        "prompt",
        "read_to",
        "recall",
        "reference_price",
        "reward",
        "reward_weight",
        "rewarded_at",
        "satiation",
        "screened_out",
        "shift",
        "sociability",
        "soothed",
        "source",
        "spoke_on",
        "susceptibility",
        "tag",
        "tied_unread",
        "type",
        "value",
        "vent_threshold",
        "waiting",
        "wallet",
        "warmth",
        "warmth_base",
    )

    def __init__(self, number: int, group: Group, traits: dict[str, float]) -> None:
        self.number, self.group = number, group
        for name, value in traits.items():
            setattr(self, name, value)
        self.acquaintances: list[Member] = []
        self.mode = ABSENT
        self.home, self.memberships = self, [self]
        self.came_from: Group | None = None
        self.left_at: int | None = None
        self.felt_at = 0
        self.at = self.joined_at = self.checked_at = self.angry_at = self.rewarded_at = self.last_day = 0
        self.value = self.warmth = self.mood = self.anger = self.loss = self.satiation = self.recall = 0.0
        self.reward = self.habit = self.reference_price = self.coupon = self.coupon_until = 0.0
        self.leave_clock = self.mute_clock = self.left_near = self.tied_unread = 0.0
        self.read_to = self.asked = self.asked_before = self.days_seen = self.checks = self.posts = self.orders = 0
        self.waiting: Message | None = None
        self.offer: Message | None = None
        self.prompt: Message | None = None
        self.incident: Incident | None = None
        self.soothed = self.screened_out = False
        self.drift = self.deal = 0.0
        self.drag_adverts = self.drag_sales = self.drag_overload = self.drag_neglect = 0.0
        self.drifted = self.need_at = self.spoke_on = 0
        self.contact = self.favours = self.claim = 0.0
        self.claimed_on = self.coached = self.judged = 0
        self.wallet: dict[int, tuple[int, int, Stimulus]] = {}

    @property
    def coupons(self) -> int:
        """How many coupons the person has."""
        return len(self.wallet)

    @property
    def present(self) -> bool:
        """Whether the person is in the group."""
        return self.mode is ATTENTIVE or self.mode is MUTED


#: What a person has once, however many channels they are in; all else belongs to the membership.
PERSONAL = (
    "acquaintances", "advert_rate", "anger", "angry_at", "appetite", "arrival", "check_rate", "claim", "claimed_on", "coached",
    "contact", "coupon", "coupon_until", "deal", "drift", "drifted", "favours", "felt_at", "incident", "judged", "loss",
    "match_content", "match_promotion", "match_talk", "memberships", "mood", "need", "need_at", "number", "orders",
    "price_weight", "prompt", "recall", "reference_price", "reward_weight", "shift", "sociability", "soothed", "source",
    "susceptibility", "tag", "type", "vent_threshold", "wallet",
)  # fmt: skip


class Further(Member):
    """A further membership of a person: what is personal is read from and written to the first one."""

    __slots__ = ()

    def __init__(self, home: Member, group: Group) -> None:
        self.home = home
        for name in set(Member.__slots__) - set(PERSONAL) - {"home"}:
            setattr(self, name, 0.0)
        self.group, self.mode, self.left_at, self.came_from = group, ABSENT, None, None
        self.waiting = self.offer = None
        self.asked = self.asked_before = self.screened_out = self.spoke_on = 0


def _personal(name: str) -> property:
    return property(lambda self: getattr(self.home, name), lambda self, value: setattr(self.home, name, value))


for _name in PERSONAL:
    setattr(Further, _name, _personal(_name))


class Rules:
    """People, groups and the shop, and what events do to them. `p`: the behaviour parameters by name."""

    def __init__(self, world: World, scenario: Any) -> None:
        self.p, self.market = SimpleNamespace(**in_force(scenario.parameters, scenario.without)), scenario.market
        self.groups = [
            Group(number, round(opening.size * scenario.population.capacity))
            for number, opening in enumerate(scenario.openings)
        ]
        self.planned_groups = len(self.groups)
        self.has_occasions = self.p.heat_gain > 0.0 or self.p.weekend_talk != 1.0 or self.p.hour_focus > 0.0
        people = carve_world(world.array)
        traits = people.traits
        self.keys = traits["key"].tolist()
        columns = {name: traits[name].tolist() for name in traits.dtype.names if name in Member.__slots__}
        group_of = traits["group"].tolist()
        self.persons = [
            Member(
                number,
                self.groups[group_of[number]],
                {name: column[number] for name, column in columns.items() if name != "group"},
            )
            for number in range(len(traits))
        ]
        ties = people.ties["person"].tolist()
        first, many = traits["first_tie"].tolist(), traits["ties"].tolist()
        for number, person in enumerate(self.persons):
            person.acquaintances = [self.persons[other] for other in ties[first[number] : first[number] + many[number]]]
        for group in self.groups:
            for person in (one for one in self.persons if one.group is group):
                group.enlist(person)
            group.reservoir = [person for person in group.persons if person.source == REFERRAL]
        for person in self.persons:
            key = self.keys[person.number]
            person.leave_threshold, person.mute_threshold = (-math.log(draw(key, "trait", ordinal)) for ordinal in (7, 8))
            person.warmth_base = self.base(sum(near.group is person.group for near in person.acquaintances))
            person.need = draw(key, "stock", 0)
        for group in self.groups:
            mine = people.heat.reshape(len(self.groups), -1)[group.number]
            group.topics = [(int(one["time"]), float(one["heat"])) for one in mine if one["time"] < NEVER]
        self.seats: list[Member] = list(self.persons)
        self.messages: list[Message] = []
        self.stimuli: dict[int, Stimulus] = {}
        self.incidents: dict[int, Incident] = {}
        self.price = self.market.price
        self.unit_cost = self.market.usual_price * (1.0 - self.market.margin)
        self.odds = self.talk = 1.0
        self.revenue = self.margin = self.benefits = self.refunds = self.wages = self.hours = 0.0

    # Who is where
    def base(self, acquaintances: int) -> float:
        """Warmth in the long run, by acquaintances in the channel."""
        return self.p.warmth_floor + self.p.warmth_ties * (1.0 - math.exp(-acquaintances / self.p.warmth_degree))

    def member(self, number: int, group: Group | None) -> Member:
        """The latest membership of a person in a channel; one that nobody keeps, where there is none."""
        home = self.persons[number]
        if home.group is group and len(home.memberships) == 1:
            return home
        found = [one for one in home.memberships if one.group is group]
        return found[-1] if found else Further(home, group)

    def inside(self, home: Member, group: Group) -> Member | None:
        """The membership of somebody who is in a channel now."""
        return next((one for one in home.memberships if one.group is group and one.present), None)

    def seat_for(self, home: Member, group: Group) -> Member | None:
        """The membership that begins when a person comes in; None if they are in."""
        here = [one for one in home.memberships if one.group is group]
        if here and here[-1].mode is ABSENT:
            return here[-1]
        if here and here[-1].present:
            return None
        seat = Further(home, group)
        root = child_key(child_key(self.keys[home.number], "channel", group.number), "trait", len(here))
        seat.leave_threshold, seat.mute_threshold = (-math.log(draw(root, "trait", one)) for one in (7, 8))
        seat.warmth_base = self.base(sum(self.inside(near, group) is not None for near in home.acquaintances))
        home.memberships.append(seat)
        self.seats.append(seat)
        group.enlist(seat)
        return seat

    def strongest(self, home: Member) -> Member | None:
        """The membership in an open group that is worth most."""
        groups = [one for one in home.memberships if one.present and one.group.kind is GROUP and not one.group.closed]
        return max(groups, key=lambda one: one.value) if groups else None

    def last_left(self, home: Member) -> Member | None:
        """The membership that was ended last."""
        ended = [one for one in home.memberships if one.left_at is not None]
        return max(reversed(ended), key=lambda one: one.left_at) if ended else None

    def found(self, number: int, time: int, kind: str, planned: float, capacity: int) -> None:
        """A channel opens, one of those planned or a new one."""
        if number == len(self.groups):
            self.groups.append(Group(number, int(planned)))
            self.groups[number].topics = self.groups[number % self.planned_groups].topics
        group = self.groups[number]
        group.kind, group.founded_at, group.planned = kind, time, planned
        if capacity >= 0:
            group.capacity = capacity

    # What time does
    def warmth_at(self, member: Member, time: int) -> float:
        """Warmth drifts back to its base."""
        days = (time - member.at) / DAY
        return member.warmth_base + (member.warmth - member.warmth_base) * math.exp(-days / self.p.warmth_days)

    def pass_time(self, member: Member, time: int) -> None:
        """All that fades, fades up to now; anger that nobody has soothed grows first."""
        p, days = self.p, (time - member.at) / DAY
        if days > 0.0:
            member.warmth = self.warmth_at(member, time)
            member.satiation *= math.exp(-days / p.satiation_days)
            member.left_near *= math.exp(-days / p.contagion_days)
            member.at = time
        self.calm_down(member.home, time)

    def calm_down(self, member: Member, time: int) -> None:
        """The personal part of it."""
        p, days = self.p, (time - member.felt_at) / DAY
        if days <= 0.0:
            return
        member.mood *= math.exp(-days * 1440.0 / p.mood_minutes)
        member.recall *= math.exp(-days / p.recall_days)
        member.loss *= math.exp(-days / p.loss_days)
        member.contact *= math.exp(-days / p.contact_days)
        member.favours *= math.exp(-days / p.favour_days)
        if member.anger > 0.0:
            fading = days
            if not member.soothed:
                before = min((member.felt_at - member.angry_at) / DAY, p.anger_peak)
                after = min((time - member.angry_at) / DAY, p.anger_peak)
                member.anger *= math.exp(p.anger_growth * (after**2 - before**2) / 2.0)
                fading -= after - before
            member.anger = min(member.anger * math.exp(-fading / p.anger_days), 3.0)
        member.felt_at = time

    def breach_now(self, group: Group, time: int) -> float:
        """Adverts left standing, as they still count."""
        return group.breach * math.exp(-(time - group.breach_at) / DAY / self.p.breach_days)

    def herd_now(self, group: Group, time: int) -> float:
        """Orders lately seen, as they still count."""
        return group.herd * math.exp(-(time - group.herd_at) / HOUR / self.p.herd_hours)

    def add_value(self, member: Member, amount: float) -> None:
        """Value moves within its bounds."""
        member.value = clip(member.value + amount, -0.3, 1.0)

    def upset(self, member: Member, time: int, amount: float, incident: Incident | None, own: bool = True) -> None:
        """Anger comes up, and trust goes with it; a hurt of one's own grows until somebody reacts, caught anger does not."""
        if member.anger < 0.01:
            member.angry_at, member.soothed = time, True
        if own:
            member.angry_at, member.soothed = time, False
        member.anger = min(member.anger + amount, 3.0)
        member.loss = clip(member.loss + self.p.trust_loss * amount, 0.0, 1.0)
        if incident is not None:
            member.incident = incident

    # What members do
    def join(self, member: Member, time: int, source: float, group: Group | None = None) -> None:
        """A person comes in and sees nothing of what was written before; who moves brings warmth along."""
        group = group or member.group
        member = self.seat_for(member.home, group)
        if member is None:
            return
        self.calm_down(member.home, time)
        member.mode = ATTENTIVE
        member.at = member.joined_at = member.checked_at = member.rewarded_at = time
        member.last_day = -1
        member.value = self.p.value_start
        if self.p.value_spread > 0.0:
            root = self.keys[member.number]
            if member is not member.home:
                root = child_key(root, "channel", group.number)
            self.add_value(member, self.p.value_spread * normal(root, "impression", 0))
        member.warmth = max(self.p.warmth_start, member.warmth_base)
        member.read_to = len(group.messages)
        member.asked = member.asked_before = len(group.asks)
        group.members += 1
        if source == REFERRAL:
            group.referred += 1
        if source == MOVED and (old := self.last_left(member.home)) is not None:
            member.came_from = old.group
            member.value = max(member.value, old.value)
            member.warmth = max(member.warmth, self.p.move_warmth * old.warmth)

    def leave(self, member: Member, noticed: bool, time: int = 0) -> None:
        """A member is gone; acquaintances who are still there notice who leaves by themselves."""
        group = member.group
        if not member.present:
            return
        member.left_at = time
        group.members -= 1
        if member.mode is MUTED:
            group.muted -= 1
        member.mode = GONE
        if noticed:
            for person in member.acquaintances:
                if (near := self.inside(person, group)) is not None:
                    near.left_near += 1.0

    def mute(self, member: Member) -> None:
        """Notifications off."""
        if member.mode is ATTENTIVE:
            member.mode = MUTED
            member.group.muted += 1

    def unmute(self, member: Member) -> None:
        """Notifications on."""
        if member.mode is MUTED:
            member.mode, member.mute_clock = ATTENTIVE, 0.0
            member.group.muted -= 1

    def check(self, member: Member, time: int) -> None:
        """A member opens the group, reads at most a screenful of what is new and fresh, and learns from it."""
        p, group = self.p, member.group
        self.pass_time(member, time)
        if p.drift_spread > 0.0:
            member.drift, member.drifted = self.walk(member.home, time)
        days, cap = (time - member.checked_at) / DAY, int(p.read_cap)
        reads = talk = adverts = operator = 0
        content = promotion = sentiment = rage = 0.0
        about: Incident | None = None
        plan: Message | None = None
        member.offer = None
        for place in range(len(group.messages) - 1, max(member.read_to, len(group.messages) - 512) - 1, -1):
            message = group.messages[place]
            if reads >= cap or time - message.time > p.fresh_days * DAY:
                break
            if message.removed or message.author is member.home or member.tag < message.audience:
                continue
            reads += 1
            sentiment += message.sentiment
            if message.stimulus is not None:
                stimulus = message.stimulus
                operator += 1
                if not stimulus.live or time <= message.deadline:
                    content += stimulus.content * stimulus.quality * self.liking(member, stimulus.topic)
                if stimulus.claim > member.claim:
                    member.claimed_on = time // DAY if member.claim == 0.0 else member.claimed_on
                    member.claim = stimulus.claim
                promotion += stimulus.promotion
                if stimulus.recall > 0.0:
                    member.recall += stimulus.recall * (1.0 - member.recall / 2.0)
                    member.prompt = message
                until = message.time + stimulus.discount_hours * HOUR
                if stimulus.discount > 0.0 and time < until:
                    if member.coupon_until <= time:
                        member.coupon = 0.0  # the old one has run out
                    member.coupon = max(member.coupon, stimulus.discount)
                    member.coupon_until = max(member.coupon_until, until)
                    member.offer = member.offer or message
            elif message.kind is ADVERT:
                adverts += 1
            elif message.kind is PLAN:
                plan = plan or message
            else:
                talk += 1
            if message.sentiment < 0.0 and message.incident is not None and message.incident.closed_at is None:
                rage -= message.sentiment
                about = message.incident
        unread = len(group.messages) - member.read_to
        appetite = 1.0 / (1.0 + member.satiation / p.content_satiation)
        benefit = member.match_talk * talk + p.tied_worth * min(member.tied_unread, talk)
        benefit += member.match_content * appetite * content + member.match_promotion * promotion
        costs = {
            "drag_overload": p.overload_cost * min(max(unread - cap, 0) / cap, 2.0),
            "drag_sales": p.promotion_cost * promotion + p.operator_cost * operator,
            "drag_adverts": p.advert_cost * adverts,
            "drag_neglect": 0.0,
        }
        effort = p.open_cost + p.read_cost * reads / cap + sum(costs.values())
        worth, weight = 1.0 - math.exp(-benefit / p.read_scale) - effort, 1.0 - math.exp(-min(days, 1.0) / p.value_days)
        self.add_value(member, weight * (worth - member.value))
        for name, cost in costs.items():
            setattr(member, name, (1.0 - weight) * getattr(member, name) + weight * cost)
        member.satiation += operator
        tone = sentiment / max(reads, 1)
        member.mood = clip(member.mood + p.mood_gain * member.susceptibility * tone, -1.0, 1.0)
        if rage > 0.0:
            room = max(1.0 - member.anger / p.anger_caught, 0.0)
            self.upset(member, time, p.anger_spread * member.susceptibility * min(rage, 1.0) * room, about, own=False)
        if plan is not None:
            self.be_repaired(member, plan)
        since = time // DAY - member.claimed_on
        if member.claim > 0.0 and member.judged < sum(since >= days for days in (7, 14, 28)):
            member.judged += 1
            done = min(p.effort + p.coaching_effort * member.coached, 1.0)
            gap = min(since / p.result_days, 1.0) * (member.claim - done)
            if gap > 0.0:
                self.upset(member, time, p.gap_anger * gap, None)
        if member.waiting is not None:
            self.notice_being_ignored(member, time)
        day = time // DAY
        if day != member.last_day:
            expected = member.reward * member.habit
            if expected > 0.05 and time - member.rewarded_at > DAY:
                self.add_value(member, -p.reward_gain * member.reward_weight * p.loss_aversion * expected / p.reward_scale)
                member.reward *= 1.0 - p.habit_rate
            member.last_day = day
            member.days_seen += 1
        newness = 1.0 + p.tenure_gain * math.exp(-(time - member.joined_at) / DAY / p.tenure_days)
        mind = math.exp(
            -p.hazard_value * (member.value - 0.4)
            - p.hazard_warmth * (member.warmth - 0.1)
            + p.hazard_loss * (member.loss + member.anger)
        )
        hazard = p.leave_rate * newness * mind * (1.0 + p.contagion * member.left_near)
        member.leave_clock += hazard * days * (p.muted_leave if member.mode is MUTED else 1.0)
        if member.mode is ATTENTIVE:
            load = (reads + (p.operator_load - 1.0) * (operator + adverts)) / cap
            haste = newness + p.mute_haste * math.exp(-(time - member.joined_at) / DAY / p.tenure_days)
            member.mute_clock += p.mute_rate * haste * mind * max(load, 0.5) * days
        member.asked_before, member.asked = member.asked, len(group.asks)
        member.tied_unread = 0.0
        member.read_to = len(group.messages)
        member.checked_at = time
        member.checks += 1

    def notice_being_ignored(self, member: Member, time: int) -> None:
        """Nobody answered for too long."""
        own = member.waiting
        if time - own.time > self.p.ignored_hours * HOUR:
            cooled = member.warmth * (1.0 - self.p.ignored_warmth)
            member.warmth -= cooled
            member.drag_neglect += self.p.hazard_warmth * cooled / self.p.hazard_value if self.p.hazard_value else 0.0
            member.waiting = None
            if own.kind is QUESTION:
                self.add_value(member, -self.p.ignored_value)
                member.drag_neglect += self.p.ignored_value if self.p.hazard_value else 0.0
                self.upset(member, time, self.p.question_anger, own.incident)

    def be_repaired(self, member: Member, plan: Message) -> None:
        """A plan for what upset the member brings part of the trust back."""
        if member.incident is None or member.incident is plan.incident:
            promptness = half_life(plan.time - plan.incident.opened_at, self.p.repair_hours)
            member.loss *= 1.0 - self.p.repair * plan.reward * promptness
            member.anger *= 1.0 - plan.reward
            member.soothed = member.soothed or plan.reward > 0.0

    def put(self, row: int, time: int, kind: str, author: Member | None, group: Group, sentiment: float = 0.0) -> Message:
        """A new message on the screen."""
        message = Message(len(self.messages), row, time, kind, author, group, sentiment)
        self.messages.append(message)
        group.messages.append(message)
        return message

    def write(
        self, member: Member, row: int, time: int, kind: str, sentiment: float = 0.0, target: Message | None = None,
        incident: Incident | None = None,
    ) -> Message:  # fmt: skip
        """A member writes: talk (perhaps as a reply to `target`), a question, a complaint or an advert."""
        self.pass_time(member, time)
        message = self.put(row, time, kind, member.home, member.group, sentiment)
        member.posts += 1
        member.mood /= 2.0
        if kind is not ADVERT and member.spoke_on != time // DAY + 1:
            member.spoke_on = time // DAY + 1
            member.group.voices = self.voices_now(member.group, time) + 1.0
            member.group.voices_at = time
        if kind is ADVERT:
            member.group.breach = self.breach_now(member.group, time) + 1.0
            member.group.breach_at = time
            return message
        goes_on = target is not None and target.author is member.home
        if not goes_on:
            member.waiting = message
        message.incident = incident
        if target is not None:
            if sentiment < UNKIND:
                message.incident = target.incident
            elif not goes_on:
                self.be_answered(target, time, None)
        if kind is COMPLAINT:
            member.anger *= self.p.vent_left
        for person in member.acquaintances:
            if (near := self.inside(person, member.group)) is not None:
                near.tied_unread += 1.0
        return message

    def be_answered(self, message: Message, time: int, tone: float | None) -> None:
        """The author of a message gets an answer: from staff in a tone (0..1), or from another member (None)."""
        if message.author is None:
            return
        p, member = self.p, self.member(message.author.number, message.group)
        self.pass_time(member, time)
        delay = time - message.time
        if tone is None:
            member.warmth += p.reply_warmth * (1.0 - member.warmth)
            member.deal -= p.deal_talk * member.deal
            message.answered = max(message.answered, BY_MEMBER)
        else:
            if message.answered != BY_STAFF:
                gain = p.staff_warmth * tone * half_life(delay, p.staff_hours)
                if message.kind is QUESTION:
                    promptness = half_life(delay, p.answer_hours)
                    gain += p.answer_warmth * promptness
                    self.add_value(member, p.answer_value * promptness)
                member.warmth += min(gain, 1.0) * (1.0 - member.warmth)
                if message.kind is COMPLAINT:
                    member.soothed = True
            message.answered = BY_STAFF
        if member.waiting is message:
            member.waiting = None

    def take_part(self, member: Member, time: int, message: Message, amount: float) -> None:
        """A member takes part in what the operator asked for; a reward works by how far it surprises."""
        p, stimulus = self.p, message.stimulus
        self.pass_time(member, time)
        if message.takers > 0:
            message.takers -= 1
        member.warmth += stimulus.bond * (1.0 - member.warmth)
        self.benefits += amount
        if message.reward > 0.0:
            surprise = (amount - member.reward * member.habit) / p.reward_scale
            if surprise < 0.0:
                surprise *= p.loss_aversion
            self.add_value(member, p.reward_gain * member.reward_weight * surprise)
            member.mood = clip(member.mood + p.mood_gain * min(surprise, 1.0), -1.0, 1.0)
            member.reward += p.habit_rate * (amount - member.reward)
            member.habit += p.habit_rate * (stimulus.certainty - member.habit)
            member.rewarded_at = time

    def buy(self, member: Member, time: int, paid: float, margin: float) -> None:
        """Somebody orders; what was paid is remembered, a coupon is used up."""
        self.pass_time(member, time)
        member.deal += self.p.deal_gain * ((paid < 0.9 * self.price) - member.deal)
        member.need, member.need_at = self.need_now(member, time) - 1.0, time
        self.revenue += paid
        self.margin += margin
        if member.orders == 0:
            member.reference_price = paid
        else:
            member.reference_price += self.p.reference_rate * (paid - member.reference_price)
        member.orders += 1
        member.coupon = 0.0

    # Coupons: until when, by which event, worth what; place by place
    def free_place(self, member: Member) -> int | None:
        """The first place of a wallet that is empty."""
        return next((place for place in range(4) if place not in member.wallet), None)

    def grant(self, member: Member, row: int, time: int, stimulus: Stimulus, place: int, hours: float) -> None:
        """A coupon is taken."""
        member.wallet[place] = (time + int(hours * HOUR), row, stimulus)

    def redeem(self, member: Member, place: int, off: float, size: float) -> None:
        """A coupon is used; the price of one usual order is remembered."""
        member.wallet.pop(place, None)
        paid = size * self.price - off
        member.reference_price += (self.p.reference_rate if member.orders > 1 else 1.0) * (paid / size - paid)

    def give(self, member: Member, other: Member, row: int, place: int, there: int) -> None:
        """A coupon changes hands."""
        if place in member.wallet:
            until, _, stimulus = member.wallet.pop(place)
            other.wallet[there] = (until, row, stimulus)

    def unit_with(self, stimulus: Stimulus) -> tuple[float, float, float]:
        """Price of a usual order with a coupon, size of the order it asks for, yuan taken off."""
        size = max(stimulus.coupon_over / self.price, 1.0) if self.price > 0.0 else 1.0
        order = size * self.price
        off = min(stimulus.coupon_yuan + stimulus.coupon_share * order, order)
        return self.price - off / size, size, off

    def coupon_for(self, member: Member, time: int) -> int | None:
        """The coupon a person would use now, where it beats the price as offered."""
        key = child_key(self.keys[member.number], "basket", 0)
        lot = draw(key, "basket", time)
        spread = self.p.threshold_spread * (math.sqrt(3.0) / math.pi) * math.log(lot / (1.0 - lot))
        reach = max(self.p.threshold_pull * math.exp(spread), 1.0)
        inside = member.present and not member.group.closed
        found, best = None, self.price
        for place, (until, _, stimulus) in sorted(member.wallet.items()):
            unit, size, _ = self.unit_with(stimulus)
            if until > time and size <= reach and (inside or not stimulus.coupon_inside) and unit < best:
                found, best = place, unit
        return found if found is not None and best < self.price_for(member, time) else None

    # What operators do
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

    def answer(self, row: int, time: int, message: Message, tone: float) -> Message:
        """Staff answer a message where everybody can see it."""
        answer = self.put(row, time, ANSWER, None, message.group)
        self.be_answered(message, time, tone)
        if message.incident is not None and message.incident.responded_at is None:
            message.incident.responded_at = time
        return answer

    def question_share(self, group: Group) -> float:
        """Share of what is said that asks the operator something; part of it can be looked up."""
        return self.p.question_share * (1.0 - self.p.listing_effect * group.listing)

    def remove_message(self, time: int, message: Message, spared: float = 0.0) -> None:
        """A message is taken away; its author is not pleased, an advert no longer counts against the norm."""
        if message.removed:
            return
        message.removed = True
        group = message.group
        if message.kind is ADVERT:
            own = math.exp(-(time - message.time) / DAY / self.p.breach_days)
            group.breach = max(self.breach_now(group, time) - own, 0.0)
            group.breach_at = time
        if message.author is not None:
            self.pass_time(self.member(message.author.number, group), time)
            self.upset(message.author, time, self.p.removal_anger * (1.0 - spared), None)

    def welcome(self, member: Member, time: int, told: float, ritual: float) -> None:
        """Staff greet a newcomer; sooner is warmer."""
        self.pass_time(member, time)
        soon = half_life(time - member.joined_at, self.p.welcome_hours)
        for gain in (self.p.welcome_warmth, self.p.ritual_warmth * ritual):
            member.warmth += gain * soon * (1.0 - member.warmth)
        if told == 1.0:
            self.add_value(member, self.p.told_value * soon)
        if told == 3.0:
            self.add_value(member, -self.p.promotion_cost)
        if told in (2.0, 3.0):
            member.recall += self.p.told_recall * (1.0 - member.recall / 2.0)
            member.prompt = None

    def care_for(self, member: Member, time: int, gift: float, how: float) -> None:
        """Staff care for a member in private, praise or coach them, or meet them outside."""
        self.pass_time(member, time)
        gain = {3.0: self.p.gathering_warmth, 4.0: self.p.outing_warmth}.get(how, self.p.care_warmth)
        member.warmth += gain * (1.0 - member.warmth)
        if how == 1.0:
            member.mood = clip(member.mood + self.p.mood_gain, -1.0, 1.0)
        if how == 2.0:
            member.coached = min(member.coached + 1, 5)
            member.claim *= self.p.coaching_claim
        self.benefits += gift

    def press(self, member: Member, time: int, recall: float) -> None:
        """A private word that demands something."""
        self.pass_time(member, time)
        member.recall += recall * (1.0 - member.recall / 2.0)
        member.prompt = None
        member.contact += 1.0
        beyond = min(max(member.contact - self.p.contact_tolerance, 0.0), 1.0)
        if beyond > 0.0:
            self.add_value(member, -self.p.contact_cost * beyond)
            self.upset(member, time, self.p.contact_anger * beyond, None)

    def ask_favour(self, member: Member, time: int, request: float) -> None:
        """Staff ask for something; a favour too many cools."""
        self.pass_time(member, time)
        if request == 0.0:
            if member.favours > self.p.favour_tolerance:
                member.warmth *= 1.0 - self.p.favour_burden
            member.favours += 1.0

    def oblige(self, member: Member, time: int, request: float) -> None:
        """A member does staff a favour, or promises to come."""
        self.pass_time(member, time)
        if request == 0.0:
            member.warmth += self.p.favour_warmth * (1.0 - member.warmth)

    def soothe(self, member: Member, time: int, share: float) -> None:
        """A private word: anger stops growing and part of it goes."""
        self.pass_time(member, time)
        if member.incident is not None and member.incident.responded_at is None:
            member.incident.responded_at = time
        member.anger *= 1.0 - share
        member.soothed = True

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

    def hurt(self, member: Member, time: int, incident: Incident, amount: float) -> None:
        """An incident hits a member."""
        self.pass_time(member, time)
        self.upset(member, time, amount, incident)
        incident.aggrieved += 1

    # Choices that follow from the state of a person
    def interest(self, member: Member) -> float:
        """Share of a habit that is left at the present value, without a floor."""
        return clip(member.value / self.p.value_reference, 0.0, 1.0)

    def price_for(self, member: Member, time: int) -> float:
        """What the person would pay now."""
        return self.price * (1.0 - member.coupon) if member.coupon > 0.0 and time < member.coupon_until else self.price

    def chance_to_buy(self, member: Member, time: int) -> float:
        """Logit choice of this brand on an occasion to buy."""
        p, price = self.p, self.price_for(member, time)
        if (place := self.coupon_for(member, time)) is not None:
            price = max(self.unit_with(member.wallet[place][2])[0], 0.01)
        days = (time - member.felt_at) / DAY
        logit = -p.loss_effect * member.loss * math.exp(-days / p.loss_days) + p.claim_effect * member.claim
        if member.present and not member.group.closed:
            logit += p.recall_effect * member.recall * math.exp(-days / p.recall_days)
            logit += p.warmth_effect * self.warmth_at(member, time)
            logit += p.herd_effect * math.log(1.0 + self.herd_now(member.group, time))
        reference = member.reference_price if member.orders > 0 else self.market.usual_price
        if price > 0.0 and reference > 0.0:
            ratio = math.log(price / reference) + p.market_weight * math.log(reference / self.market.usual_price)
            logit -= member.price_weight * (1.0 + p.deal_effect * member.deal) * ratio
        holds = member.coupon > 0.0 and time < member.coupon_until
        if not holds and member.coupon_until > 0.0 and time < member.coupon_until + 14 * DAY:
            logit -= p.deal_wait * member.deal
        odds = self.market.base_odds * self.odds * math.exp(clip(logit, -20.0, 20.0))
        return odds / (1.0 + odds) * (1.0 - p.need_gain * math.exp(-max(self.need_now(member, time), 0.0)))

    def need_now(self, member: Member, time: int) -> float:
        """Orders the person needs: what was left, and what has come up since."""
        rate = member.appetite * self.p.need_share * self.market.needs_per_month / 30.0
        return min(member.need + rate * (time - member.need_at) / DAY, self.p.need_cap)

    # What comes from outside
    def walk(self, member: Member, time: int) -> tuple[float, int]:
        """Slow interest of the present week, and the first week that is not known yet."""
        p, key, level = self.p, self.keys[member.number], member.drift
        week = int((time + draw(key, "drift", 0) * 7 * DAY) // (7 * DAY))
        stays = math.exp(-7.0 / p.drift_days)
        for number in range(member.drifted, week + 1):
            new = p.drift_spread * normal(key, "drift", number + 1)
            level = stays * level + math.sqrt(1.0 - stays**2) * new if number else new
        return level, max(week + 1, member.drifted)

    def drift_factor(self, member: Member, time: int) -> float:
        """Factor of looking and writing."""
        spread = self.p.drift_spread
        return math.exp(self.walk(member.home, time)[0] - spread**2 / 2.0) if spread > 0.0 else 1.0

    def voices_now(self, group: Group, time: int) -> float:
        """Members heard lately, each once a day, as they still count."""
        return group.voices * math.exp(-(time - group.voices_at) / DAY / self.p.voices_days)

    def occasion(self, member: Member, time: int, own_hour: float) -> float:
        """Topics, weekday and hour; own_hour: time of the day at which the person likes to talk, us."""
        p = self.p
        before = [(at, heat) for at, heat in member.group.topics if at <= time]
        heat = before[-1][1] * math.exp(-(time - before[-1][0]) / DAY / p.heat_days) if before else 0.0
        week = [1.0] * 5 + [p.weekend_talk] * 2
        weekday = week[time // DAY % 7] / (sum(week) / 7.0)
        near = 1.0
        if p.hour_focus > 0.0:
            near = math.exp(p.hour_focus * math.cos(2.0 * math.pi * (time - own_hour) / DAY)) / float(np.i0(p.hour_focus))
        return (1.0 + p.heat_gain * heat) * weekday * near

    def why(self, member: Member, time: int) -> float:
        """Number of what raises the hazard most; 0 where nothing does by more than five percent."""
        p = self.p
        drags = [member.drag_adverts, member.drag_sales, member.drag_overload, member.drag_neglect]
        terms = [0.05, *(p.hazard_value * drag for drag in drags)]
        terms += [p.hazard_loss * (member.loss + member.anger), math.log(1.0 + p.contagion * member.left_near)]
        terms.append(math.log(1.0 + p.tenure_gain * math.exp(-(time - member.joined_at) / DAY / p.tenure_days)))
        terms.append(p.hazard_value * (p.value_start - member.value - sum(drags)))
        return float(terms.index(max(terms)))

    def liking(self, member: Member, topic: float) -> float:
        """A topic is worth more to some than to others."""
        if not topic:
            return 1.0
        likes = draw(self.keys[member.number], "topic", int(topic)) < 0.5
        return 1.0 + self.p.topic_spread if likes else 1.0 - self.p.topic_spread

    def is_busy(self, member: Member, time: int) -> bool:
        """Whether the hour of the week is taken."""
        return draw(self.keys[member.number], "busy", time % (7 * DAY) // HOUR) < self.p.busy_share

    def tone_of(self, member: Member) -> float:
        """Sentiment of what the member writes: neutral unless in a bad mood."""
        return member.mood if member.mood < UNKIND else 0.0

    def expected_posts(self, member: Member, time: int, own_hour: float) -> float:
        """Posts that come out of one check, on average."""
        p = self.p
        novelty = (1.0 + max(member.days_seen - 1, 0) / p.novelty_days) ** -p.novelty_exponent
        crowd = (100.0 / max(member.group.members, 1)) ** p.loafing
        urge = p.post_floor + member.warmth + p.novelty_weight * novelty
        talkers = self.voices_now(member.group, time) / p.voices_days
        crowd *= (10.0 / (1.0 + talkers)) ** p.voices_loafing * self.drift_factor(member, time)
        outside = self.occasion(member, time, own_hour) if self.has_occasions else 1.0
        return self.talk * p.post_scale * member.sociability * urge * (1.0 + max(member.mood, 0.0)) * crowd * outside

    def expected_adverts(self, member: Member, time: int) -> float:
        """Adverts that come out of one check, on average."""
        p, group = self.p, member.group
        logit = p.breach_gain * min(self.breach_now(group, time), p.breach_cap) - (p.rules_effect if group.rules else 0.0)
        return member.advert_rate * math.exp(logit)

    def consent(self, member: Member, time: int, to_operator: bool) -> float:
        """Readiness to answer when a message is just in view."""
        p = self.p
        consent = self.interest(member) * (p.consent_floor + self.warmth_at(member, time))
        if member.mode is MUTED:
            consent *= p.muted_checks
        if to_operator:
            satiation = member.satiation * math.exp(-(time - member.at) / DAY / p.satiation_days)
            consent /= 1.0 + satiation / p.content_satiation
        return consent

    def arrivals(self) -> list[tuple[int, Member]]:
        """Who comes to the door by themselves, and when."""
        return [(int(person.arrival), person) for person in self.persons if person.arrival < NEVER]
