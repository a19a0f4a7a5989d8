"""Looks at a growing study -> whether to simulate more worlds, with the chance of a wrong claim kept over all looks.

Worlds come in batches. Looking after each batch and stopping when an interval clears the effect would be wrong more often than
an interval says, so each look spends only a part of the error (Lan & DeMets 1983), and what it prints is a repeated confidence
interval (Jennison & Turnbull 1989): right at every look, whenever and why ever the study stops.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy import stats

from sim.studies.choice import judge
from sim.studies.intervals import estimate_mean_interval, simultaneous_level

#: Verdicts after which more worlds add nothing that was asked.
SETTLED = ("better", "worse", "same")
_GRID = 801


@dataclass(frozen=True)
class Looks:
    """When a study is looked at: after every `batch` worlds, `most` worlds at the latest; whole claims hold at `level`."""

    batch: int = 10
    most: int = 100
    level: float = 0.95

    def __post_init__(self) -> None:
        if not (2 <= self.batch <= self.most and 0 < self.level < 1):
            raise ValueError(f"batch={self.batch}, most={self.most}, level={self.level}: 2 <= batch <= most, level in (0, 1)")

    @property
    def worlds(self) -> tuple[int, ...]:
        """Worlds at each look; the last look is at `most`."""
        return (*range(self.batch, self.most, self.batch), self.most)

    def level_at(self, worlds: int) -> float:
        """The two-sided level of an interval at a look, so that the intervals of all looks hold together at `level`."""
        return spend_error(self.worlds, 1 - self.level)[self.worlds.index(worlds)]


@cache
def spend_error(worlds: tuple[int, ...], error: float) -> tuple[float, ...]:
    """Levels of the intervals at looks after so many worlds each, whose errors add up to `error` over all looks.

    The error spent on either side by information time t = worlds / last is 2 - 2 Phi(z / sqrt(t)), z the normal quantile of
    1 - error / 4 (Lan & DeMets 1983, close to the bounds of O'Brien & Fleming). Bounds on the sum of independent increments by the recursion of
    Armitage, McPherson & Rowe (1969) on a grid of `_GRID` points.
    """
    times = np.array(worlds) / worlds[-1]
    spent = 4 * stats.norm.sf(stats.norm.isf(error / 4) / np.sqrt(times))
    levels, density, grid = [], None, None
    for look, time in enumerate(times):
        step = np.sqrt(time - (times[look - 1] if look else 0))
        new = spent[look] - (spent[look - 1] if look else 0)

        def beyond(bound: float, density: Any = density, grid: Any = grid, step: float = step) -> float:
            if density is None:
                return float(2 * stats.norm.sf(bound / step))
            out = stats.norm.sf((bound - grid) / step) + stats.norm.cdf((-bound - grid) / step)
            return float(np.trapezoid(density * out, grid))

        low, high = 0.0, 12 * np.sqrt(time)
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if beyond(middle) > new else (low, middle)
        bound = (low + high) / 2
        levels.append(float(1 - 2 * stats.norm.sf(bound / np.sqrt(time))))
        line = np.linspace(-bound, bound, _GRID)
        if density is None:
            density = stats.norm.pdf(line / step) / step
        else:
            density = np.trapezoid(density * stats.norm.pdf((line[:, None] - grid) / step) / step, grid, axis=1)
        grid = line
    return tuple(levels)


@dataclass(frozen=True)
class Look:
    """What one look gave: the verdict on each arm, its interval, and why the study stops (`settled`, `most`, `minutes`), or nothing."""

    verdicts: np.ndarray
    low: np.ndarray
    high: np.ndarray
    stop: str


def look(
    means: np.ndarray,
    plan: Looks,
    effect: float,
    *,
    baseline: int = 0,
    bounds: tuple[float, float] | None = None,
    minutes: float = 0.0,
    budget: float = np.inf,
) -> Look:
    """The verdicts on A arms against the baseline from the worlds so far, `means` (W, A), W one of `plan.worlds`.

    The intervals hold at once over arms and looks: the level of the look goes into `simultaneous_level`. minutes: spent so far;
    the study stops where they have reached `budget`. Raises ValueError where W is not a look of the plan.
    """
    worlds, arms = means.shape
    if worlds not in plan.worlds:
        raise ValueError(f"worlds={worlds}: one of {', '.join(map(str, plan.worlds))}")
    others = np.flatnonzero(np.arange(arms) != baseline)
    pairs = np.stack((others, np.full(len(others), baseline)), axis=1)
    gains = means[:, others] - means[:, [baseline]]
    low, high = estimate_mean_interval(gains, simultaneous_level(means, pairs, plan.level_at(worlds)), bounds)
    verdicts = judge(low, high, effect)
    settled = bool(np.isin(verdicts, SETTLED).all())
    stop = "settled" if settled else "most" if worlds >= plan.most else "minutes" if minutes >= budget else ""
    return Look(verdicts, low, high, stop)


def grow(
    simulate: Callable[[int, int], np.ndarray],
    plan: Looks,
    effect: float,
    *,
    clock: Callable[[], float],
    budget: float = np.inf,
    baseline: int = 0,
    bounds: tuple[float, float] | None = None,
) -> tuple[np.ndarray, Look]:
    """Simulate batches until a look says stop. simulate(first, last) gives world means (last - first, A); clock() minutes.

    Returns all world means and the last look. A batch that would end beyond the budget, at the pace so far, is not begun.
    """
    means, start = np.empty((0, 0)), clock()
    for before, worlds in zip((0, *plan.worlds), plan.worlds, strict=False):
        more = simulate(before, worlds)
        means = more if not means.size else np.concatenate((means, more))
        spent = clock() - start
        following = spent * (1 + plan.batch / worlds)
        found = look(means, plan, effect, baseline=baseline, bounds=bounds, minutes=following, budget=budget)
        if found.stop:
            break
    return means, found
