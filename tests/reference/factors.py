"""The factors by which sub-models raise or lower how often members look, write and buy: every function of such a name is asked."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.reference import submodels
from tests.reference.tables import Member

FILES = [import_module(f"{submodels.__name__}.{one.name}") for one in pkgutil.iter_modules(submodels.__path__)]


def _product_of(name: str) -> Callable[[Any, Member, int], float]:
    found = [vars(file)[name] for file in FILES if name in vars(file)]

    def product(rules: Any, member: Member, time: int) -> float:
        factor = 1.0
        for one in found:
            factor *= one(rules, member, time)
        return factor

    return product


class Factors:
    """Products over all sub-models: (rules, member, time) -> a number."""

    factor_of_looks = _product_of("factor_of_looks")
    factor_of_talk = _product_of("factor_of_talk")
    factor_of_buying = _product_of("factor_of_buying")
