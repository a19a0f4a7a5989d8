"""What an operator has seen of the groups so far: notes -> counts per day, for the sensors. Never value, warmth or reads."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Set
from typing import Any, SupportsInt

from sim.events.kinds import (
    ADVERT_POSTED,
    COMPLAINT_POSTED,
    DAY,
    HOUR,
    HOUR_MINUTES,
    MEMBER_JOINED,
    MESSAGE_POSTED,
    NONE,
    ORDER_PLACED,
    QUESTION_ASKED,
    WEEK_DAYS,
)
from sim.rules.protocols import Sees
from sim.rules.roll import Roll
from sim.rules.till import Till

#: The most talkative tenth of the writers; writers of the week at least, where trouble is held against them (assumed).
TOP_ONE_IN, WRITERS_LOW = 10, 5

#: What members write themselves: kinds of notes.
WRITTEN = (int(MESSAGE_POSTED), int(QUESTION_ASKED), int(COMPLAINT_POSTED))
#: Days since something that has not happened yet.
NEVER_DAYS = 1e6
#: After how many days staff stop waiting to answer a question.
FORGOTTEN_DAYS = 7.0


class Sight:
    """Running counts of one programme; `look` brings them up to date. Days are counted back from now."""

    def __init__(self, sees: Sees) -> None:
        self.sees = sees
        self.phase, self.phase_since = "", 0.0
        self.till = Till(sees)
        self.roll = Roll(sees)
        self._place = 0
        self._times: dict[int, list[int]] = defaultdict(list)
        self._wrote: dict[int, list[int]] = defaultdict(list)
        self._bought: dict[int, list[int]] = defaultdict(list)
        self._helped: dict[int, list[int]] = defaultdict(list)
        self._open: dict[int, int] = {}
        self._asked: list[tuple[int, int]] = []
        self._friends: list[tuple[float, set[int]]] = []
        self._sizes: list[tuple[float, int, int]] = []
        self.streams: list[float] = []
        self._games: dict[int, tuple[int, int]] = {}
        self._inside: set[int] = set()
        self._came: list[int] = []
        self._said: list[tuple[int, int, int]] = []
        self.tests: list[tuple[float, int, float]] = []
        self.wrote_privately = -NEVER_DAYS
        self.ends: tuple[float, ...] = ()
        self.veterans: set[int] = set()
        self.tiers: Any = None
        self.coming: Any = None
        self.tag_share: Callable[[], float] = lambda: 0.0
        self._complained: dict[int, int] = {}
        self._trouble: dict[str, list[int]] = defaultdict(list)
        self._posts: list[tuple[float, str, bool]] = []

    def look(self) -> None:
        """Takes in what has happened since the last look."""
        for note in self.sees.notes(self._place):
            self._place += 1
            self.till.take(note)
            self._times[note.kind].append(note.time)
            if note.kind in WRITTEN:
                self._wrote[note.actor].append(note.time)
                self._said.append((note.time, note.group, note.actor))
                if trouble := self.sees.trouble_of(note.message):
                    self._trouble[trouble].append(note.time)
            if note.kind == MESSAGE_POSTED and note.amount > 0.0:
                self._helped[note.actor].append(note.time)
            if note.kind == COMPLAINT_POSTED:
                self._complained[note.actor] = note.time
            if note.kind == ORDER_PLACED:
                self._bought[note.actor].append(note.time)
            if note.kind == MEMBER_JOINED and note.actor not in self._inside and self.sees.is_group(note.group):
                self._inside.add(note.actor)  # who comes to a second group, or moves, is not one more
                self._came.append(note.time)
            if note.kind == QUESTION_ASKED:
                self._open[note.message] = note.time
                self._asked.append((note.time, note.message))
        self.till.look()
        now = self.sees.day * DAY
        self._open = {
            message: time
            for message, time in self._open.items()
            if now - time < FORGOTTEN_DAYS * DAY and not self.sees.is_answered(message)
        }
        self._inside = self.everybody()
        self._sizes.append((self.sees.day, len(self._inside), len(self._came)))

    def posted(self, entry: str, promotion: bool) -> None:
        """One more post of a calendar entry."""
        self._posts.append((self.sees.day, entry, promotion))

    def played(self, group: int, post: int, prizes: int) -> None:
        """One more game in a group."""
        self._games[group] = (post, prizes)

    def responders(self) -> float:
        """Who took part in the last game of each group; the prizes that are gone tell."""
        return float(sum(prizes - self.sees.places_left(post) for post, prizes in self._games.values()))

    def groups(self) -> Iterable[int]:
        """The groups that are running."""
        return filter(self.sees.is_running, self.sees.groups)

    def members(self) -> int:
        """Present members of all running groups."""
        return sum(len(self.sees.members(group)) for group in self.groups())

    def count(self, kind: SupportsInt, days: float, until: float = 0.0) -> int:
        """Notes of a kind within the last days, leaving out the last `until` of them."""
        times, now = self._times[int(kind)], self.sees.day  # in order, so that a look stays quick however long the log
        return bisect_right(times, (now - until) * DAY) - bisect_right(times, (now - days) * DAY)

    def writers(self, days: float) -> Counter[int]:
        """How much each person has written within the last days."""
        first = (self.sees.day - days) * DAY
        counts = {person: len(times) - bisect_right(times, first) for person, times in self._wrote.items()}
        return Counter({person: count for person, count in counts.items() if count})

    def everybody(self) -> set[int]:
        """Present members of all running groups, each once."""
        return {person for group in self.groups() for person in self.sees.members(group)}

    def joins(self, days: float) -> int:
        """Persons who have come within the last days; who moves or enters a second group has not come anew."""
        return len(self._came) - bisect_right(self._came, (self.sees.day - days) * DAY)

    def exits(self, days: float) -> int:
        """Persons who have gone within the last days: how many there were, who came, how many there are."""
        before = [size for size in self._sizes if size[0] <= self.sees.day - days] or self._sizes[:1]
        if not before:
            return 0
        _, members, came = before[-1]
        return max(members + len(self._came) - came - len(self.everybody()), 0)

    def wrote_in(self, group: int, day: float) -> set[int]:
        """Who has written in a group since that day."""
        self.look()
        first = bisect_right(self._said, (round(day * DAY), -1, -1))
        return {who for _, where, who in self._said[first:] if where == group}

    def record_test(self, group: int, share: float) -> None:
        """A test of a group is over."""
        self.tests.append((self.sees.day, group, share))

    def activation(self) -> float:
        """Share of members who responded, mean over the groups of the last test; 1 where none was made."""
        last = [share for day, _, share in self.tests if day > self.tests[-1][0] - 1.0]
        return sum(last) / len(last) if last else 1.0

    def life_left(self) -> float:
        """Days until the first planned end that is still to come; very many where none is planned."""
        return min((end - self.sees.day for end in self.ends if end >= self.sees.day), default=NEVER_DAYS)

    def buyers(self) -> Set[int]:
        """Who has ever placed an order."""
        return self._bought.keys()

    def orders_by(self, person: int, days: float) -> int:
        """Orders of a person within the last days."""
        times = self._bought.get(person, [])
        return len(times) - bisect_right(times, (self.sees.day - days) * DAY)

    def contributed(self, what: str, person: int, days: float) -> int:
        """What a person has contributed within the last days: talk, help (messages that answer somebody) or orders."""
        times = {"talk": self._wrote, "help": self._helped, "orders": self._bought}[what].get(person, [])
        return len(times) - bisect_right(times, (self.sees.day - days) * DAY)

    def complained(self, days: float) -> set[int]:
        """Who has complained within the last days."""
        return {who for who, time in self._complained.items() if time > (self.sees.day - days) * DAY}

    def trouble(self, kind: str, days: float) -> int:
        """What members have written about incidents of a kind within the last days."""
        times = self._trouble[kind]
        return len(times) - bisect_right(times, (self.sees.day - days) * DAY)

    def words_of(self, person: int, days: float) -> int:
        """What a person has written within the last days."""
        times = self._wrote.get(person, [])
        return len(times) - bisect_right(times, (self.sees.day - days) * DAY)

    def waits(self, hours: float = 0.0) -> list[float]:
        """For how many minutes each unanswered question has waited, those of more than so many hours."""
        now = self.sees.day * DAY
        return [(now - time) / HOUR * HOUR_MINUTES for time in self._open.values() if now - time > hours * HOUR]

    def tension(self) -> float:
        """Complaints of a day and questions that wait for more than two hours, per poster of the week (at least 5)."""
        trouble = self.count(COMPLAINT_POSTED, 1) + len(self.waits(2))
        return trouble / max(len(self.writers(WEEK_DAYS)), WRITERS_LOW)

    def top_share(self) -> float:
        """Share of the messages of 7 days that the top ten per cent of their writers wrote."""
        counts = sorted(self.writers(WEEK_DAYS).values(), reverse=True)
        return sum(counts[: max(round(len(counts) / TOP_ONE_IN), 1)]) / max(sum(counts), 1)

    def posts(self, entry: str = "", days: float = WEEK_DAYS) -> int:
        """Posts of an entry, or of all that sell, within the last days."""
        return sum(
            day > self.sees.day - days and (name == entry if entry else promotion) for day, name, promotion in self._posts
        )

    def friends(self) -> float:
        """Share of the members to whom staff have a private channel."""
        everybody = [person for group in self.groups() for person in self.sees.members(group)]
        return sum(map(self.sees.is_friend, everybody)) / max(len(everybody), 1)

    def answered_by_members(self, days: float) -> float:
        """Share of the questions of the last days that members answered and left nothing of to staff; 1 where nobody asked."""
        asked = self._asked[bisect_right(self._asked, ((self.sees.day - days) * DAY, NONE)) :]
        return sum(self.sees.is_answered_by_members(message) for _, message in asked) / len(asked) if asked else 1.0

    def blocked(self, days: float) -> float:
        """Share of those with a private line to staff at a review of the last days who are still members, and have it no more."""
        now, inside = self.sees.day, self.everybody()
        friends = {person for person in inside if self.sees.is_friend(person)}
        self._friends = [(day, who) for day, who in self._friends if now - day <= days and day < now] + [(now, friends)]
        had = set().union(*(who for _, who in self._friends)) & inside
        return len(had - friends) / max(len(had), 1)

    def orders(self, days: float, until: float = 0.0) -> int:
        """Orders within the last days, leaving out the last `until` of them."""
        return self.count(ORDER_PLACED, days, until)

    def adverts(self) -> int:
        """Members' adverts of 7 days."""
        return self.count(ADVERT_POSTED, WEEK_DAYS)
