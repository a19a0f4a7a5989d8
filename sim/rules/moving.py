"""Acts on people and groups -> staff work, then invitations, words and closings. Nobody is moved who does not want to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from sim.events.kinds import DAY_HOURS
from sim.rules.acts import BY_INTEREST, DUE, NEW, PERSON, PUBLIC_DOMAIN, Act
from sim.rules.audience import select
from sim.rules.protocols import Moves, Process
from sim.rules.rooms import Rooms
from sim.rules.sight import Sight
from sim.rules.steps import Step
from sim.rules.tiers import Segments, Tiers
from sim.vocabulary.tables import Stimulus

#: More members than any group has.
EVERYBODY = 10**9

#: A word is major if there was none in the private line for so many days (C60, E: private only if major).
MAJOR_DAYS = 7.0
#: What a test posts, one after the other, in equal parts of its time (B09.s1: packet, game, question, talk).
PACKET = Stimulus(ask=0.95, pull=1.0, talk=1.0, deadline_hours=24.0)
GAME = Stimulus(ask=0.4, bond=0.05, pull=0.5, talk=1.5, deadline_hours=12.0)
QUESTION = Stimulus(content=0.3, talk=2.0)
TOPIC = Stimulus(content=0.6, talk=1.5)
#: What a group is tried to be woken with, one after the other.
TRIES = (PACKET, GAME, QUESTION, TOPIC)


@dataclass
class Doing:
    """Who acts: the context, what has been seen, the rooms of the plan, tiers, who was asked to be a friend, and how
    many invitations an act has led to on each day."""

    ctx: Moves
    sight: Sight
    rooms: Rooms
    tiers: Tiers
    segments: Callable[[], Segments]
    asked: set[int] = field(default_factory=set)
    sent: Counter[tuple[int, Act, int]] = field(default_factory=Counter)


def do_act(doing: Doing, act: Act, persons: Iterable[int], cause: int) -> Process:
    """One act of a rule; persons: those about whom the rule is, where it is about single members."""
    yield from _ACTS[act.verb](doing, act, list(persons), cause)


def test_group(ctx: Moves, sight: Sight, group: int, hours: float, yuan: float, cause: int) -> Process:
    """Tries to wake a group; afterwards `sight.tested` holds the day and the share of members who took part or wrote."""
    began, members = ctx.day, ctx.members(group)
    for number, stimulus in enumerate(TRIES):
        yield ctx.until_day(began + number * hours / (len(TRIES) * DAY_HOURS))
        who = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes, group=group)
        if who is not None and ctx.is_running(group):
            reward = yuan if stimulus.ask else 0.0
            ctx.post(group, stimulus, reward=reward, takers=len(members) if reward else 0, staff=who, cause=cause)
    yield ctx.until_day(began + hours / DAY_HOURS)
    responded = set(ctx.took_part_since(group, began)) | sight.wrote_in(group, began)
    sight.record_test(group, len(responded.intersection(members)) / max(len(members), 1))


def take_leave(ctx: Moves, rooms: Rooms, group: int, act: Act | Step, staff: int, cause: int, stay: bool = False) -> int:
    """Tells a group that it will be closed; members are befriended and routed, by invitations. Gives the announcement.

    stay: whether those who are in another open group are sent nowhere.
    """
    row = ctx.dissolve(group, act.notice_days, staff, cause)
    for person in ctx.members(group):
        if act.befriend and not ctx.is_friend(person):
            ctx.befriend(person, ctx.private_line(row), staff, row)
        elsewhere = stay and any(one != group and ctx.is_member(person, one) for one in ctx.groups)
        if act.route and not elsewhere and (place := find_place(ctx, rooms, act.route, person, group, row)) is not None:
            ctx.invite(person, place, staff=staff, cause=row)
    return row


def find_place(ctx: Moves, rooms: Rooms, route: str, person: int, group: int, cause: int) -> int | None:
    """The channel to which a person is sent from a group; None where there is no place.

    by_interest: among the other open groups, that which asks for the highest observed fit the person reaches, of equals that
    with most acquaintances; where no other group is open, the public feed.
    """
    if route == PUBLIC_DOMAIN:
        return ctx.public_feed(cause)
    if route != BY_INTEREST:
        return rooms.with_room(route, but=group)
    fits = [one for one in ctx.groups if one != group and ctx.has_room(one) and ctx.least_tag(one) <= ctx.tag_of(person)]
    if not fits:
        return ctx.public_feed(cause)
    return max(fits, key=lambda one: (ctx.least_tag(one), sum(ctx.are_acquainted(person, o) for o in ctx.members(one)), -one))


def _wait_for_turn(doing: Doing, act: Act, cause: int) -> Process:
    """Waits for a day on which the cap of the act allows one more, whichever review asked for it."""
    while act.cap_per_day and doing.sent[cause, act, int(doing.ctx.day)] >= act.cap_per_day:
        yield doing.ctx.until_day(int(doing.ctx.day) + 1)
    doing.sent[cause, act, int(doing.ctx.day)] += 1


def _chosen(doing: Doing, act: Act, persons: list[int]) -> Iterator[tuple[int, list[int]]]:
    """(group, people of it whom the act is for), each person once."""
    taken: set[int] = set()
    due = doing.tiers.due(doing.segments()) if act.who == DUE else []
    for group in doing.rooms.open(act.of):
        if act.who == PERSON or act.verb == "route":
            people = [person for person in persons if doing.ctx.is_member(person, group)]
        elif act.who == DUE:
            people = [person for person in due if doing.ctx.is_member(person, group)]
        else:
            people = select(act.who, doing.ctx, doing.sight, group, act.count or EVERYBODY)
        people = [person for person in people[: act.count or None] if person not in taken]
        taken |= set(people)
        if people:
            yield group, people


def _target(doing: Doing, act: Act, size: int, source: int, cause: int) -> int | None:
    """The group people are invited to: one of the plan with room, or a new one."""
    return doing.ctx.found(max(size, 2), cause=cause) if act.move_to == NEW else doing.rooms.with_room(act.move_to, but=source)


def _test(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    for group in doing.rooms.open(act.who):
        doing.ctx.process(test_group(doing.ctx, doing.sight, group, act.hours, act.yuan, cause))
    yield doing.ctx.wait()


def _move(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    """One piece of work for all of a group, then the invitations, so many a day."""
    ctx = doing.ctx
    for group, people in list(_chosen(doing, act, persons)):
        staff = yield from ctx.staff.work("campaign", ctx.staff_settings.post_minutes, group=group)
        target = _target(doing, act, len(people), group, cause) if staff is not None else None
        if staff is None or target is None:
            continue
        for person in people:
            yield from _wait_for_turn(doing, act, cause)
            if ctx.is_member(person, group):
                ctx.invite(person, target, leaving=group, staff=staff, cause=cause)


def _promote(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    """The list is gone through person by person, which is work; who earned a tier gets it whether or not an invitation follows."""
    ctx, tiers = doing.ctx, doing.tiers
    for group, people in list(_chosen(doing, act, persons)):
        for person in people:
            yield from _wait_for_turn(doing, act, cause)
            if tiers.earned(person, doing.segments()) <= tiers.of(person):
                continue  # another review has been quicker
            staff = yield from ctx.staff.work("screen", ctx.staff_settings.screen_minutes, group=group, member=person)
            tier = tiers.earned(person, doing.segments())
            if staff is None or tier <= tiers.of(person) or not ctx.is_member(person, group):
                continue
            tiers.set(person, tier)
            ctx.set_tier(person, group, tier, staff, cause)
            inside = act.move_to != NEW and any(ctx.is_member(person, one) for one in doing.rooms.open(act.move_to))
            if act.move_to != NEW and not inside and (target := doing.rooms.with_room(act.move_to)) is not None:
                ctx.invite(person, target, leaving=group, staff=staff, cause=cause)


def _split(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    ctx = doing.ctx
    for group, people in list(_chosen(doing, act, persons)):
        staff = yield from ctx.staff.work("campaign", ctx.staff_settings.post_minutes, group=group)
        if staff is not None and ctx.is_running(group):
            ctx.split(group, people, staff, cause)


def _merge(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    ctx = doing.ctx
    for group in doing.rooms.open(act.who):
        staff = yield from ctx.staff.work("campaign", ctx.staff_settings.post_minutes, group=group)
        if staff is None or not ctx.is_running(group):
            continue
        target = _target(doing, act, len(ctx.members(group)), group, cause)
        if target is not None and target != group:
            ctx.merge(group, target, staff, act.notice_days, cause)


def _migrate(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    ctx = doing.ctx
    for group, people in list(_chosen(doing, act, persons)):
        staff = yield from ctx.staff.work("campaign", ctx.staff_settings.post_minutes, group=group)
        if staff is not None and ctx.is_running(group):
            ctx.split(group, people, staff, cause)
            ctx.dissolve(group, act.notice_days, staff, cause)


def _dissolve(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    ctx = doing.ctx
    for group in doing.rooms.open(act.who):
        staff = yield from ctx.staff.work("campaign", ctx.staff_settings.post_minutes, group=group)
        if staff is not None and ctx.is_running(group):
            take_leave(ctx, doing.rooms, group, act, staff, cause)


def _route(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    ctx = doing.ctx
    for group, people in list(_chosen(doing, act, persons)):
        staff = yield from ctx.staff.work("campaign", ctx.staff_settings.post_minutes, group=group)
        if staff is None:
            continue
        for person in people:
            place = find_place(ctx, doing.rooms, act.who, person, group, cause)
            if place is not None and ctx.is_member(person, group):
                ctx.invite(person, place, leaving=group, staff=staff, cause=cause)


def _befriend(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    ctx = doing.ctx
    for group, people in list(_chosen(doing, act, persons)):
        for person in people:
            if ctx.is_friend(person) or (doing.segments().respect_opt_out and person in doing.asked):
                continue
            yield from _wait_for_turn(doing, act, cause)
            staff = yield from ctx.staff.work("welcome", ctx.staff_settings.welcome_minutes, group=group, member=person)
            if staff is not None and ctx.is_member(person, group):
                doing.asked.add(person)
                ctx.befriend(person, ctx.private_line(cause), staff, cause)


def _remove(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    ctx = doing.ctx
    for group, people in list(_chosen(doing, act, persons)):
        for person in people:
            staff = yield from ctx.staff.work("moderate", ctx.staff_settings.moderate_minutes, group=group, member=person)
            if staff is not None and ctx.is_member(person, group):
                ctx.remove_member(person, group, staff, cause)


def _write(doing: Doing, act: Act, persons: list[int], cause: int) -> Process:
    ctx, line = doing.ctx, doing.ctx.private_line(cause)
    if not ctx.members(line) or (act.only == "major" and ctx.day < doing.sight.wrote_privately + MAJOR_DAYS):
        return
    doing.sight.wrote_privately = ctx.day
    staff = yield from ctx.staff.work("post", ctx.staff_settings.post_minutes)
    if staff is not None:
        ctx.post(
            line, Stimulus(content=act.content, promotion=act.promotion, recall=act.recall, pull=1.0), staff=staff, cause=cause
        )


_ACTS: dict[str, Callable[[Doing, Act, list[int], int], Process]] = {
    "test": _test, "promote": _promote, "move": _move, "split": _split, "merge": _merge, "migrate": _migrate,
    "dissolve": _dissolve, "route": _route, "befriend": _befriend, "remove": _remove, "write": _write,
}  # fmt: skip
