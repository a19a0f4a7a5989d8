"""Steps that help single persons or mend a cause: pointing to the listing, help in private, coaching, a substitute, a fix."""

from __future__ import annotations

from sim.events.kinds import WEEK_DAYS
from sim.rules.caring import HOW
from sim.rules.case import Case, affected, is_public, reached
from sim.rules.protocols import Handles, Process
from sim.rules.steps import Step


def deflect(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    """Points to the listing instead of answering: quick, and worth less to whoever asked."""
    who = yield from ctx.staff.work("answer", step.minutes or ctx.parameters.deflect_minutes, group=case.group, by=step.by)
    if who is None or case.question is None or not ctx.is_open(case.question.message):
        return False
    ctx.answer(case.question, who, share=ctx.parameters.deflect_warmth)
    return True


def help_in_private(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    """Offers another way to those whose message was against the rules: part of the anger goes, the need is met."""
    helped = False
    for person in reached(ctx, step, case):
        minutes = step.minutes or ctx.staff_settings.soothe_minutes
        who = yield from ctx.staff.work("soothe", minutes, group=case.group, member=person, by=step.by)
        if who is not None and ctx.is_member(person):
            case.cause = ctx.soothe(person, case.group, who, share=step.softness, cause=case.cause)
            case.helped, helped = max(case.helped, step.softness), True
    return helped


def coach(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    """Helps to a result of one's own: a baseline now, then a word a week for so many days; what they get grows with it."""
    done = False
    for person in reached(ctx, step, case):
        who = yield from _coached(ctx, step, case, person)
        if who is not None:
            before, since = case.coached.get(person, (0.0, ctx.day))
            effort = ctx.parameters.coaching_effort * (1 + step.baseline)
            case.coached[person] = 1 - (1 - before) * (1 - min(effort, 1.0)), since
            done = True
            if step.days:
                ctx.process(_follow_up(ctx, step, case, person))
    return done


def _coached(ctx: Handles, step: Step, case: Case, person: int) -> Process:
    minutes = step.minutes or ctx.staff_settings.care_minutes
    who = yield from ctx.staff.work("care", minutes, group=case.group, member=person, by=step.by)
    if who is None or not ctx.is_member(person):
        return None
    ctx.care_for(person, case.group, who, cause=case.cause, how=HOW["coach"])
    return who


def _follow_up(ctx: Handles, step: Step, case: Case, person: int) -> Process:
    until = ctx.day + step.days
    while ctx.day + WEEK_DAYS <= until:
        yield ctx.wait(days=WEEK_DAYS)
        yield from _coached(ctx, step, case, person)


def substitute(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    """Somebody able takes the place of who has left; told to those who were attached, it gives back part of what they lost."""
    who = yield from ctx.staff.work("settle", step.minutes or ctx.staff_settings.settle_minutes, group=case.group, by=step.by)
    if who is None:
        return False
    case.cause = ctx.hire(cause=case.cause)
    share = step.ability * step.promise
    if is_public(step):
        case.cause = ctx.announce_plan(case.group, case.incident, share, who, cause=case.cause)
        case.told = 1 - (1 - case.told) * (1 - share)
    else:
        for person in affected(ctx, case):
            ctx.soothe(person, case.group, who, share=share, cause=case.cause)
    return True


def mend(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    """Feeds back and mends the cause: it comes again less often, or the listing answers more."""
    who = yield from ctx.staff.work(
        "settle", step.minutes or 0.5 * ctx.staff_settings.settle_minutes, group=case.group, by=step.by
    )
    if who is None:
        return False
    if step.what == "listing":
        row = ctx.set_listing(case.group, max(step.listing, ctx.listing_of(case.group)), who, cause=case.cause)
    else:
        row = ctx.mend(step.factor, cause=case.cause)
    case.cause = row if row >= 0 else case.cause
    return True
