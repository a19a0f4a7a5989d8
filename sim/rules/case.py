"""What a procedure is about: an incident, those it concerns, and what has been said to whom so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sim.rules.protocols import Handles, Process
from sim.rules.steps import KINDS, Step


@dataclass
class Case:
    """One incident while it is handled.

    people: those it began with; concerned: all whom it may concern; grievance: anger at being denied or blamed; told: how fair what
    all have been told is, 0 to 1; helped: how well the first of them has been helped in private; coached: person -> (what coaching
    adds to the result, day on which it began); silencing: anger of who believed something and sees its author removed unheard;
    buyers: those who have bought what it is about, None for whoever has bought anything; activation: share of members who responded to
    a test, 1 before any; by: who of the staff spoke last.
    """

    incident: int
    group: int
    people: tuple[int, ...]
    cause: int
    grievance: float
    opened: float
    price: float = 0.0
    question: Any = None
    told: float = 0.0
    helped: float = 0.0
    silencing: float = 0.0
    by: int = 0
    watching: int = 0
    gone: int = 0
    activation: float = 1.0
    concerned: tuple[int, ...] = ()
    buyers: frozenset[int] | None = None
    done: set[str] = field(default_factory=set)
    heard: set[int] = field(default_factory=set)
    asked: list[int] = field(default_factory=list)
    spoke: list[int] = field(default_factory=list)
    coached: dict[int, tuple[float, float]] = field(default_factory=dict)


def reached(ctx: Handles, step: Step, case: Case) -> list[int]:
    """Who a step reaches one by one, in the order in which it goes to them."""
    audience = step.audience or KINDS[step.step].audience
    if audience in ("complainant", "parties"):
        people: Iterable[int] = case.people[: 1 if audience == "complainant" else None]
    elif audience == "affected":
        return affected(ctx, case)
    else:
        members = ctx.members(case.group)
        bought = case.buyers if case.buyers is not None else [person for person in members if ctx.orders_of(person) > 0]
        people = members if audience == "all" else [person for person in members if person in bought]
    return [person for person in people if ctx.is_member(person)]


def affected(ctx: Handles, case: Case) -> list[int]:
    """Those it began with, those who spoke, and all who have reason to be upset, in this order; present members only."""
    people = dict.fromkeys([*case.people, *case.spoke, *ctx.aggrieved(case.incident, case.group)])
    return [person for person in people if ctx.is_member(person)]


def is_public(step: Step) -> bool:
    """Whether all who read the group hear of a step."""
    return (step.channel or KINDS[step.step].channel) == "public"


def worth(ctx: Handles, step: Step, case: Case, usual: float) -> float:
    """Justice of a step under the circumstances: what it needs and has not got takes a share of it away."""
    needs = step.needs or KINDS[step.step].needs
    return (usual if step.justice is None else step.justice) * (1.0 if set(needs) <= case.done else ctx.parameters.unprepared)


def tell(ctx: Handles, step: Step, case: Case, fair: float, minutes: float, *, kind: bool = False) -> Process:
    """Says something that is so fair: to all who read the group, or in private to each of the audience.

    kind: whether the tone of whoever says it decides how much of it arrives; in private, likeness does, too.
    """
    if is_public(step):
        who = yield from ctx.staff.work("settle", step.minutes or minutes, group=case.group, by=step.by)
        if who is not None:
            case.by = who
            fair *= ctx.staff.tone_of(who) if kind else ctx.staff.standing_of(who)
            case.cause = ctx.announce_plan(case.group, case.incident, fair, who, cause=case.cause)
            case.told = 1 - (1 - case.told) * (1 - fair)  # what is said later adds to what was said
        return who is not None
    told = False
    for person in reached(ctx, step, case):
        minutes = step.minutes or ctx.staff_settings.soothe_minutes
        who = yield from ctx.staff.work("soothe", minutes, group=case.group, member=person, by=step.by)
        if who is not None and ctx.is_member(person):
            share = fair * (ctx.staff.tone_of(who) if kind else 1.0) * ctx.staff.likeness_of(who)
            ctx.soothe(person, case.group, who, share=share, cause=case.cause)
            case.heard.add(person)
            told, case.by = True, who
    return told
