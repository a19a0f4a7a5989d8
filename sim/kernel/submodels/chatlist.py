"""Chat list: the chats of a person compete for looks, and what is worth little beside the dearest of them is folded away.

A person has `other_chats` chats of others, each opened at a look with a chance of its own, drawn once between 0 and 1. A look goes to
one chat of the list, in proportion to these chances. A channel whose chance is below `fold_below` times the greatest on the list is
folded: `fold_left` of its looks are left, until it is worth more again.
"""

from __future__ import annotations

from sim import streams
from sim.compiled import within
from sim.streams import uniform
from sim.vocabulary.tables import Row


@within
def other_chats(parameters: Row, trait: Row) -> tuple[float, float]:
    """(chances of all other chats of a person together, the greatest of them)."""
    total, best = 0.0, 0.0
    for chat in range(int(parameters.other_chats)):
        chance = uniform(trait.key, streams.CHATS, chat)
        total, best = total + chance, max(best, chance)
    return total, best


@within
def is_folded(parameters: Row, chance: float, best: float) -> bool:
    """Whether a channel that a look opens with this chance is folded away; best: the greatest on the list."""
    return chance < parameters.fold_below * best


@within
def in_sight(parameters: Row, member: Row) -> float:
    """Factor of the chance that a look opens a channel."""
    return parameters.fold_left if member.folded else 1.0
