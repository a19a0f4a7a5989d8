"""Sub-models -> the factors by which they raise or lower how often members look, write and buy.

A factor is a function in a file of `sim/kernel/submodels` that goes by one of the names below. It is asked because it is there: the
product of all of a name, in the order of their files, is one compiled function. Whatever else a sub-model changes is asked for by the
rule that it changes.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any

from sim.compiled import joined
from sim.kernel import submodels

#: A factor takes parameters, records and the time, and gives a number; 1 where its gain is none.
Factor = Callable[..., float]


def product_of(name: str) -> Factor:
    """The product of all factors of a name. Raises LookupError where no sub-model has one."""
    found = [getattr(import_module(one), name, None) for one in _files()]
    first, *others = [factor for factor in found if factor is not None] or [None]
    if first is None:
        raise LookupError(f"{name}: no file of sim/kernel/submodels has such a function")
    for other in others:
        first = _times(first, other)
    product: Factor = first
    return product


def _files() -> list[str]:
    return sorted(f"{submodels.__name__}.{one.name}" for one in pkgutil.iter_modules(submodels.__path__))


def _times(one: Any, other: Any) -> Factor:
    @joined
    def both(*given: Any) -> float:
        factor: float = one(*given) * other(*given)
        return factor

    return both


#: (parameters, trait, person, time) -> factor of the chance that a habitual look becomes a check.
factor_of_looks = product_of("factor_of_looks")
#: (parameters, world, trait, person, member, channel, where, time) -> factor of what a member says unprompted at a check.
factor_of_talk = product_of("factor_of_talk")
#: (parameters, world, trait, person, time) -> factor of the chance to buy on an occasion.
factor_of_buying = product_of("factor_of_buying")
