"""Lists of who took part -> who missed sessions and homework, as a class teacher sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sim.rules.protocols import Sees


class Roll:
    """Running counts by person. A list is closed when one cannot take part any more."""

    def __init__(self, sees: Sees) -> None:
        self.sees = sees
        self.absences: Counter[int] = Counter()
        self.missing: Counter[int] = Counter()
        self._homework: list[tuple[float, int, int]] = []

    def session(self, asked: Iterable[int], came: Iterable[int]) -> list[int]:
        """One session is over; gives those who are still here and did not come."""
        return self._note(self.absences, asked, came)

    def homework(self, asked: Iterable[int], handed_in: Iterable[int]) -> list[int]:
        """Homework is due; gives those who are still here and handed nothing in."""
        asked, handed_in = list(asked), set(handed_in)
        self._homework.append((self.sees.day, len(asked), len(handed_in.intersection(asked))))
        return self._note(self.missing, asked, handed_in)

    def homework_share(self, days: float) -> float:
        """Share of the homework due within the last days that was handed in; 1 where none was due."""
        due = [(asked, done) for day, asked, done in self._homework if day > self.sees.day - days]
        asked = sum(one for one, _ in due)
        return sum(done for _, done in due) / asked if asked else 1.0

    def _note(self, counts: Counter[int], asked: Iterable[int], did: Iterable[int]) -> list[int]:
        did = set(did)
        missed = [person for person in asked if person not in did and self.sees.is_member(person)]
        counts.update(missed)
        return missed
