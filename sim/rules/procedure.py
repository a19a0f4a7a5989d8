"""Runs a procedure: its steps one after the other, each for the audience it reaches, through the channel it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sim.rules import relocation
from sim.rules.protocols import Handles, Process
from sim.rules.steps import KINDS, Handling, Step
from sim.vocabulary.tables import Stimulus

#: Justice of a step whose needs are not met, relative to what it would be (a plan before anybody knows the cause).
UNPREPARED = 0.5
#: Anger at being entertained while nothing is settled, and what a position alone is worth.
CONTEMPT, POSITION, APOLOGY = 0.1, 0.1, 0.2
#: Justice of an offer of money back, known to whoever hears of it.
DISTRIBUTIVE = 0.45
#: Share of the anger that a talk takes with it, and what praise first or the other's view adds.
TALK, PRAISE, VIEW = 0.5, 0.1, 0.1


@dataclass
class Case:
    """What a procedure is about: the incident, those it began with, and what has been done so far."""

    incident: int
    group: int
    people: tuple[int, ...]
    cause: int
    grievance: float
    opened: float
    price: float = 0.0
    question: Any = None
    told: float = 0.0
    watching: int = 0
    gone: int = 0
    activation: float = 1.0
    """share of members who responded to a test, 1 before any"""
    done: set[str] = field(default_factory=set)
    heard: set[int] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)
    spoke: list[int] = field(default_factory=list)


def run_procedure(ctx: Handles, handling: Handling, case: Case) -> Process:
    """Works the steps off from the next look at the group on; an empty procedure leaves the incident open."""
    if not ctx.staff.people:
        return
    if handling.steps:
        yield ctx.wait(minutes=ctx.staff_settings.look_minutes)
    for place, step in enumerate(handling.steps):
        yield ctx.wait(hours=step.wait_hours)
        if step.step == "none" or (step.within_minutes is not None and (ctx.day - case.opened) * 1_440 > step.within_minutes):
            continue
        if (yield from _STEPS[step.step](ctx, step, case, place)):
            case.done.add(step.step)
    while case.watching:
        yield ctx.wait(hours=1)
    if case.done:
        ctx.settle(case.incident, case.group, cause=case.cause)


def reached(ctx: Handles, step: Step, case: Case) -> list[int]:
    """Who a step reaches one by one, in the order in which it goes to them."""
    audience = step.audience or KINDS[step.step].audience
    if audience in ("complainant", "parties"):
        people: Iterable[int] = case.people[: 1 if audience == "complainant" else None]
    elif audience == "affected":
        return _affected(ctx, case)
    else:
        members = ctx.members(case.group)
        people = [person for person in members if audience == "all" or ctx.orders_of(person) > 0]
    return [person for person in people if ctx.is_member(person)]


def _affected(ctx: Handles, case: Case) -> list[int]:
    """Those it began with, those who spoke, and all who have reason to be upset, in this order; present members only."""
    people = dict.fromkeys([*case.people, *case.spoke, *ctx.aggrieved(case.incident, case.group)])
    return [person for person in people if ctx.is_member(person)]


def _is_public(step: Step) -> bool:
    return (step.channel or KINDS[step.step].channel) == "public"


def _worth(step: Step, case: Case, usual: float) -> float:
    """Justice of a step under the circumstances: what it needs and has not got halves it."""
    needs = step.needs or KINDS[step.step].needs
    return (usual if step.justice is None else step.justice) * (1.0 if set(needs) <= case.done else UNPREPARED)


def _tell(ctx: Handles, step: Step, case: Case, fair: float, minutes: float) -> Process:
    """Says something that is so fair: to all who read the group, or in private to each of the audience."""
    if _is_public(step):
        who = yield from ctx.staff.work("settle", step.minutes or minutes)
        if who is not None:
            case.cause = ctx.announce_plan(case.group, case.incident, fair, who, cause=case.cause)
            case.told = 1 - (1 - case.told) * (1 - fair)  # what is said later adds to what was said
        return who is not None
    told = False
    for person in reached(ctx, step, case):
        who = yield from ctx.staff.work("soothe", step.minutes or ctx.staff_settings.soothe_minutes)
        if who is not None and ctx.is_member(person):
            ctx.soothe(person, case.group, who, share=fair, cause=case.cause)
            case.heard.add(person)
            told = True
    return told


def _stance(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    fair = 0.0 if step.denies or step.blames else _worth(step, case, APOLOGY if step.apology else POSITION)
    told = yield from _tell(ctx, step, case, fair, 0.3 * ctx.staff_settings.settle_minutes)
    hurt = _affected(ctx, case) if step.denies else case.people[:1] if step.blames else ()
    for person in hurt if told else ():  # denied or blamed in front of everybody
        if ctx.is_member(person):
            ctx.hurt(person, case.group, case.incident, case.grievance, cause=case.cause)
    return told


def _soothe(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    share = (0.3 if step.share is None else step.share) * ctx.staff_settings.warmth
    return (yield from _tell(ctx, step, case, share, 0.2 * ctx.staff_settings.settle_minutes))


def _private_talk(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    share = (TALK if step.share is None else step.share) + PRAISE * step.praise_first + VIEW * step.perspective
    return (yield from _tell(ctx, step, case, min(share, 1.0) * ctx.staff_settings.warmth, 0.0))


def _investigate(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    who = yield from ctx.staff.work("settle", step.minutes or 0.3 * ctx.staff_settings.settle_minutes)
    return who is not None


def _explain(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    told = yield from _tell(ctx, step, case, _worth(step, case, 0.3), 0.3 * ctx.staff_settings.settle_minutes)
    if told and step.rules:
        ctx.post_rules(case.group)
    if told and _is_public(step):
        ctx.post(case.group, Stimulus(content=0.2, talk=0.3), cause=case.cause)
    return told


def _plan(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    fair = _worth(step, case, 0.6)
    told = yield from _tell(ctx, step, case, fair, 0.7 * ctx.staff_settings.settle_minutes)
    if told and _is_public(step) and len(case.people) > 1:  # a verdict over people who were not heard
        for person in case.people:
            if ctx.is_member(person) and person not in case.heard:
                ctx.hurt(person, case.group, case.incident, case.grievance * (1 - fair), cause=case.cause)
    return told


def _compensate(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    who = yield from ctx.staff.work("settle", step.minutes or 0.3 * ctx.staff_settings.settle_minutes)
    if who is None:
        return False
    people, fair = reached(ctx, step, case)[: step.first or None], _worth(step, case, DISTRIBUTIVE)
    public = step.audience in ("all", "buyers") and not step.thanks
    if public:
        case.cause = ctx.announce_plan(case.group, case.incident, fair, who, cause=case.cause)
        case.told = 1 - (1 - case.told) * (1 - fair)
    began, yuan = ctx.day, (case.price or ctx.price) if step.yuan is None else step.yuan
    for person in people if step.thanks else ():
        ctx.care_for(person, case.group, who, yuan, cause=case.cause)
    if not step.thanks:
        for after, person in sorted((ctx.uniform(2 + 2 * place, person) * step.days, person) for person in people):
            yield ctx.until_day(began + after)
            known = sum(ctx.are_acquainted(person, other) for other in case.asked)
            if ctx.is_member(person) and ctx.asks_for_it(person, yuan, step, known, ctx.uniform(3 + 2 * place, person)):
                case.asked.append(person)
                ctx.refund(person, case.group, yuan, cause=case.cause)
                if not public:
                    ctx.soothe(person, case.group, who, share=fair, cause=case.cause)
    return True


def _remove(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    """Takes away what the people of the case post, for so many days; the next step begins after the first of it."""
    ctx.process(_watch(ctx, step, case))
    while case.watching and not case.gone:
        yield ctx.wait(minutes=ctx.staff_settings.look_minutes)
    return bool(case.gone)


def _watch(ctx: Handles, step: Step, case: Case) -> Process:
    case.watching += 1
    people, place = set(case.people), 0
    while ctx.day < case.opened + step.days:
        yield ctx.wait(minutes=ctx.staff_settings.look_minutes)
        yield from ctx.staff.come_on_duty()
        notes = ctx.notes(place)
        place += len(notes)
        for note in notes:
            if note.group != case.group or note.actor not in people or note.message < 0 or note.row < case.cause:
                continue
            who = yield from ctx.staff.work("moderate", step.minutes or ctx.staff_settings.moderate_minutes)
            if who is None:
                continue
            if step.target == "author" and ctx.is_member(note.actor):
                ctx.remove_member(note.actor, case.group, who, cause=note.row)
            if ctx.is_open(note.message):
                ctx.remove_message(note, who)
            case.gone += 1
    case.watching -= 1


def _steer(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    done = False
    for _ in range(step.posts):
        who = yield from ctx.staff.work("post", step.minutes or ctx.staff_settings.post_minutes)
        if who is not None:
            ctx.post(case.group, Stimulus(talk=0.5), staff=who, cause=case.cause)
            done = True
    return done


def _distract(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    who = yield from ctx.staff.work("post", step.minutes or ctx.staff_settings.post_minutes)
    if who is None:
        return False
    packet = Stimulus(ask=0.9, pull=1.0, talk=1.0, deadline_hours=24.0)
    row = ctx.post(case.group, packet, reward=step.yuan or 1.0, takers=20, staff=who, cause=case.cause)
    if not {"plan", "private_talk", "compensate"} & case.done:
        for person in _affected(ctx, case):
            ctx.hurt(person, case.group, case.incident, CONTEMPT, cause=row)
    return True


def _answer(ctx: Handles, step: Step, case: Case, place: int) -> Process:
    who = yield from ctx.staff.work("answer", step.minutes or ctx.staff_settings.answer_minutes)
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
    "test": relocation.test,
    "migrate": relocation.migrate,
    "quarantine": lambda ctx, step, case, place: relocation.quarantine(ctx, step, case, reached(ctx, step, case)),
    "dissolve": relocation.dissolve,
    "redesign": relocation.redesign,
}
