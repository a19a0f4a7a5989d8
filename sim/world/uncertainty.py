"""Parameters -> one plausible vector of them: every assumed value drawn from its range or from the posterior of the fit, the same for
every strategy."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from sim import streams
from sim.parameters import Parameters, plausible_ranges
from sim.posterior import fitted_parameters, read_posterior

if TYPE_CHECKING:
    from sim.scenario import Scenario


#: Quantiles of the posterior between which a fitted parameter is taken to lie.
POSTERIOR_ENDS = (0.05, 0.95)


def ranges_of(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Where a parameter may lie in the worlds of a scenario, by name: the plausible range of an assumed value, widened to hold the one
    that is set; the central 90 % of the posterior, likewise, of one that was fitted and is drawn from there."""
    found = plausible_ranges()
    if scenario.posterior:
        _, *rows = read_posterior()
        for name in fitted_parameters(scenario.parameters):
            low, high = np.quantile([row[name] for row in rows], POSTERIOR_ENDS)
            found[name] = float(f"{low:.3g}"), float(f"{high:.3g}")
    own = {name: getattr(scenario.parameters, name) for name in found}
    return {name: (min(low, own[name]), max(high, own[name])) for name, (low, high) in found.items()}


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
    row = rows[int(len(rows) * streams.uniforms(_root(seed, world), streams.FIT, 0))]
    fitted = fitted_parameters(parameters)
    own = {name: getattr(parameters, name) for name in published}
    return dataclasses.replace(drawn, **{name: row[name] if name in fitted else own[name] for name in published})


def _root(seed: int, world: int) -> np.uint64:
    found: np.uint64 = streams.keys(streams.run_key(seed, 0), streams.PARAMETER, np.array([world]))[0]
    return found


_RANGES = plausible_ranges()
