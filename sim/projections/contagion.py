"""Turns entries, exits and acquaintances into how much one member's leaving raises the hazard of those who know her."""

from __future__ import annotations

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY
from sim.projections.rows import Groups, Moves, distinct, pair, place_groups

#: How long an acquaintance's leaving counts as recent.
RECENT_DAYS = 30
_WEEK = 7 * DAY


def estimate_contagion(moves: Moves, groups: Groups, edges: np.ndarray, end: int, days: float = RECENT_DAYS) -> float:
    """Rate of leaving within `days` days after an acquaintance left the same group, over the rate without: the ratio of
    `weigh_contagion`. NaN if nobody was exposed or nobody left unexposed."""
    above, below = weigh_contagion(moves, groups, edges, end, days)
    return above / below if below else float("nan")


def weigh_contagion(
    moves: Moves, groups: Groups, edges: np.ndarray, end: int, days: float = RECENT_DAYS
) -> tuple[float, float]:
    """Both sums of the Mantel-Haenszel ratio of leaving with and without exposure; those of several logs can be added up.

    Over calendar weeks up to `end` (us), so that a bad week for all is not taken for contagion: sum(a1 t0 / t) and
    sum(a0 t1 / t), a leavings and t person-time, exposed (1) or not (0). Whom staff remove, and who moves to another group,
    stops being at risk and exposes nobody. `edges` int [e, 2], persons; their direction does not count.
    """
    whose, start, stop, left = _stays(moves, groups, end)
    stay, begin, finish = _exposures(whose, start, stop, left, edges, int(days * DAY))
    weeks = max(1, -(-end // _WEEK))
    exposed_time = _time_per_week(begin, finish, weeks)
    total = _time_per_week(start, stop, weeks)
    exposed_at_end = np.zeros(len(stop), bool)
    exposed_at_end[stay[finish == stop[stay]]] = True
    week = np.minimum(stop // _WEEK, weeks - 1)
    exposed, others = (np.bincount(week[left & flag], minlength=weeks) for flag in (exposed_at_end, ~exposed_at_end))
    lived = total > 0
    below = (others * exposed_time)[lived] / total[lived]
    above = (exposed * (total - exposed_time))[lived] / total[lived]
    return float(above.sum()), float(below.sum())


def _stays(moves: Moves, groups: Groups, end: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Memberships in order of (group, person), one per entry: whose, start and stop (us), whether the member left by herself."""
    place = place_groups(groups.number, moves.group)
    chosen = np.flatnonzero((place >= 0) & (moves.members != 0) & (moves.time < end))
    whose = pair(moves.group[chosen], moves.person[chosen])
    order = np.argsort(whose, kind="stable")
    chosen, whose = chosen[order], whose[order]
    entry = np.flatnonzero(moves.members[chosen] > 0)
    following = np.minimum(entry + 1, len(chosen) - 1)
    ended = (following > entry) & (whose[following] == whose[entry])
    stop = np.minimum(end, groups.stop[place[chosen[entry]]])
    stop[ended] = moves.time[chosen[following[ended]]]
    left = ended & (moves.kind[chosen[following]] == kinds.MEMBER_LEFT) & ~moves.moved[chosen[following]]
    return whose[entry], moves.time[chosen[entry]], stop, left


def _exposures(
    whose: np.ndarray, start: np.ndarray, stop: np.ndarray, left: np.ndarray, edges: np.ndarray, reach: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spans (us) of stays within `reach` after an acquaintance left, disjoint per stay: place of the stay, begin, finish."""
    edges = edges[edges[:, 0] != edges[:, 1]]
    ties = distinct(np.concatenate((pair(edges[:, 0], edges[:, 1]), pair(edges[:, 1], edges[:, 0]))))
    known_by, acquaintance = ties >> 32, ties & 0xFFFFFFFF
    leaver = np.flatnonzero(left)
    person, group = whose[leaver] & 0xFFFFFFFF, whose[leaver] >> 32
    event, tie = _spread(np.searchsorted(known_by, person), np.searchsorted(known_by, person, "right"))
    time, exposed = stop[leaver][event], pair(group[event], acquaintance[tie])
    event, stay = _spread(np.searchsorted(whose, exposed), np.searchsorted(whose, exposed, "right"))
    begin, finish = np.maximum(time[event], start[stay]), np.minimum(time[event] + reach, stop[stay])
    use = np.flatnonzero(finish > begin)
    use = use[np.lexsort((finish[use], begin[use], stay[use]))]
    stay, begin, finish = stay[use], begin[use], finish[use]
    # All spans of a stay last equally long or end with it, so the latest begin has the latest finish: touching ones merge.
    new = np.ones(len(stay), bool)
    new[1:] = (stay[1:] != stay[:-1]) | (begin[1:] > finish[:-1])
    last = np.ones(len(stay), bool)
    last[:-1] = new[1:]
    return stay[new], begin[new], finish[last]


def _spread(first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each place of [first[i], last[i]) for all i: i repeated, and the places."""
    count = last - first
    owner = np.repeat(np.arange(len(count)), count)
    return owner, np.arange(count.sum()) - np.repeat(np.cumsum(count) - count - first, count)


def _time_per_week(begin: np.ndarray, finish: np.ndarray, weeks: int) -> np.ndarray:
    """Time (us) that the spans have in each week, f8 [weeks]: differences of the time spent before each week's end."""
    edges = np.arange(weeks + 1) * _WEEK
    spent = [(np.minimum(finish, edge) - np.minimum(begin, edge)).sum() for edge in edges]
    return np.diff(np.array(spent, float))
