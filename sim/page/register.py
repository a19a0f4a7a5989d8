"""A class -> a file that lets it go on after a restart: who has joined and what was voted, under keys that say nothing of anybody."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from sim.foreign import read_plain
from sim.page.classroom import Kept

#: Where it is, below the folder of the runs; bytes of 400 people with 24 ballots each, with room.
NAME: Final = "class.json"
MOST_BYTES: Final = 500_000
#: Seconds after the last change in which a class is gone on with: longer, and it is another class.
GOES_ON: Final = 30 * 60.0


def keeper(root: Path) -> Callable[[dict[str, Any]], None]:
    """What writes a class down after every change: whole or not at all, for this user's eyes. A full disk stops no vote."""
    path = root / NAME

    def keep(plain: dict[str, Any]) -> None:
        draft = path.with_suffix(".tmp")
        with contextlib.suppress(OSError):
            root.mkdir(parents=True, exist_ok=True)
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(plain, file, separators=(",", ":"))
            os.replace(draft, path)

    return keep


def kept_class(root: Path) -> Kept | None:
    """The class that was going on half an hour ago or later; None where there is none, or its file is not what it should be."""
    path = root / NAME
    try:
        if not 0 <= time.time() - path.stat().st_mtime < GOES_ON:
            return None
        kept: Kept = TypeAdapter(Kept).validate_json(read_plain(path, MOST_BYTES), strict=True)
    except (OSError, ValueError):  # pydantic's ValidationError is a ValueError
        return None
    return kept
