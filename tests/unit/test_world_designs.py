"""Designs of parameters: ranges filled evenly, hardly correlated, and each parameter keyed by its own name."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import sim
from sim.parameters import Parameters, plausible_ranges
from sim.world import designs


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return sim.compose().parameters


def columns(vectors: list[Parameters]) -> dict[str, np.ndarray]:
    """Of each parameter that is drawn: what lies outside its range, such as the gain of a law that is off, is kept."""
    usual = sim.compose().parameters
    drawn = [name for name, (low, high) in plausible_ranges().items() if low <= getattr(usual, name) <= high]
    return {name: np.array([getattr(vector, name) for vector in vectors]) for name in drawn}


def test_every_part_of_every_range_is_met_once(parameters: Parameters) -> None:
    worlds = 40
    for name, values in columns(designs.draw_design(parameters, 7, worlds)).items():
        low, high = plausible_ranges()[name]
        logarithmic = low > 0 and high >= 2.5 * low
        share = np.log(values / low) / np.log(high / low) if logarithmic else (values - low) / (high - low)
        assert sorted(np.floor(share * worlds).astype(int)) == list(range(worlds)), name


def test_parameters_are_hardly_correlated_and_seeds_differ(parameters: Parameters) -> None:
    # more worlds than parameters: no design can keep more parameters than worlds apart
    drawn = np.stack(list(columns(designs.draw_design(parameters, 7, 256)).values()))
    correlation = np.corrcoef(drawn)[np.triu_indices(len(drawn), 1)]
    assert np.abs(correlation).max() < 0.15  # plain draws: 0.34
    other = columns(designs.draw_design(parameters, 8, 256))
    assert not (np.stack(list(other.values())) == drawn).any(axis=1).any()
    assert designs.draw_design(parameters, 7, 256, batch=1) != designs.draw_design(parameters, 7, 256)


def test_a_parameter_declared_later_changes_no_other(parameters: Parameters, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = columns(designs.draw_design(parameters, 7, 120))
    known = [field.name for field in dataclasses.fields(Parameters) if field.name in whole]
    fewer = {name: plausible_ranges()[name] for name in known[:-5]}
    monkeypatch.setattr(designs, "plausible_ranges", lambda: fewer)
    part = columns(designs.draw_design(parameters, 7, 120))
    assert all((part[name] == whole[name]).all() for name in fewer)


def test_a_value_set_outside_its_range_is_kept(parameters: Parameters) -> None:
    name, (low, _) = next((name, ends) for name, ends in plausible_ranges().items() if ends[0] > 0)
    odd = dataclasses.replace(parameters, **{name: low / 2})
    assert {getattr(vector, name) for vector in designs.draw_design(odd, 7, 10)} == {low / 2}
