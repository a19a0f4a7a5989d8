"""What every process of the engine has: its settings, its clock, its draws, and the one way to write an act down."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import streams
from sim.allowed import ConfigError
from sim.engine.branching import Replaced
from sim.engine.faults import find_fault
from sim.events.kinds import DAY, HOUR, MINUTE, NONE
from sim.vocabulary.tables import NEVER

if TYPE_CHECKING:
    from sim.engine.programme import Programme


class Note:
    """Something staff can notice: an event of interest as it stands in the group."""

    __slots__ = ("actor", "amount", "group", "kind", "message", "row", "time")

    def __init__(self, row: int, time: int, kind: int, group: int, actor: int, message: int, amount: float) -> None:
        self.row, self.time, self.kind = row, time, kind
        self.group, self.actor, self.message, self.amount = group, actor, message, amount


class Acting:
    """Where an act is checked and becomes an event; waits are SimPy events."""

    def __init__(self, programme: Programme, key: str, root: int) -> None:
        self._programme, self._key, self._root = programme, key, root
        self._lanes: dict[int, np.uint64] = {}
        self.env = programme.env
        self._opened: dict[int, int] = {}
        self._begun: dict[int, int] = {}
        self._replaced = False
        self.since = int(NONE)
        """row of the change of a branch that put this plug-in in its place: the cause of what has no nearer one"""

    @property
    def settings(self) -> Any:
        """The plug-in's settings as they stand now: a lever may have moved them, so read them at use."""
        self._check_place()
        return self._programme.settings[self._key]

    @property
    def staff_settings(self) -> Any:
        """The staff as they stand now."""
        return self._programme.settings["staff"]

    @property
    def staff(self) -> Any:
        """The people who do the work; see `sim.operators.staff`."""
        self._check_place()
        return self._programme.staff

    @property
    def scenario(self) -> Any:
        """The scenario of the run."""
        return self._programme.scenario

    @property
    def groups(self) -> list[int]:
        """Numbers of the groups of the programme that are open now, those founded later included."""
        return list(self._programme.open_groups())

    def is_running(self, group: int) -> bool:
        """Whether a group has been opened and not been closed."""
        channel = self._programme.tables.channels[group]
        return bool(channel["founded_at"] < NEVER and channel["closed"] == 0)

    @property
    def day(self) -> float:
        """Days since the founding."""
        return self.env.now / DAY

    def process(self, generator: Generator[Any, Any, Any]) -> None:
        """Starts another process beside this one; it runs at once up to its first wait."""
        self._check_place()
        self.env.start(generator)

    def until_replaced(self, generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """The process of a plug-in, which ends when it next reads a setting or acts after something else has taken its place."""
        with suppress(Replaced):
            yield from generator

    def _check_place(self) -> None:
        if self._replaced:
            raise Replaced

    def wait(self, days: float = 0.0, hours: float = 0.0, minutes: float = 0.0) -> Any:
        """An event that happens after this time."""
        return self.env.timeout(max(round(days * DAY + hours * HOUR + minutes * MINUTE), 0))

    def until_day(self, day: float) -> Any:
        """An event that happens on this day of the run (now, if it is past)."""
        return self.env.timeout(max(round(day * DAY) - int(self.env.now), 0))

    def until_hour(self, hour: float) -> Any:
        """An event that happens when the clock next shows this hour of the day."""
        ahead = (round(hour * HOUR) - int(self.env.now)) % DAY
        return self.env.timeout(ahead or DAY)

    def uniform(self, ordinal: int, who: int = 0) -> float:
        """A keyed number in (0, 1): the same for the same plug-in, ordinal and person whatever else happens."""
        lane = self._lanes.get(who)
        if lane is None:
            lane = self._lanes[who] = np.uint64(streams.key_int(self._root, streams.STRATEGY, who))
        return streams.uniform(lane, streams.STRATEGY, ordinal)

    def uniform_of(self, note: Note, ordinal: int = 0) -> float:
        """A keyed number in (0, 1) for something a member did."""
        own = streams.key(self._programme.world.keys[note.actor], streams.STRATEGY, note.time)
        return streams.uniform(np.uint64(own), streams.STRATEGY, ordinal)  # compiled code gives whole numbers of Python's own

    def _act(
        self,
        kind: int,
        group: int = NONE,
        actor: int = NONE,
        target: int = NONE,
        x: float = 0.0,
        y: float = 0.0,
        cause: int = NONE,
    ) -> int:
        """Writes an act down; gives its sequence number. In a closed channel nothing is done: NONE.

        Raises ConfigError (one line), and nothing is written, where it cannot be what happened.
        """
        if not self._may(kind, group, actor, target):
            return int(NONE)
        return self._programme.emit(kind, group, actor, target, x, y, self.since if cause == NONE else cause)

    def _may(self, kind: int, group: int = NONE, actor: int = NONE, target: int = NONE) -> bool:
        """Whether an act can be done now: not in a closed channel. ConfigError where it cannot be what happened."""
        self._check_place()
        if group != NONE and self._programme.is_closed(group):
            return False
        wrong = find_fault(self._programme.tables, kind, group, actor, target)
        if wrong:
            raise ConfigError(f"{self._key}: {wrong}; mend the plug-in")
        return True

    def _place(self, group: str) -> int:
        """Place of this plug-in among those of its group in the scenario; NONE for any other plug-in."""
        names = [f"{group}.{name}" for name, _ in getattr(self.scenario, group)]
        return names.index(self._key) if self._key in names else int(NONE)
