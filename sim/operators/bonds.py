"""What single people of the staff have done for members -> how attached each member is to each of them. Staff do not see it."""

from __future__ import annotations

import math
from typing import Any


class Bonds:
    """Attachment of members to persons of the staff, 0 to 1 (mechanisms, law 4): it grows by attention and fades."""

    def __init__(self, parameters: Any) -> None:
        self._days = parameters.bond_days
        self._bonds: dict[tuple[int, int], tuple[float, float]] = {}  # (member, staff) -> (bond, day)

    def of(self, member: int, staff: int, day: float) -> float:
        """The bond of a member to a person of the staff on a day."""
        bond, since = self._bonds.get((member, staff), (0.0, day))
        return bond * math.exp(-(day - since) / self._days)

    def add(self, member: int, staff: int, gain: float, day: float) -> None:
        """Somebody of the staff has turned to a member: the stronger the bond, the less it adds."""
        bond = self.of(member, staff, day)
        self._bonds[member, staff] = bond + gain * (1.0 - bond), day
