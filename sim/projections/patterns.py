"""Turns a log into the table of regularities that real groups show (P4 to P13): the log's own value beside each target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, SECOND
from sim.projections.contagion import estimate_contagion, weigh_contagion
from sim.projections.conversation import (
    NAN,
    Talk,
    describe_talk,
    estimate_daily_cycle,
    estimate_gini,
    estimate_top_share,
    find_talk,
)
from sim.projections.rows import Moves, Programmes, distinct, pair, project_groups, project_messages, project_moves, read_rows

if TYPE_CHECKING:
    import pandas as pd

INF: Final = float("inf")
TWELVE_WEEKS: Final = 84
#: Members without which shares of members say nothing of a group (concentration grows with size), and messages that tell its rhythm.
FEWEST_MEMBERS, FEWEST_MESSAGES = 10, 200
_OF_MEMBERS: Final = ("never_posted", "gini_members", "top10_members", "gini_posters", "zipf")
_OF_RHYTHM: Final = ("burstiness", "memory")
#: How far outside its range a value is still near, in widths of the range (of its one end, where the other is open).
NEAR: Final = 0.2


@dataclass(frozen=True)
class Pattern:
    """One regularity: which number, where it should lie, where that comes from, and how much of it the model was given.

    role: input (set by parameters, so a hit proves nothing), partly (its sign or shape is given, its size is not), emergent.
    Ranges marked "tolerance assumed" are ours around one published figure.
    """

    key: str
    name: str
    what: str
    low: float
    high: float
    role: str
    source: str


PATTERNS: Final = (
    Pattern(
        "P4",
        "never_posted",
        "members who did not post in their group's first 12 weeks, share",
        0.46,
        0.82,
        "emergent",
        "Nonnecke & Preece 2000",
    ),
    Pattern(
        "P5",
        "gini_members",
        "Gini of messages over members, silent ones included",
        0.80,
        0.92,
        "emergent",
        "van Mierlo et al.; small groups assumed",
    ),
    Pattern(
        "P5",
        "top10_members",
        "share of messages by the most active 10 % of members",
        0.65,
        0.90,
        "emergent",
        "van Mierlo et al.; small groups assumed",
    ),
    Pattern(
        "P5",
        "gini_posters",
        "Gini of messages over those who posted",
        0.70,
        0.95,
        "emergent",
        "plausible range over measured chat logs",
    ),
    Pattern(
        "P5",
        "zipf",
        "Zipf exponent of messages by rank of poster",
        0.8,
        1.6,
        "emergent",
        "plausible range over measured chat logs",
    ),
    Pattern(
        "P6",
        "burstiness",
        "burstiness of gaps, finite-size, daily cycle removed",
        0.3,
        0.6,
        "emergent",
        "Kim & Jo 2016; QQ groups; range assumed",
    ),
    Pattern("P6", "memory", "memory of gaps, daily cycle removed", -0.12, 0.12, "emergent", "measured: channels 0 to 0.12"),
    Pattern("P7", "unanswered", "messages without a reply, share", 0.58, 0.62, "input", "Meagher & Friel"),
    Pattern("P7", "thread_size", "mean messages per thread", 2.5, 4.0, "input", "derived from Meagher & Friel"),
    Pattern("P7", "branching", "replies per message", 0.60, 0.75, "input", "derived from Meagher & Friel"),
    Pattern("P8", "reply_minutes", "median reply delay, minutes", 2, 10, "input", "Pielot et al.; Kooti et al."),
    Pattern("P8", "reply_over_hour", "replies after more than an hour, share", 0.05, 0.25, "input", "assumed"),
    Pattern(
        "P9",
        "peak_hour",
        "hour of the day with most messages",
        20,
        23,
        "partly",
        "assumed; the hours of checks are an input, those of messages follow",
    ),
    Pattern(
        "P9",
        "peak_to_trough",
        "messages in the peak hour per message in the trough hour",
        10,
        25,
        "partly",
        "assumed; the hours of checks are an input",
    ),
    Pattern(
        "P10",
        "first_answered",
        "first posts that another member answers, share",
        0.51,
        0.71,
        "emergent",
        "Joyce & Kraut 2006: 0.61; tolerance assumed",
    ),
    Pattern(
        "P10",
        "again_answered",
        "posting again after an answered first post, share",
        0.46,
        0.66,
        "emergent",
        "Joyce & Kraut 2006: 0.56; tolerance assumed",
    ),
    Pattern(
        "P10",
        "again_unanswered",
        "posting again after an unanswered first post, share",
        0.34,
        0.54,
        "emergent",
        "Joyce & Kraut 2006: 0.44; tolerance assumed",
    ),
    Pattern(
        "P10",
        "again_gap",
        "difference that an answer makes to posting again",
        0.06,
        0.18,
        "emergent",
        "Joyce & Kraut 2006: 0.12; tolerance assumed",
    ),
    Pattern(
        "P11",
        "muted_per_left",
        "members who ever muted per member who left",
        1.9,
        INF,
        "partly",
        "survey of 2002 people: 74.6 % to 38.4 %; both base rates are inputs",
    ),
    Pattern(
        "P12",
        "contagion",
        "hazard of leaving after an acquaintance left, ratio",
        1.4,
        2.2,
        "partly",
        "Nitzan & Libai 2011: 1.8; tolerance assumed; the factor is an input, what is left of it in the log is not",
    ),
    Pattern(
        "P13",
        "promotion_response",
        "rank correlation of promotion load with mutes and exits, over several logs",
        0.5,
        1.0,
        "partly",
        "Wohllebe 2021: monotone; bound assumed; promotions cost value by assumption",
    ),
)


def project_patterns(log: Any, edges: Sequence[np.ndarray] | None = None, days: float | None = None) -> pd.DataFrame:
    """One row per pattern: pattern, what, value, low, high, in_range (missing where the value is), role, source; index: name.

    Values are medians over the groups that have one. `edges` are the acquaintances of each programme, arrays [e, 2] (person, person;
    each pair once or twice), without which P12 has no value; P13 needs several logs (`estimate_promotion_response`). `days` cuts the log.
    """
    import pandas as pd  # late: slow to import

    measured = measure_patterns(log, edges, days)
    table = pd.DataFrame([vars(pattern) for pattern in PATTERNS]).rename(columns={"key": "pattern"}).set_index("name")
    table.insert(2, "value", [measured[name] for name in table.index])
    inside = (table["value"] >= table["low"]) & (table["value"] <= table["high"])
    table.insert(5, "in_range", inside.astype("boolean").mask(table["value"].isna()))
    return table


def place_in_range(value: float, low: float, high: float) -> str:
    """Where a value stands: in its range, near it (outside by at most `NEAR` widths), out, or "" where there is no value."""
    if np.isnan(value):
        return ""
    if low <= value <= high:
        return "in"
    width = high - low if np.isfinite(high - low) else abs(low if np.isfinite(low) else high)
    return "near" if low - NEAR * width <= value <= high + NEAR * width else "out"


def measure_patterns(log: Any, edges: Sequence[np.ndarray] | None = None, days: float | None = None) -> dict[str, float]:
    """The value of every pattern by its name; arguments as of `project_patterns`.

    Raises ValueError where there are not as many arrays of acquaintances as programmes.
    """
    rows = read_rows(log)
    groups, moves = project_groups(rows), project_moves(rows)
    talks = find_talk(rows, days)
    horizon = rows.end if days is None else min(rows.end, int(days * DAY))
    per_group = [_of_group(talk, joined_by(moves, number, horizon)) for number, talk in talks.items()]
    values = {name: _median([row[name] for row in per_group]) for name in (per_group[0] if per_group else {})}
    values["peak_hour"], values["peak_to_trough"] = estimate_daily_cycle(
        np.concatenate([np.zeros(0), *(t.seconds for t in talks.values())])
    )
    values["again_gap"] = _median([row["again_answered"] - row["again_unanswered"] for row in per_group])
    before = moves.time < horizon
    ever = {
        kind: len(distinct(pair(moves.group, moves.person)[before & (moves.kind == kind) & ~moves.moved]))
        for kind in (kinds.GROUP_MUTED, kinds.MEMBER_LEFT)
    }
    left = ever[kinds.MEMBER_LEFT]
    values["muted_per_left"] = ever[kinds.GROUP_MUTED] / left if left else float("nan")
    values["contagion"] = (
        float("nan") if edges is None else estimate_contagion(moves, groups, _join(edges, rows.programmes), horizon)
    )
    values["promotion_response"] = float("nan")
    return {pattern.name: values.get(pattern.name, float("nan")) for pattern in PATTERNS}


def project_contagion(log: Any, edges: Sequence[np.ndarray], days: float | None = None) -> dict[str, float]:
    """contagion_above, contagion_below: the sums of P12, which can be added up over logs (`sim.projections.contagion`)."""
    rows = read_rows(log)
    horizon = rows.end if days is None else min(rows.end, int(days * DAY))
    above, below = weigh_contagion(project_moves(rows), project_groups(rows), _join(edges, rows.programmes), horizon)
    return {"contagion_above": above, "contagion_below": below}


def _join(edges: Sequence[np.ndarray], programmes: Programmes) -> np.ndarray:
    """Acquaintances of all programmes, int [e, 2], by the numbers that persons have in `Rows`."""
    if len(edges) != len(programmes.number):
        raise ValueError(f"edges of {len(edges)} programmes: one array for each of the {len(programmes.number)} of the log")
    return np.concatenate([ties + first for ties, first in zip(edges, programmes.persons, strict=True)])


def joined_by(moves: Moves, group: int, time: int) -> tuple[np.ndarray, np.ndarray]:
    """Who joined a group before `time` (distinct persons) and when first (us)."""
    chosen = (moves.group == group) & (moves.kind == kinds.MEMBER_JOINED) & (moves.time < time)
    person, first = np.unique(moves.person[chosen], return_index=True)
    return person, moves.time[chosen][first]


def project_promotion_load(log: Any, days: float | None = None) -> dict[str, float]:
    """One log's row for `estimate_promotion_response`: load (promotions and adverts per group and day), response (mutings and
    exits per member-month)."""
    rows = read_rows(log)
    messages, groups, moves = project_messages(rows), project_groups(rows), project_moves(rows)
    horizon = rows.end if days is None else min(rows.end, int(days * DAY))
    advertising = (messages.advertising & (messages.time < horizon)).sum()
    group_days = np.clip(np.minimum(groups.stop, horizon) - groups.founded, 0, None).sum() / DAY
    before = moves.time < horizon
    reacted = (before & np.isin(moves.kind, (kinds.GROUP_MUTED, kinds.MEMBER_LEFT)) & ~moves.moved).sum()
    months = ((horizon - moves.time[before]) * moves.members[before]).sum() / (30 * DAY)
    nan = float("nan")
    return {
        "load": float(advertising / group_days) if group_days else nan,
        "response": float(reacted / months) if months else nan,
    }


def estimate_promotion_response(loads: list[dict[str, float]]) -> float:
    """P13: Kendall's rank correlation of load and response over logs that differ in promotion; NaN below 3 logs."""
    import pandas as pd  # late: slow to import

    table = pd.DataFrame(loads, columns=["load", "response"]).dropna()
    return float(table["load"].corr(table["response"], method="kendall")) if len(table) > 2 else float("nan")


def _of_group(talk: Talk, joined: tuple[np.ndarray, np.ndarray]) -> dict[str, float]:
    """What one group tells; NaN where it is too small or too quiet to tell."""
    told = describe_talk(talk) | find_shares_of_members(talk, joined)
    few = (
        *(_OF_MEMBERS if len(joined[0]) < FEWEST_MEMBERS else ()),
        *(_OF_RHYTHM if told["messages"] < FEWEST_MESSAGES else ()),
    )
    return told | dict.fromkeys(few, NAN)


def find_shares_of_members(talk: Talk, joined: tuple[np.ndarray, np.ndarray]) -> dict[str, float]:
    """What needs to know who was there in silence: never_posted, gini_members, top10_members."""
    person, since = joined
    early = talk.seconds < talk.start + TWELVE_WEEKS * DAY / SECOND
    at_first = person[since / SECOND < talk.start + TWELVE_WEEKS * DAY / SECOND]
    posters, counts = np.unique(talk.sender, return_counts=True)
    silent = max(0, len(person) - len(posters))
    everybody = np.r_[np.zeros(silent, int), counts]
    return {
        "never_posted": float(1 - np.isin(at_first, talk.sender[early]).mean()) if len(at_first) else float("nan"),
        "gini_members": estimate_gini(everybody),
        "top10_members": estimate_top_share(everybody, 0.10),
    }


def _median(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.median(known)) if known else float("nan")
