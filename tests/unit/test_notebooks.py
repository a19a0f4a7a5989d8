"""The notebooks run from top to bottom, are kept without outputs, and say what to bear in mind."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "docs" / "notebooks").glob("*.ipynb"))
#: A cell may compile the member model first.
MOST_SECONDS = 600


def test_there_are_three() -> None:
    assert len(NOTEBOOKS) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_clean(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert all(cell.outputs == [] and cell.execution_count is None for cell in book.cells if cell.cell_type == "code")
    assert book.cells[0].source.startswith("# ") and "**What to bear in mind.**" in book.cells[-1].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    NotebookClient(book, timeout=MOST_SECONDS, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    assert len(said) >= 3 and not [output for output in said if output.output_type == "error"]
    assert not [output.text for output in said if output.get("name") == "stderr"]
