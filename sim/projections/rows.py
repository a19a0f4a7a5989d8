"""Turns a log into flat columns: messages with who answered whom, groups with their span, entries and exits."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from sim.events import kinds
from sim.events.kinds import NONE
from sim.events.roles import CODES, holds
from sim.events.store import LogError

#: Code of the attribute that makes a post of the operator a promotion (STIMULUS_DEFINED.target).
PROMOTION = 2
#: The one that says that an account of staff posted it which passes for a member.
GUISE = 26

#: Later than any event.
NEVER = np.iinfo(np.int64).max

_IS_MESSAGE = np.isin(np.arange(CODES), kinds.MESSAGES)
_IS_ORGANIC = np.isin(np.arange(CODES), kinds.ORGANIC)
_IS_ANSWER = np.isin(np.arange(CODES), (kinds.MESSAGE_POSTED, kinds.MEMBER_ANSWERED))
_MOVES = (kinds.MEMBER_JOINED, kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED, kinds.GROUP_MUTED, kinds.GROUP_UNMUTED)
_IS_MOVE = np.isin(np.arange(CODES), _MOVES)

#: What is numbered inside a programme, and what the catalogue calls a number of that sort.
_NUMBERED = {
    "person": ("person",),
    "staff": ("staff",),
    "stimulus": ("stimulus",),
    "incident": ("incident", "new incident"),
    "message": ("message", "post"),
}


class Programmes(NamedTuple):
    """The programmes of a log, in its order, and the first of the group and person numbers of each; p programmes."""

    number: np.ndarray  # as in the log (the shard)
    end: np.ndarray  # us: where the log of the programme ends
    groups: np.ndarray
    persons: np.ndarray

    def split(self, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The programme of each group, and the number the group has there; NONE for what belongs to no group."""
        place = self.place(group)
        return self.number[place], np.where(group < 0, NONE, group - self.groups[place])

    def place(self, group: np.ndarray) -> np.ndarray:
        """Place of the programme of each group in these columns."""
        return np.where(group < 0, NONE - group, np.searchsorted(self.groups, group, "right") - 1)


class Rows(NamedTuple):
    """The rows of a log that projections fold: n events, programme by programme, in time order inside one.

    A log numbers groups, persons, staff, stimuli, incidents and messages inside each programme. Here all of them are unique
    over programmes: those of a programme follow those of the one before. What belongs to no founded group has the group
    NONE - place of its programme. Causes stay as they are in the log.
    """

    events: np.ndarray  # EVENT_DTYPE [n]
    kind: np.ndarray  # i4 [n], contiguous
    programmes: Programmes
    end: int  # us: where the log ends


class Messages(NamedTuple):
    """Messages in order of their number (shard after shard); m messages."""

    time: np.ndarray  # us
    group: np.ndarray
    author: np.ndarray  # person, or staff where the kind is an act of the operator
    kind: np.ndarray
    answers: np.ndarray  # place in this table of the message answered, or NONE
    organic: np.ndarray  # bool: talk that members start themselves
    advertising: np.ndarray  # bool: a member's advert or a promotion of the operator


class Groups(NamedTuple):
    """Founded groups in order of their number, which is unique over programmes; g groups."""

    number: np.ndarray
    programme: np.ndarray  # as in the log
    own: np.ndarray  # its number inside the programme
    planned: np.ndarray  # members
    founded: np.ndarray  # us
    end: np.ndarray  # us: where the log of its programme ends
    stop: np.ndarray  # us: closing, or that end
    closed: np.ndarray  # bool


class Moves(NamedTuple):
    """Entries, exits and mutings in the order of the log; each step says what it adds.

    Steps are told from who was there before: who is in cannot enter, who is not cannot leave or mute. So of any group at any
    time muted <= members, and exits <= joins.
    """

    time: np.ndarray  # us
    group: np.ndarray
    person: np.ndarray
    kind: np.ndarray
    members: np.ndarray  # +1, 0, -1
    muted: np.ndarray  # +1, 0, -1: members who have notifications off
    moved: np.ndarray  # bool: from one group to another on invitation, both its exit and its entry; nobody came or left


def read_rows(log: Any, *, checks: bool = False) -> Rows:
    """The rows of a log, numbered as `Rows` says.

    `log` is an array of EVENT_DTYPE rows (one programme) or has `.events` and `.shard` (ascending). Rows of GROUP_CHECKED, most
    of a log, are left out unless `checks`. A programme ends at RUN_ENDED; one that was cut short ends at its last row.
    """
    events, shard = (log, None) if isinstance(log, np.ndarray) else (log.events, log.shard)
    kind = np.ascontiguousarray(events["kind"])
    bounds = np.r_[0, len(kind)] if shard is None else np.r_[0, 1 + np.flatnonzero(shard[1:] != shard[:-1]), len(kind)]
    numbers = np.zeros(1, np.int64) if shard is None or not len(shard) else shard[bounds[:-1]].astype(np.int64)
    ends = np.array([_end(events["time"][a:b], kind[a:b]) for a, b in pairwise(bounds)], np.int64)
    whose = np.repeat(np.arange(len(numbers), dtype=np.int32), np.diff(bounds))
    if not checks:
        keep = np.flatnonzero(kind != kinds.GROUP_CHECKED)
        events, kind, whose = np.take(events, keep), kind[keep], whose[keep]
    groups, persons = (np.zeros(len(numbers), np.int64) for _ in range(2))
    if len(numbers) > 1:
        events = events.copy() if checks else events
        groups, persons = _number_all(events, kind, whose, len(numbers))
    founded = distinct(events["group"][kind == kinds.GROUP_FOUNDED])
    nowhere = place_groups(founded, events["group"]) == NONE
    outside = NONE - whose
    if (events["group"][nowhere] != outside[nowhere]).any():
        events = events if len(numbers) > 1 or not checks else events.copy()
        events["group"][nowhere] = outside[nowhere]
    return Rows(events, kind, Programmes(numbers, ends, groups, persons), int(ends.max(initial=0)))


def _end(time: np.ndarray, kind: np.ndarray) -> int:
    last = time[kind == kinds.RUN_ENDED]
    return int((last if len(last) else time).max(initial=0))


def _number_all(events: np.ndarray, kind: np.ndarray, whose: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers everything anew in place; gives the first group and the first person of each of `count` programmes."""
    everywhere = np.ones(CODES, bool)
    sorts = {name: [(at, holds(at, *words)) for at in ("actor", "target")] for name, words in _NUMBERED.items()}
    firsts = {}
    for name, columns in ({"group": [("group", everywhere)]} | sorts).items():
        sizes = np.zeros(count, np.int64)
        held = {column: np.flatnonzero(there[kind] & (events[column] >= 0)) for column, there in columns}
        for column, rows in held.items():
            np.maximum.at(sizes, whose[rows], events[column][rows].astype(np.int64) + 1)
        if name == "message":  # numbered as they come on the screen, referred to or not
            sizes = np.bincount(whose[_IS_MESSAGE[kind]], minlength=count)
        first = firsts[name] = np.cumsum(sizes) - sizes
        if sizes.sum() > np.iinfo(np.int32).max:
            raise LogError(None, f"{name}: numbers of {sizes.sum()} in {count} programmes; at most {np.iinfo(np.int32).max}")
        for column, rows in held.items():
            events[column][rows] += first[whose[rows]].astype(np.int32)
    return firsts["group"], firsts["person"]


def project_messages(rows: Rows) -> Messages:
    """All rows that are messages, in the order of their numbers."""
    place = np.flatnonzero(_IS_MESSAGE[rows.kind])
    kind = rows.kind[place]
    answers = np.where(_IS_ANSWER[kind], rows.events["target"][place], NONE).astype(np.int64)
    defined = rows.events[rows.kind == kinds.STIMULUS_DEFINED]
    promoting = defined["actor"][(defined["target"] == PROMOTION) & (defined["x"] > 0)]
    posted = np.flatnonzero(kind == kinds.STIMULUS_POSTED)
    advertising = kind == kinds.ADVERT_POSTED
    advertising[posted[np.isin(rows.events["target"][place[posted]], promoting)]] = True
    time, group, author = (rows.events[column][place] for column in ("time", "group", "actor"))
    return Messages(time, group, author, kind, answers, _IS_ORGANIC[kind], advertising)


def project_groups(rows: Rows) -> Groups:
    """All groups that were founded, each up to its closing or the end of the log. A group that reopens is another group."""
    founded = rows.events[rows.kind == kinds.GROUP_FOUNDED]
    founded = founded[np.argsort(founded["group"], kind="stable")]
    number = founded["group"].copy()
    end = rows.programmes.end[rows.programmes.place(number)]
    stop = end.copy()
    closings = rows.events[rows.kind == kinds.GROUP_CLOSED]
    place = place_groups(number, closings["group"])
    np.minimum.at(stop, place[place >= 0], closings["time"][place >= 0])
    closed = np.zeros(len(number), bool)
    closed[place[place >= 0]] = True
    return Groups(number, *rows.programmes.split(number), founded["x"].copy(), founded["time"].copy(), end, stop, closed)


def place_groups(number: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Where each `group` stands in the sorted `number`s of groups; NONE where it does not."""
    if not len(number):
        return np.full(len(group), NONE, np.int64)
    place = np.minimum(np.searchsorted(number, group), len(number) - 1)
    return np.where(number[place] == group, place, NONE)


def project_moves(rows: Rows) -> Moves:
    """Who came, went, was removed and turned notifications off or on in groups. Leaving or coming back ends a muting.

    Private lines and feeds are channels that are no groups: who follows one is no member of anything by that.
    """
    chosen = np.flatnonzero(_IS_MOVE[rows.kind])
    others = rows.events["group"][rows.kind == kinds.CHANNEL_OPENED]
    if len(others):
        chosen = chosen[~np.isin(rows.events["group"][chosen], others)]
    events, kind = np.take(rows.events, chosen), rows.kind[chosen]
    person = np.where(kind == kinds.MEMBER_REMOVED, events["target"], events["actor"])
    order = sort_pairs(events["group"], person)
    whose, step = pair(events["group"], person)[order], kind[order]
    place = np.arange(len(order))
    same = np.r_[False, whose[1:] == whose[:-1]] if len(order) else np.zeros(0, bool)
    crosses = (step != kinds.GROUP_MUTED) & (step != kinds.GROUP_UNMUTED)
    last = np.maximum.accumulate(np.where(crosses | ~same, place, 0))  # the latest entry or exit of the same person
    inside = step[last] == kinds.MEMBER_JOINED
    muted = inside & (step == kinds.GROUP_MUTED)

    def steps(now: np.ndarray) -> np.ndarray:
        added = np.empty(len(now), np.int64)
        added[order] = now.astype(np.int64) - (np.r_[False, now[:-1]] & same if len(now) else now)
        return added

    went, came = kind == kinds.MEMBER_LEFT, kind == kinds.MEMBER_JOINED
    moved = (went & (events["x"] == 1.0)) | (came & (events["y"] == kinds.MOVED))
    return Moves(events["time"].copy(), events["group"].copy(), person, kind, steps(inside), steps(muted), moved)


def pair(major: np.ndarray, minor: np.ndarray) -> np.ndarray:
    """One integer for two (below 2**31; `minor` NONE and up), ordered by `major`, then `minor`."""
    found: np.ndarray = (major.astype(np.int64) << 32) + minor
    return found


def distinct(numbers: np.ndarray) -> np.ndarray:
    """The distinct ones of `numbers`, ascending (a sort, which is faster here than a hash table)."""
    numbers = np.sort(numbers)
    first = np.ones(len(numbers), bool)
    first[1:] = numbers[1:] != numbers[:-1]
    return numbers[first]


def sort_pairs(major: np.ndarray, minor: np.ndarray) -> np.ndarray:
    """Stable order by `major`, then `minor` (NONE and up). Small numbers are packed into 16 bits, which sort in linear time."""
    width = int(minor.max(initial=0)) + 2
    packed = (major.astype(np.int64) - major.min(initial=0)) * width + minor + 1
    if packed.max(initial=0) < 1 << 16:
        packed = packed.astype(np.uint16)
    return np.argsort(packed, kind="stable")
