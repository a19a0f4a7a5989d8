"""What the joint fit found: vectors of the fitted parameters, which plausible worlds are drawn from where a scenario says so."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final

from sim.parameters import Parameters

#: One vector a row, as `groupalive fit` gave them (docs/fit.md). The first one is what `parameters=fitted` has.
POSTERIOR: Final = Path(__file__).with_suffix(".csv")


@cache
def read_posterior() -> tuple[dict[str, float], ...]:
    """The rows of `POSTERIOR`: the published vector, then those of the posterior."""
    with POSTERIOR.open(encoding="utf-8", newline="") as file:
        return tuple({name: float(value) for name, value in row.items()} for row in csv.DictReader(file))


def fitted_parameters(parameters: Parameters) -> frozenset[str]:
    """The parameters that are as the fit published them."""
    published, *_ = read_posterior()
    return frozenset(name for name, value in published.items() if getattr(parameters, name) == value)


def is_fitted(parameters: Parameters) -> bool:
    """Whether these are the published parameters, but for what was set by hand: most of them have to be left."""
    return 2 * len(fitted_parameters(parameters)) >= len(read_posterior()[0])
