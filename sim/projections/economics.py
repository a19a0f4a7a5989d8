"""Turns a log into money and hours: what the groups earn, what they cost, and what is left, per group and in total."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, NONE
from sim.projections.rows import Rows, project_groups, project_moves, read_rows

if TYPE_CHECKING:
    import pandas as pd

#: Part of the groups that are the best ones, where it is asked how much a few of them bring.
TOP: Final = 0.2


#: Margins per yuan that differ by less are the same price.
ROUNDING: Final = 0.005


def find_amounts(rows: Rows) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """For each amount (yuan; staff_hours in hours) the places of its rows and how much each adds.

    revenue: paid for orders and to come in, less refunds; margin: likewise; benefit_cost: costs paid, value received in stimuli and in
    private care; refunds and wages on their own.
    """

    def of(column: str, *codes: int) -> tuple[np.ndarray, np.ndarray]:
        places = np.flatnonzero(np.isin(rows.kind, codes) if len(codes) > 1 else rows.kind == codes[0])
        return places, rows.events[column][places]

    refunds, paid_back = of("x", kinds.REFUND_PAID)
    orders, paid = of("x", kinds.ORDER_PLACED)
    entries, stakes = of("x", kinds.STAKE_PAID)
    net = np.concatenate((orders, entries, refunds))
    return {
        "revenue": (net, np.concatenate((paid, stakes, -paid_back))),
        "margin": (net, np.concatenate((rows.events["y"][orders], stakes, -paid_back))),
        "benefit_cost": of("x", kinds.COST_PAID, kinds.STIMULUS_ANSWERED, kinds.MEMBER_CARED_FOR),
        "wages": of("y", kinds.TASK_DONE),
        "refunds": (refunds, paid_back),
        "staff_hours": of("x", kinds.TASK_DONE),
    }


def share_of_top(log: Any, days: float, top: float = TOP) -> float:
    """Share of what is paid for orders in groups that the best of them bring, `top` of all that were founded.

    Whole groups: with fewer than 1 / `top` of them it is told of none. NaN there, and where nobody has bought.
    """
    rows = read_rows(log)
    bought = (rows.kind == kinds.ORDER_PLACED) & (rows.events["time"] < int(days * DAY))
    paid, group = rows.events["x"][bought], rows.events["group"][bought]
    earned = np.sort([paid[group == one].sum() for one in project_groups(rows).number])[::-1]
    best = int(top * len(earned))
    return float(earned[:best].sum() / earned.sum()) if best and earned.sum() > 0 else float("nan")


def repurchase_rate(buyer: np.ndarray) -> tuple[int, float]:
    """Number of buyers, and the share of them with two orders or more (NaN without buyers); `buyer` has an entry per order."""
    orders = np.unique(buyer, return_counts=True)[1]
    return len(orders), float((orders >= 2).mean()) if len(orders) else float("nan")


def find_discounted(orders: np.ndarray, changes: np.ndarray) -> np.ndarray:
    """Which orders (rows of a log, any number) were paid below the usual price; changes: times at which that price was set anew, us.

    The usual order earns the largest share of what is paid for it; what lies below that of its span was made cheaper.
    """
    rate = orders["y"] / np.maximum(orders["x"], 1)
    era = np.searchsorted(changes, orders["time"], "right")
    full = np.full(len(changes) + 1, -np.inf)
    np.maximum.at(full, era, rate)
    found: np.ndarray = rate < full[era] - ROUNDING
    return found


def project_economics(log: Any, days: float | None = None, start: float = 0) -> pd.DataFrame:
    """What was earned and spent over [`start`, `days`): for each programme one row for what belongs to no founded group and one per
    group, last the total. Amounts, orders and member-days of these rows sum to the total.

    scope (outside | group | total), programme (-1 in the total), group (-1 unless scope is group);
    orders, buyers, revenue, refunds, margin, benefit_cost, wages, net_income (margin - benefit_cost - wages; yuan),
    staff_hours, member_days; order_value (gross sales / orders), spend_per_buyer (gross sales / buyers), repurchase_rate,
    contribution_per_member_month ((margin - benefit_cost) / 30 member-days), staff_productivity ((margin - benefit_cost) / hour).
    Rates are NaN where nobody bought, was a member, or worked. In the total a person who buys in two groups is one buyer.
    Source of the formulas: the terms of the trade as the glossary gives them.
    """
    import pandas as pd  # late: slow to import

    rows = read_rows(log)
    low, high = int(start * DAY), rows.end + 1 if days is None else int(days * DAY)
    programmes, groups = rows.programmes, project_groups(rows).number
    numbers = np.r_[NONE - np.arange(len(programmes.number)), groups]
    time, group = rows.events["time"], rows.events["group"]
    inside = (time >= low) & (time < high)
    amounts = find_amounts(rows)
    moves = project_moves(rows)
    stop = np.minimum(high, programmes.end[programmes.place(moves.group)])
    span = np.clip(stop - np.maximum(moves.time, low), 0, None) * moves.members / DAY
    bought = inside & (rows.kind == kinds.ORDER_PLACED)

    def fold(chosen: np.ndarray, moved: np.ndarray) -> dict[str, float]:
        row: dict[str, float] = {"orders": int((bought & chosen).sum())}
        buyer = rows.events["actor"][bought & chosen]
        row["buyers"], repurchase = repurchase_rate(buyer)
        for name, (places, amount) in amounts.items():
            row[name] = float(amount[(inside & chosen)[places]].sum())
        row["net_income"] = row["margin"] - row["benefit_cost"] - row["wages"]
        row["member_days"] = float(span[moved].sum())
        gross, contribution = float(rows.events["x"][bought & chosen].sum()), row["margin"] - row["benefit_cost"]
        row["order_value"] = _ratio(gross, row["orders"])
        row["spend_per_buyer"] = _ratio(gross, row["buyers"])
        row["repurchase_rate"] = repurchase
        row["contribution_per_member_month"] = _ratio(30 * contribution, row["member_days"])
        row["staff_productivity"] = _ratio(contribution, row["staff_hours"])
        return row

    owners, own = programmes.split(numbers)
    table = [
        {
            "scope": "group" if own[place] >= 0 else "outside",
            "programme": int(owners[place]),
            "group": int(own[place]),
            **fold(group == numbers[place], moves.group == numbers[place]),
        }
        for place in np.lexsort((own, owners))
    ]
    everything = fold(np.ones(len(group), bool), np.ones(len(span), bool))
    return pd.DataFrame([*table, {"scope": "total", "programme": NONE, "group": NONE, **everything}])


def _ratio(above: float, below: float) -> float:
    return above / below if below else float("nan")
