"""The queue of what is due: a heap of four children in an array of DUE, ordered by (time, person, ordinal)."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.compiled import rows_of, within
from sim.vocabulary.tables import DUE, Row, Whole

# What is due: a habitual look, a pulled check, a reply to a message, an occasion to buy, an attempt to join, an invitation.
CHECK_DUE, PULL_DUE, REPLY_DUE, NEED_DUE, ARRIVAL_DUE, INVITE_DUE = (np.int64(code) for code in range(6))
# The end of a coupon, the thought of passing it on, the answer to a request.
LAPSE_DUE, PASS_ON_DUE, REQUEST_DUE = np.int64(20), np.int64(21), np.int64(22)
# Another beginning of somebody who has just begun to talk.
SPREE_DUE = np.int64(23)
# What somebody one knows has offered.
OFFER_DUE = np.int64(24)

CHILDREN: Final = 4
_due = rows_of(DUE.dtype)


@within
def due_of(queue: np.ndarray, place: Whole) -> Row:
    """The entry at a place of the heap."""
    return _due(queue, 0, place)


@within
def before(entry: Row, time: Whole, ordinal: Whole, person: Whole) -> bool:
    """Whether an entry comes before (time, person, ordinal)."""
    if entry.time != time:
        return entry.time < time
    if entry.person != person:
        return entry.person < person
    return entry.ordinal < ordinal


@within
def copy_entry(queue: np.ndarray, to: Whole, source: Whole) -> None:
    """Moves one entry."""
    old, new = due_of(queue, source), due_of(queue, to)
    time, ordinal, person, message, what, where = old.time, old.ordinal, old.person, old.message, old.what, old.where
    new.time, new.ordinal, new.person, new.message, new.what, new.where = time, ordinal, person, message, what, where


@within
def put(
    queue: np.ndarray, place: Whole, time: Whole, person: Whole, what: Whole, ordinal: Whole, message: Whole, where: Whole
) -> None:
    """Fills one entry."""
    entry = due_of(queue, place)
    entry.time = time
    entry.ordinal = ordinal
    entry.person = person
    entry.message = message
    entry.what = what
    entry.where = where


@within
def push(
    queue: np.ndarray, size: Whole, time: Whole, person: Whole, what: Whole, ordinal: Whole, message: Whole, where: Whole
) -> Whole:
    """Adds an entry to a heap of `size` entries; gives the new size. The caller has made room."""
    hole = size
    while hole > 0:
        parent = (hole - 1) >> 2
        if before(due_of(queue, parent), time, ordinal, person):
            break
        copy_entry(queue, hole, parent)
        hole = parent
    put(queue, hole, time, person, what, ordinal, message, where)
    return size + 1


@within
def least(queue: np.ndarray, size: Whole, first: Whole) -> Whole:
    """The entry that comes first among up to four, from `first` on."""
    child = first
    time = due_of(queue, child).time
    for other in range(first + 1, min(first + CHILDREN, size)):
        then = due_of(queue, other).time
        if then == time:
            entry = due_of(queue, child)
            if before(due_of(queue, other), time, entry.ordinal, entry.person):
                child = other
        else:  # reckoned, not branched: which of two comes first cannot be foreseen
            child += (other - child) * np.int64(then < time)
            time = min(time, then)
    return child


@within
def replace_first(
    queue: np.ndarray, size: Whole, time: Whole, person: Whole, what: Whole, ordinal: Whole, message: Whole, where: Whole
) -> None:
    """Takes the first entry away and adds another one in one go; the size stays."""
    hole = 0
    first = 1
    while first < size:
        child = least(queue, size, first)
        if not before(due_of(queue, child), time, ordinal, person):
            break
        copy_entry(queue, hole, child)
        hole = child
        first = CHILDREN * hole + 1
    put(queue, hole, time, person, what, ordinal, message, where)


@within
def drop_first(queue: np.ndarray, size: Whole) -> Whole:
    """Takes the first entry away; gives the new size."""
    size -= 1
    if size > 0:
        last = due_of(queue, size)
        replace_first(queue, size, last.time, last.person, last.what, last.ordinal, last.message, last.where)
    return size
