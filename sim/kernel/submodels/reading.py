"""Reading: one check takes in what is new and fresh, at most a screenful, and every sub-model learns from it."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim import streams
from sim.compiled import within
from sim.events.kinds import ADVERT_POSTED, DAY, HOUR, MEMBER_ANSWERED, NONE, PLAN_ANNOUNCED
from sim.kernel.decay import decay_member, decay_person
from sim.kernel.forms import NO
from sim.kernel.rows import (
    channel_of,
    incident_of,
    member_of,
    message_of,
    newest_of,
    parameters_of,
    person_of,
    stimulus_of,
    traits_of,
)
from sim.kernel.submodels.anger import catch_anger
from sim.kernel.submodels.buying import hold_coupon, recall_brand
from sim.kernel.submodels.debut import close_debut
from sim.kernel.submodels.drift import advance_drift
from sim.kernel.submodels.esteem import form_esteem
from sim.kernel.submodels.expectation import hear_claim, is_judged, judge
from sim.kernel.submodels.goods import has_use
from sim.kernel.submodels.habits import learn_asking
from sim.kernel.submodels.honour import see_honour
from sim.kernel.submodels.leaving import weigh_leaving
from sim.kernel.submodels.mood import catch_mood
from sim.kernel.submodels.posing import is_taken_in
from sim.kernel.submodels.rewards import miss_reward
from sim.kernel.submodels.roles import STAYER
from sim.kernel.submodels.roster import root_of
from sim.kernel.submodels.topics import fit_of_level, lasting_of, liking_of
from sim.kernel.submodels.trust import read_plan
from sim.kernel.submodels.value import benefit_of, learn_value
from sim.kernel.submodels.warmth import neglect_cools
from sim.streams import uniform
from sim.vocabulary.tables import GROUP, RECENT, Row, Whole

#: Nothing older than this row of a channel's newest messages can be read.
_REACH: Final = np.int64(RECENT)


@within
def check_channel(world: Row, state: Row, seat: Whole, time: Whole) -> None:
    """One check of a member."""
    parameters = parameters_of(world)
    member = member_of(state, seat)
    who, where = np.int64(member.person), np.int64(member.channel)
    trait, person, channel = traits_of(world, who), person_of(state, who), channel_of(state, where)
    decay_person(parameters, person, time)
    advance_drift(parameters, trait, person, time)
    decay_member(parameters, member, time)
    days = (time - member.checked_at) / DAY
    cap = int(parameters.read_cap)
    fresh = parameters.fresh_days * DAY
    reads = talk = adverts = operator = posed = 0
    content = promotion = useful = sentiment = anger = 0.0
    complaint = plan = offer = NONE
    newest = channel.ordinal
    for ordinal in range(newest, max(member.read_to, newest - _REACH), -1):
        number = newest_of(state, where, ordinal).message
        message = message_of(state, number)
        if reads >= cap or time - message.time > fresh:
            break
        shown = channel.reach <= 0.0 or uniform(trait.key, streams.REACH, number) < channel.reach
        if shown and message.removed == 0 and message.author != who and trait.tag >= message.audience:
            reads += 1
            sentiment += message.sentiment
            if message.stimulus != NONE:
                stimulus = stimulus_of(state, message.stimulus)
                if is_taken_in(person, stimulus):
                    posed += 1
                else:
                    operator += 1
                if stimulus.honour > 0.0:
                    see_honour(parameters, trait, person, stimulus.honour)
                if stimulus.live == 0.0 or time <= message.deadline:
                    worth = stimulus.content * stimulus.quality * liking_of(parameters, world, trait, stimulus.topic)
                    worth *= fit_of_level(parameters, world, trait, stimulus.level)
                    content += worth * lasting_of(parameters, world, trait, member, stimulus.topic)
                if stimulus.claim > 0.0:
                    hear_claim(person, stimulus.claim, time)
                promotion += stimulus.promotion
                wanted = has_use(trait, stimulus)
                if wanted:
                    useful += stimulus.promotion
                if stimulus.recall > 0.0:
                    recall_brand(person, stimulus.recall, number)
                if wanted and stimulus.discount > 0.0 and hold_coupon(person, message, stimulus, time) and offer == NONE:
                    offer = number
            elif message.kind == ADVERT_POSTED:
                adverts += 1
            elif message.kind == PLAN_ANNOUNCED:
                plan = number if plan == NONE else plan
            else:
                talk += 1
                if message.kind == MEMBER_ANSWERED:
                    learn_asking(parameters, person)
                elif message.reward > 0.0:
                    recall_brand(person, message.reward, number)
                    if person_of(state, message.author).role == STAYER:
                        hear_claim(person, parameters.shown_claim, time)
            if message.sentiment < 0.0 and message.incident != NONE and incident_of(state, message.incident).closed_at < 0:
                anger -= message.sentiment
                complaint = np.int64(message.incident)
    talk += posed
    tied: Whole = min(np.int64(member.tied_unread), talk)
    benefit = benefit_of(parameters, trait, member, talk, tied, content, useful)
    learn_value(parameters, member, days, benefit, reads, newest - member.read_to, cap, promotion, adverts, operator)
    if channel.kind == GROUP:
        form_esteem(parameters, person, member)
    member.satiation += operator
    if reads > 0:
        catch_mood(parameters, trait, person, sentiment, reads)
    if anger > 0.0:
        catch_anger(parameters, trait, person, time, anger, complaint)
    if plan != NONE:
        message = message_of(state, plan)
        read_plan(parameters, person, message, incident_of(state, message.incident))
    if is_judged(person, time):
        judge(parameters, trait, person, time)
    if member.waiting != NONE:
        if time - message_of(state, member.waiting).time > parameters.ignored_hours * HOUR:
            close_debut(parameters, trait, member, root_of(trait, who, seat, where), NO)
        neglect_cools(parameters, person, member, message_of(state, member.waiting), time)
    day = time // DAY
    if day != member.last_day:
        miss_reward(parameters, trait, member, time)
        member.last_day = day
        member.days_seen += 1
    weigh_leaving(parameters, person, member, channel, time, days, reads, operator + adverts, cap)
    member.offer = offer
    member.posed = posed
    member.asked_before = member.asked
    member.asked = channel.ask
    member.tied_unread = 0
    member.read_to = newest
    member.checked_at = time
    member.checks += 1
