"""Turns the log of one replication into its outcomes, one value each, by the one table that says what an outcome is.

To add an outcome, add an entry to `_ENTRIES`: the columns of studies and of the league, the words and axes of the report, and the
data dictionary follow from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, MINUTE
from sim.projections.economics import repurchase_rate
from sim.projections.lifecycle import PRECEDENCE, find_definitions, find_states
from sim.projections.rows import NEVER
from sim.projections.tally import Tally

#: Sections of the page of one run.
Panel = Literal["life", "talk", "service", "money"]


class Words(NamedTuple):
    """A name on screen in three languages."""

    en: str
    zh: str
    es: str


@dataclass(frozen=True)
class Outcome:
    """What came of a replication, as one value, and how that value is to be read.

    name: its column. unit: a key `unit.<unit>` of the catalogues, "" for text; shares are held as 0..1. formula: how it is made, in
    words, with the denominator. read: Tally -> value, NaN where a denominator is 0. words: its name on screen, or the id of the
    row of the glossary that names it. direction: which way is better for who runs the groups; `neither` where that
    depends. low, high: between which it lies by its nature; DAYS stands for the days judged. aggregate: how the replications
    of an arm become one value; those without a value are left out. panel: its section on the page of one run, None: not
    shown there. heading: the short name above its column of the league, in lines of a few characters; None: no such column.
    """

    name: str
    unit: str
    formula: str
    read: Callable[[Tally], float | str]
    words: Words | str
    direction: Literal["higher", "lower", "neither"] = "neither"
    low: float = 0.0
    high: float = math.inf
    aggregate: Literal["mean", "median", "none"] = "mean"
    panel: Panel | None = None
    heading: Words | None = None

    @property
    def in_league(self) -> bool:
        """Whether the league has a column of it."""
        return self.heading is not None

    def bounds(self, days: float | None) -> tuple[float, float]:
        """The least and the most it can be over so many judged days; without `days` DAYS is endless."""
        return self.low, (days or math.inf) if self.high == DAYS else self.high


#: Stands for the days judged in `Outcome.high`.
DAYS: Final = -1.0


def _ratio(above: float, below: float) -> float:
    return float(above) / float(below) if below else float("nan")


def _share(part: float, whole: float) -> float:
    """Part of a whole that contains it."""
    assert 0 <= part <= whole, f"{part} of {whole} is no share"
    return _ratio(part, whole)


def _alive_days(t: Tally) -> float:
    weight = t.groups.planned
    return _ratio(t.days * float(weight @ t.life.time), float(weight @ t.life.judged)) if t.group_count else 0.0


def _first_response(t: Tally) -> float:
    answered = t.answer_delays[t.answer_delays != NEVER]
    return float(np.median(answered)) / MINUTE if len(answered) else float("nan")


def _advert_share(t: Tally) -> float:
    return _share((t.messages.advertising & t.said_early).sum(), t.said_early.sum())


def _state(t: Tally) -> str:
    states = find_states(t.messages, t.groups, t.dormancies)
    now = states[:, min(math.ceil(t.days), states.shape[1]) - 1]
    weight = np.bincount(now[now >= 0], t.groups.planned[now >= 0], minlength=len(PRECEDENCE))
    return PRECEDENCE[int(weight.argmax())] if weight.any() else ""


def _money(name: str) -> Callable[[Tally], float]:
    return lambda t: t.money[name]


_ENTRIES: Final = (
    Outcome(
        "alive_days", "days",
        "days x member-days alive / member-days judged, members as planned: with groups that all open on day 0 the mean of "
        "min(time to death or closing, days), weighted by planned size (RMST); 0 where no group was opened",
        _alive_days, Words("Days alive", "存活天数", "Días con vida"), "higher", high=DAYS, panel="life",
    ),
    Outcome(
        "dead", "share", "dead groups / groups", lambda t: _share(t.life.dead.sum(), t.group_count), "dead_share", "lower", high=1,
        panel="life", heading=Words("Dead", "死群率", "Muer-\ntos"),
    ),
    Outcome(
        "stillborn", "share", "groups that were silent from their seventh day on / groups; part of dead",
        lambda t: _share(t.life.stillborn.sum(), t.group_count), Words("Never came alive", "从未活跃的群", "Nunca arrancaron"),
        "lower", high=1,
    ),
    Outcome(
        "closed", "share", "groups closed by the operator / groups", lambda t: _share(t.life.closed.sum(), t.group_count),
        Words("Closed as planned", "按计划解散", "Cerrados según lo previsto"), high=1,
    ),
    Outcome(
        "revived", "share", "groups that died and talked again before the log ends / groups",
        lambda t: _share((t.life.revivals > 0).sum(), t.group_count),
        Words("Came back to life", "重新活跃的群", "Revividos"), "higher", high=1,
    ),
    Outcome(
        "posters_per_day", "people_per_day", "distinct members with an organic post that day, summed over groups / days",
        lambda t: t.posters / t.days, Words("Organic posters a day", "日均主动发言人数", "Personas que publican al día"), "higher",
        panel="talk", heading=Words("Posters\n/day", "发言人\n/天", "Gente\n/día"),
    ),
    Outcome(
        "messages_per_day", "messages_per_day", "organic messages / days", lambda t: len(t.organic) / t.days,
        Words("Organic messages a day", "日均主动消息数", "Mensajes espontáneos al día"), "higher",
        panel="talk", heading=Words("Msgs\n/day", "消息\n/天", "Mens.\n/día"),
    ),
    Outcome(
        "members_end", "people", "joins - exits - removed members; who is in two groups counts twice", lambda t: t.members,
        Words("Members at the end", "期末成员数", "Miembros al final"), "higher", panel="life",
    ),
    Outcome(
        "joins", "people", "entries; who moves to another group does not join", lambda t: t.joins,
        Words("Joined", "进群", "Entradas"), "higher",
    ),
    Outcome(
        "exits", "people", "members who left; who moves to another group does not exit", lambda t: t.exits,
        Words("Left", "退群", "Salidas"), "lower",
    ),
    Outcome(
        "muted_share", "share", "members with notifications off / members at the end", lambda t: _share(t.muted, t.members),
        "muted_share", "lower", high=1, panel="life", heading=Words("Muted\n(sim)", "免打扰\n(sim)", "Silenc.\n(sim)"),
    ),
    Outcome(
        "exit_share", "share", "exits / joins", lambda t: _share(t.exits, t.joins), "exit_rate", "lower", high=1, panel="life",
    ),
    Outcome(
        "first_response_minutes", "minutes", "median over members' questions that staff answered of (first answer - question)",
        _first_response, "first_response", "lower", panel="service",
        heading=Words("First\nresponse,\nmin", "首响\n（分钟）", "Primera\nresp.,\nmin"),
    ),
    Outcome(
        "answer_rate", "share", "members' questions answered by staff within 24 h / members' questions",
        lambda t: _share((t.answer_delays <= DAY).sum(), len(t.answer_delays)), "answer_rate", "higher", high=1, panel="service",
    ),
    Outcome(
        "advert_share", "share", "adverts of members and promotions / messages", _advert_share, "advert_share", "lower", high=1,
        panel="talk",
    ),
    Outcome(
        "silent_share", "share", "members at the end without an organic post in the last 7 days / members at the end",
        lambda t: _share(*t.silence), "silent_share", "lower", high=1, panel="talk",
    ),
    Outcome(
        "orders", "orders", "orders placed, refunded ones too", lambda t: len(t.buyers), Words("Orders", "订单数", "Pedidos"), "higher",
        panel="money",
    ),
    Outcome(
        "revenue", "yuan", "paid for orders and to come in - refunds", _money("revenue"), Words("Revenue", "销售额", "Ventas"),
        "higher", -math.inf, panel="money", heading=Words("Revenue,\nyuan", "销售额\n（元）", "Ventas,\nyuanes"),
    ),
    Outcome(
        "margin", "yuan", "margin of orders + paid to come in - refunds", _money("margin"), Words("Margin", "毛利", "Margen"),
        "higher", -math.inf, panel="money",
    ),
    Outcome(
        "benefit_cost", "yuan", "costs paid + value received in stimuli and in private care", _money("benefit_cost"),
        Words("Spent on perks", "福利支出", "Gasto en ventajas"), "lower", -math.inf, panel="money",
    ),
    Outcome(
        "wages", "yuan", "staff hours x wage", _money("wages"), Words("Wages", "人工成本", "Sueldos"), "lower", panel="money",
    ),
    Outcome(
        "cost", "yuan", "benefit_cost + wages", _money("cost"), Words("Cost", "运营成本", "Coste"), "lower", -math.inf, panel="money",
        heading=Words("Cost,\nyuan", "成本\n（元）", "Coste,\nyuanes"),
    ),
    Outcome(
        "net_income", "yuan", "margin - cost", _money("net_income"), "net_income", "higher", -math.inf, panel="money",
        heading=Words("Net\nincome,\nyuan", "社群净\n收入\n（元）", "Ingreso\nneto,\nyuanes"),
    ),
    Outcome(
        "staff_hours", "hours", "hours of tasks done", _money("staff_hours"),
        Words("Staff hours", "人工工时", "Horas del equipo"), "lower", panel="service", heading=Words("Staff\nhours", "工时", "Horas\nequipo"),
    ),
    Outcome(
        "repurchase_rate", "share", "buyers with 2 orders or more / buyers", lambda t: repurchase_rate(t.buyers)[1], "repurchase",
        "higher", high=1, panel="money",
    ),
    Outcome(
        "complaints", "complaints", "complaints in public", lambda t: t.said(kinds.COMPLAINT_POSTED),
        Words("Complaints in public", "群内公开抱怨", "Quejas en público"), "lower", panel="service",
    ),
    Outcome(
        "state", "", "state of life (lifecycle.STATES) that holds for the largest part of the planned members on the last judged day",
        _state, Words("State of life", "生命状态", "Estado de vida"), aggregate="none",
    ),
)  # fmt: skip

#: Every outcome by its name, in the order in which they are shown.
OUTCOMES: Final[dict[str, Outcome]] = {outcome.name: outcome for outcome in _ENTRIES}


def unit_of(name: str) -> str:
    """The unit of an outcome; "" for what is text or no outcome."""
    return OUTCOMES[name].unit if name in OUTCOMES else ""


def league_outcomes() -> list[Outcome]:
    """The outcomes that have a column of the league, in its order."""
    return [outcome for outcome in OUTCOMES.values() if outcome.in_league]


def project_outcomes(log: Any, days: float) -> dict[str, float | str]:
    """Outcomes over the judged days [0, `days`); later rows only tell whether a silence was a death or a question answered.

    One value for each entry of `OUTCOMES`, all programmes of the log together; NaN where a denominator is 0.
    """
    tally = Tally(log, days)
    return {name: outcome.read(tally) for name, outcome in OUTCOMES.items()}


def project_lifetime_rows(log: Any, days: float) -> list[dict[str, Any]]:
    """`lifecycle.project_definitions` as plain rows, one per definition of death and group."""
    columns = find_definitions(log, days)
    return [dict(zip(columns, row, strict=True)) for row in zip(*(c.tolist() for c in columns.values()), strict=True)]
