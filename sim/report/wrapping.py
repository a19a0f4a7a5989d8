"""Text and the room it has -> lines that fit, in Latin and Chinese script."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Marks that may not end a line.
_OPENING: Final = frozenset("（《“«(")
#: Marks that may not open a line.
_CLOSING: Final = frozenset("，。、；：？！）》”’％%) ")


def columns(text: str) -> int:
    """The width of `text` in half-width columns: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def room(inches: float, points: float) -> int:
    """How many columns of text of this size fit into so many inches (a column is about half an em wide)."""
    return int((inches - 0.35) * 72 / points / 0.5)


def _pieces(text: str) -> list[str]:
    """`text` cut wherever a line may break: after spaces, and between Chinese characters."""
    pieces: list[str] = []
    for character in text:
        wide = columns(character) == 2
        after_break = not pieces or pieces[-1][-1] == " " or wide or columns(pieces[-1][-1]) == 2
        measured = wide and pieces and pieces[-1][-2:-1].isdigit() and pieces[-1][-1] == " "  # "90 天" stays together
        opened = bool(pieces) and pieces[-1][-1] in _OPENING
        if after_break and not measured and not opened and not (pieces and character in _CLOSING):
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def wrap(text: str, width: int) -> str:
    """`text` broken into lines of at most `width` columns, where the script allows a break."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and columns((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def lines_in(text: str) -> int:
    """How many lines `text` has."""
    return text.count("\n") + 1
