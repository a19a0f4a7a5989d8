"""Parameters and the key of a programme -> the topics that will come up in its groups by themselves."""

from __future__ import annotations

import math

import numpy as np

from sim import streams
from sim.events.kinds import DAY
from sim.vocabulary.tables import HEAT, NEVER


def draw_heat(parameters: dict[str, float], root: np.uint64, groups: int, days: float) -> np.ndarray:
    """Topics of each group in order of time, as rows of HEAT [groups, n]; the same in every arm of a comparison.

    They come as a Poisson process; their heat follows a Pareto law from 1 on (shape heat_shape), capped, less its least value.
    """
    rate = parameters["heat_rate"] if parameters["heat_gain"] > 0 else 0.0
    expected = rate * days
    count = math.ceil(expected + 6 * math.sqrt(expected) + 6) if rate > 0 else 0
    topics = np.zeros((groups, count), dtype=HEAT.dtype)
    topics["time"] = NEVER
    if count == 0:
        return topics
    keys = streams.keys(root, streams.HEAT, np.arange(groups))[:, None]
    draws = np.arange(count)
    times = np.cumsum(-np.log(streams.uniforms(keys, streams.ARRIVAL, draws)) / rate, axis=1)
    pareto = streams.uniforms(keys, streams.HEAT, draws) ** (-1 / parameters["heat_shape"]) - 1
    heat = np.minimum(pareto, parameters["heat_cap"])
    for place in range(1, count):
        heat[:, place] += heat[:, place - 1] * np.exp(-(times[:, place] - times[:, place - 1]) / parameters["heat_days"])
    soon = times < days
    topics["time"] = np.where(soon, (np.minimum(times, days) * DAY).astype(np.int64) + 1, NEVER)
    topics["heat"] = np.where(soon, heat, 0.0)
    return topics
