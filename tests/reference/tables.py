"""People, groups, messages and incidents as objects that refer to each other, in place of the tables of the kernel."""

from __future__ import annotations

import math

from sim.events import kinds
from sim.events.kinds import NONE
from sim.vocabulary.tables import Stimulus

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
NO_ONE = int(NONE)
#: How members' messages are called in the log.
KIND = {
    TALK: kinds.MESSAGE_POSTED,
    QUESTION: kinds.QUESTION_ASKED,
    COMPLAINT: kinds.COMPLAINT_POSTED,
    ADVERT: kinds.ADVERT_POSTED,
    STIMULUS: kinds.STIMULUS_POSTED,
    ANSWER: kinds.MEMBER_ANSWERED,
    PLAN: kinds.PLAN_ANNOUNCED,
    CLOSING: kinds.CLOSING_ANNOUNCED,
}
NAME = {int(code): name for name, code in KIND.items()}
#: Mood below which what a member writes is unkind.
UNKIND = -0.1


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
        "reach",
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
        self.breach = self.herd = self.planned = self.least_tag = self.listing = self.reach = 0.0
        self.breach_at = self.herd_at = self.members = self.muted = 0
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
        "asking",
        "at",
        "bond",
        "came_from",
        "check_rate",
        "checked_at",
        "checks",
        "claim",
        "claimed_on",
        "claiming",
        "coached",
        "commission",
        "contact",
        "coupon",
        "coupon_until",
        "days_seen",
        "deal",
        "debut",
        "discretion",
        "drag_adverts",
        "drag_neglect",
        "drag_overload",
        "drag_sales",
        "drift",
        "drifted",
        "esteem",
        "favours",
        "felt_at",
        "folded",
        "form",
        "group",
        "habit",
        "helping",
        "home",
        "honour",
        "hour_mean",
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
        "own_hour",
        "posed",
        "posts",
        "pretext",
        "price_weight",
        "prompt",
        "read_to",
        "recall",
        "reference_price",
        "refuses",
        "reward",
        "reward_weight",
        "rewarded_at",
        "role",
        "satiation",
        "screened_out",
        "seller",
        "shift",
        "sociability",
        "soothed",
        "source",
        "spoke_on",
        "susceptibility",
        "tag",
        "tied_unread",
        "told",
        "type",
        "unsure",
        "value",
        "vent_threshold",
        "waiting",
        "wallet",
        "warmth",
        "warmth_base",
        "wear",
        "wise",
        "wish",
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
        self.reward = self.habit = self.reference_price = self.coupon = self.coupon_until = self.pretext = 0.0
        self.leave_clock = self.mute_clock = self.left_near = self.tied_unread = 0.0
        self.read_to = self.asked = self.asked_before = self.days_seen = self.checks = self.posts = self.orders = 0
        self.waiting: Message | None = None
        self.offer: Message | None = None
        self.prompt: Message | None = None
        self.incident: Incident | None = None
        self.soothed = self.screened_out = False
        self.drift = self.deal = 0.0
        self.drag_adverts = self.drag_sales = self.drag_overload = self.drag_neglect = 0.0
        self.drifted = self.need_at = self.spoke_on = self.debut = 0
        self.contact = self.favours = self.claim = 0.0
        self.bond = self.honour = self.wish = self.asking = self.helping = self.claiming = self.commission = 0.0
        self.wear = self.esteem = 0.0
        self.form = 0
        self.role = self.posed = self.folded = self.told = 0
        self.unsure = 0.0
        self.seller = 0  # 1 + who of the staff sold last
        self.wise = False
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
    "asking", "bond", "claiming", "commission", "discretion", "esteem", "form", "helping", "honour", "role", "seller", "unsure", "wear",
    "wise", "wish",
    "acquaintances", "advert_rate", "anger", "angry_at", "appetite", "arrival", "check_rate", "claim", "claimed_on", "coached",
    "contact", "coupon", "coupon_until", "pretext", "deal", "drift", "drifted", "favours", "felt_at", "hour_mean", "incident", "judged", "loss",
    "match_content", "match_promotion", "match_talk", "memberships", "mood", "need", "need_at", "number", "orders", "own_hour",
    "price_weight", "prompt", "recall", "reference_price", "refuses", "reward_weight", "shift", "sociability", "soothed", "source",
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
        self.posed = self.folded = self.told = 0
        self.asked = self.asked_before = self.screened_out = self.spoke_on = self.debut = 0


def _personal(name: str) -> property:
    return property(lambda self: getattr(self.home, name), lambda self, value: setattr(self.home, name, value))


for _name in PERSONAL:
    setattr(Further, _name, _personal(_name))
