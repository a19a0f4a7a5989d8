"""Turns a log into flat columns: messages with who answered whom, groups with their span, entries and exits."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.events import kinds
from sim.events.kinds import NONE

#: Code of the attribute that makes a post of the operator a promotion (STIMULUS_DEFINED.target).
PROMOTION = 2

#: Later than any event.
NEVER = np.iinfo(np.int64).max

_CODES = max(kind.code for kind in kinds.CATALOGUE) + 1
_IS_MESSAGE = np.isin(np.arange(_CODES), kinds.MESSAGES)
_IS_ORGANIC = np.isin(np.arange(_CODES), kinds.ORGANIC)
_IS_ANSWER = np.isin(np.arange(_CODES), (kinds.MESSAGE_POSTED, kinds.MEMBER_ANSWERED))
_IS_MOVE = np.isin(
    np.arange(_CODES),
    (kinds.MEMBER_JOINED, kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED, kinds.GROUP_MUTED, kinds.GROUP_UNMUTED),
)


class Rows(NamedTuple):
    """The rows of a log that projections fold: n events, shard by shard, in time order inside a shard."""

    events: np.ndarray  # EVENT_DTYPE [n]
    kind: np.ndarray  # i4 [n], contiguous
    shard: np.ndarray | None  # i4 [n]; None: one shard
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
    """Groups in order of their number; g groups."""

    number: np.ndarray
    planned: np.ndarray  # members
    founded: np.ndarray  # us
    stop: np.ndarray  # us: closing, or the end of the log
    closed: np.ndarray  # bool


class Moves(NamedTuple):
    """Entries, exits and mutings in the order of the log; each step says what it adds."""

    time: np.ndarray  # us
    group: np.ndarray
    person: np.ndarray
    kind: np.ndarray
    members: np.ndarray  # +1, 0, -1
    muted: np.ndarray  # +1, 0, -1: members who have notifications off


def read_rows(log: Any, *, checks: bool = False) -> Rows:
    """The rows of a log.

    `log` is an array of EVENT_DTYPE rows (one shard) or has `.events` and `.shard`. Rows of GROUP_CHECKED, most of a log, are
    left out unless `checks`. The log ends at RUN_ENDED; one that was cut short ends at its last row.
    """
    events, shard = (log, None) if isinstance(log, np.ndarray) else (log.events, log.shard)
    kind = np.ascontiguousarray(events["kind"])
    last = events["time"][kind == kinds.RUN_ENDED]
    if not len(last):
        last = events["time"]
    end = int(last.max()) if len(last) else 0
    if not checks:
        keep = np.flatnonzero(kind != kinds.GROUP_CHECKED)
        events, kind, shard = np.take(events, keep), kind[keep], None if shard is None else shard[keep]
    return Rows(events, kind, shard, end)


def project_messages(rows: Rows) -> Messages:
    """All rows that are messages, numbered as the log numbers them."""
    place = np.flatnonzero(_IS_MESSAGE[rows.kind])
    kind = rows.kind[place]
    answers = np.where(_IS_ANSWER[kind], rows.events["target"][place], NONE).astype(np.int64)
    if rows.shard is not None:  # message numbers count inside a shard; places count across shards
        shard = rows.shard[place]
        answers += np.where(answers >= 0, np.searchsorted(shard, shard), 0)
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
    stop = np.full(len(number), rows.end, np.int64)
    closings = rows.events[rows.kind == kinds.GROUP_CLOSED]
    place = place_groups(number, closings["group"])
    np.minimum.at(stop, place[place >= 0], closings["time"][place >= 0])
    closed = np.zeros(len(number), bool)
    closed[place[place >= 0]] = True
    return Groups(number, founded["x"].copy(), founded["time"].copy(), stop, closed)


def place_groups(number: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Where each `group` stands in the sorted `number`s of groups; NONE where it does not."""
    if not len(number):
        return np.full(len(group), NONE, np.int64)
    place = np.minimum(np.searchsorted(number, group), len(number) - 1)
    return np.where(number[place] == group, place, NONE)


def project_moves(rows: Rows) -> Moves:
    """Who came, went, was removed and turned notifications off or on. Leaving or coming back ends a muting."""
    chosen = np.flatnonzero(_IS_MOVE[rows.kind])
    events, kind = np.take(rows.events, chosen), rows.kind[chosen]
    person = np.where(kind == kinds.MEMBER_REMOVED, events["target"], events["actor"])
    members = (kind == kinds.MEMBER_JOINED).astype(np.int64)
    members -= (kind == kinds.MEMBER_LEFT) | (kind == kinds.MEMBER_REMOVED)
    whose = pair(events["group"], person)
    order = sort_pairs(events["group"], person)
    off = (kind == kinds.GROUP_MUTED).astype(np.int64)[order]
    before = np.r_[0, off[:-1]] * np.r_[False, whose[order][1:] == whose[order][:-1]] if len(order) else off
    muted = np.empty(len(order), np.int64)
    muted[order] = off - before
    return Moves(events["time"].copy(), events["group"].copy(), person, kind, members, muted)


def pair(major: np.ndarray, minor: np.ndarray) -> np.ndarray:
    """One integer for two (NONE and up, below 2**31), ordered by `major`, then `minor`."""
    return (major.astype(np.int64) << 32) + minor


def distinct(numbers: np.ndarray) -> np.ndarray:
    """The distinct ones of `numbers`, ascending (a sort, which is faster here than a hash table)."""
    numbers = np.sort(numbers)
    first = np.ones(len(numbers), bool)
    first[1:] = numbers[1:] != numbers[:-1]
    return numbers[first]


def sort_pairs(major: np.ndarray, minor: np.ndarray) -> np.ndarray:
    """Stable order by `major`, then `minor` (NONE and up). Small numbers are packed into 16 bits, which sort in linear time."""
    width = int(minor.max(initial=0)) + 2
    packed = (major.astype(np.int64) + 1) * width + minor + 1
    if packed.max(initial=0) < 1 << 16:
        packed = packed.astype(np.uint16)
    return np.argsort(packed, kind="stable")
