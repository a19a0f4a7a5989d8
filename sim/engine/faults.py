"""An act of a plug-in and the present state -> why it cannot be what happened, in one line."""

from __future__ import annotations

from sim.events.kinds import (
    CHANNEL_OPENED,
    GROUP_FOUNDED,
    GROUP_MUTED,
    GROUP_UNMUTED,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MEMBER_REMOVED,
    MESSAGES,
    NAMES,
    NONE,
)
from sim.events.membership import OF_MEMBERS, WHO, describe_stranger
from sim.vocabulary.tables import ATTENTIVE, MUTED, NEVER
from sim.world.carve import StateTables, latest_mode

_OPENING = frozenset(map(int, (GROUP_FOUNDED, CHANNEL_OPENED)))
_NEED_CHANNEL = frozenset(map(int, (MEMBER_JOINED, MEMBER_LEFT, MEMBER_REMOVED, GROUP_MUTED, GROUP_UNMUTED, *MESSAGES)))
_WHO, _OF_MEMBERS = WHO.tolist(), OF_MEMBERS.tolist()


def find_fault(tables: StateTables, kind: int, group: int, actor: int, target: int) -> str:
    """What is wrong with an act at this moment; "" where nothing is. The state and the tables would count it differently."""
    kind, group = int(kind), int(group)
    channels, persons = int(tables.head["channels"]) + (kind in _OPENING), len(tables.persons)
    if not NONE <= group < channels:
        return f"{NAMES[kind]} in group {group}: 0 to {channels - 1} is allowed"
    if kind in _NEED_CHANNEL and (group == NONE or tables.channels["founded_at"][group] >= NEVER):
        return f"{NAMES[kind]} in group {group}: no group that has been founded"
    if not _WHO[kind]:
        return ""
    person = int(actor if _WHO[kind] == "actor" else target)
    if not 0 <= person < persons:
        return f"{NAMES[kind]} of person {person}: 0 to {persons - 1} is allowed"
    if not _OF_MEMBERS[kind]:
        return ""
    mode = latest_mode(tables, person, group)
    if kind == MEMBER_JOINED:
        return describe_stranger(kind, person, group, "a member already") if mode in (ATTENTIVE, MUTED) else ""
    if mode not in (ATTENTIVE, MUTED):
        return describe_stranger(kind, person, group, "no member")
    if kind == GROUP_MUTED and mode == MUTED:
        return describe_stranger(kind, person, group, "muted already")
    return describe_stranger(kind, person, group, "not muted") if kind == GROUP_UNMUTED and mode != MUTED else ""
