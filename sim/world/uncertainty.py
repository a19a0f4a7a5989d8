"""Parameters -> one plausible vector of them: every assumed value drawn from its range, the same for every strategy."""

from __future__ import annotations

import dataclasses

import numpy as np
from pydantic import TypeAdapter

from sim import streams
from sim.parameters import Parameters


def plausible_ranges() -> dict[str, tuple[float, float]]:
    """The range of every assumed parameter, in the parameter's own unit."""
    schema = TypeAdapter(Parameters).json_schema()["properties"]
    return {name: tuple(field["plausible"]) for name, field in schema.items() if field.get("plausible")}


def draw_parameters(parameters: Parameters, seed: int, world: int) -> Parameters:
    """Vector number `world`: assumed values uniform in their ranges, all others as they are.

    A value that was set by hand to lie outside its range is kept: whoever sets it knows it.
    """
    root = streams.keys(streams.run_key(seed, 0), streams.PARAMETER, np.array([world]))[0]
    drawn = {}
    for place, name in enumerate(field.name for field in dataclasses.fields(Parameters)):
        low, high = _RANGES.get(name, (1.0, 0.0))
        if low <= getattr(parameters, name) <= high:
            drawn[name] = float(low + (high - low) * streams.uniforms(root, streams.PARAMETER, place))
    return dataclasses.replace(parameters, **drawn)


_RANGES = plausible_ranges()
