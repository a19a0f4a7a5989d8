"""Names of the groups in a plan -> the channels that are open under them at present."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sim.rules.acts import ALL
from sim.rules.protocols import Sees


class Rooms:
    """Which channels stand behind which name; groups that are founded later are added under the name they are opened by."""

    def __init__(self, sees: Sees, numbers: Mapping[str, Iterable[int]]) -> None:
        self._sees = sees
        self._numbers: dict[str, list[int]] = defaultdict(list, {name: list(group) for name, group in numbers.items()})

    def add(self, name: str, group: int) -> None:
        """One more group under a name."""
        self._numbers[name].append(group)

    def open(self, name: str) -> list[int]:
        """Groups of this name that are running now; `all` stands for every one, those without a name too."""
        return [group for group in (self._sees.groups if name == ALL else self._numbers[name]) if self._sees.is_running(group)]

    def with_room(self, name: str, but: int = -1) -> int | None:
        """The first group of this name that one more person can enter, other than `but`; None where there is none."""
        return next((group for group in self.open(name) if group != but and self._sees.has_room(group)), None)
