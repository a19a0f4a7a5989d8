"""Selectors: the name of an audience -> members of a group, by what an operator can see of them."""

from __future__ import annotations

from collections.abc import Callable

from sim.rules.protocols import Sees
from sim.rules.sight import Sight

#: Name -> (meaning, how `count` of them are found in a group, in order of preference).
SELECTORS: dict[str, tuple[str, Callable[[Sees, Sight, int, int], list[int]]]] = {}


def select(name: str, sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    """At most `count` members of a group that the selector names, most wanted first."""
    return SELECTORS[name][1](sees, sight, group, count)


def _top_talkers(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    return sees.top_talkers(group, count)


def _all(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    return sees.members(group)[:count]


def _silent(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    sight.look()
    writers = sight.writers(30)
    return [person for person in sees.members(group) if person not in writers][:count]


def _friends(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    return [person for person in sees.members(group) if sees.is_friend(person)][:count]


def _buyers(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    buyers = [person for person in sees.members(group) if sees.orders_of(person) > 0]
    return sorted(buyers, key=lambda person: -sees.orders_of(person))[:count]


def _redeemers(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    sight.look()
    used = [person for person in sees.members(group) if sight.till.redeemed_by(person) > 0]
    return sorted(used, key=lambda person: -sight.till.redeemed_by(person))[:count]


SELECTORS |= {
    "top_talkers": ("those who wrote most within 14 days", _top_talkers),
    "all": ("all members", _all),
    "silent": ("those who wrote nothing within 30 days", _silent),
    "friends": ("those to whom staff have a private channel", _friends),
    "redeemers": ("those who have used coupons, most coupons first", _redeemers),
    "buyers": ("those who have bought, most orders first", _buyers),
}
#: Selectors of the written playbooks that the engine does not offer yet.
NOT_YET_SELECTORS = ("aggrieved", "tag", "core", "alumni", "tier")
