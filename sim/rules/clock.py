"""The settings of a clock: what a calendar may say about when something is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Annotated, Any

from sim.allowed import ConfigError, quoted
from sim.events.kinds import WEEK_DAYS
from sim.scenario import number, settings

#: Days between two turns of a clock that is never due.
NEVER_DAYS = 365.0

#: Each says how often something is due; turns of a day are spread over the shift, so that no hour goes with them.
OFTEN = ("per_day", "per_week", "weekday", "every_days")

_DAY = number("first day", 0, 4_000, "assumed")
_DAYS = number("days for which it is kept up", 0, 4_000, "assumed")


@settings
class Span:
    """From when on, and for how long, something is kept up that is due whenever there is reason for it."""

    day: Annotated[float, _DAY] = 0.0
    days: Annotated[float, _DAYS] = 4_000.0


@settings
class Clock(Span):
    """When something is due; one of `per_day`, `weekday`, `every_days` and `hour` says how often."""

    hour: Annotated[float | None, number("hour of the day", 0, 23.9, "assumed")] = None
    weekday: Annotated[int | None, number("0 Monday to 6 Sunday", 0, 6, "assumed")] = None
    every_days: Annotated[float | None, number("days between two turns", 0.01, 365, "assumed")] = None
    per_day: Annotated[float | None, number("times/day", 0, 48, "assumed")] = None
    per_week: Annotated[float | None, number("times/week, in the place of every_days", 0, 336, "assumed")] = None
    irregular: Annotated[float, number("0 always at the same hour, 1 nobody can tell", 0, 1, "C04")] = 0.0

    @property
    def daily(self) -> float | None:
        """Turns a day that are spread over the shift; None where the clock goes by hour or by days."""
        if self.per_week is not None and (self.per_week > WEEK_DAYS or self.hour is None):
            return self.per_week / WEEK_DAYS
        return self.per_day

    @property
    def weekly(self) -> bool:
        """Whether it is due on one day of the week."""
        return self.weekday is not None and self.per_week is None

    @property
    def spaced(self) -> bool:
        """Whether days may pass between two turns, so that the hour alone does not say when the next one is."""
        return self.every_days is not None or self.per_week is not None

    @property
    def interval(self) -> float:
        """Days between two turns."""
        if self.per_week is not None:
            return WEEK_DAYS / self.per_week if self.per_week else NEVER_DAYS
        return 1.0 if self.every_days is None else self.every_days


def default_of_setting(kind: Any, name: str) -> Any:
    """What a setting of a mechanic is where it is not written."""
    (found,) = (one.default for one in fields(kind) if one.name == name)
    return found


def check_needs(kind: Any, written: Mapping[str, Any], key: str) -> None:
    """Refuses a setting of a mechanic that another one leaves without effect (`needs` of its class). Raises ConfigError."""
    for name, (other, values) in getattr(kind, "needs", {}).items():
        if name not in written or written[name] == default_of_setting(kind, name):
            continue
        now = written.get(other, default_of_setting(kind, other))
        if isinstance(values, float):
            if isinstance(now, int | float) and now <= values:
                raise ConfigError(f"{key}.{name}={quoted(written[name])}: does nothing where {other}={quoted(now)}; with {other} "
                                  f"above {values:g}")  # fmt: skip
        elif now not in values:
            raise ConfigError(f"{key}.{name}={quoted(written[name])}: does nothing where {other}={quoted(now)}; with {other} "
                              f"{' or '.join(map(str, values))}")  # fmt: skip


def check_often(written: Iterable[str], key: str) -> None:
    """Refuses a clock that says twice how often it is due, since only one of the two would hold. Raises ConfigError."""
    written = set(written)
    often = [name for name in OFTEN if name in written]
    if "per_day" in often and "hour" in written:
        often.append("hour")
    if len(often) > 1:
        raise ConfigError(f"{key}: says how often by {' and '.join(often)}; one of {', '.join(OFTEN)}")
