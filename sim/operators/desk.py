"""Looks at the groups from time to time and takes up what needs an answer: notes -> tasks."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from sim.events.kinds import (
    ADVERT_POSTED,
    COMPLAINT_POSTED,
    ENTRY_DECLINED,
    MEMBER_JOINED,
    MESSAGE_POSTED,
    MINUTE,
    NONE,
    QUESTION_ASKED,
)

TOP_SHARE = 0.1
#: The draw of a note by which temper is lost.
TEMPER = 5


def watch_groups(ctx: Any) -> Generator[Any, Any, Any]:
    """Staff look at the groups while on duty; what they find is worked off by urgency."""
    if not ctx.staff.people or not hasattr(ctx.settings, "duties"):
        return
    ruled = {group for group in ctx.groups if ctx.has_rules(group)}
    _post_rules(ctx, ruled)
    if _nothing_to_do(ctx):
        return
    place, look = len(ctx.notes()), 0
    top: set[int] = set()
    top_day = -1
    while True:
        look += 1
        pause = round(-math.log(ctx.uniform(look, -1)) * ctx.look_minutes * MINUTE)
        if not ctx.env.pass_to(ctx.env.now + pause):
            yield ctx.env.timeout(pause)
        begins = ctx.staff.duty_begins(ctx.env.now)
        if not ctx.env.pass_to(begins):
            yield from ctx.staff.come_on_duty()
        _post_rules(ctx, ruled)
        notes = ctx.notes(place)
        place += len(notes)
        if notes and int(ctx.day) != top_day and ctx.settings.duties.reply_top > 0:
            top_day = int(ctx.day)
            top = {
                person
                for group in ctx.groups
                for person in ctx.top_talkers(group, max(round(TOP_SHARE * ctx.scenario.population.size), 1))
            }
        for note in notes:
            handler = _handler(ctx, note, top)
            if handler is not None:
                ctx.process(handler)


def _post_rules(ctx: Any, ruled: set[int]) -> None:
    """Posts the rules, if they are among the present duties, in every group that has not got them yet."""
    if ctx.settings.duties.rules:
        for group in ctx.groups:
            if group not in ruled:
                ruled.add(group)
                ctx.post_rules(group)


def _nothing_to_do(ctx: Any) -> bool:
    """Whether staff will never take anything up, so that looking would only cost time (looks leave no trace in the log)."""
    moved = [lever.key.removeprefix("strategy.") for lever in ctx.scenario.levers] + list(getattr(ctx.settings, "moved", ()))
    moved += [path for _, steps in ctx.scenario.procedures for step in steps for path in step.set]
    if any(path.partition(".")[0].endswith("duties") for path in moved):
        return False
    duties = ctx.settings.duties
    return not any((duties.answer, duties.reply, duties.reply_top, duties.soothe, duties.moderate, duties.welcome))


def _handler(ctx: Any, note: Any, top: set[int]) -> Generator[Any, Any, Any] | None:
    """The task that a note calls for under the present duties; None if it is let go."""
    duties = ctx.settings.duties
    if note.kind == ENTRY_DECLINED:
        if getattr(ctx.settings, "gated", False):  # whoever was checked at the door has cost the minutes there
            return None
        found: Generator[Any, Any, Any] | None = ctx.staff.work("screen", ctx.staff_settings.screen_minutes, group=note.group)
        return found
    if note.kind == MESSAGE_POSTED:
        share = duties.reply_top if note.actor in top else duties.reply
        return _answer(ctx, note, "reply") if share > 0 and ctx.uniform_of(note) < share else None
    lot = ctx.uniform_of(note)
    if note.kind == QUESTION_ASKED:
        return _answer(ctx, note, "answer", _is_deflected(ctx, note)) if lot < duties.answer else None
    if note.kind == COMPLAINT_POSTED:
        return _soothe(ctx, note) if lot < duties.soothe else None
    if note.kind == ADVERT_POSTED:
        return _moderate(ctx, note) if lot < duties.moderate and not is_let_off(ctx, note) else None
    if note.kind == MEMBER_JOINED and ctx.is_group(note.group):  # in a private line or a feed nobody stands at a door
        return _welcome(ctx, note) if lot < duties.welcome else None
    return None


def _answer(ctx: Any, note: Any, task: str, deflected: bool = False) -> Generator[Any, Any, Any]:
    minutes = ctx.parameters.deflect_minutes if deflected else ctx.staff_settings.answer_minutes
    person = yield from ctx.staff.work(task, minutes, group=note.group, member=note.actor)
    if person is not None and ctx.is_open(note.message):
        ctx.answer(note, person, ctx.parameters.deflect_warmth if deflected else 1.0)


def _is_deflected(ctx: Any, note: Any) -> bool:
    """Whether a question is met by pointing to where the answer can be looked up."""
    share = usual(ctx, "response", "deflect", 0.0)
    return bool(share > 0 and ctx.uniform_of(note, 1) < share)


def usual(ctx: Any, family: str, name: str, otherwise: Any) -> Any:
    """A lever of the plan as it stands now, or what it is where nothing is written."""
    value = getattr(getattr(ctx.settings, family, None), name, None)
    return otherwise if value is None else value


def is_let_off(ctx: Any, note: Any) -> bool:
    """Whether an offence is passed over: a buyer's where rules are not the same for all, or a plea that is allowed."""
    consistency = usual(ctx, "order", "consistency", 1.0)
    if consistency < 1 and ctx.orders_of(note.actor) > 0 and ctx.uniform_of(note, 2) >= consistency:
        return True
    return bool(usual(ctx, "order", "member_mini_programs", "remove") == "allow" and ctx.is_known(note.actor))


def _soothe(ctx: Any, note: Any) -> Generator[Any, Any, Any]:
    person = yield from ctx.staff.work("soothe", ctx.staff_settings.soothe_minutes, group=note.group, member=note.actor)
    if person is not None:
        if _loses_temper(ctx, note):
            if ctx.is_open(note.message):
                ctx.quarrel(note, person)
            return
        if ctx.is_open(note.message):
            ctx.answer(note, person)
        if ctx.is_member(note.actor) and ctx.incident_of(note.message) == NONE:
            ctx.soothe(note.actor, note.group, person, share=0.5 * ctx.staff.tone_of(person), cause=note.row)


def _loses_temper(ctx: Any, note: Any) -> bool:
    """Whether whoever takes a complaint up quarrels: the likelier, the more of the day's hours are used."""
    temper = ctx.staff_settings.temper
    return bool(temper > 0 and ctx.uniform_of(note, TEMPER) < temper * min(ctx.staff.load, 1.0))


def _moderate(ctx: Any, note: Any) -> Generator[Any, Any, Any]:
    person = yield from ctx.staff.work("moderate", ctx.staff_settings.moderate_minutes, group=note.group, member=note.actor)
    if person is None or not ctx.is_open(note.message):
        return
    asks = usual(ctx, "order", "member_mini_programs", "remove") == "ask_withdraw" and ctx.is_known(note.actor)
    helps = usual(ctx, "order", "private_alternative", False) and ctx.is_known(note.actor)
    if not asks and not helps:
        ctx.remove_message(note, person)
        return
    now, spared = ctx.parameters, 0.0
    for done, softness in ((asks, now.withdraw_softness), (helps, now.alternative_softness)):
        if done:  # a word to the author takes as long as an answer does
            yield from ctx.staff.work("answer", ctx.staff_settings.answer_minutes, group=note.group, member=note.actor)
            spared = 1 - (1 - spared) * (1 - softness)
    if ctx.is_open(note.message):
        ctx.remove_message(note, person, spared)


def _welcome(ctx: Any, note: Any) -> Generator[Any, Any, Any]:
    person = yield from ctx.staff.work("welcome", ctx.staff_settings.welcome_minutes, group=note.group, member=note.actor)
    if person is not None and ctx.is_member(note.actor):
        ctx.welcome(note, person)
