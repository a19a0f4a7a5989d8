"""Parameters -> one plausible vector of them: every assumed value drawn from its range or from the posterior of the fit, the same for
every strategy."""

from __future__ import annotations

import csv
import dataclasses
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from pydantic import TypeAdapter

from sim import streams
from sim.parameters import Parameters

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Vectors of the fitted parameters, one a row, as `groupalive fit` gave them (docs/fit.md). The first row is what `parameters=fitted` has.
POSTERIOR: Final = Path(__file__).with_name("posterior.csv")


def plausible_ranges() -> dict[str, tuple[float, float]]:
    """The range of every assumed parameter, in the parameter's own unit."""
    schema = TypeAdapter(Parameters).json_schema()["properties"]
    return {name: tuple(field["plausible"]) for name, field in schema.items() if field.get("plausible")}


def draw_world(scenario: Scenario, seed: int, world: int) -> Parameters:
    """The parameters of a plausible world of a scenario: by ranges, and by the posterior where its mode says so."""
    drawn = draw_parameters(scenario.parameters, seed, world)
    return draw_posterior(scenario.parameters, drawn, seed, world) if scenario.posterior else drawn


def draw_parameters(parameters: Parameters, seed: int, world: int) -> Parameters:
    """Vector number `world`: assumed values uniform in their ranges, all others as they are.

    A value that was set by hand to lie outside its range is kept: whoever sets it knows it.
    """
    root = _root(seed, world)
    drawn = {}
    for place, name in enumerate(field.name for field in dataclasses.fields(Parameters)):
        low, high = _RANGES.get(name, (1.0, 0.0))
        if low <= getattr(parameters, name) <= high:
            drawn[name] = float(low + (high - low) * streams.uniforms(root, streams.PARAMETER, place))
    return dataclasses.replace(parameters, **drawn)


def draw_posterior(parameters: Parameters, drawn: Parameters, seed: int, world: int) -> Parameters:
    """`drawn` with the fitted parameters of one vector of the posterior, keyed by the number of the world.

    All of them come from the same row, since they were fitted together. One that `parameters` does not have as it was published was
    set by hand and is kept.
    """
    published, *rows = read_posterior()
    place = int(len(rows) * streams.uniforms(_root(seed, world), streams.FIT, 0))
    here = {name: getattr(parameters, name) for name in published}
    return dataclasses.replace(
        drawn, **{name: rows[place][name] if here[name] == value else here[name] for name, value in published.items()}
    )


@cache
def read_posterior() -> tuple[dict[str, float], ...]:
    """The rows of `POSTERIOR`: the published vector, then those of the posterior."""
    with POSTERIOR.open(encoding="utf-8", newline="") as file:
        return tuple({name: float(value) for name, value in row.items()} for row in csv.DictReader(file))


def _root(seed: int, world: int) -> np.uint64:
    found: np.uint64 = streams.keys(streams.run_key(seed, 0), streams.PARAMETER, np.array([world]))[0]
    return found


_RANGES = plausible_ranges()
