"""Turns the log of one replication into its outcomes: one number each, and one row per group for the survival curves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, MINUTE
from sim.projections.economics import find_amounts, repurchase_rate
from sim.projections.lifecycle import PRECEDENCE, find_definitions, find_dormancies, find_lifetimes, find_presence, find_states
from sim.projections.rows import NEVER, Messages, distinct, pair, project_groups, project_messages, project_moves, read_rows
from sim.projections.vitals import first_answer_delays


def project_outcomes(log: Any, days: float) -> dict[str, float | str]:
    """Outcomes over the judged days [0, `days`); later rows only tell whether a silence was a death or a question answered.

    alive_days: days x member-days alive / member-days judged, members as planned; with groups that all open on day 0 the mean of
    min(time to death or closing, days), weighted by planned size. dead, stillborn (part of dead), closed, revived (dead, and
    talking again before the log ends): shares of groups. posters_per_day: distinct organic posters a day, summed over groups;
    messages_per_day: organic ones, likewise. Who moves to another group neither joins nor exits.
    members_end = joins - exits - removed members. muted_share, exit_share: muted
    members / members at the end, exits / joins. first_response_minutes (median), answer_rate (within 24 h): of members' questions
    by staff. advert_share: adverts and promotions / messages. silent_share: members at the end without an organic post in the
    last 7 days / members. orders; revenue and margin (less refunds), benefit_cost, wages, cost (benefit_cost + wages), net_income
    (margin - cost), yuan; staff_hours; repurchase_rate (buyers with 2 orders or more / buyers); complaints; state (name of the state
    of life on the last judged day, `lifecycle.STATES`, of the largest part of the planned members).
    All programmes of the log together. NaN where a denominator is 0; where no group was opened, alive_days is 0.
    """
    rows = read_rows(log)
    messages, groups, moves = project_messages(rows), project_groups(rows), project_moves(rows)
    horizon = int(days * DAY)
    dormancies = find_dormancies(find_presence(messages, groups), groups)
    life = find_lifetimes(dormancies, groups, days)
    said, moved = messages.time < horizon, moves.time < horizon

    joins = int(((moves.members > 0) & ~moves.moved)[moved].sum())
    exits = int(((moves.members < 0) & (moves.kind == kinds.MEMBER_LEFT) & ~moves.moved)[moved].sum())
    members, muted = int(moves.members[moved].sum()), int(moves.muted[moved].sum())
    present = np.flatnonzero(moved & (moves.members != 0))
    who, last = np.unique(pair(moves.group[present], moves.person[present])[::-1], return_index=True)
    who = who[moves.members[present][::-1][last] > 0]
    organic = np.flatnonzero(said & messages.organic)
    lately = organic[messages.time[organic] >= horizon - 7 * DAY]
    spoke = np.isin(who, distinct(pair(messages.group[lately], messages.author[lately]))).sum()
    posters = _posters(messages, organic)

    questions = np.flatnonzero(said & (messages.kind == kinds.QUESTION_ASKED))
    delay = first_answer_delays(messages, questions, staff=True)
    answered = delay[delay != NEVER]

    early = rows.events["time"] < horizon
    money = {name: float(yuan[early[places]].sum()) for name, (places, yuan) in find_amounts(rows).items()}
    bought = early & (rows.kind == kinds.ORDER_PLACED)
    cost = money["benefit_cost"] + money["wages"]
    weight, judged = groups.planned, float(groups.planned @ life.judged)
    count = len(groups.number)
    return {
        "alive_days": _ratio(days * float(weight @ life.time), judged) if count else 0.0,
        "dead": _share(life.dead.sum(), count),
        "stillborn": _share(life.stillborn.sum(), count),
        "closed": _share(life.closed.sum(), count),
        "revived": _share((life.revivals > 0).sum(), count),
        "posters_per_day": posters / days,
        "messages_per_day": len(organic) / days,
        "members_end": members,
        "joins": joins,
        "exits": exits,
        "muted_share": _share(muted, members),
        "exit_share": _share(exits, joins),
        "first_response_minutes": float(np.median(answered)) / MINUTE if len(answered) else float("nan"),
        "answer_rate": _share((delay <= DAY).sum(), len(questions)),
        "advert_share": _share((messages.advertising & said).sum(), said.sum()),
        "silent_share": _share(len(who) - spoke, len(who)),
        "orders": int(bought.sum()),
        "revenue": money["revenue"],
        "margin": money["margin"],
        "benefit_cost": money["benefit_cost"],
        "wages": money["wages"],
        "cost": cost,
        "net_income": money["margin"] - cost,
        "staff_hours": money["staff_hours"],
        "repurchase_rate": repurchase_rate(rows.events["actor"][bought])[1],
        "complaints": int((messages.kind[said] == kinds.COMPLAINT_POSTED).sum()),
        "state": _state(find_states(messages, groups, dormancies), groups.planned, days),
    }


def project_lifetime_rows(log: Any, days: float) -> list[dict[str, Any]]:
    """`lifecycle.project_definitions` as plain rows, one per definition of death and group."""
    columns = find_definitions(log, days)
    return [dict(zip(columns, row, strict=True)) for row in zip(*(c.tolist() for c in columns.values()), strict=True)]


def _posters(messages: Messages, organic: np.ndarray) -> int:
    """Distinct (group, day, author) among these messages."""
    day = messages.time[organic] // DAY
    cell = messages.group[organic] * (1 + day.max(initial=0)) + day
    return len(distinct(pair(cell, messages.author[organic])))


def _state(states: np.ndarray, planned: np.ndarray, days: float) -> str:
    """State that holds for the largest part of the planned members on the last judged day; "" before any founding."""
    now = states[:, min(math.ceil(days), states.shape[1]) - 1]
    weight = np.bincount(now[now >= 0], planned[now >= 0], minlength=len(PRECEDENCE))
    return PRECEDENCE[int(weight.argmax())] if weight.any() else ""


def _share(part: float, whole: float) -> float:
    """Part of a whole that contains it."""
    assert 0 <= part <= whole, f"{part} of {whole} is no share"
    return _ratio(part, whole)


def _ratio(above: float, below: float) -> float:
    return float(above) / float(below) if below else float("nan")
