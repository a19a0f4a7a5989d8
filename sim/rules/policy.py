"""Runs a plan: the phase it is in, its calendar, and its rules at every review; what moves is written down with its rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

from sim.allowed import hints_of
from sim.events.kinds import ADVERT_POSTED, COMPLAINT_POSTED, DAY, DAY_HOURS
from sim.rules.caring import run_care
from sim.rules.condition import Reading, Sense
from sim.rules.course import run_course
from sim.rules.door import Coming
from sim.rules.gathering import run_gathering
from sim.rules.groups import GroupPlan, numbers_of
from sim.rules.honouring import run_honours
from sim.rules.keeping import keep_bot, keep_listing, listen
from sim.rules.kick import keep_kicking
from sim.rules.mechanic import NO_CAUSE, run_mechanic
from sim.rules.mechanics import MECHANICS
from sim.rules.moments import run_moments
from sim.rules.moving import Doing, do_act
from sim.rules.plan import Item, Move, Plan, Rule
from sim.rules.popup import run_popup
from sim.rules.procedure import Case, run_procedure
from sim.rules.protocols import Handles, Process
from sim.rules.rooms import Rooms
from sim.rules.schedule import Lanes
from sim.rules.seating import run_seats
from sim.rules.sensors import SENSORS, Sensor, posts_of, tier_sensors
from sim.rules.showing import run_points, run_stream
from sim.rules.sight import Sight
from sim.rules.spec import FAMILIES, OF_STAFF, Entry, Gift, Review, default_of
from sim.rules.staging import run_staging
from sim.rules.steps import Handling
from sim.rules.terms import bounded, read
from sim.rules.tiers import Segments, Tiers
from sim.rules.training import run_training
from sim.rules.welcoming import run_welcome
from sim.rules.word_of_mouth import run_invite

#: Mechanics that do more than post, and what runs them.
RUNNERS = {"care": run_care, "course": run_course, "gathering": run_gathering, "welcome": run_welcome,
           "training": run_training, "honours": run_honours, "staging": run_staging, "seats": run_seats,
           "popup": run_popup, "invite": run_invite, "stream": run_stream, "points": run_points}  # fmt: skip
#: What settings may be of that have a value where nothing is written.
_KINDS = {**FAMILIES, "review": Review}
#: Number of the rule that stands for the beginning of a phase.
PHASE = 0
#: Whom a rule is about that is not about single members.
NOBODY = -1


class PlanRun:
    """One plan while it runs in one programme."""

    def __init__(self, ctx: Handles, plan: Plan) -> None:
        self.ctx, self.plan, self.sight = ctx, plan, Sight(ctx)
        self.sensors = SENSORS | {f"{item.name}_7d": posts_of(item.name) for item in plan.items}
        self.place = 0
        self.causes: dict[str, int] = {}
        self._moved: dict[str, float | str] = {}
        self._since: dict[int, float] = {}
        self._held: dict[int, dict[int, float]] = {}  # rule about single members -> member -> day since which it holds
        self._fired: dict[int, tuple[float, int]] = {}
        self._done: dict[tuple[int, int], float] = {}
        self._cases: dict[tuple[int, int], int] = {}
        self.tiers = self.sight.tiers = Tiers(self.sight)
        self.sight.coming = Coming(ctx, ctx.door, self._gate)
        self.sight.tag_share = lambda: float(self.value("segments.tags"))
        self.doing = Doing(ctx, self.sight, Rooms(ctx, numbers_of(plan.openings)), self.tiers, self._segments)
        self.sensors |= self._tier_sensors()
        self.sight.ends = tuple(
            one.opens_on_day + one.planned_life_days for one in plan.groups.values() if one.planned_life_days
        )
        if plan.phases:
            self.sight.phase, self.sight.phase_since = plan.phases[0].name, ctx.day
            self._moved = {move.path: self._target(move) for move in plan.phases[0].moves}

    def begin(self) -> None:
        """What the first phase sets holds from the first moment."""
        for path, value in self._moved.items():
            self.ctx.move_lever(path, value, told=False)

    def run(self) -> Process:
        """Starts everything that the plan says, then reviews for as long as there are rules."""
        ctx, plan = self.ctx, self.plan
        if "entry" in plan.families or "entry.least_tag" in plan.moved:
            ctx.process(self._keep_entry())
        ctx.process(self.sight.coming.receive())
        for group, opening in enumerate(plan.openings):
            if (kind := plan.groups[opening.name]).planned_life_days:
                ctx.process(self._end_life(group, kind))
        if any(phase.until for phase in plan.phases):
            ctx.process(self._watch_the_clock())
        for place, item in enumerate(plan.items):
            part = PlanPart(self, item, place)
            runner = run_moments if getattr(part.read(), "channel", "") == "moments" else RUNNERS.get(item.use)
            ctx.process(runner(ctx, part, self.sight) if runner else run_mechanic(ctx, part))
        if self._keeps("order"):
            ctx.process(self._keep_order())
            ctx.process(keep_kicking(ctx, self.sight, lambda name: self.value(f"order.kick.{name}")))
        if self._keeps("response.listing", "response"):
            ctx.process(
                keep_listing(ctx, lambda: float(self.value("response.listing")), lambda: self.causes.get("response", NO_CAUSE))
            )
        if self._keeps("response.bot", "response"):
            ctx.process(
                keep_bot(ctx, lambda name: float(self.value(f"response.{name}")), lambda: self.causes.get("response", NO_CAUSE))
            )
        if self._keeps("alarm.listeners", "alarm"):
            ctx.process(listen(ctx, lambda: float(self.value("alarm.listeners"))))
        if plan.reviewed:
            yield from self._review()

    def _keeps(self, path: str, family: str = "") -> bool:
        """Whether staff keep something: its family is written, or a phase, a rule or a redesign moves some of it."""
        anew = (one for _, steps in self.ctx.scenario.procedures for step in steps for one in step.set)
        moved = any(f"{one}.".startswith(f"{path}.") for one in (*self.plan.moved, *anew))
        return moved or (family or path) in self.plan.families

    def value(self, path: str, settings: Any = None) -> Any:
        """A setting as it stands now (or in other settings): moved, written, what it follows, or what it is by default."""
        if path in OF_STAFF:
            return read(self.ctx.staff_settings, OF_STAFF[path])
        found = read(self.ctx.settings if settings is None else settings, path)
        if found is None and path in self.ctx.redesigned:
            return self.ctx.redesigned[path]
        if found is None and path in self.plan.links:
            return self.value(self.plan.links[path], settings)
        head, _, name = path.partition(".")
        if found is None and (kind := _KINDS.get(head)) is not None:
            return default_of(kind, name)
        return found

    # Phases
    def _watch_the_clock(self) -> Process:
        """Phases that end on a day begin on time; those that end by what is seen wait for a review."""
        while self.ctx.day > 0 and self._has_ended():  # a plan that takes over from another begins where it would be
            self._next_phase(told=False)
        while self.place < len(self.plan.phases) - 1:
            until = self.plan.phases[self.place].until
            tomorrow = int(self.ctx.day) + 1.0
            days = [float(one.value if not isinstance(one.value, str) else self.value(one.value))
                    for one in (until.comparisons() if until else ()) if one.sensor == "age_days" and not one.of
                    and not (isinstance(one.value, str) and one.operator == "..")]  # fmt: skip
            yield self.ctx.until_day(min([day for day in days if self.ctx.day < day < tomorrow], default=tomorrow))
            if self._has_ended():
                self._next_phase(told=False)

    def _has_ended(self) -> bool:
        """Whether the present phase is over by the clock alone."""
        until = self.plan.phases[self.place].until
        return until is not None and until.sensors == {"age_days"} and until.holds(self._sense, self.value)

    def _next_phase(self, told: bool) -> None:
        self.place += 1
        phase = self.plan.phases[self.place]
        self.sight.phase, self.sight.phase_since = phase.name, self.ctx.day
        self.sight.veterans = self.sight.everybody()
        self._apply(self.ctx.fire(PHASE, True) if told else NO_CAUSE, told)

    # Rules
    def _review(self) -> Process:
        ctx = self.ctx
        yield ctx.until_day(self.value("review.hour") / DAY_HOURS)
        while True:
            asked = ctx.day
            person = yield from ctx.staff.work("review", self.value("review.minutes"))
            if person is not None:
                self._look()
            yield ctx.until_day(max(asked + self.value("review.every_days"), ctx.day))
            if ctx.day <= asked:
                yield ctx.wait(minutes=1)

    def _look(self) -> None:
        """One review: phases first, then the rules from top to bottom."""
        self.sight.look()
        while self.place < len(self.plan.phases) - 1:
            until = self.plan.phases[self.place].until
            if until is None or not until.holds(self._sense, self.value):
                break
            self._next_phase(told=True)
        last = NO_CAUSE
        for rule in self.plan.rules:
            active, before = self._is_active(rule), rule.number in self._fired
            if active and not before:
                self._fired[rule.number] = self.ctx.day, self.ctx.fire(rule.number, True)
            elif before and not active:
                del self._fired[rule.number]
                last = self.ctx.fire(rule.number, False)
        self._apply(last, told=True)
        for rule in self.plan.rules:
            if rule.number in self._fired and (rule.acts or rule.run):
                self._do(rule)

    def _do(self, rule: Rule) -> None:
        """What a rule that holds does: at every review, but not again to the same people within `hold_days`, and `once` only once.

        A rule about single members does it to each of them for whom it holds, all others to the groups.
        """
        whom = self._persons(rule) if rule.of_persons else [NOBODY] if rule.when.holds(self._sense, self.value) else []
        whom = [who for who in whom if not self._is_done(rule, who)]
        if not whom:
            return
        self._done |= {(rule.number, who): self.ctx.day for who in whom}
        cause = self._fired[rule.number][1]
        for act in rule.acts:
            self.ctx.process(do_act(self.doing, act, whom if rule.of_persons else (), cause))
        if rule.run:
            self._handle(rule, rule.run, cause)

    def _is_done(self, rule: Rule, who: int) -> bool:
        last = self._done.get((rule.number, who))
        return last is not None and (rule.once or self.ctx.day < last + rule.hold_days)

    def _persons(self, rule: Rule) -> list[int]:
        """Members for whom the condition of a rule has held for long enough, in the order of their numbers."""
        day, before = self.ctx.day, self._held.get(rule.number, {})
        now = {
            who: before.get(who, day)
            for who in sorted(self.sight.everybody())
            if rule.when.holds(self._sense_of(who), self.value)
        }
        self._held[rule.number] = now
        return [who for who, since in now.items() if day - since >= rule.when.for_days]

    def _sense_of(self, who: int) -> Sense:
        def sense(name: str) -> Reading:
            of_person = self.sensors[name].of_person
            return self._sense(name) if of_person is None else of_person(self.sight, who)

        return sense

    def _handle(self, rule: Rule, handling: Handling, cause: int) -> None:
        """Runs a procedure in each group in which somebody complained within a day, in all where nobody did, unless one still runs."""
        ctx, since = self.ctx, (self.ctx.day - 1.0) * DAY
        spoke = [
            note for note in ctx.notes() if note.kind == COMPLAINT_POSTED and note.time > since and ctx.is_running(note.group)
        ]
        for group in sorted({note.group for note in spoke}) or ctx.groups:
            last = self._cases.get((rule.number, group))
            if last is not None and not ctx.is_settled(last):
                continue
            incident = self._cases[rule.number, group] = ctx.open_incident(group, cause=cause)
            people = tuple(dict.fromkeys(note.actor for note in spoke if note.group == group))
            ctx.process(run_procedure(ctx, handling, Case(incident, group, people, ctx.opening_of(incident), 0.0, ctx.day)))

    def _is_active(self, rule: Rule) -> bool:
        day = self.ctx.day
        fired = self._fired.get(rule.number)
        if fired and (rule.once or day < fired[0] + rule.hold_days):
            return True
        if rule.of_persons:
            return bool(self._persons(rule))
        if not rule.when.holds(self._sense, self.value):
            self._since.pop(rule.number, None)
            return False
        return day - self._since.setdefault(rule.number, day) >= rule.when.for_days

    def _apply(self, last: int, told: bool) -> None:
        """Moves every setting to where the phase and the rules that hold want it; what nothing moves falls back."""
        wanted: dict[str, tuple[float | str, int]] = {}
        if self.plan.phases:
            wanted |= {move.path: (self._target(move), last) for move in self.plan.phases[self.place].moves}
        for rule in self.plan.rules:
            if rule.number in self._fired:
                row = self._fired[rule.number][1]
                wanted |= {move.path: (self._target(move), row) for move in rule.moves}
        for path in self.plan.moved:
            value, row = wanted.get(path, (None, last))
            if value == self._moved.get(path):
                continue
            if value is None:
                del self._moved[path]
            else:
                self._moved[path] = value
            self.causes[path.partition(".")[0]] = self.ctx.move_lever(path, value, row, told)

    def _target(self, move: Move) -> float | str:
        if move.setting:
            return move.setting
        if move.relative and move.path in OF_STAFF and move.path in self._moved:
            return self._moved[move.path]
        if move.relative:
            return bounded(self.plan.allowed[move.path], float(self.value(move.path, self.ctx.planned)) + move.value)
        return move.value

    def _sense(self, name: str) -> Reading:
        read = self.sensors[name].read
        return 0.0 if read is None else read(self.sight)

    def _end_life(self, group: int, kind: GroupPlan) -> Process:
        """A group that was planned for a time is told so and closed, unless that is under way already."""
        yield self.ctx.until_day(kind.opens_on_day + max(kind.planned_life_days - kind.notice_days, 0.0))
        if self.ctx.is_running(group) and not self.ctx.is_closing(group):
            self.ctx.dissolve(group, min(kind.notice_days, kind.planned_life_days))

    # Levers that staff keep
    def _segments(self) -> Segments:
        return Segments(**{name: self.value(f"segments.{name}") for name in hints_of(Segments)})

    def _with_tier(self, tier: int, sight: Any) -> float:
        return float(self.tiers.count(tier))

    def _tier_sensors(self) -> dict[str, Sensor]:
        """`tier_due`, and how many members have each tier of the plan."""
        found = {name: replace(one, read=partial(self._with_tier, tier))
                 for tier, (name, one) in enumerate(tier_sensors(self.plan.tiers).items(), 1)}  # fmt: skip
        return found | {
            "tier_due": replace(SENSORS["tier_due"], read=lambda sight: float(len(self.tiers.due(self._segments()))))
        }

    def _gate(self, group: int) -> Entry:
        """The terms of entry of a group as they stand now."""
        values = {name: self.value(f"entry.{name}") for name in hints_of(Entry) if name != "gift"}
        return Entry(**values, gift=Gift(**{name: self.value(f"entry.gift.{name}") for name in hints_of(Gift)}))

    def _keep_entry(self) -> Process:
        least: dict[int, float] = {}
        while True:
            now = float(self.value("entry.least_tag"))
            for group in self.ctx.groups:  # those that have opened since, too
                if least.get(group) != now and (group not in least or self.ctx.least_tag(group) != now):
                    self.ctx.set_entry(group, now, cause=self.causes.get("entry", NO_CAUSE))
                least[group] = now
            yield self.ctx.until_day(int(self.ctx.day) + 1)

    def _keep_order(self) -> Process:
        offences: Counter[int] = Counter()
        removed: set[int] = set()
        place = len(self.ctx.notes())  # rules do not act backwards, where a plan takes over from another
        while True:
            yield self.ctx.wait(hours=float(self.value("order.latency_hours")))
            yield from self.ctx.staff.come_on_duty()
            notes = self.ctx.notes(place)
            place += len(notes)
            for note in notes:
                if note.kind == ADVERT_POSTED:
                    offences[note.actor] += 1
                    if offences[note.actor] >= self.value("order.strikes") and note.actor not in removed:
                        removed.add(note.actor)
                        self.ctx.process(self._remove(note))

    def _remove(self, note: Any) -> Process:
        minutes = self.ctx.staff_settings.moderate_minutes
        person = yield from self.ctx.staff.work("moderate", minutes, group=note.group, member=note.actor)
        if person is not None and self.ctx.is_member(note.actor, note.group):
            self.ctx.remove_member(note.actor, note.group, person, cause=note.row)


class PlanPart:
    """One entry of a plan's calendar while it runs; its draws go by its place, so new entries come last."""

    task = "post"

    def __init__(self, run: PlanRun, item: Item, place: int) -> None:
        self.name, self._run, self._item = item.name, run, item
        self._kind = MECHANICS[item.use]
        self._from: tuple[Any, Any, dict[str, float]] = (None, None, {})
        self._read: Any = None
        self.lanes = Lanes.begin_at(place + 1)

    def read(self) -> Any:
        """The settings as they stand now; worked out anew only when one of those they come from has moved."""
        ctx = self._run.ctx
        plan, staff, anew = self._from
        if ctx.settings is not plan or ctx.staff_settings is not staff or ctx.redesigned != anew:
            self._from = ctx.settings, ctx.staff_settings, dict(ctx.redesigned)
            self._read = self._settings(self._kind, self.name)
        return self._read

    def _settings(self, kind: Any, path: str) -> Any:
        values: dict[str, Any] = {}
        for name, hint in hints_of(kind).items():
            inside = f"{path}.{name}"
            value = self._settings(hint, inside) if hints_of(hint) else self._run.value(inside)
            values |= {name: value} if value is not None else {}
        return kind(**values)

    def is_running(self) -> bool:
        """Whether it runs in the present phase, and no rule has stopped it."""
        phase = self._run.sight.phase
        return (not self._item.phases or phase in self._item.phases) and bool(self.read().running)

    def groups(self) -> list[int]:
        """Those of its audience that are running."""
        ctx = self._run.ctx
        named = self._run.doing.rooms.open(self._item.audience) if self._item.audience else ctx.groups
        return [group for group in named if ctx.is_running(group)]

    def opened(self) -> None:
        """What runs from the start is in the manifest; what a rule starts is written down with the rule."""

    def cause(self, group: int) -> int:
        """The move of the rule that last touched it, or the change of a branch; none if it runs as written."""
        moved = self._run.causes.get(self.name, NO_CAUSE)
        return moved if moved != NO_CAUSE else self._run.ctx.changed(self.name)

    def begin(self, group: int) -> int:
        """Turns of a plan have no marks of their own."""
        return self.cause(group)

    def end(self, group: int, cause: int) -> None:
        """Nothing to be marked."""

    def posted(self, promotion: bool) -> None:
        """Counted, for the sensors of posts."""
        self._run.sight.posted(self.name, promotion)

    def played(self, group: int, post: int, prizes: int) -> None:
        """Counted, for the sensor of games."""
        self._run.sight.played(group, post, prizes)
