"""A setting -> in which scenarios it changes what happens: each is run as it is and with the setting moved."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.allowed import ConfigError, written
from sim.config import compose, options
from sim.explain.inventory import ENTRY, NAME, Setting

#: Days that are simulated: enough for coupons, for incidents of the third week, for a first silence.
DAYS, SEED = 30, 1


@dataclass(frozen=True)
class Tried:
    """moved: the overrides that were tried; acts: scenarios whose log is another one with any of them; idle: all others."""

    moved: tuple[str, ...]
    acts: tuple[str, ...]
    idle: tuple[str, ...]


def try_setting(setting: Setting) -> Tried | None:
    """Live every scenario with the setting at its ends. None where it can be set in nothing that is shipped."""
    from sim.run import simulate

    chosen, path, now = _place(setting)
    moved = tuple(f"{path}={written(value)}" for value in _ends(setting, now)) if path else ()
    if not moved:
        return None
    acts = []
    for scenario in options("scenario"):
        words = [f"scenario={scenario}", f"days={DAYS}", "confirm_days=0", *chosen]
        logs = [simulate(one, seed=SEED).log.digest for one in _composed(words, moved)]
        if len(set(logs)) > 1:
            acts.append(scenario)
    return Tried(moved, tuple(acts), tuple(name for name in options("scenario") if name not in acts))


def _composed(words: list[str], moved: tuple[str, ...]) -> Iterator[Any]:
    """The scenario as it is, and with each move that it allows."""
    for more in ([], *([move] for move in moved)):
        try:
            yield compose(
                [*(word for word in words if word.partition("=")[0] not in {one.partition("=")[0] for one in more}), *more]
            ).scenario
        except ConfigError:
            continue


def _place(setting: Setting) -> tuple[list[str], str, Any]:
    """What has to be chosen so that a setting is there, its full path, and its value there."""
    for use in setting.uses:
        if use.group in ("campaign", "incident"):
            return [f"{use.group}=[{use.option}]"], use.path, use.value
        if use.group == "strategy":
            return [f"strategy={use.option}"], use.path, use.value
    if NAME in setting.path or ENTRY in setting.path or not setting.told.allowed.kind:
        return [], "", None
    return [], setting.path, setting.default


def _ends(setting: Setting, now: Any) -> list[Any]:
    """Values to move to: the ends of the plausible range, or else of what is allowed; every other choice; the other of yes and no."""
    allowed = setting.told.allowed
    if allowed.kind == "switch":
        return [not now]
    if allowed.kind == "choice":
        return [choice for choice in allowed.choices if choice != now]
    if allowed.kind not in ("number", "whole"):
        return []
    ends = setting.told.plausible or (allowed.low, allowed.high)
    values = [int(end) if allowed.kind == "whole" else float(end) for end in ends if math.isfinite(end)]
    if isinstance(now, int | float) and not setting.told.plausible:
        values += [
            type(now)(now * 2),
            type(now)(now / 2),
        ]  # an end may be more than this machine holds, or than the others allow
    return [value for value in values if value != now]
