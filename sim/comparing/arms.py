"""Words of a study -> its arms, which of them is the yardstick, and what the study is about. It imports nothing that takes long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.allowed import ConfigError, no_choice
from sim.scenario import has_group

if TYPE_CHECKING:
    from sim.config import Arm, Composed
    from sim.studies.asked import Asked


def about(command: Any, composed: Sequence[Composed], **more: Any) -> Asked:
    """What a study of these arms is about."""
    from sim.studies.asked import Asked

    chosen: Any = {
        group: tuple(dict.fromkeys(str(one.choices[group]) for one in composed)) for group in ("scenario", "strategy")
    }
    days = max(one.scenario.days for one in composed)
    return Asked(command=command, days=days, members=composed[0].scenario.population.planned, **chosen, **more)


def find_baseline(arms: Sequence[Arm], label: str | None, key: str = "--baseline") -> str:
    """The arm that the others are held against: the one named, or the first that has a group. Raises ConfigError."""
    labels = [arm.label for arm in arms]
    if label is not None and label not in labels:
        raise no_choice(key, label, labels)
    return label or next((arm.label for arm in arms if has_group(arm.composed.scenario)), labels[0])


def expand_arms(command: str, settings: Sequence[str]) -> list[Arm]:
    """The arms of a study, two or more. Raises ConfigError."""
    from sim.config import expand

    arms = expand(settings)
    if len(arms) < 2:
        raise ConfigError(f"{command}: two arms or more, that is a key with several values, such as strategy=no_plan,kol_care")
    return arms
