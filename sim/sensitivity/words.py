"""Words of a sensitivity study that say how unknowns are looked at -> the method and its size; it imports nothing that takes long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.allowed import ConfigError, quoted

#: Trajectories where the words do not say, fewest and most.
TRAJECTORIES, FEWEST, MOST = 12, 4, 1_000
METHODS: Final = ("worlds", "morris")


def split_method(words: Sequence[str]) -> tuple[str, int, list[str]]:
    """`method=worlds|morris`, `trajectories=N`, and the other words. Raises ConfigError."""
    given = {key: [text.partition("=")[2].strip() for text in words if text.partition("=")[0].strip() == key]
             for key in ("method", "trajectories")}  # fmt: skip
    for key, values in given.items():
        if len(values) > 1:
            raise ConfigError(f"{key}: given twice; each key may be given once")
    method, count = (given["method"] or ["worlds"])[0], (given["trajectories"] or [str(TRAJECTORIES)])[0]
    if method not in METHODS:
        raise ConfigError(f"method={quoted(method)}: worlds or morris")
    if given["trajectories"] and method != "morris":
        raise ConfigError(f"trajectories={quoted(count)}: with method=morris")
    if not (count.isdecimal() and count.isascii() and len(count) < 5 and FEWEST <= int(count) <= MOST):
        raise ConfigError(f"trajectories={quoted(count)}: a whole number, {FEWEST} to {MOST}")
    rest = [text for text in words if text.partition("=")[0].strip() not in given]
    if method == "morris" and any(text.partition("=")[0].strip() == "replications" for text in rest):
        raise ConfigError("replications: method=morris takes trajectories=; leave it out")
    return method, int(count), rest
