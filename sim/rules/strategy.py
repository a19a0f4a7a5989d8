"""The yaml of a strategy as settings: what the engine runs, what levers move, and plain values again for the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from sim.rules.plan import Plan
from sim.rules.policy import PlanRun
from sim.rules.protocols import Handles, Process
from sim.rules.reading import read_plan
from sim.rules.terms import Shape, class_of, fill
from sim.scenario import Opening


class Policy:
    """A strategy that is written as a plan. Its numbers are fields, so that overrides and levers reach them."""

    plan: ClassVar[Plan]
    founds: ClassVar[bool]
    shape: ClassVar[Shape]
    receives: ClassVar[bool] = True
    """whether it looks after the door itself"""

    @property
    def openings(self) -> tuple[Opening, ...]:
        """The groups that the plan opens; none where it leaves them to the scenario."""
        return self.plan.openings

    @property
    def gated(self) -> bool:
        """Whether newcomers stand at a door, where the plan's terms of entry hold."""
        return self.plan.gated

    @property
    def moved(self) -> tuple[str, ...]:
        """Every setting that a phase or a rule may move; the place here follows the planned changes in LEVER_MOVED."""
        return self.plan.moved

    def begin(self, ctx: Handles) -> None:
        """What the first phase sets holds from the first moment."""
        PlanRun(ctx, self.plan).begin()

    def run(self, ctx: Handles) -> Process:
        """Runs the plan to the end of the programme."""
        yield from PlanRun(ctx, self.plan).run()
        yield ctx.wait()

    def plain(self) -> dict[str, Any]:
        """The yaml again, with the numbers as they are here."""
        return self.shape.plain(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return read_strategy, (self.plain(), "strategy")


def read_strategy(block: Mapping[str, Any], key: str) -> Policy:
    """The settings of a strategy that is written as a plan. Raises ConfigError, which begins with the key."""
    plan, terms = read_plan(block, key)
    kind = _class_of(_Written(Shape.of(block, terms.places), plan))
    policy: Policy = fill(kind, terms.places)
    return policy


@dataclass(frozen=True)
class _Written:
    shape: Shape
    plan: Plan = field(compare=False)


@cache
def _class_of(written: _Written) -> type:
    own = {"plan": written.plan, "founds": written.plan.founds, "shape": written.shape}
    return class_of("Plan", Policy, written.shape.places, **own)
