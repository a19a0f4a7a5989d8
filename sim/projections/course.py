"""Turns a log into the course of each group over its judged days: counts day by day, its own rows, when it fell silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, NONE
from sim.projections.lifecycle import PRECEDENCE, WINDOW, find_states
from sim.projections.rows import NEVER, Messages, Moves, distinct, pair
from sim.projections.tally import Tally
from sim.projections.vitals import find_vitals, first_answer_delays

#: What staff do for the members of a group, in public or in private; it shows that somebody runs the group.
ACTS: Final = (
    kinds.STIMULUS_POSTED, kinds.MEMBER_ANSWERED, kinds.MESSAGE_REMOVED, kinds.MEMBER_WELCOMED, kinds.MEMBER_CARED_FOR,
    kinds.MEMBER_SOOTHED, kinds.PLAN_ANNOUNCED, kinds.MEMBER_REMOVED, kinds.RULES_POSTED, kinds.CLOSING_ANNOUNCED,
)  # fmt: skip

Columns = TypeVar("Columns", Messages, Moves)
#: Stands for no group at all.
NOWHERE: Final = np.iinfo(np.int32).min


@dataclass(frozen=True)
class Course:
    """One group of a log from its founding to the end of the judged days; times are us, days count from the start of the run.

    events: its rows, time ascending, without checks; everything: those of its whole programme; messages, moves: its own, in their
    order; number: of each of its messages in the log (over programmes); replied: where among its messages the one stands that it
    answers, NONE; daily: the columns of `find_vitals` for its days [d]; state: its state at the end of each day, place in
    `PRECEDENCE` [d]; first: its founding; stop: its closing or the end of the judged days; died: when the silence began that was
    its death, NEVER.
    """

    programme: int
    group: int
    planned: int
    events: np.ndarray
    everything: np.ndarray
    messages: Messages
    number: np.ndarray
    moves: Moves
    replied: np.ndarray
    daily: dict[str, np.ndarray]
    state: np.ndarray
    first: int
    stop: int
    closed: bool
    died: int
    stillborn: bool

    @cached_property
    def silent(self) -> int:
        """When the silence began that lasts to the end of the judged days or was its death, us; NEVER where it talks."""
        if self.died != NEVER:
            return self.died
        dormant = self.in_state("dormant", "dead")
        if self.closed or not len(dormant) or not dormant[-1]:
            return NEVER
        return self.first + (1 + _last(~dormant)) * DAY

    @property
    def days(self) -> int:
        """Days that it was looked at."""
        return len(self.state)

    def in_state(self, *names: str) -> np.ndarray:
        """Whether it was in one of these states at the end of each day [d]."""
        found: np.ndarray = np.isin(self.state, [PRECEDENCE.index(name) for name in names])
        return found

    def day(self, time: float) -> float:
        """A time as days since the start of the run."""
        return float(time) / DAY

    def of(self, *codes: int) -> np.ndarray:
        """Its rows of these kinds."""
        return self.events[np.isin(self.events["kind"], codes)]

    def said(self, kind: int, begin: int = 0, end: int = NEVER) -> int:
        """Messages of a kind in [begin, end)."""
        return int(((self.messages.kind == kind) & within(self.messages.time, begin, end)).sum())

    def posters(self, begin: int, end: int = NEVER) -> int:
        """Distinct members with an organic post in [begin, end)."""
        use = self.messages.organic & within(self.messages.time, begin, end)
        return len(distinct(self.messages.author[use]))

    def sums(self, column: str, begin: int, end: int) -> float:
        """A column of `daily` added up over its days [begin, end), counted from the founding."""
        return float(self.daily[column][begin:end].sum())

    def members(self, time: int) -> int:
        """Members right before a time."""
        return int(self.moves.members[self.moves.time < time].sum())

    @cached_property
    def joined(self) -> int:
        """Entries, moves from other groups among them."""
        return int((self.moves.members > 0).sum())

    def lost(self, *reasons: str) -> np.ndarray:
        """Times at which members muted or left by themselves for one of these reasons (of REASONS), ascending; none named: any."""
        rows = self.of(kinds.GROUP_MUTED, kinds.MEMBER_LEFT)
        left = rows["kind"] == kinds.MEMBER_LEFT
        reason = np.where(left, rows["y"], rows["x"])
        codes = [kinds.REASONS.index(name) for name in reasons] if reasons else range(len(kinds.REASONS))
        found: np.ndarray = rows["time"][np.isin(reason, codes) & ~(left & (rows["x"] == 1.0))]
        return found

    def left(self, begin: int, end: int) -> int:
        """Exits of their own will, and not to another group, in [begin, end)."""
        rows = self.of(kinds.MEMBER_LEFT)
        return int((within(rows["time"], begin, end) & (rows["x"] == 0.0)).sum())

    @cached_property
    def unanswered(self) -> tuple[int, int]:
        """Questions of members that no staff answered within a day, and questions."""
        places = np.flatnonzero(self.messages.kind == kinds.QUESTION_ASKED)
        delays = first_answer_delays(self.messages._replace(answers=self.replied), places, staff=True)
        return int((delays > DAY).sum()), len(places)

    @cached_property
    def workers(self) -> int:
        """Persons of the staff who worked in the programme."""
        return len(distinct(self.everything["actor"][self.everything["kind"] == kinds.TASK_DONE]))

    def stimuli(self, *attributes: int) -> np.ndarray:
        """Numbers of the stimuli that have one of these attributes above 0."""
        rows = self.everything[self.everything["kind"] == kinds.STIMULUS_DEFINED]
        return distinct(rows["actor"][np.isin(rows["target"], attributes) & (rows["x"] > 0)])

    @cached_property
    def friends(self) -> np.ndarray:
        """Persons whom the operator reaches outside of groups at the end: on a private line or in a feed."""
        rows = self.everything[self.everything["group"] < 0]
        rows = rows[np.isin(rows["kind"], (kinds.MEMBER_JOINED, kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED))]
        person = np.where(rows["kind"] == kinds.MEMBER_REMOVED, rows["target"], rows["actor"])[::-1]
        who, last = np.unique(person, return_index=True)
        found: np.ndarray = who[rows["kind"][::-1][last] == kinds.MEMBER_JOINED]
        return found


def find_courses(log: Any, days: float) -> Iterator[Course]:
    """The course of every group that was founded before day `days`, in order of the log."""
    tally = Tally(log, days)
    rows, groups, dormancies = tally.rows, tally.groups, tally.dormancies
    states, columns = find_states(tally.messages, groups, dormancies), find_vitals(log)
    deadly = (dormancies.stop - dormancies.start >= WINDOW * DAY) & (dormancies.start < tally.horizon)
    events = rows.events[tally.early]
    owner = rows.programmes.place(events["group"])
    of_group = {name: _Parts(column) for name, column in (
        ("events", events["group"]), ("messages", np.where(tally.said_early, tally.messages.group, NOWHERE)),
        ("moves", np.where(tally.moved_early, tally.moves.group, NOWHERE)), ("vitals", pair(columns["programme"], columns["group"])),
    )}  # fmt: skip
    for place, number in enumerate(groups.number):
        first, stop = int(groups.founded[place]), int(min(groups.stop[place], tally.horizon))
        if first >= tally.horizon:
            continue
        said = of_group["messages"].of(number)
        messages = _taken(tally.messages, said)
        begin, end = first // DAY, max(-(-stop // DAY), first // DAY + 1)
        cells = of_group["vitals"].of(pair(groups.programme[place : place + 1], groups.own[place : place + 1])[0])
        cells = cells[(columns["day"][cells] >= begin) & (columns["day"][cells] < end)]
        yield Course(
            programme=int(groups.programme[place]), group=int(groups.own[place]), planned=int(groups.planned[place]),
            events=events[of_group["events"].of(number)],
            everything=events[owner == rows.programmes.place(groups.number[place : place + 1])[0]],
            messages=messages, number=said, moves=_taken(tally.moves, of_group["moves"].of(number)), replied=_replied(messages.answers, said),
            daily={name: column[cells] for name, column in columns.items()},
            state=states[place, begin : min(end, states.shape[1])],
            first=first, stop=stop, closed=bool(groups.closed[place] and groups.stop[place] < tally.horizon),
            died=int(dormancies.start[deadly & (dormancies.group == place)].min(initial=NEVER)),
            stillborn=bool(tally.life.stillborn[place]),
        )  # fmt: skip


class _Parts:
    """Places of a column's rows by their value, in order."""

    def __init__(self, column: np.ndarray) -> None:
        self._order = np.argsort(column, kind="stable")
        self._sorted = column[self._order]

    def of(self, value: int) -> np.ndarray:
        low, high = np.searchsorted(self._sorted, value), np.searchsorted(self._sorted, value, "right")
        return self._order[low:high]


def _taken(columns: Columns, places: np.ndarray) -> Columns:
    return type(columns)(*(column[places] for column in columns))


def _replied(answers: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Where in `said` the messages stand that are answered; NONE where it is none or no message of the group."""
    if not len(said):
        return answers
    place = np.minimum(np.searchsorted(said, answers), len(said) - 1)
    return np.where(said[place] == answers, place, NONE)


def within(time: np.ndarray, begin: int, end: int) -> np.ndarray:
    """Whether times lie in [begin, end)."""
    found: np.ndarray = (time >= begin) & (time < end)
    return found


def _last(holds: np.ndarray) -> int:
    """The last place at which something holds, NONE where it never does."""
    places = np.flatnonzero(holds)
    return int(places[-1]) if len(places) else int(NONE)
