"""A scenario, a strategy and five assumptions -> a run that nobody has kept: what can be chosen, and the settings of a choice."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from sim.allowed import ConfigError, quoted, written
from sim.branching import compose_shipped
from sim.config import options
from sim.report.language import LANGUAGES, translator
from sim.scenario import Scenario
from sim.world.uncertainty import ranges_of

#: The assumptions that move talk and orders most when each is moved across where it may lie (benchmarks/slider_effects.json).
SLIDERS: Final = ("post_scale", "spree_share", "novelty_weight", "heat_gain", "novelty_days")
#: What a page begins with, and the highest seed that it may ask for.
FIRST: Final = ("restaurant", "no_plan", "kol_care")
MOST_SEED: Final = 9_999


def describe_explore() -> dict[str, Any]:
    """What can be chosen: scenarios and strategies by name, sliders with their ends and where they stand."""
    words = {language: translator(language) for language in LANGUAGES}
    first = compose_shipped((f"scenario={FIRST[0]}",))
    ranges, parameters = ranges_of(first), first.parameters

    def named(group: str) -> list[Any]:
        return [[name, {language: t.name(group, name) for language, t in words.items()}] for name in options(group)]

    sliders = [
        {
            "key": name, "low": ranges[name][0], "high": ranges[name][1], "now": getattr(parameters, name),
            "label": {language: t(f"slider.{name}") for language, t in words.items()},
        }
        for name in SLIDERS
    ]  # fmt: skip
    return {"first": FIRST, "scenarios": named("scenario"), "strategies": named("strategy"), "sliders": sliders}


def read_explore(asked: Mapping[str, Any]) -> tuple[Scenario, int]:
    """(scenario, seed) of a choice of names and numbers. Raises ConfigError."""
    found = {}
    for group in ("scenario", "strategy"):
        name = asked.get(group)
        if not isinstance(name, str) or name not in options(group):
            raise ConfigError(f"{group}={quoted(name)}: one of {', '.join(options(group))}")
        found[group] = name
    seed = asked.get("seed")
    if type(seed) is not int or not 0 <= seed <= MOST_SEED:
        raise ConfigError(f"seed={quoted(seed)}: a whole number from 0 to {MOST_SEED}")
    scenario = compose_shipped((f"scenario={found['scenario']}", f"strategy={found['strategy']}"))
    sliders, ranges = asked.get("sliders"), ranges_of(scenario)
    if not isinstance(sliders, Mapping) or not set(sliders) <= set(SLIDERS):
        raise ConfigError(f"sliders: numbers for some of {', '.join(SLIDERS)}")
    for name, value in sliders.items():
        low, high = ranges[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ConfigError(f"sliders.{name}={quoted(value)}: {written(low)} to {written(high)}")
    moved = {name: float(value) for name, value in sliders.items()}
    return dataclasses.replace(scenario, parameters=dataclasses.replace(scenario.parameters, **moved)), seed
