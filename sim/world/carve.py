"""Buffers of words -> their tables, row by row and field by field (views, not copies)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.events.kinds import NONE
from sim.parameters import PARAMETERS
from sim.vocabulary import tables


class WorldTables(NamedTuple):
    """A world: structured arrays, one row each where the name is in the singular."""

    head: np.ndarray
    parameters: np.ndarray
    traits: np.ndarray
    ties: np.ndarray
    heat: np.ndarray


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
    wallets: np.ndarray


def carve_world(buffer: np.ndarray) -> WorldTables:
    """The tables of a world, i8 [.]."""
    head = tables.WORLD.rows(buffer, 0, 1)[0]
    return WorldTables(
        head,
        PARAMETERS.rows(buffer, tables.WORLD.dtype.itemsize, 1)[0],
        tables.TRAITS.rows(buffer, int(head["traits_at"]), int(head["persons"])),
        tables.TIE.rows(buffer, int(head["ties_at"]), int(head["ties"])),
        tables.HEAT.rows(buffer, int(head["heats_at"]), int(head["heats"] * head["heat_groups"])),
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
        tables.WALLET.rows(buffer, int(head["wallets_at"]), int(head["persons"])),
    )


def latest_mode(state: StateTables, person: int, channel: int) -> int:
    """How a person stands to a channel in the latest membership there; ABSENT where there is none."""
    seat, mode = person, tables.ABSENT
    while seat != NONE:
        member = state.members[seat]
        if member["channel"] == channel:
            mode = int(member["mode"])
        seat = int(member["next"])
    return mode
