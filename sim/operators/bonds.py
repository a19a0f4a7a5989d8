"""What single people of the staff have done for members -> how attached each member is to each of them. Staff do not see it."""

from __future__ import annotations

import math
from typing import Any

from sim.parameters import SUBMODELS


class Bonds:
    """Attachment of members to persons of the staff, 0 to 1 (mechanisms, law 4): it grows by attention and fades."""

    def __init__(self, parameters: Any, without: tuple[str, ...] = ()) -> None:
        self._days = parameters.bond_days
        gains = [getattr(parameters, name) for name in SUBMODELS["bonds"]]
        self.count = "bonds" not in without and any(gain > 0 for gain in gains)
        """whether it moves members, so that what adds to it is written down"""
        self._bonds: dict[tuple[int, int], tuple[float, float]] = {}  # (member, staff) -> (bond, day)

    def of(self, member: int, staff: int, day: float) -> float:
        """The bond of a member to a person of the staff on a day."""
        bond, since = self._bonds.get((member, staff), (0.0, day))
        return bond * math.exp(-(day - since) / self._days)

    def add(self, member: int, staff: int, gain: float, day: float) -> None:
        """Somebody of the staff has turned to a member: the stronger the bond, the less it adds."""
        bond = self.of(member, staff, day)
        self._bonds[member, staff] = bond + gain * (1.0 - bond), day
