"""The arrows between packages, as written down in pyproject.toml."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_import_contracts_hold():
    script = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([script, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("words", [("check",), ("format", "--check")])
def test_ruff_is_content(words: tuple[str, ...]):
    found = subprocess.run([sys.executable, "-m", "ruff", *words, "."], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_importing_the_package_is_light():
    code = (
        "import sys, sim; print(sorted({'numba', 'hydra', 'matplotlib', 'pandas', 'scipy', 'networkx'} & sys.modules.keys()))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_tables_are_read_in_one_thread():
    """Arrow's datasets read ahead in threads of their own, and a process that ends before those do is aborted (apache/arrow#34314)."""
    many = re.compile(r"pd\.read_parquet|pq\.read_(table|pandas)|pyarrow\.dataset")
    found = [
        f"{path}: {line}"
        for path in (ROOT / "sim").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if many.search(line)
    ]
    assert found == []
