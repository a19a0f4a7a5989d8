"""What a process may do about staff as persons and about what staff keep up: who leaves, who is hired, bonds, listing, causes."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from sim.engine.planning import Planning
from sim.events.kinds import ADVERT_POSTED, BOND_GROWN, LISTING_SET, NONE, STAFF_HIRED, STAFF_LEFT, TROUBLE_HEARD


class Crewing(Planning):
    """Acts and sights of a context that have to do with single people of the staff."""

    @property
    def parameters(self) -> Any:
        """The behaviour parameters of the run."""
        return self.scenario.parameters

    @property
    def look_minutes(self) -> float:
        """Minutes between two looks at the groups: as the plan has it now, or else the staff."""
        alarm = getattr(self._programme.settings["strategy"], "alarm", None)
        return float(getattr(alarm, "look_minutes", None) or self._programme.settings["staff"].look_minutes)

    def has_rules(self, group: int) -> bool:
        """Whether rules have been posted in a group."""
        return bool(self._programme.tables.channels["rules"][group])

    def open_incidents(self) -> list[tuple[int, int]]:
        """(number, group) of every incident that is not settled yet, in their order."""
        tables = self._programme.tables
        rows = tables.incidents[: int(tables.head["incidents"])]
        return [(number, int(row["channel"])) for number, row in enumerate(rows) if row["closed_at"] < 0]

    def is_known(self, person: int) -> bool:
        """Whether a member has bought or written something, so that staff take them for a customer and not for an advertiser."""
        return self._programme.talk_of(person) > 0 or int(self._programme.tables.persons["orders"][person]) > 0

    def listing_of(self, group: int) -> float:
        """Share of everyday questions that can be looked up, as kept up for a group."""
        return float(self._programme.tables.channels["listing"][group])

    def set_listing(self, group: int, share: float, staff: int = 0, cause: int = NONE) -> int:
        """Brings up to date what everybody can look up."""
        return self._act(LISTING_SET, group, staff, x=share, cause=cause)

    def attach(self, member: int, staff: int, gain: float) -> None:
        """A person of the staff turns to a member: attachment grows, by likeness, and less to those without a face."""
        face = 1.0 if self.staff.has_face(staff) else self.parameters.faceless
        self._programme.bonds.add(member, staff, gain * self.staff.likeness_of(staff) * face, self.day)
        self.tie(member, staff, gain)

    def tie(self, member: int, staff: int, gain: float) -> None:
        """What attention does to a member where attachment counts: by likeness, by rank, and less from those without a face."""
        if self._programme.bonds.count:
            face = 1.0 if self.staff.has_face(staff) else self.parameters.faceless
            worth = self.staff.likeness_of(staff) * self.staff.standing_of(staff) * face
            self._act(BOND_GROWN, NONE, staff, member, min(gain * worth, 1.0))

    def bond_to(self, member: int, staff: int) -> float:
        """How attached a member is to a person of the staff, 0 to 1; for incidents, unseen by staff."""
        return self._programme.bonds.of(member, staff, self.day)

    def part_with(self, person: int, cause: int = NONE) -> int:
        """A person of the staff leaves for good once the task under way is done; gives the event."""
        row = self._act(STAFF_LEFT, NONE, person, cause=cause)
        self.process(self.staff.leave(person))
        return row

    def hire(self, cause: int = NONE) -> int:
        """Somebody new takes the place of who has left; gives the event, `cause` where no place is empty."""
        number = self.staff.hire()
        return cause if number is None else self._act(STAFF_HIRED, NONE, number, cause=cause)

    def hear_of(self, member: int, group: int, incident: int, staff: int = 0, cause: int = NONE) -> int:
        """A friend tells a person of the staff in private that a member is upset."""
        return self._act(TROUBLE_HEARD, group, staff, member, float(incident), 0.0, cause)

    def plead(self, person: int, group: int, cause: int = NONE) -> int:
        """A member posts what the rules forbid, out of a need; on the screen it is an advert like others."""
        return self._act(ADVERT_POSTED, group, person, cause=cause)

    def mend(self, factor: float, cause: int = NONE) -> int:
        """What makes an incident come again (the settings it calls `mended`) is multiplied by a factor; gives the event, or NONE."""
        row = int(NONE)
        for path in getattr(self.settings, "mended", ()):
            row = self.redesign(f"incident.{path}", factor * attrgetter(path)(self.settings), cause)
        return row
