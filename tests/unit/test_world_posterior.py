"""Plausible worlds from the posterior of the fit: whole vectors, keyed, and what was set by hand is kept."""

from __future__ import annotations

import csv
import dataclasses

import pytest

import sim
from sim.allowed import ConfigError
from sim.config import compose
from sim.fitting.priors import LITERATURE, PRIORS
from sim.parameters import Parameters, plausible_ranges
from sim.posterior import POSTERIOR, fitted_parameters, read_posterior
from sim.run import simulate, to_plain
from sim.scenario import Scenario
from sim.world.uncertainty import draw_world

FITTED = "parameters=fitted"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return compose([FITTED, "days=5", "confirm_days=0", "scenario.population.size=30"]).scenario


def test_the_table_has_every_fitted_parameter_and_begins_with_what_is_published(scenario: Scenario) -> None:
    rows = list(csv.reader(POSTERIOR.read_text("utf-8").splitlines()))
    names = [prior.name for prior in PRIORS]
    assert rows[0] == names and len(rows) > 200
    assert fitted_parameters(scenario.parameters) == set(names)
    for row in read_posterior():
        assert all(prior.low <= row[prior.name] <= prior.high for prior in PRIORS)
    assert {name: getattr(scenario.parameters, name) for name in LITERATURE} == LITERATURE


def test_a_world_is_one_row_of_the_posterior_and_ranges_for_the_rest(scenario: Scenario) -> None:
    _, *rows = read_posterior()
    worlds = [draw_world(scenario, 1, number) for number in range(30)]
    fitted = [{prior.name: getattr(world, prior.name) for prior in PRIORS} for world in worlds]
    assert all(vector in rows for vector in fitted)
    assert len({tuple(vector.values()) for vector in fitted}) > 15
    low, high = plausible_ranges()["staff_warmth"]
    others = {world.staff_warmth for world in worlds}
    assert len(others) == 30 and all(low <= value <= high for value in others)
    assert worlds == [draw_world(scenario, 1, number) for number in range(30)]
    assert worlds != [draw_world(scenario, 2, number) for number in range(30)]


def test_what_was_set_by_hand_is_kept() -> None:
    own = compose([FITTED, "parameters.post_scale=0.0123"]).scenario
    assert {draw_world(own, 1, number).post_scale for number in range(5)} == {0.0123}
    assert len({draw_world(own, 1, number).drift_spread for number in range(5)}) > 1


def test_without_the_mode_worlds_come_from_ranges(scenario: Scenario) -> None:
    default = compose(["parameters=by_hand"]).scenario
    assert not default.posterior
    assert draw_world(default, 1, 0).session_gain == 0
    fixed = compose([FITTED, "parameters.mode=fixed"])
    assert fixed.parameter_mode == "fixed" and not fixed.scenario.posterior


def test_the_posterior_belongs_to_its_vector() -> None:
    with pytest.raises(ConfigError, match=r"parameters\.mode=posterior: with parameters=fitted"):
        compose(["parameters=by_hand", "parameters.mode=posterior"])


def test_a_run_says_under_which_vector_it_was_lived(scenario: Scenario) -> None:
    simulated = simulate(scenario, seed=1, world=3)
    assert simulated.scenario.parameters == draw_world(scenario, 1, 3)
    again = simulate(simulated.scenario, seed=1)
    assert again.log.digest == simulated.log.digest
    assert "posterior" not in to_plain(simulated.scenario)
    assert sim.simulate(scenario, seed=1).log.digest != simulated.log.digest


def test_every_fitted_law_is_on(scenario: Scenario) -> None:
    default = compose(["parameters=by_hand"]).scenario.parameters
    moved = [field.name for field in dataclasses.fields(Parameters)
             if getattr(default, field.name) != getattr(scenario.parameters, field.name)]  # fmt: skip
    assert set(moved) <= {prior.name for prior in PRIORS} | LITERATURE.keys()
