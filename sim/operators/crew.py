"""The settings of staff and plan -> who there is now, role by role, with what each role leaves out filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.roles import roles_of
from sim.scenario import Role, Staff

#: Numbers that the people of one role have room for.
BLOCK = 200
#: A shift that levers have turned round lasts so long, hours.
SHIFT_LOW = 0.1
#: What is done for or about single members; a role that does not answer leaves it to others.
TOWARDS_MEMBERS = ("soothe", "settle", "moderate", "answer", "care", "welcome", "reply")


@dataclass(frozen=True)
class Posting:
    """One role as it stands now; see `sim.scenario.Role`. busy: (hour, hour) in which the store keeps them, None never."""

    name: str
    people: int
    shift_start: float
    shift_end: float
    days_per_week: int
    budget_hours: float
    absence: float
    warmth: float
    role: Role
    busy: tuple[float, float] | None = None

    @property
    def span_groups(self) -> int:
        """Groups that one of them looks after, 0 all."""
        return self.role.span_groups

    @property
    def span_members(self) -> int:
        """Members that one of them looks after, 0 all."""
        return self.role.span_members


def postings(staff: Staff, plan: Any) -> dict[str, Posting]:
    """Who there is now, by name of the role; one posting without a name where there are no roles."""
    roles = roles_of(staff, plan) or {"": Role(people=staff.people)}
    return {name: _posting(name, role, staff) for name, role in roles.items()}


def _posting(name: str, role: Role, staff: Staff) -> Posting:
    def or_staff(value: float | None, usual: float) -> float:
        return usual if value is None else value

    start, end = or_staff(role.shift_start, staff.shift_start), or_staff(role.shift_end, staff.shift_end)
    return Posting(
        name,
        role.people if staff.people else 0,
        start,
        max(end, start + SHIFT_LOW),
        staff.days_per_week,
        or_staff(role.hours, staff.budget_hours),
        staff.absence,
        or_staff(role.warmth, staff.warmth),
        role,
        None if role.busy_from is None or role.busy_to is None else (role.busy_from, role.busy_to),
    )


def most_people(staff: Staff, plans: Sequence[Any], highest: float, hired: int) -> int:
    """Numbers of staff that a log may hold.

    plans: that of the first day, then those that take over; highest: to which a lever moves `staff.people`, hired: who may come later.
    """
    roles = roles_of(staff, plans[0])
    later = {name for plan in plans[1:] for name in roles_of(staff, plan) or ("",)} - set(roles or ("",))
    if later:  # see `StaffRoom.take_over`
        return BLOCK * (2 * max(len(roles), 1) + 1 + len(later)) + hired
    usual = max(1, staff.people, int(highest))
    return hired + (BLOCK * max(len(roles), 1) if roles or hired else usual)
