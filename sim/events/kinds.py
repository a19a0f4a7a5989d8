"""The event kinds: what may happen, and what the columns of a row mean for each kind. This table only grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.vocabulary.tables import SLOTS

if TYPE_CHECKING:
    _code = int  # stands wherever an int does
else:
    #: Codes are numpy integers: Numba would compile every caller once more for each plain constant (16 kernels instead of 1).
    _code = np.int64

NONE: Final = _code(-1)

#: One row of the log. The sequence number is the row's place in its shard.
#: time: microseconds since the start (the start is a Monday, 00:00 local time); cause: sequence number of the row that
#: caused this one, NONE if nothing did; actor and target: see the kind; x, y: see the kind (0.0 where unused).
EVENT_DTYPE: Final = np.dtype(
    [
        ("time", "<i8"),
        ("cause", "<i8"),
        ("x", "<f8"),
        ("y", "<f8"),
        ("kind", "<i4"),
        ("group", "<i4"),
        ("actor", "<i4"),
        ("target", "<i4"),
    ]
)

#: Durations, microseconds.
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
#: The same as plain numbers: days of a week, hours of a day, minutes of an hour and of a day.
WEEK_DAYS, DAY_HOURS, HOUR_MINUTES, DAY_MINUTES = 7, 24, 60, 1_440


#: What a number in a row can be the number of; `sim.events.references` holds each of them to what there is.
NUMBERS: Final = (
    "group",
    "person",
    "message",
    "post",  # a message with a stimulus, posted by staff
    "incident",
    "new incident",  # incidents are numbered in the order in which they open
    "stimulus",  # numbered in the order of their first use
    "attribute",
    "staff",
    "task",
    "member type",
    "source",
    "planned incident",  # its place in the scenario's list; likewise campaigns and levers
    "campaign",
    "lever",
)


@dataclass(frozen=True)
class Column:
    """What one column holds for one kind: the number of something, an amount within bounds, or nothing at all.

    meaning: words for a reader, '' where the column is unused; of: one of NUMBERS, '' for an amount;
    optional: whether NONE may stand in place of a number; low, high: the closed range of an amount.
    """

    meaning: str = ""
    of: str = ""
    optional: bool = False
    low: float = 0.0
    high: float = 0.0


def _number(of: str, meaning: str = "", *, optional: bool = False) -> Column:
    return Column(f"{meaning or of}, or NONE" if optional else meaning or of, of, optional)


def _amount(meaning: str, low: float = 0.0, high: float = float("inf")) -> Column:
    return Column(meaning, low=low, high=high)


_UNUSED = Column()
_GROUP, _GROUP_IF_ANY = _number("group"), _number("group", optional=True)
_PERSON, _MEMBER, _STAFF = _number("person"), _number("person", "member"), _number("staff")
_MESSAGE, _INCIDENT = _number("message"), _number("incident")
_INCIDENT_IF_ANY = _number("incident", optional=True)
_CAMPAIGN = Column("campaign code", "campaign", optional=True)
_ANY = float("inf")
#: Places of a wallet, hours that a coupon holds at most.
_PLACE = Column("place in the wallet", low=0, high=SLOTS - 1)
_PLACE_THERE = Column("place in the wallet of the other", low=0, high=SLOTS - 1)
_LONGEST = 100_000.0
_REQUEST = Column(
    "request: 0 a favour, 1 to come to a gathering, 2 to recommend the group, 3 to show what one has, 4 to come to a lesson",
    low=0,
    high=4,
)
#: Members of a channel at most.
_MOST = float(2**31 - 1)


@dataclass(frozen=True)
class Kind:
    """One row of the catalogue: what `actor`, `target`, `x`, `y` and `group` hold."""

    code: int
    name: str
    meaning: str
    actor: Column = _UNUSED
    target: Column = _UNUSED
    x: Column = _UNUSED
    y: Column = _UNUSED
    group: Column = _GROUP

    @property
    def columns(self) -> dict[str, Column]:
        """The columns whose meaning depends on the kind, by name."""
        return {name: getattr(self, name) for name in ("group", "actor", "target", "x", "y")}


#: What moved somebody most who muted or left: the name of a code is its place here.
REASONS: Final = ("none", "adverts", "sales", "overload", "neglect", "anger", "acquaintance", "newness", "boredom")
(BY_NOTHING, BY_ADVERTS, BY_SALES, BY_OVERLOAD, BY_NEGLECT, BY_ANGER, BY_ACQUAINTANCE, BY_NEWNESS, BY_BOREDOM) = map(
    float, range(len(REASONS))
)
_REASON: Final = f"what moved them most: {', '.join(f'{code} {name}' for code, name in enumerate(REASONS))}"

# The life of a group
GROUP_FOUNDED = _code(1)
GROUP_CLOSED = _code(2)
RULES_POSTED = _code(3)
RUN_ENDED = _code(4)
CLOSING_ANNOUNCED = _code(5)
GROUP_MERGED = _code(6)
GROUP_SPLIT = _code(7)
CHANNEL_OPENED = _code(8)
# Who is in it
MEMBER_JOINED = _code(10)
MEMBER_LEFT = _code(11)
MEMBER_REMOVED = _code(12)
GROUP_MUTED = _code(13)
GROUP_UNMUTED = _code(14)
ENTRY_DECLINED = _code(15)
MEMBER_INVITED = _code(16)
INVITATION_DECLINED = _code(17)
ENTRY_REQUESTED = _code(18)
STAKE_PAID = _code(19)
# What members do
GROUP_CHECKED = _code(20)
MESSAGE_POSTED = _code(21)
QUESTION_ASKED = _code(22)
COMPLAINT_POSTED = _code(23)
ADVERT_POSTED = _code(24)
STIMULUS_ANSWERED = _code(25)
ORDER_PLACED = _code(26)
# What operators do
STIMULUS_DEFINED = _code(40)
STIMULUS_POSTED = _code(41)
MEMBER_ANSWERED = _code(42)
MESSAGE_REMOVED = _code(43)
MEMBER_WELCOMED = _code(44)
MEMBER_CARED_FOR = _code(45)
MEMBER_SOOTHED = _code(46)
PLAN_ANNOUNCED = _code(47)
PRICE_SET = _code(48)
ENTRY_RULE_SET = _code(49)
# Incidents and campaigns
INCIDENT_OPENED = _code(60)
GRIEVANCE_FELT = _code(61)
INCIDENT_SETTLED = _code(62)
CAMPAIGN_STARTED = _code(63)
CAMPAIGN_ENDED = _code(64)
# Money, staff and levers
TASK_DONE = _code(80)
COST_PAID = _code(81)
REFUND_PAID = _code(82)
STAFF_ABSENT = _code(83)
LEVER_MOVED = _code(84)
RULE_FIRED = _code(85)
STAFF_LEFT = _code(90)
STAFF_HIRED = _code(91)
LISTING_SET = _code(92)
TROUBLE_HEARD = _code(93)
TIER_SET = _code(100)
# Coupons
COUPON_GRANTED = _code(110)
COUPON_REDEEMED = _code(111)
COUPON_GIVEN = _code(112)
COUPON_LAPSED = _code(113)
# Private words that ask for something
MEMBER_PRESSED = _code(114)
MEMBER_ASKED = _code(115)
REQUEST_MET = _code(116)
REQUEST_DECLINED = _code(117)
# What nobody in the groups has done
OUTSIDE_HAPPENED = _code(118)
# Roles, honours, attachment, accounts that pass for members
ROLE_TAKEN = _code(130)
BRAND_SHOWN = _code(131)
OFFER_PASSED = _code(132)
HONOUR_GIVEN = _code(133)
BOND_GROWN = _code(134)
POSING_SEEN = _code(135)
# What goes on between members, and on the list of chats of each
TROUBLE_TOLD = _code(160)
GROUP_FOLDED = _code(161)

CATALOGUE: Final[tuple[Kind, ...]] = (
    Kind(
        GROUP_FOUNDED,
        "GROUP_FOUNDED",
        "a group opens",
        target=Column("members at most, or NONE: as planned", low=-1, high=_MOST),
        x=_amount("planned size, members", 1, _MOST),
    ),
    Kind(GROUP_CLOSED, "GROUP_CLOSED", "the operator closes the group on purpose (a competing end, not a death)"),
    Kind(RULES_POSTED, "RULES_POSTED", "the rules of the group are posted", _STAFF),
    Kind(RUN_ENDED, "RUN_ENDED", "the horizon is reached", group=_UNUSED),
    Kind(
        CLOSING_ANNOUNCED,
        "CLOSING_ANNOUNCED",
        "staff tell the members that the group will be closed; nobody is let in any more",
        _STAFF,
        x=_amount("days until then"),
    ),
    Kind(
        GROUP_MERGED,
        "GROUP_MERGED",
        "the group is to be merged; its members are invited",
        _STAFF,
        _number("group", "group it goes into"),
    ),
    Kind(
        GROUP_SPLIT,
        "GROUP_SPLIT",
        "some members of the group are invited to a new one",
        _STAFF,
        _number("group", "the new group"),
    ),
    Kind(
        CHANNEL_OPENED,
        "CHANNEL_OPENED",
        "a channel opens that is no group: members read there, but do not talk",
        target=Column("members at most", low=1, high=_MOST),
        x=_amount("1 the private line of the operator, 2 a feed", 1, 2),
        y=_amount("share of the readers of a feed to whom its platform shows a post; 0 all", 0, 1),
    ),
    Kind(
        MEMBER_JOINED,
        "MEMBER_JOINED",
        "a person becomes a member",
        _PERSON,
        _number("person", "inviter", optional=True),
        _number("member type", "member type code"),
        _number(
            "source", "source: 0 founding, 1 walk-in, 2 referral, 3 slipped in, 4 moved, 5 invited, then those of the scenario"
        ),
    ),
    Kind(
        MEMBER_LEFT,
        "MEMBER_LEFT",
        "a member leaves; of the private line: blocks the operator",
        _MEMBER,
        _number("group", "group moved to", optional=True),
        _amount("1 moved, on invitation", 0, 1),
        _amount(_REASON, 0, len(REASONS) - 1),
    ),
    Kind(MEMBER_REMOVED, "MEMBER_REMOVED", "staff remove a member", _STAFF, _MEMBER),
    Kind(GROUP_MUTED, "GROUP_MUTED", "a member turns notifications off", _MEMBER, x=_amount(_REASON, 0, len(REASONS) - 1)),
    Kind(GROUP_UNMUTED, "GROUP_UNMUTED", "a member turns notifications on again", _MEMBER),
    Kind(
        ENTRY_DECLINED,
        "ENTRY_DECLINED",
        "screening, a full group, one that is to close, or the terms keep a person out",
        _PERSON,
        x=_amount("1 screened out, 2 full, 3 closing, 4 does not want to", 1, 4),
    ),
    Kind(
        MEMBER_INVITED,
        "MEMBER_INVITED",
        "staff invite a person to a group, the private line or a feed",
        _STAFF,
        _PERSON,
        _number("group", "group to be left for it", optional=True),
    ),
    Kind(
        INVITATION_DECLINED,
        "INVITATION_DECLINED",
        "an invitation leads to nothing",
        _PERSON,
        x=_amount("1 refused, 2 full", 1, 2),
    ),
    Kind(GROUP_CHECKED, "GROUP_CHECKED", "a member opens the group and reads", _MEMBER),
    Kind(
        MESSAGE_POSTED,
        "MESSAGE_POSTED",
        "a member writes",
        _MEMBER,
        _number("message", "message answered", optional=True),
        _amount("sentiment, -1..1", -1, 1),
    ),
    Kind(QUESTION_ASKED, "QUESTION_ASKED", "a member asks the operator something", _MEMBER, _INCIDENT_IF_ANY),
    Kind(
        COMPLAINT_POSTED,
        "COMPLAINT_POSTED",
        "a member vents in public",
        _MEMBER,
        _INCIDENT_IF_ANY,
        _amount("sentiment, -1..0", -1, 0),
    ),
    Kind(ADVERT_POSTED, "ADVERT_POSTED", "a member posts an advert or pulls members away", _MEMBER),
    Kind(
        STIMULUS_ANSWERED,
        "STIMULUS_ANSWERED",
        "a member takes part: claims a packet, bids, plays, signs in",
        _MEMBER,
        _number("post", "message"),
        _amount("value received, yuan"),
    ),
    Kind(
        ORDER_PLACED,
        "ORDER_PLACED",
        "a person buys",
        _PERSON,
        _number("message", "message that prompted it", optional=True),
        _amount("paid, yuan"),
        _amount("margin, yuan", -_ANY),
    ),
    Kind(
        STIMULUS_DEFINED,
        "STIMULUS_DEFINED",
        "one attribute of a stimulus the operator will use",
        _number("stimulus"),
        _number("attribute", "attribute code"),
        _amount("value"),
        group=_UNUSED,
    ),
    Kind(
        STIMULUS_POSTED,
        "STIMULUS_POSTED",
        "the operator posts: column, promotion, packet, game, notice",
        _STAFF,
        _number("stimulus"),
        _amount("reward offered per taker, yuan"),
        _amount("takers at most, 0 no limit"),
    ),
    Kind(
        MEMBER_ANSWERED,
        "MEMBER_ANSWERED",
        "staff answer a member's message",
        _STAFF,
        _MESSAGE,
        _amount("friendliness of the tone, 0..1", 0, 1),
        _amount("temper that is lost: how unkind it is, 0..1", 0, 1),
    ),
    Kind(
        MESSAGE_REMOVED,
        "MESSAGE_REMOVED",
        "staff take a message away in public view",
        _STAFF,
        _MESSAGE,
        _amount("share of the author's anger that is spared, 0..1", 0, 1),
    ),
    Kind(
        MEMBER_WELCOMED,
        "MEMBER_WELCOMED",
        "staff greet a newcomer",
        _STAFF,
        _MEMBER,
        _amount("what they are told: 0 nothing else, 1 what comes next, 2 which services there are, 3 where to buy", 0, 3),
        _amount("1 with a ritual", 0, 1),
    ),
    Kind(
        MEMBER_CARED_FOR,
        "MEMBER_CARED_FOR",
        "staff care for a member in private",
        _STAFF,
        _MEMBER,
        _amount("value given, yuan"),
        _amount("how: 0 care, 1 praise, 2 coaching, 3 a gathering, 4 going out with the owner", 0, 4),
    ),
    Kind(
        MEMBER_SOOTHED,
        "MEMBER_SOOTHED",
        "staff soothe an aggrieved member in private",
        _STAFF,
        _MEMBER,
        _amount("share of the anger that goes, 0..1", 0, 1),
    ),
    Kind(
        PLAN_ANNOUNCED,
        "PLAN_ANNOUNCED",
        "staff tell everybody a plan that settles an incident",
        _STAFF,
        _INCIDENT,
        _amount("justice of the plan, 0..1", 0, 1),
    ),
    Kind(PRICE_SET, "PRICE_SET", "the price of the usual order changes", x=_amount("price, yuan"), group=_UNUSED),
    Kind(
        ENTRY_RULE_SET,
        "ENTRY_RULE_SET",
        "who is let in from now on",
        _STAFF,
        x=_amount("least observed fit, 0 lets everybody in"),
    ),
    Kind(
        INCIDENT_OPENED,
        "INCIDENT_OPENED",
        "something goes wrong",
        target=_number("new incident", "incident"),
        x=_amount("severity, 0..1; 0 where the incident has none", 0, 1),
        y=Column("which of the scenario's incidents it is", "planned incident", optional=True),
    ),
    Kind(
        GRIEVANCE_FELT,
        "GRIEVANCE_FELT",
        "a member is hurt by an incident",
        _MEMBER,
        _INCIDENT,
        _amount("grievance added"),
    ),
    Kind(
        INCIDENT_SETTLED,
        "INCIDENT_SETTLED",
        "the handling procedure of an incident ends",
        target=_INCIDENT,
        x=_amount("hours from the opening to the first response"),
        y=_amount("hours from the opening to the settlement"),
    ),
    Kind(CAMPAIGN_STARTED, "CAMPAIGN_STARTED", "a campaign begins", target=_CAMPAIGN),
    Kind(CAMPAIGN_ENDED, "CAMPAIGN_ENDED", "a campaign ends", target=_CAMPAIGN),
    Kind(
        TASK_DONE,
        "TASK_DONE",
        "staff finish a task",
        _STAFF,
        _number("task", "task code"),
        _amount("hours worked"),
        _amount("wages, yuan"),
        group=_UNUSED,
    ),
    Kind(COST_PAID, "COST_PAID", "money is spent on benefits or tools", x=_amount("yuan"), group=_GROUP_IF_ANY),
    Kind(REFUND_PAID, "REFUND_PAID", "an order is paid back", _PERSON, x=_amount("yuan")),
    Kind(STAFF_ABSENT, "STAFF_ABSENT", "a member of staff is away unplanned", _STAFF, x=_amount("hours"), group=_UNUSED),
    Kind(
        LEVER_MOVED,
        "LEVER_MOVED",
        "a setting of the operator changes, at a planned time, by a rule, or where a branch begins",
        target=_number(
            "lever", "lever number: planned changes first, then the settings that the plan may move, then changes of a branch"
        ),
        x=_amount("value, -1 where a rule lets go of what is not written, 0 where a change is no number", -_ANY),
        group=_UNUSED,
    ),
    Kind(
        RULE_FIRED,
        "RULE_FIRED",
        "a rule of the plan begins or ceases to hold",
        target=Column("rule number, 0 a phase begins", low=0, high=_MOST),
        x=_amount("1 begins, 0 ceases", 0, 1),
        group=_UNUSED,
    ),
    Kind(STAFF_LEFT, "STAFF_LEFT", "a person of the staff leaves for good", _STAFF, group=_UNUSED),
    Kind(STAFF_HIRED, "STAFF_HIRED", "somebody takes the place of a person of the staff who has left", _STAFF, group=_UNUSED),
    Kind(
        LISTING_SET,
        "LISTING_SET",
        "what everybody can look up is brought up to date",
        _STAFF,
        x=_amount("share of everyday questions that it answers, 0..1", 0, 1),
    ),
    Kind(
        TROUBLE_HEARD,
        "TROUBLE_HEARD",
        "a friend tells staff in private that a member is upset",
        _STAFF,
        _MEMBER,
        _amount("number of the incident"),
    ),
    Kind(ENTRY_REQUESTED, "ENTRY_REQUESTED", "a person stands at the door, where there are terms of entry", _PERSON),
    Kind(
        TIER_SET,
        "TIER_SET",
        "staff give a member the tier that was earned",
        _STAFF,
        _MEMBER,
        _amount("place of the tier among those of the plan, 1 the lowest", 1, 9),
    ),
    Kind(STAKE_PAID, "STAKE_PAID", "a newcomer pays to come in", _PERSON, x=_amount("yuan")),
    Kind(
        COUPON_GRANTED,
        "COUPON_GRANTED",
        "a person gets a coupon",
        _PERSON,
        _number("stimulus", "stimulus that says what it is worth"),
        _PLACE,
        _amount("hours for which it holds", 0, _LONGEST),
    ),
    Kind(
        COUPON_REDEEMED,
        "COUPON_REDEEMED",
        "a coupon is used for the order that is its cause",
        _PERSON,
        _PLACE,
        _amount("taken off, yuan"),
        _amount("size of the order, usual orders", 1),
    ),
    Kind(
        COUPON_GIVEN, "COUPON_GIVEN", "a coupon is passed on", _PERSON, _number("person", "who gets it"), _PLACE, _PLACE_THERE
    ),
    Kind(COUPON_LAPSED, "COUPON_LAPSED", "a coupon ends unused", _PERSON, _PLACE),
    Kind(
        MEMBER_PRESSED,
        "MEMBER_PRESSED",
        "staff press a member in private: to buy, or for not having come",
        _STAFF,
        _MEMBER,
        _amount("how much it brings the brand to mind, 0..2", 0, 2),
    ),
    Kind(MEMBER_ASKED, "MEMBER_ASKED", "staff ask a member for something in private", _STAFF, _MEMBER, _REQUEST),
    Kind(REQUEST_MET, "REQUEST_MET", "a member says yes and does it", _MEMBER, x=_REQUEST),
    Kind(REQUEST_DECLINED, "REQUEST_DECLINED", "a member does not do what staff asked for", _MEMBER, x=_REQUEST),
    Kind(
        OUTSIDE_HAPPENED,
        "OUTSIDE_HAPPENED",
        "something outside the groups begins or ends",
        target=Column("which of those of the market", low=0, high=_MOST),
        x=_amount("factor of the odds of the brand from now on"),
        y=_amount("factor of what members say unprompted from now on"),
        group=_UNUSED,
    ),
    Kind(
        ROLE_TAKEN,
        "ROLE_TAKEN",
        "a member takes a role",
        _MEMBER,
        x=_amount(
            "1 a spreader (KOC), 2 a leader, 3 a maker who sells something of their own, 4 somebody who stayed to the end", 1, 4
        ),
        y=_amount("share of the orders of own contacts that is paid to them", 0, 1),
    ),
    Kind(
        BRAND_SHOWN,
        "BRAND_SHOWN",
        "what a member has just written shows the brand and praises it",
        _MEMBER,
        _MESSAGE,
        _amount("how much it brings the brand to mind, 0..2", 0, 2),
    ),
    Kind(
        OFFER_PASSED,
        "OFFER_PASSED",
        "a member with a role offers something to a contact",
        _MEMBER,
        _number("person", "contact"),
        _amount("how much it brings the brand to mind, 0..2", 0, 2),
    ),
    Kind(
        HONOUR_GIVEN,
        "HONOUR_GIVEN",
        "staff honour a member before all",
        _STAFF,
        _MEMBER,
        _amount("0 named and praised, else the place of the title that is given, 1 the lowest", 0, 9),
        _amount("share of the members who have as much, 0..1", 0, 1),
    ),
    Kind(
        BOND_GROWN,
        "BOND_GROWN",
        "a member becomes attached to a person of the staff who has turned to them",
        _STAFF,
        _MEMBER,
        _amount("share of what is missing to full attachment, 0..1", 0, 1),
        group=_UNUSED,
    ),
    Kind(POSING_SEEN, "POSING_SEEN", "a member sees that an account which passed for a member belongs to staff", _MEMBER),
    Kind(
        TROUBLE_TOLD,
        "TROUBLE_TOLD",
        "an angry member tells an acquaintance in private, unseen by staff",
        _MEMBER,
        _number("person", "acquaintance"),
        _amount("anger that is told of, 0..1", 0, 1),
    ),
    Kind(
        GROUP_FOLDED,
        "GROUP_FOLDED",
        "the chat list of a member folds the group away, or shows it again",
        _MEMBER,
        x=_amount("1 folded, 0 shown again", 0, 1),
    ),
)

NAMES: Final[dict[int, str]] = {kind.code: kind.name for kind in CATALOGUE}

#: Talk that members start themselves; only this counts as life (no operator, bot, advert, claim, bid or sign-in).
ORGANIC: Final = (MESSAGE_POSTED, QUESTION_ASKED, COMPLAINT_POSTED)
#: Rows that put a message on the screen of the group.
MESSAGES: Final = (*ORGANIC, ADVERT_POSTED, STIMULUS_POSTED, MEMBER_ANSWERED, PLAN_ANNOUNCED, CLOSING_ANNOUNCED)

#: What staff spend hours on (TASK_DONE.target).
TASKS: Final = ("answer", "soothe", "moderate", "welcome", "care", "post", "campaign", "screen", "settle", "reply", "review")
#: How people come in (MEMBER_JOINED.y, the trait `source`), and the code of each.
SOURCES: Final = ("founding", "walk_in", "referral", "slipped_in", "moved", "invited")
FOUNDING, WALK_IN, REFERRAL, SLIPPED_IN, MOVED, INVITED = (_code(place) for place in range(len(SOURCES)))
