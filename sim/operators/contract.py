"""Settings of staff and what moved them -> what an employer pays by contract, whether there was work or not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from sim.events.kinds import WEEK_DAYS
from sim.operators.crew import postings
from sim.scenario import Staff


def contract(
    staff: Staff,
    plan: Any,
    days: float,
    moves: Iterable[tuple[float, str, float]] = (),
    plans: Iterable[tuple[float, Any]] = (),
) -> tuple[float, float]:
    """Hours and wages (yuan) of one programme's staff by contract over `days`.

    A person is paid `budget_hours` (a role: its hours), at most the length of the shift, on each of the `days_per_week` days of
    work. moves: (day, setting of staff, value), plans: (day, plan that takes over), both in order of time; each holds from the day
    on which it is made. Who stays away or leaves is paid on: sick leave and notice are not told apart.
    """
    waiting, coming, hours, wages = list(moves), list(plans), 0.0, 0.0
    for day in range(int(-(-days // 1))):
        while waiting and waiting[0][0] < day + 1:
            _, name, value = waiting.pop(0)
            staff = dataclasses.replace(staff, **{name: type(getattr(staff, name))(value)})
        while coming and coming[0][0] < day + 1:
            plan = coming.pop(0)[1]
        on = sum(
            one.people * min(one.budget_hours, one.shift_end - one.shift_start)
            for one in postings(staff, plan).values()
            if day % WEEK_DAYS < one.days_per_week
        ) * min(1.0, days - day)  # fmt: skip
        hours, wages = hours + on, wages + on * staff.wage
    return hours, wages
