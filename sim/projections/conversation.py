"""Turns the talk of one group, simulated or real, into statistics of conversation: who talks, in what rhythm, to whom.

All estimators take plain arrays: times in seconds since a Monday 00:00 local time, ascending; senders as integers; and for each
message the place of the one it answers, or -1. Those without enough data return NaN. So one set of estimators serves the event
log and imported chats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.events.kinds import SECOND
from sim.projections.rows import Rows, distinct, pair, place_groups, project_groups, project_messages, read_rows

if TYPE_CHECKING:
    import pandas as pd

NAN = float("nan")
HOUR, DAY, WEEK, MONTH = 3_600, 86_400, 7 * 86_400, 30 * 86_400
STEEPEST = 20.0


class Talk(NamedTuple):
    """What was said in one group over [0, `end`), in time order; m messages."""

    seconds: np.ndarray  # f8, since a Monday 00:00 local time
    sender: np.ndarray  # int
    reply_to: np.ndarray  # place in these arrays of the message answered; NONE: of no message of a member
    start: float  # s: the group opens, or the log begins
    end: float  # s: the group closes, or the log ends


SILENCE = Talk(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64), 0.0, 0.0)


class Hawkes(NamedTuple):
    """A fit of rate(t) = base * cycle(t) + n / tau * sum over earlier messages of exp(-(t - t_i) / tau)."""

    n: float  # messages that one message sets off
    tau: float  # s
    base: float  # 1/s
    loglik: float


def project_talk(log: Any, days: float | None = None) -> dict[int, Talk]:
    """The organic messages of every group by its number in `Groups`, up to `days`. Replies to the operator's posts open a thread."""
    return find_talk(read_rows(log), days)


def find_talk(rows: Rows, days: float | None = None) -> dict[int, Talk]:
    """`project_talk` of rows that are read already."""
    messages, groups = project_messages(rows), project_groups(rows)
    horizon = rows.end if days is None else min(rows.end, int(days * DAY * SECOND))
    place = place_groups(groups.number, messages.group)
    talks = {}
    for group, number in enumerate(groups.number):
        chosen = np.flatnonzero(messages.organic & (place == group) & (messages.time < horizon))
        answered = messages.answers[chosen]
        reply_to = place_groups(chosen, answered) if len(chosen) else answered
        start, end = groups.founded[group] / SECOND, min(groups.stop[group], horizon) / SECOND
        talks[int(number)] = Talk(messages.time[chosen] / SECOND, messages.author[chosen], reply_to, start, max(start, end))
    return talks


# Who talks


def estimate_gini(counts: np.ndarray) -> float:
    """Gini coefficient of `counts`, no correction for small numbers: sum_i (2 i - n - 1) x_(i) / (n sum x)."""
    ordered = np.sort(np.asarray(counts, float))
    total, n = ordered.sum(), len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total)) if total else NAN


def estimate_top_share(counts: np.ndarray, share: float) -> float:
    """Part of all messages that the most active `share` of members wrote, their number rounded up (one in a group of 28 for 1 %)."""
    ordered = np.sort(np.asarray(counts, float))[::-1]
    top = int(np.ceil(np.round(share * len(ordered), 9)))
    return float(ordered[:top].sum() / ordered.sum()) if ordered.sum() else NAN


def estimate_zipf(counts: np.ndarray) -> float:
    """Exponent of messages against rank: least squares of log count on log rank over all who posted, weighted by 1 / rank.

    The weights give each stretch of log rank the same say; unweighted, the many who post once or twice decide. NaN below 5 posters.
    """
    ordered = np.sort(np.asarray(counts, float))[::-1]
    ordered = ordered[ordered > 0]
    if len(ordered) < 5:
        return NAN
    rank = np.arange(1, len(ordered) + 1)
    return float(-np.polyfit(np.log(rank), np.log(ordered), 1, w=np.sqrt(1 / rank))[0])


def estimate_month_retention(seconds: np.ndarray, sender: np.ndarray, end: float) -> float:
    """Part of a month's posters who post in the next month too; median over 30-day months whose next one is complete by `end`."""
    seen = distinct(pair((seconds // MONTH).astype(np.int64), sender))
    month = seen >> 32
    use = month + 2 <= end // MONTH
    posters = np.bincount(month[use])
    kept = np.bincount(month[use], np.isin(seen[use] + (1 << 32), seen), minlength=len(posters))
    return float(np.median(kept[posters > 0] / posters[posters > 0])) if use.any() else NAN


def estimate_one_day_share(seconds: np.ndarray, sender: np.ndarray) -> float:
    """Part of the posters who were seen posting on one day only."""
    days = np.unique(distinct(pair(sender, (seconds // DAY).astype(np.int64))) >> 32, return_counts=True)[1]
    return float((days == 1).mean()) if len(days) else NAN


def estimate_same_sender_next(sender: np.ndarray) -> float:
    """Part of the messages that are followed by another one of the same sender."""
    return float((sender[1:] == sender[:-1]).mean()) if len(sender) > 1 else NAN


# In what rhythm


def spread_stamps(seconds: np.ndarray, resolution: float, rng: np.random.Generator) -> np.ndarray:
    """Times that were cut down to multiples of `resolution` (s), spread at random inside each; the order stays."""
    start = np.floor(seconds / resolution)
    offset = rng.random(len(seconds))
    return (start + offset[np.lexsort((offset, start))]) * resolution


def estimate_hours(seconds: np.ndarray) -> np.ndarray:
    """Messages in each hour of the day relative to the mean, [24]."""
    counts = np.bincount((seconds % DAY // HOUR).astype(int), minlength=24)
    found: np.ndarray = counts * 24 / max(counts.sum(), 1)
    return found


def remove_daily_cycle(seconds: np.ndarray) -> np.ndarray:
    """Times on a clock that runs with the empirical rate of the hour (`estimate_hours`), so that the mean day has no cycle."""
    passed = np.r_[0, np.cumsum(estimate_hours(seconds))] * HOUR
    found: np.ndarray = seconds // DAY * DAY + np.interp(seconds % DAY, np.arange(25) * HOUR, passed)
    return found


def estimate_burstiness(gaps: np.ndarray, *, finite: bool = True) -> float:
    """Burstiness of waiting times, -1 regular, 0 Poisson, 1 all at once; NaN below 10 gaps.

    With r = standard deviation / mean of n gaps, (r - 1) / (r + 1), or corrected for finite n:
    (sqrt(n + 1) r - sqrt(n - 1)) / ((sqrt(n + 1) - 2) r + sqrt(n - 1)). Source: Kim & Jo 2016, Phys. Rev. E 94, 032311.
    """
    n = len(gaps)
    if n < 10 or not np.mean(gaps):
        return NAN
    r = float(np.std(gaps) / np.mean(gaps))
    if not finite:
        return (r - 1) / (r + 1)
    up, down = np.sqrt(n + 1), np.sqrt(n - 1)
    return float((up * r - down) / ((up - 2) * r + down))


def estimate_memory(gaps: np.ndarray) -> float:
    """Correlation of each gap with the next. Source: Goh & Barabasi 2008. NaN below 10 gaps, or if all are equal."""
    if len(gaps) < 10 or not np.std(gaps[:-1]) or not np.std(gaps[1:]):
        return NAN
    return float(np.corrcoef(gaps[:-1], gaps[1:])[0, 1])


def estimate_daily_cycle(seconds: np.ndarray) -> tuple[float, float]:
    """Hour of the day with most messages, and how many times those of the hour with fewest (infinite if that one is empty)."""
    if not len(seconds):
        return NAN, NAN
    hours = estimate_hours(seconds)
    return float(hours.argmax()), float(hours.max() / hours.min()) if hours.min() else float("inf")


def estimate_weekend_ratio(seconds: np.ndarray) -> float:
    """Messages per weekend day over messages per weekday; day 0 is a Monday."""
    weekend = (seconds // DAY % 7 >= 5).sum()
    weekday = len(seconds) - weekend
    return float(weekend / 2 / (weekday / 5)) if weekday else NAN


def estimate_decay(seconds: np.ndarray, start: float, end: float, first_week: int = 1) -> float:
    """Exponent b of messages in week w ~ w ** -b over the complete weeks since `start`, w = `first_week` (1: the first), ...

    Maximum likelihood for counts (Poisson with free level), so that silent weeks count: b solves sum y log w / sum y =
    sum w**-b log w / sum w**-b, sought on [-20, 20]. NaN below 3 weeks, or if all messages are in one of them.
    """
    weeks = int((end - start) // WEEK)
    if weeks - first_week + 1 < 3:
        return NAN
    counts = np.bincount(((seconds - start) // WEEK).astype(int), minlength=weeks)[first_week - 1 : weeks]
    if np.count_nonzero(counts) < 2:
        return NAN
    from scipy.optimize import brentq  # late: slow to import

    log_week = np.log(np.arange(first_week, weeks + 1))
    observed = counts @ log_week / counts.sum()

    def excess(b: float) -> float:
        weight = np.exp(-b * (log_week - log_week[0]))
        return float(weight @ log_week / weight.sum() - observed)

    if excess(STEEPEST) > 0 or excess(-STEEPEST) < 0:
        return STEEPEST if excess(STEEPEST) > 0 else -STEEPEST
    return float(brentq(excess, -STEEPEST, STEEPEST))


def estimate_posts_per_active_day(seconds: np.ndarray) -> float:
    """Mean number of messages on days with a message."""
    return len(seconds) / len(distinct(seconds // DAY)) if len(seconds) else NAN


def estimate_posters_per_active_day(seconds: np.ndarray, sender: np.ndarray) -> float:
    """Mean number of distinct posters on days with a message."""
    day = (seconds // DAY).astype(np.int64)
    return len(distinct(pair(day, sender))) / len(distinct(day)) if len(day) else NAN


def estimate_hawkes(seconds: np.ndarray, start: float, end: float, *, cycle: bool = True) -> Hawkes:
    """One-exponential Hawkes process by maximum likelihood over [`start`, `end`]; NaN below 50 messages.

    The background follows the hours of the day as observed (`cycle`) or is constant. At the maximum the integrated rate equals the
    number of messages, which gives the base rate from n and tau. For each tau the likelihood is concave in n (Newton); tau
    is searched between 1 s and 1 d. Source of the likelihood: Ogata 1978; the sums over the past obey the recursion of Ozaki 1979.
    """
    count = len(seconds)
    if count < 50:
        return Hawkes(NAN, NAN, NAN, NAN)
    from scipy.optimize import minimize_scalar  # late: slow to import

    relative = estimate_hours(seconds) if cycle else np.ones(24)
    shape = relative[(seconds % DAY // HOUR).astype(int)]
    passed = np.r_[0, np.cumsum(relative)] * HOUR
    low, high = (edge // DAY * DAY + np.interp(edge % DAY, np.arange(25) * HOUR, passed) for edge in (start, end))
    gaps = np.diff(seconds)

    def fit(log_tau: float) -> Hawkes:
        tau = np.exp(log_tau)
        reach = -np.expm1(-(end - seconds) / tau).sum()
        background, excited = shape / (high - low), decaying_sums(np.exp(-gaps / tau)) / tau
        slope = excited - background * reach
        n, top = 0.5 * min(1, count / reach), 0.9999 * count / reach
        for _ in range(30):  # rate = count * background + n * slope, maximise its sum of logs
            ratio = slope / (count * background + n * slope)
            step = ratio.sum() / (ratio @ ratio)
            n, before = float(np.clip(n + step, max(n / 4, 1e-9), (n + top) / 2)), n
            if abs(n - before) < 1e-7:
                break
        loglik = float(np.log(count * background + n * slope).sum() - count)
        return Hawkes(n, float(tau), float((count - n * reach) / (high - low)), loglik)

    grid = np.linspace(0, np.log(DAY), 13)
    best = int(np.argmax([fit(log_tau).loglik for log_tau in grid]))
    bounds = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(lambda log_tau: -fit(log_tau).loglik, bounds=bounds, method="bounded", options={"xatol": 1e-3})
    return fit(found.x)


def decaying_sums(decay: np.ndarray) -> np.ndarray:
    """a[0] = 0, a[i] = decay[i - 1] * (a[i - 1] + 1), for n - 1 decays; in blocks, since numpy has no such scan."""
    n = len(decay) + 1
    width = int(np.ceil(np.sqrt(n)))
    table = np.zeros((-(-n // width), width))
    table.ravel()[1:n] = decay
    sums, carried = np.empty_like(table), np.empty_like(table)
    total, product = np.zeros(len(table)), np.ones(len(table))
    for column in range(width):
        total = table[:, column] * (total + 1)
        product = product * table[:, column]
        sums[:, column], carried[:, column] = total, product
    entry = np.zeros(len(table))
    for row in range(1, len(table)):
        entry[row] = sums[row - 1, -1] + carried[row - 1, -1] * entry[row - 1]
    return (sums + carried * entry[:, None]).ravel()[:n]


# To whom


def find_roots(reply_to: np.ndarray) -> np.ndarray:
    """The message that opened the thread of each message (itself, if it answers none)."""
    root = np.where(reply_to >= 0, reply_to, np.arange(len(reply_to)))
    while True:
        above = root[root]
        if np.array_equal(above, root):
            return root
        root = above


def estimate_threads(reply_to: np.ndarray) -> tuple[float, float, float]:
    """Share of messages without a reply, mean size of threads, and branching ratio (replies / messages); NaN without messages."""
    if not len(reply_to):
        return NAN, NAN, NAN
    replies = reply_to[reply_to >= 0]
    threads = len(distinct(find_roots(reply_to)))
    return 1 - len(distinct(replies)) / len(reply_to), len(reply_to) / threads, len(replies) / len(reply_to)


def reply_delays(seconds: np.ndarray, reply_to: np.ndarray) -> np.ndarray:
    """Time (s) from each answered message to each of its answers."""
    reply = np.flatnonzero(reply_to >= 0)
    found: np.ndarray = seconds[reply] - seconds[reply_to[reply]]
    return found


def estimate_first_posts(talk: Talk, follow_up: float = 28 * DAY) -> tuple[float, float, float]:
    """Of members' first posts: the share answered by another member, and the shares posted after again, answered or not.

    Only first posts that were followed for `follow_up` seconds, in which answers and further posts are looked for. Source of the
    question: Joyce & Kraut 2006.
    """
    who, first, whose = np.unique(talk.sender, return_index=True, return_inverse=True)
    replies = np.flatnonzero(talk.reply_to >= 0)
    target = talk.reply_to[replies]
    use = (talk.sender[replies] != talk.sender[target]) & (talk.seconds[replies] - talk.seconds[target] <= follow_up)
    answered = np.isin(first, target[use])
    later = np.flatnonzero(np.arange(len(talk.sender)) != first[whose])
    after = talk.seconds[later] - talk.seconds[first[whose[later]]]
    later = later[(after > HOUR) & (after <= follow_up)]
    again = np.isin(np.arange(len(who)), whose[later])
    followed = talk.seconds[first] + follow_up <= talk.end
    return _mean(answered[followed]), _mean(again[followed & answered]), _mean(again[followed & ~answered])


# All of it


def estimate_talk(talk: Talk) -> dict[str, float]:
    """Every statistic of this module for one group; the columns of `project_conversation`."""
    hawkes = estimate_hawkes(talk.seconds, talk.start, talk.end)
    return describe_talk(talk) | {"hawkes_n": hawkes.n, "hawkes_tau": hawkes.tau}


def describe_talk(talk: Talk) -> dict[str, float]:
    """`estimate_talk` without self-excitation, which takes most of its time."""
    seconds, sender, reply_to, start, end = talk
    counts = np.unique(sender, return_counts=True)[1]
    gaps, even_gaps = np.diff(seconds), np.diff(remove_daily_cycle(seconds))
    delays = reply_delays(seconds, reply_to)
    unanswered, thread_size, branching = estimate_threads(reply_to)
    peak_hour, peak_to_trough = estimate_daily_cycle(seconds)
    first_answered, again_answered, again_unanswered = estimate_first_posts(talk)
    return {
        "messages": len(seconds),
        "posters": len(counts),
        "posts_per_active_day": estimate_posts_per_active_day(seconds),
        "posters_per_active_day": estimate_posters_per_active_day(seconds, sender),
        "active_days": len(distinct(seconds // DAY)) / max(1, (end - start) / DAY),
        "gini_posters": estimate_gini(counts),
        "top10_posters": estimate_top_share(counts, 0.10),
        "top1_posters": estimate_top_share(counts, 0.01),
        "one_post_share": _mean(counts == 1),
        "zipf": estimate_zipf(counts),
        "same_sender_next": estimate_same_sender_next(sender),
        "month_retention": estimate_month_retention(seconds - start, sender, end - start),
        "one_day_share": estimate_one_day_share(seconds, sender),
        "burstiness_raw": estimate_burstiness(gaps),
        "burstiness": estimate_burstiness(even_gaps),
        "memory": estimate_memory(even_gaps),
        "peak_hour": peak_hour,
        "peak_to_trough": peak_to_trough,
        "weekend_ratio": estimate_weekend_ratio(seconds),
        "decay_week1": estimate_decay(seconds, start, end, 1),
        "decay_week2": estimate_decay(seconds, start, end, 2),
        "unanswered": unanswered,
        "thread_size": thread_size,
        "branching": branching,
        "reply_minutes": float(np.median(delays)) / 60 if len(delays) else NAN,
        "reply_over_hour": _mean(delays > HOUR),
        "reply_log_sd": float(np.std(np.log(delays[delays > 0]))) if (delays > 0).sum() > 1 else NAN,
        "first_answered": first_answered,
        "again_answered": again_answered,
        "again_unanswered": again_unanswered,
    }


def project_conversation(log: Any, days: float | None = None) -> pd.DataFrame:
    """One row per group: programme, group, then the statistics of `estimate_talk` over its organic messages up to `days`."""
    import pandas as pd  # late: slow to import

    rows = read_rows(log)
    groups, talks = project_groups(rows), find_talk(rows, days)
    numbers = zip(groups.programme.tolist(), groups.own.tolist(), talks.values(), strict=True)
    table = [{"programme": programme, "group": own, **estimate_talk(talk)} for programme, own, talk in numbers]
    return pd.DataFrame(table, columns=None if table else ["programme", "group", *estimate_talk(SILENCE)])


def _mean(flags: np.ndarray) -> float:
    return float(np.mean(flags)) if len(flags) else NAN
