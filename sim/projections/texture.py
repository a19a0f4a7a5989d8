"""Turns the talk of many groups, simulated or real, into its texture: bursts, volume, turns, habits, turnover.

Each figure is one number for a whole log, a median over the groups (or members) with enough messages to tell. The same
estimators serve the event log and imported chats; `FIGURES` holds the range that real groups span.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from sim.projections.conversation import (
    DAY,
    HOUR,
    NAN,
    WEEK,
    Talk,
    estimate_burstiness,
    estimate_decay,
    estimate_hawkes,
    estimate_month_retention,
    estimate_one_day_share,
    estimate_top_share,
    estimate_weekend_ratio,
)
from sim.projections.rows import distinct, pair

#: Messages that an estimate needs: of a member's gaps, of a member's hours, of a group.
FEWEST_OF_MEMBER, FEWEST_FOR_HOURS, FEWEST_OF_GROUP = 50, 100, 200
#: Turns that the share of A-B-A needs, and posters without which shares of posters say nothing of a group.
FEWEST_TURNS, FEWEST_POSTERS = 20, 20
#: Daily volume is judged from this day on, past the burst of the first days, and over at least so many days.
SETTLED_DAY, FEWEST_DAYS = 14, 46
#: Self-excitation is fitted to stretches of so many messages, at most so many of a log, evenly spread over it.
STRETCH, MOST_STRETCHES = 1_000, 40


@dataclass(frozen=True)
class Figure:
    """One figure of texture and the range that measured groups span."""

    name: str
    what: str
    low: float
    high: float


FIGURES: Final = (
    Figure("member_burstiness", "burstiness of a member's gaps", 0.5, 0.8),
    Figure("group_burstiness", "burstiness of a group's gaps", 0.6, 0.9),
    Figure("hawkes_n", "messages that one message sets off (one exponential)", 0.65, 0.9),
    Figure("hawkes_tau", "time constant of the same fit, seconds", 70, 330),
    Figure("fano_hour", "variance of hourly counts over their mean", 10, 60),
    Figure("volume_cv", "standard deviation of daily volume over its mean, from the 15th day on", 1, 2.7),
    Figure("volume_peak", "99th percentile of the volume of active days over its median", 4, 7),
    Figure("same_sender_next", "messages followed by another one of the same sender, share", 0.3, 0.57),
    Figure("aba", "turns that go back to the speaker before the last, share", 0.13, 0.7),
    Figure("weekend_ratio", "messages a weekend day over messages a weekday", 0.35, 0.87),
    Figure("hour_habit", "concentration of a member's hours of the day", 0.45, 0.6),
    Figure("posters_per_active_day", "distinct posters on a day with messages", 2, 13),
    Figure("month_retention", "a month's posters who post in the next month too, share", 0.37, 0.66),
    Figure("one_day_share", "posters seen on one day only, share", 0.29, 0.67),
    Figure("top1_share", "messages of the most active hundredth of all posters, share", 0.25, 0.67),
    Figure("ageing_first", "exponent of weekly volume from the first week on", 0.66, 0.98),
    Figure("ageing_later", "exponent of weekly volume from the second week on", 0.51, 0.61),
)


def measure_texture(talks: Iterable[Talk], *, stretches: int = MOST_STRETCHES) -> dict[str, float]:
    """Every figure of `FIGURES` by its name over the groups of one log; NaN where nobody has written enough.

    stretches: to how many of them self-excitation is fitted at most.
    """
    groups = [talk for talk in talks if len(talk.seconds)]
    large = [talk for talk in groups if len(talk.seconds) >= FEWEST_OF_GROUP]
    peopled = [talk for talk in groups if len(distinct(talk.sender)) >= FEWEST_POSTERS]
    lasting = [talk for talk in large if talk.seconds[-1] - talk.seconds[0] >= (SETTLED_DAY + FEWEST_DAYS) * DAY]
    fits = [estimate_hawkes(times, times[0], times[-1]) for times in _stretches(large, stretches)]
    volumes = [estimate_volume(talk.seconds) for talk in lasting]
    seconds, sender = _together(groups)
    members = [times for talk in groups for times in _times_of_senders(talk.seconds, talk.sender, FEWEST_OF_MEMBER)]
    first_half_year = [(talk.seconds, talk.start, min(talk.end, talk.start + 26 * WEEK)) for talk in large]
    return {
        "member_burstiness": _median(estimate_burstiness(np.diff(times), finite=False) for times in members),
        "group_burstiness": _median(estimate_burstiness(np.diff(talk.seconds), finite=False) for talk in large),
        "hawkes_n": _median(fit.n for fit in fits),
        "hawkes_tau": _median(fit.tau for fit in fits),
        "fano_hour": _median(estimate_fano(talk.seconds, HOUR) for talk in large),
        "volume_cv": _median(spread for spread, _ in volumes),
        "volume_peak": _median(peak for _, peak in volumes),
        "same_sender_next": _share(talk.sender[1:] == talk.sender[:-1] for talk in groups),
        "aba": _median(estimate_returns(talk.sender) for talk in groups),
        "weekend_ratio": estimate_weekend_ratio(seconds),
        "hour_habit": _median(map(estimate_hour_habit, _times_of_senders(seconds, sender, FEWEST_FOR_HOURS))),
        "posters_per_active_day": _posters_per_active_day(groups),
        "month_retention": _median(
            estimate_month_retention(talk.seconds - talk.start, talk.sender, talk.end - talk.start) for talk in peopled
        ),
        "one_day_share": _median(estimate_one_day_share(talk.seconds, talk.sender) for talk in peopled),
        "top1_share": _median(estimate_top_share(np.unique(talk.sender, return_counts=True)[1], 0.01) for talk in peopled),
        "ageing_first": _median(estimate_decay(*year, 1) for year in first_half_year),
        "ageing_later": _median(estimate_decay(*year, 2) for year in first_half_year),
    }


def estimate_fano(seconds: np.ndarray, width: float) -> float:
    """Variance of the counts in bins of `width` (s) over their mean, from the first message to the last; 1 for a Poisson process."""
    bins = (seconds // width).astype(np.int64)
    counts = np.bincount(bins - bins[0]) if len(bins) else np.zeros(0)
    return float(counts.var() / counts.mean()) if len(counts) > 1 else NAN


def estimate_volume(seconds: np.ndarray) -> tuple[float, float]:
    """Of the messages a day after `SETTLED_DAY`: standard deviation over mean (silent days count), and the 99th percentile of
    the active days over their median."""
    days = (seconds // DAY).astype(np.int64)
    counts = np.bincount(days - days[0])[SETTLED_DAY:] if len(days) else np.zeros(0)
    active = counts[counts > 0]
    if not len(active):
        return NAN, NAN
    return float(counts.std() / counts.mean()), float(np.percentile(active, 99) / np.median(active))


def estimate_returns(sender: np.ndarray) -> float:
    """Part of the turns (runs of one sender) that are of the speaker before the last: A-B-A. NaN below `FEWEST_TURNS`."""
    turns = sender[np.r_[True, sender[1:] != sender[:-1]]] if len(sender) else sender
    return float((turns[2:] == turns[:-2]).mean()) if len(turns) >= FEWEST_TURNS else NAN


def estimate_hour_habit(seconds: np.ndarray) -> float:
    """Length of the mean of unit vectors that point to the hours of the messages: 0 at any hour, 1 always at the same."""
    angle = 2 * np.pi * (seconds % DAY) / DAY
    return float(np.hypot(np.cos(angle).mean(), np.sin(angle).mean())) if len(seconds) else NAN


def _times_of_senders(seconds: np.ndarray, sender: np.ndarray, fewest: int) -> Iterator[np.ndarray]:
    """The times of everybody who wrote at least `fewest` messages."""
    order = np.argsort(sender, kind="stable")
    edges = np.flatnonzero(np.diff(sender[order], prepend=-2, append=-2))
    for first, last in pairwise(edges):
        if last - first >= fewest:
            yield seconds[order[first:last]]


def _stretches(groups: list[Talk], most: int) -> list[np.ndarray]:
    """Times of stretches of `STRETCH` messages of one group (a smaller group is one stretch), evenly thinned to the most allowed."""
    parts = [
        talk.seconds[first : first + STRETCH]
        for talk in groups
        for first in range(0, max(len(talk.seconds) - STRETCH, 0) + 1, STRETCH)
    ]
    step = max(1.0, len(parts) / most)
    # arange may go one step too far where the step is no whole number
    return [parts[int(place)] for place in np.arange(0, len(parts), step) if place < len(parts)]


def _together(groups: list[Talk]) -> tuple[np.ndarray, np.ndarray]:
    """Times and senders of all groups in time order; a person is one person in all of them."""
    seconds = np.concatenate([np.zeros(0), *(talk.seconds for talk in groups)])
    sender = np.concatenate([np.zeros(0, np.int64), *(talk.sender for talk in groups)])
    order = np.argsort(seconds, kind="stable")
    return seconds[order], sender[order]


def _posters_per_active_day(groups: list[Talk]) -> float:
    """Mean number of distinct posters over all days on which a group had a message."""
    days = [(talk.seconds // DAY).astype(np.int64) for talk in groups]
    active = sum(len(distinct(day)) for day in days)
    posters = sum(len(distinct(pair(day, talk.sender))) for day, talk in zip(days, groups, strict=True))
    return posters / active if active else NAN


def _share(flags: Iterable[np.ndarray]) -> float:
    every = np.concatenate([np.zeros(0, bool), *flags])
    return float(every.mean()) if len(every) else NAN


def _median(values: Iterable[float]) -> float:
    known = [value for value in values if value == value]
    return float(np.median(known)) if known else NAN
