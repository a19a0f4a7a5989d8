"""The arrows between packages, as written down in pyproject.toml."""

from __future__ import annotations

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
