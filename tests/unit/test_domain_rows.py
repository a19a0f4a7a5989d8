"""The rows of the domain: all there, and nothing in the project cites a row that is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sim.domain.rows import ROW_ID, hypothesis_roles, row_titles

ROOT = Path(__file__).resolve().parents[2]
#: How many rows each part has; those of B are 29 incidents, 7 regularities and 78 handling steps.
PARTS = {"A": 45, "B": 29 + 7 + 78, "C": 77, "D": 65, "E": 78, "F": 87, "G": 128, "H": 24, "I": 23, "M": 10}
CITING = [path for folder in ("configs", "experiments") for path in sorted((ROOT / folder).rglob("*.yaml"))]
CITING += sorted((ROOT / "sim").rglob("*.py"))
#: Words that look like a row and are none.
OTHER_WORDS = {"B018", "E731", "F401"}


def test_every_part_is_whole():
    assert Counter(row[0] for row in row_titles()) == PARTS
    assert all(title.strip() and len(title) <= 120 for title in row_titles().values())
    assert set(hypothesis_roles()) == {row for row in row_titles() if row.startswith("G")}
    assert Counter(hypothesis_roles().values()) == {"emerge": 67, "assume": 35, "both": 26}


@pytest.mark.parametrize("path", CITING, ids=lambda path: str(path.relative_to(ROOT)))
def test_cited_rows_exist(path):
    cited = set(ROW_ID.findall(path.read_text("utf-8"))) - OTHER_WORDS
    assert sorted(cited - row_titles().keys()) == []
