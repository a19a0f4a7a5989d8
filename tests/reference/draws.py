"""Keyed draws in Python's whole numbers, written from docs/model.md ("Keys"): (parent, purpose, ordinal) -> a number."""

from __future__ import annotations

WORD = 2**64 - 1

#: What a draw is for, by the numbers of docs/model.md.
PURPOSE = {
    "trait": 1, "ties": 2, "arrival": 3, "task_time": 6, "strategy": 11,
    "check": 101, "accept": 102, "visit": 103, "post": 104, "question": 105, "advert": 106, "referral": 107, "take": 108,
    "impulse": 109, "pull": 110, "message": 201, "replies": 202, "reply_delay": 203, "reply_mode": 204, "morning": 205,
    "propose": 206, "consent": 207, "need": 208, "choice": 209, "vent": 210, "speak": 211, "turn": 212,
    "choose": 301, "channel": 302, "invite": 303, "carry": 304, "basket": 331, "pass_on": 332, "busy": 333, "topic": 334,
    "request": 335, "impression": 401, "drift": 402, "heat": 403, "hour_of_day": 404, "appetite": 405, "stock": 406,
    "debut": 407, "spree": 408, "chemistry": 409, "show": 451, "offer": 452, "honour": 453, "see_through": 454,
    "goods": 601, "puzzle": 602, "ask_how": 603, "effort": 651, "skill": 652, "refuse": 701, "chats": 702, "tell": 703, "reach": 704,
}  # fmt: skip


def scramble(z: int) -> int:
    """The finaliser of splitmix64."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = (z ^ (z >> shift)) * factor & WORD
    return z ^ (z >> 31)


def child_key(parent: int, purpose: str | int, ordinal: int) -> int:
    """The key of a draw: two rounds of splitmix64."""
    purpose = PURPOSE[purpose] if isinstance(purpose, str) else purpose
    inner = scramble(parent + purpose * 0x9E3779B97F4A7C15 & WORD)
    return scramble(inner + ordinal * 0xD1B54A32D192ED03 & WORD)


def draw(parent: int, purpose: str | int, ordinal: int) -> float:
    """A number between 0 and 1."""
    return ((child_key(parent, purpose, ordinal) >> 11) + 0.5) / 2**53


def replication_key(seed: int, replication: int) -> int:
    """The root of one replication; a seed of more than 64 bits is taken in two parts."""
    return child_key(child_key(seed & WORD, 0, seed >> 64), 1, replication)
