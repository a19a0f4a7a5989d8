"""The script of a lesson and the run folders of its stories -> what a page plays; the words of a lesson stay data."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

#: Kinds of steps in which a class votes.
VOTED: Final = ("predict", "ask", "vote", "exit")


#: Seconds that a visitor waits for a story that is being simulated.
PATIENCE: Final = 60.0


@dataclass
class Script:
    """plain: title, arms, steps and what came out, as plain values (`sim.lessons.script`); stories: run folder of each arm played.

    Both are replaced by `know` as more is simulated. want: tells whoever simulates that somebody opens the lesson. read: gives
    `plain` where a list knows no more of it than name, title, question and minutes; called once, by whoever opens the lesson first.
    """

    plain: dict[str, Any]
    stories: dict[int, Path]
    want: Callable[[], None] = lambda: None
    read: Callable[[], dict[str, Any]] | None = None
    trouble: str = ""
    _told: threading.Event = field(default_factory=threading.Event)
    _opening: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> None:
        """Somebody opens it: it is read where that was not done yet, and comes first with whoever simulates."""
        with self._opening:
            if self.read is not None:
                self.plain, self.read = self.read(), None
        self.want()

    def know(self, plain: dict[str, Any], stories: dict[int, Path]) -> None:
        """More is known."""
        self.plain, self.stories = plain, stories
        self._told.set()

    def fail(self, why: str) -> None:
        """It cannot be simulated, for a reason in one line."""
        self.trouble = why
        self._told.set()

    def story(self, arm: int) -> Path | None:
        """The run folder of an arm that is played, waited for while it is being simulated; None where there is none."""
        if arm in self.plain["told"] and arm not in self.stories:
            self._told.wait(PATIENCE)
        return self.stories.get(arm)

    @property
    def name(self) -> str:
        name: str = self.plain["name"]
        return name

    def choices(self, step: int) -> frozenset[str]:
        """The ballots that a step takes; none where it takes no votes."""
        kind = self.plain["steps"][step]["kind"]
        if kind == "predict":  # which way, how much, how sure
            return frozenset(f"{way}.{size}.{sure}" for way in range(3) for size in range(3) for sure in range(3))
        return frozenset(map(str, range(len(self.plain["steps"][step]["options"])))) if kind in VOTED else frozenset()
