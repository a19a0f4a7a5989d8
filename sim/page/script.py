"""The script of a lesson and the run folders of its stories -> what a page plays; the words of a lesson stay data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

#: Kinds of steps in which a class votes.
VOTED: Final = ("predict", "ask", "vote", "exit")


@dataclass(frozen=True)
class Script:
    """plain: title, arms, steps and what came out, as plain values (`sim.lessons.script`); stories: run folder of each arm played."""

    plain: dict[str, Any]
    stories: dict[int, Path]

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
