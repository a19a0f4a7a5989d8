"""The tables of a world and of its state: every field with its type, unit and meaning.

Two buffers of whole words hold a programme. `world` never changes: WORLD, the behaviour parameters, TRAITS, TIE. `state` is a
fold over the log: STATE, LEDGER, then the tables from CHANNEL to MESSAGE. The first row of a buffer says where the others
begin. A row is a record, so all code, compiled or not, reads `member.value`; only `sim.kernel.rows` and `carve` know places.
Times are microseconds. Fields stand in the order of use, so that what is used together comes from memory together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

#: A time that never comes, us.
NEVER: Final = 2**62
#: Coupons that a wallet has room for.
SLOTS: Final = 4
#: So many of a channel's newest messages can be found again; the one with ordinal n at n % RECENT.
RECENT: Final = 512

#: What an operator's message can be about (STIMULUS.topic).
TOPICS: Final = ("all", "food", "life", "beauty", "money", "children", "health", "work")

# How a person stands to a channel (MEMBERSHIP.mode)
ABSENT, ATTENTIVE, MUTED, GONE = range(4)
# What a channel is (CHANNEL.kind): members talk in a GROUP; in PRIVATE and in a FEED they only read, side by side
GROUP, PRIVATE, FEED = range(3)

REAL, WHOLE, SMALL, FLAG, WORD = "<f8", "<i8", "<i4", "u1", "<u8"


#: A row of one of these tables: its fields are attributes, in compiled code and out of it. No checker can see them.
Row: TypeAlias = Any
#: A whole number of compiled code, where all of them are i8.
Whole: TypeAlias = "int | np.integer[Any]"


@dataclass(frozen=True)
class Field:
    """One column: type of a cell, unit ('' = a number without one), meaning, cells a row."""

    name: str
    type: str
    unit: str
    meaning: str
    count: int = 1


@dataclass(frozen=True)
class Table:
    """Rows of one kind; `dtype` is the record that a row is, aligned as in C."""

    name: str
    meaning: str
    fields: tuple[Field, ...]

    @cached_property
    def dtype(self) -> np.dtype:
        """The record of a row; its size is a multiple of eight bytes."""
        cells = [
            (field.name, field.type, (field.count,)) if field.count > 1 else (field.name, field.type) for field in self.fields
        ]
        dtype = np.dtype(cells, align=True)
        if dtype.itemsize % 8:
            raise TypeError(f"{self.name}: a row of {dtype.itemsize} bytes; a multiple of 8 is needed")
        return dtype

    def rows(self, buffer: np.ndarray, begin: int, count: int) -> np.ndarray:
        """`count` rows of a buffer (i8 [.]) from byte `begin` on, as a view [count]."""
        return buffer[begin // 8 : begin // 8 + count * self.dtype.itemsize // 8].view(self.dtype)


def table(name: str, meaning: str, *fields: tuple[Any, ...]) -> Table:
    """A table of fields given as (name, type, unit, meaning[, cells a row])."""
    return Table(name, meaning, tuple(Field(*field) for field in fields))


WORLD: Final = table(
    "WORLD", "the head of the world: the day, the market, where the tables begin",
    ("hours", REAL, "", "relative rate of checks in each hour of the day, mean 1", 24),
    ("hours_before", REAL, "days", "its integral", 25),
    ("needs", REAL, "1/day", "occasions to buy per person"),
    ("odds", REAL, "", "odds of this brand at no exposure"),
    ("price", REAL, "yuan", "usual order"),
    ("peak_hours", REAL, "hours", "peak hours of the market", 6),
    ("peaks", WHOLE, "", "how many of them there are"),
    ("persons", WHOLE, "", "persons who are or may come to be members"),
    ("ties", WHOLE, "", "acquaintances of all persons together"),
    ("key", WORD, "", "root of the draws of the programme"),
    ("traits_at", WHOLE, "bytes", "where TRAITS begins"),
    ("ties_at", WHOLE, "bytes", "where TIE begins"),
    ("heats_at", WHOLE, "bytes", "where HEAT begins [heat_groups, heats]"),
    ("heats", WHOLE, "", "topics of a group that come up by themselves"),
    ("heat_groups", WHOLE, "", "groups that have topics of their own; those that open later share them"),
    ("liked_by", REAL, "share", "people who like each of TOPICS", 8),
    ("beginners", REAL, "share", "people who are beginners at what the group is about; the others are enthusiasts"),
)  # fmt: skip

TRAITS: Final = table(
    "TRAITS", "a person: what never changes within a run",
    ("key", WORD, "", "root of the person's draws"),
    ("check_rate", REAL, "1/day", "habitual checks"),
    ("sociability", REAL, "", "how readily the person talks"),
    ("shift", WHOLE, "us", "how much later than the average the person gets up and looks"),
    ("own_hour", WHOLE, "us", "time of the day at which the person likes best to write"),
    ("hour_mean", REAL, "", "what keeping to that hour gives on average over the person's looks"),
    ("match_talk", REAL, "share", "how well a stranger's message meets the person's needs"),
    ("match_content", REAL, "share", "the same for content of the operator"),
    ("match_promotion", REAL, "share", "the same for a promotion"),
    ("susceptibility", REAL, "", "how much of what others feel is caught"),
    ("reward_weight", REAL, "", "how much a reward counts"),
    ("price_weight", REAL, "", "elasticity of the odds to the price"),
    ("vent_threshold", REAL, "anger", "anger at which the person complains in public"),
    ("advert_rate", REAL, "1/check", "adverts while the norm is whole"),
    ("appetite", REAL, "", "rate at which the person's need grows, mean 1"),
    ("refuses", REAL, "share", "groups and private lines that the person never enters"),
    ("discretion", REAL, "share", "of what others would say in public, or recommend online, that the person keeps back"),
    ("tag", REAL, "", "what the operator can see of match_content before entry, noisy"),
    ("arrival", WHOLE, "us", "first attempt to join; NEVER: only by referral or by an incident"),
    ("first_tie", WHOLE, "", "number of the person's first acquaintance in TIE"),
    ("ties", SMALL, "", "acquaintances"),
    ("group", SMALL, "", "the group the person may come to"),
    ("type", SMALL, "", "code of the member type"),
    ("source", SMALL, "", "how the person comes: place in SOURCES"),
    ("cohort", SMALL, "", "circle of acquaintance, NONE: none"),
    ("spare", SMALL, "", "fills the row"),
)  # fmt: skip

TIE: Final = table("TIE", "one acquaintance of a person, sorted per person", ("person", WHOLE, "", "the other one"))

HEAT: Final = table(
    "HEAT", "a topic that comes up in a group by itself, in order of time",
    ("time", WHOLE, "us", "when; NEVER: none"),
    ("heat", REAL, "", "heat of all topics of the group so far, right after it"),
)  # fmt: skip

STATE: Final = table(
    "STATE", "the head of the state: how many rows there are, where they begin, the hash over all events",
    ("chain", WORD, "", "hash over all events"),
    ("events", WHOLE, "", "events so far"),
    ("messages", WHOLE, "", "messages so far"),
    ("incidents", WHOLE, "", "incidents so far"),
    ("persons", WHOLE, "", "rows of PERSON; membership n is the first one of person n"),
    ("seats", WHOLE, "", "memberships so far"),
    ("seats_high", WHOLE, "", "rows that MEMBERSHIP has room for"),
    ("channels", WHOLE, "", "channels so far"),
    ("channels_high", WHOLE, "", "rows that CHANNEL has room for"),
    ("rosters", WHOLE, "", "rows of ROSTER given away"),
    ("rosters_high", WHOLE, "", "rows that ROSTER has room for"),
    ("stimuli_high", WHOLE, "", "rows that STIMULUS has room for"),
    ("incidents_high", WHOLE, "", "rows that INCIDENT has room for"),
    ("ledger_at", WHOLE, "bytes", "where LEDGER begins"),
    ("channels_at", WHOLE, "bytes", "where CHANNEL begins"),
    ("stimuli_at", WHOLE, "bytes", "where STIMULUS begins"),
    ("incidents_at", WHOLE, "bytes", "where INCIDENT begins"),
    ("persons_at", WHOLE, "bytes", "where PERSON begins"),
    ("members_at", WHOLE, "bytes", "where MEMBERSHIP begins"),
    ("rosters_at", WHOLE, "bytes", "where ROSTER begins"),
    ("newest_at", WHOLE, "bytes", "where NEWEST begins [channels_high, RECENT]"),
    ("messages_at", WHOLE, "bytes", "where MESSAGE begins"),
    ("wallets_at", WHOLE, "bytes", "where WALLET begins"),
)  # fmt: skip

LEDGER: Final = table(
    "LEDGER", "prices, money and hours so far",
    ("price", REAL, "yuan", "usual order, now"),
    ("unit_cost", REAL, "yuan", "what an order costs the shop"),
    ("revenue", REAL, "yuan", "paid by customers"),
    ("margin", REAL, "yuan", "revenue less unit costs"),
    ("benefits", REAL, "yuan", "rewards, gifts and tools"),
    ("refunds", REAL, "yuan", "orders paid back"),
    ("wages", REAL, "yuan", "of the staff"),
    ("hours", REAL, "hours", "worked by the staff"),
    ("odds", REAL, "", "factor of the odds of the brand, by what happens outside"),
    ("talk", REAL, "", "factor of what members say unprompted, by what happens outside"),
)  # fmt: skip

CHANNEL: Final = table(
    "CHANNEL", "where messages are read: a group, the private line of the operator, a feed",
    ("ordinal", WHOLE, "", "messages so far"),
    ("members", WHOLE, "", "present members"),
    ("muted", WHOLE, "", "of these, how many have muted it"),
    ("ask", WHOLE, "", "newest stimulus that asks for something, a message, or NONE"),
    ("breach", REAL, "adverts", "adverts left standing, decaying"),
    ("breach_at", WHOLE, "us", "when it was reckoned"),
    ("herd", REAL, "orders", "orders lately shown, decaying"),
    ("voices", REAL, "members", "members who talked lately, each counted once a day, decaying"),
    ("voices_at", WHOLE, "us", "when it was reckoned"),
    ("herd_at", WHOLE, "us", "when it was reckoned"),
    ("capacity", WHOLE, "members", "members at most"),
    ("least_tag", REAL, "", "observed fit below which nobody is let in"),
    ("founded_at", WHOLE, "us", "NEVER until founded"),
    ("planned", REAL, "members", "planned size"),
    ("roster", WHOLE, "", "first place of its roster in ROSTER"),
    ("enlisted", WHOLE, "", "places of the roster in use"),
    ("room", WHOLE, "", "places of the roster"),
    ("closing_at", REAL, "us", "when it will be closed, as announced; NEVER"),
    ("listing", REAL, "share", "of everyday questions, what everybody can look up"),
    ("reach", REAL, "share", "of the readers of a feed, whom its platform shows a post; 0: all"),
    ("kind", FLAG, "", "GROUP, PRIVATE or FEED"),
    ("rules", FLAG, "", "1: rules have been posted"),
    ("closed", FLAG, "", "1: closed on purpose"),
)  # fmt: skip

PERSON: Final = table(
    "PERSON", "a person: what moves and goes along wherever the person talks",
    ("at", WHOLE, "us", "decays have been applied up to here"),
    ("mood", REAL, "-1..1", "fast mood"),
    ("anger", REAL, "anger", "0 to 3"),
    ("loss", REAL, "share", "trust lost"),
    ("recall", REAL, "recall", "how much the brand is in mind, 0 to 2"),
    ("coupon", REAL, "share", "discount of the price, held"),
    ("coupon_until", REAL, "us", "until when"),
    ("pretext", REAL, "share", "reason given for that discount"),
    ("reference_price", REAL, "yuan", "what the person is used to pay"),
    ("angry_at", WHOLE, "us", "last hurt of one's own"),
    ("drift", REAL, "log", "slow interest, of the week before `drifted`"),
    ("need", REAL, "orders", "stock of need at need_at"),
    ("need_at", WHOLE, "us", "when it was reckoned"),
    ("deal", REAL, "share", "taste for discounts"),
    ("contact", REAL, "words", "private words of pressure lately, decaying"),
    ("favours", REAL, "favours", "asked for lately, decaying"),
    ("claim", REAL, "0..1", "the most that the operator has promised"),
    ("bond", REAL, "0..1", "attachment to who runs the groups"),
    ("honour", REAL, "0..1", "recognition, decaying"),
    ("wish", REAL, "0..1", "wish for recognition, by seeing others honoured, decaying"),
    ("asking", REAL, "0..1", "habit of asking the operator, decaying"),
    ("helping", REAL, "0..1", "habit of helping, decaying"),
    ("claiming", REAL, "0..1", "habit of complaining, by having got something for it, decaying"),
    ("unsure", REAL, "0..1", "not knowing whom of the staff to buy from, decaying"),
    ("wear", REAL, "times", "taken part in the same form lately, decaying"),
    ("esteem", REAL, "value", "what the person has found in groups of the brand, beyond what one expects at first"),
    ("commission", REAL, "share", "of the orders of those whom the person has offered something"),
    ("claimed_on", SMALL, "day", "since when"),
    ("incident", SMALL, "", "incident the person is upset about, or NONE"),
    ("prompt", SMALL, "", "message that last brought the brand to mind, or NONE"),
    ("orders", SMALL, "", "orders so far"),
    ("drifted", SMALL, "weeks", "first week whose drift is not known yet"),
    ("seller", SMALL, "", "1 + who of the staff last sold to the person, 0 nobody"),
    ("form", SMALL, "", "stimulus that the person last took part in, where forms wear out; 0 before"),
    ("soothed", FLAG, "", "1: anger only fades"),
    ("coupons", FLAG, "", "coupons in the wallet"),
    ("coached", FLAG, "times", "coached by staff"),
    ("judged", FLAG, "times", "what came of the promise has been held against it"),
    ("role", FLAG, "", "0 none, or the code of a role of members"),
    ("wise", FLAG, "", "1: has seen through an account of staff that passes for a member"),
)  # fmt: skip

WALLET: Final = table(
    "WALLET", "the coupons of a person, place by place",
    ("until", WHOLE, "us", "until when a coupon holds; 0: the place is empty", SLOTS),
    ("row", WHOLE, "", "sequence number of the event by which it came", SLOTS),
    ("stimulus", SMALL, "", "stimulus that says what it is worth", SLOTS),
)  # fmt: skip

MEMBERSHIP: Final = table(
    "MEMBERSHIP", "a person in a channel",
    ("at", WHOLE, "us", "decays have been applied up to here"),
    ("checked_at", WHOLE, "us", "last check"),
    ("value", REAL, "value", "what a check is worth, -0.3 to 1"),
    ("warmth", REAL, "warmth", "belonging"),
    ("satiation", REAL, "messages", "operator messages read lately, decaying"),
    ("leave_clock", REAL, "", "integrated hazard of leaving"),
    ("mute_clock", REAL, "", "integrated hazard of muting"),
    ("left_near", REAL, "members", "acquaintances who left lately, decaying"),
    ("drag_adverts", REAL, "value", "what members' adverts cost at checks, running mean as of the value"),
    ("drag_sales", REAL, "value", "the same of promotions and other messages of the operator"),
    ("drag_overload", REAL, "value", "the same of screens left unread"),
    ("drag_neglect", REAL, "value", "value lost by being ignored, and warmth in units of value, fading alike"),
    ("person", SMALL, "", "whose it is"),
    ("channel", SMALL, "", "where"),
    ("read_to", SMALL, "", "ordinal of the last message that lies behind the person"),
    ("waiting", SMALL, "", "own message that nobody has answered yet, or NONE"),
    ("asked_before", SMALL, "", "stimuli up to this message were considered before the last check, or NONE"),
    ("asked", SMALL, "", "newest stimulus at the last check, a message, or NONE"),
    ("offer", SMALL, "", "offer read at the last check, a message, or NONE"),
    ("posed", SMALL, "messages", "by accounts that pass for members, read as theirs at the last check"),
    ("tied_unread", SMALL, "messages", "by acquaintances since the last check"),
    ("last_day", SMALL, "day", "of the last check"),
    ("days_seen", SMALL, "days", "with a check"),
    ("leave_threshold", REAL, "", "Exp(1): integrated hazard at which the member leaves"),
    ("mute_threshold", REAL, "", "the same for muting"),
    ("warmth_base", REAL, "warmth", "warmth in the long run, from the acquaintances in the channel"),
    ("next", SMALL, "", "the person's next membership, or NONE"),
    ("came_from", SMALL, "", "channel the member moved from, or NONE"),
    ("left_at", WHOLE, "us", "exit, NEVER until then"),
    ("reward", REAL, "yuan", "reference reward"),
    ("habit", REAL, "share", "how predictable rewards are"),
    ("rewarded_at", WHOLE, "us", "last reward"),
    ("joined_at", WHOLE, "us", "entry"),
    ("checks", SMALL, "", "so far"),
    ("posts", SMALL, "", "messages written"),
    ("spoke_on", SMALL, "day", "of the last message, the first day being 1; 0: none yet"),
    ("mode", FLAG, "", "ABSENT, ATTENTIVE, MUTED or GONE"),
    ("screened_out", FLAG, "", "1: was declined at the door"),
    ("debut", FLAG, "", "the first message: 0 not yet, 1 unanswered, 2 goes on writing, 3 has said it"),
    ("folded", FLAG, "", "1: the chat list of the person has folded it away"),
    ("told", FLAG, "", "1: was told at the entry when the next event takes place"),
)  # fmt: skip

ROSTER: Final = table(
    "ROSTER", "a place on the roster of a channel: who may speak there, in order of entry (at the start of number)",
    ("cumulative", REAL, "", "sociability of this member and of those before, inside the channel"),
    ("seat", WHOLE, "", "membership"),
)  # fmt: skip

NEWEST: Final = table("NEWEST", "the ring of the newest messages of a channel", ("message", WHOLE, "", "number"))

MESSAGE: Final = table(
    "MESSAGE", "something on the screen of a channel",
    ("time", WHOLE, "us", "when it was posted"),
    ("sentiment", REAL, "-1..1", "unkind below -0.1"),
    ("author", SMALL, "", "person, NONE: the operator"),
    ("stimulus", SMALL, "", "stimulus, or NONE"),
    ("incident", SMALL, "", "incident it is about, or NONE"),
    ("kind", SMALL, "", "code of the event that posted it"),
    ("removed", FLAG, "", "1: taken away"),
    ("answered", FLAG, "", "0 no, 1 by a member, 2 by staff"),
    ("channel", SMALL, "", "where"),
    ("row", WHOLE, "", "sequence number of the event"),
    ("reward", REAL, "yuan", "per taker; of a plan: its justice; of a member's: how much it brings the brand to mind"),
    ("deadline", REAL, "us", "until when one can take part"),
    ("audience", REAL, "", "in a feed: observed fit below which nobody sees it"),
    ("takers", SMALL, "", "places left; negative: no limit"),
    ("ask_before", SMALL, "", "the call before this one, a message, or NONE"),
)  # fmt: skip

STIMULUS: Final = table(
    "STIMULUS", "what an operator's message does to those who read it; the kernel knows stimuli, not campaigns",
    ("content", REAL, "0..2", "weight of content that meets the needs of the group"),
    ("quality", REAL, "0..1", "how good it is"),
    ("promotion", REAL, "0..2", "weight of advertising"),
    ("recall", REAL, "0..2", "how much it brings the brand to mind"),
    ("talk", REAL, "0..5", "replies it draws, relative to the usual post of an operator"),
    ("ask", REAL, "0..1", "share of interested readers who take part"),
    ("bond", REAL, "0..1", "warmth that taking part adds"),
    ("certainty", REAL, "0..1", "1: the reward is fixed and expected; 0: a surprise"),
    ("pull", REAL, "0..2", "how much it makes people look at once, relative to a red packet"),
    ("discount", REAL, "0..1", "share of the price"),
    ("discount_hours", REAL, "hours", "for how long the discount holds"),
    ("deadline_hours", REAL, "hours", "for how long one can take part"),
    ("herd", REAL, "0..1", "1: it shows how many have ordered"),
    ("roll", REAL, "0..1", "1: staff keep a list of who takes part"),
    ("session", REAL, "0..1", "1: one can take part unless busy at that hour of the week"),
    ("live", REAL, "0..1", "1: the content is worth something only as long as one can take part"),
    ("claim", REAL, "0..1", "how great a result it promises"),
    ("topic", REAL, "", "what it is about: place in TOPICS, 0 nothing in particular"),
    ("coupon_hours", REAL, "hours", "for how long a coupon holds that one gets by taking part; 0: there is none"),
    ("coupon_yuan", REAL, "yuan", "what the coupon takes off an order"),
    ("coupon_share", REAL, "0..1", "share of an order that the coupon takes off besides"),
    ("coupon_over", REAL, "yuan", "least order for which it holds"),
    ("coupon_dated", REAL, "0..1", "1: it ends so many hours after the post, 0: after it was taken"),
    ("coupon_passes", REAL, "0..1", "1: it can be passed on"),
    ("coupon_inside", REAL, "0..1", "1: it holds for present members only"),
    ("pretext", REAL, "0..1", "how far the reason given for a discount keeps it from being taken for the usual price"),
    ("guise", REAL, "0..1", "1: posted by an account of staff that passes for a member"),
    ("honour", REAL, "0..1", "how much it honours somebody in public"),
    ("goods", REAL, "", "which of the goods it is about, from 1 on"),
    ("wanted_by", REAL, "share", "people who have a use for these goods; 0: all"),
    ("puzzle", REAL, "0..1", "chance that somebody who would take part does not see what to do"),
    ("level", REAL, "0..1", "how much it takes to follow it; 0: nothing in particular"),
)  # fmt: skip


class Stimulus(NamedTuple):
    """The attributes of an operator's message, see STIMULUS; what is not said is as usual."""

    content: float = 0.0
    quality: float = 0.5
    promotion: float = 0.0
    recall: float = 0.0
    talk: float = 0.8
    ask: float = 0.0
    bond: float = 0.0
    certainty: float = 1.0
    pull: float = 0.0
    discount: float = 0.0
    discount_hours: float = 0.0
    deadline_hours: float = 0.0
    herd: float = 0.0
    roll: float = 0.0
    session: float = 0.0
    live: float = 0.0
    claim: float = 0.0
    topic: float = 0.0
    coupon_hours: float = 0.0
    coupon_yuan: float = 0.0
    coupon_share: float = 0.0
    coupon_over: float = 0.0
    coupon_dated: float = 0.0
    coupon_passes: float = 0.0
    coupon_inside: float = 0.0
    pretext: float = 0.0
    guise: float = 0.0
    honour: float = 0.0
    goods: float = 0.0
    wanted_by: float = 0.0
    puzzle: float = 0.0
    level: float = 0.0


INCIDENT: Final = table(
    "INCIDENT", "something that went wrong",
    ("opened_at", WHOLE, "us", "when it began"),
    ("responded_at", WHOLE, "us", "first response of the staff, NONE until then"),
    ("closed_at", WHOLE, "us", "end of its handling, NONE until then"),
    ("severity", REAL, "0..1", "how bad it is"),
    ("channel", SMALL, "", "where"),
    ("aggrieved", SMALL, "members", "hurt by it"),
)  # fmt: skip

DUE: Final = table(
    "DUE", "an entry of the queue of what is due; live only",
    ("time", WHOLE, "us", "when"),
    ("ordinal", WHOLE, "", "which one, among those of a person at the same time"),
    ("person", SMALL, "", "whose, or NONE"),
    ("message", SMALL, "", "message it follows, or NONE; of an invitation: the channel to be left, or NONE"),
    ("what", SMALL, "", "what is due"),
    ("where", SMALL, "", "channel, or NONE"),
)  # fmt: skip

DIARY: Final = table(
    "DIARY", "where a person stands in the streams of habitual checks and of occasions to buy; live only",
    ("tau", REAL, "days", "operational time of the last candidate check"),
    ("need", REAL, "days", "time of the last occasion, in needs"),
    ("checks", WHOLE, "", "candidates drawn"),
    ("needs", WHOLE, "", "occasions drawn"),
    ("looks", WHOLE, "", "1: habitual looks are going on"),
)  # fmt: skip

NOTE: Final = table(
    "NOTE", "something that staff can notice; live only",
    ("row", WHOLE, "", "sequence number of the event"),
    ("time", WHOLE, "us", "when"),
    ("kind", WHOLE, "", "code of the event"),
    ("group", WHOLE, "", "where"),
    ("actor", WHOLE, "", "who"),
    ("message", WHOLE, "", "message on the screen, or NONE"),
    ("amount", REAL, "yuan", "of an order: paid; of a coupon that was used: taken off"),
)  # fmt: skip

COUNTS: Final = table(
    "COUNTS", "how full the buffers of the loop are; live only",
    ("queued", WHOLE, "", "entries of the queue"),
    ("logged", WHOLE, "", "rows not yet handed to the log"),
    ("first", WHOLE, "", "sequence number of the first of them"),
    ("waiting", WHOLE, "", "notes not yet read"),
)  # fmt: skip

#: What a world and what a state is made of, for the generated pages.
WORLD_TABLES: Final = (WORLD, TRAITS, TIE, HEAT)
STATE_TABLES: Final = (STATE, LEDGER, CHANNEL, STIMULUS, INCIDENT, PERSON, WALLET, MEMBERSHIP, ROSTER, NEWEST, MESSAGE)
