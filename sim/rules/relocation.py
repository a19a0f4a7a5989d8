"""Steps that change a group itself: a test, a move to a group of their own, a closing, and settings that are set anew for good."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sim.rules.caring import run_care
from sim.rules.mechanic import run_mechanic
from sim.rules.mechanics import MECHANICS
from sim.rules.moving import take_leave, test_group
from sim.rules.protocols import Handles, Process
from sim.rules.rooms import Rooms
from sim.rules.schedule import LANES_OF_STEPS, Lanes
from sim.rules.sight import Sight
from sim.rules.steps import Step


def test(ctx: Handles, step: Step, case: Any, place: int) -> Process:
    """Tries to wake the group; how many responded decides about later steps that ask for fewer."""
    sight = Sight(ctx)
    yield from test_group(ctx, sight, case.group, step.hours, step.yuan or 1.0, case.cause)
    case.activation = sight.activation()
    return True


def migrate(ctx: Handles, step: Step, case: Any, place: int) -> Process:
    """Invites those who still take part to a group of their own, each cohort to one if that is asked, and closes the old one."""
    if not ctx.is_running(case.group) or case.activation >= step.below:
        return False
    sight = Sight(ctx)
    sight.look()
    active = [person for person in ctx.members(case.group) if sight.words_of(person, step.active_days)]
    if not active:
        return False
    who = yield from ctx.staff.work("campaign", step.minutes or ctx.staff_settings.post_minutes, group=case.group, by=step.by)
    if who is None or not ctx.is_running(case.group):
        return False
    circles = defaultdict(list)
    for person in active:
        circles[ctx.cohort_of(person) if step.by_cohort else 0].append(person)
    for circle in sorted(circles):
        ctx.split(case.group, circles[circle], who, case.cause)
    ctx.dissolve(case.group, step.notice_days, who, case.cause)
    return True


def quarantine(ctx: Handles, step: Step, case: Any, people: list[int]) -> Process:
    """Invites a bloc to a small group of its own, where the matter is settled out of sight of all others; people: whom it reaches."""
    who = yield from ctx.staff.work("campaign", step.minutes or ctx.staff_settings.post_minutes, group=case.group, by=step.by)
    if who is None or not people or not ctx.is_running(case.group):
        return False
    ctx.quarantine(case.group, people, who, case.cause)
    return True


def dissolve(ctx: Handles, step: Step, case: Any, place: int) -> Process:
    """Gives notice, takes leave of the members and closes the group."""
    who = yield from ctx.staff.work("campaign", step.minutes or ctx.staff_settings.post_minutes, group=case.group, by=step.by)
    if who is None or not ctx.is_running(case.group):
        return False
    take_leave(ctx, Rooms(ctx, {}), case.group, step, who, case.cause)
    return True


def redesign(ctx: Handles, step: Step, case: Any, place: int) -> Process:
    """Sets settings of the plan, of the staff or of the incident anew for good, and may begin a mechanic that runs from now on."""
    who = yield from ctx.staff.work("settle", step.minutes or 0.5 * ctx.staff_settings.settle_minutes, by=step.by)
    if who is None:
        return False
    row = case.cause
    for path, value in step.set.items():
        row = ctx.redesign(path, float(value), cause=case.cause)
    case.cause = row
    if step.add:
        part = Added(
            ctx, place, MECHANICS[step.add["use"]](**{key: value for key, value in step.add.items() if key != "use"}), row
        )
        ctx.process(run_care(ctx, part, Sight(ctx)) if step.add["use"] == "care" else run_mechanic(ctx, part))
    return True


@dataclass
class Added:
    """A mechanic that a redesign has begun: it runs as it is written from that day on."""

    ctx: Handles
    place: int
    settings: Any
    row: int
    name: str = "added"
    task: str = "post"

    @property
    def lanes(self) -> Lanes:
        """Draws of its own, apart from those of the steps."""
        return Lanes.begin_at(LANES_OF_STEPS + self.place)

    def read(self) -> Any:
        """As it is written."""
        return self.settings

    def is_running(self) -> bool:
        """It never stops."""
        return True

    def groups(self) -> list[int]:
        """All that are open."""
        return [group for group in self.ctx.groups if self.ctx.is_running(group)]

    def opened(self) -> None:
        """Nothing to be marked."""

    def cause(self, group: int) -> int:
        """The redesign."""
        return self.row

    def begin(self, group: int) -> int:
        """The redesign is the cause."""
        return self.row

    def end(self, group: int, cause: int) -> None:
        """Nothing to be marked."""

    def posted(self, promotion: bool) -> None:
        """Nobody counts it."""

    def played(self, group: int, post: int, prizes: int) -> None:
        """Nobody counts it."""
