"""Goods of a group buy: an order is of the goods at whose price it was placed, and a fault of some goods concerns who bought these."""

from __future__ import annotations

import numpy as np

from sim.config import compose
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.log import EventLog, LogWriter

WORDS = (
    "scenario=group_buy_women", "strategy=group_buys", "scenario.population.size=80", "days=24", "confirm_days=0",
    "scenario.market.needs_per_month=15", "scenario.market.base_odds=0.3", "parameters.mode=fixed",
)  # fmt: skip
FAULT = (
    "incident=[product_fault]", "incident.product_fault.day=11", "incident.product_fault.handling=plan",
    "incident.product_fault.share=1", "incident.product_fault.again_days=0", "incident.product_fault.side_talk=0",
)  # fmt: skip


def live(*words: str) -> tuple[EventLog, Programme]:
    writer = LogWriter(None)
    programme = Programme(compose([*WORDS, *words]).scenario, 7, 0, 0, writer)
    programme.run()
    return writer.seal({}), programme


def test_an_order_is_of_the_goods_at_whose_price_it_was_placed():
    log, programme = live()
    rows, messages, stimuli = log.events, programme.tables.messages, programme.tables.stimuli
    context, seen = programme.context("strategy", "seen"), set()
    orders = [note for note in context.notes() if note.kind == kinds.ORDER_PLACED]
    assert len(orders) == (rows["kind"] == kinds.ORDER_PLACED).sum() > 0
    for note in orders:
        prompt, item = int(rows["target"][note.row]), context.item_of(note)
        if item:
            seen.add(item)
            assert note.amount < 60 and stimuli["goods"][messages["stimulus"][prompt]] == item
        else:
            assert (
                note.amount == 60
                or prompt < 0
                or messages["stimulus"][prompt] < 0
                or stimuli["goods"][messages["stimulus"][prompt]] == 0
            )
    assert len(seen) > 1


def test_a_fault_of_some_goods_is_felt_and_handled_among_who_bought_these():
    hurt = {}
    for item in (0, 3):
        log, programme = live(*FAULT, f"incident.product_fault.item={item}")
        rows = log.events
        context = programme.context("strategy", "seen")
        hurt[item] = set(rows["actor"][rows["kind"] == kinds.GRIEVANCE_FELT].tolist())
        if item:
            began = rows["time"][rows["kind"] == kinds.INCIDENT_OPENED][0]
            bought = {
                note.actor for note in context.notes()
                if note.kind == kinds.ORDER_PLACED and note.time < began and context.item_of(note) == item
            }  # fmt: skip
            told = rows["target"][(rows["kind"] == kinds.MEMBER_SOOTHED) & np.isin(rows["cause"], np.arange(len(rows)))]
            assert hurt[item] and hurt[item] <= bought and set(told.tolist()) <= bought
    assert len(hurt[3]) < len(hurt[0])
