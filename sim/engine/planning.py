"""What a plan moves while it runs: rules that fire, levers, redesigns, what happens outside."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from sim.engine.acting import Acting
from sim.events.kinds import ENTRY_RULE_SET, LEVER_MOVED, NONE, RULE_FIRED
from sim.levers import place_of_lever
from sim.rules.spec import OF_STAFF

#: LEVER_MOVED.x where a rule lets go of a setting for which nothing is written: it is as its mechanic has it.
UNSET = -1.0


class Planning(Acting):
    """The plan as it stands now, and acts that move it."""

    @property
    def planned(self) -> Any:
        """The settings as they would stand if no rule had moved any."""
        self._check_place()
        return self._programme.planned[self._key]

    @property
    def planned_size(self) -> int:
        """Members planned in all groups."""
        return sum(opening.size for opening in self.scenario.openings)

    @property
    def planned_room(self) -> int:
        """Members at most in all groups."""
        return int(round(self.planned_size * self.scenario.population.capacity))

    def fire(self, rule: int, holds: bool) -> int:
        """Writes down that a rule of the plan begins or ceases to hold; gives the sequence number, the cause of what it does."""
        return self._act(RULE_FIRED, NONE, target=rule, x=float(holds))

    def move_lever(self, path: str, value: float | str | None, cause: int = NONE, told: bool = True) -> int:
        """Holds a setting of the plan or of the staff at a value or at what another setting is; with None it goes back.

        told: whether it is written down; what the clock of the manifest tells need not be. Gives the sequence number.
        """
        self._check_place()
        owner, inner = ("staff", OF_STAFF[path]) if path in OF_STAFF else (self._key, path)
        self._programme.move_lever(owner, inner, value)
        if not told:
            return int(NONE)
        number = place_of_lever(self.scenario, path if owner == "staff" else f"strategy.{path}")
        held = attrgetter(inner)(self._programme.settings[owner])
        return self._act(LEVER_MOVED, NONE, target=number, x=UNSET if held is None else float(held), cause=cause)

    def happen(self, kind: int, place: int, odds: float, talk: float) -> int:
        """Something outside the groups begins or ends; odds, talk: the factors that hold from now on."""
        return self._act(kind, NONE, target=place, x=odds, y=talk)

    def is_on(self, kind: str) -> bool:
        """Whether something of this kind lasts outside the groups: news, store_closed, brand_day."""
        return any(one.kind == kind and one.is_on(self.day) for one in self.scenario.market.outside)

    def changed(self, name: str) -> int:
        """The row of the latest change of a branch to settings of the plan below a name; NONE where there is none."""
        return self._programme.changed.get(name, int(NONE))

    @property
    def news_heat(self) -> float:
        """How much others talk about a piece of news now, 0 to 1."""
        return max(
            (one.heat for one in self.scenario.market.outside if one.kind == "news" and one.is_on(self.day)), default=0.0
        )

    def redesign(self, path: str, value: float, cause: int = NONE) -> int:
        """Sets a setting of the plan, of the staff (`staff.people`) or of this incident (`incident.roles`) anew for good."""
        self._check_place()
        owner, inner = ("staff", OF_STAFF[path]) if path in OF_STAFF else ("strategy", path)
        if path.startswith("incident."):
            owner, inner = self._key, path.partition(".")[2]
            if not hasattr(self.settings, inner):  # a procedure may handle any incident, also one without this setting
                return cause
        key = path if owner == "staff" else f"{owner}.{inner}"
        self._programme.redesign(owner, inner, value)
        if path == "entry.least_tag":  # the door itself tells of it, whoever keeps it
            rows = [self._act(ENTRY_RULE_SET, group, 0, x=value, cause=cause) for group in self.groups]
            return rows[-1] if rows else cause
        return self._act(LEVER_MOVED, NONE, target=place_of_lever(self.scenario, key), x=value, cause=cause)

    @property
    def redesigned(self) -> Mapping[str, float]:
        """What a redesign has set of a plan that does not write it."""
        self._check_place()
        return self._programme.redesigned
