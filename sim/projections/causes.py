"""A row of a log -> the acts behind it: what caused it, what it is about, and for who mutes or leaves what moved them most."""

from __future__ import annotations

from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, NONE
from sim.events.roles import CODES, holds
from sim.projections.rows import GUISE, PROMOTION

#: What can be asked about, day by day, and the kind of row that it counts.
COUNTED: Final = {
    "complaints": kinds.COMPLAINT_POSTED, "exits": kinds.MEMBER_LEFT, "mutes": kinds.GROUP_MUTED, "orders": kinds.ORDER_PLACED,
    "joins": kinds.MEMBER_JOINED, "refunds": kinds.REFUND_PAID, "questions": kinds.QUESTION_ASKED, "adverts": kinds.ADVERT_POSTED,
    "messages": kinds.MESSAGE_POSTED, "removals": kinds.MEMBER_REMOVED,
}  # fmt: skip
#: Days of a member's past in which acts are looked for that moved them; for what goes by messages a day, the last of them.
PAST, RECENT = 28.0, 7.0
#: Days without a post of one's own after which somebody who is there is called silent, as in the silent share.
SILENT = 7.0

_OF_INCIDENT = holds("target", "incident")
_OF_MESSAGE = holds("target", "message", "post")
_IS_MESSAGE = np.isin(np.arange(CODES), kinds.MESSAGES)


class Acts(NamedTuple):
    """What moved a member: the reason, the acts of that kind in the past days, oldest first (places of rows), and in how many days."""

    reason: str
    places: np.ndarray
    days: float


class Causes:
    """The rows of one programme, to be walked backwards. events: EVENT_DTYPE [n]; ties: acquaintances, i8 [e, 2], if known."""

    def __init__(self, events: np.ndarray, ties: np.ndarray | None = None) -> None:
        self.events, self.ties = events, ties

    @cached_property
    def messages(self) -> np.ndarray:
        """Place of the row of each message, i8 [m]."""
        return np.flatnonzero(_IS_MESSAGE[self.events["kind"]])

    @cached_property
    def openings(self) -> np.ndarray:
        """Place of the row that opens each incident, i8 [i]."""
        return np.flatnonzero(self.events["kind"] == kinds.INCIDENT_OPENED)

    @cached_property
    def promotions(self) -> np.ndarray:
        """Numbers of the stimuli that promote."""
        return self._stimuli(PROMOTION)

    @cached_property
    def guised(self) -> np.ndarray:
        """Numbers of the stimuli that accounts of staff post which pass for members."""
        return self._stimuli(GUISE)

    def _stimuli(self, attribute: int) -> np.ndarray:
        events = self.events
        defined = (events["kind"] == kinds.STIMULUS_DEFINED) & (events["target"] == attribute) & (events["x"] > 0)
        numbers: np.ndarray = np.unique(events["actor"][defined])
        return numbers

    def chain(self, place: int) -> list[int]:
        """The row, what is behind it, what is behind that, and so on (places of rows). Each lies before the one that it explains."""
        found = [place]
        while (place := self.behind(place)) != NONE:
            found.append(place)
        return found

    def behind(self, place: int) -> int:
        """The row behind another one, NONE where nothing is: what it is about, or else what the log names as its cause.

        A look at the group explains nothing by itself: whatever came of it hangs on what was behind the look, if anything.
        """
        row = self.events[place]
        kind, target, before = int(row["kind"]), int(row["target"]), int(NONE)
        if kind in (kinds.MEMBER_LEFT, kinds.GROUP_MUTED):
            acts = self.acts(place)
            single = self._single(acts)
            before = int(single[-1]) if len(single) else before
        elif kind == kinds.COMPLAINT_POSTED and target == NONE:
            hurts = self._of_reason("anger", place, int(row["actor"]), int(row["group"]), PAST)
            before = int(hurts[-1]) if len(hurts) else before
        elif _OF_INCIDENT[kind] and 0 <= target < len(self.openings):
            before = int(self.openings[target])
        elif _OF_MESSAGE[kind] and 0 <= target < len(self.messages):
            before = int(self.messages[target])
        if not 0 <= before < place:
            before = int(row["cause"])
            while before != NONE and self.events["kind"][before] == kinds.GROUP_CHECKED:
                before = int(self.events["cause"][before])
        return before

    def descendants(self, place: int) -> np.ndarray:
        """Places of the rows that have a row as an ancestor by the log's own column of causes, in order."""
        cause = self.events["cause"]
        hangs = np.zeros(len(cause), bool)
        hangs[place] = True
        for row in (np.flatnonzero(cause[place + 1 :] >= place) + place + 1).tolist():
            hangs[row] = hangs[cause[row]]
        hangs[place] = False
        return np.flatnonzero(hangs)

    def acts(self, place: int) -> Acts:
        """The acts that moved somebody who mutes or leaves, by the reason in the row."""
        row = self.events[place]
        code = int(row["x"] if row["kind"] == kinds.GROUP_MUTED else row["y"])
        reason = kinds.REASONS[code] if 0 <= code < len(kinds.REASONS) else kinds.REASONS[0]
        days = RECENT if reason in ("overload", "boredom") else PAST
        return Acts(reason, self._of_reason(reason, place, int(row["actor"]), int(row["group"]), days), days)

    def _single(self, acts: Acts) -> np.ndarray:
        """Those acts of which one can stand for all: nobody leaves over the last of many messages, nor out of boredom by one.

        Of too many messages the posts of staff, where they are a tenth of them.
        """
        if acts.reason == "overload":
            posts: np.ndarray = acts.places[self.events["kind"][acts.places] == kinds.STIMULUS_POSTED]
            return posts if 10 * len(posts) >= len(acts.places) else posts[:0]
        places: np.ndarray = acts.places[:0] if acts.reason == "boredom" else acts.places
        return places

    def _of_reason(self, reason: str, place: int, who: int, group: int, days: float) -> np.ndarray:
        rows = self.events[:place]
        joined = np.flatnonzero((rows["kind"] == kinds.MEMBER_JOINED) & (rows["actor"] == who) & (rows["group"] == group))
        since = self.events["time"][place] - days * DAY
        late = (rows["time"] >= since) & (np.arange(place) >= joined[-1] if len(joined) else True)
        kind, here = rows["kind"], rows["group"] == group
        own = rows["actor"] == who
        if reason == "adverts":
            found = late & here & (kind == kinds.ADVERT_POSTED)
        elif reason == "sales":
            posted = (kind == kinds.STIMULUS_POSTED) & here & np.isin(rows["target"], self.promotions)
            found = late & (posted | ((kind == kinds.MEMBER_PRESSED) & (rows["target"] == who)))
        elif reason in ("overload", "boredom"):
            found = late & here & _IS_MESSAGE[kind] & ~(own & np.isin(kind, kinds.ORGANIC))
        elif reason == "neglect":
            found = late & here & own & np.isin(kind, (kinds.MESSAGE_POSTED, kinds.QUESTION_ASKED)) & ~self._answered(place)
        elif reason == "anger":
            found = own & (kind == kinds.GRIEVANCE_FELT)
            if not found.any():  # caught by reading
                found = late & here & ~own & (kind == kinds.COMPLAINT_POSTED)
        elif reason == "acquaintance":
            gone = np.where(kind == kinds.MEMBER_REMOVED, rows["target"], rows["actor"])
            found = late & here & np.isin(kind, (kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED)) & np.isin(gone, self._known(who))
        elif reason == "newness":
            return joined[-1:]
        else:
            found = np.zeros(place, bool)
        return np.flatnonzero(found)

    def _answered(self, place: int) -> np.ndarray:
        """Which of the rows before a place are messages that somebody had answered by then."""
        rows = self.events[:place]
        answers = rows["target"][np.isin(rows["kind"], (kinds.MESSAGE_POSTED, kinds.MEMBER_ANSWERED))]
        told = answers[(answers >= 0) & (answers < len(self.messages))]
        found = np.zeros(place, bool)
        found[self.messages[told]] = True
        return found

    def _known(self, who: int) -> np.ndarray:
        found: np.ndarray = np.empty(0, np.int64) if self.ties is None else self.ties[self.ties[:, 0] == who, 1]
        return found

    def moments(self, person: int) -> list[int]:
        """The rows that a member's story is told by: entries, mutes, orders, leaving, being removed (places, in order)."""
        events, kind = self.events, self.events["kind"]
        own = np.isin(kind, (kinds.MEMBER_JOINED, kinds.GROUP_MUTED, kinds.MEMBER_LEFT, kinds.ORDER_PLACED)) & (
            events["actor"] == person
        )
        removed = (kind == kinds.MEMBER_REMOVED) & (events["target"] == person)
        return [int(place) for place in np.flatnonzero(own | removed)]

    def silence(self, person: int) -> tuple[int, float] | None:
        """(the last post of a member's own, NONE if there is none; days since then, or since the entry), for who is there and silent at
        the end; None for all others."""
        events, kind = self.events, self.events["kind"]
        entries = (kind == kinds.MEMBER_JOINED) & (events["actor"] == person)
        exits = ((kind == kinds.MEMBER_LEFT) & (events["actor"] == person)) | (
            (kind == kinds.MEMBER_REMOVED) & (events["target"] == person)
        )
        if not entries.any() or exits.sum() >= entries.sum():
            return None
        posts = np.flatnonzero(np.isin(kind, kinds.ORGANIC) & (events["actor"] == person))
        since = posts[-1] if len(posts) else np.flatnonzero(entries)[-1]
        days = float(events["time"][-1] - events["time"][since]) / DAY
        return None if days < SILENT else (int(posts[-1]) if len(posts) else int(NONE), days)

    def on_day(self, counted: str, day: int) -> np.ndarray:
        """Places of the rows of a day that an outcome of COUNTED counts."""
        time = self.events["time"]
        moved_on = (self.events["kind"] == kinds.MEMBER_LEFT) & (self.events["x"] != 0)
        found = (self.events["kind"] == COUNTED[counted]) & (time >= day * DAY) & (time < (day + 1) * DAY) & ~moved_on
        return np.flatnonzero(found)
