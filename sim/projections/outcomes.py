"""Turns the log of one replication into its outcomes, one value each, by the one table that says what an outcome is.

To add an outcome, add an entry to `_ENTRIES`: the columns of studies and of the league, the words and axes of the report, and the
data dictionary follow from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from sim.events import kinds
from sim.events.kinds import DAY, MINUTE
from sim.projections.economics import repurchase_rate
from sim.projections.lifecycle import PRECEDENCE, find_definitions, find_states
from sim.projections.outcome import DAYS, Outcome, Panel, Words
from sim.projections.rows import NEVER
from sim.projections.tally import Tally

__all__ = [
    "DAYS",
    "OUTCOMES",
    "WORK",
    "Outcome",
    "Panel",
    "Words",
    "league_outcomes",
    "project_lifetime_rows",
    "project_outcomes",
    "unit_of",
]


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
        matters=3,
    ),
    Outcome(
        "dead", "share", "dead groups / groups", lambda t: _share(t.life.dead.sum(), t.group_count), "dead_share", "lower", high=1,
        panel="life", heading=Words("Dead", "死群率", "Muer-\ntos"),
        matters=0.05,
    ),
    Outcome(
        "stillborn", "share", "groups that were silent from their seventh day on / groups; part of dead",
        lambda t: _share(t.life.stillborn.sum(), t.group_count), Words("Never came alive", "从未活跃的群", "Nunca arrancaron"),
        "lower", high=1,
        matters=0.05,
    ),
    Outcome(
        "closed", "share", "groups closed by the operator / groups", lambda t: _share(t.life.closed.sum(), t.group_count),
        Words("Closed as planned", "按计划解散", "Cerrados según lo previsto"), high=1,
    ),
    Outcome(
        "revived", "share", "groups that died and talked again before the log ends / groups",
        lambda t: _share((t.life.revivals > 0).sum(), t.group_count),
        Words("Came back to life", "重新活跃的群", "Revividos"), "higher", high=1,
        matters=0.05,
    ),
    Outcome(
        "posters_per_day", "people_per_day", "distinct members with an organic post that day, summed over groups / days",
        lambda t: t.posters / t.days, Words("Organic posters a day", "日均主动发言人数", "Personas que publican al día"), "higher",
        panel="talk", heading=Words("Posters\n/day", "发言人\n/天", "Gente\n/día"),
        matters=0.01, per="member",
    ),
    Outcome(
        "messages_per_day", "messages_per_day", "organic messages / days", lambda t: len(t.organic) / t.days,
        Words("Organic messages a day", "日均主动消息数", "Mensajes espontáneos al día"), "higher",
        panel="talk", heading=Words("Msgs\n/day", "消息\n/天", "Mens.\n/día"),
        matters=0.03, per="member",
    ),
    Outcome(
        "members_end", "people", "joins - exits - removed members; who is in two groups counts twice", lambda t: t.members,
        Words("Members at the end", "期末成员数", "Miembros al final"), "higher", panel="life",
        matters=0.03, per="member",
    ),
    Outcome(
        "joins", "people", "entries; who moves to another group does not join", lambda t: t.joins,
        Words("Joined", "进群", "Entradas"), "higher",
        matters=0.03, per="member",
    ),
    Outcome(
        "exits", "people", "members who left; who moves to another group does not exit", lambda t: t.exits,
        Words("Members who left", "退群人数", "Miembros que salieron"), "lower",
        matters=0.03, per="member",
    ),
    Outcome(
        "muted_share", "share", "members with notifications off / members at the end", lambda t: _share(t.muted, t.members),
        "muted_share", "lower", high=1, panel="life", heading=Words("Muted\n(sim)", "免打扰\n(sim)", "Silenc.\n(sim)"),
        matters=0.05,
    ),
    Outcome(
        "exit_share", "share", "exits / joins", lambda t: _share(t.exits, t.joins), "exit_rate", "lower", high=1, panel="life",
        matters=0.03,
    ),
    Outcome(
        "first_response_minutes", "minutes", "median over members' questions that staff answered of (first answer - question)",
        _first_response, "first_response", "lower", panel="service",
        heading=Words("First\nresponse,\nmin", "首响\n（分钟）", "Primera\nresp.,\nmin"),
        matters=15,
    ),
    Outcome(
        "answer_rate", "share", "members' questions answered by staff within 24 h / members' questions",
        lambda t: _share((t.answer_delays <= DAY).sum(), len(t.answer_delays)), "answer_rate", "higher", high=1, panel="service",
        matters=0.05,
    ),
    Outcome(
        "advert_share", "share", "adverts of members and promotions / messages", _advert_share, "advert_share", "lower", high=1,
        panel="talk",
        matters=0.05,
    ),
    Outcome(
        "silent_share", "share", "members at the end without an organic post in the last 7 days / members at the end",
        lambda t: _share(*t.silence), "silent_share", "lower", high=1, panel="talk",
        matters=0.05,
    ),
    Outcome(
        "orders", "orders", "orders placed, refunded ones too", lambda t: len(t.buyers), Words("Orders", "订单数", "Pedidos"), "higher",
        panel="money",
        matters=0.001, per="member_day", of_group=False,
    ),
    Outcome(
        "revenue", "yuan", "paid for orders and to come in - refunds", _money("revenue"), Words("Revenue", "销售额", "Ventas"),
        "higher", -math.inf, panel="money", heading=Words("Revenue,\nyuan", "销售额\n（元）", "Ventas,\nyuanes"),
        matters=0.05, per="member_day", of_group=False,
    ),
    Outcome(
        "margin", "yuan", "margin of orders + paid to come in - refunds", _money("margin"), Words("Margin", "毛利", "Margen"),
        "higher", -math.inf, panel="money",
        matters=0.03, per="member_day", of_group=False,
    ),
    Outcome(
        "benefit_cost", "yuan", "costs paid + value received in stimuli and in private care", _money("benefit_cost"),
        Words("Spent on perks", "福利支出", "Gasto en ventajas"), "lower", -math.inf, panel="money",
        matters=0.03, per="member_day", of_group=False,
    ),
    Outcome(
        "wages", "yuan", "staff hours x wage", _money("wages"), Words("Wages", "人工成本", "Sueldos"), "lower", panel="money",
        matters=0.03, per="member_day", of_group=False,
    ),
    Outcome(
        "cost", "yuan", "benefit_cost + wages", _money("cost"), Words("Cost", "运营成本", "Coste"), "lower", -math.inf, panel="money",
        heading=Words("Cost,\nyuan", "成本\n（元）", "Coste,\nyuanes"),
        matters=0.03, per="member_day", of_group=False,
    ),
    Outcome(
        "net_income", "yuan", "margin - cost", _money("net_income"), "net_income", "higher", -math.inf, panel="money",
        heading=Words("Net\nincome,\nyuan", "社群净\n收入\n（元）", "Ingreso\nneto,\nyuanes"),
        matters=0.03, per="member_day", of_group=False,
    ),
    Outcome(
        "staff_hours", "hours", "hours of tasks done", _money("staff_hours"),
        Words("Staff hours", "人工工时", "Horas del equipo"), "lower", panel="service", heading=Words("Staff\nhours", "工时", "Horas\nequipo"),
        matters=0.1, per="day", of_group=False,
    ),
    Outcome(
        "repurchase_rate", "share", "buyers with 2 orders or more / buyers", lambda t: repurchase_rate(t.buyers)[1], "repurchase",
        "higher", high=1, panel="money",
        matters=0.03, of_group=False,
    ),
    Outcome(
        "discount_only_share", "share", "buyers all of whose orders were paid below the usual price / buyers",
        lambda t: _share(*t.discount_only), "freebie_share", "lower", high=1,
        matters=0.05, of_group=False,
    ),
    Outcome(
        "tiers_given", "people", "tiers given to members; who is given two in turn counts twice", lambda t: t.tiers_given,
        Words("Tiers given", "晋升人次", "Ascensos de nivel"), "higher",
        matters=0.03, per="member",
    ),
    Outcome(
        "complaints", "complaints", "complaints in public", lambda t: t.said(kinds.COMPLAINT_POSTED),
        Words("Complaints in public", "群内公开抱怨", "Quejas en público"), "lower", panel="service",
        matters=0.001, per="member_day",
    ),
    Outcome(
        "newcomer_attendance", "share",
        "members of at most 14 days who took part in a live event / members of at most 14 days then, over all live events",
        lambda t: _share(*t.newcomers), Words("Newcomers at events", "新人到场率", "Nuevos en los directos"), "higher", high=1,
        matters=0.05,
    ),
    Outcome(
        "state", "", "state of life (lifecycle.STATES) that holds for the largest part of the planned members on the last judged day",
        _state, Words("State of life", "生命状态", "Estado de vida"), aggregate="none",
    ),
)  # fmt: skip

#: What each kind of work is called.
WORK: Final = {
    "answer": Words("Answering", "答疑", "Responder"), "soothe": Words("Soothing", "安抚", "Calmar"),
    "moderate": Words("Moderating", "管理秩序", "Moderar"), "welcome": Words("Welcoming", "欢迎新人", "Dar la bienvenida"),
    "care": Words("Care in private", "私聊维护", "Atención en privado"), "post": Words("Posting", "发布内容", "Publicar"),
    "campaign": Words("Campaigns", "活动", "Campañas"), "screen": Words("Screening", "入群审核", "Filtrar entradas"),
    "settle": Words("Settling incidents", "处理事件", "Resolver incidentes"), "reply": Words("Small talk", "闲聊", "Charla"),
    "review": Words("Reviews", "复盘", "Revisiones"),
}  # fmt: skip


def _hours(task: str) -> Outcome:
    words = Words(*(f"{of} ({name})" if of != "工时" else f"{of}（{name}）"
                    for of, name in zip(("Hours", "工时", "Horas"), WORK[task], strict=True)))  # fmt: skip
    return Outcome(
        f"hours_{task}", "hours", f"staff hours of the task {task}", lambda t: t.hours[task], words, "lower",
        matters=0.05, per="day", of_group=False,
    )  # fmt: skip


#: What a study makes of each replication beside its log.
_OF_STUDIES: Final = (
    Outcome(
        "without_group", "yuan", "net income from the same customers, with the same luck, without any group", None,
        Words("Net income without a group", "没有社群时的净收入", "Ingreso neto sin grupo"), low=-math.inf, of_group=False,
    ),
    Outcome(
        "adds", "yuan", "net_income - without_group", None,
        Words("What the group adds", "社群带来的增量", "Lo que aporta el grupo"), "higher", -math.inf,
        matters=0.03, per="member_day", of_group=False,
    ),
    Outcome(
        "contract_hours", "hours", "hours of the staff by contract (budget_hours, at most the shift, on every day of work), worked or not",
        None, Words("Hours by contract", "合同工时", "Horas por contrato"), "lower", matters=0.1, per="day", of_group=False,
    ),
    Outcome(
        "contract_wages", "yuan", "contract_hours x wage", None, Words("Wages by contract", "合同工资", "Sueldos por contrato"), "lower",
        matters=0.03, per="member_day", of_group=False,
    ),
)  # fmt: skip

#: Every outcome by its name, in the order in which they are shown.
OUTCOMES: Final[dict[str, Outcome]] = {
    outcome.name: outcome for outcome in (*_ENTRIES, *_OF_STUDIES, *(_hours(task) for task in kinds.TASKS))
}


def unit_of(name: str) -> str:
    """The unit of an outcome; "" for what is text or no outcome."""
    return OUTCOMES[name].unit if name in OUTCOMES else ""


def league_outcomes() -> list[Outcome]:
    """The outcomes that have a column of the league, in its order."""
    return [outcome for outcome in OUTCOMES.values() if outcome.in_league]


def project_outcomes(log: Any, days: float) -> dict[str, float | str]:
    """Outcomes over the judged days [0, `days`); later rows only tell whether a silence was a death or a question answered.

    One value for each entry of `OUTCOMES` that can be read off a log, all programmes together; NaN where a denominator is 0.
    """
    tally = Tally(log, days)
    return {name: outcome.read(tally) for name, outcome in OUTCOMES.items() if outcome.read}


def project_lifetime_rows(log: Any, days: float) -> list[dict[str, Any]]:
    """`lifecycle.project_definitions` as plain rows, one per definition of death and group."""
    columns = find_definitions(log, days)
    return [dict(zip(columns, row, strict=True)) for row in zip(*(c.tolist() for c in columns.values()), strict=True)]
