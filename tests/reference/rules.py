"""What an event does to the people and groups it touches: plain objects, one method a rule, nothing random.

Written from the meaning of the rules (docs/model.md), not from the compiled code: people, groups and messages are objects
that refer to each other, messages lie in lists, behaviour parameters are looked up by name. Slow and easy to read.
"""

from __future__ import annotations

import math
from itertools import accumulate
from types import SimpleNamespace
from typing import Any

from sim.events.kinds import DAY, HOUR
from sim.parameters import in_force
from sim.vocabulary.tables import NEVER, Stimulus
from sim.world.build import World
from sim.world.carve import carve_world

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
REFERRAL, SLIPPED_IN = 2, 3
#: Mood below which what a member writes is unkind.
UNKIND = -0.1


def clip(x: float, low: float, high: float) -> float:
    """x, held between two bounds."""
    return low if x < low else high if x > high else x


def half_life(delay: float, hours: float) -> float:
    """What is left of 1 after `delay` (us), if half of it goes every so many hours."""
    return 0.5 ** (delay / HOUR / hours)


class Message:
    """Something on the screen of a group."""

    __slots__ = (
        "answered",
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


class Incident:
    """Something that went wrong."""

    __slots__ = ("aggrieved", "closed_at", "number", "opened_at", "responded_at", "severity")

    def __init__(self, number: int, opened_at: int, severity: float) -> None:
        self.number, self.opened_at, self.severity = number, opened_at, severity
        self.responded_at: int | None = None
        self.closed_at: int | None = None
        self.aggrieved = 0


class Group:
    """A chat group."""

    __slots__ = (
        "asks",
        "breach",
        "breach_at",
        "capacity",
        "closed",
        "cumulative",
        "founded_at",
        "herd",
        "herd_at",
        "least_tag",
        "members",
        "messages",
        "muted",
        "number",
        "persons",
        "planned",
        "referred",
        "reservoir",
        "rules",
    )

    def __init__(self, number: int, capacity: int) -> None:
        self.number, self.capacity = number, capacity
        self.messages: list[Message] = []
        self.asks: list[Message] = []
        self.persons: list[Member] = []
        self.cumulative: list[float] = []
        self.reservoir: list[Member] = []
        self.founded_at: int | None = None
        self.breach = self.herd = self.planned = self.least_tag = 0.0
        self.breach_at = self.herd_at = self.members = self.muted = self.referred = 0
        self.rules = self.closed = False


class Member:
    """A person, with what never changes first."""

    __slots__ = (
        "acquaintances",
        "advert_rate",
        "anger",
        "angry_at",
        "arrival",
        "asked",
        "asked_before",
        "at",
        "check_rate",
        "checked_at",
        "checks",
        "coupon",
        "coupon_until",
        "days_seen",
        "friend",
        "group",
        "habit",
        "incident",
        "joined_at",
        "last_day",
        "leave_clock",
        "leave_threshold",
        "left_near",
        "loss",
        "match_content",
        "match_promotion",
        "match_talk",
        "mode",
        "mood",
        "mute_clock",
        "mute_threshold",
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
        "susceptibility",
        "tag",
        "tied_unread",
        "type",
        "value",
        "vent_threshold",
        "waiting",
        "warmth",
        "warmth_base",
    )

    def __init__(self, number: int, group: Group, traits: dict[str, float]) -> None:
        self.number, self.group = number, group
        for name, value in traits.items():
            setattr(self, name, value)
        self.acquaintances: list[Member] = []
        self.mode = ABSENT
        self.at = self.joined_at = self.checked_at = self.angry_at = self.rewarded_at = self.last_day = 0
        self.value = self.warmth = self.mood = self.anger = self.loss = self.satiation = self.recall = 0.0
        self.reward = self.habit = self.reference_price = self.coupon = self.coupon_until = 0.0
        self.leave_clock = self.mute_clock = self.left_near = self.tied_unread = 0.0
        self.read_to = self.asked = self.asked_before = self.days_seen = self.checks = self.posts = self.orders = 0
        self.waiting: Message | None = None
        self.offer: Message | None = None
        self.prompt: Message | None = None
        self.incident: Incident | None = None
        self.soothed = self.friend = self.screened_out = False

    @property
    def present(self) -> bool:
        """Whether the person is in the group."""
        return self.mode is ATTENTIVE or self.mode is MUTED


class Rules:
    """People, groups and the shop, and what events do to them. `p`: the behaviour parameters by name."""

    def __init__(self, world: World, scenario: Any) -> None:
        self.p, self.market = SimpleNamespace(**in_force(scenario.parameters, scenario.without)), scenario.market
        self.groups = [
            Group(number, round(scenario.population.size * scenario.population.capacity))
            for number in range(scenario.population.groups)
        ]
        people = carve_world(world.array)
        traits = people.traits
        columns = {name: traits[name].tolist() for name in traits.dtype.names if name in Member.__slots__}
        group_of = traits["group"].tolist()
        self.persons = [
            Member(number, self.groups[group_of[number]], {name: column[number] for name, column in columns.items() if name != "group"})
            for number in range(len(traits))
        ]
        ties = people.ties["person"].tolist()
        first, many = traits["first_tie"].tolist(), traits["ties"].tolist()
        for number, person in enumerate(self.persons):
            person.acquaintances = [self.persons[other] for other in ties[first[number] : first[number] + many[number]]]
        roster, ends = people.roster["person"].tolist(), [0, *people.ends["place"].tolist()]
        for group in self.groups:
            places = slice(ends[group.number], ends[group.number + 1])
            group.persons = [self.persons[number] for number in roster[places]]
            group.cumulative = list(
                accumulate(0.0 if person.source == SLIPPED_IN else person.sociability for person in group.persons)
            )
            group.reservoir = [person for person in group.persons if person.source == REFERRAL]
        self.messages: list[Message] = []
        self.stimuli: dict[int, Stimulus] = {}
        self.incidents: dict[int, Incident] = {}
        self.price = self.market.price
        self.unit_cost = self.market.price * (1.0 - self.market.margin)
        self.revenue = self.margin = self.benefits = self.refunds = self.wages = self.hours = 0.0

    # What time does
    def warmth_at(self, member: Member, time: int) -> float:
        """Warmth drifts back to its base."""
        days = (time - member.at) / DAY
        return member.warmth_base + (member.warmth - member.warmth_base) * math.exp(-days / self.p.warmth_days)

    def pass_time(self, member: Member, time: int) -> None:
        """All that fades, fades up to now; anger that nobody has soothed grows first."""
        p, days = self.p, (time - member.at) / DAY
        if days <= 0.0:
            return
        member.warmth = self.warmth_at(member, time)
        member.mood *= math.exp(-days * 1440.0 / p.mood_minutes)
        member.satiation *= math.exp(-days / p.satiation_days)
        member.recall *= math.exp(-days / p.recall_days)
        member.left_near *= math.exp(-days / p.contagion_days)
        member.loss *= math.exp(-days / p.loss_days)
        if member.anger > 0.0:
            fading = days
            if not member.soothed:
                before = min((member.at - member.angry_at) / DAY, p.anger_peak)
                after = min((time - member.angry_at) / DAY, p.anger_peak)
                member.anger *= math.exp(p.anger_growth * (after**2 - before**2) / 2.0)
                fading -= after - before
            member.anger = min(member.anger * math.exp(-fading / p.anger_days), 3.0)
        member.at = time

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
    def join(self, member: Member, time: int, source: float) -> None:
        """A person comes in and sees nothing of what was written before."""
        group = member.group
        member.mode = ATTENTIVE
        member.at = member.joined_at = member.checked_at = member.rewarded_at = time
        member.last_day = -1
        member.value = self.p.value_start
        member.warmth = max(self.p.warmth_start, member.warmth_base)
        member.read_to = len(group.messages)
        member.asked = member.asked_before = len(group.asks)
        group.members += 1
        if source == REFERRAL:
            group.referred += 1

    def leave(self, member: Member, noticed: bool) -> None:
        """A member is gone; acquaintances who are still there notice who leaves by themselves."""
        group = member.group
        group.members -= 1
        if member.mode is MUTED:
            group.muted -= 1
        member.mode = GONE
        if noticed:
            for near in member.acquaintances:
                if near.present and near.group is group:
                    near.left_near += 1.0

    def mute(self, member: Member) -> None:
        """Notifications off."""
        member.mode = MUTED
        member.group.muted += 1

    def unmute(self, member: Member) -> None:
        """Notifications on."""
        member.mode, member.mute_clock = ATTENTIVE, 0.0
        member.group.muted -= 1

    def check(self, member: Member, time: int) -> None:
        """A member opens the group, reads at most a screenful of what is new and fresh, and learns from it."""
        p, group = self.p, member.group
        self.pass_time(member, time)
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
            if message.removed or message.author is member:
                continue
            reads += 1
            sentiment += message.sentiment
            if message.stimulus is not None:
                stimulus = message.stimulus
                operator += 1
                content += stimulus.content * stimulus.quality
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
        effort = p.open_cost + p.read_cost * reads / cap + p.overload_cost * min(max(unread - cap, 0) / cap, 2.0)
        effort += p.promotion_cost * promotion + p.advert_cost * adverts + p.operator_cost * operator
        worth = 1.0 - math.exp(-benefit / p.read_scale) - effort
        self.add_value(member, (1.0 - math.exp(-min(days, 1.0) / p.value_days)) * (worth - member.value))
        member.satiation += operator
        tone = sentiment / max(reads, 1)
        member.mood = clip(member.mood + p.mood_gain * member.susceptibility * tone, -1.0, 1.0)
        if rage > 0.0:
            room = max(1.0 - member.anger / p.anger_caught, 0.0)
            self.upset(member, time, p.anger_spread * member.susceptibility * min(rage, 1.0) * room, about, own=False)
        if plan is not None:
            self.be_repaired(member, plan)
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
            member.mute_clock += p.mute_rate * newness * mind * max(load, 0.5) * days
        member.asked_before, member.asked = member.asked, len(group.asks)
        member.tied_unread = 0.0
        member.read_to = len(group.messages)
        member.checked_at = time
        member.checks += 1

    def notice_being_ignored(self, member: Member, time: int) -> None:
        """Nobody answered for too long."""
        own = member.waiting
        if time - own.time > self.p.ignored_hours * HOUR:
            member.warmth *= self.p.ignored_warmth
            member.waiting = None
            if own.kind is QUESTION:
                self.add_value(member, -self.p.ignored_value)
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
        message = self.put(row, time, kind, member, member.group, sentiment)
        member.posts += 1
        member.mood /= 2.0
        if kind is ADVERT:
            member.group.breach = self.breach_now(member.group, time) + 1.0
            member.group.breach_at = time
            return message
        goes_on = target is not None and target.author is member
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
        for near in member.acquaintances:
            if near.present and near.group is member.group:
                near.tied_unread += 1.0
        return message

    def be_answered(self, message: Message, time: int, tone: float | None) -> None:
        """The author of a message gets an answer: from staff in a tone (0..1), or from another member (None)."""
        p, member = self.p, message.author
        if member is None:
            return
        self.pass_time(member, time)
        delay = time - message.time
        if tone is None:
            member.warmth += p.reply_warmth * (1.0 - member.warmth)
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
        self.revenue += paid
        self.margin += margin
        if member.orders == 0:
            member.reference_price = paid
        else:
            member.reference_price += self.p.reference_rate * (paid - member.reference_price)
        member.orders += 1
        member.coupon = 0.0

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

    def remove_message(self, time: int, message: Message) -> None:
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
            self.pass_time(message.author, time)
            self.upset(message.author, time, self.p.removal_anger, None)

    def welcome(self, member: Member, time: int) -> None:
        """Staff greet a newcomer; sooner is warmer."""
        self.pass_time(member, time)
        gain = self.p.welcome_warmth * half_life(time - member.joined_at, self.p.welcome_hours)
        member.warmth += gain * (1.0 - member.warmth)

    def care_for(self, member: Member, time: int, gift: float) -> None:
        """Staff care for a member in private."""
        self.pass_time(member, time)
        member.warmth += self.p.care_warmth * (1.0 - member.warmth)
        member.friend = True
        self.benefits += gift

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
        days = (time - member.at) / DAY
        logit = -p.loss_effect * member.loss * math.exp(-days / p.loss_days)
        if member.present:
            logit += p.recall_effect * member.recall * math.exp(-days / p.recall_days)
            logit += p.warmth_effect * self.warmth_at(member, time)
            logit += p.herd_effect * math.log(1.0 + self.herd_now(member.group, time))
        reference = member.reference_price if member.orders > 0 else self.market.price
        if price > 0.0 and reference > 0.0:
            logit -= member.price_weight * math.log(price / reference)
        odds = self.market.base_odds * math.exp(clip(logit, -20.0, 20.0))
        return odds / (1.0 + odds)

    def tone_of(self, member: Member) -> float:
        """Sentiment of what the member writes: neutral unless in a bad mood."""
        return member.mood if member.mood < UNKIND else 0.0

    def expected_posts(self, member: Member) -> float:
        """Posts that come out of one check, on average."""
        p = self.p
        novelty = (1.0 + max(member.days_seen - 1, 0) / p.novelty_days) ** -p.novelty_exponent
        crowd = (100.0 / max(member.group.members, 1)) ** p.loafing
        urge = p.post_floor + member.warmth + p.novelty_weight * novelty
        return p.post_scale * member.sociability * urge * (1.0 + max(member.mood, 0.0)) * crowd

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
