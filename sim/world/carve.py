"""Buffers of words -> their tables, row by row and field by field (views, not copies)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.parameters import PARAMETERS
from sim.vocabulary import tables


class WorldTables(NamedTuple):
    """A world: structured arrays, one row each where the name is in the singular."""

    head: np.ndarray
    parameters: np.ndarray
    traits: np.ndarray
    ties: np.ndarray


class StateTables(NamedTuple):
    """A state: structured arrays, one row each where the name is in the singular, with the room for more.

    In use are head.channels of `channels`, head.seats of `members`, head.rosters of `rosters`, head.messages of `messages`.
    """

    head: np.ndarray
    ledger: np.ndarray
    channels: np.ndarray
    stimuli: np.ndarray
    incidents: np.ndarray
    persons: np.ndarray
    members: np.ndarray
    rosters: np.ndarray
    newest: np.ndarray
    messages: np.ndarray


def carve_world(buffer: np.ndarray) -> WorldTables:
    """The tables of a world, i8 [.]."""
    head = tables.WORLD.rows(buffer, 0, 1)[0]
    return WorldTables(
        head,
        PARAMETERS.rows(buffer, tables.WORLD.dtype.itemsize, 1)[0],
        tables.TRAITS.rows(buffer, int(head["traits_at"]), int(head["persons"])),
        tables.TIE.rows(buffer, int(head["ties_at"]), int(head["ties"])),
    )


def carve_state(buffer: np.ndarray) -> StateTables:
    """The tables of a state, i8 [.]."""
    head = tables.STATE.rows(buffer, 0, 1)[0]
    room = (buffer.nbytes - int(head["messages_at"])) // tables.MESSAGE.dtype.itemsize
    return StateTables(
        head,
        tables.LEDGER.rows(buffer, int(head["ledger_at"]), 1)[0],
        tables.CHANNEL.rows(buffer, int(head["channels_at"]), int(head["channels_high"])),
        tables.STIMULUS.rows(buffer, int(head["stimuli_at"]), int(head["stimuli_high"])),
        tables.INCIDENT.rows(buffer, int(head["incidents_at"]), int(head["incidents_high"])),
        tables.PERSON.rows(buffer, int(head["persons_at"]), int(head["persons"])),
        tables.MEMBERSHIP.rows(buffer, int(head["members_at"]), int(head["seats_high"])),
        tables.ROSTER.rows(buffer, int(head["rosters_at"]), int(head["rosters_high"])),
        tables.NEWEST.rows(buffer, int(head["newest_at"]), int(head["channels_high"]) * tables.RECENT),
        tables.MESSAGE.rows(buffer, int(head["messages_at"]), room),
    )


def are_alike(found: np.ndarray, made: np.ndarray, carve: Callable[[np.ndarray], NamedTuple]) -> bool:
    """Whether a buffer that comes from a file is the one that was made, but for the last bits of real numbers.

    Nothing in `found` is followed before its head is known to be that of `made`; carve: carve_world or carve_state.
    """
    kind = tables.WORLD if carve is carve_world else tables.STATE
    if found.shape != made.shape or not _agree(kind.rows(found, 0, 1), kind.rows(made, 0, 1)):
        return False
    return all(_agree(one, other) for one, other in zip(carve(found), carve(made), strict=True))


def _agree(found: np.ndarray, made: np.ndarray) -> bool:
    return all(
        np.allclose(found[name], made[name], rtol=1e-9, atol=1e-9)
        if np.issubdtype(made[name].dtype, np.floating)
        else np.array_equal(found[name], made[name])
        for name in made.dtype.names
    )
