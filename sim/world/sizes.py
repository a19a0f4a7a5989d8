"""World and first state -> how many persons, groups, incidents and stimuli there are, once every place in them is checked."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sim.world.build import view
from sim.world.layout import (
    G_WIDTH,
    INC_WIDTH,
    M_WIDTH,
    RECENT,
    SHOP_EVENTS,
    SHOP_GROUPS_AT,
    SHOP_INCIDENTS,
    SHOP_INCIDENTS_AT,
    SHOP_MEMBERS_AT,
    SHOP_MESSAGES,
    SHOP_MESSAGES_AT,
    SHOP_RECENT_AT,
    SHOP_STIMULI_AT,
    SHOP_WIDTH,
    ST_WIDTH,
    T_WIDTH,
    W_PERSONS,
    W_ROSTER_AT,
    W_ROSTER_START_AT,
    W_TIES_AT,
    W_TIES_START_AT,
    W_TRAITS,
    W_WEIGHT_AT,
)

#: Numbers in a member's first row that may point at something; nobody has met anything yet.
_POINTERS = ("waiting", "asked", "asked_before", "offer", "prompt", "incident")


def find_sizes(world: np.ndarray, start: np.ndarray) -> dict[str, int]:
    """How many there are of `person`, `group`, `incident`, `stimulus`, `attribute` (see `sim.events.kinds.NUMBERS`).

    world, start: f8 [.], a world and the state before its first event (`sim.world.build`). Raises ValueError where a place
    or a number in them leads outside.
    """
    for name, array in (("world", world), ("state", start)):
        if not isinstance(array, np.ndarray) or array.dtype != np.dtype("<f8") or array.ndim != 1:
            raise ValueError(f"{name}: one dimension of f8 is needed")
    _require(len(world) >= W_TRAITS and len(start) >= SHOP_WIDTH, "too short")
    _require(bool(np.isfinite(world).all() and np.isfinite(start).all()), "finite numbers are needed")
    begins = [SHOP_WIDTH]
    for place in (SHOP_STIMULI_AT, SHOP_INCIDENTS_AT, SHOP_MEMBERS_AT, SHOP_RECENT_AT, SHOP_MESSAGES_AT):
        begins.append(_whole(start[place : place + 1], 0, len(start), "places of the state")[0])
    _require(start[SHOP_GROUPS_AT] == SHOP_WIDTH, "places of the state")
    groups, stimuli, incidents, persons, recent = (
        _rows(last - first, width)
        for (first, last), width in zip(pairwise(begins), (G_WIDTH, ST_WIDTH, INC_WIDTH, M_WIDTH, RECENT), strict=True)
    )
    _require(recent == groups and persons == world[W_PERSONS], "numbers of persons and groups")
    _require(not start[[SHOP_EVENTS, SHOP_MESSAGES, SHOP_INCIDENTS]].any(), "a state before the first event is needed")
    member, group = view(start, begins[3], persons, "M"), view(start, begins[0], groups, "G")
    _require(
        all((member[name] == -1).all() for name in _POINTERS) and (group["ask"] == -1).all(), "members point at nothing yet"
    )
    _require(not any(column.any() for column in (member["mode"], member["read_to"], group["ordinal"])), "nobody is there yet")
    _check_lists(world, persons, groups)
    return {"person": persons, "group": groups, "incident": incidents, "stimulus": stimuli, "attribute": ST_WIDTH}


def _check_lists(world: np.ndarray, persons: int, groups: int) -> None:
    """Traits, acquaintances and rosters lie one behind the other, and every number in them is that of a person or group."""
    ties_start = W_TRAITS + persons * T_WIDTH
    ties = ties_start + persons + 1
    _require(ties <= len(world), "too short")
    known = _whole(world[ties_start:ties], 0, len(world), "acquaintances")
    roster_start = ties + known[-1]
    roster = roster_start + groups + 1
    expected = {
        W_TIES_START_AT: ties_start,
        W_TIES_AT: ties,
        W_ROSTER_START_AT: roster_start,
        W_ROSTER_AT: roster,
        W_WEIGHT_AT: roster + persons,
    }
    _require(all(world[place] == begin for place, begin in expected.items()), "places of the world")
    _require(len(world) == roster + 2 * persons, "length of the world")
    listed = _whole(world[roster_start:roster], 0, persons, "rosters")
    for edges, end in ((known, known[-1]), (listed, persons)):
        _require(edges[0] == 0 and edges[-1] == end and all(np.diff(edges) >= 0), "lists that begin where the last one ends")
    _whole(world[ties:roster_start], 0, persons - 1, "acquaintances")
    _whole(world[roster : roster + persons], 0, persons - 1, "rosters")
    _whole(view(world, W_TRAITS, persons, "T")["group"], 0, groups - 1, "groups of persons")


def _whole(numbers: np.ndarray, low: int, high: int, what: str) -> list[int]:
    _require(bool(((numbers >= low) & (numbers <= high) & (numbers == np.trunc(numbers))).all()), what)
    return numbers.astype(np.int64).tolist()


def _rows(places: int, width: int) -> int:
    _require(places >= 0 and places % width == 0, "places of the state")
    return places // width


def _require(fine: bool, what: str) -> None:
    if not fine:
        raise ValueError(f"not a world and its first state: {what}")
