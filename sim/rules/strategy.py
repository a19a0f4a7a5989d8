"""The yaml of a strategy as settings: what the engine runs, what levers move, and plain values again for the manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from sim.rules.plan import Plan, read_plan
from sim.rules.policy import PlanRun
from sim.rules.protocols import Acts, Process
from sim.rules.terms import Place, class_of, fill, read


class Policy:
    """A strategy that is written as a plan. Its numbers are fields, so that overrides and levers reach them."""

    plan: ClassVar[Plan]
    founds: ClassVar[bool]
    shape: ClassVar[Shape]

    @property
    def moved(self) -> tuple[str, ...]:
        """Every setting that a phase or a rule may move; the place here follows the planned changes in LEVER_MOVED."""
        return self.plan.moved

    def begin(self, ctx: Acts) -> None:
        """What the first phase sets holds from the first moment."""
        PlanRun(ctx, self.plan).begin()

    def run(self, ctx: Acts) -> Process:
        """Runs the plan to the end of the programme."""
        yield from PlanRun(ctx, self.plan).run()
        yield ctx.wait()

    def plain(self) -> dict[str, Any]:
        """The yaml again, with the numbers as they are here."""
        block = json.loads(self.shape.text)
        for path, place in self.shape.places.items():
            if place.where:
                _put(block, place.where, read(self, path))
        return dict(block)

    def __reduce__(self) -> tuple[Any, ...]:
        return read_strategy, (self.plain(), "strategy")


@dataclass(frozen=True)
class Shape:
    """What two yamls have in common that differ in their numbers only: they share a class, so that sweeps stay quick."""

    text: str
    places: Mapping[str, Place] = field(compare=False)
    plan: Plan = field(compare=False)


def read_strategy(block: Mapping[str, Any], key: str) -> Policy:
    """The settings of a strategy that is written as a plan. Raises ConfigError, which begins with the key."""
    plan, terms = read_plan(block, key)
    bare = deepcopy(dict(block))
    for place in terms.places.values():
        if place.where:
            _put(bare, place.where, None)
    kind = _class_of(Shape(json.dumps(bare, sort_keys=True), terms.places, plan))
    policy: Policy = fill(kind, terms.places)
    return policy


@cache
def _class_of(shape: Shape) -> type:
    return class_of("Plan", Policy, shape.places, plan=shape.plan, founds=shape.plan.founds, shape=shape)


def _put(block: Any, where: tuple[Any, ...], value: Any) -> None:
    for part in where[:-1]:
        block = block[part]
    block[where[-1]] = value
