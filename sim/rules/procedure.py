"""Runs a procedure: its steps one after the other, each for the audience it reaches, through the channel it takes."""

from __future__ import annotations

from collections.abc import Callable

from sim.events.kinds import DAY_HOURS, DAY_MINUTES, MESSAGES
from sim.rules import relocation
from sim.rules.case import Case, affected, is_public, reached, tell, worth
from sim.rules.protocols import Handles, Process
from sim.rules.relief import coach, deflect, help_in_private, mend, substitute
from sim.rules.steps import SMALL, Handling, Step
from sim.vocabulary.tables import Stimulus

#: Parts of the time of a settlement that its steps take (mechanisms; assumed).
POSITION_TIME, APOLOGY_TIME, LOOKING_INTO, REASON_TIME, PLAN_TIME = 0.3, 0.2, 0.3, 0.3, 0.7
#: What is told to all of the reason: content and replies, relative to a usual post (assumed).
NEWS_CONTENT, NEWS_TALK = 0.2, 0.3
#: Replies to a post that changes the subject (B15.s3: assumed).
CHAT_TALK = 0.5
#: A packet to distract with: share of those interested who take it, takers (C05, E20: assumed, as red packets).
PACKET_ASK, PACKET_TAKERS = 0.9, 20
#: First of the draws by which members decide whether they ask for money back.
CLAIM_DRAW = 3

__all__ = ["Case", "run_procedure"]


def run_procedure(ctx: Handles, handling: Handling, case: Case) -> Process:
    """Works the steps off from the next look at the group on; an empty procedure leaves the incident open."""
    if not ctx.staff.people:
        return
    if handling.steps:
        yield ctx.wait(minutes=ctx.look_minutes)
    for place, step in enumerate(handling.steps):
        yield ctx.wait(hours=step.wait_hours)
        if step.step == "none" or (
            step.within_minutes is not None and (ctx.day - case.opened) * DAY_MINUTES > step.within_minutes
        ):
            continue
        if (yield from _STEPS[step.step](ctx, step, case, place)):
            case.done.add(step.step)
    while case.watching:
        yield ctx.wait(hours=1)
    if case.done:
        ctx.settle(case.incident, case.group, cause=case.cause)


def _stance(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    fair = (
        0.0
        if step.denies or step.blames
        else worth(ctx, step, case, ctx.parameters.justice_apology if step.apology else ctx.parameters.justice_position)
    )
    told = yield from tell(ctx, step, case, fair, POSITION_TIME * ctx.staff_settings.settle_minutes)
    hurt = affected(ctx, case) if step.denies else case.people[:1] if step.blames else ()
    for person in hurt if told else ():  # denied or blamed in front of everybody
        if ctx.is_member(person):
            ctx.hurt(person, case.group, case.incident, case.grievance, cause=case.cause)
    return told


def _soothe(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    share = ctx.parameters.soothe_share if step.share is None else step.share
    return (yield from tell(ctx, step, case, share, APOLOGY_TIME * ctx.staff_settings.settle_minutes, kind=True))


def _private_talk(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    now = ctx.parameters
    share = (now.talk_share if step.share is None else step.share) + now.praise_share * step.praise_first
    return (yield from tell(ctx, step, case, min(share + now.view_share * step.perspective, 1.0), 0.0, kind=True))


def _investigate(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    who = yield from ctx.staff.work(
        "settle", step.minutes or LOOKING_INTO * ctx.staff_settings.settle_minutes, group=case.group, by=step.by
    )
    return who is not None


def _explain(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    told = yield from tell(
        ctx, step, case, worth(ctx, step, case, ctx.parameters.justice_reason), REASON_TIME * ctx.staff_settings.settle_minutes
    )
    if told and step.rules:
        ctx.post_rules(case.group, cause=case.cause)
    if told and case.question is not None and ctx.is_open(case.question.message):
        ctx.answer(case.question, case.by)  # what was asked is answered by the reason
    if told and is_public(step):
        ctx.post(case.group, Stimulus(content=NEWS_CONTENT, talk=NEWS_TALK), cause=case.cause)
    return told


def _plan(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    fair = worth(ctx, step, case, ctx.parameters.justice_plan)
    told = yield from tell(ctx, step, case, fair, PLAN_TIME * ctx.staff_settings.settle_minutes)
    if told and is_public(step) and len(case.people) > 1:  # a verdict over people who were not heard
        for person in case.people:
            if ctx.is_member(person) and person not in case.heard:
                ctx.hurt(person, case.group, case.incident, case.grievance * (1 - fair), cause=case.cause)
    return told


def _compensate(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    who = yield from ctx.staff.work(
        "settle", step.minutes or LOOKING_INTO * ctx.staff_settings.settle_minutes, group=case.group, by=step.by
    )
    if who is None:
        return False
    people, fair = reached(ctx, step, case)[: step.first or None], worth(ctx, step, case, ctx.parameters.justice_refund)
    public = step.audience in ("all", "buyers") and not step.thanks
    if public:
        case.cause = ctx.announce_plan(case.group, case.incident, fair, who, cause=case.cause)
        case.told = 1 - (1 - case.told) * (1 - fair)
    began, (yuan, small) = ctx.day, _offered(step, case.price or ctx.price)
    for person in people if step.thanks else ():
        ctx.care_for(person, case.group, who, yuan, cause=case.cause)
    if not step.thanks:
        for after, person in sorted((ctx.uniform(2 + 2 * place, person) * step.days, person) for person in people):
            yield ctx.until_day(began + after)
            known = sum(ctx.are_acquainted(person, other) for other in case.asked)
            if not ctx.is_member(person):
                continue
            earlier = ctx.precedents(person, case.opened) if step.per_precedent else 0
            if yuan and ctx.asks_for_it(person, yuan, step, known, ctx.uniform(CLAIM_DRAW + 2 * place, person), earlier):
                case.asked.append(person)
                ctx.refund(person, case.group, yuan, cause=case.cause)
                if not public:
                    ctx.soothe(person, case.group, who, share=fair, cause=case.cause)
            elif small:  # taken by whoever does not ask for more
                ctx.care_for(person, case.group, who, small, cause=case.cause)
    return True


def _offered(step: Step, price: float) -> tuple[float, float]:
    """What may be asked back, and what is given to those who do not ask, yuan; 0 where there is no such choice."""
    if not step.menu:
        return (price if step.yuan is None else step.yuan), 0.0
    small = set(step.menu) & SMALL
    return price if any(item not in SMALL for item in step.menu) else 0.0, (step.yuan or 0.0) if small else 0.0


def _remove(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    """Takes away what the people of the case post, for so many days; the next step begins after the first of it."""
    ctx.process(_watch(ctx, step, case))
    while case.watching and not case.gone:
        yield ctx.wait(minutes=ctx.look_minutes)
    return bool(case.gone)


def _watch(ctx: Handles, step: Step, case: Case) -> Process:
    case.watching += 1
    people, place = set(case.people), 0
    while ctx.day < case.opened + step.days:
        yield ctx.wait(minutes=ctx.look_minutes)
        yield from ctx.staff.come_on_duty()
        notes = ctx.notes(place)
        place += len(notes)
        for note in notes:
            if note.kind not in MESSAGES:
                continue  # who takes part in a post of the staff has not written it
            if (
                note.group != case.group
                or note.actor not in people
                or note.message < 0
                or note.row < ctx.opening_of(case.incident)
            ):
                continue
            who = yield from ctx.staff.work(
                "moderate", step.minutes or ctx.staff_settings.moderate_minutes, group=case.group, by=step.by
            )
            if who is None:
                continue
            if step.target == "author" and ctx.is_member(note.actor, case.group):
                gone = ctx.remove_member(note.actor, case.group, who, cause=note.row)
                for person in ctx.aggrieved(case.incident, case.group) if case.silencing and "steer" not in case.done else ():
                    ctx.hurt(person, case.group, case.incident, case.silencing, cause=gone)  # it looks as if it had been true
            if ctx.is_open(note.message):
                ctx.remove_message(note, who, softness=step.softness)
            case.gone += 1
    case.watching -= 1


def _steer(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    done = False
    for _ in range(step.posts):
        who = yield from ctx.staff.work("post", step.minutes or ctx.staff_settings.post_minutes, group=case.group, by=step.by)
        if who is not None:
            ctx.post(case.group, Stimulus(talk=CHAT_TALK), staff=who, cause=case.cause)
            done = True
    return done


def _distract(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    who = yield from ctx.staff.work("post", step.minutes or ctx.staff_settings.post_minutes, group=case.group, by=step.by)
    if who is None:
        return False
    packet = Stimulus(ask=PACKET_ASK, pull=1.0, talk=1.0, deadline_hours=DAY_HOURS)
    row = ctx.post(case.group, packet, reward=step.yuan or 1.0, takers=PACKET_TAKERS, staff=who, cause=case.cause)
    if not {"plan", "private_talk", "compensate"} & case.done:
        for person in affected(ctx, case):
            ctx.hurt(person, case.group, case.incident, ctx.parameters.contempt, cause=row)
    return True


def _answer(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    who = yield from ctx.staff.work("answer", step.minutes or ctx.staff_settings.answer_minutes, group=case.group, by=step.by)
    if who is None or case.question is None or not ctx.is_open(case.question.message):
        return False
    ctx.answer(case.question, who)
    return True


_STEPS: dict[str, Callable[[Handles, Step, Case, int], Process]] = {
    "stance": _stance,
    "soothe": _soothe,
    "private_talk": _private_talk,
    "investigate": _investigate,
    "explain": _explain,
    "plan": _plan,
    "compensate": _compensate,
    "remove": _remove,
    "steer": _steer,
    "distract": _distract,
    "answer": _answer,
    "deflect": deflect,
    "private_alternative": help_in_private,
    "coach": coach,
    "fix": mend,
    "substitute": substitute,
    "test": relocation.test,
    "migrate": relocation.migrate,
    "quarantine": lambda ctx, step, case, place: relocation.quarantine(ctx, step, case, reached(ctx, step, case)),
    "dissolve": relocation.dissolve,
    "redesign": relocation.redesign,
}
