"""Two logs -> where they part, what hangs on that, whose acts are no longer the same, and how often each kind happens after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.events import kinds
from sim.events.log import first_difference
from sim.events.roles import holds
from sim.projections.causes import Causes

#: Kinds that are counted on both sides, in the order in which they are shown.
SHOWN: Final = (
    kinds.STIMULUS_POSTED, kinds.MESSAGE_POSTED, kinds.QUESTION_ASKED, kinds.MEMBER_ANSWERED, kinds.MEMBER_CARED_FOR,
    kinds.COMPLAINT_POSTED, kinds.ADVERT_POSTED, kinds.ORDER_PLACED, kinds.GROUP_MUTED, kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED,
    kinds.MEMBER_JOINED,
)  # fmt: skip
_PERSONAL = holds("actor", "person")
_NOTABLE = (kinds.MEMBER_LEFT, kinds.GROUP_MUTED, kinds.ORDER_PLACED, kinds.COMPLAINT_POSTED, kinds.MESSAGE_POSTED)


@dataclass(frozen=True)
class Divergence:
    """Where two logs part. programme: the one that parts first; place: of the first row that differs, in both; time: us.

    hanging: places of the rows of the second log that have that row as an ancestor; chain: from one of them back to it; people: persons
    whose own acts are not the same, of all who do something; counts: kind -> how often from then on in the first and the second log.
    """

    programme: int
    place: int
    time: int
    hanging: np.ndarray
    chain: tuple[int, ...]
    people: tuple[int, int]
    counts: dict[int, tuple[int, int]]


def find_divergence(one: Any, other: Any) -> Divergence | None:
    """Where two EventLogs part; None where they are the same."""
    programmes = sorted({*np.unique(one.shard).tolist(), *np.unique(other.shard).tolist()})
    parts = [(programme, place) for programme in programmes if (place := first_difference(one, other, programme)) is not None]
    if not parts:
        return None

    def time_at(part: tuple[int, int]) -> int:
        rows = [log.of_shard(part[0])["time"] for log in (one, other)]
        return min(int(times[part[1]]) for times in rows if part[1] < len(times))

    programme, place = min(parts, key=time_at)
    left, right = one.of_shard(programme), other.of_shard(programme)
    causes = Causes(right)
    hanging = causes.descendants(place) if place < len(right) else np.empty(0, np.int64)
    time = time_at((programme, place))
    return Divergence(
        programme, place, time, hanging, _chain(causes, place, hanging), _people(left, right), _count(left, right, time)
    )


def _chain(causes: Causes, place: int, hanging: np.ndarray) -> tuple[int, ...]:
    """The way back from the first of the most notable rows that hang on a row."""
    kind = causes.events["kind"][hanging]
    ends = [hanging[kind == wanted][0] for wanted in _NOTABLE if (kind == wanted).any()]
    if not len(hanging):
        return ()
    row = int(ends[0] if ends else hanging[-1])
    found = [row]
    while row != place:
        row = int(causes.events["cause"][row])
        found.append(row)
    return tuple(found)


def _people(left: np.ndarray, right: np.ndarray) -> tuple[int, int]:
    """(persons whose own acts differ in time or kind, persons who act in either)."""
    acts = []
    for rows in (left, right):
        own = rows[_PERSONAL[rows["kind"]]]
        order = np.argsort(own["actor"], kind="stable")
        acts.append(own[order])
    everybody = np.union1d(acts[0]["actor"], acts[1]["actor"])
    bounds = [(np.searchsorted(own["actor"], everybody), np.searchsorted(own["actor"], everybody, "right")) for own in acts]
    differing = 0
    for place in range(len(everybody)):
        first, second = (own[ends[0][place] : ends[1][place]] for own, ends in zip(acts, bounds))
        same = len(first) == len(second) and all(
            np.array_equal(first[name], second[name]) for name in ("time", "kind", "group")
        )
        differing += not same
    return differing, len(everybody)


def _count(left: np.ndarray, right: np.ndarray, time: int) -> dict[int, tuple[int, int]]:
    late = [rows["kind"][rows["time"] >= time] for rows in (left, right)]
    return {int(kind): (int((late[0] == kind).sum()), int((late[1] == kind).sum())) for kind in SHOWN}
