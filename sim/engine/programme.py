"""One programme of groups that share their staff: world and scenario -> events, handed to the log in chunks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator
from functools import partial
from operator import attrgetter
from typing import Any
from zlib import crc32

import numpy as np
import simpy

from sim import streams
from sim.allowed import ConfigError
from sim.engine.branching import Replaced, make_changes
from sim.engine.context import Context
from sim.engine.outside import run_outside
from sim.events.kinds import (
    CHANNEL_OPENED,
    DAY,
    EVENT_DTYPE,
    GROUP_CLOSED,
    GROUP_FOUNDED,
    LEVER_MOVED,
    MESSAGE_POSTED,
    NONE,
    QUESTION_ASKED,
    RUN_ENDED,
    STIMULUS_DEFINED,
)
from sim.events.log import LogWriter
from sim.kernel import advance as kernel
from sim.kernel.live import Loop, add_due
from sim.kernel.queue import ARRIVAL_DUE
from sim.levers import owner_of, plugins_begun
from sim.operators.bonds import Bonds
from sim.operators.desk import watch_groups
from sim.operators.office import StaffRoom
from sim.rules.door import Coming
from sim.rules.spec import Entry
from sim.rules.terms import write
from sim.scenario import Opening, Scenario
from sim.vocabulary.tables import COUNTS, DIARY, DUE, GROUP, NEVER, NOTE, STIMULUS, Stimulus
from sim.world.build import World, build_state, build_world
from sim.world.carve import StateTables, WorldTables, carve_state, carve_world

#: What tells operators who keeps the group busy.
TALK = (MESSAGE_POSTED, QUESTION_ASKED)
#: What opens or closes a group.
OF_GROUPS = frozenset((GROUP_FOUNDED, CHANNEL_OPENED, GROUP_CLOSED))
LOG_ROOM, INBOX_ROOM, QUEUE_ROOM = 1 << 13, 1 << 13, 1 << 12
#: Days of talk that there is room for at first.
TALK_ROOM = 8


class MemberClock(simpy.Environment):
    """A SimPy environment whose time is run by the members before anything scheduled happens (us, whole)."""

    def __init__(self, advance: Callable[[float], None]) -> None:
        super().__init__(initial_time=0)
        self._advance, self._lived = advance, -1.0

    def step(self) -> None:
        """Runs up to the next decision, then takes it: members come before operators at equal times."""
        until = self.peek()
        if until > self._lived:  # nothing that an operator does falls due for members at the same moment
            self._advance(until)
            self._lived = until
        super().step()

    def pass_to(self, time: int) -> bool:
        """Lets the members alone run up to a moment (us) and sets the clock to it; False, and nothing, where something else is scheduled.

        For a process that is the last to do anything now: SimPy's event for a look that finds nothing took a tenth of a run.
        """
        if self.peek() <= time:
            return False
        if time > self._lived:
            self._advance(time)
            self._lived = time
        self._now = time
        return True

    def start(self, generator: Generator[Any, Any, Any], _: Any = None) -> None:
        """Runs a process that nobody waits for: without events of its own for beginning and end, half of SimPy's cost."""
        try:
            for event in generator:
                if event.callbacks is not None:
                    event.callbacks.append(partial(self.start, generator))
                    return
        except Replaced:
            return


class Programme:
    """The live state of one programme. Every change goes through `emit`; nothing else writes to the log."""

    #: Where its world comes from; a reference that is held against this model builds one of its own.
    build_world = staticmethod(build_world)

    def __init__(self, scenario: Scenario, seed: int, replication: int, number: int, writer: LogWriter) -> None:
        self.scenario, self.number, self._writer = scenario, number, writer
        self.world: World = self.build_world(scenario, seed, replication, number)
        self.state = build_state(self.world, scenario)
        self.people: WorldTables = carve_world(self.world.array)
        self.tables: StateTables = carve_state(self.state)
        self._root = self.world.keys[-1]
        persons = len(self.world.arrivals)
        self._loop = Loop(
            np.zeros(persons, dtype=DIARY.dtype),
            np.zeros(QUEUE_ROOM + 2 * persons, dtype=DUE.dtype),
            np.zeros(INBOX_ROOM, dtype=NOTE.dtype),
            np.zeros(LOG_ROOM, dtype=EVENT_DTYPE),
            np.zeros(1, dtype=COUNTS.dtype),
        )
        self.env = MemberClock(self._advance)
        self._notes, self._noted = np.zeros(INBOX_ROOM, dtype=NOTE.dtype), 0
        self._talk, self._heard = np.zeros((persons, TALK_ROOM), dtype=np.int32), 0
        self.settings = {"staff": scenario.staff, "strategy": scenario.strategy[1]}
        self.settings |= {f"incident.{name}": plugin for name, plugin in scenario.incident}
        self.settings |= {f"campaign.{name}": plugin for name, plugin in scenario.campaign}
        self.planned = dict(self.settings)
        self._moves: dict[str, dict[str, float | str]] = {}
        self._stimuli: dict[Stimulus, int] = {}
        self._elsewhere: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        #: What brought about each incident, by its number: the Python file of the incident, or of what opened it.
        self.triggers: list[str] = []
        self._open: list[int] | None = None
        self.own_feeds: set[int] = set()
        self.paid_back: list[tuple[int, int]] = []  # (us, person) of every refund
        self.redesigned: dict[str, float] = {}
        self.running: dict[str, Context] = {}
        self.changed: dict[str, int] = {}
        self.bonds = Bonds(scenario.parameters, scenario.without)
        self.staff = StaffRoom(self.context("staff", "staff"), self.settings)

    def run(self) -> None:
        """Runs from the founding to the horizon and hands every event to the writer."""
        scenario = self.scenario
        if getattr(scenario.strategy[1], "founds", True):
            for group, opening in enumerate(scenario.openings):
                if opening.day == 0:
                    self._found(group, opening)
                else:
                    self.env.process(self._found_later(group, opening))
        for person in np.flatnonzero(self.world.arrivals < NEVER):
            add_due(self._loop, int(self.world.arrivals[person]), int(person), ARRIVAL_DUE, 0, NONE, NONE)
        self.env.process(self._move_levers())
        if scenario.market.outside:
            self.env.process(run_outside(self.context("staff", "outside")))
        self.staff.open()
        context = self.context("strategy", scenario.strategy[0])
        if hasattr(scenario.strategy[1], "begin"):
            scenario.strategy[1].begin(context)
        self._desk = self.env.process(watch_groups(context))
        if not getattr(scenario.strategy[1], "receives", False):
            self.env.process(Coming(context, context.door, lambda group: Entry()).receive())
        later = plugins_begun(scenario.changes)
        for kind, plugins in (
            ("strategy", (scenario.strategy,)),
            ("incident", scenario.incident),
            ("campaign", scenario.campaign),
        ):
            for name, plugin in plugins:
                if f"{kind}.{name}" not in later:
                    self.begin(kind, name, plugin)
        make_changes(self)
        end = round((scenario.days + scenario.confirm_days) * DAY)
        self.env.run(until=end)
        self.emit(RUN_ENDED, NONE)
        self._flush()

    def begin(self, kind: str, name: str, plugin: Any) -> Context:
        """Starts the process of a plug-in; gives its context."""
        context = self.context(kind, name)
        self.running[kind if kind == "strategy" else f"{kind}.{name}"] = context
        self.env.process(context.until_replaced(plugin.run(context)))
        return context

    def watch(self) -> None:
        """Staff begin to look at the groups where so far there was nothing that they would have taken up."""
        if not self._desk.is_alive:
            self._desk = self.env.process(watch_groups(self.context("strategy", self.scenario.strategy[0])))

    def release(self) -> None:
        """Lets go of the arrays at once: SimPy's processes and the programme refer to each other in circles."""
        del self.world, self.state, self.people, self.tables, self._loop, self._notes

    def context(self, kind: str, name: str) -> Context:
        """What the process of one plug-in sees and may do."""
        key = kind if kind in ("staff", "strategy") else f"{kind}.{name}"
        purpose = getattr(streams, kind.upper(), streams.TASK_TIME)
        return Context(self, key, streams.key_int(int(self._root), purpose, crc32(name.encode())))

    def emit(
        self,
        kind: int,
        group: int = NONE,
        actor: int = NONE,
        target: int = NONE,
        x: float = 0.0,
        y: float = 0.0,
        cause: int = NONE,
    ) -> int:
        """Writes one event down at the present time; gives its sequence number."""
        event = int(self.env.now), int(cause), int(kind), int(group), int(actor), int(target), float(x), float(y)
        if kind in OF_GROUPS:
            self._open = None
        while (row := kernel.act(self.world.array, self.state, self._loop, *event)) < 0:
            self._make_room(int(-row))
        return int(row)

    def open_groups(self) -> list[int]:
        """Numbers of the groups that are open now; looked for anew only after one was opened or closed."""
        if self._open is None:
            channels = self.tables.channels[: int(self.tables.head["channels"])]
            is_open = (channels["kind"] == GROUP) & (channels["founded_at"] < NEVER) & (channels["closed"] == 0)
            self._open = np.flatnonzero(is_open).tolist()
        return self._open

    def stimulus_number(self, stimulus: Stimulus, key: str) -> int:
        """The number of a stimulus; its attributes are written down at first use.

        Raises ConfigError, which names the plug-in `key`, where there is no room for one more.
        """
        if stimulus not in self._stimuli:
            if len(self._stimuli) == (most := len(self.tables.stimuli)):
                raise ConfigError(f"{key}: messages of more than {most} kinds; vary the hour or the reward, not the content")
            number = self._stimuli[stimulus] = len(self._stimuli)
            for place in range(len(STIMULUS.fields)):
                if stimulus[place] != 0.0:
                    self.emit(STIMULUS_DEFINED, NONE, number, place, stimulus[place])
        return self._stimuli[stimulus]

    def next_incident(self, key: str) -> int:
        """The number of the next incident. Raises ConfigError, which names the plug-in `key`, where there is no room for it."""
        if (number := len(self.triggers)) == len(self.tables.incidents):
            raise ConfigError(f"{key}: more than {number} incidents in a programme; fewer of them, or fewer groups")
        self.triggers.append(type(self.settings.get(key)).__module__.rpartition(".")[2])
        return number

    def read_inbox(self) -> np.ndarray:
        """All that operators could have noticed so far, in order (NOTE [.])."""
        waiting = int(self._loop.counts["waiting"][0])
        if waiting:
            if self._noted + waiting > len(self._notes):
                self._notes = np.concatenate([self._notes, np.zeros(len(self._notes) + waiting, NOTE.dtype)])
            self._notes[self._noted : self._noted + waiting] = self._loop.inbox[:waiting]
            self._noted += waiting
            self._loop.counts["waiting"] = 0
        return self._notes[: self._noted]

    def count_talk(self, group: int, first_day: int) -> tuple[np.ndarray, np.ndarray]:
        """(persons of a group, how many messages and questions each has written since that day)."""
        notes = self.read_inbox()[self._heard :]
        self._heard = self._noted
        said = notes[(notes["kind"] == MESSAGE_POSTED) | (notes["kind"] == QUESTION_ASKED)]
        days = said["time"] // DAY
        missing = int(days.max(initial=0)) + 1 - self._talk.shape[1]
        if missing > 0:
            self._talk = np.pad(self._talk, ((0, 0), (0, missing + self._talk.shape[1])))
        home = self.people.traits["group"]
        at_home = said["group"] == home[said["actor"]]
        np.add.at(self._talk, (said["actor"][at_home], days[at_home]), 1)
        for note, day in zip(said[~at_home], days[~at_home], strict=True):  # in a group that the person moved or was invited to
            self._elsewhere[int(note["group"])][int(note["actor"])].append(int(day))
        persons = self.persons_of(group)
        heard = np.where(home[persons] == group, self._talk[persons, max(first_day, 0) :].sum(axis=1), 0)
        for person, spoken in self._elsewhere[group].items():
            heard[np.searchsorted(persons, person)] += sum(day >= first_day for day in spoken)
        return persons, heard

    def talk_of(self, person: int) -> int:
        """How many messages and questions a person has written so far."""
        return int(np.isin(self.read_inbox()["kind"][self.read_inbox()["actor"] == person], TALK).sum())

    def is_closed(self, group: int) -> bool:
        """Whether a channel has been closed."""
        return bool(self.tables.channels["closed"][group]) if group < len(self.tables.channels) else False

    def persons_of(self, group: int) -> np.ndarray:
        """Persons who are or may come to be in a group, in the order of their numbers (i8)."""
        tables = self.tables
        channel = tables.channels[group]
        seats = tables.rosters["seat"][channel["roster"] : channel["roster"] + channel["enlisted"]]
        persons = tables.members["person"][seats].astype(np.int64)
        return persons if len(seats) == 0 or seats[-1] < len(tables.persons) else np.unique(persons)

    def move_lever(self, owner: str, path: str = "", value: float | str | None = None) -> None:
        """Lets a rule hold a setting at a value, or at what another setting is planned to be; None gives it back."""
        moves = self._moves.setdefault(owner, {})
        if path and value is None:
            moves.pop(path, None)
        elif path and value is not None:
            moves[path] = value
        self.settings[owner] = self.planned[owner]
        for moved, to in moves.items():
            value = attrgetter(to)(self.planned[owner]) if isinstance(to, str) else to
            self.settings[owner] = write(self.settings[owner], moved, value)

    def redesign(self, owner: str, path: str, value: float) -> None:
        """Sets what is planned anew, from now on; what a plan does not write is kept beside it."""
        holder: Any = self.planned[owner]
        for part in path.split("."):
            holder = getattr(holder, part, None)
        if holder is None:
            self.redesigned[path] = value
            return
        self.planned[owner] = write(self.planned[owner], path, type(holder)(value))
        self.move_lever(owner)

    def replan(self, owner: str, path: str, value: Any) -> None:
        """Plans a setting anew, or with "" as its path all settings of a plug-in; what rules hold of these they let go."""
        if path:
            self.planned[owner] = write(self.planned[owner], path, value)
        else:
            self.planned[owner] = value
            self._moves.pop(owner, None)
        self.move_lever(owner)

    def _found_later(self, group: int, opening: Opening) -> Generator[Any, Any, Any]:
        yield self.env.timeout(round(opening.day * DAY))
        self._found(group, opening)

    def _found(self, group: int, opening: Opening) -> None:
        if opening.kind == GROUP:
            self.emit(GROUP_FOUNDED, group, x=opening.size)
        else:
            self.emit(CHANNEL_OPENED, group, target=len(self.people.traits), x=opening.kind, y=opening.reach)

    def _move_levers(self) -> Generator[Any, Any, Any]:
        for number, lever in sorted(enumerate(self.scenario.levers), key=lambda pair: (pair[1].day, pair[0])):
            yield self.env.timeout(max(round(lever.day * DAY) - self.env.now, 0))
            self.replan(*owner_of(lever.key, self.settings), lever.value)
            self.emit(LEVER_MOVED, NONE, target=number, x=lever.value)

    def _advance(self, until: float) -> None:
        until = min(until, NEVER)  # inf where nothing is scheduled any more
        while (lacking := kernel.advance(self.world.array, self.state, self._loop, int(until))) != kernel.DONE:
            self._make_room(int(lacking))

    def _make_room(self, lacking: int) -> None:
        """Empties or widens what has no room for another step."""
        if lacking == kernel.LOG_FULL:
            self._flush()
        elif lacking == kernel.SEATS_FULL:
            raise ConfigError(
                f"scenario.population.memberships={self.scenario.population.memberships:g}: all "
                f"{int(self.tables.head['seats_high'])} memberships of a programme are taken; allow more per person"
            )
        elif lacking == kernel.INBOX_FULL:
            self.read_inbox()
        elif lacking == kernel.QUEUE_FULL:
            self._loop = self._loop._replace(queue=np.concatenate([self._loop.queue, np.zeros_like(self._loop.queue)]))
        else:
            self.state = np.concatenate([self.state, np.zeros_like(self.state)])
            self.tables = carve_state(self.state)

    def _flush(self) -> None:
        counts = self._loop.counts
        rows = int(counts["logged"][0])
        if rows:
            self._writer.append(self._loop.log[:rows], self.number)
            counts["first"] += rows
            counts["logged"] = 0
