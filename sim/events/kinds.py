"""The event kinds: what may happen, and what the columns of a row mean for each kind. This table only grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

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

MICROSECOND: Final = 1
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


@dataclass(frozen=True)
class Kind:
    """One row of the catalogue: `actor`, `target`, `x`, `y` say what the column holds ('' = unused)."""

    code: int
    name: str
    meaning: str
    actor: str = ""
    target: str = ""
    x: str = ""
    y: str = ""


# The life of a group
GROUP_FOUNDED = _code(1)
GROUP_CLOSED = _code(2)
RULES_POSTED = _code(3)
RUN_ENDED = _code(4)
# Who is in it
MEMBER_JOINED = _code(10)
MEMBER_LEFT = _code(11)
MEMBER_REMOVED = _code(12)
GROUP_MUTED = _code(13)
GROUP_UNMUTED = _code(14)
ENTRY_DECLINED = _code(15)
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

CATALOGUE: Final[tuple[Kind, ...]] = (
    Kind(GROUP_FOUNDED, "GROUP_FOUNDED", "a group opens", x="planned size, members"),
    Kind(GROUP_CLOSED, "GROUP_CLOSED", "the operator closes the group on purpose (a competing end, not a death)"),
    Kind(RULES_POSTED, "RULES_POSTED", "the rules of the group are posted", "staff"),
    Kind(RUN_ENDED, "RUN_ENDED", "the horizon is reached"),
    Kind(
        MEMBER_JOINED,
        "MEMBER_JOINED",
        "a person becomes a member",
        "person",
        "inviter, or NONE",
        "member type code",
        "source: 0 founding, 1 walk-in, 2 referral, 3 slipped in",
    ),
    Kind(MEMBER_LEFT, "MEMBER_LEFT", "a member leaves", "member"),
    Kind(MEMBER_REMOVED, "MEMBER_REMOVED", "staff remove a member", "staff", "member"),
    Kind(GROUP_MUTED, "GROUP_MUTED", "a member turns notifications off", "member"),
    Kind(GROUP_UNMUTED, "GROUP_UNMUTED", "a member turns notifications on again", "member"),
    Kind(
        ENTRY_DECLINED, "ENTRY_DECLINED", "screening or a full group keeps a person out", "person", x="1 screened out, 2 full"
    ),
    Kind(GROUP_CHECKED, "GROUP_CHECKED", "a member opens the group and reads", "member"),
    Kind(MESSAGE_POSTED, "MESSAGE_POSTED", "a member writes", "member", "message answered, or NONE", "sentiment, -1..1"),
    Kind(QUESTION_ASKED, "QUESTION_ASKED", "a member asks the operator something", "member", "incident, or NONE"),
    Kind(COMPLAINT_POSTED, "COMPLAINT_POSTED", "a member vents in public", "member", "incident, or NONE", "sentiment, -1..0"),
    Kind(ADVERT_POSTED, "ADVERT_POSTED", "a member posts an advert or pulls members away", "member"),
    Kind(
        STIMULUS_ANSWERED,
        "STIMULUS_ANSWERED",
        "a member takes part: claims a packet, bids, plays, signs in",
        "member",
        "message",
        "value received, yuan",
    ),
    Kind(
        ORDER_PLACED,
        "ORDER_PLACED",
        "a person buys",
        "person",
        "message that prompted it, or NONE",
        "paid, yuan",
        "margin, yuan",
    ),
    Kind(
        STIMULUS_DEFINED,
        "STIMULUS_DEFINED",
        "one attribute of a stimulus the operator will use",
        "stimulus",
        "attribute code",
        "value",
    ),
    Kind(
        STIMULUS_POSTED,
        "STIMULUS_POSTED",
        "the operator posts: column, promotion, packet, game, notice",
        "staff",
        "stimulus",
        "reward offered per taker, yuan",
        "takers at most, 0 no limit",
    ),
    Kind(
        MEMBER_ANSWERED,
        "MEMBER_ANSWERED",
        "staff answer a member's message",
        "staff",
        "message",
        "friendliness of the tone, 0..1",
    ),
    Kind(MESSAGE_REMOVED, "MESSAGE_REMOVED", "staff take a message away in public view", "staff", "message"),
    Kind(MEMBER_WELCOMED, "MEMBER_WELCOMED", "staff greet a newcomer", "staff", "member"),
    Kind(MEMBER_CARED_FOR, "MEMBER_CARED_FOR", "staff care for a member in private", "staff", "member", "value given, yuan"),
    Kind(
        MEMBER_SOOTHED,
        "MEMBER_SOOTHED",
        "staff soothe an aggrieved member in private",
        "staff",
        "member",
        "share of the anger that goes, 0..1",
    ),
    Kind(
        PLAN_ANNOUNCED,
        "PLAN_ANNOUNCED",
        "staff tell everybody a plan that settles an incident",
        "staff",
        "incident",
        "justice of the plan, 0..1",
    ),
    Kind(PRICE_SET, "PRICE_SET", "the price of the usual order changes", x="price, yuan"),
    Kind(ENTRY_RULE_SET, "ENTRY_RULE_SET", "who is let in from now on", "staff", x="least observed fit, 0 lets everybody in"),
    Kind(
        INCIDENT_OPENED,
        "INCIDENT_OPENED",
        "something goes wrong",
        target="incident",
        x="severity, 0..1",
        y="which of the scenario's incidents it is",
    ),
    Kind(GRIEVANCE_FELT, "GRIEVANCE_FELT", "a member is hurt by an incident", "member", "incident", "grievance added"),
    Kind(
        INCIDENT_SETTLED,
        "INCIDENT_SETTLED",
        "the handling procedure of an incident ends",
        target="incident",
        x="hours from the opening to the first response",
        y="hours from the opening to the settlement",
    ),
    Kind(CAMPAIGN_STARTED, "CAMPAIGN_STARTED", "a campaign begins", target="campaign code"),
    Kind(CAMPAIGN_ENDED, "CAMPAIGN_ENDED", "a campaign ends", target="campaign code"),
    Kind(TASK_DONE, "TASK_DONE", "staff finish a task", "staff", "task code", "hours worked", "wages, yuan"),
    Kind(COST_PAID, "COST_PAID", "money is spent on benefits or tools", x="yuan"),
    Kind(REFUND_PAID, "REFUND_PAID", "an order is paid back", "person", x="yuan"),
    Kind(STAFF_ABSENT, "STAFF_ABSENT", "a member of staff is away unplanned", "staff", x="hours"),
    Kind(
        LEVER_MOVED,
        "LEVER_MOVED",
        "a setting of the operator changes, at a planned time or by a rule",
        target="lever number: planned changes first, then the settings that the plan may move",
        x="value, -1 where a rule lets go of what is not written",
    ),
    Kind(
        RULE_FIRED,
        "RULE_FIRED",
        "a rule of the plan begins or ceases to hold",
        target="rule number, 0 a phase begins",
        x="1 begins, 0 ceases",
    ),
)

NAMES: Final[dict[int, str]] = {kind.code: kind.name for kind in CATALOGUE}

#: Talk that members start themselves; only this counts as life (no operator, bot, advert, claim, bid or sign-in).
ORGANIC: Final = (MESSAGE_POSTED, QUESTION_ASKED, COMPLAINT_POSTED)
#: Rows that put a message on the screen of the group.
MESSAGES: Final = (*ORGANIC, ADVERT_POSTED, STIMULUS_POSTED, MEMBER_ANSWERED, PLAN_ANNOUNCED)

#: What staff spend hours on (TASK_DONE.target).
TASKS: Final = ("answer", "soothe", "moderate", "welcome", "care", "post", "campaign", "screen", "settle", "reply", "review")
#: How people come in (MEMBER_JOINED.y).
SOURCES: Final = ("founding", "walk_in", "referral", "slipped_in")
