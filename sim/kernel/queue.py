"""The queue of what is due: a heap of four children in an array, ordered by (time, person, ordinal)."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.compiled import within
from sim.world.layout import natural

# Columns of an entry (whole numbers)
DUE_TIME, DUE_PERSON, DUE_ORDINAL, DUE_WHAT, DUE_MESSAGE, DUE_WIDTH = range(6)
# What is due: a habitual check, a pulled check, a reply to a message, an occasion to buy, an attempt to join.
CHECK_DUE, PULL_DUE, REPLY_DUE, NEED_DUE, ARRIVAL_DUE = (np.int64(code) for code in range(5))

CHILDREN: Final = 4


@within
def before(queue, a, time, ordinal, person):
    """Whether entry `a` comes before (time, person, ordinal)."""
    row = queue[natural(a)]
    if row[DUE_TIME] != time:
        return row[DUE_TIME] < time
    if row[DUE_PERSON] != person:
        return row[DUE_PERSON] < person
    return row[DUE_ORDINAL] < ordinal


@within
def copy_entry(queue, to, source):
    """Moves one entry."""
    old, new = queue[natural(source)], queue[natural(to)]
    time, person, ordinal, what, message = old[0], old[1], old[2], old[3], old[4]  # all before the first is written
    new[0], new[1], new[2], new[3], new[4] = time, person, ordinal, what, message


@within
def push(queue, size, time, person, what, ordinal, message):
    """Adds an entry to a heap of `size` entries; gives the new size. The caller has made room."""
    hole = size
    while hole > 0:
        parent = (hole - 1) >> 2
        if before(queue, parent, time, ordinal, person):
            break
        copy_entry(queue, hole, parent)
        hole = parent
    row = queue[natural(hole)]
    row[DUE_TIME] = time
    row[DUE_ORDINAL] = ordinal
    row[DUE_PERSON] = person
    row[DUE_WHAT] = what
    row[DUE_MESSAGE] = message
    return size + 1


@within
def least(queue, size, first):
    """The entry that comes first among up to four, from `first` on."""
    child = first
    time = queue[natural(child), DUE_TIME]
    for other in range(first + 1, min(first + CHILDREN, size)):
        then = queue[natural(other), DUE_TIME]
        if then == time:
            row = queue[natural(child)]
            if before(queue, other, time, row[DUE_ORDINAL], row[DUE_PERSON]):
                child = other
        else:  # reckoned, not branched: which of two comes first cannot be foreseen
            child += (other - child) * np.int64(then < time)
            time = min(time, then)
    return child


@within
def replace_first(queue, size, time, person, what, ordinal, message):
    """Takes the first entry away and adds another one in one go; the size stays."""
    hole = 0
    first = 1
    while first < size:
        child = least(queue, size, first)
        if not before(queue, child, time, ordinal, person):
            break
        copy_entry(queue, hole, child)
        hole = child
        first = CHILDREN * hole + 1
    row = queue[natural(hole)]
    row[DUE_TIME] = time
    row[DUE_ORDINAL] = ordinal
    row[DUE_PERSON] = person
    row[DUE_WHAT] = what
    row[DUE_MESSAGE] = message


@within
def drop_first(queue, size):
    """Takes the first entry away; gives the new size."""
    size -= 1
    if size > 0:
        last = queue[size]
        replace_first(queue, size, last[DUE_TIME], last[DUE_PERSON], last[DUE_WHAT], last[DUE_ORDINAL], last[DUE_MESSAGE])
    return size
