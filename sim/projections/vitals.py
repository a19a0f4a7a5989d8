"""Turns a log into vital signs: one row per (group, day), and the statistics an operator's own dashboard would show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, MINUTE
from sim.projections.economics import find_amounts
from sim.projections.rows import (
    NEVER,
    Messages,
    distinct,
    pair,
    place_groups,
    project_groups,
    project_messages,
    project_moves,
    read_rows,
)

if TYPE_CHECKING:
    import pandas as pd

#: Kinds that some column of the vital signs counts.
_COUNTED = (
    *kinds.MESSAGES, kinds.GROUP_CHECKED, kinds.STIMULUS_ANSWERED, kinds.MEMBER_JOINED, kinds.MEMBER_LEFT, kinds.MEMBER_REMOVED,
    kinds.GROUP_MUTED, kinds.ORDER_PLACED, kinds.REFUND_PAID, kinds.COST_PAID, kinds.MEMBER_CARED_FOR, kinds.TASK_DONE,
)  # fmt: skip


def project_vitals(log: Any, *, by_group: bool = True) -> pd.DataFrame:
    """`find_vitals` as a table."""
    import pandas as pd  # late: slow to import

    return pd.DataFrame(find_vitals(log, by_group=by_group))


def find_vitals(log: Any, *, by_group: bool = True) -> dict[str, np.ndarray]:
    """One row per (programme, group, day), quiet days included; group -1 (if it has rows) holds what belongs to no founded group.

    Programmes and groups have the numbers of the log. Without `by_group` one row per day for all of them; there a person in two
    groups is one poster, and counts as two members.

    members (at the end of the day), joins, exits, removed, muted (members with notifications off, at the end of the day);
    openers, posters (distinct members who checked, who posted organically), interactors (distinct posters, takers and buyers);
    organic (messages), messages (all on the screen), operator_posts, adverts (of members), promotions (of the operator),
    complaints, questions; answered_24h, member_answered_24h (questions of that day to which staff, a member replied within 24 h);
    first_response_minutes (median over questions of that day that staff answered; NaN if none); orders; revenue (paid less
    refunds), margin (less refunds), benefit_cost (costs paid, value received in stimuli and in private care), wages, refunds,
    cost (benefit_cost + wages), net_income (margin - cost), all yuan; staff_hours.
    """
    rows = read_rows(log, checks=True)
    events, kind = rows.events, rows.kind
    messages, moves = project_messages(rows), project_moves(rows)
    amounts = find_amounts(rows)
    outside = events["group"][(events["group"] < 0) & np.isin(kind, _COUNTED)]
    groups = np.r_[distinct(outside), project_groups(rows).number]
    days = max(1, -(-rows.end // DAY))
    cells = len(groups) * days if by_group else days

    def cell(group: np.ndarray, time: np.ndarray) -> np.ndarray:
        """The cell of the table a row belongs to; `cells` (cut off below) for rows that are not counted."""
        place = place_groups(groups, group)
        return np.where(place >= 0, place * days * by_group + np.minimum(time // DAY, days - 1), cells)

    def total(where: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(where, weight, minlength=cells + 1)[:cells]

    def stock(where: np.ndarray, step: np.ndarray) -> np.ndarray:
        return np.cumsum(total(where, step).reshape(-1, days), axis=1).ravel().astype(np.int64)

    def persons(where: np.ndarray, who: np.ndarray) -> np.ndarray:
        return total(distinct(pair(where, who)) >> 32)

    at, moved, said = (cell(table["group"], table["time"]) for table in (events, moves._asdict(), messages._asdict()))
    of = {name: at[kind == code] for code, name in kinds.NAMES.items()}
    acting = np.isin(kind, (*kinds.ORGANIC, kinds.STIMULUS_ANSWERED, kinds.ORDER_PLACED))
    questions = np.flatnonzero(messages.kind == kinds.QUESTION_ASKED)
    delay = {staff: first_answer_delays(messages, questions, staff=staff) for staff in (True, False)}
    money = {name: total(at[places], yuan) for name, (places, yuan) in amounts.items()}
    promoted = messages.advertising & (messages.kind == kinds.STIMULUS_POSTED)
    cost = money["benefit_cost"] + money["wages"]
    programme, own = rows.programmes.split(np.repeat(groups, days))
    columns = ({"programme": programme, "group": own} if by_group else {}) | {
        "day": np.tile(np.arange(days), cells // days),
        "members": stock(moved, moves.members),
        "joins": total(moved[moves.members > 0]),
        "exits": total(moved[(moves.members < 0) & (moves.kind == kinds.MEMBER_LEFT)]),
        "removed": total(moved[(moves.members < 0) & (moves.kind == kinds.MEMBER_REMOVED)]),
        "muted": stock(moved, moves.muted),
        "openers": persons(of["GROUP_CHECKED"], events["actor"][kind == kinds.GROUP_CHECKED]),
        "posters": persons(said[messages.organic], messages.author[messages.organic]),
        "interactors": persons(at[acting], events["actor"][acting]),
        "organic": total(said[messages.organic]),
        "messages": total(said),
        "operator_posts": total(of["STIMULUS_POSTED"]),
        "adverts": total(of["ADVERT_POSTED"]),
        "promotions": total(said[promoted]),
        "complaints": total(of["COMPLAINT_POSTED"]),
        "questions": total(of["QUESTION_ASKED"]),
        "answered_24h": total(said[questions[delay[True] <= DAY]]),
        "member_answered_24h": total(said[questions[delay[False] <= DAY]]),
        "first_response_minutes": _medians(said[questions], delay[True], cells) / MINUTE,
        "orders": total(of["ORDER_PLACED"]),
        **money,
        "cost": cost,
        "net_income": money["margin"] - cost,
    }
    if not by_group:
        return columns
    ends = rows.programmes.end[rows.programmes.place(np.repeat(groups, days))]
    lived = np.flatnonzero(columns["day"] < np.maximum(1, -(-ends // DAY)))  # a log that was cut off has shorter programmes
    order = lived[np.lexsort((columns["day"][lived], own[lived], programme[lived]))]
    return {name: column[order] for name, column in columns.items()}


def first_answer_delays(messages: Messages, questions: np.ndarray, *, staff: bool) -> np.ndarray:
    """Time (us) from each of `questions` to the first answer by staff, or by a member; NEVER where there was none."""
    kind = kinds.MEMBER_ANSWERED if staff else kinds.MESSAGE_POSTED
    answer = np.flatnonzero((messages.kind == kind) & (messages.answers >= 0))
    if not staff:
        answer = answer[messages.author[answer] != messages.author[messages.answers[answer]]]
    first = np.full(len(messages.time), NEVER)
    np.minimum.at(first, messages.answers[answer], messages.time[answer])
    first = first[questions]
    return np.where(first == NEVER, NEVER, first - messages.time[questions])


def project_wecom(log: Any) -> pd.DataFrame:
    """One row per day of all programmes together, under the names of WeCom's customer-group statistics.

    As there, the columns that do not start with new_ count up to and including the day: groups that are open, groups with a message,
    members, (member, group) pairs with a message, messages. Staff are no members here; their messages count.
    Source: developer.work.weixin.qq.com/document/path/92133 (by natural day).
    """
    import pandas as pd  # late: slow to import

    rows = read_rows(log)
    messages, moves, groups = project_messages(rows), project_moves(rows), project_groups(rows)
    days = max(1, -(-rows.end // DAY))

    def daily(time: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
        return np.bincount(np.minimum(time // DAY, days - 1), weight, minlength=days).astype(np.int64)

    of_members = messages.organic | (messages.kind == kinds.ADVERT_POSTED)
    founded, joined = daily(groups.founded), moves.members > 0
    columns = {
        "day": np.arange(days),
        "new_chat_cnt": founded,
        "chat_total": np.cumsum(founded - daily(groups.stop[groups.closed])),
        "chat_has_msg": np.cumsum(daily(_first_times(messages.group, messages.time))),
        "new_member_cnt": daily(moves.time[joined]),
        "member_total": np.cumsum(daily(moves.time, moves.members)),
        "member_has_msg": np.cumsum(
            daily(_first_times(pair(messages.group, messages.author)[of_members], messages.time[of_members]))
        ),
        "msg_total": np.cumsum(daily(messages.time)),
    }
    return pd.DataFrame(columns)


def _medians(where: np.ndarray, delay: np.ndarray, cells: int) -> np.ndarray:
    """Median delay in each cell over those that are not NEVER; NaN where there is none."""
    use = (delay != NEVER) & (where < cells)
    where, delay = where[use], delay[use]
    order = np.lexsort((delay, where))
    delay = delay[order]
    count = np.bincount(where, minlength=cells)
    first = np.cumsum(count) - count
    low, high = first + (count - 1) // 2, first + count // 2
    medians = np.full(cells, np.nan)
    full = count > 0
    medians[full] = (delay[low[full]] + delay[high[full]]) / 2
    return medians


def _first_times(whose: np.ndarray, time: np.ndarray) -> np.ndarray:
    """The first time of each distinct number in `whose`."""
    order = np.lexsort((time, whose))
    return time[order][np.unique(whose[order], return_index=True)[1]]
