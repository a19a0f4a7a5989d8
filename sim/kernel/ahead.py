"""The part of the member model that a first run needs last, compiled by a second process while the first is at its beginning.

Numba compiles one function after the other, with all that it calls. Both processes keep what they have compiled in the same
folder (`sim.compiled`), so what is ready there is loaded in place of compiled. Types follow from the names of the arguments, as
everywhere in the kernel; a test holds that no code is made here that a run does not load.
"""

from __future__ import annotations

import inspect
import multiprocessing
from typing import Any, Final

import numba
import numpy as np

from sim.events.kinds import EVENT_DTYPE
from sim.kernel import apply, live, steps
from sim.kernel.submodels import heat, leaving, posting, reading, sessions
from sim.parameters import PARAMETERS
from sim.vocabulary import tables

#: For the process that runs: what its first event needs.
HERE: Final[tuple[Any, ...]] = (
    apply.write,
    apply.post_stimulus,
    apply.staff_answers,
    apply.remove_message,
    leaving.leave,
    apply.join,
)
#: For the one beside it: what takes longest of the first event, then what is called last first, so that the two meet in the middle.
BESIDE: Final[tuple[Any, ...]] = (
    reading.check_channel,
    steps.propose,
    sessions.in_session,
    heat.factor_of_talk,
    posting.posts,
    steps.wants_to_buy,
    live.drop_due,
    live.schedule_needs,
    live.schedule_looks,
    live.pull_members,
    live.schedule_replies,
    live.schedule_turn,
    apply.move_coupon,
    apply.privately,
)
_ROWS: Final = {
    "world": tables.WORLD.dtype,
    "state": tables.STATE.dtype,
    "parameters": PARAMETERS.dtype,
    "trait": tables.TRAITS.dtype,
    "person": tables.PERSON.dtype,
    "member": tables.MEMBERSHIP.dtype,
    "channel": tables.CHANNEL.dtype,
    "message": tables.MESSAGE.dtype,
}
_PLAIN: Final = {"Whole": numba.int64, "float": numba.float64, "np.uint64": numba.uint64, "bool": numba.boolean}


def types_of(function: Any) -> tuple[Any, ...]:
    """The types with which a run calls a function of the kernel, by the names and annotations of its arguments."""

    def type_of(argument: inspect.Parameter) -> Any:
        if argument.annotation == "Loop":
            rows = (tables.DIARY.dtype, tables.DUE.dtype, tables.NOTE.dtype, EVENT_DTYPE, tables.COUNTS.dtype)
            return numba.typeof(live.Loop(*(np.empty(1, dtype) for dtype in rows)))
        if argument.annotation == "Row":
            return numba.from_dtype(_ROWS[argument.name])
        return _PLAIN[argument.annotation]

    return tuple(map(type_of, inspect.signature(function.py_func).parameters.values()))


def compile_all(functions: tuple[Any, ...]) -> None:
    """Compiles functions of the kernel one after the other and keeps them."""
    for function in functions:
        function.compile(types_of(function))


def _compile_beside() -> None:
    compile_all(BESIDE)


def compile_with_help() -> None:
    """Compiles `HERE` while a second process compiles `BESIDE`; it is a daemon, and ends with this one at the latest."""
    multiprocessing.get_context("spawn").Process(target=_compile_beside, daemon=True).start()
    compile_all(HERE)
