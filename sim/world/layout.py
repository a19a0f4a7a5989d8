"""The layout of a world in memory: rows of f8 in one array a stage, and the names of their columns.

Two arrays hold it: `world` (never changes) and `state` (a pure fold over the log). What only the running simulation needs stands in
`sim.kernel.advance.Loop`. Times are microseconds, numbers of persons, groups, messages are whole; both are
exact in f8 up to 2**53. One array a stage keeps signatures short: with records in named tuples the kernel took 54 s to
compile and ran 2.5 times slower (docs/decisions/0001-rows-in-one-array.md).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sim.compiled import compiled

NEVER: Final = float(2**62)
#: No array has more places.
PLACES: Final = 2**40 - 1

# How a person stands to the group (M_MODE)
ABSENT, ATTENTIVE, MUTED, GONE = range(4)

#: A person's traits: what never changes within a run.
T_ARRIVAL = 0  # us: first attempt to join; NEVER: only by referral or by an incident
T_SHIFT = 1  # us: how much later than the average the person lives
T_SOCIABILITY = 2
T_CHECK_RATE = 3  # 1/day, habitual
T_MATCH_TALK = 4  # how well a stranger's message, content, a promotion meets the person's needs, 0..1
T_MATCH_CONTENT = 5
T_MATCH_PROMOTION = 6
T_REWARD_WEIGHT = 7
T_PRICE_WEIGHT = 8
T_SUSCEPTIBILITY = 9
T_ADVERT_RATE = 10  # adverts per check while the norm is whole
T_LEAVE_THRESHOLD = 11  # Exp(1): integrated hazard at which the person acts
T_MUTE_THRESHOLD = 12
T_VENT_THRESHOLD = 13  # anger at which the person complains in public
T_WARMTH_BASE = 14  # warmth in the long run, from the number of acquaintances
T_TAG = 15  # what the operator can see of match_content before entry, noisy
T_TYPE = 16
T_SOURCE = 17
T_GROUP = 18
T_COHORT = 19
T_WIDTH = 20

#: A member's state: what moves, only through events.
M_AT = 0  # us: decays have been applied up to here
M_JOINED_AT = 1
M_CHECKED_AT = 2
M_ANGRY_AT = 3
M_REWARDED_AT = 4
M_COUPON_UNTIL = 5
M_LAST_DAY = 6
M_VALUE = 7
M_WARMTH = 8
M_MOOD = 9
M_ANGER = 10
M_LOSS = 11  # trust lost
M_SATIATION = 12
M_RECALL = 13
M_REWARD = 14  # reference reward, yuan
M_HABIT = 15  # how predictable rewards are, 0..1
M_REFERENCE_PRICE = 16
M_COUPON = 17  # share of the price
M_LEAVE_CLOCK = 18
M_MUTE_CLOCK = 19
M_LEFT_NEAR = 20  # acquaintances who left lately
M_TIED_UNREAD = 21
M_MODE = 22
M_READ_TO = 23  # ordinal of the last message of the group that lies behind the person
M_WAITING = 24  # own message that nobody has answered yet, or NONE
M_ASKED_BEFORE = 25  # stimuli up to here were considered before the last check
M_ASKED = 26
M_OFFER = 27  # offer read at the last check, or NONE
M_PROMPT = 28  # message that last brought the brand to mind
M_INCIDENT = 29
M_SOOTHED = 30
M_DAYS_SEEN = 31
M_CHECKS = 32
M_POSTS = 33
M_ORDERS = 34
M_SCREENED_OUT = 35
M_WIDTH = 36

#: A group.
G_BREACH_AT = 0
G_HERD_AT = 1
G_FOUNDED_AT = 2  # NEVER until founded
G_BREACH = 3  # adverts left standing, decaying
G_HERD = 4  # orders lately seen, decaying
G_PLANNED = 5
G_LEAST_TAG = 6  # observed fit below which nobody is let in
G_ASK = 7  # newest stimulus that asks for something
G_ORDINAL = 8  # messages so far
G_MEMBERS = 9
G_MUTED = 10
G_CAPACITY = 11
G_RULES = 12
G_CLOSED = 13
G_NEXT_REFERRAL = 14  # place in the roster from which referred persons are taken
G_WIDTH = 15

#: A message.
MSG_TIME = 0
MSG_ROW = 1  # sequence number of the event
MSG_DEADLINE = 2
MSG_SENTIMENT = 3
MSG_REWARD = 4
MSG_TAKERS = 5  # places left; negative: no limit
MSG_AUTHOR = 6  # person, NONE: the operator
MSG_GROUP = 7
MSG_ASK_BEFORE = 8
MSG_KIND = 9
MSG_STIMULUS = 10
MSG_INCIDENT = 11
MSG_REMOVED = 12
MSG_ANSWERED = 13  # 0 no, 1 by a member, 2 by staff
MSG_WIDTH = 14


#: So many of a group's newest messages can be found again; the one with ordinal n at n % RECENT.
RECENT: Final = 512


class Stimulus(NamedTuple):
    """What an operator's message does to those who read it. The kernel knows stimuli, not campaigns."""

    content: float = 0.0
    """weight of content that meets the needs of the group, 0..2"""
    quality: float = 0.5
    """how good it is, 0..1"""
    promotion: float = 0.0
    """weight of advertising, 0..2"""
    recall: float = 0.0
    """how much it brings the brand to mind, 0..2"""
    talk: float = 0.8
    """replies it draws, relative to the usual post of an operator, 0..5"""
    ask: float = 0.0
    """share of interested readers who take part, 0..1"""
    bond: float = 0.0
    """warmth that taking part adds, 0..1"""
    certainty: float = 1.0
    """1: the reward is fixed and expected; 0: a surprise"""
    pull: float = 0.0
    """how much it makes people look at once, relative to a red packet, 0..2"""
    discount: float = 0.0
    """share of the price, 0..1"""
    discount_hours: float = 0.0
    """for how long the discount holds, hours"""
    deadline_hours: float = 0.0
    """for how long one can take part, hours"""
    herd: float = 0.0
    """1: it shows how many have ordered"""


STIMULUS_FIELDS: Final = Stimulus._fields

#: A stimulus; see Stimulus.
ST_CONTENT = 0
ST_QUALITY = 1
ST_PROMOTION = 2
ST_RECALL = 3
ST_TALK = 4
ST_ASK = 5
ST_BOND = 6
ST_CERTAINTY = 7
ST_PULL = 8
ST_DISCOUNT = 9
ST_DISCOUNT_HOURS = 10
ST_DEADLINE_HOURS = 11
ST_HERD = 12
ST_WIDTH = 13

#: An incident.
INC_OPENED_AT = 0
INC_RESPONDED_AT = 1
INC_SETTLED_AT = 2
INC_SEVERITY = 3
INC_GROUP = 4
INC_AGGRIEVED = 5
INC_WIDTH = 6

#: The first row of the state: where the others are, prices, money and hours so far.
SHOP_GROUPS_AT = 0  # where the rows of groups begin
SHOP_STIMULI_AT = 1  # where the rows of stimuli begin
SHOP_INCIDENTS_AT = 2  # where the rows of incidents begin
SHOP_MEMBERS_AT = 3  # where the rows of members begin
SHOP_MESSAGES_AT = 4  # where the rows of messages begin
SHOP_RECENT_AT = 5  # where the numbers of the newest messages of each group begin [groups, RECENT]
SHOP_EVENTS = 6
SHOP_MESSAGES = 7
SHOP_INCIDENTS = 8
SHOP_PRICE = 9
SHOP_UNIT_COST = 10
SHOP_REVENUE = 11
SHOP_MARGIN = 12
SHOP_BENEFITS = 13
SHOP_REFUNDS = 14
SHOP_WAGES = 15
SHOP_HOURS = 16
SHOP_CHAIN_HIGH = 17  # hash over all events, in two halves
SHOP_CHAIN_LOW = 18
SHOP_WIDTH = 19

# The head of the world: behaviour parameters first, then the day, the market, where the lists begin, then the traits.
W_PARAMETERS = 0
W_HOURS = 128  # relative rate of checks in each hour of the day, mean 1 [24]
W_HOURS_BEFORE = 152  # its integral, days [25]
W_NEEDS = 177  # occasions to buy per person and day
W_ODDS = 178  # odds of this brand at no exposure
W_PRICE = 179  # yuan, usual order
W_PEAKS = 180  # number of peak hours
W_PEAK_HOURS = 181  # hours of the day [6]
W_PERSONS = 187
W_TIES_START_AT = 188  # [persons + 1] places in the list of ties
W_TIES_AT = 189  # acquaintances, sorted per person
W_ROSTER_START_AT = 190  # [groups + 1]
W_ROSTER_AT = 191  # persons of each group in order of their number [persons]
W_WEIGHT_AT = 192  # cumulative sociability inside the group [persons]
W_TRAITS = 193


@compiled
def natural(number):
    """A number that counts or finds something; knowing it is not negative, compiled code need not look from the end of an array."""
    return int(number) & PLACES


@compiled
def trait_row(person):
    """Where a person's traits begin in the world."""
    return W_TRAITS + natural(person) * T_WIDTH


@compiled
def member_row(state, person):
    """Where a member's row begins in the state."""
    return natural(state[SHOP_MEMBERS_AT]) + natural(person) * M_WIDTH


@compiled
def group_row(state, group):
    """Where a group's row begins in the state."""
    return natural(state[SHOP_GROUPS_AT]) + natural(group) * G_WIDTH


@compiled
def message_row(state, number):
    """Where a message's row begins in the state."""
    return natural(state[SHOP_MESSAGES_AT]) + natural(number) * MSG_WIDTH


@compiled
def recent_place(state, group, ordinal):
    """Where the number of the message with this ordinal in its group stands in the state."""
    return natural(state[SHOP_RECENT_AT]) + natural(group) * RECENT + natural(ordinal) % RECENT


@compiled
def stimulus_row(state, number):
    """Where a stimulus' row begins in the state."""
    return natural(state[SHOP_STIMULI_AT]) + natural(number) * ST_WIDTH


@compiled
def incident_row(state, number):
    """Where an incident's row begins in the state."""
    return natural(state[SHOP_INCIDENTS_AT]) + natural(number) * INC_WIDTH


@compiled
def first_tie(world, person):
    """Where a person's acquaintances begin in the world; those of the next person begin where they end."""
    return int(world[W_TIES_AT]) + int(world[int(world[W_TIES_START_AT]) + int(person)])


@compiled
def first_of_roster(world, group):
    """Number of the first place of a group in the roster; the next group's first place is where it ends."""
    return int(world[int(world[W_ROSTER_START_AT]) + int(group)])


@compiled
def on_roster(world, place):
    """The person at a place of the roster."""
    return int(world[int(world[W_ROSTER_AT]) + place])
