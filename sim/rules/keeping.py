"""What staff keep up all the time: the listing that saves questions, a bot that answers some, an ear for whom friends see upset."""

from __future__ import annotations

from collections.abc import Callable

from sim.events.kinds import QUESTION_ASKED
from sim.rules.protocols import Handles, Process

#: Minutes between two looks of a bot; ordinal of the draw that says whether it knows the keywords of a question.
BOT_MINUTES, KEYWORDS = 2.0, 3


def keep_listing(ctx: Handles, share: Callable[[], float], cause: Callable[[], int]) -> Process:
    """Brings what can be looked up to the share that the plan wants, day by day; what was mended is not undone.

    share, cause: as it should be now, and the row of what moved it last.
    """
    before = 0.0
    while True:
        now = share()
        if now != before:
            before = now
            for group in ctx.groups:
                ctx.set_listing(group, now, cause=cause())
        yield ctx.until_day(int(ctx.day) + 1)


def keep_bot(ctx: Handles, setting: Callable[[str], float], cause: Callable[[], int]) -> Process:
    """A bot answers questions whose keywords it knows, within minutes and at any hour.

    setting, cause: `bot` and `bot_warmth` as they are now, and the row of what moved them last.
    """
    place = len(ctx.notes())
    while True:
        yield ctx.wait(minutes=BOT_MINUTES)
        notes = ctx.notes(place)
        place += len(notes)
        for note in notes:
            if note.kind == QUESTION_ASKED and ctx.uniform_of(note, KEYWORDS) < setting("bot") and ctx.is_open(note.message):
                ctx.answer_by_bot(note, setting("bot_warmth"), cause())


def listen(ctx: Handles, share: Callable[[], float]) -> Process:
    """Every day friends tell staff of some members whom an incident has upset and who have not said so; they get a private word."""
    told: set[tuple[int, int]] = set()
    while True:
        yield ctx.until_day(int(ctx.day) + 1)
        now = share()
        for incident, group in ctx.open_incidents() if now > 0 else ():
            for person in ctx.aggrieved(incident, group):
                if (incident, person) not in told and ctx.uniform(incident, person) < now:
                    told.add((incident, person))
                    ctx.process(_take_up(ctx, person, group, incident))


def _take_up(ctx: Handles, person: int, group: int, incident: int) -> Process:
    who = yield from ctx.staff.work("soothe", ctx.staff_settings.soothe_minutes, group=group, member=person)
    if who is not None and ctx.is_member(person):
        row = ctx.hear_of(person, group, incident, who)
        share = ctx.parameters.talk_share * ctx.staff.tone_of(who) * ctx.staff.likeness_of(who)
        ctx.soothe(person, group, who, share=share, cause=row)
