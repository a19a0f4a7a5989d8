"""Why members muted and left: every mute and exit has one reason, and a reason shows where its cause is put in."""

from __future__ import annotations

import numpy as np
import pytest

from sim.config import compose
from sim.events import kinds
from sim.projections.reasons import project_reasons
from sim.run import simulate

LIVELY = ("scenario.population.size=80", "days=30", "confirm_days=0", "parameters.mode=fixed", "parameters.leave_rate=0.02",
          "parameters.mute_rate=0.03")  # fmt: skip


def reasons_of(*overrides: str):
    """(table of reasons, rows of the log)."""
    log = simulate(compose([*LIVELY, *overrides]).scenario, seed=5).log
    return project_reasons(log), log.events


@pytest.mark.parametrize("strategy", ["no_plan", "kol_care", "columns_and_perks"])
def test_every_mute_and_exit_has_one_reason(strategy):
    table, rows = reasons_of(f"strategy={strategy}")
    left = (rows["kind"] == kinds.MEMBER_LEFT) & (rows["x"] == 0)
    assert table.left.sum() == left.sum() > 0
    assert table.muted.sum() == (rows["kind"] == kinds.GROUP_MUTED).sum() > 0
    assert np.isin(rows["y"][left], np.arange(len(kinds.REASONS))).all()


@pytest.mark.parametrize(("reason", "ends", "base"), [
    ("adverts", "parameters.without=[operator_cost]",
     ["scenario.population.mix={regular: 0.8, kol: 0, lurker: 0, freebie_hunter: 0, spammer: 0.2}"]),
    ("anger", "parameters.hazard_loss=0", ["incident=[price_rise]", "incident.price_rise.day=5", "incident.price_rise.handling=none",
                                   "scenario.market.needs_per_month=60", "scenario.market.base_odds=1"]),
    ("acquaintance", "parameters.without=[contagion]", ["scenario.population.ties_per_member=12"]),
    ("newness", "parameters.tenure_gain=0", []),
])  # fmt: skip
def test_a_reason_shows_where_its_cause_is_put_in_and_ends_with_it(reason, ends, base):
    with_cause, without_cause = (reasons_of("strategy=no_plan", *base, *more)[0] for more in ((), (ends,)))
    counted = [table[table.reason == reason][["muted", "left"]].to_numpy().sum() for table in (with_cause, without_cause)]
    assert counted[0] > 0 and counted[1] == 0
