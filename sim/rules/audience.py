"""Selectors: the name of an audience -> members of a group, by what an operator can see of them."""

from __future__ import annotations

from collections.abc import Callable

from sim.events.kinds import WEEK_DAYS
from sim.rules.protocols import Sees
from sim.rules.sight import Sight

#: Role of those who stayed to the end of a course; those below it are trained for.
STAYER = 4.0
#: Days of talk that tell who writes (assumed).
RECENT_DAYS = 30

#: Ordinal of the draw that says whether staff have noted how well the content suits a member; no other draw is negative.
TAGGED = -1
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
    writers = sight.writers(RECENT_DAYS)
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


def _core(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    sight.look()
    wrote, bought = sight.writers(RECENT_DAYS), [person for person in sees.members(group) if sees.orders_of(person) > 0]
    return sorted((person for person in bought if person in wrote), key=lambda person: -wrote[person])[:count]


def _aggrieved(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    sight.look()
    complained = sight.complained(WEEK_DAYS)
    return [person for person in sees.members(group) if person in complained][:count]


def _tag(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    tagged = [person for person in sees.members(group) if sees.uniform(TAGGED, person) < sight.tag_share()]
    return sorted(tagged, key=lambda person: (-sees.tag_of(person), person))[:count]


def _alumni(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    return [who for who in sees.members(group) if _has_stayed(sees, sight, who)][:count]


def _has_stayed(sees: Sees, sight: Sight, who: int) -> bool:
    return who in sight.veterans or sees.source_of(who) == "alumni" or sees.role_of(who) == STAYER


def _roles(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    return [who for who in sees.members(group) if 0 < sees.role_of(who) < STAYER][:count]


def _tier(sees: Sees, sight: Sight, group: int, count: int) -> list[int]:
    having = [person for person in sees.members(group) if sight.tiers is not None and sight.tiers.of(person)]
    return sorted(having, key=lambda person: (-sight.tiers.of(person), person))[:count]


SELECTORS |= {
    "top_talkers": ("those who wrote most within 14 days", _top_talkers),
    "all": ("all members", _all),
    "silent": ("those who wrote nothing within 30 days", _silent),
    "friends": ("those to whom staff have a private channel", _friends),
    "redeemers": ("those who have used coupons, most coupons first", _redeemers),
    "core": ("those who have bought and wrote within 30 days, who wrote most first", _core),
    "aggrieved": ("those who complained within 7 days", _aggrieved),
    "alumni": (
        "those who were there when the last phase of the plan or a course ended, and those from a source called alumni",
        _alumni,
    ),
    "roles": ("those who have been trained for a role", _roles),
    "tag": ("those of whom staff have noted how well the content suits them (`segments.tags`), best first", _tag),
    "tier": ("those who have a tier, the highest first", _tier),
    "buyers": ("those who have bought, most orders first", _buyers),
}
#: Selectors of the written playbooks that the engine does not offer yet.
NOT_YET_SELECTORS: tuple[str, ...] = ()
