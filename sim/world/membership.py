"""Event or log + world -> what in it the fold and the tables would understand differently: members of groups that are not theirs."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.events.kinds import ENTRY_DECLINED, NAMES, NONE, ORDER_PLACED, REFUND_PAID
from sim.events.roles import CODES, holds
from sim.events.store import LogError
from sim.world.layout import T_GROUP, T_WIDTH, W_PERSONS, W_TRAITS, trait_row

#: For each code of a kind the column that says which person it is about, "" where none does.
WHO = np.where(holds("actor", "person"), "actor", np.where(holds("target", "person"), "target", ""))
#: Whether a kind may be about a person outside all groups.
OF_ANYBODY = np.isin(np.arange(CODES), (ORDER_PLACED, REFUND_PAID, ENTRY_DECLINED))


def find_stranger(world: np.ndarray, events: np.ndarray) -> tuple[int, str] | None:
    """The first of these rows (EVENT_DTYPE [n]) that puts a person in a group which is not that person's own, and what it says.

    The state knows one group of each person (T_GROUP), tables go by the group of the row. Kinds and persons that do not exist
    are left to others.
    """
    kind = np.clip(events["kind"], 0, CODES - 1)
    person = np.where(WHO[kind] == "actor", events["actor"], np.where(WHO[kind] == "target", events["target"], NONE))
    rows = np.flatnonzero((person >= 0) & (person < int(world[W_PERSONS])))
    own = world[W_TRAITS + person[rows].astype(np.int64) * T_WIDTH + T_GROUP]
    group = events["group"][rows]
    strange = rows[(group != own) & ~(OF_ANYBODY[kind[rows]] & (group == NONE))]
    if not len(strange):
        return None
    row, who = int(strange[0]), int(person[strange[0]])
    return row, describe_stranger(int(kind[row]), who, int(events["group"][row]), int(world[trait_row(who) + T_GROUP]))


def describe_stranger(kind: int, person: int, group: int, home: int) -> str:
    """What is wrong with an event about a person in a group, where that person's own is `home`."""
    return f"{NAMES[kind]} of person {person} in group {group}: the person belongs to group {home}"


def check_members(world: np.ndarray, events: np.ndarray, folder: Path | str | None = None) -> None:
    """Refuses the rows of a programme where `find_stranger` finds one. Raises LogError (one line, beginning with `folder`)."""
    if (found := find_stranger(world, events)) is not None:
        raise LogError(folder, f"row {found[0]}: {found[1]}")
