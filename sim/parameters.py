"""Every behaviour parameter of the member model: unit, range, source and how sure we are. The values are in the yaml.

One set of values serves every scenario; its hash stands in every manifest. The equations are in docs/model.md. What the yaml leaves
out is off, see `unset`.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Annotated, Final, get_args

from sim.allowed import hints_of
from sim.scenario import parameter, settings
from sim.vocabulary.tables import REAL, Field, Table


@settings
class Parameters:
    """Behaviour of members. The comment of a section says what it is about."""

    # Attention
    value_reference: Annotated[
        float, parameter("value", 0.05, 2, "assumed", "closure: QREF, fixed because confounded with read_scale", (0.45, 0.55))
    ]
    """value at which checks and replies are no longer held back"""
    check_floor: Annotated[float, parameter("share", 0, 0.5, "assumed", "closure: QMIN", (0.02, 0.05))]
    """share of habitual checks that is left at no value"""
    muted_checks: Annotated[float, parameter("share", 0, 1, "assumed", "model 2, closure: 0.3 to 0.6", (0.3, 0.6))]
    """checks of a muted member relative to an attentive one"""
    read_cap: Annotated[float, parameter("messages", 1, 400, "paper", "Ren & Kraut 2014")]
    """messages read at a check at most"""
    fresh_days: Annotated[float, parameter("days", 0.1, 30, "assumed", "closure: FRESH", (1.0, 2.5))]
    """older messages are not read any more"""

    # Value of the group to a member (moves only at checks)
    value_start: Annotated[float, parameter("value", -0.3, 1, "assumed", "closure: Q0", (0.45, 0.55))]
    """value expected on joining"""
    value_days: Annotated[float, parameter("days", 0.5, 90, "assumed", "closure", (5, 9))]
    """memory of value"""
    read_scale: Annotated[
        float, parameter("messages", 0.1, 50, "assumed", "closure: X0; form Ren & Kraut 2014 (diminishing benefit)", (2.6, 3.4))
    ]
    """matching messages that give 63 % of the benefit"""
    tied_worth: Annotated[float, parameter("messages", 0, 10, "assumed", "closure", (1.5, 2.5))]
    """extra worth of a message by an acquaintance"""
    open_cost: Annotated[float, parameter("value", 0, 1, "assumed", "closure: KOPEN", (0.11, 0.15))]
    """cost of opening the group"""
    read_cost: Annotated[float, parameter("value", 0, 1, "assumed", "closure: KREAD; form Ren & Kraut 2014", (0.12, 0.18))]
    """cost of reading a full screen"""
    overload_cost: Annotated[float, parameter("value", 0, 1, "assumed", "closure: KOVER", (0.1, 0.2))]
    """cost of each further screen left unread, capped at two"""
    promotion_cost: Annotated[float, parameter("value/message", 0, 1, "assumed", "closure: KPROMO", (0.03, 0.05))]
    """cost of a promotion read"""
    advert_cost: Annotated[
        float, parameter("value/message", 0, 1, "assumed", "B04a, B11: adverts of members annoy more", (0.05, 0.12))
    ]
    """cost of a member's advert read"""
    operator_cost: Annotated[float, parameter("value/message", 0, 1, "assumed", "closure: KOPN", (0.025, 0.045))]
    """cost of any operator message read"""
    content_satiation: Annotated[float, parameter("messages", 1, 500, "assumed", "closure: sat", (18, 35))]
    """operator messages a week that halve what content is worth"""
    satiation_days: Annotated[float, parameter("days", 0.5, 90, "assumed", "closure", (5, 9))]
    """memory of satiation"""

    # Warmth (belonging)
    warmth_floor: Annotated[float, parameter("warmth", 0, 1, "assumed", "closure: wb", (0.02, 0.06))]
    """warmth of a stranger in the long run"""
    warmth_ties: Annotated[float, parameter("warmth", 0, 1, "assumed", "closure: wb", (0.5, 0.7))]
    """warmth that many acquaintances add"""
    warmth_degree: Annotated[float, parameter("members", 0.5, 50, "assumed", "closure: wb", (4, 6))]
    """acquaintances that give 63 % of it"""
    warmth_start: Annotated[float, parameter("warmth", 0, 1, "assumed", "closure: W0", (0.17, 0.23))]
    """warmth on joining"""
    warmth_days: Annotated[float, parameter("days", 1, 365, "assumed", "closure; model 3", (16, 28))]
    """memory of warmth"""
    reply_warmth: Annotated[
        float,
        parameter(
            "warmth",
            0,
            1,
            "assumed",
            "closure: 0.04, lowered until unmanaged groups age as real ones; direction Joyce & Kraut 2006",
            (0.025, 0.045),
        ),
    ]
    """gain by another member's reply"""
    staff_warmth: Annotated[float, parameter("warmth", 0, 1, "assumed", "closure; direction is an input", (0.2, 0.35))]
    """gain by an immediate reply of staff, at full friendliness"""
    staff_hours: Annotated[float, parameter("hours", 0.1, 72, "assumed", "closure", (2, 8))]
    """delay that halves it"""
    answer_warmth: Annotated[float, parameter("warmth", 0, 1, "assumed", "closure", (0.1, 0.2))]
    """gain by an immediate answer to a question"""
    answer_value: Annotated[float, parameter("value", 0, 1, "assumed", "closure", (0.02, 0.04))]
    """value gained by it"""
    answer_hours: Annotated[float, parameter("hours", 0.05, 72, "assumed", "closure", (0.5, 2))]
    """delay that halves both"""
    ignored_hours: Annotated[float, parameter("hours", 0.5, 240, "assumed", "closure", (8, 18))]
    """wait after which a message counts as ignored"""
    ignored_warmth: Annotated[float, parameter("factor", 0, 1, "assumed", "closure", (0.9, 0.97))]
    """warmth left after being ignored"""
    ignored_value: Annotated[float, parameter("value", 0, 1, "assumed", "closure", (0.02, 0.04))]
    """value lost by an ignored question"""
    care_warmth: Annotated[float, parameter("warmth", 0, 1, "assumed", "C33, D60; direction is an input", (0.12, 0.28))]
    """gain by private care"""
    welcome_warmth: Annotated[float, parameter("warmth", 0, 1, "assumed", "C19, D51; direction is an input", (0.05, 0.15))]
    """gain by an immediate welcome"""
    welcome_hours: Annotated[float, parameter("hours", 0.1, 240, "assumed", "C19", (6, 24))]
    """delay that halves it"""

    # Posting
    post_scale: Annotated[float, parameter("posts/check", 0, 5, "assumed", "closure: MU", (0.035, 0.045))]
    """scale of spontaneous posts"""
    post_floor: Annotated[float, parameter("warmth", 0, 1, "assumed", "closure: P0", (0.06, 0.1))]
    """drive without warmth"""
    novelty_weight: Annotated[float, parameter("warmth", 0, 20, "assumed", "closure", (1.5, 2.5))]
    """drive of a brand-new group"""
    novelty_days: Annotated[float, parameter("days", 0.05, 30, "assumed", "closure", (0.5, 1))]
    """age in days with a check at which novelty begins to fall"""
    novelty_exponent: Annotated[float, parameter("1", 0.1, 3, "assumed", "closure; ageing in validation", (0.9, 1.1))]
    """exponent of its fall"""
    loafing: Annotated[
        float, parameter("1", 0, 1, "assumed", "closure; social loafing, Karau & Williams 1993 (direction)", (0.2, 0.4))
    ]
    """exponent by which a larger audience lowers each one's posting"""
    question_share: Annotated[float, parameter("share", 0, 1, "assumed", "closure", (0.1, 0.2))]
    """spontaneous posts that ask the operator something"""

    # Replies
    replies_mean: Annotated[
        float,
        parameter(
            "replies/message",
            0,
            0.95,
            "assumed",
            "closure: N0 = 0.72, less what authors add themselves; form P7: geometric, mean 0.6 to 0.75",
            (0.63, 0.69),
        ),
    ]
    """mean replies a message seeks"""
    answer_replies: Annotated[
        float, parameter("factor", 0, 1, "assumed", "an answer closes an exchange more often than it opens one", (0.1, 0.25))
    ]
    """replies sought by an answer of staff, relative to a member's message"""
    operator_replies: Annotated[float, parameter("factor", 0, 1, "assumed", "closure", (0.4, 0.6))]
    """the same for an operator's content"""
    turn_share: Annotated[
        float,
        parameter(
            "share",
            0,
            0.95,
            "assumed",
            "model 3: members post in turns; validation: same sender writes next .3 to .57",
            (0.35, 0.55),
        ),
    ]
    """chance that whoever begins to talk adds another message"""
    turn_minutes: Annotated[float, parameter("minutes", 0.01, 60, "assumed", "model 3", (0.4, 1.2))]
    """median time until an author adds something"""
    fast_share: Annotated[
        float,
        parameter("share", 0, 1, "assumed", "model 3; P8: Pielot 2014, Kooti 2015 give the range of the result", (0.65, 0.75)),
    ]
    """replies that come fast"""
    fast_minutes: Annotated[float, parameter("minutes", 0.05, 600, "assumed", "model 3: 1.5, closure: 2; P8", (1.5, 2.5))]
    """median delay of a fast reply"""
    slow_minutes: Annotated[float, parameter("minutes", 0.5, 6000, "assumed", "model 3; P8", (45, 75))]
    """median delay of a slow reply"""
    delay_spread: Annotated[float, parameter("log", 0, 4, "assumed", "model 3; validation 1.3 to 2.4 in all", (1.0, 1.4))]
    """spread of the logarithm of a delay"""
    morning_share: Annotated[float, parameter("share", 0, 1, "assumed", "model 3", (0.3, 0.7))]
    """replies due at night that wait for the morning"""
    consent_floor: Annotated[float, parameter("share", 0, 1, "assumed", "closure", (0.12, 0.18))]
    """readiness to reply without warmth"""

    # Leaving and muting
    leave_rate: Annotated[float, parameter("1/day", 0, 1, "assumed", "closure", (0.001, 0.002))]
    """hazard of leaving at the reference state"""
    mute_rate: Annotated[
        float, parameter("1/day", 0, 1, "assumed", "closure: 0.0025, mended; P11 survey of 2002 people", (0.003, 0.005))
    ]
    """hazard of muting at the reference state and a calm screen"""
    muted_leave: Annotated[float, parameter("factor", 0, 1, "assumed", "D37: staying is the easy option", (0.3, 0.7))]
    """hazard of leaving of a muted member, relative"""
    tenure_days: Annotated[float, parameter("days", 0.5, 90, "assumed", "model 6", (5, 9))]
    """time in which a newcomer's restlessness fades"""
    tenure_gain: Annotated[float, parameter("factor", 0, 10, "assumed", "model 6", (1.5, 2.5))]
    """extra hazard of a newcomer"""
    hazard_value: Annotated[float, parameter("1/value", 0, 10, "assumed", "model 6", (1.5, 2.5))]
    """how value lowers both hazards"""
    hazard_warmth: Annotated[float, parameter("1/warmth", 0, 10, "assumed", "model 6", (1, 2))]
    """how warmth lowers both hazards"""
    hazard_loss: Annotated[float, parameter("1/trust", 0, 10, "assumed", "model 6", (1, 2))]
    """how lost trust raises both hazards"""
    operator_load: Annotated[float, parameter("messages", 0, 50, "assumed", "closure; direction Wohllebe 2021 (P13)", (3, 7))]
    """messages that one operator message weighs in the muting hazard"""
    contagion: Annotated[float, parameter("factor", 0, 10, "paper", "Nitzan & Libai 2011: +80 % per neighbour who left")]
    """extra hazard of leaving per acquaintance who left lately"""
    contagion_days: Annotated[float, parameter("days", 1, 365, "assumed", "model 6", (20, 40))]
    """how long that lasts"""

    # Anger and trust
    mood_minutes: Annotated[float, parameter("minutes", 1, 600, "paper", "Fan 2019: emotions last 1.25 to 1.5 h")]
    """memory of mood"""
    mood_gain: Annotated[float, parameter("mood", 0, 2, "assumed", "model 4; structure Schweitzer & Garcia 2010", (0.2, 0.4))]
    """mood moved by one message of full sentiment"""
    anger_growth: Annotated[float, parameter("1/day^2", 0, 10, "assumed", "D40, G026: waiting inflames, convex", (0.5, 1.5))]
    """growth of anger while nobody reacts"""
    anger_peak: Annotated[float, parameter("days", 0.1, 30, "assumed", "F35: crises fade after a few days", (1, 3))]
    """wait after which anger stops growing"""
    anger_days: Annotated[float, parameter("days", 0.2, 90, "assumed", "F35", (3, 8))]
    """memory of anger after that"""
    anger_spread: Annotated[float, parameter("anger", 0, 2, "assumed", "B28 to B29; D14 bandwagon", (0.05, 0.15))]
    """anger caught at one check from complaints of full sentiment"""
    anger_caught: Annotated[
        float,
        parameter(
            "anger",
            0.01,
            3,
            "assumed",
            "F35: fades after a few days; without a limit one hurt member drove out half of a group",
            (0.3, 0.5),
        ),
    ]
    """anger that reading alone can lead to"""
    vent_chance: Annotated[float, parameter("share", 0, 1, "assumed", "model 4", (0.3, 0.7))]
    """chance that an angry member complains at a check"""
    vent_left: Annotated[float, parameter("share", 0, 1, "assumed", "model 4: posting releases", (0.4, 0.6))]
    """anger left after venting"""
    question_anger: Annotated[float, parameter("anger", 0, 2, "assumed", "B06a", (0.06, 0.18))]
    """anger by an ignored question"""
    removal_anger: Annotated[float, parameter("anger", 0, 2, "assumed", "B11: the guest is upset", (0.15, 0.45))]
    """anger of the author of a message that is taken away"""
    trust_loss: Annotated[float, parameter("trust", 0, 1, "assumed", "model 4", (0.15, 0.35))]
    """trust lost per unit of anger felt"""
    loss_days: Annotated[float, parameter("days", 1, 1000, "assumed", "model 4: damage lasts", (30, 120))]
    """memory of lost trust"""
    repair: Annotated[
        float,
        parameter("share", 0, 1, "assumed", "de Matos 2007 gives the bound only: never above the level before", (0.7, 1.0)),
    ]
    """share of loss that a just and immediate plan repairs"""
    repair_hours: Annotated[float, parameter("hours", 0.2, 500, "assumed", "model 4: h", (8, 48))]
    """delay that halves the repair"""

    # Norms
    breach_gain: Annotated[float, parameter("logit", 0, 3, "paper", "Cheng 2017: trolling doubles")]
    """readiness to advertise per advert left standing"""
    breach_cap: Annotated[float, parameter("adverts", 0, 20, "assumed", "model 7: saturating", (2, 4))]
    """standing adverts that count at most"""
    breach_days: Annotated[float, parameter("days", 0.2, 60, "assumed", "model 7: recent", (2, 5))]
    """how long a standing advert is seen"""
    rules_effect: Annotated[float, parameter("logit", 0, 3, "paper", "Matias 2019: +8 points compliance")]
    """readiness taken away by posted rules"""
    rules_courage: Annotated[float, parameter("factor", 0.1, 10, "paper", "Matias 2019: 70 % more newcomers take part")]
    """how much readier posted rules make who has not written yet to write"""

    # Rewards
    reward_scale: Annotated[float, parameter("yuan", 0.05, 1000, "assumed", "model 5", (1.5, 3))]
    """surprise that counts as one unit of value"""
    reward_gain: Annotated[float, parameter("value", 0, 2, "assumed", "closure: one day's step", (0.1, 0.2))]
    """value per unit of surprise"""
    habit_rate: Annotated[float, parameter("share", 0, 1, "assumed", "model 5: Baucells & Sarin 2010", (0.15, 0.25))]
    """step of the reference reward per claim"""
    loss_aversion: Annotated[float, parameter("factor", 1, 5, "paper", "Tversky & Kahneman 1992")]
    """weight of a reward missed"""
    pull_share: Annotated[float, parameter("share", 0, 1, "assumed", "closure", (0.25, 0.45))]
    """members who look at once when a packet comes"""
    uncertain_gain: Annotated[
        float, parameter("factor", 1, 5, "assumed", "closure; Shen 2015: 70 % against 43 % take part; an input", (1.3, 1.9))
    ]
    """the same for an uncertain reward"""
    uncertain_odds: Annotated[float, parameter("factor", 0.1, 20, "paper", "Shen 2015: 70 % against 43 % take part, odds 3.1")]
    """odds of taking part for an uncertain reward, relative to a fixed one"""

    # Word of mouth
    referral_rate: Annotated[float, parameter("1/day", 0, 5, "assumed", "closure", (0.02, 0.06))]
    """referrals of a member at full warmth and value"""

    # Buying
    recall_days: Annotated[float, parameter("days", 0.02, 30, "assumed", "C36: photos 2 to 3 h before meals", (0.3, 0.8))]
    """memory of a brand seen"""
    recall_effect: Annotated[float, parameter("logit", 0, 5, "assumed", "D46, G106", (0.5, 1.1))]
    """odds of buying per unit of recall, saturating"""
    warmth_effect: Annotated[float, parameter("logit", 0, 5, "assumed", "G108", (0.5, 1.5))]
    """odds of buying per unit of warmth"""
    loss_effect: Annotated[float, parameter("logit", 0, 10, "assumed", "B05, B10", (1, 3))]
    """odds lost per unit of trust lost"""
    herd_effect: Annotated[float, parameter("logit", 0, 5, "practice", "C02, F20: order rate +30 %, taken as relative")]
    """odds per logarithm of visible orders"""
    herd_hours: Annotated[float, parameter("hours", 0.1, 100, "assumed", "C02", (3, 12))]
    """how long an order is seen"""
    reference_rate: Annotated[float, parameter("share", 0, 1, "assumed", "F28: members remember what they paid", (0.2, 0.4))]
    """step of the reference price per purchase"""
    impulse: Annotated[float, parameter("share", 0, 1, "assumed", "C22", (0.08, 0.22))]
    """members who consider buying on reading an offer"""

    # Private words and requests
    contact_days: Annotated[float, parameter("days", 0.5, 90, "assumed", "B17, B18; mechanisms: law 12, 7 d", (4, 10))]
    """memory of private words of pressure"""
    contact_tolerance: Annotated[
        float, parameter("words", 0, 100, "assumed", "mechanisms: tolerance 2 private messages a week", (1, 4))
    ]
    """private words of pressure that are borne"""
    contact_cost: Annotated[float, parameter("value", 0, 1, "assumed", "mechanisms: law 12, 0.02", (0.01, 0.04))]
    """value lost by each word beyond"""
    contact_anger: Annotated[
        float, parameter("anger", 0, 2, "assumed", "G042, B08; mechanisms: law 12, 0.2 once opted out", (0.05, 0.2))
    ]
    """anger by each word beyond"""
    favour_warmth: Annotated[float, parameter("warmth", 0, 1, "assumed", "C35, D60; mechanisms: law 4, 0.06", (0.03, 0.1))]
    """gain of whoever does staff a favour"""
    favour_days: Annotated[float, parameter("days", 1, 365, "assumed", "mechanisms: law 4, 30 d", (20, 45))]
    """memory of favours asked for"""
    favour_tolerance: Annotated[
        float, parameter("favours", 0, 20, "assumed", "C35: a bounded number; mechanisms: law 4, 2", (1.5, 3))
    ]
    """favours that can be asked for without being a burden"""
    favour_burden: Annotated[float, parameter("share", 0, 1, "assumed", "mechanisms: law 4, 0.05", (0.02, 0.1))]
    """warmth lost by one more"""
    gathering_warmth: Annotated[float, parameter("warmth", 0, 1, "assumed", "C39; mechanisms: law 4, 0.1", (0.05, 0.2))]
    """gain by a gathering"""
    outing_warmth: Annotated[float, parameter("warmth", 0, 1, "assumed", "C38, D61; mechanisms: law 4, 0.2", (0.1, 0.3))]
    """gain by going out with the owner"""
    ritual_warmth: Annotated[float, parameter("warmth", 0, 1, "assumed", "C19, D51", (0.02, 0.1))]
    """gain by an immediate ritual of welcome"""
    told_value: Annotated[float, parameter("value", 0, 1, "assumed", "C17, C18", (0.01, 0.05))]
    """value gained by knowing at once what comes next"""
    told_recall: Annotated[float, parameter("recall", 0, 2, "assumed", "C15, C17", (0.3, 0.9))]
    """brand brought to mind by a welcome that names services or the shop"""

    # Promises and topics
    claim_effect: Annotated[float, parameter("logit", 0, 5, "assumed", "C53, D15: a promise sells", (0.2, 0.8))]
    """odds of buying per unit of promise"""
    result_days: Annotated[float, parameter("days", 1, 365, "practice", "F30: a result after a month")]
    """time until the result of full effort"""
    effort: Annotated[float, parameter("share", 0, 1, "assumed", "mechanisms: law 7, 0.5", (0.35, 0.65))]
    """share of what is possible that a member does unaided"""
    coaching_effort: Annotated[float, parameter("share", 0, 1, "assumed", "C54, D55", (0.05, 0.2))]
    """effort added by each coaching; in a trial: what it adds to the result, twice as much with a baseline that shows it"""
    coaching_claim: Annotated[float, parameter("share", 0, 1, "assumed", "C54: the promise is put in its place", (0.7, 0.95))]
    """promise that is left after a coaching"""
    gap_anger: Annotated[float, parameter("anger", 0, 3, "assumed", "D15, G114; mechanisms: law 7, 0.5", (0.3, 0.8))]
    """anger by a result that falls short by all that can be promised"""
    topic_spread: Annotated[float, parameter("share", 0, 1, "assumed", "F76, D18", (0.1, 0.5))]
    """how much more a topic is worth to those who like it, and less to the others"""

    # Sessions
    busy_share: Annotated[float, parameter("share", 0, 1, "assumed", "D17, G041; mechanisms: law 8, 0.3", (0.2, 0.4))]
    """hours of the week at which a person is busy with something else"""

    # Coupons
    threshold_pull: Annotated[
        float, parameter("usual orders", 1, 5, "assumed", "C16, F53: 20 off 49 raises the order; mechanisms: 1.3", (1.1, 1.6))
    ]
    """order that is made for the sake of a coupon, median"""
    threshold_spread: Annotated[float, parameter("log", 0, 2, "assumed", "mechanisms: basket spread 0.4", (0.2, 0.6))]
    """spread of the logarithm of that order among occasions"""
    coupon_passed: Annotated[float, parameter("share", 0, 1, "assumed", "C57, E47; mechanisms: transfer 0.1", (0.05, 0.2))]
    """transferable coupons that are passed on by somebody who would never use them"""

    # Moving between channels
    invite_floor: Annotated[float, parameter("share", 0, 1, "assumed", "mechanisms: consent by value and warmth", (0.15, 0.35))]
    """accepted invitations of somebody at full value and no warmth"""
    move_warmth: Annotated[float, parameter("share", 0, 1, "assumed", "mechanisms: loss of warmth 0.3 a move", (0.6, 0.8))]
    """warmth that is carried over to the new group"""
    carry_share: Annotated[
        float, parameter("share", 0, 1, "assumed", "mechanisms: what is seen elsewhere comes back", (0.05, 0.2))
    ]
    """readers of a feed who tell their group of it, at full value"""

    # What goes wrong, and how it is handled
    unprepared: Annotated[float, parameter("share", 0, 1, "assumed", "B01, B13: a plan before the cause is known", (0.3, 0.7))]
    """justice of a step that lacks what it needs, relative to what it would be"""
    contempt: Annotated[
        float, parameter("anger", 0, 3, "assumed", "C05, E20: entertained before anything is settled", (0.05, 0.2))
    ]
    """anger at being entertained while nothing is settled"""
    justice_position: Annotated[float, parameter("justice", 0, 1, "assumed", "B13.s1", (0.05, 0.2))]
    """what a position alone is worth"""
    justice_apology: Annotated[
        float, parameter("justice", 0, 1, "assumed", "mechanisms: interactional justice 0.2", (0.1, 0.3))
    ]
    """what an apology is worth"""
    justice_reason: Annotated[float, parameter("justice", 0, 1, "assumed", "B02.s1, B05, B07.s2", (0.2, 0.5))]
    """what an explanation is worth"""
    justice_plan: Annotated[float, parameter("justice", 0, 1, "assumed", "B01.s5, B14.s3: 0.6 to 0.8", (0.5, 0.8))]
    """what a plan is worth"""
    justice_refund: Annotated[float, parameter("justice", 0, 1, "assumed", "mechanisms: distributive justice 0.45", (0.3, 0.6))]
    """what an offer of money back is worth to whoever hears of it"""
    soothe_share: Annotated[float, parameter("share", 0, 1, "assumed", "B03.s1", (0.2, 0.4))]
    """anger that a soothing word takes away, at full friendliness"""
    talk_share: Annotated[float, parameter("share", 0, 1, "assumed", "B01.s3, E14", (0.4, 0.6))]
    """anger that a talk in private takes away, at full friendliness"""
    praise_share: Annotated[float, parameter("share", 0, 1, "assumed", "B01.s4: mechanisms 0.1", (0.05, 0.2))]
    """what praise first adds to it"""
    view_share: Annotated[float, parameter("share", 0, 1, "assumed", "B01.s4: mechanisms 0.1", (0.05, 0.2))]
    """what the view of the other adds to it"""

    # Who does the work
    deputy_share: Annotated[float, parameter("share", 0, 1, "assumed", "B33: boss against assistant", (0.7, 0.95))]
    """what a public word is worth, for each rank below the highest"""
    faceless: Annotated[float, parameter("share", 0, 1, "assumed", "E69, D31", (0.3, 0.7))]
    """attachment to staff without a face, where some have one"""
    bond_answer: Annotated[float, parameter("bond", 0, 1, "assumed", "mechanisms, law 4: 0.01", (0.005, 0.02))]
    """attachment to whoever answers or greets"""
    bond_care: Annotated[float, parameter("bond", 0, 1, "assumed", "mechanisms, law 4: 0.05", (0.03, 0.1))]
    """attachment to whoever cares in private"""
    bond_days: Annotated[float, parameter("days", 1, 1000, "assumed", "mechanisms, law 4: 90", (45, 180))]
    """memory of attachment"""
    listing_effect: Annotated[float, parameter("share", 0, 1, "assumed", "B19, E50; mechanisms, law 9: 0.6", (0.4, 0.8))]
    """questions that a complete public listing saves"""
    deflect_minutes: Annotated[float, parameter("minutes", 0.1, 60, "assumed", "B19.s2: mechanisms 1", (0.5, 2))]
    """time that pointing to the listing takes, median"""
    deflect_warmth: Annotated[float, parameter("share", 0, 1, "assumed", "B19.s2: mechanisms 0.5", (0.3, 0.7))]
    """friendliness of that, relative to an answer"""
    withdraw_softness: Annotated[float, parameter("share", 0, 1, "assumed", "B11.s1, B11.s2: mechanisms 0.3", (0.15, 0.45))]
    """anger spared by being asked to withdraw something"""
    alternative_softness: Annotated[float, parameter("share", 0, 1, "assumed", "B11.s3, E09: mechanisms 0.5", (0.3, 0.7))]
    """anger spared by being offered another way"""
    # At the door
    enter_own: Annotated[float, parameter("share", 0, 1, "assumed", "E67: who comes by themselves wants to", (0.9, 0.99))]
    """those who come by themselves and go in where nothing is asked, given or told"""
    enter_gift: Annotated[float, parameter("logit", 0, 10, "assumed", "C31: snack of 10 yuan", (0.5, 1.5))]
    """odds of going in per logarithm of what a gift is worth to the person"""
    enter_price: Annotated[float, parameter("logit", 0, 10, "assumed", "E67, D39", (0.5, 1.5))]
    """odds lost per logarithm of the stake, relative to the usual order"""
    enter_told: Annotated[float, parameter("logit", 0, 20, "assumed", "E05, C77: who knows what it is for selects", (2, 6))]
    """odds per unit of match, of somebody who knows what the group is for"""
    enter_match: Annotated[float, parameter("share", 0, 1, "assumed", "the mean match of content", (0.3, 0.5))]
    """match above which knowing speaks for going in"""
    enter_skimmed: Annotated[float, parameter("share", 0, 1, "assumed", "E05: told in writing", (0.3, 0.7))]
    """what is taken in of something that is only written, not asked"""
    # First impression and slow interest (off at 0; draws go by place, so what is new stands at the end)
    value_spread: Annotated[
        float, parameter("value", 0, 1, "assumed", "model 2, proposal 3: first screens differ", (0.15, 0.3))
    ]
    """standard deviation of the value expected on joining"""
    drift_spread: Annotated[
        float, parameter("log", 0, 3, "assumed", "model 2, proposal 3: .8; turnover of posters in validation", (0.5, 1.1))
    ]
    """standard deviation of the logarithm of a person's slow interest"""
    drift_days: Annotated[float, parameter("days", 1, 1000, "assumed", "model 2, proposal 3: 45", (30, 60))]
    """memory of slow interest"""

    # Topics and calendar (off at gain 0, weekend 1, focus 0)
    heat_gain: Annotated[
        float, parameter("factor", 0, 20, "assumed", "model 2, proposal 2; daily volume in validation", (0.5, 2))
    ]
    """how much a topic of heat 1 adds to spontaneous talk"""
    heat_rate: Annotated[float, parameter("1/day", 0, 10, "assumed", "model 2, proposal 2: about 0.3 a day", (0.15, 0.5))]
    """topics that come up in a group by themselves"""
    heat_days: Annotated[float, parameter("days", 0.05, 60, "assumed", "model 2, proposal 2: 2 days", (1, 3))]
    """memory of a topic"""
    heat_shape: Annotated[float, parameter("1", 0.3, 10, "assumed", "model 2, proposal 2: Pareto 1.5", (1.2, 2))]
    """exponent of the Pareto law of their heat; smaller: fewer and hotter"""
    heat_cap: Annotated[float, parameter("factor", 0.1, 100, "assumed", "model 2, proposal 2: capped", (10, 30))]
    """heat of one topic at most"""
    weekend_talk: Annotated[
        float, parameter("factor", 0, 3, "assumed", "model 2: weekend to weekday .35 to .87 in real logs", (0.4, 0.9))
    ]
    """spontaneous talk on Saturday and Sunday relative to a weekday"""
    hour_focus: Annotated[
        float, parameter("1", 0, 20, "assumed", "model 2: concentration of a member's hours .45 to .6", (0.5, 2))
    ]
    """how much a person keeps to an hour of their own (concentration of a von Mises law)"""

    # Who talks (off at 0)
    voices_loafing: Annotated[float, parameter("1", 0, 2, "assumed", "model 2, proposal 4: loafing by who talks", (0.2, 0.6))]
    """exponent by which those who have talked lately lower each one's posting"""
    voices_days: Annotated[float, parameter("days", 0.1, 60, "assumed", "model 2, proposal 4", (2, 5))]
    """for how long somebody counts as talking"""
    session_gain: Annotated[
        float, parameter("factor", 0, 1000, "assumed", "model 2, proposal 1: 30 to 100; same sender, A-B-A", (30, 100))
    ]
    """how much likelier somebody who has just written is to reply, relative to before"""
    session_minutes: Annotated[
        float, parameter("minutes", 0.5, 600, "assumed", "model 2, proposal 1: 10 to 20 minutes", (10, 20))
    ]
    """how long a session of writing lasts"""
    group_spread: Annotated[
        float, parameter("1", 0, 2, "assumed", "P1: most groups die young, P3: volumes of groups are far apart", (0.2, 0.9))
    ]
    """how far groups are apart in what their members have to say to each other (spread of a lognormal law of mean 1)"""
    spree_share: Annotated[
        float, parameter("share", 0, 0.9, "assumed", "messages a poster and day, 2.4 to 21 in real logs", (0.2, 0.6))
    ]
    """chance that whoever has begun to talk begins again with something else"""
    spree_minutes: Annotated[
        float, parameter("minutes", 0.2, 120, "assumed", "time constant of real bursts, 1 to 6 minutes", (2, 10))
    ]
    """after how long, median"""
    debut_loss: Annotated[
        float, parameter("share", 0, 2, "assumed", "P10: 44 to 56 % post again; half of real posters on one day", (0.3, 1.2))
    ]
    """share of those of no sociability who have said what they came for once nobody has answered their first message"""
    debut_answer: Annotated[float, parameter("share", 0, 1, "assumed", "P10: an answer adds .12 to posting again", (0.1, 0.4))]
    """part of these that an answer keeps"""
    debut_replies: Annotated[
        float, parameter("factor", 0, 10, "assumed", "P10: 61 % of first posts are answered, 40 % of all", (1.5, 3))
    ]
    """replies that a first message seeks, relative to any other"""
    mute_haste: Annotated[float, parameter("factor", 0, 50, "assumed", "model 2, proposal 7: muting starts in week 1", (2, 10))]
    """extra hazard of muting of a newcomer, beside tenure_gain"""

    # Needs, prices and deals (off at 0)
    market_weight: Annotated[
        float, parameter("share", 0, 1, "assumed", "model 2, proposal 5: the level of the price matters", (0.3, 0.9))
    ]
    """weight of the market's usual price beside what the person has paid before"""
    need_gain: Annotated[
        float, parameter("share", 0, 1, "assumed", "model 2, proposal 5: an offer cannot create demand", (0.8, 1))
    ]
    """1: who needs nothing buys nothing; 0: need does not matter"""
    need_share: Annotated[float, parameter("orders/occasion", 0, 10, "assumed", "model 2, proposal 5", (0.2, 0.5))]
    """need that grows from one occasion to the next, of all brands"""
    need_cap: Annotated[float, parameter("orders", 0.1, 100, "assumed", "model 2, proposal 5: a stock of need", (2, 5))]
    """need that is stored up at most"""
    need_shape: Annotated[
        float, parameter("1", 0.05, 100, "assumed", "model 2, proposal 5: gamma; F70 for the range", (0.5, 2))
    ]
    """shape of the gamma law of the rates of persons; smaller: fewer and hungrier"""
    deal_gain: Annotated[float, parameter("share", 0, 1, "assumed", "mechanisms, law 2: .1 an order (D01, D53)", (0.05, 0.2))]
    """step of the taste for discounts at an order"""
    deal_talk: Annotated[
        float, parameter("share", 0, 1, "assumed", "model 2, proposal 6: human replies make regulars", (0.01, 0.05))
    ]
    """share of it that a reply of another member takes away"""
    deal_effect: Annotated[float, parameter("factor", 0, 10, "assumed", "mechanisms, law 2: 1", (0.5, 1.5))]
    """how much it adds to the weight of prices and rewards"""
    deal_wait: Annotated[float, parameter("logit", 0, 10, "assumed", "mechanisms, law 2: 1 (B22, H11)", (0.5, 1.5))]
    """odds lost without a coupon in hand, at full taste"""

    # Attachment to who runs the groups (off at 0)
    bond_buying: Annotated[float, parameter("logit", 0, 10, "assumed", "mechanisms, law 4: 0.8", (0.4, 1.2))]
    """odds of buying per unit of attachment"""
    bond_stay: Annotated[float, parameter("log", 0, 10, "assumed", "mechanisms, law 4: 1", (0.5, 1.5))]
    """hazard of muting and leaving per unit of attachment, less"""
    bond_price: Annotated[float, parameter("share", 0, 1, "assumed", "D08: buys at any premium", (0.3, 0.9))]
    """weight of prices that full attachment takes away"""
    bond_spread: Annotated[float, parameter("factor", 0, 20, "assumed", "D08: spreads voluntarily", (0.5, 2))]
    """word of mouth that full attachment adds"""
    bond_show: Annotated[float, parameter("share", 0, 1, "assumed", "D04: sends photos with praise", (0.1, 0.5))]
    """own messages of a strongly attached member that show the brand"""
    bond_recovery: Annotated[float, parameter("bond", 0, 1, "assumed", "B30, D54: loyalty above the start", (0.1, 0.4))]
    """attachment by a plan for one's own trouble that is as generous as can be"""
    tier_bond: Annotated[float, parameter("bond", 0, 1, "assumed", "D08: mechanisms, law 4: as care", (0.03, 0.1))]
    """attachment by a tier that is given"""

    # Roles of members (nothing begins them but a plan)
    role_help: Annotated[float, parameter("factor", 0, 10, "assumed", "D05: mechanisms 0.6", (0.3, 1))]
    """readiness to answer questions that a role adds"""
    role_spread: Annotated[float, parameter("factor", 1, 20, "assumed", "D05, D12: mechanisms x 2", (1.5, 3))]
    """word of mouth with a role, relative to before"""
    role_show: Annotated[float, parameter("share", 0, 1, "assumed", "D04, D05: best spreaders", (0.1, 0.3))]
    """own messages that show the brand, with a role"""
    shown_recall: Annotated[float, parameter("recall", 0, 2, "assumed", "D04: mechanisms 0.4", (0.2, 0.6))]
    """brand brought to mind by a member who shows it"""
    shown_claim: Annotated[float, parameter("0..1", 0, 1, "assumed", "C52: works of past students", (0.3, 0.7))]
    """result that is promised by the work of somebody who has stayed to the end"""
    role_sell: Annotated[float, parameter("1/day", 0, 50, "assumed", "C71: sold by own contacts", (0.3, 1.5))]
    """offers to own contacts at full value and the usual commission"""
    role_contacts: Annotated[float, parameter("persons", 0, 5000, "assumed", "C71, A42: mechanisms 50", (20, 100))]
    """contacts outside of whoever makes and sells something of their own"""
    role_recall: Annotated[float, parameter("recall", 0, 2, "assumed", "C71: as a promotion", (0.4, 1))]
    """brand brought to mind by an offer of somebody one knows"""

    # Honour (nothing begins it but a plan)
    honour_gain: Annotated[float, parameter("share", 0, 1, "assumed", "mechanisms, law 5: 0.2", (0.1, 0.3))]
    """honour by a title that nobody else has, at mean wish for it"""
    honour_days: Annotated[float, parameter("days", 1, 1000, "assumed", "mechanisms, law 5: 30", (20, 45))]
    """memory of honour"""
    honour_talk: Annotated[float, parameter("factor", 0, 10, "assumed", "mechanisms, law 5: 1", (0.5, 1.5))]
    """spontaneous talk that full honour adds"""
    honour_stay: Annotated[float, parameter("log", 0, 10, "assumed", "mechanisms, law 5: 1; D36: longer dwell", (0.5, 1.5))]
    """hazard of muting and leaving per unit of honour, less"""
    honour_obey: Annotated[float, parameter("factor", 0, 20, "assumed", "D36: follows group demands", (0.5, 2))]
    """readiness to do what staff ask for that full honour adds"""
    honour_wish: Annotated[float, parameter("share", 0, 1, "assumed", "C43: imitation", (0.02, 0.1))]
    """wish to be honoured, by seeing others honoured"""

    # Habits of asking and helping (off at 0)
    ask_habit: Annotated[float, parameter("share", 0, 1, "assumed", "D44; mechanisms, law 9: 0.1", (0.05, 0.2))]
    """step of the habit of asking by an answer of staff that is received or read"""
    help_habit: Annotated[float, parameter("share", 0, 1, "assumed", "D24; mechanisms, law 9: 0.15", (0.08, 0.3))]
    """step of the habit of helping by having been helped"""
    habit_days: Annotated[float, parameter("days", 1, 1000, "assumed", "mechanisms, law 9: 30", (20, 45))]
    """memory of both"""

    # Accounts of staff that pass for members (nothing begins them but a plan)
    seen_through: Annotated[float, parameter("1/message", 0, 1, "assumed", "mechanisms: 0.002 a post", (0.001, 0.004))]
    """rate at which a reader sees through what such an account writes"""
    posing_anger: Annotated[float, parameter("anger", 0, 3, "assumed", "D30, E25: discovery risk", (0.3, 1))]
    """anger of somebody who finds out"""

    # What somebody came for (off at 0)
    topic_lasting: Annotated[
        float, parameter("share", 0, 1, "assumed", "D35: content around an interest wears out slowly", (0.3, 0.9))
    ]
    """part of what content about a topic that one likes is worth that satiation does not take away"""

    # Several sellers of one customer (off at 0)
    seller_doubt: Annotated[
        float, parameter("share", 0, 1, "assumed", "A40, B26: confusing where many sell to one", (0.05, 0.3))
    ]
    """doubt whom to buy from by sales talk of another person of the staff than the last one"""
    seller_days: Annotated[float, parameter("days", 1, 1000, "assumed", "B26: as other memories of staff", (7, 30))]
    """memory of it"""

    # Forms that wear out (off at 0)
    form_wear: Annotated[float, parameter("log", 0, 5, "assumed", "G060; mechanisms, law 9: 0.3", (0.15, 0.5))]
    """chance to take part lost, as a logarithm, for each time one has lately taken part in the same form"""
    wear_days: Annotated[float, parameter("days", 1, 1000, "assumed", "mechanisms, law 9: 30", (20, 45))]
    """time in which that fades"""

    # Esteem of the brand (off at 0)
    esteem_step: Annotated[float, parameter("share", 0, 1, "assumed", "H07, H20, G010", (0.02, 0.1))]
    """step of the esteem of a brand towards what one of its groups is worth, at a check"""
    esteem_carry: Annotated[float, parameter("share", 0, 1, "assumed", "B20, G010", (0.3, 0.9))]
    """part of the esteem that the value of another group of the brand begins with"""
    esteem_odds: Annotated[float, parameter("logit", 0, 20, "assumed", "E51, G095", (0.3, 1.2))]
    """odds of buying by the esteem of the brand"""

    # Seats among the best (off at 0)
    wish_buying: Annotated[float, parameter("logit", 0, 20, "assumed", "D10, C58; mechanisms, law 5: 0.3", (0.15, 0.6))]
    """odds of buying by the wish to be honoured as well"""

    # Three questions of a newcomer (off at 0)
    doubt_talk: Annotated[float, parameter("share", 0, 1, "assumed", "D43: may I speak here", (0.2, 0.7))]
    """talk that a member holds back who knows none of the three answers"""
    doubt_leave: Annotated[float, parameter("factor", 0, 20, "assumed", "D43: gates of onboarding", (0.5, 2))]
    """how much more restless a newcomer is who knows none of them"""

    # What is told in private, unseen by staff (off at 0)
    tell_rate: Annotated[float, parameter("1/day", 0, 20, "assumed", "B32, B03: mechanisms .2 a day and tie", (0.1, 0.4))]
    """how often an angry person tells each acquaintance of it, at full anger"""
    told_anger: Annotated[float, parameter("anger", 0, 3, "assumed", "B32: listeners share it", (0.1, 0.5))]
    """anger caught from a friend who tells of full anger, up to anger_caught"""

    # The chat list (off at 0)
    other_chats: Annotated[float, parameter("chats", 0, 100, "assumed", "H24: attention is competed for", (2, 10))]
    """chats of others on a person's list"""
    fold_below: Annotated[float, parameter("share", 0, 1, "assumed", "H24: mechanisms fold below .15", (0.1, 0.3))]
    """what a chat is looked at, relative to the dearest on the list, below which it is folded away"""
    fold_left: Annotated[float, parameter("share", 0, 1, "assumed", "H24: out of sight", (0.05, 0.3))]
    """looks into a folded chat that are left"""

    # Who was told when the event takes place (off at 0)
    told_comes: Annotated[float, parameter("share", 0, 1, "assumed", "G124, C18: the time stands in the welcome", (0.2, 0.6))]
    """chance to look in because of it"""
    told_days: Annotated[float, parameter("days", 0.1, 90, "assumed", "G124: the next event", (5, 14))]
    """days after the entry for which it is remembered"""

    # Learners, and what complaining has brought (off at 0)
    effort_spread: Annotated[float, parameter("share", 0, 1, "assumed", "D16: the low half of a trait of effort", (0.4, 0.9))]
    """how much more, or less, than the usual effort the most and the least diligent make"""
    level_width: Annotated[float, parameter("skill", 0, 2, "assumed", "D18; mechanisms, law 1: 0.2", (0.15, 0.4))]
    """distance of level and skill at which content has lost two fifths of its worth; 0: it is worth the same to all"""
    harsh_anger: Annotated[float, parameter("anger", 0, 2, "assumed", "E16; above the anger by a removal", (0.3, 0.9))]
    """anger of whoever staff quarrel with in front of everybody"""
    claim_habit: Annotated[float, parameter("share", 0, 1, "assumed", "E18, G033; as the habit of asking", (0.05, 0.3))]
    """step of the habit of complaining by money or a gift that one gets while upset"""


#: The parameters as one record of the world, in their order here.
PARAMETERS: Final = Table(
    "PARAMETERS",
    "behaviour of members",
    tuple(Field(field.name, REAL, "", "") for field in dataclasses.fields(Parameters)),
)

#: Sub-models that can be switched off (`parameters.without=[...]`) -> the values at which their gain is none.
SUBMODELS: Final[dict[str, dict[str, float]]] = {
    "attention": {"check_floor": 1.0},
    "value": {"value_days": math.inf, "answer_value": 0.0, "ignored_value": 0.0, "reward_gain": 0.0},
    "operator_cost": {"promotion_cost": 0.0, "operator_cost": 0.0, "advert_cost": 0.0},
    "overload": {"overload_cost": 0.0},
    "satiation": {"content_satiation": math.inf},
    "replies_warm": {"reply_warmth": 0.0},
    "staff_warm": {
        "staff_warmth": 0.0, "answer_warmth": 0.0, "answer_value": 0.0, "care_warmth": 0.0, "welcome_warmth": 0.0,
    },
    "neglect": {"ignored_warmth": 1.0, "ignored_value": 0.0, "question_anger": 0.0},
    "novelty": {"novelty_weight": 0.0},
    "loafing": {"loafing": 0.0},
    "turns": {"turn_share": 0.0},
    "replies": {"replies_mean": 0.0},
    "mood": {"mood_gain": 0.0},
    "anger": {"anger_spread": 0.0, "question_anger": 0.0, "removal_anger": 0.0, "anger_growth": 0.0, "vent_chance": 0.0},
    "trust": {"trust_loss": 0.0},
    "repair": {"repair": 0.0},
    "norms": {"breach_gain": 0.0, "rules_effect": 0.0},
    "rewards": {"reward_gain": 0.0},
    "pull": {"pull_share": 0.0},
    "referral": {"referral_rate": 0.0},
    "muting": {"mute_rate": 0.0},
    "leaving": {"leave_rate": 0.0},
    "contagion": {"contagion": 0.0},
    "recall": {"recall_effect": 0.0},
    "herd": {"herd_effect": 0.0},
    "coupons_passed": {"coupon_passed": 0.0},
    "busy_hours": {"busy_share": 0.0},
    "contact": {"contact_cost": 0.0, "contact_anger": 0.0},
    "favours": {"favour_warmth": 0.0, "favour_burden": 0.0},
    "promises": {"claim_effect": 0.0, "gap_anger": 0.0},
    "topics": {"topic_spread": 0.0},
    "impulse": {"impulse": 0.0},
    "impression": {"value_spread": 0.0},
    "drift": {"drift_spread": 0.0},
    "heat": {"heat_gain": 0.0},
    "weekdays": {"weekend_talk": 1.0},
    "hours": {"hour_focus": 0.0},
    "voices": {"voices_loafing": 0.0},
    "sessions": {"session_gain": 0.0},
    "chemistry": {"group_spread": 0.0},
    "sprees": {"spree_share": 0.0},
    "debut": {"debut_loss": 0.0},
    "heartening": {"debut_answer": 0.0},
    "greeting": {"debut_replies": 1.0},
    "early_muting": {"mute_haste": 0.0},
    "courage": {"rules_courage": 1.0},
    "uncertainty": {"uncertain_odds": 1.0},
    "market_price": {"market_weight": 0.0},
    "need": {"need_gain": 0.0},
    "deals": {"deal_gain": 0.0},
    "bonds": {
        "bond_buying": 0.0, "bond_stay": 0.0, "bond_price": 0.0, "bond_spread": 0.0, "bond_show": 0.0, "bond_recovery": 0.0,
        "tier_bond": 0.0,
    },
    "asking": {"ask_habit": 0.0},
    "helping": {"help_habit": 0.0},
    "lasting_interest": {"topic_lasting": 0.0},
    "sellers": {"seller_doubt": 0.0},
    "wear": {"form_wear": 0.0},
    "esteem": {"esteem_step": 0.0},
    "seats": {"wish_buying": 0.0},
    "doubts": {"doubt_talk": 0.0, "doubt_leave": 0.0},
    "sidetalk": {"tell_rate": 0.0},
    "chat_list": {"other_chats": 0.0, "fold_below": 0.0},
    "told_times": {"told_comes": 0.0},
    "diligence": {"effort_spread": 0.0},
    "levels": {"level_width": 0.0},
    "claiming": {"claim_habit": 0.0},
}  # fmt: skip


def unset() -> dict[str, float]:
    """Parameters -> what each is where no yaml gives it: a gain is none, anything else the middle of its plausible range."""
    found: dict[str, float] = {}
    for name, hint in hints_of(Parameters).items():
        (info,) = get_args(hint)[1:]
        if info.json_schema_extra["plausible"]:
            found[name] = sum(info.json_schema_extra["plausible"]) / 2.0
    for none in SUBMODELS.values():
        found |= none
    return found


def in_force(parameters: Parameters, without: tuple[str, ...]) -> dict[str, float]:
    """The values that a run uses: those of the parameters, but for the gains of the sub-models that are switched off."""
    values = dataclasses.asdict(parameters)
    for name in without:
        values |= SUBMODELS[name]
    return values


def plausible_ranges() -> dict[str, tuple[float, float]]:
    """The range of every assumed parameter, in the parameter's own unit."""
    extra = {name: get_args(hint)[1].json_schema_extra for name, hint in hints_of(Parameters).items()}
    return {name: tuple(own["plausible"]) for name, own in extra.items() if own.get("plausible")}
