"""Rows of a programme -> the first that the fold and the tables would understand differently: acts of people who are not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim.events.kinds import (
    GROUP_CHECKED,
    GROUP_MUTED,
    GROUP_UNMUTED,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MEMBER_REMOVED,
    NAMES,
    NONE,
)
from sim.events.roles import CODES, holds
from sim.events.store import LogError

#: For each code of a kind the column that says which person it is about, "" where none does.
WHO = np.where(holds("actor", "person"), "actor", np.where(holds("target", "person"), "target", ""))
#: Whether a kind makes sense only of somebody who is, or is not yet, in the channel.
OF_MEMBERS = np.isin(np.arange(CODES), (MEMBER_JOINED, MEMBER_LEFT, MEMBER_REMOVED, GROUP_MUTED, GROUP_UNMUTED, GROUP_CHECKED))


def find_stranger(events: np.ndarray) -> tuple[int, str] | None:
    """The first of these rows (EVENT_DTYPE [n], a whole programme) that tells of a person in a channel where the person is not.

    In every channel a person joins, reads, mutes or not, and leaves, in turns. Kinds that do not exist are left to others.
    """
    kind = np.clip(events["kind"], 0, CODES - 1)
    person = np.where(WHO[kind] == "actor", events["actor"], np.where(WHO[kind] == "target", events["target"], NONE))
    rows = np.flatnonzero((person >= 0) & OF_MEMBERS[kind])
    kind, person, channel = kind[rows], person[rows], events["group"][rows]
    order = np.lexsort((rows, person, channel))
    rows, kind, person, channel = rows[order], kind[order], person[order], channel[order]
    first = np.ones(len(rows), bool)
    first[1:] = (person[1:] != person[:-1]) | (channel[1:] != channel[:-1])
    step = (kind == MEMBER_JOINED).astype(np.int64) - ((kind == MEMBER_LEFT) | (kind == MEMBER_REMOVED))
    total = np.cumsum(step) - step
    present = total - np.repeat(total[first], np.diff(np.append(np.flatnonzero(first), len(rows))))
    wrong = np.where(kind == MEMBER_JOINED, present != 0, present != 1)
    strange = np.concatenate([rows[wrong], rows[_muted_wrongly(kind, first, step)]])
    if not len(strange):
        return None
    place = int(np.flatnonzero(rows == strange.min())[0])
    fault = "a member already" if kind[place] == MEMBER_JOINED else "no member" if wrong[place] else "muted already, or not"
    return int(rows[place]), describe_stranger(int(kind[place]), int(person[place]), int(channel[place]), fault)


def _muted_wrongly(kind: np.ndarray, first: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Which rows mute somebody who is muted already, or unmute somebody who is not."""
    turns = (kind == GROUP_MUTED) | (kind == GROUP_UNMUTED) | first | (step != 0)
    places = np.flatnonzero(turns)
    muted_after = kind[places] == GROUP_MUTED
    muted_before = np.concatenate([[False], muted_after[:-1]]) & ~first[places]
    wrong = np.zeros(len(kind), bool)
    wrong[places] = (muted_after & muted_before) | ((kind[places] == GROUP_UNMUTED) & ~muted_before)
    return wrong


def describe_stranger(kind: int, person: int, channel: int, fault: str) -> str:
    """What is wrong with an event about a person in a channel."""
    return f"{NAMES[kind]} of person {person} in group {channel}: the person is {fault}"


def check_members(events: np.ndarray, folder: Path | str | None = None) -> None:
    """Refuses the rows of a programme where `find_stranger` finds one. Raises LogError (one line, beginning with `folder`)."""
    if (found := find_stranger(events)) is not None:
        raise LogError(folder, f"row {found[0]}: {found[1]}")
