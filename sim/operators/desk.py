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
    NONE,
    QUESTION_ASKED,
)

TOP_SHARE = 0.1


def watch_groups(ctx: Any) -> Generator:
    """Staff look at the groups while on duty; what they find is worked off by urgency."""
    if not ctx.staff.people or not hasattr(ctx.settings, "duties"):
        return
    ruled: set[int] = set()
    _post_rules(ctx, ruled)
    if _nothing_to_do(ctx):
        return
    place, look = 0, 0
    top: set[int] = set()
    top_day = -1
    while True:
        look += 1
        alarm = getattr(getattr(ctx.settings, "alarm", None), "look_minutes", None)  # a plan may say it, or else the staff do
        pause = -math.log(ctx.uniform(look, -1)) * (alarm or ctx.staff_settings.look_minutes)
        yield ctx.wait(minutes=pause)
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
    if any(path.partition(".")[0].endswith("duties") for path in moved):
        return False
    duties = ctx.settings.duties
    return not any((duties.answer, duties.reply, duties.reply_top, duties.soothe, duties.moderate, duties.welcome))


def _handler(ctx: Any, note: Any, top: set[int]) -> Generator | None:
    """The task that a note calls for under the present duties; None if it is let go."""
    duties = ctx.settings.duties
    if note.kind == ENTRY_DECLINED:
        if getattr(ctx.settings, "gated", False):  # whoever was checked at the door has cost the minutes there
            return None
        return ctx.staff.work("screen", ctx.staff_settings.screen_minutes)
    if note.kind == MESSAGE_POSTED:
        share = duties.reply_top if note.actor in top else duties.reply
        return _answer(ctx, note, "reply") if share > 0 and ctx.uniform_of(note) < share else None
    lot = ctx.uniform_of(note)
    if note.kind == QUESTION_ASKED:
        return _answer(ctx, note, "answer") if lot < duties.answer else None
    if note.kind == COMPLAINT_POSTED:
        return _soothe(ctx, note) if lot < duties.soothe else None
    if note.kind == ADVERT_POSTED:
        return _moderate(ctx, note) if lot < duties.moderate else None
    if note.kind == MEMBER_JOINED and ctx.is_group(note.group):  # in a private line or a feed nobody stands at a door
        return _welcome(ctx, note) if lot < duties.welcome else None
    return None


def _answer(ctx: Any, note: Any, task: str) -> Generator:
    person = yield from ctx.staff.work(task, ctx.staff_settings.answer_minutes)
    if person is not None and ctx.is_open(note.message):
        ctx.answer(note, person)


def _soothe(ctx: Any, note: Any) -> Generator:
    person = yield from ctx.staff.work("soothe", ctx.staff_settings.soothe_minutes)
    if person is not None:
        if ctx.is_open(note.message):
            ctx.answer(note, person)
        if ctx.is_member(note.actor) and ctx.incident_of(note.message) == NONE:
            ctx.soothe(note.actor, note.group, person, share=0.5 * ctx.staff_settings.warmth, cause=note.row)


def _moderate(ctx: Any, note: Any) -> Generator:
    person = yield from ctx.staff.work("moderate", ctx.staff_settings.moderate_minutes)
    if person is not None and ctx.is_open(note.message):
        ctx.remove_message(note, person)


def _welcome(ctx: Any, note: Any) -> Generator:
    person = yield from ctx.staff.work("welcome", ctx.staff_settings.welcome_minutes)
    if person is not None and ctx.is_member(note.actor):
        ctx.welcome(note, person)
