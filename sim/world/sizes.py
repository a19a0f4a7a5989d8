"""World and first state -> how many persons, channels, incidents and stimuli there are, once every place in them is checked."""

from __future__ import annotations

import numpy as np

from sim.events.kinds import SOURCES
from sim.vocabulary import tables
from sim.world.carve import StateTables, WorldTables, carve_state, carve_world

#: Numbers in a first membership that may point at something; nobody has met anything yet.
_POINTERS = ("waiting", "asked", "asked_before", "offer", "next", "came_from")


def find_sizes(world: np.ndarray, start: np.ndarray) -> dict[str, int]:
    """How many there are of `person`, `group`, `incident`, `stimulus`, `attribute` (see `sim.events.kinds.NUMBERS`).

    world, start: i8 [.], a world and the state before its first event (`sim.world.build`). Raises ValueError where a place
    or a number in them leads outside.
    """
    for name, array in (("world", world), ("state", start)):
        if not isinstance(array, np.ndarray) or array.dtype != np.dtype("<i8") or array.ndim != 1:
            raise ValueError(f"{name}: one dimension of i8 is needed")
    _require(world.nbytes >= tables.WORLD.dtype.itemsize and start.nbytes >= tables.STATE.dtype.itemsize, "too short")
    given = tables.WORLD.rows(world, 0, 1)[0]
    topics, groups = int(given["heats"]), int(given["heat_groups"])
    _require(topics >= 0 and groups >= 1, "topics of groups")
    _check_places(
        given,
        world.nbytes,
        {"traits": ("persons", tables.TRAITS), "ties": ("ties", tables.TIE), "heats": (topics * groups, tables.HEAT)},
    )
    head = tables.STATE.rows(start, 0, 1)[0]
    _require(not any(head[name] for name in ("events", "messages", "incidents")), "a state before the first event is needed")
    rows: dict[str, tuple[str | int, tables.Table]] = {
        "ledger": (1, tables.LEDGER), "channels": ("channels_high", tables.CHANNEL), "stimuli": ("stimuli_high", tables.STIMULUS),
        "incidents": ("incidents_high", tables.INCIDENT), "persons": ("persons", tables.PERSON),
        "members": ("seats_high", tables.MEMBERSHIP), "rosters": ("rosters_high", tables.ROSTER), "messages": (0, tables.MESSAGE),
        "wallets": ("persons", tables.WALLET),
    }  # fmt: skip
    _check_places(head, start.nbytes, rows)
    newest = int(head["newest_at"]) + int(head["channels_high"]) * tables.RECENT * tables.NEWEST.dtype.itemsize
    _require(head["newest_at"] >= 0 and head["newest_at"] % 8 == 0 and newest <= start.nbytes, "places of the state")
    _check_numbers(carve_world(world), carve_state(start))
    return {
        "person": int(head["persons"]),
        "group": int(head["channels_high"]),
        "incident": int(head["incidents_high"]),
        "stimulus": int(head["stimuli_high"]),
        "attribute": len(tables.STIMULUS.fields),
        "source": max(len(SOURCES), int(carve_world(world).traits["source"].max(initial=0)) + 1),
    }


def _check_places(head: np.void, size: int, rows: dict[str, tuple[str | int, tables.Table]]) -> None:
    """Every table lies whole inside its buffer, at a multiple of eight bytes."""
    for name, (count, table) in rows.items():
        begin, number = int(head[f"{name}_at"]), count if isinstance(count, int) else int(head[count])
        inside = 0 <= begin <= size and begin % 8 == 0 and 0 <= number <= (size - begin) // table.dtype.itemsize
        _require(inside, f"place of {name}")


def _check_numbers(world: WorldTables, state: StateTables) -> None:
    """Every number in a row is that of a person, a channel, a membership or a place that is there."""
    head, persons = state.head, len(world.traits)
    _require(bool(persons == head["persons"] == head["seats"] <= head["seats_high"]), "numbers of persons")
    _require(
        bool(0 <= head["channels"] <= head["channels_high"] and 0 <= head["rosters"] <= head["rosters_high"]),
        "numbers of channels",
    )
    members, channels = state.members[:persons], state.channels[: int(head["channels"])]
    _require(all((members[name] == -1).all() for name in _POINTERS) and not members["mode"].any(), "nobody is there yet")
    _require(not any(state.wallets[name].any() for name in state.wallets.dtype.names or ()), "nobody has a coupon yet")
    _require(not members["read_to"].any() and not state.channels["ordinal"].any(), "nothing has been said yet")
    _require(np.array_equal(members["person"], np.arange(persons)), "memberships in the order of persons")
    _inside(members["channel"], len(channels), "channels of members")
    _inside(world.traits["group"], len(channels), "groups of persons")
    _inside(world.ties["person"], persons, "acquaintances")
    _inside(world.traits["first_tie"], len(world.ties) + 1, "acquaintances")
    _inside(world.traits["first_tie"] + world.traits["ties"], len(world.ties) + 1, "acquaintances")
    _require(bool((world.traits["ties"] >= 0).all()), "acquaintances")
    used = state.rosters[: int(head["rosters"])]
    _inside(used["seat"], persons, "rosters")
    _require(bool((channels["enlisted"] <= channels["room"]).all() and (channels["enlisted"] >= 0).all()), "rosters")
    _inside(channels["roster"] + channels["room"], len(used) + 1, "rosters")
    _inside(channels["roster"], len(used) + 1, "rosters")
    _require(bool(0 <= world.head["peaks"] <= 6), "peak hours")
    _require(all(np.isfinite(table[name]).all() for table in (world.traits, used) for name in _reals(table)), "finite numbers")


def _reals(table: np.ndarray) -> list[str]:
    return [name for name in table.dtype.names or () if np.issubdtype(table.dtype[name], np.floating)]


def _inside(numbers: np.ndarray, count: int, what: str) -> None:
    _require(bool(((numbers >= 0) & (numbers < count)).all()), what)


def _require(fine: bool, what: str) -> None:
    if not fine:
        raise ValueError(f"not a world and its first state: {what}")
