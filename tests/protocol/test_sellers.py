"""Several sellers of one customer: doubt comes with another one than before, and whose customers are whose is kept."""

from __future__ import annotations

import numpy as np

from sim.config import compose
from sim.engine.programme import Programme
from sim.events import kinds
from sim.events.log import EventLog, LogWriter

WORDS = (
    "scenario=brand_pool", "strategy=brand_pool", "staff=team", "scenario.population.size=20", "days=26", "confirm_days=0",
    "scenario.market.needs_per_month=10", "scenario.market.base_odds=0.4", "parameters.mode=fixed",
)  # fmt: skip
SPLIT = (
    "strategy.corporate_sells.running=false", "strategy.store_sells.running=false", "strategy.corporate_new.running=true",
    "strategy.store_known.running=true",
)  # fmt: skip


def live(*words: str, doubt: float = 0.3) -> tuple[EventLog, Programme]:
    writer = LogWriter(None)
    programme = Programme(compose([*WORDS, f"parameters.seller_doubt={doubt}", *words]).scenario, 7, 0, 0, writer)
    programme.run()
    return writer.seal({}), programme


def test_one_guide_who_comes_again_raises_no_doubt_and_another_does():
    log, one = live("strategy.corporate_sells.by=store")
    assert (log.events["kind"] == kinds.MEMBER_PRESSED).any()
    assert (one.tables.persons["seller"] > 0).any() and not one.tables.persons["unsure"].any()
    log, two = live()
    sold = log.events[log.events["kind"] == kinds.MEMBER_PRESSED]
    by = {who: set(sold["actor"][sold["target"] == who].tolist()) for who in set(sold["target"].tolist())}
    unsure = np.flatnonzero(two.tables.persons["unsure"])
    assert len(unsure) and all(len(by[who]) == 2 for who in unsure.tolist())


def test_at_no_gain_it_does_not_matter_who_sells():
    orders = []
    for words in ((), ("strategy.corporate_sells.by=store",)):
        log, _ = live(*words, doubt=0)
        orders.append(int((log.events["kind"] == kinds.ORDER_PLACED).sum()))
    assert abs(orders[0] - orders[1]) <= 0.02 * orders[1]


def test_shared_out_the_company_sells_to_whoever_has_not_bought():
    log, programme = live(*SPLIT)
    rows = log.events
    sold = rows[rows["kind"] == kinds.MEMBER_PRESSED]
    bought = rows[rows["kind"] == kinds.ORDER_PLACED]
    company = programme.staff.teams[0]
    for word in sold:
        had = bool((bought["time"][bought["actor"] == word["target"]] < word["time"]).any())
        chosen_before = bool((bought["time"][bought["actor"] == word["target"]] < word["time"] - kinds.DAY).any())
        new = company.place_of(int(word["actor"])) is not None
        assert not (new and chosen_before) and (new or had)  # a round takes some hours
    assert len(set(sold["actor"].tolist())) > 1
