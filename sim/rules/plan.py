"""What a plan is, once it is read: calendar, phases, rules, and the settings that they move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.rules.acts import Act
from sim.rules.condition import Condition
from sim.rules.groups import GroupPlan
from sim.rules.steps import Handling
from sim.scenario import Opening


@dataclass(frozen=True)
class Item:
    """One entry of the calendar: which mechanic, under which name, in which phases, in groups of which name (all: "")."""

    name: str
    use: str
    phases: tuple[str, ...] = ()
    audience: str = ""


@dataclass(frozen=True)
class Move:
    """One setting moved: to a value, to what another setting is, or by so much from where it would be otherwise."""

    path: str
    value: float = 0.0
    setting: str = ""
    relative: bool = False


@dataclass(frozen=True)
class Phase:
    """A stretch of the life of a group: what holds in it, and until when."""

    name: str
    until: Condition | None
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Rule:
    """When something is seen, settings move; the last rule that holds wins for a setting."""

    number: int
    when: Condition
    moves: tuple[Move, ...]
    hold_days: float = 0.0
    once: bool = False
    acts: tuple[Act, ...] = ()
    run: Handling | None = None
    of_persons: bool = False
    """whether it is about single members, one after the other"""


@dataclass(frozen=True)
class Plan:
    """What an operator does and when, as it is written."""

    items: tuple[Item, ...]
    phases: tuple[Phase, ...]
    rules: tuple[Rule, ...]
    families: frozenset[str]
    links: Mapping[str, str]
    reviewed: bool
    founds: bool
    allowed: Mapping[str, Any]
    openings: tuple[Opening, ...] = ()
    groups: Mapping[str, GroupPlan] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()
    """names of the tiers, the lowest first"""
    gated: bool = False
    """whether it has terms of entry, so that newcomers stand at a door"""

    @property
    def moved(self) -> tuple[str, ...]:
        """Every setting that a phase or a rule moves, sorted: the place here is its number in the log."""
        lists = [phase.moves for phase in self.phases] + [rule.moves for rule in self.rules]
        return tuple(sorted({move.path for moves in lists for move in moves}))
