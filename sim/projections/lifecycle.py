"""Turns a log into the life of its groups: dormancy, death, revival, closing, censoring, and the state of every day.

A group is dormant at t when fewer than k distinct members posted organically in (t - 7 d, t]; k = max(k_min, share of the
planned size, rounded up); below 30 planned members, where 3 may be all there are, a tenth of them, rounded up, but two at
least: talk takes two. It is evaluated from its seventh day on. Dormancy starts at the very microsecond at which a post falls
out of the window. A dormancy that lasts `window` days without a break is a death, at the time the dormancy started; when it
runs from the seventh day on, the group never lived and its time is 0 (stillborn). Closing is a competing end. A dormancy that
ends with talk after `window` days or more is a revival.

Boundaries. Spans are half-open: a post at s counts in [s, s + 7 d); a dormancy is [start, stop); it is a death when stop - start >=
window. Judged is [0, days): a dormancy that starts at `days` or later is no death, nor is a closing then an end. So a log has to run
`window` days past `days`; one that is shorter leaves dormancies `unconfirmed`, and those groups count as alive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY
from sim.projections.rows import Groups, Messages, place_groups, project_groups, project_messages, read_rows, sort_pairs

if TYPE_CHECKING:
    import pandas as pd

WEEK: Final = 7 * DAY
WINDOW, SHARE, K_MIN = 28, 0.02, 3
#: Planned size from which on k is as stated; the share and the least of smaller groups (assumed: 3 of 30 is a tenth, and talk takes two).
SMALL, SMALL_SHARE, SMALL_MIN = 30, 0.1, 2
#: Prompts that tell something, and the share of them that keeps a quiet group alive in the second definition.
PROMPTS, ANSWERED = 5, 0.10

#: (definition, window, share, k_min, prompts): the one that is reported, the operator's alarm, and those of the sensitivity.
DEFINITIONS: Final = (
    ("28d_k3_2pct", WINDOW, SHARE, K_MIN, False),
    ("28d_k3_2pct_prompts", WINDOW, SHARE, K_MIN, True),
    *((f"{window}d_k{k}", window, 0.0, k, False) for window in (14, 28) for k in (2, 3, 5)),
)

#: States of life and their rules, evaluated at the end of each day; of several that hold, the first in `PRECEDENCE` counts.
#: v = organic messages a day over the trailing 7 days. The thresholds are rules of thumb, not findings.
STATES: Final = {
    "founding": "younger than 7 days",
    "peak": "v at least 1.5 times its median over the days on which the group talked",
    "plateau": "none of the others",
    "boiling": "3 complaints or more that day, and 10 % or more of its organic messages",
    "quiet_alive": "v below k, the posters a week without which a group is dormant",
    "dormant": "a dormancy that ends, or is broken off, before it is a death",
    "advert_group": "over the trailing 7 days 7 adverts and promotions or more, and at least half of all messages",
    "dead": "a dormancy of `window` days or more, from its start on",
    "closed": "closed by the operator",
}
#: Silence comes before adverts and anger: a dormancy is what a death begins as, and only organic talk counts as life.
PRECEDENCE: Final = ("closed", "dead", "dormant", "boiling", "founding", "advert_group", "peak", "quiet_alive", "plateau")


class Presence(NamedTuple):
    """Distinct organic posters in the trailing week as a step function, from day 7 of each group on."""

    group: np.ndarray  # place of the group, ascending
    time: np.ndarray  # us, ascending in a group; the step holds up to the next one, or to the stop of the group
    posters: np.ndarray


class Dormancies(NamedTuple):
    """Spans with fewer than k posters, in order of group and time."""

    group: np.ndarray  # place of the group
    start: np.ndarray  # us
    stop: np.ndarray  # us
    talked: np.ndarray  # bool: ended because members talk again (otherwise by closing, or the log ends)


def find_presence(messages: Messages, groups: Groups) -> Presence:
    """How many distinct members posted in the trailing week, at any time from day 7 of each group on.

    A member counts from each post for 7 days; overlapping weeks merge into one span, and the spans are added up.
    """
    place = place_groups(groups.number, messages.group)
    use = np.flatnonzero(messages.organic & (place >= 0))
    place, time, who = place[use], messages.time[use], messages.author[use]
    order = sort_pairs(place, who)
    place, time, who = place[order], time[order], who[order]
    begins = np.ones(len(who), bool)
    begins[1:] = (place[1:] != place[:-1]) | (who[1:] != who[:-1]) | (time[1:] - time[:-1] > WEEK)
    ends = np.ones(len(who), bool)
    ends[:-1] = begins[1:]

    number, first = len(groups.number), groups.founded + WEEK
    group = np.concatenate((place[ends], place[begins], np.arange(number)))
    time = np.concatenate((time[ends] + WEEK, time[begins], first))
    counts = (int(ends.sum()), int(begins.sum()), number)
    order = np.lexsort((np.repeat((0, 1, 2), counts), time, group))  # an end before a beginning: no tie breaks a dormancy
    step = np.repeat((-1, 1, 0), counts)
    group, time, posters = group[order], time[order], np.cumsum(step[order])
    use = (time >= first[group]) & (time < groups.stop[group])
    return Presence(group[use], time[use], posters[use])


def find_dormancies(presence: Presence, groups: Groups, share: float = SHARE, k_min: float = K_MIN) -> Dormancies:
    """Every span in which a group, evaluated from day 7 on, had fewer than k distinct posters in the trailing week."""
    silent = presence.posters < threshold(groups.planned, share, k_min)[presence.group]
    turns = np.ones(len(silent), bool)
    turns[1:] = (presence.group[1:] != presence.group[:-1]) | (silent[1:] != silent[:-1])
    at = np.flatnonzero(turns)
    group, start, silent = presence.group[at], presence.time[at], silent[at]
    talked = np.zeros(len(at), bool)
    talked[:-1] = group[1:] == group[:-1]
    stop = groups.stop[group]
    stop[talked] = start[1:][talked[:-1]]
    use = silent & (stop > start)
    return Dormancies(group[use], start[use], stop[use], talked[use])


def threshold(planned: np.ndarray, share: float = SHARE, k_min: float = K_MIN) -> np.ndarray:
    """k of each group: posters a week below which it is dormant. Rounded before the ceiling: 0.07 * 100 is 7, not 8.

    Without a share k is `k_min` at any size, as the definitions of the sensitivity have it.
    """
    stated = np.maximum(k_min, np.ceil(np.round(share * planned, 9)))
    small = np.maximum(SMALL_MIN, np.ceil(np.round(SMALL_SHARE * planned, 9)))
    found: np.ndarray = np.where((planned < SMALL) & (share > 0), np.minimum(small, stated), stated)
    return found


class Lifetimes(NamedTuple):
    """The life of each group; columns as in `project_lifetimes`, and how long it was judged."""

    time: np.ndarray  # days
    judged: np.ndarray  # days from founding to the judged horizon
    dead: np.ndarray
    closed: np.ndarray
    stillborn: np.ndarray
    spells: np.ndarray
    revivals: np.ndarray
    watched: np.ndarray  # days
    unconfirmed: np.ndarray


def find_lifetimes(
    dormancies: Dormancies, groups: Groups, days: float, window: float = WINDOW, pardoned: np.ndarray | None = None
) -> Lifetimes:
    """Death, closing or censoring of each group on [0, `days`); `pardoned` dormancies are no deaths."""
    horizon, number = int(days * DAY), len(groups.number)
    group, start, length = dormancies.group, dormancies.start, dormancies.stop - dormancies.start
    early = start < horizon
    deadly = early & (length >= window * DAY)
    if pardoned is not None:
        deadly &= ~pardoned
    died = np.full(number, np.iinfo(np.int64).max)
    np.minimum.at(died, group[deadly], start[deadly])
    dead = died < horizon
    stillborn = died == groups.founded + WEEK
    closed = ~dead & groups.closed & (groups.stop < horizon)
    last = np.maximum(np.minimum(groups.stop, horizon), groups.founded)
    time = np.where(stillborn, 0, np.where(dead, died, last) - groups.founded) / DAY
    judged = np.maximum(np.where(groups.closed, horizon, last) - groups.founded, 0) / DAY
    open_end = early & ~dormancies.talked & ~groups.closed[group] & (length < window * DAY)
    return Lifetimes(
        time=time,
        judged=judged,
        dead=dead,
        closed=closed,
        stillborn=stillborn,
        spells=np.bincount(group[deadly], minlength=number),
        revivals=np.bincount(group[deadly & dormancies.talked], minlength=number),
        watched=np.bincount(group[deadly], length[deadly] / DAY - window, minlength=number),
        unconfirmed=np.bincount(group[open_end], minlength=number).astype(bool) & ~dead,
    )


def find_pardons(messages: Messages, groups: Groups, dormancies: Dormancies, window: float = WINDOW) -> np.ndarray:
    """Dormancies in whose first `window` days members still answer when asked: the second definition of death.

    A prompt is a post of the operator, answered when a member replies to it within 24 h. Fewer than 5 prompts tell
    nothing and pardon nothing.
    """
    reply = np.flatnonzero(messages.organic & (messages.answers >= 0))
    prompt = messages.answers[reply]
    answered = np.zeros(len(messages.time), bool)
    answered[prompt[messages.time[reply] - messages.time[prompt] <= DAY]] = True
    place = place_groups(groups.number, messages.group)
    use = np.flatnonzero((messages.kind == kinds.STIMULUS_POSTED) & (place >= 0))
    use = use[np.argsort(place[use], kind="stable")]
    time, answered = messages.time[use], answered[use]
    bounds = np.searchsorted(place[use], np.arange(len(groups.number) + 1))
    stop = np.minimum(dormancies.stop, dormancies.start + int(window * DAY))
    pardoned = np.zeros(len(stop), bool)
    for group in np.unique(dormancies.group):
        span = slice(bounds[group], bounds[group + 1])
        mine = np.flatnonzero(dormancies.group == group)
        low = np.searchsorted(time[span], dormancies.start[mine])
        high = np.searchsorted(time[span], stop[mine])
        sums = np.r_[0, np.cumsum(answered[span])]
        pardoned[mine] = (high - low >= PROMPTS) & (sums[high] - sums[low] >= ANSWERED * (high - low))
    return pardoned


def find_states(messages: Messages, groups: Groups, dormancies: Dormancies, window: float = WINDOW) -> np.ndarray:
    """State of each group at the end of each day: place in `PRECEDENCE`, int [g, days]; -1 before the founding and after the log."""
    number, shown = len(groups.number), np.maximum(1, -(-groups.end // DAY))
    days = int(shown.max(initial=1))
    place = place_groups(groups.number, messages.group)
    inside = place >= 0
    cell = place * days + np.minimum(messages.time // DAY, days - 1)

    def daily(which: np.ndarray) -> np.ndarray:
        return np.bincount(cell[inside & which], minlength=number * days).reshape(number, days)

    def trailing(counts: np.ndarray) -> np.ndarray:
        sums = np.cumsum(counts, axis=1)
        sums[:, 7:] -= sums[:, :-7].copy()
        return sums

    def during(which: np.ndarray) -> np.ndarray:
        """Days whose last instant lies in one of these dormancies; one that the log cuts off holds to the end of its last day."""
        cut = ~dormancies.talked & ~groups.closed[dormancies.group]
        first, last = dormancies.start[which] // DAY, np.where(cut, shown[dormancies.group], dormancies.stop // DAY)[which]
        edges = np.zeros((number, days + 1), np.int64)
        np.add.at(edges, (dormancies.group[which], np.minimum(first, days)), 1)
        np.add.at(edges, (dormancies.group[which], np.minimum(last, days)), -1)
        return np.cumsum(edges, axis=1)[:, :-1] > 0

    organic, complaints = daily(messages.organic), daily(messages.kind == kinds.COMPLAINT_POSTED)
    week, adverts = trailing(organic), trailing(daily(messages.advertising))
    everything = trailing(daily(np.ones(len(cell), bool)))
    long = dormancies.stop - dormancies.start >= window * DAY
    until = (np.arange(days) + 1) * DAY
    age = until - groups.founded[:, None]
    dead, dormant = during(long), during(~long)
    closed = groups.closed[:, None] & (until > groups.stop[:, None])
    talking = np.where((age > WEEK) & ~dead & ~dormant & ~closed, week, np.nan)
    usual = np.array([np.median(row[np.isfinite(row)]) if np.isfinite(row).any() else np.inf for row in talking])
    holds = {
        "closed": closed,
        "dead": dead,
        "boiling": (complaints >= 3) & (complaints >= 0.1 * organic),
        "founding": age <= WEEK,
        "advert_group": (adverts >= 7) & (adverts >= 0.5 * everything),
        "dormant": dormant,
        "peak": week >= 1.5 * usual[:, None],
        "quiet_alive": week < 7 * threshold(groups.planned)[:, None],
        "plateau": np.ones((number, days), bool),
    }
    states = np.argmax([holds[name] for name in PRECEDENCE], axis=0)
    return np.where((age > 0) & (np.arange(days) < shown[:, None]), states, -1)


def project_lifetimes(
    log: Any, days: float, window: float = WINDOW, share: float = SHARE, k_min: float = K_MIN, prompts: bool = False
) -> pd.DataFrame:
    """One row per group: how long it lived and how that ended (see the head of this module).

    programme, group (numbers of the log); planned (members); time (days from founding to the end or to the censoring); ended (dead |
    closed | censored); stillborn; revivals (deaths that members undid, before the log ended); spells (dormancies of `window` days
    or more that began on [0, `days`)); watched (days for which such spells were watched beyond the window); unconfirmed (a dormancy
    that began before `days` was shorter than the window when the log ended). `prompts` asks for the second definition
    (`find_pardons`).
    """
    import pandas as pd  # late: slow to import

    rows = read_rows(log)
    messages, groups = project_messages(rows), project_groups(rows)
    return pd.DataFrame(_columns(messages, groups, find_presence(messages, groups), days, window, share, k_min, prompts))


def project_definitions(log: Any, days: float) -> pd.DataFrame:
    """`project_lifetimes` under each of the `DEFINITIONS`: definition, window, k (of the group), then its columns."""
    import pandas as pd  # late: slow to import

    return pd.DataFrame(find_definitions(log, days))


def find_definitions(log: Any, days: float) -> dict[str, np.ndarray]:
    """The columns of `project_definitions`."""
    rows = read_rows(log)
    messages, groups = project_messages(rows), project_groups(rows)
    presence = find_presence(messages, groups)
    tables = []
    for definition, window, share, k_min, prompts in DEFINITIONS:
        k = threshold(groups.planned, share, k_min).astype(int)
        names = {"definition": np.full(len(k), definition, object), "window": np.full(len(k), window), "k": k}
        tables.append(names | _columns(messages, groups, presence, days, window, share, k_min, prompts))
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def _columns(
    messages: Messages,
    groups: Groups,
    presence: Presence,
    days: float,
    window: float,
    share: float,
    k_min: float,
    prompts: bool,
) -> dict[str, np.ndarray]:
    dormancies = find_dormancies(presence, groups, share, k_min)
    pardoned = find_pardons(messages, groups, dormancies, window) if prompts else None
    life = find_lifetimes(dormancies, groups, days, window, pardoned)
    ended = np.where(life.dead, "dead", np.where(life.closed, "closed", "censored")).astype(object)
    columns = {"programme": groups.programme, "group": groups.own, "planned": groups.planned, "time": life.time, "ended": ended}
    return columns | {name: getattr(life, name) for name in ("stillborn", "revivals", "spells", "watched", "unconfirmed")}


def project_dormancies(log: Any, share: float = SHARE, k_min: float = K_MIN) -> pd.DataFrame:
    """One row per dormancy: programme, group, start (day), days (its length), ended (talk | closed | log: the log ends first)."""
    import pandas as pd  # late: slow to import

    rows = read_rows(log)
    groups = project_groups(rows)
    spans = find_dormancies(find_presence(project_messages(rows), groups), groups, share, k_min)
    ended = np.where(spans.talked, "talk", np.where(groups.closed[spans.group], "closed", "log"))
    length = (spans.stop - spans.start) / DAY
    which = {"programme": groups.programme[spans.group], "group": groups.own[spans.group]}
    return pd.DataFrame(which | {"start": spans.start / DAY, "days": length, "ended": ended})


def project_states(log: Any, window: float = WINDOW) -> pd.DataFrame:
    """`find_daily_states` as a DataFrame."""
    import pandas as pd  # late: slow to import

    return pd.DataFrame(find_daily_states(log, window))


def find_daily_states(log: Any, window: float = WINDOW) -> dict[str, np.ndarray]:
    """One row per (group, day) from the founding on: programme, group, day, state (`STATES`), as of the end of the day.

    A dormancy is told from a death with hindsight: a log that ends within `window` days of its start says dormant.
    """
    rows = read_rows(log)
    messages, groups = project_messages(rows), project_groups(rows)
    states = find_states(messages, groups, find_dormancies(find_presence(messages, groups), groups), window)
    place, day = np.nonzero(states >= 0)
    names = np.array(PRECEDENCE, object)[states[place, day]]
    return {"programme": groups.programme[place], "group": groups.own[place], "day": day, "state": names}


def estimate_revival(lifetimes: pd.DataFrame) -> dict[str, float]:
    """P(revival | silent for the whole window), over the rows of `project_lifetimes` from many logs under one definition.

    spells; revivals; share with its exact 95 % interval (low, high); month: share expected to revive within 30 days at a
    constant rate, 1 - exp(-30 revivals / days watched), for spells are watched for different times. NaN without spells.
    """
    spells, revivals = int(lifetimes["spells"].sum()), int(lifetimes["revivals"].sum())
    watched = float(lifetimes["watched"].sum())
    if not spells:
        return {"spells": 0, "revivals": 0} | dict.fromkeys(("share", "low", "high", "month"), float("nan"))
    from scipy.stats import binomtest  # late: half a second to import

    interval = binomtest(revivals, spells).proportion_ci(0.95)
    month = -np.expm1(-30 * revivals / watched) if watched else float("nan")
    result = {"spells": spells, "revivals": revivals, "share": revivals / spells}
    return result | {"low": float(interval.low), "high": float(interval.high), "month": float(month)}
