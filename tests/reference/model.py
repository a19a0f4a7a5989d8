"""The member model once more, in plain Python: a heap of what is due, keyed draws in whole numbers, one event at a time.

A `ReferenceProgramme` takes the place of `sim.engine.programme.Programme`: operators, strategies and incidents run
unchanged on top of it, and both write full logs that can be compared row by row.
"""

from __future__ import annotations

import numpy as np

from sim.engine.context import Context
from sim.engine.programme import Programme
from sim.events.kinds import EVENT_DTYPE
from sim.events.log import LogWriter
from sim.scenario import Scenario
from tests.reference.apply import Apply
from tests.reference.context import ReferenceContext
from tests.reference.live import Diary, Live
from tests.reference.rules import Rules
from tests.reference.steps import Steps
from tests.reference.world import build_world

#: What stands wherever nobody may look.
WRONG = -987_654_321


class ReferenceProgramme(Live, Apply, Steps, Programme):
    """A programme whose world was built and whose members live in plain Python. Operators are those of the simulator."""

    build_world = staticmethod(build_world)

    def __init__(self, scenario: Scenario, seed: int, replication: int, number: int, writer: LogWriter) -> None:
        super().__init__(scenario, seed, replication, number, writer)
        self.rules = Rules(self.world, scenario)
        for part in self.tables:  # nobody may read the tables of the compiled model here, except for their sizes
            for name in part.dtype.names if part is not self.tables.head else ():
                part[name] = 0 if part[name].dtype.kind == "u" else WRONG
        self.rows: list[tuple] = []
        self._keys = [int(word) for word in self.world.keys]
        self._diaries = [Diary() for _ in self.rules.persons]
        self._due: list[tuple] = []
        self._serial = 0
        for time, person in self.rules.arrivals():
            self._later(time, person.number, 0, self._arrive, person)

    def context(self, kind: str, name: str) -> Context:
        plain = super().context(kind, name)
        return ReferenceContext(self, plain._key, plain._root)

    def persons_of(self, group: int) -> np.ndarray:
        return np.unique([person.number for person in self.rules.groups[group].persons]).astype(np.int64)

    def _flush(self) -> None:
        rows = np.array(self.rows, dtype=EVENT_DTYPE)
        if len(rows):
            self._writer.append(rows, self.number)
