"""Keyed random draws: (seed, replication; who; what for; which one) -> a number, without any shared stream.

Every draw is a hash of its key, so nothing that one strategy does can shift what another draw gives. The hash is two
rounds of the splitmix64 finaliser (Steele, Lea & Flood 2014). The same source serves numpy arrays, compiled code and
plain Python.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.compiled import compiled
from sim.vocabulary.tables import Whole

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_WEYL = np.uint64(0xD1B54A32D192ED03)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_HALF, _SCALE = 0.5, 1.0 / 9007199254740992.0

# What a draw is for. Numbers only grow; a changed number changes every result.
TRAIT, TIES, ARRIVAL, SHIFT, ABSENCE, TASK_TIME, LOOK, PARAMETER, INCIDENT, CAMPAIGN, STRATEGY, SCREEN = range(1, 13)
CHECK, ACCEPT, VISIT, POST, QUESTION, ADVERT, REFERRAL, TAKE, IMPULSE, PULL = range(101, 111)
MESSAGE, REPLIES, REPLY_DELAY, REPLY_MODE, MORNING, PROPOSE, CONSENT, NEED, CHOICE, VENT, SPEAK, TURN = range(201, 213)
CHOOSE, CHANNEL, INVITE, CARRY = range(301, 305)
BASKET, PASS_ON, BUSY, TOPIC, REQUEST = range(331, 336)
IMPRESSION, DRIFT, HEAT, HOUR_OF_DAY, APPETITE, STOCK, DEBUT, SPREE, CHEMISTRY = range(401, 410)
SHOW, OFFER, HONOUR, SEE_THROUGH = range(451, 455)
FIT = 501
GOODS, PUZZLE, ASK_HOW = range(601, 604)
EFFORT, SKILL = range(651, 653)
REFUSE, CHATS, TELL, REACH = range(701, 705)


def _mix(z: Any) -> Any:
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


mix = compiled(_mix)


def _key(parent: Any, purpose: Whole, ordinal: Any) -> Any:
    return _mix(_mix(parent + np.uint64(purpose) * _GOLDEN) + np.uint64(ordinal) * _WEYL)


@compiled
def key(parent: np.uint64, purpose: Whole, ordinal: Whole) -> np.uint64:
    """The key of draw `ordinal` for `purpose` under `parent` (uint64)."""
    found: np.uint64 = mix(mix(parent + np.uint64(purpose) * _GOLDEN) + np.uint64(ordinal) * _WEYL)
    return found


@compiled
def uniform(parent: np.uint64, purpose: Whole, ordinal: Whole) -> float:
    """A number in (0, 1), open at both ends."""
    return (np.float64(key(parent, purpose, ordinal) >> _S11) + _HALF) * _SCALE


_WORD = 2**64 - 1


def key_int(parent: int, purpose: int, ordinal: int) -> int:
    """`key` for single draws outside compiled code, in Python's own integers (20 times faster there than numpy's).

    Both rounds are written out: two calls took as long as what they did.
    """
    z = (parent + purpose * 0x9E3779B97F4A7C15) & _WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _WORD
    z = ((z ^ (z >> 31)) + (ordinal & _WORD) * 0xD1B54A32D192ED03) & _WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _WORD
    return z ^ (z >> 31)


def uniform_int(parent: int, purpose: int, ordinal: int) -> float:
    """`uniform` for single draws outside compiled code."""
    return ((key_int(parent, purpose, ordinal) >> 11) + 0.5) * float(_SCALE)


def run_key(seed: int, replication: int) -> np.uint64:
    """The root key of one replication."""
    with np.errstate(over="ignore"):
        return np.uint64(_key(_key(np.uint64(seed % 2**64), 0, seed >> 64 if seed >= 2**64 else 0), 1, replication))


def keys(parent: np.uint64, purpose: int, ordinals: np.ndarray) -> np.ndarray:
    """Keys of many ordinals at once, shape of `ordinals` (uint64)."""
    with np.errstate(over="ignore"):
        found: np.ndarray = _key(np.asarray(parent, dtype=np.uint64), purpose, np.asarray(ordinals, dtype=np.uint64))
        return found


def uniforms(parents: np.ndarray | np.uint64, purpose: int, ordinals: np.ndarray | int) -> np.ndarray:
    """Numbers in (0, 1) for keys and ordinals that broadcast against each other."""
    with np.errstate(over="ignore"):
        bits = _key(np.asarray(parents, dtype=np.uint64), purpose, np.asarray(ordinals, dtype=np.uint64))
    found: np.ndarray = ((bits >> _S11).astype(np.float64) + _HALF) * _SCALE
    return found
