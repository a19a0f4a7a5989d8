"""An act of a plug-in and the present state -> why it cannot be what happened, in one line."""

from __future__ import annotations

import numpy as np

from sim.events.kinds import (
    GROUP_MUTED,
    GROUP_UNMUTED,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MEMBER_REMOVED,
    MESSAGES,
    NAMES,
    NONE,
)
from sim.world.layout import (
    ATTENTIVE,
    G_FOUNDED_AT,
    G_WIDTH,
    M_MODE,
    MUTED,
    NEVER,
    SHOP_GROUPS_AT,
    SHOP_STIMULI_AT,
    T_GROUP,
    W_PERSONS,
    group_row,
    member_row,
    trait_row,
)
from sim.world.membership import OF_ANYBODY, WHO, describe_stranger

_MOVES = frozenset(map(int, (MEMBER_JOINED, MEMBER_LEFT, MEMBER_REMOVED, GROUP_MUTED, GROUP_UNMUTED)))
_NEED_GROUP = _MOVES | frozenset(map(int, MESSAGES))
_WHO, _OF_ANYBODY = WHO.tolist(), OF_ANYBODY.tolist()


def find_fault(world: np.ndarray, state: np.ndarray, kind: int, group: int, actor: int, target: int) -> str:
    """What is wrong with an act at this moment; "" where nothing is. The state and the tables would count it differently."""
    kind, group = int(kind), int(group)
    groups, persons = int(state[SHOP_STIMULI_AT] - state[SHOP_GROUPS_AT]) // G_WIDTH, int(world[W_PERSONS])
    if not NONE <= group < groups:
        return f"{NAMES[kind]} in group {group}: 0 to {groups - 1} is allowed"
    person = int(NONE)
    if _WHO[kind]:
        person = int(actor if _WHO[kind] == "actor" else target)
        if not 0 <= person < persons:
            return f"{NAMES[kind]} of person {person}: 0 to {persons - 1} is allowed"
        home = int(world[trait_row(person) + T_GROUP])
        if group != home and not (_OF_ANYBODY[kind] and group == NONE):
            return describe_stranger(kind, person, group, home)
    if kind in _NEED_GROUP and (group == NONE or state[group_row(state, group) + G_FOUNDED_AT] >= NEVER):
        return f"{NAMES[kind]} in group {group}: no group that has been founded"
    if kind not in _MOVES:
        return ""
    mode = state[member_row(state, person) + M_MODE]
    if kind == MEMBER_JOINED:
        fault = "a member already" if mode in (ATTENTIVE, MUTED) else ""
    elif mode not in (ATTENTIVE, MUTED):
        fault = "no member"
    elif kind == GROUP_MUTED:
        fault = "muted already" if mode == MUTED else ""
    else:
        fault = "not muted" if kind == GROUP_UNMUTED and mode != MUTED else ""
    return fault and f"{NAMES[kind]} of person {person} in group {group}: the person is {fault}"
